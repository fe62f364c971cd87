"""The form beside the list shows a record as it is now, whoever changed it, and never what is being typed."""

from typing import Any

from PySide6.QtCore import Qt

from desktop.exchange.pasted import MOST_ROWS, split_block
from desktop.models import Teacher
from desktop.services.records import delete
from desktop.store import Store
from tests.builders import add, add_people, contents_of, teacher_content
from tests.ui.conftest import settle
from tests.ui.test_form import put

CTRL = Qt.KeyboardModifier.ControlModifier


def opened_with(qtbot: Any, open_window: Any, uid: str) -> tuple[Any, Any]:
    window = open_window()
    window.open_page("teachers", uid)
    settle(qtbot, window)
    return window, window.pages["teachers"].form


def subject_of(form: Any) -> str:
    return str(form.sections.cells["subject"].editor.text())


def test_undone_value_goes_from_the_form(qtbot: Any, open_window: Any, office: Store) -> None:
    """Ctrl+Z, on the page itself or on another one, brings the old value back into the form that shows the record."""
    uid = add(office, Teacher, teacher_content(1, name="张三"))
    window, form = opened_with(qtbot, open_window, uid)
    for page in ("teachers", "schools"):
        window.open_page("teachers")
        put(qtbot, form, "subject", "美术")
        form.save()
        settle(qtbot, window)
        window.open_page(page)
        settle(qtbot, window)
        window.undo()
        settle(qtbot, window)
        assert [each["subject"] for each in contents_of(office, Teacher).values()] == ["语文"]
        assert subject_of(form) == "语文"
        assert not form.is_dirty


def test_typing_is_not_replaced(qtbot: Any, open_window: Any, office: Store) -> None:
    """A field that is being typed in keeps its text when the record is changed elsewhere."""
    uid = add(office, Teacher, teacher_content(1, name="张三"))
    window, form = opened_with(qtbot, open_window, uid)
    put(qtbot, form, "subject", "美术")
    form.save()
    settle(qtbot, window)
    put(qtbot, form, "subject", "音乐")
    window.desk.undo(window.desk.last_act)
    settle(qtbot, window)
    assert subject_of(form) == "音乐"


def test_record_deleted_elsewhere_leaves_the_form(qtbot: Any, open_window: Any, office: Store) -> None:
    """A record that was deleted beside the form is no longer in it; what hangs on the person says so in its list."""
    first, second = add_people(office, 2)
    window, form = opened_with(qtbot, open_window, first)
    with office.write("删除教师", operator="王主任") as session:
        delete(session, Teacher, first)
    window.desk.changed.emit(frozenset({"teachers"}))
    settle(qtbot, window)
    assert form.stored is None
    window.open_page("appointments")
    settle(qtbot, window)
    model = window.pages["appointments"].model
    names = [model.text_at(line, model.columns[0]) for line in range(model.rowCount())]
    assert "（已删除）" in names
    assert len(names) == 2
    assert second


def test_block_of_the_most_rows_has_a_heading_too() -> None:
    """Five thousand people fit into one paste with the line of headings above them."""
    lines = ["姓名\t性别", *(f"教师{number}\t男" for number in range(MOST_ROWS))]
    assert len(split_block("\n".join(lines))) == MOST_ROWS + 1


def test_one_undo_too_many_in_a_field_takes_no_act_back(qtbot: Any, open_window: Any, office: Store) -> None:
    """Ctrl+Z pressed once more than was typed leaves the last act alone; without typing it takes that back."""
    uid = add(office, Teacher, teacher_content(1, name="张三"))
    window, form = opened_with(qtbot, open_window, uid)
    form.sections.focus_named("subject")
    editor = form.sections.cells["subject"].editor
    qtbot.keyClicks(editor, "abc")
    for _ in range(3):
        qtbot.keyClick(editor, Qt.Key.Key_Z, CTRL)
    settle(qtbot, window)
    assert subject_of(form) == "语文"
    assert len(contents_of(office, Teacher)) == 1
    form.sections.focus_named("name")
    qtbot.keyClick(form.sections.cells["name"].editor, Qt.Key.Key_Z, CTRL)
    settle(qtbot, window)
    assert contents_of(office, Teacher) == {}
