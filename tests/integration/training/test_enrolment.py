"""Enrolling from a pasted list and from a spreadsheet."""

from datetime import date

import pytest
from openpyxl import Workbook

from desktop.errors import RefusedError
from desktop.exchange.entity_import import plan_entity_import
from desktop.exchange.plan import carry_out
from desktop.models import Employment, Enrolment, Leave, School, ScoreSheet, SignInSheet, Teacher
from desktop.queries.columnar import plain_rows
from desktop.queries.columns import Surroundings
from desktop.queries.training.people_list import find_people
from desktop.queries.training.trainees import check_enrolment
from desktop.services.training.enrolling import enrol_list, enrol_walk_in, link_walk_in
from desktop.services.training.joining import join_trainees
from desktop.services.training.leave import record_leave
from desktop.services.training.scoring import enter_scores
from desktop.services.training.sheets import enter_exceptions
from tests.builders import add_all, contents_of, employment_content, school_content, teacher_content
from tests.builders_training import make_class


def people(store):
    """王芳 in two schools, 李明 in the first."""
    schools = add_all(store, School, [school_content(1), school_content(2)])
    names = [("王芳", 0), ("王芳", 1), ("李明", 0)]
    found = add_all(store, Teacher, [teacher_content(n, name=name) for n, (name, _) in enumerate(names, 1)])
    jobs = [employment_content(who, schools[place]) for who, (_, place) in zip(found, names, strict=True)]
    add_all(store, Employment, jobs)
    return found


def test_pasted_list(store):
    """Serials are left out; school or ID number tells namesakes apart; unknown and doubtful lines have a sentence."""
    first, second, third = people(store)
    number = contents_of(store, Teacher)[first]["id_number"]
    text = f"1、李明\n2. 王芳\t云岭县第2中学\n\n王芳　{number}\n王芳\n李明、赵不在\n"
    with store.read() as session:
        found = find_people(Surroundings(session, date(2026, 7, 1)), text)
    assert [(each.line, each.teacher) for each in found] == [
        (1, third),
        (2, second),
        (4, first),
        (5, None),
        (6, third),
        (6, None),
    ]
    assert found[4].sentence == "与第 1 行是同一人，只报名一次"
    assert "有 2 人" in found[3].sentence
    assert found[5].sentence == "“赵不在”不在教师名册中，请核对姓名，或按现场报到登记"


def test_pasted_table_is_read_by_its_headings(store):
    """Headings are nobody, and neither are sex and subject; number and unit tell who is meant, whatever their order."""
    first, second, third = people(store)
    number = contents_of(store, Teacher)[first]["id_number"]
    rows = [
        ("序号", "学校", "姓 名", "性别", "任教学科", "身份证号"),
        ("1", "云岭县第2中学", "王芳", "女", "语文", ""),
        ("2", "", "王芳", "女", "数学", number),
        ("3", "云州一中", "赵不在", "男", "体育", ""),
        ("4", "", "", "", "", ""),
    ]
    with store.read() as session:
        around = Surroundings(session, date(2026, 7, 1))
        found = find_people(around, "\n".join("\t".join(row) for row in rows))
        bare = find_people(around, "姓名\n李明\t男\n")
    assert [(each.line, each.teacher) for each in found] == [(2, second), (3, first), (4, None)]
    assert found[2].walk_in == ("赵不在", "云州一中")
    assert [each.teacher for each in bare] == [third]


def test_enrolment_by_spreadsheet(store, tmp_path):
    """A list with class, name and ID number enrols through the plan; who is not registered goes back."""
    _, second, third = people(store)
    made = make_class(store, people=0)
    teachers = contents_of(store, Teacher)
    book = Workbook()
    for row in (
        ["培训班", "姓名", "身份证号", "分组"],
        ["骨干教师一班", "李明", teachers[third]["id_number"], "一组"],
        ["骨干教师一班", "王芳", teachers[second]["id_number"], "二组"],
        ["骨干教师一班", "赵不在", "", "二组"],
    ):
        book.active.append(row)
    book.save(tmp_path / "报名.xlsx")
    plan = plan_entity_import(store, [tmp_path / "报名.xlsx"], Enrolment)
    assert [str(row.outcome) for row in plan.rows] == ["new", "new", "invalid"]
    carry_out(store, plan, "王主任")
    enrolled = contents_of(store, Enrolment).values()
    assert {each["teacher"] for each in enrolled} == {second, third}
    assert {each["training_class"] for each in enrolled} == {made.uid}
    assert plan_entity_import(store, [tmp_path / "报名.xlsx"], Enrolment).counts()["same"] == 2


