"""A block of cells from the clipboard of a spreadsheet: cells, what each column means, and values of the fields."""

import csv
import io
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Final

from desktop.errors import RefusedError, ValueProblem
from desktop.exchange.headings import HeadingIndex, plain_heading
from desktop.exchange.roster.school_names import may_mean, plain_school
from desktop.exchange.targets import roster_targets
from desktop.exchange.workbook.protection import protect
from desktop.fields import Field, field_named, fields_of
from desktop.kinds import Link, Picture
from desktop.models import Cohort, Employment, School, Teacher
from desktop.models.base import Content, Record
from desktop.queries.directory import Directory

MOST_ROWS = 5_000
"""More belongs into a file that is imported; a line of headings is not counted."""

WORKPLACE: Final = replace(field_named(Employment, "school"), label="工作单位")
"""What a column of a block of teachers can mean beside their own fields: the school where they work."""
_NAMED_BY: Final = {"teachers": (Teacher, "name"), "schools": (School, "name"), "cohorts": (Cohort, "doc_no")}
"""By which field people call the records that columns of a block link to."""
_TITLES: Final = 6
"""Headings are looked for in so many of the first rows."""
_OFFERED: Final = 3
"""So many schools are named that an unknown name may stand for."""


@dataclass
class PastedRow:
    """What a row says: packed values by field, where its teacher works, and by column what is not understood."""

    values: Content = field(default_factory=dict)
    school: str | None = None
    problems: dict[int, str] = field(default_factory=dict)


def split_block(text: str) -> list[list[str]]:
    """The cells of a block as Excel and WPS put it on the clipboard, all rows of one width; empty rows are left out.

    A list with commas, copied out of a text file, is split at these.

    Raises RefusedError for an empty or a very long block.
    """
    csv.field_size_limit(sys.maxsize)
    between = "," if _has_commas(text) else "\t"
    rows = [[_bare(cell) for cell in row] for row in csv.reader(io.StringIO(text, newline=""), delimiter=between)]
    rows = [row for row in rows if any(rows) and any(cell for cell in row)]
    if not rows:
        raise RefusedError("剪贴板里没有表格内容，请先在表格软件里选中并复制；没有粘贴")
    if len(rows) > MOST_ROWS + 1:
        raise RefusedError(f"剪贴板里有 {len(rows)} 行，一次最多粘贴 {MOST_ROWS} 行；更多的请存成文件后导入，没有粘贴")
    width = max(len(row) for row in rows)
    return [row + [""] * (width - len(row)) for row in rows]


def below_titles(entity: type[Record], grid: list[list[str]]) -> list[list[str]]:
    """A block from its headings on, where no more than titles stand over them: whole sheets are copied with theirs."""
    for number, row in enumerate(grid[:_TITLES]):
        found = match_headings(entity, row)
        if found is not None and sum(each is not None for each in found) > 1:
            return grid[number:]
    return grid


def _has_commas(text: str) -> bool:
    """Whether a text of several lines without tabs has the same commas in each."""
    if "\t" in text:
        return False
    counts = [line.count(",") for line in text.splitlines() if line.strip()]
    return len(counts) > 1 and counts[0] > 0 and len(set(counts)) == 1


def _bare(cell: str) -> str:
    """A cell without blanks around it, and without the apostrophe that our own copies carry."""
    cell = cell.strip()
    return cell[1:] if cell.startswith("'") and protect(cell[1:]) == cell else cell


def fields_to_paste(entity: type[Record]) -> list[Field]:
    """The fields of a record that can be set for many at once."""
    return [each for each in fields_of(entity) if not each.internal and not isinstance(each.kind, Picture)]


def meanings_of(entity: type[Record]) -> list[Field]:
    """What a column of a block can mean."""
    return [*fields_to_paste(entity), *((WORKPLACE,) if entity is Teacher else ())]


