"""Names and times from a telephone, a scanner or a turnstile: who was there, who came late, who is not in the file."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from desktop.errors import RefusedError
from desktop.exchange.plan import FieldChange, Outcome, Plan, PlanRow, newest_act
from desktop.exchange.training.trainee_rows import TraineeRow, Trainees, trainee_rows
from desktop.exchange.workbook.cells import Book
from desktop.fields import field_named
from desktop.models import Mark as MarkLine
from desktop.models import SignInSheet
from desktop.models.base import Content
from desktop.queries.directory import Directory
from desktop.queries.policies import Policies
from desktop.queries.training.classes import is_held, session_text, sessions_of, sheet_of
from desktop.queries.training.sheet_rows import marked, with_newcomers
from desktop.rules.absence import Mark, arrival_mark, minutes
from desktop.rules.moments import read_moment
from desktop.store.database import Store
from desktop.store.records import Edit, Stored, new_uid

WANTED: Final = {
    "time": (
        "时间",
        "签到时间",
        "打卡时间",
        "刷卡时间",
        "扫码时间",
        "进入时间",
        "通行时间",
        "记录时间",
        "签到日期时间",
    ),
    "date": ("日期", "签到日期", "打卡日期"),
}
_ENDS: Final = (("1", "12:30"), ("2", "18:00"), ("3", "24:00"))
"""Up to when a time of the day belongs to a half-day."""
_EARLY: Final = 60
"""Minutes before a session begins in which who comes after the one before has ended comes for it."""


@dataclass(slots=True)
class AttendancePlan(Plan):
    """A plan whose rows together fill the sheets of the sessions they speak of; rows may still be unticked."""

    entered_on: str = ""
    sheets: dict[str, tuple[Stored | None, Content]] = field(default_factory=dict)
    """By session: the sheet there is, and the content it would start from."""
    said: dict[int, tuple[str, str, str]] = field(default_factory=dict)
    """Session, enrolment and mark by the place of the row in `rows`."""

    def written_edits(self) -> list[Edit]:
        """One edit for each session: who is in the file has the mark of the first time, who is not is 待核."""
        by_session: dict[str, dict[str, str]] = defaultdict(dict)
        for place, (lesson, who, mark) in self.said.items():
            if self.rows[place].is_written or self.rows[place].outcome is Outcome.SAME:
                by_session[lesson].setdefault(who, mark)
        return [self._edit(lesson, marks) for lesson, marks in by_session.items()]

    def _edit(self, lesson: str, marks: Mapping[str, str]) -> Edit:
        before, content = self.sheets[lesson]
        lines = [
            marked(line, marks.get(line["enrolment"]) or line.get("mark", str(Mark.PENDING)))
            for line in content.get("marks", ())
        ]
        new = {**content, "marks": lines, "entered_on": self.entered_on}
        return Edit(SignInSheet, before.uid if before is not None else new_uid(SignInSheet, new), before, new)


def plan_attendance(
    store: Store, books: Iterable[tuple[Path, Book]], training_class: str, *, day: date
) -> AttendancePlan:
    """Plan the times of one class. Raises RefusedError for a book without names and times, or a class without sessions.

    Of several times of one person in one session the first counts. A time is late if it lies further behind the
    beginning of its session than policy allows; a session without a clock time has no late ones.
    """
    books = list(books)
    rows = trainee_rows(books, WANTED, "时间")
    title = f"导入考勤：{'、'.join(path.name for path, _ in books)}"
    with store.read() as session:
        plan = AttendancePlan(title, last_act=newest_act(session), entered_on=day.isoformat())
        planner = _Planner(session, plan, training_class)
        for row in sorted(rows, key=lambda each: (_moment(each) or ("", ""), each.number)):
            plan.rows.append(planner.decide(row))
    return plan


def _moment(row: TraineeRow) -> tuple[str, str] | None:
    """Day and clock time of a row; the day may stand in a column of its own."""
    return read_moment(row.texts.get("date", ""), row.texts.get("time", ""))


class _Planner:
    """What is known while rows are decided one after the other, the earliest first."""

    def __init__(self, session: Session, plan: AttendancePlan, training_class: str) -> None:
        self._session = session
        self._plan = plan
        self._lessons = [each for each in sessions_of(session, training_class) if is_held(each)]
        if not self._lessons:
            raise RefusedError("这个培训班还没有排课，没有导入考勤；请先排好日程")
        year = int(self._lessons[0].content["date"][:4])
        self._grace: int = Policies(session).value("training.late_after_minutes", year)
        self._trainees = Trainees(Directory(session), (training_class,))
        self._chosen: set[tuple[str, str]] = set()

    def decide(self, row: TraineeRow) -> PlanRow:
        """What becomes of one row."""
        who, refused = self._trainees.resolve(row)
        if refused is not None:
            return refused
        moment = _moment(row)
        if moment is None:
            text = f"时间“{row.texts.get('time', '')}”看不懂，应写明日期和钟点，例如 2026-07-09 08:25（只作格式示范）"
            return row.plan(Outcome.INVALID, text, "time")
        lesson = _lesson_at(self._lessons, *moment)
        if lesson is None:
            return row.plan(Outcome.INVALID, f"{moment[0]} {moment[1]} 没有课，请核对时间或日程表", "time")
        return self._mark(row, who, lesson, moment[1])

    def _mark(self, row: TraineeRow, who: str, lesson: Stored, clock: str) -> PlanRow:
        known = self._marks(lesson).get(who)
        if known is None:
            text = f"“{row.name}”不在 {session_text(lesson)} 的签到表上，请先补到签到表末尾"
            return row.plan(Outcome.INVALID, text, "name")
        if (lesson.uid, who) in self._chosen:
            return row.plan(Outcome.SAME)
        self._chosen.add((lesson.uid, who))
        mark = str(arrival_mark(lesson.content.get("starts", ""), clock, self._grace))
        self._plan.said[len(self._plan.rows)] = (lesson.uid, who, mark)
        if known == mark:
            return row.plan(Outcome.SAME)
        planned = row.plan(Outcome.CHANGED if known else Outcome.NEW)
        declared = field_named(MarkLine, "mark")
        old, new = declared.format_packed(known or None), declared.format_packed(mark)
        planned.changes = [FieldChange("sign_in_sheets", "marks", f"{session_text(lesson)}考勤", old, new)]
        return planned

    def _marks(self, lesson: Stored) -> dict[str, str]:
        """The marks of a session's sheet by enrolment, "" where there is none yet; a session without sheet gets one."""
        sheets = self._plan.sheets
        if lesson.uid not in sheets:
            before = sheet_of(self._session, lesson.uid)
            sheets[lesson.uid] = (before, with_newcomers(self._session, lesson, before))
        return {line["enrolment"]: line.get("mark", "") for line in sheets[lesson.uid][1].get("marks", ())}


def _lesson_at(lessons: list[Stored], day: str, clock: str) -> Stored | None:
    """The session that somebody comes for: that of the half-day, of two the last that has begun, or the first.

    Shortly before a later session it is that one, if the one of the half-day has ended or there is none.
    """
    of_day = [each for each in lessons if each.content["date"] == day]
    half = next(code for code, end in _ENDS if clock < end)
    found = [each for each in of_day if each.content["half"] == half]
    begun = [each for each in found if _clock(each, "starts", "00:00") <= clock]
    present = begun[-1] if begun else found[0] if found else None
    if present is not None and _clock(present, "ends", "24:00") > clock:
        return present
    coming = (each for each in of_day if _is_soon(_clock(each, "starts", "00:00"), clock))
    return next(coming, present)


def _is_soon(starts: str, clock: str) -> bool:
    return clock < starts and minutes(starts) - minutes(clock) <= _EARLY


def _clock(lesson: Stored, name: str, otherwise: str) -> str:
    return str(lesson.content.get(name, otherwise)).replace("：", ":").zfill(5)
