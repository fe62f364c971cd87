"""The columns of every list: the declared fields of an entity, and what is derived for it from other records.

To add a derived column: name it in DERIVED under the entity's plural and give its value in the function of the
entity below; lists, filters, workbooks and `list --json` show it from then on.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from typing import Final

from sqlalchemy.orm import Session

from desktop.fields import Field, field_named, fields_of
from desktop.kinds import Day, Kind, Link, Packed, PartialDate, Text, YesNo
from desktop.models import ANNUAL, Appointment, AppointmentEvent, Cohort, Education, Employment, Teacher
from desktop.models.base import Content, Line, Record
from desktop.queries.directory import Directory
from desktop.queries.people import EMPLOYED, schools_from
from desktop.queries.terms import Term, cycle_years, latest_events, term_of
from desktop.queries.traffic import Answer, answers, told_answer
from desktop.queries.training.head_teachers import certified_head_teachers
from desktop.store.records import Stored
from desktop.store.scan import scan


@dataclass(frozen=True)
class ListColumn:
    """One column of a list; a derived one has no field and cannot be edited where it stands."""

    name: str
    label: str
    kind: Kind
    field: Field | None = None
    listed: bool = True
    personal: bool = False

    @property
    def is_derived(self) -> bool:
        """Whether the value comes from other records."""
        return self.field is None


def _like(name: str, label: str, entity: type[Record] | type[Line], field: str) -> ListColumn:
    """A derived column that shows the field of another record."""
    declared = field_named(entity, field)
    return ListColumn(name, label, declared.kind, personal=declared.personal)


_SCHOOL: Final = ListColumn("school", "工作单位", Link("schools"))
_EDUCATION: Final = (
    _like("education", "最高学历", Education, "education"),
    _like("degree", "最高学位", Education, "degree"),
)
_CLASS: Final = ListColumn("training_class", "培训班", Link("classes"))
_PERSON: Final = (_SCHOOL, _like("id_number", "身份证号", Teacher, "id_number"))

DERIVED: Final[dict[str, tuple[ListColumn, ...]]] = {
    "teachers": (
        _SCHOOL,
        *_EDUCATION,
        _like("tier", "骨干级别", Appointment, "tier"),
        _like("doc_no", "认定文号", Cohort, "doc_no"),
        ListColumn("term_start_month", "任期起始年月", PartialDate()),
        ListColumn("is_certified_head_teacher", "班主任持证", YesNo(), listed=False),
    ),
    "employments": (_like("id_number", "身份证号", Teacher, "id_number"),),
    "sanctions": _PERSON,
    "honors": _PERSON,
    "title_awards": _PERSON,
    "appointments": (
        _like("name", "姓名", Teacher, "name"),
        _like("id_number", "身份证号", Teacher, "id_number"),
        _like("gender", "性别", Teacher, "gender"),
        _like("birth_date", "出生年月", Teacher, "birth_date"),
        _like("ethnicity", "民族", Teacher, "ethnicity"),
        _like("mobile", "手机号", Teacher, "mobile"),
        _like("title", "职称", Teacher, "title"),
        *_EDUCATION,
        _like("teaching_subject", "任教学科", Teacher, "subject"),
        _SCHOOL,
        _like("doc_no", "认定文号", Cohort, "doc_no"),
        _like("ordinal", "届次", Cohort, "ordinal"),
        ListColumn("term_start", "任期起始日期", PartialDate()),
        ListColumn("term_start_month", "任期起始年月", PartialDate()),
        ListColumn("term_end", "任期届满日期", PartialDate()),
        _like("status", "状态", AppointmentEvent, "status"),
    ),
    "appointment_events": (_SCHOOL,),
    "enrolments": (
        _like("name", "姓名", Teacher, "name"),
        *_PERSON,
        _like("gender", "性别", Teacher, "gender"),
        _like("ethnicity", "民族", Teacher, "ethnicity"),
        _like("stage", "任教学段", Teacher, "stage"),
        _like("subject", "任教学科", Teacher, "subject"),
        _like("title", "职称", Teacher, "title"),
        _like("tier", "骨干级别", Appointment, "tier"),
        _like("mobile", "手机号", Teacher, "mobile"),
    ),
    "sign_in_sheets": (_CLASS, ListColumn("date", "日期", Day())),
    "leaves": (_CLASS,),
    "certificates": (_CLASS, _SCHOOL),
    "hours_entries": _PERSON,
}
"""What lists show beside the fields, by plural."""


ANSWER: Final = ListColumn("answer", "上级回执", Text(), listed=False)
"""How the upper office answered about a record that was sent up, for every entity that is."""


@cache
def columns(entity: type[Record]) -> tuple[ListColumn, ...]:
    """The columns of an entity's list: its fields in declared order, then the derived ones."""
    own = tuple(
        ListColumn(each.name, each.label, each.kind, each, each.listed, each.personal)
        for each in fields_of(entity)
        if not each.internal
    )
    answered = (ANSWER,) if entity in ANNUAL else ()
    return own + DERIVED.get(entity.plural, ()) + answered


