"""T14: hostile files on the stick: nothing is run, followed or overwritten, and what belongs to us is found."""

import os
import shutil
import socket
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from desktop.archive import drive, is_archive, scan
from desktop.errors import DesktopError, RefusedError
from tests.builders_packages import Desk

PROGRAMS = ("年度上报.exe", "年度上报_第1次.cpkg.lnk", "RECYCLER.scr", "desktop.ini", "x.bat", "x.desktop")
LONG = "x" * 250
EMPTY = ("空.cpkg", "CON", "NUL.cpkg", "aux.ckey", "com1.cpkg", "尾.cpkg.", LONG, "\u202egkpc.exe", "a\nb.cpkg")

pytestmark = pytest.mark.skipif(os.name == "nt", reason="makes files that Windows cannot have")


@pytest.fixture(scope="module")
def package(small_offices: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package of the county with its card beside it."""
    folder = shutil.copytree(small_offices, tmp_path_factory.mktemp("hostile") / "offices")
    with closing(Desk.open(folder / "county").store) as store:
        return Desk(store).send(folder / "stick").path


def make_hostile(stick: Path, package: Path) -> None:
    """What a stick holds that went through infected computers, and what somebody put there on purpose."""
    stick.mkdir()
    marker = f"#!/bin/sh\ntouch {stick.parent}/run\n"
    (stick / "autorun.inf").write_text("[autorun]\nopen=年度上报.exe\nshellexecute=年度上报.exe\n", encoding="gb18030")
    for name in (
        "年度上报.exe",
        "年度上报_509999_2026_第1次.cpkg.lnk",
        "RECYCLER.scr",
        "desktop.ini",
        "x.bat",
        "x.desktop",
    ):
        (stick / name).write_text(marker)
        (stick / name).chmod(0o755)
    for name in (
        "空.cpkg",
        "CON",
        "NUL.cpkg",
        "aux.ckey",
        "com1.cpkg",
        "尾.cpkg.",
        "x" * 250,
        "\u202egkpc.exe",
        "a\nb.cpkg",
    ):
        (stick / name).touch()
    (stick / "文件夹.cpkg").mkdir()
    (stick / "密钥卡_509999.ckey").mkdir()
    (stick / "loop").symlink_to(stick, target_is_directory=True)
    (stick / "链接.cpkg").symlink_to(package)
    (stick / "etc.ckey").symlink_to("/etc/passwd")
    (stick / "断.cpkg").symlink_to("/nowhere")
    os.mkfifo(stick / "管道.cpkg")
    os.mkfifo(stick / "管道.ckey")
    with closing(socket.socket(socket.AF_UNIX)) as listener:
        here = os.open(stick, os.O_RDONLY)
        listener.bind(f"/proc/self/fd/{here}/插座.cpkg")
        os.close(here)
    (stick / b"\xff\xfe.cpkg".decode(errors="surrogateescape")).write_bytes(b"no name")
    deep = stick
    for _ in range(40):
        deep = deep / ("深" * 20)
        try:
            deep.mkdir()
        except OSError:
            break
    (stick / "假.cpkg").write_bytes(package.read_bytes()[:600])
    (stick / "假.ckey").write_bytes(b'{"code":"509999"}\n')
    (stick / "zip.cpkg").write_bytes(b"PK\x03\x04" + bytes(9999))
    with (stick / "大.cpkg").open("wb") as file:
        file.truncate(5 * 1024**3)  # sparse
    (stick / ".隐藏").mkdir()
    shutil.copy(package, stick / ".隐藏" / "无名")
    shutil.copy(package, stick / "年度上报.doc")
    for card in package.parent.glob("*.ckey"):
        shutil.copy(card, stick / ".隐藏" / "卡.txt")


@pytest.fixture
def stick(tmp_path: Path, package: Path) -> Path:
    """A stick with all of it."""
    make_hostile(tmp_path / "stick", package)
    return tmp_path / "stick"


def content(folder: Path) -> list[tuple[str, int, int]]:
    """Every name on a stick with its size and the time of its last change."""
    walked = [Path(where) / name for where, folders, files in os.walk(folder) for name in [*folders, *files]]
    return sorted((str(path), path.lstat().st_size, path.lstat().st_mtime_ns) for path in walked)


def test_what_belongs_to_us_is_found_by_content(stick):
    """A hidden package without a name and one called .doc are found, links and twins are not, nothing changes."""
    before = content(stick)
    looked = []
    found = scan(stick, progress=looked.append)
    names = {each.path.name: each for each in found.packages}
    assert set(names) == {"无名", "年度上报.doc", "假.cpkg"}
    assert names["年度上报.doc"].header.sender == "509999"
    assert names["假.cpkg"].header is None
    assert "不完整" in names["假.cpkg"].problem
    assert {path.name for path in found.cards} == {"卡.txt", "假.ckey"}
    assert looked[-1] >= 20
    assert content(stick) == before
    assert not (stick.parent / "run").exists()


def test_a_hidden_file_is_told_as_hidden(tmp_path, package):
    """What a worm has hidden is shown with that mark."""
    (tmp_path / "stick").mkdir()
    shutil.copy(package, tmp_path / "stick" / ".x.cpkg")
    [found] = scan(tmp_path / "stick").packages
    assert found.hidden


def test_a_search_can_be_stopped(stick):
    """What the progress raises ends the search."""

    class Cancelled(Exception):
        pass

    def cancel(_number):
        raise Cancelled

    with pytest.raises(Cancelled):
        scan(stick, progress=cancel)


def test_a_stick_that_is_gone_is_told(tmp_path):
    """A folder that cannot be read is one sentence."""
    with pytest.raises(RefusedError, match="插好U盘"):
        scan(tmp_path / "none")


@pytest.mark.parametrize("name", ["管道.cpkg", "文件夹.cpkg", "断.cpkg", "插座.cpkg", "空.cpkg", "大.cpkg", LONG])
def test_choosing_a_hostile_file_is_one_sentence(small_offices, tmp_path, stick, name):
    """A pipe, a folder, a dead link and an empty file are told at once: nothing is waited for, nothing changes."""
    folder = shutil.copytree(small_offices / "city", tmp_path / "city")
    with closing(Desk.open(folder).store) as store:
        with pytest.raises(DesktopError, match="。"):
            Desk(store).plan(stick / name)
        assert not list(folder.glob("inbox/*"))
    assert not is_archive(stick / name)


def test_cards_beside_a_package_are_looked_at_without_harm(small_offices, tmp_path, stick, package):
    """Pipes, links and folders that are named like cards lie beside a package that is read all the same."""
    for card in package.parent.glob("*.ckey"):
        shutil.copy(card, stick / "真.ckey")
    folder = shutil.copytree(small_offices / "city", tmp_path / "city")
    with closing(Desk.open(folder).store) as store:
        assert Desk(store).plan(stick / "年度上报.doc").header.sender == "509999"


def test_a_package_is_written_beside_all_of_it(small_offices, tmp_path, stick):
    """Names that are taken, by a folder, a pipe or a dead link, are never used again; nothing there changes."""
    folder = shutil.copytree(small_offices / "county", tmp_path / "county")
    first = "年度上报_509999_2026_第1次_共1卷第1卷.cpkg"
    (stick / first).symlink_to("/nowhere")
    before = content(stick)
    with closing(Desk.open(folder).store) as store:
        desk = Desk(store)
        with pytest.raises(RefusedError, match="已经存在"):
            desk.send(stick)
        written = desk.send(stick)
    after = content(stick)
    assert set(before) <= set(after)
    assert {Path(name).name for name, *_ in set(after) - set(before)} == {written.path.name, written.card_path.name}
    assert not (stick.parent / "run").exists()


def test_the_control_would_be_run(stick):
    """Control: the traps do spring when somebody runs them, so that the tests above prove something."""
    subprocess.run([stick / "x.bat"], check=True)
    assert (stick.parent / "run").exists()


def test_the_control_waits_at_a_pipe(stick):
    """Control: opening as usual waits at a pipe for ever; `open_plain` refuses it."""
    usual = f"open({str(stick / '管道.cpkg')!r}, 'rb')"
    with pytest.raises(subprocess.TimeoutExpired):
        subprocess.run(["python3", "-c", usual], timeout=1, check=True)
    with pytest.raises(OSError, match="plain"):
        drive.open_plain(stick / "管道.cpkg")
