"""Finding the tables on a sheet: where the headings stand, which columns are below them, which rows hold people.

Works on plain cells; knows nothing of the database. A sheet may have banner rows, headings of one to three rows
with merged groups, headings repeated on each printed page, totals, signatures, notes, and several tables.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from desktop.exchange.data_rows import is_filled, is_no_group, is_signature, is_unit_line, sort_rows
from desktop.exchange.heading_columns import Column, find_columns, shape, side_by_side, title_over
from desktop.exchange.headings import HeadingIndex, plain_heading
from desktop.exchange.sheet_layout import Layout
from desktop.exchange.workbook.cells import Sheet

MIN_HEADINGS: Final = 3
"""So many known headings in one row make it a heading row."""

MAX_HEADING: Final = 60
"""Characters of the longest heading; longer texts are notes."""

OF_A_ROW: Final = frozenset({"tier", "recognized_on", "doc_no", "number", "ordinal"})
"""Targets of an appointment: what makes a row below a merged name another appointment of the person."""


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


def find_tables(sheet: Sheet, index: HeadingIndex) -> list[Table]:
    """All tables of a sheet, top to bottom; repeated headings of the same columns continue a table.

    Lists of people that stand side by side below one row of headings are tables of their own.
    """
    tables: list[Table] = []
    latest: list[Table] = []
    layout = Layout(sheet)
    tops = _heading_rows(layout, index)
    start = lead = 0
    block = range(0)
    for place, top in enumerate(tops):
        if top < start:
            continue
        floor = max((each.rows[-1] + 1 for each in latest if each.rows), default=start)
        if _is_repeated(sheet, block, top - lead):
            block = range(top - lead, top - lead + len(block))
        else:
            block = _heading_block(layout, top, index, max(floor, start))
            lead = top - block.start
            banner = layout.texts(range(max(floor, start), block.start))
            made = _tables_under(sheet, block, banner, find_columns(layout, block, index))
            if [shape(each.columns) for each in latest] != [shape(each.columns) for each in made]:
                tables += made
                latest = made
        end = next((each for each in tops[place + 1 :] if each >= block.stop), len(sheet.rows))
        end -= lead if _is_repeated(sheet, block, end - lead) else 0
        for each in latest:
            _sort_into(each, range(block.stop, end), layout)
        start = block.stop
    return tables


def _tables_under(sheet: Sheet, block: range, banner: tuple[str, ...], columns: list[Column]) -> list[Table]:
    """One table for each list of people below the same heading rows."""
    groups = side_by_side(columns)
    titles = [title_over(group) if len(groups) > 1 else () for group in groups]
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


def _heading_rows(layout: Layout, index: HeadingIndex) -> list[int]:
    """The rows with enough known headings; every text of the sheet is looked up once.

    Where no row has enough, those that have enough together with the row of sub-headings below them.
    """
    texts: set[Any] = set().union(*layout.rows)
    known = {
        text: target.name
        for text in texts
        if text.__class__ is str and len(text) < MAX_HEADING and (target := index.match_quickly(text)) is not None
    }
    words = frozenset(known)
    whole = [
        number
        for number, row in enumerate(layout.rows)
        if len(found := words.intersection(row)) >= MIN_HEADINGS
        and len({known[text] for text in found}) >= MIN_HEADINGS
        and not _looks_like_person(row)
    ]
    return whole or [
        number
        for number, (row, below) in enumerate(itertools.pairwise(layout.rows))
        if words.intersection(row)
        and len({known[text] for text in words.intersection((*row, *below))}) >= MIN_HEADINGS
        and _continues_heading(layout, number + 1, number, index)
    ]


def _score(row: Sequence[Any], index: HeadingIndex) -> int:
    found = {index.match_quickly(cell) for cell in row if cell.__class__ is str and len(cell) < MAX_HEADING}
    return len(found - {None})


def _looks_like_person(row: Sequence[Any]) -> bool:
    """A heading row holds no numbers and no days, but for years that stand over yearly columns."""
    others = [cell for cell in row if cell is not None and not isinstance(cell, str)]
    return sum(1 for cell in others if not (isinstance(cell, (int, float)) and 1980 <= cell <= 2100)) > 1


def _sort_into(found: Table, rows: range, layout: Layout) -> None:
    name = found.column_of("name")
    places = [column.index for column in found.columns]
    at = name.index if name is not None else -1
    beside = [place for place in places if place != at]

    def is_wide(row: int) -> bool:
        """Whether the cell of the name is merged with those of other columns."""
        area = layout.merged(row, at)
        return area is not None and any(layout.merged(row, place) == area for place in beside)

    own = [column.index for column in found.columns if column.target is not None and column.target.name in OF_A_ROW]

    def is_continued(row: int) -> bool:
        """Whether the name is merged down to a row that has a tier, time or document of its own."""
        cells = layout.rows[row]
        return layout.is_merged_down(row, at) and any(is_filled(cells[place]) for place in own)

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


def _heading_block(layout: Layout, top: int, index: HeadingIndex, floor: int) -> range:
    first = top
    while first > floor and first > top - 2 and _is_group_row(layout, first - 1):
        first -= 1
    last = top
    while last < top + 2 and _continues_heading(layout, last + 1, top, index):
        last += 1
    return range(first, last + 1)


def _is_group_row(layout: Layout, row: int) -> bool:
    """A row above the headings with at least two texts, of which most are groups and none is a label with its value.

    A group reaches over several columns, or is merged with the blank below it: 学校名称 and 云岭县第三中学 side by side
    above 序号 and 姓名 are a line of the banner.
    """
    cells = layout.rows[row]
    texts = [number for number, cell in enumerate(cells) if isinstance(cell, str) and cell.strip()]
    if len(texts) < 2 or any(len(str(cells[number])) > 16 for number in texts):
        return False
    wide = [number for number in texts if layout.reaches_right(row, number)]
    narrow = [number for number in texts if number not in wide and not layout.is_blank(row + 1, number)]
    if any(is_signature(text) or text.strip()[-1] in ":：" for text in (str(cells[number]) for number in texts)):
        return False
    if any(is_unit_line(str(cells[number])) for number in narrow):
        return False
    if any(is_no_group(str(cells[number])) for number in wide):
        return False
    return bool(wide) and len(narrow) < len(texts) - len(narrow)


def _continues_heading(layout: Layout, row: int, top: int, index: HeadingIndex) -> bool:
    """The row below belongs to the headings if its texts stand only below groups, and none is a value."""
    if row >= len(layout.rows):
        return False
    cells = layout.rows[row]
    filled = [number for number, cell in enumerate(cells) if cell not in (None, "")]
    if not filled or not all(len(shown) <= 16 for shown in (str(cells[number]) for number in filled)):
        return False
    if not all(isinstance(cells[number], str) for number in filled):
        return False
    merged_down = {layout.owner(row, number) for number in range(len(cells)) if layout.is_merged_down(row, number)}
    if any(index.match(layout.at(*place)) is not None for place in merged_down):
        return True
    if not all(layout.is_under_group(row, number, top) for number in filled):
        return False
    return bool(merged_down) or _score(layout.joined(top, row), index) > _score(layout.rows[top], index)
