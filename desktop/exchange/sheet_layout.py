"""A sheet as it lies before the reader: the cell at a place, what is merged, and what stands above and beside it."""

from typing import Any

from desktop.exchange.workbook.cells import Sheet

Place = tuple[int, int]
"""Row and column, as indexes into `Sheet.rows`."""


class Layout:
    """The cells of one sheet with its merged ranges; all rows and columns are indexes into `rows`."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.rows = sheet.rows
        self._owners = dict[Place, Place]()
        height, width = len(sheet.rows), len(sheet.rows[0]) if sheet.rows else 0
        for area in sheet.merged:
            top, left = area.top - sheet.first_row, area.left - sheet.first_column
            for row in range(top, min(area.bottom - sheet.first_row + 1, height)):
                for column in range(left, min(area.right - sheet.first_column + 1, width)):
                    self._owners[row, column] = (top, left)
        self._merged_rows = {row for row, _ in self._owners}

    def at(self, row: int, column: int) -> Any:  # noqa: ANN401 - any value of a cell
        """The value of a cell; None outside."""
        if not 0 <= row < len(self.rows):
            return None
        cells = self.rows[row]
        return cells[column] if 0 <= column < len(cells) else None

    def is_blank(self, row: int, column: int) -> bool:
        """Whether a cell holds nothing."""
        return self.at(row, column) in (None, "")

    def merged(self, row: int, column: int) -> Place | None:
        """The cell that holds the text of the merged range a cell lies in; None if it is not merged."""
        return self._owners.get((row, column))

    def owner(self, row: int, column: int) -> Place:
        """The cell that holds what is seen at a place: itself if it is not merged."""
        return self._owners.get((row, column), (row, column))

    def is_merged_down(self, row: int, column: int) -> bool:
        """Whether a cell belongs to a range that begins in a row above."""
        return self.owner(row, column)[0] < row

    def is_merged_right(self, row: int, column: int) -> bool:
        """Whether the cell on the right belongs to the range that begins here."""
        return self.merged(row, column + 1) == (row, column)

    def reaches_right(self, row: int, column: int) -> bool:
        """Whether a text is merged with the cell on its right, or has a blank there above a heading."""
        if self.is_merged_right(row, column):
            return True
        return self.is_blank(row, column + 1) and not self.is_blank(row + 1, column + 1)

    def is_under_group(self, row: int, column: int, top: int) -> bool:
        """Whether the heading above, in row `top`, is merged to the right, or has blanks beside it."""
        above = self.merged(top, column)
        if (above is not None and above[1] != column) or self.is_merged_right(top, column):
            return True
        return row > top and (self.is_blank(top, column) or self.is_blank(top, column + 1))

    def texts_above(self, block: range, column: int) -> list[str]:
        """The texts of a column in heading rows, top to bottom, each merged cell once.

        A group without merged cells reaches to the right.
        """
        parts: list[str] = []
        seen = set[Place]()
        for row in block:
            place = self.owner(row, column)
            if place in seen:
                continue
            seen.add(place)
            value = self.at(*place)
            if value in (None, "") and any(not self.is_blank(below, column) for below in block if below > row):
                value = self._group_to_the_left(row, column)
            if text := str(value or "").strip():
                parts.append(text)
        return parts

    def _group_to_the_left(self, row: int, column: int) -> Any:  # noqa: ANN401
        if row in self._merged_rows:
            return None
        return next((self.at(row, left) for left in range(column - 1, -1, -1) if not self.is_blank(row, left)), None)

    def joined(self, top: int, row: int) -> list[str]:
        """Each text of a row behind the group above it in row `top`, which reaches to the next group."""
        group = ""
        joined = []
        for column in range(len(self.rows[row])):
            group = str(self.at(top, column) or group)
            joined.append(group + str(self.at(row, column) or ""))
        return joined

    def texts(self, rows: range) -> tuple[str, ...]:
        """All texts of some rows."""
        found = (str(cell).strip() for row in rows for cell in self.rows[row] if isinstance(cell, str) and cell.strip())
        return tuple(found)
