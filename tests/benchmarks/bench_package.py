"""Packages: writing one of 5,000 teachers beside its floor, and merging twenty of them into one city.

The floor is the same records as canonical JSON, compressed and hashed, written to the same disk and read back once.
"""

import gc
import hashlib
import shutil
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import zstandard

from desktop import canonical
from desktop.archive import ReceivingKey, open_archive
from desktop.exchange.cards import confirm_card, own_card, parent_card, trust_parent
from desktop.exchange.merge import carry_out_merge, plan_merge
from desktop.exchange.package import SECTIONS, Written, write_package
from desktop.exchange.signers import Signers
from desktop.kinds import sample_citizen_id
from desktop.models import Appointment, Cohort, Employment, School, Teacher
from desktop.models.base import Content
from desktop.services.backups import load_identity
from desktop.services.offices import create_office
from desktop.store import Edit, Store, write_edits
from desktop.store.records import new_uid
from tests.benchmarks.measurement import Measurement

TEACHERS = 5_000
PACKAGES = 20
REPEATS = 25
_SOME = 5
_NAMES = ("王芳", "李𠮷祥", "刘𬭚", "马𫘝远", "黄𨱏", "欧阳靖", "阿依古丽·买买提")


def measure() -> list[Measurement]:
    """Seconds of writing and of merging, with what they are held against."""
    folder = Path(tempfile.mkdtemp(prefix="bench-package-"))
    try:
        city = create_office(folder / "city", name="渝州市教育局", code="500000", rank="city")
        return [_measure_writing(folder, city), _measure_merging(folder, city)]
    finally:
        shutil.rmtree(folder)


def _measure_writing(folder: Path, city: Store) -> Measurement:
    county = make_county(folder, city, 1)
    drive = folder / "drive"
    drive.mkdir()
    lines = lines_of(county, send(county, drive).path)  # code and files are warm for both sides
    pairs = [
        (_seconds(lambda: send(county, drive)), _seconds(lambda: write_plainly(lines, drive / "plain")))
        for _ in range(REPEATS)  # in turn, so that both meet the same noise
    ]
    county.close()
    figure, floor = median(first for first, _ in pairs), median(second for _, second in pairs)
    ratio = median(first / second for first, second in pairs)  # of neighbours: the pace of a machine changes
    return Measurement(f"package of {TEACHERS} teachers written and verified", figure, floor, ratio, 3.0)


def _measure_merging(folder: Path, city: Store) -> Measurement:
    """Each county is made, sends, and is merged; what a merge costs must not grow with what the city holds.

    Held against each other are the middle ones of the first five and of the last five: one merge alone is at the
    mercy of what else the computer does.
    """
    seconds = []
    for number in range(2, 2 + PACKAGES):
        drive = folder / f"drive{number}"
        drive.mkdir()
        county = make_county(folder, city, number)
        written = send(county, drive)
        confirm_card(city, own_card(county, load_identity(county.folder)), "李主任")
        county.close()
        seconds.append(_seconds(partial(merge, city, written.path)))
        shutil.rmtree(county.folder)
    first, last = median(seconds[:_SOME]), median(seconds[-_SOME:])
    return Measurement(f"merge of {PACKAGES} such packages, the last beside the first", last, first, last / first, 1.5)


def _seconds(work: Callable[[], object]) -> float:
    gc.collect()
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def send(county: Store, drive: Path) -> Written:
    """Write the county's package to a drive."""
    identity = load_identity(county.folder)
    card, parent = own_card(county, identity), parent_card(county)
    return write_package(county, year=2026, folder=drive, identity=identity, own_card=card, parent_card=parent)


def merge(city: Store, path: Path) -> int:
    """Plan and carry out a merge."""
    return carry_out_merge(city, plan_merge(city, path, identity=load_identity(city.folder)), "李主任")


def lines_of(county: Store, path: Path) -> dict[str, list[dict[str, Any]]]:
    """The records of a package, as its reader gets them."""
    identity = load_identity(county.folder)
    keys: list[ReceivingKey] = [identity.receiving]
    with open_archive(path, keys=keys, signers=Signers([own_card(county, identity)]), entities=SECTIONS) as opened:
        return {plural: list(opened.records(plural)) for plural in opened.counts}


def write_plainly(lines: dict[str, list[dict[str, Any]]], folder: Path) -> None:
    """The floor: canonical lines, zstd, SHA-256, one file each, read back and hashed once."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for plural, values in lines.items():
        packer, digest = zstandard.ZstdCompressor(level=3).compressobj(), hashlib.sha256()
        path = folder / f"{plural}.zst"
        with path.open("wb") as file:
            for piece in canonical.dump_lines(values):
                digest.update(piece)
                file.write(packer.compress(piece))
            file.write(packer.flush())
        again = hashlib.sha256()
        with path.open("rb") as file:
            for piece in zstandard.ZstdDecompressor().read_to_iter(file):
                again.update(piece)
        assert again.digest() == digest.digest()


def make_county(folder: Path, city: Store, number: int) -> Store:
    """A county with 5,000 teachers in 50 schools, each with an employment and an appointment."""
    code = f"50{number:04d}"
    county = create_office(folder / code, name=f"第{number}县教育委员会", code=code, rank="county")
    trust_parent(county, own_card(city, load_identity(city.folder)), "王主任")
    schools = [_edit(School, {"name": f"第{n}小学", "county_code": code, "order": n}) for n in range(50)]
    cohort = _edit(Cohort, {"tier": "4", "doc_no": f"云教发〔2026〕{number}号", "issue_date": "2026-03-01"})
    edits = [*schools, cohort]
    for n in range(TEACHERS):
        teacher = _edit(Teacher, teacher_content(code, n))
        school = schools[n % len(schools)].uid
        edits += [
            teacher,
            _edit(Employment, {"teacher": teacher.uid, "school": school, "kind": "1", "start": "2008-09"}),
            _edit(Appointment, {"teacher": teacher.uid, "cohort": cohort.uid, "tier": "4", "recognized_on": "2026-03"}),
        ]
    with county.write("测试数据", kind="setup") as session:
        write_edits(session, edits)
    return county


def _edit(entity: type[Any], content: Content) -> Edit:
    return Edit(entity, new_uid(entity, content), None, content)


def teacher_content(area: str, number: int) -> Content:
    """A teacher with as many values as a school's spreadsheet gives."""
    born = f"{1965 + number // 900 % 30}{number // 75 % 12 + 1:02d}{number // 900 + 1:02d}"
    id_number = sample_citizen_id(born, number % 900 + 100, area)
    return {
        "name": _NAMES[number % len(_NAMES)],
        "gender": "1" if number % 2 else "2",
        "ethnicity": "01",
        "birth_date": f"{born[:4]}-{born[4:6]}-{born[6:]}",
        "id_number": id_number,
        "id_type": "1",
        "political_status": "13",
        "work_start_month": "2008-07",
        "teaching_start_month": "2008-09",
        "staffing_status": "1",
        "stage": "3",
        "subject": ("语文", "数学", "英语", "道德与法治")[number % 4],
        "title": "T3",
        "mobile": f"1990{number:07d}",
        "note": "2021 年起任教研组长",
        "educations": [{"which": "2", "education": "21", "school": "渝州师范学院", "graduated": "2008-06"}],
    }
