"""Timetable clashes, the check of a plan, the file of a class, places, walk-ins, and the ledger of hours."""

from datetime import date
from decimal import Decimal

import pytest

from desktop.errors import RefusedError
from desktop.models import (
    Course,
    Employment,
    Enrolment,
    HoursEntry,
    Place,
    Programme,
    School,
    Teacher,
    TrainingClass,
    TrainingSession,
)
from desktop.queries.directory import Directory
from desktop.queries.policies import Policies
from desktop.queries.training.class_file import class_file
from desktop.queries.training.leaves import needed_approvers
from desktop.queries.training.ledger import exempt_years, ledgers
from desktop.queries.training.places import place_balance
from desktop.queries.training.sending import candidates
from desktop.queries.training.timetable import check_plan, clash_sentence, overlapping_classes, timetable_clashes
from desktop.queries.training.week import class_timetable
from desktop.reports.printing import prepare_report
from desktop.services.records import save
from desktop.services.training.enrolling import assign, enrol, enrol_walk_in, join_late, link_walk_in, withdraw
from desktop.services.training.places import share_places
from desktop.services.training.plan import approve_plan
from desktop.store.records import load
from tests.builders import (
    add,
    add_all,
    contents_of,
    course_content,
    employment_content,
    school_content,
    session_content,
    teacher_content,
)
from tests.builders_training import enter_absence, make_class, score

DAY = date(2026, 7, 31)


def asked(store, question, *words):
    with store.read() as session:
        return question(session, Policies(session), Directory(session), *words)


def clash_texts(store, uid=None):
    with store.read() as session:
        names = Directory(session)
        return [clash_sentence(names, each) for each in timetable_clashes(names, uid)]


def test_clashes_are_named(store):
    """Teacher, room at one site, and trainee of two classes at one time; a cancelled session clashes with nothing."""
    one = make_class(store, people=2, name="一班", site="进修校")
    two = make_class(store, people=0, name="二班", site="进修校")
    with store.write("报名") as session:
        enrol(session, two.uid, one.teachers[:1])
    when = {"date": "2026-07-09", "half": "1"}
    add(store, TrainingSession, session_content(one.uid, teacher="王芳", room="301", **when))
    other = add(store, TrainingSession, session_content(two.uid, teacher="王芳", room="301", **when))
    assert sorted(clash_texts(store, one.uid)) == [
        "地点进修校 301 2026-07-09上午同时在“一班”和“二班”，请调整其中一个课次",
        "学员教师乙 2026-07-09上午同时在“一班”和“二班”，请调整其中一个课次",
        "授课教师王芳 2026-07-09上午同时在“一班”和“二班”，请调整其中一个课次",
    ]
    with store.write("取消") as session:
        save(session, TrainingSession, {"state": "3", "reason": "停电"}, uid=other)
    assert clash_texts(store) == []
    with store.read() as session:
        assert overlapping_classes(Directory(session), one.teachers[0], two.uid) == [one.uid]
        assert overlapping_classes(Directory(session), one.teachers[1], one.uid) == []


def test_namesakes_among_teachers_are_told_apart(store):
    """Two of one name and two units teach at one time; of one whose unit is not known the sentence asks for it."""
    add_all(store, School, [school_content(number) for number in (1, 2)])
    add_all(store, Teacher, [teacher_content(number, name="王芳") for number in (1, 2)])
    first, second = "云岭县第1中学", "云岭县第2中学"
    one = make_class(store, courses=(), people=0, name="一班")
    two = make_class(store, courses=(), people=0, name="二班")
    course = add(store, Course, course_content(one.uid, teacher="王芳", teacher_unit=f"{first} 教研组长"))
    when = {"date": "2026-07-09", "half": "1"}
    add(store, TrainingSession, session_content(one.uid, course=course, **when))
    other = add(store, TrainingSession, session_content(two.uid, teacher="王芳", teacher_unit=second, **when))
    assert clash_texts(store) == []
    for unit, told in (
        (first, "授课教师王芳（云岭县第1中学 教研组长） 2026-07-09上午同时在“一班”和“二班”，请调整其中一个课次"),
        (None, "请调整其中一个课次；名册中有 2 位王芳，不是同一人的请写明教师单位"),
    ):
        with store.write("改单位") as session:
            save(session, TrainingSession, {"teacher_unit": unit}, uid=other)
        [text] = clash_texts(store)
        assert told in text


