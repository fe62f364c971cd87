"""What a disk or another program does to a database, put into sentences; anything else is a bug and stays one."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy.exc import DatabaseError as SqlError

from desktop.errors import DatabaseError

_ROOM_TO_OPEN: Final = 1024 * 1024
"""With less than this free, a disk error on opening comes from a full disk: the log's index finds no room."""

_REASONS: Final = {
    sqlite3.SQLITE_BUSY: "另一个程序正在写入本单位的数据，请稍后再试",
    sqlite3.SQLITE_FULL: "磁盘已满，请先腾出空间",
    sqlite3.SQLITE_IOERR: "磁盘读写出错，请检查磁盘",
    sqlite3.SQLITE_READONLY: "数据文件是只读的，请检查文件夹权限",
    sqlite3.SQLITE_CANTOPEN: "文件夹不能写入，请检查写保护和权限",
    sqlite3.SQLITE_CORRUPT: "数据库文件已损坏，请从备份恢复",
    sqlite3.SQLITE_NOTADB: "数据库文件已损坏，请从备份恢复",
}

_NOT_SAVED: Final = "刚才的改动没有保存，以前保存的数据没有变化"
NOT_READ: Final = "没有读出，数据没有变化"


def reason_of(error: BaseException) -> str | None:
    """The sentence for what SQLite reports; None if it is a bug."""
    return _REASONS.get(getattr(getattr(error, "orig", error), "sqlite_errorcode", 0) & 0xFF)


@contextmanager
def telling(path: Path, kept: str = _NOT_SAVED) -> Iterator[None]:
    """Put into a sentence what a disk or another program does to a database; anything else is a bug and stays one.

    `kept` says what was not done and what stays as it was.
    """
    try:
        yield
    except (SqlError, sqlite3.Error) as error:
        reason = reason_of(error)
        if reason is None:
            raise
        raise DatabaseError(f"{reason}；{kept}（{path}）") from error


def unopened(path: Path, error: BaseException | None) -> DatabaseError:
    """Why a database did not open. Only what SQLite itself calls damaged is told so: a full disk damages nothing."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB) or code not in _REASONS:
        return DatabaseError(f"数据库“{path}”已损坏，无法打开，请从备份恢复")
    full = shutil.disk_usage(path.parent).free < _ROOM_TO_OPEN
    reason = _REASONS[sqlite3.SQLITE_FULL if full else code]
    return DatabaseError(f"“{path}”没有打开：{reason}；数据没有变化")
