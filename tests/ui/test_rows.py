"""What is painted of a list: values where there are any, the ground of what is selected, the frame of the keyboard."""

from typing import Any

from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QIcon, QImage

from desktop.models import Teacher
from desktop.store import Store
from desktop.ui.icons import icon
from desktop.ui.theme import ACCENT, PAPER, SOFT
from tests.builders import add, teacher_content
from tests.ui.conftest import settle

_DARK = 110


def opened(qtbot: Any, open_window: Any, office: Store) -> tuple[Any, Any]:
    for number in (1, 2, 3):
        add(office, Teacher, teacher_content(number))
    window = open_window()
    window.open_page("teachers")
    settle(qtbot, window)
    page = window.pages["teachers"]
    return window, page


def cell(page: Any, line: int, name: str) -> QRect:
    """Where a cell is seen, without the lines around it."""
    number = [each.name for each in page.model.columns].index(name)
    return page.table.visualRect(page.model.index(line, number)).adjusted(4, 4, -4, -4)


def picture(page: Any) -> QImage:
    return page.table.viewport().grab().toImage()


def has_ink(image: QImage, place: QRect) -> bool:
    return any(
        image.pixelColor(x, y).lightness() < _DARK
        for x in range(place.left(), place.right())
        for y in range(place.top(), place.bottom())
    )


def test_values_are_painted_where_there_are_any(qtbot: Any, open_window: Any, office: Store) -> None:
    """A name is painted in its cell; a teacher without employment has nothing under 工作单位."""
    _window, page = opened(qtbot, open_window, office)
    image = picture(page)
    assert all(has_ink(image, cell(page, line, "name")) for line in range(3))
    assert not any(has_ink(image, cell(page, line, "school")) for line in range(3))


def test_selected_row_has_its_ground_and_the_keyboard_a_frame(qtbot: Any, open_window: Any, office: Store) -> None:
    """The ground of a selected row is soft from edge to edge; the cell with the keyboard is framed, no other."""
    _window, page = opened(qtbot, open_window, office)
    page.table.select_line(1)
    page.table.setFocus()
    image = picture(page)
    grounds = [image.pixelColor(cell(page, line, "school").center()) for line in range(3)]
    assert grounds == [QColor(PAPER), QColor(SOFT), QColor(PAPER)]
    whole = page.table.visualRect(page.model.index(1, 0))
    assert image.pixelColor(whole.center().x(), whole.top() + 1) == QColor(ACCENT)
    other = page.table.visualRect(page.model.index(1, 1))
    assert image.pixelColor(other.center().x(), other.top() + 1) == QColor(SOFT)


def test_numbers_are_painted_anew_when_they_are_shown_in_full(qtbot: Any, open_window: Any, office: Store) -> None:
    """Asking for the numbers changes their column and no other; asking again brings the old picture back."""
    _window, page = opened(qtbot, open_window, office)
    before = picture(page)
    page.toggle_masked()
    shown = picture(page)
    number, name = cell(page, 0, "id_number"), cell(page, 0, "name")
    assert shown.copy(number) != before.copy(number)
    assert shown.copy(name) == before.copy(name)
    page.toggle_masked()
    assert picture(page) == before


def test_icon_without_room_is_nothing(qtbot: Any) -> None:
    """A navigation too narrow for icons asks for none, and no painter is begun on nothing."""
    assert icon("home").pixmap(0, 0).isNull()
    assert not icon("home").pixmap(20, 20).isNull()
    assert icon("home").pixmap(20, 20, QIcon.Mode.Disabled).toImage() != icon("home").pixmap(20, 20).toImage()
