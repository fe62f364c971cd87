"""The whole circle in the window: township, county, decisions and receipt, township; with all that can come between."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

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


def page_of(qtbot: Any, window: MainWindow) -> Any:
    window.open_page("packages")
    settle(qtbot, window)
    return window.pages["packages"]


def decide(dialog: Any) -> bool:
    """Choose the only answer of each conflict and say why."""
    assert isinstance(dialog, ConflictsDialog)
    assert not dialog.save.isEnabled()
    for case in dialog.cases.values():
        assert not any(radio.isChecked() for radio in case.buttons.values())
        case.buttons["same"].setChecked(True)
        assert not dialog.save.isEnabled()
        case.reason.setText("身份证号相同，已电话核实")
    assert dialog.save.isEnabled()
    return True


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
    page = page_of(qtbot, township)
    dialogs.prepared = [str(stick)]
    page.send.write()
    settle(qtbot, township)
    assert "已写到" in page.send.written.text()
    assert len(list((stick / "备份").glob("*.cbak"))) == 1

    upper = MainWindow(Desk(county, dialogs))
    upper.show()
    above = page_of(qtbot, upper)
    above.tabs.setCurrentWidget(above.receive)
    above.receive.look_in(stick)
    settle(qtbot, upper)
    assert "可以合并 1 个" in above.receive.found.summary.text()
    above.receive.found.open_selected()
    settle(qtbot, upper)
    assert "待核对" in above.receive.merging.account.toPlainText()
    assert above.receive.merging.settle_button.isVisible()
    dialogs.run = decide
    above.receive.merging.settle_conflicts()
    settle(qtbot, upper)
    assert len(contents_of(county, ConflictDecision)) == len(contents_of(county, Alias)) == 1
    assert not above.receive.merging.settle_button.isVisible()
    above.receive.merging.merge()
    settle(qtbot, upper)
    assert "回执已写到" in dialogs.asked[-1].text
    held = contents_of(county, Teacher)
    assert len(held) == 4

    moved = next(uid for uid, content in held.items() if content["name"] == teacher_content(3)["name"])

    def hand_over(dialog: Any) -> bool:
        assert isinstance(dialog, HandoverDialog)
        dialog.person.setCurrentIndex(dialog.person.findData(moved))
        dialog.office.setCurrentIndex(dialog.office.findData(TWO))
        dialog.reason.setText("调动")
        return True

    dialogs.run = hand_over
    above.tabs.setCurrentWidget(above.down)
    above.down.hand_over()
    dialogs.prepared = [str(down)]
    codes = [each.what.code for each in above.down.table.rows.rows]
    above.down.table.selectRow(codes.index(ONE))
    above.down.write_selected()
    settle(qtbot, upper)
    assert sorted(path.name.split("_")[0] for path in down.glob("*.cpkg")) == ["回执", "审定下发"]

    page.tabs.setCurrentWidget(page.receive)
    page.receive.look_in(down)
    settle(qtbot, township)
    for row in page.receive.found.table.rows.rows:
        page.receive.found.table.selectRow(page.receive.found.table.rows.rows.index(row))
        page.receive.found.open_selected()
        settle(qtbot, township)
        if page.receive.stack.currentIndex() == 1:
            break
    page.receive.merging.merge()
    settle(qtbot, township)
    with office.read() as session:
        lights = lights_of(session)
        names = {uid: each.content["name"] for uid, each in load(session, Teacher).items()}
        origins = {uid: each.origin for uid, each in load(session, Teacher).items()}
    if not lights:
        receipt = next(down.glob("回执*.cpkg"))
        page.send.take_receipt(receipt)
        settle(qtbot, township)
        with office.read() as session:
            lights = lights_of(session)
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
    page = page_of(qtbot, window)
    page.tabs.setCurrentWidget(page.keys)
    settle(qtbot, window)
    dialog = CompareDialog(own_card(two, load_identity(two.folder)))
    qtbot.addWidget(dialog)
    for group in dialog.groups:
        assert not dialog.confirm.isEnabled()
        group.click()
    assert dialog.confirm.isEnabled()
    dialog.groups[3].click()
    assert not dialog.confirm.isEnabled()
    assert [row.texts[0] for row in page.keys.table.rows.rows] == ["本单位", "上级"]
