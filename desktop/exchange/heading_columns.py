"""The columns below a block of headings: what each means, which repeat others, and lists that stand side by side."""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from desktop.exchange.headings import HeadingIndex, plain_heading, without_brackets
from desktop.exchange.sheet_layout import Layout
from desktop.exchange.targets import Target
from desktop.kinds import PersonName

_SERIALS: Final = frozenset({"序号", "序", "顺序号", "no", "行号", "标识(勿改)"})
_OFTEN_SERIALS: Final = frozenset({"编号", "排序", "号", "顺序", "number"})
"""Serials if they stand left of the names; further right they may be numbers of certificates."""


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


def find_columns(layout: Layout, block: range, index: HeadingIndex) -> list[Column]:
    """The columns with a heading, left to right, without those that only number the rows."""
    width = max((len(layout.rows[row]) for row in block), default=0)
    parts_of = [layout.texts_above(block, column) for column in range(width)]
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
    words = plain_heading(without_brackets(column.parts[-1]))
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


def side_by_side(columns: list[Column]) -> list[list[Column]]:
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


def title_over(columns: Sequence[Column]) -> tuple[str, ...]:
    """What stands over all columns of one of several lists side by side, such as 县级骨干教师."""
    over = {each.parts[:-1] for each in columns}
    return over.pop() if len(over) == 1 else ()


def shape(columns: Sequence[Column]) -> list[tuple[int, str]]:
    """What two blocks of headings of one table have in common: the places of the columns and their words."""
    return [(column.index, plain_heading(column.heading)) for column in columns]
