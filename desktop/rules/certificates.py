"""Numbers of certificates: year, the office's own mark, five digits, without gaps (F19)."""

import re
from collections.abc import Iterable
from typing import Final

_DIGITS: Final = 5


def certificate_number(year: int, series: str, serial: int) -> str:
    """One number: 2026, 云进, 7 → 2026云进00007."""
    return f"{year}{series}{serial:0{_DIGITS}d}"


def series_and_serial(number: str) -> tuple[str, int]:
    """What stands before the serial of a number, and the serial; 0 for a number that is not made in this way."""
    found = re.fullmatch(rf"(.*?)(\d{{{_DIGITS}}})", number)
    return (found[1], int(found[2])) if found else (number, 0)


def serials(numbers: Iterable[str], year: int, series: str) -> list[int]:
    """The serials of one year and series among these numbers, in order; other numbers are another office's."""
    pattern = re.compile(rf"{year}{re.escape(series)}(\d{{{_DIGITS}}})")
    return sorted(int(match[1]) for number in numbers if (match := pattern.fullmatch(number)))


def next_serial(numbers: Iterable[str], year: int, series: str) -> int:
    """The first serial that is free behind all that were given out."""
    return max(serials(numbers, year, series), default=0) + 1


def gaps(numbers: Iterable[str], year: int, series: str) -> list[str]:
    """The numbers below the last one that are missing from the register."""
    known = set(serials(numbers, year, series))
    return [certificate_number(year, series, each) for each in range(1, max(known, default=0)) if each not in known]
