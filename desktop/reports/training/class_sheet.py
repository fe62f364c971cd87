"""What the sheets of one class have in common: the class that is meant, its trainees as paper names them, its days."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Final

from sqlalchemy.orm import Session

from desktop.collation import pinyin_key
from desktop.errors import RefusedError
from desktop.models.base import Content
from desktop.queries.columns import Surroundings, official_place
from desktop.queries.directory import Directory
from desktop.queries.offices import own_office
from desktop.queries.policies import Policies
from desktop.queries.training.classes import courses_of, find_class, trainees_of
from desktop.queries.training.results import ClassResults, class_results
from desktop.reports.blocks import Column, ListTable
from desktop.reports.headings import UNKNOWN, code_label
from desktop.reports.paper import SIZE_6, Align
from desktop.reports.report import Option, Settings
from desktop.rules.dates import DateStyle, format_partial
from desktop.rules.hours import tenths
from desktop.store.records import Stored

CLASS: Final = Option("class", "培训班", link="classes")
ORDER: Final = Option(
    "order",
    "排序",
    default="number",
    choices=(("number", "按学号"), ("pinyin", "按姓名拼音"), ("school", "按学校顺序")),
)


@dataclass(frozen=True, slots=True)
class Trainee:
    """One trainee as sheets name him: number, name and unit, and the teacher behind it (empty for a walk-in)."""

    uid: str
    content: Content
    teacher: Content
    name: str
    unit: str
    place: tuple[str, int, str] = field(repr=False)
    """Where the unit stands in the official order."""

    @property
    def number(self) -> str:
        """The number in the class."""
        return str(self.content.get("number", ""))

    @property
    def phone(self) -> str:
        """The telephone of the teacher, or that which a walk-in wrote down."""
        return str(self.teacher.get("mobile") or self.content.get("written_phone", ""))

    @property
    def id_number(self) -> str:
        """The number of the identity card, or of another paper."""
        return str(self.teacher.get("id_number") or self.teacher.get("other_id_number", ""))

    def of_teacher(self, name: str, codes: str) -> str:
        """The label of a coded field of the teacher."""
        return code_label(codes, str(self.teacher.get(name, "")))


TraineeColumn = tuple[Column, Callable[[Trainee], str]]
"""A column of a list of trainees, and what stands in it."""

NAME: Final = "姓名"
UNIT: Final = "工作单位"
SERIAL: Final = Column("序号", 10)


def name_column(mm: float = 20) -> TraineeColumn:
    """姓名; a long name is read in its row, not sought on an appended page."""
    return Column(NAME, mm, empty=UNKNOWN, least=6.5), lambda each: each.name


def unit_column(mm: float = 44) -> TraineeColumn:
    """工作单位."""
    return Column(UNIT, mm, Align.LEFT, empty=UNKNOWN, least=SIZE_6), lambda each: each.unit


@dataclass
class ClassSheet:
    """One class as its sheets need it; what is read from the database is read when it is first asked for."""

    session: Session
    office: Content
    uid: str
    content: Content
    around: Surroundings

    @property
    def names(self) -> Directory:
        """Names of what is linked."""
        return self.around.names

    @property
    def name(self) -> str:
        """The name of the class."""
        return str(self.content["name"])

    @property
    def programme(self) -> Content:
        """The programme of the class; empty if none."""
        return self.names.content("programmes", self.content.get("programme", ""))

    @property
    def organiser(self) -> str:
        """主办单位 of the programme, else this office."""
        return str(self.programme.get("organiser") or self.office["name"])

    @property
    def base(self) -> str:
        """承办单位: the base, else the organiser."""
        return str(self.programme.get("base") or self.organiser)

    @cached_property
    def trainees(self) -> dict[str, Trainee]:
        """All trainees by uid, in the order of their numbers; those who left too."""
        return {record.uid: self._trainee(record) for record in trainees_of(self.session, self.uid)}

    @property
    def present(self) -> list[Trainee]:
        """The trainees who did not leave."""
        return [each for each in self.trainees.values() if "withdrawn_on" not in each.content]

    @property
    def hours(self) -> int:
        """The tenths of the class; where none are written, those of its courses."""
        courses = courses_of(self.session, self.uid)
        return tenths(self.content.get("hours")) or sum(tenths(each.content["hours"]) for each in courses)

    @cached_property
    def results(self) -> ClassResults:
        """What came of each trainee."""
        return class_results(self.session, Policies(self.session), self.uid)

    def _trainee(self, record: Stored) -> Trainee:
        content = record.content
        teacher = content.get("teacher", "")
        school = self.names.content("schools", self.around.school_of.get(teacher, ""))
        unit = str(school.get("name") or content.get("written_unit", ""))
        name = self.names.name("enrolments", record.uid)
        return Trainee(record.uid, content, self.names.content("teachers", teacher), name, unit, official_place(school))


def class_sheet(session: Session, settings: Settings) -> ClassSheet:
    """The class that the settings mean; without one the only class there is. Raises RefusedError with a sentence."""
    names = Directory(session)
    known = names.records("classes")
    written = settings[CLASS.name]
    if not written and len(known) != 1:
        told = "、".join(names.text("classes", uid) for uid in list(known)[:6])
        raise RefusedError(f"请先选择培训班，没有打印；已登记的有：{told or '还没有培训班'}")
    uid = find_class(names, written) if written else next(iter(known))
    content = known[uid].content
    day = date.fromisoformat(content["start"]) if "start" in content else date.today()  # noqa: DTZ011 - office's clock
    return ClassSheet(session, own_office(session), uid, content, Surroundings(session, day))


def require_trainees(sheet: ClassSheet) -> list[Trainee]:
    """The trainees who did not leave. Raises RefusedError if there is none."""
    if not sheet.present:
        raise RefusedError(f"“{sheet.name}”还没有学员，没有打印；请先登记学员")
    return sheet.present


def period(content: Content) -> str:
    """From when to when, as a sheet says it: 2026.07.06—2026.07.31."""
    days = [format_partial(content[name], DateStyle.DOTS) for name in ("start", "end") if name in content]
    return "—".join(dict.fromkeys(days))


def ordered(trainees: list[Trainee], order: str) -> list[Trainee]:
    """The trainees by number (as they come), by pinyin, or by the official order of their units."""
    if order == "pinyin":
        return sorted(trainees, key=lambda each: pinyin_key(each.name))
    return sorted(trainees, key=lambda each: each.place) if order == "school" else trainees


def unit_first(columns: list[TraineeColumn], trainees: Sequence[Trainee]) -> list[TraineeColumn]:
    """The columns of a list: over several units the unit stands before the name (clerk.md §5)."""
    if len({each.unit for each in trainees}) < 2:
        return columns
    return sorted(columns, key=lambda each: each[0].label != UNIT)


def trainee_table(
    columns: list[TraineeColumn], trainees: Sequence[Trainee], *, closing: str = "", row_height: float = 9.0
) -> ListTable:
    """A list with a row for each trainee under a running number."""
    shown = unit_first(columns, trainees)
    labels = [SERIAL.label, *(column.label for column, _ in shown)]
    return ListTable(
        columns=(SERIAL, *(column for column, _ in shown)),
        rows=tuple((str(number), *(value(each) for _, value in shown)) for number, each in enumerate(trainees, 1)),
        name_column=labels.index(NAME),
        unit_column=labels.index(UNIT) if UNIT in labels else None,
        closing=closing,
        row_height=row_height,
        rebuild=lambda kept: trainee_table(
            columns, [trainees[number] for number in kept], closing=closing, row_height=row_height
        ),
    )
