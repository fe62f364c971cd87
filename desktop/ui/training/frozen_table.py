"""A wide table whose first and last columns stay while the middle moves: people, what is entered, what it adds up to.

Three views look at one model, each at its own columns; they scroll down together, and the line of the keyboard is
marked in all of them.
"""

from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetrics, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView

from desktop.ui.theme import theme
from desktop.ui.widgets import row

_LEAST_HIGH = 160
"""Headings, a few lines and the bar; where there is less room the page moves."""
_LOOKED_AT = 400
"""So many names are measured; the longest decides."""

Index = QModelIndex | QPersistentModelIndex
KeyTaker = Callable[[QKeyEvent], bool]


class CellView(QTableView):
    """A view whose cells are entered by keys; whoever owns it takes those it wants. No input method comes up in it."""

    def __init__(self, take_key: KeyTaker) -> None:
        super().__init__()
        self._take_key = take_key

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The owner first; of what is left letters only open cells: to search by them would only get in the way."""
        if self._take_key(event):
            return
        if self.editTriggers() != QAbstractItemView.EditTrigger.NoEditTriggers or not event.text().isprintable():
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Typed letters are no search."""

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Qt turns the input method on for a cell that can be typed into."""
        super().currentChanged(current, previous)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, on=False)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """And when the keyboard comes."""
        super().focusInEvent(event)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, on=False)


class _Heading(QHeaderView):
    """A heading of a given height: Qt would ask for the text of every column, again and again, to find it out."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.high = 0
        self.setSectionsClickable(True)

    def sizeHint(self) -> QSize:
        """As high as was said."""
        return QSize(0, self.high)


