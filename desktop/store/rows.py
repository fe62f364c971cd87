"""Rows of a table, asked for in the words of SQL.

To have a query composed takes ten times as long as to read a few records by it, and every form, list and link reads a
few. Names of tables and columns are those of declarations; values are parameters.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final

import orjson
from sqlalchemy import CursorResult
from sqlalchemy.orm import Session

LIVE: Final = "deleted_at IS NULL"
"""The condition of records that are not deleted."""


def rows(
    session: Session, table: str, names: Iterable[str], which: str, values: tuple[Any, ...] = ()
) -> Iterator[tuple[Any, ...]]:
    """Rows of a table as the driver gives them: columns are plain TEXT and INTEGER."""
    columns = ", ".join(f'"{name}"' for name in names)
    sql = f'SELECT {columns} FROM "{table}" WHERE {which}'  # noqa: S608 - values are parameters
    return rows_of(session.connection().exec_driver_sql(sql, values))


def rows_of(result: CursorResult[Any]) -> Iterator[tuple[Any, ...]]:
    """The driver's own rows of a result, each read when it is asked for."""
    cursor: Any = result.cursor
    return iter(cursor)


def some_of(name: str, values: Iterable[str] | None) -> tuple[str, tuple[str, ...]]:
    """The condition that a column has one of these values, however many there are, and its parameter; None is any."""
    if values is None:
        return "1", ()
    condition = f'"{name}" IN (SELECT value FROM json_each(?))'  # noqa: S608 - the name is a column's
    return condition, (orjson.dumps(list(values)).decode(),)
