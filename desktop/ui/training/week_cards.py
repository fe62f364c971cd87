"""Draws the sessions of a half-day as cards, and knows which card lies where."""

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop.queries.training.week import SessionEntry
from desktop.rules.hours import hours_text, tenths
from desktop.text import tr
from desktop.ui import theme as look
from desktop.ui.theme import theme
from desktop.ui.training.week_model import WeekModel, state_text

_Index = QModelIndex | QPersistentModelIndex
_LEAST: Final = 20
"""The least height of a card: one line."""
_WASH: Final = 45
"""Of 255: what lies under a half-day that is not free stays readable."""
_LINES: Final = Qt.TextFlag.TextWordWrap | Qt.TextFlag.TextWrapAnywhere


def card_rects(cell: QRect, count: int) -> list[QRect]:
    """The places of the cards in a cell, from the top; what finds no room is told in the last one's place."""
    if not count:
        return []
    inner = cell.adjusted(theme.px(3), theme.px(3), -theme.px(4), -theme.px(4))
    fitting = max(1, min(count, inner.height() // theme.px(_LEAST)))
    gap = theme.px(3)
    height = (inner.height() - gap * (fitting - 1)) // fitting
    return [QRect(inner.x(), inner.y() + place * (height + gap), inner.width(), height) for place in range(fitting)]


class WeekCards(QStyledItemDelegate):
    """Cards: title, then teacher, room and hours; moved and cancelled ones struck through, clashes with a word."""

    def __init__(self, week: WeekModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._week = week
        self.chosen = ""
        """The uid of the session at the keyboard."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        """Cells share the room there is."""
        del option, index
        return QSize(theme.px(70), theme.px(60))

    def entry_at(self, cell: QRect, index: _Index, point: QPoint) -> SessionEntry | None:
        """The session whose card lies under a point."""
        entries = self._week.entries(index)
        for entry, rect in zip(entries, card_rects(self._room(cell, index), len(entries)), strict=False):
            if rect.contains(point):
                return entry
        return None

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Draw one half-day."""
        cell: QRect = option.rect  # type: ignore[attr-defined]
        state = option.state  # type: ignore[attr-defined]
        painter.fillRect(cell, QColor(look.PAPER if self._week.is_within(index.column()) else look.GROUND))
        self._other_classes(painter, cell, index)
        entries = self._week.entries(index)
        rects = card_rects(self._room(cell, index), len(entries))
        for place, (entry, rect) in enumerate(zip(entries, rects, strict=False)):
            left = len(entries) - len(rects) if place == len(rects) - 1 else 0
            self._card(painter, entry, rect, left)
        self._whether_free(painter, cell, index)
        if state & QStyle.StateFlag.State_Selected:
            painter.setPen(QPen(QColor(look.ACCENT), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(cell.adjusted(1, 1, -2, -2))

    def _room(self, cell: QRect, index: _Index) -> QRect:
        """What other classes leave of a cell for its own cards."""
        others = len(self._week.others(index))
        return cell.adjusted(0, 0, 0, -min(others * theme.px(_LEAST), cell.height() // 2)) if others else cell

    def _other_classes(self, painter: QPainter, cell: QRect, index: _Index) -> None:
        """At the foot of a cell a line for each session of another class, as many as find room."""
        texts = list(self._week.others(index))
        line = theme.px(_LEAST)
        room = QRect(cell.x() + theme.px(7), self._room(cell, index).bottom(), cell.width() - theme.px(11), line)
        fitting = (cell.bottom() - room.y()) // line
        if len(texts) > fitting > 0:
            texts = [*texts[: fitting - 1], tr("另有 {count} 个班有课", count=len(texts) - fitting + 1)]
        painter.save()
        painter.setPen(QColor(look.MUTED))
        for text in texts[:fitting]:
            shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room.width())
            painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), shown)
            room.translate(0, line)
        painter.restore()

    def _whether_free(self, painter: QPainter, cell: QRect, index: _Index) -> None:
        """While a session is dragged: a half-day that is not free is washed over, and says so in its corner."""
        clashing = self._week.clashing.get(self._week.when(index))
        if not clashing:
            return
        painter.save()
        wash, word = QColor(look.AMBER), tr("⚠ 冲突")
        wash.setAlpha(_WASH)
        painter.fillRect(cell, wash)
        width = painter.fontMetrics().horizontalAdvance(word) + theme.px(8)
        corner = QRect(cell.right() - width - theme.px(3), cell.y() + theme.px(3), width, theme.px(_LEAST))
        painter.fillRect(corner, QColor(look.PAPER))
        painter.setPen(QPen(QColor(look.AMBER), 1))
        painter.drawRect(cell.adjusted(1, 1, -2, -2))
        painter.drawText(corner, int(Qt.AlignmentFlag.AlignCenter), word)
        painter.restore()

    def _card(self, painter: QPainter, entry: SessionEntry, rect: QRect, left: int) -> None:
        painter.save()
        is_chosen = entry.stored.uid == self.chosen
        painter.setPen(QPen(QColor(look.ACCENT if is_chosen else look.LINE), 2 if is_chosen else 1))
        painter.setBrush(QColor(look.SOFT if entry.is_held else look.GROUND))
        painter.drawRoundedRect(rect, theme.px(4), theme.px(4))
        if entry.clashes and entry.is_held:
            painter.fillRect(QRect(rect.x(), rect.y() + 2, theme.px(4), rect.height() - 4), QColor(look.AMBER))
        room = rect.adjusted(theme.px(7), theme.px(3), -theme.px(4), -theme.px(2))
        painter.setClipRect(room)
        font = QFont(painter.font())
        font.setBold(entry.is_held)
        font.setStrikeOut(not entry.is_held)
        painter.setFont(font)
        painter.setPen(QColor(look.INK if entry.is_held else look.MUTED))
        title = entry.title + (tr("（还有 {count} 个）", count=left) if left else "")
        used = _draw_lines(painter, room, title)
        font.setBold(False)
        font.setStrikeOut(False)
        painter.setFont(font)
        below = room.adjusted(0, used + theme.px(1), 0, 0)
        for text, colour in _details(entry):
            painter.setPen(QColor(colour))
            below.setTop(below.top() + _draw_lines(painter, below, text))
        painter.restore()


def _draw_lines(painter: QPainter, room: QRect, text: str) -> int:
    """Draw as many whole lines as find room, a single one cut with …; returns the height they took."""
    line = painter.fontMetrics().lineSpacing()
    wanted = painter.boundingRect(room, int(_LINES), text).height()
    fitting = min(room.height() // line, -(-wanted // line))
    if fitting <= 0:
        return 0
    place = QRect(room.x(), room.y(), room.width(), fitting * line)
    if fitting == 1:
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(place, int(Qt.AlignmentFlag.AlignVCenter), shown)
    else:
        painter.drawText(place, int(_LINES), text)
    return place.height()


def _details(entry: SessionEntry) -> list[tuple[str, str]]:
    content = entry.stored.content
    if not entry.is_held:
        return [(state_text(entry), look.MUTED)]
    told = [(tr("⚠ 冲突"), look.AMBER)] if entry.clashes else []
    hours = tr("{hours} 学时", hours=hours_text(tenths(content["hours"])))
    parts = (entry.teacher, str(content.get("room", "")), hours)
    return [*told, (" · ".join(part for part in parts if part), look.MUTED)]
