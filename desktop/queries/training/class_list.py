"""The classes of an office as the page of training lists them: when, where, how many people, how far."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from desktop.codes import table
from desktop.models import Enrolment, TrainingClass
from desktop.models.base import Content
from desktop.queries.directory import Directory
from desktop.queries.policies import Policies
from desktop.queries.training import attendance
from desktop.queries.training.attendance import SESSIONS, SHEETS, year_of
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
class Progress:
    """How complete a class is: sessions held and those entered, papers that policy asks for and those filed."""

    held: int
    entered: int
    papers: int
    filed: int

    @property
    def is_complete(self) -> bool:
        """Whether nothing is to be entered or filed any more."""
        return self.entered >= self.held and self.filed >= self.papers


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
    progress: Progress


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
    people, sessions = enrolled_by_class(session), _sessions_by_class(session)
    papers = _Papers(Policies(session))
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
                Progress(*sessions.get(uid, (0, 0)), *papers.counts(content, year_of(content, programmes))),
            )
        )
    found.sort(key=lambda row: row.text)
    return sorted(found, key=lambda row: row.start, reverse=True)


def _sessions_by_class(session: Session) -> dict[str, tuple[int, int]]:
    """Sessions that are held, and those of them whose sheet is entered, by the uid of the class."""
    sheets = select(SHEETS.c.session).where(SHEETS.c.deleted_at.is_(None), SHEETS.c.entered_on.is_not(None))
    entered = func.sum(case((SESSIONS.c.uid.in_(sheets), 1), else_=0))
    query = select(SESSIONS.c.training_class, func.count(), entered).group_by(SESSIONS.c.training_class)
    query = query.where(SESSIONS.c.deleted_at.is_(None), attendance.is_held())
    return {row[0]: (row[1], row[2]) for row in session.execute(query)}


class _Papers:
    """The papers that policy asks for, read once for each year."""

    def __init__(self, policies: Policies) -> None:
        self._policies = policies
        self._wanted: dict[int, frozenset[str]] = {}

    def counts(self, content: Content, year: int) -> tuple[int, int]:
        """How many papers a class should have, and how many of them are filed."""
        if year not in self._wanted:
            words = self._policies.value("training.archive_items", year)
            self._wanted[year] = frozenset(map(table("archive_item").read, words))
        wanted = self._wanted[year]
        filed = {line["item"] for line in content.get("archive", ()) if line.get("filed_on")}
        return len(wanted), len(wanted & filed)


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
