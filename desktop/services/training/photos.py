"""Photos from a folder: each file found by the ID number or the name in its own name, the missing listed.

The bytes are kept as they came. They are cut to 35×49 where they are printed, by `rules.images.cropped`: a photo that
comes once serves every size, and the program needs no library that writes pictures.
"""

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from desktop.errors import RefusedError
from desktop.models import Teacher
from desktop.queries.directory import Directory
from desktop.rules.images import read_picture
from desktop.rules.names import normalise_name
from desktop.store.blobs import keep_blob
from desktop.store.records import Edit, load, write_edits

MOST_BYTES: Final = 10 * 1024 * 1024
LEAST_PIXELS: Final = 200
"""Fewer across are blurred at 35 mm."""
_ID: Final = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")
_ENDINGS: Final = frozenset({".jpg", ".jpeg", ".png"})


@dataclass(slots=True)
class PhotoPlan:
    """Which file is whose, who has none, and which files are not taken, each with a sentence."""

    matched: dict[str, Path] = field(default_factory=dict)
    """The file of each teacher by uid."""
    missing: list[str] = field(default_factory=list)
    """Teachers without a photo, here or in the records."""
    refused: list[tuple[Path, str]] = field(default_factory=list)


def photo_files(folder: Path) -> list[Path]:
    """The pictures in a folder and below. Raises RefusedError if there are none."""
    found = sorted(each for each in folder.rglob("*") if each.suffix.lower() in _ENDINGS and each.is_file())
    if not found:
        raise RefusedError(f"“{folder}”里没有 jpg 或 png 照片，请核对文件夹")
    return found


def match_photos(names: Directory, teachers: Collection[str], files: Iterable[Path]) -> PhotoPlan:
    """Find whose photo each file is; writes nothing."""
    plan = PhotoPlan()
    by_id = {str(names.content("teachers", uid).get("id_number")): uid for uid in teachers}
    by_name: dict[str, list[str]] = {}
    for uid in teachers:
        by_name.setdefault(normalise_name(names.name("teachers", uid)), []).append(uid)
    for path in files:
        sentence = _picture_fault(path) or _match(plan, path, by_id, by_name)
        if sentence:
            plan.refused.append((path, sentence))
    has_none = (uid for uid in teachers if uid not in plan.matched)
    plan.missing = [uid for uid in has_none if "photo" not in names.content("teachers", uid)]
    return plan


def _picture_fault(path: Path) -> str:
    """Why a file is not taken as a photo; empty if it is."""
    if path.stat().st_size > MOST_BYTES:
        return f"“{path.name}”超过 10 MB，请缩小后再放进来"
    with path.open("rb") as file:
        picture = read_picture(file.read(256 * 1024))
    if picture is None:
        return f"“{path.name}”不是 JPEG 或 PNG 照片，请另存后再放进来"
    if picture.width < LEAST_PIXELS:
        return f"“{path.name}”只有 {picture.width} 像素宽，打印不清楚，请换一张至少 {LEAST_PIXELS} 像素宽的"
    return ""


def _match(plan: PhotoPlan, path: Path, by_id: Mapping[str, str], by_name: Mapping[str, list[str]]) -> str:
    """Note whose photo a file is; the sentence if that cannot be told."""
    number = _ID.search(path.stem)
    uid = by_id.get(number[0].upper()) if number else None
    if uid is None:
        stem = normalise_name(path.stem)
        fitting = [name for name in by_name if name in stem]
        people = by_name[max(fitting, key=len)] if fitting else []
        if len(people) > 1:
            return f"“{path.name}”：有 {len(people)} 人同名，请用身份证号命名照片"
        if not people:
            return f"“{path.name}”的文件名里没有学员的姓名或身份证号"
        uid = people[0]
    if uid in plan.matched:
        return f"“{path.name}”与“{plan.matched[uid].name}”是同一个人的照片，只用了前一张"
    plan.matched[uid] = path
    return ""


def save_photos(session: Session, folder: Path, matched: Mapping[str, Path]) -> int:
    """Keep the photos in an office's folder and with their teachers; returns how many changed.

    A file lies there before a record names it, so that no record points to nothing. Raises RefusedError for a teacher
    of another office.
    """
    known = load(session, Teacher, matched)
    own = session.info["act"].origin
    foreign = [each.content["name"] for each in known.values() if each.origin != own]
    if foreign:
        raise RefusedError(f"{'、'.join(foreign[:6])}由别的单位登记，照片请由该单位放入；没有保存")
    edits = []
    for uid, path in matched.items():
        data = path.read_bytes()
        name = hashlib.sha256(data).hexdigest()
        keep_blob(folder, [data], name)
        content = {**known[uid].content, "photo": name}
        edits.append(Edit(Teacher, uid, known[uid], content))
    return write_edits(session, edits)
