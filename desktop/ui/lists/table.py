"""The table of every list: rows selected whole, copied with headings, widths fitted to what is seen."""

from importlib import import_module

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from desktop.ui.lists.model import RecordModel
from desktop.ui.theme import theme

_LOOKED_AT = 60
_LEAST, _MOST = 48, 230


class RecordTable(QTableView):
    """A list of records; Enter opens the form, Ctrl+C copies the selected rows with headings."""

    opened = Signal()

    def __init__(self, model: RecordModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.records = model
        self.setModel(model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setStretchLastSection(True)
        header.setSectionsMovable(True)
        header.setHighlightSections(False)
        header.setSortIndicatorShown(True)
        header.setSortIndicatorClearable(True)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        header.setSectionsClickable(True)
        header.sortIndicatorChanged.connect(model.sort_wanted)
        self.doubleClicked.connect(lambda _index: self.opened.emit())
        theme.changed.connect(self.fit_columns)

    def fit_columns(self) -> None:
        """Rows of the look's height, columns as wide as their first rows ask; the last fills the rest."""
        self.verticalHeader().setDefaultSectionSize(theme.px(32))
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        model, metrics = self.records, self.fontMetrics()
        seen = range(min(model.rowCount(), _LOOKED_AT))
        for number, column in enumerate(model.columns):
            texts = [column.label + "　", *(str(model.data(model.index(line, number))) for line in seen)]
            widest = max(metrics.horizontalAdvance(text) for text in texts) + theme.px(24)
            self.setColumnWidth(number, min(max(widest, theme.px(_LEAST)), theme.px(_MOST)))

    def selected_lines(self) -> list[int]:
        """The lines selected, from the top."""
        return sorted(index.row() for index in self.selectionModel().selectedRows())

    def copy_selection(self) -> int:
        """Put the selected rows with headings on the clipboard as a spreadsheet takes them; returns how many."""
        lines = self.selected_lines()
        header = self.horizontalHeader()
        order = sorted(range(self.records.columnCount()), key=header.visualIndex)
        headings = [self.records.columns[number].label for number in order]
        rows = [[str(self.records.data(self.records.index(line, number))) for number in order] for line in lines]
        clipboard = import_module("desktop.ui.lists.clipboard")
        QGuiApplication.clipboard().setText(clipboard.rows_as_text(headings, rows))
        return len(lines)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+C copies rows, Enter and F2 go to the form."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_selection()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2):
            self.opened.emit()
        else:
            super().keyPressEvent(event)

    def select_line(self, line: int) -> None:
        """Select one line and bring it into view."""
        if 0 <= line < self.records.rowCount():
            index: QModelIndex = self.records.index(line, 0)
            self.setCurrentIndex(index)
            self.scrollTo(index)
