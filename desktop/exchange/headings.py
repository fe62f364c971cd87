"""Finding the tables on a sheet: where the headings stand, what each column means, which rows hold people.

Works on plain cells; knows nothing of the database. A sheet may have banner rows, headings of one to three rows
with merged groups, headings repeated on each printed page, totals, signatures, notes, and several tables.
"""

import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from desktop.exchange.data_rows import is_filled, is_no_group, is_signature, is_unit_line, sort_rows
from desktop.exchange.targets import Target
from desktop.exchange.workbook.cells import Sheet
from desktop.kinds import PersonName
from desktop.rules.characters import HAN, halve_width
from desktop.rules.traditional import simplified, written_forms

MIN_HEADINGS: Final = 3
"""So many known headings in one row make it a heading row."""

MAX_HEADING: Final = 60
"""Characters of the longest heading; longer texts are notes."""

_SERIALS: Final = frozenset({"序号", "序", "顺序号", "no", "行号", "标识(勿改)"})
_OFTEN_SERIALS: Final = frozenset({"编号", "排序", "号", "顺序", "number"})
"""Serials if they stand left of the names; further right they may be numbers of certificates."""
_OTHERS: Final = re.compile(
    r"支教|交流|轮岗|借调|挂职|跟岗|紧急|联系人|家庭|家属|配偶|子女|荣誉|表彰|获奖|奖励|工作室|人才|培训|研修|课题|论文|考核|经历|简历|师傅|徒弟"
)
"""A group of columns under such a word speaks of something else: 单位 below 支教 is not the school."""
DITTO: Final = frozenset({"〃", "″", "同上", "“", "”", '"', "''", "〞", "…同上", "ditto"})
LEFT_DITTO: Final = frozenset({"同左", "同前"})
OF_A_ROW: Final = frozenset({"tier", "recognized_on", "doc_no", "number", "ordinal"})
"""Targets of an appointment: what makes a row below a merged name another appointment of the person."""


@dataclass
class Column:
    """One column of a table: its place, the heading as written, and what it means (None: kept with the record)."""

    index: int
    heading: str
    target: Target | None = None
    parts: tuple[str, ...] = ()
    """The texts above the column, top to bottom; the heading is made of them."""

    @property
    def is_person(self) -> bool:
        """Whether the column holds the names of people."""
        return self.target is not None and self.target.name == "name" and isinstance(self.target.field.kind, PersonName)


@dataclass
class Table:
    """A block of people on a sheet: what stood above it, its columns, and the places of its rows."""

    sheet: Sheet
    banner: tuple[str, ...]
    heading_rows: range
    columns: list[Column]
    rows: list[int] = field(default_factory=list)
    """Indexes into `sheet.rows`."""
    between: dict[int, str] = field(default_factory=dict)
    """By index: texts that stand alone below the headings, such as 二、区县级骨干教师."""
    examples: list[int] = field(default_factory=list)
    left_out: list[int] = field(default_factory=list)
    """Rows with several filled cells that are not taken for people."""

    def column_of(self, name: str) -> Column | None:
        """The column that fills a target."""
        return next((each for each in self.columns if each.target is not None and each.target.name == name), None)

    def row_number(self, index: int) -> int:
        """The number of a row as the clerk sees it."""
        return self.sheet.first_row + index


def plain_heading(text: object) -> str:
    """A heading as it is compared: the bare words in simplified characters."""
    return simplified(bare_heading(text))


def bare_heading(text: object) -> str:
    """A heading without blanks, line breaks, asterisks and punctuation; full-width letters made half-width."""
    plain = halve_width(str(text or ""))
    return re.sub(r"[\s\u3000*＊★:：、,，.。·\-—_/\\“”\"'’]", "", plain).lower()


_BRACKETS: Final = re.compile(r"[(（\[【〔][^()（）\[\]【】〔〕]*[)）\]】〕]")


def is_of_others(parts: Iterable[str]) -> bool:
    """Whether a column speaks of something else than the person: of a spouse, a loan to another school, an award."""
    return any(_OTHERS.search(simplified(part)) for part in parts)


def _without_brackets(text: str) -> str:
    """The text without hints in brackets, and brackets within them."""
    while (shorter := _BRACKETS.sub("", text)) != text:
        text = shorter
    return text


_LATIN_BEHIND: Final = re.compile(rf"(?<=[{HAN}])[a-z][a-z0-9&]*$")
_HAN: Final = re.compile(f"[{HAN}]")
_LATIN: Final = re.compile("[a-zA-Zａ-ｚＡ-Ｚ]")


