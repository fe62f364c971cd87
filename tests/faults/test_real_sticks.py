"""T6: sticks with a file system of their own that are pulled, full or write-protected, as the system tells it.

Pulling is the shutdown of ext4, after which every access fails and what was not synced is gone. FAT and exFAT are
tried where the system can make and mount them; elsewhere those tests are skipped by name.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from desktop.archive import FoundPackage, scan
from desktop.errors import DesktopError
from desktop.exchange import outbox
from desktop.models import Teacher
from desktop.queries.traffic import sent_packages
from tests.builders_packages import Desk, give_photo, photo
from tests.faults.harness import report, rounds
from tests.faults.loop_disk import LoopDisk, needs

_PHOTO = 300_000


@pytest.fixture(scope="module")
def offices(small_offices: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed city and county whose package is several megabytes."""
    needs("T6", tmp_path_factory.mktemp("allowed") / "ext4")
    folder = shutil.copytree(small_offices, tmp_path_factory.mktemp("sticks") / "offices")
    with closing(Desk.open(folder / "county").store) as store:
        for number, uid in enumerate(Desk(store).records(Teacher)):
            give_photo(Desk(store), uid, photo(number, _PHOTO))
    return folder


@pytest.fixture
def desks(offices: Path, tmp_path: Path) -> Iterator[tuple[Desk, Desk]]:
    """The county and the city, open, on a copy."""
    folder = shutil.copytree(offices, tmp_path / "offices")
    with closing(Desk.open(folder / "county").store) as store, closing(Desk.open(folder / "city").store) as above:
        yield Desk(store), Desk(above)


class Pulling:
    """Cuts the stick off when so many bytes of a hundred were copied and read back."""

    def __init__(self, disk: LoopDisk, percent: int) -> None:
        self._disk, self._percent = disk, percent
        self.is_pulled = False

    def __call__(self, done: int, whole: int, _name: str) -> None:
        if not self.is_pulled and whole and done * 100 >= whole * self._percent:
            self._disk.cut()
            self.is_pulled = True


def pull_at(desks: tuple[Desk, Desk], disk: LoopDisk, percent: int) -> None:
    """Pull the stick while a package is written: a sentence, nothing half, and the outbox has it for the next stick."""
    county, city = desks
    with disk.mounted() as stick, pytest.raises(DesktopError) as caught:
        county.send(stick, step=Pulling(disk, percent))
    assert len(caught.value.sentence) > 10
    assert "Errno" not in caught.value.sentence
    with county.store.read() as session:
        newest = sent_packages(session)[0]
    assert newest.state == outbox.SEALED
    with disk.mounted() as stick:
        for found in packages_on(stick):
            city.plan(found.path)
        for each in stick.glob("*.cpkg"):
            each.unlink()  # what came whole before the plug was out
        [path] = outbox.hand_over(county.store, newest.package_id, stick).paths
        city.merge(path)
        path.unlink()


def packages_on(stick: Path) -> list[FoundPackage]:
    """What bears a final name; nothing else on the stick is one, not even in part."""
    found = scan(stick)
    assert found.told == []
    assert all(each.problem == "" for each in found.packages)
    return [each for each in found.packages if each.path.suffix == ".cpkg"]


def test_pulled_while_it_is_written(desks: tuple[Desk, Desk], tmp_path: Path) -> None:
    """T6, in part: one point."""
    disk = LoopDisk(tmp_path / "stick")
    pull_at(desks, disk, 30)


@pytest.mark.faults
def test_pulled_at_forty_points(desks: tuple[Desk, Desk], tmp_path: Path) -> None:
    """T6: at each fortieth of what is written and read back."""
    disk = LoopDisk(tmp_path / "stick")
    points = range(0, 100, rounds("STEP", 100 // 40))
    for percent in points:
        pull_at(desks, disk, percent)
    report(f"T6: a stick with ext4 pulled at {len(points)} points")


@pytest.mark.parametrize("kind", ["ext4", "vfat", "exfat"])
def test_write_protected(kind: str, desks: tuple[Desk, Desk], tmp_path: Path) -> None:
    """A stick whose switch is set is told before a number is used up; nothing changes."""
    needs(f"T6 write-protected, {kind}", tmp_path / "allowed", kind)
    county, _city = desks
    disk = LoopDisk(tmp_path / "stick", kind=kind)
    with disk.mounted("ro") as stick, pytest.raises(DesktopError, match="写保护"):
        county.send(stick)
    with county.store.read() as session:
        assert sent_packages(session) == []


@pytest.mark.parametrize("kind", ["ext4", "vfat", "exfat"])
def test_full(kind: str, desks: tuple[Desk, Desk], tmp_path: Path) -> None:
    """A stick with less and less room holds a whole package, whole volumes of it, or nothing with a final name."""
    needs(f"T6 full, {kind}", tmp_path / "allowed", kind)
    county, _city = desks
    disk = LoopDisk(tmp_path / "stick", kind=kind, megabytes=16)
    with disk.mounted() as stick:
        for number in range(3):
            (stick / f"{number}").write_bytes(bytes(4 << 20))
            said = ""
            written: tuple[Path, ...] = ()
            try:
                written = county.send(stick).volumes
            except DesktopError as error:
                said = error.sentence
            assert len(packages_on(stick)) == len(written)
            assert written or "空间不足" in said
            assert not list(stick.glob("~*"))
            for path in written:
                path.unlink()


def test_without_syncing_the_stick_loses_what_was_told(
    desks: tuple[Desk, Desk], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: a program that syncs nothing tells a package as written that is gone with the plug."""
    county, _city = desks
    disk = LoopDisk(tmp_path / "stick")
    monkeypatch.setattr(os, "fsync", lambda _handle: None)
    with disk.mounted() as stick:
        county.send(stick)
        disk.cut()
    with disk.mounted() as stick:
        assert packages_on(stick) == []
