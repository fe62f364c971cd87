"""Hours of courses laid over half-days."""

import pytest

from desktop.rules.session_plan import PlannedSession, half_days_needed, lay_out

FREE = [("2026-07-06", "1"), ("2026-07-06", "2"), ("2026-07-07", "1")]


def test_courses_follow_each_other_and_share_no_half_day() -> None:
    """Six hours take a whole half-day and a rest; the next course begins on the next half-day."""
    planned, left = lay_out([("a", 60), ("b", 40)], FREE, 40)
    assert planned == [
        PlannedSession("a", FREE[0], 40),
        PlannedSession("a", FREE[1], 20),
        PlannedSession("b", FREE[2], 40),
    ]
    assert left == 0


def test_hours_without_room_are_told() -> None:
    """What finds no half-day is the sum of all that is left; nothing needed takes no room."""
    planned, left = lay_out([("a", 120), ("c", 0), ("b", 45)], FREE, 40)
    assert (len(planned), left) == (3, 45)
    assert lay_out([("a", 100)], FREE[:1], 40)[1] == 60


def test_half_days_needed_count_each_rest() -> None:
    """4.5 hours at 4 a half-day need two; courses with nothing left need none."""
    assert half_days_needed([("a", 45), ("b", 40), ("c", 0), ("d", -40)], 40) == 3


def test_half_days_without_hours_are_refused() -> None:
    """A policy of 0 hours a half-day would never end."""
    with pytest.raises(ValueError, match="half-day"):
        lay_out([("a", 40)], FREE, 0)
