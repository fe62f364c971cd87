"""Traps in schools' rosters: what looks like something else, comes twice, comes late, or says too little."""

from pathlib import Path
from typing import Any

import pytest

from desktop.errors import RefusedError
from desktop.exchange.lists import export_list
from desktop.exchange.roster.answers import SOMEBODY_NEW
from desktop.models import Appointment, Cohort, School, Teacher
from desktop.store.database import Store
from tests.builders_rosters import (
    DOCUMENT,
    HEADINGS,
    LI,
    SCHOOL,
    THREE,
    TITLE,
    WANG,
    ZHAO,
    person,
    roster_rows,
    rows_of,
    write_roster,
    write_sheets,
)
from tests.integration.rosters import (
    contents,
    outcomes,
    plan_files,
    problems,
    records,
    said,
    take_in,
    teachers,
    waiting,
)

OTHER = "云岭县第五中学"
WITHOUT_TIER = tuple(heading for heading in HEADINGS if heading != "级别")


# appointments without tier


def test_roster_of_backbone_teachers_without_tier_is_a_question(store: Store, tmp_path: Path) -> None:
    """A document number under 骨干教师 without a tier is asked; the answer sets the tier and is remembered."""
    path = write_roster(tmp_path / "a.xlsx", headings=WITHOUT_TIER)
    plan = take_in(store, path)
    assert outcomes(plan) == {"ambiguous": 3}
    assert set(map(frozenset, problems(plan).values())) == {frozenset({"tier"})}
    assert [(each.kind, each.target, len(each.rows)) for each in plan.questions] == [("unknown_value", "tier", 3)]
    assert outcomes(take_in(store, path, values={("级别", ""): "区县级"})) == {"new": 3}
    assert {each.content["tier"] for each in records(store, Appointment)} == {"3"}
    again = take_in(store, path)
    assert outcomes(again) == {"same": 3}
    assert said(again, "a.xlsx", "没有级别栏", "区县级")


def test_staff_roster_without_tier_keeps_what_it_says_of_an_appointment(store: Store, tmp_path: Path) -> None:
    """Outside a roster of backbone teachers the cells are kept with the person, and the plan says so."""
    plan = take_in(store, write_roster(tmp_path / "a.xlsx", [WANG], headings=WITHOUT_TIER, title=f"{SCHOOL}教师名册"))
    assert outcomes(plan) == {"new": 1}
    assert said(plan, "a.xlsx", "没有写明骨干级别", "“认定时间”、“认定文号”", "1 人")
    assert teachers(store)["王芳"]["extras"]["columns"] == {"认定时间": "2024.3", "认定文号": DOCUMENT}
    assert records(store, Appointment) == []


def test_day_and_number_in_one_cell(store: Store, tmp_path: Path) -> None:
    """认定时间及文号 is one column of the official roster: both are read, in either order."""
    headings = tuple("认定时间及文号" if each == "认定时间" else each for each in HEADINGS if each != "认定文号")
    written = ["2024.3 云教发〔2024〕15号", "云教发[2024]15号，2024年3月", "2024年3月15日云教发〔2024〕15号"]
    people = [{**one, "认定时间及文号": text} for one, text in zip(THREE, written, strict=True)]
    take_in(store, write_roster(tmp_path / "a.xlsx", people, headings=headings))
    found = [one["appointment"] for one in teachers(store).values()]
    assert {one["doc_no"] for one in found} == {DOCUMENT}
    assert sorted(one["recognized_on"] for one in found) == ["2024-03", "2024-03", "2024-03-15"]


# banners and headings


@pytest.mark.parametrize(
    ("line", "school"),
    [
        (["学校名称：", OTHER], OTHER),
        (["单位名称", OTHER, None, "填报人", "张三"], OTHER),
        (["学校", OTHER, None, None, "2026年9月"], OTHER),
        (["填报单位（公章）", None, OTHER, None, "联系电话", "023-68881234"], OTHER),
        (["附件1", "云岭县骨干教师花名册"], None),
        (["单位名称", None, OTHER], OTHER),
        (["填报人", None, "张三", None, "2026年9月"], None),
    ],
)
def test_labels_and_values_above_the_headings(
    store: Store, tmp_path: Path, line: list[str | None], school: str | None
) -> None:
    """A line of labels and values in cells of their own is no group of headings, and no serial becomes a school."""
    rows = [["骨干教师花名册"], line, *roster_rows(THREE)[1:]]
    plan = take_in(store, write_sheets(tmp_path / "a.xlsx", {"S": rows}))
    assert outcomes(plan) == {"new": 3}
    assert not said(plan, "没有对应的项目")
    assert [each.content["name"] for each in records(store, School)] == ([school] if school else [])
    assert said(plan, "a.xlsx", "没有学校栏", school) if school else said(plan, "a.xlsx", "没有写明学校")


