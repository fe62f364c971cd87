"""The ledger of hours: one activity once, caps, exemption, five years, the probation of a new teacher."""

from dataclasses import replace
from decimal import Decimal

import pytest

from desktop.rules.hours_ledger import (
    Activity,
    LedgerRules,
    cycle_balance,
    is_same,
    probation_of,
    recognise,
    year_balance,
)

RULES = LedgerRules(
    annual=720, cycle=3600, cycle_years=5, caps={"2": 240}, level_caps={"5": 300}, least_of_field={"1": 180}
)


def activity(name, hours, *, year=2026, kind="1", entry="hand", **words):
    return Activity(year, kind, name, hours, entry=entry, names=frozenset((name,)), **words)


def test_year_with_cap_and_repetition():
    """One activity counts once, and a kind no more than its cap; both are told."""
    done = [
        activity("集训", 600),
        activity("集训", 600),
        activity("网一", 200, kind="2"),
        activity("网二", 200, kind="2"),
    ]
    entries = recognise(done, RULES)
    assert [each.counted for each in entries] == [600, 0, 200, 40]
    assert [bool(each.reason) for each in entries] == [False, True, False, True]
    found = year_balance(2026, entries, RULES, is_exempt=False)
    assert (found.claimed, found.counted, found.short, found.short_of_field) == (1600, 840, 0, {"1": 180})
    assert found.credits == Decimal("7.2")


def test_cap_of_a_level():
    """A level has its cap beside the kind's, the next year begins anew, and the narrower of both holds."""
    done = [activity(f"校本{year}{n}", 200, year=year, level="5") for year in (2025, 2026) for n in range(2)]
    entries = recognise([*done, activity("网", 200, kind="2", level="5")], RULES)
    assert [each.counted for each in entries] == [200, 100, 200, 100, 0]
    assert entries[1].reason == "超过此级学时的年度上限"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"date": "2026-03-01"}, {"date": "2026-03-01"}, True),
        ({"date": "2026-03-01"}, {"date": "2026-05-01"}, False),
        ({"date": "2026-03-01"}, {}, True),
        ({"year": 2025}, {}, False),
        ({"entry": "", "date": "2026-03-01"}, {"date": "2026-05-01"}, True),
        ({"entry": ""}, {"entry": ""}, False),
        (
            {"entry": "", "programme": "p", "start": "2026-07-01", "date": "2026-07-20"},
            {"entry": "", "programme": "p", "start": "2026-07-20", "date": "2026-08-01"},
            True,
        ),
        (
            {"entry": "", "programme": "p", "start": "2026-07-01", "date": "2026-07-20"},
            {"entry": "", "programme": "p", "start": "2026-07-21", "date": "2026-08-01"},
            False,
        ),
        ({"entry": "", "sources": frozenset("c")}, {"entry": "", "year": 2027, "sources": frozenset("c")}, True),
    ],
)
def test_what_is_one_activity(one, other, same):
    """One name and day, or one class, programme or certificate in whatever year; two classes of one name are two."""
    first, second = activity("国培", 100, **one), activity("国培", 100, **other)
    assert is_same(first, second) is is_same(second, first) is same


def test_certificate_registered_in_two_years_counts_once():
    """The hours of a certificate that two offices registered in two years count in the first, and the other says so."""
    number = frozenset({"证书京2026001"})
    first, second = recognise(
        [activity("国培", 500, sources=number), activity("国家级培训", 500, year=2027, sources=number)], RULES
    )
    assert (first.counted, second.counted) == (500, 0)
    assert second.reason == "同一活动已计过（2026年“国培”），不重复计算"


def test_exempt_year():
    """TR-13: a passed backbone assessment makes the year whole; the cycle counts it with its annual hours."""
    assert year_balance(2026, [], RULES, is_exempt=True).short == 0
    assert year_balance(2026, [], RULES, is_exempt=False).short == 720
    done = recognise([activity(str(year), 720, year=year) for year in (2022, 2023, 2024)], RULES)
    assert cycle_balance(2026, done, RULES, ()).short == 1440
    exempt = cycle_balance(2026, done, RULES, {2025, 2026})
    assert (exempt.first, exempt.counted, exempt.short) == (2022, 3600, 0)


