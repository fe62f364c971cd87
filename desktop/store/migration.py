"""Running Alembic on a database file; loaded only when a database is new or behind."""

import sqlite3
from contextlib import closing
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, event

from desktop.errors import DatabaseError
from desktop.paths import MIGRATIONS
from desktop.store.engine import APPLICATION_ID, make_engine


def upgrade(path: Path) -> None:
    """Bring a file to the newest schema in one transaction; raises DatabaseError if rows lost their parents."""
    engine = make_engine(path)
    event.listen(engine, "connect", _free_foreign_keys)
    try:
        with engine.begin() as connection:
            run(connection)
            orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            if orphans:
                raise DatabaseError(f"升级数据库结构时发现 {len(orphans)} 条记录失去归属，已放弃升级，原数据未改动")
            connection.exec_driver_sql(f"PRAGMA user_version={len(list((MIGRATIONS / 'versions').glob('*.py')))}")
            connection.exec_driver_sql(f"PRAGMA application_id={APPLICATION_ID}")
    finally:
        engine.dispose()
    with closing(sqlite3.connect(path)) as connection_:
        connection_.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _free_foreign_keys(connection: sqlite3.Connection, _record: object) -> None:
    """A batch migration replaces a table by a copy; with keys in force, dropping it would delete all its lines."""
    connection.execute("PRAGMA foreign_keys=OFF")


def run(connection: Connection) -> None:
    """Run all migrations that the database has not seen, on an open connection."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
