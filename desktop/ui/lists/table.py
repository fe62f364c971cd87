"""The table of every list: rows selected whole, copied with headings, widths fitted to what is seen."""

from importlib import import_module

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from desktop.kinds import Link, LongText, Text
from desktop.ui.lists.model import RecordModel
from desktop.ui.lists.row_painter import SIGN, RowPainter
from desktop.ui.theme import theme

_LOOKED_AT = 60
_LEAST, _MOST, _CUT = 48, 230, 104
"""Widths: the least of any column, the most at first, the least of one whose texts may be cut."""


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
        # A bar that comes and goes with what is typed would move the columns under the eyes, and fit them at each key.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        bar = self.verticalScrollBar()
        bar.rangeChanged.connect(lambda _least, most: bar.setEnabled(most > 0))
        self._painter = RowPainter(model)
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
        """Rows of the look's height, columns as wide as their first rows ask; the last fills the rest.

        Where all do not find room, running texts and names of schools give way before the table has to be moved;
        names of people and things, dates and numbers are never cut.
        """
        self.verticalHeader().setDefaultSectionSize(theme.px(32))
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        wanted = [self._wanted_width(number) for number in range(len(self.records.columns))]
        least = [self._squeezable(number, width) for number, width in enumerate(wanted)]
        for number, width in enumerate(_squeezed(wanted, least, self.viewport().width())):
            self.setColumnWidth(number, width)

    def _wanted_width(self, number: int) -> int:
        model, metrics = self.records, self.fontMetrics()
        column = model.columns[number]
        texts = [model.text_at(line, column) for line in range(min(model.rowCount(), _LOOKED_AT))]
        widest = max((metrics.horizontalAdvance(text) for text in texts), default=0) + theme.px(24)
        if number == 0 and any(map(model.answer_at, range(len(texts)))):
            widest += theme.px(SIGN)
        return min(max(widest, self._least_width(number)), theme.px(_MOST))

    def _squeezable(self, number: int, wanted: int) -> int:
        """The least width of a column that may be cut; the wanted one of others."""
        column = self.records.columns[number]
        is_text = isinstance(column.kind, Link | Text | LongText) and column.name != "name"
        return min(wanted, theme.px(_CUT)) if is_text else wanted

    def _least_width(self, number: int) -> int:
        heading = self.fontMetrics().horizontalAdvance(self.records.columns[number].label)
        return max(heading + theme.px(26), theme.px(_LEAST))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Columns find room anew, but not under the hand of who drags them."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.fit_columns()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rows in one go."""
        self._painter.paint(self, event.rect())

    def selected_lines(self) -> list[int]:
        """The lines selected, from the top."""
        chosen = self.selectionModel().selection()
        ranges = [chosen.at(number) for number in range(chosen.count())]
        return sorted({line for each in ranges for line in range(each.top(), each.bottom() + 1)})

    def copy_selection(self) -> int:
        """Put the selected rows with headings on the clipboard as a spreadsheet takes them; returns how many."""
        lines = self.selected_lines()
        header = self.horizontalHeader()
        order = sorted(range(self.records.columnCount()), key=header.visualIndex)
        headings = [self.records.columns[number].label for number in order]
        rows = [[self.records.text_at(line, self.records.columns[number]) for number in order] for line in lines]
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
            # A key that is held down, as in Ctrl+Shift+S, must not make it a change of the selection.
            flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
            self.selectionModel().setCurrentIndex(index, flags)
            self.scrollTo(index)


def _squeezed(wanted: list[int], least: list[int], room: int) -> list[int]:
    """The widths that fit into the room: the widest give way first, none below its least."""
    widths = list(wanted)
    while sum(widths) > room:
        spare = [(width - low, number) for number, (width, low) in enumerate(zip(widths, least, strict=True))]
        most, number = max((each for each in spare if each[0] > 0), key=lambda each: widths[each[1]], default=(0, 0))
        if most <= 0:
            break
        widths[number] -= min(most, max(8, (sum(widths) - room) // 4))
    return widths
