"""The columns of our own sheets: what each heading means when a list is written, and when it comes back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from desktop.exchange.targets import Target
from desktop.fields import Child, Field, children_of
from desktop.kinds import LongText, Picture
from desktop.models.base import Record
from desktop.queries.columns import ListColumn, columns

UID_HEADING: Final = "标识（勿改）"
"""The last column of every list we write: it tells which record a row is."""

EXTRA_MARK: Final = "（原表）"
"""Behind the heading of a kept column that would otherwise be taken for one of ours."""

_SERIAL: Final = frozenset({"序号", "编号", "序", "顺序号", "行号"})


class Part(StrEnum):
    """What a column of a sheet holds."""

    FIELD = "field"
    DERIVED = "derived"
    LINES = "lines"
    EXTRA = "extra"
    UID = "uid"


@dataclass(frozen=True)
class SheetColumn:
    """One column: its heading, what it holds, and its list column or child rows."""

    heading: str
    part: Part
    name: str
    column: ListColumn | None = None
    child: Child | None = None

    @property
    def label(self) -> str:
        """The word for this column in sentences."""
        return self.heading


def sheet_columns(entity: type[Record], extra_headings: Iterable[str] = ()) -> tuple[SheetColumn, ...]:
    """All columns of a list of an entity: fields, derived ones, lines, kept columns, and the uid at the end."""
    own = [*_field_columns(entity), *_line_columns(entity)]
    taken = {column.heading for column in own} | {UID_HEADING}
    extras = (_extra_column(heading, taken) for heading in extra_headings)
    return (*own, *extras, SheetColumn(UID_HEADING, Part.UID, "uid"))


def _field_columns(entity: type[Record]) -> Iterable[SheetColumn]:
    for column in columns(entity):
        if not isinstance(column.kind, Picture):  # a hash tells a clerk nothing; the picture stays with the record
            part = Part.DERIVED if column.is_derived else Part.FIELD
            yield SheetColumn(column.label, part, column.name, column=column)


def _line_columns(entity: type[Record]) -> Iterable[SheetColumn]:
    for child in children_of(entity):
        yield SheetColumn(child.label, Part.LINES, child.name, child=child)


def _extra_column(heading: str, taken: set[str]) -> SheetColumn:
    is_clear = heading not in taken and not heading.endswith(EXTRA_MARK) and heading not in _SERIAL
    return SheetColumn(heading if is_clear else heading + EXTRA_MARK, Part.EXTRA, heading)


def own_columns(entity: type[Record], headings: Mapping[int, str]) -> dict[int, SheetColumn]:
    """The columns of a sheet that we wrote, by their place; a heading we did not write is a kept column."""
    known = {column.heading: column for column in sheet_columns(entity)}
    found: dict[int, SheetColumn] = {}
    for place, heading in headings.items():
        if heading.strip() in known:
            found[place] = known[heading.strip()]
        elif heading.strip() and heading not in _SERIAL:
            found[place] = SheetColumn(heading, Part.EXTRA, heading.removesuffix(EXTRA_MARK))
    return found


@dataclass
class EntityTargets:
    """The targets by which headings of foreign sheets are recognised, and what column each stands for."""

    entity: type[Record]
    columns: dict[str, SheetColumn] = field(default_factory=dict)

    def targets(self) -> list[Target]:
        """Fields by all their headings, derived columns and lines by their own."""
        found = []
        for column in sheet_columns(self.entity):
            declared = column.column.field if column.column is not None else None
            shown = declared or Field(column.heading, LongText(), name=column.name)
            name = f"{column.part}:{column.name}"
            self.columns[name] = column
            found.append(Target(name, str(column.part), shown, shown.all_headings))
        return sorted(found, key=lambda target: target.part == Part.DERIVED)
