"""Reading a package that anybody may have made: nothing is believed before it was checked, in a fixed order.

Size and first header, header limits, canonical JSON, known signer, signature, signer's office, header hash,
length and hash of the payload; then, with a key, age, manifest, sections. Each step refuses under a code of its
own and names the part. No record is handed out before the last section was checked.
"""

import contextlib
import hashlib
import io
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, BinaryIO, Self

import orjson
import pyrage

from desktop.archive import drive, sections
from desktop.archive.form import (
    KINDS,
    Entry,
    Header,
    Trailer,
    counts,
    read_json,
    read_sections,
)
from desktop.archive.identity import PublicCard, ReceivingKey
from desktop.archive.limits import CHUNK, LIMITS, SPOOL
from desktop.archive.parts import HEADER, MANIFEST, PAYLOAD, SIGNATURE, TRAILER
from desktop.archive.sections import Span
from desktop.archive.ustar import (
    BLOCK,
    MAGIC,
    Member,
    check_padding,
    expect_member,
    read_content,
    read_exactly,
    read_member,
    refuse,
)
from desktop.archive.volumes import check_set
from desktop.errors import PackageRefused

Signers = Callable[[str], PublicCard | None]
_AGE = b"age-encryption.org/v1\n"
_MARK = b'"format":'
_TAIL = 4 * BLOCK + 2 * BLOCK + LIMITS.trailer + LIMITS.signature  # headers, paddings and the end, at most


@dataclass(frozen=True, slots=True)
class Inspected:
    """What is known without a decryption key: the header, who signed, where the payload lies, the file's hash."""

    header: Header
    signer: PublicCard
    start: int
    size: int
    sha256: str


def is_archive(path: Path) -> bool:
    """Whether the content, not the name, is that of a package; False for what cannot be read."""
    try:
        with drive.open_plain(path) as file:
            member = read_member(file, HEADER)
            return member is not None and member.name == HEADER and _MARK in file.read(min(member.size, CHUNK))
    except (OSError, PackageRefused):
        return False


def check_start(path: Path) -> Header:
    """Tell at once what cannot be a package, by size and header, before anybody copies or hashes it.

    What the header says is nobody's word before the signature is checked. Raises PackageRefused or UnreadableFile.
    """
    with _opened(path) as file:
        return Header.from_bytes(read_content(file, _expect_header(file)))


def _expect_header(file: BinaryIO) -> Member:
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    begin = file.read(BLOCK)
    if begin and not begin.startswith(HEADER.encode()) and MAGIC not in begin:
        sentence = "这不是数据包（.cpkg），没有导入，数据没有变化；名册请在“导入名册”页导入，密钥卡请在“密钥”页确认。"
        raise PackageRefused("foreign", sentence, member=HEADER)
    file.seek(0)
    if size > LIMITS.volume:
        raise refuse("size", HEADER, f"所在的文件有 {size} 字节，超过上限")
    return expect_member(file, HEADER, LIMITS.header)


def inspect(path: Path, signers: Signers) -> Inspected:
    """Check signature and hashes without a decryption key.

    `signers` gives the card of a key id, None when unknown. Raises PackageRefused or UnreadableFile.
    """
    with _opened(path) as file:
        return inspect_file(file, signers)


def open_archive(
    path: Path | Sequence[Path],
    *,
    keys: Sequence[ReceivingKey],
    signers: Signers,
    entities: Sequence[str],
    kinds: Collection[str] = KINDS,
) -> "Opened":
    """Check a package to its last byte, then give access to it; a context manager that owns the plain content.

    `path` is its file, or those of all its volumes in any order; `entities` are the record sections known here, in
    their order. Raises PackageRefused or UnreadableFile.
    """
    with contextlib.ExitStack() as stack:
        parts = []
        for each in [path] if isinstance(path, Path) else path:
            file = stack.enter_context(_opened(each))
            found = inspect_file(file, signers)
            if found.header.kind not in kinds:
                sentence = f"{each.name} 是“{found.header.kind}”类文件，不能在这里导入。数据没有变化，请另选文件。"
                raise PackageRefused("kind", sentence, member=HEADER)
            parts.append((file, found))
        return Opened(parts, keys=keys, entities=entities)


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    try:
        with drive.open_plain(path) as file:
            yield file
    except OSError as error:
        raise drive.unreadable(path, error) from error


