"""Certificates: who of a class is entitled and holds one; the register of an issuer and year, with what is missing."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from desktop.models import Certificate, Teacher
from desktop.models.base import Content
from desktop.queries.offices import own_office
from desktop.queries.policies import Policies
from desktop.queries.training.results import TraineeResult, class_results
from desktop.queries.training.roll import Listed, class_roll
from desktop.rules.certificates import gaps, serials
from desktop.rules.hours import hours_text, tenths
from desktop.rules.training_results import Grade
from desktop.store.records import Stored, field_names, load
from desktop.store.scan import scan

GRADUATION: Final = "1"
"""结业证书 of certificate_kind."""
EXCELLENCE: Final = "2"
"""优秀学员证书, only for those graded 优."""


@dataclass(frozen=True, slots=True)
class Register:
    """Certificates in the order of their numbers, voided ones too, and numbers below the last that nobody holds."""

    certificates: tuple[Stored, ...]
    gaps: tuple[str, ...]


def certificate_register(session: Session, office: Content, year: int) -> Register:
    """The certificates that an office issued in a year, under a former name of its own too."""
    issued = [each for each in load(session, Certificate).values() if each.origin == office["code"]]
    series = series_of(session, office, year)
    of_year = [
        each
        for each in issued
        if each.content.get("issued_on", "").startswith(str(year)) and is_issued_by(each.content, office, series)
    ]
    lost = gaps((each.content["number"] for each in issued), year, series)
    return Register(tuple(sorted(of_year, key=lambda each: str(each.content["number"]))), tuple(lost))


def series_of(session: Session, office: Content, year: int) -> str:
    """The mark in the numbers of an office: by policy, else its code."""
    return str(Policies(session).value("training.certificate_series", year) or office["code"])


def is_issued_here(session: Session, content: Content) -> bool:
    """Whether a certificate is this office's, and not one that came back from above."""
    office, issued = own_office(session), content.get("issued_on")
    series = series_of(session, office, int(issued[:4])) if issued else ""
    return is_issued_by(content, office, series)


def is_issued_by(content: Content, office: Content, series: str) -> bool:
    """Whether an office issued a certificate: by name, or by its series where the office was renamed since."""
    year = content.get("issued_on", "")[:4]
    return content["issuer"] == office["name"] or bool(year and serials([content["number"]], int(year), series))


@dataclass(frozen=True, slots=True)
class Holder:
    """One trainee of a class: who, what came of it, the certificates ever issued by number, and the photo's hash."""

    person: Listed
    found: TraineeResult
    certificates: tuple[Stored, ...]
    photo: str
    origin: str
    """The office that writes the teacher, and may add the photo; "" for a walk-in."""

    def valid(self, kind: str) -> Stored | None:
        """The certificate of a kind that is not void."""
        fitting = (each for each in self.certificates if each.content.get("kind", GRADUATION) == kind)
        return next((each for each in fitting if "voided_on" not in each.content), None)

    def why_not(self, kind: str) -> str:
        """Why no certificate of a kind may be issued; empty where it may."""
        return why_not_entitled(self.found, kind)

    def doubt(self, kind: str, hours: str) -> str:
        """What the certificate in force no longer agrees with; `hours` are those of the class now, packed."""
        held = self.valid(kind)
        if held is None:
            return ""
        found = [f"已发证而现在{why}，请核对成绩，必要时作废"] if (why := self.why_not(kind)) else []
        printed = held.content.get("hours", hours)
        if printed != hours:
            now, then = hours_text(tenths(hours)), hours_text(tenths(printed))
            found.append(f"证书上是 {then} 学时，培训班现在是 {now} 学时，请核对，必要时换发")
        return "；".join(found)


@dataclass(frozen=True, slots=True)
class ClassCertificates:
    """The trainees of a class by number, and the register of its year."""

    holders: list[Holder]
    register: Register
    hours: str


def why_not_entitled(found: TraineeResult, kind: str) -> str:
    """Why a trainee gets no certificate of a kind, in a few words; empty for who is entitled."""
    result = found.result
    if result.is_entitled:
        return "" if kind != EXCELLENCE or result.grade is Grade.EXCELLENT else "等级不是优"
    if result.missing:
        return f"成绩未齐：{'、'.join(result.missing)}"
    if result.makeups:
        return f"待补考：{'；'.join(result.makeups.values())}"
    return result.reasons[-1] if result.reasons else "不及格"


def class_certificates(session: Session, policies: Policies, uid: str, year: int) -> ClassCertificates:
    """Everything the certificate page of a class shows, with the register of a year."""
    results = class_results(session, policies, uid)
    people = class_roll(session, uid)
    teachers = {each.uid: each for each in scan(session, Teacher, ("photo",), [who.teacher for who in people])}
    issued: dict[str, list[Stored]] = defaultdict(list)
    for each in scan(session, Certificate, field_names(Certificate), [who.uid for who in people], by="enrolment"):
        issued[each.content["enrolment"]].append(each)
    holders = []
    for person, found in zip(people, results.trainees, strict=True):
        teacher = teachers.get(person.teacher)
        certificates = tuple(sorted(issued[person.uid], key=lambda each: str(each.content["number"])))
        photo = teacher.content.get("photo", "") if teacher is not None else ""
        holders.append(Holder(person, found, certificates, photo, teacher.origin if teacher is not None else ""))
    office = own_office(session)
    return ClassCertificates(holders, certificate_register(session, office, year), results.content.get("hours", ""))
