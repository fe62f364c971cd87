"""合并重复 in the window: both records side by side, nothing chosen beforehand, undone with Ctrl+Z."""

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog

from desktop.models import Employment, School, Teacher
from desktop.queries.contents import contents_hash
from desktop.services.duplicates import BOTH, LOST
from desktop.store import Store
from desktop.store.history import list_acts
from tests.builders import add, contents_of, employment_content, school_content, teacher_content
from tests.ui.conftest import Answers, settle

CTRL = Qt.KeyboardModifier.ControlModifier


def two(office: Store) -> tuple[str, str]:
    """One person twice: another name and other schooling on each side, the number on the second only."""
    first = teacher_content(1, name="张叁", educations=[{"which": "1", "school": "云岭师专"}])
    del first["id_number"]
    second = teacher_content(1, name="张三", educations=[{"which": "1", "school": "西南大学"}])
    uids = add(office, Teacher, first), add(office, Teacher, second)
    school = add(office, School, school_content())
    add(office, Employment, employment_content(uids[1], school))
    return uids


def test_two_selected_rows_become_one_and_two_again(
    qtbot: Any, open_window: Any, office: Store, dialogs: Answers
) -> None:
    """Ctrl+U shows both; the button waits until every difference is chosen; the last Act is undone whole."""
    uids = two(office)
    with office.read() as session:
        before = contents_hash(session)
    window = open_window()
    window.open_page("teachers")
    settle(qtbot, window)
    page = window.pages["teachers"]
    page.table.selectAll()
    settle(qtbot, window)

    def answer(dialog: QDialog) -> bool:
        dialog.show()
        assert set(dialog.groups) == {"name", "educations"}
        assert all(group.checkedButton() is None for group in dialog.groups.values())
        assert not dialog.take_button.isEnabled()
        assert dialog.problem.text() == "还有 2 处需要选择"
        dialog.groups["name"].buttons()[1].click()
        dialog.groups["educations"].buttons()[2].click()
        assert dialog.choices == {"name": LOST, "educations": BOTH}
        dialog.take_button.click()
        dialog.close()
        return dialog.result() == QDialog.DialogCode.Accepted

    dialogs.run = answer
    qtbot.keyClick(page.table, Qt.Key.Key_U, CTRL)
    settle(qtbot, window)
    people = contents_of(office, Teacher)
    assert list(people) == [uids[0]]
    assert people[uids[0]]["name"] == "张三"
    assert [each["school"] for each in people[uids[0]]["educations"]] == ["云岭师专", "西南大学"]
    assert {each["teacher"] for each in contents_of(office, Employment).values()} == {uids[0]}
    assert page.list.selected_uid() == uids[0]
    dialogs.prepared = ["撤销"]
    window.menu.undo_action.trigger()
    settle(qtbot, window)
    with office.read() as session:
        assert list_acts(session)[0].name == "撤销：合并重复的教师 张叁"
        assert contents_hash(session) == before
    assert page.model.rowCount() == 2


def test_numbers_are_hidden_until_asked_and_the_asking_is_logged(
    qtbot: Any, open_window: Any, office: Store, dialogs: Answers
) -> None:
    """Two numbers side by side are masked; showing them stands in the operations log."""
    for number in (1, 2):
        add(office, Teacher, teacher_content(number, name="张三", mobile="13900000001"))
    window = open_window()
    window.open_page("teachers")
    settle(qtbot, window)
    page = window.pages["teachers"]
    page.table.selectAll()
    settle(qtbot, window)
    texts: list[str] = []

    def answer(dialog: Any) -> bool:
        texts.extend(each.text() for each in dialog.groups["id_number"].buttons())
        dialog.uncover()
        texts.extend(each.text() for each in dialog.groups["id_number"].buttons())
        dialog.close()
        return False

    dialogs.run = answer
    page.changes.unite()
    settle(qtbot, window)
    assert all("*" in each for each in texts[:2])
    assert texts[2:] == [teacher_content(number)["id_number"] for number in (1, 2)]
    with office.read() as session:
        assert "合并重复：张三" in list_acts(session)[0].name
    assert len(contents_of(office, Teacher)) == 2


def test_notice_at_a_stored_record_leads_to_the_union(
    qtbot: Any, open_window: Any, office: Store, dialogs: Answers
) -> None:
    """A number typed into one record that another has: the notice offers to make one of both."""
    uids = two(office)
    window = open_window()
    window.open_page("teachers", uids[0])
    settle(qtbot, window)
    page = window.pages["teachers"]
    editor = page.form.sections.cells["id_number"].editor
    editor.setFocus()
    qtbot.keyClicks(editor, str(teacher_content(1)["id_number"]))
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    settle(qtbot, window)
    notice = page.form.namesakes
    assert notice.isVisible()
    assert "身份证号" in notice.said.text()
    assert "是同一个就合并" in notice.said.text()
    dialogs.prepared = ["放弃改动"]
    pairs = []
    dialogs.run = lambda dialog: bool(pairs.append((dialog.pair.kept.uid, dialog.pair.lost.uid)))
    notice._unite.click()
    settle(qtbot, window)
    assert pairs == [uids]