def test_a_walk_in_stands_in_lists(store):
    """Somebody without teacher is listed under the written name, also where only that row is read again."""
    made = make_class(store, people=1)
    with store.write("现场报到") as session:
        walked = enrol_walk_in(session, made.uid, "赵临时", written_phone="13900001234")
    for uids in (None, [walked, *made.trainees]):
        with store.read() as session:
            _, found = plain_rows(session, Enrolment, ("name", "mobile"), date(2026, 7, 1), uids=uids)
            assert {row.uid: row.values for row in found}[walked] == ("赵临时", "13900001234")


def test_strangers_of_a_list_keep_their_unit_and_stand_once(store):
    """Two of one name are two where their units differ; one who stands twice, or is in the class by name, is told."""
    made = make_class(store, people=0)
    with store.read() as session:
        around = Surroundings(session, date(2026, 7, 1))
        found = find_people(around, "欧阳无名\t第一中学\n欧阳无名\t第二中学\n欧阳无名\t第一中学\n上官无名")
    assert [each.walk_in for each in found] == [
        ("欧阳无名", "第一中学"),
        ("欧阳无名", "第二中学"),
        None,
        ("上官无名", ""),
    ]
    walk_ins = [each.walk_in for each in found if each.walk_in]
    with store.write("报名") as session:
        enrol_list(session, made.uid, [], walk_ins[:1])
        check = check_enrolment(session, made.uid, [], walk_ins=walk_ins)
        assert check.walk_ins == (("欧阳无名", "第二中学"), ("上官无名", ""))
        assert "1 人重名重复" in check.remarks[0]
        enrol_list(session, made.uid, [], walk_ins)
    there = sorted((each["written_name"], each.get("written_unit")) for each in contents_of(store, Enrolment).values())
    assert there == [("上官无名", None), ("欧阳无名", "第一中学"), ("欧阳无名", "第二中学")]


def test_a_walk_in_who_is_enrolled_already_becomes_one_with_the_trainee(store):
    """Marks, leave and scores go to the trainee, whose own mark stays unless nobody saw him; two scores are told."""
    made = make_class(store, hours=((0, "4.0"), (0, "4.0"), (0, "4.0")), people=1)
    with store.write("现场报到") as session:
        stranger = enrol_walk_in(session, made.uid, "教师乙")
        for lesson, marks in zip(made.sessions, ({1: "9", 2: "2"}, {1: "4", 2: "1"}, {2: "1"}), strict=True):
            enter_exceptions(session, lesson, marks, day=date(2026, 7, 31))
        with pytest.raises(RefusedError, match="并入该学员"):
            link_walk_in(session, stranger, made.teachers[0])
        enter_scores(session, made.uid, "2", {stranger: {"points": "90.0"}})
        leave = {"enrolment": stranger, "kind": "2", "start": "2026-08-01", "end": "2026-08-01"}
        record_leave(session, leave)
    with store.write("并入") as session:
        assert join_trainees(session, stranger, made.trainees[0]) == 5
    assert list(contents_of(store, Enrolment)) == made.trainees
    sheets = {each["session"]: each["marks"] for each in contents_of(store, SignInSheet).values()}
    marks = [[(line["row"], line["mark"]) for line in sheets[lesson]] for lesson in made.sessions]
    assert marks == [[(1, "2")], [(1, "4")], [(1, "1")]]
    [scores] = contents_of(store, ScoreSheet).values()
    assert scores["scores"] == [{"enrolment": made.trainees[0], "points": "90.0"}]
    [slip] = contents_of(store, Leave).values()
    assert slip["enrolment"] == made.trainees[0]
    with store.write("再来") as session:
        stranger = enrol_walk_in(session, made.uid, "教师乙")
        enter_scores(session, made.uid, "2", {stranger: {"points": "80.0"}})
    with pytest.raises(RefusedError, match="有两个成绩"), store.write("并入") as session:
        join_trainees(session, stranger, made.trainees[0])
