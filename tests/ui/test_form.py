"""What the form does for who enters one person after the other."""

from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any

import pypdfium2
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication

from desktop.models import Employment, School, Teacher
from desktop.queries.contents import contents_hash
from desktop.reports.printing import list_prints
from desktop.store import Store
from desktop.store.history import list_acts
from desktop.ui.forms.links import Links
from desktop.ui.forms.saving import Saving, save_record
from desktop.ui.forms.sections import Sections
from tests.builders import add, add_all, contents_of, employment_content, make_office, school_content, teacher_content
from tests.ui.conftest import Answers, settle

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def put(qtbot: Any, form: Any, name: str, text: str) -> None:
    """Type a text into a field as an input method commits it, and leave with Enter."""
    editor = form.sections.cells[name].editor
    form.sections.focus_named(name)
    editor.selectAll()
    qtbot.keyClick(editor, Qt.Key.Key_Delete)
    event = QInputMethodEvent()
    event.setCommitString(text)
    QApplication.sendEvent(editor, event)
    qtbot.keyClick(editor, Qt.Key.Key_Return)


def new_form(qtbot: Any, open_window: Any) -> Any:
    window = open_window()
    window.open_page("teachers", "new")
    settle(qtbot, window)
    return window, window.pages["teachers"].form


def test_form_is_made_a_few_fields_at_a_time(open_window: Any) -> None:
    """No turn of the window makes more than six fields, and all are there and in their places after the last."""
    sections = Sections(Teacher, Links(open_window().desk))
    made = [0]
    while sections.grow():
        made.append(len(sections.cells))
    assert max(after - before for before, after in pairwise(made)) <= 6
    assert len(sections.cells) == made[-1] > 30
    assert all(sections.widget().isAncestorOf(cell) for cell in sections.cells.values())
    sections.deleteLater()


def test_pinned_value_stays_for_the_next_person(qtbot: Any, open_window: Any, office: Store) -> None:
    """F6 pins a field: after saving, its value stands in the next empty form, and other values do not."""
    window, form = new_form(qtbot, open_window)
    put(qtbot, form, "name", "张三")
    put(qtbot, form, "birth_date", "1980-03")
    put(qtbot, form, "subject", "语文")
    form.sections.focus_named("subject")
    qtbot.keyClick(form.sections.cells["subject"].editor, Qt.Key.Key_F6)
    qtbot.keyClick(form.sections.cells["subject"].editor, Qt.Key.Key_S, CTRL | SHIFT)
    settle(qtbot, window)
    assert form.stored is None
    assert form.sections.cells["subject"].editor.text() == "语文"
    assert form.sections.cells["birth_date"].editor.text() == ""
    assert QApplication.focusWidget() is form.sections.cells["name"].editor
    assert not form.is_dirty
    put(qtbot, form, "name", "李四")
    put(qtbot, form, "birth_date", "1981-04")
    qtbot.keyClick(form.sections.cells["subject"].editor, Qt.Key.Key_S, CTRL)
    settle(qtbot, window)
    assert sorted((each["name"], each["subject"]) for each in contents_of(office, Teacher).values()) == [
        ("张三", "语文"),
        ("李四", "语文"),
    ]


def test_one_key_repeats_the_last_value(qtbot: Any, open_window: Any) -> None:
    """Ctrl+D fills a field as the person saved before has it; personal numbers are never repeated."""
    window, form = new_form(qtbot, open_window)
    put(qtbot, form, "name", "张三")
    put(qtbot, form, "id_number", str(teacher_content(1)["id_number"]))
    put(qtbot, form, "native_place", "重庆渝北")
    qtbot.keyClick(form.sections.cells["subject"].editor, Qt.Key.Key_S, CTRL | SHIFT)
    settle(qtbot, window)
    for name in ("native_place", "id_number"):
        form.sections.focus_named(name)
        qtbot.keyClick(form.sections.cells[name].editor, Qt.Key.Key_D, CTRL)
    assert form.sections.cells["native_place"].editor.text() == "重庆渝北"
    assert form.sections.cells["id_number"].editor.text() == ""
    form.show_record(None, form.names)


