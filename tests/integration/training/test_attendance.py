"""Attendance from sheets in the database: the one-third rules, policy, late joining, and a naive recount."""

import random
from datetime import date
from fractions import Fraction

import pytest

from desktop.errors import InvalidRecord, RefusedError
from desktop.models import Course, Enrolment, Policy, SignInSheet, Teacher, TrainingClass, TrainingSession
from desktop.models.base import problems_of
from desktop.queries.policies import Policies
from desktop.queries.training.attendance import attendance
from desktop.queries.training.leaves import class_leaves
from desktop.services.records import save
from desktop.services.training.enrolling import enrol, enrol_walk_in, withdraw
from desktop.services.training.leave import record_leave, settle_pending
from desktop.services.training.sheets import enter_exceptions, make_sheet, set_mark
from desktop.services.training.timetable import cancel_session, move_session
from desktop.store import history, load
from desktop.store.records import find
from tests.builders import add, add_all, class_content, course_content, teacher_content
from tests.builders_training import enter_absence, make_class, mark_all, results_of, sheet_content

DAY = date(2026, 7, 31)


def attended(store, uid):
    with store.read() as session:
        return attendance(session, Policies(session), (uid,))


def set_policy(store, name, value):
    content = {"policy_set": "509999", "name": name, "from_year": 2020, "value": value, "source": "测试"}
    add(store, Policy, content)


@pytest.mark.parametrize(("missed", "is_failed"), [("86.0", False), ("87.0", True)])
def test_260_hours(store, missed, is_failed):
    """A class of 260 hours: 86 absent passes, 87 fails (TR-8)."""
    made = make_class(store, courses=(("甲", "260.0"),), hours=((0, "100.0"),))
    mark_all(store, made, [[("7", missed)]])
    assert bool(attended(store, made.uid)[made.trainees[0]].verdict.failed) is is_failed


@pytest.mark.parametrize(("missed", "is_cancelled"), [("39.5", False), ("40.0", True)])
def test_course_of_120_hours(store, missed, is_cancelled):
    """A course of 120 hours: 39.5 stays, 40 is cancelled (TR-7)."""
    made = make_class(store, hours=((0, "60.0"),))
    mark_all(store, made, [[("7", missed)]])
    assert bool(attended(store, made.uid)[made.trainees[0]].verdict.cancelled) is is_cancelled


@pytest.mark.parametrize(
    ("policies", "absent"),
    [
        ({}, 160),
        ({"training.approved_leave_counts_absent": "否"}, 40),
        ({"training.leave_kinds_not_counted": '["公假"]'}, 120),
        ({"training.late_early_per_absence": "2"}, 200),
        ({"training.personal_leave_per_absence": "2"}, 120),
    ],
)
def test_leave_counts_as_policy_says(store, policies, absent):
    """Sick, personal, official leave, one unexcused absence and two late marks of four hours each (TR-9, TR-15)."""
    for name, value in policies.items():
        set_policy(store, name, value)
    made = make_class(store, hours=((0, "4.0"),) * 7)
    mark_all(store, made, [[(mark, None)] for mark in "4567223"[:7]])
    found = attended(store, made.uid)[made.trainees[0]]
    assert found.total.absent == absent
    assert found.total.due == 280


def test_a_thousand_random_classes_agree_with_a_recount(store):
    """Every total and verdict of 1,000 random classes is that of a recount with fractions, mark by mark."""
    chance = random.Random(20260709)
    teachers = add_all(store, Teacher, [teacher_content(1)])
    classes = add_all(store, TrainingClass, [class_content(hours=f"{chance.randint(1, 60)}.0") for _ in range(1000)])
    courses = add_all(
        store, Course, [course_content(uid, hours=f"{chance.randint(1, 40)}.{chance.choice('05')}") for uid in classes]
    )
    people = add_all(
        store, Enrolment, [{"training_class": uid, "number": 1, "teacher": teachers[0]} for uid in classes]
    )
    lessons, owners = [], []
    for place, uid in enumerate(classes):
        for day in range(chance.randint(0, 6)):
            course = courses[place] if chance.random() < 0.8 else None
            state = chance.choice((None, None, None, "1", "3"))
            content = {"training_class": uid, "date": f"2026-07-{day + 1:02d}", "half": "1", "course": course}
            lessons.append({**content, "hours": f"{chance.randint(0, 8)}.{chance.choice('05')}", "state": state})
            owners.append(place)
    uids = add_all(store, TrainingSession, lessons)
    marks = [(chance.choice([*"123456789", None]), chance.choice([None, None, "0.5", "2.0"])) for _ in uids]
    add_all(
        store,
        SignInSheet,
        [sheet_content(uid, [(people[owner], *mark)]) for uid, owner, mark in zip(uids, owners, marks, strict=True)],
    )
    expected = [[Fraction(0), Fraction(0)] for _ in classes]
    for lesson, owner, (mark, hours) in zip(lessons, owners, marks, strict=True):
        if lesson["state"] in (None, "1") and mark in tuple("234567" + "9"):
            missed = Fraction(hours) if hours else Fraction(lesson["hours"]) if mark in "45679" else Fraction(0)
            expected[owner][0] += missed
            expected[owner][1] += missed if lesson["course"] else 0
    with store.read() as session:
        found = attendance(session, Policies(session))
        of_class = load(session, TrainingClass)
        of_course = load(session, Course)
    for place, uid in enumerate(classes):
        total, of_its_course = expected[place]
        each = found[people[place]]
        assert Fraction(each.total.absent, 10) == total
        assert bool(each.verdict.failed) == (total >= Fraction(of_class[uid].content["hours"]) / 3)
        is_cancelled = of_its_course >= Fraction(of_course[courses[place]].content["hours"]) / 3
        assert bool(each.verdict.cancelled) == is_cancelled


