"""Sending out: the places of a programme, how they are shared, and who goes for each school."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from desktop.models import Place
from desktop.models.base import Content
from desktop.queries.columns import Surroundings, official_place
from desktop.queries.directory import Directory
from desktop.queries.training.places import PlaceBalance, place_balance
from desktop.store.records import Stored, find


@dataclass(frozen=True, slots=True)
class Sent:
    """One person who goes on a place: enrolment, name, and the number of the certificate that came back."""

    uid: str
    name: str
    certificate: str

    @property
    def text(self) -> str:
        """The name, with the certificate once it is back."""
        return f"{self.name}（{self.certificate}）" if self.certificate else self.name


@dataclass(frozen=True, slots=True)
class SchoolPlaces:
    """One school: its place record if it has one, how many places, and who goes."""

    school: str
    name: str
    place: Stored | None
    people: tuple[Sent, ...]

    @property
    def count(self) -> int:
        """Its places."""
        return int(self.place.content["count"]) if self.place is not None else 0


@dataclass(frozen=True, slots=True)
class Sending:
    """All schools in their official order, the places from above, the account, and classes that names can go to."""

    schools: tuple[SchoolPlaces, ...]
    received: tuple[Stored, ...]
    balance: PlaceBalance
    classes: tuple[tuple[str, str], ...]
    """uid and name."""
    names: Directory


def sending(session: Session, uid: str) -> Sending:
    """What is sent out of one programme."""
    names = Directory(session)
    places = find(session, Place, {"programme": uid})
    by_school = {each.content["school"]: each for each in places.values() if "school" in each.content}
    classes = [each for each, record in names.records("classes").items() if record.content.get("programme") == uid]
    certified = {
        record.content.get("enrolment", ""): str(record.content["number"])
        for record in names.records("certificates").values()
        if "voided_on" not in record.content
    }
    who: dict[str, list[Sent]] = defaultdict(list)
    for each, record in names.records("enrolments").items():
        if "place" in record.content and record.content["training_class"] in classes:
            sent = Sent(each, names.name("enrolments", each), certified.get(each, ""))
            who[record.content["place"]].append(sent)
    records = names.records("schools")
    ordered = sorted(records, key=lambda school: official_place(records[school].content))
    schools = tuple(
        SchoolPlaces(
            each,
            names.name("schools", each),
            by_school.get(each),
            tuple(who[by_school[each].uid]) if each in by_school else (),
        )
        for each in ordered
    )
    received = tuple(each for each in places.values() if "school" not in each.content)
    shown = tuple((each, names.text("classes", each)) for each in classes)
    return Sending(schools, received, place_balance(session, uid), shown, names)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A teacher of the school that sends: who, and what subject."""

    uid: str
    text: str


def candidates(session: Session, school: str, day: date) -> list[Candidate]:
    """The teachers of a school on a day, by name."""
    around = Surroundings(session, day)
    names = around.names
    found = []
    for teacher, where in around.school_of.items():
        content: Content = names.content("teachers", teacher) if where == school else {}
        if content:
            found.append(Candidate(teacher, names.text("teachers", teacher)))
    return sorted(found, key=lambda each: each.text)
