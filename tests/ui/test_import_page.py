"""Importing in the window: planned, mended, confirmed, undone by keys and mouse; every way it can go wrong is told."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QComboBox, QDialog, QWidget

from desktop.models import Cohort, Employment, Teacher
from desktop.models.local import Reception
from desktop.queries.contents import contents_hash
from desktop.sample import SPREADSHEETS
from desktop.store import Store
from desktop.ui.desk import Desk
from desktop.ui.drops import with_folders_opened
from desktop.ui.pages.import_choose import ReceptionModel
from desktop.ui.pages.import_columns_dialog import ColumnsDialog
from desktop.ui.pages.import_page import CHOOSE, DONE, PLAN, ImportPage
from desktop.ui.pages.import_people_dialogs import MissedDialog, MovesDialog
from desktop.ui.pages.import_row_dialog import RowDialog
from desktop.ui.pages.import_rows import PlanModel
from desktop.ui.pages.import_trial import RETURNED
from tests.builders import add, contents_of, teacher_content
from tests.builders_rosters import HEADINGS, LI, SCHOOL, THREE, WANG, ZHAO, write_roster, write_sheets
from tests.integration.rosters import take_in
from tests.ui.conftest import Answers, settle

OTHER = "云岭县第五中学"


def plan(qtbot: Any, window: Any, *paths: Path) -> ImportPage:
    window.open_page("import", list(paths))
    settle(qtbot, window)
    page = window.pages["import"]
    assert page.stack.currentIndex() == PLAN
    return page


def hash_of(store: Store) -> str:
    with store.read() as session:
        return contents_hash(session)


def acting(dialogs: Answers, act: Callable[[Any], None]) -> list[QDialog]:
    """Let the next dialogs be shown and worked on by `act`, as a clerk would."""
    seen: list[QDialog] = []

    def run(dialog: QDialog) -> bool:
        seen.append(dialog)
        dialog.show()
        dialog.activateWindow()
        QTest.qWaitForWindowActive(dialog)
        act(dialog)
        return dialog.result() == QDialog.DialogCode.Accepted

    dialogs.run = run
    return seen


def test_import_planned_mended_confirmed_undone(
    qtbot: Any, open_window: Any, office: Store, dialogs: Answers, tmp_path: Path
) -> None:
    """A roster is planned without writing; a faulty row is mended with F2 and typing, one is left out with Space,
    the others go back as a copy; Ctrl+Enter saves with the bearer; one button takes all of it back."""
    add(office, Cohort, {"tier": "2", "doc_no": "渝教师发〔2022〕15号", "issue_date": "2022-09-01"})
    before = hash_of(office)
    window = open_window()
    page = plan(qtbot, window, SPREADSHEETS / "05-云岭县石坪镇中心小学.xlsx")
    view = page.view
    assert hash_of(office) == before
    written = sum(1 for row in page.trial.plan.rows if row.is_written)
    assert "第 1 次报送" in page.now.text()

    faulty = next(row for row in page.trial.plan.rows if any(p.field == "birth_date" for p in row.problems))
    faults = {problem.field for problem in faulty.problems}

    def mend(dialog: RowDialog) -> None:
        for name in faults:
            editor = dialog.fields[name]
            editor.setFocus()
            qtbot.keyClicks(editor, {"birth_date": "1950.12", "gender": "nan"}.get(name, ""))
            qtbot.keyClick(editor, Qt.Key.Key_Return)
        qtbot.mouseClick(dialog.take_button, Qt.MouseButton.LeftButton)

    seen = acting(dialogs, mend)
    qtbot.mouseClick(view.counts[faulty.outcome], Qt.MouseButton.LeftButton)
    assert {row.outcome for row in view.model.rows} == {faulty.outcome}
    view.table.setFocus()
    view.table.setCurrentIndex(view.model.index(view.model.rows.index(faulty), 3))
    qtbot.keyClick(view.table, Qt.Key.Key_F2)
    settle(qtbot, window)
    assert isinstance(seen[0], RowDialog)
    assert page.trial.plan.options.cells
    assert view.again_button.isVisible()

    qtbot.mouseClick(view.counts[None], Qt.MouseButton.LeftButton)
    first = next(number for number, row in enumerate(view.model.rows) if row.is_written)
    now = sum(1 for row in page.trial.plan.rows if row.is_written)
    assert now >= written
    view.table.setCurrentIndex(view.model.index(first, 0))
    qtbot.keyClick(view.table, Qt.Key.Key_Space)
    assert str(now - 1) in view.confirm_button.text()

    dialogs.prepared = [str(tmp_path / "returns"), "复制路径"]
    qtbot.mouseClick(view.returns_button, Qt.MouseButton.LeftButton)
    settle(qtbot, window)
    assert "05-云岭县石坪镇中心小学_退回修改.xlsx" in {path.name for path in (tmp_path / "returns").iterdir()}
    assert QApplication.clipboard().text().startswith(str(tmp_path / "returns"))

    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClicks(view.bearer, "li")
    qtbot.keyClick(view.table, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, window)
    assert page.stack.currentIndex() == DONE
    assert len(contents_of(office, Teacher)) == now - 1
    with office.read() as session:
        assert [each.bearer for each in session.query(Reception)] == ["li"]
    target = tmp_path / "小结.txt"
    dialogs.prepared = [str(target)]
    qtbot.mouseClick(page.summary_button, Qt.MouseButton.LeftButton)
    settle(qtbot, window)
    told = target.read_text("utf-8-sig")
    assert f"已保存 {now - 1} 人" in told
    assert "王主任" in told
    returned = [row for row in page.trial.plan.rows if row.outcome in RETURNED]
    assert returned
    assert all(f"第 {row.row} 行 {row.name}" in told for row in returned)
    assert "取消勾选、没有导入的" in told
    qtbot.mouseClick(page.undo_button, Qt.MouseButton.LeftButton)
    settle(qtbot, window)
    assert hash_of(office) == before
    assert page.stack.currentIndex() == CHOOSE
    assert page.choosing.model.data(page.choosing.model.index(0, 6)) == "已撤销"


def test_import_undone_elsewhere_is_over_on_its_page(
    qtbot: Any, open_window: Any, office: Store, tmp_path: Path
) -> None:
    """Ctrl+Z on another page takes the import back; its page does not offer to undo it once more."""
    window = open_window()
    page = plan(qtbot, window, SPREADSHEETS / "05-云岭县石坪镇中心小学.xlsx")
    page.confirm()
    settle(qtbot, window)
    assert page.stack.currentIndex() == 2
    window.open_page("teachers")
    settle(qtbot, window)
    window.desk.dialogs.prepared = ["撤销"]
    window.menu.undo_action.trigger()
    settle(qtbot, window)
    assert page.stack.currentIndex() == 0


def test_unknown_word_is_answered_in_the_strip(qtbot: Any, open_window: Any, office: Store, tmp_path: Path) -> None:
    """A word of no table is one line above the rows; choosing its meaning mends all rows with it."""
    window = open_window()
    path = write_roster(tmp_path / "a.xlsx", [{**WANG, "级别": "省特级"}, {**LI, "级别": "省特级"}, ZHAO])
    page = plan(qtbot, window, path)
    [box] = page.view.questions.findChildren(QComboBox)
    assert "“省特级”（2 人）不认识，是哪一种？" in box.accessibleName()
    box.setCurrentIndex(box.findData("市级"))
    box.activated.emit(box.currentIndex())
    settle(qtbot, window)
    assert sum(1 for row in page.trial.plan.rows if row.is_written) == 3
    assert not page.view.questions.isVisible()


def test_moves_and_missed_are_answered_by_person(
    qtbot: Any, open_window: Any, office: Store, dialogs: Answers, tmp_path: Path
) -> None:
    """Two dialogs, a line a person; a missing day is told and nothing taken before it is there."""
    take_in(office, write_roster(tmp_path / "a.xlsx"))
    window = open_window()
    moved = write_roster(tmp_path / "b.xlsx", [WANG], title=f"{OTHER}骨干教师花名册")
    page = plan(qtbot, window, moved)

    def move(dialog: MovesDialog) -> None:
        [line] = dialog.lines
        line.kind.setCurrentIndex(line.kind.findData("1"))
        qtbot.mouseClick(dialog.take_button, Qt.MouseButton.LeftButton)
        assert "从何时起没有填写" in dialog.problem.text()
        qtbot.keyClicks(line.since, "2026.8")
        qtbot.mouseClick(dialog.take_button, Qt.MouseButton.LeftButton)

    acting(dialogs, move)
    page.view.questions._ask_moves(page.trial.plan)
    settle(qtbot, window)
    assert [row.changes[-1].new for row in page.trial.plan.rows] == [OTHER]
    page.begin()

    page = plan(qtbot, window, write_roster(tmp_path / "c.xlsx", [WANG, LI]))

    def retire(dialog: MissedDialog) -> None:
        [line] = dialog.lines
        assert line.name == "赵䶮"
        line.kind.setCurrentIndex(line.kind.findData("RETIRED"))
        qtbot.keyClicks(line.since, "2026-08-31")
        qtbot.mouseClick(dialog.take_button, Qt.MouseButton.LeftButton)

    acting(dialogs, retire)
    page.view.questions._ask_missed(page.trial.plan)
    settle(qtbot, window)
    assert page.view.confirm_button.isEnabled()
    page.confirm()
    settle(qtbot, window)
    assert [one["end"] for one in contents_of(office, Employment).values() if "end" in one] == ["2026-08-31"]


def test_damaged_number_is_confirmed_by_eye(
    qtbot: Any, open_window: Any, office: Store, dialogs: Answers, tmp_path: Path
) -> None:
    """The roster's own number stands in full beside the damaged one; one choice takes it."""
    take_in(office, write_roster(tmp_path / "a.xlsx"))
    number = str(WANG["身份证号"])
    window = open_window()
    page = plan(qtbot, window, write_roster(tmp_path / "b.xlsx", [{**WANG, "身份证号": number[:15] + "000"}, LI, ZHAO]))

    def look(dialog: RowDialog) -> None:
        [choice] = dialog.person.buttons
        assert number in choice.text()
        qtbot.keyClick(choice, Qt.Key.Key_Space)
        qtbot.mouseClick(dialog.take_button, Qt.MouseButton.LeftButton)

    acting(dialogs, look)
    row = next(number for number, each in enumerate(page.view.model.rows) if each.name == "王芳")
    page.view.open_row(page.view.model.index(row, 3))
    settle(qtbot, window)
    assert not any(row.problems for row in page.trial.plan.rows)


