"""Exact and sparse reading of one .xlsx worksheet through expat, for the files that `xlsx_scan` cannot bound."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta

from desktop.errors import UnreadableFile
from desktop.exchange.workbook.cells import NO_RESULT, CellError, Limits, Range, Value, column_number
from desktop.exchange.workbook.grid import Grid
from desktop.exchange.workbook.markup import BROKEN, parse_markup
from desktop.exchange.workbook.serials import from_serial, plain_number, tell_duration
from desktop.exchange.workbook.xlsx_parts import Styles
from desktop.exchange.workbook.zipped import Parts

_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_FORMATTED_ONLY = re.compile(rb'<c r="[A-Z]{1,3}\d+"[^>]*?/>')


def read_texts(parts: Parts, member: str = "xl/sharedStrings.xml") -> list[str]:
    """The shared strings in order; phonetic hints are left out."""
    if member not in parts:
        return []
    reader = _TextReader()
    parse_markup(parts.stream(member), reader.start, reader.end, reader.text)
    return reader.texts


def unescape(text: str) -> str:
    """Undo _x000D_ and its like, the way Excel writes characters that XML cannot hold."""
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


class _TextReader:
    def __init__(self) -> None:
        self.texts: list[str] = []
        self._pieces: list[str] = []
        self._taking = False
        self._phonetic = False

    def start(self, name: str, _attributes: Mapping[str, str]) -> None:
        if name == "si":
            self._pieces = []
        elif name == "rPh":
            self._phonetic = True
        elif name == "t":
            self._taking = not self._phonetic

    def end(self, name: str) -> None:
        if name == "si":
            self.texts.append(unescape("".join(self._pieces)))
        elif name == "rPh":
            self._phonetic = False
        elif name == "t":
            self._taking = False

    def text(self, piece: str) -> None:
        if self._taking:
            self._pieces.append(piece)


def drop_formatted(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Leave out cells that only carry a format: a million of them must not reach the parser."""
    held = b""
    for chunk in chunks:
        held += chunk
        cut = held.rfind(b"<")
        if cut > 0:
            yield _FORMATTED_ONLY.sub(b"", held[:cut])
            held = held[cut:]
    yield held


class SheetStream:
    """Handlers that fill a Grid from the XML of one worksheet."""

    def __init__(self, grid: Grid, *, texts: list[str], styles: Styles, date1904: bool, limits: Limits) -> None:
        self._grid, self._texts, self._styles = grid, texts, styles
        self._date1904, self._limits = date1904, limits
        self._row = self._column = 0
        self._type = self._style = ""
        self._formula = self._taking = False
        self._value: list[str] = []
        self._held = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Take one element in."""
        if name == "c":
            self._start_cell(attributes)
        elif name == "row":
            self._start_row(attributes)
        elif name == "f":
            self._formula = True
        elif name in {"v", "t"}:
            self._taking = True
            self._held = self._held or name == "v"
        elif name == "mergeCell":
            self._merge(attributes.get("ref", ""))
        elif name == "filterColumn":
            self._grid.traits.filtered = True

    def _start_row(self, attributes: Mapping[str, str]) -> None:
        number = attributes.get("r", "")
        self._row = int(number) if number.isdecimal() and len(number) < 10 else self._row + 1
        self._column = 0
        if attributes.get("hidden") in {"1", "true"}:
            self._grid.traits.hidden_rows.add(self._row)

    def _start_cell(self, attributes: Mapping[str, str]) -> None:
        place = _REFERENCE.fullmatch(attributes.get("r", ""))
        if place:
            self._column, self._row = column_number(place[1]), int(place[2])
        else:
            self._column += 1
        self._type, self._style = attributes.get("t", "n"), attributes.get("s", "0")
        self._formula, self._held, self._value = False, False, []

    def _merge(self, reference: str) -> None:
        first, _, last = reference.partition(":")
        top, bottom = _REFERENCE.fullmatch(first), _REFERENCE.fullmatch(last)
        if top and bottom:
            area = Range(int(top[2]), column_number(top[1]), int(bottom[2]), column_number(bottom[1]))
            self._grid.traits.merged.append(area)

    def text(self, piece: str) -> None:
        """Take text in."""
        if self._taking:
            self._value.append(piece)

    def end(self, name: str) -> None:
        """Leave an element."""
        if name in {"v", "t"}:
            self._taking = False
        elif name == "c":
            self._end_cell()

    def _end_cell(self) -> None:
        raw = "".join(self._value)
        if raw or self._formula:
            value = self._read(raw)
            self._grid.put(self._row, self._column, value)
            self._mark()
            if self._grid.count > self._limits.cells:
                raise UnreadableFile(f"单元格超过 {self._limits.cells} 个，内容过大。请拆成几个文件后再导入。")

    def _mark(self) -> None:
        style = int(self._style) if self._style.isdecimal() else 0
        if style in self._styles.struck:
            self._grid.traits.struck_rows.add(self._row)
        if style in self._styles.red:
            self._grid.traits.red_rows.add(self._row)

    def _read(self, raw: str) -> Value:
        if not raw:
            return None if self._type == "str" else NO_RESULT
        if self._type == "s":
            return self._shared(raw)
        if self._type == "e":
            return CellError(raw)
        if self._type == "b":
            return raw.strip() in {"1", "true"}
        if self._type == "n":
            return self._number(raw)
        return unescape(raw)

    def _shared(self, raw: str) -> Value:
        index = int(raw) if raw.strip().isdecimal() else -1
        if not 0 <= index < len(self._texts):
            raise UnreadableFile(BROKEN)
        return self._texts[index]

    def _number(self, raw: str) -> Value:
        try:
            number = float(raw)
        except ValueError:
            return raw
        if number != number or number in {float("inf"), float("-inf")}:  # noqa: PLR0124 - NaN
            return raw
        style = int(self._style) if self._style.isdecimal() else 0
        if style in self._styles.durations and 0 <= number < 1e6:
            return tell_duration(timedelta(days=number))
        if style in self._styles.dates:
            return from_serial(number, date1904=self._date1904)
        return plain_number(number)
