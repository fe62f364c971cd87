"""Finding the tables on a sheet: where the headings stand, what each column means, which rows hold people.

Works on plain cells; knows nothing of the database. A sheet may have banner rows, headings of one to three rows
with merged groups, headings repeated on each printed page, totals, signatures, notes, and several tables.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from desktop.exchange.targets import Target
from desktop.exchange.workbook.cells import Sheet
from desktop.rules.characters import halve_width

MIN_HEADINGS: Final = 3
"""So many known headings in one row make it a heading row."""

MAX_HEADING: Final = 60
"""Characters of the longest heading; longer texts are notes."""

_TOTALS: Final = re.compile(r"^(本页|以上)?(合计|小计|总计|共计|累计|总数|汇总)")
_SIGNATURES: Final = re.compile(
    r"(填表人|填报人|制表人?|经办人|审核人|负责人|复核人?|校长|书记|园长|签字|签名|盖章|公章|联系人|填报时间|填表时间|填报日期|填表日期)"
    r"[^，。]{0,12}[:：_＿（(]"
)
_NOTES: Final = re.compile(r"^(注|说明|备注|填表说明|填报说明|附|附件|要求|提示)\d*[:：、.．]")
_SERIALS: Final = frozenset({"序号", "编号", "序", "顺序号", "no", "行号", "排序"})
DITTO: Final = frozenset({"〃", "″", "同上", "“", "”", '"', "''", "〞", "…同上", "ditto"})
LEFT_DITTO: Final = frozenset({"同左", "同前"})


@dataclass
class Column:
    """One column of a table: its place, the heading as written, and what it means (None: kept with the record)."""

    index: int
    heading: str
    target: Target | None = None


@dataclass
class Table:
    """A block of people on a sheet: what stood above it, its columns, and the places of its rows."""

    sheet: Sheet
    banner: tuple[str, ...]
    heading_rows: range
    columns: list[Column]
    rows: list[int] = field(default_factory=list)
    """Indexes into `sheet.rows`."""

    def column_of(self, name: str) -> Column | None:
        """The column that fills a target."""
        return next((each for each in self.columns if each.target is not None and each.target.name == name), None)

    def row_number(self, index: int) -> int:
        """The number of a row as the clerk sees it."""
        return self.sheet.first_row + index


def plain_heading(text: object) -> str:
    """A heading without blanks, line breaks, asterisks and punctuation; full-width letters made half-width."""
    plain = halve_width(str(text or ""))
    return re.sub(r"[\s\u3000*＊★:：、,，.。·\-—_/\\“”\"'’]", "", plain).lower()


def _without_brackets(text: str) -> str:
    return re.sub(r"[(（\[【〔].*?[)）\]】〕]", "", text)


class HeadingIndex:
    """The headings that a set of targets is known by, and those that a sender's clerk mapped by hand."""

    def __init__(self, targets: Iterable[Target], mapped: Mapping[str, str] | None = None) -> None:
        self.targets = {target.name: target for target in targets}
        self._known: dict[str, Target] = {}
        for target in self.targets.values():
            for heading in target.headings:
                self._known.setdefault(plain_heading(_without_brackets(heading)), target)
                self._known.setdefault(plain_heading(heading), target)
        for heading, name in (mapped or {}).items():
            if name in self.targets:
                self._known[plain_heading(heading)] = self.targets[name]
        self._first = frozenset(heading[0] for heading in self._known if heading)
        self._seen: dict[str, Target | None] = {}

    def match(self, text: object) -> Target | None:
        """The target of a heading as written, with or without the hints in its brackets."""
        raw = str(text or "")
        return self._known.get(plain_heading(raw)) or self._known.get(plain_heading(_without_brackets(raw)))

    def match_quickly(self, text: str) -> Target | None:
        """The same for the cells of whole sheets: most of them cannot be headings by their first character."""
        start = text.lstrip()[:1]
        if start not in self._first and (start.isalnum() or not start):
            return None
        if text not in self._seen:
            self._seen[text] = self.match(text)
        return self._seen[text]

    def match_parts(self, parts: Sequence[str]) -> Target | None:
        """The target of a heading of several rows, top to bottom: whole first, then its last part, then its first."""
        if not parts:
            return None
        orders = ("".join(parts), "".join(reversed(parts)), parts[-1], *(parts[:-1][::-1]))
        return next((found for found in map(self.match, orders) if found is not None), None)


