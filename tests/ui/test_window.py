"""What the clerk does in the window, by keys where a clerk uses keys."""

from datetime import date
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLabel, QLineEdit, QPlainTextEdit, QWidget

from desktop.models import Employment, School, Teacher
from desktop.queries.contents import contents_hash
from desktop.store import Store
from desktop.store.history import list_acts
from desktop.ui.screens import PAGES
from desktop.ui.theme import theme
from tests.builders import add, contents_of, school_content, teacher_content
from tests.ui.conftest import Answers, settle


def commit(widget: QWidget, text: str) -> None:
    """Give a widget a text as an input method does when the clerk has chosen the characters."""
    event = QInputMethodEvent()
    event.setCommitString(text)
    QApplication.sendEvent(widget, event)


def type_field(qtbot: Any, text: str) -> None:
    """Type into the field that has the keyboard, as an input method commits it, and press Enter."""
    widget = QApplication.focusWidget()
    assert isinstance(widget, QWidget)
    if text:
        widget.selectAll()  # type: ignore[attr-defined]
        commit(widget, text)
    qtbot.keyClick(widget, Qt.Key.Key_Return)


def named(window: QWidget, kind: type[QWidget], name: str) -> Any:
    return next(each for each in window.findChildren(kind) if each.accessibleName() == name)


def name_at(page: Any, line: int) -> str:
    return str(page.model.text_at(line, page.model.columns[0]))


def fill_people(store: Store) -> dict[str, str]:
    names = ["单雄信", "曾国藩", "张三", "欧阳靖"]
    return {name: add(store, Teacher, teacher_content(number, name=name)) for number, name in enumerate(names, 1)}


def test_person_entered_by_keys_alone(qtbot: Any, open_window: Any, office: Store) -> None:
    """Ctrl+N, a field after the other with Enter, Ctrl+S: a whole person without the mouse."""
    window = open_window()
    qtbot.keyClick(window, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, window)
    qtbot.keyClick(window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, window)
    for text in ("李𠮷祥", "", "", "nan", "zhuang", "1980-03"):
        type_field(qtbot, text)
    for text in ("居民身份证", "509999198003151036"):
        type_field(qtbot, text)
    form = window.pages["teachers"].form
    assert form.sections.cells["gender"].editor.text() == "男"
    assert form.sections.cells["ethnicity"].editor.text() == "壮族"
    qtbot.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, window)
    [content] = contents_of(office, Teacher).values()
    assert content["name"] == "李𠮷祥"
    assert content["id_number"] == "509999198003151036"
    assert content["gender"] == "1"
    assert window.pages["teachers"].model.rowCount() == 1


def test_unreadable_value_tells_a_sentence_and_is_not_saved(qtbot: Any, open_window: Any, office: Store) -> None:
    """A value that cannot be read has its sentence under the field; saving goes to that field and writes nothing."""
    window = open_window()
    window.open_page("teachers", "new")
    settle(qtbot, window)
    form = window.pages["teachers"].form
    type_field(qtbot, "张三")
    cell = form.sections.cells["birth_date"]
    cell.editor.setFocus()
    type_field(qtbot, "1980.13")
    assert cell.problem.isVisible()
    assert "月" in cell.problem.text()
    form.save()
    settle(qtbot, window)
    assert QApplication.focusWidget() is cell.editor
    assert not contents_of(office, Teacher)


def test_composing_fires_nothing(qtbot: Any, open_window: Any) -> None:
    """While an input method composes, no suggestion opens, Enter moves nowhere and no value is read."""
    window = open_window()
    window.open_page("teachers", "new")
    settle(qtbot, window)
    cell = window.pages["teachers"].form.sections.cells["gender"]
    cell.editor.setFocus()
    QApplication.sendEvent(cell.editor, QInputMethodEvent("nv", []))
    qtbot.keyClick(cell.editor, Qt.Key.Key_Return)
    assert QApplication.focusWidget() is cell.editor
    assert not cell.editor.is_offering()
    assert not cell.problem.isVisible()
    assert not cell.is_changed
    commit(cell.editor, "女")
    qtbot.keyClick(cell.editor, Qt.Key.Key_Return)
    assert QApplication.focusWidget() is not cell.editor
    assert cell.packed() == "2"


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("sxx", ["单雄信"]),
        ("shanxiong", ["单雄信"]),
        ("zs", ["张三"]),
        ("ceng", ["曾国藩"]),
        ("zgf", ["曾国藩"]),
        ("oyj", ["欧阳靖"]),
        ("阳", ["欧阳靖"]),
        ("zzz", []),
    ],
)
def test_list_is_found_by_pinyin(qtbot: Any, open_window: Any, office: Store, typed: str, found: list[str]) -> None:
    """Names are found by characters, initials and full pinyin in every common reading of the surname."""
    fill_people(office)
    window = open_window()
    window.open_page("teachers")
    settle(qtbot, window)
    page = window.pages["teachers"]
    commit(page.filters.search, typed)
    assert [name_at(page, line) for line in range(page.model.rowCount())] == found


