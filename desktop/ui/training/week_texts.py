"""What stands around the week: which it is, its hours and those of the class, courses with hours left to plan."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from desktop.codes import table
from desktop.models.base import Content
from desktop.queries.training.courses import CourseRow
from desktop.queries.training.week import ClassTimetable, SessionEntry, monday_of
from desktop.rules.hours import hours_text, tenths
from desktop.text import tr
from desktop.ui.training.plan_sums import shortened

_NAMED = 3


def week_text(found: ClassTimetable, monday: date) -> str:
    """The week by its number in the class, where its first day is known, and by its days."""
    sunday = monday + timedelta(days=6)
    period = f"{monday.isoformat()}—{sunday.month:02d}-{sunday.day:02d}"
    number = _week_number(found, monday)
    return tr("第 {n} 周　{period}", n=number, period=period) if number > 0 else period


def _week_number(found: ClassTimetable, monday: date) -> int:
    """Which week of the class this is, from 1; 0 where its first day is not known."""
    start = found.content.get("start")
    return (monday - monday_of(date.fromisoformat(start))).days // 7 + 1 if start else 0


def hours_of_week(found: ClassTimetable, of_week: Iterable[SessionEntry]) -> str:
    """The hours held in a week and in all, against those of the class."""
    return tr(
        "本周 {week} 学时，全班已排 {all}/{planned} 学时",
        week=hours_text(_held(of_week)),
        all=hours_text(_held(found.entries)),
        planned=hours_text(tenths(found.content.get("hours"))),
    )


def _held(entries: Iterable[SessionEntry]) -> int:
    return sum(tenths(each.stored.content["hours"]) for each in entries if each.is_held)


def unplanned(courses: Sequence[CourseRow]) -> list[str]:
    """Which courses have hours left, or more than they should."""
    told = [
        tr(
            "{course}{word} {hours} 学时",
            course=each.stored.content["name"],
            word=tr("还差") if each.scheduled < each.hours else tr("多排"),
            hours=hours_text(abs(each.hours - each.scheduled)),
        )
        for each in courses
        if each.scheduled != each.hours
    ]
    return shortened(told, _NAMED)


def hovered_text(when: tuple[str, str], clashing: Sequence[str]) -> str:
    """What a session would clash with on a day and half-day, or that it is free."""
    told = shortened(clashing, _NAMED) or [tr("没有冲突")]
    return f"{when[0]}{table('day_part').label(when[1])}：" + "；".join(told)


def resized_text(before: SessionEntry, content: Content) -> str:
    """Whose absence from a part of a session is to be looked at because its hours changed; empty where they did not."""
    old, new = (tenths(each["hours"]) for each in (before.stored.content, content))
    if old == new:
        return ""
    return tr(
        "课次由 {old} 学时改为 {new} 学时。登记了部分缺课的，请到“签到与缺勤”核对：{who}",
        old=hours_text(old),
        new=hours_text(new),
        who="、".join(shortened(before.parts, _NAMED)),
    )
