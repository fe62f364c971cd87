"""Enrolling from a pasted list and from a spreadsheet."""

from datetime import date

from openpyxl import Workbook

from desktop.exchange.entity_import import plan_entity_import
from desktop.exchange.plan import carry_out
from desktop.models import Employment, Enrolment, School, Teacher
from desktop.queries.columnar import plain_rows
from desktop.queries.columns import Surroundings
from desktop.queries.training.people_list import find_people
from desktop.services.training.enrolling import enrol_walk_in
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
    assert "有 2 人" in found[3].sentence
    assert found[5].sentence == "“赵不在”不在教师名册中，请核对姓名，或按现场报到登记"


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
