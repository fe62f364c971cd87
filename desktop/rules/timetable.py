"""The backward timetable of a yearly submission: from the day of delivery back to the day on which evidence closes.

Each step takes its working days and ends on the working day before the next one begins (clerk.md §2). The numbers of
days are arguments, taken from Policy.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from desktop.rules.workdays import Calendar

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what is done, from its first to its last day, both working days."""

    name: str
    first: date
    last: date
    workdays: int


@dataclass(frozen=True, slots=True)
class Timetable:
    """The steps in the order in which they are done; evidence closes before the first, delivery follows the last."""

    evidence_closes: date
    steps: tuple[Step, ...]
    deliver: date

    def step_at(self, day: date) -> Step | None:
        """The step that the plan has for a day; None before the first, after the last, and on days between."""
        return next((step for step in self.steps if step.first <= day <= step.last), None)

    def missing_workdays(self, first: int, day: date, calendar: Calendar) -> int:
        """How many working days are lacking if the step numbered `first` begins only on `day`; 0 if all still fits."""
        needed = sum(step.workdays for step in self.steps[first:])
        left = calendar.count(day, self.deliver - _DAY) if day < self.deliver else 0
        return max(needed - left, 0)


def plan_backward(calendar: Calendar, deadline: date, steps: Sequence[tuple[str, int]]) -> Timetable:
    """Plan steps (name, working days; in the order in which they are done) to end before `deadline`.

    A deadline on a free day is kept on the last working day before it.
    """
    deliver = calendar.latest_workday(deadline)
    planned: list[Step] = []
    after = deliver
    for name, workdays in reversed(steps):
        last = calendar.latest_workday(after - _DAY)
        first = calendar.back(last, workdays, inclusive=True)
        planned.append(Step(name, first, last, workdays))
        after = first
    return Timetable(calendar.latest_workday(after - _DAY), tuple(reversed(planned)), deliver)
