"""来表对应: what imports remember of a sender's words is seen, corrected and forgotten."""

from typing import Any

import pytest
from PySide6.QtCore import Qt

from desktop.errors import RefusedError
from desktop.exchange.roster.learned import answers_for, correct_learned, forget_learned, list_learned
from desktop.exchange.roster.meanings import remembered
from desktop.models import School
from desktop.models.local import Mapping
from desktop.store import Store
from tests.builders import add, school_content
from tests.ui.conftest import Answers, settle


@pytest.fixture
def learned(office: Store) -> str:
    """An office that learned four words of two senders; the uid of the school among them."""
    school = add(office, School, school_content(1, name="云岭县石坪镇中心小学"))
    office.note(
        Mapping(sender=school, kind="heading", source="骨干类别", target="tier"),
        Mapping(sender=school, kind="value", source="school\x1f中心校", target="云岭县石坪镇中心小学"),
        Mapping(sender="name:云岭县石坪镇中心小学", kind="value", source="tier\x1f省特级", target="国家级"),
        Mapping(sender="file:大河乡", kind="value", source="tier\x1f省特级", target=""),
    )
    return school


def test_words_are_listed_by_sender_in_words(office: Store, learned: str) -> None:
    """Each answer is told with its sender, column, word and meaning, never by the program's own names."""
    with office.read() as session:
        told = [(each.sender, each.column, each.word, each.meaning) for each in list_learned(session)]
    assert told == [
        ("云岭县石坪镇中心小学", "栏目", "骨干类别", "级别"),
        ("云岭县石坪镇中心小学", "工作单位", "中心校", "云岭县石坪镇中心小学"),
        ("云岭县石坪镇中心小学", "级别", "省特级", "国家级"),
        ("大河乡", "级别", "省特级", "当作没有填写"),
    ]


def test_only_what_the_column_can_mean_is_taken(office: Store, learned: str) -> None:
    """A correction outside the answers of its column is refused with some of them, and nothing changes."""
    with office.read() as session:
        heading, school, tier, _other = list_learned(session)
        assert "没有对应的项目" in answers_for(session, heading)
    with (
        pytest.raises(RefusedError, match="“省特级”不能对应“特级”，没有改动；可以对应“国家级”"),
        office.local() as session,
    ):
        correct_learned(session, tier, "特级")
    with office.local() as session:
        correct_learned(session, heading, "没有对应的项目")
        forget_learned(session, [school])
    with office.read() as session:
        assert remembered(session, {learned}) == ({"骨干类别": ""}, {})


def test_clerk_corrects_and_deletes(
    qtbot: Any, open_window: Any, office: Store, dialogs: Answers, learned: str
) -> None:
    """F2 asks for another meaning, Delete asks with the count; the next import follows both."""
    window = open_window()
    window.open_page("learned")
    settle(qtbot, window)
    page = window.pages["learned"]
    page.search.setText("中心小学 省特级")
    dialogs.prepared = ["市级"]
    page.table.selectRow(0)
    qtbot.keyClick(page.table, Qt.Key.Key_F2)
    settle(qtbot, window)
    assert page.model.rows[0].meaning == "市级"
    page.search.clear()
    page.table.selectAll()
    dialogs.prepared = ["删除"]
    qtbot.keyClick(page.table, Qt.Key.Key_Delete)
    settle(qtbot, window)
    assert "将删除 4 条对应" in dialogs.asked[-1].text
    assert page.empty.isVisible()
    with office.read() as session:
        assert list_learned(session) == []
