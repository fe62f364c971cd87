"""Points, grades, make-up once, and what absence does to a result (TR-6, TR-10, TR-11)."""

from decimal import Decimal

import pytest

from desktop.rules.training_results import Given, Grade, ResultRules, Taken, Wanted, joined, result_of

BOTH = Wanted(frozenset({"1", "2"}), {})
COURSES = Wanted(frozenset(), {"a": ("教法", 800), "b": ("学法", 400)})
RULES = ResultRules()


def points(value):
    return Given(Decimal(value))


def judged(wanted=BOTH, **taken):
    return result_of(Taken(**taken), wanted, RULES)


@pytest.mark.parametrize(
    ("usual", "final", "total", "grade"),
    [
        ("90", "80", "84.0", Grade.PASSED),
        ("85", "85", "85.0", Grade.EXCELLENT),
        ("60", "60", "60.0", Grade.PASSED),
        ("59.9", "59.9", "59.9", Grade.FAILED),
        ("100", "33.3", "60.0", Grade.PASSED),
    ],
)
def test_weights(usual, final, total, grade):
    """40 % 平时 and 60 % 结业, one decimal, half up."""
    found = judged(parts={"1": points(usual), "2": points(final)})
    assert (found.points, found.first) == (Decimal(total), grade)


def test_courses_weigh_by_hours():
    """Where only courses are scored, each weighs by its hours."""
    found = judged(COURSES, courses={"a": points("90"), "b": points("60")})
    assert (found.points, found.grade) == (Decimal("80.0"), Grade.PASSED)


def test_missing_scores_are_named():
    """Nothing is graded before all scores are there, unless the group decided."""
    found = judged(parts={"1": points("90")})
    assert (found.grade, found.missing, found.is_entitled) == (None, ("结业考核",), False)
    assert judged(COURSES, courses={"a": points("90")}).missing == ("“学法”",)
    assert judged(Wanted(frozenset(), {})).missing == ("成绩",)
    assert judged(decided="1").grade is Grade.EXCELLENT


def test_grades_in_words():
    """结业 in words (评语、鉴定): the worst grade of the parts is the result."""
    found = judged(parts={"1": Given(grade="1"), "2": Given(grade="2")})
    assert (found.points, found.grade) == (None, Grade.PASSED)


def test_failing_total_is_made_up_once():
    """不及格 gets one make-up: passed it gives 及格, failed it ends."""
    low = {"1": points("50"), "2": points("50")}
    still_open = judged(parts=low)
    assert (still_open.grade, still_open.makeups, still_open.is_entitled) == (Grade.FAILED, {"": "总评不及格"}, False)
    passed = judged(parts=low, makeups={"": points("95")})
    assert (passed.first, passed.grade, passed.is_entitled) == (Grade.FAILED, Grade.PASSED, True)
    failed = judged(parts=low, makeups={"": points("59")})
    assert (failed.grade, failed.makeups, failed.is_entitled) == (Grade.FAILED, {}, False)
    assert failed.reasons[-1] == "补考不及格"


def test_absent_from_exam_is_not_zero():
    """缺考 is no score of 0: it must be made up."""
    found = judged(parts={"1": points("90"), "2": Given(is_absent=True)})
    assert (found.points, found.makeups) == (None, {"": "结业考核缺考"})
    passed = judged(parts={"1": points("90"), "2": Given(is_absent=True)}, makeups={"": points("80")})
    assert passed.is_entitled


def test_cancelled_course_is_made_up():
    """TR-7: the score of the course is cancelled and that course made up; the other course stands."""
    found = judged(COURSES, courses={"a": points("90"), "b": points("90")}, cancelled={"b": "缺课"})
    assert (found.makeups, found.points, found.is_entitled) == ({"b": "缺课"}, None, False)
    assert judged(
        COURSES, courses={"a": points("90")}, cancelled={"b": "缺课"}, makeups={"b": points("70")}
    ).is_entitled
    failing = judged(COURSES, courses={"a": points("50"), "b": Given(is_absent=True)})
    assert failing.makeups == {"a": "“教法”不及格", "b": "“学法”缺考"}


def test_whole_failure_has_no_makeup():
    """TR-8: who missed a third of all fails whatever was scored or decided, and has nothing to make up."""
    parts = {"1": points("99"), "2": points("99")}
    found = judged(parts=parts, failed="缺课满 87 学时", decided="1", makeups={"": points("90")})
    assert (found.grade, found.makeups, found.is_entitled) == (Grade.FAILED, {}, False)


def test_extra_parts_can_be_failed():
    """TR-2: practice, return visit and defence each can keep a certificate back."""
    wanted = Wanted(frozenset({"1", "2"}), {}, ("5", "7"))
    parts = {"1": points("90"), "2": points("90"), "5": Given(grade="2")}
    assert judged(wanted, parts=parts).missing == ("论文答辩",)
    assert judged(wanted, parts={**parts, "7": Given(grade="3")}).makeups == {"": "论文答辩不合格"}
    assert judged(wanted, parts={**parts, "7": Given(grade="1")}).is_entitled


def test_withdrawn_has_no_grade():
    """退学 is not 不及格."""
    assert judged(withdrawn=True).grade is None


@pytest.mark.parametrize(
    ("parts", "kept", "found"),
    [
        ({"11": points("90"), "12": points("81")}, {"11", "12"}, {"1": "85.5"}),
        ({"11": points("90"), "12": points("80"), "13": points("80")}, {"11", "12", "13"}, {"1": "83.3"}),
        ({"11": points("90")}, {"11", "12"}, {}),
        ({"11": points("90")}, {"11"}, {"1": "90.0"}),
        ({"1": points("70"), "11": points("90")}, {"11"}, {}),
        ({"11": points("90"), "12": Given(is_absent=True)}, {"11", "12"}, {"1": "45.0"}),
        ({"21": points("90"), "22": Given(grade="1")}, {"21", "22"}, {}),
        ({}, set(), {}),
    ],
)
def test_details_make_their_part(parts, kept, found):
    """The mean of the details that the class keeps; the part itself goes before; one that is open keeps it open."""
    assert {part: str(given.points) for part, given in joined(parts, kept, {}).items()} == found


def test_absent_from_a_detail_of_the_examination_is_absent():
    """缺考 in 试讲 is 缺考 of 结业, which is made up, not a low mean."""
    assert joined({"21": Given(is_absent=True), "22": points("90")}, {"21", "22"}, {}) == {"2": Given(is_absent=True)}


@pytest.mark.parametrize(
    ("weights", "kept", "found"),
    [
        ((2, 1, 1), ("11", "12", "13"), "82.5"),
        ((0, 1, 1), ("11", "12", "13"), "75.0"),
        ((2, 1, 1), ("11", "12"), "86.7"),
        ((0, 1, 1), ("11",), None),
    ],
)
def test_details_are_weighed(weights, kept, found):
    """Each detail counts by its weight among those kept; one of weight 0 is not asked for."""
    given = {"11": points("90"), "12": points("80"), "13": points("70")}
    made = joined(given, kept, {"1": weights})
    assert (str(made["1"].points) if made else None) == found
