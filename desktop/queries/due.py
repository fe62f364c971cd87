"""What is missing and due in an office at a day, each with what it concerns: the base of home page and 交接单.

Everything is counted by the database or once for each group of equal rows, so that an office of 100,000 persons is
counted in the time of a blink; nothing is stored.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from desktop.errors import RefusedError
from desktop.fields import fields_of
from desktop.models import Appointment, Cohort, Note, School, Teacher
from desktop.models.base import Record
from desktop.models.local import Act, OutboxEntry, Reception
from desktop.queries.policies import Policies
from desktop.queries.terms import VALID, cycle_years, latest_events, term_of
from desktop.rules.dates import last_day
from desktop.rules.retirement import read_stages, retirement_day
from desktop.rules.states import State
from desktop.store.records import load
from desktop.store.tables import plain_table

_ANNUAL: Final = "annual/"
_NAMED: Final = 12
"""So many names stand in a sentence; of more the first ones and the count."""
_BASE_AGES: Final = {"1": 60, "2": 55}
"""Men, and women in posts of teachers (干部身份); a differing agreement is the person's own date."""


class Matter(StrEnum):
    """What kind of thing is open."""

    NO_ROSTER = "no_roster"
    NOT_SENT = "not_sent"
    NOT_RESENT = "not_resent"
    INCOMPLETE = "incomplete"
    NO_DOCUMENT = "no_document"
    TERM_ENDS = "term_ends"
    RETIRES = "retires"
    NO_PACKAGE = "no_package"
    NO_RECEIPT = "no_receipt"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Due:
    """One open thing: a sentence, how many it concerns, until when, and the page that shows it."""

    matter: Matter
    text: str
    count: int
    page: str
    what: str = ""
    """What the page shall show: a record's uid."""
    until: date | None = None
    note: str = ""
    """The uid of the note behind it."""


@dataclass(frozen=True, slots=True)
class Counts:
    """The figures of the cards: persons, those complete, appointments by tier in force, schools heard of."""

    teachers: int
    complete: int
    appointed: int
    in_force: int
    tiers: tuple[tuple[str, int], ...]
    """Code of the tier and how many are in force."""
    schools: int
    heard: int


def due_at(
    session: Session, day: date, year: int, *, has_parent: bool, check: Callable[[], None] = lambda: None
) -> list[Due]:
    """Everything open at `day` for the year, what must be done first at the top; `check` may raise to stop."""
    found: list[Due] = [*_notes(session, day)]
    for ask in (_not_resent, _incomplete, _without_document, _ending, _retiring):
        check()
        found += ask(session, day, year)
    appointed = _count(session, Appointment)
    if not appointed:
        text = "还没有骨干教师：把学校报来的花名册拖进“导入名册”即可，不用改格式"
        return [Due(Matter.NO_ROSTER, text, 0, "import"), *found]
    found += _not_sent(session, day, year)
    return [*found, *(_packages(session, year) if has_parent else ())]


def _live(entity: type[Record]) -> Any:  # noqa: ANN401 - a condition of SQLAlchemy
    return plain_table(entity).c.deleted_at.is_(None)


def _count(session: Session, entity: type[Record], *conditions: Any) -> int:  # noqa: ANN401
    table = plain_table(entity)
    return session.scalar(select(func.count()).select_from(table).where(_live(entity), *conditions)) or 0


def _listed(names: Iterable[str]) -> str:
    listed = list(names)
    told = "、".join(listed[:_NAMED])
    return told if len(listed) <= _NAMED else f"{told}等 {len(listed)} 所"


def _open_schools(session: Session) -> dict[str, str]:
    """The schools that are not merged, in the office's order: name by uid."""
    table = plain_table(School)
    query = select(table.c.uid, table.c.name).where(_live(School), table.c.merged_into.is_(None))
    return {row[0]: row[1] for row in session.execute(query.order_by(table.c.order, table.c.name))}


