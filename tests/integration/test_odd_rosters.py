"""Rosters of every odd shape that schools send (domain §7): what is taken, what is refused, what is told."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from desktop.errors import RefusedError
from desktop.models import Appointment, Cohort, School, Teacher
from desktop.store.database import Store
from tests import builders_files as builders
from tests.builders_rosters import (
    DOCUMENT,
    HEADINGS,
    LI,
    SCHOOL,
    STAFF_HEADINGS,
    THREE,
    TITLE,
    WANG,
    ZHAO,
    id_number,
    person,
    roster_rows,
    rows_of,
    staff_member,
    write_roster,
    write_sheets,
)
from tests.integration.rosters import outcomes, plan_files, problems, records, said, take_in, teachers, waiting

SHORT = ("姓名", "身份证号", "任教学科", "级别", "认定时间")
OTHER = "云岭县第五中学"
NAMES = ["李建国", "王芳", "赵䶮"]


def _one(store: Store, path: Path, **cells: Any):
    """The plan of a roster of one person with these cells."""
    headings = tuple(dict.fromkeys([*HEADINGS, *cells]))
    return plan_files(store, write_roster(path / "一人.xlsx", [{**WANG, **cells}], headings=headings))


FORMS: dict[str, tuple[Callable[[Path], builders.Roster], str]] = {
    "ods": (builders.build_ods, ".ods"),
    "html": (builders.build_html_xls, ".xls"),
    "utf-16": (builders.build_utf16_text, ".txt"),
    "gb18030": (builders.build_gb18030_csv, ".csv"),
    "xml": (builders.build_xml_spreadsheet, ".xls"),
    "xlsb": (builders.build_xlsb, ".xlsb"),
    "three headings": (builders.build_three_headings_xlsx, ".xlsx"),
    "repeated headings": (builders.build_repeated_headings_xls, ".xls"),
    "ditto": (builders.build_ditto_csv, ".csv"),
    "1904": (builders.build_1904_xlsx, ".xlsx"),
    "two lists": (builders.build_two_lists_xlsx, ".xlsx"),
}


@pytest.mark.parametrize("form", FORMS)
def test_kinds_of_files(store: Store, tmp_path: Path, form: str) -> None:
    """Every kind and layout gives the same people, each in its own row, with school, tier, document and birth."""
    build, suffix = FORMS[form]
    path = tmp_path / f"{SCHOOL}骨干教师{suffix}"
    roster = build(path)
    plan = take_in(store, path)
    assert outcomes(plan) == {"new": len(roster.people)}
    assert [row.row for row in plan.rows] == list(roster.person_rows)
    found = teachers(store)
    labels = {"市级": "2", "区县级": "3"}
    for one in roster.people:
        content = found[one.name]
        assert content["id_number"] == one.id_number
        assert content["birth_date"] == one.birth.isoformat()
        assert content["schools"] == [SCHOOL]
        assert content["appointment"]["tier"] == labels[one.tier]
        assert content["appointment"]["doc_no"] == DOCUMENT
    assert said(plan, path.name, "没有学校栏", SCHOOL) or form == "html"


def test_numbers_that_a_spreadsheet_rounded(store: Store, tmp_path: Path) -> None:
    """Damaged numbers are never taken; of people in the roster they are offered with the last four digits."""
    path = tmp_path / f"{SCHOOL}.xlsx"
    builders.build_float_ids_xlsx(path)
    plan = plan_files(store, path)
    assert {name: fields for name, fields in problems(plan).items() if fields == {"id_number"}}.keys() == {
        one.name for one in builders.PEOPLE if one.id_number.isdecimal()
    }
    assert all("末几位已丢失" in row.problems[0].text for row in plan.rows if row.problems)
    good = tmp_path / "good" / f"{SCHOOL}.xlsx"
    good.parent.mkdir()
    builders.build_plain_xlsx(good)
    take_in(store, good)
    again = plan_files(store, path)
    assert set(waiting(again)) == problems(plan).keys()
    assert all(row.problems[0].text.count("末四位为") for row in again.rows if row.problems)
    number = next(one.id_number for one in builders.PEOPLE if one.name == "王芳")
    quoted = next(row.problems[0].text for row in again.rows if row.name == "王芳").split("“")[1].split("”")[0]
    values = {("身份证号", quoted): number}
    assert "王芳" not in waiting(plan_files(store, path, values=values))


@pytest.mark.parametrize("number", ["509999198003151000", "5.09999E+17", 5.09999198003151e17])
def test_damaged_number_is_refused(store: Store, tmp_path: Path, number: str | float) -> None:
    """…000 and scientific notation name the fault and the way out."""
    plan = _one(store, tmp_path, 身份证号=number)
    assert outcomes(plan) == {"invalid": 1}
    assert "末几位已丢失" in plan.rows[0].problems[0].text
    assert plan.rows[0].problems[0].column == HEADINGS.index("身份证号") + 1


def test_whole_staff_roster(store: Store, tmp_path: Path) -> None:
    """Seventy columns of the whole staff: teachers with every known column; 无 as tier is no appointment."""
    people = [
        staff_member("王芳", "19800315", 102, 最高骨干教师级别="市级骨干教师"),
        staff_member("李建国", "19751120", 201),
        staff_member("赵䶮", "19781231", 517, 最高学历="本科（函授）"),
    ]
    plan = take_in(
        store,
        write_sheets(tmp_path / "在职教师.xlsx", {"信息表": [list(STAFF_HEADINGS), *rows_of(people, STAFF_HEADINGS)]}),
    )
    assert outcomes(plan) == {"new": 3}
    found = teachers(store)
    assert "appointment" not in found["李建国"]
    assert found["王芳"]["appointment"]["tier"] == "2"
    assert found["王芳"]["schools"] == [SCHOOL]
    assert found["王芳"]["mobile"] == "13800000102"
    assert found["王芳"]["educations"] == [
        {"which": "1", "education": "41"},
        {"which": "2", "education": "21", "degree": "4", "school": "西南大学", "graduated": "2008-07"},
    ]
    assert found["赵䶮"]["educations"][1]["study_mode"] == "2"
    assert found["王芳"]["extras"]["columns"]["支教单位"] == "云岭县大河乡中心小学"
    assert found["王芳"]["extras"]["columns"]["紧急联系人电话"] == "13700000001"
    (school,) = records(store, School)
    assert (school.content["type"], school.content["credit_code"]) == ("311", "125099990000000001")
    assert said(plan, "在职教师.xlsx", "2 人没有骨干级别")
    assert plan_files(store, tmp_path / "在职教师.xlsx").counts()["same"] == 3


def test_groups_of_education_and_of_other_things(store: Store, tmp_path: Path) -> None:
    """学历: 第一·最高, 学位 below; 单位 and 电话 below 支教 or 紧急联系人 are not the school and the telephone."""
    rows = [
        [TITLE],
        ["姓名", "身份证号", "级别", "学历", None, "第一学历", None, "支教情况", None, "紧急联系人", None, "手机号"],
        [None, None, None, "第一", "最高", "学校", "专业", "单位", "时间", "姓名", "电话", None],
        [
            "王芳",
            WANG["身份证号"],
            "市级",
            "中师",
            "本科",
            "云岭师范",
            "普师",
            "大河小学",
            "2015年",
            "张三",
            "13700000001",
            "13900000102",
        ],
    ]
    merged = ["A2:A3", "B2:B3", "C2:C3", "D2:E2", "F2:G2", "H2:I2", "J2:K2", "L2:L3"]
    take_in(store, write_sheets(tmp_path / "a.xlsx", {"S": rows}, merged={"S": merged}))
    found = teachers(store)["王芳"]
    assert found["schools"] == [SCHOOL]
    assert found["mobile"] == "13900000102"
    assert found["educations"] == [
        {"which": "1", "education": "41", "school": "云岭师范", "major": "普师"},
        {"which": "2", "education": "21"},
    ]
    assert found["extras"]["columns"] == {
        "支教情况 单位": "大河小学",
        "支教情况 时间": "2015年",
        "紧急联系人 姓名": "张三",
        "紧急联系人 电话": "13700000001",
    }


def test_school_merged_over_its_people_with_sub_totals(store: Store, tmp_path: Path) -> None:
    """The school stands once beside its people; 小计 and 合计 are nobody."""
    headings = ["序号", "学校", "姓名", "身份证号", "级别", "认定时间"]
    rows: list[list[Any]] = [["全县骨干教师汇总表"], headings]
    for school, people in ((SCHOOL, [WANG, LI]), (OTHER, [ZHAO])):
        for number, one in enumerate(people):
            rows.append([len(rows), school if number == 0 else None, *(one[each] for each in headings[2:])])
        rows.append([None, "小　计", len(people)])
    rows.append(["合计", None, 3])
    plan = take_in(store, write_sheets(tmp_path / "a.xlsx", {"S": rows}, merged={"S": ["A1:F1", "B3:B4"]}))
    assert outcomes(plan) == {"new": 3}
    assert {name: one["schools"] for name, one in teachers(store).items()} == {
        "王芳": [SCHOOL],
        "李建国": [SCHOOL],
        "赵䶮": [OTHER],
    }


def test_school_filled_down_without_merge_is_told(store: Store, tmp_path: Path) -> None:
    """A blank school cell below another is that school, and the plan says for how many rows."""
    headings = ("学校", *SHORT)
    people = [{**WANG, "学校": SCHOOL}, LI, {**ZHAO, "学校": "本校"}]
    plan = take_in(store, write_roster(tmp_path / "a.xlsx", people, headings=headings))
    assert {tuple(one["schools"]) for one in teachers(store).values()} == {(SCHOOL,)}
    assert said(plan, "a.xlsx", "1 行没有填学校")


@pytest.mark.parametrize(
    ("title", "sheet", "file", "where"),
    [
        ([f"填报单位（盖章）：{SCHOOL}　　　填报日期：2024年9月10日"], "Sheet1", "a.xlsx", "表头的填报单位"),
        (["填报单位（盖章）：", SCHOOL, "填报日期："], "Sheet1", "a.xlsx", "表头的填报单位"),
        ([f"附件3：{SCHOOL}骨干教师花名册"], "Sheet1", "a.xlsx", "表头标题"),
        ([f"2024年{SCHOOL}市级骨干教师名单"], "Sheet1", "a.xlsx", "表头标题"),
        ([f"2023-2024学年度第二学期{SCHOOL}教师花名册"], "Sheet1", "a.xlsx", "表头标题"),
        (["2024年秋季学期全县中小学骨干教师花名册"], SCHOOL, "a.xlsx", "工作表名"),
        (["云岭县教育委员会中小学骨干教师花名册"], "Sheet1", f"03-{SCHOOL}（第二次）.xlsx", "文件名"),
        (["填报单位：云岭县教育委员会"], "Sheet1", f"{SCHOOL}花名册2024.xlsx", "文件名"),
        (["单位：人"], "Sheet1", f"附件2：{SCHOOL}.xlsx", "文件名"),
    ],
)
def test_school_outside_the_list(
    store: Store, tmp_path: Path, title: list[str], sheet: str, file: str, where: str
) -> None:
    """The school stands in the line of the unit, the title, the sheet's or the file's name, and that is told."""
    rows = [title, list(SHORT), *rows_of(THREE, SHORT)]
    plan = take_in(store, write_sheets(tmp_path / file, {sheet: rows}))
    assert {name: one["schools"] for name, one in teachers(store).items()} == {name: [SCHOOL] for name in NAMES}
    assert said(plan, file, "没有学校栏", where, SCHOOL)


def test_no_school_anywhere_is_told(store: Store, tmp_path: Path) -> None:
    """People without school come in without employment, and the plan says how many."""
    plan = take_in(store, write_sheets(tmp_path / "a.xlsx", {"Sheet1": [list(SHORT), *rows_of(THREE, SHORT)]}))
    assert outcomes(plan) == {"new": 3}
    assert all("schools" not in one for one in teachers(store).values())
    assert said(plan, "a.xlsx", "没有写明学校", "3 人")


def test_schools_by_sheets_and_by_lines_between(store: Store, tmp_path: Path) -> None:
    """One file of several schools: a sheet each, or a line before the people of each."""
    sheets = {SCHOOL: [list(SHORT), *rows_of([WANG], SHORT)], OTHER: [list(SHORT), *rows_of([LI], SHORT)]}
    take_in(store, write_sheets(tmp_path / "a.xlsx", sheets))
    people = rows_of([person("何静", "19880101", 330), person("孙强", "19870707", 331)], SHORT)
    rows = [
        ["全县骨干教师花名册"],
        list(SHORT),
        [f"一、{SCHOOL}（1人）"],
        people[0],
        [f"二、{OTHER}（1人）"],
        people[1],
    ]
    plan = take_in(store, write_sheets(tmp_path / "b.xlsx", {"Sheet1": rows}, merged={"Sheet1": ["A3:E3", "A5:E5"]}))
    assert outcomes(plan) == {"new": 2}
    expected = {"王芳": [SCHOOL], "李建国": [OTHER], "何静": [SCHOOL], "孙强": [OTHER]}
    assert {name: one["schools"] for name, one in teachers(store).items()} == expected
    assert said(plan, "b.xlsx", "小标题", OTHER)


def test_tier_from_title_sheet_or_line(store: Store, tmp_path: Path) -> None:
    """Without a column the tier is that of the title, the sheet or the line above; trainees have none."""
    headings = ("姓名", "身份证号", "任教学科")

    def rows(title: str, *people: dict) -> list:
        return [[title], list(headings), *rows_of(people, headings)]

    plan = take_in(store, write_sheets(tmp_path / "a.xlsx", {"S": rows(f"{SCHOOL}市级骨干教师名单", WANG)}))
    assert said(plan, "a.xlsx", "没有级别栏", "标题", "市级")
    take_in(store, write_sheets(tmp_path / "b.xlsx", {"区县级": rows(f"{SCHOOL}名单", LI)}))
    lines = [[f"{SCHOOL}骨干教师"], list(headings), ["一、市级骨干教师"], *rows_of([ZHAO], headings)]
    take_in(store, write_sheets(tmp_path / "c.xlsx", {"S": lines}))
    trainee = person("何静", "19880101", 330)
    take_in(store, write_sheets(tmp_path / "d.xlsx", {"S": rows(f"{SCHOOL}市级骨干教师培养对象名单", trainee)}))
    tiers = {name: one.get("appointment", {}).get("tier") for name, one in teachers(store).items()}
    assert tiers == {"王芳": "2", "李建国": "3", "赵䶮": "2", "何静": None}


def test_rows_that_are_nobody(store: Store, tmp_path: Path) -> None:
    """Notes, signatures, counters, examples, hints and seals in any place are not people."""
    rows = [
        ["附件3："],
        [TITLE],
        ["姓名", "身份证号", "任教学科", "级别", "认定时间", "备注"],
        ["1", "2", "3", "4", "5", "6"],
        ["必填", "18位文本", None, "下拉选择"],
        ["例：张三", "509999198001010011", "语文", "市级", "2024.3"],
        ["王芳", WANG["身份证号"], "语文", "市级", "2024.3", "校长（2020年起）"],
        [],
        ["注：以上人员须在编在岗。"],
        ["李建国", LI["身份证号"], "数学", "市级", "2024.3"],
        ["本页小计", "2 人"],
        ["共2人", None, None, "市级2人"],
        ["填表人：周莉", None, "审核人：吴昊", None, "联系电话：13800000000"],
        ["以上情况属实"],
        [None, None, None, f"{SCHOOL}（公章）"],
        [None, None, None, SCHOOL, "2024年9月10日"],
        ["校长（签字）：", None, "2024年9月10日"],
    ]
    plan = take_in(store, write_sheets(tmp_path / "a.xlsx", {"S": rows}))
    assert [(row.row, row.name, str(row.outcome)) for row in plan.rows] == [(7, "王芳", "new"), (10, "李建国", "new")]
    assert said(plan, "a.xlsx", "第 6 行是填写示例")
    assert said(plan, "a.xlsx", "第 16 行没有姓名")


def test_headings_of_any_make(store: Store, tmp_path: Path) -> None:
    """Blanks, line breaks, asterisks, hints, units, any order; a serial called 编号; a number of a certificate."""
    headings = [
        "编号",
        "*认定文号\n（如：云教发〔2024〕1号）",
        "级　别*",
        "教 师\n姓 名",
        "公民身份号码（18位，文本格式）",
        "联系电话（手机）",
        "出生年月\n(YYYY.MM)",
        "骨干教师证书编号",
    ]
    values = [1, DOCUMENT, "市级骨干教师", "王　芳", WANG["身份证号"], "139 0000 0102", "1980.03", "云骨2024001"]
    plan = take_in(store, write_sheets(tmp_path / "a.xlsx", {"S": [[TITLE], headings, values]}))
    assert outcomes(plan) == {"new": 1}
    found = teachers(store)["王芳"]
    assert found["mobile"] == "13900000102"
    assert found["appointment"]["number"] == "云骨2024001"
    assert found["appointment"]["doc_no"] == DOCUMENT
    assert "extras" not in found


def test_hidden_lists_and_example_sheets_are_not_people(store: Store, tmp_path: Path) -> None:
    """The sheet of drop-down lists, a hidden old roster and the example sheet are left out; the last two are told."""
    lists = [["性别", "民族", "学历", "级别", "职称"], *[["男", "汉族", "大学本科", "市级", "一级教师"]] * 5]
    sheets = {
        "填报表": roster_rows(THREE),
        "下拉列表信息": lists,
        "去年": roster_rows([person("旧人", "19700101", 101)]),
        "样表": roster_rows([person("张三", "19800101", 101)]),
    }
    plan = take_in(store, write_sheets(tmp_path / "a.xlsx", sheets, hidden=["下拉列表信息", "去年"]))
    assert outcomes(plan) == {"new": 3}
    assert sorted(teachers(store)) == NAMES
    assert said(plan, "a.xlsx", "“样表”", "没有读入")
    assert said(plan, "a.xlsx", "“去年”是隐藏的", "没有读入")


@pytest.mark.parametrize("columns", ["ABCDEFGK", "B"])
def test_name_merged_over_two_appointments(store: Store, tmp_path: Path, columns: str) -> None:
    """A row below a merged name with a tier of its own is another appointment of the person."""
    rows = roster_rows([LI, WANG])
    city = {"级别": "市级", "认定时间": "2024.6", "认定文号": "渝教师发〔2024〕8号"}
    rows.insert(3, [city.get(heading) for heading in HEADINGS])
    path = write_sheets(tmp_path / "a.xlsx", {"S": rows}, merged={"S": [f"{column}3:{column}4" for column in columns]})
    plan = take_in(store, path)
    assert [row.name for row in plan.rows] == ["李建国", "李建国", "王芳"]
    assert outcomes(plan) == {"new": 3}
    assert len(records(store, Teacher)) == 2
    assert sorted(record.content["tier"] for record in records(store, Appointment)) == ["2", "2", "3"]
    assert outcomes(take_in(store, path)) == {"same": 3}


def test_few_headings_in_two_rows(store: Store, tmp_path: Path) -> None:
    """Two rows of headings count together where none has enough by itself; a form of one person is no list."""
    rows = [["序号", "姓名", "身份证号", "骨干情况", None], [None, None, None, "级别", "认定时间"]]
    rows += [[1, "王芳", id_number("19800315", 102), "县级", "2024.3"]]
    merged = {"S": ["A1:A2", "B1:B2", "C1:C2", "D1:E1"]}
    take_in(store, write_sheets(tmp_path / f"{SCHOOL}.xlsx", {"S": rows}, merged=merged))
    assert teachers(store)["王芳"]["appointment"]["recognized_on"] == "2024-03"
    form = [["姓名", "王芳", "性别", "女"], ["民族", "汉族", "学历", "本科"], ["政治面貌", "群众", "职称", "一级教师"]]
    with pytest.raises(RefusedError, match="没有找到教师名册"):
        plan_files(store, write_sheets(tmp_path / "登记表.xlsx", {"S": form}))


def test_school_of_the_banner_beside_a_blank_column_is_told(store: Store, tmp_path: Path) -> None:
    """A column of schools that nobody filled is filled from the banner, and it says so."""
    rows = [["填报单位：", SCHOOL], [*HEADINGS, "学校"], *rows_of([WANG, LI])]
    plan = take_in(store, write_sheets(tmp_path / "a.xlsx", {"S": rows}))
    assert said(plan, "2 行没有写明学校", "填报单位", SCHOOL)


def test_lists_side_by_side(store: Store, tmp_path: Path) -> None:
    """Two lists beside each other under one row of headings lose nobody."""
    headings = ["序号", "姓名", "身份证号", "级别"]
    rows = [
        [TITLE],
        headings * 2,
        [1, "王芳", WANG["身份证号"], "市级", 2, "李建国", LI["身份证号"], "区县级"],
        [3, "赵䶮", ZHAO["身份证号"], "市级"],
    ]
    plan = take_in(store, write_sheets(tmp_path / "a.xlsx", {"S": rows}))
    assert outcomes(plan) == {"new": 3}
    assert sorted(teachers(store)) == NAMES
    assert plan_files(store, tmp_path / "a.xlsx").counts()["same"] == 3


def test_lists_side_by_side_under_titles_of_their_own(store: Store, tmp_path: Path) -> None:
    """市级 on the left, 县级 on the right: each list has its title's tier, and nobody of the right one is lost."""
    headings = ["姓名", "身份证号", "学科", "文号"]
    rows = [
        [TITLE],
        ["市级骨干教师", None, None, None, None, "县级骨干教师"],
        [*headings, None, *headings],
        ["王芳", WANG["身份证号"], "语文", DOCUMENT, None, "李建国", LI["身份证号"], "数学", DOCUMENT],
        ["赵䶮", ZHAO["身份证号"], "语文", DOCUMENT],
    ]
    plan = take_in(store, write_sheets(tmp_path / "a.xlsx", {"S": rows}))
    assert outcomes(plan) == {"new": 3}
    tiers = {name: found["appointment"]["tier"] for name, found in teachers(store).items()}
    assert tiers == {"王芳": "2", "李建国": "3", "赵䶮": "2"}


