"""The week of a class: sessions dragged and moved by keys, edited, cancelled; clashes in sentences; history kept."""

from datetime import date
from typing import Any

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QDragMoveEvent, QDropEvent

from desktop.models import TrainingClass, TrainingSession
from desktop.services.records import save
from desktop.store import Store
from desktop.store.records import load
from desktop.ui.training.sessions import SessionsPiece
from desktop.ui.window import MainWindow
from tests.builders import add, class_content, contents_of, session_content
from tests.builders_training import MadeClass, make_class, mark_all
from tests.ui.conftest import Answers, settle

ALT, CTRL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier


def made(office: Store, **values: object) -> MadeClass:
    """A class from Monday 6 July 2026 with a session in the morning of the first two days of July's builders."""
    return make_class(
        office,
        courses=(("课程标准解读", "12.0"), ("实践", "8.0")),
        hours=((0, "4.0"), (1, "4.0")),
        people=2,
        name="数学一班",
        class_hours="20.0",
        start="2026-07-01",
        end="2026-07-31",
        **values,
    )


def open_week(qtbot: Any, window: MainWindow, uid: str) -> SessionsPiece:
    window.open_page("training", uid)
    settle(qtbot, window)
    page = window.pages["training"]
    piece = page.class_desk.open("课次")  # type: ignore[attr-defined]
    settle(qtbot, window)
    assert isinstance(piece, SessionsPiece)
    piece.focus_first()
    return piece


def times(office: Store) -> list[tuple[str, str, str]]:
    found = contents_of(office, TrainingSession).values()
    return sorted((each["date"], each["half"], each.get("state", "1")) for each in found)


def test_week_opens_where_the_class_is(qtbot: Any, qtmodeltester: Any, open_window: Any, office: Store) -> None:
    """The week of the first session is shown with its number, hours of the week and of the whole class."""
    uid = made(office).uid
    piece = open_week(qtbot, open_window(), uid)
    qtmodeltester.check(piece.view.week)
    assert piece.monday.isoformat() == "2026-06-29"
    assert "第 1 周" in piece.place.text()
    assert "本周 8 学时，全班已排 8/20 学时" in piece.said.hours.text()
    assert "课程标准解读还差 8 学时" in piece.said.hours.text()


def test_session_is_moved_by_keys_and_taken_back(qtbot: Any, open_window: Any, office: Store) -> None:
    """Alt with arrows brings the session at the keyboard to another half-day as one Act that Ctrl+Z takes back."""
    one = made(office)
    window = open_window()
    piece = open_week(qtbot, window, one.uid)
    before = times(office)
    qtbot.keyClick(piece.view, Qt.Key.Key_Down, ALT)
    settle(qtbot, window)
    qtbot.keyClick(piece.view, Qt.Key.Key_Right, ALT)
    settle(qtbot, window)
    moved = times(office)
    assert moved[0] == before[1]
    assert moved[1][:2] == (before[1][0], "2")
    assert piece.view.entry() is not None
    window.undo()
    settle(qtbot, window)
    window.undo()
    settle(qtbot, window)
    assert times(office) == before


