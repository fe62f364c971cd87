"""Scores and times from workbooks and the clipboard, through a plan that may be unticked and undone."""

from datetime import date

import pytest
from openpyxl import Workbook

from desktop import cli
from desktop.errors import RefusedError
from desktop.exchange.plan import Outcome, carry_out
from desktop.exchange.training.attendance_import import plan_attendance
from desktop.exchange.training.score_import import ScoreOptions, plan_pasted_scores, plan_scores
from desktop.exchange.workbook.read import Reader
from desktop.models import Enrolment, ScoreSheet, SignInSheet, Teacher, TrainingSession
from desktop.sample_training import write_sample_training
from desktop.services.records import save
from desktop.services.training.enrolling import enrol_walk_in
from desktop.services.training.sheets import make_sheet, set_mark
from desktop.store import history, load
from desktop.store.records import find
from tests.builders import contents_of
from tests.builders_training import make_class

DAY = date(2026, 7, 31)


def book(tmp_path, rows, name="成绩.xlsx"):
    path = tmp_path / name
    made = Workbook()
    for row in rows:
        made.active.append(row)
    made.save(path)
    with Reader() as reader:
        return [(path, reader.read(path))]


def scores_of(store):
    lines = [line for sheet in contents_of(store, ScoreSheet).values() for line in sheet["scores"]]
    return {line["enrolment"]: line.get("points") or line.get("grade") or "缺考" for line in lines}


def test_scores_of_a_sheet(store, tmp_path):
    """Points, words and 缺考 are read under a banner; who is not in the class, twice or wrong is told by row."""
    made = make_class(store, people=6)
    rows = [
        ["一班结业考核成绩", None, None],
        ["序号", "姓名", "成绩"],
        [1, "教师乙", 88.5],
        [2, "教师丙", "优秀"],
        [3, "教师丁", "缺考"],
        [4, "教师戊", 120],
        [5, "赵不在", 70],
        [6, "教师乙", 60],
        [None, "合计", 5],
    ]
    plan = plan_scores(store, book(tmp_path, rows), ScoreOptions("2", None, (made.uid,)))
    assert [(row.row, str(row.outcome)) for row in plan.rows] == [
        (3, "new"),
        (4, "new"),
        (5, "new"),
        (6, "invalid"),
        (7, "invalid"),
        (8, "duplicate"),
    ]
    assert plan.rows[3].problems[0].text == "成绩：“120”应在 0—100 之间，请核对"
    assert plan.rows[3].problems[0].column == 3
    plan.rows[1].ticked = False
    assert carry_out(store, plan, "王主任") == 1
    assert scores_of(store) == {made.trainees[0]: "88.5", made.trainees[2]: "缺考"}
    again = plan_scores(store, book(tmp_path, rows[1:3]), ScoreOptions("2", None, (made.uid,)))
    assert [row.outcome for row in again.rows] == [Outcome.SAME]
    with store.read() as session:
        act = history.last_undoable(session).id
    history.undo(store, act)
    assert scores_of(store) == {}


def test_pasted_scores(store):
    """Two columns copied from a spreadsheet, with headings or without, and numbers of the class instead of names."""
    made = make_class(store, people=3)
    options = ScoreOptions("1", None, (made.uid,))
    carry_out(store, plan_pasted_scores(store, "教师乙\t90\n教师丙\t85.5\n", options), "王主任")
    plan = plan_pasted_scores(store, "学号\t平时成绩\n1\t91\n3\t70", options)
    assert [(each.row, str(each.outcome)) for each in plan.rows] == [(2, "changed"), (3, "new")]
    carry_out(store, plan, "王主任")
    assert scores_of(store) == dict(zip(made.trainees, ("91.0", "85.5", "70.0"), strict=True))
    first = plan_pasted_scores(store, "教师乙 60", options)
    assert (first.rows[0].row, first.rows[0].changes[0].old, first.rows[0].changes[0].new) == (1, "91.0", "60.0")


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("８５分", "85.0"),
        ("85,5", "85.5"),
        ("59.95", "60.0"),
        ("92.349", "92.3"),
        ("优(92)", "92.0"),
        ("一百", "100.0"),
        ("良好", "2"),
        ("未考", "缺考"),
        ("0", "0.0"),
        ("—", None),
        ("无", None),
    ],
)
def test_scores_as_platforms_write_them(store, written, kept):
    """Full-width digits, words, two decimals (rounded half up and said) and signs for nothing are read."""
    made = make_class(store, people=1)
    plan = plan_pasted_scores(store, f"姓名\t成绩\n教师乙\t{written}", ScoreOptions("2", None, (made.uid,)))
    assert bool(plan.assumed) == (len(written.partition(".")[2]) > 1)
    if plan.assumed:
        assert f"{written} 四舍五入" in plan.rows[0].changes[0].new
    carry_out(store, plan, "王主任")
    assert scores_of(store) == ({} if kept is None else {made.trainees[0]: kept})


