"""Attachments in packages: which files the chosen records name, and what becomes of those that come in.

Going out, a file that is lost, damaged or too large is told by name and stays behind: a photo never keeps a package
from being handed in. Coming in, files wait in `inbox/stage/` until the merge is confirmed; then they take their place
before the records that name them are written.
"""

import time
from collections.abc import Collection, Container, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from desktop.archive import LIMITS, Blob, drive
from desktop.errors import RefusedError
from desktop.exchange.branch import branch_of, held_parents
from desktop.exchange.lifting import Lifted
from desktop.exchange.snapshots import Choice
from desktop.fields import field_named
from desktop.models import BY_PLURAL
from desktop.models.base import Content, Record
from desktop.models.local import HeldAttachment
from desktop.rules.images import is_pdf, read_picture
from desktop.store.blobs import adopt_blobs, blob_path, is_whole, picture_fields
from desktop.store.records import load
from desktop.store.tables import plain_table

_STAGE: Final = Path("inbox") / "stage"
_STALE_SECONDS: Final = 24 * 3600
_MISSING: Final = "不在数据包里，本单位也没有，请补报"
_REFERRED: Final = "没有重带，本单位却已没有；把这次的回执交给对方，下次会自动补带"
_HEAD: Final = 256 * 1024
"""So much of a picture is looked at: what a camera writes before the size fits in."""


@dataclass(slots=True)
class Outgoing:
    """The files that go along, by hash, a sentence for each that cannot, and those that are only referred to."""

    blobs: list[Blob] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    referred: list[str] = field(default_factory=list)


def outgoing(session: Session, folder: Path, chosen: Choice, *, held: Collection[str] = ()) -> Outgoing:
    """The attachments that the chosen records name, each looked at to its last byte.

    Those that the recipient holds are only referred to.
    """
    found = Outgoing()
    owners = _owners(session, chosen)
    for name in sorted(owners):
        if name in held:
            found.referred.append(name)
            continue
        path = blob_path(folder, name)
        fault = _fault(path, name)
        if fault:
            plural, uid, field = owners[name]
            entity = BY_PLURAL[plural]
            what = field_named(entity, field).label
            found.left_out.append(f"{_called(session, entity, uid)}的{what}{fault}，没有带上")
        else:
            found.blobs.append(Blob(path, name))
    return found


def _owners(session: Session, chosen: Choice) -> dict[str, tuple[str, str, str]]:
    """By hash, one record that names it, and in which field."""
    found: dict[str, tuple[str, str, str]] = {}
    for plural, which in chosen.items():
        table = plain_table(BY_PLURAL[plural])
        for name in picture_fields(BY_PLURAL[plural]):
            column = table.c[name]
            query = select(table.c.uid, column).where(which, column.is_not(None), table.c.deleted_at.is_(None))
            found.update((sha256, (plural, uid, name)) for uid, sha256 in session.execute(query))
    return found


def _fault(path: Path, name: str) -> str:
    if not path.is_file():
        return "文件不见了"
    if path.stat().st_size > LIMITS.blob:
        return f"文件超过 {LIMITS.blob >> 20} MB"
    return "" if is_whole(path, name) else "文件已损坏"


def _called(session: Session, entity: type[Record], uid: str) -> str:
    return f"{entity.label}“{entity.called(load(session, entity, (uid,))[uid].content)}”"


def held_by(session: Session, office: str) -> set[str]:
    """The attachments that an office said in its last receipt it holds."""
    return set(session.scalars(select(HeldAttachment.sha256).where(HeldAttachment.office_code == office)))


def note_held(session: Session, office: str, names: Iterable[str]) -> None:
    """Keep what an office says it holds now, in place of what it said before."""
    session.execute(delete(HeldAttachment).where(HeldAttachment.office_code == office))
    session.add_all(HeldAttachment(office_code=office, sha256=name) for name in sorted(names))


