"""Scores typed cell by cell, pasted, imported; a cancelled course stays visible, the make-up is taken once."""

from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication

from desktop.models import ScoreSheet
from desktop.store import Store
from desktop.ui.training.score_model import FIRST
from desktop.ui.training.score_rules_dialog import ScoreRulesDialog
from desktop.ui.training.scores import ScoresPiece
from tests.builders import contents_of
from tests.builders_training import MadeClass, make_class, mark_all, results_of
from tests.printed import table_of
from tests.ui.conftest import Answers, settle

USUAL, FINAL, COURSE = FIRST, FIRST + 1, FIRST + 2


@pytest.fixture
def scored(office: Store) -> MadeClass:
    """Four people; the third missed 40 of 120 hours of the graded course."""
    made = make_class(office, hours=[(0, "40.0"), (0, "80.0")], people=4, graded=True)
    mark_all(office, made, [[("1", None), ("1", None), ("7", None), ("1", None)], [("1", None)] * 4])
    return made


def opened(qtbot: Any, open_window: Any, made: MadeClass) -> tuple[Any, ScoresPiece]:
    window = open_window()
    window.open_page("training", made.uid)
    settle(qtbot, window)
    piece = window.pages["training"].class_desk.open("成绩")
    settle(qtbot, window)
    piece.focus_first()
    return window, piece


def press(window: Any, *keys: Any) -> None:
    """Send keys to whatever has the keyboard."""
    for key in keys:
        for each in key if isinstance(key, str) else (key,):
            QTest.keyClick(window.focusWidget(), each)


def points_of(store: Store, part: str) -> dict[str, Any]:
    [sheet] = [each for each in contents_of(store, ScoreSheet).values() if each["part"] == part]
    return {line["enrolment"]: line.get("points", line.get("grade", line.get("is_absent"))) for line in sheet["scores"]}


def test_points_are_typed_down_a_column(qtbot: Any, open_window: Any, office: Store, scored: Any) -> None:
    """Digits and Enter go down the people; Q is 缺考; what is typed stands at once and is saved; no input method."""
    window, piece = opened(qtbot, open_window, scored)
    tester = QAbstractItemModelTester(piece.model, QAbstractItemModelTester.FailureReportingMode.Warning)
    assert not piece.grid.cells.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
    piece.grid.go(0, FINAL)
    press(window, "92.5", Qt.Key.Key_Return, "60", Qt.Key.Key_Return, "100", Qt.Key.Key_Return, "q", Qt.Key.Key_Return)
    settle(qtbot, window)
    one, two, three, four = scored.trainees
    assert points_of(office, "2") == {one: "92.5", two: "60.0", three: "100.0", four: 1}
    assert piece.model.index(0, FINAL).data() == "92.5"
    assert "缺考" in piece.model.index(3, FINAL).data()
    assert tester.model() is piece.model


def test_wrong_points_are_told_and_the_cell_keeps_what_it_had(
    qtbot: Any, open_window: Any, office: Store, scored: Any
) -> None:
    """101 and letters that mean nothing are told with the person; nothing is saved."""
    window, piece = opened(qtbot, open_window, scored)
    piece.grid.go(1, USUAL)
    for text in ("101", "abc"):
        press(window, text, Qt.Key.Key_Return)
        settle(qtbot, window)
        assert "2 " in piece.told.text()
        piece.grid.go(1, USUAL)
    assert contents_of(office, ScoreSheet) == {}


def test_cancelled_course_stays_visible_and_closed(qtbot: Any, open_window: Any, office: Store, scored: Any) -> None:
    """取消 stands in the cell with its reason; typing there tells the reason and writes nothing."""
    window, piece = opened(qtbot, open_window, scored)
    piece.grid.go(2, COURSE)
    assert piece.model.index(2, COURSE).data() == "取消"
    press(window, "8")
    assert "缺课满 40 学时，达到该课程 120 学时的三分之一" in piece.told.text()
    assert contents_of(office, ScoreSheet) == {}


