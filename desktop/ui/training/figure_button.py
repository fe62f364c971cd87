"""A figure in large type with its word; pressed, it shows whom it counts."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QPushButton

from desktop.ui.theme import theme
from desktop.ui.widgets import column, label, row

_ROOMY = 125
"""The text size in percent up to which a figure stands above its word, not beside it."""


class FigureButton(QPushButton):
    """Its size is that of what stands in it."""

    def __init__(self, number: str, word: str, clicked: Callable[[], object]) -> None:
        super().__init__()
        self.setProperty("role", "count")
        self.setAccessibleName(f"{word} {number}")
        figure, said = label(number, "figure"), label(word, "muted")
        is_roomy = theme.percent <= _ROOMY
        margins = (10, 6, 10, 6)
        self.setLayout(
            column(figure, said, space=2, margins=margins) if is_roomy else row(figure, said, margins=margins)
        )
        for each in (figure, said):
            each.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.clicked.connect(lambda _checked=False: clicked())

    def sizeHint(self) -> QSize:
        """What the texts ask for."""
        layout = self.layout()
        return layout.sizeHint() if layout is not None else super().sizeHint()

    def minimumSizeHint(self) -> QSize:
        """No less."""
        return self.sizeHint()
