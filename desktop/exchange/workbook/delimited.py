"""Reading .csv, .txt and .tsv: every cell is text as written, without the tricks that keep digits as text."""

import csv
import re
from collections import Counter

from desktop.errors import UnreadableFile
from desktop.exchange.workbook.cells import Book, Limits, Value
from desktop.exchange.workbook.grid import Traits, build_sheet, check_area

SEPARATORS = {"\t": "制表符", ",": "逗号", ";": "分号", "，": "全角逗号", "|": "竖线"}
_DECLARED = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
_FORMULA_TEXT = re.compile(r'="([^"]*)"')
_SAMPLE = 200

csv.field_size_limit(1_000_000)


def read_delimited(name: str, text: str, encoding: str, limits: Limits) -> Book:
    """Read the text of one delimited file."""
    if not text.strip():
        raise UnreadableFile("没有内容。请让学校重新发送。")
    book = Book(name, "csv", encoding)
    first_row = 1
    declared = _DECLARED.match(text)
    if declared:
        text, first_row = text[declared.end() :], 2
    separator = declared[1] if declared else find_separator(text)
    records, paired = _split(text, separator)
    assumed = [f"编码按 {encoding} 读入"]
    if separator not in {",", "\t"} and any(len(record) > 1 for record in records):
        assumed.append(f"各列按{SEPARATORS.get(separator, separator)}分隔读入")
    if not paired:
        assumed.append("引号不成对，逐行读入，引号作为内容保留")
    if len(records) > 1 and not text.endswith(("\n", "\r")) and len(records[-1]) < len(records[-2]):
        assumed.append("最后一行比上一行短，而且没有换行，文件可能没有拷贝完整，请核对最后一行和人数")
    book.assumed = tuple(assumed)
    width = max(map(len, records), default=0)
    check_area("Sheet1", len(records), width, rows=len(records), columns=width, limits=limits)
    rows = [_plain(record, width) for record in records]
    while rows and not any(rows[-1]):
        rows.pop()
    if not rows:
        raise UnreadableFile("没有内容。请让学校重新发送。")
    book.sheets.append(build_sheet("Sheet1", rows, first_row, 1, traits=Traits()))
    return book


def find_separator(text: str) -> str:
    """The separator under which most records of the beginning have the same number of fields."""
    sample = "\n".join(text.splitlines()[:_SAMPLE])
    best, chosen = (0, 0), ","
    for separator in SEPARATORS:
        records, _paired = _split(sample, separator)
        widths = Counter(len(record) for record in records if len(record) > 1)
        if widths:
            width, count = widths.most_common(1)[0]
            if (count, width) > best:
                best, chosen = (count, width), separator
    return chosen


def _split(text: str, separator: str) -> tuple[list[list[str]], bool]:
    """Records, and whether quotes are paired: a ditto mark written as a lone quote must not swallow rows."""
    try:
        records = list(csv.reader(text.splitlines(keepends=True), delimiter=separator, strict=True))
    except csv.Error:
        return _split_lines(text, separator), False
    if any(_swallows(field, separator) for record in records for field in record):
        lines = _split_lines(text, separator)
        if len({len(line) for line in lines}) == 1:
            return lines, False
    return records, True


def _swallows(field: str, separator: str) -> bool:
    """Whether a field looks like what stands between two ditto marks rather than like contents."""
    opens = field.startswith((separator, "\n", "\r"))
    return opens and ("\n" in field or not field.strip(f"{separator} "))


def _split_lines(text: str, separator: str) -> list[list[str]]:
    return [[_unquote(field) for field in line.split(separator)] for line in text.splitlines()]


def _unquote(field: str) -> str:
    if len(field) >= 2 and field[0] == field[-1] == '"':
        return field[1:-1].replace('""', '"')
    return field


def _plain(record: list[str], width: int) -> list[Value]:
    values = [strip_protection(field) or None for field in record]
    return [*values, *(None for _ in range(width - len(values)))]


def strip_protection(field: str) -> str:
    """A field without Excel's ="0123" and without the apostrophe that keeps it from being a formula."""
    found = _FORMULA_TEXT.fullmatch(field)
    if found:
        return found[1]
    return field[1:] if len(field) > 1 and field[0] == "'" else field
