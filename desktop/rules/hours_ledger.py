"""The ledger of continuing education (CE-1…CE-6): what is recognised of what was done, year by year, in tenths.

One activity counts once, whoever registered it and in whatever year; each kind, level and part of hours has its cap in
a year; a year whose backbone assessment was passed is registered as qualified whatever was done in it (TR-13).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Final

TRAINING: Final = "1"
"""集中培训 of hours_kind, whose hours make a credit sooner than those of other kinds (CE-4)."""
PLANNED, OWN, OFFSETTING = "1", "2", "3"
"""统筹培训, 自主培训 and 多元提升 of hours_part (CE-5)."""
_SCHOOL_BASED: Final = "3"
"""校本研修 of hours_kind."""
_SCHOOL_LEVEL: Final = "6"
"""校级 of training_level."""
_NOTHING: Final[frozenset[str]] = frozenset()
_NONE: Final = Decimal("0.0")


@dataclass(frozen=True, slots=True)
class Activity:
    """One thing that gave hours to one person."""

    year: int
    kind: str
    name: str
    claimed: int
    level: str = ""
    field: str = ""
    date: str = ""
    """2026-07-20, 2026-07, 2026, or empty."""
    entry: str = ""
    """The record by hand that says so; empty for a class."""
    start: str = ""
    """The first day of a class."""
    programme: str = ""
    """The programme of a class."""
    sources: frozenset[str] = _NOTHING
    """What only one activity has: its class, the number of its certificate."""
    names: frozenset[str] = _NOTHING
    """Under which plain names it is known: a class also under that of its programme."""


def is_same(one: Activity, other: Activity) -> bool:
    """Whether two registrations speak of one activity.

    They do with one class or certificate; so do two classes of one programme at the same time. Two by hand, or one by
    hand and a class, do with one name in one year; but two by hand that both have a day only if it is the same day.
    """
    if one.sources & other.sources or _is_held_twice(one, other):
        return True
    if one.year != other.year or not (one.entry or other.entry) or not one.names & other.names:
        return False
    return not (one.entry and other.entry and one.date and other.date) or one.date == other.date


def _is_held_twice(one: Activity, other: Activity) -> bool:
    is_one_programme = one.programme != "" and one.programme == other.programme
    return is_one_programme and one.start <= other.date and other.start <= one.date


_WHOLE_YEAR: Final = Activity(0, TRAINING, "", 0)
"""What a year of exemption counts as."""


@dataclass(frozen=True, slots=True)
class LedgerRules:
    """Tenths to reach in a year and in a cycle, cycle in years, caps of a year, tenths of a credit, what is least."""

    annual: int
    cycle: int
    cycle_years: int
    caps: Mapping[str, int] = field(default_factory=dict)
    level_caps: Mapping[str, int] = field(default_factory=dict)
    part_caps: Mapping[str, int] = field(default_factory=dict)
    credit: int = 100
    credit_of_others: int = 200
    weights: Mapping[str, Decimal] = field(default_factory=dict)
    """By level, what a credit is multiplied with; 1 where there is none (CE-4)."""
    cycle_credits: Decimal = Decimal()
    """学分 to reach in a cycle; 0 where they are not asked for."""
    offset_kinds: frozenset[str] = _NOTHING
    """Kinds of 多元提升, whose hours stand in for what lacks of the two other parts (CE-5)."""
    least_of_field: Mapping[str, int] = field(default_factory=dict)
    """In a year."""
    least_of_part: Mapping[str, int] = field(default_factory=dict)
    """In a cycle."""

    def part_of(self, activity: Activity) -> str:
        """What a school does for itself is 自主, what is held above it 统筹; empty where no level is known (CE-5)."""
        if activity.kind in self.offset_kinds:
            return OFFSETTING
        if activity.kind == _SCHOOL_BASED or activity.level == _SCHOOL_LEVEL:
            return OWN
        return PLANNED if activity.level else ""


@dataclass(frozen=True, slots=True)
class Recognised:
    """One activity in the ledger: what was claimed and what counts, with the reason where that is less."""

    activity: Activity
    counted: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class YearBalance:
    """One person's year in tenths: registered, counted, by field of those that count, and what is lacking."""

    year: int
    claimed: int
    counted: int
    credits: Decimal
    by_field: Mapping[str, int]
    is_exempt: bool
    short: int
    """Tenths lacking for the year."""
    short_of_field: Mapping[str, int]


