"""Reading .ods by streaming its content, so that repeated rows and far-apart cells cost nothing.

calamine reads .ods too, but gives neither errors, nor merged cells, nor hidden rows, and repeats rows in
memory (OpenDocument 1.3 part 3, 9.1: number-rows-repeated may be a million).
"""

import re
from collections.abc import Mapping
from datetime import date, datetime, time

from desktop.errors import UnreadableFile
from desktop.exchange.workbook.cells import Book, CellError, Limits, Range, Value
from desktop.exchange.workbook.grid import Grid, check_area, crop, tell_islands
from desktop.exchange.workbook.markup import BROKEN, list_elements, parse_markup
from desktop.exchange.workbook.serials import plain_number
from desktop.exchange.workbook.zipped import PASSWORD, Parts

_DURATION = re.compile(r"PT(\d+)H(\d+)M(\d+)(?:[.,]\d+)?S")
_ERROR = re.compile(r"#(?:REF!|N/A|VALUE!|DIV/0!|NAME\?|NUM!|NULL!)|Err:\d{3}|#[A-Z]{2,6}[!?]")
_SKIPPED = frozenset(("annotation", "shapes", "tracked-changes"))


def read_ods(name: str, data: bytes, limits: Limits) -> Book:
    """Read one .ods file held in memory."""
    parts = Parts(data, limits)
    if "content.xml" not in parts:
        raise UnreadableFile(BROKEN)
    if "meta-inf/manifest.xml" in parts:
        entries = list_elements(parts.read("meta-inf/manifest.xml"))
        if any(element == "encryption-data" for element, _attributes in entries):
            raise UnreadableFile(PASSWORD)
    content = _Content(limits)
    parse_markup(parts.stream("content.xml"), content.start, content.end, content.text)
    book = Book(name, "ods", date1904=content.date1904)
    for grid in content.grids:
        book.sheets.extend(crop(grid, limits))
    book.assumed = tuple(tell_islands(book.sheets))
    return book


def _repeated(attributes: Mapping[str, str], key: str) -> int:
    text = attributes.get(key, "1")
    return max(int(text), 1) if text.isdecimal() and len(text) < 10 else 1


