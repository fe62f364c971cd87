"""The ledger of hours of each person: classes passed here, entries by hand, exemptions (CE-1…CE-6, TR-13)."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from desktop.codes import CodeTable, table
from desktop.models import Enrolment, HoursEntry, Programme
from desktop.models.base import Content
from desktop.queries.policies import Policies
from desktop.queries.training.results import ClassResults, results
from desktop.rules.characters import plain
from desktop.rules.hours import TENTHS, hours_text, tenths
from desktop.rules.hours_ledger import (
    Activity,
    CycleBalance,
    LedgerRules,
    YearBalance,
    cycle_balance,
    year_balance,
)
from desktop.store.records import find, load

EXEMPTION: Final = "9"
"""考核合格免修 of hours_kind."""
PUBLIC, SPECIAL = "1", "2"
"""公需科目 and 专业科目 of hours_field."""
_KIND_OF_MODE: Final = {"2": "2", "4": "4", "5": "3"}
"""hours_kind by training_mode; every other mode is 集中培训."""


EXEMPT_WORDS: Final = "考核合格，当年视为合格"


@dataclass(frozen=True, slots=True)
class Ledger:
    """One person's account: the year, and the cycle that ends with it."""

    teacher: str
    year: YearBalance
    cycle: CycleBalance

    @property
    def claimed(self) -> int:
        """The tenths registered in the year, whether or not they count."""
        return sum(each.activity.claimed for each in self.year.entries)

    def of_field(self, field: str) -> int:
        """The tenths of the year that count in a field: 公需科目 or 专业科目."""
        return sum(each.counted for each in self.year.entries if each.activity.field == field)

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


def ledger_rules(policies: Policies, year: int) -> LedgerRules:
    """The rules of hours in force in a year."""
    kinds, fields = table("hours_kind"), table("hours_field")
    return LedgerRules(
        annual=policies.value("ce.annual_hours", year) * TENTHS,
        cycle=policies.value("ce.min_hours", year) * TENTHS,
        cycle_years=policies.value("ce.cycle_years", year),
        caps=_by_code(kinds, policies.value("ce.year_caps", year)),
        credit=policies.value("ce.hours_per_credit", year) * TENTHS,
        credit_of_others=policies.value("ce.hours_per_credit.other", year) * TENTHS,
        least_of_field=_by_code(fields, policies.value("ce.field_minimum", year)),
    )


def _by_code(codes: CodeTable, hours: dict[str, int]) -> dict[str, int]:
    return {codes.read(word): each * TENTHS for word, each in hours.items()}


def exempt_years(session: Session, policies: Policies, teachers: Collection[str] | None = None) -> dict[str, set[int]]:
    """The years in which each teacher passed the backbone assessment and is exempt (TR-13).

    The one place that answers this: the grade stands in entries of kind 考核合格免修, made by hand; where it no longer
    counts as qualified, the exemption is gone with it.
    """
    found: dict[str, set[int]] = defaultdict(set)
    for record in find(session, HoursEntry, {"kind": EXEMPTION}).values():
        content = record.content
        year = content["year"]
        if teachers is not None and content["teacher"] not in teachers:
            continue
        qualified = policies.value("backbone.qualified_grades", year) if "grade" in content else ()
        is_qualified = "grade" in content and table("grade").label(content["grade"]) in qualified
        if is_qualified and policies.value("ce.backbone_exempt", year):
            found[content["teacher"]].add(year)
    return found


def activities(session: Session, policies: Policies) -> dict[str, list[Activity]]:
    """What gave hours to each teacher: entries by hand first, then classes passed here, the earliest first.

    An entry that names the trainee's record speaks of that class, which then counts once, with the entry's hours.
    """
    enrolments = {uid: record.content for uid, record in load(session, Enrolment).items()}
    found: dict[str, list[Activity]] = defaultdict(list)
    entries = sorted(load(session, HoursEntry).values(), key=lambda each: (each.content.get("date", ""), each.uid))
    for record in entries:
        if record.content["kind"] != EXEMPTION:
            found[record.content["teacher"]].append(_entry(record.uid, record.content, enrolments))
    programmes = {uid: record.content for uid, record in load(session, Programme).items()}
    for each in results(session, policies):
        _add_class(found, each, programmes.get(each.content.get("programme", ""), {}))
    return found


def _entry(uid: str, content: Content, enrolments: dict[str, Content]) -> Activity:
    trainee = enrolments.get(content.get("enrolment", ""))
    same = f"class {trainee['training_class']}" if trainee is not None else ""
    identity = same or f"{plain(content['activity'])} {content.get('date', content['year'])}"
    return Activity(
        identity,
        content["year"],
        content["kind"],
        content["activity"],
        tenths(content.get("hours")),
        content.get("level", ""),
        content.get("field", ""),
        uid,
    )


def _add_class(found: dict[str, list[Activity]], class_: ClassResults, programme: Content) -> None:
    """Hours of a class belong to the year in which it ended."""
    content = class_.content
    ended = content.get("end") or content.get("start")
    if not ended or not content.get("hours"):
        return
    kind = _KIND_OF_MODE.get(programme.get("mode", ""), "1")
    level, hours = programme.get("level", ""), tenths(content["hours"])
    activity = Activity(f"class {class_.uid}", int(ended[:4]), kind, content["name"], hours, level, "2")
    for each in class_.trainees:
        if each.result.is_entitled and "teacher" in each.content:
            found[each.content["teacher"]].append(activity)


def ledgers(session: Session, policies: Policies, year: int, teachers: Collection[str]) -> dict[str, Ledger]:
    """The account of each of these teachers for a year and the cycle ending with it."""
    rules = ledger_rules(policies, year)
    exempt = exempt_years(session, policies, teachers)
    done = activities(session, policies)
    return {
        who: Ledger(
            who,
            year_balance(year, done.get(who, ()), rules, is_exempt=year in exempt.get(who, ())),
            cycle_balance(year, done.get(who, ()), rules, exempt.get(who, ())),
        )
        for who in teachers
    }
