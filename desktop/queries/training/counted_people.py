"""The people behind a figure of the statistics, with name, unit, class and what came of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from desktop.codes import table
from desktop.models import Enrolment
from desktop.queries.training.figures import Counted, Measure
from desktop.queries.training.roll import roll_of
from desktop.store.records import load


@dataclass(frozen=True, slots=True)
class CountedPerson:
    """One trainee of one class: who, where, what he counts for, and the result as it is read."""

    person: str
    """The same for one teacher in several classes."""
    name: str
    unit: str
    training_class: str
    """The uid of the class."""
    class_name: str
    site: str
    counts: Mapping[Measure, int]
    points: str
    grade: str
    remark: str


def counted_people(session: Session, people: Sequence[Counted], day: date) -> list[CountedPerson]:
    """People by class and number; units are those of `day`. Who was deleted meanwhile is left out."""
    records = load(session, Enrolment, [each.trainee.uid for each in people])
    listed = {each.uid: each for each in roll_of(session, list(records.values()), day)}
    found = []
    for each in people:
        who = listed.get(each.trainee.uid)
        if who is not None:
            found.append(_person(each, who.name, who.unit))
    return found


def _person(each: Counted, name: str, unit: str) -> CountedPerson:
    result, content = each.trainee.result, each.class_.content
    remark = "；".join(dict.fromkeys((*result.reasons, *result.makeups.values())))
    return CountedPerson(
        each.person,
        name,
        unit,
        each.class_.uid,
        content["name"],
        content.get("site", ""),
        each.counts,
        str(result.points) if result.points is not None else "",
        table("training_grade").label(result.settled) if result.settled is not None else "",
        remark,
    )
