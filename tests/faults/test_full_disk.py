"""T5: a disk that is full at any point of a work: a sentence, nothing half done, and all is well with room again."""

import os
import shutil
import subprocess

import pytest

from tests.faults import works
from tests.faults.harness import make_start, report, rounds, working

pytestmark = pytest.mark.skipif(os.name == "nt", reason="name spaces of Linux")
_SPACES = ("unshare", "-rm")
WORKS = ["save", "export", "import", "backup", "restore", "migration"]


@pytest.fixture(scope="module")
def worker():
    """A worker that may mount disks of its own."""
    if shutil.which(_SPACES[0]) is None or subprocess.run([*_SPACES, "true"], check=False).returncode:
        pytest.skip("unshare is not allowed here: no small disks can be made")
    with working(None, *_SPACES) as made:
        yield made


class Disks:
    """One work on disks with more and more room."""

    def __init__(self, worker, work, offices, folder):
        self.worker, self.work, self.folder = worker, work, folder
        self.start = folder / f"start-{work}"
        self.before = make_start(work, offices, self.start)

    def fill(self, free_kb, weak=""):
        """Do the work on a disk with so much room; whether it was done. What is left gets all the room it needs."""
        copy, out = self.folder / "disk", self.folder / "out"
        for each in (copy, out):
            shutil.rmtree(each, ignore_errors=True)
        copy.mkdir()
        disk = {"start": str(self.start), "free_kb": free_kb, "out": str(out)}
        done = self.worker.run(self.work, copy, disk=disk, weak=weak)
        copy.rmdir()
        out.rename(copy)
        assert done["said"] or len(done["error"]) > 15, (free_kb, done)
        assert not list(copy.rglob("*.part")), "what was begun still takes the room"
        try:
            works.CHECKS[self.work](copy, done["said"], self.before)
        except Exception as error:
            error.add_note(f"{self.work} with {free_kb} KB free: {done}")
            raise
        return not done["error"]


@pytest.mark.parametrize("work", WORKS)
def test_full_at_some_sizes(work, worker, small_offices, tmp_path):
    """T5, in part: with no room it is told and nothing changes, with enough it is done."""
    disks = Disks(worker, work, small_offices, tmp_path)
    assert not disks.fill(0)
    disks.fill(300)


@pytest.mark.faults
@pytest.mark.parametrize("work", WORKS)
def test_full_at_each_size(work, worker, small_offices, tmp_path):
    """T5: every 64 KB where the small offices of the tests need room, then every megabyte up to 64."""
    disks = Disks(worker, work, small_offices, tmp_path)
    step = rounds("STEP", 1)
    sizes = [*range(0, 4096, 64), *range(4096, 65 * 1024, 1024)][::step]
    done = [disks.fill(size) for size in sizes]
    assert not done[0]
    assert done[-1]
    report(f"T5 {work}: {len(sizes)} sizes, {done.count(False)} of them too small")


@pytest.mark.faults
def test_what_was_begun_and_left_is_caught(worker, small_offices, tmp_path):
    """Control: a writer that does not tidy up leaves a part on the full disk."""
    disks = Disks(worker, "export", small_offices, tmp_path)
    with pytest.raises(AssertionError, match="still takes the room"):
        [disks.fill(size, weak="no tidying") for size in range(0, 600, 24)]
