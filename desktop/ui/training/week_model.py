"""The days and half-days of one week with their sessions; a session that is dropped on a half-day is wished there."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from PySide6.QtCore import QAbstractTableModel, QMimeData, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from desktop.codes import table
from desktop.queries.training.week import SessionEntry
from desktop.rules.hours import hours_text, tenths
from desktop.text import tr

Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()
MIME: Final = "application/x-county-desk-session"
DAYS: Final = 7
HALVES: Final = ("1", "2", "3")
EVENING: Final = 2
"""The row of the evening."""
_WEEKDAYS: Final = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")


class WeekModel(QAbstractTableModel):
    """Rows are half-days, columns days; a cell may hold several sessions."""

    moved = Signal(str, str, str)
    """A session (uid) shall be held on another day (ISO) and half-day."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.monday = date(2000, 1, 3)
        self.period = ("", "")
        self.dragged = ""
        """The session that is dragged; a cell may have several."""
        self._entries: dict[tuple[str, str], list[SessionEntry]] = {}
        self.clashing: Mapping[tuple[str, str], Sequence[str]] = {}
        """While a session is dragged: what it would clash with in each half-day; [] where it may go."""
        self._others: Mapping[tuple[str, str], Sequence[str]] = {}

    def show(self, entries: Sequence[SessionEntry], monday: date, period: tuple[str, str]) -> None:
        """Show the week that begins on a Monday, of a class with these first and last days."""
        self.beginResetModel()
        self.monday, self.period = monday, period
        self._entries = {}
        for each in entries:
            self._entries.setdefault(each.when, []).append(each)
        self.endResetModel()

    def lay_over(self, others: Mapping[tuple[str, str], Sequence[str]]) -> None:
        """Show in each half-day what other classes do then."""
        self._others = others
        self._repaint()

    def others(self, index: Index) -> Sequence[str]:
        """What other classes do in the half-day of a cell."""
        return self._others.get(self.when(index), ())

    def mark(self, clashing: Mapping[tuple[str, str], Sequence[str]]) -> None:
        """Colour the half-days to which a dragged session may go or not; nothing ends it."""
        self.clashing = clashing
        self._repaint()

    def _repaint(self) -> None:
        self.dataChanged.emit(self.index(0, 0), self.index(len(HALVES) - 1, DAYS - 1))

    def half_days(self) -> list[tuple[str, str]]:
        """Every half-day of the week."""
        return [(self.day(column).isoformat(), half) for column in range(DAYS) for half in HALVES]

    def day(self, column: int) -> date:
        """The day of a column."""
        return self.monday + timedelta(days=column)

    def when(self, index: Index) -> tuple[str, str]:
        """Day and half-day of a cell."""
        return self.day(index.column()).isoformat(), HALVES[index.row()]

    def entries(self, index: Index) -> list[SessionEntry]:
        """The sessions of a cell; those that are held first."""
        found = self._entries.get(self.when(index), []) if index.isValid() else []
        return sorted(found, key=lambda each: not each.is_held)

    def place_of(self, when: tuple[str, str]) -> QModelIndex:
        """The cell of a day and half-day; none in another week."""
        column = (date.fromisoformat(when[0]) - self.monday).days
        return self.index(HALVES.index(when[1]), column) if 0 <= column < DAYS else QModelIndex()

    def is_within(self, column: int) -> bool:
        """Whether the class runs on the day of a column."""
        day, (first, last) = self.day(column).isoformat(), self.period
        return (not first or first <= day) and (not last or day <= last)

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        """Qt asks."""
        return 0 if parent.isValid() else len(HALVES)

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        """Qt asks."""
        return 0 if parent.isValid() else DAYS

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """What a screen reader says of a cell, and the tip that tells all of it."""
        if not index.isValid() or role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        told = [described(each) for each in self.entries(index)]
        told += [tr("其他班：{what}", what=each) for each in self.others(index)]
        return "\n".join([*told, *self.clashing.get(self.when(index), ())])

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Weekday and day; half-day."""
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation == Qt.Orientation.Vertical:
            return table("day_part").label(HALVES[section])
        day = self.day(section)
        return f"{tr(_WEEKDAYS[section])}\n{day.month}-{day.day}"  # two lines find room beside a form

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Every half-day takes a session; what has one can be dragged."""
        kept = super().flags(index) | Qt.ItemFlag.ItemIsDropEnabled
        return kept | Qt.ItemFlag.ItemIsDragEnabled if any(each.is_held for each in self.entries(index)) else kept

    def supportedDropActions(self) -> Qt.DropAction:
        """A session is moved, never copied."""
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:
        """Only our own sessions."""
        return [MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        """The session that is dragged."""
        held = [each.stored.uid for index in indexes for each in self.entries(index) if each.is_held]
        data = QMimeData()
        chosen = self.dragged if self.dragged in held else held[0] if held else ""
        data.setData(MIME, chosen.encode())
        return data

    def dropMimeData(self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index) -> bool:
        """Tell where a session shall go; the row is not taken out here, the timetable is read anew."""
        del row, column
        if action != Qt.DropAction.MoveAction or not data.hasFormat(MIME) or not parent.isValid():
            return False
        uid = data.data(MIME).toStdString()
        if uid and all(each.stored.uid != uid for each in self.entries(parent)):
            self.moved.emit(uid, *self.when(parent))
        return False


def described(each: SessionEntry) -> str:
    """All there is to say of a session."""
    content = each.stored.content
    clock = "—".join(content[name] for name in ("starts", "ends") if name in content)
    parts = [each.title, clock, tr("{hours} 学时", hours=hours_text(tenths(content["hours"])))]
    parts += [each.teacher, str(content.get("room", "")), state_text(each), *each.clashes]
    return "，".join(part for part in parts if part)


def state_text(each: SessionEntry) -> str:
    """What became of a session that is not held, with the reason."""
    if each.is_held:
        return ""
    content = each.stored.content
    told = table("session_state").label(content["state"])
    if each.went:
        told = tr("已调到 {when}", when=each.went)
    return tr("{state}（{reason}）", state=told, reason=content["reason"]) if "reason" in content else told
