"""The rows of workbooks that hold records of one entity: our own lists come back, and sheets that others made."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date, time
from pathlib import Path
from typing import Final, cast

from desktop.errors import RefusedError, ValueProblem
from desktop.exchange.headings import HeadingIndex
from desktop.exchange.sheet_columns import UID_HEADING, EntityTargets, Part, SheetColumn, own_columns
from desktop.exchange.sheet_tables import find_tables
from desktop.exchange.workbook.cells import Book, CellError, Sheet, Value
from desktop.exchange.workbook.read import Reader
from desktop.exchange.workbook.write import GUIDE_SHEET
from desktop.fields import Field
from desktop.kinds import Packed, YesNo, number_text
from desktop.models.base import Record

_HEADING_ROWS: Final = 30
"""So far down the headings of a sheet are looked for."""


@dataclass(slots=True)
class EntityRow:
    """One row of a sheet: where it stands, its cells by column, and whether the sheet is one of ours."""

    file: str
    sheet: str
    number: int
    cells: dict[SheetColumn, Value]
    places: Mapping[SheetColumn, int]
    """The number of each column in the file, from 1."""
    is_own: bool
    date1904: bool = False


@dataclass(slots=True)
class ReadFiles:
    """All rows of the files, and what was taken for granted while reading them."""

    rows: list[EntityRow] = field(default_factory=list)
    assumed: list[str] = field(default_factory=list)


def read_files(
    paths: Sequence[Path], entity: type[Record], read_one: Callable[[Path], Book] | None = None
) -> ReadFiles:
    """Read the rows of all files; `read_one` gives books that were read already.

    Raises UnreadableFile, or RefusedError if a file has no headings of the entity.
    """
    read = ReadFiles()
    with Reader() if read_one is None else nullcontext() as reader:
        for path in paths:
            book = read_one(path) if read_one is not None else cast("Reader", reader).read(path)
            read.assumed += [f"“{path.name}”：{text}" for text in book.assumed]
            found = list(_book_rows(book, path.name, entity))
            if not found and any(_own_heading_row(sheet) is not None for sheet in book.sheets):
                read.assumed.append(f"“{path.name}”只有表头，没有填写内容")
            elif not found:
                raise RefusedError(
                    f"“{path.name}”里没有找到“{entity.label}”的表头和内容，没有导入；请对照导出的表或模板核对各栏的名称"
                )
            read.rows += found
    return read


def _book_rows(book: Book, file: str, entity: type[Record]) -> Iterator[EntityRow]:
    for sheet in book.sheets:
        if sheet.hidden or sheet.name == GUIDE_SHEET:
            continue
        own = _own_heading_row(sheet)
        rows = _own_rows(sheet, own, entity) if own is not None else _foreign_rows(sheet, entity)
        for number, columns in rows:
            cells = {column: _cell(sheet, number, place) for place, column in columns.items()}
            if any(_is_filled(value) for value in cells.values()):
                places = {column: sheet.first_column + place for place, column in columns.items()}
                yield EntityRow(
                    file, sheet.name, sheet.first_row + number, cells, places, own is not None, book.date1904
                )


def _own_heading_row(sheet: Sheet) -> int | None:
    """Where the headings of a list stand that we wrote: its last column tells."""
    rows = enumerate(sheet.rows[:_HEADING_ROWS])
    return next((number for number, cells in rows if UID_HEADING in cells), None)


def _own_rows(sheet: Sheet, top: int, entity: type[Record]) -> Iterator[tuple[int, dict[int, SheetColumn]]]:
    headings = {place: value for place, value in enumerate(sheet.rows[top]) if isinstance(value, str)}
    columns = own_columns(entity, headings)
    for number in range(top + 1, len(sheet.rows)):
        yield number, columns


def _foreign_rows(sheet: Sheet, entity: type[Record]) -> Iterator[tuple[int, dict[int, SheetColumn]]]:
    known = EntityTargets(entity)
    index = HeadingIndex(known.targets())
    tables = find_tables(sheet, index)
    for table in tables:
        columns = {
            column.index: known.columns[column.target.name]
            if column.target is not None
            else SheetColumn(column.heading, Part.EXTRA, column.heading)
            for column in table.columns
            if column.heading
        }
        for number in table.rows:
            yield number, columns
    if not tables:
        yield from _short_rows(sheet, known, index)


def _short_rows(
    sheet: Sheet, known: EntityTargets, index: HeadingIndex
) -> Iterator[tuple[int, dict[int, SheetColumn]]]:
    """Sheets with so few columns that only their first filled row can be the headings."""
    top = next((number for number, cells in enumerate(sheet.rows) if any(map(_is_filled, cells))), None)
    if top is None:
        return
    columns: dict[int, SheetColumn] = {}
    for place, value in enumerate(sheet.rows[top]):
        target = index.match(value)
        if target is not None and known.columns[target.name] not in columns.values():
            columns[place] = known.columns[target.name]
        elif isinstance(value, str) and value.strip():
            columns[place] = SheetColumn(value.strip(), Part.EXTRA, value.strip())
    if any(column.part is Part.FIELD for column in columns.values()):
        for number in range(top + 1, len(sheet.rows)):
            yield number, columns


def _cell(sheet: Sheet, row: int, place: int) -> Value:
    cells = sheet.rows[row]
    return cells[place] if place < len(cells) else None


def _is_filled(value: Value) -> bool:
    return value is not None and (not isinstance(value, str) or bool(value.strip()))


def cell_text(value: Value) -> str:
    """The text of a cell, as an exported list would have written it."""
    match value:
        case None:
            return ""
        case str():
            return value.replace("\r\n", "\n").replace("\r", "\n")
        case bool():
            return "是" if value else "否"
        case int() | float():
            return number_text(value)
        case CellError():
            return value.text
        case date():
            return value.isoformat().removesuffix("T00:00:00")
        case time():
            return value.isoformat(timespec="minutes")


def read_cell(field_: Field, value: Value, *, date1904: bool = False) -> Packed | None:
    """The packed value that a cell means for a field; None for an empty one. Raises ValueProblem."""
    match value:
        case CellError():
            raise ValueProblem(f"单元格显示的是错误“{value.text}”，请改成应填的内容")
        case bool() if not isinstance(field_.kind, YesNo):
            read = field_.parse(str(value).upper())
        case int() | float() if not isinstance(value, bool):
            read = field_.kind.parse_number(value, date1904=date1904)
        case date():
            read = field_.kind.parse_day(value)
        case _:
            read = field_.parse(cell_text(value))
    return None if read in (None, "") else field_.pack(read)
