"""What stands in header.json, trailer.json and manifest.json, and the checks of every field of them.

An Envelope is what the sender says about a package; a Header adds what the container knows (hash of the
manifest, signer, recipients). All of it is readable without a key, so nothing personal stands in it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from itertools import pairwise
from typing import Any, Self

from desktop import canonical
from desktop.archive.limits import LIMITS
from desktop.archive.parts import HEADER, MANIFEST, TRAILER
from desktop.archive.ustar import refuse
from desktop.errors import PackageRefused

FORMAT = 1
SUITE = 1
KINDS = ("annual", "codes", "decisions", "receipt", "keycard", "query", "recovery", "backup", "desk")
_LARGEST = 2**53 - 1
_UUID7 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_STREAM = re.compile(r"([a-z]+)(/[12][0-9]{3})?")
_CODE = re.compile(r"[0-9A-Za-z-]{1,32}")
_HEX16 = re.compile(r"[0-9a-f]{16}")
_HEX64 = re.compile(r"[0-9a-f]{64}")
_APP = re.compile(r"[0-9A-Za-z.+ -]{1,64}")
_FIXED: Mapping[str, object] = {
    "format": FORMAT,
    "suite": SUITE,
    "min_reader": FORMAT,
    "critical": [],
}
# In the header only: the manifest cannot hold its own hash, and one manifest serves all volumes.
_OUTSIDE_ONLY = ("manifest", "vol")


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What the sender says: kind, UUIDv7, stream (`annual/2026`), counter, epoch (16 hex), office codes."""

    kind: str
    id: str
    stream: str
    seq: int
    epoch: str
    sender: str
    recipient: str
    app: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Header(Envelope):
    """The whole header of format 1; `manifest` is SHA-256 of manifest.json, `recips` are sorted key ids.

    `vol` is which volume of how many this is; all volumes of a package have its id and its manifest's hash.
    """

    manifest: str
    signer: str
    recips: tuple[str, ...]
    vol: tuple[int, int] = (1, 1)

    def to_bytes(self) -> bytes:
        """The content of header.json."""
        own = {field.name: getattr(self, field.name) for field in fields(self)}
        return canonical.line({**_FIXED, **own, "recips": list(self.recips), "vol": list(self.vol), "set": self.id})

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read header.json; raises PackageRefused for another form, a newer program or a wrong field."""
        value = read_json(HEADER, data)
        _refuse_newer(value)
        names = {field.name for field in fields(cls)}
        if value.keys() != names | _FIXED.keys() | {"set"}:
            raise refuse("header-fields", HEADER, "的项目与规定不符")
        _check_header(value)
        lists = {"recips": tuple(value["recips"]), "vol": tuple(value["vol"])}
        header = cls(**{**{name: value[name] for name in names}, **lists})
        if header.to_bytes() != data:  # also a true where a 1 should stand
            raise refuse("header-fields", HEADER, "的固定项目不合规定")
        return header

    @property
    def comment(self) -> str:
        """The trusted comment of the signature: which package this is, for people with standard tools."""
        volume = "" if self.vol == (1, 1) else f" vol {self.vol[0]}/{self.vol[1]}"
        return f"county-desk {self.sender} {self.stream} seq {self.seq} id {self.id}{volume}"

    def is_same_package(self, other: "Header") -> bool:
        """Whether two headers are of volumes of one package."""
        return replace(self, vol=(1, 1)) == replace(other, vol=(1, 1))

    def shared(self) -> dict[str, Any]:
        """What the encrypted manifest repeats, so that nobody can sign another's ciphertext as his own."""
        value: dict[str, Any] = read_json(HEADER, self.to_bytes())
        return {name: content for name, content in value.items() if name not in _OUTSIDE_ONLY}


def read_json(member: str, data: bytes) -> dict[str, Any]:
    """One canonical line that is the whole content of a member; raises PackageRefused "canonical"."""
    if not data.endswith(b"\n"):
        raise refuse("canonical", member, "结尾不完整")
    try:
        return canonical.loads_strict(data[:-1])
    except canonical.CanonicalError as error:
        raise refuse("canonical", member, f"不能读取（{error.sentence.rstrip('。')}）") from error


def _refuse_newer(value: Mapping[str, object]) -> None:
    numbers = [number for number in map(value.get, ("format", "min_reader", "suite")) if type(number) is int]
    if any(number > FORMAT for number in numbers) or value.get("critical", []) != []:
        app = value.get("app")
        raise newer(app if isinstance(app, str) and _APP.fullmatch(app) else "", HEADER)


def newer(app: str, member: str) -> PackageRefused:
    """The error for a package of a newer program: the version that can read it, or that it must be a newer one."""
    needed = f" {app} 或更高版本" if app else "最新版本"
    return PackageRefused(
        "newer",
        f"这个数据包由更新的程序生成，没有采用，数据没有变化；请先把本机程序升级到{needed}再接收。",
        member=member,
    )


def _check_header(value: Mapping[str, Any]) -> None:
    texts = ("kind", "id", "stream", "epoch", "sender", "recipient", "app", "manifest", "signer", "set")
    if not all(type(value[name]) is str for name in texts):
        raise refuse("header-fields", HEADER, "的项目类型不对")
    stream = _STREAM.fullmatch(value["stream"])
    right = {
        "种类": value["kind"] in KINDS,
        "编号": _UUID7.fullmatch(value["id"]),
        "序列": stream and stream[1] == value["kind"],
        "seq": is_count(value["seq"], _LARGEST) and value["seq"] > 0,
        "epoch": _HEX16.fullmatch(value["epoch"]),
        "sender": _CODE.fullmatch(value["sender"]),
        "recipient": _CODE.fullmatch(value["recipient"]),
        "程序版本": _APP.fullmatch(value["app"]),
        "清单校验值": _HEX64.fullmatch(value["manifest"]),
        "签名密钥": _HEX16.fullmatch(value["signer"]),
        "收件密钥": _are_key_ids(value["recips"]),
        "卷号": _is_volume(value["vol"]),
    }
    for name, holds in right.items():
        if not holds:
            raise refuse("header-fields", HEADER, f"的{name}不合规定")