def test_new_record_tells_who_has_the_name_or_number(qtbot: Any, open_window: Any, office: Store) -> None:
    """Leaving the name or number of a new person names who has it already and where; F7 opens that person."""
    school = add(office, School, school_content(1, name="石坪中学"))
    known = add(office, Teacher, teacher_content(1, name="张三"))
    add(office, Employment, employment_content(known, school))
    window, form = new_form(qtbot, open_window)
    put(qtbot, form, "name", "王芳")
    settle(qtbot, window)
    assert not form.namesakes.isVisible()
    put(qtbot, form, "name", "张三")
    settle(qtbot, window)
    assert form.namesakes.isVisible()
    assert "石坪中学（姓名相同）" in form.namesakes.said.text()
    put(qtbot, form, "id_number", str(teacher_content(1)["id_number"]))
    settle(qtbot, window)
    assert "姓名、身份证号相同" in form.namesakes.said.text()
    form.show_record(None, form.names)
    put(qtbot, form, "name", "张三")
    settle(qtbot, window)
    form.drafts.give_up()
    form.sections.cells["name"].editor.set_text("")
    qtbot.keyClick(form, Qt.Key.Key_F7)
    settle(qtbot, window)
    assert form.stored is not None
    assert form.stored.uid == known


def test_all_problems_are_listed_and_f8_goes_to_each(qtbot: Any, open_window: Any) -> None:
    """Every unreadable field stands in the list below; F8 goes from one to the next; mending empties the list."""
    window, form = new_form(qtbot, open_window)
    put(qtbot, form, "name", "张三")
    put(qtbot, form, "birth_date", "1980.13")
    put(qtbot, form, "id_number", "123")
    assert len(form.problems.texts()) == 2
    assert form.problems.texts()[0].startswith("出生年月：")
    qtbot.keyClick(form, Qt.Key.Key_F8)
    assert QApplication.focusWidget() is form.sections.cells["birth_date"].editor
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_F8)
    assert QApplication.focusWidget() is form.sections.cells["id_number"].editor
    put(qtbot, form, "birth_date", "1980.12")
    put(qtbot, form, "id_number", "")
    assert not form.problems.isVisible()
    window.pages["teachers"].form.show_record(None, form.names)


def test_date_to_come_is_told_under_its_field(qtbot: Any, open_window: Any, office: Store) -> None:
    """A birth, a beginning of work in the future is a sentence under the field, and nothing is saved."""
    window, form = new_form(qtbot, open_window)
    put(qtbot, form, "name", "张三")
    put(qtbot, form, "birth_date", "2099.5")
    put(qtbot, form, "work_start_month", "2099.9")
    assert "不在合理范围" in form.sections.cells["birth_date"].problem.text()
    assert "晚于今天" in form.sections.cells["work_start_month"].problem.text()
    qtbot.keyClick(form, Qt.Key.Key_S, CTRL)
    settle(qtbot, window)
    assert contents_of(office, Teacher) == {}
    form.show_record(None, form.names)


def test_stored_record_lists_what_the_paper_needs(qtbot: Any, open_window: Any, office: Store) -> None:
    """Beside a saved record stands what still keeps it from being handed in, marked as such."""
    uid = add(office, Teacher, {"name": "张三", "birth_date": "1980-03"})
    window = open_window()
    window.open_page("teachers", uid)
    settle(qtbot, window)
    texts = window.pages["teachers"].form.problems.texts()
    assert "上报前：身份证号没有填写" in texts
    assert all(text.startswith("上报前：") for text in texts)


def test_history_takes_a_step_back(qtbot: Any, open_window: Any, office: Store, dialogs: Answers) -> None:
    """变更记录 tells each step in sentences; the chosen one is taken back after a question with the count."""
    uid = add(office, Teacher, teacher_content(1, name="张三"))
    with office.read() as session:
        before = contents_hash(session)
    window = open_window()
    window.open_page("teachers", uid)
    settle(qtbot, window)
    form = window.pages["teachers"].form
    put(qtbot, form, "subject", "美术")
    form.save()
    settle(qtbot, window)
    form.toggle_history()
    settle(qtbot, window)
    assert "任教学科由“语文”改为“美术”" in form.history.text()
    dialogs.prepared = ["撤销"]
    qtbot.keyClick(form.history.list, Qt.Key.Key_Return)
    settle(qtbot, window)
    assert "涉及 1 条记录" in dialogs.asked[-1].text
    with office.read() as session:
        assert contents_hash(session) == before


