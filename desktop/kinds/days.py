"""Kinds of days and parts of years."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from desktop.errors import ValueProblem
from desktop.kinds.base import Kind, Packed
from desktop.rules.citizen_id import LEAST_AGE, is_plausible_birth
from desktop.rules.dates import date_from_number, first_day, last_day, read_day, read_partial_date

Value = TypeVar("Value")


@dataclass(frozen=True)
class Day(Kind):
    """A calendar day; one that `is_past` is the day of something that has happened."""

    is_past: bool = False

    def parse(self, text: str) -> date:
        """Read every written form of domain §7 that names a whole day."""
        return _believable(self, read_day(text))

    def parse_number(self, value: float, *, date1904: bool = False) -> date:
        """Read a serial number or digits like 20240315."""
        return self.parse(date_from_number(value, date1904=date1904))

    def fault(self, packed: Packed) -> str:
        """A day to come."""
        return _still_to_come(str(packed)) if self.is_past else ""

    def format(self, value: date) -> str:
        """ISO form, which every spreadsheet sorts right."""
        return value.isoformat()

    def pack(self, value: date) -> Packed:
        """ISO form."""
        return value.isoformat()

    def unpack(self, packed: Packed) -> date:
        """Only the ISO form."""
        try:
            value = date.fromisoformat(str(packed))
        except ValueError:
            raise ValueProblem(f"“{packed}”不是日期") from None
        if value.isoformat() != packed:
            raise ValueProblem(f"“{packed}”不是规范的日期")
        return value

    def sample(self, number: int) -> date:
        """Days of several years."""
        return date(2000 + number % 25, number % 12 + 1, number % 28 + 1)


@dataclass(frozen=True)
class PartialDate(Kind):
    """A year, a half-year, a month or a day: 2024, 2024上, 2024-03, 2024-03-15; `is_past` as of a Day."""

    is_past: bool = False

    def parse(self, text: str) -> str:
        """Read every written form of domain §7; a lone sign for "none" gives the empty text."""
        return _believable(self, read_partial_date(text))

    def parse_number(self, value: float, *, date1904: bool = False) -> str:
        """Read 202209, 2022.9 or a serial number; 2010.1 is ambiguous."""
        return _believable(self, date_from_number(value, date1904=date1904))

    def fault(self, packed: Packed) -> str:
        """A date to come."""
        return _still_to_come(str(packed)) if self.is_past else ""

    def unpack(self, packed: Packed) -> str:
        """Only the canonical text."""
        if read_partial_date(str(packed)) != packed:
            raise ValueProblem(f"“{packed}”不是规范的日期")
        return str(packed)

    def sample(self, number: int) -> str:
        """All four precisions."""
        return ("2024", "2024-03", "2024-03-15", "2024上", "1987-12")[number % 5]


@dataclass(frozen=True)
class Birth(PartialDate):
    """When a person of the staff was born; the ladder of the citizen's number holds without one as well."""

    def fault(self, packed: Packed) -> str:
        """A birth that no one on the staff can have."""
        born = str(packed)
        if is_plausible_birth(last_day(born)) and is_plausible_birth(first_day(born)):
            return ""
        return f"“{born}”不在合理范围（1931年至今满{LEAST_AGE}周岁），请核对"

    def sample(self, number: int) -> str:
        """All four precisions."""
        return ("1978", "1980-03", "1980-03-15", "1969上", "1987-12")[number % 5]


def _believable(kind: Kind, value: Value) -> Value:
    """The value that was read. Raises ValueProblem for one that cannot be true today."""
    if value and (fault := kind.fault(kind.pack(value))):
        raise ValueProblem(fault)
    return value


def _still_to_come(packed: str) -> str:
    today = date.today()  # noqa: DTZ011 - an office's day is the day of its own clock
    return f"“{packed}”晚于今天（本机日期 {today}），请核对" if first_day(packed) > today else ""


def moment_text(moment: datetime) -> str:
    """A point in time as it is stored: UTC, to the millisecond."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
