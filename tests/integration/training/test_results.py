"""Results, make-ups and certificates from the database to the register."""

from dataclasses import replace as replace_rules
from datetime import date

import pytest

from desktop.errors import InvalidRecord, RefusedError
from desktop.models import Programme, ScoreSheet
from desktop.queries.directory import Directory
from desktop.queries.policies import Policies
from desktop.queries.training.results import class_results, results_json
from desktop.rules.training_results import Grade
from desktop.services.training.score_rules import ScoreRules, set_score_rules
from desktop.services.training.scoring import enter_scores
from tests.builders import add, contents_of
from tests.builders_training import make_class, mark_all, results_of, score

DAY = date(2026, 8, 1)


def enter(store, made, part, scores, **words):
    with store.write("登记成绩") as session:
        return enter_scores(session, made.uid, part, scores, **words)


def test_one_score_changes_only_that_trainee(store):
    """Entering a score again corrects it and leaves the others; None takes it away."""
    made = make_class(store, people=3)
    enter(store, made, "2", {who: {"points": "80.0"} for who in made.trainees})
    enter(store, made, "2", {made.trainees[1]: {"points": "95.0"}, made.trainees[2]: {"points": None}})
    assert [str(each.result.points) for each in results_of(store, made.uid)] == ["80.0", "95.0", "None"]


def test_strangers_are_refused(store):
    """A score for somebody of another class names the person; nothing is written."""
    made, other = make_class(store, people=1), make_class(store, people=0)
    with pytest.raises(RefusedError, match="教师乙不是本班学员"):
        enter(store, other, "2", {made.trainees[0]: {"points": "80.0"}})


def test_makeup_is_taken_once(store):
    """TR-10: only who failed makes up, once; a second is refused, a correction of the first is not."""
    made = make_class(store, people=3)
    score(store, made, "2", ["50.0", "90.0", "40.0"])
    with pytest.raises(RefusedError, match="教师丙没有待补考的成绩"):
        enter(store, made, "4", {made.trainees[1]: {"points": "80.0"}})
    enter(store, made, "4", {made.trainees[0]: {"points": "55.0"}}, date="2026-08-05")
    assert results_of(store, made.uid)[0].result.grade is Grade.FAILED
    enter(store, made, "4", {made.trainees[0]: {"points": "65.0"}})
    assert results_of(store, made.uid)[0].result.grade is Grade.PASSED
    assert results_of(store, made.uid)[2].result.makeups == {"": "总评不及格"}


def test_cancelled_course_and_whole_failure(store):
    """TR-11: a third of a course cancels its score and is made up; a third of all fails without make-up."""
    made = make_class(
        store,
        courses=(("教法", "12.0"), ("学法", "12.0")),
        hours=((0, "4.0"), (1, "4.0")),
        people=3,
        graded=True,
        class_hours="24.0",
    )
    mark_all(store, made, [[("1", None), ("5", None), ("7", None)], [("1", None), ("1", None), ("7", None)]])
    for course in made.courses:
        score(store, made, "3", ["90.0"] * 3, course)
    first, second, third = results_of(store, made.uid)
    assert (first.result.grade, first.result.is_entitled) == (Grade.EXCELLENT, True)
    assert list(second.result.makeups) == [made.courses[0]]
    assert (third.result.grade, dict(third.result.makeups)) == (Grade.FAILED, {})
    enter(store, made, "4", {made.trainees[1]: {"points": "70.0"}}, course=made.courses[0])
    assert results_of(store, made.uid)[1].result.is_entitled
    with store.read() as session:
        told = results_json(class_results(session, Policies(session), made.uid), Directory(session))
    assert told["trainees"][1]["course_scores"] == {"教法": "取消", "学法": "90.0"}
    assert told["trainees"][2]["failed"] == "缺课满 8 学时，达到培训总学时 24 的三分之一，按培训不及格处理"


def test_programme_parts_can_be_failed(store):
    """A class of a programme with defence and practice asks for both (TR-2)."""
    programme = add(store, Programme, {"name": "省级骨干", "year": 2026, "has_practice": 1, "has_defence": 1})
    made = make_class(store, people=1, programme=programme)
    score(store, made, "2", ["90.0"])
    assert results_of(store, made.uid)[0].result.missing == ("教学实践", "论文答辩")
    enter(store, made, "5", {made.trainees[0]: {"grade": "2"}})
    enter(store, made, "7", {made.trainees[0]: {"grade": "3"}})
    assert results_of(store, made.uid)[0].result.makeups == {"": "论文答辩不合格"}


def test_decision_of_the_group(store):
    """TR-10: the group's decision stands before the points."""
    made = make_class(store, people=1)
    score(store, made, "2", ["84.0"])
    enter(store, made, "8", {made.trainees[0]: {"grade": "1"}}, decided_by="王主任、李老师、张干事")
    assert results_of(store, made.uid)[0].result.grade is Grade.EXCELLENT


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ({"points": "100.5"}, "应在 0—100 之间"),
        ({"points": "-1.0"}, "应在 0—100 之间"),
    ],
)
def test_scores_that_cannot_be(store, line, told):
    """Points out of 0…100 are a sentence and nothing is kept."""
    made = make_class(store, people=1)
    with pytest.raises(InvalidRecord, match=told):
        enter(store, made, "2", {made.trainees[0]: line})
    assert contents_of(store, ScoreSheet) == {}


def test_office_sets_how_it_scores(store):
    """Weights and limits of the office hold from the year on, scored classes too; wrong ones are told together."""
    made = make_class(store, people=1)
    score(store, made, "11", ["90.0"])
    score(store, made, "12", ["60.0"])
    score(store, made, "2", ["70.0"])
    assert str(results_of(store, made.uid)[0].result.points) == "72.0"
    wrong = ScoreRules(140, (0, 0, 0), (1, 1, 1), 90, 80)
    with (
        pytest.raises(RefusedError, match=r"比重“140”.*都是 0.*及格分数 90 应大于 0.*依据没有填写"),
        store.write("改") as session,
    ):
        set_score_rules(session, 2026, wrong, " ")
    wanted = ScoreRules(50, (3, 1, 1), (1, 1, 1), 60, 76)
    with store.write("改") as session:
        assert set_score_rules(session, 2026, wanted, "培训考核办法") == 3
    found = results_of(store, made.uid)[0].result
    assert (str(found.points), found.grade) == ("76.3", Grade.EXCELLENT)
    with pytest.raises(RefusedError, match="没有改动"), store.write("再改") as session:
        set_score_rules(session, 2026, wanted, "培训考核办法")
    with store.write("又改") as session:
        assert set_score_rules(session, 2026, replace_rules(wanted, excellent=90), "新办法") == 1
    assert results_of(store, made.uid)[0].result.grade is Grade.PASSED
