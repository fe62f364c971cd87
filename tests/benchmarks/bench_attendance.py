"""The attendance of 300 people in 40 sessions in the window: how long it stands still, and how soon the grid is there.

So it is for the first opening of every other tab of the class.

The pauses are measured as `bench_pauses` does: a timer beats in the window's thread, and the floor is 50 ms and what
other programs take from the idle window. The grid is there within ten times the bare reading of its rows.
"""

import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.app import make_application
from desktop.queries.policies import Policies
from desktop.queries.training.roll import attendance_roll
from desktop.store import Store
from desktop.ui.collector import Collector
from desktop.ui.desk import Desk
from desktop.ui.training.attendance_model import FIRST
from desktop.ui.training.pieces import PIECES
from desktop.ui.window import MainWindow
from tests.benchmarks.bench_pauses import ALLOWED, IDLE, Pulse, wait
from tests.benchmarks.bench_training import bare_grid
from tests.benchmarks.measurement import Measurement
from tests.builders import make_office
from tests.builders_training import make_class, mark_all

PEOPLE: Final = 300
SESSIONS: Final = 40
REPEATS: Final = 3
_KEYS: Final = 20


def measure() -> list[Measurement]:
    """The longest pauses while the grid opens, is moved through and typed into; the time of its query."""
    folder = Path(tempfile.mkdtemp(prefix="bench-attendance-"))
    os.environ["COUNTY_DESK_SETTINGS"] = str(folder / "settings")
    collector = Collector(make_application())
    try:
        store = make_office(folder / "office")
        uid = _fill(store)
        query = _query(store, uid)
        runs = [_run(store.folder, uid) for _ in range(REPEATS)]
    finally:
        collector.end()
        shutil.rmtree(folder)
    names = (
        "the grid is opened",
        "the grid is moved through",
        "the grid is typed into",
        "a session is entered by exception",
        "any other tab is first opened",
    )
    best = [min(run[place] for run in runs) for place in range(len(names))]
    floor = ALLOWED + min(run[-1] for run in runs)
    found = [
        Measurement(f"longest pause while {name} ({PEOPLE}×{SESSIONS})", figure, floor, figure / floor, 1)
        for name, figure in zip(names, best, strict=True)
    ]
    return [query, *found]


def _fill(store: Store) -> str:
    made = make_class(store, hours=[(0, "4.0")] * SESSIONS, people=PEOPLE)
    codes = ["1"] * 45 + ["7", "9", "1", "3", "5"]
    marks = [[(codes[(number * 7 + each * 3) % 50], None) for each in range(PEOPLE)] for number in range(SESSIONS)]
    mark_all(store, made, marks)
    store.close()
    return made.uid


def _query(store: Store, uid: str) -> Measurement:
    store = Store.open(store.folder)

    def read() -> object:
        with store.read() as session:
            return attendance_roll(session, Policies(session), uid)

    floor_work = bare_grid(store, uid)
    figure, floor = min(_seconds(read) for _ in range(5)), min(_seconds(floor_work) for _ in range(5))
    store.close()
    return Measurement(f"grid of {PEOPLE}×{SESSIONS} read", figure, floor, figure / floor, 10)


def _seconds(work: Any) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def _run(folder: Path, uid: str) -> tuple[float, ...]:
    """The longest pauses of one visit, from the click on the tab, and of the idle window."""
    store = Store.open(folder)
    window = MainWindow(Desk(store))
    window.resize(1366, 768)
    window.show()
    window.open_page("training", uid)
    wait(lambda: not window.desk.jobs.running)
    page: Any = window.pages["training"]
    tabs = max(_first_opened(window, title) for title, _make in PIECES if title != "签到与缺勤")
    pulse = Pulse()
    piece = page.class_desk.open("签到与缺勤")
    wait(lambda: bool(piece.model.people) and not window.desk.jobs.running)
    opened = pulse.take()
    cells = piece.grid.cells
    piece.grid.go(0, FIRST)
    for number in range(PEOPLE - 1):
        QTest.keyClick(cells, Qt.Key.Key_Down if number % 8 else Qt.Key.Key_Right)
        wait(lambda: True)
    moved = pulse.take()
    for number in range(_KEYS):
        QTest.keyClick(cells, "CZBSGK"[number % 6])
        end = time.monotonic() + 0.05
        wait(lambda end=end: time.monotonic() > end)
    wait(lambda: not window.desk.jobs.running)
    typed = pulse.take()
    piece.bar.line.setText("3 17 22 31 48")
    piece.bar.take()
    wait(lambda: not window.desk.jobs.running)
    entered = pulse.take()
    end = time.monotonic() + IDLE
    wait(lambda: time.monotonic() > end)
    idle = pulse.take()
    window.close()
    window.deleteLater()
    return opened, moved, typed, entered, tabs, idle


def _first_opened(window: MainWindow, title: str) -> float:
    """The longest pause while a tab is made, placed and filled."""
    page: Any = window.pages["training"]
    pulse = Pulse()
    piece = page.class_desk.open(title)
    wait(lambda: piece.is_ready.is_set() and not window.desk.jobs.running)
    return pulse.take()
