"""Changing many records from the list: pasted blocks, filling down, bulk change, deleting."""

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from desktop.exchange.pasted import split_block
from desktop.models import Appointment, Cohort, Employment, School, Teacher
from desktop.queries.contents import contents_hash
from desktop.store import Store
from desktop.store.history import list_acts
from tests.builders import (
    add,
    add_all,
    cohort_content,
    contents_of,
    employment_content,
    school_content,
    teacher_content,
)
from tests.ui.conftest import Answers, settle

CTRL = Qt.KeyboardModifier.ControlModifier


def block(count: int) -> str:
    """What WPS puts on the clipboard for so many teachers, a cell with a line break among them."""
    lines = ["姓名\t身份证号码\t出生日期\t任教学科\t血型\t备注说明"]
    for number in range(1, count + 1):
        content = teacher_content(number)
        note = '"第一行\n第二行"' if number == 1 else ""
        lines.append(f"教师{number}\t{content['id_number']}\t1980年3月15日\t语文\tO\t{note}")
    return "\r\n".join(lines) + "\r\n"


def opened(qtbot: Any, open_window: Any, plural: str = "teachers") -> tuple[Any, Any]:
    window = open_window()
    window.open_page(plural)
    settle(qtbot, window)
    return window, window.pages[plural]


def three(store: Store, first: str) -> list[str]:
    subjects = (first, "美术", "音乐")
    contents = [teacher_content(n, name=f"教师{n}", subject=subject) for n, subject in enumerate(subjects, 1)]
    return add_all(store, Teacher, contents)


def paste(qtbot: Any, window: Any, page: Any, text: str) -> None:
    QApplication.clipboard().setText(text)
    qtbot.keyClick(page.table, Qt.Key.Key_V, CTRL)
    settle(qtbot, window)


def test_block_is_previewed_pasted_and_undone(qtbot: Any, open_window: Any, office: Store) -> None:
    """Thirty rows with headings: columns known by name, unknown ones told, one Act, and undone whole."""
    add(office, Teacher, teacher_content(900, name="旧人"))
    with office.read() as session:
        before = contents_hash(session)
    window, page = opened(qtbot, open_window)
    paste(qtbot, window, page, block(30))
    panel = page.stage.paste_panel
    assert page.stage.currentWidget() is panel
    assert panel.headed.isChecked()
    assert "共 30 行：新增 30 人" in panel.said.text()
    assert "不粘贴的列：血型" in panel.said.text()
    with office.read() as session:
        assert contents_hash(session) == before
    for _ in range(3):  # pressed again before the window could answer, it writes once and refuses nothing
        qtbot.keyClick(panel, Qt.Key.Key_Return, CTRL)
    settle(qtbot, window)
    assert window.desk.dialogs.asked == []
    people = contents_of(office, Teacher)
    assert len(people) == 31
    first = next(each for each in people.values() if each["name"] == "教师1")
    assert first["birth_date"] == "1980-03-15"
    assert first["note"] == "第一行\n第二行"
    assert page.stage.currentWidget() is page.splitter
    with office.read() as session:
        assert list_acts(session)[0].name == "粘贴教师 30 条"
    window.menu.undo_action.trigger()
    settle(qtbot, window)
    assert len(contents_of(office, Teacher)) == 31  # the question was closed by Escape
    window.desk.dialogs.prepared = ["撤销", "撤销"]
    for _ in range(2):
        window.menu.undo_action.trigger()
    settle(qtbot, window)
    assert len(window.desk.dialogs.asked) == 2
    with office.read() as session:
        assert contents_hash(session) == before


