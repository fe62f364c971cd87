"""A package written and received, an office set up and restored: in the window."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton

from desktop.archive import Drive, removable
from desktop.errors import RefusedError
from desktop.exchange import outbox
from desktop.exchange.cards import CHILD, confirm_card, own_card, trust_parent
from desktop.models import Appointment, Cohort, Employment, School, Teacher
from desktop.services.along import take_along
from desktop.services.backups import load_identity, make_backup
from desktop.store import Store
from desktop.ui.desk import Desk
from desktop.ui.memory import remember
from desktop.ui.pages import packages_send
from desktop.ui.start import StartWindow
from desktop.ui.window import MainWindow
from tests.builders import add, contents_of, make_office, school_content, teacher_content
from tests.ui.conftest import Answers, settle


@pytest.fixture
def city(tmp_path: Path) -> Iterator[Store]:
    store = make_office(tmp_path / "city", name="云州市教育委员会", code="509900", rank="city")
    yield store
    store.close()


def fill_roster(store: Store) -> None:
    school = add(store, School, school_content())
    cohort = add(store, Cohort, {"tier": "3", "doc_no": "云教发〔2024〕3号", "issue_date": "2024-03-15"})
    for number in range(1, 4):
        teacher = add(store, Teacher, teacher_content(number))
        add(store, Employment, {"teacher": teacher, "school": school, "kind": "1", "start": "2001-09"})
        add(store, Appointment, {"teacher": teacher, "cohort": cohort, "tier": "3", "recognized_on": "2024-03-15"})


def test_package_goes_up_and_is_merged(
    qtbot: Any, open_window: Any, office: Store, city: Store, dialogs: Answers, tmp_path: Path
) -> None:
    """The county writes its package in the window; the city looks at the plan, merges it, and leaves a receipt."""
    fill_roster(office)
    remember("scope", {office.office_code: ["3"]})
    trust_parent(office, own_card(city, load_identity(city.folder)), "王")
    assert confirm_card(city, own_card(office, load_identity(office.folder)), "李") == CHILD
    drive = tmp_path / "U盘"
    drive.mkdir()
    window = open_window()
    window.open_page("packages")
    page = window.pages["packages"]
    dialogs.prepared = [str(drive)]
    page.send.write()
    settle(qtbot, window)
    assert "已写到" in page.send.written.text()
    assert "并读回核对" in page.send.written.text()
    [package] = drive.glob("*.cpkg")

    upper = MainWindow(Desk(city, dialogs))
    upper.show()
    upper.open_page("packages", package)
    settle(qtbot, upper)
    plan_page = upper.pages["packages"].receive.merging
    assert plan_page.merge_button.isEnabled()
    assert not contents_of(city, Appointment)
    dialogs.prepared = [tmp_path / "预览.csv"]
    plan_page.export()
    settle(qtbot, upper)
    saved = (tmp_path / "预览.csv").read_text(encoding="utf-8-sig")
    assert saved.startswith("处理,种类,姓名或名称,栏目,本单位现有,数据包,说明")
    assert saved.count("新增,教师,") == 3
    assert plan_page.refuse_button.isVisible()
    dialogs.prepared = ["缺校级骨干"]
    plan_page.refuse()
    settle(qtbot, upper)
    assert "已退回，没有合并任何记录" in dialogs.asked[-1].text
    [receipt] = drive.glob("回执*.cpkg")
    page.send.take_receipt(receipt)
    settle(qtbot, window)
    assert "上级退回：缺校级骨干" in dialogs.asked[-1].text
    assert page.send.table.rows.rows[0].texts[3:] == ("上级退回，请改正后重报", "缺校级骨干")
    upper.open_page("packages", package)
    settle(qtbot, upper)
    plan_page = upper.pages["packages"].receive.merging
    plan_page.merge()
    settle(qtbot, upper)
    assert len(contents_of(city, Appointment)) == 3
    assert "回执已写到" in dialogs.asked[-1].text
    upper.desk.jobs.stop()
    city.changed.clear()
    upper.hide()
    upper.deleteLater()


def test_package_without_upper_office_says_the_way_out(open_window: Any, dialogs: Answers) -> None:
    """Without the upper office's key card nothing is asked for; the sentence tells how to get one."""
    window = open_window()
    window.open_page("packages")
    window.pages["packages"].send.write()
    assert "密钥卡" in dialogs.asked[-1].text
    assert len(dialogs.asked) == 1


def test_package_without_people_is_told(
    qtbot: Any, open_window: Any, office: Store, city: Store, dialogs: Answers, tmp_path: Path
) -> None:
    """A scope in which nobody is makes a package that is worth nothing; the clerk hears it at once."""
    trust_parent(office, own_card(city, load_identity(city.folder)), "王")
    window = open_window()
    window.open_page("packages")
    dialogs.prepared = [str(tmp_path)]
    window.pages["packages"].send.write()
    settle(qtbot, window)
    assert "没有一名教师" in dialogs.asked[-1].text


