"""What a clerk sees at each fault of a stick or a package: one sentence that says what to do, in the window."""

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from desktop.archive import Identity, drive, removable, uncached
from desktop.errors import RefusedError
from desktop.exchange import outbox, package
from desktop.exchange.cards import confirm_card
from desktop.exchange.keys import make_card, write_card
from desktop.exchange.streams import DECISIONS
from desktop.models import Teacher
from desktop.services.along import take_along
from desktop.store import Store
from desktop.ui.desk import Desk as OpenDesk
from desktop.ui.dialogs import QuestionBox
from desktop.ui.pages import packages_merge, packages_receive
from desktop.ui.window import MainWindow
from tests.builders_packages import COUNTY, YEAR, Desk, forge, give_photo, lines_of, make_small_offices, photo
from tests.ui.conftest import Answers, settle

NEWER = {"schema": {"major": 2, "minor": 0}}
LAST_YEAR = {"stream": f"annual/{YEAR - 1}", "manifest": {"year": YEAR - 1}}
PROMISE = "数据没有变化"


class Clerk:
    """The window of one office with the page of packages in front, and a picture of whatever it says."""

    def __init__(self, qtbot: Any, folder: Path, pictures: Path) -> None:
        self._qtbot, self._pictures = qtbot, pictures
        self.dialogs = Answers()
        self.window = MainWindow(OpenDesk(Store.open(folder), self.dialogs))
        self.window.desk.set_year(YEAR)
        self.window.resize(1366, 768)
        self.window.show()
        self.window.open_page("packages")
        self.settle()
        self.page = self.window.pages["packages"]
        pictures.mkdir(exist_ok=True)

    def settle(self) -> None:
        settle(self._qtbot, self.window)

    def look(self, stick: Path) -> tuple[list[tuple[str, ...]], str]:
        """Look through a stick: the rows, and the line below them."""
        self.page.tabs.setCurrentWidget(self.page.receive)
        self.page.receive.look_in(stick)
        self.settle()
        found = self.page.receive.found
        self._keep(f"look-{stick.name}")
        return [row.texts for row in found.table.rows.rows], found.summary.text()

    def open(self, path: Path) -> str:
        """Choose one file; what is said, in a question or above its plan."""
        self.dialogs.asked.clear()
        self.dialogs.prepared = [[str(path)]]
        self.page.receive.found.choose()
        self.settle()
        self._keep(f"open-{path.parent.name}")
        merging = self.page.receive.merging
        told = self.dialogs.asked[-1].text if len(self.dialogs.asked) > 1 else merging.warning.text()
        merging.leave()
        return told

    def write(self, folder: Path, name: str) -> str:
        """Write the yearly package to a folder; what is said."""
        self.dialogs.asked.clear()
        self.page.tabs.setCurrentWidget(self.page.send)
        self.dialogs.prepared = [str(folder)]
        self.page.send.write()
        self.settle()
        self._keep(f"write-{name}")
        return self.dialogs.asked[-1].text

    def close(self) -> None:
        self.window.close()
        self.window.deleteLater()

    def _keep(self, name: str) -> None:
        self.window.grab().save(str(self._pictures / f"{name}.png"))
        if self.dialogs.asked and self.dialogs.asked[-1].buttons:
            box = QuestionBox(self.dialogs.asked[-1], self.window)
            box.show()
            box.grab().save(str(self._pictures / f"{name}-said.png"))
            box.close()
            box.deleteLater()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed city and county, and a stick with a folder for each fault of a package."""
    folder = tmp_path_factory.mktemp("faults")
    make_small_offices(folder, 2)
    stick = folder / "U盘"
    stick.mkdir()
    with closing(Desk.open(folder / "county").store) as store, closing(Desk.open(folder / "city").store) as above:
        fill(Desk(store), Desk(above), stick)
    return folder


def fill(county: Desk, city: Desk, stick: Path) -> None:
    """Lay one package of each kind into a folder of its own."""
    older = county.send(stick / "older").path
    lines = lines_of(county, older)
    newest = county.send(stick / "newest").path
    city.answer(city.merge(newest), stick / "receipt")
    take_along(county.store, stick / "backup")
    city.send_down(DECISIONS, COUNTY, stick / "own")
    write_card(county.card, stick / "backup" / "卡.ckey")
    for name, words in (
        ("wrong-office", {"recipient": "509700"}),
        ("last-year", LAST_YEAR),
        ("newer-program", {"manifest": NEWER, "seq": 3}),
        ("restored", {"epoch": "00000000000000bb", "seq": 1}),
        ("twice-the-number", {"seq": 2}),
        *((name, {"seq": 3}) for name in ("damaged", "cut", "empty", "other-suffix", "hidden")),
    ):
        alter(name, forge(county, stick / name, lines, **words))
    alter("stranger", forge(county, stick / "stranger", lines, identity=Identity.create()))
    for number, uid in enumerate(county.records(Teacher)):
        give_photo(county, uid, photo(number, 300_000))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(package, "_largest_volume", lambda _folder, _reserve: 400_000)
        county.send(stick / "half").volumes[1].unlink()


def alter(name: str, path: Path) -> None:
    """Do to a valid package what its folder is named for."""
    data = path.read_bytes()
    if name == "damaged":
        path.write_bytes(data[:-3000] + bytes([data[-3000] ^ 1]) + data[-2999:])
    elif name in ("cut", "empty"):
        path.write_bytes(data[: {"cut": 2000, "empty": 0}[name]])
    elif name in ("other-suffix", "hidden"):
        path.rename(path.with_name({"other-suffix": "报表.doc", "hidden": ".无名"}[name]))


FAULTS = {
    "older": ("有更新的一次", "请选择最新的数据包"),
    "wrong-office": ("没有采用", "不是报给本单位"),
    "last-year": ("不在这里处理", "窗口上方选的是 2026 年度"),
    "own": ("不在这里处理", "不用接收"),
    "newer-program": ("暂存，待处理", "升级到 0.1.0 或更高版本"),
    "restored": ("暂存，待处理", "请先打电话核实"),
    "twice-the-number": ("暂存，待处理", "请立即向该单位核实"),
    "damaged": ("没有采用", "请换一个U盘重新拷贝，或请对方重新生成"),
    "cut": ("没有采用", "请换一个U盘重新拷贝，或请对方重新生成"),
    "stranger": ("没有采用", "密钥卡"),
    "half": ("暂存，待处理", "还缺第 2"),
}
"""What stands in the list for each, and what to do in the sentence beside it."""


@pytest.fixture
def offices(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the offices and the stick."""
    monkeypatch.setenv("COUNTY_DESK_SETTINGS", str(tmp_path / "settings"))
    return shutil.copytree(made, tmp_path / "offices")


