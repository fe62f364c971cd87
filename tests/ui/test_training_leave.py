"""A leave slip registered by keys: what it covers is told, who must agree is asked for, 待核 turns into 病."""

from dataclasses import replace
from datetime import date
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest

from desktop.models import Leave
from desktop.store import Store
from desktop.ui.training.attendance_model import FIRST
from desktop.ui.training.leave import LeavePiece
from tests.builders import contents_of
from tests.builders_training import MadeClass, make_class, mark_all
from tests.printed import document_of
from tests.ui.conftest import Answers, settle
from tests.ui.test_training_attendance import marks_of


def opened(qtbot: Any, open_window: Any, office: Store) -> tuple[Any, LeavePiece, MadeClass]:
    made = make_class(office, hours=[(0, "4.0"), (0, "4.0"), (0, "4.0")], people=3)
    mark_all(office, made, [[("1", None), ("9", None), ("1", None)]] * 3)
    window = open_window()
    window.open_page("training", made.uid)
    settle(qtbot, window)
    piece = window.pages["training"].class_desk.open("请假")
    settle(qtbot, window)
    return window, piece, made


def type_slip(window: Any, piece: LeavePiece, *, first: str, last: str) -> None:
    """Fill the form with keys: who, from when to when, why."""
    QTest.keyClick(window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClicks(piece.form.person, "2 ")
    QTest.keyClick(piece.form.person, Qt.Key.Key_Return)
    for name, text in (("start", first), ("end", last)):
        piece.form.days[name].clear()
        QTest.keyClicks(piece.form.days[name], text)
        QTest.keyClick(piece.form.days[name], Qt.Key.Key_Return)
    piece.form.kind.setCurrentIndex(piece.form.kind.findData("1"))


def test_slip_tells_what_it_covers_and_turns_marks(qtbot: Any, open_window: Any, office: Store) -> None:
    """Two of three days: eight hours, three who must agree; 待核 of those days becomes 病, the third stays; one Act."""
    window, piece, made = opened(qtbot, open_window, office)
    tester = QAbstractItemModelTester(piece.model, QAbstractItemModelTester.FailureReportingMode.Warning)
    type_slip(window, piece, first="2026-07-01", last="2026-07-02")
    assert (
        "请假 2 天，涉及 8 学时；课程标准解读；须经 所在单位、培训机构负责人、教学主管 批准" in piece.form.said.text()
    )
    piece.form.approvals["1"].word.setCurrentIndex(1)
    QTest.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, window)
    [content] = contents_of(office, Leave).values()
    assert (content["enrolment"], content["kind"]) == (made.trainees[1], "1")
    assert [marks_of(office, uid)[2] for uid in made.sessions] == ["4", "4", "9"]
    assert piece.model.texts(piece.table.current())[3:5] == ("8", "缺 培训机构负责人、教学主管")
    assert tester.model() is piece.model


def test_slip_for_days_without_sessions_is_told(qtbot: Any, open_window: Any, office: Store) -> None:
    """A leave in a month in which nothing is taught says so before it is saved."""
    window, piece, _made = opened(qtbot, open_window, office)
    type_slip(window, piece, first="2026-09-01", last="2026-09-02")
    piece.form.tell()
    assert "涉及 0 学时；这段时间本班没有课次，请核对日期" in piece.form.said.text()
    piece.form.forget_typing()


def test_return_before_the_end_is_told_and_kept(qtbot: Any, open_window: Any, office: Store) -> None:
    """Back on the afternoon of the first of two days: the form says what is leave no more, the mark is 待核 again."""
    window, piece, made = opened(qtbot, open_window, office)
    type_slip(window, piece, first="2026-07-01", last="2026-07-02")
    piece.form.save()
    settle(qtbot, window)
    piece.form.days["returned_on"].set_text("2026-07-01")
    piece.form.halves["returned"].setCurrentIndex(piece.form.halves["returned"].findData("2"))
    piece.form.tell()
    assert "涉及 4 学时；2026-07-01下午销假，此后的课次不算请假" in piece.form.said.text()
    QTest.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, window)
    assert [marks_of(office, uid)[2] for uid in made.sessions] == ["4", "9", "9"]
    texts = piece.model.texts(piece.table.current())
    assert (texts[2], texts[3], texts[5]) == ("07-01上午—07-02晚上", "4", "07-01下午")
    printed = repr(document_of(office, "F16"))
    assert "共8学时" in printed
    assert "实际返回时间：2026年7月1日下午" in printed


