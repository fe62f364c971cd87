"""The sign-in sheet, and what printing it means."""

import json
import re
from datetime import date

import pytest

from desktop.cli import run
from desktop.errors import RefusedError
from desktop.models import Enrolment, SignInSheet, Teacher, TrainingSession
from desktop.reports.blocks import QrCode
from desktop.reports.printing import prepare_report, print_prepared, print_report
from desktop.rules.scan_codes import Scanned, read_scan_code
from desktop.services.training.sheets import make_sheet
from desktop.store.history import last_undoable, undo
from tests.builders import add, contents_of, teacher_content
from tests.builders_paper import make_paper_class
from tests.printed import change, document_of, printed

DAY = date(2026, 7, 5)
FIRST_MORNING = "2026-07-06上午"


def test_row_numbers_stay_once_printed(fresh, tmp_path):
    """Who comes later stands behind the others, whatever the order, and the numbers printed stay."""
    made = make_paper_class(fresh, people=12, marks=False, scores=False)
    _result, _row, pages = printed(fresh, tmp_path, "F14", session=FIRST_MORNING, order="2")
    before = contents_of(fresh, SignInSheet)
    assert [each["session"] for each in before.values()] == [made.sessions[0]]
    rows = next(iter(before.values()))["marks"]
    late = add(fresh, Teacher, teacher_content(90, name="艾早"))
    trainee = add(fresh, Enrolment, {"training_class": made.uid, "number": 13, "teacher": late})
    result, _row, pages = printed(fresh, tmp_path, "F14", session=FIRST_MORNING, order="1")
    after = next(iter(contents_of(fresh, SignInSheet).values()))["marks"]
    assert after[:12] == rows
    assert after[12:] == [{"row": 13, "enrolment": trainee}]
    assert any("补在末尾：艾早" in warning for warning in result.warnings)
    assert "13 艾早" in pages[0].replace("\n", " ")


def test_one_paper_serves_all_sessions_of_a_day(fresh, tmp_path):
    """A day's sheet gives its sessions one order; sessions printed apart with other rows are refused together."""
    made = make_paper_class(fresh, people=6, marks=False, scores=False)
    _result, _row, pages = printed(fresh, tmp_path, "F14", date="2026-07-06", order="2")
    assert "上午签名" in pages[0]
    assert "下午签名" in pages[0]
    sheets = {each["session"]: each["marks"] for each in contents_of(fresh, SignInSheet).values()}
    assert sheets[made.sessions[0]] == sheets[made.sessions[1]]
    with fresh.write("签到表", operator="王主任") as session:
        make_sheet(session, made.sessions[2], printed_on=DAY)
    uid = next(key for key, each in contents_of(fresh, SignInSheet).items() if each["session"] == made.sessions[2])
    turned = [{"row": n, "enrolment": who} for n, who in enumerate(reversed(made.trainees), 1)]
    change(fresh, SignInSheet, uid, marks=turned)
    add(fresh, SignInSheet, {"session": made.sessions[3], "printed_on": "2026-07-06", "marks": turned[:3]})
    with pytest.raises(RefusedError, match="行号不同，不能合印一张；请按课次分别打印"):
        document_of(fresh, "F14", date="2026-07-07")


@pytest.mark.parametrize(("rows", "pages"), [("20", 3), ("40", 2)])
def test_twenty_or_forty_names_a_page(finished, tmp_path, rows, pages):
    """46 names take three pages of 20 or two of 40; spare lines bear the numbers of those who come later."""
    result, _row, texts = printed(finished, tmp_path, "F14", session="2026-07-07上午", rows=rows)
    assert result.pages == pages
    assert all(f"编号：G1-0707上-{number}" in text for number, text in enumerate(texts, 1))
    assert "应到 46 人" in texts[0]
    assert re.search(rf"(^|\s){pages * int(rows)}$", texts[-1], re.MULTILINE)


