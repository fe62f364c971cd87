"""A day and a clock time as telephones and turnstiles write them: 2026-07-09 08:25:10, 2026年7月9日 下午2:05."""

import re
from datetime import date
from typing import Final

from desktop.rules.characters import halve_width

_DAYS: Final = (
    re.compile(r"(\d{4})\s*[-/年.]\s*(\d{1,2})\s*[-/月.]\s*(\d{1,2})\s*日?"),
    re.compile(r"(?<!\d)(\d{4})(\d{2})(\d{2})(?!\d)"),
)
_CLOCK: Final = re.compile(
    r"(上午|早上|中午|下午|晚上|AM|PM)?\s*(\d{1,2})\s*[:点时]\s*(\d{1,2})?\s*分?(?:\s*:\s*\d{1,2})?(?:[.]\d+)?\s*(AM|PM)?",
    re.IGNORECASE,
)
_LATER: Final = frozenset({"下午", "晚上", "PM"})
_NOON: Final = 12
_HOURS, _MINUTES = 24, 60


def read_moment(day_text: str, time_text: str) -> tuple[str, str] | None:
    """Day (ISO) and clock time (08:25) of two cells, of which the second may hold both; None where it is no time."""
    times, days = halve_width(time_text), halve_width(day_text)
    day, rest = _take_day(times)
    if day is None:
        day, rest_of_day = _take_day(days)
        rest = rest or rest_of_day
    clock = _read_clock(rest)
    return (day, clock) if day is not None and clock is not None else None


def _take_day(text: str) -> tuple[str | None, str]:
    """The day in a text and what stands beside it."""
    for pattern in _DAYS:
        match = pattern.search(text)
        if match is not None:
            try:
                found = date(*map(int, match.groups()))
            except ValueError:
                return None, text
            return found.isoformat(), f"{text[: match.start()]} {text[match.end() :].lstrip('T')}"
    return None, text


def _read_clock(text: str) -> str | None:
    match = _CLOCK.search(text)
    if match is None:
        return None
    word = (match[1] or match[4] or "").upper()
    hour, minute = int(match[2]), int(match[3] or 0)
    if hour < _NOON and (word in _LATER or (word == "中午" and hour < _NOON - 1)):
        hour += _NOON
    elif hour == _NOON and word in ("上午", "早上", "AM"):
        hour = 0
    return f"{hour:02d}:{minute:02d}" if hour < _HOURS and minute < _MINUTES else None
