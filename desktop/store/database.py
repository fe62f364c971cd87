"""One office's folder and its open database: read and write sessions, settings, the identity of this copy.

The folder holds `office.db`, `keys.json`, `blobs/`, `backups/`, `outbox/`, `inbox/` and `quarantine/`.
"""

import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import orjson
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError as SqlError
from sqlalchemy.orm import Session, configure_mappers

from desktop.errors import DatabaseError, RefusedError
from desktop.models.local import Base, Setting
from desktop.store.act import OpenAct
from desktop.store.database_file import (
    DATABASE_NAME,
    check_file,
    is_older,
    make_file,
    migrate,
    version_of,
)
from desktop.store.engine import make_engine
from desktop.store.trouble import NOT_READ, telling, unopened


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
        if is_searched or is_older(version):
            check_file(path)
        if is_older(version):
            migrate(path)
        try:
            return cls(folder)
        except SqlError as error:
            raise unopened(path, error.orig) from error

    @classmethod
    def create(cls, folder: Path) -> "Store":
        """Make a new, empty database in a folder that has none. Raises RefusedError if it has one."""
        path = folder / DATABASE_NAME
        if path.exists():
            raise RefusedError(f"“{folder}”里已经有一个单位的数据，没有改动；请另选一个文件夹")
        folder.mkdir(parents=True, exist_ok=True)
        make_file(path)
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
        with telling(self.path, NOT_READ), Session(self._reader, info={"folder": self.folder}) as session:
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
        with telling(self.path), Session(self._writer, info={"folder": self.folder}) as session, session.begin():
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
        with telling(self.path), Session(self._writer, expire_on_commit=False) as session, session.begin():
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
        with telling(self.path), Session(self._writer) as session, session.begin():
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


def new_epoch() -> str:
    """64 random bits as 16 hexadecimal digits."""
    return secrets.token_hex(8)