DERIVED_FROM: Final[dict[str, tuple[str, ...]]] = {
    "teachers": ("educations", "is_class_teacher"),
    "appointments": ("teacher", "cohort", "tier", "recognized_on"),
    "employments": ("teacher",),
    "sanctions": ("teacher",),
    "honors": ("teacher",),
    "title_awards": ("teacher",),
    "appointment_events": ("appointment",),
    "enrolments": ("teacher", "written_name", "written_phone"),
    "sign_in_sheets": ("session",),
    "leaves": ("enrolment",),
    "certificates": ("enrolment",),
    "hours_entries": ("teacher",),
}
"""The fields and children of a record that its derived columns and its place in the list are made from."""


class Surroundings:
    """The records around those of a list, each entity read once, and the day for which the list is made.

    `people` are the teachers that the list is about, where it is about few of them.
    """

    def __init__(
        self, session: Session, day: date, names: Directory | None = None, people: Collection[str] | None = None
    ) -> None:
        self.session = session
        self.day = day
        self.names = names or Directory(session)
        self.people = people
        self._answers: dict[str, dict[str, Answer]] = {}

    @cached_property
    def school_of(self) -> dict[str, str]:
        """The school of each teacher at the day."""
        found = scan(self.session, Employment, EMPLOYED, self.people, by="teacher")
        employments = (record.content for record in found)
        schools = {uid: record.content for uid, record in self.names.records("schools").items()}
        return schools_from(employments, schools, self.day)

    @cached_property
    def appointments(self) -> dict[str, Stored]:
        """The appointments of the people that the list is about; not kept among the names, which outlive the list."""
        fields = frozenset(each.name for each in fields_of(Appointment))
        return {each.uid: each for each in scan(self.session, Appointment, fields, self.people, by="teacher")}

    @cached_property
    def terms(self) -> dict[str, Term]:
        """The term of each of these appointments."""
        cohorts = {uid: record.content for uid, record in self.names.records("cohorts").items()}
        events, years = latest_events(self.session, self.day), cycle_years(self.session)
        return {
            uid: term_of(record.content, cohorts, events.get(uid), years, self.day)
            for uid, record in self.appointments.items()
        }

    @cached_property
    def valid_appointment(self) -> dict[str, Stored]:
        """The appointment of the highest tier that counts at the day, by teacher; of two the newer one."""
        found: dict[str, Stored] = {}
        for uid, record in self.appointments.items():
            if not self.terms[uid].is_valid:
                continue
            known = found.get(record.content["teacher"])
            if known is None or _precedence(record) < _precedence(known):
                found[record.content["teacher"]] = record
        return found

    @cached_property
    def certified_head_teachers(self) -> set[str]:
        """The teachers who hold the certificate that head teachers of school classes must have."""
        return certified_head_teachers(self.session)

    def derive(self, plural: str, record: Stored) -> dict[str, Packed]:
        """The packed values of the derived columns of one record; a value that is not known has no key."""
        values = _DERIVATIONS[plural](self, record) if plural in _DERIVATIONS else {}
        found = {name: value for name, value in values.items() if value is not None}
        answer = self._answers_about(plural).get(record.uid)
        if answer is not None:
            found[ANSWER.name] = told_answer(answer, record.revision)
        return found

    def _answers_about(self, plural: str) -> dict[str, Answer]:
        if plural not in self._answers:
            self._answers[plural] = answers(self.session, plural)
        return self._answers[plural]

    def place(self, plural: str, record: Stored) -> tuple[str, int, str]:
        """Where a record stands in the official order of schools; behind all where it belongs to none."""
        school = record.uid if plural == "schools" else self._school_of_record(plural, record)
        return official_place(self.names.content("schools", school) if school else {})

    def _school_of_record(self, plural: str, record: Stored) -> str | None:
        content = record.content
        if plural == "teachers":
            return self.school_of.get(record.uid)
        if plural == "appointment_events":
            content = self.names.content("appointments", content["appointment"])
        return self.school_of.get(content.get("teacher", ""))


_LAST: Final = 9_999_999


def official_place(school: Content) -> tuple[str, int, str]:
    """County by county, as each county has ordered its schools; a school without a place behind those that have one."""
    if not school:
        return ("~", _LAST, "")
    return (school.get("county_code", ""), school.get("order", _LAST), school.get("name", ""))