def test_cells_not_understood_and_doubles_are_told(qtbot: Any, open_window: Any, office: Store) -> None:
    """A cell that cannot be read, a number that exists and one that comes twice keep their rows out, each named."""
    add(office, Teacher, teacher_content(1, name="张三"))
    window, page = opened(qtbot, open_window)
    number = [str(teacher_content(each)["id_number"]) for each in (1, 2, 3)]
    rows = [f"甲\t{number[0]}", f"乙\t{number[1]}", f"丙\t{number[1]}", "丁\t123", f"戊\t{number[2]}", "己\t\t2099-5"]
    paste(qtbot, window, page, "姓名\t身份证号\t出生年月\n" + "\n".join(rows))
    text = page.stage.paste_panel.said.text()
    assert "新增 2 人" in text
    assert "看不懂 4 处" in text
    assert "第 4 行身份证号" in text
    assert "第 6 行出生年月" in text
    assert page.stage.paste_panel.table.item(4, 1).text() == "✕ 123"
    qtbot.keyClick(page.stage.paste_panel, Qt.Key.Key_Return, CTRL)
    settle(qtbot, window)
    assert sorted(each["name"] for each in contents_of(office, Teacher).values()) == ["乙", "张三", "戊"]


def test_title_over_the_headings_is_left_out(qtbot: Any, open_window: Any, office: Store) -> None:
    """A whole sheet copied with its title and an empty row is read from its headings on."""
    window, page = opened(qtbot, open_window)
    number = teacher_content(1)["id_number"]
    text = f"某县教师花名册\t\t\n\t\t\n填报单位：某中学\t\t2026年\n序号\t姓名\t身份证号\n1\t张三\t{number}\n"
    QApplication.clipboard().setText(text)
    qtbot.keyClick(page, Qt.Key.Key_V, CTRL)
    settle(qtbot, window)
    panel = page.stage.paste_panel
    assert panel.headed.isChecked()
    assert "共 1 行：新增 1 人" in panel.said.text()


def test_schools_are_pasted_under_their_county(qtbot: Any, open_window: Any, office: Store) -> None:
    """The county's code that every school has is not asked of the clerk."""
    window, page = opened(qtbot, open_window, "schools")
    QApplication.clipboard().setText("学校名称\t学校类型\n云岭县瓦厂镇小学\t小学\n")
    qtbot.keyClick(page, Qt.Key.Key_V, CTRL)
    settle(qtbot, window)
    page.stage.paste_panel.confirm()
    settle(qtbot, window)
    [school] = contents_of(office, School).values()
    assert (school["name"], school["county_code"]) == ("云岭县瓦厂镇小学", office.office_code)


def test_columns_of_links_are_known_by_what_they_hold(qtbot: Any, open_window: Any, office: Store) -> None:
    """In a block of backbone teachers 姓名 means the teacher and 认定文号 the cohort."""
    teacher = add(office, Teacher, teacher_content(1, name="崔霞"))
    cohort = add(office, Cohort, cohort_content())
    number = contents_of(office, Cohort)[cohort]["doc_no"]
    window, page = opened(qtbot, open_window, "appointments")
    QApplication.clipboard().setText(f"姓名\t级别\t认定文号\n崔霞\t县级\t{number}\n")
    qtbot.keyClick(page, Qt.Key.Key_V, CTRL)
    settle(qtbot, window)
    assert "新增 1" in page.stage.paste_panel.said.text(), page.parts.paste_panel.said.text()
    page.stage.paste_panel.confirm()
    settle(qtbot, window)
    [made] = contents_of(office, Appointment).values()
    assert (made["teacher"], made["cohort"]) == (teacher, cohort)


def test_list_with_commas_is_split_at_them(qtbot: Any, open_window: Any, office: Store) -> None:
    """Lines copied out of a text file with the same commas each are cells; a column of texts with commas is one."""
    window, page = opened(qtbot, open_window)
    QApplication.clipboard().setText(f"姓名,身份证号\n张三,{teacher_content(1)['id_number']}\n")
    qtbot.keyClick(page, Qt.Key.Key_V, CTRL)
    settle(qtbot, window)
    assert "共 1 行：新增 1 人" in page.stage.paste_panel.said.text()
    assert split_block("甲,乙\n丙\n") == [["甲,乙"], ["丙"]]