def test_headings_in_two_languages(store: Store, tmp_path: Path) -> None:
    """English below, above or behind the Chinese of a heading does not hide it."""
    headings = ["姓名\nName", "ID No.\n身份证号", "学科 Subject", "级别（Level）", "文号\nDoc. No.", "批准文件号"]
    values = ["王芳", WANG["身份证号"], "语文", "市级", DOCUMENT, "另见附件"]
    take_in(store, write_sheets(tmp_path / "a.xlsx", {"S": [[TITLE], headings, values]}))
    found = teachers(store)["王芳"]
    assert (found["id_number"], found["subject"]) == (WANG["身份证号"], "语文")
    assert (found["appointment"]["tier"], found["appointment"]["doc_no"]) == ("2", DOCUMENT)
    assert found["extras"]["columns"] == {"批准文件号": "另见附件"}


def test_headings_that_name_the_backbone_teacher(store: Store, tmp_path: Path) -> None:
    """骨干教师姓名, 骨干等级 and 批准年月 mean what 姓名, 级别 and 认定时间 mean."""
    headings = ["骨干教师姓名", "身份证", "骨干等级", "发文字号", "批准年月"]
    values = ["王芳", WANG["身份证号"], "县骨干", DOCUMENT, "2024.3"]
    assert outcomes(take_in(store, write_sheets(tmp_path / "a.xlsx", {"S": [[TITLE], headings, values]}))) == {"new": 1}
    found = teachers(store)["王芳"]["appointment"]
    assert (found["tier"], found["doc_no"], found["recognized_on"]) == ("3", DOCUMENT, "2024-03")