class FrozenTable(QFrame):
    """The three views; `cells` is the one with the keyboard."""

    moved = Signal(QModelIndex)
    """The keyboard stands in another cell."""

    def __init__(self, model: QAbstractTableModel, name: str, take_key: KeyTaker) -> None:
        super().__init__()
        self.model = model
        self.cells = CellView(take_key)
        self.before, self.behind = QTableView(), QTableView()
        self._edges: tuple[int, int] = (0, 0)
        self._arranged: tuple[object, ...] = ()
        model.modelReset.connect(self._forget_arrangement)
        for view in (self.before, self.cells, self.behind):
            self._prepare(view)
        self.cells.setAccessibleName(name)
        self.cells.setSelectionMode(QAbstractItemView.SelectionMode.ContiguousSelection)
        for view in (self.before, self.behind):
            view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
            view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
            view.clicked.connect(self._take_line)
            view.horizontalScrollBar().setStyleSheet("QScrollBar::handle { background: transparent; }")
        for view in (self.before, self.cells):
            view.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.behind.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        for view in (self.before, self.cells, self.behind):
            view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setMinimumHeight(theme.px(_LEAST_HIGH))
        self._scroll_together()
        self.cells.selectionModel().currentChanged.connect(lambda now, _old: self._tell(now))
        layout = row(self.before, self.cells, self.behind, space=0)
        layout.setStretch(1, 1)
        self.setLayout(layout)

    def _prepare(self, view: QTableView) -> None:
        view.setHorizontalHeader(_Heading())
        view.setModel(self.model)
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        view.setWordWrap(False)
        view.setTabKeyNavigation(False)
        view.setCornerButtonEnabled(False)
        view.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.verticalHeader().hide()
        view.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        view.horizontalHeader().setHighlightSections(False)
        view.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)

    def _scroll_together(self) -> None:
        bars = [view.verticalScrollBar() for view in (self.before, self.cells, self.behind)]
        for bar in bars:
            for other in bars:
                if other is not bar:
                    bar.valueChanged.connect(other.setValue)

    def _take_line(self, index: QModelIndex) -> None:
        """A click on a name or a sum brings the keyboard into that line."""
        column = max(self.cells.currentIndex().column(), self._edges[0])
        self.cells.setCurrentIndex(self.model.index(index.row(), column))
        self.cells.setFocus()

    def _tell(self, index: QModelIndex) -> None:
        for view in (self.before, self.behind):
            if index.isValid():
                view.selectRow(index.row())
            else:
                view.clearSelection()
        self.moved.emit(index)

    def arrange(self, before: Sequence[int], cells: Sequence[int], behind: Sequence[int], *, heading: int = 1) -> None:
        """Give widths at 100 %: of the columns before, of the cells, of those behind (0 hides); lines of a heading."""
        wanted = (tuple(before), tuple(cells), tuple(behind), heading, theme.percent)
        if wanted == self._arranged:
            return
        self._arranged = wanted
        first, last = len(before), len(before) + len(cells)
        self._edges = (first, last)
        widths = [*before, *cells, *behind]
        high = self.fontMetrics().lineSpacing() * heading + theme.px(12)
        shown_in = {self.before: range(first), self.cells: range(first, last), self.behind: range(last, len(widths))}
        for view, shown in shown_in.items():
            view.verticalHeader().setDefaultSectionSize(theme.px(30))
            header = view.horizontalHeader()
            assert isinstance(header, _Heading)
            header.high = high
            header.setFixedHeight(high)
            for number, width in enumerate(widths):
                view.setColumnHidden(number, number not in shown or not width)
                if number in shown:
                    view.setColumnWidth(number, theme.px(width))
        self.before.setFixedWidth(sum(theme.px(each) for each in before) + 2)
        bar = self.behind.verticalScrollBar().sizeHint().width()
        self.behind.setFixedWidth(sum(theme.px(each) for each in behind) + bar + 2)
        self.behind.horizontalHeader().setStretchLastSection(True)

    def _forget_arrangement(self) -> None:
        """Columns that are others have no widths yet."""
        self._arranged = ()

    def is_cell(self, index: QModelIndex) -> bool:
        """Whether an index lies among the cells."""
        return index.isValid() and self._edges[0] <= index.column() < self._edges[1]

    def go(self, line: int, column: int) -> None:
        """Put the keyboard into a cell, the nearest there is."""
        first, last = self._edges
        if last > first and self.model.rowCount():
            line = max(0, min(line, self.model.rowCount() - 1))
            self.cells.setCurrentIndex(self.model.index(line, max(first, min(column, last - 1))))

    def name_width(self, column: int, *, least: int = 70, most: int = 150) -> int:
        """The width at 100 % in which the texts of a column find room, within bounds."""
        count = min(self.model.rowCount(), _LOOKED_AT)
        texts = [str(self.model.index(line, column).data() or "") for line in range(count)]
        return self.width_of(texts, least=least, most=most)

    def width_of(self, names: Sequence[str], *, least: int = 70, most: int = 150) -> int:
        """The width at 100 % in which texts find room, within bounds."""
        widest = max(map(self.fontMetrics().horizontalAdvance, names[:_LOOKED_AT]), default=0)
        return max(least, min(most, round((widest + theme.px(26)) * 100 / theme.percent)))

    def heading_width(self, columns: Iterable[int], least: int) -> int:
        """The width at 100 % in which each heading of some columns is seen whole: 11/16上 is wider than 7/6上."""
        font = self.font()
        font.setBold(True)
        headings = (str(self.model.headerData(each, Qt.Orientation.Horizontal)) for each in columns)
        lines = (line for heading in headings for line in heading.split("\n"))
        widest = max(map(QFontMetrics(font).horizontalAdvance, lines), default=0)
        return max(least, round((widest + theme.px(20)) * 100 / theme.percent))

    def step(self) -> None:
        """The cell below; from the last one the top of the next column."""
        index = self.cells.currentIndex()
        if index.row() + 1 < self.model.rowCount():
            self.go(index.row() + 1, index.column())
        elif index.column() + 1 < self._edges[1]:
            self.go(0, index.column() + 1)

    def selected(self) -> list[QModelIndex]:
        """The selected cells, or the one with the keyboard."""
        found = [index for index in self.cells.selectionModel().selectedIndexes() if self.is_cell(index)]
        current = self.cells.currentIndex()
        return sorted(
            found or ([current] if self.is_cell(current) else []), key=lambda each: (each.column(), each.row())
        )

    def select_column(self) -> None:
        """Select the whole column of the keyboard."""
        if self.is_cell(self.cells.currentIndex()):
            self.cells.selectColumn(self.cells.currentIndex().column())
