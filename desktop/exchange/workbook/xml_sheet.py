"""Reading XML Spreadsheet 2003 (SpreadsheetML before OOXML), often named .xls."""

import re
from collections.abc import Mapping
from datetime import datetime, time

from desktop.errors import UnreadableFile
from desktop.exchange.workbook.cells import NO_RESULT, Book, CellError, Limits, Range, Value
from desktop.exchange.workbook.grid import Grid, crop, tell_islands
from desktop.exchange.workbook.markup import parse_markup
from desktop.exchange.workbook.serials import plain_number

_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")


def read_xml_sheet(name: str, text: str, encoding: str, limits: Limits) -> Book:
    """Read the text of one XML Spreadsheet 2003; raises UnreadableFile when it is other XML."""
    # The declaration may name an encoding that expat does not know (gb2312); the text is decoded already.
    data = _DECLARATION.sub("", text, count=1).encode("utf-8", "surrogatepass")
    workbook = _Workbook(limits)
    parse_markup((data,), workbook.start, workbook.end, workbook.text)
    if not workbook.grids:
        raise UnreadableFile("是 XML 文件，里面没有工作表。请把名册另存为 .xlsx 文件后重新发送。")
    book = Book(name, "xml", encoding, workbook.date1904)
    for grid in workbook.grids:
        book.sheets.extend(crop(grid, limits))
    book.assumed = ("内容是 XML 电子表格，按表格读入", *tell_islands(book.sheets))
    return book


def _number(attributes: Mapping[str, str], key: str, default: int) -> int:
    text = attributes.get(key, "")
    return int(text) if text.isdecimal() and len(text) < 8 else default


class _Workbook:
    """Handlers that fill a Grid for each Worksheet element."""

    def __init__(self, limits: Limits) -> None:
        self.grids: list[Grid] = []
        self.date1904 = False
        self._limits = limits
        self._row = self._column = self._across = 0
        self._type = ""
        self._formula = self._taking = False
        self._commented = 0
        self._pieces: list[str] = []

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take one element in."""
        if name == "Worksheet":
            self.grids.append(Grid(attributes.get("Name", "")))
            self._row = 0
        elif name == "Date1904":
            self.date1904 = True
        elif not self.grids:
            return
        elif name == "Row":
            self._start_row(attributes)
        elif name == "Cell":
            self._start_cell(attributes)
        elif name == "Comment":
            self._commented += 1
        elif name == "Data" and not self._commented:
            self._type, self._taking = attributes.get("Type", "String"), True
        elif name == "Visible":
            self._type, self._taking, self._pieces = "Visible", True, []

    def _start_row(self, attributes: Mapping[str, str]) -> None:
        self._row = _number(attributes, "Index", self._row + 1)
        self._column = self._across = 0
        if attributes.get("Hidden") == "1":
            self.grids[-1].traits.hidden_rows.add(self._row)

    def _start_cell(self, attributes: Mapping[str, str]) -> None:
        self._column = _number(attributes, "Index", self._column + self._across + 1)
        self._across = _number(attributes, "MergeAcross", 0)
        down = _number(attributes, "MergeDown", 0)
        if self._across or down:
            area = Range(self._row, self._column, self._row + down, self._column + self._across)
            self.grids[-1].traits.merged.append(area)
        self._formula, self._type, self._pieces = "Formula" in attributes, "", []

    def text(self, piece: str) -> None:
        """Take text in."""
        if self._taking and not self._commented:
            self._pieces.append(piece)

    def end(self, name: str) -> None:
        """Leave an element."""
        if name == "Comment":
            self._commented -= 1
        elif name == "Data" and not self._commented:
            self._taking = False
        elif name == "Visible":
            self._taking = False
            if "Hidden" in "".join(self._pieces):
                self.grids[-1].traits.hidden = True
        elif name == "Cell" and self.grids:
            grid = self.grids[-1]
            grid.put(self._row, self._column, self._read())
            if grid.count > self._limits.cells:
                raise UnreadableFile(f"单元格超过 {self._limits.cells} 个，内容过大。请拆成几个文件后再导入。")

    def _read(self) -> Value:
        raw = "".join(self._pieces)
        if not self._type:
            return NO_RESULT if self._formula else None
        if self._type == "Error":
            return CellError(raw)
        if self._type == "Boolean":
            return raw.strip() == "1"
        if self._type == "DateTime":
            return _read_moment(raw)
        if self._type == "Number":
            try:
                return plain_number(float(raw))
            except (ValueError, OverflowError):
                return raw
        return raw


def _read_moment(raw: str) -> Value:
    try:
        moment = datetime.fromisoformat(raw.strip())
    except ValueError:
        return raw
    moment = moment.replace(tzinfo=None)
    if moment.year == 1899:
        return moment.time()
    return moment.date() if moment.time() == time() else moment
