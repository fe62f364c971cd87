"""An evening's attendance by exception, the grid by letters, scanners: by real keys, read back from the file."""

from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QAbstractItemModelTester, QTest

from desktop.models import Enrolment, SignInSheet, Teacher, TrainingSession
from desktop.queries.training.classes import sheet_of
from desktop.rules.absence import Mark
from desktop.rules.scan_codes import ScanCode, Scanned
from desktop.services.records import save
from desktop.store import Store
from desktop.ui.training.attendance import AttendancePiece
from desktop.ui.training.attendance_model import FIRST
from tests.builders import add, contents_of
from tests.builders_training import MadeClass, make_class
from tests.ui.conftest import Answers, settle

TITLE = "签到与缺勤"


class Keys:
    """Sends keys to whatever has the keyboard, and counts them."""

    def __init__(self, window: Any) -> None:
        self.window, self.count = window, 0

    def type(self, text: str) -> None:
        for character in text:
            self.press(character)

    def press(self, key: Any, modifiers: Any = Qt.KeyboardModifier.NoModifier) -> None:
        target = self.window.focusWidget()
        if isinstance(key, str):
            QTest.keyClicks(target, key)
        else:
            QTest.keyClick(target, key, modifiers)
        self.count += 1


@pytest.fixture
def evening(office: Store) -> MadeClass:
    """A class of 60 people with two sessions on one day and two on the next, 260 hours."""
    return make_class(office, hours=[(0, "4.0"), (0, "4.0"), (0, "36.0"), (0, "4.0")], people=60)


def opened(qtbot: Any, open_window: Any, made: MadeClass) -> tuple[Any, AttendancePiece]:
    window = open_window()
    window.open_page("training", made.uid)
    settle(qtbot, window)
    piece = window.pages["training"].class_desk.open(TITLE)
    settle(qtbot, window)
    piece.focus_first()
    return window, piece


def marks_of(store: Store, session: str) -> dict[int, str | None]:
    with store.read() as reading:
        sheet = sheet_of(reading, session)
    return {line["row"]: line.get("mark") for line in sheet.content["marks"]} if sheet is not None else {}


def test_an_evening_takes_fewer_than_forty_keys(qtbot: Any, open_window: Any, office: Store, evening: Any) -> None:
    """60 people, two sessions, 5 absent in each, under 40 key presses; the line names whom the numbers mean."""
    window, piece = opened(qtbot, open_window, evening)
    keys = Keys(window)
    keys.type("3 17 22 31 48")
    assert "未到（待核） 5 人" in piece.bar.told.text().replace("）", "） ").replace("  ", " ")
    keys.press(Qt.Key.Key_Return)
    settle(qtbot, window)
    keys.type("3 9 10 11 60")
    keys.press(Qt.Key.Key_Return)
    settle(qtbot, window)
    assert keys.count < 40
    first, second = (marks_of(office, uid) for uid in evening.sessions[:2])
    assert [row for row, mark in first.items() if mark == Mark.PENDING] == [3, 17, 22, 31, 48]
    assert [row for row, mark in second.items() if mark == Mark.PENDING] == [3, 9, 10, 11, 60]
    assert set(first.values()) == {Mark.PRESENT, Mark.PENDING}
    assert piece.bar.lesson == evening.sessions[2]


def test_headings_and_long_names_are_seen_whole(qtbot: Any, open_window: Any, office: Store) -> None:
    """11/16上 is wider than 7/6上, and names of minorities than others: the columns follow."""
    made = make_class(office, hours=[(0, "4.0")], people=1)
    with office.write("改期") as session:
        save(session, TrainingSession, {"date": "2026-11-16"}, uid=made.sessions[0])
        [who] = contents_of(office, Teacher)
        save(session, Teacher, {"name": "古丽娜尔·艾合买提"}, uid=who, reason="更正")
    _window, piece = opened(qtbot, open_window, made)
    font = piece.grid.font()
    name = QFontMetrics(font).horizontalAdvance("古丽娜尔·艾合买提")
    font.setBold(True)
    assert piece.grid.cells.columnWidth(FIRST) > QFontMetrics(font).horizontalAdvance("11/16上") + 18
    assert piece.grid.before.columnWidth(1) > name + 18


def test_wrong_rows_and_an_empty_line_write_nothing(qtbot: Any, open_window: Any, office: Store, evening: Any) -> None:
    """A row that the sheet has not, a letter that is no mark and an empty line are each told; nothing is kept."""
    window, piece = opened(qtbot, open_window, evening)
    keys = Keys(window)
    for typed, told in (("61", "行号 61 不在签到表上（共 60 行）"), ("5x", "不是考勤"), ("", "全部到齐填 0")):
        piece.bar.line.clear()
        keys.type(typed)
        keys.press(Qt.Key.Key_Return)
        settle(qtbot, window)
        assert told in piece.bar.told.text()
    assert contents_of(office, SignInSheet) == {}
    piece.bar.line.clear()
    keys.type("0")
    keys.press(Qt.Key.Key_Return)
    settle(qtbot, window)
    assert set(marks_of(office, evening.sessions[0]).values()) == {Mark.PRESENT}


