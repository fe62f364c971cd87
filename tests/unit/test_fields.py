"""Declaring fields: what a field carries, and what counts as missing."""

import pytest

from desktop import fields, kinds
from desktop.errors import Blocks
from desktop.fields import Field, children_of, field_named, field_problems, fields_of
from desktop.models import Education, School, Teacher
from desktop.models.people import order_problems

DECLARING = [
    (fields.text("甲", limit=5), kinds.Text(5)),
    (fields.long_text("甲"), kinds.LongText()),
    (fields.person_name("甲"), kinds.PersonName()),
    (fields.citizen_id("甲"), kinds.CitizenIdNumber()),
    (fields.digits("甲", lengths=(6,)), kinds.Digits((6,), "甲")),
    (fields.phone("甲"), kinds.Phone()),
    (fields.document_number("甲"), kinds.DocumentNumber()),
    (fields.whole("甲", least=1, most=9, unit="年"), kinds.Whole(1, 9, "年")),
    (fields.year("甲"), kinds.Whole(1900, 2100, "年")),
    (fields.exact("甲", scale=2), kinds.Exact(2)),
    (fields.money("甲"), kinds.Money()),
    (fields.day("甲"), kinds.Day()),
    (fields.partial_date("甲"), kinds.PartialDate()),
    (fields.partial_date("甲", is_past=True), kinds.PartialDate(is_past=True)),
    (fields.day("甲", is_past=True), kinds.Day(is_past=True)),
    (fields.birth("甲"), kinds.Birth()),
    (fields.yes_no("甲"), kinds.YesNo()),
    (fields.choice("甲", "gender"), kinds.Choice("gender")),
    (fields.link("甲", "teachers"), kinds.Link("teachers")),
    (fields.picture("甲"), kinds.Picture()),
]


@pytest.mark.parametrize(("declared", "kind"), DECLARING, ids=lambda each: repr(each)[:30])
def test_a_declaring_function_makes_a_field(declared, kind):
    """What declares an attribute carries its label and kind."""
    assert (declared.label, declared.kind) == ("甲", kind)


def test_personal_numbers_say_so():
    """ID numbers are personal and sensitive, telephones personal unless the declaration says otherwise."""
    number = fields.citizen_id("号")
    assert (number.personal, number.sensitive) == (True, True)
    assert fields.phone("电话").personal is True
    assert fields.phone("电话", personal=False).personal is False


def test_personal_numbers_are_covered_and_still_told_apart():
    """Lists and paper show a part of a personal number; that two differ in what is hidden is told."""
    phone = fields.phone("手机")
    assert phone.cover("13900000000", "") == ["139****0000", ""]
    assert phone.cover("13900000000", "13911110000") == ["139****0000", "139****0000（中间几位不同）"]
    assert fields.text("姓名").cover("王芳", "王方") == ["王芳", "王方"]


@pytest.mark.parametrize("text", ["", " ", "\u3000", "\u00a0\t", "\ufeff", "\u200b"])
def test_blanks_are_no_value(text):
    """What a clerk cannot see is no value."""
    assert Field("甲", kinds.Text()).parse(text) is None


def test_a_sign_for_nothing_is_no_value():
    """无 in a date is no value, and has no packed form."""
    field = Field("日期", kinds.PartialDate())
    assert field.parse("无") is None
    assert field.pack(None) is None
    assert field.format_packed(None) == field.format(None) == ""
    assert field.unpack(None) is None
    assert field.unpack(field.pack(field.parse("2024.3"))) == field.format_packed("2024-03") == "2024-03"


def test_headings_begin_with_the_label():
    """The label is the first heading that an import knows."""
    assert Field("姓名", kinds.Text(), headings=("名字",)).all_headings == ("姓名", "名字")


def test_fields_stand_in_declared_order():
    """The order of lines in the class is the order everywhere; the annotation says what is required."""
    assert [field.name for field in fields_of(Education)][:3] == ["which", "education", "degree"]
    assert field_named(Teacher, "name").required is True
    assert field_named(Teacher, "gender").required is False
    with pytest.raises(KeyError):
        field_named(Teacher, "no such field")


def test_children_are_declared():
    """A Record knows its child rows by name, label and class."""
    assert [(child.name, child.label, child.line) for child in children_of(Teacher)] == [
        ("educations", "学历学位", Education)
    ]


def test_missing_values_are_told():
    """A required value blocks saving, a needed one only submission; lines are told by number."""
    content = {"county_code": "509999", "names": [{"name": "一中"}, {"kind": "1"}]}
    found = {(problem.field, problem.blocks) for problem in field_problems(School, content)}
    assert found == {("name", Blocks.SAVE), ("names.1.kind", Blocks.SAVE), ("names.2.name", Blocks.SAVE)}
    needed = {problem.field: problem.blocks for problem in field_problems(Teacher, {"name": "王芳"})}
    assert needed["gender"] is Blocks.SUBMIT
    assert "gender" not in {problem.field for problem in field_problems(Teacher, {"name": "王芳", "gender": "2"})}


def test_order_of_dates_is_told():
    """Work before sixteen and a title before work are told before submission, each under its field (domain §7)."""
    content = {"name": "王芳", "birth_date": "1980-03", "work_start_month": "1996-02", "title_obtained_date": "1995"}
    found = {problem.field: problem.text for problem in order_problems(content)}
    assert found == {
        "work_start_month": "参加工作时间“1996-02”时不满16周岁（出生年月“1980-03”），请核对",
        "title_obtained_date": "任职资格取得时间“1995”早于参加工作时间“1996-02”，请核对",
    }
    assert order_problems({**content, "work_start_month": "1996-03", "title_obtained_date": "1996"}) == []
    assert not any(each.blocks is Blocks.SAVE for each in order_problems(content))