def _are_key_ids(value: object) -> bool:
    if type(value) is not list or not 1 <= len(value) <= LIMITS.recipients:
        return False
    if not all(type(item) is str and _HEX16.fullmatch(item) for item in value):
        return False
    return value == sorted(set(value))


def _is_volume(value: object) -> bool:
    if type(value) is not list or len(value) != 2 or not all(type(item) is int for item in value):
        return False
    return bool(1 <= value[0] <= value[1] <= LIMITS.volumes)


def is_count(value: object, largest: int) -> bool:
    """Whether this is a whole number from 0 to `largest` (and no boolean)."""
    return type(value) is int and 0 <= value <= largest


@dataclass(frozen=True, slots=True)
class Trailer:
    """What is signed: hash of header.json, length and hash of payload.age."""

    header: str
    len: int
    payload: str

    def to_bytes(self) -> bytes:
        """The content of trailer.json."""
        return canonical.line({"header": self.header, "len": self.len, "payload": self.payload})

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read trailer.json, whose signature was checked before; raises PackageRefused."""
        value = read_json(TRAILER, data)
        if value.keys() != {"header", "len", "payload"}:
            raise refuse("trailer-fields", TRAILER, "的项目与规定不符")
        trailer = cls(**value)
        if not is_count(trailer.len, LIMITS.volume) or not all(
            type(text) is str and _HEX64.fullmatch(text) for text in (trailer.header, trailer.payload)
        ):
            raise refuse("trailer-fields", TRAILER, "的值不合规定")
        return trailer


@dataclass(frozen=True, slots=True)
class Entry:
    """One section: r (records) or b (blob), entity or hash, lines, plain and stored length, zstd, hash, volume."""

    t: str
    n: str
    c: int
    raw: int
    len: int
    z: int
    h: str
    v: int = 1

    @property
    def name(self) -> str:
        """The member's name in the payload."""
        stem = f"records/{self.n}.jsonl" if self.t == "r" else f"blobs/{self.n}"
        return f"{stem}.zst" if self.z else stem

    def to_value(self) -> dict[str, Any]:
        """The entry as it stands in the manifest."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


def read_sections(value: object, entities: Sequence[str], *, backup: bool, volumes: int = 1) -> tuple[Entry, ...]:
    """The sections of a manifest: allowed entities in their order, then blobs by hash; raises PackageRefused.

    Records stand in the first volume, blobs in the order of the volumes. The checks are by membership: a number that
    merely counts as true, a name that merely looks harmless and a section told twice are refused.
    """
    if type(value) is not list or len(value) > LIMITS.sections:
        raise refuse("sections", MANIFEST, "的分项清单不合规定")
    entries = tuple(_read_entry(item, entities, backup=backup, volumes=volumes) for item in value)
    order = [(0, entities.index(entry.n), "") if entry.t == "r" else (1, 0, entry.n) for entry in entries]
    if any(first >= second for first, second in pairwise(order)) or any(
        first.v > second.v for first, second in pairwise(entries)
    ):
        raise refuse("sections", MANIFEST, "的分项重复或次序不对")
    _check_totals(entries)
    return entries


def _read_entry(item: object, entities: Sequence[str], *, backup: bool, volumes: int) -> Entry:
    names = {field.name for field in fields(Entry)}
    if type(item) is not dict or item.keys() != names:
        raise refuse("sections", MANIFEST, "的分项写法不合规定")
    entry = Entry(**{name: item[name] for name in names})
    largest_blob = LIMITS.plain if backup else LIMITS.blob
    blob = entry.t == "b"
    right = {
        "类别": entry.t in ("r", "b"),
        "名称": type(entry.n) is str and (entry.n == entry.h if blob else entry.n in entities),
        "条数": is_count(entry.c, 0 if blob else LIMITS.records),
        "解压后的长度": is_count(entry.raw, largest_blob if blob else LIMITS.plain),
        "长度": is_count(entry.len, LIMITS.volume),
        "压缩标记": type(entry.z) is int and entry.z in ((int(backup),) if blob else (0, 1)),
        "校验值": type(entry.h) is str and _HEX64.fullmatch(entry.h),
        "卷号": type(entry.v) is int and 1 <= entry.v <= (volumes if blob else 1),
    }
    for name, holds in right.items():
        if not holds:
            raise refuse("sections", MANIFEST, f"中分项的{name}不合规定")
    if not entry.z and entry.raw != entry.len:
        raise refuse("sections", entry.name, "的两个长度不一致")
    if entry.z and not blob and entry.raw > entry.len * LIMITS.ratio:
        raise refuse("ratio", entry.name, f"的压缩比超过 {LIMITS.ratio} 倍")
    return entry


def _check_totals(entries: Sequence[Entry]) -> None:
    totals = {
        "记录": (sum(entry.c for entry in entries), LIMITS.records),
        "附件": (sum(entry.t == "b" for entry in entries), LIMITS.blobs),
        "字节": (sum(entry.raw for entry in entries), LIMITS.plain),
    }
    for name, (number, limit) in totals.items():
        if number > limit:
            raise refuse("limit", MANIFEST, f"写明的{name}数 {number} 超过上限 {limit}")


def counts(entries: Sequence[Entry]) -> dict[str, int]:
    """Records per entity."""
    return {entry.n: entry.c for entry in entries if entry.t == "r"}
