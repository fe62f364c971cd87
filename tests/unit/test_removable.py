"""The drives that are plugged in: found by how they are connected, planned by their room, let go by the system."""

import os
import shutil
from pathlib import Path

import pytest

from desktop.archive import LIMITS, drive_of, eject, find_drives, largest_volume, removable
from desktop.errors import RefusedError

ROOT = "27 1 254:0 / / rw,relatime - ext4 /dev/vda rw"
MIB = 1024 * 1024

pytestmark = pytest.mark.skipif(os.name == "nt", reason="tells of drives as Linux does")


class System:
    """What Linux tells of a computer with one internal disk and whatever is plugged in."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.mounts = folder / "mountinfo"
        self.blocks = folder / "sys" / "dev" / "block"
        self.blocks.mkdir(parents=True)
        self.lines = [ROOT]
        self._device("254:0", "pci0000:00/virtio1/block/vda", removable="0")
        self._write()

    def _write(self) -> None:
        self.mounts.write_text("\n".join(self.lines) + "\n", encoding="utf-8")

    def _device(self, number: str, place: str, removable: str = "") -> None:
        real = self.folder / "sys" / "devices" / place
        real.mkdir(parents=True, exist_ok=True)
        if removable:
            (real / "removable").write_text(f"{removable}\n", encoding="ascii")
        (self.blocks / number).symlink_to(real)

    def plug(self, label: str, *, place: str = "usb1/1-1/block/sdb/sdb1", number="8:17", kind="vfat", options="rw"):
        """Plug a drive in; its folder."""
        folder = self.folder / "media" / label
        folder.mkdir(parents=True)
        self._device(number, place)
        shown = str(folder).replace(" ", "\\040")
        told = number if kind != "fuseblk" else "0:55"
        source = f"/dev/{Path(place).name}"
        self.lines.append(f"99 27 {told} / {shown} {options},nosuid shared:1 - {kind} {source} rw")
        self._write()
        return folder

    def pull(self, label: str) -> None:
        """Take it out of what is mounted."""
        self.lines = [line for line in self.lines if label.replace(" ", "\\040") not in line]
        self._write()


@pytest.fixture
def system(tmp_path, monkeypatch):
    made = System(tmp_path)
    monkeypatch.setattr(removable, "_MOUNTS", made.mounts)
    monkeypatch.setattr(removable, "_BLOCKS", made.blocks)
    return made


def test_only_drives_that_can_be_pulled_are_found(system):
    """A stick, a card, a disk on USB and a stick read by a program are found by name; the computer's disk is not."""
    assert find_drives() == []
    system.plug("KINGSTON 16G")
    system.plug("相机卡", place="mmc_host/mmc0/block/mmcblk0/mmcblk0p1", number="179:1", kind="exfat", options="ro")
    system.plug("移动硬盘", place="usb2/2-1/block/sdc/sdc1", number="8:33", kind="fuseblk")
    system._device("11:0", "ata1/block/sr0", removable="1")
    system.plug("光盘", place="ata1/block/sr1", number="11:1", kind="iso9660")
    (system.folder / "sys/devices/ata1/block/sr1/removable").write_text("1\n")
    found = {drive.label: drive for drive in find_drives()}
    assert set(found) == {"KINGSTON 16G", "相机卡", "移动硬盘", "光盘"}
    stick = found["KINGSTON 16G"]
    assert (stick.device, stick.file_system, stick.read_only) == ("/dev/sdb1", "vfat", False)
    assert 0 < stick.free <= stick.total
    assert stick.called == "U盘“KINGSTON 16G”"
    assert found["相机卡"].read_only


def test_a_drive_that_is_gone_is_left_out(system):
    """A drive pulled out while it is asked, and a computer that tells nothing, are no error."""
    shutil.rmtree(system.plug("U1"))
    assert find_drives() == []
    system.mounts.unlink()
    assert find_drives() == []


def test_a_path_belongs_to_the_drive_it_lies_on(system, tmp_path):
    """A path on a stick tells its stick, one on the computer none."""
    folder = system.plug("U1")
    assert drive_of(folder / "上报" / "x.cpkg").label == "U1"
    assert drive_of(tmp_path / "x.cpkg") is None


def test_volumes_are_planned_from_the_room(system, monkeypatch):
    """A volume is at most the default, what FAT32 holds, and what is free less a reserve."""
    folder = system.plug("U1")

    def plan(free: int) -> int:
        monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(2**50, 0, free))
        return largest_volume(folder)

    assert plan(2**40) == LIMITS.volume_default == 2**30
    assert plan(100 * MIB) == 68 * MIB
    assert plan(10 * MIB) < 0
    assert find_drives()[0].largest_file == 2**32 - 1
    monkeypatch.undo()
    with pytest.raises(RefusedError, match="拔出"):
        largest_volume(folder / "none")


def tools(folder: Path, monkeypatch, **scripts: str) -> Path:
    """Programs of the system that do as told and write down that they were called."""
    folder = folder / "programs"
    folder.mkdir()
    for name, script in scripts.items():
        path = folder / name
        path.write_text(f'#!/bin/sh\necho "{name} $* in $(pwd)" >> {folder}/log\n{script}\n', encoding="utf-8")
        path.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    return folder / "log"


def test_a_drive_is_let_go_before_it_may_be_pulled(system, tmp_path, monkeypatch):
    """The system's program is asked from the root folder; eject returns when the drive is mounted no more."""
    system.plug("U 1")
    [drive] = find_drives()
    unmount = f'[ "$1" = unmount ] && echo "{ROOT}" > {system.mounts}; exit 0'
    log = tools(tmp_path, monkeypatch, udisksctl=unmount, gio="exit 1", umount="exit 1")
    eject(drive)
    assert log.read_text(encoding="utf-8").splitlines() == [
        "udisksctl unmount --no-user-interaction --block-device /dev/sdb1 in /",
        "udisksctl power-off --no-user-interaction --block-device /dev/sdb1 in /",
    ]
    assert find_drives() == []


def test_a_drive_in_use_must_not_be_pulled(system, tmp_path, monkeypatch):
    """When no program lets it go, or one only says so, the sentence names the drive and what to do."""
    folder = system.plug("U1")
    [drive] = find_drives()
    log = tools(tmp_path, monkeypatch, udisksctl="exit 1", gio="exit 0", umount="exit 32")
    with pytest.raises(RefusedError, match=r"U盘“U1”还不能拔出.*已经写好.*关闭"):
        eject(drive)
    assert [line.split()[0] for line in log.read_text().splitlines()] == ["udisksctl", "gio", "umount"]
    assert f"gio mount --unmount {folder} in /" in log.read_text()


def test_without_any_program_the_drive_is_not_said_to_be_free(system, monkeypatch):
    """A system without those programs lets nothing go; a drive that is gone already needs none."""
    system.plug("U1")
    [drive] = find_drives()
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(RefusedError, match="还不能拔出"):
        eject(drive)
    system.pull("U1")
    eject(drive)


def test_a_program_that_never_ends_is_given_up(system, tmp_path, monkeypatch):
    """A drive that hangs the system's program ends in the sentence, not in a wait without end."""
    system.plug("U1")
    [drive] = find_drives()
    tools(tmp_path, monkeypatch, udisksctl="exec sleep 60", gio="exit 1", umount="exit 1")
    monkeypatch.setattr(removable, "_SECONDS", 0.2)
    with pytest.raises(RefusedError, match="还不能拔出"):
        eject(drive)
