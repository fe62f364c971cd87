"""Builders with valid defaults: an office in a folder, contents of records, and the records themselves.

A test states only what it is about; everything else is here.
"""

from pathlib import Path
from typing import Any

from desktop.fields import Field, children_of, fields_of
from desktop.kinds import Link, sample_citizen_id
from desktop.models import (
    Appointment,
    AppointmentEvent,
    Certificate,
    Cohort,
    Course,
    Employment,
    Enrolment,
    Place,
    Programme,
    School,
    Teacher,
    TrainingClass,
    TrainingSession,
)
from desktop.models.base import Content, Line, Record, trimmed
from desktop.services.offices import create_office
from desktop.store import Edit, Store, load, write_edits
from desktop.store.records import new_uid

OFFICE_CODE = "509999"


def make_office(folder: Path, **words: str) -> Store:
    """A new county office in a folder that does not exist yet."""
    defaults = {"name": "云岭县教育委员会", "code": OFFICE_CODE, "rank": "county", "operator": "王主任"}
    return create_office(folder, **{**defaults, **words})


def add(store: Store, entity: type[Record], content: Content, **words: Any) -> str:
    """Write one record as an Act of its own; returns its uid."""
    return add_all(store, entity, [content], **words)[0]


def add_all(store: Store, entity: type[Record], contents: list[Content], **words: Any) -> list[str]:
    """Write records of one entity as one Act; returns their uids."""
    uids = [new_uid(entity, content) for content in contents]
    with store.write("测试数据", kind="setup", operator="王主任") as session:
        known = load(session, entity, uids, with_deleted=True)
        edits = [
            Edit(entity, uid, known.get(uid), content, **words) for uid, content in zip(uids, contents, strict=True)
        ]
        write_edits(session, edits)
    return uids


def contents_of(store: Store, entity: type[Record]) -> dict[str, Content]:
    """The contents of all records of an entity that are not deleted, by uid."""
    with store.read() as session:
        return {uid: record.content for uid, record in load(session, entity).items()}


def school_content(number: int = 1, **values: Any) -> Content:
    """A school of the county."""
    defaults = {"name": f"云岭县第{number}中学", "county_code": OFFICE_CODE, "order": number, "type": "311"}
    return {**defaults, **values}


def teacher_content(number: int = 1, **values: Any) -> Content:
    """A teacher with a valid number; odd numbers are men born in 1980."""
    id_number = sample_citizen_id("19800315", 100 + number)
    defaults = {
        "name": f"教师{'甲乙丙丁戊己庚辛壬癸'[number % 10]}",
        "gender": "1" if (100 + number) % 2 else "2",
        "ethnicity": "01",
        "birth_date": "1980-03-15",
        "id_number": id_number,
        "subject": "语文",
        "title": "T3",
        "mobile": f"1390000{number:04d}",
    }
    return {**defaults, **values}


def cohort_content(**values: Any) -> Content:
    """A cohort of the county's tier."""
    return {"tier": "3", "doc_no": "云教发〔2024〕30号", "issue_date": "2024-03-15", **values}


def employment_content(teacher: str, school: str, **values: Any) -> Content:
    """An employment that goes on."""
    return {"teacher": teacher, "school": school, "kind": "1", "start": "2010-09", **values}


def appointment_content(teacher: str, cohort: str, **values: Any) -> Content:
    """An appointment to the county's tier."""
    return {"teacher": teacher, "cohort": cohort, "tier": "3", **values}


def event_content(appointment: str, **values: Any) -> Content:
    """The revocation of an appointment."""
    defaults = {
        "appointment": appointment,
        "status": "REVOKED",
        "date": "2025-06-01",
        "doc_no": "云教发〔2025〕8号",
        "reason": "考核不合格",
    }
    return {**defaults, **values}


