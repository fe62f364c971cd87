"""Statistics of training whose rates name their denominators; 人 (persons) and 人次 (attendances) stay apart.

A rate is never kept: numerator and denominator are, and the percentage is made from them, half up, one decimal.
"""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from sqlalchemy.orm import Session

from desktop.codes import table
from desktop.collation import natural_key
from desktop.models.base import Content
from desktop.queries.columns import Surroundings
from desktop.queries.policies import Policies
from desktop.queries.training.attendance import year_of
from desktop.queries.training.results import ClassResults, TraineeResult, results
from desktop.rules.absence import AWAY, Mark
from desktop.rules.training_results import Grade

_FULL_MARKS: Final = Decimal(100)


@dataclass(frozen=True, slots=True)
class Rate:
    """A share with its parts: what is counted, of which named whole."""

    label: str
    numerator: int
    denominator: int
    whole: str

    @property
    def percent(self) -> str:
        """The percentage with one decimal; empty where the whole is nothing."""
        if not self.denominator:
            return ""
        share = Decimal(self.numerator) * 100 / self.denominator
        return f"{share.quantize(Decimal('0.1'), ROUND_HALF_UP)}%"

    def sentence(self) -> str:
        """优秀率 1213/1314（参考）= 92.3%."""
        shown = f"= {self.percent}" if self.percent else ""
        return f"{self.label} {self.numerator}/{self.denominator}（{self.whole}）{shown}"


@dataclass(slots=True)
class Figures:
    """The counts of one group."""

    label: str
    classes: set[str] = field(default_factory=set)
    sites: set[str] = field(default_factory=set)
    persons: set[str] = field(default_factory=set)
    enrolled: int = 0
    """报名人次: one person in two classes is two."""
    due: int = 0
    """应到人次: marks of sessions that took place, without 未安排."""
    present: int = 0
    """实到人次: of these, who was there, late ones included."""
    examined: int = 0
    """参考: who has a score; 缺考 is none."""
    full: int = 0
    withdrawn: int = 0
    by_grade: Counter[Grade] = field(default_factory=Counter)
    made_up: int = 0
    open_makeups: int = 0
    failed_by_absence: int = 0
    cancelled: int = 0

    @property
    def passed(self) -> int:
        """优 and 及格."""
        return self.by_grade[Grade.EXCELLENT] + self.by_grade[Grade.PASSED]

    def counts(self) -> tuple[int, ...]:
        """The counts as a sheet and the window list them: sites, classes, 报名人次, 报名人数 … grades, 待补考, 满分."""
        return (
            len(self.sites),
            len(self.classes),
            self.enrolled,
            len(self.persons),
            self.due,
            self.present,
            self.examined,
            *(self.by_grade[grade] for grade in Grade),
            self.open_makeups,
            self.full,
        )

    def add(self, class_: ClassResults, each: TraineeResult) -> None:
        """Count one trainee of one class."""
        result, taken = each.result, each.taken
        self.classes.add(class_.uid)
        self.sites.update(filter(None, (class_.content.get("site"),)))
        self.persons.add(each.content.get("teacher", each.uid))
        self.enrolled += 1
        self.withdrawn += taken.withdrawn
        times = each.attendance.total.times
        due = sum(count for mark, count in times.items() if mark != Mark.UNPLANNED)
        self.due += due
        self.present += due - sum(times.get(mark, 0) for mark in AWAY)
        given = [*taken.parts.values(), *taken.courses.values()]
        self.examined += any(score.points is not None or score.grade is not None for score in given)
        self.full += result.points == _FULL_MARKS
        if result.grade is not None and not result.makeups:
            self.by_grade[result.grade] += 1
        self.made_up += bool(taken.makeups)
        self.open_makeups += bool(result.makeups)
        self.failed_by_absence += bool(taken.failed)
        self.cancelled += bool(taken.cancelled)

    def rates(self) -> tuple[Rate, ...]:
        """Every rate with the name of its denominator."""
        return (
            Rate("出勤率", self.present, self.due, "应到人次"),
            Rate("参考率", self.examined, self.enrolled, "报名人次"),
            Rate("优秀率", self.by_grade[Grade.EXCELLENT], self.examined, "参考"),
            Rate("满分率", self.full, self.examined, "参考"),
            Rate("合格率", self.passed, self.examined, "参考"),
        )

    def sentences(self) -> list[str]:
        """The counts and rates as a list says them."""
        counts = (
            f"{len(self.sites)} 个培训点",
            f"{len(self.classes)} 个班",
            f"报名 {self.enrolled} 人次（{len(self.persons)} 人）",
            f"应到 {self.due} 人次",
            f"实到 {self.present} 人次",
            f"参考 {self.examined}",
        )
        return [*counts, *(rate.sentence() for rate in self.rates())]

    def as_json(self) -> dict[str, Any]:
        """Counts by name, rates with numerator, denominator and its name."""
        return {
            "label": self.label,
            "sites": len(self.sites),
            "classes": len(self.classes),
            "persons": len(self.persons),
            "enrolled": self.enrolled,
            "due": self.due,
            "present": self.present,
            "examined": self.examined,
            "excellent": self.by_grade[Grade.EXCELLENT],
            "passed": self.passed,
            "failed": self.by_grade[Grade.FAILED],
            "full_marks": self.full,
            "withdrawn": self.withdrawn,
            "made_up": self.made_up,
            "open_makeups": self.open_makeups,
            "failed_by_absence": self.failed_by_absence,
            "cancelled_courses": self.cancelled,
            "rates": [
                {
                    "label": rate.label,
                    "numerator": rate.numerator,
                    "denominator": rate.denominator,
                    "of": rate.whole,
                    "percent": rate.percent,
                }
                for rate in self.rates()
            ],
        }


