"""Statistics of training by programme, site, class, stage, school or tier, over the results of all classes."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy.orm import Session

from desktop.codes import table
from desktop.collation import natural_key
from desktop.models.base import Content
from desktop.queries.columns import Surroundings
from desktop.queries.policies import Policies
from desktop.queries.training.attendance import year_of
from desktop.queries.training.figures import Figures, counted
from desktop.queries.training.results import ClassResults, TraineeResult, results


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
            found = counted(class_, each)
            groups.setdefault(label, Figures(label)).add(found)
            total.add(found)
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
