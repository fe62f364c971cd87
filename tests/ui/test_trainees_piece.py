"""The trainees of a class: enrolled from roster, list and spreadsheet; walk-ins linked; late joining, withdrawal."""

from pathlib import Path
from typing import Any

from openpyxl import Workbook
from PySide6.QtCore import QDate, Qt
from PySide6.QtWidgets import QDialog

from desktop.models import Enrolment, SignInSheet, Teacher
from desktop.services.training.enrolling import enrol_walk_in
from desktop.store import Store
from desktop.ui.training.day_dialog import DayDialog
from desktop.ui.training.seats_dialog import SeatsDialog
from desktop.ui.training.trainees import TraineesPiece
from desktop.ui.window import MainWindow
from tests.builders import add_all, contents_of, teacher_content
from tests.builders_training import MadeClass, make_class, mark_all
from tests.ui.conftest import Answers, settle

CTRL = Qt.KeyboardModifier.ControlModifier


def open_trainees(qtbot: Any, window: MainWindow, made: MadeClass) -> TraineesPiece:
    window.open_page("training", made.uid)
    settle(qtbot, window)
    piece = window.pages["training"].class_desk.open("学员")  # type: ignore[attr-defined]
    settle(qtbot, window)
    assert isinstance(piece, TraineesPiece)
    piece.focus_first()
    return piece


def enrolled(office: Store, made: MadeClass) -> list[dict[str, Any]]:
    found = [each for each in contents_of(office, Enrolment).values() if each["training_class"] == made.uid]
    return sorted(found, key=lambda each: each["number"])


def test_people_are_enrolled_from_the_roster(qtbot: Any, qtmodeltester: Any, open_window: Any, office: Store) -> None:
    """Insert, a filter, Ctrl+A, Ctrl+Enter: who is new comes behind the others, who is there comes no second time."""
    made = make_class(office, people=2, quota=3)
    add_all(office, Teacher, [teacher_content(number) for number in range(3, 6)])
    window = open_window()
    piece = open_trainees(qtbot, window, made)
    qtmodeltester.check(piece.table.rows)
    piece.enrol()
    settle(qtbot, window)
    piece.panel.roster.table.selectAll()
    settle(qtbot, window)
    assert "将报名 3 人" in piece.panel.said.text()
    assert "已是本班学员，不重复报名" in piece.panel.said.text()
    assert "超过计划人数 3 人，多 2 人" in piece.panel.said.text()
    qtbot.keyClick(piece.panel.roster.table, Qt.Key.Key_Return, CTRL)
    settle(qtbot, window)
    assert [each["number"] for each in enrolled(office, made)] == [1, 2, 3, 4, 5]
    assert piece.stack.currentIndex() == 0
    assert piece.table.rows.rowCount() == 5
    window.desk.dialogs.prepared = ["撤销"]
    window.undo()
    settle(qtbot, window)
    assert len(enrolled(office, made)) == 2


def test_second_click_writes_nothing(qtbot: Any, open_window: Any, office: Store) -> None:
    """What is begun again while it is being written is written once; what is scanned in a row is each written."""
    made = make_class(office, people=2)
    window = open_window()
    piece = open_trainees(qtbot, window, made)
    written: list[str] = []
    with office.write("别处在写"):
        for _ in range(2):
            piece.write("发放结业证书", lambda _session: written.append("certificate"))
        for name in ("张伟", "张伟"):
            piece.write("扫码签到", lambda _session, name=name: written.append(name), once=False)  # type: ignore[misc]
    settle(qtbot, window)
    assert sorted(written) == ["certificate", "张伟", "张伟"]


def test_overlapping_class_is_named_before_enrolling(qtbot: Any, open_window: Any, office: Store) -> None:
    """Who is in another class on the same days is told with that class, and stays marked in the list."""
    days = {"start": "2026-07-01", "end": "2026-07-10"}
    other = make_class(office, people=1, name="语文班", **days)
    made = make_class(office, people=1, name="数学班", **days)
    window = open_window()
    piece = open_trainees(qtbot, window, made)
    piece.enrol()
    settle(qtbot, window)
    table = piece.panel.roster.table
    table.select_line(piece.panel.roster.model.line_of(other.teachers[0]))
    settle(qtbot, window)
    assert "已在“语文班”（2026-07-01 至 2026-07-10），与本班时间重叠" in piece.panel.said.text()
    piece.panel.confirm()
    settle(qtbot, window)
    assert "与“语文班”时间重叠" in piece.table.rows.rows[1].texts[7]
    assert "与其他班时间重叠 1 人" in piece.said.text()


