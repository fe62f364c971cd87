"""Content split, hours at least, numbers of certificates, clashes, the ledger of hours."""

from decimal import Decimal

import pytest

from desktop.rules.certificates import certificate_number, gaps, next_serial
from desktop.rules.clashes import Clash, Slot, clashes, periods_overlap
from desktop.rules.content_split import minimum_sentence, split_of, sum_sentence
from desktop.rules.hours_ledger import Activity, LedgerRules, cycle_balance, probation_of, year_balance


def test_split_of_260_hours():
    """TR-4: 260 hours are 52, 78 and 130; five points off still fit, more does not."""
    shares = split_of({"1": 520, "2": 780, "3": 1300}, 2600, (20, 30, 50), 5)
    assert [(each.wanted, each.fits) for each in shares] == [(520, True), (780, True), (1300, True)]
    edge = split_of({"1": 650, "2": 910, "3": 1040}, 2600, (20, 30, 50), 5)
    assert [each.fits for each in edge] == [True, True, False]
    assert not any(each.fits for each in split_of({}, 0, (20, 30, 50), 5))


def test_sentences_of_a_plan():
    """The sum is shown with the difference, the minimum with its rule (TR-3)."""
    assert sum_sentence(2600, 2600) == ""
    assert sum_sentence(2605, 2600) == "各课程合计 260.5 学时，比培训学时 260 多 0.5 学时，请核对"
    assert "少 10 学时" in sum_sentence(2500, 2600)
    assert minimum_sentence(2600, 2600, level="国家级") == ""
    assert minimum_sentence(1290, 1300, level="省级") == "培训学时 129 少于省级规定的 130 学时"


def test_certificate_numbers_have_no_gaps():
    """Numbers go on within office and year; what is missing is listed; other numbers are not ours."""
    assert certificate_number(2026, "云进", 7) == "2026云进00007"
    known = ["2026云进00001", "2026云进00003", "2025云进00009", "2026石进00044", "旧证"]
    assert next_serial(known, 2026, "云进") == 4
    assert gaps(known, 2026, "云进") == ["2026云进00002"]
    assert next_serial([], 2026, "云进") == 1


def slot(uid, half="1", starts="", ends="", teacher="王芳", date="2026-07-09"):
    return Slot(uid, date, half, starts, ends, frozenset({("teacher", teacher)}))


def test_clashes():
    """One teacher in two sessions of a half-day clashes, unless clock times part them."""
    assert clashes([slot("a"), slot("b")]) == [Clash("a", "b", "teacher", "王芳")]
    assert clashes([slot("a"), slot("b", half="2"), slot("c", teacher="李明"), slot("d", date="2026-07-10")]) == []
    assert clashes([slot("a", starts="8:30", ends="10:00"), slot("b", starts="10：00", ends="11:30")]) == []
    assert len(clashes([slot("a", starts="8:30", ends="10:10"), slot("b", starts="10:00", ends="11:30")])) == 1


def test_periods():
    """Classes overlap if they share a day; a class without days overlaps nothing."""
    july = {"start": "2026-07-06", "end": "2026-07-31"}
    assert periods_overlap(july, {"start": "2026-07-31", "end": "2027-01-05"})
    assert not periods_overlap(july, {"start": "2026-08-01", "end": "2026-08-02"})
    assert not periods_overlap(july, {"start": "2026-07-06"})


RULES = LedgerRules(
    annual=720, cycle=3600, cycle_years=5, caps={"2": 240}, least_of_field={"1": 180}, credit=100, credit_of_others=200
)


def activity(identity, hours, *, year=2026, kind="1", field=""):
    return Activity(identity, year, kind, identity, hours, field=field)


def test_year_with_cap_and_repetition():
    """One activity counts once, and a kind no more than its cap; both are told."""
    done = [
        activity("集训", 600),
        activity("集训", 600),
        activity("网一", 200, kind="2"),
        activity("网二", 200, kind="2"),
    ]
    found = year_balance(2026, done, RULES, is_exempt=False)
    assert [each.counted for each in found.entries] == [600, 0, 200, 40]
    assert [bool(each.reason) for each in found.entries] == [False, True, False, True]
    assert (found.counted, found.short, found.short_of_field) == (840, 0, {"1": 180})
    assert found.credits == Decimal("7.2")


def test_exempt_year():
    """TR-13: a passed backbone assessment makes the year whole; the cycle counts it with its annual hours."""
    assert year_balance(2026, [], RULES, is_exempt=True).short == 0
    assert year_balance(2026, [], RULES, is_exempt=False).short == 720
    done = [activity(str(year), 720, year=year) for year in (2022, 2023, 2024)]
    assert cycle_balance(2026, done, RULES, ()).short == 1440
    exempt = cycle_balance(2026, done, RULES, {2025, 2026})
    assert (exempt.first, exempt.counted, exempt.short) == (2022, 3600, 0)


@pytest.mark.parametrize(
    ("start", "year", "months", "found"),
    [
        ("2025-09", 2025, 12, (2025, 2026, 500, 700)),
        ("2025-09", 2026, 12, (2025, 2026, 1100, 100)),
        ("2025-09", 2027, 12, None),
        ("2025", 2025, 12, (2025, 2025, 500, 700)),
        ("2025-01", 2026, 12, None),
        ("2025-09", 2024, 12, None),
        ("", 2025, 12, None),
        ("2025-09", 2025, 0, None),
    ],
)
def test_probation_counts_the_years_it_touches(start, year, months, found):
    """CE-1: hours of every year of the probation up to the present one; nobody else is asked for them."""
    activities = [Activity("a", 2025, "1", "岗前", 500), Activity("b", 2026, "1", "岗中", 600)]
    rules = LedgerRules(annual=720, cycle=3600, cycle_years=5)
    made = probation_of(start, year, activities, rules, months=months, needed=1200)
    assert (None if made is None else (made.first, made.last, made.counted, made.short)) == found