def held_of(session: Session, folder: Path, office: str) -> list[str]:
    """The attachments that lie here whole and that records of an office, or of those under it, name."""
    writers = branch_of(held_parents(session), office)
    chosen: Choice = {
        plural: plain_table(entity).c.origin.in_(writers)
        for plural, entity in BY_PLURAL.items()
        if picture_fields(entity)
    }
    return [name for name in sorted(_owners(session, chosen)) if is_whole(blob_path(folder, name), name)]


@dataclass(frozen=True, slots=True)
class Pictured:
    """One accepted record that names an attachment."""

    entity: type[Record]
    uid: str
    name: str
    field: str
    sha256: str


def pictured(entity: type[Record], uid: str, name: str, content: Content) -> Iterator[Pictured]:
    """The attachments that the content of an accepted record names."""
    for each in picture_fields(entity):
        if each in content:
            yield Pictured(entity, uid, name, each, content[each])


@dataclass(slots=True)
class Incoming:
    """What came with a package: the hashes that wait to be kept, and what is wrong with others, by hash."""

    staged: list[str] = field(default_factory=list)
    faults: dict[str, str] = field(default_factory=dict)


def put_aside(folder: Path, opened: Lifted, named: Iterable[str], scans: Container[str] = ()) -> Incoming:
    """Put the attachments that accepted records name, by their hashes, aside until the merge; others are left.

    Those of `scans` may be PDFs. Raises RefusedError when there is no room for them.
    """
    _sweep(folder)
    found = Incoming()
    wanted = []
    for name in named:
        path = blob_path(folder, name)
        if is_whole(path, name):
            path.touch()  # it is named again: nobody collects it before the merge is confirmed
        else:
            wanted.append(name)
    sent, referred = opened.blobs, set(opened.referred)
    coming = [name for name in wanted if name in sent]
    found.faults.update((name, _REFERRED if name in referred else _MISSING) for name in wanted if name not in sent)
    if coming:
        (folder / _STAGE).mkdir(parents=True, exist_ok=True)
        drive.check_room(folder, sum(sent[name] for name in coming if not (folder / _STAGE / name).exists()))
    for name in coming:
        fault = _picture_fault(opened, name, is_scan=name in scans)
        if fault:
            found.faults[name] = fault
        else:
            _put(folder / _STAGE / name, opened.blob(name), name)
            found.staged.append(name)
    return found


def _picture_fault(opened: Lifted, name: str, *, is_scan: bool) -> str:
    """Why a file is no picture that can be printed, nor a PDF where that may be; empty if it is one."""
    head = bytearray()
    for piece in opened.blob(name):
        head += piece
        if len(head) >= _HEAD:
            break
    picture = read_picture(bytes(head))
    if is_scan and is_pdf(bytes(head)):
        return ""
    if picture is None:
        return "不是 JPEG 或 PNG 图片，没有采用"
    if picture.width * picture.height > LIMITS.image_pixels:
        return f"有 {picture.width}×{picture.height} 像素，超过上限，没有采用，请缩小后补报"
    return ""


def _put(target: Path, pieces: Iterator[bytes], name: str) -> None:
    """Write without waiting for the medium: what is staged is looked at again before it is kept."""
    if is_whole(target, name):
        return
    with target.open("wb") as file:
        for piece in pieces:
            file.write(piece)


def keep(folder: Path, staged: Iterable[str]) -> None:
    """Give staged attachments their place, before the records that name them. Raises RefusedError."""
    try:
        adopt_blobs(folder, {name: folder / _STAGE / name for name in staged})
    except (FileNotFoundError, ValueError) as error:
        raise RefusedError("随包的附件已不在暂存处，没有合并；请重新选择数据包，再看一次预览") from error


def _sweep(folder: Path) -> None:
    """Forget what was staged for merges that nobody confirmed."""
    for left in (folder / _STAGE).glob("*"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > _STALE_SECONDS:
                left.unlink()
