"""Places of a programme: received, shared to schools, and taken by names."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy.orm import Session

from desktop.models import Enrolment, Place, TrainingClass
from desktop.store.records import find


@dataclass(frozen=True, slots=True)
class PlaceBalance:
    """`received` is None where the programme has no places from above; `shared` and `named` by school beside."""

    received: int | None
    shared: int
    by_school: dict[str, int]
    named: dict[str, int]
    """Names sent up by the uid of the place they take."""

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
    return PlaceBalance(received, by_school.total(), dict(by_school), dict(named))
