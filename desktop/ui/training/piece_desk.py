"""The desk of one class or programme: a tab for each piece of the work, made when it is first opened.

A piece is made in one turn of the window, put into its tab in the next, and its forms grow in those behind it, so that
the window never stands still for long; what it shows is read when it is there.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QTabWidget, QWidget

from desktop.text import tr
from desktop.ui.desk import Desk
from desktop.ui.training.piece import Piece
from desktop.ui.widgets import column, scrolled

Pieces = Sequence[tuple[str, Callable[[Desk], Piece]]]
_TURN: Final = 1
"""Milliseconds to the next turn of the window; at 0 it would come before keys that wait and before the painting."""


class PieceDesk(QWidget):
    """Shows one thing on the tab in front; the others follow when they are opened."""

    saved = Signal(str)
    """The thing itself was made, changed or deleted (an empty uid) here."""

    def __init__(self, desk: Desk, pieces: Pieces, name: str) -> None:
        super().__init__()
        self.desk = desk
        self._made = pieces
        self.uid = ""
        self.pieces: dict[str, Piece] = {}
        self._shown: dict[str, str] = {}
        self._front = 0
        self._is_keyboard_wanted = False
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.setUsesScrollButtons(True)
        self.tabs.setAccessibleName(name)
        for title, _made in pieces:
            holder = QWidget()
            holder.setLayout(column(space=0, margins=(0, 8, 0, 0)))
            self.tabs.addTab(holder, tr(title))
        self.tabs.currentChanged.connect(self._turn_to)
        for keys, by in (("Ctrl+PgDown", 1), ("Ctrl+PgUp", -1)):
            QShortcut(QKeySequence(keys), self, lambda by=by: self.step(by))
        self.setLayout(column(self.tabs, space=0))
        desk.changed.connect(self._hear)

    @property
    def front(self) -> Piece:
        """The piece on the tab in front, made when it is first needed."""
        number = self._front
        title, make = self._made[number]
        if title not in self.pieces:
            made = make(self.desk)
            self.pieces[title] = made
            made.is_ready.clear()
            made.saved.connect(self.saved)
            made.wanted.connect(self._begin)
            QTimer.singleShot(_TURN, made, lambda: self._place(number, made))
        return self.pieces[title]

    def _place(self, number: int, piece: Piece) -> None:
        """Put a piece into its tab."""
        holder = self.tabs.widget(number).layout()
        assert holder is not None
        holder.addWidget(scrolled(piece))
        steps = piece.steps()
        QTimer.singleShot(_TURN, piece, lambda: self._grow(piece, steps))

    def _grow(self, piece: Piece, steps: Iterator[object]) -> None:
        """Make the next part of a piece; behind the last it is read and has the keyboard where that was wished."""
        if next(steps, None) is not None:
            QTimer.singleShot(_TURN, piece, lambda: self._grow(piece, steps))
            return
        piece.is_ready.set()
        if self._is_keyboard_wanted:
            self.focus_front()

    def focus_front(self) -> None:
        """Put the keyboard where the work of the tab in front begins, as soon as it is there."""
        self._is_keyboard_wanted = not self.front.is_ready.is_set()
        if not self._is_keyboard_wanted:
            self.front.focus_first()

    def open(self, title: str) -> Piece:
        """Bring a piece to the front by the title of its tab, and return it."""
        self.tabs.setCurrentIndex([name for name, _made in self._made].index(title))
        return self.front

    def _begin(self, title: str, what: object) -> None:
        """One tab asks another for something; nothing comes of it where the present one is not to be left."""
        piece = self.open(title)
        if self.tabs.tabText(self._front) == tr(title):
            piece.begin_for(what)

    def step(self, by: int) -> None:
        """The next tab, or the one before."""
        self.tabs.setCurrentIndex((self.tabs.currentIndex() + by) % self.tabs.count())
        self.focus_front()

    def forget(self) -> None:
        """Nothing is shown any more; a new thing is about to be made on one of the tabs."""
        self.uid = ""
        self._shown.clear()

    def show_class(self, uid: str) -> None:
        """Show a class (a programme) on the tab in front."""
        self.uid = uid
        self._show_front()

    def _show_front(self) -> None:
        title = self._made[self._front][0]
        piece = self.front
        if self._shown.get(title) != self.uid:
            self._shown[title] = self.uid
            piece.show_class(self.uid)
        else:
            piece.refresh()

    def _turn_to(self, number: int) -> None:
        """Another tab, unless the present one is not to be left."""
        if number == self._front:
            return
        if not self.front.may_leave():
            self.tabs.setCurrentIndex(self._front)
            return
        self._front = number
        if self.uid:
            self._show_front()

    def _hear(self, entities: object) -> None:
        """Something was written: what is in front is read anew if it reads that."""
        title = self._made[self._front][0]
        piece = self.pieces.get(title)
        if piece is None or not self.uid or not self.isVisible() or not isinstance(entities, frozenset):
            return
        if piece.READS & entities:
            piece.refresh()

    def may_leave(self) -> bool:
        """The piece in front asks where something is not saved."""
        piece = self.pieces.get(self._made[self._front][0])
        return piece is None or piece.may_leave()
