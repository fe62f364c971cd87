"""The timetable of a class as its week view shows it: sessions with what they are, and clashes in sentences."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.orm import Session

from desktop.models.base import Content
from desktop.queries.directory import Directory
from desktop.queries.policies import Policies
from desktop.queries.training.attendance import part_marks, year_of
from desktop.queries.training.classes import courses_of, is_held, session_text, sessions_of
from desktop.queries.training.courses import CourseRow, scheduled_hours
from desktop.queries.training.lecturers import lecturer_of
from desktop.queries.training.occupied import Occupied, occupied
from desktop.queries.training.timetable import clash_sentence, is_settled, outside_sentence, timetable_clashes
from desktop.rules.hours import hours_text, tenths_of
from desktop.store.records import Stored


@dataclass(frozen=True, slots=True)
class SessionEntry:
    """One session: what is taught, by whom and where; what it clashes with; whether a change of its time is history."""

    stored: Stored
    title: str
    teacher: str
    clashes: tuple[str, ...] = ()
    is_settled: bool = False
    went: str = ""
    """Of a moved session: when it is held instead."""
    parts: tuple[str, ...] = ()
    """Who is written to have missed a part of it, with the hours."""

    @property
    def is_held(self) -> bool:
        """Whether it takes place."""
        return is_held(self.stored)

    @property
    def when(self) -> tuple[str, str]:
        """Day and half-day."""
        return self.stored.content["date"], self.stored.content["half"]


@dataclass(frozen=True, slots=True)
class ClassTimetable:
    """All sessions of a class in order of time, its courses, and the names that forms show."""

    content: Content
    entries: tuple[SessionEntry, ...]
    courses: tuple[CourseRow, ...]
    half_day: int
    """Tenths of an hour of a half-day, by policy."""
    names: Directory
    occupied: Occupied

    @property
    def clashes(self) -> list[str]:
        """Every clash once."""
        return list(dict.fromkeys(text for each in self.entries for text in each.clashes))

    @property
    def beginning(self) -> tuple[str, str]:
        """When the class and its sessions begin; where that changes, the week that was shown has lost its sense."""
        return str(self.content.get("start", "")), min((each.when[0] for each in self.entries), default="")

    def of_week(self, monday: date) -> list[SessionEntry]:
        """The sessions of the week that begins on a Monday."""
        first, last = monday.isoformat(), (monday + timedelta(days=6)).isoformat()
        return [each for each in self.entries if first <= each.when[0] <= last]

    def first_monday(self, today: date) -> date:
        """The week to open: this one while the class runs, else that of its first session or first day."""
        days = [each.when[0] for each in self.entries] or [each for each in (self.content.get("start"),) if each]
        if not days:
            return monday_of(today)
        first, last = date.fromisoformat(min(days)), date.fromisoformat(max(days))
        return monday_of(today if first <= today <= last else first)


def monday_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def class_timetable(session: Session, uid: str) -> ClassTimetable:
    """The timetable of one class."""
    names, policies = Directory(session), Policies(session)
    content = names.content("classes", uid)
    programmes = {each: record.content for each, record in names.records("programmes").items()}
    year = year_of(content, programmes)
    sessions = sessions_of(session, uid)
    went = {each.content["replaces"]: session_text(each) for each in sessions if "replaces" in each.content}
    clashing: dict[str, list[str]] = defaultdict(list)
    parts: dict[str, list[str]] = defaultdict(list)
    for part in part_marks(session, (uid,)):
        who = names.name("enrolments", part.enrolment)
        parts[part.session].append(f"{who} {hours_text(part.missed)} 学时")
        clashing[part.session] += [f"{who} {part.sentence}"] if part.sentence else []
    for lesson in filter(is_held, sessions):
        outside = outside_sentence(content, lesson)
        clashing[lesson.uid] += [outside] if outside else []
    for clash in timetable_clashes(names, uid):
        for each in (clash.one, clash.other):
            clashing[each].append(clash_sentence(names, clash))
    entries = tuple(
        SessionEntry(
            each,
            _title(names, each.content),
            lecturer_of(names, each.content).name,
            tuple(dict.fromkeys(clashing[each.uid])),
            is_settled(session, content, each),
            went.get(each.uid, ""),
            tuple(parts[each.uid]),
        )
        for each in sessions
    )
    scheduled = scheduled_hours(session, uid)
    courses = tuple(CourseRow(each, scheduled.get(each.uid, 0)) for each in courses_of(session, uid))
    half_day = tenths_of(policies.value("training.hours_per_half_day", year))
    return ClassTimetable(content, entries, courses, half_day, names, occupied(names, uid))


def _title(names: Directory, content: Content) -> str:
    """The course, else the activity, else that it is not said."""
    course = names.content("courses", content.get("course", ""))
    return str(course.get("name") or content.get("activity") or "未定内容")
