"""Dates as offices write them, kept as partial dates: only as exact as what was typed.

A partial date is one of the texts "2024", "2024上" or "2024下" (half years), "2024-03", "2024-03-15"; the
empty text means that the cell says there is none. Every text in any form becomes one of these here and is
printed by `format_partial`.
"""

import calendar
import re
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from math import isfinite

from desktop.errors import AmbiguousValue, ValueProblem
from desktop.rules.characters import halve_width, plain

_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_EXAMPLE = "例如 2024-03-15（只作格式示范）"
_EMPTY = frozenset({"", "无", "/", "-", "--", "—", "——", "―", "–", "空", "暂无"})
_CANONICAL = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?|([上下]))?")
_TIME = re.compile(r"(?<=[\d日])[T ]+\d{1,2}[:：]\d{2}([:：]\d{2}(\.\d+)?)?\s*([AaPp][Mm]|Z)?$")
_SIGNS = r"[-./年、,。\\_~·]"
_WITH_MONTH = re.compile(
    rf"(?P<year>\d{{4}}|\d{{2}}){_SIGNS}+(?P<month>\d{{1,2}})(?:月份?|{_SIGNS})(?P<day>\d{{1,2}})[日号]?{_SIGNS}?"
)
_TO_MONTH = re.compile(rf"(?P<year>\d{{4}}|\d{{2}}){_SIGNS}+(?P<month>\d{{1,2}})(?:月份?)?{_SIGNS}?")
_YEAR = re.compile(r"(\d{4})[年度]*")
_HALF = re.compile(r"(\d{4})年?([上下sxSX])(?:半年)?")
_HALVES = {"s": "上", "x": "下"}
"""The initials of 上 and 下: fields of dates are typed without input method."""
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})?")
_DASHED = re.compile(r"\d{4}([—–―‐‑‒−]+)\d{1,2}(?:\1\d{1,2})?[日号]?")
"""A date whose parts are set off by dashes of print, as an input method writes them: 2024—3—15."""
_RANGE = re.compile(r"(?P<start>.*?\d[年月日]?)(?:[-—–―~～]+|至|到)(?:至今|今|现在|目前|(?P<end>\d{4}.*))")
_SEASON = re.compile(r"(\d{4})年?([春秋])(?:季|天)?(?:学期|期)?")
_IN_HALF = {"春": "上", "秋": "下"}
"""The half year in which a season lies as a whole; summer and winter lie in two."""
_CHINESE_YEAR = re.compile(r"^(?:([〇○◯零O一二三四五六七八九]{4})年?|([〇○◯零O一二三四五六七八九]{2})年)")
_YEAR_IN_DIGITS = re.compile(r"^(?:\d{4}|\d{2})年")
_CHINESE_PART = re.compile(r"(正|[一二三四五六七八九十廿卅]+)(?=[月日号])")
_CHINESE_DIGIT = {c: v for v, c in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0, "◯": 0, "O": 0}
_SERIAL_START = {False: date(1899, 12, 30), True: date(1904, 1, 1)}
_SERIALS = range(10000, 73051)  # 1927-05-18 … 2100-01-01 in the 1900 system


class DateStyle(StrEnum):
    """How a partial date is printed."""

    WORDS = "words"  # 2024年3月15日, 2024年3月, 2024年, 2024年上半年
    DOTS = "dots"  # 2024.03.15, 1978.06, 2024, 2024上
    MONTH_WORDS = "month_words"  # 2024年3月: the day is left out
    MONTH_DOTS = "month_dots"  # 1978.06: the day is left out, as 出生年月 is printed


def _make(year: int, month: int, day: int | None, shown: str) -> str:
    """Check the parts and give the canonical text; a 0 in the place of day or month says that nobody knew it."""
    if day == 0:
        reading = f"{year:04d}" if month == 0 else _make(year, month, None, shown)
        raise AmbiguousValue(
            f"“{shown}”没有写明{'月' if month == 0 else '日'}，可能是{reading}，请确认", readings=(reading,)
        )
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise ValueProblem(f"“{shown}”的年份应在{_FIRST_YEAR}—{_LAST_YEAR}之间，{_EXAMPLE}")
    if not 1 <= month <= 12:
        raise ValueProblem(f"“{shown}”的月份应为1—12，{_EXAMPLE}")
    if day is None:
        return f"{year:04d}-{month:02d}"
    length = calendar.monthrange(year, month)[1]
    if not 1 <= day <= length:
        raise ValueProblem(f"“{shown}”不是有效日期：{year}年{month}月只有{length}天，请核对")
    return f"{year:04d}-{month:02d}-{day:02d}"


