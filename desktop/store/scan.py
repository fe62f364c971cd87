"""Reading very many records one after the other, and of each only what is asked for.

`load` holds whole records: right for ten thousand, too much for a list of a hundred thousand that shows ten columns.
"""

from collections.abc import Collection, Iterator
from typing import Any, Final

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from desktop.fields import children_of, fields_of
from desktop.models.base import Content, Line, Record
from desktop.store.records import Stored, among, plain_table

_STAMPS: Final = ("uid", "origin", "revision", "changed_at", "changed_by", "deleted_at")
_CHUNK: Final = 500


def scan(
    session: Session,
    entity: type[Record],
    names: Collection[str],
    only: Collection[str] | None = None,
    *,
    by: str = "uid",
) -> Iterator[Stored]:
    """The records, not deleted, in the order of their uids; their content holds the named fields and children only.

    Each is made when it is asked for and kept by nobody; `only` asks for those with certain values of the column `by`.
    """
    table = plain_table(entity)
    fields = [field.name for field in fields_of(entity) if field.name in names]
    query = select(*(table.c[name] for name in (*_STAMPS, *fields))).where(table.c.deleted_at.is_(None))
    if only is not None:
        query = query.where(among(table.c[by], only))
    found = session.connection().execute(query.order_by(table.c.uid), execution_options={"yield_per": _CHUNK})
    children = [(each.name, _table(each.line)) for each in children_of(entity) if each.name in names]
    for chunk in found.partitions():
        records = [_stored(fields, row) for row in chunk]
        for name, lines in children:
            _add_lines(session, name, lines, records)
        yield from records


def _table(line: type[Line]) -> Table:
    return plain_table(line)


def _stored(fields: list[str], row: Any) -> Stored:  # noqa: ANN401 - a row of any table
    content = {name: value for name, value in zip(fields, row[len(_STAMPS) :], strict=True) if value is not None}
    uid, origin, revision, changed_at, changed_by, deleted_at = row[: len(_STAMPS)]
    return Stored(uid, origin, revision, changed_at, changed_by, deleted_at, content)


def _add_lines(session: Session, name: str, table: Table, records: list[Stored]) -> None:
    by_uid: dict[str, Content] = {record.uid: record.content for record in records}
    columns = [column for column in table.c if column.key not in ("record_uid", "position")]
    query = select(table.c.record_uid, *columns).order_by(table.c.record_uid, table.c.position)
    between = table.c.record_uid.between(records[0].uid, records[-1].uid)
    for row in session.connection().execute(query.where(between)):
        if row[0] in by_uid:
            line = {column.key: value for column, value in zip(columns, row[1:], strict=True) if value is not None}
            by_uid[row[0]].setdefault(name, []).append(line)