@pytest.mark.parametrize("written", ["100.5", "101", "-1", "−1", "免试", "缓考", "作弊", "A", "85/100", "#N/A", "NaN"])
def test_what_is_no_score_says_what_is_one(store, written):
    """The sentence names the value and what may stand there, and the row is not written."""
    made = make_class(store, people=1)
    plan = plan_pasted_scores(store, f"姓名\t成绩\n教师乙\t{written}", ScoreOptions("2", None, (made.uid,)))
    [problem] = plan.rows[0].problems
    assert plan.rows[0].outcome is Outcome.INVALID
    assert f"“{written}”" in problem.text
    assert "0—100" in problem.text or "请填写分数、等级（优、及格、不及格）或“缺考”" in problem.text


@pytest.mark.parametrize(
    ("heading", "name", "told"),
    [("学号", "赵不在", "学号是“教师丙”的"), ("身份证号", "教师乙", "身份证号是“教师丙”的")],
)
def test_a_number_and_a_name_of_two_people_are_told(store, heading, name, told):
    """One column of the file was sorted alone: no score goes to whom the row may not mean."""
    made = make_class(store, people=2)
    cell = contents_of(store, Teacher)[made.teachers[1]]["id_number"] if heading == "身份证号" else "2"
    text = f"{heading}\t姓名\t成绩\n{cell}\t{name}\t90\n{cell}\t教师 丙\t80"
    plan = plan_pasted_scores(store, text, ScoreOptions("2", None, (made.uid,)))
    [problem] = [each.text for row in plan.rows for each in row.problems]
    assert problem == f"{told}，姓名写的是“{name}”，请核对这一行是谁的"
    assert [row.outcome for row in plan.rows] == [Outcome.INVALID, Outcome.NEW]


def test_who_withdrew_gets_no_score(store):
    """A row of somebody who left the class is told, not written."""
    made = make_class(store, people=1)
    with store.write("退学") as session:
        save(session, Enrolment, {"withdrawn_on": "2026-07-10"}, uid=made.trainees[0])
    plan = plan_pasted_scores(store, "教师乙\t90", ScoreOptions("2", None, (made.uid,)))
    assert plan.rows[0].problems[0].text == "“教师乙”已退学，不登记成绩；请核对，或先取消退学"


def test_makeups_are_no_import(store):
    """A make-up is due to one person and taken once."""
    made = make_class(store, people=1)
    with pytest.raises(RefusedError, match="补考成绩请逐人登记"):
        plan_pasted_scores(store, "教师乙\t90", ScoreOptions("4", None, (made.uid,)))


def test_online_scores_of_1314_people(store, tmp_path):
    """One file for 48 classes: each score goes to its trainee's class by ID number, and a name alone is a question."""
    write_sample_training(store)
    with store.read() as session:
        teachers = load(session, Teacher)
        people = [teachers[each.content["teacher"]].content for each in load(session, Enrolment).values()]
    before = scores_of(store)
    rows = [[each["name"], each["id_number"], 77] for each in people]
    odd = ["免试", 101, "−1", "８８", None, "缺考", " 90.0 分"]
    mixed = [[*row[:2], cell] for row, cell in zip(rows, odd, strict=False)] + rows[len(odd) :]
    mixed[10] = [mixed[11][0], *mixed[10][1:]]
    mixed[12] = ["无此人", "", 60]
    told = plan_scores(store, book(tmp_path, [["姓名", "身份证号", "成绩"], *mixed, rows[20]]), ScoreOptions("2"))
    assert [row.row - 2 for row in told.rows if row.problems] == [0, 1, 2, 10, 12, 1314]
    assert all(len(row.problems) == 1 for row in told.rows if row.problems)
    assert carry_out(store, told, "王主任") == 48
    assert sum(scores_of(store)[who] != old for who, old in before.items()) > 1200
    with store.read() as session:
        history.undo(store, history.last_undoable(session).id)
    assert scores_of(store) == before
    books = book(tmp_path, [["姓名", "身份证号", "成绩"], *rows])
    plan = plan_scores(store, books, ScoreOptions("2"))
    assert {row.outcome for row in plan.rows} <= {Outcome.CHANGED, Outcome.SAME}
    assert len(plan.rows) == 1314
    assert carry_out(store, plan, "王主任") == 48
    assert set(scores_of(store).values()) == {"77.0"}


