"""T4: the power goes while an office works: a file system that forgets at once what was not synced, then comes back.

Needs root, a loop device and ext4, which shuts down by its own ioctl; elsewhere the tests are skipped by name.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.faults import works
from tests.faults.harness import ROOT, make_start, report, rounds
from tests.faults.loop_disk import LoopDisk, needs

CUT = ["save", "export", "import"]
_WORK = """
import sys
from pathlib import Path
from tests.faults import works
works.prepare({"weak": sys.argv[3]}, Path(sys.argv[2]))
print("ready", flush=True)
sys.stdin.readline()
for _ in range(50):
    works.WORKS[sys.argv[1]](Path(sys.argv[2]), lambda text: print(text, flush=True))
"""


class Disk(LoopDisk):
    """A disk on which an office works until the power goes."""

    def __init__(self, folder: Path, start: Path) -> None:
        super().__init__(folder, start)
        self.fresh = folder / "fresh.img"
        shutil.copy(self.image, self.fresh)

    def work_until_cut(self, work: str, seconds: float, weak: str) -> list[str]:
        """Do a work from the start and cut the power after so many seconds; what it told as done before."""
        shutil.copy(self.fresh, self.image)
        words = [sys.executable, "-c", _WORK, work, str(self.place), weak]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}
        with (
            self.mounted(),
            subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment) as child,
        ):
            assert child.stdin is not None
            assert child.stdout is not None
            assert child.stdout.readline() == "ready\n"
            child.stdin.write("\n")
            child.stdin.flush()
            time.sleep(seconds)
            child.send_signal(signal.SIGSTOP)  # a sync in flight would be told as done although it is lost
            _until_stopped(child.pid)
            self.cut()
            child.kill()
            return child.stdout.read().splitlines()


def _until_stopped(pid: int) -> None:
    while any(
        " T " not in state.read_text(encoding="ascii") and " Z " not in state.read_text(encoding="ascii")
        for state in Path(f"/proc/{pid}/task").glob("*/stat")
    ):
        time.sleep(0.001)


@pytest.fixture(scope="module", autouse=True)
def allowed(tmp_path_factory):
    """Whether disks can be made and cut here."""
    needs("T4", tmp_path_factory.mktemp("allowed"))


def cut_often(work, offices, tmp_path, count, *, weak=""):
    """Cut a work so often at random moments and check what is left; how often something was told as done before."""
    start = tmp_path / f"start-{work}"
    before = make_start(work, offices, start)
    (tmp_path / "disks").mkdir()
    disk = Disk(tmp_path / "disks", start)
    chance = random.Random(work)
    told = 0
    for number in range(count):
        seconds = chance.uniform(0.05, 1.5)
        said = disk.work_until_cut(work, seconds, weak)
        told += bool(said)
        with disk.mounted():
            left = tmp_path / "left" / "disk"
            shutil.rmtree(left.parent, ignore_errors=True)
            shutil.copytree(disk.place, left, ignore=shutil.ignore_patterns("lost+found"))
        moved = [text.replace(str(disk.place), str(left)) for text in said]
        try:
            works.CHECKS[work](left, moved, before)
        except Exception as error:
            error.add_note(f"{work}: power cut {number} after {seconds:.2f} s, told before: {said}")
            raise
    return told


@pytest.mark.faults
@pytest.mark.parametrize("work", CUT)
def test_the_power_goes(work, small_offices, tmp_path):
    """T4: an office that worked when the power went opens, has all that was told as done, and goes on."""
    count = rounds("CUTS", 100)
    told = cut_often(work, small_offices, tmp_path, count)
    report(f"T4 {work}: {count} power cuts, {told} of them after something was told as done")


@pytest.mark.faults
def test_without_syncing_the_power_takes_what_was_told(small_offices, tmp_path):
    """Control: a database that is not synced at each commit loses what it told as saved."""
    with pytest.raises(Exception) as caught:  # noqa: PT011 - whatever the check finds
        cut_often("save", small_offices, tmp_path, 30, weak="normal")
    assert "power cut" in "".join(caught.value.__notes__)