def inspect_file(file: BinaryIO, signers: Signers) -> Inspected:
    """As `inspect`, on an open file."""
    first = _expect_header(file)
    content = read_content(file, first)
    header = Header.from_bytes(content)
    payload = expect_member(file, PAYLOAD, LIMITS.volume)
    start = file.tell()
    signer, trailer = _read_tail(file, start + payload.size + payload.padding, header, signers)
    if signer.code != header.sender:
        sentence = f"签名的密钥属于 {signer.code}，数据包却写明由 {header.sender} 报送，已拒收。请向对方核实。"
        raise PackageRefused("signer-office", sentence, member=HEADER)
    if hashlib.sha256(content).hexdigest() != trailer.header:
        raise refuse("header-hash", HEADER, "与签名不符，已被改动")
    if payload.size != trailer.len:
        raise refuse("payload-length", PAYLOAD, f"应有 {trailer.len} 字节，实有 {payload.size} 字节")
    whole = _hash_payload(file, start, payload, trailer)
    return Inspected(header, signer, start, payload.size, whole)


def _read_tail(file: BinaryIO, position: int, header: Header, signers: Signers) -> tuple[PublicCard, Trailer]:
    file.seek(position)
    tail = io.BytesIO(file.read(_TAIL))
    last = expect_member(tail, TRAILER, LIMITS.trailer)
    content = read_content(tail, last)
    signature = read_content(tail, expect_member(tail, SIGNATURE, LIMITS.signature))
    if read_member(tail, SIGNATURE) is not None or tail.read(1) or file.read(1):
        raise refuse("trailing", "文件结尾", "之后还有多余的内容")
    signer = signers(header.signer)
    if signer is None or signer.verify.key_id != header.signer:
        who = f"单位 {header.sender} 签名用的密钥（{header.signer}）"
        sentence = f"{who}本单位没有确认过，没有采用；请向该单位要密钥卡和盖章的密钥页，核对确认后再接收。"
        raise PackageRefused("unknown-signer", sentence, member=HEADER)
    if not signer.verify.verifies_file(signature, content, header.comment):
        raise refuse("signature", SIGNATURE, "的签名不对，文件已被改动")
    return signer, Trailer.from_bytes(content)


def _hash_payload(file: BinaryIO, start: int, payload: Member, trailer: Trailer) -> str:
    file.seek(0)
    whole = hashlib.sha256(read_exactly(file, start, HEADER))
    digest = hashlib.sha256()
    for chunk in Span(file, start, payload.size).chunks():
        digest.update(chunk)
        whole.update(chunk)
    if digest.hexdigest() != trailer.payload:
        raise refuse("payload-hash", PAYLOAD, "的内容已损坏或被改动")
    check_padding(file, payload)
    whole.update(bytes(payload.padding))
    for chunk in drive.chunks(file):
        whole.update(chunk)
    return whole.hexdigest()