def test_serial_is_no_school(store: Store, tmp_path: Path) -> None:
    """A number in the column of schools goes back to the sender."""
    plan = take_in(store, write_roster(tmp_path / "a.xlsx", [{**WANG, "单位": 1}], headings=(*HEADINGS, "单位")))
    assert problems(plan) == {"王芳": {"school"}}
    assert records(store, School) == []


def test_seal_behind_a_school_is_not_its_name(store: Store, tmp_path: Path) -> None:
    """（盖章） and blanks within a name make no second school, neither in one import nor beside a known one."""
    names = [SCHOOL, f"{SCHOOL}（盖章）", f"{SCHOOL}(公章)", "云岭县 第三中学"]
    people = [
        person(f"张{'甲乙丙丁'[place]}", "19800101", 101 + 2 * place, 单位=name) for place, name in enumerate(names)
    ]
    take_in(store, write_roster(tmp_path / "a.xlsx", people, headings=(*HEADINGS, "单位")))
    assert [each.content["name"] for each in records(store, School)] == [SCHOOL]


def test_two_names_of_one_new_school_are_a_question(store: Store, tmp_path: Path) -> None:
    """A name that resembles a school made in the same import is asked about, and may be mapped to it."""
    short, full = "石坪镇中心小学", "云岭县石坪镇中心小学"
    people = [{**WANG, "单位": full}, {**LI, "单位": short}]
    path = write_roster(tmp_path / "a.xlsx", people, headings=(*HEADINGS, "单位"), title="花名册")
    assert waiting(plan_files(store, path)) == ["李建国"]
    assert outcomes(take_in(store, path, values={("school", short): full})) == {"new": 2}
    assert [each.content["name"] for each in records(store, School)] == [full]


THREE_ROWS = [
    ["序号", "基本情况", None, None, None, "学历情况", None, None, None, "骨干任职", None, None, "联系\n电话"],
    [None, "姓 名", "性别", "身份证号码", None, "第一学历", None, "最高学历", None, "级别", "认定", None, None],
    [
        None,
        None,
        None,
        "号码（18位）",
        "出生年月",
        "学历\n层次",
        "毕业院校",
        "学历层次",
        "毕业院校",
        None,
        "时间",
        "文号",
        None,
    ],
]
THREE_ROWS_MERGED = [
    "A3:A5",
    "B3:E3",
    "F3:I3",
    "J3:L3",
    "M3:M5",
    "B4:B5",
    "C4:C5",
    "D4:E4",
    "F4:G4",
    "H4:I4",
    "J4:J5",
    "K4:L4",
]


def test_group_names_the_column_that_means_nothing_alone(store: Store, tmp_path: Path) -> None:
    """号码 below 身份证号码 is the ID number although 出生年月 stands beside it; 学历层次 is the education."""
    people = [
        [
            1,
            "王芳",
            "女",
            WANG["身份证号"],
            "1980.03",
            "中专",
            "云岭师范",
            "本科",
            "西南大学",
            "市级",
            "2024.3",
            DOCUMENT,
            None,
        ]
    ]
    rows = [["附件3："], [TITLE], *THREE_ROWS, *people]
    plan = take_in(store, write_sheets(tmp_path / "a.xlsx", {"S": rows}, merged={"S": THREE_ROWS_MERGED}))
    assert outcomes(plan) == {"new": 1}
    found = teachers(store)["王芳"]
    assert found["id_number"] == WANG["身份证号"]
    assert [(line["education"], line["school"]) for line in found["educations"]] == [
        ("41", "云岭师范"),
        ("21", "西南大学"),
    ]
    assert "extras" not in found


