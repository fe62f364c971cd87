"""Who came into the stock of backbone teachers between two days, who left it, and why (domain §8.5, F40).

The stock of a day are the persons with an appointment in force, each counted once, at the highest tier (BB-16), at the
school where they work on that day. It is computed by itself for both days; what lies between is followed step by
step, each day on which anything of a person changed, and every step needs a registered cause. So
opening + in − out = closing is a check and not a definition, and where it fails `Flows.unexplained` names the persons.

- A person appointed again by the next document to the same tier stays in the stock: neither in nor out, also where
  the new document came later than the end of the old term, if both lie between the two days.
- A step from one tier to a higher one is a promotion: out of the lower, into the higher. A lower appointment that was
  never closed does not count while the higher one is in force.
- A person who falls back on a lower tier that is still in force leaves the higher one for its own reason and comes
  into the lower one as OTHER_IN; so does one whose revocation was taken back.
- A step from one school to another of the same office is out of one and into the other; a merger is one too.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Final, NamedTuple

from sqlalchemy.orm import Session

from desktop.models import Appointment, AppointmentEvent, Cohort, Employment, School
from desktop.models.base import Content
from desktop.queries.people import schools_from
from desktop.queries.terms import CycleYears, Term, cycle_years, term_of
from desktop.rules.dates import first_day, last_day
from desktop.rules.states import State
from desktop.store.records import load

_DAY: Final = timedelta(days=1)


class Cause(StrEnum):
    """Why somebody came into the stock of a tier and school, or left it."""

    NEW = "new"
    PROMOTED_IN = "promoted_in"
    MOVED_IN = "moved_in"
    OTHER_IN = "other_in"
    PROMOTED_OUT = "promoted_out"
    REVOKED = "revoked"
    EXPIRED = "expired"
    RESIGNED = "resigned"
    RETIRED = "retired"
    DECEASED = "deceased"
    MOVED_OUT = "moved_out"


IN: Final = (Cause.NEW, Cause.PROMOTED_IN, Cause.MOVED_IN, Cause.OTHER_IN)
OUT: Final = (
    Cause.PROMOTED_OUT,
    Cause.REVOKED,
    Cause.EXPIRED,
    Cause.RESIGNED,
    Cause.RETIRED,
    Cause.DECEASED,
    Cause.MOVED_OUT,
)

_CAUSES: Final = {
    State.PROMOTED: Cause.PROMOTED_OUT,
    State.EXPIRED: Cause.EXPIRED,
    State.REAPPOINTED: Cause.EXPIRED,
    State.REVOKED: Cause.REVOKED,
    State.RESIGNED: Cause.RESIGNED,
    State.RETIRED: Cause.RETIRED,
    State.DECEASED: Cause.DECEASED,
    State.MOVED_OUT: Cause.MOVED_OUT,
}
_BRIDGED: Final = frozenset({State.EXPIRED, State.REAPPOINTED})
"""How an appointment ends when the next document may still come: the days between are no absence."""


class Place(NamedTuple):
    """Where a person counts: code of the tier, uid of the school ("" where no employment tells it)."""

    tier: str
    school: str


@dataclass(frozen=True, slots=True)
class Movement:
    """One person who came into the stock of a place or left it."""

    teacher: str
    place: Place
    cause: Cause
    day: date


@dataclass(frozen=True, slots=True)
class Unexplained:
    """One step of a person that nothing registered explains; None stands for being in no stock."""

    teacher: str
    day: date
    before: Place | None
    after: Place | None


@dataclass(frozen=True, slots=True)
class FlowRow:
    """The account of one tier at one school."""

    place: Place
    opening: int
    causes: Mapping[Cause, int]
    closing: int

    @property
    def arrived(self) -> int:
        """All who came in."""
        return sum(self.causes.get(cause, 0) for cause in IN)

    @property
    def left(self) -> int:
        """All who went out."""
        return sum(self.causes.get(cause, 0) for cause in OUT)

    @property
    def is_reconciled(self) -> bool:
        """Whether opening + in − out = closing."""
        return self.opening + self.arrived - self.left == self.closing


@dataclass(frozen=True, slots=True)
class Flows:
    """The account of all tiers and schools between two days."""

    rows: tuple[FlowRow, ...]
    movements: tuple[Movement, ...]
    unexplained: tuple[Unexplained, ...]


@dataclass(frozen=True)
class Histories:
    """All that decides who counts where on any day: contents by uid, events in the order they happened."""

    appointments: Mapping[str, Content]
    cohorts: Mapping[str, Content]
    events: Sequence[Content]
    employments: Sequence[Content]
    schools: Mapping[str, Content]
    years: CycleYears


def in_force(term: Term, day: date) -> bool:
    """Whether the appointment of a term counts at `day`, the day for which the term was asked."""
    return term.is_valid and (term.start is None or first_day(term.start) <= day)


def load_histories(session: Session) -> Histories:
    """Everything once from the database."""
    events = sorted(load(session, AppointmentEvent).items(), key=lambda item: (item[1].content["date"], item[0]))
    return Histories(
        appointments={uid: record.content for uid, record in load(session, Appointment).items()},
        cohorts={uid: record.content for uid, record in load(session, Cohort).items()},
        events=[record.content for _, record in events],
        employments=[record.content for record in load(session, Employment).values()],
        schools={uid: record.content for uid, record in load(session, School).items()},
        years=cycle_years(session),
    )


def flows_between(histories: Histories, opening: date, closing: date) -> Flows:
    """The account from the evening of `opening` to the evening of `closing`."""
    movements: list[Movement] = []
    unexplained: list[Unexplained] = []
    opened: Counter[Place] = Counter()
    closed: Counter[Place] = Counter()
    for person in _people(histories):
        opened.update(filter(None, [person.place(opening)]))
        closed.update(filter(None, [person.place(closing)]))
        for step in person.steps(opening, closing):
            found = list(person.explain(step))
            movements += found
            if not found:
                unexplained.append(Unexplained(person.teacher, step.day, step.before, step.after))
    return Flows(_rows(opened, movements, closed), tuple(movements), tuple(unexplained))


def _rows(opened: Counter[Place], movements: Iterable[Movement], closed: Counter[Place]) -> tuple[FlowRow, ...]:
    causes: defaultdict[Place, Counter[Cause]] = defaultdict(Counter)
    for movement in movements:
        causes[movement.place][movement.cause] += 1
    places = sorted({*opened, *closed, *causes})
    return tuple(FlowRow(place, opened[place], causes[place], closed[place]) for place in places)


def _people(histories: Histories) -> Iterator["_Person"]:
    appointments: defaultdict[str, list[str]] = defaultdict(list)
    for uid, content in histories.appointments.items():
        appointments[content["teacher"]].append(uid)
    events: defaultdict[str, list[Content]] = defaultdict(list)
    for event in histories.events:
        events[event["appointment"]].append(event)
    employments: defaultdict[str, list[Content]] = defaultdict(list)
    for employment in histories.employments:
        employments[employment["teacher"]].append(employment)
    for teacher, uids in appointments.items():
        own = [_Tenure(histories, histories.appointments[uid], tuple(events[uid])) for uid in uids]
        yield _Person(teacher, own, employments[teacher], histories.schools)


@dataclass(frozen=True, slots=True)
class _Step:
    """A change of place; `ended` is how the appointment left behind ended."""

    day: date
    before: Place | None
    after: Place | None
    ended: State | None = None


@dataclass(frozen=True)
class _Tenure:
    """One appointment with its events."""

    histories: Histories
    content: Content
    events: tuple[Content, ...]

    @property
    def tier(self) -> str:
        """The code of the tier."""
        return str(self.content["tier"])

    def term(self, day: date) -> Term:
        """The term as it stands at a day."""
        past = [event for event in self.events if event["date"] <= day.isoformat()]
        histories = self.histories
        return term_of(self.content, histories.cohorts, past[-1] if past else None, histories.years, day)

    def counts(self, day: date) -> bool:
        """Whether the appointment is in force."""
        return in_force(self.term(day), day)

    def starts(self) -> date | None:
        """The first day of the term, None where it is not known."""
        start = self.term(date.max).start
        return first_day(start) if start else None

    def days(self) -> Iterator[date]:
        """The days on which the appointment may begin or cease to count."""
        term = self.term(date.max)
        if term.start:
            yield first_day(term.start)
        if term.end:
            yield last_day(term.end) + _DAY
        yield from (date.fromisoformat(event["date"]) for event in self.events)


@dataclass(frozen=True)
class _Person:
    """One teacher with all appointments and employments."""

    teacher: str
    tenures: list[_Tenure]
    employments: list[Content]
    schools: Mapping[str, Content]

    def place(self, day: date) -> Place | None:
        """Where the person counts at a day."""
        tiers = [tenure.tier for tenure in self.tenures if tenure.counts(day)]
        if not tiers:
            return None
        return Place(min(tiers), schools_from(self.employments, self.schools, day).get(self.teacher, ""))

    def steps(self, opening: date, closing: date) -> list[_Step]:
        """The changes of place after `opening` up to `closing`, with the days between two documents bridged."""
        days = sorted({day for day in self._days() if opening < day <= closing})
        places = [(opening, self.place(opening)), *((day, self.place(day)) for day in days)]
        steps: list[_Step] = []
        for (_, before), (day, after) in pairwise(places):
            if before == after:
                continue
            step = _Step(day, before, after, self._ending(before, after, day))
            last = steps[-1] if steps else None
            if before is None and last is not None and last.ended in _BRIDGED:
                steps.pop()
                step = _Step(day, last.before, after, last.ended)
            if step.before != step.after:
                steps.append(step)
        return steps

    def _days(self) -> Iterator[date]:
        for tenure in self.tenures:
            yield from tenure.days()
        for employment in self.employments:
            if employment.get("start"):
                yield first_day(employment["start"])
            if employment.get("end"):
                yield last_day(employment["end"]) + _DAY
        yield from (first_day(school["merged_on"]) for school in self.schools.values() if school.get("merged_on"))

    def _ending(self, before: Place | None, after: Place | None, day: date) -> State | None:
        """How the appointment of the tier that is left ended on this day."""
        if before is None or (after is not None and after.tier <= before.tier):
            return None
        for tenure in self.tenures:
            if tenure.tier == before.tier and tenure.counts(day - _DAY) and not tenure.counts(day):
                return tenure.term(day).status
        return None

    def explain(self, step: _Step) -> Iterator[Movement]:
        """The movements that make up a step; none if nothing registered explains it."""
        before, after = step.before, step.after
        pair: tuple[Cause | None, Cause | None]
        if before is not None and after is not None and before.tier == after.tier:
            known = before.school and after.school
            pair = (Cause.MOVED_OUT, Cause.MOVED_IN) if known else (None, None)
        elif before is not None and after is not None and after.tier < before.tier:
            pair = (Cause.PROMOTED_OUT, Cause.PROMOTED_IN)
        else:
            pair = (_CAUSES.get(step.ended) if step.ended else None, self._arrival(step))
        if (before is not None and pair[0] is None) or (after is not None and pair[1] is None):
            return
        for place, cause in zip((before, after), pair, strict=True):
            if place is not None and cause is not None:
                yield Movement(self.teacher, place, cause, step.day)

    def _arrival(self, step: _Step) -> Cause | None:
        """Why somebody came into a tier from below or from nowhere; None for who did not come."""
        if step.after is None:
            return None
        tier = step.after.tier
        if not any(tenure.tier == tier and tenure.starts() == step.day for tenure in self.tenures):
            return Cause.OTHER_IN
        lower = (tenure.term(step.day).status for tenure in self.tenures if tenure.tier > tier)
        return Cause.PROMOTED_IN if State.PROMOTED in lower else Cause.NEW
