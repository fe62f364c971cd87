"""Draws the rows of a list: text on the selection's ground, and before the first cell the sign of the receipt.

The view's own way asks model, delegate and style sheet anew for each cell: three quarters of the time from a key to the
painted list. Here all that is seen is drawn in one go, and a value is put into words, cut and laid out for a width only
when it is first seen, for schools, subjects and titles come again in every row.
"""

from typing import Final

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QStaticText
from PySide6.QtWidgets import QTableView

from desktop.kinds import Packed
from desktop.queries.directory import Directory
from desktop.queries.listing import ListColumn
from desktop.queries.traffic import Light, light_of
from desktop.ui.lists.model import RecordModel
from desktop.ui.theme import ACCENT, AMBER, INK, LINE, RED, SOFT, theme

_REMEMBERED: Final = 4_000
SIGN: Final = 18
"""Room for the sign before the first cell, at 100 %."""
_MARKS: Final = {Light.GREEN: ("✓", ACCENT), Light.YELLOW: ("○", AMBER), Light.RED: ("×", RED)}
"""The sign before a row that the upper office answered; its form says as much as its colour."""

_Shaped = tuple[QStaticText, int]
"""A text laid out for its width, and its height."""


class RowPainter:
    """Elided texts; selected rows on soft ground, the cell with the keyboard framed, lines between all."""

    def __init__(self, records: RecordModel) -> None:
        self._records = records
        self._known: dict[tuple[str, Packed, bool, int], _Shaped | None] = {}
        self._names: Directory | None = None
        """The names with which the known texts were made."""
        self._ink, self._soft, self._line = QColor(INK), QColor(SOFT), QColor(LINE)
        theme.changed.connect(self._known.clear)

    def paint(self, table: QTableView, area: QRect) -> None:
        """Draw what is seen of a table in an area of its viewport."""
        first, last = table.rowAt(area.top()), table.rowAt(area.bottom())
        if first < 0 or self._records.listing is None:
            return
        lines = range(first, (last if last >= 0 else self._records.rowCount() - 1) + 1)
        columns = _columns_in(table, area)
        self._forget_old_names()
        high, top = table.rowHeight(first), table.rowViewportPosition(first)
        with QPainter(table.viewport()) as painter:
            self._draw_grounds(painter, table, lines, QRect(area.left(), top, area.width(), high))
            for number, left, width in columns:
                self._draw_column(painter, number, QRect(left, top, width, high), lines)
            self._draw_lines(painter, columns, QRect(area.left(), top, area.width(), high), len(lines))
            self._draw_focus(painter, table)

    def _forget_old_names(self) -> None:
        assert self._records.listing is not None
        if self._records.listing.names is not self._names or len(self._known) >= _REMEMBERED:
            self._known.clear()
            self._names = self._records.listing.names

    def _draw_grounds(self, painter: QPainter, table: QTableView, lines: range, row: QRect) -> None:
        selection, nowhere = table.selectionModel(), table.rootIndex()
        if selection.hasSelection():
            for number, line in enumerate(lines):
                if selection.isRowSelected(line, nowhere):
                    painter.fillRect(row.translated(0, number * row.height()), self._soft)

    def _draw_column(self, painter: QPainter, number: int, cell: QRect, lines: range) -> None:
        column, records, first = self._records.columns[number], self._records, number == 0
        x, y, high = cell.x() + theme.px(9), cell.y(), cell.height()
        room = cell.width() - theme.px(9) - theme.px(6)
        painter.setPen(self._ink)
        for line in lines:
            sign = self._draw_sign(painter, records.answer_at(line), x, y, high) if first else 0
            packed = records.value_at(line, column)
            shaped = None if packed is None else self._shaped(painter, column, packed, room - sign)
            if shaped is not None:
                painter.drawStaticText(x + sign, y + (high - shaped[1]) // 2, shaped[0])
            y += high

    def _draw_sign(self, painter: QPainter, answer: str, x: int, y: int, high: int) -> int:
        """The sign of what the upper office answered, and the room it takes."""
        if not answer:
            return 0
        sign, colour = _MARKS[light_of(answer)]
        painter.setPen(QColor(colour))
        painter.drawText(QRect(x, y, theme.px(SIGN), high), int(Qt.AlignmentFlag.AlignVCenter), sign)
        painter.setPen(self._ink)
        return theme.px(SIGN)

    def _draw_lines(self, painter: QPainter, columns: list[tuple[int, int, int]], row: QRect, count: int) -> None:
        painter.setPen(self._line)
        for number in range(1, count + 1):
            painter.drawLine(
                row.left(), row.top() + number * row.height() - 1, row.right(), row.top() + number * row.height() - 1
            )
        for _number, left, width in columns:
            painter.drawLine(left + width - 1, row.top(), left + width - 1, row.top() + count * row.height() - 1)

    @staticmethod
    def _draw_focus(painter: QPainter, table: QTableView) -> None:
        present = table.currentIndex()
        if table.hasFocus() and present.isValid():
            painter.setPen(QPen(QColor(ACCENT), 2))
            painter.drawRect(table.visualRect(present).adjusted(1, 1, -1, -1))

    def _shaped(self, painter: QPainter, column: ListColumn, packed: Packed, width: int) -> _Shaped | None:
        """A value as it fits into a width, laid out once; None where it says nothing."""
        key = (column.name, packed, self._records.masked, width)
        if key not in self._known:
            self._known[key] = _shape(painter, self._records.text_of(column, packed), width)
        return self._known[key]


def _columns_in(table: QTableView, area: QRect) -> list[tuple[int, int, int]]:
    """The columns that are seen in an area: number, left edge, width."""
    header = table.horizontalHeader()
    found = [
        (number, header.sectionViewportPosition(number), header.sectionSize(number)) for number in range(header.count())
    ]
    return [each for each in found if each[1] <= area.right() and each[1] + each[2] > area.left()]


def _shape(painter: QPainter, text: str, width: int) -> _Shaped | None:
    if not text:
        return None
    shaped = QStaticText(painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, width))
    shaped.setTextFormat(Qt.TextFormat.PlainText)
    shaped.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
    shaped.prepare(font=painter.font())
    return shaped, round(shaped.size().height())
