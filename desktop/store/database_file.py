"""A database as a file: its version and wholeness, copies, taking it out of use, and migration on a verified copy.

A database that is replaced (by a migration or a restore) is never overwritten: it is moved away together with its
`-wal` and `-shm`, because a write-ahead log left beside another database file corrupts it.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Final

from sqlalchemy.exc import DatabaseError as SqlError

from desktop.errors import DatabaseError, disk_reason
from desktop.store.engine import APPLICATION_ID
from desktop.store.trouble import reason_of, telling, unopened

SCHEMA_VERSION: Final = 13
"""Ordinal of the newest Alembic revision; a test holds it against the migrations."""

DATABASE_NAME: Final = "office.db"


@contextmanager
def _migrating(path: Path) -> Iterator[None]:
    """As `telling`, where whole files are copied, synced and renamed as well."""
    kept = "没有升级，原来的数据没有变化"
    try:
        with telling(path, kept):
            yield
    except OSError as error:
        raise DatabaseError(f"{disk_reason(error)}；{kept}（{path}）") from error


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Put into a sentence why a new database file was not written, and leave none of it; a bug stays one."""
    try:
        yield
    except (SqlError, sqlite3.Error) as error:
        _remove(path)
        reason = reason_of(error)
        if reason is None:
            raise
        raise DatabaseError(f"“{path.parent}”没有写成：{reason}；以前保存的数据没有变化") from error


def is_older(version: int) -> bool:
    """Whether a database of a version is to be migrated before this program works on it."""
    return version < SCHEMA_VERSION


def version_of(path: Path) -> int:
    """The schema version of a database file. Raises DatabaseError if it is not ours, too new or cannot be read."""
    try:
        with closing(_connect_to_read(path)) as connection:
            application = connection.execute("PRAGMA application_id").fetchone()[0]
            version: int = connection.execute("PRAGMA user_version").fetchone()[0]
            if application != APPLICATION_ID:
                raise DatabaseError(f"“{path}”不是本程序的数据库，没有打开")
            revision = _revision(connection)
            if version > SCHEMA_VERSION or revision > f"{SCHEMA_VERSION:04d}":
                found = revision if version <= SCHEMA_VERSION else version
                raise DatabaseError(
                    f"“{path.parent}”的数据由更新版本的程序建立（结构 {found}，本程序为 {SCHEMA_VERSION}），"
                    "没有打开也没有改动；请先升级本程序",
                )
    except sqlite3.DatabaseError as error:
        raise unopened(path, error) from error
    return version


def check_file(path: Path) -> int:
    """The schema version of a database file, looked through as a whole.

    Raises DatabaseError as `version_of` does, and if the file is damaged.
    """
    version = version_of(path)
    try:
        with closing(_connect_to_read(path)) as connection:
            fault = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise unopened(path, error) from error
    if fault != "ok":
        raise DatabaseError(f"数据库“{path}”已损坏，请从备份恢复") from sqlite3.DatabaseError(fault)
    return version


def _revision(connection: sqlite3.Connection) -> str:
    """Alembic's name of the newest step a database has seen, an ordinal of four digits; empty if it has none."""
    if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone() is None:
        return ""
    return str(connection.execute("SELECT max(version_num) FROM alembic_version").fetchone()[0] or "")


def _connect_to_read(path: Path) -> sqlite3.Connection:
    """A connection that cannot write, whatever signs (# ? %) the name of the folder has."""
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)


def copy_database(source: Path, target: Path) -> None:
    """A consistent copy of a database that may be in use, by SQLite's own backup; synced to disk.

    Raises DatabaseError with a sentence if it cannot be written; nothing of it is left then.
    """
    with _naming(target), closing(_connect_to_read(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)
    sync_file(target)


def sync_file(path: Path) -> None:
    """Have the bytes of a file on the disk before anything else happens."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def make_file(path: Path) -> None:
    """Make a new, empty database of the present schema, under its name only when it is whole.

    Raises DatabaseError with a sentence if it cannot be written; nothing of it is left then.
    """
    fresh = path.with_suffix(".new")
    _remove(fresh)
    with _naming(fresh):
        _upgrade(fresh)
    fresh.replace(path)
    sync_folder(path.parent)


def refuse_if_open(path: Path) -> None:
    """Raise DatabaseError if another connection, of this program or another, has the database open for writing."""
    if not path.is_file():
        return
    with suppress(sqlite3.DatabaseError), closing(sqlite3.connect(path, timeout=0.5)) as connection:
        connection.execute("PRAGMA locking_mode=EXCLUSIVE")
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                return  # too damaged to be in use
            raise DatabaseError(f"“{path.parent}”正开着，没有改动；请先关闭打开它的窗口或程序") from error


def set_aside(path: Path) -> Path | None:
    """Move a database with its `-wal`, `-shm` and `-journal` into quarantine/<n>/; None if there is none."""
    there = [part for part in _parts(path) if part.exists()]
    if not there:
        return None
    target = _quarantine(path)
    for part in there:
        part.replace(target / part.name)
    return target


def _parts(path: Path) -> list[Path]:
    return [path.with_name(path.name + end) for end in ("", "-wal", "-shm", "-journal")]


def _quarantine(path: Path) -> Path:
    """A new numbered folder for what is taken out of use."""
    folder = path.parent / "quarantine"
    folder.mkdir(exist_ok=True)
    number = 1 + max((int(each.name) for each in folder.iterdir() if each.name.isdigit()), default=0)
    target = folder / str(number)
    target.mkdir()
    return target


def migrate(path: Path) -> None:
    """Bring an older database to this program's schema on a verified copy that then takes its place.

    The older one is kept in quarantine/<n>/. At every moment the file under the office's name is whole: the old
    one without a log beside it, then, by one rename, the new one. Raises DatabaseError if it is in use.
    """
    with _migrating(path):
        copy = path.with_suffix(".migrating")
        _remove(copy)
        _leave_one_file(path)
        copy_database(path, copy)
        try:
            _upgrade(copy)
            check_file(copy)
            _leave_one_file(copy)
            copy_database(path, _quarantine(path) / path.name)
        except BaseException:
            _remove(copy)
            raise
        copy.replace(path)
        sync_folder(path.parent)


def _remove(path: Path) -> None:
    for part in _parts(path):
        part.unlink(missing_ok=True)


def _leave_one_file(path: Path) -> None:
    """Take the log into the database and end it, which SQLite does only for the one who has the file alone."""
    try:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise unopened(path, error) from error
        raise DatabaseError(f"“{path}”正被另一个程序使用，没有升级也没有改动；请先关闭那个程序") from error


def sync_folder(folder: Path) -> None:
    """Have a rename on the disk; Windows has no such call and needs none."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _upgrade(path: Path) -> None:
    from desktop.store.migration import upgrade  # noqa: PLC0415 - Alembic is as slow as all the rest of start-up

    upgrade(path)