def test_third_heading_row_below_texts_that_are_not_merged(store: Store, tmp_path: Path) -> None:
    """身份证件 over 号码 in two cells: the row belongs to the headings because 姓名 is merged into it."""
    rows = [
        [TITLE],
        ["基本信息", None, None, "任职", None, None],
        ["姓名", "性别", "身份证件", "级别", "认定", "认定"],
        [None, None, "号码", None, "文号", "时间"],
        ["王芳", "女", WANG["身份证号"], "市级", DOCUMENT, "2024-03"],
    ]
    merged = {"S": ["A2:C2", "D2:F2", "A3:A4", "B3:B4", "D3:D4"]}
    plan = take_in(store, write_sheets(tmp_path / "a.xlsx", {"S": rows}, merged=merged))
    assert outcomes(plan) == {"new": 1}
    found = teachers(store)["王芳"]
    assert found["id_number"] == WANG["身份证号"]
    assert (found["appointment"]["doc_no"], found["appointment"]["recognized_on"]) == (DOCUMENT, "2024-03")


THREE_ROWS = (
    ["序号", "单位", "基本信息", None, None, "学历", None, "骨干教师", None, None],
    [None, None, "姓名", "性别", "身份证号码", "第一", "最高", "级别", "认定", None],
    [None, None, None, None, None, None, None, None, "时间", "文号"],
)