def test_warning_comes_before_the_limit_with_what_is_left(
    qtbot: Any, open_window: Any, office: Store, evening: Any
) -> None:
    """36 of the 40 hours that cancel a course of 120: 再缺 4 学时将取消成绩; four more cancel it, with the reason."""
    window, piece = opened(qtbot, open_window, evening)
    keys = Keys(window)
    piece.bar.choose(evening.sessions[2])
    settle(qtbot, window)
    keys.type("7")
    keys.press(Qt.Key.Key_Return)
    settle(qtbot, window)
    assert "再缺 4 学时将取消成绩" in piece.bar.told.text()
    assert piece.bar.lesson == evening.sessions[3]
    keys.type("7")
    keys.press(Qt.Key.Key_Return)
    settle(qtbot, window)
    assert "缺课满 40 学时，达到该课程 120 学时的三分之一，取消该课程成绩" in piece.bar.told.text()
    keys.press(Qt.Key.Key_F8)
    assert piece.grid.cells.currentIndex().row() == 6
    assert "取消该课程成绩" in piece.person.text()


def test_grid_takes_letters_fill_down_column_and_undo(
    qtbot: Any, open_window: Any, office: Store, dialogs: Answers, evening: Any
) -> None:
    """C writes 迟 and goes on, Ctrl+Space and the bar fill a column, Ctrl+D fills down, Ctrl+Z takes the last back."""
    window, piece = opened(qtbot, open_window, evening)
    tester = QAbstractItemModelTester(piece.model, QAbstractItemModelTester.FailureReportingMode.Warning)
    keys = Keys(window)
    keys.press(Qt.Key.Key_Down)
    piece.grid.go(0, FIRST)
    assert not piece.grid.cells.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
    control = Qt.KeyboardModifier.ControlModifier
    keys.press(Qt.Key.Key_Space, control)
    keys.press(" ")
    settle(qtbot, window)
    assert set(marks_of(office, evening.sessions[0]).values()) == {Mark.PRESENT}
    piece.grid.go(2, FIRST)
    keys.type("cb")
    keys.press(Qt.Key.Key_Up)
    settle(qtbot, window)
    marks = marks_of(office, evening.sessions[0])
    assert (marks[3], marks[4], marks[5]) == (Mark.LATE, Mark.SICK, Mark.PRESENT)
    keys.press(Qt.Key.Key_Down)
    keys.press(Qt.Key.Key_D, control)
    settle(qtbot, window)
    assert marks_of(office, evening.sessions[0])[5] == Mark.SICK
    keys.press(Qt.Key.Key_Z, control)
    settle(qtbot, window)
    assert marks_of(office, evening.sessions[0])[5] == Mark.PRESENT
    keys.press(Qt.Key.Key_Escape)
    assert piece.bar.line.hasFocus()
    assert tester.model() is piece.model


def test_part_of_a_session_and_a_note_are_written_in_the_grid(
    qtbot: Any, open_window: Any, office: Store, dialogs: Answers, evening: Any
) -> None:
    """F2 takes mark, hours and note; hours above the session's or of somebody who was there are told, none kept."""
    window, piece = opened(qtbot, open_window, evening)
    keys = Keys(window)
    told: list[str] = []

    def answer(dialog: Any) -> bool:
        for code, hours in (("1", "1.5"), ("2", "99"), ("2", "x"), ("2", "1.5")):
            dialog.mark.setCurrentIndex(dialog.mark.findData(code))
            dialog.hours.setText(hours)
            dialog.note.setText("孩子发烧")
            dialog.take()
            told.append(dialog.problem.text())
        return bool(dialog.result())

    dialogs.run = answer
    keys.press(Qt.Key.Key_Down)
    piece.grid.go(0, FIRST)
    keys.press(Qt.Key.Key_F2)
    settle(qtbot, window)
    assert "没有缺课" in told[0]
    assert "应在 0 到本课次的" in told[1]
    assert told[2].startswith("缺课学时：")
    with office.read() as session:
        sheet = sheet_of(session, evening.sessions[0])
    assert sheet is not None
    assert {**sheet.content["marks"][0], "enrolment": ""} == {
        "row": 1,
        "enrolment": "",
        "mark": "2",
        "hours": "1.5",
        "note": "孩子发烧",
    }
    index = piece.model.index(0, FIRST)
    assert index.data() == "迟1.5*"
    assert "缺 1.5 学时 · 孩子发烧" in index.data(Qt.ItemDataRole.ToolTipRole)
    keys.press("K")
    settle(qtbot, window)
    assert piece.model.index(0, FIRST).data() == "旷*"