def receptions_of(session: Session, year: int) -> list[Reception]:
    """The files received in a year whose import was not undone, the oldest first."""
    query = select(Reception).join(Act, Act.id == Reception.act_id)
    query = query.where(Act.undone_by.is_(None), Reception.received_at.startswith(str(year)))
    return list(session.scalars(query.order_by(Reception.id)))


def _not_sent(session: Session, _day: date, year: int) -> Iterator[Due]:
    senders = {each.sender for each in receptions_of(session, year)}
    schools = _open_schools(session)
    missing = [name for uid, name in schools.items() if uid not in senders]
    if missing:
        text = f"{len(missing)} 所学校今年还没有报来花名册：{_listed(missing)}"
        yield Due(Matter.NOT_SENT, text, len(missing), "import")


def _not_resent(session: Session, _day: date, year: int) -> Iterator[Due]:
    last: dict[str, Reception] = {each.sender: each for each in receptions_of(session, year)}
    for each in last.values():
        if each.returned:
            text = f"{each.sender_name}有 {each.returned} 人退回修改，尚未重报"
            what = "" if ":" in each.sender else each.sender
            yield Due(Matter.NOT_RESENT, text, each.returned, "schools" if what else "import", what)


def _needed(entity: type[Record]) -> list[str]:
    return [field.name for field in fields_of(entity) if field.needed]


def _incomplete(session: Session, _day: date, _year: int) -> Iterator[Due]:
    table = plain_table(Teacher)
    lacking = _count(session, Teacher, or_(*(table.c[name].is_(None) for name in _needed(Teacher))))
    if not lacking:
        return
    labels = {field.name: field.label for field in fields_of(Teacher)}
    counts = [(labels[name], _count(session, Teacher, table.c[name].is_(None))) for name in _needed(Teacher)]
    told = "、".join(f"{label} {count}" for label, count in counts if count)
    text = f"{lacking} 名教师缺上报必需的内容（{told}）"
    yield Due(Matter.INCOMPLETE, text, lacking, "teachers")


def _without_document(session: Session, _day: date, _year: int) -> Iterator[Due]:
    lacking = _count(session, Appointment, plain_table(Appointment).c.cohort.is_(None))
    if lacking:
        yield Due(Matter.NO_DOCUMENT, f"{lacking} 名骨干教师没有认定文号", lacking, "appointments")


@dataclass(frozen=True, slots=True)
class _Group:
    """Appointments that run alike: what decides their term, and how many without a later event there are."""

    content: dict[str, Any]
    count: int


def _groups(session: Session, day: date) -> Iterator[_Group]:
    """All appointments that no event has ended by `day`, counted by what their term depends on."""
    table = plain_table(Appointment)
    names = ("cohort", "tier", "recognized_on")
    columns = [table.c[name] for name in names]
    query = select(*columns, func.count()).where(_live(Appointment)).group_by(*columns)
    counts = Counter({tuple(row[:3]): row[3] for row in session.execute(query)})
    latest = latest_events(session, day)
    ended = [uid for uid, event in latest.items() if State(event["status"]) is not VALID]
    counts.subtract(tuple(map(each.content.get, names)) for each in load(session, Appointment, ended).values())
    for values, count in counts.items():
        content = {name: value for name, value in zip(names, values, strict=True) if value is not None}
        yield _Group(content, count)


def _ending(session: Session, day: date, year: int) -> Iterator[Due]:
    cohorts = {uid: record.content for uid, record in load(session, Cohort).items()}
    years = cycle_years(session)
    ending: dict[date, int] = {}
    for group in _groups(session, day):
        term = term_of(group.content, cohorts, None, years, day)
        if term.is_valid and term.end and last_day(term.end).year == year:
            end = last_day(term.end)
            ending[end] = ending.get(end, 0) + group.count
    for end, count in sorted(ending.items()):
        text = f"{count} 名骨干教师任期到 {end.year}年{end.month}月{end.day}日届满"
        yield Due(Matter.TERM_ENDS, text, count, "appointments", until=end)


