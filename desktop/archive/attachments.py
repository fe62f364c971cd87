"""Attachments beside backups: each file encrypted once, under its hash, and opened again only if it is that file.

Backups of one office share them, for photos hardly change and would make every backup as large as the first.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Final

import pyrage

from desktop.archive import drive, uncached
from desktop.archive.identity import ReceivingKey
from desktop.archive.sections import Span
from desktop.archive.ustar import refuse

ENDING: Final = ".age"


def sealed_path(folder: Path, sha256: str) -> Path:
    """Where the encrypted file of a hash lies in a folder of attachments."""
    return folder / sha256[:2] / f"{sha256}{ENDING}"


def seal_attachment(source: Path, folder: Path, *, sha256: str, recipients: Sequence[str]) -> None:
    """Encrypt a file under its hash, unless it lies there already, and read it back past the cache.

    Raises RefusedError when the drive fails, PackageRefused when the file has another content than its hash says.
    """
    target = sealed_path(folder, sha256)
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    keys = [pyrage.x25519.Recipient.from_str(each) for each in recipients]
    with drive.open_plain(source) as plain, drive.new_file(target) as part:
        reader, written = _Hashing(plain), _Hashing(part.file)
        pyrage.encrypt_io(reader, written, keys)
        if reader.digest.hexdigest() != sha256:
            raise refuse("attachment", sha256[:16], "的内容已损坏")
        part.settle()
        if uncached.hash_uncached(part.path) != written.digest.hexdigest():
            raise drive.unreliable(target)


def open_attachment(folder: Path, target: Path, *, sha256: str, keys: Sequence[ReceivingKey]) -> None:
    """Decrypt the file of a hash to a new file; raises PackageRefused when it is missing or another, RefusedError."""
    source = sealed_path(folder, sha256)
    if not source.is_file():
        raise refuse("attachment", sha256[:16], "不在备份旁边")
    target.parent.mkdir(parents=True, exist_ok=True)
    with drive.open_plain(source) as sealed, drive.new_file(target) as part:
        written = _Hashing(part.file)
        try:
            size = source.stat().st_size
            pyrage.decrypt_io(Span(sealed, 0, size), written, [key.age_identity() for key in keys])
        except (pyrage.DecryptError, OSError) as error:
            if isinstance(error, OSError) and error.errno is not None:
                raise
            raise refuse("attachment", sha256[:16], "打不开") from error
        if written.digest.hexdigest() != sha256:
            raise refuse("attachment", sha256[:16], "的内容已损坏")
        part.settle()


class _Hashing:
    """A file that is hashed as it is read or written."""

    def __init__(self, file: IO[bytes]) -> None:
        self.digest = hashlib.sha256()
        self._file = file

    def read(self, size: int) -> bytes:
        data = self._file.read(size)
        self.digest.update(data)
        return data

    def write(self, data: bytes) -> int:
        self.digest.update(data)
        return self._file.write(data)

    def flush(self) -> None:
        """The file is flushed when it is complete."""
