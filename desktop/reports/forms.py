"""Forms on paper: grids of label and value cells, opinion blocks, and lines of title, text and signature."""

from dataclasses import dataclass

from desktop.reports.blocks import Cell, Grid, OpinionBlock, Part, SignatureLine, SubLine, Text, Title
from desktop.reports.fitting import break_lines, fit, lines_height
from desktop.reports.flow import PADDING, Flow
from desktop.reports.fonts import Family, width
from desktop.reports.paper import (
    POINTS_PER_MM,
    SEAL_SQUARE,
    SIZE_3,
    SIZE_5,
    SIZE_SMALL_2,
    SIZE_SMALL_5,
    THIN,
    Align,
)

_TITLE_LINE = 11.0  # millimetres
_SUB_LINE = 9.0
_SUB_GAP = 4.0  # millimetres that must remain between two parts of that line
_TEXT_LEADING = 1.6  # running text, by the size of type
_FREE_LEADING = 1.25  # a longer text in a cell
_SIGNATURE_HEIGHT = 13.0
_TOGETHER = 2  # rows of a form that go along with what must not stand alone
_TEXT_PADDING = 2.0
_SIGN_GAP = 7.0  # millimetres between signature, seal and date


def draw_title(flow: Flow, title: Title) -> None:
    """Draw the title: smaller down to 小三 if it is long, then on two lines."""
    sizes = tuple(size for size in (title.size, 20.0, SIZE_SMALL_2, SIZE_3) if size <= title.size)
    room = flow.paper.grid_width * POINTS_PER_MM
    fitted = fit(title.text, title.family, sizes, room, lines_height(2, title.size))
    height = _TITLE_LINE * len(fitted.lines)
    flow.need(height)
    middle = flow.paper.left + flow.paper.grid_width / 2
    flow.pen.lines_of_text(middle, flow.y + height / 2 - 1, fitted, title.family, Align.CENTER)
    flow.y += height


def draw_sub_line(flow: Flow, line: SubLine) -> None:
    """Draw the line under a title, one size for all: parts from the left edge to the right one, equal room between.

    Parts that fit beside each other at no size stand on a line each.
    """
    parts = [part for part in line.parts if part]
    room = flow.paper.grid_width - 2 * PADDING
    sizes = (line.size, SIZE_5, SIZE_SMALL_5)
    gaps = (len(parts) - 1) * _SUB_GAP
    fitting = (size for size in sizes if sum(_widths(parts, line.family, size)) + gaps <= room)
    size = next(fitting, 0)
    for group in [parts] if size else [[part] for part in parts]:
        flow.need(_SUB_LINE)
        _draw_beside(flow, group, line.family, size or fit(group[0], line.family, sizes, room * POINTS_PER_MM, 0).size)
        flow.y += _SUB_LINE


def _widths(parts: list[str], family: Family, size: float) -> list[float]:
    """The width of each part in millimetres."""
    return [width(part, family, size) / POINTS_PER_MM for part in parts]


def _draw_beside(flow: Flow, parts: list[str], family: Family, size: float) -> None:
    """Draw parts on one line over the width of the grid with equal room between them."""
    widths = _widths(parts, family, size)
    gap = (flow.paper.grid_width - 2 * PADDING - sum(widths)) / max(len(parts) - 1, 1)
    x = flow.paper.left + PADDING
    for part, wide in zip(parts, widths, strict=True):
        flow.pen.text(x, flow.y + _SUB_LINE / 2, part, family, size)
        x += wide + gap


def text_lines(flow: Flow, text: Text) -> tuple[str, ...]:
    """The lines of running text, the indent written as blanks."""
    blanks = "　" * text.indent
    indented = "\n".join(blanks + paragraph for paragraph in text.text.split("\n"))
    return break_lines(indented, text.family, flow.paper.grid_width * POINTS_PER_MM / text.size * 1000)


def text_height(flow: Flow, text: Text) -> float:
    """The height of running text in millimetres."""
    return len(text_lines(flow, text)) * text.size * _TEXT_LEADING / POINTS_PER_MM


def draw_text(flow: Flow, text: Text) -> None:
    """Draw running text, line by line over as many pages as it takes."""
    step = text.size * _TEXT_LEADING / POINTS_PER_MM
    left, right = flow.paper.left, flow.paper.width - flow.paper.right
    across = {Align.LEFT: left, Align.RIGHT: right, Align.CENTER: (left + right) / 2}[text.align]
    for line in text_lines(flow, text):
        flow.need(step)
        flow.pen.text(across, flow.y + step / 2, line, text.family, text.size, align=text.align)
        flow.y += step


def signature_height(line: SignatureLine) -> float:
    """The height of a signature line in millimetres, nothing if it has no part."""
    return _SIGNATURE_HEIGHT if line.parts or line.seal or line.date else 0


