"""Python's collector of rings, kept from stopping the window.

A full pass over the rows of a large office takes half a second and holds every thread. So it never runs by itself:
young objects are looked through each second while they are few; many at once are rows of a list or a plan, which make
no rings, and are set aside unseen. Everything is looked through when the clerk works in another program. It also means
that no widget is ever taken apart outside the window's thread.
"""

import gc
import sys
from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication

YOUNG: Final = 20_000
"""So many new objects are looked through in a few milliseconds."""

_EVERY: Final = 1000
_TURN: Final = 0.001
"""Seconds after which a Job lets the window have its turn; of several Jobs each takes one before."""


class Collector(QObject):
    """Takes over from the automatic collector for the rest of the program."""

    def __init__(self, application: QGuiApplication) -> None:
        super().__init__(application)
        gc.disable()
        gc.freeze()
        sys.setswitchinterval(_TURN)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look_at_young)
        self._timer.start(_EVERY)
        application.applicationStateChanged.connect(self._left)

    def look_at_young(self) -> None:
        """Free the rings among a few new objects; set many aside."""
        if gc.get_count()[0] < YOUNG:
            gc.collect(0)
        else:
            gc.freeze()

    def _left(self, state: Qt.ApplicationState) -> None:
        if state != Qt.ApplicationState.ApplicationActive:
            self.look_at_all()

    def look_at_all(self) -> None:
        """Free every ring; takes as long as it takes."""
        gc.unfreeze()
        gc.collect()
        gc.freeze()

    def end(self) -> None:
        """Give the work back to the automatic collector."""
        self._timer.stop()
        gc.unfreeze()
        gc.enable()
