"""A small disk in a file, mounted over a folder: a drive as the system itself has it, that can be cut off.

Needs root and a loop device; `needs` tells whether the tests that use it can run here.
"""

import os
import shutil
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

if sys.platform != "linux":
    pytest.skip("file systems of Linux", allow_module_level=True)
import fcntl

_SHUTDOWN = 0x8004587D
_WITHOUT_LOG = struct.pack("I", 2)


class LoopDisk:
    """A file system in a file beside the folder over which it is mounted."""

    def __init__(self, folder: Path, start: Path | None = None, *, kind: str = "ext4", megabytes: int = 64) -> None:
        self.image, self.place = folder / "disk.img", folder / "disk"
        self.place.mkdir(parents=True)
        with self.image.open("wb") as file:
            file.truncate(megabytes << 20)
        subprocess.run([f"mkfs.{kind}", *(["-q"] if kind == "ext4" else []), str(self.image)], check=True)
        if start is not None:
            with self.mounted():
                shutil.copytree(start, self.place, dirs_exist_ok=True)

    @contextmanager
    def mounted(self, *options: str) -> Iterator[Path]:
        """Mount it; its journal puts right what a cut left."""
        words = ["mount", "-o", ",".join(("loop", *options)), str(self.image), str(self.place)]
        subprocess.run(words, check=True, capture_output=True)
        try:
            yield self.place
        finally:
            subprocess.run(["umount", str(self.place)], check=True)

    def cut(self) -> None:
        """Let the power go, or the plug: nothing more reaches the file, its journal neither."""
        handle = os.open(self.place, os.O_RDONLY)
        try:
            fcntl.ioctl(handle, _SHUTDOWN, _WITHOUT_LOG)
        finally:
            os.close(handle)


def needs(test: str, folder: Path, kind: str = "ext4") -> None:
    """Skip a test by its name where disks of a kind cannot be made, mounted or, ext4 alone, cut off."""
    if os.geteuid() or not shutil.which(f"mkfs.{kind}"):
        pytest.skip(f"{test} needs root and mkfs.{kind}")
    try:
        disk = LoopDisk(folder, kind=kind)
        with disk.mounted():
            if kind == "ext4":
                disk.cut()
    except (OSError, subprocess.CalledProcessError):
        pytest.skip(f"{test} needs a loop device and a system that mounts {kind}")
