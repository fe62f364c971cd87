"""The table model over a Listing: masked numbers, a filter and an order, both as places of rows."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from desktop.kinds import Packed
from desktop.queries.columns import ANSWER
from desktop.queries.listing import ListColumn, cell_text
from desktop.ui.lists.listing import Listing

Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()


class RecordModel(QAbstractTableModel):
    """Rows of a Listing as they are filtered and ordered now."""

    sort_wanted = Signal(int, Qt.SortOrder)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.listing: Listing | None = None
        self.columns: list[ListColumn] = []
        self.places: list[int] = []
        self.masked = True

    def show(self, listing: Listing, columns: Sequence[ListColumn], places: Sequence[int]) -> None:
        """Show other rows, or the same ones anew."""
        self.beginResetModel()
        self.listing, self.columns, self.places = listing, list(columns), list(places)
        self.endResetModel()

    def set_masked(self, masked: bool) -> None:  # noqa: FBT001 - the one fact
        """Show personal numbers in part or in full."""
        self.masked = masked
        if self.places and self.columns:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.places) - 1, len(self.columns) - 1))

    def uid_at(self, line: int) -> str:
        """The record of a line of the table."""
        assert self.listing is not None
        return self.listing.uids[self.places[line]]

    def text_at(self, line: int, column: ListColumn) -> str:
        """What stands in a line under a column, as it is shown."""
        assert self.listing is not None
        return self.listing.text(self.places[line], column, masked=self.masked)

    def value_at(self, line: int, column: ListColumn) -> Packed | None:
        """The packed value of a line under a column."""
        assert self.listing is not None
        return self.listing.values[column.name][self.places[line]]

    def text_of(self, column: ListColumn, packed: Packed) -> str:
        """What a packed value under a column is shown as."""
        assert self.listing is not None
        return cell_text(column, packed, self.listing.names, masked=self.masked)

    def answer_at(self, line: int) -> str:
        """What the upper office answered about the record of a line; empty where nothing came."""
        assert self.listing is not None
        answers = self.listing.values.get(ANSWER.name)
        return str(answers[self.places[line]] or "") if answers else ""

    def line_of(self, uid: str) -> int:
        """The line where a record stands now; -1 where it is not shown."""
        place = self.listing.place_of.get(uid) if self.listing is not None else None
        return self.places.index(place) if place is not None and place in self.places else -1

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        """Qt asks."""
        return 0 if parent.isValid() else len(self.places)

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        """Qt asks."""
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401 - Qt's own
        """The text of a cell; the whole of it as the tip, of the first one with the answer of the upper office."""
        if not index.isValid():
            return None
        if role == Qt.ItemDataRole.ToolTipRole and index.column() == 0 and (answer := self.answer_at(index.row())):
            return f"{self.text_at(index.row(), self.columns[0])}\n{answer}"
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self.text_at(index.row(), self.columns[index.column()])
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: ANN401
        """The labels of the columns; lines are counted from 1."""
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return self.columns[section].label
        if role == Qt.ItemDataRole.DisplayRole:
            return str(section + 1)
        if role == Qt.ItemDataRole.TextAlignmentRole and orientation == Qt.Orientation.Horizontal:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Ask for another order; the page brings it from a Job."""
        if 0 <= column < len(self.columns):
            self.sort_wanted.emit(column, order)
