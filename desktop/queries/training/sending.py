"""Sending out: the places of a programme, how they are shared, and who goes for each school."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from desktop.codes import table
from desktop.models import Place
from desktop.models.base import Content
from desktop.queries.columns import Surroundings, official_place
from desktop.queries.directory import Directory
from desktop.queries.training.places import Limit, PlaceBalance, limit_of, place_balance
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
    limit: Limit
    """Whom the places that are listed are for."""
    classes: tuple[tuple[str, str], ...]
    """uid and name."""
    names: Directory


def sending(session: Session, uid: str, *, limit: Limit | None = None) -> Sending:
    """What is sent out of one programme, of the places for some only; without `limit`, of those that come first."""
    names = Directory(session)
    places = find(session, Place, {"programme": uid})
    balance = place_balance(session, uid)
    if limit not in balance.limits:
        limit = next(iter(balance.limits), ("", ""))
    of_limit = [each for each in places.values() if limit_of(each.content) == limit]
    by_school = {each.content["school"]: each for each in of_limit if "school" in each.content}
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
    return Sending(schools, received, balance, limit, shown, names)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A teacher of the school that sends: who, with stage and subject, and whether the place is for such a one."""

    uid: str
    text: str
    fits: bool


@dataclass(frozen=True, slots=True)
class Candidates:
    """The teachers of a school by name, and whom the place is for ("" for anybody)."""

    people: tuple[Candidate, ...]
    limit: str


def candidates(session: Session, place: str, day: date) -> Candidates:
    """The teachers of the school of a place on a day; who is of another stage or subject than it asks for fits not.

    What the place itself leaves open is asked for by the place received from above, else by the programme. A teacher of
    whom stage or subject is not known fits.
    """
    around = Surroundings(session, day)
    names = around.names
    content = names.content("places", place)
    programme = names.content("programmes", content.get("programme", ""))
    above = [
        record.content
        for record in names.records("places").values()
        if record.content["programme"] == content.get("programme") and "school" not in record.content
    ]
    sources = (content, *(above if len(above) == 1 else ()), programme)
    stage = next((each["stage"] for each in sources if "stage" in each), "")
    subject = next((each["subject"] for each in sources if "subject" in each), "")
    found = []
    for teacher, where in around.school_of.items():
        known: Content = names.content("teachers", teacher) if where == content.get("school") else {}
        if known:
            parts = (names.text("teachers", teacher), _stage_text(known.get("stage", "")), known.get("subject", ""))
            fits = known.get("stage", stage) == stage or not stage
            fits = fits and (not subject or _teaches(known, subject))
            found.append(Candidate(teacher, "　".join(filter(None, parts)), fits))
    limit = "、".join(filter(None, (_stage_text(stage), subject)))
    return Candidates(tuple(sorted(found, key=lambda each: (not each.fits, each.text))), limit)


def _stage_text(stage: str) -> str:
    return table("stage").label(stage) if stage else ""


def _teaches(teacher: Content, subject: str) -> bool:
    """Whether a teacher has a subject, as the main one or beside it; one of whom none is known may."""
    taught = [teacher[name] for name in ("subject", "minor_subjects") if name in teacher]
    return not taught or any(subject in each or each in subject for each in taught)
