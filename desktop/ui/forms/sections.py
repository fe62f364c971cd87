"""The fields of a form in sections, in one or two columns as the width allows."""

from collections.abc import Collection, Iterable, Iterator
from itertools import groupby, islice

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QScrollArea, QVBoxLayout, QWidget

from desktop.fields import children_of, fields_of
from desktop.kinds import Picture
from desktop.models.base import Record
from desktop.ui.forms.cell import FieldCell
from desktop.ui.forms.editors import LinkSource
from desktop.ui.forms.lines import LinesTable
from desktop.ui.theme import theme
from desktop.ui.widgets import label

_TWO_COLUMNS = 440
_AT_ONCE = 5
"""So many fields are made in one turn of the window."""


class Sections(QScrollArea):
    """All cells and line tables of an entity in declared order; Enter goes from one to the next.

    They are made a few at a time, by `grow`: a section in one go would keep the window from being painted.
    """

    edited = Signal()
    checked = Signal()
    """A field was left."""
    at_end = Signal()
    """Enter was pressed in the last field."""

    def __init__(self, entity: type[Record], links: LinkSource, *, without: Collection[str] = ()) -> None:
        super().__init__()
        self.entity = entity
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inner = QWidget()
        self._grids: list[tuple[QGridLayout, list[FieldCell]]] = []
        self._columns = 0
        self.cells: dict[str, FieldCell] = {}
        self.tables: list[LinesTable] = []
        layout = QVBoxLayout(inner)
        layout.setContentsMargins(0, 0, theme.px(8), 0)
        layout.setSpacing(theme.px(6))
        self.setWidget(inner)  # before it has children: by itself it would be polished as a window of its own
        self._growth = self._grow(layout, links, without)

    def grow(self) -> bool:
        """Make the next fields; whether there is more to make."""
        return next(self._growth, False)

    def _grow(self, layout: QVBoxLayout, links: LinkSource, without: Collection[str]) -> Iterator[bool]:
        fields = [each for each in fields_of(self.entity) if not each.internal and not isinstance(each.kind, Picture)]
        fields = [each for each in fields if each.name not in without]
        order = list(dict.fromkeys(each.section for each in fields))
        fields.sort(key=lambda each: order.index(each.section))
        for section, some in groupby(fields, key=lambda each: each.section):
            if section:
                layout.addWidget(label(section, "section"))
            grid = QGridLayout()
            grid.setHorizontalSpacing(theme.px(12))
            grid.setVerticalSpacing(theme.px(7))
            cells: list[FieldCell] = []
            self._grids.append((grid, cells))
            layout.addLayout(grid)
            layout.addSpacing(theme.px(6))
            while few := tuple(islice(some, _AT_ONCE)):
                cells += [self._cell(FieldCell(field, links)) for field in few]
                yield True
        for child in children_of(self.entity):
            table = LinesTable(child, links)
            self.tables.append(table)
            layout.addWidget(table)
            table.edited.connect(self.edited)
            yield True
        layout.addStretch(1)
        self._arrange(2)

    def _cell(self, cell: FieldCell) -> FieldCell:
        self.cells[cell.field.name] = cell
        cell.edited.connect(self.edited)
        cell.editor.moved.connect(lambda on: self.move_from(cell, on=on))
        cell.editor.left.connect(self.checked)
        return cell

    def move_from(self, cell: FieldCell, *, on: bool) -> None:
        """Go to the next field that can be typed in, or back."""
        cells: Iterable[FieldCell] = self.cells.values()
        open_cells = [each for each in cells if not each.editor.isReadOnly() or each is cell]
        place = open_cells.index(cell) + (1 if on else -1)
        if place >= len(open_cells):
            cell.check()
            self.at_end.emit()
        elif place >= 0:
            self.focus_cell(open_cells[place])

    def focus_cell(self, cell: FieldCell) -> None:
        """Put the keyboard into a field, in sight."""
        cell.editor.setFocus()
        if hasattr(cell.editor, "selectAll"):
            cell.editor.selectAll()
        self.ensureWidgetVisible(cell, 0, theme.px(24))

    def focus_named(self, name: str) -> None:
        """Put the keyboard into the field of a name, or into the lines that a name such as educations.2 lies in."""
        first = name.partition(".")[0]
        if first in self.cells:
            self.focus_cell(self.cells[first])
            return
        for table in self.tables:
            if table.child.name == first:
                table.table.setFocus()
                self.ensureWidgetVisible(table)

    def show_problem(self, name: str, text: str) -> bool:
        """Put a sentence under the field or the lines of a name and go there; False where there are none."""
        first = name.partition(".")[0]
        table = next((each for each in self.tables if each.child.name == first), None)
        if first in self.cells:
            self.cells[first].set_problem(text)
        elif table is not None:
            table.set_problem(text)
        else:
            return False
        self.focus_named(first)
        return True

    def current_cell(self) -> FieldCell | None:
        """The field that has the keyboard."""
        return next((cell for cell in self.cells.values() if cell.editor.hasFocus()), None)

    def is_composing(self) -> bool:
        """Whether an input method is in the middle of a word in one of the fields."""
        cells = any(cell.editor.composing for cell in self.cells.values())
        return cells or any(table.composing for table in self.tables)

    def focus_first(self) -> None:
        """Put the keyboard into the first field that can be typed in."""
        for cell in self.cells.values():
            if not cell.editor.isReadOnly():
                self.focus_cell(cell)
                return

    def resizeEvent(self, event: QResizeEvent) -> None:
        """One column where two would squeeze the fields."""
        super().resizeEvent(event)
        self._arrange(2 if self.viewport().width() >= theme.px(_TWO_COLUMNS) else 1)

    def _arrange(self, columns: int) -> None:
        if columns == self._columns:
            return
        self._columns = columns
        for grid, cells in self._grids:
            for cell in cells:
                grid.removeWidget(cell)  # an item that is only taken lives on, and keeps the cell's height as it was
            line = place = 0
            for cell in cells:
                if cell.is_wide:
                    line += 1 if place else 0
                    grid.addWidget(cell, line, 0, 1, columns)
                    line, place = line + 1, 0
                    continue
                grid.addWidget(cell, line, place)
                place += 1
                if place == columns:
                    line, place = line + 1, 0
            for number in range(2):
                grid.setColumnStretch(number, 1 if number < columns else 0)
                grid.setColumnMinimumWidth(number, 0)
