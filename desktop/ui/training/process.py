"""过程考核: practice, return visits and defence of everybody in a programme; what is open or failed comes first."""

from functools import partial

from PySide6.QtWidgets import QCheckBox

from desktop.queries.training.process import Process, ProcessRow, process_of
from desktop.rules.training_results import EXTRA_PARTS
from desktop.text import tr
from desktop.ui import theme as look
from desktop.ui.desk import Desk
from desktop.ui.pages.packages_table import Row, RowsTable
from desktop.ui.training.piece import Piece
from desktop.ui.widgets import button, column, label, row

_WIDTHS = (220, 130, 200, 260, 200)


class ProcessPiece(Piece):
    """The list; scores are written in the class, which opens from here."""

    READS = frozenset({"classes", "enrolments", "inspections", "programmes", "score_sheets"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.found: Process | None = None
        self.said = label("", "muted", wrap=True)
        self.only_open = QCheckBox(tr("只看未登记或不合格的"))
        self.only_open.toggled.connect(lambda _on: self._fill())
        headings = (tr("班级"), tr("学员"), *map(tr, EXTRA_PARTS.values()))
        self.table = RowsTable(tr("过程考核"), headings, _WIDTHS, fits=True)
        self.table.doubleClicked.connect(lambda _index: self.open_class())
        tools = row(button(tr("打开班级登记"), self.open_class, icon_name="arrow-right"), self.only_open, None)
        layout = column(tools, self.table, self.said, space=8)
        layout.setStretch(1, 1)
        self.setLayout(layout)

    def refresh(self) -> None:
        """Read everybody anew."""
        self.read(partial(process_of, uid=self.uid), self._show)

    def _show(self, found: Process) -> None:
        self.found = found
        for number, part in enumerate(EXTRA_PARTS, 2):
            self.table.setColumnHidden(number, part not in found.parts)
        self._fill()
        if not found.parts:
            self.said.setText(tr("本项目没有教学实践、学员回访、论文答辩；有的请先在“项目”里勾选。"))
            return
        done = sum(each.is_done for each in found.rows)
        failed = sum(any(part.has_failed for part in each.parts.values()) for each in found.rows)
        text = tr("{all} 人：已齐 {done} 人，不合格 {failed} 人", all=len(found.rows), done=done, failed=failed)
        self.said.setText(text)

    def _fill(self) -> None:
        rows = self.found.rows if self.found is not None and self.found.parts else ()
        self.table.show_rows([_row(each) for each in rows if not (self.only_open.isChecked() and each.is_done)])

    def open_class(self) -> None:
        """Go to the class of the person at the keyboard."""
        chosen = self.table.selected()
        if isinstance(chosen, ProcessRow):
            self.desk.go("training", chosen.training_class)

    def focus_first(self) -> None:
        """The keyboard starts in the list."""
        self.table.setFocus()


def _row(each: ProcessRow) -> Row:
    states = [each.parts.get(part) for part in EXTRA_PARTS]
    texts = (each.class_name, each.name, *(state.text if state is not None else "" for state in states))
    colours = [
        "" if state is None else look.RED if state.has_failed else look.AMBER if state.is_open else ""
        for state in states
    ]
    return Row(texts, each, ("", "", *colours))
