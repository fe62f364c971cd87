"""The terms of appointments (domain BB-4, BB-5) and the state in which each stands at a day (BB-2)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from desktop.errors import RefusedError
from desktop.models import Appointment, AppointmentEvent, Cohort
from desktop.models.base import Content
from desktop.queries.policies import Policies
from desktop.rules.dates import first_day, last_day
from desktop.rules.states import State
from desktop.rules.terms import term_end
from desktop.store.records import load

VALID: Final = State.APPOINTED
"""The state in which an appointment counts."""

CycleYears = Callable[[str, int], int | None]
"""The years of a cycle by tier and year of appointment; None where no policy sets it."""


@dataclass(frozen=True, slots=True)
class Term:
    """From when to when an appointment runs, as partial dates, and its state at the day asked for.

    `start` is as exact as what is known (the day of the document, or the month of recognition), and `end` is as
    exact as `start`. `ended` is the day of the event that put the appointment into its state.
    """

    start: str | None
    end: str | None
    status: State
    ended: str | None = None

    @property
    def start_month(self) -> str | None:
        """The month of the start, or the year where no month is known."""
        return self.start[:7] if self.start else None

    @property
    def is_valid(self) -> bool:
        """Whether the appointment counts at the day asked for."""
        return self.status is VALID


def terms_at(session: Session, today: date) -> dict[str, Term]:
    """The term of every appointment by its uid."""
    cohorts = {uid: record.content for uid, record in load(session, Cohort).items()}
    events = latest_events(session, today)
    years = cycle_years(session)
    return {
        uid: term_of(record.content, cohorts, events.get(uid), years, today)
        for uid, record in load(session, Appointment).items()
    }


def latest_events(session: Session, today: date) -> dict[str, Content]:
    """The last event up to `today` of each appointment that has one; of two on one day the one entered last."""
    found: dict[str, Content] = {}
    events = sorted(load(session, AppointmentEvent).items(), key=lambda item: (item[1].content["date"], item[0]))
    for _, record in events:
        if record.content["date"] <= today.isoformat():
            found[record.content["appointment"]] = record.content
    return found


def cycle_years(session: Session) -> CycleYears:
    """The look-up of the years of a cycle in the policies, each read once."""
    policies = Policies(session)
    known: dict[tuple[str, int], int | None] = {}

    def look_up(tier: str, year: int) -> int | None:
        if (tier, year) not in known:
            try:
                known[tier, year] = int(policies.value(f"backbone.cycle_years.tier{tier}", year))
            except RefusedError:
                known[tier, year] = None
        return known[tier, year]

    return look_up


def term_of(
    appointment: Content,
    cohorts: Mapping[str, Content],
    event: Content | None,
    years: CycleYears,
    today: date,
) -> Term:
    """The term of one appointment; it runs from its document's date, or from the time of recognition till then."""
    cohort = cohorts.get(appointment.get("cohort", ""), {})
    start = cohort.get("issue_date") or appointment.get("recognized_on")
    end = None
    if start:
        length = cohort.get("cycle_years") or years(appointment["tier"], first_day(start).year)
        end = end_of_term(start, length) if length else None
    status = State(event["status"]) if event else VALID
    if status is VALID and end and last_day(end) < today:
        status = State.EXPIRED
    return Term(start, end, status, event["date"] if event else None)


def end_of_term(start: str, length: int) -> str:
    """The last day of a term; where only month or year of the start are known, the latest month or year it may be."""
    if len(start) == len("2024-03-15"):
        return term_end(date.fromisoformat(start), length).isoformat()
    return f"{int(start[:4]) + length:04d}{start[4:]}"
