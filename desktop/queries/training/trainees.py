"""The trainees of a class as its page lists them, and what enrolling some teachers would mean."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from desktop.models.base import Content
from desktop.queries.columns import Surroundings
from desktop.queries.directory import Directory
from desktop.queries.training.classes import trainees_of
from desktop.rules.clashes import periods_overlap
from desktop.store.records import Stored

_NAMED: Final = 3
"""So many people are named in one sentence."""


@dataclass(frozen=True, slots=True)
class TraineeEntry:
    """One trainee: name, school or unit, and the other classes at the same time."""

    stored: Stored
    name: str
    unit: str
    overlaps: tuple[str, ...]

    @property
    def is_walk_in(self) -> bool:
        """Whether nobody has said yet which teacher this is."""
        return "teacher" not in self.stored.content

    @property
    def has_left(self) -> bool:
        """Whether the trainee withdrew."""
        return "withdrawn_on" in self.stored.content


@dataclass(frozen=True, slots=True)
class Trainees:
    """The trainees of a class by number, the class, and the names that forms show."""

    entries: tuple[TraineeEntry, ...]
    content: Content
    names: Directory

    @property
    def present(self) -> int:
        """How many did not withdraw."""
        return sum(not each.has_left for each in self.entries)


def class_trainees(session: Session, uid: str, day: date) -> Trainees:
    """The trainees of one class; schools as on the day."""
    around = Surroundings(session, day)
    names = around.names
    records = trainees_of(session, uid)
    meanwhile = classes_meanwhile(names, uid)
    entries = []
    for each in records:
        teacher = each.content.get("teacher", "")
        school = around.school_of.get(teacher)
        unit = names.name("schools", school) if school else str(each.content.get("written_unit", ""))
        others = () if "withdrawn_on" in each.content else meanwhile.get(teacher, ())
        told = tuple(names.text("classes", other) for other in others)
        entries.append(TraineeEntry(each, names.name("enrolments", each.uid), unit, told))
    return Trainees(tuple(entries), names.content("classes", uid), names)


def classes_meanwhile(names: Directory, uid: str) -> dict[str, tuple[str, ...]]:
    """By teacher, the other classes whose days overlap with those of a class and that the teacher did not leave."""
    own = names.content("classes", uid)
    others = {
        other
        for other, record in names.records("classes").items()
        if other != uid and periods_overlap(own, record.content)
    }
    found: dict[str, set[str]] = defaultdict(set)
    for record in names.records("enrolments").values():
        content = record.content
        if content["training_class"] in others and "teacher" in content and "withdrawn_on" not in content:
            found[content["teacher"]].add(content["training_class"])
    return {who: tuple(sorted(classes)) for who, classes in found.items()}


WalkIn = tuple[str, str]
"""Name and unit ("" where it is not written) of somebody who is in no roster."""


def unknown_walk_ins(trainees: Iterable[Stored], walk_ins: Iterable[WalkIn]) -> list[WalkIn]:
    """Those who are not in the class yet, each once: of one name, and of one unit as far as both are written."""
    known = [
        (str(each.content["written_name"]), str(each.content.get("written_unit", "")))
        for each in trainees
        if "written_name" in each.content
    ]
    found: list[WalkIn] = []
    for name, unit in walk_ins:
        if not any(name == other and (not unit or not where or unit == where) for other, where in (*known, *found)):
            found.append((name, unit))
    return found


@dataclass(frozen=True, slots=True)
class EnrolmentCheck:
    """What enrolling would do: who is new, who is there already, and what to be told before it is confirmed."""

    fresh: tuple[str, ...]
    there: tuple[str, ...]
    walk_ins: tuple[WalkIn, ...]
    remarks: tuple[str, ...]


def check_enrolment(
    session: Session, uid: str, teachers: Sequence[str], *, walk_ins: Sequence[WalkIn] = ()
) -> EnrolmentCheck:
    """What enrolling teachers, and people who are in no roster, would do; overlapping classes are named."""
    names = Directory(session)
    records = trainees_of(session, uid)
    enrolled = {each.content.get("teacher") for each in records}
    chosen = list(dict.fromkeys(teachers))
    fresh = tuple(each for each in chosen if each not in enrolled)
    there = tuple(each for each in chosen if each in enrolled)
    remarks = [f"{_some(names, there)}已是本班学员，不重复报名"] if there else []
    new_walk_ins = unknown_walk_ins(records, walk_ins)
    again = len(walk_ins) - len(new_walk_ins)
    remarks += [f"现场登记有 {again} 人重名重复，只登记一次；确是两人的请写上单位"] if again else []
    remarks += _overlapping(names, uid, fresh)
    quota = names.content("classes", uid).get("quota")
    present = sum("withdrawn_on" not in each.content for each in records)
    over = present + len(fresh) + len(new_walk_ins) - (quota or 0)
    if quota and over > 0:
        remarks.append(f"报名后共 {quota + over} 人，超过计划人数 {quota} 人，多 {over} 人")
    return EnrolmentCheck(fresh, there, tuple(new_walk_ins), tuple(remarks))


def _overlapping(names: Directory, uid: str, teachers: Iterable[str]) -> list[str]:
    meanwhile: Mapping[str, tuple[str, ...]] = classes_meanwhile(names, uid)
    by_class: dict[str, list[str]] = defaultdict(list)
    for who in teachers:
        for other in meanwhile.get(who, ()):
            by_class[other].append(who)
    told = []
    for other, people in by_class.items():
        content = names.content("classes", other)
        period = f"{content['start']} 至 {content['end']}"
        told.append(f"{_some(names, people)}已在“{names.text('classes', other)}”（{period}），与本班时间重叠")
    return told


def _some(names: Directory, teachers: Sequence[str]) -> str:
    shown = "、".join(names.text("teachers", each) for each in teachers[:_NAMED])
    return f"{shown}等 {len(teachers)} 人" if len(teachers) > _NAMED else shown
