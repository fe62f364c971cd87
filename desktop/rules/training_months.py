"""How long a training of backbone teachers lasts: months of classes, then months of practice at school (TR-1)."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

_HALF_MONTH: Final = 15
"""Days of half a month, as offices count it."""
_MONTHS_OF_YEAR: Final = 12


@dataclass(frozen=True, slots=True)
class TrainingMonths:
    """The last days of classes and of practice, and all months together."""

    classes_end: date
    practice_end: date
    months: Decimal

    @property
    def fills_a_year(self) -> bool:
        """Whether both parts make the one year that the regulation names as the period of training."""
        return self.months == _MONTHS_OF_YEAR


def training_months(start: date, classes: Decimal, practice: Decimal) -> TrainingMonths:
    """Lay out a training that begins on a day; whole and half months.

    Raises ValueError for months that are no multiple of a half, or below 0.
    """
    after_classes = add_months(start, classes)
    after_practice = add_months(after_classes, practice)
    day = timedelta(days=1)
    return TrainingMonths(after_classes - day, after_practice - day, classes + practice)


def add_months(day: date, months: Decimal) -> date:
    """The same day so many months later, or the last of that month if it has no such day; a half is 15 days."""
    if months < 0 or (months * 2) % 1:
        message = f"{months} months"
        raise ValueError(message)
    whole = day.month - 1 + int(months)
    year, month = day.year + whole // _MONTHS_OF_YEAR, whole % _MONTHS_OF_YEAR + 1
    found = date(year, month, min(day.day, monthrange(year, month)[1]))
    return found + timedelta(days=_HALF_MONTH) if months % 1 else found
