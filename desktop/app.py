"""The composition root of the window: makes the application, opens an office, hands each part what it needs.

What the first picture does not need is loaded after it, beside it: SQLAlchemy, the entities and the pages take four
times as long as Qt. So this module imports nothing that knows the database; `_load_window` does.
"""

import os
import sys
import threading
import time
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import platformdirs
from PySide6.QtCore import QLocale, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMainWindow

from desktop.crashes import crash_text, log_crash
from desktop.errors import DesktopError, RefusedError
from desktop.settings import known_offices, remember_office
from desktop.text import tr
from desktop.ui.collector import Collector
from desktop.ui.crash import CrashGuard
from desktop.ui.dialogs import Dialogs
from desktop.ui.icons import icon
from desktop.ui.memory import recall
from desktop.ui.occupied import Occupation
from desktop.ui.opening import OpeningWindow
from desktop.ui.program_window import ProgramWindow
from desktop.ui.screens import ENTRIES, HOME
from desktop.ui.theme import ACCENT, SCALES, load_fonts, theme
from desktop.ui.translation import QtTexts

SIZE: Final = (1366, 768)
_LONGEST_OPENING: Final = 120
"""Seconds that the pictures wait for an office; an older database is migrated in that time."""

_BEFORE_LOOKING_BACK: Final = 300
"""Milliseconds between the office's window and the look for what can be undone: the first list comes first."""

_BEFORE_CHECK: Final = 1500
"""Milliseconds between the office's window and the check of its database: what the clerk asked for comes first."""


def make_application() -> QApplication:
    """The one QApplication, in Chinese, with the program's fonts and look."""
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    present = QApplication.instance()
    if isinstance(present, QApplication):
        application = present
        application.setStyle("Fusion")
    else:
        # As Qt's own option, for `setStyle` gives a QStyle back, whose hundreds of enumerated values Python then makes.
        application = QApplication([*sys.argv[:1], "-style", "Fusion"])
    QLocale.setDefault(QLocale(QLocale.Language.Chinese, QLocale.Country.China))
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
    """Shows in one window the start page, the first picture of an office, the office, or its recovery."""

    _loaded = Signal(object, object)
    """The window being opened, and the store or what stood against it."""

    def __init__(self, home: Path | None = None) -> None:
        super().__init__()
        self.home = home or default_home()
        self.dialogs = Dialogs()
        self.window: QMainWindow | None = None
        """What lies in the window of the program."""
        self._frame: ProgramWindow | None = None
        self.is_attended = True
        """Whether somebody is there to be asked; nobody is while pictures are taken."""
        self.guard = CrashGuard(self.dialogs, log_crash)
        self.occupation = Occupation()
        self._loaded.connect(self._enter, Qt.ConnectionType.QueuedConnection)

    def start(self, office: Path | None = None) -> None:
        """Open the office named or the only one known; of several the clerk chooses."""
        known = known_offices()
        if office is None and len(known) != 1:
            self.show_start()
        else:
            self.open_office(office or known[0])

    def show_start(self, trouble: str = "") -> None:
        """The page on which an office is chosen, set up or restored."""
        make: Any = import_module("desktop.ui.start").StartWindow
        window = make(known_offices(), self.home, self.dialogs, trouble)
        window.chosen.connect(self.open_office)
        self._show(window)

    def open_office(self, folder: Path, then: tuple[str, object] | None = None) -> None:
        """Show the first picture of an office and open it beside; `then` is the page to go to.

        One that is open in another window is not opened twice: that window comes to the front, and where this program
        has none yet, that is all; else, or where the other does not answer, the start page says so. Pictures are taken
        beside it.
        """
        told = self.occupation.take(folder.resolve()) if self.is_attended else ""
        if told:
            is_raised = import_module("desktop.ui.raising").raise_other(folder)
            if self.window is not None or not is_raised:
                self.show_start(told)
            return
        window = OpeningWindow(folder.resolve(), SIZE)
        window.wanted = then

        def load() -> None:
            threading.Thread(target=self._load, args=(window, folder), name="opening", daemon=True).start()

        window.painted.connect(load)  # at once: what lies in the window is painted without Python
        self._show(window)

    def _load(self, window: OpeningWindow, folder: Path) -> None:
        """Beside the window: load the libraries and open the database."""
        try:
            first = ENTRIES[window.wanted[0] if window.wanted else HOME]
            for module in ("desktop.ui.window", first.module):
                import_module(module)
            found: object = import_module("desktop.services.opening").open_store(folder, is_searched=False)
        except BaseException as error:  # noqa: BLE001 - whatever it is, the recovery page must open
            found = error
        self._loaded.emit(window, found)

    def _enter(self, opening: OpeningWindow, found: object) -> None:
        """Put the office's window in the place of its first picture, or the recovery page."""
        if self.window is not opening or opening.is_closed:
            if hasattr(found, "close"):
                found.close()
            return
        if isinstance(found, BaseException):
            self.show_recovery(opening.folder, found)
            return
        assert self._frame is not None
        self._frame.hold()
        try:
            window = self._make_window(found, opening)
        except Exception as error:  # noqa: BLE001 - an office whose content breaks the window must be restorable
            self.show_recovery(opening.folder, error)
            return
        QTimer.singleShot(0, self, lambda: self._arrive(opening, window))

    def _arrive(self, opening: OpeningWindow, window: Any) -> None:  # noqa: ANN401 - its class is loaded late
        """In a turn of its own, so that the first picture answers meanwhile: open the first page, then show both."""
        if self.window is not opening or opening.is_closed:
            window.close()
            return
        try:
            window.open_page(*(opening.wanted or (HOME, None)))
        except Exception as error:  # noqa: BLE001 - as above
            window.desk.close()
            self.show_recovery(opening.folder, error)
            return
        remember_office(opening.folder)
        self._show(window)
        if self.is_attended:
            QTimer.singleShot(0, window, lambda: self._listen(opening.folder, window))
        QTimer.singleShot(_BEFORE_LOOKING_BACK, window, window.look_back)
        QTimer.singleShot(_BEFORE_CHECK, window, lambda: self._look_for_damage(window))
        if self.is_attended:
            window.greet()

    @staticmethod
    def _listen(folder: Path, window: Any) -> None:  # noqa: ANN401 - as above
        """Come to the front when the office is opened once more; Qt's network module is loaded behind the list."""
        raiser = import_module("desktop.ui.raising").Raiser(folder, window)
        window.desk.closing.connect(raiser.close)

    def _look_for_damage(self, window: Any) -> None:  # noqa: ANN401 - its class is loaded late
        """Look through the database beside the window; damage leads to the recovery page."""
        database, path = import_module("desktop.store.database"), window.desk.store.path

        def failed(error: BaseException) -> None:
            if self.window is window:
                self.show_recovery(path.parent, error)

        def work(_progress: object) -> None:
            import_module(ENTRIES["teachers"].module)  # what most first clicks open; a page of records of any entity
            database.prepare_writing()
            import_module("desktop.store.database_file").check_file(path)

        window.desk.jobs.run(tr("核对数据库"), work, failed=failed, quiet=True)

    def _make_window(self, store: Any, opening: OpeningWindow) -> Any:  # noqa: ANN401 - loaded late
        desk = import_module("desktop.ui.desk").Desk(store, self.dialogs)
        desk.crashed.connect(self.guard.tell)
        desk.closing.connect(partial(self.occupation.give_up, store.folder.resolve()))
        make = import_module("desktop.ui.window").MainWindow
        return make(desk, open_other=self.show_start, navigation=opening.give_navigation(), first=None)

    def show_recovery(self, folder: Path, error: BaseException) -> None:
        """The page that always opens, whatever keeps an office from opening."""
        if isinstance(error, DesktopError):
            sentence = error.sentence
        else:
            log_crash(error)
            sentence = tr("打开时程序出错，数据没有改动；请重试，仍不行就恢复最近一份备份，或把诊断信息交给技术人员")
        make: Any = import_module("desktop.ui.recovery").RecoveryWindow
        window = make(folder, sentence, self.dialogs, crash_text)
        window.chosen.connect(self.open_office)
        window.others.connect(self.show_start)
        self._show(window)

    def _show(self, window: QMainWindow) -> None:
        if self._frame is None:
            self._frame = ProgramWindow(SIZE)
        self.window = window
        self.dialogs.parent = window
        self._frame.show_content(window)


