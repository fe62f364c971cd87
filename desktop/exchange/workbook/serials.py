"""Spreadsheet serial numbers as dates, and number formats that show a date."""

import re
from datetime import UTC, date, datetime, time, timedelta

from desktop.exchange.workbook.cells import Value

_SKIPPED = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_LAST_DAY = 2958465  # 9999-12-31

# ECMA-376 part 1, 18.8.30: 14–22 and 45–47 everywhere, 27–36 and 50–58 in Chinese, Japanese and Korean.
_BUILT_IN = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))


def is_date_format(number: int, code: str | None) -> bool:
    """Whether a number format shows a date or a time; `code` is its own text, None for a built-in one."""
    if code is None:
        return number in _BUILT_IN
    bare = _SKIPPED.sub("", code.split(";")[0]).lower()
    return any(letter in bare for letter in "ymdhs") and "general" not in bare


def from_serial(serial: float, *, date1904: bool) -> Value:
    """The date, date with time, or time of a serial; the number itself when it is no day that exists."""
    if not 0 <= serial <= _LAST_DAY:
        return plain_number(serial)
    day = int(serial)
    moment = timedelta(milliseconds=round((serial - day) * 86_400_000))
    if day == 0 and not date1904:
        return (datetime(1900, 1, 1, tzinfo=UTC) + moment).time()
    # Excel counts 1900-02-29, which never was: serials up to 60 lie one day later.
    base = date(1904, 1, 1) if date1904 else date(1899, 12, 30 if day > 60 else 31)
    found = base + timedelta(days=day)
    if not moment:
        return found
    return datetime.combine(found, time()) + moment


def plain_number(number: float) -> int | float:
    """A whole number as int, so that 12.0 is never shown to a clerk."""
    return int(number) if number.is_integer() else number


def tell_duration(length: timedelta) -> str:
    """A duration as its cell shows it: 36:30:00."""
    minutes, seconds = divmod(round(length.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}"
