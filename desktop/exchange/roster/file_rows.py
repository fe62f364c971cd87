"""What one file of a roster says: its rows, and what was assumed or could not be placed while it was read."""

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from desktop.exchange.headings import HeadingIndex
from desktop.exchange.roster.answers import CellPlace
from desktop.exchange.roster.checks import Said
from desktop.exchange.roster.columns import FileColumn
from desktop.exchange.targets import Target
from desktop.exchange.workbook.cells import Book

_MORE: Final = 8
"""So many examples of one assumption are told."""


@dataclass
class FileRows:
    """All rows of one file, what was assumed while reading it, and what could not be placed.

    `told` counts, by target, what was read as something else than written; `filled` what the ID number gave.
    """

    book: Book
    rows: list[Said] = field(default_factory=list)
    assumed: list[str] = field(default_factory=list)
    unknown_headings: list[str] = field(default_factory=list)
    has_table: bool = False
    nameless: list[str] = field(default_factory=list)
    """Sheets whose headings were recognised but name no person."""
    told: dict[str, Counter[tuple[str, str]]] = field(default_factory=dict)
    filled: Counter[str] = field(default_factory=Counter)
    used_headings: set[str] = field(default_factory=set)
    used_values: set[tuple[str, str]] = field(default_factory=set)
    columns: list[FileColumn] = field(default_factory=list)
    unread: dict[tuple[str, str], list[Said]] = field(default_factory=dict)
    """By target and text: the rows with a word that is in no table of codes."""
    mended: Mapping[CellPlace, str] = field(default_factory=dict)
    targets: Mapping[str, Target] = field(default_factory=dict)
    schoolless: int = 0
    without_tier: int = 0
    without_document: int = 0
    """How many rows name a round (届) and no document that could be of it."""
    unplaced: Counter[tuple[str, ...]] = field(default_factory=Counter)
    """Headings of what rows say of an appointment although nothing says that they are backbone teachers."""
    bytes_of_rows: list[bytes] = field(default_factory=list)
    """What each row says, for the digest of the file."""

    @property
    def digest(self) -> str:
        """SHA-256 of what the rows say, in any order: the same roster saved anew by another program is the same."""
        return hashlib.sha256(b"\n".join(sorted(self.bytes_of_rows))).hexdigest()


def tell_assumed(result: FileRows, index: HeadingIndex) -> None:
    """One sentence for each sort of assumption, with the file's name and a count."""
    name = result.book.name
    for target, taken in result.told.items():
        label = index.targets[target].label
        if index.targets[target].field.personal:
            result.assumed.append(f"“{name}”有 {taken.total()} 个 15 位身份证号，按规则换算成 18 位登记")
            continue
        shown_ = [f"“{text}”按“{read}”登记{_times(count)}" for (text, read), count in taken.most_common(_MORE)]
        more = f"等 {len(taken)} 种" if len(taken) > _MORE else ""
        result.assumed.append(f"“{name}”的{label}：{'、'.join(shown_)}{more}")
    if result.filled:
        parts = "、".join(f"{count} 人没有写明{index.targets[target].label}" for target, count in result.filled.items())
        result.assumed.append(f"“{name}”有 {parts}，按身份证号登记")
    if result.schoolless:
        result.assumed.append(f"“{name}”没有写明学校，其中 {result.schoolless} 人没有登记工作单位")
    if 0 < result.without_tier < len(result.rows):
        result.assumed.append(f"“{name}”有 {result.without_tier} 人没有骨干级别，只登记为教师")
    if result.without_document:
        result.assumed.append(
            f"“{name}”有 {result.without_document} 人写了届次而没有文号，届次随人保存，没有登记到认定批次，请补填文号"
        )
    for headings, count in result.unplaced.items():
        listed = "、".join(f"“{heading}”" for heading in headings)
        result.assumed.append(
            f"“{name}”没有写明骨干级别，{count} 人的{listed}随人保存，没有登记为骨干教师；确是骨干教师的，请补填级别"
        )


def nothing_in(rows: FileRows) -> str:
    """The sentence for a file without any person."""
    name = rows.book.name
    if rows.has_table:
        return f"“{name}”只有表头，没有填写任何人"
    if rows.nameless:
        sheets = "、".join(f"“{sheet}”" for sheet in rows.nameless)
        return f"“{name}”的工作表{sheets}没有姓名栏，没有读入；如果姓名写在别的栏目下，请指定是哪一栏"
    return f"“{name}”里没有找到教师名册（至少要有姓名等三个栏目），没有读入任何内容"


def _times(count: int) -> str:
    return f"（{count} 处）" if count > 1 else ""
