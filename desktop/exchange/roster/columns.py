"""The columns of the files as the clerk sees them, to say by hand what a heading means."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from desktop.exchange.heading_columns import Column
from desktop.exchange.roster.cells import shown
from desktop.exchange.sheet_tables import Table
from desktop.exchange.workbook.cells import Sheet

_EXAMPLES: Final = 3
_LOOKED_AT: Final = 40
"""So many rows below the headings are looked at for examples, so many on top for headings."""


@dataclass(frozen=True, slots=True)
class FileColumn:
    """One column of a file: its heading, the name of the target it fills (empty: kept with the record), examples."""

    file: str
    sheet: str
    heading: str
    target: str
    examples: tuple[str, ...]
    is_by_hand: bool
    """Whether the meaning was given by a clerk, now or for an earlier file of the sender."""


def columns_of(file: str, sheet: Sheet, tables: Sequence[Table], mapped: Mapping[str, str]) -> Iterator[FileColumn]:
    """The columns of all tables of a sheet; where no table was found, those of the row most like headings."""
    for table in tables:
        for column in table.columns:
            if column.heading:
                yield _column(file, sheet, column, table.heading_rows.stop, mapped)
    if not tables and (top := _likely_headings(sheet)) is not None:
        for place, value in enumerate(sheet.rows[top]):
            if isinstance(value, str) and value.strip():
                yield _column(file, sheet, Column(place, value.strip()), top + 1, mapped)


def _column(file: str, sheet: Sheet, column: Column, top: int, mapped: Mapping[str, str]) -> FileColumn:
    below = (row[column.index] for row in sheet.rows[top : top + _LOOKED_AT] if column.index < len(row))
    examples = tuple(dict.fromkeys(text for text in map(shown, below) if text))[:_EXAMPLES]
    target = column.target.name if column.target is not None else ""
    return FileColumn(file, sheet.name, column.heading, target, examples, column.heading in mapped)


def _likely_headings(sheet: Sheet) -> int | None:
    """The first of the upper rows with the most different texts, at least two of them."""
    counts = [len({cell for cell in row if isinstance(cell, str) and cell.strip()}) for row in sheet.rows[:_LOOKED_AT]]
    most = max(counts, default=0)
    return counts.index(most) if most > 1 else None
