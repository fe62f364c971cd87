"""The roster of 3,000 persons, from the database to the PDF file, beside the same strings on a bare ReportLab canvas.

The floor draws each text of each row at its place with the same font, without lines, fitting or page numbers, and
without reading a database.
"""

# mypy: allow-untyped-calls
# ReportLab bears no annotations.

import gc
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from desktop.kinds import sample_citizen_id
from desktop.models import Appointment, Cohort, Employment, School, Teacher
from desktop.models.base import Content
from desktop.reports import fonts
from desktop.reports.blocks import ListTable
from desktop.reports.paper import A4_LANDSCAPE, POINTS_PER_MM
from desktop.reports.printing import prepare_report, print_report
from desktop.store import Store
from tests.benchmarks.measurement import Measurement
from tests.builders import (
    add,
    add_all,
    appointment_content,
    cohort_content,
    employment_content,
    make_office,
    school_content,
    teacher_content,
)

PERSONS = 3_000
REPEATS = 5
_RARE = ("李𠮷祥", "刘𬭚", "马𫘝远", "黄𨱏", "欧阳靖", "阿依古丽·买买提")
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华建文斌慧玲红"
_OPTIONS = {"date": "2026-11-22"}


def measure() -> list[Measurement]:
    """Seconds of printing, with what they are held against."""
    folder = Path(tempfile.mkdtemp(prefix="bench-roster-"))
    try:
        store = make_county(folder / "office")
        strings = strings_of(store)
        # Fonts are read outside of both times: a running program has them open.
        pdfmetrics.registerFont(TTFont("floor", str(fonts.faces()["CountyDeskSong"].path)))
        figure, floor = _alternately(
            lambda: print_report(store, "F01", folder / "roster.pdf", _OPTIONS, operator="王主任"),
            lambda: draw_plainly(strings, folder / "plain.pdf"),
        )
        store.close()
        return [Measurement(f"roster of {PERSONS} persons to PDF", figure, floor, figure / floor, 3.0)]
    finally:
        shutil.rmtree(folder)


def _alternately(work: Callable[[], object], floor: Callable[[], object]) -> tuple[float, float]:
    """The best of some runs of both, each beside the other, so that a busy machine slows both."""
    work()
    floor()
    pairs = [(_seconds(work), _seconds(floor)) for _ in range(REPEATS)]
    return min(first for first, _ in pairs), min(second for _, second in pairs)


def _seconds(work: Callable[[], object]) -> float:
    gc.collect()
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def make_county(folder: Path) -> Store:
    """A county with 3,000 backbone teachers in 60 schools, every column of the roster filled."""
    store = make_office(folder)
    schools = add_all(store, School, [school_content(number, order=number) for number in range(1, 61)])
    cohort = add(store, Cohort, cohort_content(ordinal=3))
    teachers = add_all(store, Teacher, [person(number) for number in range(PERSONS)])
    add_all(
        store,
        Employment,
        [employment_content(teacher, schools[place % len(schools)]) for place, teacher in enumerate(teachers)],
    )
    add_all(store, Appointment, [appointment_content(teacher, cohort, subject="语文") for teacher in teachers])
    return store


def person(number: int) -> Content:
    """A teacher with all that the roster prints; nearly all names differ, one in fifty is rare."""
    born = f"{1965 + number // 900}{number % 12 + 1:02d}15"
    surname, given = _SURNAMES[number % len(_SURNAMES)], _GIVEN[number // 20 % len(_GIVEN)]
    name = f"{surname}{given}{_GIVEN[number // 600 % len(_GIVEN)]}" if number % 50 else _RARE[number // 50 % len(_RARE)]
    return teacher_content(
        number % 900,
        name=name,
        birth_date=f"{born[:4]}-{born[4:6]}-{born[6:]}",
        id_number=sample_citizen_id(born, 100 + number % 900),
        stage="3",
        work_start_month=f"{1988 + number % 20}-07",
        educations=[{"which": "2", "education": "21"}],
    )


def strings_of(store: Store) -> list[tuple[str, ...]]:
    """The rows of the roster as they are printed."""
    blocks = prepare_report(store, "F01", _OPTIONS).filled.document.blocks
    return [row for block in blocks if isinstance(block, ListTable) for row in block.rows]


def draw_plainly(strings: list[tuple[str, ...]], path: Path) -> None:
    """The floor: every string at its place, 16 rows on a page, one font."""
    size = (A4_LANDSCAPE.width * POINTS_PER_MM, A4_LANDSCAPE.height * POINTS_PER_MM)
    canvas = Canvas(str(path), pagesize=size, pageCompression=1)
    for start in range(0, len(strings), 16):
        canvas.setFont("floor", 9)
        for down, row in enumerate(strings[start : start + 16]):
            for across, text in enumerate(row):
                canvas.drawString(42 + 50 * across, 500 - 26 * down, text)
        canvas.showPage()
    canvas.save()
