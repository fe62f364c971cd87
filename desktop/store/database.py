"""One office's folder and its database: create, open, migrate on a verified copy, read and write sessions.

The folder holds `office.db`, `keys.json`, `blobs/`, `backups/`, `outbox/`, `inbox/` and `quarantine/`. A database
that is replaced (by a migration or a restore) is never overwritten: it is moved away together with its `-wal`
and `-shm`, because a write-ahead log left beside another database file corrupts it.
"""

import os
import secrets
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import orjson
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError as SqlError
from sqlalchemy.orm import Session, configure_mappers

from desktop.errors import DatabaseError, RefusedError, disk_reason
from desktop.models.local import Base, Setting
from desktop.store.act import OpenAct
from desktop.store.engine import APPLICATION_ID, make_engine

SCHEMA_VERSION: Final = 11
"""Ordinal of the newest Alembic revision; a test holds it against the migrations."""

DATABASE_NAME: Final = "office.db"
_ROOM_TO_OPEN: Final = 1024 * 1024
"""With less than this free, a disk error on opening comes from a full disk: the log's index finds no room."""


class Store:
    """The open database of one office; `write` sessions are Acts, `read` sessions cannot write."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / DATABASE_NAME
        self._reader = make_engine(self.path, read_only=True)
        self._writer = make_engine(self.path)
        self.changed: list[Callable[[frozenset[str]], None]] = []
        """Called after every commit with the plural names of the entities that changed."""
        self.acts_done = 0
        with self.read() as session:
            self.settings = settings_of(session)

    @classmethod
    def open(cls, folder: Path, *, is_searched: bool = True) -> "Store":
        """Open an office's folder; older databases are migrated first. Raises DatabaseError with a sentence.

        Without `is_searched` the content is not looked through for damage; `check_file` is to do that afterwards.
        """
        path = folder / DATABASE_NAME
        if not path.is_file():
            raise DatabaseError(f"“{folder}”里没有本程序的数据库（{DATABASE_NAME}），请核对文件夹或先新建单位")
        version = version_of(path)
        if is_searched or version < SCHEMA_VERSION:
            check_file(path)
        if version < SCHEMA_VERSION:
            migrate(path)
        try:
            return cls(folder)
        except SqlError as error:
            raise _unopened(path, error.orig) from error

    @classmethod
    def create(cls, folder: Path) -> "Store":
        """Make a new, empty database in a folder that has none. Raises RefusedError if it has one."""
        path = folder / DATABASE_NAME
        if path.exists():
            raise RefusedError(f"“{folder}”里已经有一个单位的数据，没有改动；请另选一个文件夹")
        folder.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(".new")
        _remove(fresh)
        with _naming(fresh):
            _upgrade(fresh)
        fresh.replace(path)
        sync_folder(folder)
        return cls(folder)

    @property
    def office_code(self) -> str:
        """The code of the office that owns this database; the origin of everything entered here."""
        return self.settings.get("office_code", "")

    @property
    def epoch(self) -> str:
        """The identity of this copy of the database: 16 hexadecimal digits, renewed at every restore."""
        return self.settings["epoch"]

    @property
    def has_log(self) -> bool:
        """Whether readers keep their state while a writer commits, which takes a write-ahead log."""
        with self._reader.connect() as connection:
            mode = connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()
        return str(mode).lower() == "wal"

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session on one consistent state that cannot write."""
        with _telling(self.path, _NOT_READ), Session(self._reader, info={"folder": self.folder}) as session:
            yield session

    @contextmanager
    def write(
        self,
        name: str,
        *,
        kind: str = "edit",
        operator: str = "",
        undoes: int | None = None,
        note: str | None = None,
    ) -> Iterator[Session]:
        """A session for one Act, committed at the end or not at all; `name` is what the undo menu shows.

        Raises DatabaseError with a sentence if the disk is full, faulty or read-only, or another program is writing.
        """
        closed = frozenset(orjson.loads(self.settings.get(CLOSED, "[]")))
        act = OpenAct(kind, name, operator, self.office_code, datetime.now(UTC), undoes, note, closed)
        with _telling(self.path), Session(self._writer, info={"folder": self.folder}) as session, session.begin():
            self._refuse_replaced(session)  # takes the lock now, not at the first statement
            session.info["act"] = act
            yield session
        if act.touched:
            self.acts_done += 1
            for listener in self.changed:
                listener(frozenset(act.touched))

    @contextmanager
    def local(self) -> Iterator[Session]:
        """A session for tables that no package carries. No Act: no record of the office can change in it.

        Raises DatabaseError with a sentence like `write`.
        """
        with _telling(self.path), Session(self._writer, expire_on_commit=False) as session, session.begin():
            self._refuse_replaced(session)
            yield session

    def _refuse_replaced(self, session: Session) -> None:
        """A restore puts another database in place; what was thought of the old one must not be written to it."""
        epoch = settings_of(session).get("epoch")
        if epoch is not None and epoch != self.settings.get("epoch", epoch):
            raise DatabaseError(
                "本单位的数据刚刚从备份恢复过，现在打开的是恢复以前的内容；"
                "刚才的改动没有保存，请退出后重新打开，核对后再改"
            )

    def note(self, *rows: Base) -> None:
        """Add rows to tables that no package carries, such as the print log."""
        with self.local() as session:
            session.add_all(rows)

    def set_settings(self, values: dict[str, str]) -> None:
        """Write facts about this database."""
        with _telling(self.path), Session(self._writer) as session, session.begin():
            for name, value in values.items():
                session.merge(Setting(name=name, value=value))
        self.settings.update(values)

    def renew_epoch(self) -> None:
        """Give this copy of the database an identity of its own, so that two copies cannot pass for one."""
        self.set_settings({"epoch": new_epoch()})

    def close(self) -> None:
        """Leave a single tidy file behind, where disk and other programs allow it: nothing is lost without."""
        with suppress(SqlError, sqlite3.Error), self._writer.connect() as connection:
            raw = connection.connection.driver_connection
            assert isinstance(raw, sqlite3.Connection)
            raw.execute("PRAGMA optimize")
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._writer.dispose()
        self._reader.dispose()


