"""Ctrl+Z after every command of the window: all content is again what it was, word for word."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog

from desktop.models import Employment, School, Teacher
from desktop.queries.contents import contents_hash
from desktop.services.records import delete
from desktop.store import Store
from tests.builders import add, add_all, employment_content, school_content, teacher_content
from tests.builders_rosters import THREE, write_roster
from tests.ui.conftest import Answers, settle

CTRL = Qt.KeyboardModifier.ControlModifier
Deed = Callable[[Any, Any, Answers, Path], None]


def put(qtbot: Any, page: Any, name: str, text: str) -> None:
    editor = page.form.sections.cells[name].editor
    editor.setFocus()
    editor.selectAll()
    qtbot.keyClicks(editor, text)


def enter_new(qtbot: Any, window: Any, _dialogs: Answers, _folder: Path) -> None:
    page = window.pages["teachers"]
    page.new()
    put(qtbot, page, "name", "abc")
    put(qtbot, page, "id_number", str(teacher_content(50)["id_number"]))
    page.form.save()


def change_one(qtbot: Any, window: Any, _dialogs: Answers, _folder: Path) -> None:
    page = window.pages["teachers"]
    page.table.select_line(0)
    settle(qtbot, window)
    put(qtbot, page, "native_place", "abc")
    page.form.save()


def delete_one(qtbot: Any, window: Any, dialogs: Answers, _folder: Path) -> None:
    page = window.pages["teachers"]
    page.table.select_line(0)
    settle(qtbot, window)
    dialogs.prepared = ["删除"]
    page.form.ask_delete()


def delete_many(qtbot: Any, window: Any, dialogs: Answers, _folder: Path) -> None:
    page = window.pages["teachers"]
    page.table.selectAll()
    dialogs.prepared = ["删除 3 人"]
    qtbot.keyClick(page.table, Qt.Key.Key_Delete)


def paste(qtbot: Any, window: Any, _dialogs: Answers, _folder: Path) -> None:
    page = window.pages["teachers"]
    lines = [f"新人{n}\t云岭县第1中学\t{teacher_content(60 + n)['id_number']}" for n in range(3)]
    QApplication.clipboard().setText("姓名\t工作单位\t身份证号\n" + "\n".join(lines))
    qtbot.keyClick(page.table, Qt.Key.Key_V, CTRL)
    settle(qtbot, window)
    page.stage.paste_panel.confirm()


def fill_down(qtbot: Any, window: Any, dialogs: Answers, _folder: Path) -> None:
    page = window.pages["teachers"]
    page.table.selectAll()
    place = next(n for n, column in enumerate(page.model.columns) if column.name == "subject")
    page.table.selectionModel().setCurrentIndex(
        page.model.index(0, place), page.table.selectionModel().SelectionFlag.NoUpdate
    )
    dialogs.prepared = ["修改 2 人"]
    qtbot.keyClick(page.table, Qt.Key.Key_D, CTRL)


def bulk(qtbot: Any, window: Any, dialogs: Answers, _folder: Path) -> None:
    page = window.pages["teachers"]
    page.table.selectAll()
    page.changes.bulk()
    page.beside.bulk.begin("native_place")
    qtbot.keyClicks(page.beside.bulk.cell.editor, "abc")
    dialogs.prepared = ["修改 3 人"]
    page.beside.bulk.apply()


def unite(qtbot: Any, window: Any, dialogs: Answers, _folder: Path) -> None:
    page = window.pages["teachers"]
    page.table.select_line(0)
    qtbot.keyClick(page.table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    settle(qtbot, window)

    def answer(dialog: Any) -> bool:
        for group in dialog.groups.values():
            group.buttons()[0].click()
        dialog.take_button.click()
        return bool(dialog.result() == QDialog.DialogCode.Accepted)

    dialogs.run = answer
    page.changes.unite()


def bring_back(qtbot: Any, window: Any, _dialogs: Answers, _folder: Path) -> None:
    window.open_page("bin")
    settle(qtbot, window)
    window.pages["bin"].restore()


def take_roster(qtbot: Any, window: Any, _dialogs: Answers, folder: Path) -> None:
    window.open_page("import", [write_roster(folder / "名册.xlsx", THREE)])
    settle(qtbot, window)
    window.pages["import"].confirm()


def note(qtbot: Any, window: Any, dialogs: Answers, _folder: Path) -> None:
    dialogs.prepared = ["打过电话，周三送来"]
    window.write_note()


DEEDS = (
    enter_new,
    change_one,
    delete_one,
    delete_many,
    paste,
    fill_down,
    bulk,
    unite,
    bring_back,
    take_roster,
    note,
)


@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.__name__)
def test_undo_gives_back_the_same_content(
    qtbot: Any, open_window: Any, office: Store, dialogs: Answers, tmp_path: Path, deed: Deed
) -> None:
    """The act has a name in the menu, changed something, and Ctrl+Z takes all of it back."""
    school = add(office, School, school_content())
    subjects = ("语文", "数学", "音乐")
    people = [teacher_content(n, name=f"教师{n}", subject=subject) for n, subject in enumerate(subjects, 1)]
    for uid in add_all(office, Teacher, people):
        add(office, Employment, employment_content(uid, school))
    gone = add(office, Teacher, teacher_content(9, name="旧人"))
    with office.write("删除教师 旧人", operator="王") as session:
        delete(session, Teacher, gone)
    with office.read() as session:
        before = contents_hash(session)
    window = open_window()
    window.open_page("teachers")
    settle(qtbot, window)
    named = window.menu.undo_action.text()
    deed(qtbot, window, dialogs, tmp_path)
    settle(qtbot, window)
    with office.read() as session:
        assert contents_hash(session) != before
    assert window.menu.undo_action.text() != named
    assert window.menu.undo_action.text().startswith("撤销 ")
    dialogs.prepared = ["撤销"]
    window.menu.undo_action.trigger()
    settle(qtbot, window)
    with office.read() as session:
        assert contents_hash(session) == before
