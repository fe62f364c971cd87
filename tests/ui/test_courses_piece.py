"""The courses of a class: made by keys, their sum told while one types, brought into order."""

from typing import Any

from PySide6.QtCore import Qt

from desktop.models import Course, Programme
from desktop.services.drafts import Typed, keep_draft
from desktop.store import Store
from desktop.ui.training.courses import CoursesPiece
from desktop.ui.window import MainWindow
from tests.builders import add, contents_of
from tests.builders_training import make_class
from tests.ui.conftest import Answers, settle

CTRL = Qt.KeyboardModifier.ControlModifier


def open_courses(qtbot: Any, window: MainWindow, uid: str) -> CoursesPiece:
    window.open_page("training", uid)
    settle(qtbot, window)
    piece = window.pages["training"].class_desk.open("课程")  # type: ignore[attr-defined]
    settle(qtbot, window)
    assert isinstance(piece, CoursesPiece)
    return piece


def vocational(office: Store) -> str:
    """A national class for vocational schools of 260 hours with 52 and 78 of its 260 planned."""
    programme = add(office, Programme, {"name": "中职骨干", "year": 2026, "kind": "11", "level": "1"})
    uid = make_class(office, courses=(("教育理论", "52.0"),), programme=programme).uid
    add(office, Course, {"training_class": uid, "order": 2, "name": "专业技能", "hours": "78.0", "part": "2"})
    return uid


def test_sum_and_split_are_told_while_one_types(qtbot: Any, open_window: Any, office: Store) -> None:
    """The sum and the shares of 20/30/50 follow each key in the form, before anything is saved (TR-3, TR-4)."""
    uid = vocational(office)
    window = open_window()
    piece = open_courses(qtbot, window, uid)
    assert "课程合计 130 学时，培训学时 260　✓ 规定不少于 260" in piece.sums.sums.text()
    assert "✗ 企业实践活动 0 学时" in piece.sums.sums.text()
    piece.new()
    cells = piece.form.sections.cells
    qtbot.keyClicks(cells["name"].editor, "X")
    qtbot.keyClicks(cells["hours"].editor, "130")
    cells["part"].editor.setFocus()
    cells["part"].editor.set_text("企业实践活动")
    cells["part"].editor.edited.emit()
    qtbot.wait(200)
    settle(qtbot, window)
    assert "课程合计 260 学时" in piece.sums.sums.text()
    assert "✓ 企业实践活动 130 学时（50.0%，应约 130）" in piece.sums.sums.text()
    assert len(contents_of(office, Course)) == 2
    qtbot.keyClick(cells["name"].editor, Qt.Key.Key_S, CTRL)
    settle(qtbot, window)
    assert [each["order"] for each in contents_of(office, Course).values()] == [1, 2, 3]
    assert piece.current == piece.beside.uid
    assert piece.form.name.text() == "X"


def test_courses_are_brought_into_order(qtbot: Any, qtmodeltester: Any, open_window: Any, office: Store) -> None:
    """Alt+Down brings the course one place down, as one Act; the line goes with it."""
    uid = vocational(office)
    window = open_window()
    piece = open_courses(qtbot, window, uid)
    qtmodeltester.check(piece.table.rows)
    first = piece.current
    piece.shift(1)
    settle(qtbot, window)
    assert piece.current == first
    assert [row.texts[1] for row in piece.table.rows.rows] == ["专业技能", "教育理论"]
    window.undo()
    settle(qtbot, window)


def test_course_of_no_hours_is_refused_in_a_sentence(qtbot: Any, open_window: Any, office: Store) -> None:
    """0 hours are told under the field, in sight of its whole; the course is not saved and the typing stays."""
    uid = make_class(office).uid
    window = open_window()
    piece = open_courses(qtbot, window, uid)
    cells = piece.form.sections.cells
    cells["hours"].editor.selectAll()
    qtbot.keyClicks(cells["hours"].editor, "0")
    qtbot.keyClick(cells["hours"].editor, Qt.Key.Key_S, CTRL)
    settle(qtbot, window)
    assert "是 0" in cells["hours"].problem.text()
    sentence = cells["hours"].problem
    assert sentence.height() >= sentence.heightForWidth(sentence.width())
    assert not sentence.geometry().intersects(cells["hours"].editor.geometry())
    assert [each["hours"] for each in contents_of(office, Course).values()] == ["120.0"]
    assert cells["hours"].editor.text() == "0.0"


def test_draft_of_a_course_waits_in_its_form(qtbot: Any, open_window: Any, office: Store, dialogs: Answers) -> None:
    """What was typed into a course before the program ended is offered, and stands in the form of that course."""
    made = make_class(office, people=0)
    keep_draft(office, "王主任", Typed("courses", made.courses[0], {"teacher": "LI"}, {}))
    dialogs.prepared = ["继续填写"]
    window = open_window()
    window.desk.set_operator("王主任")
    settle(qtbot, window)
    assert window.current == "training"
    piece = open_courses(qtbot, window, made.uid)
    assert piece.form.sections.cells["teacher"].editor.text() == "LI"
    assert piece.form.is_dirty
