"""The classes of Qt's widgets, each made by PySide when it is first asked for.

The first widget that Qt itself hands back (a viewport) would have all of them made at one click, which takes as long as
a blink. They are made behind the first page instead, some in each turn of the window; not in a Job, because PySide does
not guard the making of a class against another thread.
"""

from itertools import islice
from typing import Final

from PySide6 import QtWidgets
from PySide6.QtCore import QObject, QTimer

_AT_ONCE: Final = 8
_TURN: Final = 1
"""Milliseconds to the next turn of the window."""

_left: Final = iter(dir(QtWidgets))
"""The names of those that nobody has asked for yet, once for all windows."""


def make_widget_classes(window: QObject) -> None:
    """Ask for each class while `window` lives."""
    names = list(islice(_left, _AT_ONCE))
    for name in names:
        getattr(QtWidgets, name)
    if names:
        QTimer.singleShot(_TURN, window, lambda: make_widget_classes(window))
