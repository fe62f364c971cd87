"""The plan of a class: hours and months at least (TR-3), its split into theory, professional part, practice (TR-4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from desktop.rules.hours import hours_text
from desktop.rules.training_months import add_months

PARTS: Final = ("1", "2", "3")
"""Codes of content_part in the order of the policy: 教学理论与方法, 专业知识与技能, 企业实践活动."""


@dataclass(frozen=True, slots=True)
class Share:
    """One part of the content: tenths planned, tenths wanted, and whether it lies within the tolerance."""

    part: str
    planned: int
    wanted: int
    fits: bool


def split_of(planned: Mapping[str, int], total: int, percents: Sequence[int], tolerance: int) -> tuple[Share, ...]:
    """The shares of a plan of `total` tenths; `tolerance` in percentage points, its edge included."""
    shares = []
    for part, percent in zip(PARTS, percents, strict=True):
        hours = planned.get(part, 0)
        distance = abs(hours * 100 - total * percent)
        shares.append(Share(part, hours, total * percent // 100, total > 0 and distance <= total * tolerance))
    return tuple(shares)


def sum_sentence(planned: int, total: int) -> str:
    """What is wrong with the sum of the courses' hours; empty where it is the class's."""
    if planned == total:
        return ""
    more = "多" if planned > total else "少"
    difference = hours_text(abs(planned - total))
    return f"各课程合计 {hours_text(planned)} 学时，比培训学时 {hours_text(total)} {more} {difference} 学时，请核对"


def minimum_sentence(total: int, least: int, *, level: str) -> str:
    """What is wrong with the hours of a class (TR-3); empty where they suffice."""
    if total >= least:
        return ""
    return f"培训学时 {hours_text(total)} 少于{level}规定的 {hours_text(least)} 学时"


def period_sentence(start: str, end: str, months: int, *, level: str) -> str:
    """What is wrong with the days of a class (ISO, both counted) that shall last so many months (TR-3); else empty."""
    last = add_months(date.fromisoformat(start), Decimal(months)) - timedelta(days=1)
    if end >= last.isoformat():
        return ""
    return f"培训时间 {start} 至 {end} 不足{level}规定的 {months} 个月（应到 {last.isoformat()}）"
