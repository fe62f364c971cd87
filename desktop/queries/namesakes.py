"""Who already has this name or number: asked before a record is added twice."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from desktop.fields import field_named
from desktop.models import School, Teacher
from desktop.models.base import Content, Record
from desktop.queries.people import current_school
from desktop.store.records import Stored, find, load

_ASKED = {
    "teachers": ("name", "former_name", "id_number", "other_id_number", "mobile"),
    "schools": ("name",),
    "cohorts": ("doc_no",),
}
"""By which fields two records of an entity may be the same, by plural."""


@dataclass(frozen=True, slots=True)
class Namesake:
    """A record that may be the one about to be added: what it shares, and where the person works."""

    uid: str
    called: str
    shares: tuple[str, ...]
    school: str


def namesakes(session: Session, entity: type[Record], content: Content, day: date, *, but: str = "") -> list[Namesake]:
    """The records that share a name or number with packed content, those with most in common first."""
    shared: dict[str, list[str]] = {}
    stored: dict[str, Stored] = {}
    for name in _ASKED.get(entity.plural, ()):
        value = content.get(name)
        if value is None:
            continue
        for uid, record in find(session, entity, {name: value}).items():
            if uid != but:
                shared.setdefault(uid, []).append(field_named(entity, name).label)
                stored[uid] = record
    found = [
        Namesake(uid, _called(entity, stored[uid]), tuple(labels), _school(session, entity, uid, day))
        for uid, labels in shared.items()
    ]
    return sorted(found, key=lambda each: (-len(each.shares), each.called))


def _called(entity: type[Record], record: Stored) -> str:
    tail = str(record.content.get("id_number", ""))[-4:]
    called = entity.called(record.content)
    return f"{called}（{tail}）" if tail else called


def _school(session: Session, entity: type[Record], uid: str, day: date) -> str:
    if entity is not Teacher:
        return ""
    school = current_school(session, uid, day)
    return next((each.content["name"] for each in load(session, School, (school,)).values()), "") if school else ""
