"""T6, T7: sticks that are pulled, full, worn or closed at any change; places where nothing can be written or read."""

import os
import shutil
import socket
from contextlib import closing
from pathlib import Path

import pytest

from desktop import cli
from desktop.archive import is_archive
from desktop.errors import DesktopError, UnreadableFile
from desktop.exchange.cards import parent_card
from desktop.exchange.package import write_package
from desktop.models import Teacher
from desktop.sample import SPREADSHEETS
from desktop.services import backups
from tests.builders_packages import Desk
from tests.faults import shim, works
from tests.faults.harness import Strikes, report, rounds, working

pytestmark = pytest.mark.skipif(os.name == "nt", reason="files of POSIX")
ACTIONS = {"pulled": shim.BROKEN, "full": shim.FULL, "killed": shim.KILL, "worn": shim.LOST}


@pytest.fixture(scope="module")
def worker():
    """A worker with Python's own shim."""
    with working() as made:
        yield made


def strike_the_stick(worker, action, offices, tmp_path, step):
    """An export, struck at every so-many-th change of the stick; how often."""
    strikes = Strikes(worker, "export", offices, tmp_path)
    count = strikes.changes(where=works.STICK)
    assert count > 10
    for point in range(1, count + 1, step):
        done = strikes.strike(point, ACTIONS[action], where=works.STICK)
        assert done["killed"] or done["said"] or len(done["error"]) > 15, (point, done)
        if action == "worn" and done["said"]:  # told as written only where the lost bytes were none of the package's
            assert not done["error"], (point, done)
    return len(range(1, count + 1, step))


@pytest.mark.parametrize("action", ACTIONS)
def test_a_stick_fails_at_some_changes(action, worker, small_offices, tmp_path):
    """T6, in part: a package with its final name on a failing stick is whole; the outbox has it all the same."""
    assert strike_the_stick(worker, action, small_offices, tmp_path, 12)


@pytest.mark.faults
@pytest.mark.parametrize("action", ACTIONS)
def test_a_stick_fails_at_every_change(action, worker, small_offices, tmp_path):
    """T6: every change of the stick."""
    count = strike_the_stick(worker, action, small_offices, tmp_path, rounds("STEP", 1))
    report(f"T6 {action}: {count} changes of the stick struck")


def test_a_worn_stick_is_named(worker, small_offices, tmp_path):
    """Bytes that a stick took and did not keep are found by reading back, and the sentence says what to do."""
    strikes = Strikes(worker, "export", small_offices, tmp_path)
    count = strikes.changes(where=works.STICK)
    for point in range(1, count + 1):
        error = strikes.strike(point, shim.LOST, where=works.STICK)["error"]
        if error:
            assert "不可靠" in error
            assert "请换一个U盘" in error
            return
    pytest.fail("a stick that keeps nothing was trusted")


def test_a_writer_under_the_final_name_is_caught(worker, small_offices, tmp_path):
    """Control: killed at some change, a writer without temporary names leaves half a package that bears its name."""
    strikes = Strikes(worker, "export", small_offices, tmp_path)
    count = strikes.changes(where=works.STICK)
    points = range(4, count + 1, 4)
    with pytest.raises(DesktopError):
        all(strikes.strike(point, shim.KILL, where=works.STICK, weak="final name") for point in points)


# Places


@pytest.fixture
def county(small_offices, tmp_path):
    """An open county on a copy."""
    folder = shutil.copytree(small_offices, tmp_path / "offices")
    with closing(Desk.open(folder / "county").store) as store:
        yield Desk(store)


def places(folder):
    """Where nothing can be written, by what it is."""
    (folder / "file").write_bytes(b"")
    (folder / "link").symlink_to(folder / "nowhere")
    (folder / "full").symlink_to("/dev/full")
    return {
        "missing": folder / "no" / "such" / "folder",
        "a file": folder / "file",
        "a dead link": folder / "link",
        "a device": folder / "full",
        "under a file": folder / "file" / "sub",
        "too long": folder.joinpath(*["很长的文件夹名" * 8] * 40),
        "the kernel's": Path("/proc/self"),
    }


def _write(county, act, place, cards):
    if act == "package":
        write_package(county.store, year=2026, folder=place, **cards)
    else:
        backups.make_backup(county.store, "手工", to=place)


@pytest.mark.parametrize("act", ["package", "backup"])
def test_places_that_cannot_be_written(county, tmp_path, act):
    """T7: export and backup into each end in a sentence and leave the office as it was; a backup makes its folder."""
    before = works.state_of(county.store.folder)
    cards = {"own_card": county.card, "parent_card": parent_card(county.store), "identity": county.identity}
    for what, place in places(tmp_path).items():
        if (act, what) == ("backup", "missing"):
            continue
        with pytest.raises(DesktopError) as caught:
            _write(county, act, place, cards)
        assert len(caught.value.sentence) > 10, what
        assert "Errno" not in caught.value.sentence, what
    assert works.state_of(county.store.folder) == before


@pytest.mark.parametrize(
    "name", ["空 格", "引号“”", "a'b\"c", "-rf", "%s{0}", "换\n行", "👩‍🏫", "𠮷𬭚", "con", "a" * 200, "&;|$(x)"]
)
def test_odd_names_of_folders(county, small_offices, tmp_path, name):
    """T7: a package and a backup go into a folder of any name that the system allows, and come back from there."""
    place = tmp_path / name
    place.mkdir()
    written = county.send(place)
    path = backups.make_backup(county.store, "手工", to=place)
    assert is_archive(written.path)
    folder = shutil.copytree(small_offices, tmp_path / "others")
    with closing(Desk.open(folder / "city").store) as above:
        Desk(above).merge(written.path)
        assert len(Desk(above).records(Teacher)) == 6
    keys = county.identity
    backups.restore(path, tmp_path / "restored", keys=[keys.receiving], signers=[keys.verify])


def test_a_second_program_waits_outside(county, capsys):
    """T7: while an office is being written to, another program is told so in a sentence and changes nothing."""
    folder = str(county.store.folder)
    words = ["import", str(SPREADSHEETS / "08-云岭县城关第一小学.xlsx"), "--as", "roster", "--office", folder]
    with county.store.write("长时间的改动"):
        assert cli.run(words) == 2
    assert len(capsys.readouterr().err) > 10
    assert len(county.records(Teacher)) == 6


def test_what_is_no_file_is_not_waited_for(county, tmp_path):
    """T7: a pipe, a socket, a folder or a device in the place of a package is told at once."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    with socket.socket(socket.AF_UNIX) as plug:
        plug.bind(str(tmp_path / "plug"))
        for place in (tmp_path / "pipe", tmp_path / "plug", tmp_path / "folder", tmp_path / "nothing"):
            with pytest.raises(UnreadableFile):
                county.plan(place)
