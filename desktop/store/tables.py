"""The tables of the entities and their lines, each made from its declaration when it is first asked for.

Columns are plain TEXT and INTEGER: values stand in the database as their kinds pack them. No class is mapped to these
tables, because ten thousand rows through mapped objects cost ten times as much as the rows themselves, and because the
mapping of all of them would keep the first list waiting.
"""

from functools import cache
from typing import Any

from sqlalchemy import Column, ForeignKey, Index, Integer, MetaData, Table, Text, text

from desktop.fields import fields_of
from desktop.models import ENTITIES, LINES
from desktop.models.base import Line, Record
from desktop.models.local import LOCAL_TABLES, Base

_STAMPS = (
    ("uid", Text, False),
    ("origin", Text, False),
    ("revision", Integer, False),
    ("changed_at", Text, False),
    ("changed_by", Text, False),
    ("deleted_at", Text, True),
    ("extras", Text, True),
)
"""What every record carries beside its fields: name, type, whether it may be empty."""


@cache
def plain_table(entity: type[Record] | type[Line]) -> Table:
    """The table of an entity or line, with its indexes; its columns are the packed values."""
    own: list[Column[Any]] = [
        Column(each.name, Integer() if each.kind.storage == "INTEGER" else Text(), nullable=not each.required)
        for each in fields_of(entity)
    ]
    return _table_of_records(entity, own) if issubclass(entity, Record) else _table_of_lines(entity, own)


def _table_of_records(entity: type[Record], own: list[Column[Any]]) -> Table:
    stamps = [Column(name, kind(), nullable=is_open, primary_key=name == "uid") for name, kind, is_open in _STAMPS]
    indexes = [Index(f"ix_{entity.plural}_{name}", name) for name in entity.indexed()]
    if entity.key:
        # The migrations name the condition for PostgreSQL too; here its name alone would load all of that dialect.
        live = text("deleted_at IS NULL")
        indexes.append(Index(f"uq_{entity.plural}_key", *entity.key, unique=True, sqlite_where=live))
    return Table(entity.plural, Base.metadata, *stamps, *own, *indexes, sqlite_strict=True)


def _table_of_lines(line: type[Line], own: list[Column[Any]]) -> Table:
    # The primary key begins with the position, so that the lines of one record would be looked for in all.
    by_record = Index(f"ix_{line.table}_record", "record_uid")
    holder = ForeignKey(f"{line.parent}.uid", ondelete="CASCADE")
    place = (
        Column("position", Integer(), primary_key=True),
        Column("record_uid", Text(), holder, primary_key=True),
    )
    return Table(line.table, Base.metadata, *place, *own, by_record, sqlite_strict=True)


def schema() -> MetaData:
    """Every table of an office's database: what the migrations are held against."""
    assert LOCAL_TABLES
    for each in (*ENTITIES, *LINES):
        plain_table(each)
    return Base.metadata
