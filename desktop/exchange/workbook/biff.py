"""A first look at the records of an .xls stream (BIFF5 and BIFF8): password, extents, errors, hidden rows.

calamine gives error cells as blanks and sees no formats; the record layouts are those of [MS-XLS] 2.4.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from struct import unpack_from

from desktop.errors import UnreadableFile
from desktop.exchange.workbook.cells import CellError, Range
from desktop.exchange.workbook.grid import Traits
from desktop.exchange.workbook.markup import BROKEN
from desktop.exchange.workbook.zipped import PASSWORD

ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}
_VALUES = frozenset((0x06, 0xFD, 0x204, 0x27E, 0x203, 0x205, 0xD6))  # one cell each
_RUN = 0xBD  # MULRK: several numbers in one row
_RED = frozenset((2, 10))  # colour numbers of red in the standard palette


@dataclass(slots=True)
class SheetScan:
    """What a first look found in one worksheet; extents are 1-based, 0 when it holds no value."""

    top: int = 0
    left: int = 0
    bottom: int = 0
    right: int = 0
    errors: dict[tuple[int, int], CellError] = field(default_factory=dict)
    traits: Traits = field(default_factory=Traits)

    def reach(self, row: int, first: int, last: int) -> None:
        """Widen the extents by cells of a row; 0-based as stored."""
        self.top = min(self.top or row + 1, row + 1)
        self.left = min(self.left or first + 1, first + 1)
        self.bottom = max(self.bottom, row + 1)
        self.right = max(self.right, last + 1)


@dataclass(slots=True)
class BookScan:
    """What a first look found in the workbook: version 5 or 8, code page, date system, its worksheets."""

    version: int = 0
    code_page: int = 0
    date1904: bool = False
    sheets: list[SheetScan] = field(default_factory=list)
    fonts: list[tuple[bool, bool]] = field(default_factory=list)
    formats: list[int] = field(default_factory=list)
    texts: int = 0

    def traits_of(self, form: int) -> tuple[bool, bool]:
        """Whether a cell format is struck through and whether it is red."""
        font = self.formats[form] if form < len(self.formats) else 0
        font -= font > 4  # [MS-XLS] 2.5.129: there is no font 4
        return self.fonts[font] if font < len(self.fonts) else (False, False)


def _records(data: bytes, start: int) -> Iterator[tuple[int, int, int]]:
    """Code, place of the contents and length of each record of one substream, up to its end."""
    place, end, depth = start, len(data) - 4, 0
    while place <= end:
        code, length = unpack_from("<HH", data, place)
        place += 4
        if place + length > len(data):
            raise UnreadableFile(BROKEN)
        if code in {0x809, 0x409, 0x209, 0x09}:
            depth += 1
        yield code, place, length
        if code == 0x0A:
            depth -= 1
            if depth <= 0:
                return
        place += length
    raise UnreadableFile(BROKEN)


def scan_book(data: bytes) -> BookScan:
    """Look through the stream of a workbook; raises UnreadableFile for a password or a broken stream."""
    book = BookScan()
    places: list[tuple[int, bool]] = []
    for code, place, length in _records(data, 0):
        if code == 0x2F:
            raise UnreadableFile(PASSWORD)
        if code == 0x85 and length >= 6 and data[place + 5] == 0:
            places.append((unpack_from("<I", data, place)[0], bool(data[place + 4] & 3)))
        elif length >= 2:
            _take_global(book, data, code, place, length)
    for start, hidden in places[:1000]:
        book.sheets.append(_scan_sheet(data, start, book))
        book.sheets[-1].traits.hidden = hidden
    return book


def _take_global(book: BookScan, data: bytes, code: int, place: int, length: int) -> None:
    number = unpack_from("<H", data, place)[0]
    if code == 0x809 and not book.version:
        book.version = {0x600: 8, 0x500: 5}.get(number, 0)
    elif code == 0x22:
        book.date1904 = number == 1
    elif code == 0x42:
        book.code_page = number
    elif code == 0xE0:
        book.formats.append(number)
    elif code == 0x31 and length >= 6:
        marks, colour = unpack_from("<HH", data, place + 2)
        book.fonts.append((bool(marks & 0x08), colour in _RED))
    elif code == 0xFC and length >= 8:
        book.texts = unpack_from("<I", data, place + 4)[0]


def _scan_sheet(data: bytes, start: int, book: BookScan) -> SheetScan:
    scan = SheetScan()
    marked = {form for form in range(len(book.formats)) if any(book.traits_of(form))}
    for code, place, length in _records(data, start):
        if code in _VALUES and length >= 6:
            row, column, form = unpack_from("<HHH", data, place)
            scan.reach(row, column, column)
            if code == 0xFD and (length < 10 or unpack_from("<I", data, place + 6)[0] >= book.texts):
                raise UnreadableFile(BROKEN)  # calamine would drop the cell without a word
            if form in marked:
                _mark(scan, row, book.traits_of(form))
            if code in {0x205, 0x06}:
                _take_error(scan, data, place, length)
        elif code == _RUN and length >= 6:
            row, first = unpack_from("<HH", data, place)
            scan.reach(row, first, unpack_from("<H", data, place + length - 2)[0])
        else:
            _scan_trait(scan, data, code, place, length)
    return scan


def _mark(scan: SheetScan, row: int, marks: tuple[bool, bool]) -> None:
    struck, red = marks
    if struck:
        scan.traits.struck_rows.add(row + 1)
    if red:
        scan.traits.red_rows.add(row + 1)


def _take_error(scan: SheetScan, data: bytes, place: int, length: int) -> None:
    row, column = unpack_from("<HH", data, place)
    number = None
    boolean = unpack_from("<H", data, place - 4)[0] == 0x205
    if boolean and length >= 8 and data[place + 7]:
        number = data[place + 6]
    elif not boolean and length >= 14 and data[place + 12 : place + 14] == b"\xff\xff" and data[place + 6] == 2:
        number = data[place + 8]
    if number is not None:
        scan.errors[row + 1, column + 1] = CellError(ERRORS.get(number, "#ERR!"))


def _scan_trait(scan: SheetScan, data: bytes, code: int, place: int, length: int) -> None:
    traits = scan.traits
    if code == 0x208 and length >= 16:
        if data[place + 12] & 0x20:
            traits.hidden_rows.add(unpack_from("<H", data, place)[0] + 1)
    elif code == 0xE5 and length >= 2:
        count = min(unpack_from("<H", data, place)[0], (length - 2) // 8)
        for index in range(count):
            top, bottom, left, right = unpack_from("<HHHH", data, place + 2 + index * 8)
            traits.merged.append(Range(top + 1, left + 1, bottom + 1, right + 1))
    elif code == 0x7D and length >= 10:
        first, last, _width, _form, marks = unpack_from("<HHHHH", data, place)
        if marks & 1 and last < 256:
            traits.hidden_columns.update(range(first + 1, last + 2))
    elif code == 0x9B:
        traits.filtered = True
