"""The classes of an office as the page of training lists them: when, where, how many people, how far."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desktop.models import Enrolment, TrainingClass
from desktop.models.base import Content
from desktop.queries.directory import Directory
from desktop.queries.training.attendance import year_of
from desktop.store.records import Stored, load_one
from desktop.store.tables import plain_table

_ENROLMENTS: Final = plain_table(Enrolment)


class ClassState(StrEnum):
    """How far a class is on a day, in the clerk's words."""

    PLANNED = "未开班"
    RUNNING = "在办"
    ENDED = "已结班"
    UNDATED = "未定日期"


@dataclass(frozen=True, slots=True)
class ClassRow:
    """One class of the list."""

    uid: str
    text: str
    """Its name, with as much beside it as tells it from others."""
    programme: str
    site: str
    year: int
    start: str
    end: str
    state: ClassState
    enrolled: int
    """Trainees who did not withdraw."""
    quota: int | None


def class_state(content: Content, day: date) -> ClassState:
    """How far a class is."""
    start, end = content.get("start"), content.get("end")
    if not start:
        return ClassState.UNDATED
    if day.isoformat() < start:
        return ClassState.PLANNED
    return ClassState.ENDED if end and end < day.isoformat() else ClassState.RUNNING


def class_rows(session: Session, day: date) -> list[ClassRow]:
    """All classes, the latest first, those of one day by name."""
    names = Directory(session)
    programmes = {uid: record.content for uid, record in names.records("programmes").items()}
    people = enrolled_by_class(session)
    found = []
    for uid, record in names.records("classes").items():
        content = record.content
        found.append(
            ClassRow(
                uid,
                names.text("classes", uid),
                str(programmes.get(content.get("programme", ""), {}).get("name", "")),
                str(content.get("site", "")),
                year_of(content, programmes),
                str(content.get("start", "")),
                str(content.get("end", "")),
                class_state(content, day),
                people.get(uid, 0),
                content.get("quota"),
            )
        )
    found.sort(key=lambda row: row.text)
    return sorted(found, key=lambda row: row.start, reverse=True)


def enrolled_by_class(session: Session) -> dict[str, int]:
    """How many trainees of each class did not withdraw, by the uid of the class."""
    column = _ENROLMENTS.c.training_class
    query = select(column, func.count()).where(_ENROLMENTS.c.deleted_at.is_(None))
    query = query.where(_ENROLMENTS.c.withdrawn_on.is_(None)).group_by(column)
    return {row[0]: row[1] for row in session.execute(query)}


@dataclass(frozen=True, slots=True)
class ClassRecord:
    """A class as it is stored, None where it is gone, and the names that its form shows."""

    stored: Stored | None
    names: Directory


def class_record(session: Session, uid: str) -> ClassRecord:
    """One class and names."""
    names = Directory(session)
    names.texts("programmes")
    return ClassRecord(load_one(session, TrainingClass, uid) if uid else None, names)
