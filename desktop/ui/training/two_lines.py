"""A narrow list whose rows have two lines: a name, and below it in small what tells it from others."""

from typing import Final, Generic, TypeVar

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop.text import tr
from desktop.ui import theme as look
from desktop.ui.plain_model import PlainModel
from desktop.ui.theme import theme

_Index = QModelIndex | QPersistentModelIndex
_HEIGHT: Final = 50
Shown = TypeVar("Shown")


class TwoLineModel(PlainModel[Shown], Generic[Shown]):
    """Things with a title, a word on how far they are, and more about them."""

    def title(self, row: Shown) -> str:
        """The first line."""
        raise NotImplementedError

    def word(self, row: Shown) -> tuple[str, str]:
        """What the second line begins with, and its colour."""
        raise NotImplementedError

    def rest(self, row: Shown) -> tuple[str, ...]:
        """What follows it."""
        raise NotImplementedError

    def standing(self, row: Shown) -> tuple[str, str]:
        """What stands at the end of the first line, and its colour; nothing by default."""
        del row
        return "", ""

    def texts(self, row: Shown) -> tuple[str, ...]:
        """Everything in one, for tips and screen readers."""
        parts = (self.title(row), self.word(row)[0], *self.rest(row), self.standing(row)[0])
        return ("　".join(part for part in parts if part),)


class TwoLineList(QListView):
    """The list of such rows."""

    def __init__(self, model: TwoLineModel[Shown], name: str) -> None:
        super().__init__()
        self.setModel(model)
        self.setItemDelegate(_TwoLines(self))
        self.setAccessibleName(name)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)


class _TwoLines(QStyledItemDelegate):
    """Draws the two lines, each cut where it finds no room."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        """As high as two lines."""
        del option, index
        return QSize(theme.px(120), theme.px(_HEIGHT))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Draw one row."""
        model = index.model()
        assert isinstance(model, TwoLineModel)
        shown = model.rows[index.row()]
        rect: QRect = option.rect  # type: ignore[attr-defined]
        state = option.state  # type: ignore[attr-defined]
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, QColor(look.SOFT))
        room = rect.adjusted(theme.px(10), theme.px(5), -theme.px(8), -theme.px(5))
        upper = QRect(room.left(), room.top(), room.width(), room.height() // 2)
        lower = upper.translated(0, room.height() // 2)
        standing, colour = model.standing(shown)
        wide = painter.fontMetrics().horizontalAdvance(standing) + (theme.px(3) if standing else 0)
        _draw(painter, upper.adjusted(upper.width() - wide, 0, 0, 0), standing, colour or look.MUTED)
        _draw(painter, upper.adjusted(0, 0, -wide - theme.px(6) if wide else 0, 0), model.title(shown), look.INK)
        word, colour = model.word(shown)
        _draw(painter, lower, tr(word), colour)
        behind = painter.fontMetrics().horizontalAdvance(tr(word)) + theme.px(8) if word else 0
        _draw(painter, lower.adjusted(behind, 0, 0, 0), "  ".join(model.rest(shown)), look.MUTED)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QColor(look.ACCENT))
            painter.drawRect(rect.adjusted(0, 0, -1, -1))


def _draw(painter: QPainter, rect: QRect, text: str, colour: str) -> None:
    painter.setPen(QColor(colour))
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
    painter.drawText(rect, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), shown)
