"""The ledger of continuing education (CE-1…CE-6): what is recognised of what was done, year by year, in tenths.

One activity counts once; each kind of hours has its cap in a year; a year whose backbone assessment was passed is
registered as qualified whatever was done in it (TR-13).
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, Decimal
from typing import Final

TRAINING: Final = "1"
"""集中培训 of hours_kind, whose hours make a credit sooner than those of other kinds (CE-4)."""


@dataclass(frozen=True, slots=True)
class Activity:
    """One thing that gave hours; `identity` is equal where two entries speak of the same activity."""

    identity: str
    year: int
    kind: str
    name: str
    claimed: int
    level: str = ""
    field: str = ""
    entry: str = ""
    """The record by hand that says so; empty for a class."""


@dataclass(frozen=True, slots=True)
class LedgerRules:
    """Tenths to reach in a year and in a cycle, cycle in years, caps by kind, tenths of a credit, least by field."""

    annual: int
    cycle: int
    cycle_years: int
    caps: Mapping[str, int] = field(default_factory=dict)
    credit: int = 100
    credit_of_others: int = 200
    least_of_field: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Recognised:
    """One activity in the ledger: what was claimed and what counts, with the reason where that is less."""

    activity: Activity
    counted: int
    reason: str = ""


@dataclass(slots=True)
class YearBalance:
    """One person's year."""

    year: int
    entries: list[Recognised]
    counted: int
    credits: Decimal
    is_exempt: bool
    short: int
    """Tenths lacking for the year."""
    short_of_field: dict[str, int]


def recognise(activities: Iterable[Activity], caps: Mapping[str, int]) -> list[Recognised]:
    """The activities of one person and year with what counts of each; earlier ones use up the cap first."""
    seen: set[str] = set()
    used: dict[str, int] = {}
    found = []
    for each in activities:
        if each.identity in seen:
            found.append(Recognised(each, 0, "同一活动已计过，不重复计算"))
            continue
        seen.add(each.identity)
        left = caps[each.kind] - used.get(each.kind, 0) if each.kind in caps else each.claimed
        counted = max(min(each.claimed, left), 0)
        used[each.kind] = used.get(each.kind, 0) + counted
        found.append(Recognised(each, counted, "" if counted == each.claimed else "超过此类学时的年度上限"))
    return found


def year_balance(
    year: int, activities: Iterable[Activity], rules: LedgerRules, *, is_exempt: bool, is_due: bool = True
) -> YearBalance:
    """The balance of one person's year; `is_due` is False where nothing was asked of the person."""
    entries = recognise((each for each in activities if each.year == year), rules.caps)
    counted = sum(each.counted for each in entries)
    lacking = {
        name: least - have
        for name, least in rules.least_of_field.items()
        if (have := sum(each.counted for each in entries if each.activity.field == name)) < least
    }
    fulfilled = is_exempt or not is_due
    return YearBalance(
        year,
        entries,
        counted,
        credits_of(entries, rules),
        is_exempt,
        0 if fulfilled else max(rules.annual - counted, 0),
        {} if fulfilled else lacking,
    )


def credits_of(entries: Iterable[Recognised], rules: LedgerRules) -> Decimal:
    """学分 with one decimal, cut: training by one rate, practice, network and school-based by the other (CE-4)."""
    total = Decimal()
    for each in entries:
        rate = rules.credit if each.activity.kind == TRAINING else rules.credit_of_others
        total += Decimal(each.counted) / rate
    return total.quantize(Decimal("0.1"), ROUND_DOWN)


@dataclass(frozen=True, slots=True)
class CycleBalance:
    """One person's cycle that ends with a year: tenths counted, tenths asked for, and what is lacking."""

    first: int
    last: int
    counted: int
    asked: int
    short: int


@dataclass(frozen=True, slots=True)
class Probation:
    """A new teacher's first years: tenths counted, asked for, and lacking (CE-1)."""

    first: int
    last: int
    counted: int
    short: int


def probation_of(
    start: str, year: int, activities: Iterable[Activity], rules: LedgerRules, *, months: int, needed: int
) -> Probation | None:
    """The account of a new teacher's probation; None for who is not in it in a year.

    It begins with `start` (2025-09, or a year alone: its January) and takes so many months; hours are registered by
    year, so that those of all years it touches up to `year` count. `needed` is in tenths.
    """
    if not start or not months:
        return None
    first, month = int(start[:4]), int(start[5:7] or 1)
    last = first + (month - 1 + months - 1) // 12
    if not first <= year <= last:
        return None
    known = list(activities)
    years = range(first, year + 1)
    counted = sum(each.counted for one in years for each in recognise((a for a in known if a.year == one), rules.caps))
    return Probation(first, last, counted, max(needed - counted, 0))


def cycle_balance(
    last: int, activities: Collection[Activity], rules: LedgerRules, exempt_years: Collection[int]
) -> CycleBalance:
    """The balance of the cycle; a year of exemption counts at least with its annual hours."""
    first = last - rules.cycle_years + 1
    counted = 0
    for year in range(first, last + 1):
        balance = year_balance(year, activities, rules, is_exempt=year in exempt_years)
        counted += max(balance.counted, rules.annual) if balance.is_exempt else balance.counted
    return CycleBalance(first, last, counted, rules.cycle, max(rules.cycle - counted, 0))