def draw_signature(flow: Flow, line: SignatureLine) -> None:
    """Draw who signs, the place of the seal and the date, with equal room for the hand after each name."""
    flow.need(signature_height(line))
    texts = [text for text in (*line.parts, line.seal, line.date) if text]
    natural = [width(text, line.family, line.size) / POINTS_PER_MM for text in texts]
    size, room = line.size, flow.paper.grid_width - 2 * PADDING
    if sum(natural) > room * 0.8:
        size = SIZE_5
        natural = [each * size / line.size for each in natural]
    rooms = len(texts) - (not texts[-1].endswith("：")) if texts else 1
    gap = max((room - sum(natural)) / max(rooms, 1), 0)
    x, y = flow.paper.left + PADDING, flow.y + _SIGNATURE_HEIGHT / 2
    for text, each in zip(texts, natural, strict=True):
        flow.pen.text(x, y, text, line.family, size)
        x += each + gap
    flow.y += signature_height(line)


@dataclass(frozen=True, slots=True)
class _Placed:
    """A cell in its place: row and column where it begins."""

    cell: Cell
    row: int
    column: int


def place_cells(grid: Grid) -> list[_Placed]:
    """Give every cell its column, past those that reach down from rows above.

    Raises ValueError if a row has more or fewer cells than there are columns: the report is declared wrongly.
    """
    placed: list[_Placed] = []
    taken: set[tuple[int, int]] = set()
    for number, row in enumerate(grid.rows):
        for cell in row.cells:
            column = next(each for each in range(len(grid.columns) + 1) if (number, each) not in taken)
            placed.append(_Placed(cell, number, column))
            covered = {(number + down, column + across) for down in range(cell.rows) for across in range(cell.columns)}
            if covered & taken or column + cell.columns > len(grid.columns):
                raise ValueError(f"row {number + 1} of the form does not fit its columns")
            taken |= covered
    if len(taken) != len(grid.rows) * len(grid.columns):
        raise ValueError("the cells of the form do not fill it")
    return placed


def _bands(grid: Grid, placed: list[_Placed]) -> list[tuple[int, int]]:
    """Rows that stay together because a cell covers them: first row, row after the last."""
    ends = list(range(1, len(grid.rows) + 1))
    for each in placed:
        ends[each.row] = max(ends[each.row], each.row + each.cell.rows)
    bands: list[tuple[int, int]] = []
    row = 0
    while row < len(grid.rows):
        end, inside = ends[row], row
        while inside < end:
            end = max(end, ends[inside])
            inside += 1
        bands.append((row, end))
        row = end
    return bands


def draw_grid(flow: Flow, grid: Grid, *, after: float) -> None:
    """Draw a form; `after` is the height of what must stay with its last two rows."""
    placed = place_cells(grid)
    heights = [row.height for row in grid.rows]
    for first, end in _bands(grid, placed):
        needed = sum(heights[first:end])
        if first >= len(heights) - _TOGETHER:
            needed = sum(heights[first:]) + after
        flow.need(needed)
        flow.begin_frame()
        tops = [flow.y + sum(heights[first:row]) for row in range(first, end + 1)]
        for each in placed:
            if first <= each.row < end:
                _draw_cell(flow, grid, each, (tops[each.row - first], tops[each.row + each.cell.rows - first]))
        flow.y = tops[-1]


def _draw_cell(flow: Flow, grid: Grid, placed: _Placed, span: tuple[float, float]) -> None:
    cell = placed.cell
    share = flow.paper.grid_width / sum(grid.columns)
    x = flow.paper.left + sum(grid.columns[: placed.column]) * share
    across = sum(grid.columns[placed.column : placed.column + cell.columns]) * share
    top, height = span[0], span[1] - span[0]
    flow.pen.boxes(THIN, [(x, top, across, height)])
    if cell.part is Part.HAND or not (cell.text or cell.empty):
        return
    if cell.part is Part.TEXT:
        _draw_free_text(flow, grid, placed, (x, top, across, height))
        return
    family = Family.HEI if cell.part is Part.LABEL else grid.family
    text = cell.text if cell.part is Part.LABEL else cell.text or cell.empty
    room = ((across - 2 * PADDING) * POINTS_PER_MM, (height - PADDING) * POINTS_PER_MM)
    fitted = flow.fit_or_append(text, _label_of(grid, placed), family, grid.sizes, room)
    places = {Align.LEFT: x + 2 * PADDING, Align.RIGHT: x + across - 2 * PADDING, Align.CENTER: x + across / 2}
    align = Align.CENTER if cell.part is Part.LABEL else cell.align
    flow.pen.lines_of_text(places[align], top + height / 2, fitted, family, align)


def _label_of(grid: Grid, placed: _Placed) -> str:
    """The label that stands before a cell in its row, otherwise the last one above it."""
    own_row = grid.rows[placed.row].cells
    position = next(number for number, cell in enumerate(own_row) if cell is placed.cell)
    above = [cell for row in grid.rows[: placed.row] for cell in row.cells]
    labels = [cell.text for cell in (*above, *own_row[:position]) if cell.part is Part.LABEL]
    return labels[-1] if labels else ""