def prepare_writing() -> None:
    """Configure the mapped classes, which the first Act would otherwise wait for; to be done beside the window."""
    configure_mappers()


CLOSED: Final = "closed_entities"
"""The setting that names what another desk of the office writes, as JSON; absent where nothing was divided."""


def settings_of(session: Session) -> dict[str, str]:
    """The facts about a database by name, read past the mapped class: what opens a window configures none."""
    found = session.connection().execute(select(Setting.__table__.c.name, Setting.__table__.c.value))
    return {row.name: row.value for row in found}


_NOT_SAVED: Final = "刚才的改动没有保存，以前保存的数据没有变化"
_NOT_READ: Final = "没有读出，数据没有变化"


@contextmanager
def _telling(path: Path, kept: str = _NOT_SAVED) -> Iterator[None]:
    """Put into a sentence what a disk or another program does to a database; anything else is a bug and stays one.

    `kept` says what was not done and what stays as it was.
    """
    try:
        yield
    except (SqlError, sqlite3.Error) as error:
        reason = _REASONS.get(getattr(getattr(error, "orig", error), "sqlite_errorcode", 0) & 0xFF)
        if reason is None:
            raise
        raise DatabaseError(f"{reason}；{kept}（{path}）") from error


@contextmanager
def _migrating(path: Path) -> Iterator[None]:
    """As `_telling`, where whole files are copied, synced and renamed as well."""
    kept = "没有升级，原来的数据没有变化"
    try:
        with _telling(path, kept):
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
        reason = _REASONS.get(getattr(getattr(error, "orig", error), "sqlite_errorcode", 0) & 0xFF)
        if reason is None:
            raise
        raise DatabaseError(f"“{path.parent}”没有写成：{reason}；以前保存的数据没有变化") from error


_REASONS: Final = {
    sqlite3.SQLITE_BUSY: "另一个程序正在写入本单位的数据，请稍后再试",
    sqlite3.SQLITE_FULL: "磁盘已满，请先腾出空间",
    sqlite3.SQLITE_IOERR: "磁盘读写出错，请检查磁盘",
    sqlite3.SQLITE_READONLY: "数据文件是只读的，请检查文件夹权限",
    sqlite3.SQLITE_CANTOPEN: "文件夹不能写入，请检查写保护和权限",
    sqlite3.SQLITE_CORRUPT: "数据库文件已损坏，请从备份恢复",
    sqlite3.SQLITE_NOTADB: "数据库文件已损坏，请从备份恢复",
}


def new_epoch() -> str:
    """64 random bits as 16 hexadecimal digits."""
    return secrets.token_hex(8)


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
        raise _unopened(path, error) from error
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
        raise _unopened(path, error) from error
    if fault != "ok":
        raise DatabaseError(f"数据库“{path}”已损坏（{fault}），请从备份恢复")
    return version


def _revision(connection: sqlite3.Connection) -> str:
    """Alembic's name of the newest step a database has seen, an ordinal of four digits; empty if it has none."""
    if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone() is None:
        return ""
    return str(connection.execute("SELECT max(version_num) FROM alembic_version").fetchone()[0] or "")


def _unopened(path: Path, error: BaseException | None) -> DatabaseError:
    """Why a database did not open. Only what SQLite itself calls damaged is told so: a full disk damages nothing."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB) or code not in _REASONS:
        return DatabaseError(f"数据库“{path}”已损坏，无法打开，请从备份恢复")
    full = shutil.disk_usage(path.parent).free < _ROOM_TO_OPEN
    reason = _REASONS[sqlite3.SQLITE_FULL if full else code]
    return DatabaseError(f"“{path}”没有打开：{reason}；数据没有变化")


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
            raise _unopened(path, error) from error
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