def test_headings_are_mapped_by_hand(
    qtbot: Any, open_window: Any, office: Store, dialogs: Answers, tmp_path: Path
) -> None:
    """A sheet whose headings nobody knows opens the dialog of columns; what is typed there makes it a roster."""
    words = {heading: f"第{number}项" for number, heading in enumerate(HEADINGS)}
    rows = [list(words.values()), [str(WANG.get(heading, "1")) for heading in HEADINGS]]
    path = write_sheets(tmp_path / "a.xlsx", {"Sheet1": rows})

    def map_them(dialog: ColumnsDialog) -> None:
        dialog.take()
        assert dialog.problem.text()
        for heading, word in words.items():
            if heading in ("姓名", "性别", "身份证号", "出生年月"):
                dialog.fields[word].set_text({"身份证号": "身份证号码"}.get(heading, heading))
        for editor in dialog.fields.values():
            if editor.text() and editor.text() not in dialog._names:
                editor.set_text(next(text for text in dialog._names if text.startswith(editor.text()[:3])))
        qtbot.mouseClick(dialog.take_button, Qt.MouseButton.LeftButton)

    acting(dialogs, map_them)
    window = open_window()
    page = plan(qtbot, window, path)
    assert [row.name for row in page.trial.plan.rows] == ["王芳"]


