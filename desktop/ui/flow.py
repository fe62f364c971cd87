"""A layout that puts pieces side by side and goes on in the next line where the width ends."""

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QSizePolicy, QWidget

from desktop.ui.theme import theme


class FlowLayout(QLayout):
    """Pieces keep their own size; the height follows from the width."""

    def __init__(self, space: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._space = space
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        """Take one more piece."""
        self._items.append(item)

    def count(self) -> int:
        """Qt asks."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """Qt asks."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:  # type: ignore[override]
        """Qt takes."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        """Takes no more room than it needs."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """The narrower the higher."""
        return True

    def heightForWidth(self, width: int) -> int:
        """The height of all lines."""
        return self._arrange(QRect(0, 0, width, 0), place=False)

    def setGeometry(self, rect: QRect) -> None:
        """Put the pieces where they belong."""
        super().setGeometry(rect)
        self._arrange(rect, place=True)

    def sizeHint(self) -> QSize:
        """All pieces in one line: what a page is asked for in height follows from it, though it may become narrower."""
        sizes = [item.sizeHint() for item in self._items]
        wide = sum(each.width() for each in sizes) + self._space * max(len(sizes) - 1, 0)
        return QSize(wide, max((each.height() for each in sizes), default=0))

    def minimumSize(self) -> QSize:
        """The widest piece."""
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        return size

    def _arrange(self, rect: QRect, *, place: bool) -> int:
        x, y, high = rect.x(), rect.y(), 0
        for item in self._items:
            size = item.sizeHint()
            if x > rect.x() and x + size.width() > rect.right() + 1:
                x, y, high = rect.x(), y + high + self._space, 0
            if place:
                item.setGeometry(QRect(QPoint(x, y), size))
            x += size.width() + self._space
            high = max(high, size.height())
        return y + high - rect.y()


def flowing(*pieces: QWidget) -> QWidget:
    """Pieces side by side as one, as high as its lines."""
    layout = FlowLayout(theme.px(8))
    for each in pieces:
        layout.addWidget(each)
    whole = QWidget()
    whole.setLayout(layout)
    policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    policy.setHeightForWidth(True)
    whole.setSizePolicy(policy)
    return whole
