"""Terms, whole years and runs of qualified years."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from desktop.rules.terms import (
    Period,
    add_years,
    age,
    assess_years,
    consecutive_years,
    continuous_years,
    in_term,
    service_years,
    term_end,
    touched_years,
    whole_years,
)

QUALIFIED = frozenset({"优秀", "良好", "合格"})


@pytest.mark.parametrize(
    ("start", "years", "end"),
    [
        (date(2026, 3, 15), 3, date(2029, 3, 14)),
        (date(2010, 3, 15), 3, date(2013, 3, 14)),
        (date(2024, 2, 29), 3, date(2027, 2, 28)),
        (date(2024, 2, 29), 4, date(2028, 2, 28)),
        (date(2023, 3, 1), 1, date(2024, 2, 29)),
        (date(2022, 9, 1), 5, date(2027, 8, 31)),
        (date(2026, 1, 1), 3, date(2028, 12, 31)),
    ],
)
def test_term_end(start, years, end):
    """A term ends the day before the corresponding day; without one on 28 February (domain BB-5)."""
    assert term_end(start, years) == end


@given(some.dates(date(1950, 1, 1), date(2080, 1, 1)), some.integers(1, 5))
def test_terms_do_not_overlap(start, years):
    """A term ends before the corresponding day and at most a day before it."""
    end = term_end(start, years)
    assert 365 * years - 1 <= (end - start).days <= 366 * years


@pytest.mark.parametrize(
    ("day", "ended", "inside"),
    [
        (date(2026, 3, 15), None, True),
        (date(2026, 3, 14), None, False),
        (date(2029, 3, 14), None, True),
        (date(2029, 3, 15), None, False),
        (date(2027, 1, 1), date(2027, 1, 1), False),
        (date(2026, 12, 31), date(2027, 1, 1), True),
    ],
)
def test_in_term(day, ended, inside):
    """Both ends of a term belong to it; the day of the event that ended it does not."""
    assert in_term(day, date(2026, 3, 15), date(2029, 3, 14), ended=ended) is inside


@pytest.mark.parametrize(
    ("start", "years"),
    [
        (date(2026, 3, 15), (2026, 2027, 2028)),
        (date(2026, 6, 30), (2026, 2027, 2028)),
        (date(2026, 7, 1), (2027, 2028, 2029)),
    ],
)
def test_assess_years(start, years):
    """A document before 1 July is assessed in its own year first (domain BB-5)."""
    assert assess_years(start, 3, turn=(7, 1)) == years


def test_touched_years():
    """Three years from 15 March 2026 touch four calendar years."""
    assert touched_years(date(2026, 3, 15), date(2029, 3, 14)) == (2026, 2027, 2028, 2029)


@pytest.mark.parametrize(
    ("grades", "excused", "count"),
    [
        ({2024: "优秀", 2025: "合格", 2026: "良好"}, (), 3),
        ({2023: "合格", 2025: "合格", 2026: "合格"}, (), 2),
        ({2023: "合格", 2025: "合格", 2026: "合格"}, (2024,), 4),
        ({2025: "基本合格", 2026: "合格"}, (), 1),
        ({2025: "不合格", 2026: "合格"}, (2025,), 1),
        ({2025: "合格", 2026: "不合格"}, (), 0),
        ({2025: "合格"}, (), 0),
        ({}, (), 0),
    ],
)
def test_consecutive_years(grades, excused, count):
    """Only qualified and excused years count, and a year without a grade breaks the run (domain BB-6)."""
    assert consecutive_years(grades, 2026, qualified=QUALIFIED, excused=excused) == count


@pytest.mark.parametrize(
    ("start", "at", "years"),
    [
        (date(1990, 5, 1), date(2026, 4, 30), 35),
        (date(1990, 5, 1), date(2026, 5, 1), 36),
        (date(1992, 2, 29), date(2026, 2, 28), 34),
        (date(2027, 1, 1), date(2026, 1, 1), 0),
        (date(2026, 6, 1), date(2026, 1, 1), 0),
    ],
)
def test_whole_years(start, at, years):
    """Years are full anniversaries (domain §6.4)."""
    assert whole_years(start, at) == age(start, at) == years


def test_add_years():
    """29 February has 28 February as its corresponding day."""
    assert add_years(date(2024, 2, 29), 1) == date(2025, 2, 28)
    assert add_years(date(2024, 2, 29), -4) == date(2020, 2, 29)


@pytest.mark.parametrize(
    ("periods", "years"),
    [
        ([Period(date(1998, 8, 1))], 28),
        ([Period(date(1998, 8, 1), date(2000, 7, 31)), Period(date(2010, 1, 1), date(2011, 12, 31))], 4),
        ([Period(date(2000, 1, 1), date(2000, 6, 30)), Period(date(2005, 1, 1), date(2005, 6, 30))], 1),
        ([Period(date(2000, 1, 1), date(2000, 6, 30)), Period(date(2005, 1, 1), date(2005, 6, 29))], 0),
        ([Period(date(2000, 1, 16), date(2000, 7, 1)), Period(date(2005, 1, 16), date(2005, 7, 31))], 1),
        ([Period(date(2000, 1, 31), date(2000, 2, 29)), Period(date(2001, 1, 1), date(2001, 11, 30))], 1),
        ([Period(date(2000, 1, 1), date(2003, 12, 31)), Period(date(2002, 1, 1), date(2005, 12, 31))], 6),
        ([Period(date(2027, 1, 1))], 0),
        ([], 0),
    ],
)
def test_service_years(periods, years):
    """Parts are added, interruptions left out, overlaps counted once, the future not at all."""
    assert service_years(periods, date(2026, 12, 31)) == years


@pytest.mark.parametrize(
    ("periods", "years"),
    [
        ([Period(date(2020, 9, 1))], 6),
        ([Period(date(2015, 9, 1), date(2020, 8, 31)), Period(date(2020, 9, 1))], 11),
        ([Period(date(2015, 9, 1), date(2019, 8, 31)), Period(date(2020, 9, 1))], 6),
        ([Period(date(2015, 9, 1), date(2019, 8, 31))], 0),
        ([], 0),
    ],
)
def test_continuous_years(periods, years):
    """Only the service that still goes on counts, from its unbroken beginning."""
    assert continuous_years(periods, date(2026, 12, 31)) == years