def test_plan_is_void_when_the_data_changed(qtbot: Any, open_window: Any, office: Store, tmp_path: Path) -> None:
    """A change made meanwhile is told at once with a button to plan anew; nothing can be confirmed before."""
    window = open_window()
    page = plan(qtbot, window, write_roster(tmp_path / "a.xlsx"))
    add(office, Teacher, teacher_content(1))
    settle(qtbot, window)
    assert page.view.stale.isVisible()
    assert not page.view.confirm_button.isEnabled()
    page.confirm()
    settle(qtbot, window)
    assert len(contents_of(office, Teacher)) == 1
    page.view.planned_anew.emit()
    settle(qtbot, window)
    assert not page.view.stale.isVisible()
    page.confirm()
    settle(qtbot, window)
    assert len(contents_of(office, Teacher)) == 4


@pytest.mark.parametrize("word", ["继续导入其余 1 个文件", "都不导入"])
def test_unreadable_files_are_told_together(
    qtbot: Any, open_window: Any, dialogs: Answers, tmp_path: Path, word: str
) -> None:
    """A photo and a file that is gone are named with their reasons; the others go on only if the clerk wants."""
    photo, gone = tmp_path / "照片.xlsx", tmp_path / "U盘上的.xlsx"
    photo.write_bytes(b"\xff\xd8\xff\xe0" + bytes(100))
    good = write_roster(tmp_path / "a.xlsx")
    dialogs.prepared = [word]
    window = open_window()
    window.open_page("import", [photo, good, gone])
    settle(qtbot, window)
    asked = dialogs.asked[-1]
    assert "照片.xlsx" in asked.detail
    assert "U盘上的.xlsx" in asked.detail
    page = window.pages["import"]
    assert page.stack.currentIndex() == (PLAN if word.startswith("继续") else CHOOSE)


