"""Two enrolments of one person in one class become one: a walk-in who was enrolled, or two records that are united."""

from collections import defaultdict
from collections.abc import Collection
from typing import Final

from sqlalchemy.orm import Session

from desktop.errors import RefusedError
from desktop.models import Certificate, Enrolment, ScoreSheet, SignInSheet
from desktop.models.base import Content, Record
from desktop.queries.directory import Directory
from desktop.queries.hanging import hanging_on, pointed_anew
from desktop.rules.absence import Mark
from desktop.services.records import delete
from desktop.store.records import Edit, find, load, write_edits

_OPEN: Final = (None, Mark.PENDING, Mark.UNEXCUSED)
"""Marks of somebody who was not seen: another name on the sheet may have been his."""
_OF_EITHER: Final = ("place", "group", "seat", "lodges", "room", "note")
_LINES: Final[dict[type[Record], str]] = {SignInSheet: "marks", ScoreSheet: "scores"}


def join_trainees(session: Session, lost: str, trainee: str) -> int:
    """Give everything that was written of one enrolment to another of the class; returns how many records changed.

    On a sheet with both the trainee's own mark stays unless it is none, 待核 or 旷课; group, seat and the like are kept
    of either. Raises RefusedError for trainees of two classes, for one who is gone, and where both have a score of one
    examination or a certificate of one kind.
    """
    both = load(session, Enrolment, (lost, trainee))
    if len(both) < 2 or len({each.content["training_class"] for each in both.values()}) > 1:
        raise RefusedError("这两名学员不在同一个班，或已被移出，没有合并")
    _refuse_two_certificates(session, lost, trainee)
    edits = []
    for entity, record in hanging_on(session, "enrolments", lost):
        content = record.content
        if entity in _LINES:
            child = _LINES[entity]
            lines = _joined(content.get(child, []), lost, trainee)
            if lines is None:
                raise RefusedError(
                    f"{_who(session, trainee)}在同一次考核里有两个成绩，没有合并；请先核对，留下一个成绩"
                )
            content = {**content, child: lines}
        else:
            content = pointed_anew(entity, content, "enrolments", lost, trainee)
        edits.append(Edit(entity, record.uid, record, content))
    theirs, own = both[lost].content, both[trainee]
    given: Content = {name: theirs[name] for name in _OF_EITHER if name in theirs and name not in own.content}
    write_edits(session, [*edits, Edit(Enrolment, trainee, own, {**own.content, **given})])
    delete(session, Enrolment, lost)
    return len(edits)


def join_doubles(session: Session, teacher: str, kept: Collection[str]) -> int:
    """Join the enrolments of a teacher in one class; returns how many were joined.

    One that did not withdraw stays, and of those one of `kept`. Raises RefusedError as `join_trainees`.
    """
    found = find(session, Enrolment, {"teacher": teacher})
    by_class: dict[str, list[str]] = defaultdict(list)
    for uid in sorted(found, key=lambda uid: ("withdrawn_on" in found[uid].content, uid not in kept, uid)):
        by_class[found[uid].content["training_class"]].append(uid)
    doubles = [(uid, first) for first, *others in by_class.values() for uid in others]
    for uid, first in doubles:
        join_trainees(session, uid, first)
    return len(doubles)


def _refuse_two_certificates(session: Session, lost: str, trainee: str) -> None:
    kinds = [
        [each.content.get("kind") for each in found.values() if "voided_on" not in each.content]
        for found in (find(session, Certificate, {"enrolment": uid}) for uid in (lost, trainee))
    ]
    if set(kinds[0]) & set(kinds[1]):
        raise RefusedError(f"{_who(session, trainee)}在本班有两份同一种证书，没有合并；请先作废一份")


def _who(session: Session, trainee: str) -> str:
    """The trainee with the class."""
    names = Directory(session)
    owner = names.content("enrolments", trainee).get("training_class", "")
    return f"“{names.name('classes', owner)}”的{names.name('enrolments', trainee)}"


def _joined(lines: list[Content], lost: str, trainee: str) -> list[Content] | None:
    """The lines of a sheet with those of both as one; None where both were scored."""
    theirs = next((each for each in lines if each["enrolment"] == lost), None)
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
