"""The grid of one class: trainees down, sessions across, each cell a mark; and what every row adds up to."""

from collections import Counter
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from desktop.queries.policies import Policies
from desktop.queries.training.attendance import (
    MARKS,
    SESSIONS,
    SHEETS,
    Attendance,
    attendance,
    missed,
)
from desktop.queries.training.classes import is_held, sessions_of, trainees_of
from desktop.rules.hours import tenths
from desktop.store.records import Stored


class Cell(NamedTuple):
    """One mark: row number on the sheet, code of attendance ("" while not known), tenths missed as written, note."""

    row: int
    mark: str
    hours: str
    note: str


@dataclass(slots=True)
class Grid:
    """A class's attendance; a trainee without a row on a session's sheet has no cell there."""

    sessions: list[Stored]
    """In order of time, moved and cancelled ones too."""
    trainees: list[Stored]
    cells: dict[tuple[str, str], Cell]
    """By trainee and session."""
    entered: dict[str, str]
    """The day of entry by session; "" for a sheet made and not yet filled in."""
    attendance: dict[str, Attendance]
    """By trainee."""


def class_grid(session: Session, policies: Policies, uid: str) -> Grid:
    """Everything the attendance page of one class shows; its marks are read once."""
    sessions = {each.uid: each for each in sessions_of(session, uid)}
    sheets = select(SHEETS.c.session, SHEETS.c.entered_on).where(
        SHEETS.c.session.in_(sessions), SHEETS.c.deleted_at.is_(None)
    )
    entered = {owner: day or "" for owner, day in session.execute(sheets)}
    held = {
        each: (record.content.get("course"), tenths(record.content["hours"]))
        for each, record in sessions.items()
        if is_held(record)
    }
    rows = session.execute(_details(uid)).all()
    cells = {(who, where): Cell(row, mark, hours, note) for who, where, row, mark, hours, note, _away in rows}
    counts = Counter(
        (who, *held[where], mark, away)
        for who, where, _row, mark, _hours, _note, away in rows
        if mark and where in held
    )
    sums = ((who, course, mark, n, n * due, n * away) for (who, course, due, mark, away), n in counts.items())
    attended = attendance(session, policies, (uid,), sums=sums)
    return Grid(list(sessions.values()), trainees_of(session, uid), cells, entered, attended)


def _details(uid: str) -> Select[Any]:
    """Each mark of a class with trainee and session, and the tenths missed."""
    texts = (func.coalesce(column, "") for column in (MARKS.c.mark, MARKS.c.hours, MARKS.c.note))
    columns = (MARKS.c.row, *texts, missed())
    query = select(MARKS.c.enrolment, SESSIONS.c.uid, *columns).select_from(MARKS)
    query = query.join(SHEETS, SHEETS.c.uid == MARKS.c.record_uid).join(SESSIONS, SESSIONS.c.uid == SHEETS.c.session)
    return query.where(SESSIONS.c.training_class == uid, SHEETS.c.deleted_at.is_(None), SESSIONS.c.deleted_at.is_(None))