def test_unknown_column_of_numbers_is_named(store: Store, tmp_path: Path) -> None:
    """A column of ID or telephone numbers under an unknown heading is taken and told; that of a spouse is not."""
    headings = ("姓名", "级别", "任教学科", "公民号", "通讯", "配偶电话")
    rows = [[TITLE], list(headings), ["王芳", "市级", "语文", WANG["身份证号"], "13900000102", "13900000103"]]
    plan = take_in(store, write_sheets(tmp_path / "a.xlsx", {"S": rows}))
    found = teachers(store)["王芳"]
    assert (found["id_number"], found["mobile"]) == (WANG["身份证号"], "13900000102")
    assert found["extras"]["columns"] == {"配偶电话": "13900000103"}
    assert said(plan, "a.xlsx", "“公民号”", "身份证号")
    assert said(plan, "a.xlsx", "“通讯”", "手机号")


@pytest.mark.parametrize(
    ("heading", "usual"),
    [
        ("所在单位全称", "单位"),
        ("命名时间", "认定时间"),
        ("命名文号", "认定文号"),
        ("骨干教师称号", "级别"),
        ("专业技术职称", "职称"),
        ("居民身份证号", "身份证号"),
        ("联系手机", "联系电话"),
        ("参加工作日期", "参加工作时间"),
        ("民族成份", "民族"),
        ("被推荐人姓名", "姓名"),
    ],
)
def test_other_words_for_a_heading(store: Store, tmp_path: Path, heading: str, usual: str) -> None:
    """Common synonyms fill the same field as the usual word."""
    cells = {**WANG, "单位": OTHER, "参加工作时间": "2010.9", "民族": "汉族"}
    written = [heading if each == usual else each for each in (*HEADINGS, "单位", "参加工作时间", "民族")]
    take_in(store, write_roster(tmp_path / "a.xlsx", [{**cells, heading: cells[usual]}], headings=written))
    found = teachers(store)["王芳"]
    assert "extras" not in found
    assert (found["schools"], found["id_number"], found["mobile"]) == ([OTHER], WANG["身份证号"], "13900000102")
    assert (found["work_start_month"], found["ethnicity"], found["title"]) == ("2010-09", "01", "T3")
    appointment = found["appointment"]
    assert (appointment["tier"], appointment["recognized_on"], appointment["doc_no"]) == ("2", "2024-03", DOCUMENT)


# people who may be one


NUMBERLESS = tuple(heading for heading in HEADINGS if heading != "身份证号")


def test_namesakes_without_number_may_be_one_person(store: Store, tmp_path: Path) -> None:
    """Two of one name and birth in a school with other telephones: told that they may be one, and what to do."""
    other = {**WANG, "联系电话": "13800000002"}
    path = write_roster(tmp_path / "a.xlsx", [WANG, other, LI], headings=NUMBERLESS)
    plan = plan_files(store, path)
    assert outcomes(plan) == {"new": 2, "ambiguous": 1}
    (problem,) = plan.rows[1].problems
    assert (problem.field, problem.heading) == ("name", "姓名")
    words = ("第 3 行", "可能是同一个人", "只保留一行", "补填身份证号", "手机号不同")
    assert [word for word in words if word not in problem.text] == []
    assert plan.returned == [plan.rows[1]]
    place = (plan.rows[1].file, "Sheet1", plan.rows[1].row)
    (candidate,) = plan.rows[1].candidates
    assert outcomes(plan_files(store, path, people={place: candidate.uid})) == {"new": 2, "duplicate": 1}
    assert outcomes(take_in(store, path, people={place: SOMEBODY_NEW})) == {"new": 3}
    assert len(records(store, Teacher)) == 3


def test_same_row_twice_without_number_is_a_duplicate_that_says_why(store: Store, tmp_path: Path) -> None:
    """Two rows that say the same go back as one too many, without calling it a fact that no number proves."""
    plan = plan_files(store, write_roster(tmp_path / "a.xlsx", [WANG, WANG], headings=NUMBERLESS))
    assert outcomes(plan) == {"new": 1, "duplicate": 1}
    assert "可能是同一个人" in plan.rows[1].problems[0].text
    assert plan.rows[1].problems[0].field == "name"


