"""The ledger of hours of each person: classes passed here, entries by hand, exemptions (CE-1…CE-6, TR-13)."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from sqlalchemy.orm import Session

from desktop.codes import table
from desktop.models import HoursEntry
from desktop.models.base import Content
from desktop.queries.policies import Policies
from desktop.queries.training.activities import EXEMPTION, activities
from desktop.rules.hours import hours_text, tenths_of
from desktop.rules.hours_ledger import (
    CycleBalance,
    LedgerRules,
    Recognised,
    YearBalance,
    cycle_balance,
    recognise,
    year_balance,
)
from desktop.store.records import find
from desktop.store.scan import scan

EXEMPT_WORDS: Final = "考核合格，当年视为合格"


@dataclass(frozen=True, slots=True)
class Account:
    """One person's account without what it is made of: the year, and the cycle that ends with it."""

    year: YearBalance
    cycle: CycleBalance

    @property
    def is_short(self) -> bool:
        """Whether anything lacks for the year."""
        return bool(self.year.short or self.year.short_of_field)

    @property
    def lacking_of_cycle(self) -> str:
        """What lacks for the cycle beside its hours: credits, and parts that nothing stood in for; or nothing."""
        cycle, words = self.cycle, table("hours_part")
        lacking = [f"缺{cycle.short_of_credits}学分"] if cycle.short_of_credits else []
        lacking += [f"{words.label(part)}缺{hours_text(each)}学时" for part, each in cycle.short_of_part.items()]
        return "；".join(lacking)

    @property
    def judgement(self) -> str:
        """已达到, that the year is exempt, or what is lacking."""
        balance = self.year
        if balance.is_exempt:
            return EXEMPT_WORDS
        lacking = [f"缺{hours_text(balance.short)}学时"] if balance.short else []
        words = table("hours_field")
        lacking += [f"{words.label(field)}缺{hours_text(each)}" for field, each in balance.short_of_field.items()]
        return "；".join(lacking) or "已达到"


@dataclass(frozen=True, slots=True)
class Ledger:
    """One person's account with the activities of the year."""

    account: Account
    entries: list[Recognised]


def ledger_rules(policies: Policies, year: int) -> LedgerRules:
    """The rules of hours in force in a year; caps are named by kind, by level or by part."""
    caps, kinds = policies.value("ce.year_caps", year), table("hours_kind")
    weights = policies.value("ce.level_weights", year).items()
    levels, parts = table("training_level"), _by_code("hours_part", policies.value("ce.part_minimum", year))
    return LedgerRules(
        annual=tenths_of(policies.value("ce.annual_hours", year)),
        cycle=tenths_of(policies.value("ce.min_hours", year)),
        cycle_years=policies.value("ce.cycle_years", year),
        caps=_by_code("hours_kind", caps),
        level_caps=_by_code("training_level", caps),
        part_caps=_by_code("hours_part", caps),
        credit=tenths_of(policies.value("ce.hours_per_credit", year)),
        credit_of_others=tenths_of(policies.value("ce.hours_per_credit.other", year)),
        weights={code: Decimal(str(each)) for word, each in weights if (code := levels.find(word)) is not None},
        cycle_credits=Decimal(str(policies.value("ce.min_credits", year))),
        offset_kinds=frozenset(filter(None, map(kinds.find, policies.value("ce.offset_kinds", year)))),
        least_of_part={code: each for code, each in parts.items() if each},
        least_of_field=_by_code("hours_field", policies.value("ce.field_minimum", year)),
    )


def _by_code(codes: str, hours: dict[str, float]) -> dict[str, int]:
    """The tenths of the words that a table of codes knows."""
    found = ((table(codes).find(word), each) for word, each in hours.items())
    return {code: tenths_of(each) for code, each in found if code is not None}


def exempt_years(session: Session, policies: Policies, teachers: Collection[str] | None = None) -> dict[str, set[int]]:
    """The years in which each teacher passed the backbone assessment and is exempt (TR-13).

    The one place that answers this: the grade stands in entries of kind 考核合格免修, made by hand; where it no longer
    counts as qualified, the exemption is gone with it, and so it is where two entries of one year do not agree.
    """
    passed: dict[str, set[int]] = defaultdict(set)
    failed: dict[str, set[int]] = defaultdict(set)
    for content in _exemptions(session, teachers):
        who, year = content["teacher"], content["year"]
        if "grade" not in content:
            continue
        is_qualified = table("grade").label(content["grade"]) in policies.value("backbone.qualified_grades", year)
        is_exempt = is_qualified and policies.value("ce.backbone_exempt", year)
        (passed if is_exempt else failed)[who].add(year)
    return {who: left for who, years in passed.items() if (left := years - failed[who])}


def _exemptions(session: Session, teachers: Collection[str] | None) -> Iterator[Content]:
    """The entries of exemption of some teachers, or of all."""
    if teachers is None:
        yield from (each.content for each in find(session, HoursEntry, {"kind": EXEMPTION}).values())
        return
    for each in scan(session, HoursEntry, ("teacher", "year", "kind", "grade"), teachers, by="teacher"):
        if each.content["kind"] == EXEMPTION:
            yield each.content


def account_of(
    year: int, entries: Sequence[Recognised], rules: LedgerRules, exempt: Collection[int] = frozenset()
) -> Account:
    """The account of one person from all that was recognised and the years of exemption."""
    return Account(
        year_balance(year, entries, rules, is_exempt=year in exempt), cycle_balance(year, entries, rules, exempt)
    )


def ledgers(session: Session, policies: Policies, year: int, teachers: Collection[str]) -> dict[str, Ledger]:
    """The account of each of these teachers for a year and the cycle ending with it."""
    rules = ledger_rules(policies, year)
    exempt = exempt_years(session, policies, teachers)
    done = activities(session, policies, teachers)
    found = {}
    for who in teachers:
        entries = recognise(done.get(who, ()), rules)
        own = [each for each in entries if each.activity.year == year]
        found[who] = Ledger(account_of(year, entries, rules, exempt.get(who, ())), own)
    return found
