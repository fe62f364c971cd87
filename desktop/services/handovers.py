"""移交: giving a teacher's records from one office to another, by a decision of the office above both."""

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy.orm import Session

from desktop.errors import InvalidRecord, Problem, RefusedError
from desktop.models import ANNUAL, Handover, Office, Teacher
from desktop.models.base import Content, Record
from desktop.queries.hanging import hanging_on
from desktop.services.records import save
from desktop.store.database import Store
from desktop.store.records import Edit, Stored, find, load_one, write_edits

HANDOVER: Final = "handover"
"""The kind of Act; it is not undone but answered by a handover back."""


def hand_over(
    store: Store, teacher: str, to_office: str, *, day: str, operator: str, doc_no: str | None = None, reason: str = ""
) -> str:
    """Give a teacher, with all that the old office wrote about the person, to another office below; returns the uid.

    `day` is ISO. What others wrote about the person (appointments, reviews) stays theirs. Raises RefusedError if the
    teacher or an office is none of this branch, InvalidRecord if both offices are one.
    """
    with store.write("移交人员", kind=HANDOVER, operator=operator) as session:
        person = load_one(session, Teacher, teacher)
        if person is None:
            raise RefusedError("要移交的教师不在本单位的数据中，没有移交")
        name = person.content["name"]
        for code in (person.origin, to_office):
            _refuse_stranger(session, store.office_code, code, name)
        if person.origin == to_office:
            raise InvalidRecord((Problem("to_office", f"“{name}”已由单位 {to_office} 登记，不用移交"),))
        belongings = list(_belongings(session, person))
        items = [
            {"entity": entity.plural, "record": record.uid, "revision": record.revision + 1}
            for entity, record in belongings
        ]
        values: dict[str, Any] = {
            "teacher": teacher,
            "from_office": person.origin,
            "to_office": to_office,
            "date": day,
            "doc_no": doc_no,
            "reason": reason or None,
            "items": items,
        }
        uid = save(session, Handover, values)
        write_edits(session, [_given(entity, record, to_office) for entity, record in belongings])
    return uid


def _refuse_stranger(session: Session, own: str, code: str, name: str) -> None:
    held = next(iter(find(session, Office, {"code": code}).values()), None)
    if code != own and held is None:
        raise RefusedError(f"本单位没有登记单位 {code}，不能为“{name}”办理移交；请先确认该单位的密钥卡")


def _given(entity: type[Record], record: Stored, to_office: str) -> Edit:
    content: Content = record.content
    return Edit(entity, record.uid, record, content, origin=to_office, revision=record.revision + 1)


def _belongings(session: Session, person: Stored) -> Iterator[tuple[type[Record], Stored]]:
    """The person, and the records of the same writer that link to the person."""
    yield Teacher, person
    for entity, record in hanging_on(session, Teacher.plural, person.uid):
        if entity in ANNUAL and entity is not Handover and record.origin == person.origin:
            yield entity, record
