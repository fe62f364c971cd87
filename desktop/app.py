"""The composition root of the window: makes the application, opens an office, hands each part what it needs."""

import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Final

import platformdirs
from PySide6.QtCore import QLocale, QObject, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMainWindow, QStyleFactory

from desktop.crashes import log_crash
from desktop.errors import DesktopError, RefusedError
from desktop.settings import known_offices, remember_office
from desktop.store.database import Store
from desktop.text import tr
from desktop.ui.crash import CrashGuard
from desktop.ui.desk import Desk
from desktop.ui.dialogs import Dialogs
from desktop.ui.icons import icon
from desktop.ui.memory import recall
from desktop.ui.start import StartWindow
from desktop.ui.theme import ACCENT, SCALES, load_fonts, theme
from desktop.ui.translation import QtTexts
from desktop.ui.window import MainWindow

SIZE: Final = (1366, 768)


def make_application() -> QApplication:
    """The one QApplication, in Chinese, with the program's fonts and look."""
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    present = QApplication.instance()
    application = present if isinstance(present, QApplication) else QApplication(sys.argv[:1])
    QLocale.setDefault(QLocale(QLocale.Language.Chinese, QLocale.Country.China))
    application.setStyle(QStyleFactory.create("Fusion"))
    application.setApplicationDisplayName(tr("骨干教师工作台"))
    application.setWindowIcon(icon("certificate", ACCENT))
    texts = QtTexts(application)
    application.installTranslator(texts)
    load_fonts()
    percent = recall("scale", 100)
    theme.percent = percent if percent in SCALES else 100
    theme.apply()
    return application


def default_home() -> Path:
    """Where offices are made when the clerk names no place."""
    return platformdirs.user_documents_path() / "骨干教师工作台"


class App(QObject):
    """Shows one window at a time: the start page, or an open office."""

    def __init__(self, home: Path | None = None) -> None:
        super().__init__()
        self.home = home or default_home()
        self.dialogs = Dialogs()
        self.window: QMainWindow | None = None
        self.guard = CrashGuard(self.dialogs, log_crash)

    def start(self, office: Path | None = None) -> None:
        """Open the office named, else the one opened last, else the start page."""
        known = known_offices()
        folder = office or (known[0] if known else None)
        if folder is None:
            self.show_start()
        else:
            self.open_office(folder)

    def show_start(self, trouble: str = "") -> None:
        """The page on which an office is chosen, set up or restored."""
        window = StartWindow(known_offices(), self.home, self.dialogs, trouble)
        window.chosen.connect(self.open_office)
        self._show(window)

    def open_office(self, folder: Path) -> None:
        """Open an office's window; what stands against it is told on the start page."""
        try:
            store = Store.open(folder)
        except DesktopError as error:
            self.show_start(error.sentence)
            return
        remember_office(store.folder)
        desk = Desk(store, self.dialogs)
        desk.crashed.connect(self.guard.tell)
        self._show(MainWindow(desk, open_other=self.show_start))

    def _show(self, window: QMainWindow) -> None:
        before, self.window = self.window, window
        window.resize(*SIZE)
        self.dialogs.parent = window
        window.show()
        if before is not None:
            before.close()
            before.deleteLater()


def run(office: str | None = None, screenshots: str | None = None) -> int:
    """Open the window and work until it is closed; returns the exit code.

    With `screenshots` nothing is shown: a picture of every page is written to that folder instead.
    """
    if screenshots is not None:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    application = make_application()
    app = App()
    folder = Path(office) if office is not None else None
    if screenshots is not None:
        return _take_pictures(app, folder, Path(screenshots))
    app.guard.install()
    app.start(folder)
    return application.exec()


def _take_pictures(app: App, office: Path | None, folder: Path) -> int:
    app.show_start()
    assert app.window is not None
    folder.mkdir(parents=True, exist_ok=True)
    app.window.grab().save(str(folder / "start.png"))
    app.start(office)
    if not isinstance(app.window, MainWindow):
        raise RefusedError("没有可以打开的单位，没有图片；请用 --office 指明单位的文件夹")
    written = import_module("desktop.ui.screenshots").shoot(app.window, folder)
    app.window.close()
    sys.stdout.write(f"已写出 {len(written) + 1} 张图片到 {folder}\n")
    return 0
