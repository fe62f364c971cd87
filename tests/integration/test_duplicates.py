"""Two records of one person become one, and again two."""

from pathlib import Path

import pytest

from desktop.errors import RefusedError
from desktop.models import (
    Alias,
    Appointment,
    AppointmentEvent,
    Employment,
    Enrolment,
    School,
    SignInSheet,
    Teacher,
)
from desktop.models.base import Content
from desktop.queries.contents import contents_hash
from desktop.queries.policies import Policies
from desktop.queries.training.figures import Measure
from desktop.queries.training.statistics import statistics
from desktop.services.duplicates import BOTH, KEPT, LOST, disputed, read_pair, unite
from desktop.services.training.enrolling import assign
from desktop.services.training.scoring import enter_scores
from desktop.store import Store
from desktop.store.history import last_undoable, undo
from desktop.store.pointing import linking_to
from tests.builders import (
    OFFICE_CODE,
    add,
    add_all,
    add_link_targets,
    appointment_content,
    contents_of,
    employment_content,
    make_office,
    school_content,
    teacher_content,
)
from tests.builders_training import make_class, mark_all

SECOND = {"name": "张叁", "mobile": "13900000002"}


def two(store: Store) -> tuple[str, str]:
    """One person without a number and with one."""
    first = {name: value for name, value in teacher_content(1, **SECOND).items() if name != "id_number"}
    return add(store, Teacher, first), add(store, Teacher, teacher_content(1, name="张三"))


def united(store: Store, uids: tuple[str, str], choice: str = LOST, reason: str = "同一人") -> str:
    with store.read() as session:
        pair = read_pair(session, uids, own=OFFICE_CODE)
    with store.write("合并", operator="王") as session:
        return unite(session, pair, dict.fromkeys(disputed(pair), choice), reason=reason)


def test_two_enrolments_in_one_class_become_one_trainee(tmp_path: Path) -> None:
    """Who was in a class under both records is one trainee and one 人次; two scores must be settled before."""
    store = make_office(tmp_path)
    made = make_class(store, hours=((0, "4.0"), (0, "4.0")), people=2)
    first, second = sorted(made.teachers)
    of_first, of_second = (made.trainees[made.teachers.index(each)] for each in (first, second))
    mark_all(store, made, [[("1", None), ("9", None)], [("9", None), ("4", None)]])
    with store.write("成绩") as session:
        enter_scores(session, made.uid, "2", {each: {"points": "80.0"} for each in made.trainees})
        assign(session, {of_second: {"group": "第2组"}})
    with store.read() as session:
        assert read_pair(session, (first, second), own=OFFICE_CODE).classes == ("骨干教师一班",)
    with pytest.raises(RefusedError, match=r"“骨干教师一班”的.*在同一次考核里有两个成绩"):
        united(store, (first, second))
    assert len(contents_of(store, Enrolment)) == 2
    with store.write("留一个成绩") as session:
        enter_scores(session, made.uid, "2", {of_second: {}})
    assert united(store, (first, second)) == first
    [(uid, content)] = contents_of(store, Enrolment).items()
    assert (uid, content["teacher"], content["group"]) == (of_first, first, "第2组")
    marks = [line["mark"] for each in contents_of(store, SignInSheet).values() for line in each["marks"]]
    assert sorted(marks) == ["1", "4"]
    with store.read() as session:
        found = statistics(session, Policies(session)).total
    assert found.sums[Measure.ENROLLED] == 1


def test_all_that_hangs_goes_to_the_record_kept_and_comes_back(tmp_path: Path) -> None:
    """Values chosen, number taken over, every link moved, an Alias left; one undo restores every record."""
    store = make_office(tmp_path)
    links = add_link_targets(store)
    uids = (links["teachers"][0], links["teachers"][1])
    with store.read() as session:
        before = contents_hash(session)
    number = contents_of(store, Teacher)[uids[1]]["id_number"]
    kept = united(store, uids)
    assert kept == uids[0]
    people = contents_of(store, Teacher)
    assert uids[1] not in people
    assert people[kept]["id_number"] == number
    for entity, names, _lines in linking_to("teachers"):
        told = [content.get(name) for content in contents_of(store, entity).values() for name in names]
        assert uids[1] not in told, entity
    assert {each["teacher"] for each in contents_of(store, Enrolment).values()} == {kept}
    assert len(contents_of(store, AppointmentEvent)) == 1
    (alias,) = contents_of(store, Alias).values()
    assert (alias["entity"], alias["lost_uid"], alias["kept_uid"]) == ("teachers", uids[1], kept)
    with store.read() as session:
        act = last_undoable(session)
    assert act is not None
    assert act.name == "合并"
    undo(store, act.id)
    with store.read() as session:
        assert contents_hash(session) == before