def run(office: str | None = None, screenshots: str | None = None) -> int:
    """Open the window and work until it is closed; returns the exit code.

    With `screenshots` nothing is shown: a picture of every page is written to that folder instead.
    """
    if screenshots is not None:
        pictures: Any = import_module("desktop.ui.screenshots")
        os.environ["QT_QPA_PLATFORM"] = pictures.without_display()
    application = make_application()
    app = App()
    folder = Path(office) if office is not None else None
    if screenshots is not None:
        return _take_pictures(app, folder, Path(screenshots))
    app.guard.install()
    app.start(folder)
    if app.window is None:  # the office is open in another window, which is in front now
        return 0
    Collector(application)
    return application.exec()


def wait_for_office(app: App) -> QMainWindow:
    """Work until the first picture has given way to what follows; returns that window."""
    until = time.monotonic() + _LONGEST_OPENING
    while isinstance(app.window, OpeningWindow) and time.monotonic() < until:
        QApplication.processEvents()
        time.sleep(0.005)
    assert app.window is not None
    return app.window


def _take_pictures(app: App, office: Path | None, folder: Path) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    app.is_attended = False
    pictures: Any = import_module("desktop.ui.screenshots")
    known = known_offices()
    app.open_office(office or (known[0] if known else default_home()))
    window = wait_for_office(app)
    if not hasattr(window, "desk"):
        raise RefusedError("没有可以打开的单位，没有图片；请用 --office 指明单位的文件夹")
    written = pictures.shoot(window, folder)
    written += pictures.shoot_start(app.home, folder)
    window.close()
    sys.stdout.write(f"已写出 {len(written)} 张图片到 {folder}\n")
    return 0
