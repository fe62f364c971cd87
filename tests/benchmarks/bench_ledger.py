"""The ledger of hours of 100,000 teachers: how long its query takes, and how long the window stands still meanwhile.

The pauses are measured as `bench_pauses` does: a timer beats in the window's thread, and the floor is 50 ms and what
other programs take from the idle window.
"""

import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.app import make_application
from desktop.models import HoursEntry, Teacher
from desktop.queries.policies import Policies
from desktop.queries.training.ledger_list import ledger_list
from desktop.store import Store
from desktop.store.bulk import without_collector
from desktop.ui.collector import Collector
from desktop.ui.desk import Desk
from desktop.ui.training.ledger_accounts import SHOWN
from desktop.ui.window import MainWindow
from tests.benchmarks.bench_pauses import ALLOWED, IDLE, Pulse, wait
from tests.benchmarks.big_office import make_big_office
from tests.benchmarks.measurement import Measurement
from tests.builders import add_all, contents_of

PEOPLE: Final = 100_000
YEAR: Final = 2026
_FLOOR: Final = (
    "SELECT uid, name, id_number, teaching_start_month, work_start_month FROM teachers WHERE deleted_at IS NULL",
    'SELECT teacher, school, kind, start, "end" FROM employments WHERE deleted_at IS NULL',
    "SELECT uid, teacher, year, activity, kind, level, field, hours, date FROM hours_entries WHERE deleted_at IS NULL",
)


def measure() -> list[Measurement]:
    """The query beside the bare reading of its rows; the longest pauses of the page."""
    folder = Path(tempfile.mkdtemp(prefix="bench-ledger-"))
    os.environ["COUNTY_DESK_SETTINGS"] = str(folder / "settings")
    collector = Collector(make_application())
    try:
        store = make_big_office(folder / "office", PEOPLE)
        with without_collector():
            _fill(store)
        query = _query(store)
        store.close()
        run = _run(folder / "office")
    finally:
        collector.end()
        shutil.rmtree(folder)
    names = ("opened", "searched", "filtered", "gone through", "read anew")
    floor = ALLOWED + run[-1]
    return [
        query,
        *(
            Measurement(f"longest pause while the ledger of {PEOPLE} is {name}", figure, floor, figure / floor, 1)
            for name, figure in zip(names, run, strict=False)
        ),
    ]


def _fill(store: Store) -> None:
    """Two entries a person, of this year and the last."""
    people = list(contents_of(store, Teacher))
    entries = [
        {
            "teacher": teacher,
            "year": year,
            "activity": f"继续教育{year}",
            "kind": str(number % 3 + 1),
            "hours": f"{30 + number % 60}.0",
            "date": f"{year}-07-{number % 28 + 1:02d}",
        }
        for number, teacher in enumerate(people)
        for year in (YEAR - 1, YEAR)
    ]
    add_all(store, HoursEntry, entries)


def _query(store: Store) -> Measurement:
    def read() -> object:
        with store.read() as session:
            return ledger_list(session, Policies(session), YEAR)

    def bare() -> object:
        with closing(sqlite3.connect(store.path)) as connection:
            return [connection.execute(query).fetchall() for query in _FLOOR]

    with without_collector():
        figure, floor = (min(_seconds(work) for _ in range(2)) for work in (read, bare))
    return Measurement(f"ledger of {PEOPLE} teachers read", figure, floor, figure / floor, 10)


def _seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def _run(folder: Path) -> tuple[float, ...]:
    """The longest pauses of one visit, and of the idle window."""
    store = Store.open(folder)
    window = MainWindow(Desk(store))
    window.desk.set_year(YEAR)
    window.resize(1366, 768)
    window.show()
    wait(lambda: not window.desk.jobs.running)
    page: Any = window.page("ledger")
    pulse = Pulse()
    window.open_page("ledger")
    wait(lambda: not window.desk.jobs.running)
    opened = pulse.take()
    for letter in "wang":
        QTest.keyClick(page.search, letter)
        wait(lambda: not window.desk.jobs.running)
    for _ in "wang":
        QTest.keyClick(page.search, Qt.Key.Key_Backspace)
        wait(lambda: not window.desk.jobs.running)
    searched = pulse.take()
    for number in range(len(SHOWN)):
        page.shown.setCurrentIndex(number)
        page.shown.activated.emit(number)
        wait(lambda: not window.desk.jobs.running)
    page.shown.setCurrentIndex(0)
    page.shown.activated.emit(0)
    filtered = pulse.take()
    for _ in range(40):
        QTest.keyClick(page.table, Qt.Key.Key_Down)
        wait(lambda: True)
    wait(lambda: not window.desk.jobs.running)
    moved = pulse.take()
    page.reload()
    wait(lambda: not window.desk.jobs.running)
    renewed = pulse.take()
    end = time.monotonic() + IDLE
    wait(lambda: time.monotonic() > end)
    idle = pulse.take()
    window.close()
    window.deleteLater()
    return opened, searched, filtered, moved, renewed, idle
