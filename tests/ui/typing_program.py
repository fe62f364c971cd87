"""A program that opens an office's window and types into a new form for as long as it lives, telling each key."""

import sys
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtTest import QTest

from desktop.app import make_application
from desktop.store import Store
from desktop.ui.desk import Desk
from desktop.ui.window import MainWindow


def main() -> None:
    """Type a letter each 30 ms into the first field and say how many were typed."""
    application = make_application()
    window = MainWindow(Desk(Store.open(Path(sys.argv[1]))))
    window.show()
    window.open_page("teachers", "new")
    editor = window.pages["teachers"].form.sections.cells["native_place"].editor
    timer = QTimer()
    timer.setInterval(30)

    def type_one() -> None:
        QTest.keyClicks(editor, "k")
        sys.stdout.write(f"{len(editor.text())}\n")
        sys.stdout.flush()

    timer.timeout.connect(type_one)
    timer.start()
    application.exec()


main()
