"""Leave slips: recorded with their approvals, and the marks 待核 they turn into 病, 事 or 公 (TR-9, TR-16)."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from desktop.errors import RefusedError
from desktop.models import Enrolment, Leave, SignInSheet
from desktop.models.base import Content
from desktop.queries.training.classes import sessions_of, sheet_of
from desktop.queries.training.leaves import MARK_OF_KIND, covered_sessions, is_refused
from desktop.rules.absence import Mark
from desktop.services.records import save
from desktop.store.records import Edit, find, load_one, write_edits


class Recorded(NamedTuple):
    """A slip that was saved: its uid, how many marks became leave, and how many leave no longer excuses."""

    uid: str
    turned: int
    released: int


def record_leave(session: Session, values: Mapping[str, Any], *, uid: str | None = None) -> Recorded:
    """Save a leave slip and turn the marks it covers.

    Only absence that is 待核 or 旷课 is turned. A slip that somebody refused turns nothing. What the slip covered
    before and no slip covers now, because its person came back sooner or it was changed, is 待核 again. Raises
    InvalidRecord as `save` does.
    """
    before = load_one(session, Leave, uid) if uid is not None else None
    uid = save(session, Leave, values, uid=uid)
    record = load_one(session, Leave, uid)
    assert record is not None
    released = _release(session, before.content) if before is not None else 0
    return Recorded(uid, _turn(session, record.content), released)


def _turn(session: Session, leave: Content) -> int:
    """Turn the marks of the sessions a slip covers; returns how many."""
    known = (Mark.PENDING, Mark.UNEXCUSED)
    return _set_marks(session, leave["enrolment"], _covered(session, leave), known, _mark_of(leave))


def _release(session: Session, old: Content) -> int:
    """Take back the marks of a slip as it was where no slip of its person gives them now; returns how many."""
    slips = [each.content for each in find(session, Leave, {"enrolment": old["enrolment"]}).values()]
    kept = {uid for each in slips if _mark_of(each) == _mark_of(old) for uid in _covered(session, each)}
    gone = [uid for uid in _covered(session, old) if uid not in kept]
    return _set_marks(session, old["enrolment"], gone, (_mark_of(old),), str(Mark.PENDING))


def _mark_of(leave: Content) -> str:
    return str(MARK_OF_KIND.get(leave["kind"], Mark.PERSONAL))


def _set_marks(session: Session, enrolment: str, sessions: Iterable[str], known: Collection[str], mark: str) -> int:
    """Give a trainee another mark in some sessions where it is one of those known; returns how many."""
    edits = []
    for uid in sessions:
        sheet = sheet_of(session, uid)
        lines = sheet.content.get("marks", []) if sheet is not None else []
        marks = [
            {**line, "mark": mark} if line["enrolment"] == enrolment and line.get("mark") in known else line
            for line in lines
        ]
        if sheet is not None and marks != lines:
            edits.append(Edit(SignInSheet, sheet.uid, sheet, {**sheet.content, "marks": marks}))
    write_edits(session, edits)
    return len(edits)


def _covered(session: Session, leave: Content) -> list[str]:
    """The sessions that a slip excuses; none where somebody refused it."""
    trainee = load_one(session, Enrolment, leave["enrolment"])
    if trainee is None:
        raise RefusedError("请假的学员已被删除，没有登记")
    if is_refused(leave):
        return []
    return [each.uid for each in covered_sessions(sessions_of(session, trainee.content["training_class"]), leave)]


def settle_pending(session: Session, uid: str, *, upto: str) -> int:
    """Turn what is still 待核 in a class up to a day (ISO) into 旷课: no slip came; returns how many marks."""
    edits = []
    count = 0
    for each in sessions_of(session, uid):
        sheet = sheet_of(session, each.uid) if each.content["date"] <= upto else None
        if sheet is None:
            continue
        old = sheet.content.get("marks", [])
        marks = [{**line, "mark": str(Mark.UNEXCUSED)} if line.get("mark") == Mark.PENDING else line for line in old]
        count += sum(line.get("mark") == Mark.PENDING for line in old)
        edits.append(Edit(SignInSheet, sheet.uid, sheet, {**sheet.content, "marks": marks}))
    write_edits(session, edits)
    return count
