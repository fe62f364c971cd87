"""The scores of one class as the window shows them: a column for each part, graded course, make-up and the decision."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from desktop.codes import table
from desktop.models import Programme, ScoreSheet
from desktop.models.base import Content
from desktop.queries.policies import Policies
from desktop.queries.training.attendance import year_of
from desktop.queries.training.results import (
    DECISION,
    MAKEUP,
    OF_COURSE,
    ClassResults,
    TraineeResult,
    class_results,
    result_rules,
)
from desktop.queries.training.roll import Listed, class_roll
from desktop.rules.training_results import DETAILS, EXTRA_PARTS, FINAL, USUAL, ResultRules
from desktop.store.records import Stored, find, load

WHOLE: Final = "总评"


@dataclass(frozen=True, slots=True)
class ScoreColumn:
    """One thing that is scored: part, course (None: the whole), its name, and what is known of its examination."""

    part: str
    course: str | None
    label: str
    sheet: Content

    @property
    def key(self) -> tuple[str, str | None]:
        """Part and course."""
        return self.part, self.course

    @property
    def is_makeup(self) -> bool:
        """Whether it is a make-up, which only some have to take."""
        return self.part == MAKEUP


@dataclass(frozen=True, slots=True)
class ScoreTable:
    """Columns, people in the order of the results, the score line of each by enrolment and column, and the rules."""

    columns: list[ScoreColumn]
    people: list[Listed]
    results: list[TraineeResult]
    lines: dict[tuple[str, tuple[str, str | None]], Content]
    rules: ResultRules
    year: int
    """Whose regulation the class goes by."""


def score_table(session: Session, policies: Policies, uid: str) -> ScoreTable:
    """Everything the score page of a class shows. Raises RefusedError for a class that is gone."""
    found = class_results(session, policies, uid)
    sheets = sorted(find(session, ScoreSheet, {"training_class": uid}).values(), key=_by_date)
    newest = {(each.content["part"], each.content.get("course")): each.content for each in sheets}
    columns = [
        ScoreColumn(part, course, label, newest.get((part, course), {})) for part, course, label in _keys(found, newest)
    ]
    programmes = {each: record.content for each, record in load(session, Programme).items()}
    year = year_of(found.content, programmes)
    rules = result_rules(policies, year)
    return ScoreTable(columns, class_roll(session, uid), found.trainees, _lines(sheets), rules, year)


def _by_date(record: Stored) -> tuple[str, str]:
    return (record.content.get("date", ""), record.uid)


def _lines(sheets: list[Stored]) -> dict[tuple[str, tuple[str, str | None]], Content]:
    """What is written; of two sheets of one part the later counts."""
    return {
        (line["enrolment"], (each.content["part"], each.content.get("course"))): line
        for each in sheets
        for line in each.content.get("scores", ())
    }


def _keys(found: ClassResults, newest: Collection[tuple[str, str | None]]) -> list[tuple[str, str | None, str]]:
    """Part, course and label of each column: parts, extra parts, courses, the make-ups there are, the decision."""
    words = table("score_part")
    courses = {uid: name for uid, (name, _hours) in found.wanted.courses.items()}
    keys: list[tuple[str, str | None, str]] = []
    for part in (USUAL, FINAL):
        details = [each for each in DETAILS[part] if (each, None) in newest]
        keys += [(each, None, words.label(each)) for each in (*details, part)]
    keys += [(part, None, EXTRA_PARTS[part]) for part in found.wanted.extras]
    keys += [(OF_COURSE, uid, name) for uid, name in courses.items()]
    due = {uid for each in found.trainees for uid in (*each.result.makeups, *each.taken.makeups)}
    keys += [(MAKEUP, uid or None, f"补考 {courses.get(uid, WHOLE)}") for uid in sorted(due)]
    return [*keys, (DECISION, None, words.label(DECISION))]
