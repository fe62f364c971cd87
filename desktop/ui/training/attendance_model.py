"""The attendance of one class as a table: people, a column for each session, what everybody missed, the verdict."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from desktop.codes import table
from desktop.models.base import Content
from desktop.queries.training.classes import is_held, session_text
from desktop.queries.training.roll import AttendanceRoll, Listed
from desktop.rules.absence import AWAY, CHARACTERS, Mark, Verdict
from desktop.rules.hours import hours_text, tenths
from desktop.store.records import Stored
from desktop.text import tr
from desktop.ui import theme as look

Index = QModelIndex | QPersistentModelIndex
Place = tuple[str, str]
"""Session and enrolment."""
_NO_INDEX = QModelIndex()
NUMBER, NAME, UNIT = range(3)
FIRST: Final = 3
"""The column of the first session."""
_BEHIND: Final = ("缺课\n学时", "结论")
_CENTRE: Final = int(Qt.AlignmentFlag.AlignCenter)
_PINK: Final = "#fef3f2"
_SLIGHT: Final = frozenset({Mark.LATE, Mark.EARLY})


def verdict_word(verdict: Verdict) -> str:
    """What absence did or will soon do, in a few characters; the sentences stand in `verdict_sentences`."""
    if verdict.failed:
        return tr("培训不及格")
    if verdict.cancelled:
        return tr("取消 {count} 门", count=len(verdict.cancelled))
    return tr("接近上限") if verdict.warnings else tr("请核对") if verdict.doubts else ""


def verdict_sentences(verdict: Verdict) -> list[str]:
    """Everything the rules say of one trainee."""
    failed = [verdict.failed] if verdict.failed else []
    return [*failed, *verdict.cancelled.values(), *verdict.warnings, *verdict.doubts]


_FEW: Final = 20
_ROLES: Final = frozenset(
    {
        Qt.ItemDataRole.DisplayRole,
        Qt.ItemDataRole.ToolTipRole,
        Qt.ItemDataRole.TextAlignmentRole,
        Qt.ItemDataRole.BackgroundRole,
        Qt.ItemDataRole.ForegroundRole,
    }
)
"""What is answered; Qt asks for more, for each cell it paints."""


def _changed_people(before: AttendanceRoll, now: AttendanceRoll) -> set[str]:
    """Whose marks or sums are others than they were."""
    known, cells = before.grid.cells, now.grid.cells
    found = {place[0] for place, cell in cells.items() if known.get(place) != cell}
    found |= {who for who, _ in known.keys() - cells.keys()}
    sums = now.grid.attendance
    return found | {who for who, each in before.grid.attendance.items() if who in sums and sums[who] != each}


class AttendanceModel(QAbstractTableModel):
    """An AttendanceRoll with what is typed and not yet saved laid over it."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.roll: AttendanceRoll | None = None
        self.sessions: list[Stored] = []
        self.people: list[Listed] = []
        self.typed: Mapping[Place, Content] = {}
        self.rows_of: Mapping[str, int] = {}
        """Row on the sheet of the session in hand by enrolment."""

    def show(self, roll: AttendanceRoll, typed: Mapping[Place, Content]) -> None:
        """Show other attendance; where people and sessions stay, the keyboard and the selection do."""
        sessions = [each for each in roll.grid.sessions if is_held(each) or roll.grid.entered.get(each.uid)]
        stays = [each.uid for each in sessions] == [each.uid for each in self.sessions]
        stays = stays and [each.uid for each in roll.people] == [each.uid for each in self.people]
        before, typed_before = self.roll, self.typed
        same_headings = stays and self.roll is not None and self.roll.grid.entered == roll.grid.entered
        if not stays:
            self.beginResetModel()
        self.roll, self.sessions, self.people, self.typed = roll, sessions, roll.people, typed
        if stays and before is not None:
            self._tell(_changed_people(before, roll) | {who for _, who in (*typed_before, *typed)})
            if not same_headings:
                self.headerDataChanged.emit(Qt.Orientation.Horizontal, FIRST, FIRST + len(sessions) - 1)
        else:
            self.endResetModel()

    def _tell(self, people: Collection[str]) -> None:
        """Have the lines of some trainees painted anew, or all where they are many."""
        lines = [line for line, each in enumerate(self.people) if each.uid in people]
        spans = [(line, line) for line in lines] if len(lines) <= _FEW else [(lines[0], lines[-1])]
        for first, last in spans:
            self.dataChanged.emit(self.index(first, 0), self.index(last, self.columnCount() - 1))

    def lay_over(self, typed: Mapping[Place, Content]) -> None:
        """Show what is typed before it is saved."""
        changed = {who for _, who in (*self.typed, *typed)}
        self.typed = typed
        self._tell(changed)

    def number_rows(self, rows: Mapping[str, int]) -> None:
        """Show the row numbers of another sheet."""
        self.rows_of = rows
        if self.people:
            self.dataChanged.emit(self.index(0, NUMBER), self.index(len(self.people) - 1, NUMBER))

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        """Qt asks."""
        return 0 if parent.isValid() else len(self.people)

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        """Qt asks."""
        return 0 if parent.isValid() else FIRST + len(self.sessions) + len(_BEHIND)

    def place(self, index: Index) -> Place:
        """Session and enrolment of a cell."""
        return self.sessions[index.column() - FIRST].uid, self.people[index.row()].uid

    def mark(self, place: Place) -> str:
        """The mark of a cell as it will be once everything is saved; "" where there is none."""
        if place in self.typed:
            return self.typed[place].get("mark") or ""
        cell = self.roll.grid.cells.get((place[1], place[0])) if self.roll is not None else None
        return cell.mark if cell is not None else ""

    def content(self, place: Place) -> Content:
        """Mark, hours and note of a cell as they will be once everything is saved; what there is not is left out."""
        cell = self.roll.grid.cells.get((place[1], place[0])) if self.roll is not None else None
        stored = {"mark": cell.mark, "hours": cell.hours, "note": cell.note} if cell is not None else {}
        return {name: value for name, value in {**stored, **self.typed.get(place, {})}.items() if value}

    def may_enter(self, index: Index) -> bool:
        """Whether a mark can be entered: the session takes place, and the trainee had come and not left."""
        lesson, who = self.sessions[index.column() - FIRST], self.people[index.row()].content
        day = lesson.content["date"]
        return is_held(lesson) and who.get("joined_on", "") <= day and day < who.get("withdrawn_on", "9")

    def verdict(self, line: int) -> Verdict:
        """What the rules say of the trainee of a line."""
        assert self.roll is not None
        return self.roll.grid.attendance[self.people[line].uid].verdict

    def sentence(self, line: int) -> str:
        """The trainee of a line with the number and the verdict in words."""
        if self.roll is None or not 0 <= line < len(self.people):
            return ""
        told = verdict_sentences(self.verdict(line))
        total = self.roll.grid.attendance[self.people[line].uid].total
        missed = tr("缺课 {hours} 学时", hours=hours_text(total.absent)) if total.absent else tr("没有缺课")
        who = self.people[line]
        return f"{who.text}（{who.unit}）：{'；'.join(told) or missed}"

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Text, tip, colours and place of a cell."""
        if role not in _ROLES or self.roll is None or not index.isValid():
            return None
        is_mark = FIRST <= index.column() < FIRST + len(self.sessions)
        if role == Qt.ItemDataRole.DisplayRole:
            return self._sign(index) if is_mark else self._text(index.row(), index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(index) if is_mark else self._text_tip(index.row(), index.column())
        if role == Qt.ItemDataRole.TextAlignmentRole and (
            is_mark or index.column() in (NUMBER, self.columnCount() - 2)
        ):
            return int(Qt.AlignmentFlag.AlignCenter)
        if role in (Qt.ItemDataRole.BackgroundRole, Qt.ItemDataRole.ForegroundRole):
            return self._colour(index, role) if is_mark else self._verdict_colour(index, role)
        return None

    def _sign(self, index: Index) -> str:
        """The character of the mark, behind it the hours where only a part was missed, and * for a note."""
        content = self.content(self.place(index))
        sign = CHARACTERS[Mark(content["mark"])] if "mark" in content else ""
        hours = hours_text(tenths(content["hours"])) if "hours" in content else ""
        return f"{sign}{hours}{'*' if 'note' in content else ''}"

    def _text(self, line: int, column: int) -> str:
        assert self.roll is not None
        who = self.people[line]
        if column == NUMBER:
            number = self.rows_of.get(who.uid, who.number if not self.rows_of else None)
            return "" if number is None else str(number)
        if column == NAME:
            return self.name(who)
        if column == UNIT:
            return who.unit
        attended = self.roll.grid.attendance[who.uid]
        if column == self.columnCount() - 2:
            return hours_text(attended.total.absent) if attended.total.absent else ""
        return verdict_word(attended.verdict)

    def name(self, who: Listed) -> str:
        """The name of a trainee, and whether he withdrew."""
        return tr("{name}（退）", name=who.name) if "withdrawn_on" in who.content else who.name

    def _text_tip(self, line: int, column: int) -> str:
        return self.sentence(line) if column >= FIRST else self._text(line, column)

    def _tip(self, index: Index) -> str:
        assert self.roll is not None
        content = self.content(self.place(index))
        parts = [session_text(self.sessions[index.column() - FIRST]), self.people[index.row()].name]
        parts.append(table("attendance").label(content["mark"]) if "mark" in content else tr("未登记"))
        if "hours" in content:
            parts.append(tr("缺 {hours} 学时", hours=hours_text(tenths(content["hours"]))))
        return " · ".join([*parts, *([content["note"]] if "note" in content else [])])

    def _colour(self, index: Index, role: int) -> QColor | None:
        mark = self.mark(self.place(index))
        if role == Qt.ItemDataRole.BackgroundRole:
            if not self.may_enter(index):
                return QColor(look.GROUND)
            return QColor(_PINK) if mark in AWAY else None
        return QColor(look.RED if mark in AWAY else look.AMBER if mark in _SLIGHT else look.INK)

    def _verdict_colour(self, index: Index, role: int) -> QColor | None:
        if role != Qt.ItemDataRole.ForegroundRole or index.column() < FIRST:
            return None
        verdict = self.verdict(index.row())
        if verdict.failed or verdict.cancelled:
            return QColor(look.RED)
        return QColor(look.AMBER if verdict.warnings or verdict.doubts else look.INK)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Day and half-day with the hours below, or that nothing is entered yet; the tip tells the course."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        lesson = self.sessions[section - FIRST] if FIRST <= section < FIRST + len(self.sessions) else None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._heading(section) if lesson is None else self._lesson_heading(lesson)
        if role == Qt.ItemDataRole.ToolTipRole and lesson is not None:
            return self._lesson_tip(lesson)
        if role == Qt.ItemDataRole.ForegroundRole and lesson is not None and not self.is_entered(lesson):
            return QColor(look.MUTED)
        return None

    def _heading(self, section: int) -> str:
        numbered = tr("行号") if self.rows_of else tr("学号")
        return tr((numbered, "姓名", "工作单位")[section] if section < FIRST else _BEHIND[section - self.columnCount()])

    def is_entered(self, lesson: Stored) -> bool:
        """Whether a session was entered."""
        return self.roll is not None and bool(self.roll.grid.entered.get(lesson.uid))

    def _lesson_heading(self, lesson: Stored) -> str:
        day = date.fromisoformat(lesson.content["date"])
        half = table("day_part").label(lesson.content["half"])[0]
        state = tr("{hours}学时", hours=hours_text(tenths(lesson.content["hours"])))
        if not is_held(lesson):
            state = table("session_state").label(lesson.content["state"])
        elif not self.is_entered(lesson):
            state = tr("未登记")
        return f"{day.month}/{day.day}{half}\n{state}"

    def _lesson_tip(self, lesson: Stored) -> str:
        assert self.roll is not None
        what = self.roll.courses.get(lesson.content.get("course", "")) or lesson.content.get("activity", "")
        hours = tr("{hours} 学时", hours=hours_text(tenths(lesson.content["hours"])))
        return " · ".join(filter(None, (session_text(lesson), what, lesson.content.get("room", ""), hours)))