def _read_chinese_part(text: str) -> str:
    if text == "正":
        return "1"
    tens, ones = 0, 0
    for character in text:
        if character in "十廿卅":
            tens = {"十": max(ones, 1), "廿": 2, "卅": 3}[character]
            ones = 0
        else:
            ones = _CHINESE_DIGIT[character]
    return str(tens * 10 + ones)


def _write_digits(text: str) -> str:
    """Replace Chinese numerals of a date by digits: 二〇〇九年十一月十日, 2009年十一月十日 → 2009年11月10日."""
    if year := _CHINESE_YEAR.match(text):
        begin = "".join(str(_CHINESE_DIGIT[character]) for character in year[1] or year[2]) + "年"
    elif year := _YEAR_IN_DIGITS.match(text):
        begin = year[0]
    else:
        return text
    return begin + _CHINESE_PART.sub(lambda part: _read_chinese_part(part[0]), text[year.end() :])


def _refuse_short_year(match: re.Match[str], shown: str, today: date) -> None:
    """Raise for a year of two digits, with the one reading that lies in the past hundred years."""
    century = 2000 if 2000 + int(match["year"]) <= today.year + 1 else 1900
    day = int(match["day"]) if match.groupdict().get("day") else None
    reading = _make(century + int(match["year"]), int(match["month"]), day, shown)
    raise AmbiguousValue(f"“{shown}”的年份只有两位，可能是{reading}，请确认", readings=(reading,))


def _read_written(text: str, shown: str, today: date) -> str | None:
    """Read year, month and perhaps day with signs between them."""
    match = _WITH_MONTH.fullmatch(text) or _TO_MONTH.fullmatch(text)
    if not match:
        return None
    if len(match["year"]) == 2:
        _refuse_short_year(match, shown, today)
    day = match.groupdict().get("day")
    return _make(int(match["year"]), int(match["month"]), int(day) if day else None, shown)


def _read_one(text: str, shown: str, today: date) -> str | None:
    """Read one date without range; None when the text has no form of a date."""
    if half := _HALF.fullmatch(text):
        _make(int(half[1]), 1, None, shown)
        return half[1] + _HALVES.get(half[2].lower(), half[2])
    if year := _YEAR.fullmatch(text):
        return _make(int(year[1]), 1, None, shown)[:4]
    if season := _SEASON.fullmatch(text):
        reading = _make(int(season[1]), 1, None, shown)[:4] + _IN_HALF[season[2]]
        raise AmbiguousValue(f"“{shown}”可能是{reading}半年，请确认", readings=(reading,))
    if compact := _COMPACT.fullmatch(text):
        return _make(int(compact[1]), int(compact[2]), int(compact[3]) if compact[3] else None, shown)
    return _read_written(text, shown, today)


def read_partial_date(text: str, *, today: date | None = None) -> str:
    """Read a typed date in any form of an office as a partial date; of a period its start.

    "" for 无, / or —. Raises AmbiguousValue with `readings` for a year of two digits (one reading: the
    caller may take it as an assumption and say so), for a season, for 00 in the place of a day or month and for a
    spreadsheet's day number kept as text, and ValueProblem for everything that is no date.
    """
    typed = _TIME.sub("", halve_width(text).strip().strip("'’"))
    typed = plain(typed)
    if typed in _EMPTY:
        return ""
    if dashed := _DASHED.fullmatch(typed):
        typed = typed.replace(dashed[1], "-")
    typed = _write_digits(typed)
    present = today or date.today()  # noqa: DTZ011 - an office's day is the day of its own clock
    read = _read_one(typed, text, present)
    if read is None and (period := _RANGE.fullmatch(typed)):
        read = _read_one(period["start"], text, present)
    if read is not None:
        return read
    if re.fullmatch(r"\d{5}", typed) and int(typed) in _SERIALS:
        reading = date_from_number(int(typed))
        raise AmbiguousValue(f"“{text}”像是表格里日期的序号，可能是{reading}，请确认", readings=(reading,))
    raise ValueProblem(f"“{text}”不是日期，请按年-月-日填写，{_EXAMPLE}")


def read_day(text: str) -> date:
    """Read a date that must name the day; raises ValueProblem or AmbiguousValue."""
    partial = read_partial_date(text)
    if len(partial) != 10:
        raise ValueProblem(f"“{text}”应写明年、月、日，{_EXAMPLE}" if partial else "日期为空，应写明年、月、日")
    return date.fromisoformat(partial)


def _read_serial(number: int, *, date1904: bool) -> str:
    return (_SERIAL_START[date1904] + timedelta(days=number)).isoformat()