def recognise(activities: Iterable[Activity], rules: LedgerRules) -> list[Recognised]:
    """The activities of one person in all years with what counts of each; earlier ones use up a cap first."""
    used: dict[tuple[int, str, str], int] = {}
    is_capped = bool(rules.caps or rules.level_caps or rules.part_caps)
    kept: list[Activity] = []
    found = []
    for each in activities:
        same = next((other for other in kept if is_same(each, other)), None)
        if same is not None:
            more = "" if same.name == each.name and same.year == each.year else f"（{same.year}年“{same.name}”）"
            found.append(Recognised(each, 0, f"同一活动已计过{more}，不重复计算"))
            continue
        kept.append(each)
        counted, reason = each.claimed, ""
        capped = _capped(each, rules) if is_capped else ()
        for word, key, cap in capped:
            left = max(cap - used.get((each.year, word, key), 0), 0)
            if left < counted:
                counted, reason = left, f"超过此{word}学时的年度上限"
        for word, key, _cap in capped:
            used[each.year, word, key] = used.get((each.year, word, key), 0) + counted
        found.append(Recognised(each, counted, reason))
    return found


def _capped(activity: Activity, rules: LedgerRules) -> list[tuple[str, str, int]]:
    """The caps that an activity falls under: 类, 级 or 项, its code, and the tenths of a year."""
    found = []
    if rules.caps and activity.kind in rules.caps:
        found.append(("类", activity.kind, rules.caps[activity.kind]))
    if rules.level_caps and activity.level in rules.level_caps:
        found.append(("级", activity.level, rules.level_caps[activity.level]))
    if rules.part_caps and (part := rules.part_of(activity)) in rules.part_caps:
        found.append(("项", part, rules.part_caps[part]))
    return found


def year_balance(year: int, entries: Iterable[Recognised], rules: LedgerRules, *, is_exempt: bool) -> YearBalance:
    """The balance of one person's year from all that was recognised."""
    own = [each for each in entries if each.activity.year == year]
    by_field: dict[str, int] = {}
    for each in own:
        by_field[each.activity.field] = by_field.get(each.activity.field, 0) + each.counted
    counted = sum([each.counted for each in own])
    lacking = {
        name: least - by_field.get(name, 0)
        for name, least in rules.least_of_field.items()
        if by_field.get(name, 0) < least
    }
    return YearBalance(
        year,
        sum(each.activity.claimed for each in own),
        counted,
        credits_of(own, rules),
        by_field,
        is_exempt,
        0 if is_exempt else max(rules.annual - counted, 0),
        {} if is_exempt else lacking,
    )


