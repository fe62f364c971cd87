"""Scores: typed one by one, pasted as a column, the make-up once, the decision of the group (TR-6, TR-10, TR-11)."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from desktop.errors import RefusedError
from desktop.models import Enrolment, ScoreSheet
from desktop.models.base import Content
from desktop.queries.directory import Directory
from desktop.queries.policies import Policies
from desktop.queries.training.results import MAKEUP, class_results
from desktop.rules.training_results import DETAILS
from desktop.services.records import save
from desktop.store.records import Stored, find, load


def score_sheet(session: Session, uid: str, part: str, course: str | None = None) -> Stored | None:
    """The newest score sheet of one part (and course) of a class, or None."""
    found = find(session, ScoreSheet, {"training_class": uid, "part": part}).values()
    fitting = [each for each in found if each.content.get("course") == course]
    return max(fitting, key=lambda each: (each.content.get("date", ""), each.uid), default=None)


def enter_scores(
    session: Session,
    uid: str,
    part: str,
    scores: Mapping[str, Content],
    *,
    course: str | None = None,
    **values: str | None,
) -> str:
    """Enter scores by enrolment: points, grade, is_absent, note; None takes one away. Returns the sheet's uid.

    What the sheet has for others stays; `values` are fields of ScoreSheet such as date or decided_by. Raises
    RefusedError for who is not in the class, and for a make-up that is not due or was taken before.
    """
    _refuse_strangers(session, uid, scores)
    before = score_sheet(session, uid, part, course)
    if part == MAKEUP:
        _refuse_makeup(session, uid, course or "", scores)
    old = {line["enrolment"]: line for line in before.content.get("scores", ())} if before is not None else {}
    merged = {**old, **{who: {"enrolment": who, **given} for who, given in scores.items()}}
    lines = [plain for line in merged.values() if len(plain := _plain(line)) > 1]
    content: dict[str, Any] = {"training_class": uid, "part": part, "course": course, "scores": lines, **values}
    return save(session, ScoreSheet, content, uid=before.uid if before is not None else None)


def score_by_details(session: Session, uid: str, part: str) -> None:
    """Have a part of a class scored by its details (出勤, 作业, 表现; 试讲, 论文, 技能): each gets a sheet."""
    for detail in DETAILS[part]:
        if score_sheet(session, uid, detail) is None:
            enter_scores(session, uid, detail, {})


def enter_score_cells(session: Session, cells: Mapping[tuple[str, tuple[str, str | None]], Content]) -> None:
    """Enter scores by enrolment and (part, course); what else their lines say stays. Raises as `enter_scores`."""
    enrolments = load(session, Enrolment, {who for who, _ in cells})
    sheets: dict[tuple[str, str, str | None], dict[str, Content]] = {}
    for (who, (part, course)), score in cells.items():
        if who in enrolments:
            sheets.setdefault((enrolments[who].content["training_class"], part, course), {})[who] = score
    for (uid, part, course), scores in sheets.items():
        before = score_sheet(session, uid, part, course)
        known = {line["enrolment"]: line for line in before.content.get("scores", ())} if before is not None else {}
        kept = {who: {**known.get(who, {}), **score} for who, score in scores.items()}
        enter_scores(session, uid, part, kept, course=course)


def _plain(line: Content) -> Content:
    return {name: value for name, value in line.items() if value is not None}


def _refuse_strangers(session: Session, uid: str, scores: Mapping[str, Content]) -> None:
    names = Directory(session)
    strangers = [who for who in scores if names.content("enrolments", who).get("training_class") != uid]
    if strangers:
        told = "、".join(names.name("enrolments", who) or who for who in strangers[:6])
        raise RefusedError(f"{told}不是本班学员，没有登记成绩；请先报名，或核对班级")


def _refuse_makeup(session: Session, uid: str, course: str, scores: Mapping[str, Content]) -> None:
    """A make-up is for those who have one open, and it is taken once; correcting the score written is no second one."""
    found = class_results(session, Policies(session), uid)
    names = Directory(session)
    for each in found.trainees:
        is_correction = course in each.taken.makeups
        if each.uid in scores and not is_correction and course not in each.result.makeups:
            who = names.name("enrolments", each.uid)
            why = each.result.reasons[-1] if each.result.reasons else "没有不及格或取消的成绩"
            raise RefusedError(f"{who}没有待补考的成绩（{why}），没有登记补考；补考只有一次")
