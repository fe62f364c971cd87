"""A first look at the XML of one .xlsx worksheet, as bytes and without parsing.

Finds how far the used area may reach, the error cells (calamine gives them as blanks) and the traits of
rows. It understands only the form that Excel, WPS, LibreOffice and openpyxl write; anything else is told as
not canonical and is read by the exact, slower reader of `xlsx_stream`.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from desktop.exchange.workbook.cells import NO_RESULT, CellError, Range, column_number
from desktop.exchange.workbook.grid import Traits
from desktop.exchange.workbook.xlsx_parts import Styles

_PIECE = 64 << 20  # a row longer than this is no row

_PLACE = re.compile(rb'<c r="[A-Z]{1,3}(\d{1,9})"')
_UNUSUAL = re.compile(rb'<c(?! r="A?[A-Z]\d)')  # a cell beyond column AZ or without its place
_NARROW = 52
_COLUMN = re.compile(rb'<c r="([A-Z]{1,3})\d')
_ERROR = re.compile(rb'<c r="([A-Z]{1,3})(\d+)"[^>]*? t="e"[^>]*>(?:<f[^>]*?(?:/>|>[^<]*</f>))?<v>([^<]*)</v>')
_NO_VALUE = re.compile(rb'<c r="([A-Z]{1,3})(\d+)"([^>]*)><f[^>]*?(?:/>|>[^<]*</f>)(?:<v ?/>|<v></v>)?</c>')
_HIDDEN_ROW = re.compile(rb'<row r="(\d+)"[^>]*? hidden="(?:1|true)"')
_HIDDEN_COLUMNS = re.compile(rb"<col [^>]*>")
_MERGED = re.compile(rb'<mergeCell ref="([A-Z]{1,3})(\d+):([A-Z]{1,3})(\d+)"')
_FILLED = re.compile(rb'<c r="([A-Z]{1,3})(\d+)"[^>]*?(?<!/)><(?!/)')


@dataclass(slots=True)
class Bounds:
    """How far the used area may reach at most (1-based), and whether the XML has the form known here."""

    canonical: bool = True
    bottom: int = 0
    right: int = 0


@dataclass(slots=True)
class Scan:
    """The error cells and the traits of a worksheet."""

    errors: dict[tuple[int, int], CellError] = field(default_factory=dict)
    traits: Traits = field(default_factory=Traits)


def _cut_rows(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Pieces that begin with a row each (but the first) and never cut through one."""
    held = b""
    for chunk in chunks:
        held += chunk
        cut = held.rfind(b"<row ")
        if cut > 0:
            yield held[:cut]
            held = held[cut:]
        elif len(held) > _PIECE:
            yield held
            held = b""
    yield held


def _split_sheet(chunks: Iterable[bytes]) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Pieces as (before the cells, cells, after the cells); nothing at all when there are no cells."""
    inside = False
    head = b""
    for piece in _cut_rows(chunks):
        if inside:
            data, _, tail = piece.partition(b"</sheetData>")
            yield b"", data, tail
            continue
        before, opened, body = piece.partition(b"<sheetData")
        head += before
        if opened:
            inside = True
            data, _, tail = body.partition(b"</sheetData>")
            yield head, data, tail


def bound_sheet(chunks: Iterable[bytes]) -> Bounds:
    """Find how far one worksheet may reach."""
    bounds = Bounds(canonical=False)
    for head, data, _tail in _split_sheet(chunks):
        if head:
            bounds.canonical = b"<worksheet" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff"))
        unusual = bounds.canonical and _UNUSUAL.search(data)
        if not bounds.canonical or (unusual and data.count(b"<c") != data.count(b'<c r="')):
            bounds.canonical = False
            break
        found = _PLACE.match(data, max(data.rfind(b'<c r="'), 0))
        bounds.bottom = max(bounds.bottom, int(found[1]) if found else 0)
        letters = set(_COLUMN.findall(data)) if unusual else set()
        bounds.right = max(bounds.right, _NARROW, *map(_column, letters))
    return bounds


def scan_sheet(chunks: Iterable[bytes], styles: Styles) -> Scan:
    """Find the error cells and the traits of one worksheet of the known form."""
    scan = Scan()
    struck, red = _marked_cells(styles.struck), _marked_cells(styles.red)
    for head, data, tail in _split_sheet(chunks):
        _scan_head(scan, head)
        _scan_cells(scan, data, struck, red)
        _scan_tail(scan, tail)
    return scan


def _scan_head(scan: Scan, head: bytes) -> None:
    for tag in _HIDDEN_COLUMNS.findall(head):
        low, high = re.search(rb' min="(\d{1,5})"', tag), re.search(rb' max="(\d{1,5})"', tag)
        if (b'hidden="1"' in tag or b'hidden="true"' in tag) and low and high:
            scan.traits.hidden_columns.update(range(int(low[1]), min(int(high[1]), int(low[1]) + 500) + 1))


def _scan_tail(scan: Scan, tail: bytes) -> None:
    if not tail:
        return
    scan.traits.filtered = scan.traits.filtered or b"<filterColumn" in tail
    for left, top, right, bottom in _MERGED.findall(tail):
        area = Range(int(top), _column(left), int(bottom), _column(right))
        scan.traits.merged.append(area)


def _scan_cells(scan: Scan, data: bytes, struck: re.Pattern[bytes] | None, red: re.Pattern[bytes] | None) -> None:
    if b't="e"' in data:
        for letters, row, text in _ERROR.findall(data):
            scan.errors[int(row), _column(letters)] = CellError(text.decode("utf-8", "replace"))
    if b'"><f' in data:
        _find_missing(scan, data)
    if b' hidden="' in data:
        scan.traits.hidden_rows.update(map(int, _HIDDEN_ROW.findall(data)))
    if struck:
        scan.traits.struck_rows.update(map(int, struck.findall(data)))
    if red:
        scan.traits.red_rows.update(map(int, red.findall(data)))


def _find_missing(scan: Scan, data: bytes) -> None:
    for letters, row, attributes in _NO_VALUE.findall(data):
        # An empty text is a result too: =IF(A1="","",…) is stored as t="str" without a value.
        if b't="str"' not in attributes:
            scan.errors[int(row), _column(letters)] = NO_RESULT


def find_filled(chunks: Iterable[bytes]) -> tuple[int, int, int, int] | None:
    """Top, left, bottom and right of the cells that hold something, leaving out merely formatted ones."""
    rows: set[int] = set()
    letters: set[bytes] = set()
    for piece in _cut_rows(chunks):
        found = _FILLED.findall(piece)
        letters.update(letter for letter, _row in found)
        rows.update({int(row) for _letter, row in found})
    if not rows:
        return None
    columns = [_column(letter) for letter in letters]
    return min(rows), min(columns), max(rows), max(columns)


def _column(letters: bytes) -> int:
    return column_number(letters.decode("ascii"))


def _marked_cells(formats: set[int]) -> re.Pattern[bytes] | None:
    if not formats:
        return None
    numbers = "|".join(map(str, sorted(formats)))
    return re.compile(rb'<c r="[A-Z]{1,3}(\d+)" s="(?:' + numbers.encode() + rb')"[^>]*?(?<!/)><(?!/)')
