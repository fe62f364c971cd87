"""Where people work: the main school of each teacher at a day, from the records of employment."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desktop.models import Employment, School, Teacher
from desktop.models.base import Content
from desktop.rules.dates import first_day, last_day
from desktop.store.records import find, load
from desktop.store.scan import scan
from desktop.store.tables import plain_table

EMPLOYED: Final = ("teacher", "school", "kind", "start", "end")
"""The fields of an employment that say where somebody works."""

MAIN: Final = "1"
"""任职, the kind of employment that makes a school somebody's own; exchange, loan and support leave it so."""


class PersonName(NamedTuple):
    """Whom a search may find: uid, name, a corrected reading in pinyin, the last four of the number."""

    uid: str
    name: str
    reading: str
    tail: str


def names_of_people(session: Session) -> list[PersonName]:
    """All teachers that are not deleted, as little of each as a search needs."""
    table = plain_table(Teacher)
    tail = func.substr(func.coalesce(table.c.id_number, ""), -4)
    query = select(table.c.uid, table.c.name, func.coalesce(table.c.name_reading, ""), tail)
    return [PersonName(*row) for row in session.execute(query.where(table.c.deleted_at.is_(None)))]


def schools_at(session: Session, day: date) -> dict[str, str]:
    """The uid of the school where each teacher works at `day`, by the teacher's uid.

    Of several employments the one that began last counts; its last day still belongs to it. A school that was
    merged by then stands for the one it went into.
    """
    employments = (record.content for record in scan(session, Employment, EMPLOYED))
    schools = {uid: record.content for uid, record in load(session, School).items()}
    return schools_from(employments, schools, day)


def current_school(session: Session, teacher: str, day: date) -> str | None:
    """The uid of the school where one teacher works at `day`; None where no employment says it."""
    employments = [record.content for record in find(session, Employment, {"teacher": teacher}).values()]
    schools = {uid: record.content for uid, record in load(session, School).items()}
    return schools_from(employments, schools, day).get(teacher)


def schools_from(employments: Iterable[Content], schools: Mapping[str, Content], day: date) -> dict[str, str]:
    """The same as `schools_at`, from contents already at hand."""
    found: dict[str, tuple[date, str]] = {}
    for content in employments:
        if content.get("kind") != MAIN or not _covers(content, day):
            continue
        start = first_day(content["start"]) if content.get("start") else date.min
        teacher = content["teacher"]
        if teacher not in found or found[teacher][0] <= start:
            found[teacher] = (start, content["school"])
    return {teacher: _successor(school, schools, day) for teacher, (_, school) in found.items()}


def _covers(content: Content, day: date) -> bool:
    start, end = content.get("start"), content.get("end")
    return (not start or first_day(start) <= day) and (not end or day <= last_day(end))


def _successor(school: str, schools: Mapping[str, Content], day: date) -> str:
    seen = {school}
    while (content := schools.get(school)) and (target := content.get("merged_into")):
        merged_on = content.get("merged_on")
        if target in seen or (merged_on and first_day(merged_on) > day):
            break
        seen.add(target)
        school = target
    return school