def test_scanner_takes_sheets_and_badges(qtbot: Any, open_window: Any, office: Store, evening: Any) -> None:
    """The code of a sheet takes its session in hand, a badge signs in, the end of it makes everybody else 待核."""
    window, piece = opened(qtbot, open_window, evening)
    keys = Keys(window)
    for code in (
        ScanCode(Scanned.SESSION_SHEET, evening.sessions[1], 1),
        ScanCode(Scanned.BADGE, evening.trainees[8]),
    ):
        keys.type(code.digits)
        keys.press(Qt.Key.Key_Return)
        settle(qtbot, window)
    assert piece.bar.lesson == evening.sessions[1]
    assert marks_of(office, evening.sessions[1])[9] == Mark.PRESENT
    assert "已签到 1/60 人" in piece.bar.told.text()
    piece.finish_action.trigger()
    settle(qtbot, window)
    marks = marks_of(office, evening.sessions[1])
    assert (marks[9], marks[10]) == (Mark.PRESENT, Mark.PENDING)
    digits = ScanCode(Scanned.BADGE, evening.trainees[8]).digits
    keys.type(digits[:-1] + ("1" if digits[-1] == "0" else "0"))
    keys.press(Qt.Key.Key_Return)
    assert "重新扫描" in piece.bar.told.text()


def test_newcomer_gets_a_row_behind_and_nothing_before_coming(
    qtbot: Any, open_window: Any, office: Store, evening: Any
) -> None:
    """Who comes after a sheet was filled in stands behind the others when a mark is typed; days before are closed."""
    window, piece = opened(qtbot, open_window, evening)
    keys = Keys(window)
    keys.type("0")
    keys.press(Qt.Key.Key_Return)
    settle(qtbot, window)
    late = {"training_class": evening.uid, "number": 61, "written_name": "晚来的", "joined_on": "2026-07-02"}
    add(office, Enrolment, late)
    settle(qtbot, window)
    keys.press(Qt.Key.Key_Down)
    piece.grid.go(60, FIRST)
    keys.press("k")
    settle(qtbot, window)
    assert 61 not in marks_of(office, evening.sessions[0])
    assert "没有报到" in piece.bar.told.text()
    piece.grid.go(60, FIRST + 1)
    keys.press("k")
    settle(qtbot, window)
    assert marks_of(office, evening.sessions[1])[61] == Mark.UNEXCUSED


def test_pending_becomes_unexcused_after_it_was_said_how_much(
    qtbot: Any, open_window: Any, office: Store, dialogs: Answers, evening: Any
) -> None:
    """待核转旷课 says day and number; it turns only what lies up to the session in hand, as one Act."""
    window, piece = opened(qtbot, open_window, evening)
    keys = Keys(window)
    for rows in ("1 2", "4"):
        keys.type(rows)
        keys.press(Qt.Key.Key_Return)
        settle(qtbot, window)
    piece.bar.choose(evening.sessions[0])
    settle(qtbot, window)
    dialogs.prepared = ["转为旷课"]
    piece.settle_action.trigger()
    settle(qtbot, window)
    assert "2 人次" in dialogs.asked[-1].text
    assert marks_of(office, evening.sessions[0])[1] == Mark.UNEXCUSED
    assert marks_of(office, evening.sessions[1])[4] == Mark.PENDING


def test_times_of_a_turnstile_go_through_a_plan(
    qtbot: Any, open_window: Any, office: Store, dialogs: Answers, evening: Any, tmp_path: Path
) -> None:
    """Names and times fill the sheet of their session once the plan is confirmed; who is not in the file is 待核."""
    window, piece = opened(qtbot, open_window, evening)
    book = Workbook()
    book.active.append(["学号", "姓名", "打卡时间"])
    for each in piece.model.people[:58]:
        book.active.append([each.number, each.name, "2026-07-01 08:20"])
    book.active.append([59, piece.model.people[58].name, "看不清"])
    book.save(tmp_path / "打卡.xlsx")
    dialogs.prepared = [[str(tmp_path / "打卡.xlsx")]]
    piece.import_action.trigger()
    settle(qtbot, window)
    assert piece.stack.currentWidget() is piece.stack.plan
    assert contents_of(office, SignInSheet) == {}
    wrong = [row for row in piece.stack.plan.plan.rows if row.problems]
    assert [row.name for row in wrong] == [piece.model.people[58].name]
    piece.stack.plan.confirm_button.click()
    settle(qtbot, window)
    marks = list(marks_of(office, evening.sessions[0]).values())
    assert (marks.count(Mark.PRESENT), marks.count(Mark.PENDING)) == (58, 2)
    assert piece.stack.currentWidget() is not piece.stack.plan
