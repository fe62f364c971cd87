"""The page of training classes: its list, its desk, a class made and changed by keys."""

from datetime import date
from typing import Any

from PySide6.QtCore import Qt

from desktop.models import Programme, TrainingClass
from desktop.store import Store
from desktop.ui.pages.training_page import TrainingPage
from desktop.ui.window import MainWindow
from tests.builders import add, class_content, contents_of
from tests.builders_training import enter_absence, make_class
from tests.ui.conftest import Answers, settle


def open_training(qtbot: Any, window: MainWindow) -> TrainingPage:
    window.open_page("training")
    settle(qtbot, window)
    page = window.pages["training"]
    assert isinstance(page, TrainingPage)
    return page


def two_classes(office: Store) -> tuple[str, str]:
    programme = add(office, Programme, {"name": "农村初中骨干教师培训", "year": 2026, "kind": "1", "level": "4"})
    one = make_class(office, people=3, name="数学一班", site="一中", programme=programme, start="2026-07-06").uid
    two = make_class(office, people=2, name="语文二班", site="二中", programme=programme, start="2026-08-01").uid
    return one, two


def test_list_tells_classes_and_narrows(qtbot: Any, qtmodeltester: Any, open_window: Any, office: Store) -> None:
    """Each class stands with people and days; pinyin, site and year narrow; the count says how many are seen."""
    one, two = two_classes(office)
    page = open_training(qtbot, open_window())
    qtmodeltester.check(page.list.model)
    assert [each.uid for each in page.list.model.rows] == [two, one]
    assert page.list.current == two
    assert "2 个班，5 人次" in page.list.count.text()
    qtbot.keyClicks(page.list.search, "sxyb")
    assert [each.uid for each in page.list.model.rows] == [one]
    page.list.search.clear()
    page.list.site.setCurrentIndex(page.list.site.findData("二中"))
    page.list.site.activated.emit(0)
    assert [each.uid for each in page.list.model.rows] == [two]


def test_list_tells_how_complete_a_class_is(qtbot: Any, open_window: Any, office: Store) -> None:
    """An ended class tells the sessions that are entered, then the papers that are filed; one to come tells nothing."""
    archive = [{"item": "1", "filed_on": "2026-05-30"}, {"item": "2"}]
    made = make_class(office, hours=((0, "4.0"), (0, "4.0")), start="2026-05-01", end="2026-05-20", archive=archive)
    make_class(office, start="2099-01-01", end="2099-01-02", name="明年班")
    with office.write("签到") as session:
        enter_absence(session, made.sessions[0], (), day=date(2026, 5, 1))
    page = open_training(qtbot, open_window())
    page.list.set_year(0)
    model = page.list.model
    assert [model.standing(row)[0] for row in model.rows] == ["", "考勤 1/2"]
    with office.write("签到") as session:
        enter_absence(session, made.sessions[1], (), day=date(2026, 5, 1))
    page.reload()
    settle(qtbot, page.window())  # type: ignore[arg-type]
    assert [model.standing(row)[0] for row in model.rows] == ["", "归档 1/7"]


def test_class_is_made_with_the_keyboard(qtbot: Any, open_window: Any, office: Store) -> None:
    """Ctrl+N, a name, Ctrl+S: the class stands in the list and is the one in front."""
    window = open_window()
    page = open_training(qtbot, window)
    assert page.whole.currentIndex() == 1
    qtbot.keyClick(page, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, window)
    form = page.class_desk.front.form  # type: ignore[attr-defined]
    qtbot.keyClicks(form.sections.cells["name"].editor, "2026-A")
    qtbot.keyClick(form.sections.cells["name"].editor, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, window)
    [content] = contents_of(office, TrainingClass).values()
    assert content["name"] == "2026-A"
    assert page.list.model.rows[0].text == "2026-A"
    assert page.class_desk.uid == page.list.current


def test_unsaved_typing_keeps_the_class(qtbot: Any, open_window: Any, office: Store, dialogs: Answers) -> None:
    """Another class in the list does not take away what was typed; the list goes back to the class in front."""
    one, two = two_classes(office)
    window = open_window()
    page = open_training(qtbot, window)
    assert page.class_desk.uid == two
    form = page.class_desk.front.form  # type: ignore[attr-defined]
    qtbot.keyClicks(form.sections.cells["site"].editor, "A1")
    dialogs.prepared = ["继续填写"]
    page.list.choose(one)
    assert page.class_desk.uid == two
    assert page.list.current == two
    dialogs.prepared = ["放弃改动"]
    page.list.choose(one)
    settle(qtbot, window)
    assert page.class_desk.uid == one
    assert form.stored.uid == one


def test_list_gives_its_room_to_the_class(qtbot: Any, open_window: Any, office: Store) -> None:
    """F4 hides the list and brings it back."""
    two_classes(office)
    window = open_window()
    page = open_training(qtbot, window)
    qtbot.keyClick(window, Qt.Key.Key_F4)
    assert page.list.isHidden()
    qtbot.keyClick(window, Qt.Key.Key_F4)
    assert not page.list.isHidden()


def test_class_saved_elsewhere_is_shown_anew(qtbot: Any, open_window: Any, office: Store) -> None:
    """A class that comes in by an import stands in the open list."""
    two_classes(office)
    window = open_window()
    page = open_training(qtbot, window)
    add(office, TrainingClass, class_content(name="英语三班"))
    settle(qtbot, window)
    assert "英语三班" in [each.text for each in page.list.model.rows]


def test_class_is_found_from_everywhere(qtbot: Any, open_window: Any, office: Store) -> None:
    """The initials of a class in the search for everything open its desk."""
    one, _two = two_classes(office)
    window = open_window()
    window.top.finder.setFocus()
    settle(qtbot, window)
    qtbot.keyClicks(window.top.finder, "sxyb")
    qtbot.keyClick(window.top.finder, Qt.Key.Key_Return)
    settle(qtbot, window)
    assert window.current == "training"
    assert window.pages["training"].class_desk.uid == one


def test_a_tab_is_made_in_turns_and_then_has_the_keyboard(qtbot: Any, open_window: Any, office: Store) -> None:
    """A tab first opened stands in its place a turn later, is read when it is whole, and the wished keyboard waits."""
    made = make_class(office, people=2, start="2026-07-01")
    window = open_window()
    page = open_training(qtbot, window)
    desk = page.class_desk
    courses = desk.open("课程")
    assert courses.parentWidget() is None
    assert not courses.is_ready.is_set()
    desk.focus_front()
    settle(qtbot, window)
    assert courses.is_ready.is_set()
    assert courses.window() is window
    assert courses.table.hasFocus()  # type: ignore[attr-defined]
    assert [each.stored.uid for each in courses.plan.courses] == made.courses  # type: ignore[attr-defined]