def _chinese_part(text: str) -> str:
    """The Chinese of a heading in two languages, such as 身份证号 over ID No.; one of several such lines is none."""
    lines = text.splitlines()
    if len(lines) == 1 and _LATIN.search(text) is None:
        return ""  # nothing to take off
    lines = [line for line in lines if _HAN.search(line)]
    return _LATIN_BEHIND.sub("", plain_heading(_without_brackets(lines[0]))) if len(lines) == 1 else ""


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
            self._map(plain_heading(heading), name)
        begins = {heading[0] for heading in self._known if heading}
        self._first = frozenset[str]().union(*map(written_forms, begins))
        self._seen: dict[str, Target | None] = {}

    def _map(self, heading: str, name: str) -> None:
        """A meaning given by hand: name or heading of a target; anything else means that it has no field."""
        target = self.targets.get(name) or self.match(name)
        if target is not None:
            self._known[heading] = target
        else:
            self._known.pop(heading, None)

    def match(self, text: object) -> Target | None:
        """The target of a heading as written, with or without the hints in its brackets."""
        raw = str(text or "")
        plain = plain_heading(raw)
        found = self._known.get(plain)
        if found is not None:
            return found
        bare = _without_brackets(raw)
        if bare != raw:
            plain = plain_heading(bare)
        return self._known.get(plain) or self._known.get(_chinese_part(raw))

    def match_quickly(self, text: str) -> Target | None:
        """The same for the cells of whole sheets: most of them cannot be headings by their first character."""
        start = text.lstrip()[:1]
        if start not in self._first and (start.isalnum() or not start) and "\n" not in text:
            return None
        if text not in self._seen:
            self._seen[text] = self.match(text)
        return self._seen[text]

    def match_parts(self, parts: Sequence[str]) -> Target | None:
        """The target of a heading of several rows, top to bottom: as a whole, or else by its last parts."""
        if not parts:
            return None
        whole = self.match("".join(parts)) or self.match("".join(reversed(parts)))
        if whole is not None or is_of_others(parts[:-1]):
            return whole
        ends = ("".join(parts[start:]) for start in range(1, len(parts)))
        return next((found for found in map(self.match, ends) if found is not None), None)

    def match_group(self, parts: Sequence[str]) -> tuple[int, Target] | None:
        """The target of a heading over a mere hint, such as 身份证号 over 18位, and how many parts lead to it."""
        if is_of_others(parts[:-1]):
            return None
        for count in range(len(parts) - 1, 0, -1):
            found = self.match(parts[count - 1])
            if found is not None:
                return count, found
        return None


def find_tables(sheet: Sheet, index: HeadingIndex) -> list[Table]:
    """All tables of a sheet, top to bottom; repeated headings of the same columns continue a table.

    Lists of people that stand side by side below one row of headings are tables of their own.
    """
    tables: list[Table] = []
    latest: list[Table] = []
    covered = _covered(sheet)
    tops = _heading_rows(sheet, index, covered)
    start = lead = 0
    block = range(0)
    for place, top in enumerate(tops):
        if top < start:
            continue
        floor = max((each.rows[-1] + 1 for each in latest if each.rows), default=start)
        if _is_repeated(sheet, block, top - lead):
            block = range(top - lead, top - lead + len(block))
        else:
            block = _heading_block(sheet, top, covered, index, max(floor, start))
            lead = top - block.start
            banner = _texts(sheet, range(max(floor, start), block.start))
            made = _tables_under(sheet, block, banner, _columns(sheet, block, covered, index))
            if [_shape(each.columns) for each in latest] != [_shape(each.columns) for each in made]:
                tables += made
                latest = made
        end = next((each for each in tops[place + 1 :] if each >= block.stop), len(sheet.rows))
        end -= lead if _is_repeated(sheet, block, end - lead) else 0
        for each in latest:
            _sort_into(each, range(block.stop, end), covered)
        start = block.stop
    return tables


def _tables_under(sheet: Sheet, block: range, banner: tuple[str, ...], columns: list[Column]) -> list[Table]:
    """One table for each list of people below the same heading rows."""
    groups = _side_by_side(columns)
    titles = [_title_over(group) if len(groups) > 1 else () for group in groups]
    return [Table(sheet, title + banner, block, group) for title, group in zip(titles, groups, strict=True)]


def _is_repeated(sheet: Sheet, block: range, first: int) -> bool:
    """Whether the headings of a block stand once more from a row on, merged or not."""
    again = range(first, first + len(block))
    if not block or first < block.stop or again.stop > len(sheet.rows):
        return False
    return all(
        list(map(plain_heading, sheet.rows[one])) == list(map(plain_heading, sheet.rows[other]))
        for one, other in zip(block, again, strict=True)
    )


