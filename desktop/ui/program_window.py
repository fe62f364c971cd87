"""The one window of the program: the start page, an office's first picture, the office and its recovery lie in it.

So a picture is filled where it stands, and nothing jumps or flashes when one gives way to the next. Knows no database.
"""

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QMainWindow, QWidget


class ProgramWindow(QMainWindow):
    """Bears title and icon of what lies in it, asks it before closing, and goes when that is closed."""

    def __init__(self, size: tuple[int, int]) -> None:
        super().__init__()
        self.resize(*size)
        self._content: QWidget | None = None

    def hold(self) -> None:
        """Keep the picture on the screen as it is until something else is shown."""
        self.setUpdatesEnabled(False)

    def show_content(self, content: QWidget) -> None:
        """Show something in the place of what was there, which is closed."""
        before, self._content = self._content, content
        self.hold()
        if before is not None:
            before.windowTitleChanged.disconnect(self.setWindowTitle)
            before.windowIconChanged.disconnect(self.setWindowIcon)
            self.takeCentralWidget()
        self.setWindowTitle(content.windowTitle())
        self.setWindowIcon(content.windowIcon())
        content.windowTitleChanged.connect(self.setWindowTitle)
        content.windowIconChanged.connect(self.setWindowIcon)
        content.installEventFilter(self)
        with_keyboard = content.focusWidget()
        self.setCentralWidget(content)
        content.show()
        if with_keyboard is not None:
            with_keyboard.setFocus()
        self.setUpdatesEnabled(True)
        self.show()
        if before is not None:
            before.close()
            before.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """What closed itself may give way to something else in the same turn; else the window goes with it."""
        if watched is self._content and event.type() == QEvent.Type.Hide:
            QTimer.singleShot(0, self, self._leave_if_empty)
        return False

    def _leave_if_empty(self) -> None:
        if self._content is not None and self._content.isHidden():
            self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Closed if its content lets itself be closed."""
        content = self._content
        event.setAccepted(content is None or content.isHidden() or content.close())
