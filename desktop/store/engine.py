"""The engines, made in one function, so that SQLCipher's module or a PostgreSQL URL can take SQLite's place."""

import sqlite3
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.pool import NullPool

APPLICATION_ID: Final = 0x436F4465
"""Marks a SQLite file as ours ("CoDe"); another number is another program's file."""

_COMMON: Final = (
    "PRAGMA foreign_keys=ON",
    "PRAGMA trusted_schema=OFF",
    "PRAGMA cell_size_check=ON",
    "PRAGMA mmap_size=0",
    "PRAGMA busy_timeout=5000",
    "PRAGMA recursive_triggers=ON",
    "PRAGMA temp_store=MEMORY",
)
_READER: Final = ("PRAGMA query_only=ON", "PRAGMA wal_autocheckpoint=0")
_WRITER: Final = ("PRAGMA secure_delete=ON", "PRAGMA journal_size_limit=67108864", "PRAGMA cache_size=-16384")


def make_engine(where: Path | str, *, read_only: bool = False, module: ModuleType | None = None) -> Engine:
    """An engine on a database file (or on any URL): readers cannot write, writers take the lock at BEGIN.

    `module` is the DB-API module that opens the file, sqlite3 unless SQLCipher's is given.
    """
    if isinstance(where, str):
        return create_engine(where)
    engine = create_engine(
        URL.create("sqlite", database=str(where)),
        module=module or sqlite3,
        poolclass=NullPool if read_only else None,
        connect_args={"isolation_level": None, "check_same_thread": False},
    )
    event.listen(engine, "connect", _settings(read_only=read_only))
    event.listen(engine, "begin", _begin_read if read_only else _begin_write)
    return engine


def _settings(*, read_only: bool) -> Any:  # noqa: ANN401 - the listener's signature is SQLAlchemy's
    def set_up(connection: sqlite3.Connection, _record: object) -> None:
        if not read_only:
            set_journal(connection)
        for pragma in (*_COMMON, *(_READER if read_only else _WRITER)):
            connection.execute(pragma)

    return set_up


def set_journal(connection: sqlite3.Connection) -> None:
    """WAL with every commit synced; where the folder cannot hold a WAL, a rollback journal synced twice."""
    mode = connection.execute("PRAGMA journal_mode=WAL").fetchone()[0]
    if str(mode).lower() == "wal":
        connection.execute("PRAGMA synchronous=FULL")
        return
    connection.execute("PRAGMA journal_mode=DELETE")
    connection.execute("PRAGMA synchronous=EXTRA")


def _begin_write(connection: Connection) -> None:
    """A deferred transaction may fail at its first write after an hour of reading; take the lock now."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_read(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")
