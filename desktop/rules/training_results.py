"""Results of training (TR-6, TR-10, TR-11): weighted points, grades, one make-up, and what a certificate asks for."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Final


class Grade(StrEnum):
    """The codes of training_grade."""

    EXCELLENT = "1"
    PASSED = "2"
    FAILED = "3"


USUAL: Final = "1"
FINAL: Final = "2"
EXTRA_PARTS: Final = {"5": "教学实践", "6": "学员回访", "7": "论文答辩"}
"""Parts of score_part that a programme may have and that can be failed (TR-2)."""


DETAILS: Final = {USUAL: ("11", "12", "13"), FINAL: ("21", "22", "23")}
"""What a part may be scored by: 出勤, 作业, 表现 of 平时; 试讲, 论文, 技能 of 结业 (TR-6, F17). Codes of score_part."""


@dataclass(frozen=True, slots=True)
class Given:
    """One score as written: points, or a grade, or absent; nothing of these is a score not yet given."""

    points: Decimal | None = None
    grade: str | None = None
    is_absent: bool = False

    @property
    def is_open(self) -> bool:
        """Whether nothing was written."""
        return self.points is None and self.grade is None and not self.is_absent


@dataclass(frozen=True, slots=True)
class ResultRules:
    """Weights of 平时 and 结业 in percent, points to pass, points for 优, weights of the details of a part."""

    weights: tuple[int, int] = (40, 60)
    pass_points: Decimal = Decimal(60)
    excellent_points: Decimal = Decimal(85)
    detail_weights: Mapping[str, Sequence[int]] = field(default_factory=dict)
    """By part, in the order of its DETAILS; equal where nothing is said."""

    def grade(self, given: Given) -> Grade | None:
        """The grade of one score; 缺考 is 不及格 until made up; None where nothing was written."""
        if given.is_absent:
            return Grade.FAILED
        if given.grade is not None:
            return Grade(given.grade)
        if given.points is None:
            return None
        if given.points >= self.excellent_points:
            return Grade.EXCELLENT
        return Grade.PASSED if given.points >= self.pass_points else Grade.FAILED


@dataclass(slots=True)
class Taken:
    """All that is known of one trainee: scores by part and course, absence, the group's decision, make-ups."""

    parts: dict[str, Given] = field(default_factory=dict)
    courses: dict[str, Given] = field(default_factory=dict)
    makeups: dict[str, Given] = field(default_factory=dict)
    """By course; "" for the whole."""
    decided: str | None = None
    cancelled: Mapping[str, str] = field(default_factory=dict)
    failed: str = ""
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the class asks for: parts of the score that have a sheet, graded courses by name with hours, extra parts."""

    parts: frozenset[str]
    courses: Mapping[str, tuple[str, int]]
    extras: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one trainee. `first` is the grade before, `grade` the one after make-up; None while open.

    `makeups` are the courses ("" for the whole) still to be made up, `reasons` the sentences that explain.
    """

    points: Decimal | None
    first: Grade | None
    grade: Grade | None
    makeups: Mapping[str, str]
    reasons: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def is_entitled(self) -> bool:
        """Whether a certificate may be issued: passed, and nothing open."""
        return self.settled in (Grade.EXCELLENT, Grade.PASSED) and not self.missing

    @property
    def settled(self) -> Grade | None:
        """The grade that counts and is shown; None while anything is still to be made up."""
        return None if self.makeups else self.grade


def rounded(points: Decimal) -> Decimal:
    """One decimal, half up."""
    return points.quantize(Decimal("0.1"), ROUND_HALF_UP)


def joined(parts: Mapping[str, Given], kept: Collection[str], weights: Mapping[str, Sequence[int]]) -> dict[str, Given]:
    """The parts that were scored by details and not as a whole: the weighted mean of the details that the class keeps.

    `kept` are the details with a sheet; one of weight 0 does not count. One that is open keeps its part open; 缺考 of
    结业 is 缺考 of the whole, of 平时 it is no points.
    """
    found: dict[str, Given] = {}
    for part, details in DETAILS.items():
        shares = dict(zip(details, weights.get(part, ()), strict=False))
        counted = [each for each in details if each in kept and shares.get(each, 1)]
        given = [parts.get(each, Given()) for each in counted]
        if not given or not parts.get(part, Given()).is_open:
            continue
        if part == FINAL and any(each.is_absent for each in given):
            found[part] = Given(is_absent=True)
            continue
        points = [Decimal() if each.is_absent else each.points for each in given]
        pairs = [(each, shares.get(code, 1)) for code, each in zip(counted, points, strict=True) if each is not None]
        if len(pairs) == len(given):
            found[part] = Given(_mean(pairs))
    return found