def _precedence(record: Stored) -> tuple[str, int, str]:
    """Tier 1 comes before tier 4, of one tier what was recognised last."""
    recognised = record.content.get("recognized_on", "0000")
    return (record.content["tier"], -int(recognised[:4]), record.uid)


def best_education(content: Content) -> dict[str, Packed | None]:
    """学历 and 学位 to show for a teacher: those of the line 最高学历, else the highest of all lines."""
    lines = content.get("educations")
    if not lines:
        return {}
    return {name: _best_value(lines, name) for name in ("education", "degree")}


def _best_value(lines: list[Content], name: str) -> Packed | None:
    kind = field_named(Education, name).kind
    given = [line for line in lines if line.get(name) is not None]
    if not given:
        return None
    best = min(given, key=lambda line: (line.get("which") != HIGHEST, _rank(kind, line[name])))
    value: Packed = best[name]
    return value


HIGHEST: Final = "2"
"""最高学历 among the kinds of an education."""


def _rank(kind: Kind, code: str) -> tuple[bool, int]:
    """Codes of the standards count from the highest down; 无 is the lowest."""
    return (code == "0", int(kind.sort_key(code)))


def _teacher(around: Surroundings, record: Stored) -> dict[str, Packed | None]:
    best = around.valid_appointment.get(record.uid)
    values = {"school": around.school_of.get(record.uid), **best_education(record.content)}
    if best is not None:
        cohort = around.names.content("cohorts", best.content.get("cohort", ""))
        values["tier"] = best.content["tier"]
        values["doc_no"] = cohort.get("doc_no")
        values["term_start_month"] = around.terms[best.uid].start_month
    if record.content.get("is_class_teacher"):
        values["is_certified_head_teacher"] = int(record.uid in around.certified_head_teachers)
    return values


def _appointment(around: Surroundings, record: Stored) -> dict[str, Packed | None]:
    content = record.content
    teacher = around.names.content("teachers", content["teacher"])
    cohort = around.names.content("cohorts", content.get("cohort", ""))
    term = around.terms[record.uid]
    same = ("name", "id_number", "gender", "birth_date", "ethnicity", "mobile", "title")
    return {
        **{name: teacher.get(name) for name in same},
        **best_education(teacher),
        "teaching_subject": teacher.get("subject"),
        "school": around.school_of.get(content["teacher"]),
        "doc_no": cohort.get("doc_no"),
        "ordinal": cohort.get("ordinal"),
        "term_start": term.start,
        "term_start_month": term.start_month,
        "term_end": term.end,
        "status": str(term.status),
    }


def _employment(around: Surroundings, record: Stored) -> dict[str, Packed | None]:
    return {"id_number": around.names.content("teachers", record.content["teacher"]).get("id_number")}


def _of_person(around: Surroundings, record: Stored) -> dict[str, Packed | None]:
    teacher = record.content["teacher"]
    return {"school": around.school_of.get(teacher), **_employment(around, record)}


def _event(around: Surroundings, record: Stored) -> dict[str, Packed | None]:
    appointment = around.names.content("appointments", record.content["appointment"])
    return {"school": around.school_of.get(appointment.get("teacher", ""))}


def _enrolment(around: Surroundings, record: Stored) -> dict[str, Packed | None]:
    """The teacher's own values; of a walk-in that is not linked yet the written ones."""
    content = record.content
    uid = content.get("teacher", "")
    teacher = around.names.content("teachers", uid)
    best = around.valid_appointment.get(uid)
    same = ("id_number", "gender", "ethnicity", "stage", "subject", "title")
    return {
        **{name: teacher.get(name) for name in same},
        "name": teacher.get("name") or content.get("written_name"),
        "mobile": teacher.get("mobile") or content.get("written_phone"),
        "school": around.school_of.get(uid),
        "tier": best.content["tier"] if best is not None else None,
    }


def _sheet(around: Surroundings, record: Stored) -> dict[str, Packed | None]:
    lesson = around.names.content("sessions", record.content["session"])
    return {"training_class": lesson.get("training_class"), "date": lesson.get("date")}


def _of_trainee(around: Surroundings, record: Stored) -> dict[str, Packed | None]:
    enrolment = around.names.content("enrolments", record.content["enrolment"])
    school = around.school_of.get(enrolment.get("teacher", ""))
    return {"training_class": enrolment.get("training_class"), "school": school}


_DERIVATIONS: Final[dict[str, Callable[[Surroundings, Stored], dict[str, Packed | None]]]] = {
    "teachers": _teacher,
    "appointments": _appointment,
    "employments": _employment,
    "sanctions": _of_person,
    "honors": _of_person,
    "title_awards": _of_person,
    "appointment_events": _event,
    "enrolments": _enrolment,
    "sign_in_sheets": _sheet,
    "leaves": _of_trainee,
    "certificates": _of_trainee,
    "hours_entries": _of_person,
}
