"""Importing records of one entity from sheets that others made, and from lists of our own."""

import csv
import datetime as dt

import pytest
from openpyxl import Workbook, load_workbook

from desktop.errors import RefusedError
from desktop.exchange.entity_import import plan_entity_import
from desktop.exchange.lists import export_list, write_entity_template, write_roster_template
from desktop.exchange.plan import FieldChange, Outcome, Plan, PlanRow, carry_out, newest_act
from desktop.exchange.roster.returns import write_entity_returns
from desktop.exchange.targets import roster_targets
from desktop.exchange.workbook.read import read_book
from desktop.models import Appointment, Cohort, Course, Employment, Honor, Operator, School, Teacher, TrainingClass
from desktop.services.records import delete, save
from desktop.store import Edit, history
from tests.builders import (
    add,
    add_people,
    appointment_content,
    class_content,
    cohort_content,
    contents_of,
    make_office,
    school_content,
    teacher_content,
)
from tests.integration.rosters import read_books


@pytest.fixture
def store(tmp_path):
    opened = make_office(tmp_path / "office")
    yield opened
    opened.close()


@pytest.fixture
def sheet(tmp_path):
    """Write a sheet of other people and give its path."""

    def write(*rows, name="表.csv"):
        path = tmp_path / name
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
        return path

    return write


