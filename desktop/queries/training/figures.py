"""Counts of training, each with the people it counts; rates name their denominators, 人 and 人次 stay apart.

A rate is never kept: numerator and denominator are, and the percentage is made from them, half up, one decimal.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any, Final

from desktop.queries.training.results import ClassResults, TraineeResult
from desktop.rules.absence import AWAY, Mark
from desktop.rules.training_results import FINAL, Grade

_FULL_MARKS: Final = Decimal(100)


class Measure(StrEnum):
    """What is counted; the values are the names in JSON."""

    ENROLLED = "enrolled"
    """报名人次: one person in two classes is two."""
    DUE = "due"
    """应到人次: marks of sessions that took place, without 未安排."""
    PRESENT = "present"
    """实到人次: of these, who was there, late ones included."""
    EXAMINED = "examined"
    """参考: who has a score or was graded; 缺考 of 结业 that was not made up is none."""
    EXCELLENT = "excellent"
    PASSED = "passed"
    FAILED = "failed"
    OPEN = "open_makeups"
    FULL = "full_marks"
    QUALIFIED = "qualified"
    """优 and 及格."""
    WITHDRAWN = "withdrawn"
    MADE_UP = "made_up"
    FAILED_BY_ABSENCE = "failed_by_absence"
    CANCELLED = "cancelled_courses"


WORDS: Final[Mapping[Measure, str]] = {
    Measure.ENROLLED: "报名人次",
    Measure.DUE: "应到人次",
    Measure.PRESENT: "实到人次",
    Measure.EXAMINED: "参考",
    Measure.EXCELLENT: "优",
    Measure.PASSED: "及格",
    Measure.FAILED: "不及格",
    Measure.OPEN: "待补考",
    Measure.FULL: "满分",
    Measure.QUALIFIED: "合格（优和及格）",
}
"""The measures that sheets and window show, as they are called there."""

_RATES: Final = (
    ("出勤率", Measure.PRESENT, Measure.DUE),
    ("参考率", Measure.EXAMINED, Measure.ENROLLED),
    ("优秀率", Measure.EXCELLENT, Measure.EXAMINED),
    ("满分率", Measure.FULL, Measure.EXAMINED),
    ("合格率", Measure.QUALIFIED, Measure.EXAMINED),
)


@dataclass(frozen=True, slots=True)
class Rate:
    """A share with its parts: what is counted, of which named whole."""

    label: str
    numerator: int
    denominator: int
    whole: str
    part: Measure = Measure.PRESENT
    of: Measure = Measure.DUE

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


@dataclass(frozen=True, slots=True)
class Counted:
    """One trainee of one class with what he counts for."""

    class_: ClassResults
    trainee: TraineeResult
    counts: Mapping[Measure, int]

    @property
    def person(self) -> str:
        """The teacher, or the enrolment of a walk-in nobody knows."""
        return str(self.trainee.content.get("teacher", self.trainee.uid))


def counted(class_: ClassResults, each: TraineeResult) -> Counted:
    """Count one trainee."""
    result, taken = each.result, each.taken
    times = each.attendance.total.times
    due = sum(count for mark, count in times.items() if mark != Mark.UNPLANNED)
    grade = result.settled
    counts = {
        Measure.ENROLLED: 1,
        Measure.DUE: due,
        Measure.PRESENT: due - sum(times.get(mark, 0) for mark in AWAY),
        Measure.EXAMINED: int(_is_examined(each)),
        Measure.EXCELLENT: int(grade is Grade.EXCELLENT),
        Measure.PASSED: int(grade is Grade.PASSED),
        Measure.FAILED: int(grade is Grade.FAILED),
        Measure.OPEN: int(bool(result.makeups)),
        Measure.FULL: int(result.points == _FULL_MARKS),
        Measure.QUALIFIED: int(grade in (Grade.EXCELLENT, Grade.PASSED)),
        Measure.WITHDRAWN: int(taken.withdrawn),
        Measure.MADE_UP: int(bool(taken.makeups)),
        Measure.FAILED_BY_ABSENCE: int(bool(taken.failed)),
        Measure.CANCELLED: int(bool(taken.cancelled)),
    }
    return Counted(class_, each, counts)


def _is_examined(each: TraineeResult) -> bool:
    taken = each.taken
    if taken.decided is not None or any(not given.is_absent for given in taken.makeups.values()):
        return True
    if FINAL in taken.parts and taken.parts[FINAL].is_absent:
        return False
    given = (*taken.parts.values(), *taken.courses.values())
    return any(score.points is not None or score.grade is not None for score in given)


@dataclass(slots=True)
class Figures:
    """One group: whom it counts, and the sums of that."""

    label: str
    people: list[Counted] = field(default_factory=list)
    classes: set[str] = field(default_factory=set)
    sites: set[str] = field(default_factory=set)
    persons: set[str] = field(default_factory=set)
    sums: dict[Measure, int] = field(default_factory=lambda: dict.fromkeys(Measure, 0))

    def add(self, each: Counted) -> None:
        """Count one trainee of one class."""
        self.people.append(each)
        self.classes.add(each.class_.uid)
        self.sites.update(filter(None, (each.class_.content.get("site"),)))
        self.persons.add(each.person)
        for measure, count in each.counts.items():
            self.sums[measure] += count

    def counts(self) -> tuple[tuple[Measure, int], ...]:
        """The counts as a sheet and the window list them: sites, classes, 报名人次, 报名人数 … grades, 待补考, 满分.

        Each with whom to show behind it: sites, classes and people have those who were enrolled.
        """
        shown = [each for each in WORDS if each not in (Measure.ENROLLED, Measure.QUALIFIED)]
        enrolled = (len(self.sites), len(self.classes), self.sums[Measure.ENROLLED], len(self.persons))
        return (
            *((Measure.ENROLLED, count) for count in enrolled),
            *((measure, self.sums[measure]) for measure in shown),
        )

    def rates(self) -> tuple[Rate, ...]:
        """Every rate with the name of its denominator."""
        return tuple(
            Rate(label, self.sums[part], self.sums[whole], WORDS[whole], part, whole) for label, part, whole in _RATES
        )

    def behind(self, measure: Measure) -> Iterator[Counted]:
        """Whom a count counts."""
        return (each for each in self.people if each.counts[measure])

    def sentences(self) -> list[str]:
        """The counts and rates as a list says them."""
        sums = self.sums
        counts = (
            f"{len(self.sites)} 个培训点",
            f"{len(self.classes)} 个班",
            f"报名 {sums[Measure.ENROLLED]} 人次（{len(self.persons)} 人）",
            f"应到 {sums[Measure.DUE]} 人次",
            f"实到 {sums[Measure.PRESENT]} 人次",
            f"参考 {sums[Measure.EXAMINED]}",
        )
        return [*counts, *(rate.sentence() for rate in self.rates())]

    def as_json(self) -> dict[str, Any]:
        """Counts by name, rates with numerator, denominator and its name."""
        return {
            "label": self.label,
            "sites": len(self.sites),
            "classes": len(self.classes),
            "persons": len(self.persons),
            **{measure.value: count for measure, count in self.sums.items()},
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