def test_credits_are_weighed_by_level():
    """CE-4: a credit is 10 hours of training and 20 of others, times the weight of the level; those of years add up."""
    rules = replace(RULES, caps={}, level_caps={}, weights={"1": Decimal("1.5")}, cycle_credits=Decimal(36))
    entries = recognise(
        [activity("国培", 500, level="1"), activity("网", 410, kind="2"), activity("去年", 405, year=2025)], rules
    )
    assert year_balance(2026, entries, rules, is_exempt=False).credits == Decimal("9.5")
    cycle = cycle_balance(2026, entries, rules, {2024})
    assert (cycle.credits, cycle.short_of_credits) == (Decimal("20.7"), Decimal("15.3"))
    assert cycle.is_short


@pytest.mark.parametrize(
    ("offset", "cap", "exempt", "lacking"),
    [
        (0, 900, (), {"1": 400, "2": 300}),
        (500, 900, (), {"2": 200}),
        (900, 900, (), {}),
        (900, 450, (), {"2": 250}),
        (0, 900, (2022, 2023), {"2": 60}),
    ],
)
def test_what_lacks_of_a_part_is_offset(offset, cap, exempt, lacking):
    """CE-5: 多元提升 stands in for 统筹, then for 自主, each hour once and up to its cap of a year."""
    kinds = frozenset({"5", "6"})
    rules = replace(RULES, offset_kinds=kinds, part_caps={"3": cap}, least_of_part={"1": 1000, "2": 600})
    done = [
        activity("县级集训", 600, level="4"),
        activity("校本", 300, kind="3", year=2025),
        activity("学历", offset, kind="6", year=2024),
    ]
    found = cycle_balance(2026, recognise(done, rules), rules, exempt)
    assert found.short_of_part == lacking


def test_hours_without_level_are_of_no_part():
    """CE-5: school-based and of school level is 自主, what has another level 统筹, and nothing is guessed."""
    parts = [("1", "4"), ("1", "6"), ("3", ""), ("1", ""), ("5", "4")]
    rules = replace(RULES, offset_kinds=frozenset({"5"}))
    found = [rules.part_of(activity("", 10, kind=kind, level=level)) for kind, level in parts]
    assert found == ["1", "2", "2", "", "3"]


@pytest.mark.parametrize(
    ("start", "year", "months", "found"),
    [
        ("2025-09", 2025, 12, ("2025-09", "2026-08", 500, 700)),
        ("2025-09", 2026, 12, ("2025-09", "2026-08", 900, 300)),
        ("2025-09", 2026, 13, ("2025-09", "2026-09", 1100, 100)),
        ("2025下", 2026, 12, ("2025-07", "2026-06", 800, 400)),
        ("2025-09", 2027, 12, None),
        ("2025", 2025, 12, ("2025-01", "2025-12", 540, 660)),
        ("2025-01", 2026, 12, None),
        ("2025-09", 2024, 12, None),
        ("", 2025, 12, None),
        ("2025-09", 2025, 0, None),
    ],
)
def test_probation_goes_by_month(start, year, months, found):
    """CE-1: what was done in the months of the probation counts, and what has only a year that it touches."""
    done = [
        activity("以前", 40, year=2025, date="2025-06-30"),
        activity("岗前", 500, year=2025, date="2025-09-01"),
        activity("校本", 300, year=2026),
        activity("暑期", 100, year=2026, date="2026-08-31"),
        activity("秋季", 200, year=2026, date="2026-09-01"),
    ]
    made = probation_of(start, year, recognise(done, RULES), months=months, needed=1200)
    assert (None if made is None else (made.first, made.last, made.counted, made.short)) == found
