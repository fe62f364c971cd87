"""Writing a package: sections are packed one after another into an age stream inside a signed ustar.

One pass with bounded memory: only the section at hand is held (in memory, above 16 MiB in a nameless
temporary file), since its compressed length stands before it. The finished file is read back from the medium
by the very code that the recipient runs.
"""

import contextlib
import hashlib
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import pyrage
import zstandard

from desktop import canonical
from desktop.archive import drive, strict, uncached
from desktop.archive.form import (
    HEADER,
    MANIFEST,
    PAYLOAD,
    SIGNATURE,
    TRAILER,
    Entry,
    Envelope,
    Header,
    Trailer,
    counts,
    read_sections,
)
from desktop.archive.identity import Identity, recipient_key_id
from desktop.archive.limits import LIMITS
from desktop.archive.ustar import BLOCK, END, Member
from desktop.errors import PackageRefused, RefusedError

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


@dataclass(frozen=True, slots=True)
class Sealed:
    """A finished package: where it lies, its header, the hash of its bytes and the records per entity."""

    path: Path
    header: Header
    sha256: str
    counts: Mapping[str, int]


def write_archive(
    path: Path,
    *,
    envelope: Envelope,
    manifest: Mapping[str, Any],
    sections: Iterable[Records | Blob],
    entities: Sequence[str],
    identity: Identity,
    recipients: Sequence[str],
    progress: Progress | None = None,
) -> Sealed:
    """Write, read back and name a package; `recipients` are `age1…` texts, `progress` gets plain bytes done.

    When the sender's own key is among the recipients every section is read back and its hash compared with that
    of the canonical lines, otherwise signature and hash of the ciphertext. Raises RefusedError (drive, existing
    name, damaged attachment) or CanonicalError (`record` and `field` say where) and leaves no file then. An
    exception of `progress` or of a section's values ends the writing and passes through.
    """
    packer = _Packer(
        envelope=envelope,
        manifest=manifest,
        entities=entities,
        identity=identity,
        recipients=sorted(set(recipients)),
        progress=progress,
    )
    with drive.new_file(path) as part:
        header = packer.write(part.file, sections)
        part.settle()
        digest = _read_back(part.path, path, header, packer)
    return Sealed(path, header, digest, counts(packer.entries))