@pytest.mark.parametrize("merged", [(), ("A2:A4", "B2:B4", "C2:E2", "F2:G2", "H2:J2", "C3:C4", "I3:J3")])
@pytest.mark.parametrize("total", [(), (["小计", "2人"],)])
@pytest.mark.parametrize("ending", [".xlsx", ".csv"])
def test_three_heading_rows_repeated_without_merged_cells(
    store: Store, tmp_path: Path, merged: tuple[str, ...], total: tuple[list[Any], ...], ending: str
) -> None:
    """Headings that stand again on the next printed page are headings as a whole, though nothing there is merged."""
    people = [
        [number, school, each["姓名"], each["性别"], each["身份证号"], "中专", "本科", "县级", "2024.3", DOCUMENT]
        for number, (each, school) in enumerate(zip((WANG, LI, ZHAO), (SCHOOL, OTHER, OTHER), strict=True), 1)
    ]
    rows = [["骨干教师花名册"], *THREE_ROWS, people[0], *total, *THREE_ROWS, *people[1:], *THREE_ROWS]
    path = tmp_path / f"名册{ending}"
    if ending == ".csv":
        lines = (",".join("" if cell is None else str(cell) for cell in row) for row in rows)
        path.write_bytes("\r\n".join(lines).encode("gb18030"))
    else:
        write_sheets(path, {"S": rows}, merged={"S": merged})
    plan = take_in(store, path)
    assert outcomes(plan) == {"new": 3}
    assert not said(plan, "没有对应的项目")
    found = [teachers(store)[name] for name in ("王芳", "李建国", "赵䶮")]
    assert [each["schools"] for each in found] == [[SCHOOL], [OTHER], [OTHER]]
    assert {len(each["educations"]) for each in found} == {2}
    assert {each["appointment"]["doc_no"] for each in found} == {DOCUMENT}