def find_tables(sheet: Sheet, index: HeadingIndex) -> list[Table]:
    """All tables of a sheet, top to bottom; repeated headings of the same columns continue a table."""
    tables: list[Table] = []
    covered = _covered(sheet)
    tops = [number for number, row in enumerate(sheet.rows) if _is_heading(row, index)]
    start = 0
    for place, top in enumerate(tops):
        if top < start:
            continue
        block = _heading_block(sheet, top, covered, index)
        columns = _columns(sheet, block, covered, index)
        end = next((each for each in tops[place + 1 :] if each >= block.stop), len(sheet.rows))
        rows = _data_rows(sheet, range(block.stop, end), columns)
        if tables and _same_columns(tables[-1].columns, columns):
            tables[-1].rows += rows
        else:
            above = tables[-1].rows[-1] + 1 if tables and tables[-1].rows else 0
            banner = _texts(sheet, range(max(above, start), block.start))
            tables.append(Table(sheet, banner, block, columns, rows))
        start = block.stop
    return tables


def _is_heading(row: Sequence[Any], index: HeadingIndex) -> bool:
    return _score(row, index) >= MIN_HEADINGS and not _looks_like_person(row)


def _score(row: Sequence[Any], index: HeadingIndex) -> int:
    found = {index.match_quickly(cell) for cell in row if cell.__class__ is str and len(cell) < MAX_HEADING}
    return len(found - {None})


def _looks_like_person(row: Sequence[Any]) -> bool:
    """A heading row holds no numbers and no days, but for a column counter."""
    others = [cell for cell in row if cell is not None and not isinstance(cell, str)]
    return len(others) > 1


def _covered(sheet: Sheet) -> dict[tuple[int, int], tuple[int, int]]:
    """For every cell inside a merged range, the cell that holds the text; as indexes into `sheet.rows`."""
    found = {}
    for area in sheet.merged:
        origin = (area.top - sheet.first_row, area.left - sheet.first_column)
        for row in range(area.top, area.bottom + 1):
            for column in range(area.left, area.right + 1):
                found[row - sheet.first_row, column - sheet.first_column] = origin
    return found


def cell_at(sheet: Sheet, row: int, column: int) -> Any:  # noqa: ANN401 - any value of a cell
    """The value of a cell by indexes into `sheet.rows`; None outside."""
    if not 0 <= row < len(sheet.rows):
        return None
    cells = sheet.rows[row]
    return cells[column] if 0 <= column < len(cells) else None


def _heading_block(
    sheet: Sheet, top: int, covered: Mapping[tuple[int, int], tuple[int, int]], index: HeadingIndex
) -> range:
    first = top
    while first > 0 and first > top - 2 and _is_group_row(sheet, first - 1, covered):
        first -= 1
    last = top
    while last < top + 2 and _continues_heading(sheet, last + 1, top, covered, index):
        last += 1
    return range(first, last + 1)


def _is_group_row(sheet: Sheet, row: int, covered: Mapping[tuple[int, int], tuple[int, int]]) -> bool:
    """A row above the headings with at least two groups, at least one of them merged or followed by blanks."""
    cells = sheet.rows[row]
    texts = [number for number, cell in enumerate(cells) if isinstance(cell, str) and cell.strip()]
    if len(texts) < 2 or any(len(str(cells[number])) > 16 for number in texts):
        return False
    if any(_SIGNATURES.search(str(cells[number])) for number in texts):
        return False
    merged = any((row, number + 1) in covered and covered[row, number + 1] == (row, number) for number in texts)
    return merged or any(cell_at(sheet, row, number + 1) in (None, "") for number in texts)


def _continues_heading(
    sheet: Sheet, row: int, top: int, covered: Mapping[tuple[int, int], tuple[int, int]], index: HeadingIndex
) -> bool:
    """The row below belongs to the headings if its texts stand only below groups, and none is a value."""
    if row >= len(sheet.rows):
        return False
    cells = sheet.rows[row]
    filled = [number for number, cell in enumerate(cells) if cell not in (None, "")]
    if not filled or not all(len(shown) <= 16 for shown in (str(cells[number]) for number in filled)):
        return False
    if not all(isinstance(cells[number], str) for number in filled):
        return False
    under_group = [number for number in filled if _under_group(sheet, row, number, top, covered)]
    if len(under_group) != len(filled):
        return False
    return any(covered.get((row, number), (row, 0))[0] < row for number in range(len(cells))) or _score(
        _joined(sheet, top, row), index
    ) > _score(sheet.rows[top], index)


