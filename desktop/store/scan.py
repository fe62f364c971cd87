"""Reading very many records one after the other, and of each only what is asked for.

`load` holds whole records: right for ten thousand, too much for a list of a hundred thousand that shows ten columns.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import Final

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from desktop.fields import Child, children_of
from desktop.models.base import Record
from desktop.store.records import Stored, add_lines, among, field_names, holder_of, select_records, stored
from desktop.store.tables import plain_table

_PIECE: Final = 1000
"""Records in memory at once."""


def scan(
    session: Session,
    entity: type[Record],
    names: Collection[str],
    only: Collection[str] | None = None,
    *,
    by: str = "uid",
) -> Iterator[Stored]:
    """The records, not deleted, in the order of their uids; of their fields and children only those named.

    Each is made when it is asked for and kept by nobody; `only` asks for those with certain values of the column `by`.
    """
    table = plain_table(entity)
    which: ColumnElement[bool] = table.c.deleted_at.is_(None)
    if only is not None:
        which = and_(which, among(table.c[by], only))
    fields = [name for name in field_names(entity) if name in names]
    children = [each for each in children_of(entity) if each.name in names]
    for piece in _pieces(session, entity, which, fields, children):
        yield from piece.values()


def pieces(session: Session, entity: type[Record], which: ColumnElement[bool]) -> Iterator[dict[str, Stored]]:
    """The whole records that a condition on `plain_table(entity)` admits, deleted ones too, in the order of their uids.

    A piece of them is in memory at a time, so an office of any size can be read to the end.
    """
    return _pieces(session, entity, which, _held(session, entity), children_of(entity))


def _pieces(
    session: Session,
    entity: type[Record],
    which: ColumnElement[bool],
    fields: Sequence[str],
    children: Collection[Child],
) -> Iterator[dict[str, Stored]]:
    query = select_records(entity, fields).where(which).order_by(plain_table(entity).c.uid)
    cursor = session.connection().execute(query).cursor  # the driver's own rows: columns are plain TEXT and INTEGER
    while rows := cursor.fetchmany(_PIECE):
        found = {row[0]: stored(fields, row) for row in rows}
        for child in children:
            add_lines(session, child, found, holder_of(child).between(rows[0][0], rows[-1][0]))
        yield found


def _held(session: Session, entity: type[Record]) -> list[str]:
    """The fields that any record has a value of: a wide table is mostly empty, and empty columns cost time to read."""
    columns, names = plain_table(entity).c, field_names(entity)
    found = session.execute(select(*(func.count(columns[name]) for name in names))).one()
    return [name for name, count in zip(names, found, strict=True) if count]
