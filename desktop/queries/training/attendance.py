"""Attendance of trainees by course and in all, added up by the database, and what the one-third rules say of it."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Integer, Select, case, cast, func, select
from sqlalchemy.orm import Session

from desktop.codes import table
from desktop.models import Course, Enrolment, Mark, Programme, SignInSheet, TrainingClass, TrainingSession
from desktop.models.base import Content
from desktop.queries.policies import Policies
from desktop.rules import absence
from desktop.rules.absence import AbsenceRules, Tally, Verdict
from desktop.rules.hours import hours_text, read_fraction, tenths, tenths_of
from desktop.store.records import load
from desktop.store.tables import plain_table

NO_COURSE: Final = ""
"""Where sessions stand that belong to no course, such as the opening."""

MARKS: Final = plain_table(Mark)
SHEETS: Final = plain_table(SignInSheet)
SESSIONS: Final = plain_table(TrainingSession)
_COURSES: Final = plain_table(Course)
_ENROLMENTS: Final = plain_table(Enrolment)
_WHOLE: Final = [str(each) for each in absence.FULLY_THERE]
HELD: Final = "1"
"""The state of a session that takes place; also meant where none is written."""


@dataclass(slots=True)
class Attendance:
    """One trainee: tallies by course (NO_COURSE for the rest) and in all, and the verdict."""

    courses: dict[str, Tally] = field(default_factory=dict)
    total: Tally = field(default_factory=Tally)
    verdict: Verdict = field(default_factory=lambda: Verdict({}, "", (), ()))


def absence_rules(policies: Policies, year: int) -> AbsenceRules:
    """The rules of absence in force in a year."""
    words = table("leave_kind")
    marks = {words.find("病"): absence.Mark.SICK, words.find("事"): absence.Mark.PERSONAL}
    marks[words.find("公")] = absence.Mark.OFFICIAL
    spared = policies.value("training.leave_kinds_not_counted", year)
    return AbsenceRules(
        course_fraction=read_fraction(policies.value("training.course_absence_fraction", year)),
        total_fraction=read_fraction(policies.value("training.total_absence_fraction", year)),
        leave_counts=policies.value("training.approved_leave_counts_absent", year),
        leave_not_counted=frozenset(str(marks[code]) for kind in spared if (code := words.find(kind)) in marks),
        late_early_per_absence=policies.value("training.late_early_per_absence", year),
        personal_leave_per_absence=policies.value("training.personal_leave_per_absence", year),
        counts_before_joining=policies.value("training.count_hours_before_joining", year),
        warning=tenths_of(policies.value("training.absence_warning_hours", year)),
    )


def year_of(content: Content, programmes: dict[str, Content]) -> int:
    """The year whose regulation a class goes by: that of its programme, else that in which it began."""
    programme = programmes.get(content.get("programme", ""), {})
    year: int = programme.get("year") or int(content.get("start", "2026")[:4])
    return year


MarkSum = tuple[str, str | None, str, int, int, int]
"""Enrolment, course, mark; how many, tenths of their sessions, tenths missed."""


def attendance(
    session: Session,
    policies: Policies,
    classes: Collection[str] | None = None,
    *,
    sums: Iterable[MarkSum] | None = None,
) -> dict[str, Attendance]:
    """The attendance of every trainee of some classes, or of all, by the uid of the enrolment.

    `sums` are the marks of sessions that took place, if the caller has read them already.
    """
    around = _Around(session, policies, classes)
    found: dict[str, Attendance] = {uid: Attendance() for uid in around.enrolments}
    rows = session.execute(around.marks()) if sums is None else sums
    for enrolment, course, mark, times, due, away in rows:
        if enrolment in found:
            rules = around.rules_of(enrolment)
            tally = found[enrolment].courses.setdefault(course or NO_COURSE, Tally())
            tally.add(mark, times=times, due=due, away=away, counts=rules.counts(mark))
    _add_before_joining(session, around, found)
    _add_converted(session, around, found)
    for uid, each in found.items():
        _conclude(around, uid, each)
    for part in part_marks(session, around.chosen):
        if part.sentence and part.enrolment in found:
            each = found[part.enrolment]
            each.verdict = replace(each.verdict, doubts=(*each.verdict.doubts, part.sentence))
    return found


class _Around:
    """The records around the marks of some classes, each read once."""

    def __init__(self, session: Session, policies: Policies, classes: Collection[str] | None) -> None:
        self.chosen = None if classes is None else tuple(classes)
        self.classes = {uid: record.content for uid, record in load(session, TrainingClass, self.chosen).items()}
        programmes = {uid: record.content for uid, record in load(session, Programme).items()}
        self.years = {uid: year_of(content, programmes) for uid, content in self.classes.items()}
        self.enrolments = self._enrolments(session)
        self.courses: dict[str, list[tuple[str, str, int]]] = defaultdict(list)
        live = _COURSES.c.deleted_at.is_(None)
        query = select(_COURSES.c.uid, _COURSES.c.training_class, _COURSES.c.name, _COURSES.c.hours).where(live)
        for uid, owner, name, hours in session.execute(self._of_classes(query, _COURSES.c.training_class)):
            self.courses[owner].append((uid, name, tenths(hours)))
        self._rules = {year: absence_rules(policies, year) for year in set(self.years.values())}

    def _enrolments(self, session: Session) -> dict[str, tuple[str, str | None]]:
        """Class and day of joining by enrolment."""
        columns = (_ENROLMENTS.c.uid, _ENROLMENTS.c.training_class, _ENROLMENTS.c.joined_on)
        query = select(*columns).where(_ENROLMENTS.c.deleted_at.is_(None))
        rows = session.execute(self._of_classes(query, _ENROLMENTS.c.training_class))
        return {uid: (owner, joined) for uid, owner, joined in rows if owner in self.classes}

    def _of_classes(self, query: Select[Any], column: ColumnElement[Any]) -> Select[Any]:
        return query if self.chosen is None else query.where(column.in_(self.chosen))

    def rules_of(self, enrolment: str) -> AbsenceRules:
        """The rules of the class of a trainee."""
        return self._rules[self.years[self.enrolments[enrolment][0]]]

    def any_rules(self, wanted: Callable[[AbsenceRules], bool]) -> bool:
        """Whether the rules of any of the classes have a property."""
        return any(map(wanted, self._rules.values()))

    def held(self, query: Select[Any]) -> Select[Any]:
        """Only marks of sessions that took place."""
        return self._of_classes(held_marks(query), SESSIONS.c.training_class)

    def marks(self) -> Select[Any]:
        """Enrolment, course, mark; how many, tenths of their sessions, tenths missed."""
        hours = hours_of(SESSIONS.c.hours)
        query = select(
            MARKS.c.enrolment,
            SESSIONS.c.course,
            MARKS.c.mark,
            func.count(),
            func.sum(hours),
            func.sum(missed()),
        ).select_from(MARKS)
        return self.held(query).group_by(MARKS.c.enrolment, SESSIONS.c.course, MARKS.c.mark)


def held_marks(query: Select[Any]) -> Select[Any]:
    """A query of marks joined to their sessions, of those that took place."""
    query = query.join(SHEETS, SHEETS.c.uid == MARKS.c.record_uid)
    query = query.join(SESSIONS, SESSIONS.c.uid == SHEETS.c.session)
    query = query.where(SHEETS.c.deleted_at.is_(None), SESSIONS.c.deleted_at.is_(None), is_held())
    return query.where(MARKS.c.mark.is_not(None))


def is_held() -> ColumnElement[bool]:
    """The condition that a session takes place."""
    return func.coalesce(SESSIONS.c.state, HELD) == HELD


def hours_of(column: ColumnElement[Any]) -> ColumnElement[int]:
    """Whole tenths of a number stored with one decimal."""
    return cast(func.replace(column, ".", ""), Integer)


def missed() -> ColumnElement[int]:
    """Tenths that a mark means: those written, else the whole session of somebody who was away."""
    away = MARKS.c.mark.in_([str(each) for each in absence.AWAY])
    present = MARKS.c.mark.in_(_WHOLE)
    written = func.coalesce(hours_of(MARKS.c.hours), case((away, hours_of(SESSIONS.c.hours)), else_=0))
    return case((present, 0), else_=written)


class PartMark(NamedTuple):
    """A mark with hours of its own: whose, of which session (uid, day, half-day), tenths missed and those it has."""

    enrolment: str
    session: str
    date: str
    half: str
    missed: int
    hours: int

    @property
    def sentence(self) -> str:
        """What is wrong with it; empty where no more was missed than the session has."""
        when = f"{self.date}{table('day_part').label(self.half)}"
        too_much = f"{when}登记缺课 {hours_text(self.missed)} 学时，多于该课次的 {hours_text(self.hours)} 学时，请核对"
        return too_much if self.missed > self.hours else ""


def part_marks(session: Session, classes: Collection[str] | None = None) -> list[PartMark]:
    """The marks of some classes, or of all, beside which hours are written."""
    which = [hours_of(MARKS.c.hours), hours_of(SESSIONS.c.hours)]
    query = select(MARKS.c.enrolment, SESSIONS.c.uid, SESSIONS.c.date, SESSIONS.c.half, *which).select_from(MARKS)
    query = held_marks(query).where(MARKS.c.hours.is_not(None), MARKS.c.mark.not_in(_WHOLE))
    if classes is not None:
        query = query.where(SESSIONS.c.training_class.in_(tuple(classes)))
    return [PartMark(*row) for row in session.execute(query.order_by(SESSIONS.c.date, SESSIONS.c.half))]


def _add_before_joining(session: Session, around: _Around, found: dict[str, Attendance]) -> None:
    """Sessions before a late trainee came, unless the sheet has a mark for them, are absence where policy says so."""
    late = {uid: (owner, joined) for uid, (owner, joined) in around.enrolments.items() if joined}
    for uid, (owner, joined) in late.items():
        rules = around.rules_of(uid)
        if not rules.counts_before_joining:
            continue
        for course, hours in _unmarked_before(session, uid, owner, str(joined)):
            tally = found[uid].courses.setdefault(course or NO_COURSE, Tally())
            tally.add(absence.Mark.UNEXCUSED, times=1, due=hours, away=hours, counts=True)


def _unmarked_before(session: Session, enrolment: str, owner: str, joined: str) -> Iterator[tuple[str | None, int]]:
    marked = (
        select(SHEETS.c.session)
        .join(MARKS, MARKS.c.record_uid == SHEETS.c.uid)
        .where(MARKS.c.enrolment == enrolment, MARKS.c.mark.is_not(None), SHEETS.c.deleted_at.is_(None))
    )
    query = select(SESSIONS.c.course, hours_of(SESSIONS.c.hours)).where(
        SESSIONS.c.training_class == owner,
        SESSIONS.c.deleted_at.is_(None),
        SESSIONS.c.date < joined,
        is_held(),
        SESSIONS.c.uid.not_in(marked),
    )
    yield from ((course, hours) for course, hours in session.execute(query))


def _add_converted(session: Session, around: _Around, found: dict[str, Attendance]) -> None:
    """Late comings, early leavings and personal leave that policy turns into absence."""
    if not around.any_rules(lambda rules: bool(rules.late_early_per_absence or rules.personal_leave_per_absence)):
        return
    hours = hours_of(SESSIONS.c.hours)
    query = select(MARKS.c.enrolment, MARKS.c.mark, SESSIONS.c.course, hours, missed()).select_from(MARKS)
    convertible = [str(each) for each in (absence.Mark.LATE, absence.Mark.EARLY, absence.Mark.PERSONAL)]
    query = around.held(query).where(MARKS.c.mark.in_(convertible))
    by_person: dict[str, list[tuple[str, str, int, int]]] = defaultdict(list)
    for enrolment, mark, course, whole, away in session.execute(
        query.order_by(SESSIONS.c.date, SESSIONS.c.half, SESSIONS.c.starts, SESSIONS.c.uid)
    ):
        if enrolment in found:
            counted = away if around.rules_of(enrolment).counts(mark) else 0
            by_person[enrolment].append((mark, course or NO_COURSE, whole, counted))
    for enrolment, marks in by_person.items():
        for course, added in absence.converted(marks, around.rules_of(enrolment)).items():
            found[enrolment].courses[course].absent += added


def _conclude(around: _Around, uid: str, each: Attendance) -> None:
    owner = around.enrolments[uid][0]
    for tally in each.courses.values():
        each.total.join(tally)
    if not each.total.away and not each.total.absent:
        return
    courses = {
        course: (name, hours, each.courses[course].absent)
        for course, name, hours in around.courses[owner]
        if course in each.courses
    }
    total = tenths(around.classes[owner].get("hours")) or sum(hours for _, _, hours in around.courses[owner])
    each.verdict = absence.judge(courses, each.total.absent, total, around.rules_of(uid))
