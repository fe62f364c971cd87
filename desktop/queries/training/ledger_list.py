"""The ledger of hours of all teachers of an office as its page lists them, and the entries by hand of one person."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy.orm import Session

from desktop.errors import RefusedError
from desktop.models import Employment, Enrolment, HoursEntry, School, Teacher
from desktop.models.base import Content
from desktop.queries.columns import official_place
from desktop.queries.directory import Directory
from desktop.queries.people import EMPLOYED, schools_from
from desktop.queries.policies import Policies
from desktop.queries.training.activities import EXEMPTION, activities
from desktop.queries.training.ledger import Account, Ledger, account_of, exempt_years, ledger_rules, ledgers
from desktop.rules.hours import tenths_of
from desktop.rules.hours_ledger import LedgerRules, Probation, probation_of, recognise
from desktop.store.records import Stored, find, load
from desktop.store.scan import scan

_NAMED: Final = ("name", "id_number", "teaching_start_month", "work_start_month")
_STEP: Final = 200
"""People between two checks."""


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One teacher: name, unit, last four of the number, the account, and that of the probation of a new teacher.

    What the account is made of is read for one person at a time: of a hundred thousand nobody looks at it.
    """

    uid: str
    name: str
    unit: str
    tail: str
    account: Account
    probation: Probation | None
    exemption: str
    """The entry of kind 考核合格免修 of the year, whatever its grade; empty where there is none."""


@dataclass(frozen=True, slots=True)
class LedgerList:
    """All teachers in the official order of their units, the rules of the year, and the hours asked of new teachers."""

    lines: list[LedgerLine]
    rules: LedgerRules
    new_teacher_hours: int


def ledger_list(
    session: Session, policies: Policies, year: int, *, check: Callable[[], object] = lambda: None
) -> LedgerList:
    """The ledgers of a year; units are those of its last day.

    `check` is called between people and may raise, which ends the work.
    """
    rules = ledger_rules(policies, year)
    done, exempt = activities(session, policies), exempt_years(session, policies)
    needed = tenths_of(policies.value("ce.new_teacher_hours", year))
    months = _probation_months(policies, year)
    schools = {uid: record.content for uid, record in load(session, School).items()}
    employments = (each.content for each in scan(session, Employment, EMPLOYED))
    school_of = schools_from(employments, schools, date(year, 12, 31))
    marked = find(session, HoursEntry, {"kind": EXEMPTION, "year": year}).values()
    exemptions = {each.content["teacher"]: each.uid for each in marked}
    nobody = account_of(year, (), rules)
    by_school: dict[str, list[LedgerLine]] = defaultdict(list)
    for number, record in enumerate(scan(session, Teacher, _NAMED)):
        if number % _STEP == 0:
            check()
        content, uid = record.content, record.uid
        entries = recognise(done.pop(uid, ()), rules)  # all freed at once would hold every thread
        account = account_of(year, entries, rules, exempt.get(uid, ())) if entries or uid in exempt else nobody
        start = content.get("teaching_start_month") or content.get("work_start_month", "")
        probation = probation_of(start, year, entries, months=months, needed=needed)
        school = school_of.get(uid, "")
        unit = schools[school]["name"] if school in schools else ""
        by_school[school].append(
            LedgerLine(uid, content["name"], unit, _tail(content), account, probation, exemptions.get(uid, ""))
        )
    ordered = sorted(by_school, key=lambda school: official_place(schools.get(school, {})))
    lines = [line for school in ordered for line in sorted(by_school[school], key=lambda one: (one.name, one.uid))]
    return LedgerList(lines, rules, needed)


def _probation_months(policies: Policies, year: int) -> int:
    """By policy; 0 in an office that was made before this number was shipped: then nobody is asked for it."""
    try:
        months: int = policies.value("ce.probation_months", year)
    except RefusedError:
        return 0
    return months


def _tail(content: Content) -> str:
    return str(content.get("id_number", ""))[-4:]


@dataclass(frozen=True, slots=True)
class PersonLedger:
    """One person's account with its activities, and the names that the form of an entry shows."""

    ledger: Ledger
    names: Directory


def person_ledger(session: Session, policies: Policies, year: int, teacher: str) -> PersonLedger:
    """The account of one person; the names know only this person and what he was enrolled in."""
    names = Directory(session)
    names.confine(Teacher.plural, (teacher,))
    names.confine(Enrolment.plural, find(session, Enrolment, {"teacher": teacher}))
    names.texts(Enrolment.plural)
    return PersonLedger(ledgers(session, policies, year, (teacher,))[teacher], names)


def entries_of(session: Session, teacher: str, year: int) -> list[Stored]:
    """The entries by hand of one person and year, exemptions first."""
    found = find(session, HoursEntry, {"teacher": teacher, "year": year}).values()
    return sorted(found, key=_entry_order)


def _entry_order(record: Stored) -> tuple[Any, ...]:
    return (record.content["kind"] != EXEMPTION, record.content.get("date", ""), record.uid)
