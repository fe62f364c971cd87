"""What hangs on a record: every record whose declared links, its own or those of its lines, point to it."""

from collections.abc import Collection, Iterator
from functools import cache

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from desktop.fields import Child, children_of, fields_of
from desktop.kinds import Link
from desktop.models import ENTITIES
from desktop.models.base import Content, Line, Record
from desktop.store.records import Stored, load, plain_table

Linking = tuple[type[Record], tuple[str, ...], tuple[tuple[Child, tuple[str, ...]], ...]]
"""An entity, its fields that link, and its lines with theirs."""


@cache
def linking_to(plural: str) -> tuple[Linking, ...]:
    """The entities with links to an entity, in the order of the menu."""
    found = []
    for entity in ENTITIES:
        lines = ((child, _links(child.line, plural)) for child in children_of(entity))
        linking = entity, _links(entity, plural), tuple(each for each in lines if each[1])
        if linking[1] or linking[2]:
            found.append(linking)
    return tuple(found)


def _links(declared: type[Record] | type[Line], plural: str) -> tuple[str, ...]:
    return tuple(
        each.name for each in fields_of(declared) if isinstance(each.kind, Link) and each.kind.entity == plural
    )


def hanging_on(session: Session, plural: str, uid: str) -> Iterator[tuple[type[Record], Stored]]:
    """The records, not deleted, that point to a record; each once, with its entity."""
    for entity, names, lines in linking_to(plural):
        uids = _uids_of(session, entity, names, lines, uid)
        yield from ((entity, record) for _uid, record in sorted(load(session, entity, uids).items()))


def count_hanging(session: Session, plural: str, uid: str) -> dict[str, int]:
    """How many records point to a record, by the label of their entity; bare counts, nothing is read whole."""
    counts = {
        entity.label: len(_uids_of(session, entity, names, lines, uid)) for entity, names, lines in linking_to(plural)
    }
    return {label: count for label, count in counts.items() if count}


def _uids_of(
    session: Session,
    entity: type[Record],
    names: Collection[str],
    lines: Collection[tuple[Child, tuple[str, ...]]],
    uid: str,
) -> set[str]:
    table = plain_table(entity)
    alive = select(table.c.uid).where(table.c.deleted_at.is_(None))
    found: set[str] = set()
    if names:
        found.update(session.scalars(alive.where(or_(*(table.c[name] == uid for name in names)))))
    for child, inner in lines:
        declared: type[Line] = child.line
        line = plain_table(declared)
        holders = select(line.c.record_uid).where(or_(*(line.c[name] == uid for name in inner)))
        found.update(session.scalars(alive.where(table.c.uid.in_(holders))))
    return found


def pointed_anew(entity: type[Record], content: Content, plural: str, old: str, new: str) -> Content:
    """The content of a record with its links to one record leading to another."""
    _entity, names, lines = next(each for each in linking_to(plural) if each[0] is entity)
    turned = _turned(content, names, old, new)
    for child, inner in lines:
        if child.name in turned:
            turned[child.name] = [_turned(line, inner, old, new) for line in turned[child.name]]
    return turned


def _turned(content: Content, names: Collection[str], old: str, new: str) -> Content:
    return {name: new if name in names and value == old else value for name, value in content.items()}