def _draw_free_text(flow: Flow, grid: Grid, placed: _Placed, box: tuple[float, float, float, float]) -> None:
    text = placed.cell.text or placed.cell.empty
    _draw_upper_left(flow, (text, _label_of(grid, placed)), (grid.family, grid.sizes), box)


def _draw_upper_left(
    flow: Flow,
    what: tuple[str, str],
    style: tuple[Family, tuple[float, ...]],
    box: tuple[float, float, float, float],
) -> None:
    """Draw a longer text from the upper left corner of a box, each paragraph indented by two characters."""
    x, top, across, height = box
    text, label = what
    family, sizes = style
    size = _free_size(text, style, (across, height))
    lines = (
        _free_lines(text, family, size, across)
        if size
        else flow.append(text, label, family, sizes, across * POINTS_PER_MM).lines
    )
    size = size or sizes[-1]
    step = size * _FREE_LEADING / POINTS_PER_MM
    for number, line in enumerate(lines):
        flow.pen.text(x + _TEXT_PADDING, top + PADDING + step * (number + 0.5), line, family, size)


def _free_lines(text: str, family: Family, size: float, across: float) -> tuple[str, ...]:
    indented = "\n".join("　　" + paragraph for paragraph in text.split("\n"))
    return break_lines(indented, family, (across - 2 * _TEXT_PADDING) * POINTS_PER_MM / size * 1000)


def _free_size(text: str, style: tuple[Family, tuple[float, ...]], box: tuple[float, float]) -> float:
    """The largest size at which a longer text fits into a box, 0 if it fits at none."""
    family, sizes = style
    room = (box[1] - 2 * PADDING) * POINTS_PER_MM
    fitting = (size for size in sizes if len(_free_lines(text, family, size, box[0])) * size * _FREE_LEADING <= room)
    return next(fitting, 0)


def opinion_height(block: OpinionBlock) -> float:
    """The height of an opinion block: with a seal never less than the free square and a border of 4 mm."""
    return max(block.height, SEAL_SQUARE + 4) if block.seal else block.height


def draw_opinion(flow: Flow, block: OpinionBlock, *, after: float) -> None:
    """Draw an opinion block: label, text, and at the lower right the square for signature, seal and date."""
    height = opinion_height(block)
    flow.need(height + after)
    flow.begin_frame()
    left, top, wide = flow.paper.left, flow.y, flow.paper.grid_width
    flow.pen.boxes(
        THIN,
        [(left, top, block.label_width, height), (left + block.label_width, top, wide - block.label_width, height)],
    )
    room = ((block.label_width - 4 * PADDING) * POINTS_PER_MM, height * POINTS_PER_MM)
    fitted = fit(block.label, Family.HEI, block.sizes, *room)
    flow.pen.lines_of_text(left + block.label_width / 2, top + height / 2, fitted, Family.HEI, Align.CENTER)
    if block.text:
        _draw_opinion_text(flow, block, height)
    _draw_signing(flow, block, top + height)
    flow.y += height


def _draw_opinion_text(flow: Flow, block: OpinionBlock, height: float) -> None:
    """Above the square over the whole width, or beside it if the type can be larger there."""
    x = flow.paper.left + block.label_width
    across = flow.paper.grid_width - block.label_width
    style = (block.family, block.sizes)
    above = (across, height - (SEAL_SQUARE if block.seal else 3 * _SIGN_GAP))
    beside = (across - SEAL_SQUARE - _TEXT_PADDING, height)
    wide = _free_size(block.text, style, above) >= _free_size(block.text, style, beside)
    room = above if wide and _free_size(block.text, style, above) else beside
    _draw_upper_left(flow, (block.text, block.label), style, (x, flow.y, *room))


def _draw_signing(flow: Flow, block: OpinionBlock, bottom: float) -> None:
    right = flow.paper.width - flow.paper.right - 2
    middle = right - SEAL_SQUARE / 2
    size, family = SIZE_5, block.family
    lines = [text for text in (block.signer, block.seal, block.date) if text]
    y = bottom - _SIGN_GAP * len(lines) + 2
    for text in lines:
        if text == block.signer:
            flow.pen.text(right - SEAL_SQUARE, y, text, family, size)
        elif text == block.seal:
            flow.pen.text(middle, y, text, family, size, align=Align.CENTER)
        else:
            flow.pen.text(right - 3, y, text, family, size, align=Align.RIGHT)
        y += _SIGN_GAP


def draw_appendix(flow: Flow) -> None:
    """Print the texts that found no room in their cells on a page of their own, then forget them."""
    if not flow.appended:
        return
    flow.new_page()
    draw_title(flow, Title("附页", Family.HEI, SIZE_3))
    for entry in flow.appended:
        heading = f"{entry.number}. {entry.who}　{entry.label}：" if entry.who else f"{entry.number}. {entry.label}："
        draw_text(flow, Text(heading, Family.HEI, SIZE_5, indent=0))
        draw_text(flow, Text(entry.text, Family.SONG, SIZE_5))
    flow.appended.clear()
