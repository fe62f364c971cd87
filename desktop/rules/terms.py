"""Terms, whole years and runs of qualified years of backbone teachers (domain BB-4 … BB-7).

Every limit is an argument, taken from Policy; nothing here knows a number of a regulation.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """A span of service from its first to its last day; `last` None while it goes on."""

    first: date
    last: date | None = None


def add_years(day: date, years: int) -> date:
    """Give the corresponding day years later, 28 February where there is none (民法典 第二百零二条)."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 2, 28)


def term_end(start: date, cycle_years: int) -> date:
    """Give the last day of a term that starts on the appointing document's date.

    It is the day before the corresponding day; a term from 29 February ends on 28 February (domain BB-5).
    """
    following = add_years(start, cycle_years)
    return following if (start.month, start.day) == (2, 29) and following.day == 28 else following - _DAY


def in_term(day: date, start: date, end: date, *, ended: date | None = None) -> bool:
    """Say whether `day` lies in a term; `ended` is the day of the event that ended it early."""
    return start <= day <= end and (ended is None or day < ended)


def assess_years(start: date, cycle_years: int, *, turn: tuple[int, int]) -> tuple[int, ...]:
    """Give the calendar years assessed in a term.

    They begin with the year of appointment when the document is dated before `turn` (month, day), else with
    the next year.
    """
    first = start.year + ((start.month, start.day) >= turn)
    return tuple(range(first, first + cycle_years))


def touched_years(start: date, end: date) -> tuple[int, ...]:
    """Give all calendar years in which at least one day of a term lies."""
    return tuple(range(start.year, end.year + 1))


def consecutive_years(
    grades: Mapping[int, str],
    year: int,
    *,
    qualified: Collection[str],
    excused: Collection[int] = (),
) -> int:
    """Count the qualified years in a row that end with `year`.

    A year without a grade breaks the run unless it is in `excused` (公派学习、支教, counted as 合格); a
    grade outside `qualified` breaks it always.
    """
    count = 0
    while grades.get(year) in qualified or (year in excused and year not in grades):
        count += 1
        year -= 1
    return count


def whole_years(start: date, at: date) -> int:
    """Count the anniversaries of `start` that have passed at `at`; 0 before the first."""
    passed = at.year - start.year - (at < add_years(start, at.year - start.year))
    return max(passed, 0)


def age(birth: date, at: date) -> int:
    """Give the age in whole years at a day."""
    return whole_years(birth, at)


def _merge(periods: Iterable[Period], at: date) -> list[tuple[date, date]]:
    """Give the spans up to `at`, overlaps joined, in order."""
    spans = sorted((period.first, min(period.last or at, at)) for period in periods)
    merged: list[tuple[date, date]] = []
    for first, last in spans:
        if last < first:
            continue
        if merged and first <= merged[-1][1] + _DAY:
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            merged.append((first, last))
    return merged


def _months_and_days(first: date, last: date) -> tuple[int, int]:
    """Split a span, both days included, into whole months and the days left over."""
    end = last + _DAY
    months = (end.year - first.year) * 12 + end.month - first.month
    if end.day >= first.day:
        return months, end.day - first.day
    previous_month_end = end.replace(day=1) - _DAY
    return months - 1, max(previous_month_end.day - first.day, 0) + end.day


def service_years(periods: Iterable[Period], at: date) -> int:
    """Count whole years of service up to `at`, interruptions left out and parts added (30 days a month).

    For teaching years and for cumulative rural years; overlapping periods count once.
    """
    parts = [_months_and_days(first, last) for first, last in _merge(periods, at)]
    months = sum(part[0] for part in parts) + sum(part[1] for part in parts) // 30
    return months // 12


def continuous_years(periods: Iterable[Period], at: date) -> int:
    """Count whole years of the unbroken service that still goes on at `at`; 0 when none does."""
    spans = _merge(periods, at)
    if not spans or spans[-1][1] < at:
        return 0
    return whole_years(spans[-1][0], at)
