"""Files on drives that may be full, slow, read-only, pulled out or worn out.

A new file stands under a temporary name until it is complete, on the medium and checked; a final name is
never overwritten. What was written is read back past the cache, because a worn drive returns good bytes from
the computer's memory and bad ones from its own.
"""

import contextlib
import errno
import hashlib
import io
import mmap
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, BinaryIO

from desktop.archive.limits import CHUNK, SPOOL
from desktop.errors import RefusedError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_BLOCK = 1024 * 1024  # a multiple of every sector size, as unbuffered reading needs
_RETRY_SECONDS = (0.1, 0.2, 0.4, 0.8)  # virus scanners hold a new file for a moment
_REASONS = {
    errno.ENOSPC: "磁盘空间不足",
    errno.EDQUOT: "磁盘空间不足",
    errno.EFBIG: "文件超过该磁盘格式允许的大小（FAT32 为 4 GB）",
    errno.EROFS: "磁盘是只读的，请检查写保护开关",
    errno.EACCES: "没有权限，或文件正被别的程序占用",
    errno.EPERM: "没有权限，或文件正被别的程序占用",
    errno.EIO: "磁盘读写出错，可能已被拔出或损坏",
    errno.ENODEV: "磁盘已被拔出",
    errno.ENXIO: "磁盘已被拔出",
    errno.ENOENT: "找不到该文件夹，磁盘可能已被拔出",
}


def reason(error: OSError) -> str:
    """Why a file could not be read or written, in a clerk's words."""
    return _REASONS.get(error.errno or 0, f"系统提示 {error.strerror or error}")


def unreliable(name: str) -> RefusedError:
    """The error for a drive that gives back other bytes than were written or read before."""
    return RefusedError(f"U盘不可靠：{name} 两次读出的内容不一致，这份文件没有采用。请换一个U盘再试。")


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
        raise RefusedError(f"没有写成 {target.name}：{reason(error)}。原有文件没有变化，请处理后再写一次。") from error
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


class _Uncached(io.RawIOBase):
    """A file read in whole blocks into page-aligned memory, as reading without a cache asks."""

    def __init__(self, handle: int) -> None:
        super().__init__()
        self._file = io.FileIO(handle, "rb")
        self._size = os.fstat(handle).st_size
        self._block = mmap.mmap(-1, _BLOCK)
        self._held = (-1, 0)  # number of the block in memory, bytes in it
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        self._position = start + offset
        return self._position

    def readinto(self, buffer: "WriteableBuffer") -> int:
        number, start = divmod(self._position, _BLOCK)
        if self._held[0] != number:
            self._file.seek(number * _BLOCK)
            self._held = (number, self._file.readinto(self._block) or 0)
        view = memoryview(buffer).cast("B")
        size = max(0, min(len(view), self._held[1] - start))
        view[:size] = self._block[start : start + size]
        self._position += size
        return size

    def close(self) -> None:
        if not self.closed:
            self._file.close()
            self._block.close()
        super().close()


if sys.platform == "win32":  # pragma: no cover - needs Windows
    import ctypes
    import msvcrt

    _GENERIC_READ, _SHARE_ALL, _OPEN_EXISTING, _NO_BUFFERING = 0x80000000, 7, 3, 0x20000000

    def _open_direct(path: Path) -> int:
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.CreateFileW.restype = ctypes.c_void_p
        choices = (_GENERIC_READ, _SHARE_ALL, None, _OPEN_EXISTING, _NO_BUFFERING, None)
        handle = kernel.CreateFileW(str(path), *choices)
        if handle in (None, ctypes.c_void_p(-1).value):
            raise ctypes.WinError(ctypes.get_last_error())
        return msvcrt.open_osfhandle(handle, os.O_RDONLY)

else:

    def _open_direct(path: Path) -> int:
        handle = os.open(path, os.O_RDONLY)
        os.fsync(handle)  # only what is on the medium can be dropped from the cache
        os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
        with contextlib.suppress(OSError):  # file systems in memory know no direct reading
            direct = os.open(path, os.O_RDONLY | os.O_DIRECT)
            os.close(handle)
            return direct
        return handle


def open_uncached(path: Path) -> BinaryIO:
    """Open a file so that its bytes come from the medium, not from the computer's cache of it."""
    return io.BufferedReader(_Uncached(_open_direct(path)), _BLOCK)


def hash_uncached(path: Path) -> str:
    """SHA-256 of a file as the medium gives it back."""
    digest = hashlib.sha256()
    with open_uncached(path) as file:
        for chunk in chunks(file):
            digest.update(chunk)
    return digest.hexdigest()


def make_spool() -> IO[bytes]:
    """Room for plain bytes: memory, above 16 MiB a nameless file that is gone when it is closed."""
    return tempfile.SpooledTemporaryFile(SPOOL)


def chunks(file: IO[bytes]) -> Iterator[bytes]:
    """The rest of a file in pieces."""
    while chunk := file.read(CHUNK):
        yield chunk


def _copy(source: Path, target: Path, *, recheck_source: bool) -> str:
    digest = hashlib.sha256()
    with new_file(target) as part:
        with source.open("rb") as file:
            for chunk in chunks(file):
                digest.update(chunk)
                part.file.write(chunk)
        part.settle()
        if hash_uncached(source if recheck_source else part.path) != digest.hexdigest():
            raise unreliable(target.name)
    return digest.hexdigest()


def deliver(source: Path, target: Path) -> str:
    """Copy a finished file to a drive and read the copy back uncached; SHA-256. Raises RefusedError."""
    return _copy(source, target, recheck_source=False)


def take_in(source: Path, target: Path) -> str:
    """Copy a file from a drive into quarantine and read the original again uncached; SHA-256.

    All later work is done on the copy, so that nothing changes after it was checked. Raises RefusedError.
    """
    return _copy(source, target, recheck_source=True)
