"""Look-up of regulated values."""

import pytest

from desktop.errors import RefusedError
from desktop.rules.policies import PolicyRow, policy_row, policy_value

ROWS = (
    PolicyRow("national", "publicity.min_workdays", "公示最少工作日", 5),
    PolicyRow("kangbao", "publicity.min_workdays", "公示最少工作日", 7),
    PolicyRow("own", "publicity.min_workdays", "公示最少工作日", 10, from_year=2027),
    PolicyRow("national", "ce.min_hours", "最少学时", 240, from_year=1999, until_year=2010),
    PolicyRow("national", "ce.min_hours", "最少学时", 360, from_year=2011),
    PolicyRow("national", "ce.min_hours", "最少学时", 400, from_year=2030),
)


@pytest.mark.parametrize(
    ("sets", "year", "value"),
    [
        (("national",), 2026, 5),
        (("kangbao", "national"), 2026, 7),
        (("own", "kangbao", "national"), 2026, 7),
        (("own", "kangbao", "national"), 2027, 10),
    ],
)
def test_nearest_set_wins(sets, year, value):
    """The office's own row comes before its set, and that before the national default, when in force."""
    assert policy_value(ROWS, "publicity.min_workdays", year, sets) == value


@pytest.mark.parametrize(("year", "value"), [(2010, 240), (2011, 360), (2029, 360), (2030, 400)])
def test_years_in_force(year, value):
    """A row counts in its years; of two the later begun."""
    assert policy_row(ROWS, "ce.min_hours", year, ("national",)).value == value


@pytest.mark.parametrize(("key", "year"), [("ce.min_hours", 1998), ("allowance.month_yuan.tier3", 2026)])
def test_unset(key, year):
    """A value that nobody set must be entered."""
    with pytest.raises(RefusedError, match=key):
        policy_value(ROWS, key, year, ("national",))