@dataclass(slots=True)
class Statistics:
    """The groups in the order of their labels, and all together (a person in two groups is one person there)."""

    by: str
    groups: list[Figures]
    total: Figures

    def as_json(self) -> dict[str, Any]:
        """Both as JSON."""
        return {"by": self.by, "groups": [each.as_json() for each in self.groups], "total": self.total.as_json()}


_Group = Callable[[Surroundings, ClassResults, TraineeResult], str]
_UNKNOWN: Final = "未填"


def _programme(around: Surroundings, class_: ClassResults, _each: TraineeResult) -> str:
    return around.names.text("programmes", class_.content["programme"]) if "programme" in class_.content else _UNKNOWN


def _class(around: Surroundings, class_: ClassResults, _each: TraineeResult) -> str:
    return around.names.text("classes", class_.uid)


def _site(_around: Surroundings, class_: ClassResults, _each: TraineeResult) -> str:
    return str(class_.content.get("site", _UNKNOWN))


def _teacher(around: Surroundings, each: TraineeResult) -> Content:
    return around.names.content("teachers", each.content.get("teacher", ""))


def _stage(around: Surroundings, class_: ClassResults, each: TraineeResult) -> str:
    """The stage a teacher teaches; where that is not known, the class's."""
    code = _teacher(around, each).get("stage") or class_.content.get("stage")
    return table("stage").label(code) if code else _UNKNOWN


def _school(around: Surroundings, _class: ClassResults, each: TraineeResult) -> str:
    school = around.school_of.get(each.content.get("teacher", ""))
    return around.names.text("schools", school) if school else str(each.content.get("written_unit", _UNKNOWN))


def _tier(around: Surroundings, _class: ClassResults, each: TraineeResult) -> str:
    best = around.valid_appointment.get(each.content.get("teacher", ""))
    return table("tier").label(best.content["tier"]) if best is not None else "非骨干教师"


_GROUPINGS: Final[dict[str, _Group]] = {
    "programme": _programme,
    "site": _site,
    "class": _class,
    "stage": _stage,
    "school": _school,
    "tier": _tier,
}


def statistics(
    session: Session, policies: Policies, *, by: str = "programme", year: int | None = None, day: date | None = None
) -> Statistics:
    """The statistics of one year or of all, grouped by programme, site, class, stage, school or tier.

    Schools and tiers are those of `day`, today if not given.
    """
    around = Surroundings(session, day or date.today())  # noqa: DTZ011 - an office's day is the day of its own clock
    programmes = {uid: record.content for uid, record in around.names.records("programmes").items()}
    group_of = _GROUPINGS[by]
    groups: dict[str, Figures] = {}
    total = Figures("合计")
    for class_ in results(session, policies):
        if year is not None and year_of(class_.content, programmes) != year:
            continue
        for each in class_.trainees:
            label = group_of(around, class_, each)
            groups.setdefault(label, Figures(label)).add(class_, each)
            total.add(class_, each)
    return Statistics(by, _in_order(around, by, groups), total)


def _in_order(around: Surroundings, by: str, groups: dict[str, Figures]) -> list[Figures]:
    """Schools and classes as the office orders them, everything else by its label."""
    place: dict[str, int] = defaultdict(lambda: len(groups))
    if by in ("stage", "tier"):
        codes = table(by)
        place.update({codes.label(code): number for number, code in enumerate(codes.codes)})
    if by == "school":
        records = around.names.records("schools")
        ordered = sorted(records, key=lambda uid: around.place("schools", records[uid]))
        place.update({around.names.text("schools", uid): number for number, uid in enumerate(ordered)})
    return sorted(groups.values(), key=lambda each: (place[each.label], natural_key(each.label)))
