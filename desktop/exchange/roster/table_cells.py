"""What stands in a cell of a table: merged ranges, marks such as 同上, and what a clerk typed in its place."""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import replace
from typing import Final, NamedTuple

from desktop.exchange.heading_columns import Column
from desktop.exchange.roster.answers import CellPlace
from desktop.exchange.sheet_tables import Table
from desktop.exchange.workbook.cells import Sheet, Value

_DITTO: Final = frozenset({"〃", "″", "同上", "“", "”", '"', "''", "〞", "…同上", "ditto"})
_LEFT_DITTO: Final = frozenset({"同左", "同前"})
SPECIAL: Final = frozenset({"", *_DITTO, *_LEFT_DITTO})
"""What does not stand for itself in a cell."""


class Mended(NamedTuple):
    """A cell that a clerk mended: its target, what was sent, and the text that counts."""

    target: str
    sent: Value
    text: str


class TableCells:
    """Reads cells of one table; `dittos` counts the marks that were followed."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._merged = _vertical_merges(table.sheet)
        self.dittos = 0
        self.mended: dict[int, list[Mended]] = {}
        """By row."""

    def mend(self, file: str, texts: Mapping[CellPlace, str]) -> None:
        """Put what a clerk typed in the place of cells. The book stays as it was sent: its copy goes back."""
        sheet = self._table.sheet
        columns = {column.target.name: column for column in self._table.columns if column.target is not None}
        rows = list(sheet.rows)
        for ((of_file, name, number), target), text in texts.items():
            row = number - sheet.first_row
            if (of_file, name) != (file, sheet.name) or row not in self._table.rows:
                continue
            column = columns.get(target)
            sent = self.at(row, column) if column is not None else None
            self.mended.setdefault(row, []).append(Mended(target, sent, text))
            if column is not None:
                rows[row] = [text if place == column.index else value for place, value in enumerate(rows[row])]
        self._table.sheet = replace(sheet, rows=rows)

    def is_merged_above(self, row: int, column: Column) -> bool:
        """Whether a cell belongs to the one above it."""
        return bool(self._merged) and (row, column.index) in self._merged

    def at(self, row: int, column: Column) -> Value:
        """What a cell says, though it may stand elsewhere."""
        cells = self._table.sheet.rows[row]
        value = cells[column.index]
        if value is None or value == "":
            origin = self._merged.get((row, column.index))
            return self._table.sheet.rows[origin][column.index] if origin is not None else None
        if isinstance(value, str) and value in _DITTO:
            self.dittos += 1
            return self._above(row, column)
        if isinstance(value, str) and value in _LEFT_DITTO and column.index > 0:
            self.dittos += 1
            return cells[column.index - 1]
        return value

    def _above(self, row: int, column: Column) -> Value:
        """What stands above in the column, in the rows of people: headings and totals between them say nothing."""
        people = self._table.rows
        for above in reversed(people[: bisect_left(people, row)]):
            origin = self._merged.get((above, column.index), above)
            value = self._table.sheet.rows[origin][column.index]
            if value is not None and value not in SPECIAL:
                return value
        return None


def _vertical_merges(sheet: Sheet) -> dict[tuple[int, int], int]:
    """For a cell inside a range merged over rows: the index of the row that holds the value."""
    found = {}
    for area in sheet.merged:
        if area.bottom > area.top and area.left == area.right:
            for row in range(area.top + 1, min(area.bottom, sheet.first_row + len(sheet.rows) - 1) + 1):
                found[row - sheet.first_row, area.left - sheet.first_column] = area.top - sheet.first_row
    return found