def test_evening_by_exception(store):
    """Only the absent are named: they are 待核, all others present; naming again corrects, undo takes back."""
    made = make_class(store, hours=((0, "4.0"),), people=28)
    with store.write("登记考勤") as session:
        assert enter_absence(session, made.sessions[0], (3, 17, 22), day=DAY) == 3
    with store.write("登记考勤") as session:
        assert enter_absence(session, made.sessions[0], (3, 17), day=DAY) == 2
    assert _marks(store, made.sessions[0])[21] == "1"
    with store.read() as session:
        act = history.last_undoable(session).id
    history.undo(store, act)
    assert [row for row, mark in enumerate(_marks(store, made.sessions[0]), 1) if mark == "9"] == [3, 17, 22]


def _marks(store, lesson):
    with store.read() as session:
        [sheet] = find(session, SignInSheet, {"session": lesson}).values()
    return [line.get("mark") for line in sheet.content["marks"]]


def test_a_row_that_is_not_on_the_sheet(store):
    """The sentence names the row and how many there are; nothing of the evening is written."""
    made = make_class(store, hours=((0, "4.0"),), people=5)
    with (
        pytest.raises(RefusedError, match="行号 6 不在 2026-07-01 的签到表上（共 5 行），没有登记"),
        store.write("登") as session,
    ):
        enter_absence(session, made.sessions[0], (2, 6), day=DAY)
    with store.read() as session:
        assert find(session, SignInSheet, {"session": made.sessions[0]}) == {}


def test_slip_turns_pending_into_leave(store):
    """A slip that comes later turns 待核 of the half-days it covers; a refused one nothing; the rest becomes 旷课."""
    made = make_class(store, hours=((0, "4.0"),) * 4, people=2)
    for lesson in made.sessions:
        with store.write("登") as session:
            enter_absence(session, lesson, (1, 2), day=DAY)
    slip = {"enrolment": made.trainees[0], "kind": "1", "start": "2026-07-01", "end": "2026-07-02", "reason": "就诊"}
    refused = {**slip, "enrolment": made.trainees[1], "approvals": [{"by": "1", "agrees": 0}]}
    with store.write("登记请假") as session:
        assert record_leave(session, slip)[1] == 2
        assert record_leave(session, refused)[1] == 0
    assert [_marks(store, lesson) for lesson in made.sessions] == [["4", "9"], ["4", "9"], ["9", "9"], ["9", "9"]]
    with store.write("待核转旷课") as session:
        assert settle_pending(session, made.uid, upto="2026-07-03") == 4
    assert _marks(store, made.sessions[2]) == ["7", "7"]
    assert _marks(store, made.sessions[3]) == ["9", "9"]


def test_leave_that_ended_sooner_excuses_no_more(store):
    """Who came back on the second day's morning is 待核 from then on; what is approved stays, undo brings all back."""
    made = make_class(store, hours=((0, "4.0"),) * 4, people=2)
    for lesson in made.sessions:
        with store.write("登") as session:
            enter_absence(session, lesson, (1, 2), day=DAY)
    slip = {"enrolment": made.trainees[0], "kind": "1", "start": "2026-07-01", "end": "2026-07-03", "hours": "12.0"}
    with store.write("登记请假") as session:
        uid = record_leave(session, slip).uid
        record_leave(session, {**slip, "start": "2026-07-03"})
    with store.write("销假") as session:
        assert record_leave(session, {"returned_on": "2026-07-02", "returned_half": "1"}, uid=uid).released == 1
    assert [_marks(store, lesson)[0] for lesson in made.sessions] == ["4", "9", "4", "9"], "another slip has the third"
    with store.read() as session:
        found = class_leaves(session, Policies(session), made.uid)
    kept = next(each.content for each in found.leaves if each.uid == uid)
    assert (kept["end"], found.hours(kept)) == ("2026-07-03", 40)
    assert found.hours({**kept, "returned_half": None}) == 80, "without half-day the day of return is still leave"
    assert found.hours({**kept, "returned_on": "2026-07-04"}) == 120
    with store.write("改为事假") as session:
        assert record_leave(session, {"kind": "2"}, uid=uid) == (uid, 1, 1)
    assert [_marks(store, lesson)[0] for lesson in made.sessions] == ["5", "9", "4", "9"]
    with pytest.raises(InvalidRecord, match="早于请假开始日期"), store.write("销假") as session:
        record_leave(session, {"returned_on": "2026-06-30"}, uid=uid)