# cells


@pytest.mark.parametrize("written", ["三", "3", 3, "第三届", "第3届", "第三", "三届"])
def test_round_in_any_words(store: Store, tmp_path: Path, written: str | int) -> None:
    """届次 may be a numeral, a digit or the whole word (domain §3.12); it goes back to no school."""
    headings = (*HEADINGS, "届次")
    plan = take_in(store, write_roster(tmp_path / "a.xlsx", [{**WANG, "届次": written}], headings=headings))
    assert outcomes(plan) == {"new": 1}
    assert [each.content["ordinal"] for each in records(store, Cohort)] == [3]


@pytest.mark.parametrize(
    "between", [list(HEADINGS), ["小计", None, "2人", None, None, None, "职称小计", "级别小计"], ["本页小计", "2人"]]
)
def test_ditto_below_what_is_nobody(store: Store, tmp_path: Path, between: list[Any]) -> None:
    """A ditto mark right under a repeated heading or a sub-total means the last person's cell."""
    rows = [*roster_rows([LI]), between, *rows_of([{**WANG, "职称": "〃", "级别": "同上"}])]
    take_in(store, write_sheets(tmp_path / "a.xlsx", {"S": rows}))
    found = teachers(store)["王芳"]
    assert (found["title"], found["appointment"]["tier"]) == ("T3", "3")


@pytest.mark.parametrize(
    ("written", "name"),
    [("区(qū)晓明", "区晓明"), ("郑四（男）", "郑四"), ("王芳（大）", "王芳"), ("阿依古丽。买买提", "阿依古丽·买买提")],
)
def test_name_with_something_behind_it(store: Store, tmp_path: Path, written: str, name: str) -> None:
    """What was typed into a name besides it goes, and the plan tells both (domain §7.4)."""
    plan = take_in(store, write_roster(tmp_path / "a.xlsx", [{**WANG, "姓名": written}]))
    assert list(teachers(store)) == [name]
    assert said(plan, "a.xlsx", f"“{written}”按“{name}”登记")


def test_former_name_behind_a_name_is_kept(store: Store, tmp_path: Path) -> None:
    """What stands in brackets behind a name is not lost."""
    take_in(store, write_roster(tmp_path / "a.xlsx", [{**WANG, "姓名": "王芳（原名王方）"}]))
    assert teachers(store)["王芳"]["extras"]["columns"] == {"姓名（其余）": "原名王方"}


@pytest.mark.parametrize("written", ["王？", "(王+月)", "郑五1", "□明", "王fang", "\ue123明", "张三/李四"])
def test_name_that_cannot_be_printed_goes_back(store: Store, tmp_path: Path, written: str) -> None:
    """A name with a placeholder, components, digits, letters or a private character is refused with what is wrong."""
    plan = take_in(store, write_roster(tmp_path / "a.xlsx", [{**WANG, "姓名": written}]))
    assert outcomes(plan) == {"invalid": 1}
    assert [(each.field, written in each.text) for each in plan.rows[0].problems] == [("name", True)]


@pytest.mark.parametrize(
    ("written", "day"), [("2024—3—15", "2024-03-15"), ("2010–9–1", "2010-09-01"), ("2010―9", "2010-09")]
)
def test_dates_with_dashes_of_print(store: Store, tmp_path: Path, written: str, day: str) -> None:
    """The dashes of an input method set off year, month and day."""
    take_in(store, write_roster(tmp_path / "a.xlsx", [{**WANG, "认定时间": written}]))
    assert teachers(store)["王芳"]["appointment"]["recognized_on"] == day


def test_dates_that_cannot_be_go_back(store: Store, tmp_path: Path) -> None:
    """A birth or an appointment to come, work before sixteen: the row goes back with the field named."""
    rows = [
        {**WANG, "身份证号码": "", "出生年月": "2099-05"},
        {**LI, "认定时间": "2099年3月"},
        {**ZHAO, "参加工作时间": "1985"},
    ]
    plan = plan_files(store, write_roster(tmp_path / "a.xlsx", rows, headings=(*HEADINGS, "参加工作时间")))
    assert outcomes(plan) == {"invalid": 3}
    assert list(problems(plan).values()) == [{"birth_date"}, {"recognized_on"}, {"work_start_month"}]