def test_person_without_number_is_not_pasted_twice(qtbot: Any, open_window: Any, office: Store) -> None:
    """Without numbers to compare, the same name and birth date keep a row out, and so they do when one comes later."""
    add(office, Teacher, {"name": "仇英", "birth_date": "1970-01"})
    window, page = opened(qtbot, open_window)
    number = teacher_content(1)["id_number"]
    rows = ["仇英\t\t1970-01", f"仇英\t{number}\t1970-01", "仇英\t\t1971-01"]
    paste(qtbot, window, page, "姓名\t身份证号\t出生年月\n" + "\n".join(rows))
    text = page.stage.paste_panel.said.text()
    assert "新增 1 人，2 行不能保存" in text
    assert "第 2 行姓名、出生年月与已有的教师“仇英”相同" in text


def test_column_that_is_no_field_of_a_teacher_is_led_on(qtbot: Any, open_window: Any, office: Store) -> None:
    """级别 in a block of teachers is told with the way to have it registered; numbers are seen whole."""
    window, page = opened(qtbot, open_window)
    number = str(teacher_content(1)["id_number"])
    QApplication.clipboard().setText(f"姓名\t级别\t身份证号\t血型\n张三\t市级\t{number}\tO\n")
    qtbot.keyClick(page, Qt.Key.Key_V, CTRL)  # an empty list has no table yet to press it in
    settle(qtbot, window)
    panel = page.stage.paste_panel
    assert "不粘贴的列：级别、血型" in panel.said.text()
    assert "“级别”不在教师表中" in panel.said.text()
    assert panel.table.columnWidth(2) > panel.table.fontMetrics().horizontalAdvance(number) + 12


def test_school_of_a_block_becomes_an_employment(qtbot: Any, open_window: Any, office: Store) -> None:
    """工作单位 is found by full and short name; one not registered keeps its row out with what it may mean; one Act."""
    first = add(office, School, school_content(1, name="云岭县第一中学", names=[{"name": "云岭一中", "kind": "short"}]))
    with office.read() as session:
        before = contents_hash(session)
    window, page = opened(qtbot, open_window)
    numbers = [str(teacher_content(each)["id_number"]) for each in (1, 2, 3, 4)]
    rows = [
        f"甲\t云岭县第一中学\t{numbers[0]}",
        f"乙\t云岭一中（盖章）\t{numbers[1]}",
        f"丙\t云岭县第1中\t{numbers[2]}",
        f"丁\t\t{numbers[3]}",
    ]
    QApplication.clipboard().setText("姓名\t所在学校\t身份证号\n" + "\n".join(rows))
    qtbot.keyClick(page, Qt.Key.Key_V, CTRL)
    settle(qtbot, window)
    panel = page.stage.paste_panel
    assert "新增 3 人" in panel.said.text()
    assert "第 3 行工作单位：没有登记“云岭县第1中”这所学校，是不是“云岭县第一中学”" in panel.said.text()
    qtbot.keyClick(panel, Qt.Key.Key_Return, CTRL)
    settle(qtbot, window)
    names = {uid: each["name"] for uid, each in contents_of(office, Teacher).items()}
    employments = contents_of(office, Employment).values()
    assert sorted(names[each["teacher"]] for each in employments) == ["乙", "甲"]
    assert {(each["school"], each["kind"]) for each in employments} == {(first, "1")}
    window.desk.dialogs.prepared = ["撤销"]
    window.menu.undo_action.trigger()
    settle(qtbot, window)
    with office.read() as session:
        assert contents_hash(session) == before


