"""Builders of training: a class with courses, sessions and trainees, and its marks and scores as packed contents."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from desktop.models import (
    Course,
    Enrolment,
    ScoreSheet,
    SignInSheet,
    Teacher,
    TrainingClass,
    TrainingSession,
)
from desktop.models.base import Content
from desktop.queries.policies import Policies
from desktop.queries.training.results import class_results
from desktop.rules.absence import Mark
from desktop.services.training.sheets import enter_exceptions
from desktop.store import Store
from tests.builders import add, add_all, class_content, contents_of, course_content, session_content, teacher_content


@dataclass
class MadeClass:
    """A class with the uids of what belongs to it."""

    uid: str
    courses: list[str]
    sessions: list[str]
    trainees: list[str]
    teachers: list[str] = field(default_factory=list)


def make_class(
    store: Store,
    *,
    courses: Sequence[tuple[str, str]] = (("课程标准解读", "120.0"),),
    hours: Sequence[tuple[int, str]] = (),
    people: int = 1,
    graded: bool = False,
    class_hours: str = "260.0",
    **values: object,
) -> MadeClass:
    """A class; `courses` are (name, hours), `hours` one (place of the course, hours) for each session, a day each."""
    uid = add(store, TrainingClass, class_content(hours=class_hours, **values))
    contents = [
        course_content(uid, name=name, hours=each, order=place, is_graded=int(graded))
        for place, (name, each) in enumerate(courses, 1)
    ]
    made = add_all(store, Course, contents)
    sessions = [
        session_content(uid, course=made[place], hours=each, date=f"2026-{7 + day // 28:02d}-{day % 28 + 1:02d}")
        for day, (place, each) in enumerate(hours)
    ]
    start = 1 + len(contents_of(store, Teacher))
    teachers = add_all(store, Teacher, [teacher_content(number) for number in range(start, start + people)])
    enrolments = [{"training_class": uid, "number": n, "teacher": who} for n, who in enumerate(teachers, 1)]
    return MadeClass(
        uid, made, add_all(store, TrainingSession, sessions), add_all(store, Enrolment, enrolments), teachers
    )


def sheet_content(session: str, marks: Iterable[tuple[str, str | None, str | None]]) -> Content:
    """A filled sheet; `marks` are (enrolment, mark, hours missed)."""
    lines = [
        {"row": row, "enrolment": who, "mark": mark, "hours": hours} for row, (who, mark, hours) in enumerate(marks, 1)
    ]
    return {"session": session, "entered_on": "2026-07-31", "marks": lines}


def mark_all(store: Store, made: MadeClass, marks: Sequence[Sequence[tuple[str, str | None]]]) -> None:
    """Sheets of all sessions: for each session a (mark, hours missed) for each trainee."""
    add_all(
        store,
        SignInSheet,
        [
            sheet_content(session, [(who, *mark) for who, mark in zip(made.trainees, row, strict=True)])
            for session, row in zip(made.sessions, marks, strict=True)
        ],
    )


def score(store: Store, made: MadeClass, part: str, points: Sequence[str | None], course: str | None = None) -> str:
    """A score sheet with points for each trainee."""
    lines = [{"enrolment": who, "points": each} for who, each in zip(made.trainees, points, strict=True)]
    content = {"training_class": made.uid, "part": part, "course": course, "date": "2026-07-30", "scores": lines}
    return add(store, ScoreSheet, {name: value for name, value in content.items() if value is not None})


def results_of(store: Store, uid: str):
    """The results of the trainees of a class, by number."""
    with store.read() as session:
        return class_results(session, Policies(session), uid).trainees


def enter_absence(session: Session, lesson: str, rows: Iterable[int], *, day: date) -> int:
    """Enter one session: these rows were not there and are 待核, all others were; returns how many are absent."""
    return enter_exceptions(session, lesson, dict.fromkeys(rows, str(Mark.PENDING)), day=day)