def test_headings_repeated_below_incomplete_rows(store: Store, tmp_path: Path) -> None:
    """A row with gaps right above a repeated heading row is a person, not a group of headings."""
    headings = ["姓名", "身份证号", "任教学科", "级别", "认定时间"]
    short = {"姓名": "何静", "级别": "市级"}
    rows = [
        [TITLE],
        headings,
        *rows_of([WANG], headings),
        ["何静", None, "数学", "市级", None],
        headings,
        *rows_of([LI], headings),
    ]
    plan = plan_files(store, write_sheets(tmp_path / "a.xlsx", {"S": rows}))
    assert [row.name for row in plan.rows] == ["王芳", short["姓名"], "李建国"]
    assert outcomes(plan) == {"new": 2, "invalid": 1}
    assert problems(plan) == {"何静": {"id_number"}}


CELLS = [
    ("姓名", "王　 芳", "name", "王芳"),
    ("姓名", "阿依古丽.买买提", "name", "阿依古丽·买买提"),
    ("姓名", "𠮷𬭚", "name", "𠮷𬭚"),
    ("民族", "土家", "ethnicity", "15"),
    ("民族", "汉", "ethnicity", "01"),
    ("职称", "中高", "title", "T4"),
    ("职称", "小高", "title", "T3"),
    ("职称", "小学一级教师", "title", "T2"),
    ("职称", "中小学一级教师", "title", "T3"),
    ("级别", "县级", "tier", "3"),
    ("级别", "区级骨干教师", "tier", "3"),
    ("级别", "省级", "tier", "2"),
    ("任教学科", "语文、道德与法治", "subject", "语文、道德与法治"),
    ("联系电话", "+86 139-0000-0102", "mobile", "13900000102"),
    ("联系电话", 13900000102.0, "mobile", "13900000102"),
    ("联系电话", "023-68881234", "mobile", "023-68881234"),
    ("联系电话", "13900000102/023-68881234", "mobile", "13900000102"),
    ("联系电话", "无", "mobile", None),
    ("参加工作时间", "2010.9-至今", "work_start_month", "2010-09"),
    ("参加工作时间", "二〇一〇年九月", "work_start_month", "2010-09"),
    ("参加工作时间", "10.9", "work_start_month", "2010-09"),
    ("参加工作时间", 201009, "work_start_month", "2010-09"),
    ("参加工作时间", 2010.9, "work_start_month", "2010-09"),
    ("参加工作时间", dt.date(2010, 9, 1), "work_start_month", "2010-09-01"),
    ("参加工作时间", "45201", "work_start_month", "2023-10-02"),
    ("出生年月", 1980.3, "birth_date", "1980-03-15"),
    ("出生年月", None, "birth_date", "1980-03-15"),
    ("出生年月", "80.3", "birth_date", "1980-03-15"),
    ("身份证号", "'" + WANG["身份证号"], "id_number", WANG["身份证号"]),
    ("身份证号", f'="{WANG["身份证号"]}"', "id_number", WANG["身份证号"]),
    (
        "身份证号",
        WANG["身份证号"][:6] + " " + WANG["身份证号"][6:14] + "\n" + WANG["身份证号"][14:],
        "id_number",
        WANG["身份证号"],
    ),
    ("身份证号", WANG["身份证号"][:6] + WANG["身份证号"][8:17], "id_number", WANG["身份证号"]),
    ("性别", None, "gender", "2"),
    ("是否班主任", "√", "is_class_teacher", 1),
    ("是否班主任", "×", "is_class_teacher", 0),
]


