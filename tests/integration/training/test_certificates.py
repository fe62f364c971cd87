"""Certificates in the database: who gets one, numbers without gaps, void, replaced and doubted ones."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from desktop.errors import RefusedError
from desktop.models import Certificate, Office, TrainingClass
from desktop.queries.offices import own_office
from desktop.queries.policies import Policies
from desktop.queries.training.certificates import certificate_register, class_certificates
from desktop.services.records import save
from desktop.services.training.certificates import issue, mark_reprint, replace, void
from desktop.services.training.scoring import enter_scores
from desktop.store import Edit, history, load, write_edits
from desktop.store.records import new_uid
from tests.builders import add, contents_of
from tests.builders_training import make_class, score

DAY = date(2026, 8, 1)


def enter(store, made, part, scores):
    with store.write("登记成绩") as session:
        return enter_scores(session, made.uid, part, scores)


@pytest.fixture
def judged(store):
    """A class in which the second of four failed."""
    made = make_class(store, people=4)
    score(store, made, "2", ["90.0", "50.0", "70.0", "80.0"])
    return made


def test_certificates_only_for_those_entitled(store, judged):
    """A failed trainee named gets a sentence and no number is used; unnamed, only those entitled get one."""
    with pytest.raises(RefusedError, match="教师丙（待补考：总评不及格）不能发证书"), store.write("发证") as session:
        issue(session, judged.uid, DAY, enrolments=judged.trainees[:2])
    with store.write("发证") as session:
        made = issue(session, judged.uid, DAY)
    with store.read() as session:
        issued = load(session, Certificate)
    assert [issued[uid].content["number"] for uid in made] == [f"2026509999{n:05d}" for n in (1, 2, 3)]
    assert [issued[uid].content["enrolment"] for uid in made] == [judged.trainees[n] for n in (0, 2, 3)]
    with pytest.raises(RefusedError, match="没有可以发证的学员"), store.write("发证") as session:
        issue(session, judged.uid, DAY)


def test_numbers_have_no_gaps(store, judged):
    """Undoing an issue frees its numbers; a void number stays in the register and the next one goes on behind it."""
    with store.write("发证") as session:
        issue(session, judged.uid, DAY)
    with store.read() as session:
        act = history.last_undoable(session).id
    history.undo(store, act)
    with store.write("发证") as session:
        made = issue(session, judged.uid, DAY)
    with store.write("换发") as session:
        replaced = replace(session, made[0], DAY, "姓名有误")
    contents = contents_of(store, Certificate)
    assert contents[replaced] == {**contents[replaced], "number": "202650999900004", "replaces": made[0]}
    assert contents[made[0]]["void_reason"] == "姓名有误"
    assert sorted(each["number"][-5:] for each in contents.values()) == ["00001", "00002", "00003", "00004"]


def test_number_that_others_follow_is_not_undone(store, judged):
    """Two classes are numbered one after the other: only the last issue is undone, the first would leave a gap."""
    other = make_class(store, people=2)
    score(store, other, "2", ["90.0", "80.0"])
    acts = []
    for made in (judged, other):
        with store.write("发证") as session:
            issue(session, made.uid, DAY)
        with store.read() as session:
            acts.append(history.last_undoable(session).id)
    with pytest.raises(RefusedError, match="证书 202650999900003 之后又编了号，撤销会缺号"):
        history.undo(store, acts[0])
    assert len(contents_of(store, Certificate)) == 5
    for act in reversed(acts):
        history.undo(store, act)
    assert contents_of(store, Certificate) == {}


def test_two_classes_at_once(store, judged):
    """Two desks number at the same moment: every number is given once, and none is left out."""
    other = make_class(store, people=4)
    score(store, other, "2", ["90.0", "80.0", "70.0", "60.0"])

    def give(made):
        with store.write("发证") as session:
            return issue(session, made.uid, DAY)

    with ThreadPoolExecutor(2) as pool:
        issued = list(pool.map(give, (judged, other)))
    assert [len(each) for each in issued] == [3, 4]
    numbers = sorted(each["number"] for each in contents_of(store, Certificate).values())
    assert numbers == [f"2026509999{n:05d}" for n in range(1, 8)]


def test_numbers_go_on_after_another_name(store, judged):
    """An office that is renamed in the year goes on behind its last number; one from above counts for nothing."""
    above = {"number": "202650999900040", "issuer": "市教委", "enrolment": judged.trainees[1]}
    with store.write("上级发证", kind="setup") as session:
        write_edits(session, [Edit(Certificate, new_uid(Certificate, above), None, above, origin="500000")])
    with store.write("发证") as session:
        issue(session, judged.uid, DAY, enrolments=judged.trainees[:1])
    [office] = contents_of(store, Office)
    with store.write("更名") as session:
        save(session, Office, {"name": "云岭县教育局"}, uid=office, reason="机构改革")
    with store.write("发证") as session:
        issue(session, judged.uid, DAY)
    with store.read() as session:
        register = certificate_register(session, own_office(session), 2026)
    assert [each.content["number"][-5:] for each in register.certificates] == ["00001", "00002", "00003"]
    assert register.gaps == ()


def test_failed_trainee_gets_no_other_certificate(store, judged):
    """换发 asks for entitlement as the first issue did, and prints the hours that the class has now."""
    with store.write("发证") as session:
        first, second, _third = issue(session, judged.uid, DAY)
    enter(store, judged, "2", {judged.trainees[0]: {"points": "40.0"}})
    with pytest.raises(RefusedError, match="教师乙（待补考：总评不及格）不能发证书"), store.write("换发") as session:
        replace(session, first, DAY, "姓名有误")
    assert "voided_on" not in contents_of(store, Certificate)[first]
    with store.write("改学时") as session:
        save(session, TrainingClass, {"hours": "48.0"}, uid=judged.uid)
    with store.write("换发") as session:
        other = replace(session, second, DAY, "学时有误")
    assert contents_of(store, Certificate)[other]["hours"] == "48.0"
    assert _doubts(store, judged)[2] == ""


def test_certificate_from_above_is_not_replaced_here(store, judged):
    """What another office issued is replaced by that office."""
    above = {"number": "鄂培202600007", "issuer": "市教委", "enrolment": judged.trainees[0], "issued_on": "2026-08-01"}
    uid = add(store, Certificate, above)
    with pytest.raises(RefusedError, match="由市教委发，没有换发；请由发证单位换发"), store.write("换发") as session:
        replace(session, uid, DAY, "姓名有误")
    assert "voided_on" not in contents_of(store, Certificate)[uid]


def test_void_and_reprint(store, judged):
    """A void certificate is not printed again; a reprint keeps its number and is marked."""
    with store.write("发证") as session:
        first, second, _ = issue(session, judged.uid, DAY)
        mark_reprint(session, first, DAY, "打印机卡纸")
    assert contents_of(store, Certificate)[first]["reprints"] == [{"date": "2026-08-01", "reason": "打印机卡纸"}]
    with store.write("作废") as session:
        void(session, second, DAY, "重复")
    for call, told in ((mark_reprint, "不能补打"), (void, "已于 2026-08-01 作废")):
        with pytest.raises(RefusedError, match=told), store.write("再来") as session:
            call(session, second, DAY, "再来")


def test_excellence_is_certified_only_to_the_excellent(store, judged):
    """优秀学员证书 goes to who was graded 优; one who only passed is named with that reason."""
    with pytest.raises(RefusedError, match="教师丁（等级不是优）不能发证书"), store.write("发证") as session:
        issue(session, judged.uid, DAY, enrolments=[judged.trainees[2]], kind="2")
    with store.write("发证") as session:
        made = issue(session, judged.uid, DAY, kind="2")
    assert [contents_of(store, Certificate)[uid]["enrolment"] for uid in made] == [judged.trainees[0]]


def test_no_certificate_before_the_class_is_over(store, judged):
    """A day of issue before the last day is a sentence; over New Year the new year's numbers begin at 1."""
    with pytest.raises(RefusedError, match="早于结班日期"), store.write("发证") as session:
        issue(session, judged.uid, date(2026, 1, 1))
    with store.write("发证") as session:
        issue(session, judged.uid, date(2026, 12, 31), enrolments=judged.trainees[:1])
        issue(session, judged.uid, date(2027, 1, 1))
    assert sorted(each["number"] for each in contents_of(store, Certificate).values()) == [
        "202650999900001",
        "202750999900001",
        "202750999900002",
    ]


def test_certificate_is_doubted_when_its_ground_changes(store, judged):
    """A score or the hours changed after the issue: the certificate stands in the list with what to do, by name."""
    with store.write("发证") as session:
        issue(session, judged.uid, DAY)
    enter(store, judged, "2", {judged.trainees[0]: {"points": "40.0"}})
    assert [_doubts(store, judged)[n] for n in (0, 2)] == [
        "已发证而现在待补考：总评不及格，请核对成绩，必要时作废",
        "",
    ]
    with store.write("改学时") as session:
        save(session, TrainingClass, {"hours": "48.0"}, uid=judged.uid)
    assert _doubts(store, judged)[2] == "证书上是 260 学时，培训班现在是 48 学时，请核对，必要时换发"


def _doubts(store, made):
    with store.read() as session:
        found = class_certificates(session, Policies(session), made.uid, 2026)
    return [each.doubt("1", found.hours) for each in found.holders]