def test_days_outside_of_the_class_are_told(store):
    """A session on a day beyond the class is told with both; nobody joins or leaves a class that is over."""
    made = make_class(store, hours=((0, "4.0"),), people=1, name="一班", start="2026-07-02", end="2026-07-10")
    add(store, TrainingSession, session_content(made.uid, date="2026-07-02", half="1"))
    told = "2026-07-01上午的课次不在培训班的起止日期（2026-07-02 至 2026-07-10）内，请核对"
    with store.read() as session:
        assert class_timetable(session, made.uid).clashes == [told]
    assert any(told in text for text in prepare_report(store, "F13", {}).filled.warnings)
    for act in (
        lambda session: join_late(session, made.trainees, date(2026, 7, 11)),
        lambda session: withdraw(session, made.trainees[0], date(2026, 7, 11), "调出"),
    ):
        with pytest.raises(RefusedError, match="2026-07-11 晚于结班日期 2026-07-10"), store.write("登记") as session:
            act(session)


def test_plan_of_a_vocational_class(store):
    """TR-3 and TR-4 with the sum shown; a class across New Year is allowed and told."""
    programme = add(store, Programme, {"name": "中职国培", "year": 2026, "kind": "11", "level": "1"})
    words = {"programme": programme, "start": "2026-12-20", "end": "2027-01-20", "class_hours": "250.0"}
    made = make_class(store, courses=(), people=0, **words)
    for part, hours in (("1", "60.0"), ("2", "70.0"), ("3", "110.0")):
        add(store, Course, course_content(made.uid, name=f"课{part}", hours=hours, part=part, syllabus="略"))
    found = asked(store, check_plan, made.uid)
    assert (found.planned, found.total) == (2400, 2500)
    assert found.remarks == (
        "各课程合计 240 学时，比培训学时 250 少 10 学时，请核对",
        "企业实践活动占 44%，规定占 50%左右，请调整",
        "培训学时 250 少于国家级规定的 260 学时",
        "培训时间 2026-12-20 至 2027-01-20 不足国家级规定的 2 个月（应到 2027-02-19）",
        "培训计划还没有校内外专家共同论证",
        "计划论证日期没有填写，论证通过后方可实施",
        "培训班跨年（2026-12-20 至 2027-01-20），学时登记在结班的 2027 年",
    )
    assert asked(store, check_plan, make_class(store, people=0).uid).shares == ()


def test_plan_is_not_approved_before_its_experts_spoke(store):
    """Each expert has a day; an approval before the last of them is told with name and day (TR-5)."""
    experts = [{"name": "王内", "date": "2026-06-10", "agrees": 1}]
    made = make_class(store, people=0, experts=[*experts, {"name": "李外", "is_outside": 1, "date": "2026-06-12"}])
    with pytest.raises(RefusedError, match="李外（2026-06-12）"), store.write("论证") as session:
        approve_plan(session, made.uid, date(2026, 6, 11), "")
    with store.write("论证") as session:
        approve_plan(session, made.uid, date(2026, 6, 12), "")
    assert contents_of(store, TrainingClass)[made.uid]["plan_approved_on"] == "2026-06-12"


