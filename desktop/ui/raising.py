"""The window that has an office open comes to the front when the office is opened once more.

It listens under a name made of the folder; who finds the office taken (`occupied.py`) calls that name. Loaded late: it
takes Qt's network module, which no first picture needs.
"""

import hashlib
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Qt
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from PySide6.QtWidgets import QMainWindow

_PATIENCE: Final = 1000
"""Milliseconds that the other window has to answer; one that hangs does not keep this program from telling so."""


def _name(folder: Path) -> str:
    return f"county-desk-{hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:16]}"


class Raiser(QObject):
    """Listens for an office as long as its window is open, for the same user only."""

    def __init__(self, folder: Path, window: QMainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._raise)
        QLocalServer.removeServer(_name(folder))  # of a process that was killed: the office's lock is held by now
        self._server.listen(_name(folder))

    def close(self) -> None:
        """Listen no more."""
        self._server.close()

    def _raise(self) -> None:
        self._server.nextPendingConnection().deleteLater()
        window = self._window.window()
        window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
        window.show()
        window.raise_()
        window.activateWindow()


def raise_other(folder: Path) -> bool:
    """Bring the window that has an office open to the front; False where none answers."""
    socket = QLocalSocket()
    socket.connectToServer(_name(folder))
    is_there = socket.waitForConnected(_PATIENCE)
    socket.abort()
    return is_there