def test_pasted_list_is_looked_up_and_walk_ins_are_linked(
    qtbot: Any, open_window: Any, office: Store, dialogs: Answers
) -> None:
    """Names of a pasted list are found, the unknown is told in a sentence, enrolled by name, and linked later."""
    made = make_class(office, people=1)
    known, unknown = add_all(office, Teacher, [teacher_content(2), teacher_content(3)])
    contents = contents_of(office, Teacher)
    window = open_window()
    piece = open_trainees(qtbot, window, made)
    piece.enrol()
    panel = piece.panel
    panel.tabs.setCurrentIndex(1)
    panel.text.setPlainText(f"1. {contents[known]['name']}\n2. 欧阳无名")
    qtbot.wait(300)
    settle(qtbot, window)
    assert "“欧阳无名”不在教师名册中" in panel.found.rows.rows[1].texts[2]
    assert "将报名 1 人" in panel.said.text()
    panel.with_unknown.setChecked(True)
    settle(qtbot, window)
    assert "将报名 2 人" in panel.said.text()
    panel.confirm()
    settle(qtbot, window)
    assert [each.get("written_name") for each in enrolled(office, made)] == [None, None, "欧阳无名"]
    assert "现场登记未关联 1 人" in piece.said.text()
    piece.table.select_line(2)
    dialogs.prepared = [contents[unknown]["name"]]
    piece.trainee_actions.link()
    settle(qtbot, window)
    assert enrolled(office, made)[2]["teacher"] == unknown


def test_list_is_read_from_a_spreadsheet(
    qtbot: Any, open_window: Any, office: Store, dialogs: Answers, tmp_path: Path
) -> None:
    """A workbook with names and ID numbers under its own headings becomes the list."""
    made = make_class(office, people=1)
    add_all(office, Teacher, [teacher_content(2)])
    content = teacher_content(2)
    book = Workbook()
    for cells in (("参训人员名单",), ("序号", "姓名", "身份证号"), (1, content["name"], content["id_number"])):
        book.active.append(cells)
    book.save(tmp_path / "名单.xlsx")
    window = open_window()
    piece = open_trainees(qtbot, window, made)
    piece.enrol()
    piece.panel.tabs.setCurrentIndex(1)
    dialogs.prepared = [[str(tmp_path / "名单.xlsx")]]
    piece.panel.choose_file()
    settle(qtbot, window)
    qtbot.wait(300)
    settle(qtbot, window)
    assert content["id_number"] in piece.panel.text.toPlainText()
    assert "将报名 1 人" in piece.panel.said.text()


def test_late_joining_and_withdrawal(qtbot: Any, open_window: Any, office: Store, dialogs: Answers) -> None:
    """The day of joining is noted for all selected; who withdraws does so with day and reason and stays listed."""
    made = make_class(office, people=3, start="2026-07-01", end="2026-07-10")
    window = open_window()
    piece = open_trainees(qtbot, window, made)

    def answer(dialog: QDialog) -> bool:
        assert isinstance(dialog, DayDialog)
        assert dialog.field.date() == QDate(2026, 7, 1)
        dialog.field.setDate(QDate(2026, 7, 3))
        dialog.reason.setText("工作调动")
        return True

    dialogs.run = answer
    piece.table.selectAll()
    qtbot.keyClick(piece.table, Qt.Key.Key_J, CTRL)
    settle(qtbot, window)
    assert {each["joined_on"] for each in enrolled(office, made)} == {"2026-07-03"}
    piece.table.select_line(1)
    qtbot.keyClick(piece.table, Qt.Key.Key_T, CTRL)
    settle(qtbot, window)
    assert enrolled(office, made)[1]["withdrawal_reason"] == "工作调动"
    assert piece.table.rows.rows[1].texts[7] == "2026-07-03 退学 工作调动"
    assert "在班 2 人，退学 1 人" in piece.said.text()