def test_a_column_is_pasted_whole_or_not(qtbot: Any, open_window: Any, office: Store, scored: Any) -> None:
    """A column from a spreadsheet lies down from the present cell, gaps kept; one faulty cell keeps all out."""
    window, piece = opened(qtbot, open_window, scored)
    control = Qt.KeyboardModifier.ControlModifier
    piece.grid.go(0, USUAL)
    QApplication.clipboard().setText("80\n\n高\n90\n")
    QTest.keyClick(piece.grid.cells, Qt.Key.Key_V, control)
    settle(qtbot, window)
    assert contents_of(office, ScoreSheet) == {}
    assert "“高”" in piece.told.text()
    QApplication.clipboard().setText("80\n\n70\n90\n")
    QTest.keyClick(piece.grid.cells, Qt.Key.Key_V, control)
    settle(qtbot, window)
    one, _two, three, four = scored.trainees
    assert points_of(office, "1") == {one: "80.0", three: "70.0", four: "90.0"}
    QTest.keyClick(window, Qt.Key.Key_Z, control)
    settle(qtbot, window)
    assert contents_of(office, ScoreSheet) == {}


def test_closed_cells_are_left_out_of_a_paste(qtbot: Any, open_window: Any, office: Store, scored: Any) -> None:
    """A value for a cancelled course is left and told, the rest is taken; two decimals are rounded as in a file."""
    window, piece = opened(qtbot, open_window, scored)
    piece.grid.go(0, COURSE)
    QApplication.clipboard().setText("80\n88.55\n75\n90\n")
    QTest.keyClick(piece.grid.cells, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, window)
    one, two, _three, four = scored.trainees
    [sheet] = contents_of(office, ScoreSheet).values()
    assert {line["enrolment"]: line["points"] for line in sheet["scores"]} == {one: "80.0", two: "88.6", four: "90.0"}
    assert "未登记：3 " in piece.told.text()
    assert "88.55 → 88.6" in piece.told.text()


def test_pasted_names_are_matched_in_a_plan(qtbot: Any, open_window: Any, office: Store, scored: Any) -> None:
    """Names with points are matched to the class whatever their order; who is not of it stands in the plan."""
    window, piece = opened(qtbot, open_window, scored)
    names = [each.name for each in piece.model.people]
    piece.grid.go(0, FINAL)
    QApplication.clipboard().setText(f"{names[3]}\t66\n{names[0]}\t77\n查无此人\t88\n")
    QTest.keyClick(piece.grid.cells, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, window)
    assert piece.stack.currentWidget() is piece.stack.plan
    assert "退回修改 1" in piece.stack.plan.counts.text()
    press(window, Qt.Key.Key_Space)
    settle(qtbot, window)
    assert points_of(office, "2") == {scored.trainees[3]: "66.0", scored.trainees[0]: "77.0"}
    assert piece.stack.currentWidget() is not piece.stack.plan


def test_workbook_of_scores_is_planned_and_written(
    qtbot: Any, open_window: Any, office: Store, dialogs: Answers, scored: Any, tmp_path: Path
) -> None:
    """The file of a platform goes into the column in hand after its plan was looked at."""
    window, piece = opened(qtbot, open_window, scored)
    book = Workbook()
    for cells in (("姓名", "成绩"), *((each.name, 80 + n) for n, each in enumerate(piece.model.people))):
        book.active.append(cells)
    book.save(tmp_path / "成绩.xlsx")
    piece.grid.go(0, FINAL)
    dialogs.prepared = [[str(tmp_path / "成绩.xlsx")]]
    piece.import_button.click()
    settle(qtbot, window)
    assert "确认导入 4 人" in piece.stack.plan.confirm_button.text()
    piece.stack.plan.confirm_button.click()
    settle(qtbot, window)
    assert sorted(points_of(office, "2").values()) == ["80.0", "81.0", "82.0", "83.0"]


