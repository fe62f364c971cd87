"""Working days (全国年节及纪念日放假办法): a calendar from the State Council's yearly notices.

A working day is a weekday that is not declared off, or a Saturday or Sunday declared working. For a year
without a notice weekends and the holidays with fixed dates are computed, and `warning` says so.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

_DAY = timedelta(days=1)
_SATURDAY = 5
_FIXED = ((1, 1), (5, 1), (10, 1), (10, 2), (10, 3))  # 放假办法 第二条; lunar holidays are not predicted
_SECOND_MAY_SINCE = 2025


@dataclass(frozen=True, slots=True)
class Holiday:
    """One day of a notice: off, or a weekend day (or extended day) declared working."""

    day: date
    kind: str


def _is_fixed_holiday(day: date) -> bool:
    return (day.month, day.day) in _FIXED or ((day.month, day.day) == (5, 2) and day.year >= _SECOND_MAY_SINCE)


class Calendar:
    """Counts working days; later rows of one day replace earlier ones."""

    def __init__(self, rows: Iterable[Holiday]) -> None:
        self._kinds = {row.day: row.kind for row in rows}
        # A notice may begin in the December before, so a year is known by its National Day.
        self.known_years = frozenset(
            day.year for day, kind in self._kinds.items() if kind == "off" and (day.month, day.day) == (10, 1)
        )

    def is_workday(self, day: date) -> bool:
        """Say whether offices work on `day`."""
        kind = self._kinds.get(day)
        if kind is not None:
            return kind == "work"
        if day.year not in self.known_years and _is_fixed_holiday(day):
            return False
        return day.weekday() < _SATURDAY

    def end(self, start: date, count: int, *, inclusive: bool) -> date:
        """Give the last day of a period of `count` working days from `start`.

        `inclusive` counts the first day, as notices do; otherwise it is not counted (民法典 第二百零一条).
        """
        return self._step(start if inclusive else start + _DAY, count, _DAY)

    def back(self, end: date, count: int, *, inclusive: bool) -> date:
        """Give the latest first day from which a period of `count` working days ends on `end` or before."""
        first = self._step(end, count, -_DAY)
        return first if inclusive else first - _DAY

    def count(self, first: date, last: date) -> int:
        """Count the working days from `first` to `last`, both included."""
        return sum(self.is_workday(first + _DAY * offset) for offset in range((last - first).days + 1))

    def latest_workday(self, day: date) -> date:
        """Give `day`, or the last working day before it."""
        return self._step(day, 1, -_DAY)

    def warning(self, first: date, last: date) -> str:
        """Say in a sentence which years of a period have no notice yet; "" when all have one."""
        unknown = [year for year in range(first.year, last.year + 1) if year not in self.known_years]
        if not unknown:
            return ""
        years = "、".join(map(str, unknown))
        return f"尚未导入{years}年放假安排，只按周末和固定日期的节日推算，放假通知公布后请更新并重新核对"

    def _step(self, day: date, count: int, step: timedelta) -> date:
        if count < 1:
            message = f"a period has at least one working day, not {count}"
            raise ValueError(message)
        while True:
            count -= self.is_workday(day)
            if count == 0:
                return day
            day += step
