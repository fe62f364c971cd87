"""The preview of a pasted block: what each column means, which cells are not understood, how many rows come out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import nlargest
from typing import Any, Final

from PySide6.QtCore import QStringListModel, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QCheckBox, QComboBox, QFrame, QTableWidget, QTableWidgetItem

from desktop.exchange.cards import untyped_values
from desktop.exchange.pasted import PastedRow, headings_of_rosters, match_headings, meanings_of, read_rows
from desktop.fields import Field
from desktop.models import Teacher
from desktop.models.base import Content, Record
from desktop.queries.directory import Directory
from desktop.services.many import ManyPlan, RowChange
from desktop.text import tr
from desktop.ui.lists.many_writer import ManyWriter, Rows
from desktop.ui.theme import RED, theme
from desktop.ui.widgets import button, column, label, row, with_keys

APPEND, REPLACE = 0, 1
_SHOWN: Final = 100
"""So many rows are shown; all are read."""
_MEASURED: Final = 8
"""So many of the longest texts of a column are measured."""


@dataclass(frozen=True)
class _Block(Rows):
    """A block under the meanings of its columns: those rows that can be saved, their numbers, every row as read."""

    numbers: list[int]
    read: list[PastedRow]


def _understood(read: list[PastedRow], onto: Sequence[str], untyped: Content) -> _Block:
    good = [number for number, each in enumerate(read) if (each.values or (onto and each.school)) and not each.problems]
    if onto:
        good = [number for number in good if number < len(onto)]
    rows = [
        RowChange({**untyped, **read[number].values}, onto[number] if onto else None, read[number].school)
        for number in good
    ]
    return _Block(rows, good, read)


class PastePanel(QFrame):
    """Shown instead of the list until the clerk confirms or goes back."""

    closed = Signal()

    def __init__(self, entity: type[Record], writer: ManyWriter) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self._entity, self._writer = entity, writer
        self.fields = meanings_of(entity)
        self._labels = QStringListModel([tr("（不粘贴）"), *(each.label for each in self.fields)], self)
        self._grid: list[list[str]] = []
        self._onto: Sequence[str] = ()
        self._meanings: list[Field | None] = []
        self._rows: Sequence[RowChange] = ()
        self._plan: ManyPlan | None = None
        self._asked = 0
        """How often the block was read: what an earlier reading brings is not shown any more."""
        self.headed = QCheckBox(tr("第一行是表头"))
        self.headed.toggled.connect(self._understand)
        self.mode = QComboBox()
        self.mode.setAccessibleName(tr("粘贴方式"))
        self.mode.addItems([tr("追加为新记录"), tr("从所选行起，逐行替换")])
        self.mode.currentIndexChanged.connect(self._read)
        self.table = QTableWidget()
        self.table.setAccessibleName(tr("粘贴的内容"))
        self.table.verticalHeader().setDefaultSectionSize(theme.px(32))
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        self.table.horizontalHeader().setDefaultAlignment(left)
        self.said = label("", wrap=True)
        self.confirm_button = button(tr("确认粘贴"), self.confirm, role="primary", keys="Ctrl+Return")
        back = button(tr("不粘贴  Esc"), self.closed.emit)
        head = row(label(tr("粘贴预览"), "title"), None, self.headed, self.mode)
        foot = row(self.said, back, self.confirm_button)
        foot.setStretch(0, 1)
        self.setLayout(column(head, self.table, foot, space=8, margins=(16, 12, 12, 12)))

    def begin(self, grid: list[list[str]], shown: Sequence[Field | None], onto: Sequence[str]) -> None:
        """Show a block.

        `shown` are the fields of the list's columns from where the keyboard is, `onto` the records from the selected
        one down.
        """
        self._grid, self._onto, self._shown = grid, onto, list(shown)
        self.mode.blockSignals(True)
        self.mode.setCurrentIndex(APPEND)
        self.mode.setEnabled(bool(onto))
        self.mode.blockSignals(False)
        self.headed.blockSignals(True)
        self.headed.setChecked(match_headings(self._entity, grid[0]) is not None)
        self.headed.blockSignals(False)
        self._understand()
        self.confirm_button.setFocus()

    @property
    def body(self) -> list[list[str]]:
        """The rows without the headings."""
        return self._grid[1:] if self.headed.isChecked() else self._grid

    def _understand(self) -> None:
        width = len(self._grid[0])
        found = match_headings(self._entity, self._grid[0]) if self.headed.isChecked() else self._shown[:width]
        self._meanings = [*(found or []), *[None] * width][:width]
        self.table.setRowCount(0)
        self.table.setColumnCount(width)
        self.table.setRowCount(min(len(self.body), _SHOWN) + 1)
        texts = self._grid[0] if self.headed.isChecked() else [tr("第 {n} 列", n=n + 1) for n in range(width)]
        self.table.setHorizontalHeaderLabels(texts)
        self.table.setVerticalHeaderLabels([tr("含义"), *(str(n + 1) for n in range(len(self.body[:_SHOWN])))])
        for place in range(width):
            self.table.setCellWidget(0, place, self._meaning_box(place))
            self.table.setColumnWidth(place, self._width_of(place))
        self._read()

    def _width_of(self, place: int) -> int:
        """So wide that no number is cut: of digits one that is missing is not seen."""
        metrics = self.table.fontMetrics()
        longest = nlargest(_MEASURED, (cells[place] for cells in self._grid[:_SHOWN]), key=len)
        widest = max(metrics.horizontalAdvance(f"✕ {text}") for text in longest)
        return min(max(widest + theme.px(20), theme.px(130)), theme.px(260))

    def _meaning_box(self, place: int) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(tr("第 {n} 列的含义", n=place + 1))
        box.setModel(self._labels)
        meaning = self._meanings[place]
        box.setCurrentIndex(self.fields.index(meaning) + 1 if meaning is not None else 0)
        box.currentIndexChanged.connect(lambda chosen: self._mean(place, chosen))
        return box

    def _mean(self, place: int, chosen: int) -> None:
        self._meanings[place] = self.fields[chosen - 1] if chosen else None
        self._read()

    def _read(self) -> None:
        """Read all rows anew and plan them in a Job; what is not understood is red with its sentence."""
        self._plan = None
        self.confirm_button.setEnabled(False)
        self.said.setText(tr("正在核对……"))
        self._asked += 1
        asked, body, meanings = self._asked, self.body, list(self._meanings)
        onto = self._onto if self.mode.currentIndex() == REPLACE else ()

        def read(session: Any) -> _Block:  # noqa: ANN401 - the window knows no sessions by type
            untyped = {} if onto else untyped_values(session, self._entity, self._writer.desk.store.office_code)
            return _understood(read_rows(body, meanings, Directory(session)), onto, untyped)

        def take(block: _Block, plan: ManyPlan) -> None:
            if asked == self._asked:
                self._take(block, plan)

        self._writer.plan(read, take)

    def _show(self, read: Sequence[PastedRow]) -> None:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        for number, cells in enumerate(self.body[:_SHOWN]):
            for place, text in enumerate(cells):
                item = QTableWidgetItem(text)
                item.setFlags(flags)
                problem = read[number].problems.get(place)
                if problem:
                    item.setForeground(QColor(RED))
                    item.setText(f"✕ {text}")
                    item.setToolTip(problem)
                self.table.setItem(number + 1, place, item)

    def _take(self, block: _Block, plan: ManyPlan) -> None:
        self._plan, self._rows = plan, block.rows
        self._show(block.read)
        unread = [
            f"第 {number + 1} 行{text}" for number, each in enumerate(block.read) for text in each.problems.values()
        ]
        refused = [f"第 {block.numbers[at - 1] + 1} 行{text}" for at, text in plan.problems]
        wrong = [*unread, *refused]
        ignored = [
            heading for heading, meaning in zip(self._headings(), self._meanings, strict=True) if meaning is None
        ]
        told = [tr("共 {count} 行：{told}", count=len(self.body), told=self._writer.told(plan) or tr("没有可粘贴的"))]
        if ignored:
            told.append(tr("不粘贴的列：{names}", names="、".join(ignored)))
            told += self._told_elsewhere(ignored)
        if wrong:
            told.append(tr("看不懂 {count} 处：{first}", count=len(wrong), first="；".join(wrong[:3])))
        told.append(tr("空单元格不改动原值。"))
        self.said.setText("\n".join(told))
        self.confirm_button.setText(with_keys(tr("确认粘贴 {count} 行", count=plan.count), "Ctrl+Return"))
        self.confirm_button.setEnabled(bool(plan.count))

    def _told_elsewhere(self, ignored: Sequence[str]) -> Iterator[str]:
        """Where columns belong that are no field of a teacher, such as the tier."""
        found = headings_of_rosters(ignored) if self._entity is Teacher else []
        if found:
            names = "、".join(found)
            yield tr("“{names}”不在教师表中：把这一块存成表格文件，用“导入名册”可一起登记。", names=names)

    def _headings(self) -> list[str]:
        width = len(self._grid[0])
        return self._grid[0] if self.headed.isChecked() else [tr("第 {n} 列", n=n + 1) for n in range(width)]

    def confirm(self) -> None:
        """Write what was shown as one Act."""
        if self._plan is not None and self._plan.count:
            title = tr("粘贴{what} {count} 条", what=self._entity.label, count=self._plan.count)
            self._writer.write(title, self._rows, self._plan, self.closed.emit)