def test_office_is_set_up_in_three_steps(qtbot: Any, qapp: Any, tmp_path: Path, dialogs: Answers) -> None:
    """Name and code, rank, operator: then the office stands in its folder and is opened."""
    window = StartWindow([], tmp_path, dialogs)
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    chosen: list[Path] = []
    window.chosen.connect(lambda folder, _then: chosen.append(folder))
    window.begin_office()
    steps = window.new_office
    steps.step()
    assert steps.problem.text() == "单位全称没有填写"
    steps.name.setText("云岭县教委/体育局")
    steps.code.setText("云岭")
    steps.step()
    assert steps.problem.text().startswith("单位代码“云岭”只能用数字")
    steps.code.setText("509999")
    qtbot.keyPress(steps.code, Qt.Key.Key_Return)
    qtbot.keyPress(steps.rank, Qt.Key.Key_Return)
    steps.operator.setText("王敏")
    dialogs.prepared = [str(tmp_path / "D盘")]
    steps._move()
    qtbot.keyPress(steps.operator, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(chosen), timeout=20_000)
    assert chosen == [tmp_path / "D盘" / "云岭县教委_体育局"]
    store = Store.open(chosen[0])
    assert store.office_code == "509999"
    store.close()


def test_sample_starts_with_the_rosters_of_its_schools(qtbot: Any, qapp: Any, tmp_path: Path, dialogs: Answers) -> None:
    """The sample is opened at the plan of its twelve rosters, and at the home page once it is there."""
    window = StartWindow([], tmp_path, dialogs)
    qtbot.addWidget(window)
    chosen: list[Any] = []
    window.chosen.connect(lambda _folder, then: chosen.append(then))
    for count in (1, 2):
        window.try_sample()
        qtbot.waitUntil(lambda: len(chosen) == count, timeout=60_000)  # noqa: B023 - waited for in its own turn
    assert chosen[0][0] == "import"
    assert len(chosen[0][1]) == 12
    assert chosen[1] is None


def test_office_not_known_here_is_opened_by_its_folder(
    qtbot: Any, qapp: Any, office: Store, tmp_path: Path, dialogs: Answers
) -> None:
    """A folder with an office's database is opened; another one is refused with what to choose."""
    window = StartWindow([], tmp_path, dialogs)
    qtbot.addWidget(window)
    chosen: list[Path] = []
    window.chosen.connect(lambda folder, _then: chosen.append(folder))
    dialogs.prepared = [str(tmp_path), str(office.folder)]
    window.open_folder()
    assert "里没有单位的数据" in window.said.text()
    window.open_folder()
    assert chosen == [office.folder]


def test_backup_is_restored_beside(qtbot: Any, qapp: Any, office: Store, tmp_path: Path, dialogs: Answers) -> None:
    """A backup with its keys beside is restored into a folder of its own."""
    add(office, Teacher, teacher_content(1))
    backup = make_backup(office, "测试")
    office.close()
    window = StartWindow([], tmp_path / "home", dialogs)
    qtbot.addWidget(window)
    window.show()
    chosen: list[Path] = []
    window.chosen.connect(lambda folder, _then: chosen.append(folder))
    dialogs.prepared = [[str(backup)]]
    window.restore_backup()
    qtbot.waitUntil(lambda: bool(chosen), timeout=20_000)
    restored = Store.open(chosen[0])
    assert len(contents_of(restored, Teacher)) == 1
    restored.close()


def test_another_computer_follows_the_printed_page(
    qtbot: Any, qapp: Any, office: Store, tmp_path: Path, dialogs: Answers
) -> None:
    """Only the stick and the typed recovery key are there: the start page restores the backup that went along."""
    add(office, Teacher, teacher_content(1))
    stick = tmp_path / "U盘"
    stick.mkdir()
    assert take_along(office, stick) == ""
    typed = tmp_path / "桌面" / "recovery.key"
    typed.parent.mkdir()
    lines = (office.folder / "recovery.key").read_text(encoding="ascii").split()
    typed.write_text("\r\n".join([*lines, ""]), encoding="utf-8-sig")  # as the editor of Windows saves it
    epoch = office.epoch
    office.close()
    shutil.rmtree(office.folder)
    window = StartWindow([], tmp_path / "home", dialogs)
    qtbot.addWidget(window)
    window.show()
    chosen: list[Path] = []
    window.chosen.connect(lambda folder, _then: chosen.append(folder))
    [backup] = map(str, (stick / "备份").glob("*.cbak"))
    dialogs.prepared = [[backup], [str(typed)]]
    [begin] = [each for each in window.findChildren(QAbstractButton) if each.text().startswith("从备份恢复")]
    qtbot.mouseClick(begin, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(chosen), timeout=20_000)
    restored = Store.open(chosen[0])
    assert len(contents_of(restored, Teacher)) == 1
    assert restored.epoch != epoch
    restored.close()


