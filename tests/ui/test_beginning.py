"""A long list shows its first rows at once and the rest when it is read."""

from datetime import date
from typing import Any

import pytest

from desktop.models import Employment, School, Teacher
from desktop.store import Store
from desktop.ui.jobs import Progress
from desktop.ui.lists import listing as listings
from desktop.ui.lists.listing import load_beginning, load_listing
from tests.builders import add, employment_content, school_content, teacher_content
from tests.ui.conftest import Answers, settle

QUIET = Progress(lambda *_: None)


@pytest.fixture
def long_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make twelve people many."""
    monkeypatch.setattr(listings, "_MANY", 5)
    monkeypatch.setattr(listings, "_FIRST", 5)


def fill(office: Store) -> None:
    schools = [add(office, School, school_content(number, order=9 - number)) for number in range(1, 4)]
    for number in range(12):
        teacher = add(office, Teacher, teacher_content(number))
        add(office, Employment, employment_content(teacher, schools[number % 3]))


@pytest.mark.usefixtures("long_lists")
def test_beginning_is_what_the_whole_begins_with(office: Store) -> None:
    """Whole schools in the official order, each person once, with the values that the whole list has."""
    fill(office)
    day, shown = date(2026, 11, 27), ("name", "school", "id_number")
    beginning = load_beginning(office, Teacher, day, QUIET, shown=shown)
    whole = load_listing(office, Teacher, day, QUIET, shown=shown)
    assert beginning is not None
    assert not beginning.is_whole
    assert whole.is_whole
    count = len(beginning.order)
    assert 5 <= count < len(whole.order) == 12
    assert beginning.uids == whole.uids[:count]
    assert beginning.values == {name: values[:count] for name, values in whole.values.items()}


def test_short_list_has_no_beginning(office: Store) -> None:
    """A list that is read in a moment is read once."""
    fill(office)
    assert load_beginning(office, Teacher, date(2026, 11, 27), QUIET, shown=()) is None


@pytest.mark.usefixtures("long_lists")
def test_nothing_is_exported_of_half_a_list(qtbot: Any, office: Store, open_window: Any, dialogs: Answers) -> None:
    """While the rest is read, exporting and printing say so and write nothing; afterwards all rows are there."""
    fill(office)
    window = open_window()
    window.open_page("teachers")
    page = window.pages["teachers"]
    qtbot.waitUntil(lambda: page.list.listing is not None)
    said: list[str] = []
    window.desk.said.connect(said.append)
    whole, page.list.listing.is_whole = page.list.listing.is_whole, False
    page.row_actions.export()
    page.print_seen()
    assert "print_panel" not in vars(page.stage)  # it is made when first asked for
    assert said == ["列表还在读取，请稍候再试"] * 2
    assert not dialogs.asked
    page.list.listing.is_whole = whole
    settle(qtbot, window)
    assert page.model.rowCount() == 12
    assert page.filters.count.text() == "共 12 人"
