"""Reading HTML that wears .xls: all tables of the page one below the other, as Excel shows them."""

import re
from html.parser import HTMLParser

from desktop.errors import UnreadableFile
from desktop.exchange.workbook.cells import Book, Limits, Range
from desktop.exchange.workbook.grid import Grid, crop

_SHEET_NAME = re.compile(r"<x:Name>([^<]{1,60})</x:Name>", re.IGNORECASE)
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[eE]\+?\d{2}")
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_UNSEEN = frozenset(("script", "style", "title", "head", "xml"))
_BREAKS = frozenset(("br", "p", "div", "li", "h1", "h2", "h3", "h4", "caption"))


def read_web_table(name: str, text: str, encoding: str, limits: Limits) -> Book:
    """Read the tables of one web page; raises UnreadableFile when it has none."""
    lower = text.lower()
    if "<table" not in lower:
        if "<frameset" in lower:
            raise UnreadableFile(
                "只是一个网页框架，名册内容在旁边的文件夹里，没有一起发来。请在 Excel 中打开，另存为 .xlsx 后重新发送。"
            )
        raise UnreadableFile("是网页，里面没有表格。请把名册另存为 .xlsx 文件后重新发送。")
    named = _SHEET_NAME.search(text)
    page = _Page(Grid(named[1] if named else "Sheet1"), limits)
    page.feed(text)
    page.close()
    page.end_line()
    assumed = ["内容是网页表格，按网页读入，全部作为文字", f"编码按 {encoding} 读入"]
    if lower.count("<table") > lower.count("</table"):
        assumed.append("网页表格没有结束标记，文件可能不完整，请核对人数")
    return Book(name, "html", encoding, sheets=crop(page.grid, limits), assumed=tuple(assumed))


def _span(attributes: dict[str, str | None], key: str) -> int:
    text = (attributes.get(key) or "1").strip()
    return min(max(int(text), 1), 1000) if text.isdecimal() and len(text) < 10 else 1


class _Page(HTMLParser):
    """Fills a Grid from the outermost tables of a page and from the lines of text between them."""

    def __init__(self, grid: Grid, limits: Limits) -> None:
        super().__init__(convert_charrefs=True)
        self.grid = grid
        self._limits = limits
        self._row, self._column = 0, 1
        self._depth = self._unseen = 0
        self._covered: dict[int, int] = {}  # column → last row covered from above
        self._pieces: list[str] = []
        self._cell: dict[str, str | None] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take one element in."""
        attributes = dict(attrs)
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag == "table":
            self._depth += 1
            if self._depth == 1:
                self.end_line()
                self._covered = {}
        elif tag == "tr" and self._depth == 1:
            self._end_cell()
            self._start_row(attributes)
        elif tag in {"td", "th"} and self._depth == 1:
            self._end_cell()
            self._cell, self._pieces = attributes, []
        elif tag in _BREAKS:
            self._break()

    def handle_endtag(self, tag: str) -> None:
        """Leave an element."""
        if tag in _UNSEEN:
            self._unseen = max(self._unseen - 1, 0)
        elif tag == "table" and self._depth:
            if self._depth == 1:
                self._end_cell()
            self._depth -= 1
        elif tag in {"td", "th", "tr"} and self._depth == 1:
            self._end_cell()
        elif tag in _BREAKS and tag != "br":
            self._break()

    def handle_data(self, data: str) -> None:
        """Take text in."""
        if not self._unseen and (self._cell is not None or not self._depth):
            self._pieces.append(_BLANKS.sub(" ", data))

    def _break(self) -> None:
        if self._cell is not None:
            self._pieces.append("\n")
        elif not self._depth:
            self.end_line()

    def end_line(self) -> None:
        """Put a line of text that stands outside all tables into a row of its own."""
        if self._cell is not None:
            self._end_cell()
        text, self._pieces = "".join(self._pieces).replace("\xa0", " ").strip(), []
        if text:
            self._row += 1
            self.grid.put(self._row, 1, text)

    def _start_row(self, attributes: dict[str, str | None]) -> None:
        self._row += 1
        self._column = 1
        if self._row > self._limits.rows:
            raise UnreadableFile(f"内容过大：超过 {self._limits.rows} 行。请拆成几个文件后再导入。")
        if "display:none" in (attributes.get("style") or "").replace(" ", "").lower():
            self.grid.traits.hidden_rows.add(self._row)

    def _end_cell(self) -> None:
        if self._cell is None:
            return
        attributes, self._cell = self._cell, None
        while self._covered.get(self._column, 0) >= self._row:
            self._column += 1
        text = re.sub(r" ?\n ?", "\n", "".join(self._pieces).replace("\xa0", " ")).strip()
        self._pieces = []
        exact = attributes.get("x:num")
        if exact and exact.isdecimal() and _SCIENTIFIC.fullmatch(text):
            text = exact
        if not self._row:
            self._row = 1
        self.grid.put(self._row, self._column, text)
        across, down = _span(attributes, "colspan"), _span(attributes, "rowspan")
        if across > 1 or down > 1:
            last = self._column + across - 1
            self.grid.traits.merged.append(Range(self._row, self._column, self._row + down - 1, last))
        for column in range(self._column, self._column + across):
            self._covered[column] = self._row + down - 1
        self._column += across