def test_undo_takes_slip_and_marks_back(qtbot: Any, open_window: Any, office: Store, dialogs: Answers) -> None:
    """One undo takes the slip away and the marks back to 待核."""
    window, piece, made = opened(qtbot, open_window, office)
    type_slip(window, piece, first="2026-07-01", last="2026-07-01")
    piece.form.save()
    settle(qtbot, window)
    assert marks_of(office, made.sessions[0])[2] == "4"
    dialogs.prepared = ["撤销"]
    window.undo()
    settle(qtbot, window)
    assert contents_of(office, Leave) == {}
    assert marks_of(office, made.sessions[0])[2] == "9"
    assert piece.model.rowCount() == 0


def test_bad_slip_is_told_whole(qtbot: Any, open_window: Any, office: Store) -> None:
    """A person who is not of the class and a day that is none are told together; nothing is saved."""
    window, piece, _made = opened(qtbot, open_window, office)
    piece.new()
    QTest.keyClicks(piece.form.person, "nobody")
    QTest.keyClicks(piece.form.days["start"], "2026-13-01")
    piece.form.save()
    settle(qtbot, window)
    told = piece.form.problem.text()
    assert "nobody" in told
    assert "月份" in told
    assert "结束日期没有填写" in told
    assert contents_of(office, Leave) == {}
    piece.form.forget_typing()


def test_slip_on_paper_names_courses_and_hours(qtbot: Any, open_window: Any, office: Store) -> None:
    """F16 names the courses that the slip covers with their hours although nobody typed them."""
    window, piece, _made = opened(qtbot, open_window, office)
    type_slip(window, piece, first="2026-07-01", last="2026-07-02")
    piece.form.save()
    settle(qtbot, window)
    assert "课程标准解读\\u3000共8学时" in repr(document_of(office, "F16"))
    assert "课程标准解读，学时：8" in repr(document_of(office, "F16", form="letter"))


def test_slip_begins_at_the_absence_in_the_grid(qtbot: Any, open_window: Any, office: Store) -> None:
    """F7 on a 待 brings the form of that trainee and day; saved with the kind alone, the mark is turned."""
    window, _piece, made = opened(qtbot, open_window, office)
    desk = window.pages["training"].class_desk
    attendance = desk.open("签到与缺勤")
    settle(qtbot, window)
    attendance.grid.go(1, FIRST + 2)
    attendance.grid.cells.setFocus()
    QTest.keyClick(attendance.grid.cells, Qt.Key.Key_F7)
    settle(qtbot, window)
    form = desk.front.form
    assert form.person.text().startswith("2 ")
    assert form.days["start"].text() == form.days["end"].text() == "2026-07-03"
    form.kind.setCurrentIndex(form.kind.findData("3"))
    QTest.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, window)
    assert [marks_of(office, uid)[2] for uid in made.sessions] == ["9", "9", "6"]


def test_each_approval_has_its_day_and_opinion(qtbot: Any, open_window: Any, office: Store) -> None:
    """Who agrees does so today unless another day is written; a day that is none is told with the approver."""
    window, piece, _made = opened(qtbot, open_window, office)
    type_slip(window, piece, first="2026-07-01", last="2026-07-01")
    school = piece.form.approvals["1"]
    assert school.opinion.isHidden()
    school.word.setCurrentIndex(1)
    school.word.activated.emit(1)
    assert school.day.text() == date.today().isoformat()  # noqa: DTZ011
    assert not school.opinion.isHidden()
    school.name.setText("王校长")
    school.opinion.setText("课已调好")
    school.day.setText("2026-06-31")
    piece.form.save()
    assert "所在单位审批日期" in piece.form.problem.text()
    school.day.setText("2026-06-30")
    piece.form.save()
    settle(qtbot, window)
    [content] = contents_of(office, Leave).values()
    line = {"by": "1", "name": "王校长", "date": "2026-06-30", "agrees": 1, "opinion": "课已调好"}
    assert content["approvals"] == [line]


def test_leave_over_the_limit_is_told_before_it_is_saved(qtbot: Any, open_window: Any, office: Store) -> None:
    """Two more half-days that reach a third of the course say so while the slip is typed; those missed count once."""
    made = make_class(office, courses=(("甲", "30.0"),), hours=[(0, "4.0")] * 3, people=3)
    mark_all(office, replace(made, sessions=made.sessions[:1]), [[("1", None), ("9", None), ("1", None)]])
    window = open_window()
    window.open_page("training", made.uid)
    settle(qtbot, window)
    piece = window.pages["training"].class_desk.open("请假")
    settle(qtbot, window)
    type_slip(window, piece, first="2026-07-01", last="2026-07-02")
    assert "“甲”已缺课 8 学时，再缺 2 学时将取消成绩" in piece.form.said.text()
    piece.form.days["end"].setText("2026-07-03")
    piece.form.tell()
    assert "连同已有缺课：“甲”缺课满 12 学时，达到该课程 30 学时的三分之一，取消该课程成绩" in piece.form.said.text()
    piece.form.forget_typing()
