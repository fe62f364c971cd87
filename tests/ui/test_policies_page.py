"""政策参数: all that is regulated in one place, and what an office sets otherwise there."""

import threading
from typing import Any

import pytest
from PySide6.QtCore import Qt

from desktop.models import Office, Policy
from desktop.queries.policies import Policies
from desktop.queries.policies_in_force import policies_in_force
from desktop.services.records import save
from desktop.store import Store
from desktop.ui.pages.policies_page import PoliciesPage
from desktop.ui.pages.policy_dialog import PolicyDialog
from desktop.ui.training.score_rules_dialog import ScoreRulesDialog
from tests.builders import add, contents_of
from tests.ui.conftest import Answers, settle

YEAR_KEY = "ce.annual_hours"


@pytest.fixture
def page(qtbot: Any, open_window: Any) -> PoliciesPage:
    window = open_window()
    window.desk.set_year(2026)
    window.open_page("policies")
    settle(qtbot, window)
    found: PoliciesPage = window.pages["policies"]
    return found


def value(office: Store, key: str, year: int) -> Any:
    with office.read() as session:
        return Policies(session).value(key, year)


def show(qtbot: Any, page: PoliciesPage, key: str) -> None:
    keys = [each.now.row.key for each in page.model.rows]
    page.table.selectRow(keys.index(key))
    assert page.table.current().now.row.key == key


def fill(dialog: PolicyDialog, text: str, first: str, last: str, source: str) -> None:
    dialog.value.setText(text)
    dialog.first.set_text(first)
    dialog.last.set_text(last)
    dialog.source.setText(source)


def test_everything_regulated_is_listed_in_words(office: Store, page: PoliciesPage) -> None:
    """Each policy is told with area, name, value, unit, years, whose it is and source; no word of the program shows."""
    with office.read() as session:
        expected = len(policies_in_force(session, 2026))
    texts = [page.model.texts(row) for row in page.model.rows]
    assert len(texts) == expected > 100
    assert ("继续教育", "年度继续教育学时", "72", "学时", "长期", "全国", "周期学时按年平均") in texts
    assert any(row[1:3] == ("公示期起算方式", "首日计入") for row in texts)
    assert any(row[1:5] == ("继续教育周期内最少学时", "360", "学时", "2011 年起") for row in texts)
    assert not [row for row in texts for cell in row[:3] if "_" in cell or "{" in cell or cell == "True"]


def test_office_sets_another_year_and_takes_it_back(
    qtbot: Any, page: PoliciesPage, office: Store, dialogs: Answers
) -> None:
    """F2 asks for value, years and source, tells all that is wrong together, and other years keep what they had."""
    told: list[str] = []

    def answer(dialog: PolicyDialog) -> bool:
        fill(dialog, "八十", "1026", "20", "")
        dialog.take()
        told.append(dialog.problem.text())
        fill(dialog, "９０．５", "2027", "2028", "县教委〔2026〕12号")
        dialog.take()
        return bool(dialog.result())

    dialogs.run = answer
    show(qtbot, page, YEAR_KEY)
    qtbot.keyClick(page.table, Qt.Key.Key_F2)
    settle(qtbot, page.window())
    wrong = ("值：“八十”应是", "从哪个年度起：", "到哪个年度止：", "依据没有填写")
    assert all(each in told[0] for each in wrong)
    assert [value(office, YEAR_KEY, year) for year in (2026, 2027, 2028, 2029)] == [72, 90.5, 90.5, 72]
    page.desk.set_year(2027)
    settle(qtbot, page.window())
    [own, nation] = page.rows.rows
    assert page.rows.texts(own) == ("本单位", "90.5", "2027—2028 年", "县教委〔2026〕12号")
    assert nation.whose == "全国"
    assert page.table.current().now.is_own
    dialogs.prepared = ["取消另定"]
    qtbot.keyClick(page.table, Qt.Key.Key_Delete)
    settle(qtbot, page.window())
    assert "90.5，2027—2028 年" in dialogs.asked[-1].text
    assert value(office, YEAR_KEY, 2027) == 72
    page.desk.undo(page.desk.last_act)
    settle(qtbot, page.window())
    assert value(office, YEAR_KEY, 2027) == 90.5


