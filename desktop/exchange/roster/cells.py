"""One cell of a roster: from whatever stands in it to a packed value, or a sentence that says what is wrong.

The same value stands in a column hundreds of times, so readings are remembered by target and content.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final

from desktop.errors import AmbiguousValue, ValueProblem
from desktop.exchange.targets import Target
from desktop.exchange.workbook.cells import CellError, Value
from desktop.kinds import LongText, Packed, PartialDate, PersonName, Text, number_text
from desktop.rules.citizen_id import DamagedId, damaged_id

NOTHING: Final = frozenset(
    {"", "无", "/", "／", "\\", "-", "－", "—", "——", "一", "--", "／／", "暂无", "未填", "没有"}
)
"""What a clerk writes into a cell that has no value."""

MASKED: Final = re.compile(r"[*＊•●]{4,}")
"""A number that an export masked; on its way back it means "unchanged"."""

_STRIPPED: Final = " \t\r\n\v\f\u3000\u00a0\ufeff\u200b"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a cell says: a packed value, or a problem, or several readings to choose from.

    `told` is a sentence for the clerk about a value that was taken in another form than it was written.
    """

    packed: Packed | None = None
    problem: str = ""
    readings: tuple[str, ...] = ()
    unchanged: bool = False
    damaged: DamagedId | None = None
    told: str = ""


EMPTY: Final = Reading()
UNCHANGED: Final = Reading(unchanged=True)


def shown(value: Value) -> str:
    """A cell's value as the sentence quotes it."""
    if value is None:
        return ""
    if isinstance(value, CellError):
        return value.text
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, (int, float)):
        return number_text(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ") if value.time() != time() else value.date().isoformat()
    if isinstance(value, (date, time)):
        return value.isoformat()
    return value.strip(_STRIPPED)


class CellReader:
    """Reads the cells of one file; `mapped` holds what its sender's values mean, by target and text."""

    def __init__(self, mapped: Mapping[tuple[str, str], str], *, date1904: bool = False) -> None:
        self._mapped = mapped
        self._date1904 = date1904
        self._known: dict[str, dict[Value, Reading]] = {}

    def known(self, target: Target) -> dict[Value, Reading]:
        """The readings of a target so far; numbers that are equal read equal, but True is not 1."""
        return self._known.setdefault(target.name, {None: EMPTY})

    def read(self, target: Target, value: Value) -> Reading:
        """What a cell says about a target."""
        if isinstance(value, bool):
            return self._read(target, value)
        known = self.known(target)
        found = known.get(value)
        if found is None:
            found = known[value] = self._read(target, value)
        return found

    def _read(self, target: Target, value: Value) -> Reading:
        if isinstance(value, CellError):
            return Reading(problem=f"{target.label}单元格显示为“{value.text}”，取不到内容，请填写实际内容")
        text = shown(value)
        text = self._mapped.get((target.name, text), text) if self._mapped else text
        if isinstance(value, str) or text != shown(value):
            text = text.lstrip("'’‘`").strip(_STRIPPED) if target.name != "name" else text
            if text in NOTHING:
                return EMPTY
            if MASKED.search(text) and (target.field.personal or target.name == "name"):
                return UNCHANGED
            value = text
        try:
            return self._parse(target, value, text)
        except AmbiguousValue as error:
            return self._ambiguous(target, text, error)
        except ValueProblem as error:
            return Reading(problem=_sentence(target, str(error)), damaged=_damaged(target, value))

    def _parse(self, target: Target, value: Value, text: str) -> Reading:
        kind = target.field.kind
        if isinstance(value, bool):
            parsed = kind.parse(text)
        elif isinstance(value, (int, float)):
            parsed = kind.parse_number(value, date1904=self._date1904)
        elif isinstance(value, datetime):
            parsed = kind.parse_day(value.date())
        elif isinstance(value, date):
            parsed = kind.parse_day(value)
        elif isinstance(value, time):
            raise ValueProblem(f"“{text}”是时刻，此栏不能填时刻")
        else:
            parsed = kind.parse(text)
        if parsed is None or parsed == "":
            return EMPTY
        packed = kind.pack(parsed)
        return Reading(packed, told=_told(target, text, packed))

    @staticmethod
    def _ambiguous(target: Target, text: str, error: AmbiguousValue) -> Reading:
        """One reading is an assumption that is told; several are for a person to choose from."""
        if len(error.readings) == 1:
            told = f"{target.label}“{text}”按“{error.readings[0]}”读入"
            return Reading(error.readings[0], told=told)
        return Reading(problem=_sentence(target, str(error)), readings=error.readings)


def _sentence(target: Target, text: str) -> str:
    return text if target.label in text else f"{target.label}：{text}"


def _damaged(target: Target, value: Value) -> DamagedId | None:
    if target.name != "id_number" or not isinstance(value, (int, float, str)):
        return None
    return damaged_id(value)


_DOT: Final = re.compile(r"[.．。﹒－—–\-•‧・∙⋅]")


def _told(target: Target, text: str, packed: Packed) -> str:
    """A middle dot that was written as something else is told once, because it changes the name on paper."""
    if isinstance(target.field.kind, PersonName) and "·" in str(packed) and _DOT.search(text):
        return f"姓名“{text}”按“{packed}”登记"
    return ""


def is_free_text(target: Target) -> bool:
    """A target whose text is taken as it is written."""
    return isinstance(target.field.kind, (Text, LongText)) and not isinstance(target.field.kind, PartialDate)