def test_part_hours_above_those_of_a_shortened_session_are_told(store):
    """Three hours of four missed, and the session has two now: the sentence names both; a present row has no part."""
    made = make_class(store, hours=((0, "4.0"),), people=2)
    mark_all(store, made, [[("7", "3.0"), ("1", "3.0")]])
    assert attended(store, made.uid)[made.trainees[0]].verdict.doubts == ()
    with store.write("课次缩短") as session:
        save(session, TrainingSession, {"hours": "2.0"}, uid=made.sessions[0])
    found = attended(store, made.uid)
    told = "2026-07-01上午登记缺课 3 学时，多于该课次的 2 学时，请核对"
    assert [found[each].verdict.doubts for each in made.trainees] == [(told,), ()]


def test_moved_session_keeps_no_clock_of_another_half_day(store):
    """A morning from 08:30 that is held in the evening begins when somebody says so; on another morning it stays."""
    made = make_class(store, hours=((0, "4.0"),) * 2)
    with store.write("调课") as session:
        for uid in made.sessions:
            save(session, TrainingSession, {"starts": "08:30", "ends": "11:50"}, uid=uid)
        evening = move_session(session, made.sessions[0], "停电", date="2026-07-09", half="3")
        morning = move_session(session, made.sessions[1], "停电", date="2026-07-09")
    with store.read() as session:
        found = load(session, TrainingSession)
    assert "starts" not in found[evening].content
    assert found[morning].content["starts"] == "08:30"


def test_rows_are_frozen_when_printed(store):
    """Before printing a sheet is laid out anew; after it rows stay, and who came later stands behind."""
    made = make_class(store, hours=((0, "4.0"),), people=3)
    more = add_all(store, Teacher, [teacher_content(50, name="阿一"), teacher_content(51, name="阿二")])
    with store.write("生成签到表") as session:
        make_sheet(session, made.sessions[0], order="2")
        enrol(session, made.uid, more[:1])
        make_sheet(session, made.sessions[0], order="2", printed_on=DAY)
    first = _rows(store, made.sessions[0])
    with store.write("补签到表") as session:
        enrol(session, made.uid, more[1:])
        make_sheet(session, made.sessions[0], order="1")
    assert _rows(store, made.sessions[0])[:4] == first
    assert len(_rows(store, made.sessions[0])) == 5
    with store.read() as session:
        [sheet] = find(session, SignInSheet, {"session": made.sessions[0]}).values()
        names = [load(session, Enrolment)[line["enrolment"]].content["teacher"] for line in sheet.content["marks"]]
    assert names[0] == more[0]
    assert names[-1] == more[1]
    assert sheet.content["number"] == "G1-0701上"


def test_who_was_written_below_a_printed_sheet_is_entered_with_it(store):
    """Who is enrolled after printing has the next row at the evening's entry, and none once the sheet is filled in."""
    made = make_class(store, hours=((0, "4.0"),), people=3)
    with store.write("现场报到") as session:
        make_sheet(session, made.sessions[0], printed_on=DAY)
        enrol_walk_in(session, made.uid, "新来者")
        enter_absence(session, made.sessions[0], (2, 4), day=DAY)
        enrol_walk_in(session, made.uid, "后来者")
        enter_absence(session, made.sessions[0], (2, 4), day=DAY)
    assert _marks(store, made.sessions[0]) == ["1", "9", "1", "9"]


def _rows(store, lesson):
    with store.read() as session:
        [sheet] = find(session, SignInSheet, {"session": lesson}).values()
    return [(line["row"], line["enrolment"]) for line in sheet.content["marks"]]


