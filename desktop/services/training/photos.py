"""Photos from a folder: each file found by the ID number or the name in its own name, the missing listed.

The bytes are kept as they came. They are cut to 35×49 where they are printed, by `rules.images.cropped`: a photo that
comes once serves every size, and the program needs no library that writes pictures.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image
from sqlalchemy.orm import Session

from desktop.errors import RefusedError
from desktop.models import Teacher
from desktop.queries.directory import Directory
from desktop.rules.images import is_complete, read_picture
from desktop.rules.names import normalise_name
from desktop.rules.photo_names import id_number_in, names_in, places_in
from desktop.store.blobs import keep_blob
from desktop.store.records import Edit, load, write_edits

MOST_BYTES: Final = 10 * 1024 * 1024
LEAST_PIXELS: Final = 200
"""Fewer across are blurred at 35 mm."""
_ENDINGS: Final = frozenset({".jpg", ".jpeg", ".jfif", ".png"})
_FOREIGN: Final = frozenset({".heic", ".heif", ".bmp", ".gif", ".tif", ".tiff", ".webp"})
"""What people send as photos and no sheet can print: told, so that nobody waits for them."""


@dataclass(slots=True)
class PhotoPlan:
    """Which file is whose, who has none, and which files are not taken, each with a sentence."""

    matched: dict[str, Path] = field(default_factory=dict)
    """The file of each teacher by uid."""
    missing: list[str] = field(default_factory=list)
    """Teachers without a photo, here or in the records."""
    refused: list[tuple[Path, str]] = field(default_factory=list)


def photo_files(folder: Path) -> list[Path]:
    """The pictures in a folder and below, of kinds that cannot be used too. Raises RefusedError if there are none."""
    endings = _ENDINGS | _FOREIGN
    found = sorted(each for each in folder.rglob("*") if each.suffix.lower() in endings and each.is_file())
    if not found:
        raise RefusedError(f"“{folder}”里没有 jpg 或 png 照片，请核对文件夹")
    return found


class _People:
    """Those whose photos are looked for, by ID number, by name, and by the unit beside the name."""

    def __init__(self, names: Directory, teachers: Mapping[str, str]) -> None:
        self._names, self._unit_of = names, teachers
        self.name_of = {uid: normalise_name(names.name("teachers", uid)) for uid in teachers}
        self.by_id = {str(names.content("teachers", uid).get("id_number")): uid for uid in teachers}
        self.by_name: dict[str, list[str]] = {}
        for uid, name in self.name_of.items():
            self.by_name.setdefault(name, []).append(uid)

    def whose(self, path: Path) -> str:
        """The teacher whose photo a file is. Raises RefusedError with the sentence why that cannot be told."""
        number = id_number_in(path.stem)
        alone, within = names_in(path.stem, self.by_name)
        if number:
            return self._by_number(path, number, alone)
        if len(alone) == 1:
            return self._by_name(path, alone[0])
        if alone:
            raise RefusedError(f"“{path.name}”的文件名里有几名学员的姓名（{'、'.join(alone)}），请一人一个文件")
        if within:
            raise RefusedError(
                f"“{path.name}”里的“{within[0]}”可能是另一个姓名的一部分，没有采用；请只用姓名或身份证号命名照片"
            )
        raise RefusedError(f"“{path.name}”的文件名里没有学员的姓名或身份证号")

    def _by_name(self, path: Path, name: str) -> str:
        """The one of that name; of several, the one whose unit the file names too."""
        people, places = self.by_name[name], places_in(path.stem, name)
        fitting = [uid for uid in people if any(self._is_of(place, self._unit_of[uid]) for place in places)]
        units = "、".join(self._unit_of[uid] or "单位未登记" for uid in people)
        if len(fitting) == 1:
            return fitting[0]
        if len(people) > 1:
            told = f"有 {len(people)} 人同名（{units}），没有采用"
            raise RefusedError(f"“{path.name}”：{told}；请在文件名里写上单位，或用身份证号命名")
        elsewhere = next(filter(self._schools, places), "")
        if elsewhere and self._unit_of[people[0]]:
            told = f"“{name}”的单位是“{units}”，文件名写的是“{elsewhere}”，没有采用"
            raise RefusedError(f"“{path.name}”：{told}；请核对是谁的照片")
        return people[0]

    def _is_of(self, place: str, unit: str) -> bool:
        return bool(unit) and (place in unit or unit in self._schools(place))

    def _schools(self, place: str) -> set[str]:
        """The schools that a written place means, by one of their names or a part of it."""
        known = {self._names.name("schools", uid) for uid in self._names.find("schools", place)}
        return known or {name for name in self._names.texts("schools").values() if place in name}

    def _by_number(self, path: Path, number: str, alone: Sequence[str]) -> str:
        uid = self.by_id.get(number)
        if uid is None:
            raise RefusedError(f"“{path.name}”文件名里的身份证号不是学员的，没有采用；请核对号码")
        if alone and self.name_of[uid] not in alone:
            told = f"身份证号是“{self.name_of[uid]}”的，姓名写的是“{alone[0]}”"
            raise RefusedError(f"“{path.name}”的文件名里{told}，没有采用；请核对是谁的照片")
        return uid


def match_photos(names: Directory, teachers: Mapping[str, str], files: Iterable[Path]) -> PhotoPlan:
    """Find whose photo each file is, of teachers with their units ("" where none is known); writes nothing."""
    plan, people = PhotoPlan(), _People(names, teachers)
    for path in files:
        sentence = _picture_fault(path) or _match(plan, people, path)
        if sentence:
            plan.refused.append((path, sentence))
    has_none = (uid for uid in teachers if uid not in plan.matched)
    plan.missing = [uid for uid in has_none if "photo" not in names.content("teachers", uid)]
    return plan


def _picture_fault(path: Path) -> str:
    """Why a file is not taken as a photo; empty if it is."""
    try:
        if path.stat().st_size > MOST_BYTES:
            return f"“{path.name}”超过 10 MB，请缩小后再放进来"
        data = path.read_bytes()
    except OSError:
        return f"“{path.name}”读不出来，可能没有权限或U盘有故障，请重新拷贝"
    picture = read_picture(data)
    if picture is None:
        return f"“{path.name}”不是 JPEG 或 PNG 照片（手机的 HEIC 等格式请先转换），请另存为 jpg 后再放进来"
    if not is_complete(data):
        return f"“{path.name}”不完整，可能没有拷贝完，请重新拷贝"
    if min(picture.width, picture.height) < LEAST_PIXELS:
        few = min(picture.width, picture.height)
        return f"“{path.name}”只有 {few} 像素宽，打印不清楚，请换一张至少 {LEAST_PIXELS} 像素宽的"
    return "" if _can_be_shown(data) else f"“{path.name}”打不开，内容已损坏，请重新拷贝或另存为 jpg"


def _can_be_shown(data: bytes) -> bool:
    """Whether the whole picture can be decoded: a certificate printed with half a face is noticed too late."""
    try:
        with Image.open(BytesIO(data)) as opened:
            opened.load()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return False
    return True


def _match(plan: PhotoPlan, people: _People, path: Path) -> str:
    """Note whose photo a file is; the sentence if that cannot be told."""
    try:
        uid = people.whose(path)
    except RefusedError as error:
        return error.sentence
    if uid in plan.matched:
        return f"“{path.name}”与“{plan.matched[uid].name}”是同一个人的照片，只用了前一张"
    plan.matched[uid] = path
    return ""


def save_photos(session: Session, folder: Path, matched: Mapping[str, Path]) -> int:
    """Keep the photos in an office's folder and with their teachers; returns how many changed.

    A file lies there before a record names it, so that no record points to nothing. Raises RefusedError for a teacher
    of another office, and for a file that was taken away meanwhile.
    """
    known = load(session, Teacher, matched)
    own = session.info["act"].origin
    foreign = [each.content["name"] for each in known.values() if each.origin != own]
    if foreign:
        raise RefusedError(f"{'、'.join(foreign[:6])}由别的单位登记，照片请由该单位放入；没有保存")
    edits = []
    for uid, path in matched.items():
        try:
            data = path.read_bytes()
        except OSError as error:
            raise RefusedError(f"“{path.name}”读不出来了，没有保存任何照片；请插好U盘再试") from error
        name = hashlib.sha256(data).hexdigest()
        keep_blob(folder, [data], name)
        content = {**known[uid].content, "photo": name}
        edits.append(Edit(Teacher, uid, known[uid], content))
    return write_edits(session, edits)