@pytest.mark.parametrize(
    ("kind", "level", "hours", "end", "told"),
    [
        ("11", "2", "130.0", "2026-07-31", ()),
        ("11", "2", "129.5", "2026-07-30", ("少于省级规定的 130 学时", "不足省级规定的 1 个月（应到 2026-07-31）")),
        ("8", "4", "119.5", "2026-07-02", ("少于新教师试用期培训规定的 120 学时",)),
        ("8", None, "120.0", "2026-07-02", ()),
        ("2", "3", "299.0", "2026-07-02", ("少于校长任职资格培训规定的 300 学时",)),
        ("11", "4", "8.0", "2026-07-02", ()),
        ("1", "1", "8.0", "2026-07-02", ()),
    ],
)
def test_least_hours_and_months_of_every_kind(store, kind, level, hours, end, told):
    """Vocational classes by level (TR-3), new teachers (CE-1) and principals by kind; others have no least."""
    programme = add(store, Programme, {"name": "项目", "year": 2026, "kind": kind, "level": level})
    made = make_class(store, people=0, programme=programme, class_hours=hours, start="2026-07-01", end=end)
    found = [each for each in asked(store, check_plan, made.uid).remarks if "规定的" in each]
    assert len(found) == len(told)
    assert all(text.endswith(each) for text, each in zip(found, told, strict=True))


def test_file_of_a_class(store):
    """Each paper says what it lacks; a complete one that is filed lacks nothing."""
    archive = [{"item": "4", "filed_on": "2026-08-01"}, {"item": "10"}]
    made = make_class(store, hours=((0, "4.0"),) * 2, people=2, archive=archive)
    with store.write("登") as session:
        enter_absence(session, made.sessions[0], (2,), day=DAY)
    items = {each.label: each.lacking for each in asked(store, class_file, made.uid)}
    assert items["签到表"] == "还没有登记考勤：2026-07-02上午；还有待核：2026-07-01上午"
    assert items["学员名册"] == ""
    assert items["通知文件"] == "归档日期没有填写"
    assert items["成绩册"] == "成绩未齐：教师乙、教师丙"
    assert items["教学大纲"] == "没有教学大纲：课程标准解读"
    assert "论证" in items["培训计划"]
    score(store, made, "2", ["90.0", "80.0"])
    assert {each.label: each.lacking for each in asked(store, class_file, made.uid)}["成绩册"] == "已齐，还没有归档"


def test_places_are_shared_within_what_was_received(store):
    """140 places from above go to schools, never one more; the account shows what is left."""
    programme = add(store, Programme, {"name": "省培", "year": 2026})
    schools = add_all(store, School, [school_content(number) for number in (1, 2)])
    add(store, Place, {"programme": programme, "count": 140})
    with store.write("分配名额") as session:
        assert share_places(session, programme, {schools[0]: 100, schools[1]: 30}, deadline="2026-06-20") == 2
    with (
        pytest.raises(RefusedError, match="各校合计 150 名，多分 10 名"),
        store.write("分") as session,
    ):
        share_places(session, programme, {schools[1]: 50})
    with store.write("分配名额") as session:
        share_places(session, programme, {schools[0]: 0})
    with store.read() as session:
        balance = place_balance(session, programme)
    assert (balance.received, balance.shared, balance.left, balance.by_school) == (140, 30, 110, {schools[1]: 30})


def test_walk_in_is_linked_later(store):
    """Who came unlisted has a name, and later a teacher, unless that one is in the class already."""
    made = make_class(store, people=2)
    other = make_class(store, people=1)
    with store.write("现场报到") as session:
        walked = enrol_walk_in(session, made.uid, "教师丁", written_unit="石坪镇中心小学")
    with pytest.raises(RefusedError, match="已是本班 1 号学员"), store.write("关联") as session:
        link_walk_in(session, walked, made.teachers[0])
    with store.write("关联") as session:
        link_walk_in(session, walked, other.teachers[0])
        assert enrol(session, made.uid, [*made.teachers, *other.teachers]) == []
        assign(session, {walked: {"group": "二组", "seat": "3排2座"}})
    content = contents_of(store, Enrolment)[walked]
    assert (content["teacher"], content["number"], content["group"]) == (other.teachers[0], 3, "二组")


