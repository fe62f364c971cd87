"""Reading .xlsx: calamine for the values, `xlsx_scan` for what calamine cannot tell, `xlsx_stream` for the rest."""

import io
from collections.abc import Callable, Iterable
from datetime import timedelta
from math import isfinite
from threading import Thread

from python_calamine import CalamineSheet, CalamineWorkbook

from desktop.errors import UnreadableFile
from desktop.exchange.workbook.cells import Book, CellError, Limits, Sheet, Value
from desktop.exchange.workbook.grid import Grid, Traits, build_sheet, check_area, crop, tell_islands
from desktop.exchange.workbook.markup import BROKEN, parse_markup
from desktop.exchange.workbook.serials import tell_duration
from desktop.exchange.workbook.xlsx_parts import SheetPart, Styles, list_sheets, read_styles
from desktop.exchange.workbook.xlsx_scan import Bounds, bound_sheet, find_filled, scan_sheet
from desktop.exchange.workbook.xlsx_stream import SheetStream, drop_formatted, read_texts
from desktop.exchange.workbook.zipped import Parts

DENSE_CELLS = 3_000_000  # calamine takes 32 bytes a place of the rectangle, empty or not


def read_xlsx(name: str, data: bytes, limits: Limits) -> Book:
    """Read one .xlsx file held in memory."""
    return _Workbook(name, data, limits).read()


def plain(value: object) -> Value:
    """A value of calamine as a cell of ours."""
    if isinstance(value, float):
        if not isfinite(value):
            return str(value)
        return int(value) if value.is_integer() else value
    if isinstance(value, timedelta):
        return tell_duration(value)
    return None if value == "" else value  # type: ignore[return-value]


def plain_rows(sheet: CalamineSheet) -> list[list[Value]]:
    """The used rectangle of a sheet of calamine; texts and whole numbers, the most, are settled here."""
    return [[value if value.__class__ is str and value else plain(value) for value in row] for row in sheet.to_python()]


def place_errors(
    rows: list[list[Value]], top: int, left: int, errors: dict[tuple[int, int], CellError]
) -> tuple[list[list[Value]], int, int]:
    """Put error cells into the rectangle that begins at `top`, `left`, widening it where they lie outside."""
    if not errors:
        return rows, top, left
    height, width = len(rows), len(rows[0]) if rows else 0
    first_row = min(top if rows else 1 << 30, *(row for row, _ in errors), 1 << 30)
    first_column = min(left if rows else 1 << 30, *(column for _, column in errors), 1 << 30)
    last_row = max(top + height - 1 if rows else 0, *(row for row, _ in errors), 0)
    last_column = max(left + width - 1 if rows else 0, *(column for _, column in errors), 0)
    before, after = [None] * (left - first_column), [None] * (last_column - left - width + 1)
    if rows and (before or after):
        rows = [[*before, *row, *after] for row in rows]
    breadth = last_column - first_column + 1
    if not rows:
        top = first_row
    above: list[list[Value]] = [[None] * breadth for _ in range(top - first_row)]
    below: list[list[Value]] = [[None] * breadth for _ in range(last_row - top - height + 1)]
    rows = [*above, *rows, *below]
    for (row, column), error in errors.items():
        rows[row - first_row][column - first_column] = error
    return rows, first_row, first_column


def _fits(chunks: Iterable[bytes], bounds: Bounds) -> bool:
    """Whether calamine may allocate the rectangle; merely formatted cells take no place in it."""
    if bounds.bottom * bounds.right <= DENSE_CELLS:
        return True
    filled = find_filled(chunks)
    if filled is None:
        return True
    top, left, bottom, right = filled
    return (bottom - top + 1) * (right - left + 1) <= DENSE_CELLS


class _Loading(Thread):
    """A sheet of calamine on its way."""

    def __init__(self, load: Callable[[], CalamineSheet]) -> None:
        super().__init__(daemon=True)
        self._load = load
        self._sheet: CalamineSheet | None = None
        self._error: BaseException | None = None
        self.start()

    def run(self) -> None:
        """Load the sheet; whatever goes wrong is raised by `result`."""
        try:
            self._sheet = self._load()
        except BaseException as error:  # noqa: BLE001 - raised again in the reading thread
            self._error = error

    def result(self) -> CalamineSheet:
        """The sheet, once it is there."""
        self.join()
        if self._sheet is None:
            raise self._error or RuntimeError
        return self._sheet


class _Workbook:
    """One workbook on its way to a Book."""

    def __init__(self, name: str, data: bytes, limits: Limits) -> None:
        self._parts = Parts(data, limits)
        self._limits = limits
        self._sheets, self._date1904 = list_sheets(self._parts)
        self._styles: Styles = read_styles(self._parts)
        self._texts: list[str] | None = None
        self._workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        self._book = Book(name, "xlsx", date1904=self._date1904)

    def read(self) -> Book:
        for part in self._sheets:
            if part.member not in self._parts:
                raise UnreadableFile(BROKEN)
            if "/worksheets/" in f"/{part.member}":
                self._book.sheets.extend(self._read_sheet(part))
        self._book.assumed = tuple(tell_islands(self._book.sheets))
        return self._book

    def _read_sheet(self, part: SheetPart) -> list[Sheet]:
        chunks = self._parts.keep(part.member)
        bounds = bound_sheet(chunks)
        if bounds.canonical and _fits(chunks, bounds):
            return self._read_dense(part, chunks)
        grid = Grid(part.name, traits=Traits(hidden=part.hidden))
        if self._texts is None:
            self._texts = read_texts(self._parts)
        stream = SheetStream(grid, texts=self._texts, styles=self._styles, date1904=self._date1904, limits=self._limits)
        parse_markup(drop_formatted(chunks), stream.start, stream.end, stream.text)
        return crop(grid, self._limits)

    def _read_dense(self, part: SheetPart, chunks: Iterable[bytes]) -> list[Sheet]:
        # calamine is Rust and lets other threads run: the second look costs no time on two cores.
        loading = _Loading(lambda: self._workbook.get_sheet_by_name(part.name))
        scan = scan_sheet(chunks, self._styles)
        scan.traits.hidden = part.hidden
        found = loading.result()
        rows = plain_rows(found)
        top, left = found.start or (0, 0)
        rows, top, left = place_errors(rows, top + 1, left + 1, scan.errors)
        if not rows or not rows[0]:
            return []
        bottom, right = top + len(rows) - 1, left + len(rows[0]) - 1
        check_area(part.name, bottom, right, rows=len(rows), columns=len(rows[0]), limits=self._limits)
        return [build_sheet(part.name, rows, top, left, traits=scan.traits)]
