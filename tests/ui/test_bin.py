"""The bin, and the notice of a missing input method."""

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from desktop.models import Teacher
from desktop.queries.contents import contents_hash
from desktop.services.records import delete
from desktop.store import Store
from desktop.ui import window as window_module
from desktop.ui.input_method import missing_plugin
from tests.builders import add, contents_of, teacher_content
from tests.ui.conftest import Answers, settle


def test_deleted_record_comes_back_as_it_was(qtbot: Any, open_window: Any, office: Store) -> None:
    """The bin lists what was deleted and brings it back with all its content, by key."""
    uid = add(office, Teacher, teacher_content(1, name="张三"))
    with office.read() as session:
        before = contents_hash(session)
    with office.write("删除", operator="王") as session:
        delete(session, Teacher, uid)
    window = open_window()
    window.open_page("bin")
    settle(qtbot, window)
    page = window.pages["bin"]
    assert [page.model.texts(page.model.rows[0])[place] for place in (0, 1, 3)] == ["教师", "张三", "王"]
    qtbot.keyClick(page.restore_button, Qt.Key.Key_Space)
    settle(qtbot, window)
    assert not page.model.rows
    with office.read() as session:
        assert contents_hash(session) == before


def test_record_whose_number_is_taken_stays_in_the_bin(
    qtbot: Any, open_window: Any, office: Store, dialogs: Answers
) -> None:
    """A deleted person whose number somebody else has by now is not brought back, and the sentence says who."""
    uid = add(office, Teacher, teacher_content(1, name="张三"))
    with office.write("删除", operator="王") as session:
        delete(session, Teacher, uid)
    add(office, Teacher, teacher_content(1, name="李四"))
    window = open_window()
    window.open_page("bin")
    settle(qtbot, window)
    window.pages["bin"].restore()
    settle(qtbot, window)
    assert "“李四”已用了同样的号码或名称" in dialogs.asked[-1].text
    assert [each["name"] for each in contents_of(office, Teacher).values()] == ["李四"]


def test_missing_input_method_is_told_with_the_way_out(tmp_path: Path) -> None:
    """Under fcitx without its plug-in the window says what to install and where to put it; otherwise nothing."""
    (tmp_path / "libibusplatforminputcontextplugin.so").touch()
    told = missing_plugin({"XMODIFIERS": "@im=fcitx"}, tmp_path)
    assert "fcitx5-frontend-qt6" in told
    assert str(tmp_path) in told
    assert missing_plugin({"QT_IM_MODULE": "ibus"}, tmp_path) == ""
    assert missing_plugin({}, tmp_path) == ""
    (tmp_path / "libfcitx5platforminputcontextplugin.so").touch()
    assert missing_plugin({"QT_IM_MODULE": "fcitx"}, tmp_path) == ""


def test_notice_of_a_missing_input_method_can_be_put_away(
    qtbot: Any, open_window: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The notice stands above every page until the clerk has read it; by key it gives its room back."""
    monkeypatch.setattr(window_module, "input_notice", lambda: "本窗口缺少输入法组件")
    window = open_window()
    away = next(each for each in window.findChildren(QPushButton) if each.text() == "知道了")
    assert away.isVisible()
    qtbot.keyClick(away, Qt.Key.Key_Space)
    assert not away.isVisible()