def test_who_left_or_has_not_come_is_not_due(fresh):
    """Rows of a printed sheet stay; 应到 counts neither who withdrew by that day nor who joined after it."""
    withdrawn = {"withdrawn_on": "2026-07-07", "withdrawal_reason": "调出"}
    made = make_paper_class(fresh, people=12, marks=False, scores=False)
    with fresh.write("签到表", operator="王主任") as session:
        make_sheet(session, made.sessions[2], printed_on=DAY)
    change(fresh, Enrolment, made.trainees[3], **withdrawn)
    change(fresh, Enrolment, made.trainees[5], joined_on="2026-07-08")
    assert "应到 10 人" in repr(document_of(fresh, "F14", session="2026-07-07上午"))
    assert "2026.07.08报到" in repr(document_of(fresh, "F11"))


def test_the_code_in_the_corner_leads_back_to_the_session_and_page(finished, made):
    """Each page bears digits that say the session and the page; a day's sheet says that it is one."""
    blocks = document_of(finished, "F14", session=FIRST_MORNING).blocks[0].blocks
    codes = [read_scan_code(block.text) for block in blocks if isinstance(block, QrCode)]
    assert [(code.kind, code.uid, code.page) for code in codes] == [
        (Scanned.SESSION_SHEET, made.sessions[0], page) for page in (1, 2, 3)
    ]
    blocks = document_of(finished, "F14", date="2026-07-06").blocks[0].blocks
    assert read_scan_code(next(block.text for block in blocks if isinstance(block, QrCode))).kind == Scanned.DAY_SHEET


def test_a_file_that_cannot_be_written_freezes_nothing(fresh, tmp_path):
    """Paper and record are made together or not at all."""
    make_paper_class(fresh, people=3, marks=False, scores=False)
    with pytest.raises(RefusedError, match="是文件夹"):
        print_report(fresh, "F14", tmp_path, {"session": FIRST_MORNING}, operator="王主任")
    assert contents_of(fresh, SignInSheet) == {}


def test_a_sheet_prepared_before_a_change_is_not_printed(fresh, tmp_path):
    """What was previewed and is no more true is refused, and nothing is recorded."""
    made = make_paper_class(fresh, people=3, marks=False, scores=False)
    prepared = prepare_report(fresh, "F14", {"session": FIRST_MORNING})
    add(fresh, Enrolment, {"training_class": made.uid, "number": 4, "written_name": "临时参加"})
    with pytest.raises(RefusedError, match="预览之后数据有改动，没有打印"):
        print_prepared(fresh, prepared, tmp_path / "sheet.pdf", operator="王主任")
    assert contents_of(fresh, SignInSheet) == {}
    assert not (tmp_path / "sheet.pdf").exists()


def test_a_day_without_lessons_and_a_cancelled_session_are_told(finished, made):
    """The days that have lessons are named; a cancelled session has no sheet."""
    with pytest.raises(RefusedError, match=r"在 2026-07-12 没有课.*2026-07-06、2026-07-07"):
        document_of(finished, "F14", date="2026-07-12")
    change(finished, TrainingSession, made.sessions[0], state="3", reason="停电")
    with pytest.raises(RefusedError, match="已取消，没有打印"):
        document_of(finished, "F14", session=made.sessions[0])


def test_a_draft_freezes_nothing(fresh, tmp_path):
    """A draft is looked at and thrown away; the rows stay free."""
    make_paper_class(fresh, people=3, marks=False, scores=False)
    printed(fresh, tmp_path, "F14", session=FIRST_MORNING, draft="yes")
    assert contents_of(fresh, SignInSheet) == {}


def test_the_command_prints_and_the_act_can_be_undone(fresh, tmp_path, capsysbinary):
    """`report F14 --set class=…` prints and records the rows as one Act of its own, which undo takes back."""
    make_paper_class(fresh, people=3, marks=False, scores=False)
    words = ["report", "F14", "--office", str(fresh.folder), "--to", str(tmp_path / "sheet.pdf"), "--json"]
    assert run([*words, "--set", "class=G1", "--set", "session=2026-07-06上午", "--set", "order=按姓名拼音"]) == 0
    assert json.loads(capsysbinary.readouterr().out)["people"] == 3
    assert [each["number"] for each in contents_of(fresh, SignInSheet).values()] == ["G1-0706上"]
    with fresh.read() as session:
        act = last_undoable(session)
    assert act.name == "打印 2026年农村初中骨干教师提高培训一班学员签到表"
    undo(fresh, act.id, operator="王主任")
    assert contents_of(fresh, SignInSheet) == {}