def test_block_never_guesses_a_move(qtbot: Any, open_window: Any, office: Store) -> None:
    """Replacing, the same school changes nothing, a first one is registered, another one is led to 任职经历."""
    first, second = add_all(office, School, [school_content(1, name="第一中学"), school_content(2, name="第二中学")])
    uids = add_all(office, Teacher, [teacher_content(n, name=f"教师{n}") for n in (1, 2, 3)])
    for uid in uids[:2]:
        add(office, Employment, employment_content(uid, first))
    window, page = opened(qtbot, open_window)
    place = next(n for n, column in enumerate(page.model.columns) if column.name == "school")
    page.table.setCurrentIndex(page.model.index(0, place))
    settle(qtbot, window)
    lines = [page.model.uid_at(line) for line in range(3)]
    schools = {uids[0]: "第一中学", uids[1]: "第二中学", uids[2]: "第二中学"}
    paste(qtbot, window, page, "\n".join(schools[uid] for uid in lines) + "\n")
    panel = page.stage.paste_panel
    panel.mode.setCurrentIndex(1)
    settle(qtbot, window)
    assert "有变更 1 人，无变化 1 人，1 行不能保存" in panel.said.text()
    assert "现在“第一中学”任职，要改到“第二中学”，请在“任职经历”登记" in panel.said.text()
    panel.confirm()
    settle(qtbot, window)
    found = {(each["teacher"], each["school"]) for each in contents_of(office, Employment).values()}
    assert found == {(uids[0], first), (uids[1], first), (uids[2], second)}
    page.list.refilter()


def test_block_replaces_values_of_the_selected_rows(
    qtbot: Any, open_window: Any, office: Store, dialogs: Answers
) -> None:
    """A block without headings means the columns from the present one; empty cells change nothing."""
    uids = add_all(office, Teacher, [teacher_content(n, name=f"教师{n}") for n in (1, 2, 3)])
    window, page = opened(qtbot, open_window)
    place = next(n for n, column in enumerate(page.model.columns) if column.name == "subject")
    page.table.setCurrentIndex(page.model.index(1, place))
    settle(qtbot, window)
    paste(qtbot, window, page, "美术\t高级教师\n\t一级教师\n")
    panel = page.stage.paste_panel
    assert not panel.headed.isChecked()
    panel.mode.setCurrentIndex(1)
    settle(qtbot, window)
    panel.confirm()
    settle(qtbot, window)
    people = contents_of(office, Teacher)
    assert [people[uid]["subject"] for uid in uids] == ["语文", "美术", "语文"]
    assert people[uids[1]]["title"] != people[uids[0]]["title"]
    page.list.refilter()


def test_copied_rows_can_be_pasted_back_without_change(qtbot: Any, open_window: Any, office: Store) -> None:
    """What Ctrl+C copies, pasted over the same rows, changes nothing: numbers keep their digits."""
    add_all(office, Teacher, [teacher_content(n, name=f"教师{n}") for n in (1, 2)])
    window, page = opened(qtbot, open_window)
    page.toggle_masked()
    page.table.selectAll()
    qtbot.keyClick(page.table, Qt.Key.Key_C, CTRL)
    page.table.select_line(0)
    settle(qtbot, window)
    qtbot.keyClick(page.table, Qt.Key.Key_V, CTRL)
    settle(qtbot, window)
    page.stage.paste_panel.mode.setCurrentIndex(1)
    settle(qtbot, window)
    assert "无变化 2 人" in page.stage.paste_panel.said.text()
    assert not page.stage.paste_panel.confirm_button.isEnabled()
    qtbot.keyClick(page.stage.paste_panel, Qt.Key.Key_Escape)
    assert page.stage.currentWidget() is page.splitter


