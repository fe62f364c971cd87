"""The courses of a class as its page lists them, with the hours that the timetable already gives to each."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from desktop.models.base import Content
from desktop.queries.directory import Directory
from desktop.queries.policies import Policies
from desktop.queries.training.classes import courses_of, is_held, sessions_of
from desktop.queries.training.timetable import PlanCheck, check_plan
from desktop.rules.hours import tenths
from desktop.store.records import Stored


@dataclass(frozen=True, slots=True)
class CourseRow:
    """One course and the tenths of an hour that sessions are planned for."""

    stored: Stored
    scheduled: int

    @property
    def hours(self) -> int:
        """Its hours, in tenths."""
        return tenths(self.stored.content["hours"])


@dataclass(frozen=True, slots=True)
class CoursePlan:
    """All courses of a class in their order, what they add up to, and the names that their form shows."""

    courses: tuple[CourseRow, ...]
    check: PlanCheck
    names: Directory


def course_plan(session: Session, uid: str, *, typed: Mapping[str, Content] | None = None) -> CoursePlan:
    """The courses of a class; `typed` as for `check_plan`."""
    names = Directory(session)
    scheduled = scheduled_hours(session, uid)
    rows = tuple(CourseRow(each, scheduled.get(each.uid, 0)) for each in courses_of(session, uid))
    return CoursePlan(rows, check_plan(session, Policies(session), names, uid, typed=typed), names)


def scheduled_hours(session: Session, uid: str) -> dict[str, int]:
    """Tenths of an hour that the sessions of a class hold which take place, by course."""
    found: dict[str, int] = defaultdict(int)
    for each in sessions_of(session, uid):
        if is_held(each) and "course" in each.content:
            found[each.content["course"]] += tenths(each.content["hours"])
    return found
