"""The people of one class as the window lists them, read without the rest of the office; and the rows of its sheets."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from desktop.models import Course, Employment, School, Teacher, TrainingClass, TrainingSession
from desktop.models.base import Content
from desktop.queries.people import EMPLOYED, schools_from
from desktop.queries.policies import Policies
from desktop.queries.training.classes import sheet_of, trainees_of
from desktop.queries.training.grid import Grid, class_grid
from desktop.queries.training.sheet_rows import with_newcomers
from desktop.rules.absence import Mark
from desktop.store.records import Stored, load, load_one
from desktop.store.scan import scan


@dataclass(frozen=True, slots=True)
class Listed:
    """One trainee: enrolment, number in the class, name, unit, teacher ("" for a walk-in), what was registered."""

    uid: str
    number: int | None
    name: str
    unit: str
    teacher: str
    content: Content

    @property
    def text(self) -> str:
        """The name with the number before it."""
        return f"{self.number} {self.name}" if self.number is not None else self.name


def class_roll(session: Session, uid: str, day: date | None = None) -> list[Listed]:
    """The trainees of a class by number; units are those of `day`, of the first day of the class if not given."""
    return roll_of(session, trainees_of(session, uid), day or _first_day(session, uid))


def roll_of(session: Session, records: Collection[Stored], day: date) -> list[Listed]:
    """Trainees with the names and units of their teachers, of the day."""
    people = [record.content["teacher"] for record in records if "teacher" in record.content]
    names = {each.uid: each.content["name"] for each in scan(session, Teacher, ("name",), people)}
    employments = (each.content for each in scan(session, Employment, EMPLOYED, people, by="teacher"))
    schools = {uid: record.content for uid, record in load(session, School).items()}
    school_of = schools_from(employments, schools, day)
    found = []
    for record in records:
        content = record.content
        who = content.get("teacher", "")
        name = names.get(who) or content.get("written_name", "")
        unit = schools.get(school_of.get(who, ""), {}).get("name") or content.get("written_unit", "")
        found.append(Listed(record.uid, content.get("number"), name, unit, who, content))
    return found


def _first_day(session: Session, uid: str) -> date:
    record = load_one(session, TrainingClass, uid)
    start = record.content.get("start") if record is not None else None
    return date.fromisoformat(start) if start else date.today()  # noqa: DTZ011 - an office's own clock


@dataclass(frozen=True, slots=True)
class AttendanceRoll:
    """What the attendance page of a class shows: its grid, the people of its rows, the courses' names, the class."""

    grid: Grid
    people: list[Listed]
    courses: dict[str, str]
    content: Content
    pending: int
    """How many marks are 待核."""


def sheet_rows(session: Session, lesson_uid: str) -> dict[int, str]:
    """The trainee (enrolment) of each row number on the sheet of a session, as it is or would be printed now.

    Raises RefusedError for a class without trainees.
    """
    lesson = load_one(session, TrainingSession, lesson_uid)
    if lesson is None:
        return {}
    content = with_newcomers(session, lesson, sheet_of(session, lesson_uid))
    return {line["row"]: line["enrolment"] for line in content.get("marks", ())}


def attendance_roll(session: Session, policies: Policies, uid: str) -> AttendanceRoll:
    """Grid, people and courses of one class."""
    grid = class_grid(session, policies, uid)
    record = load_one(session, TrainingClass, uid)
    taught = {each.content["course"] for each in grid.sessions if "course" in each.content}
    courses = {each: stored.content["name"] for each, stored in load(session, Course, taught).items()}
    people = roll_of(session, grid.trainees, _first_day(session, uid))
    pending = sum(cell.mark == Mark.PENDING for cell in grid.cells.values())
    return AttendanceRoll(grid, people, courses, record.content if record is not None else {}, pending)