def match_headings(entity: type[Record], row: Sequence[str]) -> list[Field | None] | None:
    """The field of each column, from a first row of headings; None if that row is data."""
    by_heading: dict[str, Field] = {}
    meanings = meanings_of(entity)
    own = ((each, _school_headings() if each is WORKPLACE else each.all_headings) for each in meanings)
    linked = ((each, _headings_behind(each)) for each in meanings)
    for each, headings in (*own, *linked):
        for heading in headings:
            by_heading.setdefault(plain_heading(heading), each)
    found = [by_heading.get(plain_heading(cell)) if cell else None for cell in row]
    known = [each for each in found if each is not None]
    written = sum(bool(cell) for cell in row)
    return _each_once(found) if known and 2 * len(known) >= written else None


def _headings_behind(meaning: Field) -> Sequence[str]:
    """What heads a column of links: that of teachers is not called 教师 but 姓名, that of cohorts 文号."""
    named = _NAMED_BY.get(meaning.kind.entity) if isinstance(meaning.kind, Link) else None
    return field_named(*named).all_headings if named is not None else ()


def _school_headings() -> Sequence[str]:
    return next(target.headings for target in roster_targets() if target.name == "school")


def headings_of_rosters(headings: Sequence[str]) -> list[str]:
    """The headings, such as 级别, that a list has no field for but that the import of a roster understands."""
    index = _roster_index()
    return [each for each in headings if each and index.match(each) is not None]


@cache
def _roster_index() -> HeadingIndex:
    """Made once, as its targets are: a paste asks anew at each column that is given a meaning."""
    return HeadingIndex(roster_targets())


def _each_once(found: Sequence[Field | None]) -> list[Field | None]:
    return [each if each is None or found.index(each) == place else None for place, each in enumerate(found)]


def read_rows(rows: Sequence[Sequence[str]], meanings: Sequence[Field | None], names: Directory) -> list[PastedRow]:
    """The values of rows under the meanings of their columns; an empty cell says nothing."""
    found = []
    for row in rows:
        pasted = PastedRow()
        for place, (cell, meaning) in enumerate(zip(row, meanings, strict=False)):
            if meaning is None or not cell:
                continue
            try:
                if meaning is WORKPLACE:
                    pasted.school = _workplace(cell, names)
                else:
                    pasted.values[meaning.name] = _packed(meaning, cell, names)
            except ValueProblem as error:
                pasted.problems[place] = f"{meaning.label}：{error.sentence}"
        found.append(pasted)
    return found


def _packed(meaning: Field, cell: str, names: Directory) -> object:
    if meaning.personal and "**" in cell:
        raise ValueProblem(f"“{cell}”有一部分被 * 号遮住，请复制完整的号码")
    if isinstance(meaning.kind, Link):
        found = names.find(meaning.kind.entity, cell)
        if len(found) != 1:
            what = "没有登记，请核对" if not found else f"有 {len(found)} 个同名的，请写明是哪一个"
            raise ValueProblem(f"“{cell}”{what}")
        return found[0]
    return meaning.pack(meaning.parse(cell))


def _workplace(cell: str, names: Directory) -> str:
    """The school of a name, full, short or former; of a school that was merged the one it became."""
    name = plain_school(cell)
    found = {_successor(uid, names) for uid in names.find("schools", name)}
    if len(found) == 1:
        return found.pop()
    if found:
        raise ValueProblem(f"“{cell}”有 {len(found)} 所，请写学校全称")
    alike = [known for known in names.texts("schools").values() if may_mean(name, known)][:_OFFERED]
    if alike:
        listed = "、".join(f"“{each}”" for each in alike)
        raise ValueProblem(f"没有登记“{cell}”这所学校，是不是{listed}？请改成学校全称后再粘贴")
    raise ValueProblem(f"没有登记“{cell}”这所学校，请核对校名；确是新学校的，先在“学校”页登记")


def _successor(uid: str, names: Directory) -> str:
    seen: set[str] = set()
    while uid not in seen and (target := names.content("schools", uid).get("merged_into")):
        seen.add(uid)
        uid = str(target)
    return uid
