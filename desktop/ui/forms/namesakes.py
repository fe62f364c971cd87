"""The line above the fields that tells who already has the name or number that was typed."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame

from desktop.models import Teacher
from desktop.models.base import Content
from desktop.queries.namesakes import Namesake, namesakes
from desktop.text import tr
from desktop.ui.desk import Desk
from desktop.ui.forms.sections import Sections
from desktop.ui.jobs import Progress
from desktop.ui.widgets import button, label, row

_FIRST = 2
"""So many are named, more are counted."""


class NamesakeNotice(QFrame):
    """Asks in a Job whenever a field was left; hidden while nobody else has what was typed."""

    wanted = Signal(str)
    """The record that the clerk wants to see instead."""
    same = Signal(str)
    """The record that is of the same person as the one in the form."""

    def __init__(self, desk: Desk, sections: Sections) -> None:
        super().__init__()
        self.setProperty("role", "notice")
        self.desk, self._sections = desk, sections
        self.found: list[Namesake] = []
        self._entity = sections.entity
        self._turn = 0
        self.said = label("", "amber", wrap=True)
        self._open = button(tr("打开"), self._go, keys="F7", role="flat")
        self._unite = button(tr("合并"), lambda: self.same.emit(self.found[0].uid), role="flat")
        line = row(self.said, self._open, self._unite, margins=(10, 4, 6, 4))
        line.setStretch(0, 1)
        self.setLayout(line)
        self.present: str | None = None
        self.can_unite = False
        for cell in sections.cells.values():
            cell.checked.connect(self._ask)
        self.hide()

    def watch(self, stored: str | None) -> None:
        """Watch the form of a record, by its uid, or of a new one; what was stored was looked up when it was typed."""
        self.present = stored
        self.can_unite = stored is not None and self._entity is Teacher
        self._open.setVisible(not self.can_unite)
        self._unite.setVisible(self.can_unite)
        self._turn += 1
        self._show([])

    def _ask(self) -> None:
        content: Content = {}
        for name, cell in self._sections.cells.items():
            if cell.is_changed and not cell.problem.text():
                content[name] = cell.packed()
        self._turn += 1
        if not content:
            self._show([])
            return
        turn, store, entity, day = self._turn, self.desk.store, self._entity, self.desk.day
        present = self.present or ""

        def look(_progress: Progress) -> list[Namesake]:
            with store.read() as session:
                return namesakes(session, entity, content, day, but=present)

        def shown(found: list[Namesake]) -> None:
            if turn == self._turn:
                self._show(found)

        self.desk.jobs.run("namesakes", look, shown, quiet=True)

    def _show(self, found: list[Namesake]) -> None:
        self.found = found
        told = [_tell(each) for each in found[:_FIRST]]
        if len(found) > _FIRST:
            told.append(tr("另有 {count} 条", count=len(found) - _FIRST))
        way = tr("是同一个就合并，不是就继续填写。") if self.can_unite else tr("是同一个就打开它，不是就继续填写。")
        self.said.setText(tr("已有：{who}。{way}", who="；".join(told), way=way))
        self.setVisible(bool(found))

    def _go(self) -> None:
        if self.found:
            self.wanted.emit(self.found[0].uid)


def _tell(found: Namesake) -> str:
    """One of those who have it already."""
    return tr("{name}（{what}相同）", name=f"{found.called} {found.school}".strip(), what="、".join(found.shares))
