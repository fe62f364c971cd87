"""The sheets of training, printed and read back from the PDF."""

import pytest

from desktop.errors import RefusedError
from desktop.models import (
    Course,
    Enrolment,
    Place,
    ScoreSheet,
    SignInSheet,
    Teacher,
    TrainingClass,
    TrainingSession,
)
from desktop.models.local import PrintLog
from desktop.queries.policies import Policies
from desktop.queries.training.statistics import statistics
from desktop.reports.blocks import ListTable, Text
from desktop.reports.cards import CardCode, CardGrid
from desktop.reports.charts import chart_document
from desktop.reports.printing import prepare_report
from desktop.reports.registry import TRAINING
from desktop.reports.render import render
from desktop.reports.training.statistics import charts_of
from desktop.rules.scan_codes import read_scan_code
from desktop.sample_training import write_sample_training
from desktop.services.training.scoring import enter_scores
from desktop.store.records import load_one
from tests.builders import add, contents_of
from tests.builders_paper import NAMES
from tests.builders_training import make_class
from tests.printed import change, column, document_of, pages_of, printed, table_of

FIRST_MORNING = "2026-07-06上午"


def names_of(store, made):
    known = contents_of(store, Teacher)
    return [known[uid]["name"] for uid in made.teachers]


_NEEDED = {
    "F16": {"blank": "yes"},
    "B23": {"year": "2026"},
    "B28": {"by": "school"},
    "B29": {"year": "2026"},
    "B30": {"year": "2026"},
    "F14": {"session": FIRST_MORNING},
}


@pytest.mark.parametrize("report", TRAINING, ids=lambda report: report.code)
def test_every_sheet_prints_chinese_and_nothing_of_the_machine(finished, tmp_path, report):
    """Every sheet fits its paper, is logged, and bears no trace of the program's own language."""
    result, row, pages = printed(finished, tmp_path, report.code, **_NEEDED.get(report.code, {}))
    text = "\n".join(pages)
    assert result.pages == len(pages) > 0
    assert row.report == report.code
    assert not [word for word in ("None", "null", "区县级", "1970", "见附页") if word in text]
    with finished.read() as session:
        assert session.query(PrintLog).count() == 1


@pytest.mark.parametrize("code", ["F11", "F15", "F17", "B21", "B24", "B27"])
def test_names_on_paper_are_those_of_the_database(finished, made, tmp_path, code):
    """Every name, copied out of the PDF, is the database's, characters beyond U+FFFF and long names included."""
    _result, _row, pages = printed(finished, tmp_path, code)
    text = "".join(pages)
    wanted = names_of(finished, made)
    assert any(ord(character) > 0xFFFF for name in wanted for character in name)
    assert [name for name in wanted if name not in text] == []


def test_a_class_without_choice_and_an_unknown_one_are_told(finished, made):
    """The only class needs no name; of several the clerk is asked, and a wrong name is told with what there is."""
    assert document_of(finished, "F11").title == "2026年农村初中骨干教师提高培训一班学员花名册"
    add(finished, TrainingClass, {"name": "新教师培训班", "code": "X1"})
    with pytest.raises(RefusedError, match=r"请先选择培训班.*新教师培训班"):
        document_of(finished, "F11")
    with pytest.raises(RefusedError, match="没有叫“G9”的培训班"):
        document_of(finished, "F11", **{"class": "G9"})
    with pytest.raises(RefusedError, match="还没有学员"):
        document_of(finished, "F11", **{"class": "X1"})


def test_the_roster_has_the_unit_before_the_name_and_its_sums(finished, made, tmp_path):
    """Over several units the unit stands first; the public version has neither ID number nor telephone."""
    labels = [each.title for each in table_of(finished, "F11").columns]
    assert labels[:3] == ["序号", "工作单位", "姓名"]
    _result, _row, pages = printed(finished, tmp_path, "F11")
    assert "合计46人，其中：男23人　女23人　住宿15人　计划50人" in pages[-1]
    _result, _row, pages = printed(finished, tmp_path, "F11", version="public")
    assert contents_of(finished, Teacher)[made.teachers[0]]["id_number"] not in "".join(pages)
    assert "13900000001" not in "".join(pages)


