"""The mornings and afternoons on which a class could still be taught."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from sqlalchemy.orm import Session

from desktop.models.base import Content
from desktop.queries.timetable import calendar_of
from desktop.queries.training.classes import is_held, sessions_of
from desktop.rules.session_plan import HalfDay

_HALVES: Final = ("1", "2")
"""上午 and 下午; the evening is given out by hand."""
_SATURDAY: Final = 5


def free_half_days(session: Session, uid: str, content: Content, *, at_least: int) -> list[HalfDay]:
    """The free half-days of a class from its first to its last day, in order.

    On working days; where these are fewer than `at_least`, on Saturdays too. A class without days has none.
    """
    taken = {(each.content["date"], each.content["half"]) for each in sessions_of(session, uid) if is_held(each)}
    calendar = calendar_of(session)
    days = list(_days(content))
    for with_saturdays in (False, True):
        found = [
            (day.isoformat(), half)
            for day in days
            if calendar.is_workday(day) or (with_saturdays and day.weekday() == _SATURDAY)
            for half in _HALVES
            if (day.isoformat(), half) not in taken
        ]
        if len(found) >= at_least:
            break
    return found


def _days(content: Content) -> Iterator[date]:
    if "start" not in content or "end" not in content:
        return
    day, last = date.fromisoformat(content["start"]), date.fromisoformat(content["end"])
    while day <= last:
        yield day
        day += timedelta(days=1)
