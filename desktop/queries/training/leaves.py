"""Leave in a class: the sessions and courses that a slip covers, who must agree to it, who did not (TR-9, TR-16)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy.orm import Session

from desktop.codes import table
from desktop.models import Leave, Programme, TrainingClass
from desktop.models.base import Content
from desktop.queries.policies import Policies
from desktop.queries.training.attendance import NO_COURSE, absence_rules, year_of
from desktop.queries.training.classes import courses_of, is_held
from desktop.queries.training.grid import Grid, class_grid
from desktop.queries.training.roll import Listed, class_roll
from desktop.rules.absence import AbsenceRules, Mark, judge
from desktop.rules.hours import tenths
from desktop.store.records import Stored, field_names, load, load_one
from desktop.store.scan import scan

MARK_OF_KIND: Final = {"1": Mark.SICK, "2": Mark.PERSONAL, "3": Mark.OFFICIAL, "4": Mark.OFFICIAL}
"""The mark of a kind of leave: 产假 counts as 公假 (TR-14); 婚假, 丧假 and others as 事假."""


def covered_sessions(sessions: Iterable[Stored], leave: Mapping[str, Any]) -> list[Stored]:
    """The sessions that take place between the half-days of a slip, of one who came back sooner before his return."""
    first = (leave["start"], leave.get("start_half") or "1")
    last = (leave["end"], leave.get("end_half") or "3")
    back = (leave.get("returned_on") or "9", leave.get("returned_half") or "9")
    found = ((each, (each.content["date"], each.content["half"])) for each in sessions if is_held(each))
    return [each for each, when in found if first <= when <= last and when < back]


def half_day_text(leave: Mapping[str, Any], day: str, half: str, otherwise: str) -> str:
    """2026-07-09上午: one end of a slip by the names of its day and its half-day; empty where there is no day."""
    code = leave.get(half) or otherwise
    return f"{leave.get(day) or ''}{table('day_part').label(code) if code and leave.get(day) else ''}"


def is_shortened(leave: Mapping[str, Any]) -> bool:
    """Whether somebody came back before the end that was approved."""
    back = (leave.get("returned_on") or "9", leave.get("returned_half") or "9")
    return back <= (leave["end"], leave.get("end_half") or "3")


def leave_days(leave: Mapping[str, Any]) -> int:
    """The days of a slip, the first and the last counted."""
    return (date.fromisoformat(leave["end"]) - date.fromisoformat(leave["start"])).days + 1


def needed_approvers(days: int, levels: list[list[Any]], always: list[str]) -> list[str]:
    """The codes of leave_approver that a leave of so many days needs (TR-9, TR-16): policy gives words by days."""
    words = table("leave_approver")
    by_length = next((word for most, word in levels if days <= most), levels[-1][1])
    return [words.read(word) for word in dict.fromkeys((*always, by_length))]


def is_refused(content: Content) -> bool:
    """Whether one of those who must agree did not."""
    return any(line.get("agrees") == 0 for line in content.get("approvals", ()))


@dataclass(frozen=True, slots=True)
class LeaveRules:
    """What policy asks of a leave in the year of a class: who by length, and who always."""

    levels: list[list[Any]]
    always: list[str]

    def needed(self, leave: Mapping[str, Any]) -> list[str]:
        """The codes of those who must agree to a slip."""
        return needed_approvers(leave_days(leave), self.levels, self.always)

    def lacking(self, leave: Mapping[str, Any]) -> list[str]:
        """The codes of those who must agree and have not."""
        agreed = {line["by"] for line in leave.get("approvals", ()) if line.get("agrees")}
        return [code for code in self.needed(leave) if code not in agreed]


@dataclass(frozen=True, slots=True)
class Counted:
    """The absence of a class as it stands: marks and sums, its courses with their tenths, all its tenths, the rules."""

    grid: Grid
    courses: dict[str, tuple[str, int]]
    total: int
    rules: AbsenceRules

    def with_leave(self, who: str, mark: Mark, sessions: Iterable[Stored]) -> list[str]:
        """What the one-third rules say if a trainee misses these sessions too; those he missed count once."""
        attended = self.grid.attendance.get(who)
        if attended is None or not self.rules.counts(mark):
            return []
        absent = {course: tally.absent for course, tally in attended.courses.items()}
        for each in sessions:
            cell = self.grid.cells.get((who, each.uid))
            if cell is None or not cell.mark:
                course = each.content.get("course", NO_COURSE)
                absent[course] = absent.get(course, 0) + tenths(each.content["hours"])
        known = {uid: (*self.courses[uid], missed) for uid, missed in absent.items() if uid in self.courses}
        verdict = judge(known, sum(absent.values()), self.total, self.rules)
        failed = [verdict.failed] if verdict.failed else []
        return [*failed, *verdict.cancelled.values(), *verdict.warnings]


@dataclass(frozen=True, slots=True)
class ClassLeaves:
    """The slips of a class in order of time, its people, sessions and the names of its courses, and the rules."""

    leaves: list[Stored]
    people: dict[str, Listed]
    sessions: list[Stored]
    courses: dict[str, str]
    rules: LeaveRules
    counted: Counted

    def consequence(self, leave: Mapping[str, Any]) -> list[str]:
        """What absence would do to the trainee with a slip, in sentences; nothing where leave is no absence."""
        covered = covered_sessions(self.sessions, leave)
        return self.counted.with_leave(leave["enrolment"], MARK_OF_KIND.get(leave["kind"], Mark.PERSONAL), covered)

    def missed(self, leave: Mapping[str, Any]) -> tuple[list[str], int]:
        """The courses that a slip covers, and the tenths of its sessions."""
        covered = covered_sessions(self.sessions, leave)
        return course_names(covered, self.courses), sum(tenths(each.content["hours"]) for each in covered)

    def hours(self, leave: Mapping[str, Any]) -> int:
        """The tenths of a slip: those written on it, unless its person came back sooner, else those of its sessions."""
        written = 0 if is_shortened(leave) else tenths(leave.get("hours"))
        return written or self.missed(leave)[1]


def course_names(sessions: Iterable[Stored], courses: Mapping[str, str]) -> list[str]:
    """What is taught in some sessions, each course or activity once."""
    named = (courses.get(each.content.get("course", "")) or each.content.get("activity", "") for each in sessions)
    return list(dict.fromkeys(filter(None, named)))


def leave_rules(policies: Policies, year: int) -> LeaveRules:
    """The rules in force in a year."""
    return LeaveRules(policies.value("training.leave_levels", year), policies.value("training.leave_approvers", year))


def class_leaves(session: Session, policies: Policies, uid: str) -> ClassLeaves:
    """Everything the leave page of a class shows."""
    people = {each.uid: each for each in class_roll(session, uid)}
    slips = list(scan(session, Leave, (*field_names(Leave), "approvals"), people, by="enrolment"))
    grid = class_grid(session, policies, uid)
    record = load_one(session, TrainingClass, uid)
    content = record.content if record is not None else {}
    programmes = {each: found.content for each, found in load(session, Programme).items()}
    year = year_of(content, programmes)
    courses = {each.uid: (each.content["name"], tenths(each.content["hours"])) for each in courses_of(session, uid)}
    total = tenths(content.get("hours")) or sum(hours for _, hours in courses.values())
    counted = Counted(grid, courses, total, absence_rules(policies, year))
    slips.sort(key=lambda each: (each.content["start"], each.uid))
    taught = {each: name for each, (name, _hours) in courses.items()}
    return ClassLeaves(slips, people, grid.sessions, taught, leave_rules(policies, year), counted)