def test_who_stands_on_a_sheet_is_not_taken_out(qtbot: Any, open_window: Any, office: Store, dialogs: Answers) -> None:
    """Delete takes out who was enrolled by mistake; who has marks is named, and nobody is taken out."""
    made = make_class(office, people=2, hours=((0, "4.0"),))
    mark_all(office, made, [[("1", None), ("1", None)]])
    window = open_window()
    piece = open_trainees(qtbot, window, made)
    piece.table.select_line(0)
    dialogs.prepared = ["移出"]
    qtbot.keyClick(piece.table, Qt.Key.Key_Delete)
    settle(qtbot, window)
    assert "签到表 1 份）已有登记，没有移出" in dialogs.asked[-1].text
    assert len(contents_of(office, SignInSheet)) == 1
    assert len(enrolled(office, made)) == 2


def test_groups_are_of_like_size(qtbot: Any, open_window: Any, office: Store, dialogs: Answers) -> None:
    """Five people in two groups are three and two; neighbours by number come apart."""
    made = make_class(office, people=5)
    window = open_window()
    piece = open_trainees(qtbot, window, made)
    dialogs.prepared = ["2"]
    qtbot.keyClick(piece.table, Qt.Key.Key_G, CTRL)
    settle(qtbot, window)
    assert [each["group"] for each in enrolled(office, made)] == ["第1组", "第2组", "第1组", "第2组", "第1组"]


def test_walk_in_who_is_in_the_class_is_joined_after_a_question(
    qtbot: Any, open_window: Any, office: Store, dialogs: Answers
) -> None:
    """Linking a walk-in to somebody of the class offers to join both; one undo makes them two again."""
    made = make_class(office, people=2)
    name = contents_of(office, Teacher)[made.teachers[1]]["name"]
    with office.write("现场报到") as session:
        enrol_walk_in(session, made.uid, "说不清")
    window = open_window()
    piece = open_trainees(qtbot, window, made)
    piece.table.select_line(2)
    dialogs.prepared = [name, "并入"]
    qtbot.keyClick(piece.table, Qt.Key.Key_L, CTRL)
    settle(qtbot, window)
    assert [each["number"] for each in enrolled(office, made)] == [1, 2]
    assert "已是本班 2 号学员" in dialogs.asked[-1].text


def test_seats_and_rooms_are_typed_in_a_list(qtbot: Any, open_window: Any, office: Store, dialogs: Answers) -> None:
    """Seats are numbered row by row, a room is filled down; a seat of two and a text too long are told together."""
    made = make_class(office, people=3)
    window = open_window()
    piece = open_trainees(qtbot, window, made)
    told = []

    def answer(dialog: QDialog) -> bool:
        assert isinstance(dialog, SeatsDialog)
        dialog.wide.setText("0")
        dialog.number_seats()
        assert "每排座位“0”" in dialog.problem.text()
        dialog.wide.setText("2")
        dialog.number_seats()
        dialog.table.item(0, 3).setText("301")
        dialog.table.setCurrentCell(0, 3)
        dialog.fill_down()
        dialog.table.item(1, 2).setText("1排1座")
        dialog.table.item(2, 1).setText("组" * 30)
        dialog.take()
        told.append(dialog.problem.text())
        dialog.table.item(1, 2).setText("1排2座")
        dialog.table.item(2, 1).setText("第1组")
        dialog.take()
        return bool(dialog.result())

    dialogs.run = answer
    qtbot.keyClick(piece.table, Qt.Key.Key_K, CTRL)
    settle(qtbot, window)
    assert "座位“1排1座”有 2 人" in told[0]
    assert "20" in told[0]
    seats = [(each["seat"], each["room"], each.get("group")) for each in enrolled(office, made)]
    assert seats == [("1排1座", "301", None), ("1排2座", "301", None), ("2排1座", "301", "第1组")]
    assert piece.table.rows.rows[2].texts[3:6] == ("第1组", "2排1座", "301")