def test_what_scores_are_judged_by_is_set_together(
    qtbot: Any, page: PoliciesPage, office: Store, dialogs: Answers
) -> None:
    """F2 on the points to pass opens the dialog of all five, which are checked against each other."""

    def answer(dialog: ScoreRulesDialog) -> bool:
        dialog.passing.setValue(70)
        dialog.source.setText("本单位办法")
        return True

    dialogs.run = answer
    show(qtbot, page, "training.pass_score")
    qtbot.keyClick(page.table, Qt.Key.Key_F2)
    settle(qtbot, page.window())
    assert value(office, "training.pass_score", 2026) == 70
    assert page.table.current().now.is_own


def test_a_place_can_be_chosen(qtbot: Any, page: PoliciesPage, office: Store, dialogs: Answers) -> None:
    """CE-3: an office of Chongqing goes by its 80 hours; a name that is no place changes nothing."""
    dialogs.prepared = ["火星", "重庆市"]
    page.choose_place()
    settle(qtbot, page.window())
    assert "没有“火星”的政策参数" in dialogs.asked[-1].text
    assert value(office, YEAR_KEY, 2026) == 72
    page.choose_place()
    settle(qtbot, page.window())
    assert value(office, YEAR_KEY, 2026) == 80
    show(qtbot, page, YEAR_KEY)
    assert [each.whose for each in page.rows.rows] == ["重庆市", "全国"]
    assert "重庆市" in page.now.text()


def test_search_area_and_paper(qtbot: Any, page: PoliciesPage, office: Store) -> None:
    """The list narrows by area and words, and Ctrl+P prints the area shown."""
    wanted = []
    page.desk.wanted.connect(lambda name, what: wanted.append((name, what)))
    page.area.setCurrentText("继续教育")
    settle(qtbot, page.window())
    page.search.setText("学分")
    assert {row.area for row in page.model.rows} == {"继续教育"}
    assert 0 < len(page.model.rows) < 10
    page.print_list()
    [(name, wish)] = wanted
    assert (name, wish.code, wish.options) == ("reports", "B31", {"year": "2026", "area": "继续教育", "scope": "all"})


def test_upper_offices_value_is_named_after_it(qtbot: Any, page: PoliciesPage, office: Store) -> None:
    """What the upper office set comes before the nation's, but behind this office's own."""
    [uid] = contents_of(office, Office)
    with office.write("登记上级", operator="王主任") as session:
        save(session, Office, {"parent_code": "500000"}, uid=uid)
    add(
        office, Policy, {"policy_set": "500000", "name": YEAR_KEY, "from_year": 2020, "value": "75", "source": "市文件"}
    )
    settle(qtbot, page.window())
    show(qtbot, page, YEAR_KEY)
    assert [(each.whose, each.value) for each in page.rows.rows] == [("上级 500000", "75"), ("全国", "72")]
    assert not page.drop_button.isEnabled()


def test_reading_begun_last_is_shown(qtbot: Any, page: PoliciesPage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two readings that overlap the older one comes late and is dropped: the list never goes back in time."""
    rows = page.read()
    begun, late = threading.Event(), threading.Event()

    def read() -> Any:
        if begun.is_set():
            return rows
        begun.set()
        late.wait(5)
        return rows[:1]

    monkeypatch.setattr(page, "read", read)
    page.refresh()
    assert begun.wait(5)
    page.refresh()
    qtbot.waitUntil(lambda: len(page.desk.jobs.running) == 1)
    late.set()
    settle(qtbot, page.window())
    assert len(page.model.rows) == len(rows) > 1
