"""The list of suggestions under a field: part of the window, no pop-up that takes the focus from an input method."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from desktop.ui.lists.search import SearchIndex, needle_of
from desktop.ui.theme import theme

_SHOWN: Final = 8
MOST: Final = 60


@dataclass(frozen=True, slots=True)
class Pick:
    """One thing to pick: its text, what stands for it, and the words by which it is found."""

    text: str
    value: Any
    search: str


def matching(picks: Iterable[Pick], typed: str) -> list[Pick]:
    """The picks that fit what was typed, those that begin with it first."""
    words = typed.lower().split()
    if not words:
        return list(islice(picks, MOST))
    needles = [needle_of(word) for word in words]
    found = [pick for pick in picks if all(needle in pick.search for needle in needles)]
    found.sort(key=lambda pick: not pick.text.lower().startswith(words[0]))
    return found[:MOST]


class PickSource:
    """What a field offers: few picks looked through one by one, or very many by an index."""

    def __init__(self, picks: Sequence[Pick] = (), index: SearchIndex | None = None) -> None:
        self._picks, self._index = picks, index

    def first(self) -> list[Pick]:
        """As many as a list under a field shows."""
        return list(self._picks[:MOST])

    def matching(self, typed: str) -> list[Pick]:
        """The picks that fit what was typed."""
        if self._index is None:
            return matching(self._picks, typed)
        places = self._index.find(typed.lower().split()) or ()
        return matching((self._picks[place] for place in places[: MOST * MOST]), typed)


class Suggestions(QListWidget):
    """Shown below its owner inside the same window; the owner keeps the keyboard and moves the current line."""

    def __init__(self, owner: QWidget, chosen: Callable[[Pick], None]) -> None:
        super().__init__(owner.window())
        self._owner = owner
        self._chosen = chosen
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.itemClicked.connect(self._take)
        self.hide()

    def offer(self, picks: Sequence[Pick], *, current: int = 0) -> None:
        """Show some picks, or nothing where there are none."""
        self.clear()
        for pick in picks:
            item = QListWidgetItem(pick.text)
            item.setData(Qt.ItemDataRole.UserRole, pick)
            item.setToolTip(pick.text)
            self.addItem(item)
        if not picks:
            self.hide()
            return
        self.setCurrentRow(current)
        self._place()
        self.show()
        self.raise_()

    def _place(self) -> None:
        if self.parentWidget() is not self._owner.window():
            self.setParent(self._owner.window())
        window = self._owner.window()
        height = min(self.count(), _SHOWN) * self.sizeHintForRow(0) + theme.px(4)
        below = self._owner.mapTo(window, QPoint(0, self._owner.height() + 2))
        if below.y() + height > window.height():
            below = self._owner.mapTo(window, QPoint(0, -height - 2))
        width = max(self._owner.width(), min(theme.px(280), window.width() - below.x() - theme.px(8)))
        self.setGeometry(below.x(), max(below.y(), 0), width, height)

    def move_current(self, by: int) -> None:
        """Go up or down in the list."""
        if self.count():
            self.setCurrentRow(max(0, min(self.count() - 1, self.currentRow() + by)))

    def take_current(self) -> bool:
        """Choose the current line; returns whether there was one."""
        item = self.currentItem() if self.isVisible() else None
        if item is None:
            return False
        self._take(item)
        return True

    def _take(self, item: QListWidgetItem) -> None:
        self.hide()
        self._chosen(item.data(Qt.ItemDataRole.UserRole))