def total_points(taken: Taken, wanted: Wanted, rules: ResultRules) -> Decimal | None:
    """Weighted points of 平时 and 结业; of one of them alone, it; of neither, the courses' by their hours."""
    given = {part: taken.parts[part].points for part in (USUAL, FINAL) if part in taken.parts}
    known = {part: points for part, points in given.items() if points is not None}
    wanted_parts = [part for part in (USUAL, FINAL) if part in wanted.parts]
    if wanted_parts:
        if len(known) < len(wanted_parts):
            return None
        weights = dict(zip((USUAL, FINAL), rules.weights, strict=True))
        return _mean([(known[part], weights[part]) for part in wanted_parts])
    pairs = []
    for uid, (_, hours) in wanted.courses.items():
        score = taken.courses.get(uid, Given()).points
        if uid in taken.cancelled or score is None:
            return None
        pairs.append((score, hours))
    return _mean(pairs)


def _mean(pairs: Sequence[tuple[Decimal, int]]) -> Decimal | None:
    weight = sum(each for _, each in pairs)
    return rounded(sum((points * each for points, each in pairs), Decimal()) / weight) if weight else None


def result_of(taken: Taken, wanted: Wanted, rules: ResultRules) -> Result:
    """Judge one trainee."""
    points = total_points(taken, wanted, rules)
    if taken.withdrawn:
        return Result(points, None, None, {}, ("已退学，不评定成绩",), ())
    if taken.failed:
        return Result(points, Grade.FAILED, Grade.FAILED, {}, (taken.failed, *taken.cancelled.values()), ())
    lost = _lost(taken, wanted, rules)
    missing = tuple(_missing(taken, wanted, lost))
    first = Grade.FAILED if lost else None if missing else _first_grade(taken, points, rules, wanted)
    if first is Grade.FAILED and not lost:
        lost = {"": "总评不及格"}
    grades = {uid: rules.grade(taken.makeups.get(uid, Given())) for uid in lost}
    return _after_makeup(Result(points, first, first, lost, tuple(lost.values()), missing), grades)


def _lost(taken: Taken, wanted: Wanted, rules: ResultRules) -> dict[str, str]:
    """What must be made up, with the reason, by course ("" for the whole)."""
    lost = {uid: reason for uid, reason in taken.cancelled.items() if uid in wanted.courses or not wanted.courses}
    for uid, (name, _) in wanted.courses.items():
        given = taken.courses.get(uid, Given())
        if uid not in lost and rules.grade(given) is Grade.FAILED:
            lost[uid] = f"“{name}”{'缺考' if given.is_absent else '不及格'}"
    for part in (FINAL, *wanted.extras):
        given = taken.parts.get(part, Given())
        if given.is_absent or (part in wanted.extras and rules.grade(given) is Grade.FAILED):
            word = EXTRA_PARTS.get(part, "结业考核")
            lost[""] = f"{word}{'缺考' if given.is_absent else '不合格'}"
    return lost


def _missing(taken: Taken, wanted: Wanted, lost: Mapping[str, str]) -> list[str]:
    """Scores that nobody wrote yet."""
    if taken.decided is not None:
        return []
    names = {USUAL: "平时考核", FINAL: "结业考核", **EXTRA_PARTS}
    parts = [part for part in (USUAL, FINAL) if part in wanted.parts] + list(wanted.extras)
    found = [names[part] for part in parts if taken.parts.get(part, Given()).is_open]
    found += [
        f"“{name}”"
        for uid, (name, _) in wanted.courses.items()
        if uid not in lost and taken.courses.get(uid, Given()).is_open
    ]
    return found if found or parts or wanted.courses else ["成绩"]


def _first_grade(taken: Taken, points: Decimal | None, rules: ResultRules, wanted: Wanted) -> Grade | None:
    """The group's decision, else the grade of the points, else the worst of the grades in words."""
    if taken.decided is not None:
        return Grade(taken.decided)
    if points is not None:
        return rules.grade(Given(points))
    given = [taken.parts[part] for part in (USUAL, FINAL) if part in wanted.parts and part in taken.parts]
    given += [taken.courses[uid] for uid in wanted.courses if uid in taken.courses]
    grades = [grade for grade in map(rules.grade, given) if grade is not None]
    return max(grades) if grades else None


def _after_makeup(result: Result, grades: Mapping[str, Grade | None]) -> Result:
    """The result after make-up: a passed one gives 及格, never 优; a failed one ends it (TR-10)."""
    if not result.makeups:
        return result
    if Grade.FAILED in grades.values():
        return replace(result, grade=Grade.FAILED, makeups={}, reasons=(*result.reasons, "补考不及格"))
    still_open = {uid: reason for uid, reason in result.makeups.items() if grades[uid] is None}
    if still_open:
        return replace(result, makeups=still_open)
    grade = None if result.missing else Grade.PASSED
    return replace(result, grade=grade, makeups={}, reasons=(*result.reasons, "补考及格"))
