"""A table of rows that are only read, over a PlainModel: one line selected, its thing told; copied with headings."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QItemSelectionModel, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from desktop.ui.column_widths import ColumnWidths
from desktop.ui.lists.clipboard import rows_as_text
from desktop.ui.plain_model import PlainModel
from desktop.ui.theme import theme


class PlainTable(QTableView):
    """Rows of one height; `most` are the widths at 100 % that columns may have, the last takes what is left."""

    chosen = Signal(object)
    """The thing of the line with the keyboard."""

    def __init__(self, model: PlainModel[Any], name: str, most: Sequence[int], *, many: bool = False) -> None:
        super().__init__()
        self.plain = model
        self._is_quiet = False
        self.setModel(model)
        self.setAccessibleName(name)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        mode = QAbstractItemView.SelectionMode
        self.setSelectionMode(mode.ExtendedSelection if many else mode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setHighlightSections(False)
        self.selectionModel().currentRowChanged.connect(lambda now, _old: self._tell(now.row()))
        self._widths = ColumnWidths(self, most, is_tight=True)
        self.fit()
        theme.changed.connect(self.fit)

    def fit(self) -> None:
        """Rows of the look's height; columns as wide as heading and first rows ask, within the most of each."""
        self.verticalHeader().setDefaultSectionSize(theme.px(32))
        self._widths.fit()

    def _tell(self, line: int) -> None:
        if not self._is_quiet and 0 <= line < len(self.plain.rows):
            self.chosen.emit(self.plain.rows[line])

    def show_rows(self, rows: Sequence[Any]) -> None:
        """Show other rows without telling which is chosen."""
        self._is_quiet = True
        self.plain.show(rows)
        self._is_quiet = False

    def select(self, line: int) -> None:
        """Put the keyboard's line somewhere without telling it."""
        self._is_quiet = True
        # By its flags: a key that is still held down must not turn the selection over, as `selectRow` lets it.
        rows = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        self.selectionModel().setCurrentIndex(self.plain.index(line, 0), rows)
        self._is_quiet = False

    def current(self) -> Any:  # noqa: ANN401 - whatever a row stands for
        """The thing of the line with the keyboard; None where there is none."""
        line = self.currentIndex().row()
        return self.plain.rows[line] if 0 <= line < len(self.plain.rows) else None

    def selected(self) -> list[Any]:
        """The things of all selected lines, from the top."""
        lines = sorted({index.row() for index in self.selectionModel().selectedRows()})
        return [self.plain.rows[line] for line in lines if line < len(self.plain.rows)]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+C copies the selected lines as a spreadsheet takes them."""
        if event.matches(QKeySequence.StandardKey.Copy):
            texts = [self.plain.texts(each) for each in self.selected()]
            QGuiApplication.clipboard().setText(rows_as_text(self.plain.HEADINGS, texts))
        else:
            super().keyPressEvent(event)