def test_last_four_of_the_number_find_a_person(qtbot: Any, open_window: Any, office: Store) -> None:
    """The last four digits of the ID number narrow the list to their owner."""
    uids = fill_people(office)
    tail = contents_of(office, Teacher)[uids["张三"]]["id_number"][-4:]
    window = open_window()
    window.open_page("teachers")
    settle(qtbot, window)
    page = window.pages["teachers"]
    qtbot.keyClicks(page.filters.search, tail)
    assert [page.model.uid_at(line) for line in range(page.model.rowCount())] == [uids["张三"]]


def test_model_keeps_qts_contract(qtbot: Any, open_window: Any, office: Store) -> None:
    """The list's model passes Qt's own tester through loading, filtering and sorting."""
    fill_people(office)
    window = open_window()
    window.open_page("teachers")
    page = window.pages["teachers"]
    tester = QAbstractItemModelTester(page.model, QAbstractItemModelTester.FailureReportingMode.Warning)
    settle(qtbot, window)
    page.filters.search.setText("张")
    page.filters.search.clear()
    page.list.sort(0, Qt.SortOrder.DescendingOrder)
    settle(qtbot, window)
    assert tester.model() is page.model
    assert page.model.rowCount() == 4


def test_numbers_are_masked_until_asked(qtbot: Any, open_window: Any, office: Store) -> None:
    """List, form and clipboard show personal numbers in part until the clerk asks for them."""
    uids = fill_people(office)
    number = contents_of(office, Teacher)[uids["张三"]]["id_number"]
    window = open_window()
    window.open_page("teachers", uids["张三"])
    settle(qtbot, window)
    page = window.pages["teachers"]
    page.table.copy_selection()
    assert number not in QApplication.clipboard().text()
    assert page.form.sections.cells["id_number"].editor.text() == number[:6] + "*" * 8 + number[-4:]
    page.toggle_masked()
    page.table.copy_selection()
    assert f"'{number}" in QApplication.clipboard().text()
    assert page.form.sections.cells["id_number"].editor.text() == number


