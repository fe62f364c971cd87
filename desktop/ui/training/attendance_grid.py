"""The grid of a class's attendance: marks typed by pinyin initials, filled down, into whole columns."""

from datetime import date
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent

from desktop.codes import table
from desktop.models.base import Content
from desktop.queries.training.classes import session_text
from desktop.queries.training.roll import AttendanceRoll
from desktop.rules.absence import CHARACTERS, Mark
from desktop.rules.hours import tenths
from desktop.rules.row_numbers import LETTERS
from desktop.services.training.sheets import enter_cells
from desktop.text import tr
from desktop.ui.desk import Desk
from desktop.ui.theme import theme
from desktop.ui.training.attendance_model import FIRST, AttendanceModel, Place, verdict_sentences
from desktop.ui.training.cell_writer import CellWriter
from desktop.ui.training.frozen_table import FrozenTable
from desktop.ui.training.mark_dialog import MarkDialog

_CLEARING: Final = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
_ROOMY: Final = 125
"""The text size in percent up to which units stand beside the names; above, the line below tells them."""
LEGEND: Final = (
    "空格 出勤　C 迟　Z 早　B 病　S 事　G 公　K 旷　D 待核　Del 清除　F2 部分学时、备注　Ctrl+D 向下填充　"
    "Ctrl+空格 整列"
)


def _marks_by_key() -> dict[str, str]:
    """The mark that a typed character means: pinyin initial, digit of the code, blank for 出勤."""
    letters = {letter: str(mark) for letter, mark in LETTERS.items()}
    return {**letters, **{code: code for code in table("attendance").codes}, " ": str(Mark.PRESENT)}


