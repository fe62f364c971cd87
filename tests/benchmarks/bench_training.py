"""48 classes × 60 sessions × 28 people, some 80,000 marks, beside the bare SQL that touches the same rows.

The floor of the grid reads the rows of one class, that of the statistics groups all marks by trainee, course and mark.
"""

import gc
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path

from desktop.models import Course, Enrolment, ScoreSheet, SignInSheet, Teacher, TrainingClass, TrainingSession
from desktop.queries.policies import Policies
from desktop.queries.training.grid import class_grid
from desktop.queries.training.statistics import statistics
from desktop.store import Store
from tests.benchmarks.measurement import Measurement
from tests.builders import add_all, class_content, course_content, make_office, session_content, teacher_content
from tests.builders_training import sheet_content

CLASSES, SESSIONS, PEOPLE, COURSES = 48, 60, 28, 6
REPEATS = 15
_SESSIONS = "SELECT * FROM sessions WHERE training_class = ? AND deleted_at IS NULL ORDER BY date, half, starts"
_TRAINEES = "SELECT * FROM enrolments WHERE training_class = ? AND deleted_at IS NULL ORDER BY number"
_GRID = """
SELECT s.uid, s.course, s.state, s.hours, h.entered_on, m.row, m.enrolment, m.mark, m.hours, m.note FROM sessions s
JOIN sign_in_sheets h ON h.session = s.uid JOIN sheet_marks m ON m.record_uid = h.uid
WHERE s.training_class = ? AND s.deleted_at IS NULL AND h.deleted_at IS NULL ORDER BY s.date, s.half, m.row
"""
_ALL = """
SELECT m.enrolment, s.course, m.mark, count(*), sum(CAST(replace(s.hours, '.', '') AS INTEGER)) FROM sheet_marks m
JOIN sign_in_sheets h ON h.uid = m.record_uid JOIN sessions s ON s.uid = h.session
WHERE h.deleted_at IS NULL AND s.deleted_at IS NULL AND m.mark IS NOT NULL GROUP BY m.enrolment, s.course, m.mark
"""


def measure() -> list[Measurement]:
    """Seconds of the processor for the grid of one class and of the statistics over all, with their floors."""
    folder = Path(tempfile.mkdtemp(prefix="bench-training-"))
    try:
        store, classes = make_training(folder / "office")
        found = [
            _measured(
                f"grid of one class of {SESSIONS}×{PEOPLE}", _grid(store, classes[0]), bare_grid(store, classes[0]), 5
            ),
            _measured(f"statistics over {CLASSES * SESSIONS * PEOPLE} marks", _statistics(store), bare_grid(store), 3),
        ]
        store.close()
        return found
    finally:
        shutil.rmtree(folder)


def _grid(store: Store, uid: str) -> Callable[[], object]:
    def work() -> object:
        with store.read() as session:
            return class_grid(session, Policies(session), uid)

    return work


def _statistics(store: Store) -> Callable[[], object]:
    def work() -> object:
        with store.read() as session:
            return statistics(session, Policies(session), by="site", day=date(2026, 8, 1))

    return work


def bare_grid(store: Store, uid: str = "") -> Callable[[], object]:
    """The bare statements for one class, or for all."""

    def work() -> object:
        with closing(sqlite3.connect(store.path)) as connection:
            if not uid:
                return connection.execute(_ALL).fetchall()
            return [connection.execute(query, (uid,)).fetchall() for query in (_SESSIONS, _TRAINEES, _GRID)]

    return work


def _measured(name: str, work: Callable[[], object], floor: Callable[[], object], limit: float) -> Measurement:
    """The best of some runs of both, each beside the other, in seconds of the processor: the machine may be busy."""
    work()
    floor()
    pairs = [(_seconds(work), _seconds(floor)) for _ in range(REPEATS)]
    figure, least = min(first for first, _ in pairs), min(second for _, second in pairs)
    return Measurement(name, figure, least, figure / least, limit)


def _seconds(work: Callable[[], object]) -> float:
    gc.collect()
    start = time.process_time()
    work()
    return time.process_time() - start


def make_training(folder: Path) -> tuple[Store, list[str]]:
    """The classes with their courses, sessions, trainees, filled sheets and scores."""
    store = make_office(folder)
    teachers = add_all(
        store, Teacher, [teacher_content(n, id_number=None, name=f"学员{n}") for n in range(CLASSES * PEOPLE)]
    )
    words = [{"name": f"培训{n + 1}班", "code": f"Y{n + 1:02d}", "site": f"第{n % 16 + 1}点"} for n in range(CLASSES)]
    classes = add_all(store, TrainingClass, [class_content(hours="240.0", **each) for each in words])
    for place, uid in enumerate(classes):
        courses = add_all(store, Course, [course_content(uid, name=f"课程{n}", hours="40.0") for n in range(COURSES)])
        own = teachers[place * PEOPLE : (place + 1) * PEOPLE]
        enrolments = [{"training_class": uid, "number": n, "teacher": who} for n, who in enumerate(own, 1)]
        trainees = add_all(store, Enrolment, enrolments)
        days = [f"2026-{7 + n // 56:02d}-{n // 2 % 28 + 1:02d}" for n in range(SESSIONS)]
        sessions = add_all(
            store,
            TrainingSession,
            [
                session_content(uid, date=day, half=str(n % 2 + 1), course=courses[n % COURSES])
                for n, day in enumerate(days)
            ],
        )
        add_all(store, SignInSheet, [sheet_content(each, _marks(trainees, n)) for n, each in enumerate(sessions)])
        scores = [{"enrolment": who, "points": f"{60 + n}.0"} for n, who in enumerate(trainees)]
        add_all(store, ScoreSheet, [{"training_class": uid, "part": "2", "scores": scores}])
    return store, classes


def _marks(trainees: list[str], session: int) -> list[tuple[str, str, None]]:
    """One in twenty is away, one in forty late."""
    codes = ["1"] * 37 + ["5", "9", "2"]
    return [(who, codes[(session * 7 + place * 3) % 40], None) for place, who in enumerate(trainees)]
