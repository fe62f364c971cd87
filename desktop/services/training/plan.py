"""The plan of a class: argued by experts of both sides before it is used, then its schedule goes out (TR-5)."""

from datetime import date

from sqlalchemy.orm import Session

from desktop.errors import RefusedError
from desktop.models import TrainingClass
from desktop.models.base import Content
from desktop.queries.training.classes import is_held, sessions_of
from desktop.services.records import save
from desktop.store.records import load_one


def add_expert(session: Session, uid: str, expert: Content) -> None:
    """Note what one expert said of the plan: fields of PlanExpert; one of the same name and unit is replaced."""
    content = _content(session, uid)
    who = (expert["name"], expert.get("unit"))
    others = [each for each in content.get("experts", ()) if (each["name"], each.get("unit")) != who]
    save(session, TrainingClass, {"experts": [*others, expert]}, uid=uid)


def drop_expert(session: Session, uid: str, place: int) -> None:
    """Take the word of the expert at a place (from 0) back."""
    experts = [each for number, each in enumerate(_content(session, uid).get("experts", ())) if number != place]
    save(session, TrainingClass, {"experts": experts or None}, uid=uid)


def approve_plan(session: Session, uid: str, day: date, opinion: str) -> None:
    """Note that the plan was approved.

    Raises RefusedError without experts of both kinds, where one disagrees, and before the day of one's word.
    """
    experts = _content(session, uid).get("experts", ())
    if not any(each.get("is_outside") for each in experts) or all(each.get("is_outside") for each in experts):
        raise RefusedError("培训计划要有校内、校外专家共同论证，没有登记通过；请先登记两方专家的意见")
    against = [each["name"] for each in experts if each.get("agrees") == 0]
    if against:
        raise RefusedError(f"专家{'、'.join(against)}不同意实施，没有登记通过；请修改计划后再论证")
    late = [f"{each['name']}（{each['date']}）" for each in experts if each.get("date", "") > day.isoformat()]
    if late:
        told = "、".join(late)
        raise RefusedError(f"论证通过日期 {day.isoformat()} 早于专家的论证日期：{told}，没有登记；请核对日期")
    values = {"plan_approved_on": day.isoformat(), "plan_opinion": opinion.strip() or None}
    save(session, TrainingClass, values, uid=uid)


def issue_schedule(session: Session, uid: str, day: date) -> None:
    """Note that the schedule went out; from then on moved sessions are kept.

    Raises RefusedError before the plan is approved, without sessions, and for a day after the first session.
    """
    content = _content(session, uid)
    if "plan_approved_on" not in content:
        raise RefusedError("培训计划还没有论证通过，日程表没有下发；请先登记论证结论")
    held = [each for each in sessions_of(session, uid) if is_held(each)]
    if not held:
        raise RefusedError("还没有排课，日程表没有下发；请先排课")
    first = held[0].content["date"]
    if day.isoformat() > first:
        raise RefusedError(
            f"下发日期 {day.isoformat()} 晚于第一次课 {first}，没有登记；日程表应在开班前下发，请核对日期"
        )
    save(session, TrainingClass, {"schedule_issued_on": day.isoformat()}, uid=uid)


def _content(session: Session, uid: str) -> Content:
    record = load_one(session, TrainingClass, uid)
    if record is None:
        raise RefusedError("这个培训班已被删除，没有改动")
    return record.content
