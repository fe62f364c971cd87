"""What comes back from a training held above: the certificate of who was sent, and the hours in the ledger."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from desktop.errors import RefusedError
from desktop.models import Certificate, Enrolment, HoursEntry, Programme, TrainingClass
from desktop.models.base import Content
from desktop.services.records import parse_values, save
from desktop.store.records import find, load_one

_TRAINING, _GRADUATION = "1", "1"
"""Codes of hours_kind 集中培训 and certificate_kind 结业证书."""


@dataclass(frozen=True, slots=True)
class Returned:
    """Of one trainee, as typed: number of the certificate, hours, day of issue."""

    enrolment: str
    number: str
    hours: str
    issued_on: str


def take_back(session: Session, returned: Sequence[Returned]) -> int:
    """Register certificates issued above, and their hours once for each training; returns how many people.

    Raises RefusedError for a number that somebody else has, InvalidRecord for what cannot be read.
    """
    for each in returned:
        _take_one(session, each)
    return len(returned)


def _take_one(session: Session, each: Returned) -> None:
    texts = {"number": each.number, "hours": each.hours, "issued_on": each.issued_on}
    values = parse_values(Certificate, texts)
    if not values.get("number") or not values.get("issued_on"):
        raise RefusedError("证书编号和发证日期都要填写，没有登记")
    trainee = load_one(session, Enrolment, each.enrolment)
    training_class = load_one(session, TrainingClass, trainee.content["training_class"]) if trainee else None
    if trainee is None or training_class is None:
        raise RefusedError("这名学员或培训班已被删除，没有登记")
    programme = load_one(session, Programme, training_class.content.get("programme", ""))
    source: Content = programme.content if programme is not None else {}
    issuer = source.get("organiser") or source.get("base")
    if not issuer:
        raise RefusedError("培训项目没有填写主办单位，没有登记证书；请先在“项目”页填写主办单位，即发证单位")
    known = find(session, Certificate, {"number": values["number"]}).values()
    if any(other.content.get("enrolment") != each.enrolment for other in known):
        raise RefusedError(f"证书编号“{each.number}”已登记给别人，没有登记；请核对证书")
    content = {**values, "enrolment": each.enrolment, "kind": _GRADUATION, "issuer": issuer}
    mine = find(session, Certificate, {"enrolment": each.enrolment})
    save(session, Certificate, content, uid=next(iter(mine), None))
    if "teacher" in trainee.content and values.get("hours"):
        activity = source.get("name") or training_class.content["name"]
        entry = {**_hours_entry(source, values), "activity": activity, "teacher": trainee.content["teacher"]}
        entered = find(session, HoursEntry, {"enrolment": each.enrolment})
        save(session, HoursEntry, {**entry, "enrolment": each.enrolment}, uid=next(iter(entered), None))


def _hours_entry(programme: Content, certificate: Content) -> Content:
    """What programme and certificate say of the hours; whose they are is added by the caller."""
    return {
        "year": int(str(certificate["issued_on"])[:4]),
        "kind": _TRAINING,
        "level": programme.get("level"),
        "hours": certificate["hours"],
        "date": certificate["issued_on"],
        "certificate_no": certificate["number"],
        "organiser": programme.get("organiser"),
    }
