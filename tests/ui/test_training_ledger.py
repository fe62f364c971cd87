"""Everybody's hours against what is asked, entries by hand, exemption and its withdrawal, new teachers."""

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QWidget

from desktop.models import HoursEntry, Teacher
from desktop.store import Store
from desktop.ui.pages.ledger_page import LedgerPage
from desktop.ui.training.ledger_accounts import SHOWN
from tests.builders import add, add_people, contents_of, teacher_content
from tests.builders_training import make_class, score
from tests.ui.conftest import settle


def opened(qtbot: Any, open_window: Any) -> tuple[Any, LedgerPage]:
    window = open_window()
    window.desk.set_year(2026)
    window.open_page("ledger")
    settle(qtbot, window)
    return window, window.pages["ledger"]


def commit(editor: QWidget, text: str) -> None:
    """Type as an input method does: the characters come all at once."""
    event = QInputMethodEvent()
    event.setCommitString(text)
    QApplication.sendEvent(editor, event)


def judgement(page: LedgerPage, name: str) -> str:
    return next(each.account.judgement for each in page.model.rows if each.name == name)


def show(page: LedgerPage, word: str) -> list[str]:
    page.shown.setCurrentIndex([each.word for each in SHOWN].index(word))
    page.shown.activated.emit(page.shown.currentIndex())
    return [each.name for each in page.model.rows]


def test_class_passed_and_entry_by_hand_add_up(qtbot: Any, open_window: Any, office: Store) -> None:
    """60 hours of a class passed and 12 typed here reach the 72 of a year; the class is told to have no form."""
    made = make_class(office, people=2, class_hours="60.0")
    score(office, made, "2", ["80.0", "50.0"])
    window, page = opened(qtbot, open_window)
    tester = QAbstractItemModelTester(page.model, QAbstractItemModelTester.FailureReportingMode.Warning)
    names = {uid: each["name"] for uid, each in contents_of(office, Teacher).items()}
    passed, failed = (names[uid] for uid in made.teachers)
    assert judgement(page, passed) == "缺12学时"
    assert judgement(page, failed) == "缺72学时"
    commit(page.search, passed)
    assert [each.name for each in page.model.rows] == [passed]
    settle(qtbot, window)
    page.account.activities.selectRow(0)
    page.account.open_entry()
    assert not page.beside.is_open
    QTest.keyClick(window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    cells = page.beside.form.sections.cells
    for name, text in (("activity", "校本研修"), ("kind", "校本研修"), ("hours", "12")):
        cells[name].editor.setFocus()
        commit(cells[name].editor, text)
    QTest.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, window)
    [entry] = contents_of(office, HoursEntry).values()
    assert (entry["teacher"], entry["year"], entry["hours"]) == (made.teachers[0], 2026, "12.0")
    assert judgement(page, passed) == "已达到"
    assert tester.model() is page.model


def test_exemption_goes_with_the_grade(qtbot: Any, open_window: Any, office: Store) -> None:
    """优秀 exempts the year, 不合格 takes the exemption back; the same entry is opened again, not a second one."""
    [teacher] = add_people(office, 1)
    name = contents_of(office, Teacher)[teacher]["name"]
    window, page = opened(qtbot, open_window)
    page.exempt_button.click()
    settle(qtbot, window)
    grade = page.beside.form.sections.cells["grade"]
    grade.editor.setFocus()
    commit(grade.editor, "优秀")
    QTest.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, window)
    assert "视为合格" in judgement(page, name)
    assert show(page, "考核合格免修") == [name]
    page.exempt_button.click()
    settle(qtbot, window)
    grade.editor.clear()
    commit(grade.editor, "不合格")
    QTest.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, window)
    assert len(contents_of(office, HoursEntry)) == 1
    assert show(page, "年度未达到") == [name]


def test_new_teachers_are_asked_for_120_hours(qtbot: Any, open_window: Any, office: Store) -> None:
    """Who began in September 2025 is in probation in 2026 and lacks what two years have not given; others are not."""
    fresh = add(office, Teacher, teacher_content(1, work_start_month="2025-09", teaching_start_month="2025-09"))
    add(office, Teacher, teacher_content(2, work_start_month="2001-09", teaching_start_month="2001-09"))
    for year, hours in ((2025, "50.0"), (2026, "40.0")):
        entry = {"teacher": fresh, "year": year, "activity": f"岗前培训{year}", "kind": "1", "hours": hours}
        add(office, HoursEntry, entry)
    _window, page = opened(qtbot, open_window)
    [name] = show(page, "新任教师未达到")
    assert name == contents_of(office, Teacher)[fresh]["name"]
    assert page.model.texts(page.model.rows[0])[10] == "缺 30"
    assert "试用期（2025-09 至 2026-08）90 学时，尚缺 30" in page.account.sentence.text()


def test_ledger_prints_the_person_chosen(qtbot: Any, open_window: Any, office: Store) -> None:
    """学时证明 opens the preview of the person in front."""
    [teacher] = add_people(office, 1)
    entry = {"teacher": teacher, "year": 2026, "activity": "国培计划", "kind": "1", "hours": "80.0"}
    add(office, HoursEntry, entry)
    window, page = opened(qtbot, open_window)
    page.print_statement()
    settle(qtbot, window)
    document = window.pages["reports"].sheets.prepared.filled.document
    assert document.title == "2026年度继续教育学时证明"