def test_who_must_approve_a_leave(store):
    """TR-9 asks for unit and centre always; TR-16 adds by days."""
    with store.read() as session:
        policies = Policies(session)
        levels, always = (policies.value(f"training.leave_{name}", 2026) for name in ("levels", "approvers"))
    assert needed_approvers(1, levels, always) == ["1", "4", "2"]
    assert needed_approvers(3, levels, always) == ["1", "4", "3"]
    assert needed_approvers(4, levels, always) == ["1", "4"]


def entry(teacher, **values):
    return {"teacher": teacher, "year": 2026, "activity": "网络研修", "kind": "2", "hours": "20.0", **values}


def test_ledger_of_hours(store):
    """A passed class counts once, in the year it ended, even if it was entered by hand too; entries add to it."""
    made = make_class(store, people=2, class_hours="60.0")
    score(store, made, "2", ["90.0", "30.0"])
    one, two = made.teachers
    add(store, HoursEntry, entry(one))
    add(store, HoursEntry, entry(one, activity="骨干教师一班", kind="1", hours="60.0", enrolment=made.trainees[0]))
    add(store, HoursEntry, entry(two, year=2024, activity="以前年度", kind="7", hours="100.0"))
    with store.read() as session:
        found = ledgers(session, Policies(session), 2026, made.teachers)
    first, second = (found[who].account for who in made.teachers)
    assert (first.year.counted, first.year.short, first.year.credits) == (800, 0, Decimal("7.0"))
    assert [each.counted for each in found[one].entries] == [200, 600, 0]
    assert (second.year.counted, second.year.short) == (0, 720)
    assert (second.cycle.counted, second.cycle.short) == (1000, 2600)


def test_exemption_follows_the_grade(store):
    """TR-13: the year is whole while the grade counts as qualified, and no longer when it is changed."""
    made = make_class(store, people=1)
    exemption = {"activity": "骨干教师年度考核", "kind": "9", "hours": None, "grade": "2"}
    content = {name: value for name, value in entry(made.teachers[0], **exemption).items() if value is not None}
    uid = add(store, HoursEntry, content)
    with store.read() as session:
        policies = Policies(session)
        assert exempt_years(session, policies) == {made.teachers[0]: {2026}}
        assert ledgers(session, policies, 2026, made.teachers)[made.teachers[0]].account.year.short == 0
    with store.write("更正等次") as session:
        save(session, HoursEntry, {"grade": "7"}, uid=uid, reason="复核")
    with store.read() as session:
        assert exempt_years(session, Policies(session)) == {}
        assert load(session, HoursEntry)[uid].content["grade"] == "7"


def test_a_place_is_for_teachers_of_its_stage_and_subject(store):
    """Who teaches another stage or subject comes last; the unknown fits; the place goes before the programme."""
    school = add(store, School, school_content())
    facts = (
        {"stage": "3", "subject": "数学"},
        {"stage": "2", "subject": "数学"},
        {"stage": "3", "subject": "语文", "minor_subjects": "数学"},
        {"stage": "3", "subject": "语文"},
        {"subject": None},
    )
    contents = [teacher_content(number, **each) for number, each in enumerate(facts, 1)]
    teachers = add_all(store, Teacher, [{k: v for k, v in each.items() if v is not None} for each in contents])
    add_all(store, Employment, [employment_content(each, school) for each in teachers])
    programme = add(store, Programme, {"name": "初中数学培训", "year": 2026, "stage": "3", "subject": "数学"})
    place = add(store, Place, {"programme": programme, "school": school, "count": 2})
    with store.read() as session:
        found = candidates(session, place, DAY)
    fitting = {each.uid for each in found.people if each.fits}
    assert fitting == {teachers[0], teachers[2], teachers[4]}
    assert [each.fits for each in found.people] == [True] * 3 + [False] * 2
    assert found.limit.endswith("、数学")
    with store.write("限定学科") as session:
        save(session, Place, {"subject": "语文"}, uid=place)
    with store.read() as session:
        found = candidates(session, place, DAY)
    assert {each.uid for each in found.people if each.fits} == {teachers[2], teachers[3], teachers[4]}
