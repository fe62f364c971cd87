"""Retirement under the gradual delay of 2025."""

from datetime import date

import pytest

from desktop.codes import shipped_policies
from desktop.rules.policies import policy_value
from desktop.rules.retirement import read_stages, retirement_day, retirement_month, retires_within


def _stages(year):
    return read_stages(policy_value(shipped_policies(), "retire.table", year, ("national",)))


@pytest.mark.parametrize(
    ("birth", "base", "month"),
    [
        ("1964-12", 60, "2024-12"),
        ("1965-01", 60, "2025-02"),
        ("1970-06", 60, "2031-11"),
        ("1976-08", 60, "2039-07"),
        ("1976-09", 60, "2039-09"),
        ("1980-01-15", 60, "2043-01"),
        ("1970-01", 55, "2025-02"),
        ("1975-03", 55, "2031-07"),
        ("1981-09", 55, "2039-09"),
        ("1975-01", 50, "2025-02"),
        ("1984-11", 50, "2039-11"),
    ],
)
def test_month(birth, base, month):
    """The checks of domain §2.14 hold."""
    assert retirement_month(birth, base, _stages(2026)) == month


@pytest.mark.parametrize(("base", "month"), [(60, "2030-06"), (55, "2025-06"), (50, "2020-06")])
def test_before_2025(base, month):
    """Under the table before 2025 nothing is delayed."""
    assert retirement_month("1970-06", base, _stages(2024)) == month


def test_unknown_base_age():
    """A base age that the table does not have is a bug of the caller."""
    with pytest.raises(KeyError):
        retirement_month("1970-06", 65, _stages(2026))


@pytest.mark.parametrize(
    ("birth", "day"),
    [("1970-06-15", date(2031, 11, 15)), ("1970-06", date(2031, 11, 30)), ("1965-01-31", date(2025, 2, 28))],
)
def test_day(birth, day):
    """Retirement is reached on the day of birth in the month, or on its last day."""
    assert retirement_day(birth, 60, _stages(2026)) == day


def test_chosen_day_wins():
    """A recorded flexible retirement replaces the computed one."""
    assert retirement_day("1970-06", 60, _stages(2026), chosen="2030-01") == date(2030, 1, 31)


@pytest.mark.parametrize(
    ("at", "years", "within"),
    [
        (date(2026, 12, 31), 5, True),
        (date(2026, 11, 15), 5, False),
        (date(2026, 11, 16), 5, True),
        (date(2040, 1, 1), 3, True),
    ],
)
def test_less_than_years(at, years, within):
    """不足 does not include the number itself (domain §6.4, appendix B 6)."""
    assert retires_within(retirement_day("1970-06-15", 60, _stages(2026)), years, at) is within
