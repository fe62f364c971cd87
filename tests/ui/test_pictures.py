"""The pictures of all windows, taken without a display."""

import subprocess
import sys


def test_pictures_are_taken_on_the_screen_windows_are_made_for() -> None:
    """Without a display the pictures' screen is 1366×768, so that dialogs are as wide in them as on a clerk's desk."""
    code = (
        "import os; from desktop.ui.screenshots import without_display; "
        "os.environ['QT_QPA_PLATFORM'] = without_display(); "
        "from PySide6.QtWidgets import QApplication; size = QApplication([]).primaryScreen().size(); "
        "print(size.width(), size.height())"
    )
    made = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert made.stdout.split() == ["1366", "768"]
