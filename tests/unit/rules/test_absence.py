"""The one-third rules in whole tenths, conversions, and the sentences that explain them."""

import pytest

from desktop.rules.absence import AbsenceRules, Mark, Tally, arrival_mark, converted, judge, left_to_miss, reaches
from desktop.rules.hours import fraction_words, hours_text, packed_hours, read_fraction, tenths

THIRD = (1, 3)


@pytest.mark.parametrize(
    ("hours", "first"),
    [(260, 87), (130, 44), (120, 40), (90, 30), (72, 24), (60, 20), (48, 16), (40, 14), (36, 12), (16, 6), (8, 3)],
)
def test_first_failing_hours(hours, first):
    """The thresholds of domain §2.4: the first whole number of hours that reaches a third, an exact third included."""
    assert reaches(first * 10, hours * 10, THIRD)
    assert not reaches((first - 1) * 10, hours * 10, THIRD)
    assert left_to_miss((first - 1) * 10, hours * 10, THIRD) in range(1, 11)


def test_tenths_decide():
    """39.5 of 120 stays, 40 is cancelled; 39.9 stays as well."""
    for missed, is_cancelled in ((395, False), (399, False), (400, True)):
        assert bool(judge({"c": ("教法", 1200, missed)}, missed, 10_000, AbsenceRules()).cancelled) is is_cancelled


def test_nothing_is_reached_of_nothing():
    """A course of 0 hours cancels nobody; it is refused where it is entered."""
    assert not reaches(0, 0, THIRD)
    assert not judge({"c": ("教法", 0, 0)}, 0, 0, AbsenceRules()).cancelled


def test_sentences():
    """Reason and warning name hours, whole and what is left (clerk.md §4)."""
    found = judge({"c": ("教法", 1200, 400), "d": ("学法", 1200, 360)}, 760, 2600, AbsenceRules())
    assert found.cancelled == {"c": "“教法”缺课满 40 学时，达到该课程 120 学时的三分之一，取消该课程成绩"}
    assert found.warnings == ("“学法”已缺课 36 学时，再缺 4 学时将取消成绩",)
    assert found.failed == ""
    assert judge({}, 865, 2600, AbsenceRules()).warnings == ("共缺课 86.5 学时，再缺 0.2 学时将按培训不及格处理",)
    failed = judge({}, 870, 2600, AbsenceRules()).failed
    assert failed == "缺课满 87 学时，达到培训总学时 260 的三分之一，按培训不及格处理"


def test_more_than_all_is_doubted():
    """Absence above the hours of the course, or of the class, is told."""
    found = judge({"c": ("教法", 100, 140)}, 140, 120, AbsenceRules())
    assert found.doubts == (
        "缺课 14 学时多于课程“教法”的 10 学时，请核对课次的学时和缺课学时",
        "缺课 14 学时多于培训班的 12 学时，请核对课次的学时和缺课学时",
    )


@pytest.mark.parametrize(
    ("rules", "mark", "counts"),
    [
        (AbsenceRules(), Mark.OFFICIAL, True),
        (AbsenceRules(leave_counts=False), Mark.OFFICIAL, False),
        (AbsenceRules(leave_not_counted=frozenset({"6"})), Mark.OFFICIAL, False),
        (AbsenceRules(leave_not_counted=frozenset({"6"})), Mark.SICK, True),
        (AbsenceRules(leave_counts=False), Mark.UNEXCUSED, True),
        (AbsenceRules(leave_counts=False), Mark.PENDING, True),
        (AbsenceRules(personal_leave_per_absence=2), Mark.PERSONAL, False),
        (AbsenceRules(), Mark.LATE, True),
        (AbsenceRules(), Mark.PRESENT, False),
        (AbsenceRules(), Mark.UNPLANNED, False),
    ],
)
def test_what_counts_is_policy(rules, mark, counts):
    """TR-9 and TR-15: approved leave counts as policy says; 待核 counts until the slip comes."""
    assert rules.counts(mark) is counts


def test_conversions_are_optional():
    """TR-15: every second late or early mark is an absence, two personal leaves are one; off by default."""
    marks = [("2", "a", 40, 0), ("3", "b", 40, 5), ("5", "a", 40, 0), ("2", "a", 40, 0), ("5", "b", 30, 0)]
    assert converted(marks, AbsenceRules()) == {}
    assert converted(marks, AbsenceRules(late_early_per_absence=2)) == {"b": 35}
    assert converted(marks, AbsenceRules(personal_leave_per_absence=2)) == {"b": 30}
    assert converted(marks, AbsenceRules(personal_leave_per_absence=2, leave_counts=False)) == {}
    spared = AbsenceRules(personal_leave_per_absence=2, leave_not_counted=frozenset({Mark.PERSONAL}))
    assert converted(marks, spared) == {}


def test_tallies_add_up():
    """What is not planned is not due; what is missed is kept by mark."""
    tally = Tally()
    tally.add("1", times=3, due=120, away=0, counts=False)
    tally.add("8", times=1, due=40, away=0, counts=False)
    tally.add("6", times=1, due=40, away=40, counts=False)
    whole = Tally()
    whole.join(tally)
    whole.join(tally)
    assert (whole.due, whole.away, whole.absent, whole.times) == (320, 80, 0, {"1": 6, "8": 2, "6": 2})


@pytest.mark.parametrize(
    ("starts", "clock", "grace", "mark"),
    [("08:30", "08:30", 0, "1"), ("08:30", "08:31", 0, "2"), ("8:30", "08:40", 10, "1"), ("", "23:59", 0, "1")],
)
def test_who_comes_behind_the_beginning_is_late(starts, clock, grace, mark):
    """Only more than the minutes of grace are late; a session without a beginning has no late ones."""
    assert arrival_mark(starts, clock, grace) == mark


def test_hours_as_text():
    """Tenths are read from one decimal and shown without an idle zero."""
    assert [tenths(each) for each in ("39.5", "40.0", "0.5", None)] == [395, 400, 5, 0]
    assert [hours_text(each) for each in (395, 400, 5, -45)] == ["39.5", "40", "0.5", "-4.5"]
    assert packed_hours(400) == "40.0"


def test_fractions():
    """A policy is written 1/3 and said 三分之一; anything else is a bug of the policy file."""
    assert read_fraction("1/3") == THIRD
    assert fraction_words(THIRD) == "三分之一"
    for text in ("三分之一", "1/0", "0.3"):
        with pytest.raises(ValueError, match=r"."):
            read_fraction(text)