class _Packer:
    """The state of one writing: entries so far and the header that results."""

    def __init__(
        self,
        *,
        envelope: Envelope,
        manifest: Mapping[str, Any],
        entities: Sequence[str],
        identity: Identity,
        recipients: Sequence[str],
        progress: Progress | None,
    ) -> None:
        self.identity = identity
        self.entities = entities
        self.recipients = recipients
        self.entries: list[Entry] = []
        self._manifest = manifest
        self._backup = envelope.kind == "backup"
        self._progress = progress
        self._done = 0
        recips = tuple(sorted(map(recipient_key_id, recipients)))
        own = {name: getattr(envelope, name) for name in Envelope.__slots__}
        self._header = Header(**own, manifest="0" * 64, signer=identity.verify.key_id, recips=recips)

    def write(self, file: IO[bytes], sections: Iterable[Records | Blob]) -> Header:
        """The whole container; the header, whose length is known, is filled in at the end."""
        draft = self._header.to_bytes()
        Header.from_bytes(draft)  # a wrong envelope is told before anything is written
        member = Member(HEADER, len(draft))
        file.write(member.block() + draft + bytes(member.padding + BLOCK))
        start = file.tell()
        source = _Source(self._pack(sections))
        sink = _Sink(file)
        keys = [pyrage.x25519.Recipient.from_str(recipient) for recipient in self.recipients]
        try:
            pyrage.encrypt_io(source, sink, keys)
        except (pyrage.EncryptError, OSError) as error:  # pyrage tells errors of reader and writer in its own
            raise source.error or sink.error or error from None
        payload = Member(PAYLOAD, file.tell() - start)
        head = self._header.to_bytes()
        trailer = Trailer(hashlib.sha256(head).hexdigest(), payload.size, sink.digest.hexdigest()).to_bytes()
        signature = self.identity.sign_file(trailer, self._header.comment)
        file.write(bytes(payload.padding))
        for name, data in ((TRAILER, trailer), (SIGNATURE, signature)):
            last = Member(name, len(data))
            file.write(last.block() + data + bytes(last.padding))
        file.write(END)
        file.seek(0)
        file.write(member.block() + head + bytes(member.padding) + payload.block())
        return self._header

    def _pack(self, sections: Iterable[Records | Blob]) -> Iterator[bytes]:
        for section in sections:
            with contextlib.ExitStack() as stack:
                entry, content = self._open(section, stack)
                self.entries.append(entry)
                member = Member(entry.name, entry.len)
                yield member.block()
                yield from content
                yield bytes(member.padding)
        data = self._close_manifest()
        member = Member(MANIFEST, len(data))
        yield member.block() + data + bytes(member.padding) + END

    def _close_manifest(self) -> bytes:
        values = [entry.to_value() for entry in self.entries]
        read_sections(values, self.entities, backup=self._backup)
        own = {"counts": counts(self.entries), "sections": values}
        data = canonical.dumps({**self._manifest, **self._header.shared(), **own}) + b"\n"
        digest = hashlib.sha256(data).hexdigest()
        fields = {name: getattr(self._header, name) for name in (*Envelope.__slots__, "signer", "recips")}
        self._header = Header(**fields, manifest=digest)
        return data

    def _open(self, section: Records | Blob, stack: contextlib.ExitStack) -> tuple[Entry, Iterator[bytes]]:
        if isinstance(section, Blob) and not self._backup:
            return self._open_blob(section, stack)
        spool: IO[bytes] = stack.enter_context(drive.make_spool())
        if isinstance(section, Blob):
            with _open_source(section.path) as file:
                raw, digest = self._compress(drive.chunks(file), spool)
            _refuse_changed(section, digest)
            entry = Entry("b", digest, 0, raw, spool.tell(), 1, digest)
        else:
            values = _Ordered(section)
            raw, digest = self._compress(canonical.dump_lines(values), spool)
            entry = Entry("r", section.entity, values.count, raw, spool.tell(), 1, digest)
        spool.seek(0)
        if entry.t == "r" and raw > entry.len * LIMITS.ratio:  # a reader would take it for a bomb: store it plain
            plain = zstandard.ZstdDecompressor().stream_reader(spool)
            return Entry("r", entry.n, entry.c, raw, raw, 0, digest), drive.chunks(plain)
        return entry, drive.chunks(spool)

    def _open_blob(self, blob: Blob, stack: contextlib.ExitStack) -> tuple[Entry, Iterator[bytes]]:
        file = stack.enter_context(_open_source(blob.path))
        size = file.seek(0, io.SEEK_END)
        file.seek(0)
        if size > LIMITS.blob:
            raise RefusedError(f"附件 {blob.path.name} 超过 {LIMITS.blob >> 20} MB，请压缩或重新扫描后再导出。")
        return Entry("b", blob.sha256, 0, size, size, 0, blob.sha256), self._copy(blob, file)

    def _copy(self, blob: Blob, file: IO[bytes]) -> Iterator[bytes]:
        digest = hashlib.sha256()
        for chunk in drive.chunks(file):
            digest.update(chunk)
            self._report(len(chunk))
            yield chunk
        _refuse_changed(blob, digest.hexdigest())

    def _compress(self, pieces: Iterable[bytes], spool: IO[bytes]) -> tuple[int, str]:
        packer = zstandard.ZstdCompressor(level=_LEVEL).compressobj()
        digest = hashlib.sha256()
        raw = 0
        for piece in pieces:
            digest.update(piece)
            raw += len(piece)
            spool.write(packer.compress(piece))
            self._report(len(piece))
        spool.write(packer.flush())
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


class _Source:
    """What pyrage reads: the pieces of a generator, whose own exception is kept for the caller."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self.error: BaseException | None = None
        self._pieces = pieces
        self._held = memoryview(b"")

    def read(self, size: int) -> bytes:
        try:
            while not self._held:
                self._held = memoryview(next(self._pieces))
        except StopIteration:
            return b""
        except BaseException as error:
            self.error = error
            raise
        data, self._held = self._held[:size], self._held[size:]
        return bytes(data)


class _Sink:
    """What pyrage writes into: the file, with hash and limit, whose own exception is kept for the caller."""

    def __init__(self, file: IO[bytes]) -> None:
        self.digest = hashlib.sha256()
        self.error: BaseException | None = None
        self._file = file
        self._room = LIMITS.volume - file.tell() - LIMITS.header

    def write(self, data: bytes) -> int:
        try:
            self._room -= len(data)
            if self._room < 0:
                raise RefusedError(f"数据包超过一个文件的上限 {LIMITS.volume} 字节，请减少附件后再导出。")
            self.digest.update(data)
            return self._file.write(data)
        except BaseException as error:
            self.error = error
            raise

    def flush(self) -> None:
        """The file is flushed when it is complete."""


def _open_source(path: Path) -> IO[bytes]:
    try:
        return drive.open_plain(path)
    except OSError as error:
        raise RefusedError(f"附件 {path.name} 读不出：{drive.reason(error)}。数据包没有写成。") from error


def _refuse_changed(blob: Blob, digest: str) -> None:
    if digest != blob.sha256:
        raise RefusedError(f"附件 {blob.path.name} 的内容已损坏或被改动，数据包没有写成。请重新放入该附件。")


def _read_back(part: Path, path: Path, header: Header, packer: _Packer) -> str:
    own = packer.identity.card(header.sender)
    try:
        with uncached.open_uncached(part) as file:
            found = strict.inspect_file(file, lambda key: own if key == header.signer else None)
            if own.recipient in packer.recipients:
                keys = (packer.identity.receiving,)
                strict.Opened(file, found, keys=keys, entities=packer.entities, parse=False).close()
    except PackageRefused as error:
        raise drive.unreliable(path) from error
    return found.sha256
