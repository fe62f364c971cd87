"""The results of classes: scores of each part, what absence did to them, grades, make-ups, entitlement."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from sqlalchemy.orm import Session

from desktop.codes import table
from desktop.errors import RefusedError
from desktop.models import Course, Enrolment, Programme, ScoreSheet, TrainingClass
from desktop.models.base import Content
from desktop.queries.directory import Directory
from desktop.queries.policies import Policies
from desktop.queries.training.attendance import Attendance, attendance, year_of
from desktop.rules.hours import hours_text, tenths
from desktop.rules.training_results import (
    DETAILS,
    EXTRA_PARTS,
    FINAL,
    USUAL,
    Given,
    Result,
    ResultRules,
    Taken,
    Wanted,
    joined,
    result_of,
)
from desktop.store.records import Stored, find, load

MAKEUP: Final = "4"
OF_COURSE: Final = "3"
DECISION: Final = "8"
DETAILS_POLICY: Final = {USUAL: "usual", FINAL: "final"}
"""The word in the keys of policy that weigh the details of a part."""
_EXTRAS: Final = {"5": "has_practice", "6": "has_return_visit", "7": "has_defence"}


@dataclass(slots=True)
class TraineeResult:
    """One trainee: enrolment, all that was written, attendance, and what comes of it."""

    uid: str
    content: Content
    taken: Taken
    attendance: Attendance
    result: Result


@dataclass(slots=True)
class ClassResults:
    """One class: its content, graded courses by uid with name and tenths, and its trainees by number."""

    uid: str
    content: Content
    wanted: Wanted
    trainees: list[TraineeResult]


def result_rules(policies: Policies, year: int) -> ResultRules:
    """The rules of scores in force in a year."""
    usual, final = policies.value("training.score_weights", year)
    points = (policies.value(f"training.{name}_score", year) for name in ("pass", "excellent"))
    pass_points, excellent = (Decimal(str(each)) for each in points)
    details = {part: _detail_weights(policies, name, year) for part, name in DETAILS_POLICY.items()}
    return ResultRules((usual, final), pass_points, excellent, details)


def _detail_weights(policies: Policies, name: str, year: int) -> tuple[int, ...]:
    """By policy; equal in an office that was made before these were shipped and has not taken them in."""
    try:
        return tuple(policies.value(f"training.{name}_weights", year))
    except RefusedError:
        return ()


def results(session: Session, policies: Policies, classes: Collection[str] | None = None) -> list[ClassResults]:
    """The results of some classes, or of all, in the order of their days and names."""
    chosen = load(session, TrainingClass, classes)
    programmes = {uid: record.content for uid, record in load(session, Programme).items()}
    attended = attendance(session, policies, classes)
    sheets = _by_class(_of(session, ScoreSheet, classes))
    courses = _by_class(_of(session, Course, classes))
    people = _by_class(_of(session, Enrolment, classes))
    found = []
    for uid, record in sorted(chosen.items(), key=lambda pair: _class_order(pair[1].content)):
        rules = result_rules(policies, year_of(record.content, programmes))
        written = [each.content for each in sorted(sheets[uid], key=lambda each: each.content.get("date", ""))]
        wanted = _wanted(record.content, programmes, written, courses[uid])
        taken = _taken(written)
        trainees = [
            _trainee(each, taken.get(each.uid) or Taken(), attended[each.uid], wanted, rules)
            for each in sorted(people[uid], key=_trainee_order)
        ]
        found.append(ClassResults(uid, record.content, wanted, trainees))
    return found


def class_results(session: Session, policies: Policies, uid: str) -> ClassResults:
    """The results of one class. Raises RefusedError if it is not there."""
    found = results(session, policies, (uid,))
    if not found:
        raise RefusedError("这个培训班已被删除，请重新选择")
    return found[0]


def _of(session: Session, entity: Any, classes: Collection[str] | None) -> Iterable[Stored]:  # noqa: ANN401
    if classes is None:
        return load(session, entity).values()
    return (each for uid in classes for each in find(session, entity, {"training_class": uid}).values())


def _by_class(records: Iterable[Stored]) -> dict[str, list[Stored]]:
    found: dict[str, list[Stored]] = defaultdict(list)
    for record in records:
        found[record.content["training_class"]].append(record)
    return found


def _class_order(content: Content) -> tuple[str, str, str]:
    return (content.get("start", ""), content.get("code", ""), content["name"])


def _trainee_order(record: Stored) -> tuple[int, str]:
    return (record.content.get("number", 99_999), record.uid)


def _wanted(content: Content, programmes: dict[str, Content], written: list[Content], courses: list[Stored]) -> Wanted:
    programme = programmes.get(content.get("programme", ""), {})
    graded = sorted(
        (each for each in courses if each.content.get("is_graded")),
        key=lambda each: (each.content.get("order", 999), each.uid),
    )
    details = {each for several in DETAILS.values() for each in several}
    parts = {each["part"] for each in written if each.get("scores") or each["part"] not in details}
    parts |= {part for part, several in DETAILS.items() if parts & set(several)}
    return Wanted(
        frozenset(parts),
        {each.uid: (each.content["name"], tenths(each.content["hours"])) for each in graded},
        tuple(part for part, name in _EXTRAS.items() if programme.get(name)),
    )


def _taken(written: list[Content]) -> dict[str, Taken]:
    """What the score sheets say of each trainee; of two sheets of one part the later, of two make-ups the first."""
    found: dict[str, Taken] = defaultdict(Taken)
    for sheet in written:
        part, course = sheet["part"], sheet.get("course", "")
        for line in sheet.get("scores", ()):
            points = line.get("points")
            given = Given(
                Decimal(points) if points is not None else None, line.get("grade"), bool(line.get("is_absent"))
            )
            if given.is_open:
                continue
            taken = found[line["enrolment"]]
            if part == MAKEUP:
                taken.makeups.setdefault(course, given)
            elif part == DECISION:
                taken.decided = given.grade
            elif part == OF_COURSE and course:
                taken.courses[course] = given
            elif part != OF_COURSE:
                taken.parts[part] = given
    return found


def _trainee(record: Stored, taken: Taken, attended: Attendance, wanted: Wanted, rules: ResultRules) -> TraineeResult:
    taken.cancelled, taken.failed = attended.verdict.cancelled, attended.verdict.failed
    taken.withdrawn = "withdrawn_on" in record.content
    taken.parts.update(joined(taken.parts, wanted.parts, rules.detail_weights))
    return TraineeResult(record.uid, record.content, taken, attended, result_of(taken, wanted, rules))


def results_json(found: ClassResults, names: Directory) -> dict[str, Any]:
    """A class's results as `results --json` prints them; hours as texts with at most one decimal."""
    return {
        "class": {"uid": found.uid, "name": found.content["name"], "hours": found.content.get("hours")},
        "courses": [
            {"uid": uid, "name": name, "hours": hours_text(hours)}
            for uid, (name, hours) in found.wanted.courses.items()
        ],
        "trainees": [_trainee_json(each, found, names) for each in found.trainees],
    }