def test_the_plan_tells_hours_that_do_not_add_up(finished, made, tmp_path):
    """The sum of the courses stands below the plan; where it is not the class's, the clerk is told."""
    _result, _row, pages = printed(finished, tmp_path, "F12")
    assert "各课程合计80学时，培训学时80学时。" in pages[0]
    assert "本计划经2026年6月18日论证通过。" in pages[0]
    said = "陈明远（校外，山城师范大学）2026年6月16日同意实施；何玲（校内）同意实施。"
    assert said in pages[0].replace("\n", "")
    change(finished, Course, made.courses[1], hours="12.0")
    result, _row, pages = printed(finished, tmp_path, "F12")
    assert "各课程合计76学时，培训学时80学时。" in pages[0]
    assert any("少 4 学时" in warning for warning in result.warnings)


def test_the_timetable_keeps_a_moved_session_below_its_table(finished, made, tmp_path):
    """A moved session leaves the table and is told below it with its reason and the new time."""
    change(finished, TrainingSession, made.sessions[0], state="2", reason="主讲人因公出差")
    new = {"training_class": made.uid, "date": "2026-07-11", "half": "1", "hours": "4.0", "course": made.courses[0]}
    add(finished, TrainingSession, {**new, "replaces": made.sessions[0]})
    _result, _row, pages = printed(finished, tmp_path, "F13")
    assert "7月6日上午“课程标准解读与教学设计”已调课至7月11日上午（主讲人因公出差）。" in "".join(pages)
    table = table_of(finished, "F13")
    assert len(table.rows) == 20
    assert "7月11日" in column(table, "日期")
    assert "作息时间：上午 8:30—11:50" in "".join(pages)


def test_the_account_of_attendance_follows_one_mark(finished, made):
    """Signs, hours, share and verdict are those of the rules, and change with one mark."""
    table = table_of(finished, "F15", paper="A3")
    place = NAMES.index("李𬭚")
    assert column(table, "旷课学时")[place] == "16"
    assert column(table, "缺勤比例")[place] == "20.0%"
    assert column(table, "结论")[place] == "课程成绩取消：课堂观察与诊断"
    assert table.rows[place].count("○") == 4
    first = next(uid for uid, each in contents_of(finished, SignInSheet).items() if each["session"] == made.sessions[6])
    marks = contents_of(finished, SignInSheet)[first]["marks"]
    change(finished, SignInSheet, first, marks=[{**each, "mark": "1"} for each in marks])
    table = table_of(finished, "F15", paper="A3")
    assert column(table, "旷课学时")[place] == "12"
    assert column(table, "缺勤比例")[place] == "15.0%"


def test_the_account_on_small_paper_goes_on_over_sheets(finished, tmp_path):
    """Sessions that find no room beside the sums stand on sheets before them, everybody on each, in one order."""
    document = document_of(finished, "F15")
    tables = [block for block in document.blocks if isinstance(block, ListTable)]
    assert len(tables) == 2
    assert column(tables[0], "姓名") == column(tables[1], "姓名")
    assert tables[1].columns[-1].title == "结论"
    result, _row, pages = printed(finished, tmp_path, "F15", marks="words")
    assert "△" not in "".join(pages)
    assert any("还有待核的考勤：吴磊" in warning for warning in result.warnings)


