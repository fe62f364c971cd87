"""Group, seat and room of trainees, typed in a list: a column is filled down, seats are numbered row by row."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QTableWidget, QTableWidgetItem, QWidget

from desktop.errors import RefusedError, ValueProblem
from desktop.fields import field_named
from desktop.models import Enrolment
from desktop.models.base import Content
from desktop.queries.training.trainees import TraineeEntry
from desktop.text import tr
from desktop.ui.forms.text_fields import NumberEditor
from desktop.ui.theme import theme
from desktop.ui.typed_dialog import TypedDialog
from desktop.ui.widgets import button, column, label, row

_FIELDS: Final = ("group", "seat", "room")
_SEAT: Final = 2
"""The column of the seats; the first is the name."""


class SeatsDialog(TypedDialog):
    """A line for each trainee; `others` are those of the class who are not in the list and keep their seats."""

    def __init__(
        self, people: Sequence[TraineeEntry], others: Sequence[TraineeEntry], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("分组、座位、房间"))
        self.resize(theme.px(620), theme.px(520))
        self._people, self._others = list(people), list(others)
        labels = [field_named(Enrolment, name).label for name in _FIELDS]
        self.table = QTableWidget(len(people), 1 + len(_FIELDS))
        self.table.setAccessibleName(tr("分组、座位、房间"))
        self.table.setHorizontalHeaderLabels([tr("姓名"), *labels])
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.AllEditTriggers)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(theme.px(32))
        self.table.horizontalHeader().setStretchLastSection(True)
        self.table.setColumnWidth(0, theme.px(150))
        for line, each in enumerate(people):
            named = self._set(line, 0, f"{each.stored.content.get('number', '')} {each.name}".strip())
            named.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
            for place, name in enumerate(_FIELDS, 1):
                self._set(line, place, str(each.stored.content.get(name, "")))
        self.wide = NumberEditor()
        self.wide.set_text("8")
        self.wide.setMaximumWidth(theme.px(56))
        self.wide.setAccessibleName(tr("每排座位"))
        self._lay_out()
        self.table.setCurrentCell(0, 1)
        self.table.setFocus()

    def _lay_out(self) -> None:
        self.fill_button = button(tr("向下填充"), self.fill_down, tip="Ctrl+D")
        QShortcut(QKeySequence("Ctrl+D"), self.table, self.fill_down)
        self.number_button = button(tr("依次编座位"), self.number_seats)
        take = button(tr("保存"), self.take, role="primary")
        back = button(tr("取消"), self.reject)
        for each in (self.fill_button, self.number_button, back):
            each.setAutoDefault(False)
        tools = row(self.fill_button, None, label(tr("每排")), self.wide, label(tr("座")), self.number_button)
        head = label(tr("分组、座位、房间"), "section")
        foot = row(None, back, take)
        self.setLayout(column(head, tools, self.table, self.problem, foot, space=10, margins=(20, 18, 20, 16)))

    def _set(self, line: int, place: int, text: str) -> QTableWidgetItem:
        item = QTableWidgetItem(text)
        self.table.setItem(line, place, item)
        return item

    def _text(self, line: int, place: int) -> str:
        item = self.table.item(line, place)
        return item.text().strip() if item is not None else ""

    def fill_down(self) -> None:
        """The column gets what stands in the cell of the keyboard, from there on."""
        line, place = self.table.currentRow(), self.table.currentColumn()
        if line >= 0 and place > 0:
            for below in range(line + 1, len(self._people)):
                self._set(below, place, self._text(line, place))

    def number_seats(self) -> None:
        """Seats in the order of the list: 1排1座 and on, so many in a row."""
        text = self.wide.text().strip()
        if not text.isdecimal() or not int(text):
            self.problem.setText(tr("每排座位“{text}”不是大于 0 的整数，没有编座位", text=text))
            return
        wide = int(text)
        for line in range(len(self._people)):
            self._set(line, _SEAT, f"{line // wide + 1}排{line % wide + 1}座")

    def values(self) -> dict[str, Content]:
        """The fields of each trainee that are others now, None for none.

        Raises RefusedError for a text that is too long, and for a seat that two have.
        """
        problems, found = [], {}
        for line, each in enumerate(self._people):
            given: Content = {}
            for place, name in enumerate(_FIELDS, 1):
                declared, text = field_named(Enrolment, name), self._text(line, place)
                try:
                    packed = declared.pack(declared.parse(text)) if text else None
                except ValueProblem as error:
                    problems.append(tr("{name}：{sentence}", name=each.name, sentence=error.sentence))
                    continue
                if packed != each.stored.content.get(name):
                    given[name] = packed
            if given:
                found[each.stored.uid] = given
        problems += self._shared_seats()
        if problems:
            raise RefusedError("；".join(problems))
        return found

    def _shared_seats(self) -> list[str]:
        seats = Counter(self._text(line, _SEAT) for line in range(len(self._people)))
        seats += Counter(str(each.stored.content.get("seat", "")) for each in self._others if not each.has_left)
        twice = [(seat, count) for seat, count in seats.items() if seat and count > 1]
        return [tr("座位“{seat}”有 {count} 人，请核对", seat=seat, count=count) for seat, count in twice]
