"""A block of cells from the clipboard of a spreadsheet: cells, what each column means, and values of the fields."""

import csv
import io
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field

from desktop.errors import RefusedError, ValueProblem
from desktop.exchange.headings import HeadingIndex, plain_heading
from desktop.exchange.targets import roster_targets
from desktop.exchange.workbook.protection import protect
from desktop.fields import Field, fields_of
from desktop.kinds import Link, Picture
from desktop.models.base import Content, Record
from desktop.queries.directory import Directory

MOST_ROWS = 5_000
"""More belongs into a file that is imported."""


@dataclass
class PastedRow:
    """What a row says: packed values by field, and by column what is not understood."""

    values: Content = field(default_factory=dict)
    problems: dict[int, str] = field(default_factory=dict)


def split_block(text: str) -> list[list[str]]:
    """The cells of a block as Excel and WPS put it on the clipboard, all rows of one width; empty rows are left out.

    Raises RefusedError for an empty or a very long block.
    """
    csv.field_size_limit(sys.maxsize)
    rows = [[_bare(cell) for cell in row] for row in csv.reader(io.StringIO(text, newline=""), delimiter="\t")]
    rows = [row for row in rows if any(rows) and any(cell for cell in row)]
    if not rows:
        raise RefusedError("剪贴板里没有表格内容，请先在表格软件里选中并复制；没有粘贴")
    if len(rows) > MOST_ROWS:
        raise RefusedError(f"剪贴板里有 {len(rows)} 行，一次最多粘贴 {MOST_ROWS} 行；更多的请存成文件后导入，没有粘贴")
    width = max(len(row) for row in rows)
    return [row + [""] * (width - len(row)) for row in rows]


def _bare(cell: str) -> str:
    """A cell without blanks around it, and without the apostrophe that our own copies carry."""
    cell = cell.strip()
    return cell[1:] if cell.startswith("'") and protect(cell[1:]) == cell else cell


def fields_to_paste(entity: type[Record]) -> list[Field]:
    """The fields that a column can mean."""
    return [each for each in fields_of(entity) if not each.internal and not isinstance(each.kind, Picture)]


def match_headings(entity: type[Record], row: Sequence[str]) -> list[Field | None] | None:
    """The field of each column, from a first row of headings; None if that row is data."""
    by_heading: dict[str, Field] = {}
    for each in fields_to_paste(entity):
        for heading in each.all_headings:
            by_heading.setdefault(plain_heading(heading), each)
    found = [by_heading.get(plain_heading(cell)) if cell else None for cell in row]
    known = [each for each in found if each is not None]
    written = sum(bool(cell) for cell in row)
    return _each_once(found) if known and 2 * len(known) >= written else None


def headings_of_rosters(headings: Sequence[str]) -> list[str]:
    """The headings, such as 工作单位, that a list has no field for but that the import of a roster understands."""
    index = HeadingIndex(roster_targets())
    return [each for each in headings if each and index.match(each) is not None]


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
