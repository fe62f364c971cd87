"""Half-typed forms: kept while they are typed, offered to the same operator with the difference, dropped when saved."""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from desktop.models import Teacher
from desktop.services.drafts import Typed, drafts_of, keep_draft
from desktop.store import Store
from desktop.ui.forms.text_fields import LineEditor
from tests.builders import add, contents_of, teacher_content
from tests.ui.conftest import Answers, settle


def drafts(store: Store, operator: str = "王主任") -> list[Typed]:
    with store.read() as session:
        return drafts_of(session, operator)


def type_into(qtbot: Any, window: Any, name: str, text: str) -> None:
    cell = window.pages["teachers"].form.sections.cells[name]
    cell.editor.setFocus()
    qtbot.keyClicks(cell.editor, text)


def test_typing_is_kept_and_a_save_drops_it(qtbot: Any, open_window: Any, office: Store) -> None:
    """Half a second after the last key the typing is in the database; saving the form takes it out again."""
    uid = add(office, Teacher, teacher_content(1, name="张三"))
    window = open_window()
    window.open_page("teachers", uid)
    settle(qtbot, window)
    type_into(qtbot, window, "native_place", "abc")
    qtbot.waitUntil(lambda: bool(drafts(office)), timeout=2000)
    [typed] = drafts(office)
    assert (typed.plural, typed.uid, dict(typed.texts)) == ("teachers", uid, {"native_place": "abc"})
    settle(qtbot, window)
    window.pages["teachers"].form.save()
    settle(qtbot, window)
    qtbot.waitUntil(lambda: not drafts(office), timeout=2000)
    assert contents_of(office, Teacher)[uid]["native_place"] == "abc"


def open_line(qtbot: Any, window: Any, typed: str) -> Any:
    """A new line whose cell 毕业院校 is open and holds what is typed; returns the form."""
    form = window.pages["teachers"].form
    [table] = form.sections.tables
    table.add_line()
    table.table.item(table.table.rowCount() - 1, 0).setText("最高学历")
    place = [each.name for each in table.fields].index("school")
    item = table.table.item(table.table.rowCount() - 1, place)
    table.table.setCurrentItem(item)
    editor = QApplication.focusWidget()
    assert isinstance(editor, LineEditor)
    qtbot.keyClicks(editor, typed)
    return form


def test_typing_in_a_cell_that_is_not_left_is_kept(qtbot: Any, open_window: Any, office: Store) -> None:
    """A line of 学历学位 is kept letter by letter, not only when its cell is left."""
    uid = add(office, Teacher, teacher_content(1, name="张三"))
    window = open_window()
    window.open_page("teachers", uid)
    settle(qtbot, window)
    open_line(qtbot, window, "abc")
    qtbot.waitUntil(lambda: bool(drafts(office)), timeout=2000)
    [typed] = drafts(office)
    assert "abc" in typed.lines["educations"][-1]
    settle(qtbot, window)


def test_save_takes_the_cell_that_is_open(qtbot: Any, open_window: Any, office: Store) -> None:
    """Ctrl+S in the middle of a cell saves what stands in it."""
    uid = add(office, Teacher, teacher_content(1, name="张三"))
    window = open_window()
    window.open_page("teachers", uid)
    settle(qtbot, window)
    form = open_line(qtbot, window, "abc")
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, window)
    assert contents_of(office, Teacher)[uid]["educations"][-1]["school"] == "abc"
    assert not form.is_dirty


def test_draft_is_offered_with_the_difference_and_only_to_its_operator(
    qtbot: Any, open_window: Any, office: Store, dialogs: Answers
) -> None:
    """The question shows what is stored and what was typed; going on fills the form and saves nothing by itself."""
    uid = add(office, Teacher, teacher_content(1, name="张三", native_place="成都"))
    texts = {"native_place": "重庆", "birth_date": "1980.13", "mobile": "13911112222"}
    keep_draft(office, "王主任", Typed("teachers", uid, texts, {"educations": [["最高学历", "本科"]]}))
    keep_draft(office, "李老师", Typed("teachers", None, {"name": "别人的"}, {}))
    dialogs.prepared = ["继续填写"]
    window = open_window()
    settle(qtbot, window)
    [asked] = [each for each in dialogs.asked if "上次" in each.title]
    assert "张三" in asked.text
    assert "籍贯：已保存“成都”，填写“重庆”" in asked.detail
    assert "13911112222" not in asked.detail
    form = window.pages["teachers"].form
    assert form.stored.uid == uid
    assert form.sections.cells["native_place"].editor.text() == "重庆"
    assert form.sections.cells["birth_date"].problem.isVisible()
    assert form.sections.cells["mobile"].editor.text() == "13911112222"
    assert form.sections.tables[0].lines() == [{"which": "2", "education": "21"}]
    assert contents_of(office, Teacher)[uid]["native_place"] == "成都"


@pytest.mark.parametrize(("answer", "left"), [("放弃", 0), ("以后再说", 1)])
def test_draft_is_given_up_or_left(
    qtbot: Any, open_window: Any, office: Store, dialogs: Answers, answer: str, left: int
) -> None:
    """Given up it is gone, left for later it is offered at the next start."""
    keep_draft(office, "王主任", Typed("teachers", None, {"name": "张三"}, {}))
    dialogs.prepared = [answer]
    window = open_window()
    settle(qtbot, window)
    assert len(drafts(office)) == left


def test_typing_given_up_on_leaving_is_not_offered(
    qtbot: Any, open_window: Any, office: Store, dialogs: Answers
) -> None:
    """Who answers 放弃改动 is not asked again at the next start."""
    add(office, Teacher, teacher_content(1, name="张三"))
    window = open_window()
    window.open_page("teachers", "new")
    settle(qtbot, window)
    type_into(qtbot, window, "native_place", "abc")
    qtbot.waitUntil(lambda: bool(drafts(office)), timeout=2000)
    settle(qtbot, window)
    dialogs.prepared = ["放弃改动"]
    window.open_page("home")
    settle(qtbot, window)
    qtbot.waitUntil(lambda: not drafts(office), timeout=2000)


def test_kill_during_typing_loses_at_most_two_seconds(office: Store, tmp_path: Path) -> None:
    """T23: killed in the middle of typing that never pauses, what was typed two seconds before is kept."""
    folder = office.folder
    office.close()
    words = [sys.executable, str(Path(__file__).with_name("typing_program.py")), str(folder)]
    root = str(Path(__file__).parents[2])
    program = subprocess.Popen(
        words, stdout=subprocess.PIPE, text=True, cwd=root, env={**os.environ, "PYTHONPATH": root}
    )
    try:
        assert program.stdout is not None
        times: list[float] = []
        for line in program.stdout:
            assert int(line) == len(times) + 1
            times.append(time.monotonic())
            if times[-1] - times[0] > 4.3:
                break
    finally:
        program.kill()
        killed = time.monotonic()
        program.wait()
        program.stdout.close()
    store = Store.open(folder)
    [typed] = drafts(store)
    store.close()
    certain = sum(1 for each in times if each < killed - 2)
    assert certain > 40
    assert len(typed.texts["native_place"]) >= certain
