"""A disk of a few kilobytes in a name space of its own, on which a work runs full: no rights are needed for it."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PAGE = 4096


def used_kb(folder: Path) -> int:
    """What the files of a folder take on such a disk."""
    sizes = (each.stat().st_size for each in folder.rglob("*") if each.is_file())
    return sum(-(-size // _PAGE) * _PAGE for size in sizes) // 1024


@contextmanager
def small_disk(start: Path, folder: Path, free_kb: int, out: Path) -> Iterator[None]:
    """Mount a disk over a folder, with a copy of `start` and so much room beside it; its content comes to `out`."""
    size = used_kb(start) + free_kb + 4
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}k", "tmpfs", folder], check=True)
    try:
        shutil.copytree(start, folder, dirs_exist_ok=True)
        yield
    finally:
        shutil.copytree(folder, out)
        subprocess.run(["umount", "-l", folder], check=True)
