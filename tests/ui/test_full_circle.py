"""The whole circle in the window: township, county, decisions and receipt, township; with all that can come between."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QDialog, QTableView, QWidget

from desktop.exchange.cards import confirm_card, own_card, trust_parent
from desktop.models import Alias, ConflictDecision, Employment, School, Teacher
from desktop.queries.listing import rows
from desktop.queries.traffic import Light, light_of
from desktop.services.backups import load_identity
from desktop.store import Edit, Store, load, write_edits
from desktop.ui.desk import Desk
from desktop.ui.pages.packages_conflicts import ConflictsDialog
from desktop.ui.pages.packages_handover import HandoverDialog
from desktop.ui.pages.packages_keys import CompareDialog
from desktop.ui.window import MainWindow
from tests.builders import add, contents_of, employment_content, make_office, school_content, teacher_content
from tests.ui.conftest import Answers, settle

COUNTY, ONE, TWO = "509999", "509999001", "509999002"
OWN = "01900000-0000-7000-8000-000000000001"


@pytest.fixture
def county(tmp_path: Path) -> Iterator[Store]:
    store = make_office(tmp_path / COUNTY)
    yield store
    store.close()


@pytest.fixture
def two(tmp_path: Path, county: Store) -> Iterator[Store]:
    store = make_office(tmp_path / TWO, name="大河乡中心校", code=TWO, rank="township")
    introduce(county, store)
    yield store
    store.close()


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, county: Store) -> Store:
    """The township whose window is opened first."""
    monkeypatch.setenv("COUNTY_DESK_SETTINGS", str(tmp_path / "settings"))
    store = make_office(tmp_path / ONE, name="石坪镇中心校", code=ONE, rank="township")
    introduce(county, store)
    school = add(store, School, school_content())
    for number in (1, 2, 3):
        add(store, Employment, employment_content(add(store, Teacher, teacher_content(number)), school))
    return store


def introduce(upper: Store, lower: Store) -> None:
    trust_parent(lower, own_card(upper, load_identity(upper.folder)), "王")
    confirm_card(upper, own_card(lower, load_identity(lower.folder)), "李")


class Hands:
    """Mouse and keyboard at one window, as a clerk has them: nothing is called that cannot be clicked or typed."""

    def __init__(self, qtbot: Any, window: MainWindow) -> None:
        self._qtbot, self._window = qtbot, window
        window.open_page("packages")
        self.settle()
        self.page: Any = window.pages["packages"]

    def settle(self) -> None:
        settle(self._qtbot, self._window)

    def press(self, text: str, within: QWidget | None = None) -> None:
        """Click the button that begins with a text, and wait for what it does."""
        buttons = (within or self._window).findChildren(QAbstractButton)
        [found] = [each for each in buttons if each.isVisible() and each.text().startswith(text)]
        assert found.isEnabled(), text
        self._qtbot.mouseClick(found, Qt.MouseButton.LeftButton)
        self.settle()

    def tab(self, name: str) -> None:
        bar = self.page.tabs.tabBar()
        [index] = [number for number in range(bar.count()) if bar.tabText(number) == name]
        self._qtbot.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.tabRect(index).center())
        self.settle()

    def double_click(self, table: QTableView, row: int) -> None:
        where = table.visualRect(table.model().index(row, 0)).center()
        self._qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=where)
        self._qtbot.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=where)
        self.settle()

    def write(self, field: QWidget, text: str) -> None:
        """Type Chinese: the input method commits it."""
        event = QInputMethodEvent()
        event.setCommitString(text)
        QApplication.sendEvent(field, event)

    def choose(self, box: QComboBox, value: str) -> None:
        """Go down with the arrow until the right one is shown."""
        for _step in range(box.count()):
            if box.currentData() == value:
                return
            self._qtbot.keyClick(box, Qt.Key.Key_Down)
        assert box.currentData() == value

    def fill(self, dialog: QDialog, work: Callable[[Any], None], last: str) -> bool:
        """Work in a dialog and close it by its own button; whether it was accepted."""
        dialog.show()
        work(dialog)
        [button] = [each for each in dialog.findChildren(QAbstractButton) if each.text() == last]
        self._qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        dialog.hide()
        return dialog.result() == QDialog.DialogCode.Accepted


def test_the_whole_circle(
    qtbot: Any, open_window: Any, office: Store, county: Store, two: Store, dialogs: Answers, tmp_path: Path
) -> None:
    """One conflict settled, one record refused, one teacher handed over; the township's records turn green and red."""
    stick, down = tmp_path / "U盘", tmp_path / "下发"
    stick.mkdir()
    down.mkdir()
    # the county has the first teacher from the other township already, and one record that is its own
    add(county, Teacher, teacher_content(1, name="教师乙某"), origin=TWO)
    with county.write("登记") as session:
        write_edits(session, [Edit(Teacher, OWN, None, teacher_content(8))])
    with office.write("登记") as session:
        write_edits(session, [Edit(Teacher, OWN, None, teacher_content(8, subject="体育"))])

    township = open_window()
    below = Hands(qtbot, township)
    dialogs.prepared = [str(stick)]
    below.press("生成数据包")
    assert "已写到" in below.page.send.written.text()
    assert len(list((stick / "备份").glob("*.cbak"))) == 1

    upper = MainWindow(Desk(county, dialogs))
    upper.resize(1366, 768)
    upper.show()
    above = Hands(qtbot, upper)
    above.tab("接收")
    dialogs.prepared = [str(stick)]
    above.press("查找数据包")
    received = above.page.receive
    assert "可以合并 1 个" in received.found.summary.text()
    above.double_click(received.found.table, 0)
    assert "待核对" in received.merging.account.toPlainText()

    def decide(dialog: Any) -> None:
        """Choose the only answer of each conflict and say why."""
        assert isinstance(dialog, ConflictsDialog)
        assert not dialog.save.isEnabled()
        for case in dialog.cases.values():
            assert not any(radio.isChecked() for radio in case.buttons.values())
            qtbot.mouseClick(case.buttons["same"], Qt.MouseButton.LeftButton, pos=QPoint(8, 8))
            assert not dialog.save.isEnabled()
            above.write(case.reason, "身份证号相同，已电话核实")
        assert dialog.save.isEnabled()

    dialogs.run = lambda dialog: above.fill(dialog, decide, "保存处理结果")
    above.press("处理差异（1 项）")
    assert len(contents_of(county, ConflictDecision)) == len(contents_of(county, Alias)) == 1
    assert not received.merging.settle_button.isVisible()
    above.press("确认合并")
    assert "回执已写到" in dialogs.asked[-1].text
    held = contents_of(county, Teacher)
    assert len(held) == 4

    moved = next(uid for uid, content in held.items() if content["name"] == teacher_content(3)["name"])

    def hand_over(dialog: Any) -> None:
        assert isinstance(dialog, HandoverDialog)
        above.choose(dialog.person, moved)
        above.choose(dialog.office, TWO)
        above.write(dialog.reason, "调动")

    dialogs.run = lambda dialog: above.fill(dialog, hand_over, "办理移交")
    above.tab("下发")
    above.press("办理人员移交")
    table = above.page.down.table
    row = [each.what.code for each in table.rows.rows].index(ONE)
    qtbot.mouseClick(
        table.viewport(), Qt.MouseButton.LeftButton, pos=table.visualRect(table.rows.index(row, 0)).center()
    )
    dialogs.prepared = [str(down)]
    above.press("下发给所选单位")
    assert sorted(path.name.split("_")[0] for path in down.glob("*.cpkg")) == ["回执", "审定下发"]

    below.tab("接收")
    dialogs.prepared = [str(down)]
    below.press("查找数据包")
    found = below.page.receive.found.table
    states = [each.texts[2] for each in found.rows.rows]
    below.double_click(found, states.index("双击读入"))
    assert "上级已收到" in dialogs.asked[-1].text
    below.double_click(found, states.index("可以合并"))
    below.press("确认合并")
    with office.read() as session:
        lights = lights_of(session)
        names = {uid: each.content["name"] for uid, each in load(session, Teacher).items()}
        origins = {uid: each.origin for uid, each in load(session, Teacher).items()}
    by_name = {names[uid]: light for uid, light in lights.items()}
    assert by_name[teacher_content(1)["name"]] is Light.YELLOW
    assert by_name[teacher_content(2)["name"]] is Light.GREEN
    assert lights[OWN] is Light.RED
    assert origins[moved] == TWO
    stamps = {}
    for uid in (OWN, next(each for each in lights if lights[each] is Light.GREEN)):
        township.open_page("teachers", uid)
        settle(qtbot, township)
        form = township.pages["teachers"].form
        assert form.standing.isVisible()
        stamps[form.standing.text()] = form.note.text()
    assert set(stamps) == {"退回修改", "上级已收"}
    assert stamps["退回修改"].startswith("上级退回：")
    assert not stamps["上级已收"]
    upper.desk.jobs.stop()
    county.changed.clear()
    upper.hide()
    upper.deleteLater()


def lights_of(session: Any) -> dict[str, Light]:
    """The light of each teacher that was answered, as its list shows it."""
    answers = {row.stored.uid: row.values.get("answer") for row in rows(session, Teacher)}
    return {uid: light_of(str(text)) for uid, text in answers.items() if text}


def test_a_card_is_confirmed_by_eight_groups(
    qtbot: Any, open_window: Any, office: Store, two: Store, dialogs: Answers, tmp_path: Path
) -> None:
    """The button that confirms is there only when all eight groups were pressed."""
    window = open_window()
    hands = Hands(qtbot, window)
    hands.tab("密钥")
    page = hands.page
    dialog = CompareDialog(own_card(two, load_identity(two.folder)))
    qtbot.addWidget(dialog)
    for group in dialog.groups:
        assert not dialog.confirm.isEnabled()
        group.click()
    assert dialog.confirm.isEnabled()
    dialog.groups[3].click()
    assert not dialog.confirm.isEnabled()
    assert [row.texts[0] for row in page.keys.table.rows.rows] == ["本单位", "上级"]
