"""The window in tests: offscreen, a fresh sample-like office, questions answered by the test, Qt's warnings fail."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from desktop.app import make_application
from desktop.queries.offices import use_local_words
from desktop.store import Store
from desktop.ui.desk import Desk
from desktop.ui.dialogs import Dialogs, Request, Wish
from desktop.ui.theme import theme
from desktop.ui.window import MainWindow
from tests.builders import make_office


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A warning of Qt is a fault of ours, but for the one that the offscreen platform always gives."""
    for item in items:
        if "tests/ui" in str(item.path).replace("\\", "/"):
            item.add_marker(pytest.mark.qt_log_level_fail("WARNING"))
            item.add_marker(pytest.mark.qt_log_ignore("propagateSizeHints"))


class Answers(Dialogs):
    """Gives prepared answers in turn and keeps every question; an unprepared question closes as it would by Escape."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[Request] = []
        self.prepared: list[Any] = []
        self.answer = self._answer

    def _answer(self, request: Request) -> Any:
        self.asked.append(request)
        if request.wish is Wish.CHOICE and len(request.buttons) == 1:
            return request.buttons[0]
        if self.prepared:
            return self.prepared.pop(0)
        return request.on_escape if request.wish is Wish.CHOICE else None


@pytest.fixture(scope="session")
def qapp() -> QApplication:
    return make_application()


@pytest.fixture(autouse=True)
def words_as_shipped() -> Iterator[None]:
    """A desk that a test leaves open calls levels by its office's words; the next test does not."""
    yield
    use_local_words(None)


@pytest.fixture
def dialogs() -> Answers:
    return Answers()


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setenv("COUNTY_DESK_SETTINGS", str(tmp_path / "settings"))
    return make_office(tmp_path / "office")


@pytest.fixture
def open_window(qtbot: Any, office: Store, dialogs: Answers) -> Iterator[Callable[[], MainWindow]]:
    """Open the window once the test has filled the office; closed at the end."""
    opened: list[MainWindow] = []

    def opening() -> MainWindow:
        theme.percent = 100
        theme.apply()
        desk = Desk(office, dialogs)
        crashes: list[BaseException] = []
        desk.crashed.connect(crashes.append)
        window = MainWindow(desk)
        window.crashes = crashes  # type: ignore[attr-defined]
        window.resize(1366, 768)
        window.show()
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow)
        opened.append(window)
        settle(qtbot, window)
        return window

    yield opening
    for window in opened:
        settle(qtbot, window)
        window.pages[window.current].may_leave = lambda: True  # type: ignore[method-assign]
        window.close()
        window.deleteLater()
        assert not window.crashes  # type: ignore[attr-defined]


def settle(qtbot: Any, window: MainWindow) -> None:
    """Wait until no Job runs and what they brought is shown."""
    qtbot.waitUntil(lambda: not window.desk.jobs.running, timeout=20_000)
    qtbot.wait(20)
    qtbot.waitUntil(lambda: not window.desk.jobs.running, timeout=20_000)
