"""Reading .xlsb: calamine for the values after a first look at the binary records ([MS-XLSB] 2.3, 2.4)."""

import io
import posixpath
import struct
from collections.abc import Iterator
from struct import unpack_from

from python_calamine import CalamineWorkbook

from desktop.errors import UnreadableFile
from desktop.exchange.workbook.biff import ERRORS, SheetScan
from desktop.exchange.workbook.cells import Book, CellError, Limits, Range, column_letters
from desktop.exchange.workbook.grid import build_sheet, check_area
from desktop.exchange.workbook.markup import BROKEN
from desktop.exchange.workbook.xlsx import DENSE_CELLS, place_errors, plain_rows
from desktop.exchange.workbook.xlsx_parts import SheetPart, find_targets, find_workbook
from desktop.exchange.workbook.zipped import Parts

_ROW, _MERGED, _SHEET, _PROPERTIES = 0, 176, 156, 153
_ERRORS = frozenset((3, 11))  # BrtCellError, BrtFmlaError


def _records(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Number, place of the contents and length of each record; both numbers are stored in 7-bit groups."""
    place, end = 0, len(data)
    while place < end:
        number = data[place]
        place += 1
        if number & 0x80 and place < end:
            number = (number & 0x7F) | (data[place] & 0x7F) << 7
            place += 1
        length = shift = 0
        while place < end and shift < 28:
            byte = data[place]
            place += 1
            length |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                break
        if place + length > end:
            raise UnreadableFile(BROKEN)
        yield number, place, length
        place += length


def _list_sheets(parts: Parts) -> tuple[list[SheetPart], bool]:
    workbook = find_workbook(parts)
    targets = find_targets(parts, workbook)
    data, sheets, date1904 = parts.read(workbook), [], False
    for number, place, length in _records(data):
        if number == _PROPERTIES and length >= 4:
            date1904 = bool(data[place] & 1)
        elif number == _SHEET and length >= 16:
            state = unpack_from("<I", data, place)[0]
            size = unpack_from("<I", data, place + 8)[0]
            after = place + 12 + size * 2
            relation = data[place + 12 : after].decode("utf-16-le", "replace")
            size = unpack_from("<I", data, after)[0]
            name = data[after + 4 : after + 4 + size * 2].decode("utf-16-le", "replace")
            sheets.append(SheetPart(name, targets.get(relation, ""), state != 0))
    return sheets, date1904


def _scan_sheet(data: bytes) -> SheetScan:
    scan, row = SheetScan(), 0
    for number, place, length in _records(data):
        if number == _ROW and length >= 4:
            row = unpack_from("<I", data, place)[0]
            if length >= 12 and data[place + 11] & 0x10:
                scan.traits.hidden_rows.add(row + 1)
        elif 2 <= number <= 11 and length >= 4:
            column = unpack_from("<I", data, place)[0]
            scan.reach(row, column, column)
            if number in _ERRORS and length >= 9:
                scan.errors[row + 1, column + 1] = CellError(ERRORS.get(data[place + 8], "#ERR!"))
        elif number == _MERGED and length >= 16:
            top, bottom, left, right = unpack_from("<IIII", data, place)
            scan.traits.merged.append(Range(top + 1, left + 1, bottom + 1, right + 1))
    return scan


def read_xlsb(name: str, data: bytes, limits: Limits) -> Book:
    """Read one .xlsb file held in memory."""
    parts = Parts(data, limits)
    try:
        sheets, date1904 = _list_sheets(parts)
        scans = {sheet.name: _scan_sheet(parts.read(sheet.member)) for sheet in sheets if sheet.member in parts}
    except struct.error as error:
        raise UnreadableFile(BROKEN) from error
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
    book = Book(name, "xlsb", date1904=date1904)
    for sheet in sheets:
        scan = scans[sheet.name]
        if not scan.bottom or posixpath.basename(sheet.member).startswith("chart"):
            continue
        _check_spread(sheet.name, scan)
        scan.traits.hidden = sheet.hidden
        found = workbook.get_sheet_by_name(sheet.name)
        top, left = found.start or (0, 0)
        rows, top, left = place_errors(plain_rows(found), top + 1, left + 1, scan.errors)
        if rows and rows[0]:
            bottom, right = top + len(rows) - 1, left + len(rows[0]) - 1
            check_area(sheet.name, bottom, right, rows=len(rows), columns=len(rows[0]), limits=limits)
            book.sheets.append(build_sheet(sheet.name, rows, top, left, traits=scan.traits))
    return book


def _check_spread(name: str, scan: SheetScan) -> None:
    area = (scan.bottom - scan.top + 1) * (scan.right - scan.left + 1)
    if area > DENSE_CELLS:
        raise UnreadableFile(
            f"内容相隔太远：工作表「{name}」直到 {column_letters(scan.right)}{scan.bottom} 单元格还有内容。"
            "请删去名册以外的零散内容，或者另存为 .xlsx 文件后重新发送。"
        )
