"""The help: every page and refusal leads to a place that is there, offline, in Chinese, with pictures."""

import re
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from desktop import errors
from desktop.errors import DesktopError, RefusedError
from desktop.ui.dialogs import QuestionBox, Request, Wish
from desktop.ui.help import FOLDER, ORDER, HelpWindow, anchors_of, page_text, show_help, title_of
from desktop.ui.screens import PAGES
from tests.ui.conftest import Answers, settle

ERRORS = [each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, DesktopError)]


def is_there(topic: str) -> bool:
    name, _, anchor = topic.partition("#")
    return name in ORDER and (not anchor or anchor in anchors_of(name))


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.__name__)
def test_every_error_leads_to_a_place_that_is_there(error: type[DesktopError]) -> None:
    """An error names a heading of the help, or none: then the page in front explains it."""
    assert not error.topic or is_there(error.topic)


@pytest.mark.parametrize("entry", PAGES, ids=lambda entry: entry.name)
def test_every_page_has_its_help(entry: Any) -> None:
    """F1 finds something on every page."""
    assert is_there(entry.help)


@pytest.mark.parametrize("name", ORDER)
def test_page_is_offline_and_its_pictures_are_there(name: str) -> None:
    """No address of a network; every picture lies beside the page and is small."""
    text = page_text(name)
    assert "http" not in text
    for picture in re.findall(r"!\[[^]]*]\(([^)]+)\)", text):
        assert (FOLDER / picture).stat().st_size < 100_000
    assert re.search("[一-鿿]", title_of(name))


def test_all_files_are_listed() -> None:
    """No page lies in the folder that nobody can open."""
    assert {path.stem for path in FOLDER.glob("*.md")} == set(ORDER)


def test_f1_opens_the_page_in_front(qtbot: Any, open_window: Any) -> None:
    """The help stands beside the work and follows to the next page."""
    window = open_window()
    window.open_page("import")
    settle(qtbot, window)
    qtbot.keyClick(window, Qt.Key.Key_F1)
    [shown] = window.findChildren(HelpWindow)
    assert shown.isVisible()
    assert "导入名册" in shown.text.toPlainText()
    assert not shown.isModal()
    window.open_page("packages")
    settle(qtbot, window)
    window.help()
    assert "为什么拒收" in shown.text.toPlainText()
    shown.close()


def test_refusal_has_its_reason(qtbot: Any, open_window: Any, dialogs: Answers) -> None:
    """A refusal without a place of its own is explained by the page in front; one with a place by that."""
    window = open_window()
    window.open_page("backups")
    settle(qtbot, window)
    window.desk.tell_error(RefusedError("不能这样做，没有改动"))
    window.desk.tell_error(errors.PackageRefused("x", "数据包不对"))
    assert [each.why for each in dialogs.asked] == ["backups", "packages#refused"]
    box = QuestionBox(Request(Wish.CHOICE, "没有完成", "不能", buttons=("知道了",), why="packages#refused"), window)
    box.show()
    [why] = [each for each in box.findChildren(QPushButton) if each.accessibleName() == "为什么"]
    why.click()
    [shown] = box.findChildren(HelpWindow)
    assert shown.text.textCursor().block().text() == "为什么拒收"
    shown.close()
    box.close()


def test_unknown_topic_opens_the_first_page(qtbot: Any, qapp: Any) -> None:
    """Nothing is so unknown that F1 stays without an answer."""
    shown = show_help("no-such#place", None)
    qtbot.addWidget(shown)
    assert "首次使用" in shown.text.toPlainText()