def test_late_joining_counts_as_policy_says(store):
    """Sessions before somebody came are absence by default; policy may spare them."""
    made = make_class(store, hours=((0, "4.0"),) * 3)
    teacher = add(store, Teacher, teacher_content(60))
    with store.write("报名") as session:
        [late] = enrol(session, made.uid, [teacher], joined_on="2026-07-03")
    for lesson in made.sessions:
        with store.write("登") as session:
            enter_absence(session, lesson, (), day=DAY)
    assert attended(store, made.uid)[late].total.absent == 80
    set_policy(store, "training.count_hours_before_joining", "否")
    assert attended(store, made.uid)[late].total.absent == 0


def test_moved_and_cancelled_sessions(store):
    """A moved session keeps its marks and counts no longer; the new one names it; both need a reason."""
    made = make_class(store, hours=((0, "4.0"),) * 2)
    with store.write("登") as session:
        enter_absence(session, made.sessions[0], (1,), day=DAY)
    assert attended(store, made.uid)[made.trainees[0]].total.absent == 40
    with store.write("调课") as session:
        moved = move_session(session, made.sessions[0], "教师外出", date="2026-07-09")
        cancel_session(session, made.sessions[1], "停电")
    assert attended(store, made.uid)[made.trainees[0]].total.absent == 0
    assert _marks(store, made.sessions[0]) == ["9"]
    with store.read() as session:
        new = load(session, TrainingSession)[moved].content
    assert (new["replaces"], new["date"], "state" in new) == (made.sessions[0], "2026-07-09", False)
    for words, told in (((made.sessions[0], "又调"), "已经调走或取消"), ((moved, " "), "原因没有填写")):
        with pytest.raises(RefusedError, match=told), store.write("调课") as session:
            move_session(session, *words)
    with pytest.raises(RefusedError, match="已调课，没有登记"), store.write("登") as session:
        enter_absence(session, made.sessions[0], (), day=DAY)


def test_grid_refuses_more_hours_than_the_session(store):
    """Missed hours above the session's are a sentence; a part of a session is taken."""
    made = make_class(store, hours=((0, "4.0"),))
    with store.write("登") as session:
        set_mark(session, made.sessions[0], made.trainees[0], "3", hours="1.5")
    assert attended(store, made.uid)[made.trainees[0]].total.absent == 15
    with pytest.raises(RefusedError, match=r"缺课 4\.5 学时多于本课次的 4\.0 学时"), store.write("登") as session:
        set_mark(session, made.sessions[0], made.trainees[0], "3", hours="4.5")


def test_settled_marks_stay(store):
    """Naming a row again does not turn its leave back into 待核; a mark given by hand does change it."""
    made = make_class(store, hours=((0, "4.0"),), people=2)
    with store.write("登") as session:
        enter_exceptions(session, made.sessions[0], {1: "4"}, day=DAY)
        enter_absence(session, made.sessions[0], (1, 2), day=DAY)
    assert _marks(store, made.sessions[0]) == ["4", "9"]
    with store.write("登") as session:
        enter_exceptions(session, made.sessions[0], {1: "2", 2: "9"}, day=DAY)
    assert _marks(store, made.sessions[0]) == ["2", "9"]


def test_hours_of_a_part_go_with_their_mark(store):
    """Late by 1.5 hours and then absent is absent for all four; who stays late keeps the hours."""
    made = make_class(store, hours=((0, "4.0"),), people=2)
    mark_all(store, made, [[("2", "1.5"), ("2", "1.5")]])
    with store.write("登") as session:
        enter_exceptions(session, made.sessions[0], {1: "7"}, day=DAY)
    found = attended(store, made.uid)
    assert [found[each].total.absent for each in made.trainees] == [40, 15]


def test_withdrawn_is_not_failed(store):
    """Who leaves has no grade, and stands on no later sheet; the reason is asked for."""
    made = make_class(store, hours=((0, "4.0"),) * 2, people=2)
    with pytest.raises(RefusedError, match="退学原因"), store.write("退学") as session:
        withdraw(session, made.trainees[0], date(2026, 7, 2), "")
    with store.write("退学") as session:
        withdraw(session, made.trainees[0], date(2026, 7, 2), "病休")
        make_sheet(session, made.sessions[1])
    assert [who for _, who in _rows(store, made.sessions[1])] == made.trainees[1:]
    assert results_of(store, made.uid)[0].result.reasons == ("已退学，不评定成绩",)


def test_course_of_no_hours_is_refused(store):
    """A course or class of 0 hours is a sentence; one across New Year is allowed."""
    told = [each.text for each in problems_of(Course, {"training_class": "x", "name": "教法", "hours": "0.0"})]
    assert "课程“教法”的学时是 0，请填写大于 0 的学时数，例如 4 或 39.5" in told
    with store.write("新增") as session:
        save(session, TrainingClass, {"name": "跨年班", "start": "2026-12-28", "end": "2027-01-08", "hours": "40.0"})