def test_makeup_is_taken_once_and_the_group_decides(qtbot: Any, open_window: Any, office: Store, scored: Any) -> None:
    """A make-up column appears for what is lost; passed it gives 及格; others' cells are closed; 优 is the group's."""
    window, piece = opened(qtbot, open_window, scored)
    QApplication.clipboard().setText("80\n80\n80\n80\n")
    for column in (USUAL, FINAL):
        piece.grid.go(0, column)
        QTest.keyClick(piece.grid.cells, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
        settle(qtbot, window)
    piece.grid.go(0, COURSE)
    press(window, "80", Qt.Key.Key_Return, "80", Qt.Key.Key_Return)
    piece.grid.go(3, COURSE)
    press(window, "80", Qt.Key.Key_Return)
    settle(qtbot, window)
    makeup = next(n for n, each in enumerate(piece.model.columns, FIRST) if each.is_makeup)
    piece.grid.go(0, makeup)
    press(window, "7")
    assert "不用补考" in piece.told.text()
    piece.grid.go(2, makeup)
    press(window, "75", Qt.Key.Key_Return)
    settle(qtbot, window)
    assert results_of(office, scored.uid)[2].result.grade == "2"
    decision = FIRST + len(piece.model.columns) - 1
    piece.grid.go(1, decision)
    press(window, "y", Qt.Key.Key_Return)
    settle(qtbot, window)
    assert results_of(office, scored.uid)[1].result.grade == "1"
    assert "待补考 0 人" in piece.told.text()


def test_examination_of_a_column_is_kept(qtbot: Any, open_window: Any, office: Store, scored: Any) -> None:
    """Day, room and who decided are kept with the column in hand; a day that is none is told."""
    window, piece = opened(qtbot, open_window, scored)
    piece.grid.go(0, FINAL)
    QTest.keyClicks(piece.exam.fields["date"], "2026-07-32")
    QTest.keyClick(piece.exam.fields["date"], Qt.Key.Key_Return)
    assert "考核日期" in piece.told.text()
    piece.exam.fields["date"].clear()
    QTest.keyClicks(piece.exam.fields["date"], "2026-07-31")
    QTest.keyClick(piece.exam.fields["date"], Qt.Key.Key_Return)
    settle(qtbot, window)
    [sheet] = contents_of(office, ScoreSheet).values()
    assert (sheet["part"], sheet["date"]) == ("2", "2026-07-31")


def test_parts_are_scored_by_details(
    qtbot: Any, open_window: Any, office: Store, dialogs: Answers, scored: Any
) -> None:
    """分项 adds columns; their mean stands in the part, is printed, and what is typed there goes before it."""
    window, piece = opened(qtbot, open_window, scored)
    dialogs.prepared = ["平时分出勤、作业、表现"]
    piece.details_button.click()
    settle(qtbot, window)
    labels = [each.label for each in piece.model.columns]
    assert labels[:4] == ["出勤", "作业", "表现", "平时考核"]
    for column, text in ((FIRST, "90\n80\n70\n60\n"), (FIRST + 1, "81\n80\n70\n60\n")):
        piece.grid.go(0, column)
        QApplication.clipboard().setText(text)
        QTest.keyClick(piece.grid.cells, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
        settle(qtbot, window)
    assert piece.model.index(0, FIRST + 3).data() == "85.5"
    assert "分项平均" in piece.model.index(0, FIRST + 3).data(Qt.ItemDataRole.ToolTipRole)
    headings = [each.title for each in table_of(office, "F17").columns]
    assert "出勤" in headings
    assert "表现" not in headings
    piece.grid.go(0, FIRST + 3)
    press(window, "95", Qt.Key.Key_Return)
    settle(qtbot, window)
    assert str(results_of(office, scored.uid)[0].taken.parts["1"].points) == "95.0"


def test_remark_stands_with_its_score(
    qtbot: Any, open_window: Any, office: Store, dialogs: Answers, scored: Any
) -> None:
    """F6 keeps what the examiner wrote; it is shown with the person, survives another score, and can be taken away."""
    window, piece = opened(qtbot, open_window, scored)
    piece.grid.go(0, FIRST + 1)
    piece.note_button.click()
    assert "先登记成绩" in piece.told.text()
    press(window, "88", Qt.Key.Key_Return)
    settle(qtbot, window)
    for remark in ("论文选题新颖", ""):
        piece.grid.go(0, FIRST + 1)
        dialogs.prepared = [remark]
        piece.note_button.click()
        settle(qtbot, window)
        assert (f"评语：{remark}" in piece.model.sentence(0)) == bool(remark)
        assert piece.model.index(0, FIRST + 1).data() == ("88.0*" if remark else "88.0")
        press(window, "88", Qt.Key.Key_Return)
        settle(qtbot, window)


def test_rules_of_scoring_are_set_in_the_window(
    qtbot: Any, open_window: Any, office: Store, dialogs: Answers, scored: Any
) -> None:
    """评定办法 shows what holds and changes it as one Act; the counts above the grid say it at once."""
    window, piece = opened(qtbot, open_window, scored)

    def answer(dialog: ScoreRulesDialog) -> bool:
        dialog.usual.setValue(30)
        dialog.source.setText("县培训考核办法")
        return True

    dialogs.run = answer
    piece.rules_button.click()
    settle(qtbot, window)
    assert "平时 30% + 结业 70%" in piece.told.text()
