"""Months of a training (TR-1) and the division of its travel (TR-12)."""

from datetime import date
from decimal import Decimal

import pytest

from desktop.rules.training_months import add_months, training_months
from desktop.rules.travel_costs import split_travel


def test_national_training_fills_a_year() -> None:
    """Three months of classes and nine of practice end on the day before the same day of the next year."""
    found = training_months(date(2026, 3, 1), Decimal(3), Decimal(9))
    assert (found.classes_end, found.practice_end) == (date(2026, 5, 31), date(2027, 2, 28))
    assert found.fills_a_year


def test_municipal_training_does_not_fill_a_year() -> None:
    """One and a half months and six make seven and a half; half a month is 15 days."""
    found = training_months(date(2026, 9, 1), Decimal("1.5"), Decimal(6))
    assert (found.classes_end, found.practice_end) == (date(2026, 10, 15), date(2027, 4, 15))
    assert found.months == Decimal("7.5")
    assert not found.fills_a_year


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), "1", date(2026, 2, 28)),
        (date(2028, 1, 31), "1", date(2028, 2, 29)),
        (date(2026, 12, 15), "0.5", date(2026, 12, 30)),
        (date(2026, 11, 30), "14", date(2028, 1, 30)),
        (date(2026, 5, 1), "0", date(2026, 5, 1)),
    ],
)
def test_months_end_with_the_month(day: date, months: str, expected: date) -> None:
    """A day that a month does not have is its last."""
    assert add_months(day, Decimal(months)) == expected


@pytest.mark.parametrize("months", ["-1", "1.3"])
def test_other_parts_of_months_are_refused(months: str) -> None:
    """Only whole and half months are counted."""
    with pytest.raises(ValueError, match="months"):
        add_months(date(2026, 1, 1), Decimal(months))


@pytest.mark.parametrize(
    ("amount", "percent", "expected"),
    [(560_001, 50, (280_000, 280_001)), (0, 50, (0, 0)), (100, 0, (0, 100)), (100, 100, (100, 0)), (1, 50, (0, 1))],
)
def test_travel_is_divided_whole(amount: int, percent: int, expected: tuple[int, int]) -> None:
    """Both shares are the whole; half a 分 falls to the school."""
    found = split_travel(amount, percent)
    assert (found.authority, found.school) == expected
    assert found.authority + found.school == amount


@pytest.mark.parametrize(("amount", "percent"), [(-1, 50), (100, 101), (100, -1)])
def test_what_cannot_be_divided_is_refused(amount: int, percent: int) -> None:
    """Amounts below nothing and shares above the whole are mistakes."""
    with pytest.raises(ValueError, match="%"):
        split_travel(amount, percent)