class _Content:
    """Handlers that fill a Grid for each table of content.xml."""

    def __init__(self, limits: Limits) -> None:
        self.grids: list[Grid] = []
        self.date1904 = False
        self._limits = limits
        self._row = self._column = self._row_repeat = self._repeat = 1
        self._attributes: Mapping[str, str] = {}
        self._line: list[tuple[int, int, Value]] = []
        self._spans: list[tuple[int, int, int]] = []
        self._paragraphs: list[list[str]] = []
        self._within_cell = self._within_text = False
        self._skipping = self._depth = 0
        self._hidden_styles: set[str] = set()
        self._struck: set[str] = set()
        self._style = ""

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take one element in."""
        if self._skipping or name in _SKIPPED:
            self._skipping += 1
        elif name == "table":
            self._start_table(attributes)
        elif name == "table-row" and self._depth == 1:
            self._row_repeat = _repeated(attributes, "number-rows-repeated")
            self._column, self._line, self._spans = 1, [], []
            if attributes.get("visibility") in {"collapse", "filter"}:
                last = min(self._row + self._row_repeat, self._row + 10_000)
                self.grids[-1].traits.hidden_rows.update(range(self._row, last))
                self.grids[-1].traits.filtered |= attributes.get("visibility") == "filter"
        elif name in {"table-cell", "covered-table-cell"} and self._depth == 1:
            self._attributes, self._paragraphs, self._within_cell = attributes, [], True
            self._repeat = _repeated(attributes, "number-columns-repeated")
        elif self._within_cell:
            self._start_text(name, attributes)
        else:
            self._start_style(name, attributes)

    def _start_table(self, attributes: Mapping[str, str]) -> None:
        self._depth += 1
        if self._depth == 1:
            grid = Grid(attributes.get("name", ""))
            grid.traits.hidden = attributes.get("style-name", "") in self._hidden_styles
            self.grids.append(grid)
            self._row = 1

    def _start_style(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "style":
            self._style = attributes.get("name", "")
        elif name == "table-properties" and attributes.get("display") == "false":
            self._hidden_styles.add(self._style)
        elif name == "text-properties" and attributes.get("text-line-through-style", "none") != "none":
            self._struck.add(self._style)
        elif name == "null-date":
            self.date1904 = attributes.get("date-value", "").startswith("1904")

    def _start_text(self, name: str, attributes: Mapping[str, str]) -> None:
        if name in {"p", "h"}:
            self._paragraphs.append([])
            self._within_text = True
        elif self._within_text and name == "s":
            count = attributes.get("c", "1")
            self._paragraphs[-1].append(" " * min(int(count) if count.isdecimal() else 1, 1000))
        elif self._within_text and name in {"tab", "line-break"}:
            self._paragraphs[-1].append("\t" if name == "tab" else "\n")

    def text(self, piece: str) -> None:
        """Take text in."""
        if self._within_text and not self._skipping:
            self._paragraphs[-1].append(piece)

    def end(self, name: str) -> None:
        """Leave an element."""
        if self._skipping:
            self._skipping -= 1
        elif name in {"p", "h"}:
            self._within_text = False
        elif name in {"table-cell", "covered-table-cell"} and self._depth == 1:
            self._end_cell()
        elif name == "table-row" and self._depth == 1:
            self._end_row()
        elif name == "table":
            self._depth -= 1

    def _end_cell(self) -> None:
        self._within_cell = self._within_text = False
        text = "\n".join("".join(pieces) for pieces in self._paragraphs)
        value = _read_value(self._attributes, text)
        if value is not None and value != "":
            self._line.append((self._column, self._repeat, value))
            if self._attributes.get("style-name", "") in self._struck:
                self.grids[-1].traits.struck_rows.add(self._row)
        down = _repeated(self._attributes, "number-rows-spanned")
        across = _repeated(self._attributes, "number-columns-spanned")
        if down > 1 or across > 1:
            area = Range(self._row, self._column, self._row + down - 1, self._column + across - 1)
            self.grids[-1].traits.merged.append(area)
        self._column += self._repeat

    def _end_row(self) -> None:
        grid = self.grids[-1]
        if self._line:
            width = sum(repeat for _column, repeat, _value in self._line)
            bottom = self._row + self._row_repeat - 1
            check_area(grid.name, bottom, self._column - 1, rows=self._row_repeat, columns=width, limits=self._limits)
        for row in range(self._row, self._row + self._row_repeat) if self._line else ():
            for column, repeat, value in self._line:
                for offset in range(repeat):
                    grid.put(row, column + offset, value)
        if grid.count > self._limits.cells:
            raise UnreadableFile(f"单元格超过 {self._limits.cells} 个，内容过大。请拆成几个文件后再导入。")
        self._row += self._row_repeat


def _read_value(attributes: Mapping[str, str], text: str) -> Value:
    kind = attributes.get("value-type", "")
    if attributes.get("formula") and (_ERROR.fullmatch(text) or (not kind and not text)):
        return CellError(text or "公式无结果")
    if not kind or kind == "string":
        return attributes.get("string-value", text)
    if kind == "boolean":
        return attributes.get("boolean-value") == "true"
    if kind == "date":
        return _read_date(attributes.get("date-value", ""), text)
    if kind == "time":
        found = _DURATION.fullmatch(attributes.get("time-value", ""))
        if found and int(found[1]) < 24 and int(found[2]) < 60 and int(found[3]) < 60:
            return time(int(found[1]), int(found[2]), int(found[3]))
        return text
    try:
        return plain_number(float(attributes.get("value", "")))
    except (ValueError, OverflowError):
        return text


def _read_date(raw: str, text: str) -> Value:
    try:
        if len(raw) == 10:
            return date.fromisoformat(raw)
        return datetime.fromisoformat(raw).replace(tzinfo=None)
    except ValueError:
        return text or raw
