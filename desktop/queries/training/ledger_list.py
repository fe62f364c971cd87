"""The ledger of hours of all teachers of an office as its page lists them, and the entries by hand of one person."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy.orm import Session

from desktop.errors import RefusedError
from desktop.models import Employment, HoursEntry, School, Teacher
from desktop.models.base import Content
from desktop.queries.columns import official_place
from desktop.queries.people import EMPLOYED, schools_from
from desktop.queries.policies import Policies
from desktop.queries.training.ledger import EXEMPTION, Ledger, activities, exempt_years, ledger_rules
from desktop.rules.hours import TENTHS
from desktop.rules.hours_ledger import LedgerRules, Probation, cycle_balance, probation_of, year_balance
from desktop.store.records import Stored, find, load
from desktop.store.scan import scan

_NAMED: Final = ("name", "id_number", "teaching_start_month", "work_start_month")


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One teacher: name, unit, last four of the number, the account, and that of the probation of a new teacher."""

    uid: str
    name: str
    unit: str
    tail: str
    ledger: Ledger
    probation: Probation | None
    exemption: str
    """The entry of kind 考核合格免修 of the year, whatever its grade; empty where there is none."""

    @property
    def is_short(self) -> bool:
        """Whether anything lacks for the year."""
        return bool(self.ledger.year.short or self.ledger.year.short_of_field)


@dataclass(frozen=True, slots=True)
class LedgerList:
    """All teachers in the official order of their units, the rules of the year, and the hours asked of new teachers."""

    lines: list[LedgerLine]
    rules: LedgerRules
    new_teacher_hours: int


def ledger_list(session: Session, policies: Policies, year: int) -> LedgerList:
    """The ledgers of a year; units are those of its last day."""
    rules = ledger_rules(policies, year)
    done, exempt = activities(session, policies), exempt_years(session, policies)
    needed = policies.value("ce.new_teacher_hours", year) * TENTHS
    months = _probation_months(policies, year)
    schools = {uid: record.content for uid, record in load(session, School).items()}
    employments = (each.content for each in scan(session, Employment, EMPLOYED))
    school_of = schools_from(employments, schools, date(year, 12, 31))
    marked = find(session, HoursEntry, {"kind": EXEMPTION, "year": year}).values()
    exemptions = {each.content["teacher"]: each.uid for each in marked}
    found = []
    for record in scan(session, Teacher, _NAMED):
        own, content = done.get(record.uid, []), record.content
        account = Ledger(
            record.uid,
            year_balance(year, own, rules, is_exempt=year in exempt.get(record.uid, ())),
            cycle_balance(year, own, rules, exempt.get(record.uid, ())),
        )
        start = content.get("teaching_start_month") or content.get("work_start_month", "")
        probation = probation_of(start, year, own, rules, months=months, needed=needed)
        school = schools.get(school_of.get(record.uid, ""), {})
        name, unit, exemption = content["name"], school.get("name", ""), exemptions.get(record.uid, "")
        line = LedgerLine(record.uid, name, unit, _tail(content), account, probation, exemption)
        found.append((official_place(school), line))
    found.sort(key=lambda pair: (pair[0], pair[1].name, pair[1].uid))
    return LedgerList([line for _place, line in found], rules, needed)


def _probation_months(policies: Policies, year: int) -> int:
    """By policy; 0 in an office that was made before this number was shipped: then nobody is asked for it."""
    try:
        months: int = policies.value("ce.probation_months", year)
    except RefusedError:
        return 0
    return months


def _tail(content: Content) -> str:
    return str(content.get("id_number", ""))[-4:]


def entries_of(session: Session, teacher: str, year: int) -> list[Stored]:
    """The entries by hand of one person and year, exemptions first."""
    found = find(session, HoursEntry, {"teacher": teacher, "year": year}).values()
    return sorted(found, key=_entry_order)


def _entry_order(record: Stored) -> tuple[Any, ...]:
    return (record.content["kind"] != EXEMPTION, record.content.get("date", ""), record.uid)