def _read_decimals(number: Decimal, shown: str) -> str:
    """Read 1990.07, 2022.9 or 2024.0315 typed into a cell that holds numbers."""
    year, decimals = str(number).split(".")
    if decimals == "1":
        readings = (f"{year}-01", f"{year}-10")
        sentence = f"“{shown}”可能是{year}年1月，也可能是{year}年10月（末尾的0丢失），请确认"
        raise AmbiguousValue(sentence, readings=readings)
    if len(decimals) == 4:
        return _make(int(year), int(decimals[:2]), int(decimals[2:]), shown)
    if len(decimals) > 2:
        raise ValueProblem(f"“{shown}”不是日期，请按年-月-日填写，{_EXAMPLE}")
    return _make(int(year), int(decimals), None, shown)


def _read_five_digits(number: int, *, date1904: bool) -> str:
    """Read a day number of a spreadsheet, unless it may be 2010-9 typed as 20109."""
    serial = _read_serial(number, date1904=date1904)
    year, month = divmod(number, 10)
    if 1931 <= year <= 2040 and month:
        readings = (serial, f"{year}-{month:02d}")
        raise AmbiguousValue(f"“{number}”可能是{readings[0]}，也可能是{readings[1]}，请确认", readings=readings)
    return serial


def date_from_number(value: float, *, date1904: bool = False) -> str:
    """Read a date from a cell that holds a number: 202209, 20220901, 1990.07, 2022, or a day number.

    `date1904` says that the workbook counts days from 1904. Raises AmbiguousValue where the lost zero of
    2010.10 or of 201009 leaves two readings, and ValueProblem where the number is no date.
    """
    number = Decimal(repr(value)) if isfinite(value) else Decimal(-1)
    shown = f"{value:g}" if value != int(value if isfinite(value) else 0) else str(int(value))
    whole = int(number)
    if _FIRST_YEAR <= whole <= _LAST_YEAR:
        return str(whole) if number == whole else _read_decimals(number, str(number))
    if whole in _SERIALS:
        if number != whole:  # the part after the point is the time of the day
            return _read_serial(whole, date1904=date1904)
        return _read_five_digits(whole, date1904=date1904)
    if number == whole and (compact := _COMPACT.fullmatch(str(whole))):
        return _make(int(compact[1]), int(compact[2]), int(compact[3]) if compact[3] else None, shown)
    raise ValueProblem(f"“{shown}”不是日期，请按年-月-日填写，{_EXAMPLE}")


def _split(partial: str) -> tuple[int, int, int, str]:
    """Give year, month (0), day (0) and half ("") of a canonical text; ValueError for another text."""
    match = _CANONICAL.fullmatch(partial)
    if not match:
        message = f"{partial!r} is not a partial date"
        raise ValueError(message)
    return int(match[1]), int(match[2] or 0), int(match[3] or 0), match[4] or ""


def is_partial_date(text: str) -> bool:
    """Say whether `text` is a canonical partial date that exists."""
    try:
        return bool(text) and first_day(text) <= last_day(text)
    except ValueError:
        return False


@lru_cache(maxsize=4096)
def first_day(partial: str) -> date:
    """Give the first day that a partial date may mean."""
    year, month, day, half = _split(partial)
    return date(year, month or (7 if half == "下" else 1), day or 1)


@lru_cache(maxsize=4096)
def last_day(partial: str) -> date:
    """Give the last day that a partial date may mean."""
    year, month, day, half = _split(partial)
    month = month or (6 if half == "上" else 12)
    return date(year, month, day or calendar.monthrange(year, month)[1])


def covers(partial: str, day: date) -> bool:
    """Say whether `day` lies within a partial date."""
    return first_day(partial) <= day <= last_day(partial)


def agree(one: str, other: str) -> bool:
    """Say whether two partial dates may mean the same day, as 1978-06 and 1978-06-15 do."""
    return first_day(one) <= last_day(other) and first_day(other) <= last_day(one)


def period_before(partial: str) -> str:
    """Give the day, month, half year or year before a partial date, as exact as it: 2026-08 → 2026-07."""
    before = first_day(partial) - timedelta(days=1)
    year, month, day, half = _split(partial)
    del year
    if half:
        return f"{before.year}{'上' if before.month <= 6 else '下'}"
    return before.isoformat()[: 10 if day else 7 if month else 4]


def cut_to_month(partial: str) -> str:
    """Leave the day out: 1978-06-15 → 1978-06; years and half years stay."""
    return partial[:7]


def format_partial(partial: str, style: DateStyle) -> str:
    """Print a partial date; the empty text stays empty."""
    if not partial:
        return ""
    shown = cut_to_month(partial) if style in {DateStyle.MONTH_DOTS, DateStyle.MONTH_WORDS} else partial
    year, month, day, half = _split(shown)
    if style in {DateStyle.DOTS, DateStyle.MONTH_DOTS}:
        return shown.replace("-", ".")
    if half:
        return f"{year}年{half}半年"
    return f"{year}年" + (f"{month}月" if month else "") + (f"{day}日" if day else "")
