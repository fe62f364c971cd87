"""Faults at the n-th change of a file, for systems without a compiler: Python's own calls are replaced.

It sees what Python writes, syncs, renames and removes, and each statement and commit sent to SQLite, but not what
SQLite itself writes; for that there is `inject.c`, with the same actions and the same record.
"""

import ctypes
import errno
import io
import os
import signal
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import event
from sqlalchemy.engine import Engine

NOTHING, KILL, HALF, FULL, BROKEN, LOST = range(6)


class Injector(Protocol):
    """What strikes: armed with a folder, the number of the change to strike at, an action, a record to write."""

    def arm(self, folder: str, at: int, action: int, record: int) -> None: ...

    def counted(self) -> int: ...


class Preloaded:
    """The library that this process preloads."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL(os.environ["LD_PRELOAD"])

    def arm(self, folder: str, at: int, action: int, record: int) -> None:
        self._library.faults_arm(os.fsencode(folder), ctypes.c_long(at), action, record)

    def counted(self) -> int:
        return int(self._library.faults_counted())


class Shim:
    """The same in Python, patched into this process for good: it is a child that ends with its work."""

    def __init__(self) -> None:
        self._count = 0

    def arm(self, folder: str, at: int, action: int, record: int) -> None:
        self._folder, self._at, self._action, self._record = folder, at, action, record
        for name, kind in (("fsync", "S"), ("rename", "R"), ("replace", "R"), ("unlink", "U")):
            setattr(os, name, self._striking(getattr(os, name), kind))
        real_open, real_fdopen = os.open, os.fdopen

        def opening(path: Any, flags: int, *more: Any, **words: Any) -> int:
            handle = real_open(path, flags, *more, **words)
            if flags & os.O_CREAT and self._is_ours(path):
                self.note("C", os.fspath(path))
            return handle

        def fdopen(handle: int, mode: str = "r", *more: Any, **words: Any) -> Any:
            if mode != "w+b":
                return real_fdopen(handle, mode, *more, **words)
            return io.BufferedRandom(_CountedFile(handle, self))

        os.open, os.fdopen = opening, fdopen  # type: ignore[assignment]
        if Path(folder, "county").exists():  # of a folder without an office only its files are struck
            event.listen(Engine, "before_cursor_execute", lambda *_: self.pass_statement())
            event.listen(Engine, "commit", lambda *_: self.pass_statement())

    def counted(self) -> int:
        return self._count

    @property
    def action(self) -> int:
        """What is done at the change that is struck."""
        return self._action

    def note(self, kind: str, path: str, offset: int = 0, data: bytes = b"") -> None:
        """Write down one change as `inject.c` does."""
        if self._record >= 0:
            name = os.fsencode(path)
            head = kind.encode() + struct.pack("=I", len(name)) + name + struct.pack("=qQ", offset, len(data))
            os.write(self._record, head + data)

    def strike(self, data: bytes | None = None) -> bool:
        """Count one change and do to it what this process is armed for; True when half of it is to be done."""
        self._count += 1
        if not self._at or self._count < self._at or (self._count > self._at and self._action != FULL):
            return False
        if self._action == KILL:
            os.kill(os.getpid(), signal.SIGKILL)
        if self._action == FULL and data is not None:
            raise OSError(errno.ENOSPC, "No space left on device")
        if self._action == BROKEN and self._count == self._at:
            raise OSError(errno.EIO, "Input/output error")
        return self._action in (HALF, LOST)

    def pass_statement(self) -> None:
        """Count a statement to SQLite; it can be killed before it, its own faults are those of `inject.c`."""
        self._count += 1
        if self._count == self._at and self._action in (KILL, HALF):
            os.kill(os.getpid(), signal.SIGKILL)

    def _is_ours(self, path: Any) -> bool:
        if isinstance(path, int):
            path = _path_of(path)
        return os.fspath(path).startswith(self._folder)

    def _striking(self, real: Callable[..., Any], kind: str) -> Callable[..., Any]:
        def call(path: Any, *more: Any, **words: Any) -> Any:
            if not self._is_ours(path):
                return real(path, *more, **words)
            name = _path_of(path) if isinstance(path, int) else os.fspath(path)
            half = self.strike() and self._action == HALF
            done = real(path, *more, **words)
            self.note(kind, name, data=os.fsencode(more[0]) if kind == "R" else b"")
            if half:
                os.kill(os.getpid(), signal.SIGKILL)
            return done

        return call


def _path_of(handle: int) -> str:
    return str(Path(f"/proc/self/fd/{handle}").readlink())


class _CountedFile(io.FileIO):
    """A file whose writes are counted."""

    def __init__(self, handle: int, shim: Shim) -> None:
        super().__init__(handle, "r+b")
        self._shim = shim
        self._name = _path_of(handle)

    def write(self, data: Any) -> int:
        whole = bytes(data)
        if self._shim.strike(whole):
            if self._shim.action == LOST:  # a worn drive takes it and keeps nothing
                return super().write(bytes(len(whole)))
            super().write(whole[: len(whole) // 2])
            os.kill(os.getpid(), signal.SIGKILL)
        offset = self.tell()
        done = super().write(whole)
        self._shim.note("W", self._name, offset, whole[:done])
        return done
