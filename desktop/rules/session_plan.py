"""Laying the hours of courses over half-days: course after course, each half-day for one of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

HalfDay = tuple[str, str]
"""Day (ISO) and code of day_part."""


@dataclass(frozen=True, slots=True)
class PlannedSession:
    """A half-day for a course, with its tenths of an hour."""

    course: str
    when: HalfDay
    hours: int


def half_days_needed(needs: Iterable[tuple[str, int]], per_half: int) -> int:
    """How many half-days courses need, by uid and tenths; a rest takes one too.

    Raises ValueError for half-days without hours.
    """
    if per_half <= 0:
        message = f"{per_half} tenths a half-day"
        raise ValueError(message)
    return sum(-(-hours // per_half) for _course, hours in needs if hours > 0)


def lay_out(
    needs: Sequence[tuple[str, int]], free: Sequence[HalfDay], per_half: int
) -> tuple[list[PlannedSession], int]:
    """Sessions for courses on free half-days in their order, and the tenths for which there was no room.

    Raises ValueError as `half_days_needed`.
    """
    half_days_needed(needs, per_half)
    sessions: list[PlannedSession] = []
    left = 0
    places = iter(free)
    for course, hours in needs:
        rest = hours
        while rest > 0:
            when = next(places, None)
            if when is None:
                left += rest
                break
            sessions.append(PlannedSession(course, when, min(rest, per_half)))
            rest -= per_half
    return sessions, left