def test_single_unreadable_file_is_told_once(qtbot: Any, open_window: Any, dialogs: Answers, tmp_path: Path) -> None:
    """One wrong file is one sentence with the way to its explanation, and the page stays where it was."""
    wrong = tmp_path / "照片.xlsx"
    wrong.write_bytes(b"\xff\xd8\xff\xe0" + bytes(100))
    window = open_window()
    window.open_page("import", [wrong])
    settle(qtbot, window)
    asked = dialogs.asked[-1]
    assert "照片.xlsx" in asked.text
    assert (asked.detail, asked.why) == ("", "import#unreadable")
    assert window.pages["import"].stack.currentIndex() == CHOOSE


def test_drive_pulled_after_reading_stops_nothing(qtbot: Any, open_window: Any, office: Store, tmp_path: Path) -> None:
    """Once read, a file is no longer needed for the plan or for saving."""
    window = open_window()
    path = write_roster(tmp_path / "a.xlsx")
    page = plan(qtbot, window, path)
    path.unlink()
    page.plan_again(page.view.options)
    settle(qtbot, window)
    page.confirm()
    settle(qtbot, window)
    assert len(contents_of(office, Teacher)) == 3


def drop(window: QWidget, paths: list[Path]) -> None:
    """Files let go over the middle of a widget, as the system tells it."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    place, buttons = QPoint(200, 200), Qt.MouseButton.LeftButton
    enter = QDragEnterEvent(place, Qt.DropAction.CopyAction, data, buttons, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(
        window,
        QDropEvent(QPointF(place), Qt.DropAction.CopyAction, data, buttons, Qt.KeyboardModifier.NoModifier),
    )


def test_files_and_folders_are_dropped_on_the_window(qtbot: Any, open_window: Any, tmp_path: Path) -> None:
    """Several files and a folder dropped on any page are planned together; what Excel left beside is no file."""
    folder = tmp_path / "名册"
    folder.mkdir()
    write_roster(folder / "b.xlsx", [LI], title=f"{OTHER}骨干教师花名册")
    (folder / "~$b.xlsx").write_bytes(b"x")
    one = write_roster(tmp_path / "a.xlsx", [WANG])
    window = open_window()
    drop(window, [one, folder])
    settle(qtbot, window)
    assert window.current == "import"
    assert {row.name for row in window.pages["import"].trial.plan.rows} == {"王芳", "李建国"}
    assert with_folders_opened([folder]) == [folder / "b.xlsx"]


def test_list_of_our_own_is_planned_and_sent_back(
    qtbot: Any, open_window: Any, office: Store, dialogs: Answers, tmp_path: Path
) -> None:
    """Teachers on a list of our own format are counted and sent back the same way."""
    path = write_sheets(
        tmp_path / "教师.xlsx", {"教师": [["姓名", "身份证号", "性别"], ["王芳", WANG["身份证号"], "男人"]]}
    )
    window = open_window()
    window.open_page("import")
    page = window.pages["import"]
    page.choosing.profile.setCurrentIndex(1)
    page = plan(qtbot, window, path)
    dialogs.prepared = [str(tmp_path / "back")]
    page.write_returns()
    settle(qtbot, window)
    [copy] = (tmp_path / "back").iterdir()
    assert load_workbook(copy).sheetnames[0] == "退回修改"


def test_models_keep_qts_contract(qtbot: Any, open_window: Any, office: Store, tmp_path: Path) -> None:
    """The models of the plan and of the receptions pass Qt's own tester through narrowing and ticking."""
    take_in(office, write_roster(tmp_path / "a.xlsx"))
    window = open_window()
    page = plan(qtbot, window, write_roster(tmp_path / "b.xlsx", [*THREE, {**WANG, "姓名": "新来", "身份证号": ""}]))
    warning = QAbstractItemModelTester.FailureReportingMode.Warning
    testers = [QAbstractItemModelTester(page.view.model, warning)]
    testers.append(QAbstractItemModelTester(page.choosing.model, warning))
    for outcome in page.view.counts:
        page.view.narrow(outcome)
    page.choosing.refresh()
    settle(qtbot, window)
    assert isinstance(page.view.model, PlanModel)
    assert isinstance(page.choosing.model, ReceptionModel)
    assert page.choosing.model.data(page.choosing.model.index(0, 0)) == SCHOOL


def test_cancelled_planning_writes_nothing(qtbot: Any, open_window: Any, office: Store, tmp_path: Path) -> None:
    """A cancel while files are read or rows weighed leaves page and database as they were."""
    before = hash_of(office)
    window = open_window()
    window.open_page("import", [write_roster(tmp_path / "a.xlsx")])
    window.desk.jobs.running[-1].cancel()
    settle(qtbot, window)
    page = window.pages["import"]
    assert page.stack.currentIndex() == CHOOSE
    assert page.stack.isEnabled()
    assert hash_of(office) == before
    assert isinstance(window.desk, Desk)