def test_leave_slips_stand_two_on_a_sheet(finished, made, tmp_path):
    """A registered slip is filled in; a blank one is twice on its sheet and holds nobody's name."""
    result, row, pages = printed(finished, tmp_path, "F16")
    assert (result.pages, row.people) == (1, 1)
    assert "欧阳㛃婷" in pages[0]
    assert "自2026年7月6日下午至2026年7月6日下午" in pages[0]
    assert "☑病" in pages[0]
    for form, word in (("form", "申请人签字"), ("letter", "尊敬的吴桂兰班主任")):
        result, _row, pages = printed(finished, tmp_path, "F16", blank="yes", form=form)
        assert (result.pages, pages[0].count(word)) == (1, 2)
    with pytest.raises(RefusedError, match="没有叫“查无此人”的学员"):
        document_of(finished, "F16", trainee="查无此人")


def test_the_score_book_keeps_a_cancelled_score_and_its_reason(finished, made):
    """取消 stands for the course with the reason beside; the closing line adds up to everybody."""
    table = table_of(finished, "F17")
    place = NAMES.index("李𬭚")
    assert column(table, "课堂观察与诊断")[place] == "取消"
    assert "缺课满 16 学时" in column(table, "备注")[place]
    assert column(table, "最终等级")[place] == "待补考"
    assert table.closing == "合计46人　优22人　及格23人　不及格0人　待补考1人　合格率45/45（已评定）＝100.0%"
    usual = next(uid for uid, each in contents_of(finished, ScoreSheet).items() if each["part"] == "1")
    scores = contents_of(finished, ScoreSheet)[usual]["scores"]
    change(finished, ScoreSheet, usual, scores=[{**scores[0], "points": "20.0"}, *scores[1:]])
    assert column(table_of(finished, "F17"), "总评分")[0] == "50"
    assert "不及格0人　待补考2人" in table_of(finished, "F17").closing


def test_who_must_make_up_is_listed_until_the_make_up_is_scored(finished, made, tmp_path):
    """The list has who, what and why; the notice names the schools; a passed make-up ends both."""
    assert column(table_of(finished, "F18"), "姓名") == ["李𬭚"]
    _result, _row, pages = printed(finished, tmp_path, "F18", form="notice", when="2026-08-03", where="进修学校")
    assert "云岭县第一中学：" in pages[0]
    assert "2026年8月3日参加补考，逾期不参加者按不及格处理" in pages[0].replace("\n", "")
    score = {"enrolment": made.trainees[2], "points": "80.0"}
    content = {"training_class": made.uid, "part": "4", "course": made.courses[1], "date": "2026-08-03"}
    add(finished, ScoreSheet, {**content, "scores": [score]})
    with pytest.raises(RefusedError, match="没有待补考的学员"):
        document_of(finished, "F18")


def test_badges_bear_a_code_of_their_trainee(finished, made):
    """Ten badges a page, each with digits that lead back to the enrolment."""
    (grid,) = document_of(finished, "B24").blocks
    assert isinstance(grid, CardGrid)
    codes = [item.text for card in grid.cards for item in card.items if isinstance(item, CardCode)]
    assert [read_scan_code(code).uid for code in codes] == made.trainees
    with finished.read() as session:
        assert load_one(session, Enrolment, read_scan_code(codes[0]).uid) is not None


def test_a_character_that_no_font_has_is_told_with_the_person(finished, made):
    """On badges and sign-in sheets too a missing character is told with its person and stops nothing."""
    change(finished, Teacher, made.teachers[3], name="张\U0003fffd")
    for code, options in (("B24", {}), ("F14", {"session": FIRST_MORNING})):
        (missing,) = prepare_report(finished, code, options).missing
        assert "张" in missing.where
        assert missing.code == "U+3FFFD"


def test_rooms_shared_by_men_and_women_are_told(finished):
    """A room with both is named before the list goes up."""
    warnings = prepare_report(finished, "B22", {}).filled.warnings
    assert warnings[0] == "房间301安排了男女学员，请核对。"