def _under_group(
    sheet: Sheet, row: int, column: int, top: int, covered: Mapping[tuple[int, int], tuple[int, int]]
) -> bool:
    """A text stands below a group if the heading above it is merged to the right, or has blanks beside it."""
    above = covered.get((top, column))
    if above is not None and above[1] != column:
        return True
    if covered.get((top, column + 1)) == (top, column):
        return True
    beside = (cell_at(sheet, top, column), cell_at(sheet, top, column + 1))
    return row > top and any(cell in (None, "") for cell in beside)


def _joined(sheet: Sheet, top: int, row: int) -> list[str]:
    group = ""
    joined = []
    for column in range(len(sheet.rows[row])):
        group = str(cell_at(sheet, top, column) or group)
        joined.append(group + str(cell_at(sheet, row, column) or ""))
    return joined


def _columns(
    sheet: Sheet, block: range, covered: Mapping[tuple[int, int], tuple[int, int]], index: HeadingIndex
) -> list[Column]:
    width = max((len(sheet.rows[row]) for row in block), default=0)
    columns = []
    taken: set[str] = set()
    parts_of = [_parts(sheet, block, column, covered) for column in range(width)]
    for column, parts in enumerate(parts_of):
        heading = " ".join(" ".join(part.split()) for part in parts)
        if not parts or plain_heading(parts[-1]) in _SERIALS:
            continue
        target = index.match_parts(parts)
        if target is not None and target.name in taken:
            target = None
        if target is not None:
            taken.add(target.name)
        columns.append(Column(column, heading, target))
    return columns


def _parts(sheet: Sheet, block: range, column: int, covered: Mapping[tuple[int, int], tuple[int, int]]) -> list[str]:
    """The texts above a column, top to bottom, each merged cell once; a group without merge reaches to the right."""
    parts: list[str] = []
    seen: set[tuple[int, int]] = set()
    for row in block:
        place = covered.get((row, column), (row, column))
        if place in seen:
            continue
        seen.add(place)
        value = cell_at(sheet, *place)
        if value in (None, "") and row < block[-1] and cell_at(sheet, block[-1], column) not in (None, ""):
            value = _group_to_the_left(sheet, row, column, covered)
        text = str(value or "").strip()
        if text:
            parts.append(text)
    return parts


def _group_to_the_left(sheet: Sheet, row: int, column: int, covered: Mapping[tuple[int, int], tuple[int, int]]) -> Any:  # noqa: ANN401
    if any(area_row == row for area_row, _ in covered):
        return None
    for left in range(column - 1, -1, -1):
        value = cell_at(sheet, row, left)
        if value not in (None, ""):
            return value
    return None


def _texts(sheet: Sheet, rows: range) -> tuple[str, ...]:
    found = (str(cell).strip() for row in rows for cell in sheet.rows[row] if isinstance(cell, str) and cell.strip())
    return tuple(found)


def _same_columns(one: Sequence[Column], other: Sequence[Column]) -> bool:
    def shape(columns: Sequence[Column]) -> list[tuple[int, str]]:
        return [(column.index, plain_heading(column.heading)) for column in columns]

    return shape(one) == shape(other)


def _data_rows(sheet: Sheet, rows: range, columns: Sequence[Column]) -> list[int]:
    name = next((column.index for column in columns if column.target and column.target.name == "name"), None)
    return [row for row in rows if _is_data(sheet.rows[row], columns, name)]


def _is_data(cells: Sequence[Any], columns: Sequence[Column], name: int | None) -> bool:
    filled = 0
    for column in columns:
        if _is_filled(cells[column.index]):
            filled += 1
            if filled > 1 or column.index == name:
                break
    else:
        return False
    texts = [cell for cell in cells if cell.__class__ is str and cell]
    if any(_TOTALS.match(re.sub(r"\s", "", text)) for text in texts[:3]):
        return False
    if filled > 1 and name is not None and _is_filled(cells[name]) and len(texts) > len(columns) // 2:
        return True
    return not any(_SIGNATURES.search(text) for text in texts) and not _NOTES.match(texts[0] if texts else "")


def _is_filled(cell: object) -> bool:
    return cell is not None and (not isinstance(cell, str) or bool(cell.strip()))
