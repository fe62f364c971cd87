"""A plain list of rows for the pages of packages: texts, one payload a row, the colour of one column."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from desktop.ui.theme import theme

Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()


@dataclass(frozen=True, slots=True)
class Row:
    """Texts by column, what the row stands for, and colours by column."""

    texts: tuple[str, ...]
    what: Any
    colours: tuple[str, ...] = ()


class RowsModel(QAbstractTableModel):
    """Rows of texts under headings."""

    def __init__(self, headings: Sequence[str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.headings = list(headings)
        self.rows: list[Row] = []

    def show(self, rows: Sequence[Row], headings: Sequence[str] | None = None) -> None:
        """Show other rows."""
        self.beginResetModel()
        self.rows = list(rows)
        self.headings = list(headings) if headings is not None else self.headings
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
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole) and column < len(row.texts):
            return row.texts[column]
        if role == Qt.ItemDataRole.ForegroundRole and column < len(row.colours) and row.colours[column]:
            return QColor(row.colours[column])
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The headings."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.headings[section]
        return None


class RowsTable(QTableView):
    """The rows with one selected at a time; the last column takes the rest of the width."""

    def __init__(self, name: str, headings: Sequence[str], widths: Sequence[int], *, by_cell: bool = False) -> None:
        super().__init__()
        self.rows = RowsModel(headings, self)
        self.setModel(self.rows)
        self.setAccessibleName(name)
        behaviour = QAbstractItemView.SelectionBehavior
        self.setSelectionBehavior(behaviour.SelectItems if by_cell else behaviour.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(theme.px(34))
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setStretchLastSection(True)
        self._widths = tuple(widths)
        self.fit()

    def fit(self) -> None:
        """Give the columns their widths again."""
        for number, width in enumerate(self._widths):
            self.setColumnWidth(number, theme.px(width))

    def show_rows(self, rows: Sequence[Row], headings: Sequence[str] | None = None) -> None:
        """Show other rows; the first is selected."""
        self.rows.show(rows, headings)
        self.fit()
        if rows:
            self.selectRow(0) if self.selectionBehavior().name == "SelectRows" else self.setCurrentIndex(
                self.rows.index(0, 0)
            )

    def selected(self) -> Any:  # noqa: ANN401 - whatever the row stands for
        """What the row at the keyboard stands for; None where there is none."""
        index = self.currentIndex()
        return self.rows.rows[index.row()].what if index.isValid() else None