def test_places_and_names_add_up(finished, made, tmp_path):
    """The list of places has its sum and what is left; the list of names tells people and attendances apart."""
    result, _row, pages = printed(finished, tmp_path, "B26")
    assert "上级下达50名，已分配48名，未分配2名。" in pages[0]
    assert column(table_of(finished, "B26"), "名额") == ["12"] * 4
    assert column(table_of(finished, "B26"), "已报") == ["12", "11", "12", "11"]
    assert result.warnings[0].startswith("上级下达50名")
    second = add(finished, TrainingClass, {"name": "二班", "programme": made.programme})
    add(finished, Enrolment, {"training_class": second, "number": 1, "teacher": made.teachers[0]})
    assert table_of(finished, "B27").closing == "合计46人（47人次），4个单位"
    assert len(contents_of(finished, Place)) == 5


def test_the_statistics_of_the_remote_training_name_their_denominators(fresh, tmp_path):
    """16 sites, 48 classes, 1,314 people, 1213/1314 = 92.3 %, 414/1314 = 31.5 %, all passed, in table and charts."""
    write_sample_training(fresh)
    result, row, pages = printed(fresh, tmp_path, "B28", by="stage", year="2009")
    assert result.warnings == ()
    text = "".join(pages)
    assert row.people == 1314
    table = table_of(fresh, "B28", by="stage", year="2009")
    total = dict(zip([each.title for each in table.columns], table.rows[-1], strict=True))
    assert (total["培训点"], total["班级"], total["报名人次"], total["报名人数"]) == ("16", "48", "1314", "1314")
    assert total["优秀率（参考）"] == "1213/1314\n92.3%"
    assert total["满分率（参考）"] == "414/1314\n31.5%"
    assert total["合格率（参考）"] == "1314/1314\n100.0%"
    assert sorted(column(table, "报名人次")) == ["1314", "510", "804"]
    assert "优秀率（分母：参考）" in text
    with fresh.read() as session:
        charts = charts_of(statistics(session, Policies(session), by="stage", year=2009))
    path = tmp_path / "charts.pdf"
    render(chart_document(charts), path)
    (shown,) = pages_of(path)
    assert "92.3%　1213/1314" in shown
    assert all(line in text for line in shown.split("\n"))


def test_hours_are_recognised_on_paper_as_in_the_ledger(finished, made, tmp_path):
    """Who passed has the class's hours; who did not lacks the year's; a person without entries has no statement."""
    _result, row, pages = printed(finished, tmp_path, "B29", year="2026", teacher="王𠮷")
    assert row.people == 1
    assert "合计认定80学时，折合8.0学分" in pages[0]
    assert "县级" in pages[0]
    with pytest.raises(RefusedError, match="2026年没有登记学时"):
        document_of(finished, "B29", year="2026", teacher="李𬭚")
    table = table_of(finished, "B30", year="2026")
    place = column(table, "姓名").index("李𬭚")
    assert column(table, "结论")[place] == "缺72学时"
    assert table.closing == "合计46人　达到规定45人　未达到1人"
    assert len(table_of(finished, "B30", year="2026", school="云岭县城关第一小学").rows) == 11


def test_book_of_scores_says_who_decided_and_what_was_remarked(store):
    """TR-6, TR-10: the group's grade, its members, and what an examiner wrote stand in the book."""
    made = make_class(store, people=2)
    first, second = made.trainees
    with store.write("登记") as session:
        enter_scores(session, made.uid, "2", {first: {"points": "84.0"}, second: {"points": "70.0"}})
        enter_scores(session, made.uid, "22", {second: {"points": "70.0", "note": "论文选题新颖"}})
        enter_scores(session, made.uid, "8", {first: {"grade": "1"}}, decided_by="王主任、李老师、张干事")
    assert column(table_of(store, "F17"), "备注") == ["考核小组评定为优", "论文：论文选题新颖"]
    texts = [block.text for block in document_of(store, "F17").blocks if isinstance(block, Text)]
    assert texts[0].endswith("评定人（小组）：王主任、李老师、张干事。")
