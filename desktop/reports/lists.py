"""Lists on paper: the heading on every page, rows of one height, sums, and an end that never stands alone."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from itertools import accumulate, groupby

from desktop.reports.blocks import NONE, ListTable
from desktop.reports.fitting import Fitted, fit
from desktop.reports.flow import PADDING, Flow
from desktop.reports.fonts import Family
from desktop.reports.paper import FORM_SIZES, LIST_SIZES, POINTS_PER_MM, THIN, Align

HEAD = 10.0  # height of a heading of one row; one of two rows has two of 8 mm
HEAD_TWO = 8.0
_TOGETHER = 2  # rows that go along with the end of a list
_STEP = 100  # rows between two words about progress


def head_height(table: ListTable) -> float:
    """The height of the heading in millimetres."""
    return 2 * HEAD_TWO if any(column.group for column in table.columns) else HEAD


def end_height(table: ListTable) -> float:
    """The height of the total and the closing row in millimetres."""
    return table.row_height * (bool(table.total_label) + bool(table.closing))


def row_name(table: ListTable, number: int) -> str:
    """How a row is called in messages: 第3行 王某（云岭县第一中学）."""
    row = table.rows[number]
    name = row[table.name_column] if table.name_column < len(row) else ""
    unit = row[table.unit_column] if table.unit_column is not None else ""
    return f"第{number + 1}行 {name}{f'（{unit}）' if unit else ''}".rstrip()


def draw_list(flow: Flow, table: ListTable, *, after: float, advance: Callable[[int], None]) -> None:
    """Draw a list; `after` is the height of what must stay with its end, `advance` is told of rows drawn."""
    table = side_by_side(table)
    drawer = _ListDrawer(flow, table)
    tail = end_height(table) + after
    flow.need(head_height(table) + min(len(table.rows), _TOGETHER) * table.row_height)
    done, total = 0, len(table.rows)
    while True:
        room = flow.room - head_height(table)
        count = rows_on_page(total - done, room, tail, table.row_height)
        while count > 1 and done + count in table.strong_rows:
            count -= 1  # a subtotal never begins a page
        drawer.draw_head()
        for number in range(done, done + count):
            drawer.draw_row(number)
            if number % _STEP == 0:
                advance(min(_STEP, total - number))
        done += count
        drawer.end_page()
        if done == total and flow.room >= tail:
            break
        flow.new_page()
    drawer.draw_end()


def side_by_side(table: ListTable) -> ListTable:
    """The list as it is drawn: where its rows stand beside each other, with its columns so many times."""
    if table.beside == 1:
        return table
    length = -(-len(table.rows) // table.beside)
    blank = ("",) * len(table.columns)
    rows = [*table.rows, *[blank] * (length * table.beside - len(table.rows))]
    joined = (tuple(text for row in rows[place::length] for text in row) for place in range(length))
    return replace(table, columns=table.columns * table.beside, rows=tuple(joined), beside=1)


def rows_on_page(left: int, room: float, tail: float, height: float) -> int:
    """How many of the rows left go on a page with this room, so that the tail is never without two of them."""
    capacity = int(room / height)
    if left * height + tail <= room:
        return left
    if left <= capacity:
        return max(left - _TOGETHER, 1 if left else 0)
    return max(capacity - max(_TOGETHER - (left - capacity), 0), 1)


class _ListDrawer:
    """Draws one list; widths of columns and their middles are worked out once."""

    def __init__(self, flow: Flow, table: ListTable) -> None:
        self._flow, self._table = flow, table
        share = flow.paper.grid_width / sum(column.mm for column in table.columns)
        widths = [column.mm * share for column in table.columns]
        self._edges = list(accumulate(widths, initial=flow.paper.left))
        self._rooms = [(width - 2 * PADDING) * POINTS_PER_MM for width in widths]
        self._high = (table.row_height - PADDING / 2) * POINTS_PER_MM
        self._sizes = [tuple(size for size in table.sizes if size >= column.least) for column in table.columns]
        self._heights = [self._high if column.wrap else 0 for column in table.columns]
        self._places = [self._place(number) for number in range(len(table.columns))]
        self._merges = [place for place, column in enumerate(table.columns) if column.merged]
        self._from, self._drawn = 0.0, 0

    def _place(self, number: int) -> tuple[float, Align]:
        first, last, align = self._edges[number], self._edges[number + 1], self._table.columns[number].align
        across = {Align.LEFT: first + PADDING, Align.RIGHT: last - PADDING, Align.CENTER: (first + last) / 2}
        return across[align], align

    def draw_head(self) -> None:
        """Draw the heading, neighbours of one group under a merged cell."""
        flow, columns = self._flow, self._table.columns
        flow.begin_frame()
        high = head_height(self._table)
        boxes: list[tuple[float, float, float, float]] = []
        for group, members in groupby(range(len(columns)), key=lambda number: columns[number].group or number):
            numbers = list(members)
            first, last = self._edges[numbers[0]], self._edges[numbers[-1] + 1]
            below = flow.y
            if isinstance(group, str):
                self._label(group, first, last, flow.y, HEAD_TWO)
                boxes.append((first, flow.y, last - first, HEAD_TWO))
                below += HEAD_TWO
            for number in numbers:
                left, right = self._edges[number], self._edges[number + 1]
                self._label(columns[number].label, left, right, below, flow.y + high - below)
                boxes.append((left, below, right - left, flow.y + high - below))
        flow.pen.boxes(THIN, boxes)
        flow.y += high
        self._from = flow.y

    def _label(self, text: str, first: float, last: float, y: float, high: float) -> None:
        room = (last - first - PADDING) * POINTS_PER_MM
        fitted = fit(text, Family.HEI, LIST_SIZES, room, high * POINTS_PER_MM)
        self._flow.pen.lines_of_text((first + last) / 2, y + high / 2, fitted, Family.HEI, Align.CENTER)

    def draw_row(self, number: int) -> None:
        """Draw one row of values."""
        flow, table = self._flow, self._table
        pen, middle = flow.pen, flow.y + table.row_height / 2
        family = Family.HEI if number in table.strong_rows else table.family
        for place, text in enumerate(table.rows[number]):
            value = text or table.columns[place].empty
            if not value or table.columns[place].merged:
                continue
            fitted = fit(value, family, self._sizes[place], self._rooms[place], self._heights[place])
            if not fitted.complete:
                fitted = self._append(number, place, value)
            across, align = self._places[place]
            if len(fitted.lines) == 1:
                pen.text(across, middle, fitted.lines[0], family, fitted.size, align=align)
            else:
                pen.lines_of_text(across, middle, fitted, family, align)
        flow.y += table.row_height
        self._drawn = number + 1

    def _append(self, number: int, place: int, value: str) -> Fitted:
        column = self._table.columns[place]
        self._flow.who = row_name(self._table, number)
        room = (self._rooms[place], self._heights[place])
        return self._flow.fit_or_append(value, column.title, self._table.family, self._sizes[place], room)

    def end_page(self) -> None:
        """Draw the lines between the rows of this page, and the cells that several of them share."""
        flow, high = self._flow, self._table.row_height
        count = round((flow.y - self._from) / high)
        first = self._drawn - count
        across = []
        for row in range(count + 1):
            y = self._from + high * row
            inside = 0 < row < count
            across += [(left, y, right, y) for left, right in self._open_spans(first + row, inside=inside)]
        down = [(edge, self._from, edge, flow.y) for edge in self._edges[1:-1]] if count else []
        flow.pen.lines(THIN, across + down)
        self._draw_merged_cells(first, count)

    def _is_joined(self, place: int, number: int) -> bool:
        """Whether a cell is one with that above it."""
        columns, rows = self._table.columns, self._table.rows
        same = (rows[number][each] == rows[number - 1][each] for each in range(place + 1) if columns[each].merged)
        return columns[place].merged and all(same)

    def _open_spans(self, number: int, *, inside: bool) -> list[tuple[float, float]]:
        """From where to where the line above a row is drawn: not through cells that reach over it."""
        if not inside or not self._merges:
            return [(self._edges[0], self._edges[-1])]
        places = [place for place in range(len(self._table.columns)) if not self._is_joined(place, number)]
        return [(self._edges[place], self._edges[place + 1]) for place in places]

    def _draw_merged_cells(self, first: int, count: int) -> None:
        table, high = self._table, self._table.row_height
        for place in self._merges:
            start = first
            for number in range(first + 1, first + count + 1):
                if number < first + count and self._is_joined(place, number):
                    continue
                text = table.rows[start][place] or table.columns[place].empty
                rows = number - start
                room = (self._rooms[place], (rows * high - PADDING / 2) * POINTS_PER_MM)
                fitted = self._flow.fit_or_append(
                    text, table.columns[place].title, table.family, self._sizes[place], room
                )
                across, align = self._places[place]
                y = self._from + (start - first + rows / 2) * high
                self._flow.pen.lines_of_text(across, y, fitted, table.family, align)
                start = number

    def draw_end(self) -> None:
        """Draw the total and the closing row."""
        if self._table.total_label:
            self._draw_total()
        if self._table.closing:
            self._draw_merged(self._table.closing, 0, len(self._table.columns), Align.LEFT)
            self._flow.y += self._table.row_height

    def _draw_total(self) -> None:
        columns = self._table.columns
        summed = [number for number, column in enumerate(columns) if column.sum]
        start = summed[0] if summed else len(columns)
        label = self._table.total_label if summed else f"{self._table.total_label}　{len(self._table.rows)}人"
        self._draw_merged(label, 0, start, Align.CENTER)
        for number in range(start, len(columns)):
            text = str(self._sum(number)) if columns[number].sum else ""
            self._draw_merged(text, number, number + 1, columns[number].align)
        self._flow.y += self._table.row_height

    def _sum(self, number: int) -> Decimal:
        values = (row[number] for row in self._table.rows)
        return sum((Decimal(value.replace(",", "")) for value in values if value not in ("", NONE)), Decimal(0))

    def _draw_merged(self, text: str, start: int, end: int, align: Align) -> None:
        flow, high = self._flow, self._table.row_height
        first, last = self._edges[start], self._edges[end]
        flow.pen.boxes(THIN, [(first, flow.y, last - first, high)])
        padding = 2 * PADDING
        fitted = fit(
            text, self._table.family, FORM_SIZES + LIST_SIZES[1:], (last - first - padding) * POINTS_PER_MM, self._high
        )
        across = {Align.LEFT: first + padding, Align.RIGHT: last - PADDING, Align.CENTER: (first + last) / 2}
        flow.pen.lines_of_text(across[align], flow.y + high / 2, fitted, self._table.family, align)