def test_save_and_next_walks_down_the_list(qtbot: Any, open_window: Any, office: Store) -> None:
    """Ctrl+Shift+S saves and opens the next line with the keyboard in the same field."""
    uids = add_all(office, Teacher, [teacher_content(1, name="张三"), teacher_content(2, name="李四")])
    window = open_window()
    window.open_page("teachers", uids[0])
    settle(qtbot, window)
    form = window.pages["teachers"].form
    put(qtbot, form, "native_place", "重庆")
    form.sections.focus_named("native_place")
    qtbot.keyClick(form.sections.cells["native_place"].editor, Qt.Key.Key_S, CTRL | SHIFT)
    settle(qtbot, window)
    assert contents_of(office, Teacher)[uids[0]]["native_place"] == "重庆"
    assert form.stored.uid == uids[1]
    assert QApplication.focusWidget() is form.sections.cells["native_place"].editor


def test_nothing_is_saved_in_the_middle_of_pinyin(qtbot: Any, open_window: Any, office: Store) -> None:
    """Ctrl+S while an input method composes saves nothing; after the characters are chosen it does."""
    window, form = new_form(qtbot, open_window)
    put(qtbot, form, "name", "张三")
    put(qtbot, form, "birth_date", "1980-03")
    editor = form.sections.cells["native_place"].editor
    editor.setFocus()
    QApplication.sendEvent(editor, QInputMethodEvent("chong", []))
    qtbot.keyClick(editor, Qt.Key.Key_S, CTRL)
    settle(qtbot, window)
    assert not contents_of(office, Teacher)
    event = QInputMethodEvent()
    event.setCommitString("重庆")
    QApplication.sendEvent(editor, event)
    qtbot.keyClick(editor, Qt.Key.Key_S, CTRL)
    settle(qtbot, window)
    [content] = contents_of(office, Teacher).values()
    assert content["native_place"] == "重庆"


def test_number_fields_switch_the_input_method_off(qtbot: Any, open_window: Any, office: Store) -> None:
    """Fields of digits and dates take no input method, also after a masked number was shown in full; texts do."""
    uid = add(office, Teacher, teacher_content(1, name="张三"))
    window = open_window()
    window.open_page("teachers", uid)
    settle(qtbot, window)
    page = window.pages["teachers"]
    page.toggle_masked()
    cells = page.form.sections.cells
    off = Qt.WidgetAttribute.WA_InputMethodEnabled
    digits = ("id_number", "mobile", "bank_account", "cert_no", "birth_date", "work_start_month")
    assert not any(cells[name].editor.testAttribute(off) for name in digits)
    assert all(cells[name].editor.testAttribute(off) for name in ("name", "subject", "native_place"))


def test_asking_for_numbers_is_logged(qtbot: Any, open_window: Any, office: Store) -> None:
    """Showing personal numbers in full leaves a line in the operations log, and Ctrl+Z does not mean it."""
    add(office, Teacher, teacher_content(1, name="张三"))
    window = open_window()
    window.open_page("teachers")
    settle(qtbot, window)
    page = window.pages["teachers"]
    page.toggle_masked()
    page.toggle_masked()
    with office.read() as session:
        looks = [act for act in list_acts(session) if act.kind == "look"]
    assert [(act.name, act.operator) for act in looks] == [("查看完整号码：教师列表，1 条", window.desk.operator)]
    assert window.menu.undo_action.text() != "撤销 查看完整号码"


