"""A timetable proposed from the courses: hours that no session has yet, laid over the free half-days of a class."""

from sqlalchemy.orm import Session

from desktop.errors import RefusedError
from desktop.models import Programme, TrainingClass, TrainingSession
from desktop.models.base import Content
from desktop.queries.policies import Policies
from desktop.queries.training.attendance import year_of
from desktop.queries.training.classes import courses_of
from desktop.queries.training.courses import scheduled_hours
from desktop.queries.training.free_half_days import free_half_days
from desktop.rules.hours import hours_text, packed_hours, tenths, tenths_of
from desktop.rules.session_plan import PlannedSession, half_days_needed, lay_out
from desktop.store.records import Edit, load, load_one, new_uid, write_edits


def lay_out_sessions(session: Session, uid: str) -> int:
    """Make the sessions that the courses of a class still need; returns how many.

    Raises RefusedError where nothing is left to plan, the class has no days, or its days do not suffice.
    """
    record = load_one(session, TrainingClass, uid)
    content: Content = record.content if record is not None else {}
    if "start" not in content or "end" not in content:
        raise RefusedError("开班日期或结班日期没有填写，没有排课；请先在“班级概况”里填写")
    needs = _needs(session, uid)
    if not needs:
        raise RefusedError("没有还要排的学时，没有排课；请先登记课程和学时")
    per_half = _half_day(session, content)
    free = free_half_days(session, uid, content, at_least=half_days_needed(needs, per_half))
    planned, left = lay_out(needs, free, per_half)
    if left:
        period = f"{content['start']} 至 {content['end']}"
        raise RefusedError(
            f"{period}的空闲半天只有 {len(free)} 个，还有 {hours_text(left)} 学时排不下，没有排课；"
            "请延长结班日期，或把一部分排在晚上"
        )
    contents = [_session(uid, each) for each in planned]
    write_edits(session, [Edit(TrainingSession, new_uid(TrainingSession, each), None, each) for each in contents])
    return len(contents)


def _needs(session: Session, uid: str) -> list[tuple[str, int]]:
    """Courses in their order with the tenths that no session has yet."""
    scheduled = scheduled_hours(session, uid)
    found = [
        (each.uid, tenths(each.content["hours"]) - scheduled.get(each.uid, 0)) for each in courses_of(session, uid)
    ]
    return [(course, hours) for course, hours in found if hours > 0]


def _half_day(session: Session, content: Content) -> int:
    """The tenths of a half-day, by policy."""
    programmes = {uid: found.content for uid, found in load(session, Programme).items()}
    row = Policies(session).row("training.hours_per_half_day", year_of(content, programmes))
    if row.value <= 0:
        raise RefusedError(f"政策参数“{row.label}”是 {row.value}，不能排课；请改为大于 0 的学时数")
    return tenths_of(row.value)


def _session(uid: str, each: PlannedSession) -> Content:
    content: Content = {"training_class": uid, "date": each.when[0], "half": each.when[1], "course": each.course}
    return {**content, "hours": packed_hours(each.hours)}