def _trainee_json(each: TraineeResult, found: ClassResults, names: Directory) -> dict[str, Any]:
    result, verdict = each.result, each.attendance.verdict
    grades = table("training_grade")
    course_names = {"": "", **{uid: name for uid, (name, _) in found.wanted.courses.items()}}
    return {
        "uid": each.uid,
        "number": each.content.get("number"),
        "name": names.name("enrolments", each.uid),
        "absent_hours": hours_text(each.attendance.total.absent),
        "cancelled": list(verdict.cancelled.values()),
        "failed": verdict.failed or None,
        "warnings": list(verdict.warnings),
        "doubts": list(verdict.doubts),
        "usual": _points(each.taken.parts.get("1")),
        "final": _points(each.taken.parts.get("2")),
        "details": {
            table("score_part").label(part): _points(each.taken.parts.get(part))
            for details in DETAILS.values()
            for part in details
            if part in found.wanted.parts
        },
        "extras": {EXTRA_PARTS[part]: _points(each.taken.parts.get(part)) for part in found.wanted.extras},
        "course_scores": {
            name: "取消" if uid in verdict.cancelled else _points(each.taken.courses.get(uid))
            for uid, (name, _) in found.wanted.courses.items()
        },
        "points": str(result.points) if result.points is not None else None,
        "decision": grades.label(each.taken.decided) if each.taken.decided else None,
        "first_grade": grades.label(result.first) if result.first else None,
        "makeup": [{"course": course_names.get(uid, ""), "reason": text} for uid, text in result.makeups.items()],
        "grade": grades.label(result.settled) if result.settled else None,
        "missing": list(result.missing),
        "reasons": list(result.reasons),
        "entitled": result.is_entitled,
    }


def _points(given: Given | None) -> str | None:
    """A score as it is read: points, else the grade's word, 缺考, or None."""
    if given is None or given.is_open:
        return None
    if given.is_absent:
        return "缺考"
    return str(given.points) if given.points is not None else table("training_grade").label(str(given.grade))
