"""T1, T2, T20: killed, half written, disk full or faulty at a change of a file, at each of them and at random.

The fast part strikes what Python itself does, the long part every write and sync of SQLite as well.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import time

import pytest

from tests.faults import shim, works
from tests.faults.harness import ROOT, Strikes, build_injector, report, rounds, working

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
ACTIONS = {"kill": shim.KILL, "half": shim.HALF, "full": shim.FULL, "broken": shim.BROKEN}


@pytest.fixture(scope="module")
def worker():
    """A worker with Python's own shim."""
    with working() as made:
        yield made


@pytest.mark.parametrize("work", works.WORKS)
def test_struck_at_some_changes(work, worker, small_offices, tmp_path):
    """T1, in part: whatever happens at a change, what was told as done is there, and nothing is half done."""
    strikes = Strikes(worker, work, small_offices, tmp_path)
    count = strikes.changes()
    chance = random.Random(work)
    points = sorted(chance.sample(range(1, count + 1), min(count, 3)))
    killed = 0
    for number, point in enumerate(points):
        done = strikes.strike(point, (shim.KILL, shim.HALF, shim.FULL)[number % 3])
        killed += done["killed"]
        assert done["killed"] or done["said"] or len(done["error"]) > 15
    assert killed >= 1


@pytest.mark.faults
@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("work", works.WORKS)
def test_struck_at_every_change(work, action, small_offices, tmp_path):
    """T1, T20: every write, sync, rename and removal of a work, SQLite's own among them, with each action."""
    step = rounds("STEP", 1)
    with working(build_injector(tmp_path)) as worker:
        strikes = Strikes(worker, work, small_offices, tmp_path)
        count = strikes.changes()
        struck = 0
        for point in range(1, count + 1, step):
            done = strikes.strike(point, ACTIONS[action])
            struck += 1
            assert done["killed"] or done["said"] or len(done["error"]) > 15, (point, done)
        report(f"T1 {work} {action}: {struck} of {count} changes struck")


@pytest.mark.faults
@pytest.mark.parametrize("work", ["export", "import", "save", "backup"])
def test_killed_at_random(work, small_offices, tmp_path):
    """T2: 500 kills of each work at random instants: nothing acknowledged lost, no half package, merged afterwards."""
    chance = random.Random(work)
    command = (
        "import sys; from pathlib import Path; from tests.faults import works; print('ready', flush=True);"
        f"works.WORKS[{work!r}](Path(sys.argv[1]), lambda text: print(text, flush=True))"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with working() as worker:
        strikes = Strikes(worker, work, small_offices, tmp_path)
    started = time.monotonic()
    lengths, killed = 0.6, 0
    for number in range(rounds("KILLS", 500)):
        copy = tmp_path / f"{work}-{number}"
        shutil.copytree(strikes.start, copy)
        with subprocess.Popen(
            [sys.executable, "-c", command, copy], stdout=subprocess.PIPE, text=True, env=environment
        ) as program:
            assert program.stdout.readline() == "ready\n"
            time.sleep(chance.uniform(0, lengths))
            program.send_signal(signal.SIGKILL)
            said = program.stdout.read().split("\n")[:-1]
        killed += program.returncode == -signal.SIGKILL
        works.CHECKS[work](copy, said, strikes.before)
        shutil.rmtree(copy)
    report(f"T2 {work}: {killed} kills, {time.monotonic() - started:.0f} s")
    assert killed > rounds("KILLS", 500) // 3


def test_a_writer_that_names_first_is_caught(worker, small_offices, tmp_path):
    """Control: a writer that gives the final name before the content is complete leaves half a package."""
    strikes = Strikes(worker, "export", small_offices, tmp_path)
    count = worker.run("export", shutil.copytree(strikes.start, tmp_path / "count"), weak="final name")["counted"]
    for point in range(count, 0, -1):
        try:
            strikes.strike(point, shim.KILL, weak="final name")
        except Exception:  # noqa: BLE001 - whatever the check finds
            return
    pytest.fail("a weak writer passed")
