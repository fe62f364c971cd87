"""A list as columns of plain values: what is shown, filtered, sorted and searched of a hundred thousand records.

The values are those of `listing.rows`, made by the same derivations; but a record is read, asked and let go, and what
stays are the columns that somebody looks at.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from desktop.models import Employment, Teacher
from desktop.models.base import Record
from desktop.queries.columns import DERIVED_FROM, Surroundings, official_place
from desktop.queries.directory import Directory
from desktop.queries.listing import office_order
from desktop.store.records import Stored
from desktop.store.rows import LIVE, rows
from desktop.store.scan import scan


@dataclass(frozen=True, slots=True)
class PlainRow:
    """One record of a list: its uid, its place in the office's own order, its packed values in the order asked for."""

    uid: str
    place: Any
    values: tuple[Any, ...]


def plain_rows(
    session: Session,
    entity: type[Record],
    names: Sequence[str],
    day: date,
    *,
    uids: Collection[str] | None = None,
    known: Directory | None = None,
) -> tuple[Directory, Iterator[PlainRow]]:
    """The rows of a list at `day` in no order, with the names around them; of all records or of those named.

    `names` are those of columns; None stands where a record has no value. `known` are names of an earlier time, of
    which only those of the list's own entity may have changed.
    """
    directory = Directory(session) if known is None else known.renewed(session, entity.plural)
    people = None if uids is None else _people(session, entity, uids)
    around = Surroundings(session, day, directory, people)
    if entity.plural == "appointments":
        teachers = people or {each.content["teacher"] for each in scan(session, entity, ("teacher",))}
        directory.fetch("teachers", teachers)
    source = set(DERIVED_FROM.get(entity.plural, ()))
    if not {"education", "degree"} & {*names}:
        source.discard("educations")
    read = frozenset((*names, *source, *entity.key))
    return directory, _rows(scan(session, entity, read, uids), entity, names, around)


def first_people(session: Session, names: Directory, *, least: int, of_more_than: int) -> list[str]:
    """The teachers of the schools that stand first, at least so many; none where all are no more than a few.

    They begin the list in the office's own order, and are found a hundred times sooner than that order is. `names` are
    those that the list of these people is made with afterwards.
    """
    beyond = rows(session, Teacher.plural, ("uid",), f"{LIVE} LIMIT 1 OFFSET ?", (of_more_than,))
    if next(beyond, None) is None:
        return []
    schools = sorted(names.records("schools").items(), key=lambda item: official_place(item[1].content))
    found: dict[str, None] = {}
    for uid, _school in schools:
        found.update(
            (each.content["teacher"], None) for each in scan(session, Employment, ("teacher",), [uid], by="school")
        )
        if len(found) >= least:
            break
    return [*found]


def _people(session: Session, entity: type[Record], uids: Collection[str]) -> Collection[str] | None:
    """The teachers that some records are about; None where that is not known."""
    if entity.plural == "teachers":
        return uids
    if "teacher" in DERIVED_FROM.get(entity.plural, ()):
        linked = (each.content.get("teacher") for each in scan(session, entity, ("teacher",), uids))
        return {uid for uid in linked if uid is not None}
    return None


def _rows(
    found: Iterator[Stored], entity: type[Record], names: Sequence[str], around: Surroundings
) -> Iterator[PlainRow]:
    place, plural = office_order(entity, around), entity.plural
    for record in found:
        values = {**record.content, **around.derive(plural, record)}
        yield PlainRow(record.uid, place(record), tuple(map(values.get, names)))