def test_times_of_a_turnstile(store, tmp_path):
    """In time is present, later is late; the first time counts; who is missing is 待核; no class is told."""
    made = make_class(store, hours=((0, "4.0"), (0, "4.0")), people=4)
    with store.write("排课") as session:
        save(session, TrainingSession, {"starts": "08:30"}, uid=made.sessions[0])
    rows = [
        ["姓名", "打卡时间"],
        ["教师乙", "2026-07-01 08:25:10"],
        ["教师乙", "2026-07-01 11:40"],
        ["教师丙", "2026/7/1 8:31"],
        ["教师丁", "2026-07-05 08:31"],
        ["教师丁", "七点"],
    ]
    plan = plan_attendance(store, book(tmp_path, rows), made.uid, day=DAY)
    assert sorted((row.row, str(row.outcome)) for row in plan.rows) == [
        (2, "new"),
        (3, "same"),
        (4, "new"),
        (5, "invalid"),
        (6, "invalid"),
    ]
    carry_out(store, plan, "王主任")
    with store.read() as session:
        [sheet] = find(session, SignInSheet, {"session": made.sessions[0]}).values()
        assert find(session, SignInSheet, {"session": made.sessions[1]}) == {}
    assert [line["mark"] for line in sheet.content["marks"]] == ["1", "2", "9", "9"]
    again = plan_attendance(store, book(tmp_path, rows[:2]), made.uid, day=DAY)
    assert again.counts()["same"] == 1
    assert carry_out(store, again, "王主任") == 0
    with store.write("缺一学时") as session:
        set_mark(session, made.sessions[0], made.trainees[0], "5", hours="1.0")
    carry_out(store, plan_attendance(store, book(tmp_path, rows[:2]), made.uid, day=DAY), "王主任")
    with store.read() as session:
        [sheet] = find(session, SignInSheet, {"session": made.sessions[0]}).values()
    assert sheet.content["marks"][0] == {"row": 1, "enrolment": made.trainees[0], "mark": "1"}, "no hours of the leave"


def test_times_need_sessions_and_columns(store, tmp_path):
    """A class without timetable and a file without names or times are sentences."""
    made = make_class(store, people=1)
    with pytest.raises(RefusedError, match="还没有排课"):
        plan_attendance(store, book(tmp_path, [["姓名", "时间"], ["教师乙", "2026-07-01 08:25"]]), made.uid, day=DAY)
    with pytest.raises(RefusedError, match="没有找到“姓名”（或身份证号、学号）和“时间”两栏"):
        plan_attendance(store, book(tmp_path, [["工种", "备注"], ["a", "b"]]), made.uid, day=DAY)


def test_import_commands(store, tmp_path, capsysbinary):
    """`import --as scores` and `--as times` go through the plan and tell what became of each row."""
    make_class(store, hours=((0, "4.0"),), people=2, graded=True)
    store.close()
    scores = book(tmp_path, [["姓名", "成绩"], ["教师乙", 80], ["教师丙", 90]])[0][0]
    times = book(tmp_path, [["姓名", "时间"], ["教师乙", "2026-07-01 08:25"]], "时间.xlsx")[0][0]
    office = ["--office", str(store.folder)]
    of_course = ["--part", "课程成绩", "--course", "课程标准解读"]
    assert cli.run(["import", str(scores), "--as", "scores", "--class", "G1", *of_course, *office]) == 0
    assert cli.run(["import", str(times), "--as", "times", "--class", "G1", *office]) == 0
    assert "新增 1" in capsysbinary.readouterr().out.decode()
    assert cli.run(["import", str(times), "--as", "times", *office]) == 2
    assert cli.run(["import", str(scores), "--as", "scores", "--class", "G1", "--course", "无此课", *office]) == 2
    assert "已有：课程标准解读" in capsysbinary.readouterr().err.decode()


def test_odd_times_find_their_session_or_are_told(store, tmp_path):
    """Who comes at 17:50 for 18:30 is there in the evening; what is no time is told, newcomers have rows."""
    made = make_class(store, hours=((0, "4.0"), (0, "3.0")), people=3)
    with store.write("排课") as session:
        day = {"date": "2026-07-01", "starts": "14:00", "ends": "17:30", "half": "2"}
        save(session, TrainingSession, day, uid=made.sessions[0])
        evening = {"date": "2026-07-01", "starts": "18:30", "ends": "20:30", "half": "3"}
        save(session, TrainingSession, evening, uid=made.sessions[1])
        make_sheet(session, made.sessions[0], printed_on=DAY)
        enrol_walk_in(session, made.uid, "新来者")
    rows = [
        ["姓名", "时间"],
        ["教师乙", "2026年7月1日 下午1:55"],
        ["教师乙", "2026-07-01 17:50:00"],
        ["教师丙", "2026-07-01 17:20"],
        ["教师丁", "2026-07-01 25:99"],
        ["新来者", "2026-07-01 13:40"],
    ]
    plan = plan_attendance(store, book(tmp_path, rows), made.uid, day=DAY)
    assert sorted((row.row, str(row.outcome)) for row in plan.rows) == [
        (2, "new"),
        (3, "new"),
        (4, "new"),
        (5, "invalid"),
        (6, "new"),
    ]
    carry_out(store, plan, "王主任")
    with store.read() as session:
        sheets = [find(session, SignInSheet, {"session": each}) for each in made.sessions]
    afternoon, evening_marks = (
        [line["mark"] for line in next(iter(each.values())).content["marks"]] for each in sheets
    )
    assert afternoon == ["1", "2", "9", "1"]
    assert evening_marks == ["1", "9", "9", "9"]
