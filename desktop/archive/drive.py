"""Files on drives that may be full, slow, read-only, pulled out or worn out.

A new file stands under a temporary name until it is complete, on the medium and checked; a final name is
never overwritten. What was written is read back past the cache (`uncached.py`).
"""

import contextlib
import errno
import hashlib
import os
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, BinaryIO

from desktop.archive import removable, uncached
from desktop.archive.limits import CHUNK, SPOOL
from desktop.errors import RefusedError, UnreadableFile, disk_reason

_MEGABYTE = 1024 * 1024
_RETRY_SECONDS = (0.1, 0.2, 0.4, 0.8)  # virus scanners hold a new file for a moment
Progress = Callable[[int], None]


def unreliable(path: Path) -> RefusedError:
    """The error for a drive, by its name, that gives back other bytes than were written or read before."""
    drive = removable.drive_of(path)
    where, other = (drive.called, "U盘") if drive else (f"“{path.parent}”所在的磁盘", "U盘或磁盘")
    text = (
        f"{where}不可靠：{path.name} 两次读出的内容不一致，这份文件没有采用。请换一个{other}再试，不要再用它存放数据。"
    )
    return RefusedError(text)


def unreadable(path: Path, error: OSError) -> UnreadableFile:
    """The error for a file that cannot be read, as from a drive that was pulled out."""
    return UnreadableFile(f"{path.name} 读不出：{disk_reason(error)}。数据没有变化，请插好U盘后再试。")


def check_room(folder: Path, size: int) -> None:
    """Raise RefusedError before the first byte is written when a folder has no room for so many bytes."""
    free = shutil.disk_usage(folder).free
    if free < size:
        text = f"“{folder}”空间不足：需要 {megabytes(size)} MB，只剩 {megabytes(free)} MB。请清理或换一个U盘后再写。"
        raise RefusedError(f"{text}原有文件没有变化。")


def megabytes(size: int) -> str:
    """Bytes for a clerk: whole megabytes, small amounts with one decimal."""
    whole = size / _MEGABYTE
    return f"{whole:.0f}" if whole >= 10 else f"{whole:.1f}"


def open_plain(path: Path) -> BinaryIO:
    """Open a plain file to read; raises OSError for anything else, so that no device or pipe is waited for."""
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0))
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise OSError(errno.EINVAL, "not a plain file")
    return os.fdopen(handle, "rb")


class Part:
    """A new file under its temporary name; `settle` puts it on the medium, the end of the block names it."""

    def __init__(self, target: Path, mode: int) -> None:
        self.path = target.with_name(f"~{target.name}.part")
        self.path.unlink(missing_ok=True)  # what an interrupted attempt left behind
        handle = os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_RDWR | getattr(os, "O_BINARY", 0), mode)
        self.file: IO[bytes] = os.fdopen(handle, "w+b")

    def settle(self) -> None:
        """Flush, wait for the medium, close."""
        self.file.flush()
        os.fsync(self.file.fileno())
        self.file.close()

    def discard(self) -> None:
        """Close and remove what was written; a pulled drive has nothing left to remove."""
        with contextlib.suppress(OSError):
            self.file.close()
        with contextlib.suppress(OSError):
            self.path.unlink(missing_ok=True)


@contextlib.contextmanager
def new_file(target: Path, *, mode: int = 0o666) -> Iterator[Part]:
    """A file that gets its name only when the block, which must call `settle`, ends without an error.

    Raises RefusedError with a sentence when the name exists or the drive fails; then nothing is left behind.
    """
    part: Part | None = None
    try:
        _refuse_existing(target)
        part = Part(target, mode)
        yield part
        assert part.file.closed
        _refuse_existing(target)
        _rename(part.path, target)
        _sync_name(target)
    except OSError as error:
        text = f"没有写成 {target.name}：{disk_reason(error)}。原有文件没有变化，请处理后再写一次。"
        raise RefusedError(text) from error
    finally:
        if part is not None:
            part.discard()


def _refuse_existing(target: Path) -> None:
    if os.path.lexists(target):
        raise RefusedError(f"{target.name} 已经存在，不会覆盖。请另选文件夹或先移走原文件。")


def _rename(source: Path, target: Path) -> None:
    for seconds in _RETRY_SECONDS:
        try:
            source.rename(target)
        except PermissionError:
            time.sleep(seconds)
        else:
            return
    source.rename(target)


def _sync_name(target: Path) -> None:
    if sys.platform == "win32":  # pragma: no cover - Windows has no handle of a folder to flush
        return
    try:
        handle = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError:
        with contextlib.suppress(OSError):
            target.unlink()  # a name that may vanish with the power must not be told as written
        raise


def make_spool() -> IO[bytes]:
    """Room for plain bytes: memory, above 16 MiB a nameless file that is gone when it is closed."""
    return tempfile.SpooledTemporaryFile(SPOOL)


def chunks(file: IO[bytes]) -> Iterator[bytes]:
    """The rest of a file in pieces."""
    while chunk := file.read(CHUNK):
        yield chunk


def _copy(source: Path, target: Path, *, recheck_source: bool, progress: Progress | None) -> str:
    digest = hashlib.sha256()
    done = 0
    with new_file(target) as part:
        with _reading(source):
            size = source.stat().st_size
        check_room(target.parent, size)
        for chunk in _pieces(source):
            digest.update(chunk)
            part.file.write(chunk)
            done += len(chunk)
            if progress is not None:
                progress(done)
        part.settle()
        again = None if progress is None else lambda read: progress(size + read)
        checked = source if recheck_source else part.path
        with _reading(checked) if recheck_source else contextlib.nullcontext():
            held = uncached.hash_uncached(checked, progress=again)
        if held != digest.hexdigest():
            raise unreliable(source if recheck_source else target)
    return digest.hexdigest()


@contextlib.contextmanager
def _reading(path: Path) -> Iterator[None]:
    """Name the file that cannot be read, not the one it is copied to."""
    try:
        yield
    except OSError as error:
        raise unreadable(path, error) from error


def _pieces(source: Path) -> Iterator[bytes]:
    """The content of a file; what is done with each piece may fail for reasons of its own."""
    with _reading(source), open_plain(source) as file:
        yield from chunks(file)


def deliver(source: Path, target: Path, *, progress: Progress | None = None) -> str:
    """Copy a finished file to a drive and read the copy back uncached; SHA-256. Raises RefusedError.

    `progress` gets the bytes done of twice the file's size, written and then read back; what it raises ends the
    copying, passes through and leaves no file.
    """
    digest = _copy(source, target, recheck_source=False, progress=progress)
    if not _has_same_ends(source, target):
        with contextlib.suppress(OSError):
            target.unlink()
        raise unreliable(target)
    return digest


def _has_same_ends(source: Path, target: Path) -> bool:
    """Whether the first and last MiB are still right under the final name: naming writes to the drive once more."""
    try:
        with uncached.open_uncached(target) as copy, open_plain(source) as file:
            size = os.fstat(file.fileno()).st_size
            for start in {0, max(0, size - _MEGABYTE)}:
                copy.seek(start)
                file.seek(start)
                if copy.read(_MEGABYTE) != file.read(_MEGABYTE):
                    return False
    except OSError:
        return False
    return True


def take_in(source: Path, target: Path, *, progress: Progress | None = None) -> str:
    """Copy a file from a drive into quarantine and read the original again uncached; SHA-256.

    All later work is done on the copy, so that nothing changes after it was checked; `progress` as in `deliver`.
    Raises UnreadableFile where the drive cannot be read, RefusedError where the copy cannot be written or differs.
    """
    return _copy(source, target, recheck_source=True, progress=progress)
