"""Reading .xls and .et: calamine for BIFF8, xlrd for older files and for cells that lie far apart."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

from python_calamine import CalamineWorkbook, SheetTypeEnum
from xlrd import open_workbook
from xlrd.biffh import XL_CELL_BOOLEAN, XL_CELL_DATE, XL_CELL_ERROR, XLRDError
from xlrd.compdoc import CompDoc, CompDocError
from xlrd.sheet import Sheet as OldSheet

from desktop.errors import UnreadableFile
from desktop.exchange.workbook.biff import ERRORS, BookScan, SheetScan, scan_book
from desktop.exchange.workbook.cells import Book, CellError, Limits, Sheet, Value
from desktop.exchange.workbook.grid import Grid, Traits, build_sheet, check_area, crop, tell_islands
from desktop.exchange.workbook.markup import BROKEN
from desktop.exchange.workbook.serials import from_serial, plain_number
from desktop.exchange.workbook.xlsx import DENSE_CELLS, place_errors, plain_rows
from desktop.exchange.workbook.zipped import PASSWORD

_CHINESE_PAGES = frozenset((936, 54936, 950, 1200))
_OLD_PAGE = "文件是很早的 Excel 格式，没有注明汉字编码，按 GB18030 读入，请核对姓名"


@dataclass(frozen=True, slots=True)
class Compound:
    """An OLE2 file: the names of its streams, and its workbook stream if it has one."""

    names: frozenset[str]
    workbook: bytes


def open_compound(data: bytes) -> Compound:
    """Open the container of .xls, .doc and encrypted files; raises UnreadableFile when it is broken."""
    try:
        container = CompDoc(data, logfile=io.StringIO())  # type: ignore[no-untyped-call]
        names = frozenset(entry.name for entry in container.dirlist)
        stream = b""
        for name in ("Workbook", "WORKBOOK", "Book", "BOOK"):
            if name in names:
                memory, base, size = container.locate_named_stream(name)  # type: ignore[no-untyped-call]
                stream = bytes(memory[base : base + size])
                break
    except (CompDocError, IndexError, ValueError, AssertionError, TypeError, OverflowError) as error:
        raise UnreadableFile(BROKEN) from error
    return Compound(names, stream)


def read_xls(name: str, data: bytes, limits: Limits, *, stream: bytes) -> Book:
    """Read one .xls file; `stream` is its workbook stream, which equals `data` when it has no container."""
    if stream[:2] != b"\x09\x08":
        return _read_old(name, data, limits, BookScan(version=4))
    scan = scan_book(stream)
    if scan.version == 8 and all(_area(sheet) <= DENSE_CELLS for sheet in scan.sheets):
        return _read_dense(name, data, limits, scan)
    return _read_old(name, data, limits, scan)


def _area(scan: SheetScan) -> int:
    return (scan.bottom - scan.top + 1) * (scan.right - scan.left + 1)


def _read_dense(name: str, data: bytes, limits: Limits, scan: BookScan) -> Book:
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
    book = Book(name, "xls", date1904=scan.date1904)
    listed = [entry for entry in workbook.sheets_metadata if entry.typ == SheetTypeEnum.WorkSheet]
    if len(listed) != len(scan.sheets):
        return _read_old(name, data, limits, scan)
    for entry, seen in zip(listed, scan.sheets, strict=True):
        found = workbook.get_sheet_by_name(entry.name)
        top, left = found.start or (0, 0)
        rows, top, left = place_errors(plain_rows(found), top + 1, left + 1, seen.errors)
        if rows and rows[0]:
            bottom, right = top + len(rows) - 1, left + len(rows[0]) - 1
            check_area(entry.name, bottom, right, rows=len(rows), columns=len(rows[0]), limits=limits)
            book.sheets.append(build_sheet(entry.name, rows, top, left, traits=seen.traits))
    return book


def _read_old(name: str, data: bytes, limits: Limits, scan: BookScan) -> Book:
    """Read with xlrd, which allocates only the cells of each row."""
    unnamed = scan.version < 8 and scan.code_page not in _CHINESE_PAGES
    try:
        workbook = open_workbook(  # type: ignore[no-untyped-call]
            file_contents=data,
            logfile=io.StringIO(),
            ragged_rows=True,
            encoding_override="gb18030" if unnamed else None,
        )
    except XLRDError as error:
        if "encrypted" in str(error):
            raise UnreadableFile(PASSWORD) from error
        raise UnreadableFile(BROKEN) from error
    book = Book(name, "xls", date1904=bool(workbook.datemode))
    sheets: Sequence[OldSheet] = workbook.sheets()
    for number, sheet in enumerate(sheets):
        traits = scan.sheets[number].traits if len(scan.sheets) == len(sheets) else Traits()
        book.sheets.extend(_read_old_sheet(sheet, traits, date1904=book.date1904, limits=limits))
    assumed = [_OLD_PAGE] if unnamed else []
    book.assumed = (*assumed, *tell_islands(book.sheets))
    return book


def _read_old_sheet(sheet: OldSheet, traits: Traits, *, date1904: bool, limits: Limits) -> list[Sheet]:
    grid = Grid(sheet.name, traits=traits)
    for row in range(sheet.nrows):
        kinds: Sequence[int] = sheet.row_types(row)  # type: ignore[no-untyped-call]
        values: Sequence[str | float] = sheet.row_values(row)  # type: ignore[no-untyped-call]
        for column, (kind, value) in enumerate(zip(kinds, values, strict=True), start=1):
            grid.put(row + 1, column, _plain_old(kind, value, date1904=date1904))
    return crop(grid, limits)


def _plain_old(kind: int, value: str | float, *, date1904: bool) -> Value:
    if isinstance(value, str):
        return value
    if kind == XL_CELL_ERROR:
        return CellError(ERRORS.get(int(value), "#ERR!"))
    if kind == XL_CELL_BOOLEAN:
        return bool(value)
    if kind == XL_CELL_DATE:
        return from_serial(value, date1904=date1904)
    return plain_number(value)