@pytest.mark.parametrize(("heading", "written", "name", "value"), CELLS)
def test_cells_of_many_makes(
    store: Store, tmp_path: Path, heading: str, written: Any, name: str, value: str | int | None
) -> None:
    """Each form of a cell becomes the value it means."""
    headings = tuple(dict.fromkeys([*HEADINGS, heading]))
    plan = take_in(store, write_roster(tmp_path / "a.xlsx", [{**WANG, heading: written}], headings=headings))
    assert outcomes(plan) == {"new": 1}
    (found,) = teachers(store).values()
    assert (found["appointment"] if name == "tier" else found).get(name) == value


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"姓名": "阿依古丽.买买提"}, ("姓名", "“阿依古丽.买买提”按“阿依古丽·买买提”登记")),
        ({"职称": "小学一级教师"}, ("职称", "“小学一级教师”按“二级教师”登记")),
        ({"级别": "省级"}, ("级别", "“省级”按“市级”登记")),
        ({"参加工作时间": "10.9"}, ("参加工作时间", "“10.9”按“2010-09”登记")),
        ({"性别": None, "出生年月": None}, ("有 1 人没有写明出生年月、1 人没有写明性别，按身份证号登记",)),
        ({"学历": "本科（函授）"}, ("学历", "“本科（函授）”按“大学本科＋函授”登记")),
        ({"身份证号": "〃"}, ()),
    ],
)
def test_what_was_assumed_is_told_with_the_file(
    store: Store, tmp_path: Path, cells: dict[str, Any], words: tuple[str, ...]
) -> None:
    """A value taken as something else than written is told once per file; plain values are not."""
    plan = _one(store, tmp_path, **cells)
    assert not words or said(plan, "一人.xlsx", *words)
    assert not any("县级" in sentence for sentence in plan.assumed)


@pytest.mark.parametrize(
    ("written", "education", "mode", "degree"),
    [
        ("本科（函授）", "21", "2", None),
        ("大专（自考）", "31", "3", None),
        ("函授本科", "21", "2", None),
        ("电大专科", "31", "4", None),
        ("本科/学士", "21", None, "4"),
        ("全日制本科 学士", "21", "1", "4"),
        ("本科", "21", None, None),
    ],
)
def test_education_with_mode_of_study(
    store: Store, tmp_path: Path, written: str, education: str, mode: str | None, degree: str | None
) -> None:
    """An education cell that also names how it was studied, or the degree, fills both."""
    take_in(store, write_roster(tmp_path / "a.xlsx", [{**WANG, "学历": written}], headings=(*HEADINGS, "学历")))
    (line,) = teachers(store)["王芳"]["educations"]
    assert (line["education"], line.get("study_mode"), line.get("degree")) == (education, mode, degree)


@pytest.mark.parametrize(
    ("cells", "field", "outcome"),
    [
        ({"性别": 1}, "gender", "invalid"),
        ({"性别": "0"}, "gender", "invalid"),
        ({"性别": "男"}, "gender", "invalid"),
        ({"出生年月": "1981.03"}, "birth_date", "invalid"),
        ({"出生年月": 1980.1}, "birth_date", "ambiguous"),
        ({"认定时间": 2010.1}, "recognized_on", "ambiguous"),
        ({"认定时间": "2013-02-29"}, "recognized_on", "invalid"),
        ({"级别": "特级教师"}, "tier", "invalid"),
        ({"级别": None}, "tier", "invalid"),
        ({"职称": "初级"}, "title", "invalid"),
        ({"联系电话": "1390000010"}, "mobile", "invalid"),
        ({"任教学科": "#REF!"}, "subject", "invalid"),
        ({"民族": "外国"}, "ethnicity", "invalid"),
        ({"身份证号": None, "出生年月": None}, "id_number", "invalid"),
        ({"学历": "本科（优秀）"}, "education", "invalid"),
    ],
)
def test_cells_that_are_refused(store: Store, tmp_path: Path, cells: dict[str, Any], field: str, outcome: str) -> None:
    """Each fault names its field and stands at its cell, with a sentence that quotes what is written."""
    plan = _one(store, tmp_path, **cells)
    headings = list(dict.fromkeys([*HEADINGS, *cells]))
    assert outcomes(plan) == {outcome: 1}
    (problem,) = plan.rows[0].problems
    assert problem.field == field
    (heading,) = [each for each in cells if headings.index(each) + 1 == problem.column]
    written = cells[heading]
    assert written is None or str(written) in problem.text
    assert len(problem.text) > 6


