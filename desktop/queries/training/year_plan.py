"""The plan of a year: programmes with classes, people and money, and what regulation says of length and travel."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy.orm import Session

from desktop.codes import table
from desktop.errors import RefusedError
from desktop.models.base import Content
from desktop.queries.directory import Directory
from desktop.queries.policies import Policies
from desktop.queries.training.class_list import enrolled_by_class
from desktop.queries.training.head_teachers import HEAD_TEACHER, uncertified_head_teachers
from desktop.queries.training.timetable import check_plan
from desktop.rules.hours import packed_hours, tenths_of
from desktop.rules.training_months import TrainingMonths, training_months
from desktop.rules.travel_costs import BORNE_LEVELS, TravelSplit, split_travel
from desktop.store.records import Stored

_TIERS: Final = {"1": "training.months.tier1", "2": "training.months.tier2"}
"""The policy of months by level of training: 国家级, 省（市）级."""
BACKBONE: Final = "1"
"""The code of training_kind for backbone teachers, whose months are regulated."""


@dataclass(frozen=True, slots=True)
class PlannedClass:
    """One class of a programme: trainees, and what is not in order with its plan."""

    uid: str
    content: Content
    enrolled: int
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlannedProgramme:
    """One programme of the year."""

    stored: Stored
    classes: int
    enrolled: int
    travel: TravelSplit | None
    """None where the regulation does not divide travel, or none is planned."""


@dataclass(frozen=True, slots=True)
class YearPlan:
    """The programmes of one year, those that begin first in front."""

    year: int
    programmes: tuple[PlannedProgramme, ...]

    def total(self, name: str) -> int:
        """The sum of a whole number of all programmes: planned_people, budget (分) and so on."""
        return sum(each.stored.content.get(name) or 0 for each in self.programmes)


def year_plan(session: Session, year: int) -> YearPlan:
    """The plan of a year."""
    names, policies = Directory(session), Policies(session)
    people = enrolled_by_class(session)
    classes: dict[str, list[str]] = defaultdict(list)
    for uid, record in names.records("classes").items():
        classes[record.content.get("programme", "")].append(uid)
    found = [
        PlannedProgramme(
            each,
            len(classes[each.uid]),
            sum(people.get(uid, 0) for uid in classes[each.uid]),
            travel_split(policies, each.content),
        )
        for each in names.records("programmes").values()
        if each.content.get("year") == year
    ]
    found.sort(key=lambda each: (each.stored.content.get("start", "9"), each.stored.content["name"]))
    return YearPlan(year, tuple(found))


def travel_split(policies: Policies, content: Content) -> TravelSplit | None:
    """Who bears the travel of a programme (TR-12)."""
    if content.get("level") not in BORNE_LEVELS or not content.get("travel"):
        return None
    percent = policies.value("training.travel_authority_pct", content["year"])
    return split_travel(content["travel"], int(percent))


@dataclass(frozen=True, slots=True)
class ProgrammeDetail:
    """One programme as its page shows it: record, names, months by regulation, travel, classes."""

    stored: Stored | None
    names: Directory
    months: TrainingMonths | None
    travel: TravelSplit | None
    travel_percent: int
    classes: tuple[PlannedClass, ...]
    proposed: Content
    """Values that a new programme of this kind has by policy."""
    about_kind: str = ""
    """What is to be known of trainings of this kind."""

    @property
    def remarks(self) -> list[str]:
        """What does not fit the regulation of months (TR-1)."""
        told = [self.about_kind] if self.about_kind else []
        if self.stored is None or self.months is None:
            return told
        end = self.stored.content.get("end")
        wanted = self.months.practice_end.isoformat()
        if end and end != wanted:
            told.append(f"结束日期填写 {end}，按集中培训和教学实践的月数应为 {wanted}")
        if not self.months.fills_a_year:
            told.append(f"两段合计 {self.months.months.normalize():f} 个月，不足规定的培训周期一年，请按文件核定")
        return told


def programme_detail(session: Session, uid: str, *, typed: Content | None = None) -> ProgrammeDetail:
    """One programme; `typed` is its content as it stands in a form and is not saved yet."""
    names, policies = Directory(session), Policies(session)
    stored = names.records("programmes").get(uid)
    content: Content = typed or (stored.content if stored is not None else {})
    has_year = bool(content.get("year"))
    people = enrolled_by_class(session)
    classes = tuple(
        PlannedClass(each, record.content, people.get(each, 0), check_plan(session, policies, names, each).remarks)
        for each, record in sorted(names.records("classes").items(), key=lambda pair: pair[1].content["name"])
        if record.content.get("programme") == uid and uid
    )
    proposed = kind_defaults(policies, content) if stored is None else {}
    percent = int(policies.value("training.travel_authority_pct", content["year"])) if has_year else 0
    return ProgrammeDetail(
        stored,
        names,
        months_of(policies, content) if has_year else None,
        travel_split(policies, content) if has_year else None,
        percent,
        classes,
        proposed,
        _certified_remark(session, content),
    )


def _certified_remark(session: Session, content: Content) -> str:
    """Head teachers without certificate; the list of teachers names them."""
    if content.get("kind") != HEAD_TEACHER:
        return ""
    count = uncertified_head_teachers(session)
    told = f"；现有 {count} 名班主任没有证书，在“教师”中按“班主任持证：否”列出" if count else ""
    return f"班主任实行持证上岗：没有合格证书的先培训、后上岗{told}"


def kind_defaults(policies: Policies, content: Content) -> Content:
    """Level, mode and hours that a new programme of a kind has by policy, packed; nothing where none are set."""
    kind, year = content.get("kind"), content.get("year")
    if not kind or not year:
        return {}
    try:
        rows = policies.value("training.kind_defaults", year)
    except RefusedError:  # an office made before this was shipped
        return {}
    for word, level, mode, hours in rows:
        if table("training_kind").read(word) == kind:
            found = {"level": table("training_level").read(level), "mode": table("training_mode").read(mode)}
            return found | ({"hours": packed_hours(tenths_of(hours))} if hours else {})
    return {}


def class_defaults(programme: Content) -> Content:
    """What a new class takes over from its programme: days, hours, audience, base; people in equal parts."""
    names = {"start": "start", "end": "end", "hours": "hours", "stage": "stage", "subject": "subject", "base": "site"}
    found = {mine: programme[theirs] for theirs, mine in names.items() if theirs in programme}
    people, classes = programme.get("planned_people"), programme.get("planned_classes")
    return found | ({"quota": -(-people // (classes or 1))} if people else {})


def months_of(policies: Policies, content: Content) -> TrainingMonths | None:
    """The months of a training of backbone teachers at national or municipal level from its first day (TR-1)."""
    key = _TIERS.get(content.get("level", ""))
    if key is None or content.get("kind") != BACKBONE or not content.get("start"):
        return None
    classes, practice = policies.value(key, content["year"])
    return training_months(date.fromisoformat(content["start"]), Decimal(str(classes)), Decimal(str(practice)))


def level_text(content: Content) -> str:
    """The level of a programme in words."""
    return table("training_level").label(content["level"]) if "level" in content else ""
