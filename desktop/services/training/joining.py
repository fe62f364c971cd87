"""A walk-in who turns out to be enrolled already: what was written of him goes to that trainee, and he is one again."""

from typing import Final

from sqlalchemy.orm import Session

from desktop.errors import RefusedError
from desktop.models import Enrolment, ScoreSheet, SignInSheet
from desktop.models.base import Content, Record
from desktop.queries.directory import Directory
from desktop.queries.hanging import hanging_on, pointed_anew
from desktop.rules.absence import Mark
from desktop.services.records import delete
from desktop.store.records import Edit, load, write_edits

_OPEN: Final = (None, Mark.PENDING, Mark.UNEXCUSED)
"""Marks of somebody who was not seen: another name on the sheet may have been his."""
_LINES: Final[dict[type[Record], str]] = {SignInSheet: "marks", ScoreSheet: "scores"}


def join_walk_in(session: Session, walk_in: str, trainee: str) -> int:
    """Give everything that was written of a walk-in to a trainee of the class; returns how many records changed.

    On a sheet with both the trainee's own mark stays unless it is none, 待核 or 旷课. Raises RefusedError for trainees
    of two classes, for one who is gone, and where both have a score of one examination.
    """
    both = load(session, Enrolment, (walk_in, trainee))
    if len(both) < 2 or len({each.content["training_class"] for each in both.values()}) > 1:
        raise RefusedError("这两名学员不在同一个班，或已被移出，没有合并")
    edits = []
    for entity, record in hanging_on(session, "enrolments", walk_in):
        content = record.content
        if entity in _LINES:
            child = _LINES[entity]
            lines = _joined(content.get(child, []), walk_in, trainee)
            if lines is None:
                who = Directory(session).name("enrolments", trainee)
                raise RefusedError(f"{who}和这条现场登记在同一次考核里都有成绩，没有合并；请先核对，留下一个成绩")
            content = {**content, child: lines}
        else:
            content = pointed_anew(entity, content, "enrolments", walk_in, trainee)
        edits.append(Edit(entity, record.uid, record, content))
    write_edits(session, edits)
    delete(session, Enrolment, walk_in)
    return len(edits)


def _joined(lines: list[Content], walk_in: str, trainee: str) -> list[Content] | None:
    """The lines of a sheet with those of both as one; None where both were scored."""
    theirs = next((each for each in lines if each["enrolment"] == walk_in), None)
    own = next((each for each in lines if each["enrolment"] == trainee), None)
    if theirs is None or own is None:
        return [{**each, "enrolment": trainee} if each is theirs else each for each in lines]
    said: Content = {name: value for name, value in theirs.items() if name not in ("row", "enrolment")}
    kept: Content = {name: own[name] for name in ("row", "enrolment") if name in own}
    if "row" in own:
        made = {**kept, **said} if own.get("mark") in _OPEN and said.get("mark") not in _OPEN else own
    elif said and own.keys() - kept.keys():
        return None
    else:
        made = {**own, **said}
    return [made if each is own else each for each in lines if each is not theirs]
