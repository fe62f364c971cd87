"""Absence from training and the one-third rules (TR-7, TR-8), counted in whole tenths of a 学时.

Absence that reaches the fraction of one course's hours cancels the score of that course; absence that reaches the
fraction of all hours fails the training. Fractions are compared by multiplication: 40 of 120 is a third, 39.5 is not.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from desktop.rules.hours import fraction_words, hours_text


class Mark(StrEnum):
    """The codes of the table attendance."""

    PRESENT = "1"
    LATE = "2"
    EARLY = "3"
    SICK = "4"
    PERSONAL = "5"
    OFFICIAL = "6"
    UNEXCUSED = "7"
    UNPLANNED = "8"
    PENDING = "9"


LEAVE: Final = frozenset({Mark.SICK, Mark.PERSONAL, Mark.OFFICIAL})
"""Absence with a slip."""

AWAY: Final = LEAVE | {Mark.UNEXCUSED, Mark.PENDING}
"""Marks of somebody who was not there; 待核 counts like 旷课 until the slip comes."""

FULLY_THERE: Final = frozenset({Mark.PRESENT, Mark.UNPLANNED})
"""Marks of somebody who missed nothing, whatever hours are written beside."""

CHARACTERS: Final = {
    Mark.PRESENT: "√",
    Mark.LATE: "迟",
    Mark.EARLY: "早",
    Mark.SICK: "病",
    Mark.PERSONAL: "事",
    Mark.OFFICIAL: "公",
    Mark.UNEXCUSED: "旷",
    Mark.UNPLANNED: "—",
    Mark.PENDING: "待",
}
"""What each mark is written as in a grid."""

_SLIPS: Final = frozenset({Mark.LATE, Mark.EARLY})


@dataclass(frozen=True, slots=True)
class AbsenceRules:
    """What regulation says of absence; fractions as (numerator, denominator), `warning` in tenths.

    `late_early_per_absence` and `personal_leave_per_absence` turn every n-th such mark into an absence of its whole
    session (TR-15); 0 is no conversion.
    """

    course_fraction: tuple[int, int] = (1, 3)
    total_fraction: tuple[int, int] = (1, 3)
    leave_counts: bool = True
    leave_not_counted: frozenset[str] = frozenset()
    late_early_per_absence: int = 0
    personal_leave_per_absence: int = 0
    counts_before_joining: bool = True
    warning: int = 80

    def counts(self, mark: str) -> bool:
        """Whether a mark is absence to the one-third rules by its own hours."""
        if mark == Mark.PERSONAL and self.personal_leave_per_absence:
            return False
        if mark in LEAVE:
            return self.leave_counts and mark not in self.leave_not_counted
        return mark in AWAY or mark in _SLIPS

    def converts(self, mark: str) -> int:
        """How many marks of this group make one absence; 0 where they make none."""
        if mark in _SLIPS:
            return self.late_early_per_absence
        is_counted = mark == Mark.PERSONAL and self.leave_counts and mark not in self.leave_not_counted
        return self.personal_leave_per_absence if is_counted else 0


@dataclass(slots=True)
class Tally:
    """Marks of one trainee in one course, or in all: sessions and tenths by mark, and what counts as absence."""

    times: dict[str, int] = field(default_factory=dict)
    by_mark: dict[str, int] = field(default_factory=dict)
    due: int = 0
    absent: int = 0

    def add(self, mark: str, *, times: int, due: int, away: int, counts: bool) -> None:
        """Add `times` marks over `due` tenths, of which `away` were missed."""
        self.times[mark] = self.times.get(mark, 0) + times
        self.by_mark[mark] = self.by_mark.get(mark, 0) + away
        if mark != Mark.UNPLANNED:
            self.due += due
        if counts:
            self.absent += away

    def join(self, other: "Tally") -> None:
        """Take in another tally."""
        for mark, count in other.times.items():
            self.times[mark] = self.times.get(mark, 0) + count
        for mark, away in other.by_mark.items():
            self.by_mark[mark] = self.by_mark.get(mark, 0) + away
        self.due += other.due
        self.absent += other.absent

    @property
    def away(self) -> int:
        """Tenths missed for whatever reason."""
        return sum(self.by_mark.values())


def converted(marks: Iterable[tuple[str, str, int, int]], rules: AbsenceRules) -> dict[str, int]:
    """Tenths of absence that conversion adds, by course, for one trainee.

    `marks` are (mark, course, tenths of the session, tenths counted already) in order of time. Of each group every
    n-th makes its own session an absence.
    """
    seen: dict[int, int] = {}
    added: dict[str, int] = {}
    for mark, course, session, counted in marks:
        every = rules.converts(mark)
        if not every:
            continue
        group = 0 if mark in _SLIPS else 1
        seen[group] = seen.get(group, 0) + 1
        if seen[group] % every == 0:
            added[course] = added.get(course, 0) + max(session - counted, 0)
    return added


def arrival_mark(starts: str, clock: str, grace: int) -> Mark:
    """出勤, or 迟到 for who came more than `grace` minutes behind the beginning; times as 08:30, "" for none."""
    if not starts:
        return Mark.PRESENT
    return Mark.LATE if minutes(clock) > minutes(starts) + grace else Mark.PRESENT


def minutes(clock: str) -> int:
    """Minutes since midnight of a clock time such as 8:30."""
    hours, rest = clock.replace("：", ":").split(":")
    return int(hours) * 60 + int(rest)


def reaches(absent: int, total: int, fraction: tuple[int, int]) -> bool:
    """Whether an absence reaches the fraction of a whole above 0."""
    return total > 0 and absent * fraction[1] >= total * fraction[0]


def left_to_miss(absent: int, total: int, fraction: tuple[int, int]) -> int:
    """Tenths of further absence that would reach the fraction; 0 or less where it is reached."""
    return -(-total * fraction[0] // fraction[1]) - absent


@dataclass(frozen=True, slots=True)
class Verdict:
    """What absence did to one trainee: courses whose score is cancelled, failure of the whole, and the sentences."""

    cancelled: Mapping[str, str]
    """The reason by course."""
    failed: str
    """The reason; empty where the whole stands."""
    warnings: tuple[str, ...]
    doubts: tuple[str, ...]
    """What cannot be: more absence than hours."""


def judge(courses: Mapping[str, tuple[str, int, int]], absent: int, total: int, rules: AbsenceRules) -> Verdict:
    """Judge one trainee: `courses` gives name, hours and absence of each course, all in tenths (TR-7, TR-8)."""
    cancelled: dict[str, str] = {}
    warnings: list[str] = []
    doubts: list[str] = []
    for uid, (name, hours, missed) in courses.items():
        if missed > hours:
            doubts.append(_beyond(f"课程“{name}”", hours, missed))
        if reaches(missed, hours, rules.course_fraction):
            whole = f"该课程 {hours_text(hours)} 学时的{fraction_words(rules.course_fraction)}"
            cancelled[uid] = f"“{name}”缺课满 {hours_text(missed)} 学时，达到{whole}，取消该课程成绩"
        elif missed and 0 < (left := left_to_miss(missed, hours, rules.course_fraction)) <= rules.warning:
            warnings.append(f"“{name}”已缺课 {hours_text(missed)} 学时，再缺 {hours_text(left)} 学时将取消成绩")
    failed = _whole(absent, total, rules, warnings, doubts)
    return Verdict(cancelled, failed, tuple(warnings), tuple(doubts))


def _whole(absent: int, total: int, rules: AbsenceRules, warnings: list[str], doubts: list[str]) -> str:
    if total and absent > total:
        doubts.append(_beyond("培训班", total, absent))
    if reaches(absent, total, rules.total_fraction):
        words = fraction_words(rules.total_fraction)
        return f"缺课满 {hours_text(absent)} 学时，达到培训总学时 {hours_text(total)} 的{words}，按培训不及格处理"
    left = left_to_miss(absent, total, rules.total_fraction)
    if absent and 0 < left <= rules.warning:
        warnings.append(f"共缺课 {hours_text(absent)} 学时，再缺 {hours_text(left)} 学时将按培训不及格处理")
    return ""


def _beyond(what: str, hours: int, missed: int) -> str:
    return f"缺课 {hours_text(missed)} 学时多于{what}的 {hours_text(hours)} 学时，请核对课次的学时和缺课学时"
