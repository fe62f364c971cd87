"""The week on the screen: drag a session to another half-day, or move it with Alt and the arrows."""

from typing import Final

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QDragMoveEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from desktop.queries.training.occupied import Occupied
from desktop.queries.training.week import SessionEntry
from desktop.text import tr
from desktop.ui.theme import theme
from desktop.ui.training.week_cards import WeekCards
from desktop.ui.training.week_model import DAYS, EVENING, WeekModel
from desktop.ui.training.week_texts import hovered_text

_STEPS: Final = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}
_LOW: Final = 52
"""The height of an evening without sessions."""


class WeekView(QTableView):
    """Half-days under days; one session is at the keyboard, Up and Down go through those of one half-day."""

    shifted = Signal(str, int, int)
    """A session (uid) shall be held so many days and half-days later."""
    opened = Signal()
    """Enter, F2 or a double click: the session at the keyboard shall be edited, or a new one made."""
    dropped = Signal()
    """Delete: the session at the keyboard shall not be held."""
    paged = Signal(int)
    """Another week: so many weeks later."""
    chosen = Signal()
    hovered = Signal(str)
    """A session is dragged: what it would clash with where it is; "" when that is over."""

    def __init__(self) -> None:
        super().__init__()
        self.week = WeekModel(self)
        self.occupied: Occupied | None = None
        self.cards = WeekCards(self.week, self)
        self.setModel(self.week)
        self.setItemDelegate(self.cards)
        self.setAccessibleName(tr("周课表"))
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setDragDropOverwriteMode(True)
        self.setDropIndicatorShown(True)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
            header.setSectionsClickable(False)
            header.setHighlightSections(False)
        self.verticalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignCenter)
        self.horizontalHeader().setMinimumSectionSize(theme.px(40))
        self.selectionModel().currentChanged.connect(lambda now, _before: self._enter(now))

    def fit_rows(self) -> None:
        """Give the evening less room in a week without any."""
        header = self.verticalHeader()
        is_empty = not any(self.week.entries(self.week.index(EVENING, day)) for day in range(DAYS))
        mode = QHeaderView.ResizeMode
        header.setSectionResizeMode(EVENING, mode.Fixed if is_empty else mode.Stretch)
        if is_empty:
            header.resizeSection(EVENING, theme.px(_LOW))

    def entry(self) -> SessionEntry | None:
        """The session at the keyboard."""
        entries = self.week.entries(self.currentIndex())
        return next((each for each in entries if each.stored.uid == self.cards.chosen), None)

    def choose(self, uid: str, when: tuple[str, str]) -> None:
        """Put the keyboard on a session, or on an empty half-day."""
        index = self.week.place_of(when)
        if index.isValid():
            flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
            self.selectionModel().setCurrentIndex(index, flag)
            self._mark(uid if any(each.stored.uid == uid for each in self.week.entries(index)) else self._first(index))

    def _first(self, index: QModelIndex) -> str:
        entries = self.week.entries(index)
        return entries[0].stored.uid if entries else ""

    def _enter(self, index: QModelIndex) -> None:
        if not any(each.stored.uid == self.cards.chosen for each in self.week.entries(index)):
            self._mark(self._first(index))

    def _mark(self, uid: str) -> None:
        self.cards.chosen = self.week.dragged = uid
        self.viewport().update()
        self.chosen.emit()

    def _within_cell(self, by: int) -> bool:
        """Go to another session of the same half-day; False where there is none."""
        uids = [each.stored.uid for each in self.week.entries(self.currentIndex())]
        if self.cards.chosen not in uids:
            return False
        place = uids.index(self.cards.chosen) + by
        if not 0 <= place < len(uids):
            return False
        self._mark(uids[place])
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go, with Alt they move the session; Enter edits, Delete cancels, PgUp and PgDn turn the week."""
        key = Qt.Key(event.key())
        with_alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        weeks = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}.get(key)
        entry = self.entry()
        if with_alt and entry is not None and key in _STEPS:
            halves, days = _STEPS[key]
            self.shifted.emit(entry.stored.uid, days, halves)
        elif with_alt and entry is not None and weeks is not None:
            self.shifted.emit(entry.stored.uid, weeks * DAYS, 0)
        elif weeks is not None and not event.modifiers():
            self.paged.emit(weeks)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2):
            self.opened.emit()
        elif key == Qt.Key.Key_Delete:
            self.dropped.emit()
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and self._within_cell(_STEPS[key][0]):
            pass
        else:
            super().keyPressEvent(event)

    def startDrag(self, supported: Qt.DropAction) -> None:
        """While a session is dragged every half-day tells whether it may go there."""
        self.mark(self.cards.chosen)
        super().startDrag(supported)
        self.mark("")
        self.hovered.emit("")

    def mark(self, uid: str) -> None:
        """Colour the half-days with which a session would clash; none for an empty uid."""
        found = self.occupied if uid else None
        half_days = self.week.half_days() if found is not None else ()
        self.week.mark({when: found.clashes_if(uid, when) for when in half_days} if found is not None else {})

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Tell what clashes in the half-day over which it is held."""
        super().dragMoveEvent(event)
        index = self.indexAt(event.position().toPoint())
        if index.isValid():
            when = self.week.when(index)
            self.hovered.emit(hovered_text(when, self.week.clashing.get(when, ())))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The card under the mouse is the one that is chosen and dragged."""
        self._take_at(event)
        super().mousePressEvent(event)
        self._take_at(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Edit the card, or make one in an empty half-day."""
        self._take_at(event)
        self.opened.emit()

    def _take_at(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        index = self.indexAt(point)
        if index.isValid():
            entry = self.cards.entry_at(self.visualRect(index), index, point)
            self._mark(entry.stored.uid if entry is not None else "")