@pytest.fixture
def clerk(qtbot: Any, offices: Path, tmp_path: Path) -> Iterator[Clerk]:
    """The city's window."""
    clerk = Clerk(qtbot, offices / "city", tmp_path / "pictures")
    yield clerk
    clerk.close()


@pytest.fixture
def below(qtbot: Any, offices: Path, tmp_path: Path) -> Iterator[Clerk]:
    """The county's window."""
    clerk = Clerk(qtbot, offices / "county", tmp_path / "pictures")
    yield clerk
    clerk.close()


def test_each_fault_of_a_package_is_a_sentence(clerk: Clerk, offices: Path) -> None:
    """In the list and when the file is chosen by itself the clerk reads the same: what it is, and what to do."""
    for name, (state, way_out) in FAULTS.items():
        rows, _below = clerk.look(offices / "U盘" / name)
        assert rows[0][2] == state, name
        assert rows[0][0] in ("云岭县教育委员会", "渝州市教育局", COUNTY, "509900"), name
        assert way_out in rows[0][4], (name, rows[0][4])
        assert "annual" not in "".join(map("".join, rows))
        path = next((offices / "U盘" / name).glob("*.cpkg"))
        assert way_out in clerk.open(path), name
    assert {each.revision for each in Desk(clerk.window.desk.store).records(Teacher).values()} == {1}


