"""Statistics whose rates name their denominators, held against the figures of the seed."""

from datetime import date

import pytest

from desktop.queries.policies import Policies
from desktop.queries.training.counted_people import counted_people
from desktop.queries.training.figures import Measure, Rate
from desktop.queries.training.statistics import statistics
from desktop.sample_training import write_sample_training
from desktop.services.training.enrolling import enrol
from tests.builders_training import enter_absence, make_class, mark_all, score
from tests.integration.training.test_results import enter


def counted(store, **words):
    with store.read() as session:
        return statistics(session, Policies(session), day=date(2009, 11, 10), **words)


@pytest.mark.parametrize(("by", "groups"), [("programme", 1), ("site", 16), ("class", 48), ("stage", 2)])
def test_remote_training_of_2009(store, by, groups):
    """16 sites, 48 classes, 1,314 = 510 + 804; 1,213 at 80 or more (92.3 %), 414 full (31.5 %), all passed."""
    write_sample_training(store)
    found = counted(store, by=by, year=2009)
    total = found.total
    assert len(found.groups) == groups
    assert (len(total.sites), len(total.classes), len(total.persons)) == (16, 48, 1314)
    assert total.sums[Measure.ENROLLED] == 1314
    assert [rate.sentence() for rate in total.rates()[1:]] == [
        "参考率 1314/1314（报名人次）= 100.0%",
        "优秀率 1213/1314（参考）= 92.3%",
        "满分率 414/1314（参考）= 31.5%",
        "合格率 1314/1314（参考）= 100.0%",
    ]
    if by == "stage":
        assert [(each.label, each.sums[Measure.ENROLLED]) for each in found.groups] == [("小学", 804), ("初中", 510)]


def test_nothing_has_no_percentage():
    """A rate over nothing shows its parts and no percentage."""
    assert Rate("出勤率", 0, 0, "应到人次").sentence() == "出勤率 0/0（应到人次）"


def test_persons_and_attendances_stay_apart(store):
    """One person in two classes is one 人 and two 人次; 应到 and 实到 count sessions."""
    made = make_class(store, hours=((0, "4.0"),) * 2, people=3)
    other = make_class(store, hours=((0, "4.0"),), people=0)
    with store.write("报名") as session:
        enrol(session, other.uid, made.teachers[:1])
    for lesson in (*made.sessions, *other.sessions):
        with store.write("登") as session:
            enter_absence(session, lesson, (1,), day=date(2026, 7, 31))
    total = counted(store, by="class").total
    sums = total.sums
    assert len(total.persons) == 3
    assert [sums[each] for each in (Measure.ENROLLED, Measure.DUE, Measure.PRESENT)] == [4, 7, 4]
    assert counted(store, by="class", year=2020).total.sums[Measure.ENROLLED] == 0
    assert total.rates()[0].sentence() == "出勤率 4/7（应到人次）= 57.1%"


def test_every_figure_is_the_sum_of_its_people(store):
    """The list behind a figure adds up to it, no part exceeds its whole; 缺考 of 结业 is no 参考, a make-up is."""
    made = make_class(store, people=7, hours=[(0, "4.0")] * 2)
    mark_all(store, made, [[("1" if n % 3 else "7", None) for n in range(7)]] * 2)
    score(store, made, "1", ["90.0"] * 5 + [None] * 2)
    enter(store, made, "2", {who: {"points": "100.0"} for who in made.trainees[:2]})
    enter(store, made, "2", {who: {"is_absent": 1} for who in made.trainees[2:4]})
    enter(store, made, "4", {made.trainees[3]: {"points": "70.0"}})
    enter(store, made, "8", {made.trainees[5]: {"grade": "1"}})
    total = counted(store, by="class").total
    assert [total.sums[each] for each in (Measure.EXAMINED, Measure.QUALIFIED, Measure.OPEN)] == [5, 4, 1]
    with store.read() as session:
        for measure in Measure:
            people = counted_people(session, list(total.behind(measure)), date(2026, 8, 1))
            assert sum(each.counts[measure] for each in people) == total.sums[measure]
    for rate in total.rates():
        assert all(each.counts[rate.part] <= each.counts[rate.of] for each in total.people), rate.label


def test_one_trainee_at_a_half_rounds_up():
    """1 of 16 is 6.25 %, told as 6.3 %; 7 of 8 is 87.5 %."""
    assert [Rate("率", *each, "人").percent for each in ((1, 16), (7, 8), (2, 3))] == ["6.3%", "87.5%", "66.7%"]
