"""The floor: an empty PySide6 window, told when it is painted."""

import sys
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QMainWindow


class Window(QMainWindow):
    """Ends the process after its first paint event."""

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Tell the moment and the memory."""
        super().paintEvent(event)
        sys.stdout.write("first\n")
        sys.stdout.flush()
        status = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
        held = next(line.split()[1] for line in status if line.startswith("VmRSS"))
        sys.stdout.write(f"memory {held}\n")
        QTimer.singleShot(0, QApplication.quit)


application = QApplication(sys.argv)
window = Window()
window.resize(1366, 768)
window.show()
application.exec()
