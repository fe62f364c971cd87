"""The register of certificates: the numbers of one issuer and year in order, and those that are missing."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from desktop.models import Certificate
from desktop.models.base import Content
from desktop.queries.policies import Policies
from desktop.rules.certificates import gaps
from desktop.store.records import Stored, find


@dataclass(frozen=True, slots=True)
class Register:
    """Certificates in the order of their numbers, voided ones too, and numbers below the last that nobody holds."""

    certificates: tuple[Stored, ...]
    gaps: tuple[str, ...]


def certificate_register(session: Session, office: Content, year: int) -> Register:
    """The certificates that an office issued in a year."""
    issued = find(session, Certificate, {"issuer": office["name"]}).values()
    of_year = [each for each in issued if each.content.get("issued_on", "").startswith(str(year))]
    series = Policies(session).value("training.certificate_series", year) or office["code"]
    lost = gaps((each.content["number"] for each in issued), year, series)
    return Register(tuple(sorted(of_year, key=lambda each: str(each.content["number"]))), tuple(lost))