def test_long_text_is_left_by_ctrl_enter(qtbot: Any, open_window: Any) -> None:
    """Enter in a long text is a new line; Ctrl+Enter goes on; Ctrl+Z without typing there is the window's."""
    window, form = new_form(qtbot, open_window)
    editor = form.sections.cells["note"].editor
    form.sections.focus_named("note")
    qtbot.keyClicks(editor, "a")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.keyClicks(editor, "b")
    assert editor.text() == "a\nb"
    qtbot.keyClick(editor, Qt.Key.Key_Return, CTRL)
    assert QApplication.focusWidget() is not editor
    form.show_record(None, form.names)
    window.pages["teachers"].table.setFocus()


def test_list_is_printed_as_it_is_seen(
    qtbot: Any, open_window: Any, office: Store, dialogs: Answers, tmp_path: Path
) -> None:
    """Ctrl+P previews the filtered rows and shown columns with masked numbers; saved, they are in the print log."""
    add_all(office, Teacher, [teacher_content(1, name="张三"), teacher_content(2, name="李四")])
    window = open_window()
    window.open_page("teachers")
    settle(qtbot, window)
    page = window.pages["teachers"]
    page.filters.search.setText("zs")
    qtbot.keyClick(page.table, Qt.Key.Key_P, CTRL)
    settle(qtbot, window)
    panel = page.stage.print_panel
    assert panel.isVisible()
    assert not page.filters.isVisible()
    assert "共 1 页 · A4横向 · 1 人" in panel.preview.place.text()
    assert panel.preview.sheet.pixmap().width() > 300
    dialogs.prepared = [str(tmp_path / "列表.pdf")]
    qtbot.keyClick(window, Qt.Key.Key_S, CTRL)
    settle(qtbot, window)
    document = pypdfium2.PdfDocument(tmp_path / "列表.pdf")
    text = document[0].get_textpage().get_text_bounded()
    document.close()
    number = str(teacher_content(1)["id_number"])
    assert "张三" in text
    assert "李四" not in text
    assert number not in text
    assert number[-4:] in text
    with office.read() as session:
        assert [each.people for each in list_prints(session)] == [1]
    qtbot.keyClick(panel, Qt.Key.Key_Escape)
    assert page.table.isVisible()
    assert page.filters.isVisible()
    assert panel.sheets is None


def test_reasons_given_before_are_offered(qtbot: Any, open_window: Any, office: Store, dialogs: Answers) -> None:
    """The reason of one correction can be chosen at the next; the last one stands first, none is set beforehand."""
    uid = add(office, Teacher, teacher_content(1, name="张三"))
    window = open_window()
    window.open_page("teachers", uid)
    settle(qtbot, window)
    form = window.pages["teachers"].form
    for name, reason in (("张山", "户口簿为准"), ("张珊", "身份证为准"), ("张三", "户口簿为准")):
        dialogs.prepared = [reason]
        put(qtbot, form, "name", name)
        form.save()
        settle(qtbot, window)
    asked = [each for each in dialogs.asked if each.title == "更正原因"]
    assert [each.names for each in asked] == [(), ("户口簿为准",), ("身份证为准", "户口簿为准")]
    assert {each.start for each in asked} == {""}
    assert contents_of(office, Teacher)[uid]["name"] == "张三"


def test_masked_number_is_seen_to_its_last_digit(qtbot: Any, open_window: Any, office: Store) -> None:
    """Eighteen characters find room in the form as wide as it is at first."""
    uid = add(office, Teacher, teacher_content(1, name="张三"))
    window = open_window()
    window.open_page("teachers", uid)
    settle(qtbot, window)
    editor = window.pages["teachers"].form.sections.cells["id_number"].editor
    assert "*" in editor.text()
    assert editor.fontMetrics().horizontalAdvance(editor.text()) + 20 < editor.width()


def test_school_of_a_township_stands_under_its_county(tmp_path: Path) -> None:
    """A township's new school has the code of the county, so that both offices give it one uid."""
    with closing(make_office(tmp_path / "township", code="509999001", rank="township")) as store:
        stored = save_record(store, Saving(School, {"name": "石坪镇中心小学"}, None, None, "石坪镇中心小学"), "王")
    assert stored.content["county_code"] == "509999"
