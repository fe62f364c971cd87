"""Draws the cells of a list: text on the selection's ground, no more.

The style sheet's own way asks the model seven times for each cell and measures the style anew: three quarters of the
time from a key to the painted list.
"""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop.ui.theme import ACCENT, INK, SOFT, theme

_Index = QModelIndex | QPersistentModelIndex
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class CellPainter(QStyledItemDelegate):
    """Elided text; the selected row on soft ground, the cell with the keyboard framed."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Draw one cell."""
        rect, state = option.rect, option.state  # type: ignore[attr-defined]
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(SOFT))
        text = index.data()
        if text:
            room = rect.adjusted(theme.px(9), 0, -theme.px(6), 0)
            metrics = painter.fontMetrics()
            if metrics.horizontalAdvance(text) > room.width():
                text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room.width())
            painter.setPen(QColor(INK))
            painter.drawText(room, int(_LEFT), text)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(QColor(ACCENT), 2))
            painter.drawRect(rect.adjusted(1, 1, -1, -1))