def test_what_is_found_by_its_content(clerk: Clerk, offices: Path) -> None:
    """A package with another suffix or hidden is found; one that is empty, and a stick with none, is told."""
    stick = offices / "U盘"
    for name in ("other-suffix", "hidden"):
        assert clerk.look(stick / name)[0][0][2] == "可以合并"
    rows, below = clerk.look(stick / "empty")
    assert "请核对是不是这个U盘" in below
    assert "重新拷贝" in below
    assert [row[2] for row in clerk.look(stick / "receipt")[0]][:1] == ["不在这里处理"]
    rows, _below = clerk.look(stick / "backup")
    assert "随带的备份" in rows[0][4]
    assert "密钥卡请在“密钥”页确认" in clerk.open(stick / "backup" / "卡.ckey")


def test_a_stick_pulled_while_it_is_read(clerk: Clerk, offices: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Gone before it is looked at, before a package is opened, or in the middle of copying: put it in again."""
    stick = offices / "U盘"
    path = next((stick / "newest").glob("*.cpkg"))
    clerk.look(stick / "gone")
    assert "请插好U盘后再试" in clerk.dialogs.asked[-1].text
    assert "请插好U盘后再试" in clerk.open(stick / "gone" / path.name)

    def pulled(_file: Any) -> Iterator[bytes]:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(drive, "chunks", pulled)
    told = clerk.open(path)
    assert told.startswith(f"{path.name} 读不出：磁盘读写出错，可能已被拔出")
    assert told.endswith("请插好U盘后再试。")
    assert list((offices / "city" / "inbox").glob("*.cpkg*")) == []


def test_a_stick_pulled_before_the_receipt(clerk: Clerk, offices: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The merge stands; that only the receipt is missing is told with the way to write it."""
    clerk.open(next((offices / "U盘" / "hidden").iterdir()))
    clerk.page.receive.plan_package(next((offices / "U盘" / "hidden").iterdir()))
    clerk.settle()

    def gone(*_words: Any, **_more: Any) -> Path:
        raise RefusedError("没有找到文件夹，U盘可能没有插好；没有生成文件")

    monkeypatch.setattr(packages_merge, "write_receipt", gone)
    clerk.page.receive.merging.merge()
    clerk.settle()
    told = clerk.dialogs.asked[-1].text
    assert "数据已经合并好" in told
    assert "在“下发”里把回执写给该单位" in told


def test_a_receipt_beside_the_package_lets_the_drive_go(
    clerk: Clerk, offices: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the last package of a stick is merged and answered, the stick is let go; before that it stays."""
    stick = offices / "U盘" / "hidden"
    monkeypatch.setattr(packages_receive, "let_go", lambda folder: f"{folder.name}可以安全拔出U盘。")
    clerk.page.receive.plan_package(next(stick.iterdir()))
    clerk.settle()
    clerk.page.receive.merging.merge()
    clerk.settle()
    assert clerk.dialogs.asked[-1].text.endswith("hidden可以安全拔出U盘。")
    assert list(stick.glob("回执*"))


def strike_sync(monkeypatch: pytest.MonkeyPatch, stick: Path, number: int) -> None:
    """Have the system refuse to put anything onto the stick."""
    real = os.fsync

    def fsync(handle: int) -> None:
        if Path(f"/proc/self/fd/{handle}").readlink().is_relative_to(stick):
            raise OSError(number, os.strerror(number))
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)


def make_full(monkeypatch: pytest.MonkeyPatch, stick: Path) -> None:
    usage = shutil.disk_usage(stick)
    monkeypatch.setattr(shutil, "disk_usage", lambda place: usage._replace(free=5000 if place == stick else usage.free))


def protect(monkeypatch: pytest.MonkeyPatch, stick: Path) -> None:
    found = removable.Drive(stick, "校U盘", "/dev/x", "vfat", 1 << 30, 1 << 31, read_only=True)
    monkeypatch.setattr(outbox, "drive_of", lambda _path: found)


def wear(monkeypatch: pytest.MonkeyPatch, _stick: Path) -> None:
    monkeypatch.setattr(uncached, "hash_uncached", lambda _path, **_words: "0" * 64)


Strike = Callable[[pytest.MonkeyPatch, Path], None]
STRIKES: dict[str, tuple[Strike, str, str]] = {
    "gone": (lambda _patch, stick: stick.rmdir(), "请插好后再试", ""),
    "protected": (protect, "U盘“校U盘”写保护", ""),
    "full": (make_full, "请清理或换一个U盘", ""),
    "pulled": (lambda patch, stick: strike_sync(patch, stick, errno.ENODEV), "磁盘已被拔出", "再写到U盘"),
    "broken": (lambda patch, stick: strike_sync(patch, stick, errno.EIO), "可能已被拔出或损坏", "再写到U盘"),
    "filled": (lambda patch, stick: strike_sync(patch, stick, errno.ENOSPC), "磁盘空间不足", "再写到U盘"),
    "worn": (wear, "不可靠", "再写到U盘"),
}
"""What happens to the stick, what is said, and what stands under the button where the package is sealed."""


@pytest.mark.skipif(os.name == "nt", reason="strikes at files of POSIX")
def test_each_fault_of_writing_is_a_sentence(
    below: Clerk, offices: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing with a final name stays behind; what is sealed waits in the outbox, selected, and is written later."""
    for name, (strike, said, way_out) in STRIKES.items():
        stick = tmp_path / name
        stick.mkdir()
        with monkeypatch.context() as patch:
            strike(patch, stick)
            assert said in below.write(stick, name), name
        assert not stick.exists() or list(stick.iterdir()) == [], name
        assert way_out in below.page.send.written.text()
    stick = tmp_path / "whole"
    stick.mkdir()
    below.dialogs.prepared = [str(stick)]
    below.page.send.write_again()
    below.settle()
    assert "备份已随带" in below.page.send.written.text()
    assert len(list(stick.glob("*.cpkg"))) == 1


def test_a_receipt_of_a_restored_office_asks_first(below: Clerk, offices: Path) -> None:
    """After the upper office restored a backup its receipts wait for a call, like its packages."""
    stick = offices / "U盘" / "newest"
    package = next(stick.glob("*.cpkg"))
    with closing(Desk.open(offices / "city").store) as store:
        city = Desk(store)
        first = city.answer(city.merge(package), stick)
        store.renew_epoch()
        second = city.answer(city.merge(package), stick)
    below.page.send.take_receipt(first)
    below.settle()
    below.dialogs.prepared = ["已电话核实，继续"]
    below.page.send.take_receipt(second)
    below.settle()
    assert "恢复过备份或换了电脑" in below.dialogs.asked[-2].text
    assert "上级已收到" in below.dialogs.asked[-1].text


def test_three_bad_ones_of_twenty(clerk: Clerk, offices: Path) -> None:
    """Seventeen can be merged in one go; each of the three that cannot is told by its office or file, and why."""
    stick = offices / "U盘" / "twenty"
    city = Desk(clerk.window.desk.store)
    with closing(Desk.open(offices / "county").store) as store:
        for number in range(20):
            identity, code = Identity.create(), f"5088{number:02d}"
            card = make_card(identity, code=code, name=f"第{number + 1}区县", level="county", epoch="0" * 16)
            confirm_card(city.store, card, "李")
            path = forge(Desk(store), stick, {}, seq=1, sender=code, identity=identity, epoch="0" * 16)
            if number < 3:
                alter(("damaged", "cut", "empty")[number], path)
    rows, below = clerk.look(stick)
    assert below.startswith("共 19 个数据包：可以合并 17 个，没有采用 2 个")
    assert "不是数据包；请报送单位重新拷贝" in below
    bad = [row for row in rows if row[2] == "没有采用"]
    assert {row[0] for row in bad} == {"第1区县", "第2区县"}
    assert all("请换一个U盘重新拷贝" in row[4] for row in bad)
    assert clerk.page.receive.found.merge_all_button.text() == "全部合并（17 个）"