def _exported(store, entity, path, **words):
    with store.read() as session:
        export_list(session, entity, path, **words)
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def _rewrite(path, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


def test_new_rows_become_records(store, sheet):
    """A sheet with headings as schools write them makes records; undoing the import takes them away."""
    path = sheet(
        ["学校名称", "排列顺序", "学校类型", "代章学校"],
        ["云岭县第一小学", "2", "小学", ""],
        ["云岭县第一村小", "3", "教学点", "云岭县第一小学"],
    )
    plan = plan_entity_import(store, [path], School)
    assert plan.counts()["new"] == len(plan.rows) == 2, plan.rows
    assert carry_out(store, plan, "王主任") == 2
    schools = {content["name"]: (uid, content) for uid, content in contents_of(store, School).items()}
    assert schools["云岭县第一村小"][1] == {
        "name": "云岭县第一村小",
        "county_code": "509999",
        "order": 3,
        "type": "218",
        "stamping_school": schools["云岭县第一小学"][0],
    }
    assert plan_entity_import(store, [path], School).counts()["same"] == 2
    with store.read() as session:
        history.undo(store, newest_act(session))
    assert contents_of(store, School) == {}


def test_blank_cells_of_other_sheets_never_erase(store, sheet):
    """A cell that a school left empty says nothing; a filled one changes its field."""
    uid = add(store, Teacher, teacher_content(mobile="13900000001", subject="语文"))
    number = teacher_content()["id_number"]
    path = sheet(["身份证号", "姓名", "手机号", "学科"], [number, "教师乙", "", "数学"])
    plan = plan_entity_import(store, [path], Teacher)
    (row,) = plan.rows
    assert (row.outcome, row.name, row.row) == (Outcome.CHANGED, "教师乙", 2)
    assert row.changes == [FieldChange("teachers", "subject", "任教学科", "语文", "数学")]
    carry_out(store, plan, "王主任")
    assert contents_of(store, Teacher)[uid] == teacher_content(mobile="13900000001", subject="数学")


def test_unknown_headings_are_kept_and_given_back(store, sheet, tmp_path):
    """A column without a field stays with the record and stands in the export; so does one that we derive."""
    number = teacher_content()["id_number"]
    path = sheet(["姓名", "身份证号", "血型", "工作单位"], ["教师乙", number, "O", "第一中学"])
    carry_out(store, plan_entity_import(store, [path], Teacher), "王主任")
    (content,) = contents_of(store, Teacher).values()
    assert content["extras"] == {"columns": {"血型": "O", "工作单位": "第一中学"}}
    rows = _exported(store, Teacher, tmp_path / "list.csv")
    assert rows[0][-3:] == ["工作单位（原表）", "血型", "标识（勿改）"]
    assert rows[1][-3:-1] == ["第一中学", "O"]
    rows[1][-2] = "AB"
    _rewrite(tmp_path / "list.csv", rows)
    (row,) = plan_entity_import(store, [tmp_path / "list.csv"], Teacher).rows
    assert [(change.field, change.old, change.new) for change in row.changes] == [("血型", "O", "AB")]


def test_unknown_headings_are_told_and_make_no_second_record(store, sheet):
    """Columns without a field are told once, and are no reason to take a known record without key for another."""
    number = teacher_content()["id_number"]
    carry_out(store, plan_entity_import(store, [sheet(["姓名", "身份证号"], ["教师乙", number])], Teacher), "王主任")
    first = sheet(["教师", "荣誉名称", "获得时间"], ["教师乙", "优秀教师", "2024-09"], name="a.csv")
    carry_out(store, plan_entity_import(store, [first], Honor), "王主任")
    second = sheet(["教师", "荣誉名称", "获得时间", "学校"], ["教师乙", "优秀教师", "2024-09", "一中"], name="b.csv")
    for outcome, told in ((Outcome.CHANGED, True), (Outcome.SAME, False)):
        plan = plan_entity_import(store, [second], Honor)
        assert [row.outcome for row in plan.rows] == [outcome]
        assert any("“学校”没有对应的项目" in sentence for sentence in plan.assumed) is told
        carry_out(store, plan, "王主任")
    assert len(contents_of(store, Honor)) == 1


def test_faulty_rows_say_where_and_why(store, sheet):
    """A problem names field, heading and column of the sender's file; the other rows are not held up."""
    path = sheet(
        ["姓名", "身份证号", "性别"],
        ["教师甲", "509999198003150000", "男"],
        ["", teacher_content(2)["id_number"], "女"],
        ["教师丙", teacher_content(3)["id_number"], "女"],
    )
    plan = plan_entity_import(store, [path], Teacher)
    assert [row.outcome for row in plan.rows] == [Outcome.INVALID, Outcome.INVALID, Outcome.NEW]
    (problem,) = plan.rows[0].problems
    assert (problem.field, problem.column, problem.heading) == ("id_number", 2, "身份证号")
    assert problem.text.startswith("身份证号：身份证号码“509999198003150000”")
    assert [(each.field, each.column) for each in plan.rows[1].problems] == [("name", 1)]
    assert plan.as_json()["rows"][1]["problems"] == [{"field": "name", "text": "姓名没有填写"}]


@pytest.mark.parametrize("width", [3, 4])
def test_courses_are_read_by_their_own_names(store, sheet, width):
    """A course names its teacher in words: without that column its own name is not looked for among people."""
    add(store, TrainingClass, class_content())
    rows = (
        ("培训班", "课程名称", "学时", "主讲人"),
        ("骨干教师一班", "教法", "4", "王芳"),
        ("骨干教师一班", "空课", "0", "王芳"),
    )
    plan = plan_entity_import(store, [sheet(*(row[:width] for row in rows))], Course)
    assert [row.outcome for row in plan.rows] == [Outcome.NEW, Outcome.INVALID]
    [problem] = plan.rows[1].problems
    assert problem.text == "课程“空课”的学时是 0，请填写大于 0 的学时数，例如 4 或 39.5"


def test_two_rows_of_one_record_are_duplicates(store, sheet):
    """The second row of the same person or of the same words is sent back, and says which row it repeats."""
    number = teacher_content()["id_number"]
    path = sheet(["姓名", "身份证号", "性别"], ["教师乙", number, "男"], ["教师乙", number, ""])
    plan = plan_entity_import(store, [path], Teacher)
    assert [row.outcome for row in plan.rows] == [Outcome.NEW, Outcome.DUPLICATE]
    assert "第 2 行" in plan.rows[1].problems[0].text
    uid = add(store, Teacher, teacher_content())
    honor = ["教师", "荣誉名称", "级别"], ["教师乙", "先进个人", "县级"]
    path = sheet(honor[0], honor[1], honor[1])
    plan = plan_entity_import(store, [path], Honor)
    assert [row.outcome for row in plan.rows] == [Outcome.NEW, Outcome.DUPLICATE]
    carry_out(store, plan, "王主任")
    assert [content["teacher"] for content in contents_of(store, Honor).values()] == [uid]
    assert [row.outcome for row in plan_entity_import(store, [path], Honor).rows] == [Outcome.SAME, Outcome.DUPLICATE]


def test_people_of_one_name_are_told_apart(store, sheet):
    """A name that two people have is a question, unless the ID number in the row answers it."""
    school = add(store, School, school_content())
    numbers = [teacher_content(number)["id_number"] for number in (1, 2)]
    uids = [add(store, Teacher, teacher_content(number, name="王芳")) for number in (1, 2)]
    headings = ["教师", "身份证号", "学校", "性质"]
    path = sheet(
        headings,
        ["王芳", "", "云岭县第1中学", "任职"],
        ["王芳", numbers[1], "云岭县第1中学", "任职"],
        [f"王芳（{numbers[0][-4:]}）", "", "云岭县第1中学", "任职"],
        ["李四", "", "云岭县第1中学", "任职"],
        ["王芳", "123", "云岭县第1中学", "任职"],
    )
    plan = plan_entity_import(store, [path], Employment)
    outcomes = [row.outcome for row in plan.rows]
    assert outcomes == [Outcome.AMBIGUOUS, Outcome.NEW, Outcome.NEW, Outcome.INVALID, Outcome.AMBIGUOUS]
    assert f"王芳（{numbers[0][-4:]}）" in plan.rows[0].problems[0].text
    assert plan.rows[3].problems[0].text == "教师：“李四”没有登记，请先登记，或核对名称"
    contents = [row.edits[0].content for row in plan.rows[1:3]]
    assert [content["teacher"] for content in contents] == [uids[1], uids[0]]
    assert {content["school"] for content in contents} == {school}


def test_a_sheet_without_the_link_is_understood_by_name_or_number(store, sheet):
    """An appointment sheet says 姓名 and 身份证号 instead of 教师; the document tells the cohort of its tier."""
    uids = [add(store, Teacher, teacher_content(number, name="王芳")) for number in (1, 2)]
    cohorts = [add(store, Cohort, cohort_content(tier=tier)) for tier in ("2", "3")]
    path = sheet(
        ["姓名", "身份证号", "级别", "认定批次"],
        ["王芳", teacher_content(2)["id_number"], "区县级", "云教发[2024]30号"],
        ["王芳", "", "市级", "云教发〔2024〕30号"],
    )
    plan = plan_entity_import(store, [path], Appointment)
    assert [row.outcome for row in plan.rows] == [Outcome.NEW, Outcome.AMBIGUOUS], plan.rows
    assert plan.rows[0].edits[0].content == appointment_content(uids[1], cohorts[1])
    assert plan.rows[1].problems[0].heading == "姓名"


def test_masked_numbers_are_unchanged(store, sheet, tmp_path):
    """A number shown in part changes nothing in a known record, and is refused in a new one."""
    uid = add(store, Teacher, teacher_content())
    rows = _exported(store, Teacher, tmp_path / "list.csv", masked=True)
    assert "********" in rows[1][rows[0].index("身份证号")]
    rows[1][rows[0].index("手机号")] = "138****9999"
    rows[1][rows[0].index("任教学科")] = "数学"
    rows.append(["" for _ in rows[0]])
    rows[2][rows[0].index("姓名")] = "新教师"
    rows[2][rows[0].index("身份证号")] = "509999********1234"
    _rewrite(tmp_path / "list.csv", rows)
    known, new = plan_entity_import(store, [tmp_path / "list.csv"], Teacher).rows
    assert known.edits[0].content == teacher_content(subject="数学")
    assert (new.outcome, new.problems[0].field) == (Outcome.INVALID, "id_number")
    assert "请填写完整" in new.problems[0].text
    path = sheet(["姓名", "身份证号", "手机号"], ["教师乙", teacher_content()["id_number"], "139****0001"])
    assert plan_entity_import(store, [path], Teacher).counts()["same"] == 1
    assert uid in contents_of(store, Teacher)


def test_derived_columns_cannot_be_edited(store, tmp_path):
    """What other records say is not taken from here; the plan tells it."""
    add_people(store, 2)
    rows = _exported(store, Teacher, tmp_path / "list.csv")
    rows[1][rows[0].index("工作单位")] = "别的学校"
    _rewrite(tmp_path / "list.csv", rows)
    plan = plan_entity_import(store, [tmp_path / "list.csv"], Teacher)
    assert plan.counts()["same"] == 2
    assert [text for text in plan.assumed if "工作单位" in text and "1 行" in text]


def test_records_of_others_are_not_changed(store, sheet):
    """A record that another office writes is refused by name of that office, and read without complaint."""
    add(store, Teacher, teacher_content(), origin="500000")
    number = teacher_content()["id_number"]
    same, changed = (
        plan_entity_import(store, [sheet(["姓名", "身份证号", "学科"], ["教师乙", number, subject])], Teacher).rows[0]
        for subject in ("语文", "数学")
    )
    assert same.outcome is Outcome.SAME
    assert changed.outcome is Outcome.INVALID
    assert "500000" in changed.problems[0].text
    assert changed.edits == []


def test_deleted_records_come_back_only_by_hand(store, tmp_path):
    """A row of our own list whose record was deleted since is refused."""
    uid = add(store, Teacher, teacher_content())
    _exported(store, Teacher, tmp_path / "list.csv")
    with store.write("删除") as session:
        delete(session, Teacher, uid)
    (row,) = plan_entity_import(store, [tmp_path / "list.csv"], Teacher).rows
    assert (row.outcome, row.name) == (Outcome.INVALID, "教师乙")
    assert "回收站" in row.problems[0].text


def test_a_row_cannot_take_the_key_of_another(store, tmp_path):
    """An ID number that another teacher has is not taken over."""
    for number in (1, 2):
        add(store, Teacher, teacher_content(number))
    rows = _exported(store, Teacher, tmp_path / "list.csv")
    place = rows[0].index("身份证号")
    rows[2][place] = rows[1][place]
    _rewrite(tmp_path / "list.csv", rows[:1] + rows[2:])
    (row,) = plan_entity_import(store, [tmp_path / "list.csv"], Teacher).rows
    assert (row.outcome, row.problems[0].field) == (Outcome.INVALID, "id_number")


def test_lines_that_cannot_be_read_are_told(store, tmp_path):
    """A cell of child rows is refused with the number of its line; a good one replaces them."""
    uid = add(store, Teacher, teacher_content(educations=[{"which": "2", "education": "21"}]))
    rows = _exported(store, Teacher, tmp_path / "list.csv")
    place = rows[0].index("学历学位")
    assert rows[1][place] == "类别：最高学历；学历：大学本科"
    outcomes = []
    for text in (
        "类别：最高学历；学历：本科生班\n",
        "随便写写",
        "类别:第一学历;学历:大专\n\n类别：最高学历；毕业院校：甲\\；乙",
    ):
        rows[1][place] = text
        _rewrite(tmp_path / "list.csv", rows)
        outcomes.append(plan_entity_import(store, [tmp_path / "list.csv"], Teacher))
    assert [plan.rows[0].outcome for plan in outcomes] == [Outcome.INVALID, Outcome.INVALID, Outcome.CHANGED]
    assert "第 1 行的学历" in outcomes[0].rows[0].problems[0].text
    assert "可用的栏目有" in outcomes[1].rows[0].problems[0].text
    carry_out(store, outcomes[2], "王主任")
    assert contents_of(store, Teacher)[uid]["educations"] == [
        {"which": "1", "education": "31"},
        {"which": "2", "school": "甲；乙"},
    ]


def test_a_file_of_something_else_is_refused(store, sheet):
    """A file without any heading of the entity is named, and nothing is planned."""
    with pytest.raises(RefusedError, match=r"表\.csv.*没有找到“教师”的表头"):
        plan_entity_import(store, [sheet(["甲", "乙"], ["1", "2"])], Teacher)


def test_faulty_rows_go_back_in_a_copy(store, tmp_path):
    """The copy of an entity's file has exactly the faulty cell red and commented, and is itself an input."""
    add(store, Teacher, teacher_content())
    with store.read() as session:
        export_list(session, Teacher, tmp_path / "教师.xlsx")
    book = load_workbook(tmp_path / "教师.xlsx")
    place = next(cell for cell in book.worksheets[0][1] if cell.value == "身份证号").column
    book.worksheets[0].cell(2, place).value = "509999199007027214"
    book.save(tmp_path / "教师.xlsx")
    plan = plan_entity_import(store, [tmp_path / "教师.xlsx"], Teacher)
    (copy,) = write_entity_returns(plan, read_books(tmp_path / "教师.xlsx"), tmp_path / "退回")
    marked = load_workbook(copy)
    assert marked.sheetnames[:2] == ["退回修改", "教师"]
    assert [cell.coordinate for row in marked["教师"] for cell in row if cell.comment] == [
        marked["教师"].cell(2, place).coordinate
    ]
    assert plan_entity_import(store, [copy], Teacher).counts()["invalid"] == 1


def test_an_empty_list_of_ours_changes_nothing(store, tmp_path):
    """An entity without records is exported as headings, and these come back as no rows instead of a refusal."""
    with store.read() as session:
        export_list(session, Honor, tmp_path / "荣誉.xlsx")
    plan = plan_entity_import(store, [tmp_path / "荣誉.xlsx"], Honor)
    assert (plan.rows, plan.assumed) == ([], ["“荣誉.xlsx”只有表头，没有填写内容"])


def test_cells_of_every_type(store, tmp_path):
    """Numbers, days, times and errors in cells mean what a clerk sees, and never a guess."""
    book = Workbook()
    page = book.active
    page.append(["姓名", "身份证号", "手机号", "任教学科", "是否班主任", "参加工作时间", "健康状况", "籍贯", "血压"])
    day = dt.date(2001, 9, 1)
    number = teacher_content()["id_number"]
    page.append(["教师乙", number, 13900000001, 5, True, day, True, dt.time(8, 30), 1.5])
    page.append(["教师丙", 509999198003151010, "13900000002", "语文", "是", "", "", "", dt.time(8, 30)])
    page.append(["教师丁", teacher_content(3)["id_number"], "", "", "", "", "", "#REF!", dt.date(2024, 3, 15)])
    page.cell(4, 8).data_type = "e"
    book.save(tmp_path / "cells.xlsx")
    good, rounded, wrong = plan_entity_import(store, [tmp_path / "cells.xlsx"], Teacher).rows
    content = good.edits[0].content
    wanted = {
        "mobile": "13900000001",
        "subject": "5",
        "is_class_teacher": 1,
        "work_start_month": "2001-09-01",
        "health": "TRUE",
        "native_place": "08:30",
        "extras": {"columns": {"血压": "1.5"}},
    }
    assert {name: content[name] for name in wanted} == wanted
    assert "末几位已丢失" in rounded.problems[0].text
    assert [(each.field, "#REF!" in each.text) for each in wrong.problems] == [("native_place", True)]


def test_sheets_that_are_no_lists_are_passed_over(store, tmp_path):
    """Guides, hidden sheets and empty ones hold no records; a list of two columns needs no more headings."""
    book = Workbook()
    page = book.active
    page.append(["股（科）室", "姓名", None, "姓名", " "])
    page.append(["人事股", "李主任", None, "小李", None])
    page.append([None, None, None, None, None])
    hidden = book.create_sheet("旧表")
    hidden.append(["姓名", "联系电话"])
    hidden.append(["旧人", "13900000001"])
    hidden.sheet_state = "hidden"
    guide = book.create_sheet("填表说明")
    guide.append(["姓名", "联系电话"])
    guide.append(["示例", "13900000001"])
    book.create_sheet("空表")
    book.save(tmp_path / "short.xlsx")
    (row,) = plan_entity_import(store, [tmp_path / "short.xlsx"], Operator).rows
    assert row.edits[0].content == {
        "name": "李主任",
        "section_name": "人事股",
        "extras": {"columns": {"姓名": "小李"}},
    }


def test_own_lists_may_have_columns_added(store, tmp_path):
    """A column that a clerk adds to our list is kept with the records; a serial number is not."""
    uid = add(store, Teacher, teacher_content())
    rows = _exported(store, Teacher, tmp_path / "list.csv")
    rows = [[serial, *row, extra] for serial, row, extra in zip(("序号", "1"), rows, ("血型", "O"), strict=True)]
    _rewrite(tmp_path / "list.csv", rows)
    carry_out(store, plan_entity_import(store, [tmp_path / "list.csv"], Teacher), "王主任")
    assert contents_of(store, Teacher)[uid] == {**teacher_content(), "extras": {"columns": {"血型": "O"}}}


def test_a_plan_is_void_when_something_changed_since(store, sheet):
    """Nothing is written when anything was done after the plan was shown."""
    path = sheet(["姓名", "身份证号"], ["教师乙", teacher_content()["id_number"]])
    plan = plan_entity_import(store, [path], Teacher)
    add(store, School, school_content())
    with pytest.raises(RefusedError, match="又有改动"):
        carry_out(store, plan, "王主任")
    assert contents_of(store, Teacher) == {}


def test_unticked_rows_are_not_written(store, sheet):
    """The clerk may take single rows out of the plan."""
    rows = [[f"教师{number}", teacher_content(number)["id_number"]] for number in (1, 2)]
    plan = plan_entity_import(store, [sheet(["姓名", "身份证号"], *rows)], Teacher)
    plan.rows[0].ticked = False
    assert carry_out(store, plan, "王主任") == 1
    assert [content["name"] for content in contents_of(store, Teacher).values()] == ["教师2"]


def test_corrections_stand_in_the_register(store, sheet):
    """A changed sensitive field carries a reason: the one given, else the name of the import."""
    add(store, Teacher, teacher_content())
    path = sheet(["姓名", "身份证号"], ["教师新", teacher_content()["id_number"]])
    plan = plan_entity_import(store, [path], Teacher)
    carry_out(store, plan, "王主任")
    with store.read() as session:
        ((change, act),) = history.reason_rows(session)
    assert (change.reason, act.kind, act.operator) == (plan.title, "import", "王主任")


def test_edits_of_several_rows_are_joined(store):
    """Rows that bring the same new school write it once; two values for one field are a fault of the plan."""
    school = school_content()
    both = [
        PlanRow("f", "s", number, Outcome.NEW, edits=[Edit(School, "u", None, {**school, **values})])
        for number, values in ((1, {"note": "甲"}), (2, {"code": "1"}))
    ]
    with store.read() as session:
        plan = Plan("导入", both, last_act=newest_act(session))
    written = []
    assert carry_out(store, plan, "王主任", also=written.append) == 1
    assert len(written) == 1
    assert contents_of(store, School)["u"] == {**school, "note": "甲", "code": "1"}
    both[1].edits[0].content["note"] = "乙"
    with pytest.raises(ValueError, match="two values for note"):
        plan.written_edits()
    both[1].edits[0].content = None
    with pytest.raises(ValueError, match="deleted and changed"):
        plan.written_edits()
    both[0].edits[0].content = None
    assert len(plan.written_edits()) == 1


def test_templates_open_with_their_columns(tmp_path):
    """The roster template has the 14 columns of schools' rosters; a template shows which columns must be filled."""
    write_roster_template(tmp_path / "roster.xlsx")
    sheet = read_book(tmp_path / "roster.xlsx").sheets[0]
    labels = {target.label for target in roster_targets()}
    assert len(sheet.rows[0]) == 14
    assert set(sheet.rows[0]) <= labels
    write_entity_template(Cohort, tmp_path / "cohort.xlsx")
    assert read_book(tmp_path / "cohort.xlsx").sheets[0].rows[0][:2] == ["级别", "文号"]


def test_lists_go_only_into_known_files(store, tmp_path):
    """Another ending than .xlsx and .csv is refused with the ending."""
    with store.read() as session, pytest.raises(RefusedError, match=r"\.pdf"):
        export_list(session, Teacher, tmp_path / "list.pdf")


def test_saved_records_and_imports_share_one_history(store, sheet):
    """A record saved in a form after the export keeps what the sheet does not say."""
    uid = add(store, Teacher, teacher_content())
    with store.write("修改") as session:
        save(session, Teacher, {"health": "健康"}, uid=uid)
    path = sheet(["姓名", "身份证号", "学科"], ["教师乙", teacher_content()["id_number"], "数学"])
    carry_out(store, plan_entity_import(store, [path], Teacher), "王主任")
    assert contents_of(store, Teacher)[uid] == {**teacher_content(subject="数学"), "health": "健康"}