@pytest.mark.parametrize("number", ["5.09999E+17", 5.09999e17, "5.09999198003151E+17"])
def test_damaged_number_is_offered_by_name_and_birth_of_the_row(
    store: Store, tmp_path: Path, number: str | float
) -> None:
    """When the birth is lost with the number, that of the row tells whose number may be meant."""
    take_in(store, write_roster(tmp_path / "a.xlsx"))
    plan = plan_files(store, write_roster(tmp_path / "b.xlsx", [{**WANG, "身份证号": number}, LI, ZHAO]))
    assert waiting(plan) == ["王芳"]
    (problem,) = plan.rows[0].problems
    assert f"末四位为 {WANG['身份证号'][-4:]}" in problem.text
    assert len(plan.rows[0].candidates) == 1


def test_damaged_number_is_offered_beside_another_fault(store: Store, tmp_path: Path) -> None:
    """The offer stands in the sentence also when the row has to go back for something else."""
    take_in(store, write_roster(tmp_path / "a.xlsx"))
    row = {**WANG, "身份证号": "5.09999E+17", "级别": "特级"}
    plan = plan_files(store, write_roster(tmp_path / "b.xlsx", [row, LI, ZHAO]))
    assert outcomes(plan) == {"invalid": 1, "same": 2}
    assert problems(plan) == {"王芳": {"id_number", "tier"}}
    assert any("末四位为" in each.text for each in plan.rows[0].problems)


# words and lists of our own


def test_mapped_school_may_be_a_short_name(store: Store, tmp_path: Path) -> None:
    """A meaning that resembles exactly one known school is that school, and is remembered by its full name."""
    full = "云岭县石坪镇中心小学"
    headings = (*HEADINGS, "单位")
    take_in(store, write_roster(tmp_path / "x.xlsx", [{**LI, "单位": full}], headings=headings, title="花名册"))
    path = write_roster(tmp_path / "石坪.xlsx", [{**WANG, "单位": "中心校"}], headings=headings, title="花名册")
    assert outcomes(take_in(store, path, values={("school", "中心校"): "石坪镇中心小学"})) == {"new": 1}
    assert teachers(store)["王芳"]["schools"] == [full]
    again = plan_files(store, path)
    assert outcomes(again) == {"same": 1}
    assert said(again, "“中心校”", full)


def test_mapped_school_that_is_none_is_refused(store: Store, tmp_path: Path) -> None:
    """A meaning that is no known school is refused at once, with the full names."""
    take_in(store, write_roster(tmp_path / "x.xlsx"))
    path = write_roster(tmp_path / "a.xlsx", [{**LI, "单位": "中心校"}], headings=(*HEADINGS, "单位"))
    with pytest.raises(RefusedError, match=SCHOOL):
        plan_files(store, path, values={("school", "中心校"): "大河小学"})


def test_heading_mapped_to_no_field_is_refused(store: Store, tmp_path: Path) -> None:
    """A field that does not exist is refused with the words that may be used."""
    with pytest.raises(RefusedError, match=r"nosuchfield.*姓名.*身份证号"):
        plan_files(store, write_roster(tmp_path / "a.xlsx"), headings={"职称": "nosuchfield"})


@pytest.mark.parametrize("entity", [Teacher, Appointment])
@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("ending", [".xlsx", ".csv"])
def test_own_lists_come_back_as_rosters(store: Store, tmp_path: Path, entity: Any, masked: bool, ending: str) -> None:
    """A list that we wrote changes nothing when it comes back as a roster: what it repeats is nobody's word."""
    people = [{**WANG, "短号": "61", "学历": "本科", "荣誉": "优秀教师"}, {**LI, "工作单位（原表）": "旧单位"}, ZHAO]
    headings = (*HEADINGS, "短号", "学历", "荣誉", "工作单位（原表）")
    take_in(store, write_roster(tmp_path / "a.xlsx", people, headings=headings))
    path = tmp_path / f"名单{ending}"
    with store.read() as session:
        export_list(session, entity, path, masked=masked)
    before = contents(store)
    assert outcomes(take_in(store, path)) == {"same": 3}
    assert contents(store) == before
