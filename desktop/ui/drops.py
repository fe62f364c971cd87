"""Files dropped onto a part of the window: told as paths, a folder as the spreadsheets in it."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, QMimeData, QObject
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QWidget

from desktop.ui.widgets import set_flag

PACKAGE_SUFFIXES: Final = frozenset({".cpkg"})
_SHEETS: Final = frozenset([".xlsx", ".xls", ".xlsb", ".xlsm", ".csv", ".ods", ".et", ".txt", ".html"])
_OPEN_ELSEWHERE: Final = ("~$", ".~")
"""What Excel and WPS put beside a file they have open."""


class FileDrops(QObject):
    """Watches one widget; while files hang over it, it bears the flag `over` of the style sheet."""

    def __init__(self, watched: QWidget, taken: Callable[[list[Path]], object]) -> None:
        super().__init__(watched)
        self._watched = watched
        self._taken = taken
        watched.setAcceptDrops(True)
        watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Welcome files and take them; everything else goes its way."""
        if event.type() == QEvent.Type.DragEnter and isinstance(event, QDragEnterEvent) and _paths(event.mimeData()):
            set_flag(self._watched, "over", "true")
            event.acceptProposedAction()
            return True
        if event.type() == QEvent.Type.DragLeave:
            set_flag(self._watched, "over", "false")
        if event.type() == QEvent.Type.Drop and isinstance(event, QDropEvent):
            set_flag(self._watched, "over", "false")
            paths = with_folders_opened(_paths(event.mimeData()))
            if paths:
                event.acceptProposedAction()
                self._taken(paths)
            return True
        return super().eventFilter(watched, event)


def _paths(data: QMimeData) -> list[Path]:
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]


def with_folders_opened(paths: Iterable[Path]) -> list[Path]:
    """The files named, and in the place of a folder its spreadsheets by name."""
    found: list[Path] = []
    for path in paths:
        inside = [each for each in sorted(path.iterdir()) if _is_sheet(each)] if path.is_dir() else []
        found += inside or [path]
    return found


def _is_sheet(path: Path) -> bool:
    return path.suffix.lower() in _SHEETS and not path.name.startswith(_OPEN_ELSEWHERE)
