"""A clerk at a real window, in a process of its own: ten people by keys alone, thirty pasted and taken back."""

import os
import sys
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.app import make_application
from desktop.store import Store
from desktop.ui.desk import Desk
from desktop.ui.dialogs import Dialogs
from desktop.ui.screenshots import settle
from desktop.ui.theme import theme
from desktop.ui.window import MainWindow
from tests.builders import teacher_content

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def press(key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """A key to whatever has the keyboard."""
    QTest.keyClick(QApplication.focusWidget(), key, modifiers)


def compose(pinyin: str, text: str) -> None:
    """Type pinyin into the input method, letter by letter, press Enter in between, and choose the characters."""
    widget = QApplication.focusWidget()
    for end in range(1, len(pinyin) + 1):
        QApplication.sendEvent(widget, QInputMethodEvent(pinyin[:end], []))
    press(Qt.Key.Key_Return)
    assert QApplication.focusWidget() is widget, "Enter left the field in the middle of pinyin"
    event = QInputMethodEvent()
    event.setCommitString(text)
    QApplication.sendEvent(widget, event)


def enter_person(window: MainWindow, number: int) -> None:
    """One person from the first field to the last that is filled, then save and go on."""
    content = teacher_content(number)
    compose("jiaoshi", f"教师{number}")
    for _ in range(3):
        press(Qt.Key.Key_Return)  # over the reading and the former name
    QTest.keyClicks(QApplication.focusWidget(), "nan" if content["gender"] == "1" else "nv")
    press(Qt.Key.Key_Return)
    QTest.keyClicks(QApplication.focusWidget(), "hanzu")
    press(Qt.Key.Key_Return)
    QTest.keyClicks(QApplication.focusWidget(), "1980.3")
    press(Qt.Key.Key_Return)
    press(Qt.Key.Key_Return)
    QTest.keyClicks(QApplication.focusWidget(), str(content["id_number"]))
    press(Qt.Key.Key_Return)
    press(Qt.Key.Key_S, CTRL | SHIFT)
    settle(window)


def main(folder: Path) -> None:
    """The whole of it; what the database holds afterwards is the caller's to look at."""
    os.environ["COUNTY_DESK_SETTINGS"] = str(folder.parent / "settings")
    make_application()
    theme.apply()
    dialogs = Dialogs()
    dialogs.answer = lambda request: request.buttons[0]
    store = Store.open(folder)
    window = MainWindow(Desk(store, dialogs))
    window.resize(1366, 768)
    window.show()
    window.activateWindow()
    assert QTest.qWaitForWindowActive(window, 20_000)
    settle(window)
    press(Qt.Key.Key_3, CTRL)
    settle(window)
    press(Qt.Key.Key_N, CTRL)
    settle(window)
    for number in range(1, 11):
        enter_person(window, number)
    page = window.pages["teachers"]
    page.table.setFocus()
    rows = [f"粘贴{n}\t{teacher_content(100 + n)['id_number']}\t1980-03-15" for n in range(30)]
    QGuiApplication.clipboard().setText("姓名\t身份证号\t出生年月\n" + "\n".join(rows))
    press(Qt.Key.Key_V, CTRL)
    settle(window)
    press(Qt.Key.Key_Return, CTRL)
    settle(window)
    counts = [len(page.list.listing.order)]
    press(Qt.Key.Key_Z, CTRL)
    settle(window)
    counts.append(len(page.list.listing.order))
    sys.stdout.write(f"{QGuiApplication.platformName()} {counts}\n")
    window.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
