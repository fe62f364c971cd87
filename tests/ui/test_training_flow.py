"""A training from its plan to the district, clicked and typed through the pages in the order of the clerk's work."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QDate, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel

from desktop.exchange.cards import confirm_card, own_card, trust_parent
from desktop.models import (
    Appointment,
    Certificate,
    Cohort,
    Course,
    Employment,
    Enrolment,
    Programme,
    School,
    ScoreSheet,
    SignInSheet,
    Teacher,
    TrainingClass,
    TrainingSession,
)
from desktop.queries.policies import Policies
from desktop.queries.training.classes import sheet_of
from desktop.queries.training.ledger import ledgers
from desktop.queries.training.results import class_results
from desktop.rules.absence import Mark
from desktop.services.backups import load_identity
from desktop.store import Store
from desktop.ui.desk import Desk
from desktop.ui.paper.sheet_wish import SheetWish
from desktop.ui.training.approval import ExpertDialog
from desktop.ui.training.day_dialog import DayDialog
from desktop.ui.training.score_model import FIRST
from desktop.ui.window import MainWindow
from tests.builders import add, add_all, contents_of, make_office, school_content, teacher_content
from tests.ui.conftest import Answers, settle

CTRL = Qt.KeyboardModifier.ControlModifier
PEOPLE = 46


@pytest.fixture
def city(tmp_path: Path) -> Iterator[Store]:
    store = make_office(tmp_path / "city", name="云州市教育委员会", code="509900", rank="city")
    yield store
    store.close()


class Clerk:
    """Types into the pages of one window and waits for what comes of it."""

    def __init__(self, qtbot: Any, window: MainWindow) -> None:
        self.qtbot, self.window = qtbot, window

    def settle(self) -> None:
        settle(self.qtbot, self.window)

    def fill(self, form: Any, **texts: str) -> None:
        """Type ASCII; what is Chinese is put as an input method would."""
        for name, text in texts.items():
            editor = form.sections.cells[name].editor
            editor.setFocus()
            if text.isascii():
                editor.selectAll()
                self.qtbot.keyClicks(editor, text)
            else:
                editor.set_text(text)
                editor.edited.emit()
            if hasattr(editor, "suggestions"):
                editor.suggestions.hide()
        self.settle()
        self.qtbot.keyClick(editor, Qt.Key.Key_S, CTRL)
        self.settle()
        assert not form.is_dirty, [each.text() for each in form.findChildren(type(form.state)) if each.text()]

    def tab(self, title: str) -> Any:
        piece = self.window.pages["training"].class_desk.open(title)  # type: ignore[attr-defined]
        self.settle()
        piece.focus_first()
        self.settle()
        return piece

    def keys(self, *keys: Any) -> None:
        for key in keys:
            for each in key if isinstance(key, str) else (key,):
                QTest.keyClick(self.window.focusWidget(), each)
        self.settle()


def test_plan_to_district(
    qtbot: Any, open_window: Any, office: Store, city: Store, dialogs: Answers, tmp_path: Path
) -> None:
    """Plan, class, 46 people of the roster, sheet, absences, scores, a make-up, certificates, hours, district."""
    school = add(office, School, school_content())
    teachers = add_all(office, Teacher, [teacher_content(number) for number in range(1, PEOPLE + 1)])
    add_all(
        office, Employment, [{"teacher": each, "school": school, "kind": "1", "start": "2001-09"} for each in teachers]
    )
    cohort = add(office, Cohort, {"tier": "2", "doc_no": "云州教发〔2024〕3号", "issue_date": "2024-03-15"})
    appointment = {"cohort": cohort, "tier": "2", "recognized_on": "2024-03-15"}
    add_all(office, Appointment, [{**appointment, "teacher": each} for each in teachers])
    trust_parent(office, own_card(city, load_identity(city.folder)), "王")
    confirm_card(city, own_card(office, load_identity(office.folder)), "李")
    window = open_window()
    window.desk.set_year(2026)
    clerk = Clerk(qtbot, window)

    window.open_page("plan")
    clerk.settle()
    plan: Any = window.pages["plan"]
    plan.new()
    clerk.settle()
    clerk.fill(plan.pieces.front.form, name="P1", kind="骨干教师培训", level="区县级", hours="24")
    plan.pieces.open("班级").new_class()
    clerk.settle()
    clerk.fill(
        clerk.tab("班级概况").form, name="C1", code="C1", start="2026-07-06", end="2026-07-10", hours="24", quota="50"
    )
    [programme] = contents_of(office, Programme)
    [(uid, content)] = contents_of(office, TrainingClass).items()
    assert content["programme"] == programme

    courses = clerk.tab("课程")
    for name, hours in (("A1", "12"), ("B1", "12")):
        courses.new()
        clerk.settle()
        clerk.fill(courses.form, name=name, hours=hours, part="专业知识与技能", is_graded="是", syllabus="xx")
    assert "课程合计 24 学时，培训学时 24" in courses.sums.sums.text()

    week = clerk.tab("课次")
    for _session in range(6):
        clerk.keys(Qt.Key.Key_Return)
        week.beside.form.sections.cells["course"].editor.suggestions.hide()
        qtbot.keyClick(week.beside.form.sections.cells["course"].editor, Qt.Key.Key_S, CTRL)
        clerk.settle()
        qtbot.keyClick(week.beside.form.sections.cells["course"].editor, Qt.Key.Key_Escape)
        clerk.settle()
        clerk.keys(Qt.Key.Key_Right)
    sessions = sorted(contents_of(office, TrainingSession).items(), key=lambda pair: pair[1]["date"])
    assert [each["date"][-2:] for _uid, each in sessions] == ["06", "07", "08", "09", "10", "11"]
    assert "全班已排 24/24 学时" in week.said.hours.text()

    experts = iter((("W1", False), ("W2", True)))

    def answer(dialog: QDialog) -> bool:
        if isinstance(dialog, ExpertDialog):
            name, outside = next(experts)
            dialog.name.setText("王内" if name == "W1" else "李外")
            dialog.outside.setChecked(outside)
            dialog.day.setText("2026-06-18")
        if isinstance(dialog, DayDialog):
            dialog.field.setDate(QDate(2026, 6, 20))
        return True

    dialogs.run = answer
    approval = clerk.tab("计划论证")
    for step in (approval.add, approval.add, approval.approve, approval.issue):
        step()
        clerk.settle()
    assert "日程表 2026-06-20 下发" in approval.state.text()

    trainees = clerk.tab("学员")
    trainees.enrol()
    clerk.settle()
    trainees.panel.roster.table.setFocus()
    trainees.panel.roster.table.selectAll()
    clerk.settle()
    assert f"将报名 {PEOPLE} 人" in trainees.panel.said.text()
    qtbot.keyClick(trainees.panel.roster.table, Qt.Key.Key_Return, CTRL)
    clerk.settle()
    assert len(contents_of(office, Enrolment)) == PEOPLE

    window.desk.go("reports", SheetWish("F14", {"class": uid, "session": sessions[0][0]}))
    clerk.settle()
    dialogs.prepared = [str(tmp_path / "签到表.pdf")]
    window.pages["reports"].save()  # type: ignore[attr-defined]
    clerk.settle()
    assert (tmp_path / "签到表.pdf").stat().st_size > 1000
    [printed] = contents_of(office, SignInSheet).values()
    assert (len(printed["marks"]), "printed_on" in printed) == (PEOPLE, True)

    window.open_page("training", uid)
    clerk.settle()
    clerk.tab("签到与缺勤")
    for line in ("3 17", "0", "0", "0", "0", "0"):
        clerk.keys(line, Qt.Key.Key_Return)
    with office.read() as reading:
        first = sheet_of(reading, sessions[0][0])
    assert first is not None
    assert [each["row"] for each in first.content["marks"] if each["mark"] == Mark.PENDING] == [3, 17]
    assert "printed_on" in first.content

    scores = clerk.tab("成绩")
    everybody = ["90"] * PEOPLE
    present = ["" if row in (3, 17) else "90" for row in range(1, PEOPLE + 1)]
    for place, points in enumerate((everybody, everybody, present, everybody)):
        scores.grid.go(0, FIRST + place)
        QApplication.clipboard().setText("\n".join(points) + "\n")
        qtbot.keyClick(scores.grid.cells, Qt.Key.Key_V, CTRL)
        clerk.settle()
    assert [each.result.is_entitled for each in results(office, uid)[:4]] == [True, True, False, True]
    makeup = next(n for n, each in enumerate(scores.model.columns, FIRST) if each.is_makeup)
    scores.grid.go(2, makeup)
    clerk.keys("75", Qt.Key.Key_Return)
    entitled = [each.result.is_entitled for each in results(office, uid)]
    assert (sum(entitled), entitled[2], entitled[16]) == (PEOPLE - 1, True, False)

    certificates = clerk.tab("证书")
    certificates.issue_button.click()
    clerk.settle()
    assert len(contents_of(office, Certificate)) == PEOPLE - 1
    with office.read() as reading:
        hours = ledgers(reading, Policies(reading), 2026, teachers)
    of_class = {contents_of(office, Enrolment)[each.uid]["teacher"]: each for each in results(office, uid)}
    assert {hours[who].account.year.counted for who, each in of_class.items() if each.result.is_entitled} == {240}
    assert {hours[who].account.year.counted for who, each in of_class.items() if not each.result.is_entitled} == {0}

    window.open_page("ledger")
    clerk.settle()
    ledger: Any = window.pages["ledger"]
    lines = [ledger.model.texts(line) for line in ledger.model.rows]
    assert sum("24" in cells for cells in lines) == PEOPLE - 1
    window.open_page("statistics")
    clerk.settle()
    figures: Any = window.pages["statistics"].figures  # type: ignore[attr-defined]
    told = " ".join(each.text() for each in figures.findChildren(QLabel))
    assert f"合格率：{PEOPLE - 1}/{PEOPLE}（参考）" in told

    drive = tmp_path / "U盘"
    drive.mkdir()
    window.open_page("packages")
    clerk.settle()
    dialogs.prepared = [str(drive)]
    window.pages["packages"].send.write()  # type: ignore[attr-defined]
    clerk.settle()
    [package] = drive.glob("*.cpkg")
    shown = take_in(qtbot, city, dialogs, package)
    assert f"合格率：{PEOPLE - 1}/{PEOPLE}（参考）" in shown
    for entity in (Programme, TrainingClass, Course, TrainingSession, Enrolment, SignInSheet, ScoreSheet, Certificate):
        assert contents_of(city, entity) == contents_of(office, entity), entity.label


def results(store: Store, uid: str) -> list[Any]:
    with store.read() as session:
        return class_results(session, Policies(session), uid).trainees


def take_in(qtbot: Any, city: Store, dialogs: Answers, package: Path) -> str:
    """The city looks at the plan of the package and merges it; what its own page of statistics says then."""
    upper = MainWindow(Desk(city, dialogs))
    upper.desk.set_year(2026)
    upper.show()
    upper.open_page("packages", package)
    settle(qtbot, upper)
    upper.pages["packages"].receive.merging.merge()  # type: ignore[attr-defined]
    settle(qtbot, upper)
    upper.open_page("statistics")
    settle(qtbot, upper)
    figures: Any = upper.pages["statistics"].figures  # type: ignore[attr-defined]
    shown = " ".join(each.text() for each in figures.findChildren(QLabel))
    upper.desk.jobs.stop()
    city.changed.clear()
    upper.hide()
    upper.deleteLater()
    return shown