def _retiring(session: Session, day: date, year: int) -> Iterator[Due]:
    """Persons with an appointment who reach retirement in the year; equal months of birth are computed once."""
    try:
        stages = read_stages(Policies(session).value("retire.table", year))
    except RefusedError:
        return
    people, appointments = plain_table(Teacher), plain_table(Appointment)
    holders = select(appointments.c.teacher).where(appointments.c.deleted_at.is_(None))
    query = select(people.c.birth_date, people.c.gender, people.c.retirement_override, func.count())
    query = query.where(_live(Teacher), people.c.uid.in_(holders), people.c.birth_date.is_not(None))
    count, first = 0, None
    for birth, gender, chosen, some in session.execute(
        query.group_by(people.c.birth_date, people.c.gender, people.c.retirement_override)
    ):
        if gender not in _BASE_AGES or (len(birth) < len("1970-01") and not chosen):
            continue
        retires = retirement_day(birth, _BASE_AGES[gender], stages, chosen=chosen or "")
        if retires.year == year:
            count += some
            first = min(first or retires, retires)
    if count and first is not None:
        word = "已到" if first <= day else "将到"
        text = f"{count} 名骨干教师今年{word}退休年龄，最早 {first.year}年{first.month}月，请及时登记任期变动"
        yield Due(Matter.RETIRES, text, count, "appointments", until=first)


def _packages(session: Session, year: int) -> Iterator[Due]:
    query = select(OutboxEntry).where(OutboxEntry.stream == f"{_ANNUAL}{year}", OutboxEntry.sealed_at.is_not(None))
    written = list(session.scalars(query.order_by(OutboxEntry.seq)))
    if not written:
        yield Due(Matter.NO_PACKAGE, f"{year} 年度数据包还没有上报", 1, "packages")
    elif not written[-1].receipted_at:
        text = f"{year} 年度第 {written[-1].seq} 次上报还没有收到回执"
        yield Due(Matter.NO_RECEIPT, text, 1, "packages")


def _notes(session: Session, day: date) -> Iterator[Due]:
    for uid, record in sorted(load(session, Note).items(), key=lambda item: (item[1].content.get("due", "9"), item[0])):
        content = record.content
        if content.get("is_done"):
            continue
        school, teacher = content.get("school"), content.get("teacher")
        who = [*_names(session, School, school), *_names(session, Teacher, teacher)]
        until = date.fromisoformat(content["due"]) if content.get("due") else None
        late = "（已到期）" if until and until <= day else ""
        page, what = ("teachers", teacher) if teacher else ("schools", school) if school else ("notes", uid)
        text = f"{'·'.join(who)}：{content['text']}{late}" if who else f"{content['text']}{late}"
        yield Due(Matter.NOTE, text, 1, page, str(what), until, uid)


def _names(session: Session, entity: type[Record], uid: str | None) -> list[str]:
    found = load(session, entity, (uid,)) if uid else {}
    return [entity.called(record.content) for record in found.values()]


def counts_at(session: Session, day: date, year: int) -> Counts:
    """The figures of the home page's cards."""
    table = plain_table(Teacher)
    cohorts = {uid: record.content for uid, record in load(session, Cohort).items()}
    years = cycle_years(session)
    tiers: dict[str, int] = {}
    for group in _groups(session, day):
        if term_of(group.content, cohorts, None, years, day).is_valid:
            tier = str(group.content["tier"])
            tiers[tier] = tiers.get(tier, 0) + group.count
    teachers = _count(session, Teacher)
    lacking = _count(session, Teacher, or_(*(table.c[name].is_(None) for name in _needed(Teacher))))
    schools = _open_schools(session)
    heard = {each.sender for each in receptions_of(session, year)} & schools.keys()
    return Counts(
        teachers,
        teachers - lacking,
        _count(session, Appointment),
        sum(tiers.values()),
        tuple(sorted(tiers.items())),
        len(schools),
        len(heard),
    )
