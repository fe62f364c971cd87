"""A model of rows that are only read: each row is one thing, shown as texts under headings."""

from collections.abc import Sequence
from typing import ClassVar, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor

from desktop.text import tr

Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()
Shown = TypeVar("Shown")


class PlainModel(QAbstractTableModel, Generic[Shown]):
    """Things in the order given; a subclass names the headings and says how one thing is told."""

    HEADINGS: ClassVar[tuple[str, ...]] = ()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: Sequence[Shown] = ()
        self.headings: Sequence[str] = [tr(each) for each in self.HEADINGS]

    def texts(self, row: Shown) -> tuple[str, ...]:
        """The texts of one row, one for each heading."""
        raise NotImplementedError

    def colours(self, row: Shown) -> tuple[str, ...]:
        """The colours of the texts of one row; an empty one, and those missing at the end, are the ink."""
        del row
        return ()

    def searched(self, row: Shown) -> str:
        """The text in which the words of a search are looked for."""
        return "\n".join(self.texts(row))

    def show(self, rows: Sequence[Shown]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        """Qt asks."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        """Qt asks."""
        return 0 if parent.isValid() else len(self.headings)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Text and colour of a cell."""
        if not index.isValid():
            return None
        row, column = self.rows[index.row()], index.column()
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            texts = self.texts(row)
            return texts[column] if column < len(texts) else ""
        if role == Qt.ItemDataRole.ForegroundRole:
            colours = self.colours(row)
            return QColor(colours[column]) if column < len(colours) and colours[column] else None
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The headings."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.headings[section]
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        return None