def test_bulk_change_asks_with_counts(qtbot: Any, open_window: Any, office: Store, dialogs: Answers) -> None:
    """Ctrl+H on three selected: the question says how many change and how many stay; one Act."""
    uids = three(office, "语文")
    window, page = opened(qtbot, open_window)
    page.table.selectAll()
    settle(qtbot, window)
    qtbot.keyClick(page.table, Qt.Key.Key_H, CTRL)
    names = [each.name for each in page.beside.bulk.fields]
    assert "id_number" not in names
    page.beside.bulk.choice.setCurrentIndex(names.index("subject"))
    page.beside.bulk.cell.editor.setText("美术")
    qtbot.keyClick(page.beside.bulk, Qt.Key.Key_Return, CTRL)
    settle(qtbot, window)
    assert "将把所选 3 条的“任教学科”改为“美术”：有变更 2 人，无变化 1 人" in dialogs.asked[-1].text
    assert {contents_of(office, Teacher)[uid]["subject"] for uid in uids} == {"语文", "美术", "音乐"}
    dialogs.prepared = ["修改 2 人"]
    qtbot.keyClick(page.beside.bulk, Qt.Key.Key_Return, CTRL)
    settle(qtbot, window)
    assert {contents_of(office, Teacher)[uid]["subject"] for uid in uids} == {"美术"}
    with office.read() as session:
        assert list_acts(session)[0].changes == 2


def test_fill_down_takes_the_topmost_value(qtbot: Any, open_window: Any, office: Store, dialogs: Answers) -> None:
    """Ctrl+D gives the selected rows the value of the first in the present column; numbers of persons are refused."""
    uids = three(office, "体育")
    window, page = opened(qtbot, open_window)
    place = next(n for n, column in enumerate(page.model.columns) if column.name == "subject")
    page.table.setCurrentIndex(page.model.index(0, place))
    page.table.selectAll()
    settle(qtbot, window)
    dialogs.prepared = ["修改 2 人"]
    qtbot.keyClick(page.table, Qt.Key.Key_D, CTRL)
    settle(qtbot, window)
    assert {contents_of(office, Teacher)[uid]["subject"] for uid in uids} == {"体育"}
    asked = len(dialogs.asked)
    number = next(n for n, column in enumerate(page.model.columns) if column.name == "id_number")
    page.table.setCurrentIndex(page.model.index(0, number))
    page.table.selectAll()
    qtbot.keyClick(page.table, Qt.Key.Key_D, CTRL)
    settle(qtbot, window)
    assert len(dialogs.asked) == asked


def test_selected_are_deleted_after_a_count(qtbot: Any, open_window: Any, office: Store, dialogs: Answers) -> None:
    """Delete on two selected says how many and what hangs on them; Escape leaves everything."""
    school = add(office, School, school_content())
    uids = add_all(office, Teacher, [teacher_content(n, name=f"教师{n}") for n in (1, 2, 3)])
    add_all(office, Employment, [employment_content(uid, school) for uid in uids])
    window, page = opened(qtbot, open_window)
    page.filters.search.setText("教师1")
    page.table.selectAll()
    settle(qtbot, window)
    qtbot.keyClick(page.table, Qt.Key.Key_Delete)
    assert "将删除教师 1 人。与其相连的有任职经历 1 条" in dialogs.asked[-1].text
    assert len(contents_of(office, Teacher)) == 3
    dialogs.prepared = ["删除 1 人"]
    qtbot.keyClick(page.table, Qt.Key.Key_Delete)
    settle(qtbot, window)
    assert len(contents_of(office, Teacher)) == 2


def test_selection_is_counted_and_added_up(qtbot: Any, open_window: Any, office: Store) -> None:
    """The status bar says how many are selected, with sum and average of a column of amounts."""
    add_all(office, Cohort, [cohort_content(doc_no=f"云教发〔2024〕{n}号", cycle_years=n) for n in (3, 4)])
    window, page = opened(qtbot, open_window, "cohorts")
    page.list.show_columns(["doc_no", "cycle_years"])
    settle(qtbot, window)
    page.table.selectAll()
    settle(qtbot, window)
    assert window.status.counted.text() == "2 个 · 已选 2 · 周期（年） 合计 7，平均 3.5（2 个数）"
