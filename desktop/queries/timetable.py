"""The office's backward timetable of a year, from its policies and holidays."""

from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from desktop.models import Holiday
from desktop.queries.offices import COUNTY_TIER, own_office, tier_words
from desktop.queries.policies import Policies
from desktop.rules import workdays
from desktop.rules.timetable import Timetable, plan_backward
from desktop.store.records import load

DEADLINE: Final = "assess.deadline"
_PUBLICITY: Final = "publicity.min_workdays"


def calendar_of(session: Session) -> workdays.Calendar:
    """The calendar of working days that the office's holidays make."""
    contents = (record.content for record in load(session, Holiday).values())
    return workdays.Calendar(workdays.Holiday(date.fromisoformat(each["date"]), each["kind"]) for each in contents)


def timetable_of(session: Session, year: int, calendar: workdays.Calendar) -> Timetable:
    """The steps of a year's submission. Raises RefusedError where a policy is missing."""
    policies = Policies(session)
    level = tier_words(own_office(session))[COUNTY_TIER]
    steps = (
        ("学校考评", policies.value("schedule.assessment_workdays", year)),
        ("学校公示", policies.value(_PUBLICITY, year)),
        (f"{level}审核", policies.value("schedule.review_workdays", year)),
        (f"{level}公示", policies.value(_PUBLICITY, year)),
        ("异议复核", policies.value("schedule.recheck_workdays", year)),
        ("复核后再公示", policies.value(_PUBLICITY, year)),
    )
    month, _, day = str(policies.value(DEADLINE, year)).partition("-")
    return plan_backward(calendar, date(year, int(month), int(day)), steps)
