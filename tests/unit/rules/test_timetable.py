"""The backward timetable: clerk.md's own dates, and a year with holidays in the way."""

from datetime import date

from desktop.codes import shipped_holidays
from desktop.rules.timetable import plan_backward
from desktop.rules.workdays import Calendar, Holiday

STEPS = (("学校考评", 5), ("学校公示", 5), ("县级审核", 5), ("县级公示", 5), ("复核", 3), ("再公示", 5))
CALENDAR = Calendar(Holiday(row.day, row.kind) for row in shipped_holidays())


def spans(table):
    return [(f"{step.first:%m-%d}", f"{step.last:%m-%d}") for step in table.steps]


def test_the_year_2026_is_planned_as_the_clerk_plans_it():
    """20 December 2026 is a Sunday: delivered on Friday the 18th, evidence closes on 9 November."""
    table = plan_backward(CALENDAR, date(2026, 12, 20), STEPS)
    assert table.deliver == date(2026, 12, 18)
    assert spans(table) == [
        ("11-10", "11-16"),
        ("11-17", "11-23"),
        ("11-24", "11-30"),
        ("12-01", "12-07"),
        ("12-08", "12-10"),
        ("12-11", "12-17"),
    ]
    assert table.evidence_closes == date(2026, 11, 9)


def test_a_holiday_moves_every_step_before_it():
    """The first week of October 2026 is free: a step before it ends in September."""
    table = plan_backward(CALENDAR, date(2026, 10, 9), (("一", 2), ("二", 1)))
    assert spans(table) == [("09-29", "09-30"), ("10-08", "10-08")]


def test_a_step_begun_too_late_is_told_by_the_days_it_lacks():
    """On 27 November all six steps lack working days, the last four still fit."""
    table = plan_backward(CALENDAR, date(2026, 12, 20), STEPS)
    assert table.missing_workdays(0, date(2026, 11, 27), CALENDAR) == 28 - 15
    assert table.missing_workdays(4, date(2026, 11, 27), CALENDAR) == 0
    assert table.missing_workdays(5, date(2026, 12, 18), CALENDAR) == 5


def test_a_day_belongs_to_the_step_that_covers_it():
    """A weekend inside a step belongs to it; before the first and after the last there is none."""
    table = plan_backward(CALENDAR, date(2026, 12, 20), STEPS)
    assert table.step_at(date(2026, 11, 14)).name == "学校考评"
    assert table.step_at(date(2026, 11, 9)) is None
    assert table.step_at(date(2026, 12, 18)) is None