class AttendanceGrid(FrozenTable):
    """People down, sessions across."""

    left = Signal()
    """Escape: the keyboard goes back to where sessions are entered by exception."""
    refused = Signal(str)
    failed = Signal()
    """What was typed could not be saved."""

    def __init__(self, desk: Desk) -> None:
        self.roll_model = AttendanceModel()
        super().__init__(self.roll_model, tr("考勤表"), self.take_key)
        self.roll_model.setParent(self)
        self._keys = _marks_by_key()
        self._desk = desk
        self.writer: CellWriter[Place, Content] = CellWriter(
            desk,
            lambda session, values: enter_cells(session, values, day=_today()),
            self._entitle,
            self._forget,
        )
        self.cells.doubleClicked.connect(lambda _index: self.edit())
        theme.changed.connect(self.fit)

    def show_roll(self, roll: AttendanceRoll) -> None:
        """Show other attendance; what is typed and not yet saved stays over it."""
        self.roll_model.show(roll, self.writer.unsaved)
        self.fit()

    def fit(self) -> None:
        """Give the columns their widths."""
        unit = 140 if theme.percent <= _ROOMY else 0
        model = self.roll_model
        people = (44, self.width_of([model.name(each) for each in model.people]), unit)
        count = len(model.sessions)
        self.arrange(people, [self.heading_width(range(FIRST, FIRST + count), 62)] * count, (52, 84), heading=2)

    def show_session(self, uid: str) -> None:
        """Bring the column of a session into sight."""
        sessions = self.roll_model.sessions
        place = next((number for number, each in enumerate(sessions) if each.uid == uid), None)
        if place is not None:
            self.go(max(self.cells.currentIndex().row(), 0), FIRST + place)

    def when(self, lesson: str) -> str:
        """Day and half-day of a session."""
        found = next((each for each in self.roll_model.sessions if each.uid == lesson), None)
        return session_text(found) if found is not None else ""

    def next_warned(self) -> None:
        """The keyboard goes to the next trainee of whom the rules say something."""
        count = len(self.roll_model.people)
        start = self.cells.currentIndex().row()
        for by in range(1, count + 1):
            line = (start + by) % count
            if verdict_sentences(self.roll_model.verdict(line)):
                self.go(line, max(self.cells.currentIndex().column(), FIRST))
                self.cells.setFocus()
                return

    def take_key(self, event: QKeyEvent) -> bool:
        """A key in the grid: a mark, clearing, filling down, a whole column; Escape goes back to the line."""
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if held == Qt.KeyboardModifier.ControlModifier and event.key() == Qt.Key.Key_D:
            self.fill_down()
        elif held == Qt.KeyboardModifier.ControlModifier and event.key() == Qt.Key.Key_Space:
            self.select_column()
        elif held not in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier):
            return False
        elif event.key() in _CLEARING:
            self.enter_mark(None)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.step()
        elif event.key() == Qt.Key.Key_F2:
            self.edit()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif event.text().upper() in self._keys:
            self.enter_mark(self._keys[event.text().upper()])
        else:
            return False
        return True

    def edit(self) -> None:
        """Ask for mark, hours and note of the cell with the keyboard."""
        index, model = self.cells.currentIndex(), self.roll_model
        if not self.is_cell(index):
            return
        if not model.may_enter(index):
            self._put({}, 1)
            return
        place, lesson = model.place(index), model.sessions[index.column() - FIRST]
        text = tr("{name}　{when}", name=model.people[index.row()].name, when=session_text(lesson))
        dialog = MarkDialog(text, model.content(place), tenths(lesson.content["hours"]), self)
        if self._desk.dialogs.run(dialog):
            self._put({place: dialog.values()}, 1)

    def enter_mark(self, mark: str | None) -> None:
        """Enter a mark into all selected cells; from a single one the keyboard goes on to the next."""
        chosen = self.selected()
        self._put(
            {self.roll_model.place(index): _given(mark) for index in chosen if self.roll_model.may_enter(index)},
            len(chosen),
        )
        if len(chosen) == 1 and mark is not None:
            self.step()

    def fill_down(self) -> None:
        """Every selected column gets the mark of its topmost selected cell; of one cell the one above."""
        chosen = self.selected()
        if len(chosen) == 1 and chosen[0].row():
            chosen = [chosen[0].siblingAtRow(chosen[0].row() - 1), *chosen]
        top: dict[int, str] = {}
        values: dict[Place, Content] = {}
        for index in chosen:
            mark = top.setdefault(index.column(), self.roll_model.mark(self.roll_model.place(index)))
            if self.roll_model.may_enter(index):
                values[self.roll_model.place(index)] = _given(mark or None)
        self._put(values, len(chosen))

    def _put(self, values: dict[Place, Content], wanted: int) -> None:
        if wanted and not values:
            self.refused.emit(tr("这里不能登记：课次已调走或取消，或者学员当天还没有报到、已经退学"))
            return
        changed = {place: given for place, given in values.items() if self._differs(place, given)}
        if changed:
            self.writer.put(changed)
            self.roll_model.lay_over(self.writer.unsaved)

    def _differs(self, place: Place, given: Content) -> bool:
        present = self.roll_model.content(place)
        return any(present.get(name) != value for name, value in given.items())

    def _entitle(self, values: dict[Place, Content]) -> str:
        if len(values) > 1:
            return tr("登记考勤 {count} 处", count=len(values))
        (lesson, who), given = next(iter(values.items()))
        mark = given["mark"]
        name = next((each.name for each in self.roll_model.people if each.uid == who), "")
        word = CHARACTERS[Mark(mark)] if mark else tr("清除")
        return tr("登记考勤 {when} {name} {word}", when=self.when(lesson), name=name, word=word)

    def _forget(self) -> None:
        """What was typed could not be saved: the grid shows again what is."""
        self.roll_model.lay_over({})
        self.failed.emit()


def _given(mark: str | None) -> Content:
    """A mark typed into a cell: it means the whole session again; a note stays."""
    return {"mark": mark, "hours": None}


def _today() -> date:
    return date.today()  # noqa: DTZ011 - an office's day is the day of its own clock
