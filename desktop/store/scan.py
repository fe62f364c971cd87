"""Reading very many records one after the other, and of each only what is asked for.

`load` holds whole records: right for ten thousand, too much for a list of a hundred thousand that shows ten columns.
"""

from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from typing import Any, Final

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from desktop.fields import Child, children_of
from desktop.models.base import Record
from desktop.store.records import STAMPS, Stored, add_lines, field_names, stored
from desktop.store.rows import LIVE, rows, rows_of, some_of
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
    some, values = some_of(by, only)
    fields = [name for name in field_names(entity) if name in names]
    children = [each for each in children_of(entity) if each.name in names]
    which = f"{LIVE} AND {some} ORDER BY uid"
    read = rows(session, entity.plural, (*STAMPS, *fields), which, values)
    for piece in _in_pieces(session, read, fields, children):
        yield from piece.values()


def pieces(session: Session, entity: type[Record], which: ColumnElement[bool]) -> Iterator[dict[str, Stored]]:
    """The whole records that a condition on `plain_table(entity)` admits, deleted ones too, in the order of their uids.

    A piece of them is in memory at a time, so an office of any size can be read to the end.
    """
    columns, fields = plain_table(entity).c, _held(session, entity)
    query = select(*(columns[name] for name in (*STAMPS, *fields))).where(which).order_by(columns.uid)
    return _in_pieces(session, rows_of(session.connection().execute(query)), fields, children_of(entity))


def _in_pieces(
    session: Session, read: Iterator[tuple[Any, ...]], fields: Sequence[str], children: Collection[Child]
) -> Iterator[dict[str, Stored]]:
    """Records with their lines from rows in the order of their uids."""
    while piece := list(islice(read, _PIECE)):
        found = {row[0]: stored(fields, row) for row in piece}
        for child in children:
            add_lines(session, child, found, "record_uid BETWEEN ? AND ?", (piece[0][0], piece[-1][0]))
        yield found


def _held(session: Session, entity: type[Record]) -> list[str]:
    """The fields that any record has a value of: a wide table is mostly empty, and empty columns cost time to read."""
    columns, names = plain_table(entity).c, field_names(entity)
    found = session.execute(select(*(func.count(columns[name]) for name in names))).one()
    return [name for name, count in zip(names, found, strict=True) if count]