def test_every_difference_has_to_be_chosen(tmp_path: Path) -> None:
    """Without a choice for a field that both have, or a reason for a corrected name, nothing is written."""
    store = make_office(tmp_path)
    uids = two(store)
    with store.read() as session:
        pair = read_pair(session, uids, own=OFFICE_CODE)
        before = contents_hash(session)
    assert set(disputed(pair)) == {"name", "mobile"}
    for choices, reason, sentence in (
        ({"name": KEPT}, "同一人", "“手机号码”不同，还没有选择|“.*”不同，还没有选择"),
        ({"name": BOTH, "mobile": KEPT}, "同一人", "“姓名”不同，还没有选择"),
        ({"name": LOST, "mobile": KEPT}, " ", "合并改变了姓名，需要填写合并依据"),
    ):
        with pytest.raises(RefusedError, match=sentence), store.write("合并") as session:
            unite(session, pair, choices, reason=reason)
    with store.read() as session:
        assert contents_hash(session) == before


def test_value_of_one_side_is_kept_without_a_question(tmp_path: Path) -> None:
    """What only one record has needs no choice, and is in what comes out."""
    store = make_office(tmp_path)
    uids = two(store)
    kept = united(store, uids, KEPT)
    person = contents_of(store, Teacher)[kept]
    assert person["name"] == "张叁"
    assert person["id_number"] == teacher_content(1)["id_number"]


def test_double_employment_is_kept_once(tmp_path: Path) -> None:
    """What both have word for word stays once; another start stays beside it."""
    store = make_office(tmp_path)
    school = add(store, School, school_content())
    uids = two(store)
    same: list[Content] = [employment_content(uid, school) for uid in uids]
    add_all(store, Employment, [*same, employment_content(uids[1], school, start="2001-09")])
    kept = united(store, uids)
    found = contents_of(store, Employment).values()
    assert sorted((each["teacher"], each["start"]) for each in found) == [(kept, "2001-09"), (kept, "2010-09")]


def test_second_settlement_leads_the_first_one_on(tmp_path: Path) -> None:
    """Three records of one person: both uids given up lead to the one that stays."""
    store = make_office(tmp_path)
    first, second = two(store)
    third = add(store, Teacher, teacher_content(2, name="张三"))
    assert united(store, (second, third)) == second
    assert united(store, (first, second)) == first
    assert {each["lost_uid"]: each["kept_uid"] for each in contents_of(store, Alias).values()} == {
        third: first,
        second: first,
    }


def test_record_of_another_office_is_refused(tmp_path: Path) -> None:
    """Neither a person of another office is given up, nor one left without what other offices wrote on both."""
    store = make_office(tmp_path)
    uids = two(store)
    foreign = add(store, Teacher, teacher_content(3), origin="50999901", revision=1)
    with store.read() as session, pytest.raises(RefusedError, match="由单位 50999901 登记，只能由该单位合并"):
        read_pair(session, (uids[0], foreign), own=OFFICE_CODE)
    cohort = add_link_targets(store)["cohorts"][0]
    add(store, Appointment, appointment_content(uids[1], cohort), origin="5099", revision=1)
    with store.read() as session:
        assert read_pair(session, uids, own=OFFICE_CODE).kept.uid == uids[1]
    add(store, Appointment, appointment_content(uids[0], cohort), origin="5099", revision=1)
    with store.read() as session, pytest.raises(RefusedError, match="两条记录上都有其他单位的"):
        read_pair(session, uids, own=OFFICE_CODE)


def test_records_changed_since_are_not_united(tmp_path: Path) -> None:
    """What was shown is what is united: a change in between refuses it."""
    store = make_office(tmp_path)
    uids = two(store)
    with store.read() as session:
        pair = read_pair(session, uids, own=OFFICE_CODE)
    school = add(store, School, school_content())
    add(store, Employment, employment_content(uids[0], school))
    with pytest.raises(RefusedError, match="刚才又被改过"), store.write("合并") as session:
        unite(session, pair, dict.fromkeys(disputed(pair), KEPT), reason="同一人")
