"""Draws the cells of a list: text on the selection's ground, and before the first the sign of the receipt.

The style sheet's own way asks the model seven times for each cell and measures the style anew: three quarters of the
time from a key to the painted list. What is asked here is asked once: the text straight from the model, and a text
is cut and laid out for a width only when it is first seen, for schools, subjects and titles come again in every row.
"""

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QStaticText
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop.queries.traffic import Light, light_of
from desktop.ui.lists.model import RecordModel
from desktop.ui.theme import ACCENT, AMBER, INK, RED, SOFT, theme

_Index = QModelIndex | QPersistentModelIndex
_SELECTED: Final = int(QStyle.StateFlag.State_Selected.value)
_FOCUSED: Final = int(QStyle.StateFlag.State_HasFocus.value)
_REMEMBERED: Final = 4_000
SIGN: Final = 18
"""Room for the sign before the first cell, at 100 %."""
_MARKS: Final = {Light.GREEN: ("✓", ACCENT), Light.YELLOW: ("○", AMBER), Light.RED: ("×", RED)}
"""The sign before a row that the upper office answered; its form says as much as its colour."""


class CellPainter(QStyledItemDelegate):
    """Elided text; the selected row on soft ground, the cell with the keyboard framed."""

    def __init__(self, records: RecordModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._records = records
        self._known: dict[tuple[str, int], tuple[QStaticText, int]] = {}
        self._ink, self._soft = QColor(INK), QColor(SOFT)
        self._before, self._behind = theme.px(9), theme.px(6)
        theme.changed.connect(self._forget)

    def _forget(self) -> None:
        self._known.clear()
        self._before, self._behind = theme.px(9), theme.px(6)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Draw one cell."""
        rect: QRect = option.rect  # type: ignore[attr-defined]
        state = int(option.state.value)  # type: ignore[attr-defined]
        if state & _SELECTED:
            painter.fillRect(rect, self._soft)
        text = self._records.text_at(index.row(), self._records.columns[index.column()])
        before = self._before
        if index.column() == 0 and (mark := _MARKS.get(light_of(self._records.answer_at(index.row())))):
            sign, colour = mark
            self._draw(painter, rect, before, sign, QColor(colour))
            before += theme.px(SIGN)
        if text:
            self._draw(painter, rect, before, text, self._ink)
        if state & _FOCUSED:
            painter.setPen(QPen(QColor(ACCENT), 2))
            painter.drawRect(rect.adjusted(1, 1, -1, -1))

    def _draw(self, painter: QPainter, rect: QRect, before: int, text: str, ink: QColor) -> None:
        painter.setPen(ink)
        shaped, height = self._shaped(painter, text, rect.width() - before - self._behind)
        painter.drawStaticText(rect.x() + before, rect.y() + (rect.height() - height) // 2, shaped)

    def _shaped(self, painter: QPainter, text: str, width: int) -> tuple[QStaticText, int]:
        """The text as it fits into a width, laid out once, with its height."""
        found = self._known.get((text, width))
        if found is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            shaped = QStaticText(painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, width))
            shaped.setTextFormat(Qt.TextFormat.PlainText)
            shaped.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
            shaped.prepare(font=painter.font())
            found = self._known[text, width] = shaped, round(shaped.size().height())
        return found
