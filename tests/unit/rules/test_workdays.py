"""Working days by the State Council's tables 2019–2026."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from desktop.codes import shipped_calendar, shipped_holidays
from desktop.rules.workdays import Calendar, Holiday

VECTORS = [
    ("2020-11-06", "2020-11-12", "2020-11-13"),
    ("2021-05-08", "2021-05-13", "2021-05-14"),
    ("2025-09-26", "2025-10-09", "2025-10-10"),
    ("2025-12-31", "2026-01-07", "2026-01-08"),
    ("2026-02-12", "2026-02-25", "2026-02-26"),
    ("2026-04-30", "2026-05-09", "2026-05-11"),
    ("2026-06-17", "2026-06-24", "2026-06-25"),
    ("2026-09-18", "2026-09-23", "2026-09-24"),
    ("2026-09-24", "2026-10-08", "2026-10-09"),
    ("2026-09-30", "2026-10-12", "2026-10-13"),
    ("2026-12-18", "2026-12-24", "2026-12-25"),
    ("2026-09-19", "2026-09-24", "2026-09-24"),
]


@pytest.mark.parametrize(("start", "inclusive", "strict"), VECTORS)
def test_end(start, inclusive, strict):
    """The vectors of domain §6.3 hold in both modes."""
    calendar = shipped_calendar()
    assert calendar.end(date.fromisoformat(start), 5, inclusive=True) == date.fromisoformat(inclusive)
    assert calendar.end(date.fromisoformat(start), 5, inclusive=False) == date.fromisoformat(strict)


@pytest.mark.parametrize(
    ("year", "days"),
    [(2019, 250), (2020, 249), (2021, 250), (2022, 249), (2023, 249), (2024, 251), (2025, 248), (2026, 248)],
)
def test_days_of_a_year(year, days):
    """The working days per year of domain §6.2 hold."""
    assert shipped_calendar().count(date(year, 1, 1), date(year, 12, 31)) == days


@given(some.dates(date(2019, 1, 1), date(2026, 10, 1)), some.integers(1, 40), some.booleans())
def test_back_undoes_end(start, count, inclusive):
    """Counting back from an end never asks for a start later than needed, and ends on the same day."""
    calendar = shipped_calendar()
    end = calendar.end(start, count, inclusive=inclusive)
    latest = calendar.back(end, count, inclusive=inclusive)
    assert latest >= start
    assert calendar.end(latest, count, inclusive=inclusive) == end


def test_count_of_nothing():
    """A span that ends before it begins has no working days."""
    assert shipped_calendar().count(date(2026, 3, 2), date(2026, 3, 1)) == 0


def test_latest_workday():
    """20 December 2026 is a Sunday: the last working day before is the 18th (domain AS-3)."""
    assert shipped_calendar().latest_workday(date(2026, 12, 20)) == date(2026, 12, 18)
    assert shipped_calendar().latest_workday(date(2026, 12, 18)) == date(2026, 12, 18)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2027-05-01", False),
        ("2027-05-03", True),
        ("2027-10-01", False),
        ("2027-01-01", False),
        ("2027-01-02", False),
        ("2027-01-04", True),
    ],
)
def test_unknown_year(day, works):
    """Without a notice weekends and fixed holidays are off."""
    assert shipped_calendar().is_workday(date.fromisoformat(day)) is works


def test_second_of_may_since_2025():
    """2 May is a holiday since the rules of 2024-11-10."""
    empty = Calendar(())
    assert not empty.is_workday(date(2028, 5, 2))
    assert empty.is_workday(date(2023, 5, 2))


def test_warning():
    """A period that touches a year without notice warns and names the year."""
    calendar = shipped_calendar()
    assert "2027年" in calendar.warning(date(2026, 12, 28), date(2027, 1, 5))
    assert calendar.warning(date(2026, 1, 1), date(2026, 12, 31)) == ""


def test_known_years():
    """The December before belongs to the next year's notice and makes its own year not known."""
    assert shipped_calendar().known_years == frozenset(range(2019, 2027))


def test_later_rows_replace():
    """A corrected row of one day wins."""
    day = date(2026, 9, 19)
    assert Calendar((*shipped_holidays(), Holiday(day, "work"))).is_workday(day)


def test_a_period_has_a_day():
    """A period of no days is a bug of the caller."""
    with pytest.raises(ValueError, match="at least one"):
        shipped_calendar().end(date(2026, 1, 5), 0, inclusive=True)
