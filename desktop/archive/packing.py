"""The sections of a package before they are sealed: records packed into one spool, attachments by their hashes."""

import contextlib
import hashlib
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import zstandard

from desktop import canonical
from desktop.archive import drive
from desktop.archive.form import Entry
from desktop.archive.limits import LIMITS
from desktop.archive.sections import Span
from desktop.archive.ustar import BLOCK, Member
from desktop.errors import RefusedError, disk_reason

_LEVEL = 3
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Records:
    """The records of one entity, sorted by their texts `id`; read once, one after another."""

    entity: str
    values: Iterable[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Blob:
    """A file that travels under its SHA-256."""

    path: Path
    sha256: str


class Packed:
    """Packed records, one member behind the other, and the attachments that follow them.

    The files of a backup are few and large: they are compressed like records.
    """

    def __init__(self, *, backup: bool, progress: Progress | None) -> None:
        self.entries: list[Entry] = []
        self._blobs: dict[str, tuple[Blob, int]] = {}
        self._spool = drive.make_spool()
        self._backup = backup
        self._progress = progress
        self._done = 0

    def close(self) -> None:
        """Forget the packed content."""
        self._spool.close()

    @property
    def size(self) -> int:
        """The plain bytes of all packed members."""
        return self._spool.seek(0, io.SEEK_END)

    def pack(self, sections: Iterable[Records | Blob]) -> None:
        """Read all records; measure the attachments."""
        for section in sections:
            if isinstance(section, Blob) and not self._backup:
                self._blobs[section.sha256] = (section, _size_of(section))
            else:
                self._pack(section)

    def blob_entries(self, *volumes: int) -> list[Entry]:
        """The attachments as the manifest names them, each with its volume; one number stands for all."""
        where = volumes * len(self._blobs) if len(volumes) == 1 else volumes
        return [
            Entry("b", blob.sha256, 0, size, size, 0, blob.sha256, volume)
            for (blob, size), volume in zip(self._blobs.values(), where, strict=True)
        ]

    def records(self) -> Iterator[bytes]:
        """The members of all records."""
        self._spool.seek(0)
        yield from drive.chunks(self._spool)

    def blob(self, entry: Entry) -> Iterator[bytes]:
        """The member of one attachment; raises RefusedError when the file is not what its hash says."""
        blob, _size = self._blobs[entry.n]
        member = Member(entry.name, entry.len)
        digest = hashlib.sha256()
        yield member.block()
        with _open_source(blob.path) as file:
            for chunk in Span(file, 0, entry.len).chunks():
                digest.update(chunk)
                self._report(len(chunk))
                yield chunk
        _refuse_changed(blob, digest.hexdigest())
        yield bytes(member.padding)

    def _pack(self, section: Records | Blob) -> None:
        start = self.size
        self._spool.write(bytes(BLOCK))  # the header of the member, which names the length
        if isinstance(section, Blob):
            with _open_source(section.path) as file:
                raw, digest = self._compress(drive.chunks(file))
            _refuse_changed(section, digest)
            kind, name, count = "b", digest, 0
        else:
            values = _Ordered(section)
            raw, digest = self._compress(canonical.dump_lines(values))
            kind, name, count = "r", section.entity, values.count
        length, zipped = self._spool.tell() - start - BLOCK, 1
        if kind == "r" and raw > length * LIMITS.ratio:  # a reader would take it for a bomb: store it plain
            self._store_plain(start + BLOCK, length)
            length, zipped = raw, 0
        entry = Entry(kind, name, count, raw, length, zipped, digest)
        self.entries.append(entry)
        member = Member(entry.name, entry.len)
        self._spool.write(bytes(member.padding))
        self._spool.seek(start)
        self._spool.write(member.block())

    def _store_plain(self, start: int, length: int) -> None:
        with contextlib.closing(drive.make_spool()) as packed:
            for chunk in Span(self._spool, start, length).chunks():
                packed.write(chunk)
            packed.seek(0)
            self._spool.seek(start)
            self._spool.truncate()
            for chunk in drive.chunks(zstandard.ZstdDecompressor().stream_reader(packed)):
                self._spool.write(chunk)

    def _compress(self, pieces: Iterable[bytes]) -> tuple[int, str]:
        packer = zstandard.ZstdCompressor(level=_LEVEL).compressobj()
        digest = hashlib.sha256()
        raw = 0
        for piece in pieces:
            digest.update(piece)
            raw += len(piece)
            self._spool.write(packer.compress(piece))
            self._report(len(piece))
        self._spool.write(packer.flush())
        return raw, digest.hexdigest()

    def _report(self, size: int) -> None:
        self._done += size
        if self._progress is not None:
            self._progress(self._done)


class _Ordered:
    """Records that are counted on their way; ValueError when their ids do not rise, as every reader asks."""

    def __init__(self, records: Records) -> None:
        self.count = 0
        self._records = records

    def __iter__(self) -> Iterator[dict[str, Any]]:
        last = ""
        for value in self._records.values:
            if value["id"] <= last:
                raise ValueError(self._records.entity, value["id"])
            last = value["id"]
            self.count += 1
            yield value


def _open_source(path: Path) -> IO[bytes]:
    try:
        return drive.open_plain(path)
    except OSError as error:
        raise RefusedError(f"附件 {path.name} 读不出：{disk_reason(error)}。数据包没有写成。") from error


def _size_of(blob: Blob) -> int:
    with _open_source(blob.path) as file:
        size = file.seek(0, io.SEEK_END)
    if size > LIMITS.blob:
        raise RefusedError(f"附件 {blob.path.name} 超过 {LIMITS.blob >> 20} MB，请压缩或重新扫描后再导出。")
    return size


def _refuse_changed(blob: Blob, digest: str) -> None:
    if digest != blob.sha256:
        raise RefusedError(f"附件 {blob.path.name} 的内容已损坏或被改动，数据包没有写成。请重新放入该附件。")
