"""Places of a programme: received, shared to schools, and taken by names."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy.orm import Session

from desktop.codes import table
from desktop.models import Enrolment, Place, TrainingClass
from desktop.models.base import Content
from desktop.store.records import Stored, find

Limit = tuple[str, str]
"""Whom places are for: code of stage and subject, "" for any."""


def limit_of(place: Content) -> Limit:
    """Whom a place is for."""
    return str(place.get("stage", "")), str(place.get("subject", ""))


def limit_text(limit: Limit) -> str:
    """小学语文; empty for anybody."""
    stage, subject = limit
    return f"{table('stage').label(stage) if stage else ''}{subject}"


@dataclass(slots=True)
class LimitBalance:
    """The places for some only: received (None where none are for them alone), and shared out."""

    received: int | None = None
    shared: int = 0


@dataclass(frozen=True, slots=True)
class PlaceBalance:
    """`received` is None where the programme has no places from above; `shared` and `named` by school beside."""

    received: int | None
    shared: int
    by_school: dict[str, int]
    named: dict[str, int]
    """Names sent up by the uid of the place they take."""
    limits: dict[Limit, LimitBalance]
    """By whom places are for, in the order of stages."""

    @property
    def left(self) -> int | None:
        """Places not yet shared; None where none were received."""
        return None if self.received is None else self.received - self.shared


def place_balance(session: Session, programme: str) -> PlaceBalance:
    """The account of one programme's places."""
    places = find(session, Place, {"programme": programme})
    from_above = [each.content["count"] for each in places.values() if "school" not in each.content]
    by_school: Counter[str] = Counter()
    for each in places.values():
        if "school" in each.content:
            by_school[each.content["school"]] += each.content["count"]
    classes = find(session, TrainingClass, {"programme": programme})
    named = Counter(
        record.content["place"]
        for uid in classes
        for record in find(session, Enrolment, {"training_class": uid}).values()
        if "place" in record.content
    )
    received = sum(from_above) if from_above else None
    return PlaceBalance(received, by_school.total(), dict(by_school), dict(named), _limits(places.values()))


def _limits(places: Collection[Stored]) -> dict[Limit, LimitBalance]:
    found = {limit: LimitBalance() for limit in sorted({limit_of(each.content) for each in places})}
    for each in places:
        of_limit, count = found[limit_of(each.content)], each.content["count"]
        if "school" in each.content:
            of_limit.shared += count
        else:
            of_limit.received = (of_limit.received or 0) + count
    return found
