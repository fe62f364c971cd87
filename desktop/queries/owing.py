"""Who owes what: each office below and each step of the year, with the package and the stamped paper that came.

A business area adds its step to STEPS when it exists: a name, a label, and the entities whose records show it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop.errors import RefusedError
from desktop.models import (
    Appointment,
    Certificate,
    Enrolment,
    HoursEntry,
    Office,
    ScoreSheet,
    Teacher,
    TitleAward,
)
from desktop.models.base import Record
from desktop.models.local import PaperReceived, TakenPackage
from desktop.queries.timetable import calendar_of, timetable_of
from desktop.store.records import load


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that every office hands in each year; records of `entities` in a package show that it is in it.

    What is handed in on paper alone, as no area of the program holds it yet, has no entities.
    """

    name: str
    label: str
    entities: tuple[type[Record], ...]


STEPS: Final = (
    Step("roster", "骨干教师名册", (Teacher, Appointment)),
    Step("handbook", "骨干手册", ()),
    Step("training", "培训与学时", (Enrolment, ScoreSheet, Certificate, HoursEntry)),
    Step("assessment", "年度考核", ()),
    Step("title", "职称", (TitleAward,)),
)


@dataclass(frozen=True, slots=True)
class Owed:
    """One office at one step: the day its package came (and which), the day of the paper, what is missing."""

    office: str
    name: str
    step: Step
    package_on: date | None
    package_seq: int
    paper_on: date | None
    missing: tuple[str, ...]
    late: bool


def owing(session: Session, own: str, year: int, today: date) -> list[Owed]:
    """All offices directly below at all steps, in the order of their codes."""
    deadline = deadline_of(session, year)
    papers = {(row.office_code, row.step): row for row in session.scalars(select(PaperReceived).filter_by(year=year))}
    found = []
    for code, name in sorted(_offices_below(session, own)):
        packages = _packages(session, code, year)
        for step in STEPS:
            taken = _newest_with(packages, step)
            paper = papers.get((code, step.name))
            missing = tuple(_missing(step, taken, paper))
            day = _day(taken.taken_at) if taken is not None else None
            seq = taken.seq if taken is not None else 0
            paper_on = date.fromisoformat(paper.received_on) if paper is not None else None
            late = bool(missing) and deadline is not None and today > deadline
            found.append(Owed(code, name, step, day, seq, paper_on, missing, late))
    return found


def deadline_of(session: Session, year: int) -> date | None:
    """The day on which everything must be here; None where no policy says so."""
    try:
        return timetable_of(session, year, calendar_of(session)).deliver
    except RefusedError:
        return None


def _offices_below(session: Session, own: str) -> Iterator[tuple[str, str]]:
    for office in load(session, Office).values():
        if office.content.get("parent_code") == own and office.content["code"] != own:
            yield office.content["code"], office.content["name"]


def _packages(session: Session, code: str, year: int) -> list[TakenPackage]:
    query = select(TakenPackage).where(
        TakenPackage.sender == code, TakenPackage.stream == f"annual/{year}", TakenPackage.result == "imported"
    )
    return list(session.scalars(query.order_by(TakenPackage.taken_at)))


def _newest_with(packages: list[TakenPackage], step: Step) -> TakenPackage | None:
    names = {entity.plural for entity in step.entities}
    return next((each for each in reversed(packages) if names & orjson.loads(each.counts).keys()), None)


def _missing(step: Step, taken: TakenPackage | None, paper: PaperReceived | None) -> Iterator[str]:
    if step.entities and taken is None:
        yield "电子数据"
    if paper is None:
        yield "盖章纸质材料"


def _day(moment: str) -> date:
    """The day on the office's own clock; moments are kept in UTC."""
    return datetime.fromisoformat(moment).astimezone().date()
