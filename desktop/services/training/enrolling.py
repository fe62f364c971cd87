"""Bringing people into a class and out of it: from the roster, as walk-ins that are linked later, by withdrawal."""

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy.orm import Session

from desktop.errors import RefusedError
from desktop.models import Enrolment, Teacher, TrainingClass
from desktop.models.base import Content
from desktop.queries.directory import Directory
from desktop.queries.hanging import count_hanging
from desktop.queries.training.classes import trainees_of
from desktop.queries.training.trainees import WalkIn, unknown_walk_ins
from desktop.services.records import delete, save
from desktop.store.records import Edit, load, load_one, new_uid, write_edits

CHOSEN = "1"
WALKED_IN = "3"


def enrol(session: Session, uid: str, teachers: Sequence[str], **values: str | None) -> list[str]:
    """Enrol teachers in a class behind those who are there; returns the new uids, none for who is in it already.

    `values` are fields of Enrolment that all of them get, such as route, group or joined_on. Raises RefusedError for a
    teacher who is not registered.
    """
    known = load(session, Teacher, teachers)
    unknown = [each for each in teachers if each not in known]
    if unknown:
        raise RefusedError(f"有 {len(unknown)} 人不在教师名册中，没有报名；请先登记，或按现场报到登记姓名")
    there = trainees_of(session, uid)
    enrolled = {record.content.get("teacher") for record in there}
    fresh = [each for each in dict.fromkeys(teachers) if each not in enrolled]
    first = _next_number(record.content for record in there)
    contents: list[Content] = [
        {"training_class": uid, "number": number, "teacher": teacher, "route": CHOSEN, **values}
        for number, teacher in enumerate(fresh, first)
    ]
    edits = [Edit(Enrolment, new_uid(Enrolment, content), None, content) for content in contents]
    write_edits(session, edits)
    return [edit.uid for edit in edits]


def _next_number(contents: Iterable[Content]) -> int:
    """Numbers go on behind the last one: what was printed before stays right."""
    return max((content.get("number", 0) for content in contents), default=0) + 1


def enrol_walk_in(session: Session, uid: str, name: str, **values: str | None) -> str:
    """Enrol somebody who came without being on a list, with a name, perhaps unit and telephone."""
    number = _next_number(record.content for record in trainees_of(session, uid))
    content = {"training_class": uid, "number": number, "written_name": name, "route": WALKED_IN, **values}
    return save(session, Enrolment, content)


def enrol_list(
    session: Session, uid: str, teachers: Sequence[str], walk_ins: Iterable[WalkIn], **values: str | None
) -> list[str]:
    """Enrol teachers, and by name those who are in no roster, as one list; returns the new uids. Raises as `enrol`."""
    made = enrol(session, uid, teachers, **values)
    fresh = unknown_walk_ins(trainees_of(session, uid), walk_ins)
    return [*made, *(enrol_walk_in(session, uid, name, written_unit=unit or None) for name, unit in fresh)]


def link_walk_in(session: Session, enrolment: str, teacher: str) -> None:
    """Say which teacher a walk-in is. Raises RefusedError if this teacher is in the class already."""
    record = load_one(session, Enrolment, enrolment)
    if record is None:
        raise RefusedError("这名学员已被删除，没有关联")
    there = trainees_of(session, record.content["training_class"])
    twin = next((each for each in there if each.content.get("teacher") == teacher), None)
    if twin is not None and twin.uid != enrolment:
        raise RefusedError(
            f"这位教师已是本班 {twin.content.get('number', '')} 号学员，没有关联；请把这条现场登记并入该学员"
        )
    save(session, Enrolment, {"teacher": teacher}, uid=enrolment)


def withdraw(session: Session, enrolment: str, day: date, reason: str) -> None:
    """Let a trainee go; marks and scores stay, a result is no longer given.

    Raises RefusedError without a reason, and for a day after the class.
    """
    if not reason.strip():
        raise RefusedError("退学原因没有填写，没有办理退学")
    _refuse_after_the_end(session, (enrolment,), day, "退学日期")
    save(
        session,
        Enrolment,
        {"withdrawn_on": day.isoformat(), "withdrawal_reason": reason.strip()},
        uid=enrolment,
    )


def remove(session: Session, enrolments: Sequence[str]) -> int:
    """Take trainees out who were enrolled by mistake; returns how many.

    Raises RefusedError for who stands on a sheet or has a score: what was written of somebody stays; who leaves
    withdraws.
    """
    known = load(session, Enrolment, enrolments)
    names = Directory(session)
    told = []
    for uid in known:
        hanging = "、".join(f"{what} {count} 份" for what, count in count_hanging(session, "enrolments", uid).items())
        if hanging:
            told.append(f"{names.name('enrolments', uid)}（{hanging}）")
    if told:
        raise RefusedError(f"{'、'.join(told[:6])}已有登记，没有移出；中途离开的请办退学")
    for uid in known:
        delete(session, Enrolment, uid)
    return len(known)


def join_late(session: Session, enrolments: Sequence[str], day: date) -> int:
    """Note the day on which trainees came; sessions before it are absence where policy says so. Returns how many.

    Raises RefusedError for a day after the class.
    """
    _refuse_after_the_end(session, enrolments, day, "报到日期")
    return assign(session, {uid: {"joined_on": day.isoformat()} for uid in enrolments})


def _refuse_after_the_end(session: Session, enrolments: Sequence[str], day: date, what: str) -> None:
    owners = {each.content["training_class"] for each in load(session, Enrolment, enrolments).values()}
    for record in load(session, TrainingClass, owners).values():
        end = record.content.get("end")
        if end and day.isoformat() > end:
            raise RefusedError(f"{what} {day.isoformat()} 晚于结班日期 {end}，没有登记；请核对日期")


def group_trainees(session: Session, uid: str, count: int) -> int:
    """Put the trainees of a class into so many groups of like size; returns how many changed.

    Neighbours by number come into different groups, so that colleagues of one school, who stand together, are mixed.
    Raises RefusedError for fewer than one group.
    """
    if count < 1:
        raise RefusedError("组数至少是 1，没有分组")
    present = [each for each in trainees_of(session, uid) if "withdrawn_on" not in each.content]
    return assign(session, {each.uid: {"group": f"第{place % count + 1}组"} for place, each in enumerate(present)})


def assign(session: Session, values: dict[str, Content]) -> int:
    """Give trainees groups, seats or rooms at once: fields of Enrolment by uid, None for none; returns how many."""
    known = load(session, Enrolment, values)
    edits = []
    for uid, given in values.items():
        content = {name: value for name, value in {**known[uid].content, **given}.items() if value is not None}
        edits.append(Edit(Enrolment, uid, known[uid], content))
    return write_edits(session, edits)
