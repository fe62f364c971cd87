"""Practice, return visits and defence of everybody in a programme: what is done, what can still fail (TR-2)."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from desktop.codes import table
from desktop.models.base import Content
from desktop.queries.directory import Directory
from desktop.queries.policies import Policies
from desktop.queries.training.attendance import year_of
from desktop.queries.training.results import result_rules, results
from desktop.rules.hours import packed_hours
from desktop.rules.training_results import EXTRA_PARTS, Given, Grade, ResultRules

RETURN_VISIT: Final = "6"
"""Its code both of inspection_kind and of score_part."""


@dataclass(frozen=True, slots=True)
class PartState:
    """One part of one person in words; whether it is open, and whether it failed."""

    text: str
    is_open: bool
    has_failed: bool


@dataclass(frozen=True, slots=True)
class ProcessRow:
    """One person: class, enrolment, name, and the parts that the programme has, by code of score_part."""

    training_class: str
    class_name: str
    enrolment: str
    name: str
    parts: dict[str, PartState]

    @property
    def is_done(self) -> bool:
        """Whether every part is written and none failed."""
        return not any(each.is_open or each.has_failed for each in self.parts.values())


@dataclass(frozen=True, slots=True)
class Process:
    """The parts of a programme in their order, and everybody who did not withdraw, class by class."""

    parts: tuple[str, ...]
    rows: tuple[ProcessRow, ...]


def process_of(session: Session, uid: str) -> Process:
    """How far everybody of a programme is with the parts beside the classes."""
    names, policies = Directory(session), Policies(session)
    programmes = {each: record.content for each, record in names.records("programmes").items()}
    classes = [each for each, record in names.records("classes").items() if record.content.get("programme") == uid]
    visits = _visits(names)
    parts: set[str] = set()
    rows = []
    for found in results(session, policies, classes) if classes else ():
        parts |= set(found.wanted.extras)
        rules = result_rules(policies, year_of(found.content, programmes))
        for each in found.trainees:
            if each.taken.withdrawn:
                continue
            seen = {RETURN_VISIT: visits[each.uid]}
            states = {
                part: _state(each.taken.parts.get(part, Given()), rules, seen.get(part, ()))
                for part in found.wanted.extras
            }
            name = names.name("enrolments", each.uid)
            rows.append(ProcessRow(found.uid, names.text("classes", found.uid), each.uid, name, states))
    return Process(tuple(part for part in EXTRA_PARTS if part in parts), tuple(rows))


def _visits(names: Directory) -> dict[str, list[str]]:
    """The days of the return visits that were registered, by enrolment."""
    found: dict[str, list[str]] = defaultdict(list)
    for record in names.records("inspections").values():
        content: Content = record.content
        if content.get("kind") == RETURN_VISIT and "enrolment" in content:
            found[content["enrolment"]].append(content["date"])
    return found


def _state(given: Given, rules: ResultRules, visits: Collection[str]) -> PartState:
    grade = rules.grade(given)
    word = "缺考" if given.is_absent else "" if grade is None else table("training_grade").label(str(grade))
    points = "" if given.points is None else f"{packed_hours(int(given.points * 10)).removesuffix('.0')} 分"
    visited = f"回访 {len(visits)} 次（{max(visits)}）" if visits else ""
    text = " ".join(filter(None, (points, word, visited))) or "未登记"
    return PartState(text, given.is_open, given.is_absent or grade is Grade.FAILED)