def test_ambiguous_birth_is_settled_by_the_number(store: Store, tmp_path: Path) -> None:
    """1980.1 in a number cell may be January or October; the ID number says which."""
    october = person("何静", "19801007", 330, 出生年月=1980.1)
    plan = take_in(store, write_roster(tmp_path / "a.xlsx", [october]))
    assert outcomes(plan) == {"new": 1}
    assert teachers(store)["何静"]["birth_date"] == "1980-10-07"
    assert said(plan, "“a.xlsx”有 1 人没有写明出生年月，按身份证号登记")


def test_headings_and_words_in_traditional_characters(store: Store, tmp_path: Path) -> None:
    """A roster in Big5 fills the same fields; names and notes stay as written, subjects and 文号 become simplified."""
    take_in(store, write_roster(tmp_path / "a.xlsx", [LI]))
    lines = (
        "序號,姓名,性別,身份證號,學校,任教學科,職稱,骨幹級別,認定文號,聯繫電話,備註",
        f"1,張華,女,{id_number('19800315', 102)},雲嶺縣第三中學,語文,一級教師,縣級,雲教發[2024]15號,13900000102,聲樂",
        "合計,1人,,,,,,,",
    )
    path = tmp_path / "名冊.csv"
    path.write_bytes("\r\n".join(lines).encode("big5"))
    plan = take_in(store, path)
    assert outcomes(plan) == {"new": 1}
    found = teachers(store)["張華"]
    assert (found["schools"], found["subject"], found["mobile"]) == ([SCHOOL], "语文", "13900000102")
    assert (found["title"], found["appointment"]["doc_no"]) == ("T3", DOCUMENT)
    assert (found["appointment"]["tier"], found["appointment"]["note"]) == ("3", "聲樂")
    assert said(plan, "“雲教發[2024]15號”按", DOCUMENT)
    assert "extras" not in found
    assert said(plan, "“縣級”按", "登记")
    assert said(plan, "“雲嶺縣第三中學”按", SCHOOL)


def test_second_telephone_is_kept(store: Store, tmp_path: Path) -> None:
    """Of two numbers in a cell the first is the number, and the other is not lost."""
    take_in(store, write_roster(tmp_path / "a.xlsx", [{**WANG, "联系电话": "13900000102、023-68881234"}]))
    assert teachers(store)["王芳"]["extras"]["columns"] == {"联系电话（其余）": "023-68881234"}


def test_struck_rows_are_told(store: Store, tmp_path: Path) -> None:
    """Strike-through may mean deleted: the plan says which row."""
    path = write_sheets(tmp_path / "a.xlsx", {"名册": roster_rows(THREE)}, struck=[("名册", 4)])
    assert said(plan_files(store, path), "a.xlsx", "删除线", "4")


def test_other_papers_than_the_identity_card(store: Store, tmp_path: Path) -> None:
    """The number of a permit in the column of ID numbers is taken when the row says what it is."""
    cells = {"证件类型": "港澳台居民居住证", "身份证号": "810000199001010016X2"}
    headings = (*HEADINGS, "证件类型")
    plan = take_in(store, write_roster(tmp_path / "a.xlsx", [{**WANG, **cells}], headings=headings))
    assert outcomes(plan) == {"new": 1}
    assert teachers(store)["王芳"]["other_id_number"] == cells["身份证号"]


@pytest.mark.parametrize("written", ["市级（第三届）", "第三届市级骨干教师", "市级第3届"])
def test_round_beside_the_tier(store: Store, tmp_path: Path, written: str) -> None:
    """The round in the cell of the tier goes to the document, or stays with the person and is told without one."""
    plan = _one(store, tmp_path, 级别=written)
    assert [edit.content["ordinal"] for edit in plan.rows[0].edits if edit.entity is Cohort] == [3]
    assert said(plan, f"“{written}”按“市级”")
    plan = _one(store, tmp_path, 级别=written, 认定文号=None)
    assert said(plan, "1 人写了届次而没有文号")
    (extras,) = [edit.content["extras"] for edit in plan.rows[0].edits if edit.entity is Teacher]
    assert extras["columns"] == {"届次": "3"}


def test_other_papers_named_in_the_cell(store: Store, tmp_path: Path) -> None:
    """E12345678（护照） is a passport; the bare number asks for the kind; an unknown kind is the one thing to mend."""
    assert outcomes(_one(store, tmp_path, 身份证号="E12345678（护照）")) == {"new": 1}
    plan = _one(store, tmp_path, 身份证号="E12345678")
    assert "证件类型" in plan.rows[0].problems[0].text
    plan = _one(store, tmp_path, 身份证号="H12345678", 证件类型="回乡证")
    assert problems(plan) == {"王芳": {"id_type"}}
    assert outcomes(_one(store, tmp_path, 身份证号="FRA123456", 证件类型="外国人永久居留身份证")) == {"new": 1}


