"""Leave slips: recorded with their approvals, and the marks 待核 they turn into 病, 事 or 公 (TR-9, TR-16)."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy.orm import Session

from desktop.errors import RefusedError
from desktop.models import Enrolment, Leave, SignInSheet
from desktop.models.base import Content
from desktop.queries.training.classes import sessions_of, sheet_of
from desktop.queries.training.leaves import MARK_OF_KIND, covered_sessions, is_refused
from desktop.rules.absence import Mark
from desktop.services.records import save
from desktop.store.records import Edit, Stored, load_one, write_edits


def record_leave(session: Session, values: Mapping[str, Any], *, uid: str | None = None) -> tuple[str, int]:
    """Save a leave slip and turn the marks it covers; returns its uid and how many marks became leave.

    Only absence that is 待核 or 旷课 is turned. A slip that somebody refused turns nothing. Raises InvalidRecord as
    `save` does.
    """
    uid = save(session, Leave, values, uid=uid)
    record = load_one(session, Leave, uid)
    assert record is not None
    return uid, turn_marks(session, record.content)


def turn_marks(session: Session, leave: Content) -> int:
    """Turn the marks of the sessions a slip covers; returns how many."""
    if is_refused(leave):
        return 0
    mark = str(MARK_OF_KIND.get(leave["kind"], Mark.PERSONAL))
    edits = []
    for sheet in _covered_sheets(session, leave):
        marks = [_turned(line, leave["enrolment"], mark) for line in sheet.content.get("marks", ())]
        if marks != sheet.content.get("marks"):
            edits.append(Edit(SignInSheet, sheet.uid, sheet, {**sheet.content, "marks": marks}))
    write_edits(session, edits)
    return len(edits)


def _turned(line: Content, enrolment: str, mark: str) -> Content:
    is_open = line.get("mark") in (Mark.PENDING, Mark.UNEXCUSED)
    return {**line, "mark": mark} if line["enrolment"] == enrolment and is_open else line


def _covered_sheets(session: Session, leave: Content) -> Iterator[Stored]:
    trainee = load_one(session, Enrolment, leave["enrolment"])
    if trainee is None:
        raise RefusedError("请假的学员已被删除，没有登记")
    for each in covered_sessions(sessions_of(session, trainee.content["training_class"]), leave):
        sheet = sheet_of(session, each.uid)
        if sheet is not None:
            yield sheet


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
