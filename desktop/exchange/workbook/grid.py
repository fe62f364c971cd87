"""Grid: the cells of one sheet by position, before they are cropped to sheets of plain rows.

Two cells at opposite corners of a sheet span 17 thousand million places; a Grid holds only what is there and
`crop` cuts it into islands, so that no empty rectangle is ever allocated.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from desktop.errors import UnreadableFile
from desktop.exchange.workbook.cells import Limits, Range, Sheet, Value, column_letters, list_rows
from desktop.exchange.workbook.markup import BROKEN

ROW_GAP = 2000  # printed pages and blank templates leave gaps of hundreds of rows inside one list
COLUMN_GAP = 100
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384


@dataclass(slots=True)
class Traits:
    """What was seen of a sheet beside its values; all numbers are 1-based."""

    merged: list[Range] = field(default_factory=list)
    hidden: bool = False
    hidden_rows: set[int] = field(default_factory=set)
    struck_rows: set[int] = field(default_factory=set)
    red_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    filtered: bool = False


@dataclass(slots=True)
class Grid:
    """The cells of one sheet: row number → column number → value, both 1-based."""

    name: str
    cells: dict[int, dict[int, Value]] = field(default_factory=dict)
    traits: Traits = field(default_factory=Traits)
    count: int = 0

    def put(self, row: int, column: int, value: Value) -> None:
        """Place a value; empty ones are left out."""
        if value is None or value == "":
            return
        line = self.cells.get(row)
        if line is None:
            line = self.cells[row] = {}
        line[column] = value
        self.count += 1


def build_sheet(name: str, rows: list[list[Value]], first_row: int, first_column: int, *, traits: Traits) -> Sheet:
    """A Sheet of these rows with the traits that fall into them."""
    last_row = first_row + len(rows) - 1
    last_column = first_column + (len(rows[0]) if rows else 0) - 1

    def within(numbers: Iterable[int]) -> tuple[int, ...]:
        return tuple(sorted(number for number in numbers if first_row <= number <= last_row))

    sheet = Sheet(
        name=name,
        rows=rows,
        first_row=first_row,
        first_column=first_column,
        merged=tuple(
            area
            for area in traits.merged
            if area.top <= last_row
            and area.bottom >= first_row
            and area.left <= last_column
            and area.right >= first_column
        ),
        hidden=traits.hidden,
        hidden_rows=within(traits.hidden_rows),
        struck_rows=within(traits.struck_rows),
        red_rows=within(traits.red_rows),
    )
    sheet.notes = _describe(sheet, traits)
    return sheet


def _describe(sheet: Sheet, traits: Traits) -> tuple[str, ...]:
    notes: list[str] = []
    if sheet.hidden:
        notes.append(f"工作表「{sheet.name}」是隐藏的")
    if sheet.hidden_rows:
        word = "筛选后未显示或隐藏的行" if traits.filtered else "隐藏行"
        notes.append(f"工作表「{sheet.name}」有{word}：第 {list_rows(sheet.hidden_rows)} 行")
    elif traits.filtered:
        notes.append(f"工作表「{sheet.name}」设了筛选")
    if traits.hidden_columns:
        letters = "、".join(column_letters(number) for number in sorted(traits.hidden_columns)[:10])
        notes.append(f"工作表「{sheet.name}」有隐藏列：{letters} 列")
    if sheet.struck_rows:
        notes.append(f"工作表「{sheet.name}」有加删除线的内容：第 {list_rows(sheet.struck_rows)} 行")
    if sheet.red_rows:
        notes.append(f"工作表「{sheet.name}」有红色标记：第 {list_rows(sheet.red_rows)} 行")
    return tuple(notes)


def check_area(name: str, bottom: int, right: int, *, rows: int, columns: int, limits: Limits) -> None:
    """Refuse a used area beyond the limits or beyond any sheet; `bottom` and `right` name its last cell."""
    if bottom > LAST_ROW or right > LAST_COLUMN:
        raise UnreadableFile(BROKEN)
    if rows <= limits.rows and columns <= limits.columns and rows * columns <= limits.cells:
        return
    raise UnreadableFile(
        f"内容过大：工作表「{name}」有 {rows} 行、{columns} 列（直到 {column_letters(right)}{bottom} 单元格），"
        f"一次最多读入 {limits.rows} 行、{limits.columns} 列。"
        "请删去多余的行和列，或者拆成几个文件后再导入。"
    )


def crop(grid: Grid, limits: Limits) -> list[Sheet]:
    """Cut a grid into sheets, one per island of cells; an island of nothing but blanks is left out."""
    sheets: list[Sheet] = []
    for numbers in _split(sorted(grid.cells), ROW_GAP):
        used = sorted({column for number in numbers for column in grid.cells[number]})
        for columns in _split(used, COLUMN_GAP):
            sheet = _cut(grid, numbers, columns, limits)
            if sheet is not None:
                sheets.append(sheet)
    return sheets


def _split(numbers: list[int], gap: int) -> list[list[int]]:
    parts: list[list[int]] = []
    for number in numbers:
        if not parts or number - parts[-1][-1] > gap:
            parts.append([])
        parts[-1].append(number)
    return parts


def _cut(grid: Grid, numbers: list[int], columns: list[int], limits: Limits) -> Sheet | None:
    left, right = columns[0], columns[-1]
    held = [number for number in numbers if any(left <= column <= right for column in grid.cells[number])]
    top, bottom = held[0], held[-1]
    height, width = bottom - top + 1, right - left + 1
    check_area(grid.name, bottom, right, rows=height, columns=width, limits=limits)
    rows: list[list[Value]] = [[None] * width for _ in range(height)]
    blank = True
    for number in held:
        row = rows[number - top]
        for column, value in grid.cells[number].items():
            if left <= column <= right:
                row[column - left] = value
                blank = blank and isinstance(value, str) and not value.strip()
    if blank:
        return None
    return build_sheet(grid.name, rows, top, left, traits=grid.traits)


def tell_islands(sheets: list[Sheet]) -> list[str]:
    """Sentences about worksheets that came apart because their cells lie far from each other."""
    told: list[str] = []
    seen: set[str] = set()
    for sheet in sheets:
        if sheet.name in seen:
            place = f"{column_letters(sheet.first_column)}{sheet.first_row}"
            told.append(f"工作表「{sheet.name}」在 {place} 单元格起另有内容，与前面相隔很远，分开读入")
        seen.add(sheet.name)
    return told