def _heading_rows(sheet: Sheet, index: HeadingIndex, covered: Mapping[tuple[int, int], tuple[int, int]]) -> list[int]:
    """The rows with enough known headings; every text of the sheet is looked up once.

    Where no row has enough, those that have enough together with the row of sub-headings below them.
    """
    texts: set[Any] = set().union(*sheet.rows)
    known = {
        text: target.name
        for text in texts
        if text.__class__ is str and len(text) < MAX_HEADING and (target := index.match_quickly(text)) is not None
    }
    words = frozenset(known)
    whole = [
        number
        for number, row in enumerate(sheet.rows)
        if len(found := words.intersection(row)) >= MIN_HEADINGS
        and len({known[text] for text in found}) >= MIN_HEADINGS
        and not _looks_like_person(row)
    ]
    return whole or [
        number
        for number, (row, below) in enumerate(itertools.pairwise(sheet.rows))
        if words.intersection(row)
        and len({known[text] for text in words.intersection((*row, *below))}) >= MIN_HEADINGS
        and _continues_heading(sheet, number + 1, number, covered, index)
    ]


def _score(row: Sequence[Any], index: HeadingIndex) -> int:
    found = {index.match_quickly(cell) for cell in row if cell.__class__ is str and len(cell) < MAX_HEADING}
    return len(found - {None})


def _looks_like_person(row: Sequence[Any]) -> bool:
    """A heading row holds no numbers and no days, but for years that stand over yearly columns."""
    others = [cell for cell in row if cell is not None and not isinstance(cell, str)]
    return sum(1 for cell in others if not (isinstance(cell, (int, float)) and 1980 <= cell <= 2100)) > 1


def _sort_into(found: Table, rows: range, covered: Mapping[tuple[int, int], tuple[int, int]]) -> None:
    name = found.column_of("name")
    places = [column.index for column in found.columns]
    at = name.index if name is not None else -1
    beside = [place for place in places if place != at]

    def is_wide(row: int) -> bool:
        """Whether the cell of the name is merged with those of other columns."""
        area = covered.get((row, at))
        return area is not None and any(covered.get((row, place)) == area for place in beside)

    own = [column.index for column in found.columns if column.target is not None and column.target.name in OF_A_ROW]

    def is_continued(row: int) -> bool:
        """Whether the name is merged down to a row that has a tier, time or document of its own."""
        area = covered.get((row, at))
        cells = found.sheet.rows[row]
        return area is not None and area[0] < row and any(is_filled(cells[place]) for place in own)

    sorted_rows = sort_rows(
        found.sheet.rows,
        rows,
        places,
        name=name.index if name is not None else None,
        is_person=name is not None and name.is_person,
        is_wide=is_wide,
        is_continued=is_continued,
    )
    found.rows += sorted_rows.people
    found.between |= sorted_rows.between
    found.examples += sorted_rows.examples
    found.left_out += sorted_rows.left_out


def _side_by_side(columns: list[Column]) -> list[list[Column]]:
    """Cut the columns where a second list of people begins: 姓名 comes again after the same first headings."""
    people = [number for number, column in enumerate(columns) if column.is_person]
    if len(people) < 2:
        return [columns]
    before = people[0]
    cuts = [0, *(number - before for number in people[1:]), len(columns)]
    groups = [columns[one:other] for one, other in itertools.pairwise(cuts)]
    if len({tuple(plain_heading(each.parts[-1]) for each in group[: before + 1]) for group in groups}) > 1:
        groups = [columns]
    for group in groups:
        _keep_first(group)
    return groups


def _title_over(columns: Sequence[Column]) -> tuple[str, ...]:
    """What stands over all columns of one of several lists side by side, such as 县级骨干教师."""
    over = {each.parts[:-1] for each in columns}
    return over.pop() if len(over) == 1 else ()


def _covered(sheet: Sheet) -> dict[tuple[int, int], tuple[int, int]]:
    """For every cell inside a merged range, the cell that holds the text; as indexes into `sheet.rows`."""
    found = {}
    height, width = len(sheet.rows), len(sheet.rows[0]) if sheet.rows else 0
    for area in sheet.merged:
        top, left = area.top - sheet.first_row, area.left - sheet.first_column
        for row in range(top, min(area.bottom - sheet.first_row + 1, height)):
            for column in range(left, min(area.right - sheet.first_column + 1, width)):
                found[row, column] = (top, left)
    return found


def cell_at(sheet: Sheet, row: int, column: int) -> Any:  # noqa: ANN401 - any value of a cell
    """The value of a cell by indexes into `sheet.rows`; None outside."""
    if not 0 <= row < len(sheet.rows):
        return None
    cells = sheet.rows[row]
    return cells[column] if 0 <= column < len(cells) else None