def test_session_is_dragged_to_another_half_day(qtbot: Any, open_window: Any, office: Store) -> None:
    """Dropping a card on a half-day holds the session there; nothing is lost from the cell it came from."""
    one = made(office)
    window = open_window()
    piece = open_week(qtbot, window, one.uid)
    view, start = piece.view, piece.view.currentIndex()
    data = view.week.mimeData([start])
    target = view.visualRect(view.week.index(1, 4)).center()
    event = QDropEvent(
        QPointF(target), Qt.DropAction.MoveAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    view.dropEvent(event)  # a drag of the system cannot be begun without a mouse
    settle(qtbot, window)
    assert (view.week.day(4).isoformat(), "2", "1") in times(office)
    assert len(times(office)) == 2


def test_clash_is_told_before_the_drop_and_other_classes_lie_over_the_week(
    qtbot: Any, open_window: Any, office: Store
) -> None:
    """While a card is dragged the half-day in which its teacher is busy says with which class; others are shown."""
    one = made(office)
    busy = {"teacher": "周老师", "date": "2026-07-03", "half": "2"}
    with office.write("排课") as session:
        save(session, TrainingSession, {"teacher": "周老师"}, uid=one.sessions[0])
    other = add(office, TrainingClass, class_content(name="语文班", start="2026-07-01", end="2026-07-05"))
    add(office, TrainingSession, session_content(other, **busy))
    window = open_window()
    piece = open_week(qtbot, window, one.uid)
    view, told = piece.view, []
    view.hovered.connect(told.append)
    view.mark(one.sessions[0])
    for day in ("2026-07-03", "2026-07-04"):
        target = QPointF(view.visualRect(view.week.place_of((day, "2"))).center()).toPoint()
        data = view.week.mimeData([view.currentIndex()])
        view.dragMoveEvent(
            QDragMoveEvent(
                target, Qt.DropAction.MoveAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
            )
        )
    assert told == ["2026-07-03下午：授课教师周老师这时已在“语文班”上课", "2026-07-04下午：没有冲突"]
    assert piece.said.clashes.text() == told[1]
    assert "周老师" in view.week.place_of(("2026-07-03", "2")).data()
    view.mark("")
    assert view.week.place_of(("2026-07-03", "2")).data() == ""
    piece.others.setCurrentIndex(piece.others.findData("语文班"))
    piece.others.activated.emit(piece.others.currentIndex())
    assert view.week.place_of(("2026-07-03", "2")).data().startswith("其他班：语文班")
    piece.refresh()
    settle(qtbot, window)
    assert piece.others.currentData() == "语文班"


def test_move_of_an_issued_schedule_keeps_the_old_session(
    qtbot: Any, open_window: Any, office: Store, dialogs: Answers
) -> None:
    """Once the schedule went out a move asks for its reason; the old session stays, struck through, naming the new."""
    one = made(office, schedule_issued_on="2026-06-20")
    window = open_window()
    piece = open_week(qtbot, window, one.uid)
    before = times(office)
    qtbot.keyClick(piece.view, Qt.Key.Key_Down, ALT)
    settle(qtbot, window)
    assert times(office) == before
    dialogs.prepared = ["主讲人生病"]
    qtbot.keyClick(piece.view, Qt.Key.Key_Down, ALT)
    settle(qtbot, window)
    day = before[0][0]
    assert times(office)[:2] == [(day, "1", "2"), (day, "2", "1")]
    told = piece.view.week.index(0, piece.view.currentIndex().column()).data()
    assert f"已调到 {day}下午（主讲人生病）" in told


def test_cancelled_session_stays_with_its_reason(qtbot: Any, open_window: Any, office: Store, dialogs: Answers) -> None:
    """Delete on an issued schedule cancels with a reason; on a draft it deletes after a question."""
    one = made(office, schedule_issued_on="2026-06-20")
    window = open_window()
    piece = open_week(qtbot, window, one.uid)
    dialogs.prepared = ["场地停电"]
    qtbot.keyClick(piece.view, Qt.Key.Key_Delete)
    settle(qtbot, window)
    assert [state for _day, _half, state in times(office)] == ["3", "1"]
    assert "场地停电" in piece.view.currentIndex().data()
    two = made(office)
    piece = open_week(qtbot, window, two.uid)
    dialogs.prepared = ["删除"]
    qtbot.keyClick(piece.view, Qt.Key.Key_Delete)
    settle(qtbot, window)
    with office.read() as session:
        left = [each for each in load(session, TrainingSession).values() if each.content["training_class"] == two.uid]
    assert len(left) == 1


def test_clash_is_named_in_a_sentence(qtbot: Any, open_window: Any, office: Store) -> None:
    """One teacher in two classes at one time is told under the week and on the card."""
    one = made(office)
    other = made(office)
    with office.write("主讲人") as session:
        for uid in (one.sessions[0], other.sessions[0]):
            save(session, TrainingSession, {"teacher": "王芳"}, uid=uid)
    piece = open_week(qtbot, open_window(), one.uid)
    assert "授课教师王芳" in piece.said.clashes.text()
    assert "同时在" in piece.said.clashes.text()
    assert "王芳" in piece.view.currentIndex().data()


def test_part_hours_are_asked_about_when_a_session_is_resized(
    qtbot: Any, open_window: Any, office: Store, dialogs: Answers
) -> None:
    """Who missed three of four hours is named when the session has two, and stays among what is to be mended."""
    one = made(office)
    mark_all(office, one, [[("5", "3.0"), ("1", None)], [("1", None)] * 2])
    window = open_window()
    piece = open_week(qtbot, window, one.uid)
    qtbot.keyClick(piece.view, Qt.Key.Key_Return)
    settle(qtbot, window)
    hours = piece.beside.form.sections.cells["hours"].editor
    hours.set_text("2")
    qtbot.keyClick(hours, Qt.Key.Key_S, CTRL)
    settle(qtbot, window)
    assert "由 4 学时改为 2 学时" in dialogs.asked[-1].text
    assert dialogs.asked[-1].text.endswith("教师乙 3 学时")
    assert "教师乙 2026-07-01上午登记缺课 3 学时，多于该课次的 2 学时" in piece.said.clashes.text()


def test_new_session_proposes_what_is_left_to_plan(qtbot: Any, open_window: Any, office: Store) -> None:
    """Enter in an empty half-day opens a form with its day, the first course with hours left, a half-day's hours."""
    one = made(office)
    window = open_window()
    piece = open_week(qtbot, window, one.uid)
    qtbot.keyClick(piece.view, Qt.Key.Key_Right)
    qtbot.keyClick(piece.view, Qt.Key.Key_Right)
    assert piece.view.entry() is None
    qtbot.keyClick(piece.view, Qt.Key.Key_Return)
    settle(qtbot, window)
    cells = piece.beside.form.sections.cells
    assert cells["course"].editor.text() == "课程标准解读"
    assert cells["hours"].editor.text() == "4.0"
    qtbot.keyClick(cells["course"].editor, Qt.Key.Key_S, CTRL)
    settle(qtbot, window)
    assert len(times(office)) == 3
    assert "全班已排 12/20" in piece.said.hours.text()
    assert piece.view.entry() is not None
    qtbot.keyClick(cells["course"].editor, Qt.Key.Key_Escape)
    assert not piece.beside.is_open
    assert piece.view.hasFocus()


def test_weeks_are_turned(qtbot: Any, open_window: Any, office: Store) -> None:
    """PgDn and PgUp turn the week; Home goes back to the first."""
    uid = made(office).uid
    piece = open_week(qtbot, open_window(), uid)
    first = piece.monday
    qtbot.keyClick(piece.view, Qt.Key.Key_PageDown)
    qtbot.keyClick(piece.view, Qt.Key.Key_PageDown)
    assert (piece.monday - first).days == 14
    qtbot.keyClick(piece.view, Qt.Key.Key_PageUp)
    assert (piece.monday - first).days == 7
    qtbot.keyClick(piece.view, Qt.Key.Key_Home)
    assert piece.monday == first


def test_class_without_days_has_a_week(qtbot: Any, open_window: Any, office: Store) -> None:
    """A class that has neither days nor courses opens on the present week, and Insert offers a half-day."""
    uid = add(office, TrainingClass, {"name": "未定班"})
    window = open_window()
    piece = open_week(qtbot, window, uid)
    assert piece.said.clashes.isHidden()
    piece.new()
    assert piece.beside.form.sections.cells["hours"].editor.text() == "4.0"


def test_courses_are_laid_over_the_free_half_days(
    qtbot: Any, open_window: Any, office: Store, dialogs: Answers
) -> None:
    """What is not planned fills mornings and afternoons in order, as one Act; too little room is told."""
    one = made(office)
    window = open_window()
    piece = open_week(qtbot, window, one.uid)
    piece.lay_out()
    settle(qtbot, window)
    assert times(office) == [
        ("2026-07-01", "1", "1"),
        ("2026-07-01", "2", "1"),
        ("2026-07-02", "1", "1"),
        ("2026-07-02", "2", "1"),
        ("2026-07-03", "1", "1"),
    ]
    assert "全班已排 20/20 学时" in piece.said.hours.text()
    piece.lay_out()
    settle(qtbot, window)
    assert "没有还要排的学时" in dialogs.asked[-1].text
    dialogs.prepared = ["撤销"]
    window.undo()
    settle(qtbot, window)
    assert len(times(office)) == 2
    with office.write("缩短") as session:
        save(session, TrainingClass, {"end": "2026-07-02"}, uid=one.uid)
    settle(qtbot, window)
    piece.lay_out()
    settle(qtbot, window)
    assert "空闲半天只有 2 个，还有 4 学时排不下" in dialogs.asked[-1].text
    assert len(times(office)) == 2


def test_week_follows_the_class_to_other_days(qtbot: Any, open_window: Any, office: Store) -> None:
    """A class without sessions that begins later is shown where it begins, and so are sessions laid over it."""
    one = make_class(office, courses=(("班级管理", "12.0"),), start="2026-07-01", end="2026-07-03")
    window = open_window()
    piece = open_week(qtbot, window, one.uid)
    assert piece.monday == date(2026, 6, 29)
    with office.write("改期") as session:
        save(session, TrainingClass, {"start": "2026-08-03", "end": "2026-08-21"}, uid=one.uid)
    settle(qtbot, window)
    assert piece.monday == date(2026, 8, 3)
    piece.turn(2)
    piece.lay_out()
    settle(qtbot, window)
    assert piece.monday == date(2026, 8, 3)
