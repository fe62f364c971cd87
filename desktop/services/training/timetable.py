"""Moving and cancelling sessions: the old one stays with its state and reason, a moved one is named by the new."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from desktop.errors import RefusedError
from desktop.models import TrainingClass, TrainingSession
from desktop.models.base import Content
from desktop.queries.training.timetable import is_settled
from desktop.services.records import save
from desktop.store.records import load_one

HELD, MOVED, CANCELLED = "1", "2", "3"


def move_session(session: Session, uid: str, reason: str, **values: str | None) -> str:
    """Move a session to other values (date, half, room, teacher …); returns the uid of the new one.

    Clock times of another half-day fall away. Raises RefusedError without a reason and for a session that was moved or
    cancelled before.
    """
    content = _held(session, uid, reason)
    save(session, TrainingSession, {"state": MOVED, "reason": reason.strip()}, uid=uid)
    kept = {name: value for name, value in content.items() if name not in ("state", "reason")}
    return save(session, TrainingSession, {**kept, **_at_its_half(content, values), "replaces": uid})


def _at_its_half(content: Content, values: Mapping[str, str | None]) -> dict[str, str | None]:
    """New values of a session without the clock times that it had in another half-day."""
    is_other = values.get("half", content["half"]) != content["half"]
    return {**({"starts": None, "ends": None} if is_other else {}), **values}


def reschedule(session: Session, uid: str, *, day: str, half: str, reason: str = "") -> str:
    """Bring a session to another day (ISO) or half-day; returns the uid of the session that is held then.

    Once the schedule went out or the sheet was used this is a move with a reason, as `move_session`; before, the same
    record gets another time. Raises RefusedError as `move_session`.
    """
    record = load_one(session, TrainingSession, uid)
    if record is None:
        raise RefusedError("这个课次已被删除，没有改动")
    if record.content.get("state", HELD) != HELD:
        raise RefusedError("这个课次已经调走或取消，没有改动；请改动实际上课的课次")
    values = _at_its_half(record.content, {"date": day, "half": half})
    owner = load_one(session, TrainingClass, record.content["training_class"])
    if is_settled(session, owner.content if owner is not None else {}, record):
        return move_session(session, uid, reason, **values)
    return save(session, TrainingSession, values, uid=uid)


def cancel_session(session: Session, uid: str, reason: str) -> None:
    """Cancel a session. Raises RefusedError as `move_session`."""
    _held(session, uid, reason)
    save(session, TrainingSession, {"state": CANCELLED, "reason": reason.strip()}, uid=uid)


def _held(session: Session, uid: str, reason: str) -> Content:
    if not reason.strip():
        raise RefusedError("调课或取消的原因没有填写，没有改动")
    record = load_one(session, TrainingSession, uid)
    if record is None:
        raise RefusedError("这个课次已被删除，没有改动")
    if record.content.get("state", HELD) != HELD:
        raise RefusedError("这个课次已经调走或取消，没有改动；请改动实际上课的课次")
    return record.content
