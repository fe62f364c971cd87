"""Writing a package: sections are packed one after another into an age stream inside a signed ustar.

Records are packed first, into memory or above 16 MiB into a nameless file, since their compressed lengths stand in
front of them; the attachments, whose lengths and hashes are known, follow and may go on in further volumes. The
finished files are read back from the medium by the very code that the recipient runs.
"""

import contextlib
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import pyrage

from desktop import canonical
from desktop.archive import drive, strict, uncached
from desktop.archive.form import (
    Entry,
    Envelope,
    Header,
    Trailer,
    counts,
    read_sections,
)
from desktop.archive.identity import Identity, recipient_key_id
from desktop.archive.limits import LIMITS
from desktop.archive.packing import Blob, Packed, Progress, Records
from desktop.archive.parts import HEADER, MANIFEST, PAYLOAD, SIGNATURE, TRAILER
from desktop.archive.ustar import BLOCK, END, Member
from desktop.archive.volumes import room_in, spread
from desktop.errors import PackageRefused, RefusedError

PathOf = Callable[[int, int], Path]
"""Where volume i of n is to stand."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A finished package: where it lies, its header, the hash of its bytes and the records per entity.

    Of a package of several volumes this is the first; `volumes` are the paths of all.
    """

    path: Path
    header: Header
    sha256: str
    counts: Mapping[str, int]
    volumes: tuple[Path, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipment:
    """What is to be sealed: from whom to whom, what the manifest says, the sections, by whom and for which keys.

    `entities` are the record sections that such a package may have, in their order; `recipients` are `age1…` texts.
    """

    envelope: Envelope
    manifest: Mapping[str, Any]
    sections: Iterable[Records | Blob]
    entities: Sequence[str]
    identity: Identity
    recipients: Sequence[str]


def write_archive(path: Path, shipment: Shipment, *, progress: Progress | None = None) -> Sealed:
    """Write, read back and name a package of one file.

    `progress` gets plain bytes done. When the sender's own key is among the recipients every section is read back and
    its hash compared with that of the canonical lines, otherwise signature and hash of the ciphertext. Raises
    RefusedError (drive, existing name, damaged attachment, too little room in a volume) or CanonicalError (`record` and
    `field` say where) and leaves no file then. An exception of `progress` or of a section's values ends the writing and
    passes through.
    """
    return write_volumes(lambda _volume, _of: path, shipment, progress=progress)


def write_volumes(
    path_of: PathOf, shipment: Shipment, *, volume: int | None = None, progress: Progress | None = None
) -> Sealed:
    """As `write_archive`, spread over files of at most `volume` bytes; all of them have their names, or none is told.

    Raises RefusedError also when the records or an attachment alone do not fit into a volume.
    """
    with contextlib.closing(Packed(backup=shipment.envelope.kind == "backup", progress=progress)) as packed:
        packed.pack(shipment.sections)
        writer = _Writer(packed, shipment)
        number = writer.plan(volume)
        paths = [path_of(each, number) for each in range(1, number + 1)]
        with contextlib.ExitStack() as stack:
            # the first volume gets its name last: with its name all of them stand there
            parts = [stack.enter_context(drive.new_file(each)) for each in paths]
            for each, part in enumerate(parts, 1):
                writer.write(part.file, each, number)
                part.settle()
            digest = _read_back([part.path for part in parts], paths[0], writer)
    return Sealed(paths[0], writer.header(1, number), digest, counts(writer.entries), tuple(paths))


class _Writer:
    """One package on its way into files: the entries with their volumes, and the manifest that all volumes name."""

    def __init__(self, packed: Packed, shipment: Shipment) -> None:
        self.identity = shipment.identity
        self.recipients = sorted(set(shipment.recipients))
        self.entities = shipment.entities
        self.entries: list[Entry] = []
        self.manifest = b""
        self._packed = packed
        self._told = shipment.manifest
        recips = tuple(sorted(map(recipient_key_id, self.recipients)))
        own = {name: getattr(shipment.envelope, name) for name in Envelope.__slots__}
        self._head = {**own, "signer": self.identity.verify.key_id, "recips": recips}

    def plan(self, volume: int | None) -> int:
        """Spread the attachments, close the manifest; how many volumes there will be."""
        head = Header(**self._head, manifest="0" * 64)
        Header.from_bytes(head.to_bytes())  # a wrong envelope is told before anything is written
        blobs = self._packed.blob_entries(LIMITS.volumes)
        # as if all stood in the last volume: no number is longer than that
        longest = self._close(head, [*self._packed.entries, *blobs])
        member = Member(MANIFEST, len(longest))
        taken = self._packed.size + BLOCK + member.size + member.padding
        volumes = [1] * len(blobs)
        if volume is not None:
            room = room_in(min(volume, LIMITS.volume), len(self.recipients))
            volumes = spread(blobs, taken=taken, room=room)
        self.entries = [*self._packed.entries, *self._packed.blob_entries(*volumes)]
        number = max(volumes, default=1)
        read_sections(
            [entry.to_value() for entry in self.entries],
            self.entities,
            backup=head.kind == "backup",
            volumes=number,
        )
        self.manifest = self._close(head, self.entries)
        return number

    def _close(self, head: Header, entries: Sequence[Entry]) -> bytes:
        own = {"counts": counts(entries), "sections": [entry.to_value() for entry in entries]}
        return canonical.dumps({**self._told, **head.shared(), **own}) + b"\n"

    def header(self, volume: int, of: int) -> Header:
        """The header of one volume."""
        return Header(**self._head, manifest=hashlib.sha256(self.manifest).hexdigest(), vol=(volume, of))

    def write(self, file: IO[bytes], volume: int, of: int) -> None:
        """The whole container of one volume; the length of the payload is filled in at the end."""
        header = self.header(volume, of)
        head = header.to_bytes()
        member = Member(HEADER, len(head))
        file.write(member.block() + head + bytes(member.padding + BLOCK))
        start = file.tell()
        source = _Source(self._payload(volume))
        sink = _Sink(file)
        keys = [pyrage.x25519.Recipient.from_str(recipient) for recipient in self.recipients]
        try:
            pyrage.encrypt_io(source, sink, keys)
        except (pyrage.EncryptError, OSError) as error:  # pyrage tells errors of reader and writer in its own
            raise source.error or sink.error or error from None
        payload = Member(PAYLOAD, file.tell() - start)
        trailer = Trailer(hashlib.sha256(head).hexdigest(), payload.size, sink.digest.hexdigest()).to_bytes()
        signature = self.identity.sign_file(trailer, header.comment)
        file.write(bytes(payload.padding))
        for name, data in ((TRAILER, trailer), (SIGNATURE, signature)):
            last = Member(name, len(data))
            file.write(last.block() + data + bytes(last.padding))
        file.write(END)
        file.seek(start - BLOCK)
        file.write(payload.block())

    def _payload(self, volume: int) -> Iterator[bytes]:
        if volume == 1:
            yield from self._packed.records()
        for entry in self.entries[len(self._packed.entries) :]:
            if entry.v == volume:
                yield from self._packed.blob(entry)
        if volume == 1:
            member = Member(MANIFEST, len(self.manifest))
            yield member.block() + self.manifest + bytes(member.padding)
        yield END


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
                raise _too_large()
            self.digest.update(data)
            return self._file.write(data)
        except BaseException as error:
            self.error = error
            raise

    def flush(self) -> None:
        """The file is flushed when it is complete."""


def _too_large() -> RefusedError:
    return RefusedError(f"数据包超过一个文件的上限 {LIMITS.volume} 字节，请减少附件后再导出。")


def _read_back(parts: Sequence[Path], path: Path, writer: _Writer) -> str:
    """Read all volumes from the medium as their recipient would; the hash of the first."""
    own = writer.identity.card(writer.header(1, 1).sender)
    try:
        with contextlib.ExitStack() as stack:
            files = [stack.enter_context(uncached.open_uncached(part)) for part in parts]
            found = [(file, strict.inspect_file(file, lambda _key: own)) for file in files]
            if own.recipient in writer.recipients:
                keys = (writer.identity.receiving,)
                strict.Opened(found, keys=keys, entities=writer.entities, parse=False).close()
    except PackageRefused as error:
        raise drive.unreliable(path) from error
    return found[0][1].sha256
