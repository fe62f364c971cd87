"""The line into which one session is entered by exception: which session, the rows that were otherwise, Enter.

A scanner types into the same line: the code of a sheet chooses its session, that of a badge signs its trainee in.
"""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QSizePolicy, QWidget

from desktop.errors import ValueProblem
from desktop.queries.training.classes import is_held, session_text
from desktop.queries.training.roll import AttendanceRoll
from desktop.rules.absence import CHARACTERS, Mark
from desktop.rules.row_numbers import read_marked_rows
from desktop.rules.scan_codes import read_scan_code
from desktop.store.records import Stored
from desktop.text import tr
from desktop.ui.forms.text_fields import NumberEditor
from desktop.ui.theme import theme
from desktop.ui.widgets import button, column, label, row

_SCANNED = 40
"""As many digits come from a scanner only."""
_NAMED = 8
"""So many people are named under the line; more are counted."""


class RowsEditor(NumberEditor):
    """Row numbers, no input method; Enter takes them, Down goes into the grid, Alt with an arrow to another session."""

    taken = Signal()
    into_grid = Signal()
    session_wanted = Signal(int)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter, Down, and Alt with an arrow."""
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
        if event.modifiers() & Qt.KeyboardModifier.AltModifier and step:
            self.session_wanted.emit(step)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.taken.emit()
        elif step > 0:
            self.into_grid.emit()
        else:
            super().keyPressEvent(event)


class EntryBar(QWidget):
    """Session, line and button, and below them whom the line means."""

    entered = Signal(str, object)
    """A session and its exceptions: marks by row number."""
    scanned = Signal(object)
    chosen = Signal(str)
    """Another session is in hand."""

    def __init__(self) -> None:
        super().__init__()
        self._roll: AttendanceRoll | None = None
        self._idle = ""
        self._choices: list[tuple[str, str]] = []
        self._names: dict[int, str] = {}
        """Who stands in each row of the sheet of the session in hand."""
        self.session = QComboBox()
        self.session.setAccessibleName(tr("课次"))
        self.session.setToolTip(tr("Alt+↑、Alt+↓ 换课次"))
        self.session.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.session.setMinimumContentsLength(22)
        self.session.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.session.view().setMinimumWidth(theme.px(380))
        self.line = RowsEditor()
        self.line.setAccessibleName(tr("缺课行号"))
        self.line.setPlaceholderText(tr("签到表上没有到的行号，如 3, 17, 22-24；迟到写 9c；全到写 0"))
        self.take_button = button(tr("登记  回车"), self.take, role="primary")
        self.told = label("", "muted", wrap=True)
        self.told.setMinimumHeight(theme.px(20))
        caption = label(tr("缺课行号"))
        caption.setBuddy(self.line)
        head = row(self.session, caption, self.line, self.take_button)
        head.setStretch(0, 2)
        head.setStretch(2, 3)
        self.setLayout(column(head, self.told, space=4))
        self.session.activated.connect(lambda _index: self.choose(self.lesson))
        self.line.edited.connect(self._tell_typed)
        self.line.taken.connect(self.take)
        self.line.session_wanted.connect(self._step)

    @property
    def lesson(self) -> str:
        """The uid of the session in hand; empty where there is none."""
        return str(self.session.currentData() or "")

    def show_roll(self, roll: AttendanceRoll, today: str) -> None:
        """Offer the sessions of a class; the one in hand stays, else the next to be entered comes."""
        present, is_same = self.lesson, self._roll is not None and self._roll.content == roll.content
        self._roll = roll
        held = [each for each in roll.grid.sessions if is_held(each)]
        choices = [(self._choice(roll, number, each), each.uid) for number, each in enumerate(held, 1)]
        if choices != self._choices:
            self._choices = choices
            self.session.clear()
            for text, uid in choices:
                self.session.addItem(text, uid)
        place = self.session.findData(present) if present and is_same else -1
        self.session.setCurrentIndex(place if place >= 0 else max(self.session.findData(next_to_enter(roll, today)), 0))
        for each_widget in (self.session, self.line, self.take_button):
            each_widget.setEnabled(bool(held))
        if self.lesson and self.lesson != present:
            self.chosen.emit(self.lesson)

    def tell_idle(self, text: str) -> None:
        """What stands under the line while nothing is typed."""
        if self.told.text() in ("", self._idle):
            self.told.setText(text)
        self._idle = text

    def _choice(self, roll: AttendanceRoll, number: int, lesson: Stored) -> str:
        what = roll.courses.get(lesson.content.get("course", "")) or lesson.content.get("activity", "")
        state = "" if roll.grid.entered.get(lesson.uid) else tr("（未登记）")
        day = session_text(lesson)[len("2026-") :]  # what is needed first stands first; a long course is cut
        return f"{number}. {day}{state} {what}"

    def name_rows(self, names: Mapping[int, str]) -> None:
        """Know who stands in each row of the session in hand."""
        self._names = dict(names)
        if self.line.text().strip():
            self._tell_typed()

    def choose(self, uid: str) -> None:
        """Take a session in hand."""
        place = self.session.findData(uid)
        if place >= 0:
            self.session.setCurrentIndex(place)
            self.chosen.emit(uid)

    def go_on(self, today: str) -> None:
        """The next session that is not entered; the line is empty for it."""
        self.line.clear()
        if self._roll is not None:
            self.choose(next_to_enter(self._roll, today, after=self.lesson))

    def _step(self, by: int) -> None:
        place = max(0, min(self.session.count() - 1, self.session.currentIndex() + by))
        self.choose(str(self.session.itemData(place) or ""))

    def tell(self, text: str, *, wrong: bool = False) -> None:
        """Say something under the line; nothing brings back what stands there while nothing is to be said."""
        self.told.setText(text or self._idle)
        self.told.setProperty("role", "red" if wrong else "muted")
        self.told.style().polish(self.told)
        self.line.set_wrong(wrong)

    def read(self) -> dict[int, Mark]:
        """The rows in the line. Raises ValueProblem, also for a row that the sheet has not."""
        marks = read_marked_rows(self.line.text())
        unknown = [number for number in marks if number not in self._names]
        if unknown:
            shown = "、".join(map(str, unknown))
            raise ValueProblem(
                tr("行号 {rows} 不在签到表上（共 {last} 行），请核对", rows=shown, last=max(self._names, default=0))
            )
        return marks

    def _tell_typed(self) -> None:
        """Name whom the numbers mean while they are typed: a wrong row shows before Enter."""
        text = self.line.text().strip()
        if len(text) >= _SCANNED or not text:
            self.tell("")
            return
        try:
            marks = self.read()
        except ValueProblem as error:
            self.tell(error.sentence, wrong=True)
            return
        self.tell(self.sentence(marks))

    def sentence(self, marks: Mapping[int, Mark]) -> str:
        """Who was otherwise, by mark."""
        if not marks:
            return tr("全部到齐，共 {count} 人", count=len(self._names))
        parts = []
        for mark in dict.fromkeys(marks.values()):
            who = [f"{number} {self._names[number]}" for number, given in marks.items() if given == mark]
            word = tr("未到（待核）") if mark is Mark.PENDING else CHARACTERS[mark]
            more = "…" if len(who) > _NAMED else ""
            named = "、".join(who[:_NAMED])
            parts.append(tr("{word} {count} 人：{named}{more}", word=word, count=len(who), named=named, more=more))
        return "；".join(parts)

    def take(self) -> None:
        """Enter the session as the line says, or follow what a scanner read."""
        text = self.line.text().strip()
        try:
            if len(text) >= _SCANNED and text.isdigit():
                self.line.clear()
                self.scanned.emit(read_scan_code(text))
                return
            if not text:
                self.tell(tr("请填缺课的行号；全部到齐填 0，再按回车"), wrong=True)
                return
            marks = self.read()
        except ValueProblem as error:
            self.tell(error.sentence, wrong=True)
            self.line.selectAll()
            return
        self.entered.emit(self.lesson, {number: str(mark) for number, mark in marks.items()})


def next_to_enter(roll: AttendanceRoll, today: str, *, after: str = "") -> str:
    """The session that waits to be entered: the first up to today that is not, else the first one, else the last.

    Behind a session that was just entered comes the next one.
    """
    held = [each for each in roll.grid.sessions if is_held(each)]
    place = next((number for number, each in enumerate(held) if each.uid == after), -1)
    if place >= 0:
        return held[min(place + 1, len(held) - 1)].uid
    waiting = [each for each in held if not roll.grid.entered.get(each.uid)]
    due = [each for each in waiting if each.content["date"] <= today]
    found = due or waiting or held[-1:]
    return found[0].uid if found else ""