@pytest.mark.parametrize("held", [False, True])
def test_a_drive_is_let_go_before_it_may_be_pulled(
    qtbot: Any,
    open_window: Any,
    office: Store,
    city: Store,
    dialogs: Answers,
    tmp_path: Path,
    monkeypatch: Any,
    held: bool,
) -> None:
    """After writing the page ejects by itself; only when that is done it says that the drive may be pulled out."""
    fill_roster(office)
    trust_parent(office, own_card(city, load_identity(city.folder)), "王")
    stick = tmp_path / "U盘"
    stick.mkdir()
    drive = Drive(stick, "U盘", "/dev/x", "vfat", 1 << 30, 1 << 31, read_only=False)
    monkeypatch.setattr(packages_send, "drive_of", lambda path: drive if str(path).startswith(str(stick)) else None)
    let_go: list[Path] = []

    def eject(each: Drive) -> None:
        assert list(each.folder.glob("*.cpkg"))
        assert list((each.folder / "备份").glob("*.cbak"))
        let_go.append(each.folder)
        if held:
            raise RefusedError("U盘“U盘”还不能拔出：正被别的程序使用。")

    monkeypatch.setattr(packages_send, "eject", eject)
    window = open_window()
    window.open_page("packages")
    send = window.pages["packages"].send
    dialogs.prepared = [str(stick)]
    send.write()
    settle(qtbot, window)
    assert let_go == [stick]
    assert ("可以安全拔出U盘" in send.written.text()) is not held
    assert send.eject_button.isVisible() is held
    if held:
        assert "还不能拔出" in dialogs.asked[-1].text


@pytest.mark.parametrize("held", [False, True])
def test_a_drive_with_what_goes_down_is_let_go(
    qtbot: Any,
    open_window: Any,
    office: Store,
    city: Store,
    dialogs: Answers,
    tmp_path: Path,
    monkeypatch: Any,
    held: bool,
) -> None:
    """What goes down takes a backup along too; only when the drive is let go the clerk reads that it may be pulled."""
    fill_roster(office)
    with closing(make_office(tmp_path / "town", name="石坪镇中心校", code="509999001", rank="township")) as town:
        confirm_card(office, own_card(town, load_identity(town.folder)), "王")
    stick = tmp_path / "U盘"
    stick.mkdir()
    drive = Drive(stick, "U盘", "/dev/x", "vfat", 1 << 30, 1 << 31, read_only=False)
    monkeypatch.setattr(removable, "drive_of", lambda _path: drive)

    def eject(each: Drive) -> None:
        assert list(each.folder.glob("*.cpkg"))
        assert list((each.folder / "备份").glob("*.cbak"))
        if held:
            raise RefusedError("U盘“U盘”还不能拔出：正被别的程序使用。")

    monkeypatch.setattr(removable, "eject", eject)
    window = open_window()
    window.open_page("packages")
    down = window.pages["packages"].down
    down.refresh()
    dialogs.prepared = [str(stick)]
    down.write_all()
    settle(qtbot, window)
    assert "备份已随带" in dialogs.asked[-1].text
    assert ("可以安全拔出U盘" in dialogs.asked[-1].text) is not held
    assert ("还不能拔出" in dialogs.asked[-1].text) is held


def test_copying_is_cancelled_in_the_middle(
    qtbot: Any, open_window: Any, office: Store, city: Store, dialogs: Answers, tmp_path: Path, monkeypatch: Any
) -> None:
    """Cancelled while it is copied the package waits in the outbox, none of it on the drive, and is written later."""
    fill_roster(office)
    remember("scope", {office.office_code: ["3"]})
    trust_parent(office, own_card(city, load_identity(city.folder)), "王")
    drive = tmp_path / "U盘"
    drive.mkdir()
    window = open_window()
    window.open_page("packages")
    send = window.pages["packages"].send
    dialogs.prepared = [str(drive), str(drive)]
    real = outbox.deliver

    def deliver(source: Path, target: Path, *, progress: Any) -> str:
        window.desk.jobs.running[-1].cancel()
        return real(source, target, progress=progress)

    with monkeypatch.context() as patch:
        patch.setattr(outbox, "deliver", deliver)
        send.write()
        settle(qtbot, window)
    assert "选中它点“再写到U盘”即可" in send.written.text()
    assert list(drive.iterdir()) == []
    assert send.table.rows.rows[0].texts[3] == "已生成，未写到U盘"
    send.table.setCurrentIndex(send.table.rows.index(0, 0))
    send.write_again()
    settle(qtbot, window)
    assert "并读回核对。备份已随带。" in send.written.text()
    assert len(list(drive.glob("*.cpkg"))) == 1
