"""A page of one plain list: read beside the window whenever it comes to the front, narrowed by words."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QBoxLayout, QLineEdit

from desktop.text import tr
from desktop.ui.desk import Desk
from desktop.ui.page import Page
from desktop.ui.plain_model import PlainModel
from desktop.ui.plain_table import PlainTable
from desktop.ui.screens import Entry
from desktop.ui.theme import theme


class PlainPage(Page):
    """A subclass says what is read, and what is told of it; a page in the back is read when it comes to the front."""

    def __init__(
        self, desk: Desk, entry: Entry, model: PlainModel[Any], most: Sequence[int], *, many: bool = True
    ) -> None:
        """`most` are the widths at 100 % that columns may have."""
        super().__init__(desk, tr(entry.label))
        model.setParent(self)
        self.model = model
        self.table = PlainTable(model, tr(entry.label), most, many=many)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self.tell())
        self.search = QLineEdit()
        self._all: Sequence[Any] = ()
        self._readings = 0

    def offer_search(self, told: str, width: int, place: QBoxLayout | None = None) -> None:
        """Put the search into its place, or among the buttons; `told` are the things that are found by words."""
        self.search.setPlaceholderText(tr("{what}  F3", what=told))
        self.search.setAccessibleName(tr("查找{what}", what=self.title.text()))
        self.search.setFixedWidth(theme.px(width))
        self.search.textChanged.connect(lambda _text: self._narrow())
        (place or self.tools).addWidget(self.search)
        QShortcut(QKeySequence(Qt.Key.Key_F3), self, self.search.setFocus)

    def read(self) -> Sequence[Any]:
        """The rows; called beside the window."""
        raise NotImplementedError

    def key(self, row: Any) -> object:  # noqa: ANN401 - whatever a row stands for
        """What tells a row from others when the list is read anew."""
        return row

    def tell(self) -> None:
        """Say what is chosen, as soon as it changes."""

    def show_for(self, what: object) -> None:
        """Read anew."""
        del what
        self.refresh()

    def focus_first(self) -> None:
        """The keyboard starts in the list."""
        self.table.setFocus()

    def refresh(self) -> None:
        """Read in a Job; the old lines stay until then, and of several Jobs the one begun last is shown."""
        self._readings += 1
        number = self._readings

        def take(rows: Sequence[Any]) -> None:
            if number == self._readings:
                self._take(rows)

        self.desk.jobs.run(tr("读取{what}", what=self.title.text()), lambda _p: self.read(), take, quiet=True)

    def refresh_in_front(self) -> None:
        """Something changed: read anew if anybody sees it."""
        if self.isVisible():
            self.refresh()

    def _take(self, rows: Sequence[Any]) -> None:
        self._all = rows
        self._narrow()

    def _narrow(self) -> None:
        words, line, present = self.search.text().lower().split(), self.table.currentIndex().row(), self.table.current()
        found = [each for each in self._all if all(word in self.model.searched(each).lower() for word in words)]
        self.table.show_rows(found)
        if not found:
            self.tell()
            return
        keys = [self.key(each) for each in found]
        is_there = present is not None and self.key(present) in keys
        self.table.select(keys.index(self.key(present)) if is_there else min(max(line, 0), len(found) - 1))
