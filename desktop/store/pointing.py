"""Which records point to which: by the links that entities and their lines declare."""

from collections.abc import Collection, Iterator
from functools import cache

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from desktop.fields import Child, children_of, fields_of
from desktop.kinds import Link
from desktop.models import ENTITIES
from desktop.models.base import Content, Line, Record
from desktop.store.records import among, holder_of
from desktop.store.tables import plain_table

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
    return tuple(name for name, target in _targets(declared) if target == plural)


@cache
def _targets(declared: type[Record] | type[Line]) -> tuple[tuple[str, str], ...]:
    """Of an entity or line, the fields that link and the entities they link to."""
    return tuple((each.name, each.kind.entity) for each in fields_of(declared) if isinstance(each.kind, Link))


def pointed_at(entity: type[Record], content: Content) -> Iterator[tuple[str, str]]:
    """The entity and uid of each record that a content, or a line of it, points to."""
    yield from ((plural, content[name]) for name, plural in _targets(entity) if name in content)
    for child in children_of(entity):
        declared: type[Line] = child.line
        for line in content.get(child.name, ()):
            yield from ((plural, line[name]) for name, plural in _targets(declared) if name in line)


def pointing_at(session: Session, plural: str, uids: Collection[str]) -> Iterator[tuple[type[Record], str, str]]:
    """The records, not deleted, that point to some of an entity: their entity and uid, and the uid they point to."""
    for entity, names, lines in linking_to(plural):
        table = plain_table(entity)
        alive = select(table.c.uid).where(table.c.deleted_at.is_(None))
        for name in names:
            for holder, uid in session.execute(alive.add_columns(table.c[name]).where(among(table.c[name], uids))):
                yield entity, holder, uid
        for child, inner in lines:
            declared: type[Line] = child.line
            for column in (plain_table(declared).c[name] for name in inner):
                joined: ColumnElement[bool] = holder_of(child) == table.c.uid
                query = alive.add_columns(column).where(joined, among(column, uids))
                for holder, uid in session.execute(query):
                    yield entity, holder, uid
