"""A plain list of rows for the pages of packages: texts, one payload a row, the colour of one column."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QItemSelectionModel
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from desktop.ui.column_widths import ColumnWidths
from desktop.ui.plain_model import PlainModel
from desktop.ui.theme import theme


@dataclass(frozen=True, slots=True)
class Row:
    """Texts by column, what the row stands for, and colours by column."""

    texts: tuple[str, ...]
    what: Any
    colours: tuple[str, ...] = ()


class RowsModel(PlainModel[Row]):
    """Rows under headings that may change with them."""

    def texts(self, row: Row) -> tuple[str, ...]:
        """The texts of one row."""
        return row.texts

    def colours(self, row: Row) -> tuple[str, ...]:
        """Their colours."""
        return row.colours

    def show_under(self, headings: Sequence[str], rows: Sequence[Row]) -> None:
        """Show other rows under other headings."""
        self.headings = list(headings)
        self.show(rows)


class RowsTable(QTableView):
    """The rows with one selected at a time; the last column takes the rest of the width."""

    def __init__(
        self, name: str, headings: Sequence[str], widths: Sequence[int], *, by_cell: bool = False, fits: bool = False
    ) -> None:
        """`widths` at 100 %; a table that `fits` takes less where its texts are shorter."""
        super().__init__()
        self.rows = RowsModel(self)
        self.rows.show_under(headings, ())
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
        ColumnWidths(self, widths, is_tight=fits)

    def show_rows(self, rows: Sequence[Row], headings: Sequence[str] | None = None) -> None:
        """Show other rows; the first is selected."""
        self.rows.show_under(headings if headings is not None else self.rows.headings, rows)
        if rows:
            self.select_line(0)

    def select_line(self, line: int, *, further: bool = False) -> None:
        """Select one line, or one `further`, with the keyboard there; keys held down, as in Ctrl+Z, do not matter."""
        flags = (
            QItemSelectionModel.SelectionFlag.Select if further else QItemSelectionModel.SelectionFlag.ClearAndSelect
        )
        if self.selectionBehavior() == QAbstractItemView.SelectionBehavior.SelectRows:
            flags |= QItemSelectionModel.SelectionFlag.Rows
        self.selectionModel().setCurrentIndex(self.rows.index(line, 0), flags)

    def selected(self) -> Any:  # noqa: ANN401 - whatever the row stands for
        """What the row at the keyboard stands for; None where there is none."""
        index = self.currentIndex()
        return self.rows.rows[index.row()].what if index.isValid() else None