class Opened:
    """A package that was checked to its last byte.

    Only the sender, who has just written the lines and compares their hash, leaves out parsing them again.
    """

    def __init__(
        self,
        parts: Sequence[tuple[BinaryIO, Inspected]],
        *,
        keys: Sequence[ReceivingKey],
        entities: Sequence[str],
        parse: bool = True,
    ) -> None:
        parts = sorted(parts, key=lambda part: part[1].header.vol)
        first = parts[0][1]
        check_set([found.header for _file, found in parts])
        self.header = first.header
        self.signer = first.signer
        self.sha256 = first.sha256
        self._spool = drive.make_spool()
        try:
            _check_room(sum(found.size for _file, found in parts))
            volumes = [_unpack(file, found, keys, self._spool) for file, found in parts]
            self.manifest = _read_manifest(self._spool, volumes[0], first.header)
            self._entries = read_sections(
                self.manifest["sections"], entities, backup=first.header.kind == "backup", volumes=len(volumes)
            )
            self._blobs = {entry.n: entry for entry in self._entries if entry.t == "b"}
            self._starts = _match(self._entries, [volumes[0][:-1], *volumes[1:]])
            if self.manifest["counts"] != counts(self._entries):
                raise refuse("counts", MANIFEST, "的合计与分项不符")
            for entry in self._entries:
                sections.check(self._spool, self._starts[entry.name], entry, parse=parse)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Forget the plain content."""
        self._spool.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def counts(self) -> dict[str, int]:
        """Records per entity, for the entities that the package has."""
        return counts(self._entries)

    @property
    def blobs(self) -> dict[str, int]:
        """The attachments: SHA-256 and length."""
        return {name: entry.raw for name, entry in self._blobs.items()}

    def records(self, entity: str) -> Iterator[dict[str, Any]]:
        """The records of one entity in the order of their ids, none when the package has no such section.

        One iterator at a time: the sections share one file.
        """
        for entry in self._entries:
            if entry.t == "r" and entry.n == entity:
                for piece in sections.split(self._plain(entry), entry.name):
                    yield from map(orjson.loads, piece.splitlines())

    def blob(self, sha256: str) -> Iterator[bytes]:
        """The content of one attachment in pieces; KeyError when the package has no such attachment."""
        return self._plain(self._blobs[sha256])

    def _plain(self, entry: Entry) -> Iterator[bytes]:
        return sections.plain(self._spool, self._starts[entry.name], entry)


def _unpack(
    file: BinaryIO, found: Inspected, keys: Sequence[ReceivingKey], spool: IO[bytes]
) -> list[tuple[Member, int]]:
    """Decrypt one volume behind what the spool holds; its members with the places of their content."""
    start = spool.seek(0, io.SEEK_END)
    _decrypt(file, found, keys, spool)
    return _walk(spool, start, is_first=found.header.vol[0] == 1)


def _decrypt(file: BinaryIO, found: Inspected, keys: Sequence[ReceivingKey], spool: IO[bytes]) -> None:
    if not {key.key_id for key in keys} & set(found.header.recips):
        sentence = f"这个数据包是报给 {found.header.recipient} 的，本机没有打开它的密钥。数据没有变化，请另选文件。"
        raise PackageRefused("not-for-us", sentence, member=PAYLOAD)
    _check_stanzas(file, found)
    try:
        pyrage.decrypt_io(Span(file, found.start, found.size), spool, [key.age_identity() for key in keys])
    except pyrage.DecryptError as error:
        raise refuse("decrypt", PAYLOAD, "不能用本机的密钥打开") from error
    except OSError as error:
        if error.errno is not None:
            raise
        raise refuse("decrypt", PAYLOAD, "的密文不完整") from error


def _check_stanzas(file: BinaryIO, found: Inspected) -> None:
    head, mark, _ = Span(file, found.start, found.size).read(LIMITS.header).partition(b"\n---")
    number = sum(line.startswith(b"-> X25519 ") for line in head.split(b"\n"))
    if not (mark and head.startswith(_AGE)) or number != len(found.header.recips):
        raise refuse("recipients", PAYLOAD, "的收件密钥数与文件头不符")


def _check_room(size: int) -> None:
    need = size * LIMITS.free_tenths // 10
    if size > SPOOL and shutil.disk_usage(tempfile.gettempdir()).free < need:
        sentence = f"电脑磁盘空间不足：打开这个数据包需要 {need >> 20} MB。请清理磁盘后再导入，数据没有变化。"
        raise PackageRefused("disk", sentence, member=PAYLOAD)


def _walk(spool: IO[bytes], start: int, *, is_first: bool) -> list[tuple[Member, int]]:
    """All members of a payload with the place of their content; in the first volume the manifest comes last."""
    members: list[tuple[Member, int]] = []
    end = spool.seek(0, io.SEEK_END)
    spool.seek(start)
    name = PAYLOAD
    while (member := read_member(spool, name)) is not None:
        name = member.name
        members.append((member, spool.tell()))
        if len(members) > LIMITS.sections + 1 or spool.tell() + member.size > end:
            raise refuse("truncated", name, "不完整，或分项过多")
        spool.seek(member.size + member.padding, io.SEEK_CUR)
    if spool.tell() != end or not members or is_first != (members[-1][0].name == MANIFEST):
        raise refuse("container", MANIFEST, "缺失或不在最后")
    return members


def _read_manifest(spool: IO[bytes], members: Sequence[tuple[Member, int]], header: Header) -> dict[str, Any]:
    member, start = members[-1]
    if member.size > LIMITS.manifest:
        raise refuse("limit", MANIFEST, f"有 {member.size} 字节，超过上限 {LIMITS.manifest} 字节")
    spool.seek(start)
    data = read_content(spool, member)
    if hashlib.sha256(data).hexdigest() != header.manifest:
        raise refuse("manifest-hash", MANIFEST, "与文件头中的校验值不符")
    manifest = read_json(MANIFEST, data)
    if any(manifest.get(name) != content for name, content in header.shared().items()):
        raise refuse("manifest-header", MANIFEST, "写的与文件头不一致")
    if not {"counts", "sections"} <= manifest.keys():
        raise refuse("manifest-fields", MANIFEST, "缺少清单")
    return manifest


def _match(entries: Sequence[Entry], volumes: Sequence[Sequence[tuple[Member, int]]]) -> dict[str, int]:
    """The place of each section; each payload must hold exactly its sections of the manifest, in that order."""
    starts: dict[str, int] = {}
    for number, members in enumerate(volumes, 1):
        expected = [Member(entry.name, entry.len) for entry in entries if entry.v == number]
        for member, (found, start) in zip(expected, members, strict=False):
            if member != found:
                raise refuse("sections", found.name, "与清单不符")
            starts[member.name] = start
        if len(expected) != len(members):
            raise refuse("sections", MANIFEST, f"写明 {len(expected)} 个分项，实有 {len(members)} 个")
    return starts