def add_people(store: Store, count: int = 3, **appointment: Any) -> list[str]:
    """So many teachers at one school, each appointed by one cohort; returns the uids of the teachers."""
    school = add(store, School, school_content())
    cohort = add(store, Cohort, cohort_content())
    teachers = add_all(store, Teacher, [teacher_content(number) for number in range(1, count + 1)])
    add_all(store, Employment, [employment_content(teacher, school) for teacher in teachers])
    add_all(store, Appointment, [appointment_content(teacher, cohort, **appointment) for teacher in teachers])
    return teachers


def add_link_targets(store: Store) -> dict[str, list[str]]:
    """Two records of every entity that others link to, by plural."""
    teachers = add_all(store, Teacher, [teacher_content(801), teacher_content(802, name="教师甲乙")])
    schools = add_all(store, School, [school_content(91), school_content(92)])
    cohorts = add_all(store, Cohort, [cohort_content(doc_no=f"云教发〔2020〕9{number}号") for number in (1, 2)])
    appointments = add_all(
        store, Appointment, [appointment_content(who, cohorts[0], recognized_on="2020-03") for who in teachers]
    )
    add(store, AppointmentEvent, event_content(appointments[0]))
    found = {"teachers": teachers, "schools": schools, "cohorts": cohorts, "appointments": appointments}
    return found | add_training(store, teachers)


def add_training(store: Store, teachers: list[str]) -> dict[str, list[str]]:
    """Two programmes with a class, a course, a session, a trainee, a place and a certificate each, by plural."""
    found: dict[str, list[str]] = {}
    for number, teacher in enumerate(teachers[:2], 1):
        contents: list[tuple[type[Record], Content]] = [
            (Programme, {"name": f"骨干教师提高培训{number}", "year": 2026}),
            (Place, {"programme": "programmes", "count": 3}),
            (TrainingClass, class_content(name=f"骨干教师{number}班", programme="programmes")),
            (Course, course_content("classes", name=f"课程标准解读{number}")),
            (TrainingSession, session_content("classes", course="courses")),
            (Enrolment, {"training_class": "classes", "number": 1, "teacher": teacher}),
            (Certificate, {"number": f"2026YL0000{number}", "issuer": "云岭县教委", "enrolment": "enrolments"}),
        ]
        for entity, content in contents:
            linked = {name: found[value][-1] if value in found else value for name, value in content.items()}
            found.setdefault(entity.plural, []).append(add(store, entity, linked))
    return found


def class_content(**values: Any) -> Content:
    """A class of 260 hours in July 2026."""
    return {
        "name": "骨干教师一班",
        "code": "G1",
        "start": "2026-07-06",
        "end": "2026-07-31",
        "hours": "260.0",
        **values,
    }


def course_content(training_class: str, **values: Any) -> Content:
    """A course of 120 hours."""
    return {"training_class": training_class, "name": "课程标准解读", "hours": "120.0", **values}


def session_content(training_class: str, **values: Any) -> Content:
    """A morning of four hours."""
    return {"training_class": training_class, "date": "2026-07-06", "half": "1", "hours": "4.0", **values}


def sample_value(field: Field, number: int, targets: dict[str, list[str]]) -> Any:
    """The packed `number`-th sample of a field; a link goes to a real record."""
    if isinstance(field.kind, Link):
        uids = targets[field.kind.entity]
        return uids[number % len(uids)]
    return field.pack(field.kind.sample(number))


def sample_line(line: type[Line], number: int) -> Content:
    """A child row with a value in every field."""
    return {field.name: field.pack(field.kind.sample(number)) for field in fields_of(line)}


def sample_content(entity: type[Record], number: int, targets: dict[str, list[str]]) -> Content:
    """A record with a value in every field, two child rows of every kind, and kept columns."""
    content: Content = {field.name: sample_value(field, number, targets) for field in fields_of(entity)}
    for child in children_of(entity):
        content[child.name] = [sample_line(child.line, number), sample_line(child.line, number + 1)]
    content["extras"] = {"columns": {"血型": "O", "备用\n一": "=A1；\\甲"}}
    return trimmed(entity, content)
