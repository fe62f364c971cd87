"""The file of a class: papers noted as filed, and taken back; scanned files kept with them."""

import hashlib
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session

from desktop.archive import LIMITS
from desktop.errors import RefusedError
from desktop.models import ArchiveScan, TrainingClass
from desktop.models.base import Content
from desktop.rules.images import is_pdf, read_picture
from desktop.services.records import save
from desktop.store.blobs import keep_blob
from desktop.store.records import Edit, find, load_one, new_uid, write_edits

_HEAD = 256 * 1024


def file_items(session: Session, uid: str, items: list[str], day: date, place: str) -> None:
    """Note papers (codes of archive_item) as filed on a day at a place; one filed before is noted anew."""
    kept = [each for each in _filed(session, uid) if each["item"] not in items]
    fresh: list[Content] = [{"item": item, "filed_on": day.isoformat()} for item in items]
    if place.strip():
        fresh = [{**each, "place": place.strip()} for each in fresh]
    save(session, TrainingClass, {"archive": [*kept, *fresh]}, uid=uid)


def unfile_items(session: Session, uid: str, items: list[str]) -> None:
    """Take papers out of the file. Raises RefusedError if none of them is in it."""
    filed = _filed(session, uid)
    kept = [each for each in filed if each["item"] not in items]
    if len(kept) == len(filed):
        raise RefusedError("所选材料还没有归档，没有改动")
    save(session, TrainingClass, {"archive": kept or None}, uid=uid)


def _filed(session: Session, uid: str) -> list[Content]:
    record = load_one(session, TrainingClass, uid)
    if record is None:
        raise RefusedError("这个培训班已被删除，没有改动")
    return list(record.content.get("archive", ()))


def keep_scans(session: Session, folder: Path, uid: str, item: str, files: Sequence[Path]) -> int:
    """Keep scanned files (PDF, JPEG or PNG) with a paper of a class; returns how many are new there.

    A file lies in the office's folder before a record names it. Raises RefusedError for files that are none of these
    or too large, all told together, and then keeps none; OSError for one that cannot be read.
    """
    faults = [fault for path in files if (fault := _scan_fault(path))]
    if faults:
        raise RefusedError(f"{'；'.join(faults)}；没有放入任何扫描件")
    there = {
        each.content["file"] for each in find(session, ArchiveScan, {"training_class": uid, "item": item}).values()
    }
    edits = []
    for path in files:
        data = path.read_bytes()
        name = hashlib.sha256(data).hexdigest()
        if name not in there:
            there.add(name)
            keep_blob(folder, [data], name)
            content = {"training_class": uid, "item": item, "name": path.name[:200], "file": name}
            edits.append(Edit(ArchiveScan, new_uid(ArchiveScan, content), None, content))
    return write_edits(session, edits)


def _scan_fault(path: Path) -> str:
    """Why a file is not kept; empty if it is."""
    if path.stat().st_size > LIMITS.blob:
        return f"“{path.name}”超过 {LIMITS.blob >> 20} MB，请降低扫描分辨率或分成几个文件"
    with path.open("rb") as file:
        head = file.read(_HEAD)
    return "" if is_pdf(head) or read_picture(head) is not None else f"“{path.name}”不是 PDF、JPEG 或 PNG 扫描件"


def drop_scan(session: Session, uid: str) -> None:
    """Take a scanned file out of a class's file; it waits in the bin. Raises RefusedError if it is gone already."""
    record = load_one(session, ArchiveScan, uid)
    if record is None:
        raise RefusedError("这个扫描件已被移除，没有改动")
    write_edits(session, [Edit(ArchiveScan, uid, record, None)])
