"""Tabler icons from resources/icons, drawn in any colour and size when they are painted."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRect, QSize
from PySide6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QStyleOption

from desktop.paths import RESOURCES
from desktop.ui import theme


class _Drawing(QIconEngine):
    """One icon in one colour; each size is drawn when it is first painted, for few of them ever are."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self._content = content
        self._drawn: dict[tuple[int, int, QIcon.Mode], QPixmap] = {}

    def clone(self) -> QIconEngine:
        """Another engine of the same icon."""
        return _Drawing(self._content)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        """Draw the icon into a rectangle."""
        painter.drawPixmap(rect, self.pixmap(rect.size(), mode, state))

    def pixmap(self, size: QSize, mode: QIcon.Mode, _state: QIcon.State) -> QPixmap:
        """The icon at a size, pale where its button cannot be pressed."""
        key = (size.width(), size.height(), mode)
        if key not in self._drawn:
            drawn = self._draw(size)
            if mode == QIcon.Mode.Disabled and not drawn.isNull():
                drawn = QApplication.style().generatedIconPixmap(mode, drawn, QStyleOption())
            self._drawn[key] = drawn
        return self._drawn[key]

    def _draw(self, size: QSize) -> QPixmap:
        drawn = QPixmap(size)
        if drawn.isNull():  # where there is no room for icons
            return drawn
        drawn.fill(QColor(0, 0, 0, 0))
        painter = QPainter(drawn)
        QSvgRenderer(QByteArray(self._content)).render(painter)
        painter.end()
        return drawn


@lru_cache(maxsize=256)
def icon(name: str, colour: str = theme.MUTED) -> QIcon:
    """The icon of a name in one colour, sharp at every size it is used in."""
    text = (RESOURCES / "icons" / f"{name}.svg").read_text(encoding="utf-8")
    content = text.replace("currentColor", colour).replace('stroke-width="2"', 'stroke-width="1.75"')
    return QIcon(_Drawing(content.encode()))