def credits_of(entries: Iterable[Recognised], rules: LedgerRules) -> Decimal:
    """学分 with one decimal, cut: training by one rate, other kinds by another, both weighed by level (CE-4).

    Counted in whole numbers over the product of both rates: a hundred thousand people are to be added up.
    """
    total: Decimal | int = 0
    for each in entries:
        made = each.counted * (rules.credit_of_others if each.activity.kind == TRAINING else rules.credit)
        total += made * rules.weights.get(each.activity.level, 1) if rules.weights else made
    return _credits(int(total * 10 // (rules.credit * rules.credit_of_others)))


@lru_cache(maxsize=4096)
def _credits(tenths: int) -> Decimal:
    return Decimal(tenths).scaleb(-1)


@dataclass(frozen=True, slots=True)
class CycleBalance:
    """One person's cycle that ends with a year: tenths and credits counted, those asked for, and what is lacking."""

    first: int
    last: int
    counted: int
    asked: int
    short: int
    credits: Decimal
    short_of_credits: Decimal
    short_of_part: Mapping[str, int]

    @property
    def is_short(self) -> bool:
        """Whether anything lacks for the cycle."""
        return bool(self.short or self.short_of_credits or self.short_of_part)


@dataclass(frozen=True, slots=True)
class Probation:
    """A new teacher's probation from month to month (2025-09): tenths counted, and lacking (CE-1)."""

    first: str
    last: str
    counted: int
    short: int


def probation_of(start: str, year: int, entries: Iterable[Recognised], *, months: int, needed: int) -> Probation | None:
    """The account of a new teacher's probation; None for who is not in it in a year.

    It begins with `start` (2025-09, 2025下, or a year alone: its January) and takes so many months. What has a month
    counts if that lies within; what has only a year counts if the probation touches it. `needed` is in tenths.
    """
    if not start or not months:
        return None
    began = int(start[:4]) * 12 + (6 if start.endswith("下") else int(start[5:7] or 1) - 1)
    first, last = _month(began), _month(began + months - 1)
    if not int(first[:4]) <= year <= int(last[:4]):
        return None
    counted = sum(
        each.counted for each in entries if each.activity.year <= year and _lies_within(each.activity, first, last)
    )
    return Probation(first, last, counted, max(needed - counted, 0))


def _month(number: int) -> str:
    return f"{number // 12}-{number % 12 + 1:02d}"


def _lies_within(activity: Activity, first: str, last: str) -> bool:
    if len(activity.date) >= len(first):
        return first <= activity.date[: len(first)] <= last
    return int(first[:4]) <= activity.year <= int(last[:4])


def cycle_balance(
    last: int, entries: Sequence[Recognised], rules: LedgerRules, exempt_years: Collection[int]
) -> CycleBalance:
    """The balance of the cycle; a year of exemption counts at least with its annual hours and their credits."""
    first = last - rules.cycle_years + 1
    by_year: dict[int, list[Recognised]] = {}
    for each in entries:
        if first <= each.activity.year <= last:
            by_year.setdefault(each.activity.year, []).append(each)
    exempt = [year for year in exempt_years if first <= year <= last]
    least = credits_of((Recognised(_WHOLE_YEAR, rules.annual),), rules) if exempt else _NONE
    counted, earned = rules.annual * sum(year not in by_year for year in exempt), _NONE
    earned += least * sum(year not in by_year for year in exempt)
    for year, own in by_year.items():
        hours, made = sum([each.counted for each in own]), credits_of(own, rules)
        if year in exempt:
            hours, made = max(hours, rules.annual), max(made, least)
        counted, earned = counted + hours, earned + made
    return CycleBalance(
        first,
        last,
        counted,
        rules.cycle,
        max(rules.cycle - counted, 0),
        earned,
        max(rules.cycle_credits - earned, _NONE) if rules.cycle_credits else _NONE,
        _short_of_part(by_year, rules, len(exempt)) if rules.least_of_part else {},
    )


def _short_of_part(by_year: Mapping[int, Sequence[Recognised]], rules: LedgerRules, exempt: int) -> dict[str, int]:
    """What lacks of 统筹 and 自主 after 多元提升 stood in, each hour once; years of exemption ask for none."""
    done: dict[str, int] = {}
    for each in (each for own in by_year.values() for each in own):
        part = rules.part_of(each.activity)
        done[part] = done.get(part, 0) + each.counted
    asking = rules.cycle_years - exempt
    left = done.get(OFFSETTING, 0)
    lacking = {}
    for part, least in rules.least_of_part.items():
        short = max(least * asking // rules.cycle_years - done.get(part, 0), 0)
        stands_in = min(short, left)
        left -= stands_in
        if short > stands_in:
            lacking[part] = short - stands_in
    return lacking
