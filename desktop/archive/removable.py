"""The drives that are plugged in: which they are, how much room they have, and letting them go.

    find_drives() -> list[Drive]            drive_of(path) -> Drive | None
    largest_volume(folder) -> int           eject(drive)           let_go(folder) -> str

Nothing that lies on a drive is opened or run here. `eject` returns only when the system has let the drive go; only
then may a clerk be told 可以安全拔出U盘 (package.md 2.12).
"""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from desktop.archive.limits import LIMITS
from desktop.errors import RefusedError

if sys.platform == "win32":  # pragma: no cover - needs Windows
    from desktop.archive import removable_windows

_MOUNTS: Final = Path("/proc/self/mountinfo")
"""What is mounted, and in _BLOCKS where each device hangs, as Linux tells it."""
_BLOCKS: Final = Path("/sys/dev/block")
_FAT: Final = ("vfat", "msdos", "fat", "fat32")
_RESERVE: Final = 32 * 1024 * 1024
"""Stays free on a drive, for the directory and for what the system itself puts there."""
_SECONDS: Final = 120
"""An old drive may need this long to write down what it holds in its memory."""
_RELEASES: Final = (
    ("udisksctl", "unmount", "--no-user-interaction", "--block-device", "DEVICE"),
    ("gio", "mount", "--unmount", "FOLDER"),
    ("umount", "FOLDER"),
)
"""The system's own programs that let a drive go, the one that needs no rights first."""
_POWER_OFF: Final = ("udisksctl", "power-off", "--no-user-interaction", "--block-device", "DEVICE")


@dataclass(frozen=True, slots=True)
class Drive:
    """One drive that can be pulled out: where it stands, its name, device, file system, bytes free and in all."""

    folder: Path
    label: str
    device: str
    file_system: str
    free: int
    total: int
    read_only: bool

    @property
    def called(self) -> str:
        """What a clerk calls it."""
        return f"U盘“{self.label}”"

    @property
    def largest_file(self) -> int:
        """Bytes that one file on it may have."""
        return LIMITS.volume if self.file_system.lower() in _FAT else 2**62


def find_drives() -> list[Drive]:
    """The drives that can be pulled out, by their folders; one that fails while it is asked is left out."""
    if sys.platform == "win32":  # pragma: no cover - needs Windows
        found = [Drive(*each) for each in removable_windows.volumes()]
    else:
        found = list(_mounted())
    return sorted(found, key=lambda each: each.folder)


def _mounted() -> Iterator[Drive]:
    try:
        lines = _MOUNTS.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return
    for line in lines:
        place, _, system = line.partition(" - ")
        (_, _, number, _, folder, options, *_), (kind, device, *_) = place.split(" "), system.split(" ")
        if not _can_be_pulled(number, device):
            continue
        where = Path(_plain(folder))
        with suppress(OSError):
            usage = shutil.disk_usage(where)
            read_only = "ro" in options.split(",")
            yield Drive(where, where.name, _plain(device), kind, usage.free, usage.total, read_only)


def _plain(text: str) -> str:
    r"""A path of mountinfo, where blanks stand as \040."""
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), text)


def _can_be_pulled(number: str, device: str) -> bool:
    """Whether a block device hangs on USB or is a card; file systems in user space give only the device's name."""
    place = _BLOCKS / number
    if not place.exists():
        names = (each for each in _BLOCKS.glob("*") if each.resolve().name == Path(device).name)
        found = next(names, None) if device.startswith("/dev/") else None
        if found is None:
            return False
        place = found
    real = place.resolve()
    flags = (real / "removable", real.parent / "removable")  # a partition has it with its disk
    return any(part.startswith(("usb", "mmc")) for part in real.parts) or any(_says_one(flag) for flag in flags)


def _says_one(flag: Path) -> bool:
    try:
        return flag.read_text(encoding="ascii").strip() == "1"
    except OSError:
        return False


def drive_of(path: Path) -> Drive | None:
    """The drive on which a path lies, None when it lies on the computer itself."""
    whole = path.resolve()
    holders = [each for each in find_drives() if whole.is_relative_to(each.folder)]
    return max(holders, key=lambda each: len(each.folder.parts), default=None)


def largest_volume(folder: Path) -> int:
    """The bytes that the next volume may have in a folder: the default, the free space, what FAT32 holds.

    At most 0 when the drive is full. Raises RefusedError when the folder cannot be asked.
    """
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        raise RefusedError(f"“{folder}”读不出剩余空间，U盘可能已被拔出。请插好后再试。") from error
    drive = drive_of(folder)
    return min(LIMITS.volume_default, free - _RESERVE, drive.largest_file if drive else LIMITS.volume)


def eject(drive: Drive) -> None:
    """Have the system write down what it holds for a drive and let it go.

    Raises RefusedError with a sentence while the drive must not be pulled out.
    """
    if sys.platform == "win32":  # pragma: no cover - needs Windows
        gone = removable_windows.release(drive.device)
    else:
        gone = _release(drive)
    if not gone:
        raise RefusedError(
            f"{drive.called}还不能拔出：正被别的程序使用。文件已经写好并核对过；"
            "请关闭打开它的窗口后再弹出，或用系统任务栏里的“安全弹出”。"
        )


def let_go(folder: Path) -> str:
    """Eject the drive on which a folder lies; whether it may be pulled out, in a sentence, empty where it is none."""
    drive = drive_of(folder)
    if drive is None:
        return ""
    try:
        eject(drive)
    except RefusedError as error:
        return error.sentence
    return "可以安全拔出U盘。"


def _release(drive: Drive) -> bool:
    for command in _RELEASES:
        if _run(command, drive) and not _is_mounted(drive):
            _run(_POWER_OFF, drive)  # the light goes out; a drive that cannot is let go all the same
            return True
    return not _is_mounted(drive)


def _run(command: tuple[str, ...], drive: Drive) -> bool:
    """Run one of the system's programs, from the root folder: nothing on the drive is looked for or held."""
    program = shutil.which(command[0])
    if program is None:
        return False
    words = {"DEVICE": drive.device, "FOLDER": str(drive.folder)}
    try:
        done = subprocess.run(  # noqa: S603 - a program of the system with the names that the system gave
            [program, *(words.get(word, word) for word in command[1:])],
            cwd="/",
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _is_mounted(drive: Drive) -> bool:
    return any(each.folder == drive.folder for each in find_drives())


__all__ = ["Drive", "drive_of", "eject", "find_drives", "largest_volume", "let_go"]
