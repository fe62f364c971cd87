"""The small pieces every page is made of: labels, buttons, cards and layouts with the look's sizes and roles."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeySequence, QPainter, QPaintEvent, QShortcut
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from desktop.text import tr
from desktop.ui import theme as look
from desktop.ui.icons import icon
from desktop.ui.theme import theme

_SHORTEST: Final = 60
"""The least width of a text that may be shortened."""

_WITH_ICONS: Final = 125
"""The text size in percent up to which buttons have room for an icon beside their word."""

_PRINTED: Final = {"Return": "回车", "Up": "↑", "Down": "↓", "Insert": "Ins", "Delete": "Del"}
"""What stands on keys that Qt calls by another name."""

Piece = QWidget | QBoxLayout | int | None


def label(text: str = "", role: str = "", *, wrap: bool = False) -> QLabel:
    """A text in one of the roles of the style sheet; plain text only, so that names cannot be markup."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("role", role)
    made.setWordWrap(wrap)
    if wrap:
        made.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    return made


def button(
    text: str,
    clicked: Callable[[], object],
    *,
    icon_name: str = "",
    role: str = "",
    keys: str = "",
    tip: str = "",
) -> QPushButton:
    """A button; its shortcut is printed behind its text."""
    made = QPushButton(with_keys(text, keys))
    made.setAutoDefault(True)  # Enter presses it where it has the keyboard, in pages as in dialogs
    made.setProperty("role", role)
    made.setAccessibleName(text)
    if icon_name and theme.percent <= _WITH_ICONS:
        made.setIcon(icon(icon_name, look.PAPER if role == "primary" else look.MUTED))
        made.setIconSize(QSize(theme.px(16), theme.px(16)))
    if keys:
        QShortcut(QKeySequence(keys), made, made.click)  # a button's own shortcut waits 100 ms for its animation
    if tip:
        made.setToolTip(tip)
    made.clicked.connect(lambda _checked=False: clicked())
    return made


def with_keys(text: str, keys: str) -> str:
    """A text with its shortcut behind it, as the keys are called here."""
    shown = "+".join(tr(_PRINTED.get(each, each)) for each in keys.split("+"))
    return f"{text}  {shown}" if keys else text


def menu_button(text: str) -> QPushButton:
    """A button that opens a menu."""
    made = QPushButton(text)
    made.setAutoDefault(True)
    made.setProperty("role", "menu")
    made.setMenu(QMenu(made))
    return made


class ShortLabel(QLabel):
    """A name in one line that ends in “…” where it finds no room; the whole of it is the tip."""

    def __init__(self, text: str, role: str) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("role", role)
        self.setProperty("elides", True)
        self.setText(text)

    def setText(self, text: str) -> None:
        """Another text; an empty one takes no room."""
        super().setText(text)
        self.setToolTip(text)
        self.setMinimumWidth(theme.px(_SHORTEST) if text else 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        """What there is room for."""
        del event
        with QPainter(self) as painter:
            shown = painter.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
            painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignVCenter), shown)


class YieldingWidget(QWidget):
    """Asks for the least that it needs: in a frame that can be moved, its lists and previews give way first."""

    def heightForWidth(self, width: int) -> int:
        """The least height at a width."""
        layout = self.layout()
        return layout.totalMinimumHeightForWidth(width) if layout is not None else -1


def scrolled(widget: QWidget) -> QScrollArea:
    """A widget that can be moved under a frame where it finds no room; Tab brings what it comes to into sight."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(widget)
    return area


class CountButton(QPushButton):
    """A number in large type with its word, as the cards over a plan; pressed it narrows the list to what it counts."""

    def __init__(self, count: int, word: str, colour: str) -> None:
        super().__init__()
        self.setProperty("role", "count")
        self.setCheckable(True)
        self.setAccessibleName(f"{word} {count}")
        number, said = label(str(count), "figure"), label(word)
        number.setStyleSheet(f"color: {colour};")
        self.setLayout(row(number, said, None, space=8, margins=(14, 8, 10, 8)))
        for each in (number, said):
            each.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setMinimumHeight(theme.px(44))


def screen_room(widget: QWidget) -> QSize:
    """What the screen has for a window and its frame."""
    return widget.screen().availableGeometry().size() - QSize(20, 40)


def resize_within(window: QWidget, wide: int, high: int) -> None:
    """Give a window a size told for 100 %, or what the screen has where that is less."""
    window.resize(QSize(theme.px(wide), theme.px(high)).boundedTo(screen_room(window)))


def _fill(layout: QBoxLayout, pieces: tuple[Piece, ...], space: int, margins: tuple[int, int, int, int]) -> None:
    layout.setSpacing(theme.px(space))
    layout.setContentsMargins(*(theme.px(each) for each in margins))
    for piece in pieces:
        if piece is None:
            layout.addStretch(1)
        elif isinstance(piece, int):
            layout.addSpacing(theme.px(piece))
        elif isinstance(piece, QWidget):
            layout.addWidget(piece)
        else:
            layout.addLayout(piece)


def row(*pieces: Piece, space: int = 8, margins: tuple[int, int, int, int] = (0, 0, 0, 0)) -> QHBoxLayout:
    """Pieces side by side; None is a stretch, a number a gap."""
    layout = QHBoxLayout()
    _fill(layout, pieces, space, margins)
    return layout


def column(*pieces: Piece, space: int = 8, margins: tuple[int, int, int, int] = (0, 0, 0, 0)) -> QVBoxLayout:
    """Pieces one under the other; None is a stretch, a number a gap."""
    layout = QVBoxLayout()
    _fill(layout, pieces, space, margins)
    return layout


def card(*pieces: Piece, role: str = "card", space: int = 8, margin: int = 16) -> QFrame:
    """A framed group of pieces, one under the other."""
    frame = QFrame()
    frame.setProperty("role", role)
    frame.setLayout(column(*pieces, space=space, margins=(margin, margin, margin, margin)))
    return frame


def colour_mark(colour: str) -> QFrame:
    """A small upright bar in the colour of an office; the name beside it says the same."""
    made = QFrame()
    made.setFixedSize(theme.px(6), theme.px(22))
    made.setStyleSheet(mark_sheet(colour))
    return made


def mark_sheet(colour: str) -> str:
    """The look of such a bar."""
    return f"background: {colour}; border-radius: {theme.px(3)}px;"


def clear(layout: QBoxLayout) -> None:
    """Take all pieces out of a layout."""
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        inner = item.layout()
        if widget is not None:
            widget.setParent(None)
            widget.deleteLater()
        elif isinstance(inner, QBoxLayout):
            clear(inner)
            inner.deleteLater()


def set_flag(widget: QWidget, name: str, value: object) -> None:
    """Change a property that the style sheet looks at."""
    if widget.property(name) == value:
        return
    widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def leave_with_escape(part: QWidget, back: Callable[[], object]) -> None:
    """Escape anywhere in a part of a page goes back to what stood there before."""
    shortcut = QShortcut(QKeySequence(Qt.Key.Key_Escape), part, back)
    shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
