"""Reading what the medium holds, not what the computer remembers of it.

A worn drive returns good bytes from the computer's memory and bad ones from its own; so whatever was written is read
back past the cache.
"""

import contextlib
import hashlib
import io
import mmap
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from desktop.archive.limits import CHUNK

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_BLOCK = 1024 * 1024  # a multiple of every sector size, as unbuffered reading needs


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


def hash_uncached(path: Path, *, progress: Callable[[int], None] | None = None) -> str:
    """SHA-256 of a file as the medium gives it back; `progress` gets the bytes read."""
    digest = hashlib.sha256()
    with open_uncached(path) as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            if progress is not None:
                progress(file.tell())
    return digest.hexdigest()