def test_one_person_at_two_schools_in_one_import(store: Store, tmp_path: Path) -> None:
    """Two files of two schools with one person are no duplicate to be struck out but a question with both names."""
    first, second = (
        write_roster(tmp_path / "a.xlsx", [LI]),
        write_roster(tmp_path / "b.xlsx", [LI], title=f"{OTHER}名册"),
    )
    plan = plan_files(store, first, second)
    assert outcomes(plan) == {"new": 1, "ambiguous": 1}
    assert all(name in plan.rows[1].problems[0].text for name in (SCHOOL, OTHER, "a.xlsx"))


def test_yearly_columns_are_kept(store: Store, tmp_path: Path) -> None:
    """A wide table with years as numbers in its headings is a table, and the years are kept with the person."""
    headings = ["姓名", "身份证号", "级别", 2021, 2022]
    rows = [[TITLE], headings, ["王芳", WANG["身份证号"], "市级", "合格", "优秀"]]
    take_in(store, write_sheets(tmp_path / "a.xlsx", {"S": rows}))
    assert teachers(store)["王芳"]["extras"]["columns"] == {"2021": "合格", "2022": "优秀"}


def test_columns_of_one_name_are_all_kept(store: Store, tmp_path: Path) -> None:
    """Two columns without field under the same heading do not overwrite each other."""
    headings = ["姓名", "身份证号", "级别", "荣誉", "荣誉"]
    rows = [[TITLE], headings, ["王芳", WANG["身份证号"], "市级", "优秀教师", "先进个人"]]
    take_in(store, write_sheets(tmp_path / "a.xlsx", {"S": rows}))
    assert sorted(teachers(store)["王芳"]["extras"]["columns"].values()) == ["优秀教师", "先进个人"]


def test_new_schools_are_told_in_one_line(store: Store, tmp_path: Path) -> None:
    """However many schools are new: one sentence lists them."""
    headings = ("学校", *SHORT)
    people = [{**WANG, "学校": SCHOOL}, {**LI, "学校": OTHER}, {**ZHAO, "学校": "云岭县职业教育中心"}]
    plan = plan_files(store, write_roster(tmp_path / "a.xlsx", people, headings=headings))
    assert [each for each in plan.assumed if "新学校" in each] == [
        f"学校表里没有的 3 所学校按新学校登记：{SCHOOL}、{OTHER}、云岭县职业教育中心"
    ]


_CODES = ("125099990000000001", "12509999MB0000000X")


def _of_schools(*facts: tuple[str, str | None, str | None]) -> list[dict[str, Any]]:
    """People with what their rows say of their school: its name, type and credit code."""
    people = (WANG, LI, ZHAO)
    return [
        {**one, "单位": school, "学校类型": kind, "统一社会信用代码": code}
        for one, (school, kind, code) in zip(people, facts, strict=True)
    ]


OF_SCHOOLS = (*HEADINGS, "单位", "学校类型", "统一社会信用代码")


@pytest.mark.parametrize(
    ("facts", "doubted"),
    [
        ([("完全中学", None), ("初级中学", None), (None, None)], {"王芳": {"school_type"}, "李建国": {"school_type"}}),
        ([("小学", None), ("小学", None), ("初级中学", None)], {"赵䶮": {"school_type"}}),
        ([("小学", _CODES[0]), (None, _CODES[0]), (None, _CODES[1])], {"赵䶮": {"school_credit_code"}}),
    ],
)
def test_rows_of_one_school_that_contradict_each_other(
    store: Store, tmp_path: Path, facts: list[tuple[str | None, str | None]], doubted: dict[str, set[str]]
) -> None:
    """All rows of a unit say one type and one credit code (domain §7); what says otherwise is told, cell by cell."""
    people = _of_schools(*((SCHOOL, *each) for each in facts))
    path = write_roster(tmp_path / "a.xlsx", people, headings=OF_SCHOOLS)
    plan = plan_files(store, path)
    assert problems(plan) == doubted
    assert waiting(plan) == [row.name for row in plan.returned] == list(doubted)
    assert all("同一单位" in row.problems[0].text and "请核对" in row.problems[0].text for row in plan.returned)
    assert all(row.problems[0].column for row in plan.returned)


def test_facts_of_a_known_school_come_from_any_row(store: Store, tmp_path: Path) -> None:
    """What one row lacks of a school another brings; what the office knows otherwise stays, and is told."""
    take_in(store, write_roster(tmp_path / "a.xlsx", [WANG]))
    rows = _of_schools((SCHOOL, "完全中学", None), (SCHOOL, None, _CODES[0]), (SCHOOL, None, None))
    take_in(store, write_roster(tmp_path / "b.xlsx", rows, headings=OF_SCHOOLS))
    (school,) = records(store, School)
    assert (school.content["type"], school.content["credit_code"]) == ("341", _CODES[0])
    rows = _of_schools((SCHOOL, "小学", None), (SCHOOL, "小学", None), (SCHOOL, "小学", None))
    plan = take_in(store, write_roster(tmp_path / "c.xlsx", rows, headings=OF_SCHOOLS))
    assert outcomes(plan) == {"same": 3}
    assert said(plan, SCHOOL, "来表写“小学”", "“完全中学”", "没有采用")
    assert records(store, School)[0].content["type"] == "341"


def test_duplicates_across_files_name_the_file(store: Store, tmp_path: Path) -> None:
    """The second row of a person says where the first one stands."""
    one = write_roster(tmp_path / "a.xlsx")
    other = write_roster(tmp_path / "b.xlsx", [WANG])
    plan = plan_files(store, one, other)
    assert outcomes(plan) == {"new": 3, "duplicate": 1}
    assert "“a.xlsx”第 3 行" in plan.rows[-1].problems[0].text.replace("工作表“Sheet1”", "")


def test_id_number_builder_agrees_with_the_roster() -> None:
    """The people of both builders are made by the same rule."""
    assert id_number("19800315", 102) == builders.make_id_number("19800315", 102)