def test_copied_rows_have_headings(qtbot: Any, open_window: Any, office: Store) -> None:
    """Ctrl+C puts the selected rows with their headings on the clipboard, tab-separated."""
    fill_people(office)
    window = open_window()
    window.open_page("teachers")
    settle(qtbot, window)
    page = window.pages["teachers"]
    page.table.selectAll()
    qtbot.keyClick(page.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QApplication.clipboard().text().splitlines()
    assert lines[0].split("\t")[:2] == ["姓名", "性别"]
    assert len(lines) == 5


def test_undo_takes_back_the_last_act_and_names_it(qtbot: Any, open_window: Any, office: Store) -> None:
    """Ctrl+Z outside an edited field takes the last Act back; the menu says which."""
    uids = fill_people(office)
    with office.read() as session:
        before = contents_hash(session)
    window = open_window()
    window.open_page("teachers", uids["张三"])
    settle(qtbot, window)
    form = window.pages["teachers"].form
    cell = form.sections.cells["subject"]
    cell.editor.setFocus()
    type_field(qtbot, "美术")
    form.save()
    settle(qtbot, window)
    assert window.menu.undo_action.text() == "撤销 修改教师 张三"
    qtbot.keyClick(window.pages["teachers"].table, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, window)
    with office.read() as session:
        assert contents_hash(session) == before
    assert form.sections.cells["subject"].editor.text() == "数学" or not cell.is_changed


def test_undo_inside_a_field_undoes_typing(qtbot: Any, open_window: Any, office: Store) -> None:
    """Ctrl+Z in a field with typing takes the typing back and no Act."""
    uids = fill_people(office)
    window = open_window()
    window.open_page("teachers", uids["张三"])
    settle(qtbot, window)
    cell = window.pages["teachers"].form.sections.cells["native_place"]
    cell.editor.setFocus()
    qtbot.keyClicks(cell.editor, "abc")
    qtbot.keyClick(cell.editor, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, window)
    assert cell.editor.text() == ""
    assert len(contents_of(office, Teacher)) == 4


def test_correction_asks_for_a_reason(qtbot: Any, open_window: Any, office: Store, dialogs: Answers) -> None:
    """Another name is a correction: without a reason nothing is saved, with one it stands in the history."""
    uids = fill_people(office)
    window = open_window()
    window.open_page("teachers", uids["张三"])
    settle(qtbot, window)
    form = window.pages["teachers"].form
    cell = form.sections.cells["name"]
    cell.editor.setFocus()
    type_field(qtbot, "张叁")
    form.save()
    settle(qtbot, window)
    assert contents_of(office, Teacher)[uids["张三"]]["name"] == "张三"
    dialogs.prepared = ["户口簿为准"]
    form.save()
    settle(qtbot, window)
    assert contents_of(office, Teacher)[uids["张三"]]["name"] == "张叁"
    form.toggle_history()
    settle(qtbot, window)
    assert "姓名由“张三”改为“张叁”" in form.history.text()
    assert "更正原因：户口簿为准" in form.history.text()


def test_newer_revision_keeps_what_was_typed(qtbot: Any, open_window: Any, office: Store, dialogs: Answers) -> None:
    """A record saved elsewhere meanwhile is loaded anew; what is typed here stays and is saved at the second try.

    What the other wrote into the same field is shown before it is written over.
    """
    uids = fill_people(office)
    window = open_window()
    window.open_page("teachers", uids["张三"])
    settle(qtbot, window)
    form = window.pages["teachers"].form
    form.sections.cells["native_place"].editor.setFocus()
    type_field(qtbot, "重庆")
    from desktop.services.records import save  # noqa: PLC0415

    with office.write("别处", operator="李") as session:
        save(session, Teacher, {"health": "良好", "native_place": "成都"}, uid=uids["张三"])
    settle(qtbot, window)
    form.save()
    settle(qtbot, window)
    assert "刚才被别处改过" in dialogs.asked[-1].text
    assert dialogs.asked[-1].detail == "籍贯：别处改为“成都”，您填写“重庆”"
    form.save()
    settle(qtbot, window)
    content = contents_of(office, Teacher)[uids["张三"]]
    assert (content["native_place"], content["health"]) == ("重庆", "良好")


def test_delete_says_what_hangs_on_the_record(qtbot: Any, open_window: Any, office: Store, dialogs: Answers) -> None:
    """The question counts what points to the person, its default leaves everything, and undo brings all back."""
    uids = fill_people(office)
    school = add(office, School, school_content())
    add(office, Employment, {"teacher": uids["张三"], "school": school, "kind": "1", "start": "2001-09"})
    window = open_window()
    window.open_page("teachers", uids["张三"])
    settle(qtbot, window)
    form = window.pages["teachers"].form
    form.ask_delete()
    assert "任职经历 1 条" in dialogs.asked[-1].text
    assert dialogs.asked[-1].danger == "删除"
    assert len(contents_of(office, Teacher)) == 4
    dialogs.prepared = ["删除"]
    form.ask_delete()
    settle(qtbot, window)
    assert uids["张三"] not in contents_of(office, Teacher)
    window.undo()
    settle(qtbot, window)
    assert uids["张三"] in contents_of(office, Teacher)


def test_unsaved_typing_is_asked_about(qtbot: Any, open_window: Any, office: Store, dialogs: Answers) -> None:
    """Leaving a page with unsaved typing asks; the default stays with the typing."""
    uids = fill_people(office)
    window = open_window()
    window.open_page("teachers", uids["张三"])
    settle(qtbot, window)
    window.pages["teachers"].form.sections.cells["native_place"].editor.setFocus()
    type_field(qtbot, "重庆")
    dialogs.prepared = ["继续填写"]
    window.open_page("home")
    assert window.current == "teachers"
    dialogs.prepared = ["放弃改动"]
    window.open_page("home")
    assert window.current == "home"


def test_child_lines_are_typed_and_saved(qtbot: Any, open_window: Any, office: Store) -> None:
    """A line of 学历学位 is entered in its small table and saved with the person."""
    uids = fill_people(office)
    window = open_window()
    window.open_page("teachers", uids["张三"])
    settle(qtbot, window)
    form = window.pages["teachers"].form
    [table] = form.sections.tables
    lines = len(table.lines())
    table.add_line()
    number = table.table.rowCount() - 1
    table.table.item(number, 0).setText("最高学历")
    table.table.item(number, 1).setText("大学本科")
    table.table.item(number, 5).setText("2001.7")
    assert table.table.item(number, 5).text() == "2001-07"
    form.save()
    settle(qtbot, window)
    saved = contents_of(office, Teacher)[uids["张三"]]["educations"]
    assert len(saved) == lines + 1
    assert saved[-1]["graduated"] == "2001-07"


def test_finder_opens_a_person(qtbot: Any, open_window: Any, office: Store) -> None:
    """Ctrl+F, initials, Enter: the person's form stands open."""
    uids = fill_people(office)
    window = open_window()
    settle(qtbot, window)
    qtbot.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(window.top.finder, "oyj")
    qtbot.keyClick(window.top.finder, Qt.Key.Key_Return)
    settle(qtbot, window)
    assert window.current == "teachers"
    assert window.pages["teachers"].form.stored.uid == uids["欧阳靖"]


def test_log_undoes_an_act(qtbot: Any, open_window: Any, office: Store, dialogs: Answers) -> None:
    """The log tells what an Act did and takes it back after a question with the count."""
    fill_people(office)
    window = open_window()
    window.open_page("log")
    settle(qtbot, window)
    page = window.pages["log"]
    assert "新增 教师“欧阳靖”" in page.detail.toPlainText()
    dialogs.prepared = ["撤销"]
    page.undo()
    settle(qtbot, window)
    assert "1 条" in dialogs.asked[-1].text
    assert len(contents_of(office, Teacher)) == 3
    with office.read() as session:
        assert list_acts(session)[0].undoes is not None


def test_backup_is_listed(qtbot: Any, open_window: Any) -> None:
    """A backup made now stands in the list with day and hour, and its age in the status bar."""
    window = open_window()
    window.open_page("backups")
    page = window.pages["backups"]
    page.back_up()
    settle(qtbot, window)
    [line] = page.table.plain.rows
    assert line[1].startswith(f"{date.today()} ")  # noqa: DTZ011
    assert "今天" in window.status.backup.text()


@pytest.mark.parametrize("percent", [100, 150])
def test_pages_fit_the_screen_and_name_their_controls(
    qtbot: Any, open_window: Any, office: Store, percent: int
) -> None:
    """At 1366×768 every page finds room, all that takes the keyboard has a name, no text is markup."""
    fill_people(office)
    window = open_window()
    if percent != 100:
        theme.set_percent(percent)
    for entry in PAGES:
        window.open_page(entry.name)
        settle(qtbot, window)
        assert window.minimumSizeHint().width() <= 1366, entry.name
        assert window.minimumSizeHint().height() <= 768, entry.name
        for kind in (QAbstractButton, QComboBox, QLineEdit, QPlainTextEdit):
            for each in window.pages[entry.name].findChildren(kind):
                if each.isVisible() and each.focusPolicy() != Qt.FocusPolicy.NoFocus:
                    assert each.accessibleName() or getattr(each, "text", str)(), (entry.name, each)
    labels = [label for label in window.findChildren(QLabel) if label.text()]
    assert all(label.textFormat() == Qt.TextFormat.PlainText for label in labels)
    theme.set_percent(100)


class _Shown(QObject):
    """Notes which widgets come up as windows of their own."""

    def __init__(self) -> None:
        super().__init__()
        self.windows: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt calls it so
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.windows.append(f"{type(watched).__name__} {getattr(watched, 'text', str)()}")
        return False


def test_a_page_opens_no_window_of_its_own(qtbot, open_window) -> None:
    """A part that is shown before it stands in the page flashes up as a window and takes the keyboard away."""
    window = open_window()
    shown = _Shown()
    QApplication.instance().installEventFilter(shown)
    for entry in PAGES:
        window.open_page(entry.name)
        settle(qtbot, window)
    QApplication.instance().removeEventFilter(shown)
    assert shown.windows == []
    assert window.isActiveWindow()
