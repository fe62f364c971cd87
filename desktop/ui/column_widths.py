"""The widths of a table's columns as its page wishes them, given up as far as needed where the window is narrow."""

from collections.abc import Mapping, Sequence
from typing import Final

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QTableView
from shiboken6 import isValid

from desktop.ui.theme import theme

_LOOKED_AT: Final = 30
"""So many rows tell what a column needs: Qt itself would ask for each cell of a thousand, and the window would wait."""

_FRAME: Final = 2
"""Pixels of the line around the cell that has the keyboard, which Qt does not count in."""


class ColumnWidths(QObject):
    """Keeps the columns of one table in sight: where the wished widths find no room, each takes what its cells need.

    The last column takes what is left, and needs no wish.
    """

    def __init__(self, table: QTableView, wished: Sequence[int] | Mapping[int, int], *, is_tight: bool = False) -> None:
        """`wished` are pixels at 100 %, by the place of the column; in a tight table no column is wider than needed."""
        super().__init__(table)
        self._table = table
        self._is_tight = is_tight
        self._wished = dict(enumerate(wished)) if not isinstance(wished, Mapping) else dict(wished)
        table.horizontalHeader().setStretchLastSection(True)
        table.horizontalHeader().setResizeContentsPrecision(_LOOKED_AT)
        table.viewport().installEventFilter(self)
        table.model().modelReset.connect(self.fit)
        self.fit()

    def fit(self) -> None:
        """Give the columns their widths anew."""
        if not isValid(self._table):  # its model and its size change once more while it is deleted
            return
        table, header = self._table, self._table.horizontalHeader()
        shown = [place for place in range(table.model().columnCount()) if not table.isColumnHidden(place)]
        wished = {place: theme.px(self._wished[place]) for place in shown[:-1] if place in self._wished}
        needed = {
            place: max(
                table.sizeHintForColumn(place) + _FRAME, header.sectionSizeHint(place), header.minimumSectionSize()
            )
            for place in shown
        }
        last = needed[shown[-1]] if shown else 0
        if self._is_tight or sum(wished.values()) + last > table.viewport().width():
            wished = {place: min(width, needed[place]) for place, width in wished.items()}
        for place, width in wished.items():
            table.setColumnWidth(place, width)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Another width of the table."""
        if isinstance(event, QResizeEvent) and event.size().width() != event.oldSize().width():
            self.fit()
        return super().eventFilter(watched, event)
