"""How long the window stands still while 3,000 rows are read, weighed, shown, scrolled and saved beside it.

A timer beats every 5 ms in the window's thread; the figure is the longest time between two beats. The floor is what the
issue allows, 50 ms, and what other programs on the machine take from the same window while it has nothing to do. The
best of some runs counts.
"""

import os
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from desktop.app import make_application
from desktop.ui.collector import Collector
from desktop.ui.desk import Desk
from desktop.ui.window import MainWindow
from tests.benchmarks.measurement import Measurement
from tests.builders import make_office
from tests.builders_rosters import person, write_roster

ROWS: Final = 3_000
REPEATS: Final = 3
ALLOWED: Final = 0.050
_BEAT: Final = 5
IDLE: Final = 1.5


class Pulse:
    """Beats in the window's thread and keeps the longest time between two beats, in seconds."""

    def __init__(self) -> None:
        self.longest = 0.0
        self._last = time.perf_counter()
        self._timer = QTimer()
        self._timer.timeout.connect(self._beat)
        self._timer.start(_BEAT)

    def _beat(self) -> None:
        now = time.perf_counter()
        self.longest = max(self.longest, now - self._last)
        self._last = now

    def take(self) -> float:
        """The longest pause since the last call."""
        self._beat()
        longest, self.longest = self.longest, 0.0
        return longest


def measure() -> list[Measurement]:
    """The longest pauses while planning, scrolling and saving."""
    folder = Path(tempfile.mkdtemp(prefix="bench-pauses-"))
    os.environ["COUNTY_DESK_SETTINGS"] = str(folder / "settings")
    collector = Collector(make_application())
    path = write_roster(folder / "名册.xlsx", [_person(number) for number in range(ROWS)])
    try:
        runs = [_run(folder / str(number), path) for number in range(REPEATS)]
    finally:
        collector.end()
        shutil.rmtree(folder)
    names = ("read and weighed", "scrolled through", "saved")
    best = [min(run[place] for run in runs) for place in range(len(names))]
    floor = ALLOWED + min(run[-1] for run in runs)
    return [
        Measurement(f"longest pause of the window while {ROWS} rows are {name}", figure, floor, figure / floor, 1)
        for name, figure in zip(names, best, strict=True)
    ]


def _person(number: int) -> dict[str, Any]:
    birth = f"{1965 + number // 900:04d}{number % 12 + 1:02d}{number % 27 + 1:02d}"
    return person(f"王{chr(0x4E00 + number)}", birth, 100 + number % 900)


def _run(folder: Path, path: Path) -> tuple[float, float, float, float]:
    """The longest pauses of one import, from the first look at the file to the saved Act, and of the idle window."""
    store = make_office(folder)
    window = MainWindow(Desk(store))
    window.show()
    window.open_page("import")
    wait(lambda: not window.desk.jobs.running)
    page: Any = window.pages["import"]
    pulse = Pulse()
    page.read([path])
    wait(lambda: page.trial is not None and not window.desk.jobs.running)
    planned = pulse.take()
    bar = page.view.table.verticalScrollBar()
    for place in range(0, bar.maximum(), 37):
        bar.setValue(place)
        QApplication.processEvents()
    scrolled = pulse.take()
    page.confirm()
    wait(lambda: page.act is not None and not window.desk.jobs.running)
    saved = pulse.take()
    end = time.monotonic() + IDLE
    wait(lambda: time.monotonic() > end)
    idle = pulse.take()
    window.close()
    window.deleteLater()
    return planned, scrolled, saved, idle


def wait(is_done: Callable[[], bool]) -> None:
    """Let the window work until something is done, at least once."""
    QApplication.processEvents()
    while not is_done():
        QApplication.processEvents()
        time.sleep(0.001)