def _heading_block(
    sheet: Sheet, top: int, covered: Mapping[tuple[int, int], tuple[int, int]], index: HeadingIndex, floor: int
) -> range:
    first = top
    while first > floor and first > top - 2 and _is_group_row(sheet, first - 1, covered):
        first -= 1
    last = top
    while last < top + 2 and _continues_heading(sheet, last + 1, top, covered, index):
        last += 1
    return range(first, last + 1)


def _is_group_row(sheet: Sheet, row: int, covered: Mapping[tuple[int, int], tuple[int, int]]) -> bool:
    """A row above the headings with at least two texts, of which most are groups and none is a label with its value.

    A group reaches over several columns, or is merged with the blank below it: 学校名称 and 云岭县第三中学 side by side
    above 序号 and 姓名 are a line of the banner.
    """
    cells = sheet.rows[row]
    texts = [number for number, cell in enumerate(cells) if isinstance(cell, str) and cell.strip()]
    if len(texts) < 2 or any(len(str(cells[number])) > 16 for number in texts):
        return False
    wide = [number for number in texts if _reaches_right(sheet, row, number, covered)]
    narrow = [number for number in texts if number not in wide and cell_at(sheet, row + 1, number) not in (None, "")]
    if any(is_signature(text) or text.strip()[-1] in ":：" for text in (str(cells[number]) for number in texts)):
        return False
    if any(is_unit_line(str(cells[number])) for number in narrow):
        return False
    if any(is_no_group(str(cells[number])) for number in wide):
        return False
    return bool(wide) and len(narrow) < len(texts) - len(narrow)


def _reaches_right(sheet: Sheet, row: int, column: int, covered: Mapping[tuple[int, int], tuple[int, int]]) -> bool:
    """Whether a text is merged with the cell on its right, or has a blank there above a heading."""
    if covered.get((row, column + 1)) == (row, column):
        return True
    return cell_at(sheet, row, column + 1) in (None, "") and cell_at(sheet, row + 1, column + 1) not in (None, "")


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
    above = {covered.get((row, number), (row, 0)) for number in range(len(cells))}
    if any(place[0] < row and index.match(cell_at(sheet, *place)) is not None for place in above):
        return True
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
    parts_of = [_parts(sheet, block, column, covered) for column in range(width)]
    columns = [
        Column(column, " ".join(" ".join(part.split()) for part in parts), index.match_parts(parts), tuple(parts))
        for column, parts in enumerate(parts_of)
        if parts
    ]
    names = [column.index for column in columns if column.is_person]
    columns = [column for column in columns if not _is_serial(column, names)]
    if len(names) < 2:
        _keep_first(columns)
    _match_groups(columns, index)
    return columns


def _match_groups(columns: Sequence[Column], index: HeadingIndex) -> None:
    """Give what a group means to the one column below it that means nothing by itself: 号码 below 身份证号码.

    Of several such columns the one whose own words stand in the group's heading gets it.
    """
    taken = {column.target.name for column in columns if column.target is not None}
    below: dict[tuple[tuple[str, ...], str], list[Column]] = {}
    for column in columns:
        found = index.match_group(column.parts) if column.target is None and len(column.parts) > 1 else None
        if found is not None and found[1].name not in taken:
            below.setdefault((column.parts[: found[0]], found[1].name), []).append(column)
    for (group, name), found_below in below.items():
        chosen = found_below if len(found_below) == 1 else [each for each in found_below if _repeats(each, group[-1])]
        if len(chosen) == 1 and name not in taken:
            chosen[0].target = index.targets[name]
            taken.add(name)


def _repeats(column: Column, group: str) -> bool:
    """Whether the last words above a column only repeat those of its group."""
    words = plain_heading(_without_brackets(column.parts[-1]))
    return not words or words in plain_heading(group)


def _keep_first(columns: Iterable[Column]) -> None:
    """Of several columns with one meaning the first keeps it; the others are kept with the record."""
    taken: set[str] = set()
    for column in columns:
        if column.target is not None and column.target.name in taken:
            column.target = None
        elif column.target is not None:
            taken.add(column.target.name)


def _is_serial(column: Column, names: Sequence[int]) -> bool:
    plain = plain_heading(column.heading)
    return plain in _SERIALS or (plain in _OFTEN_SERIALS and bool(names) and column.index < names[0])


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
        if value in (None, "") and any(
            cell_at(sheet, below, column) not in (None, "") for below in block if below > row
        ):
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


def _shape(columns: Sequence[Column]) -> list[tuple[int, str]]:
    return [(column.index, plain_heading(column.heading)) for column in columns]
