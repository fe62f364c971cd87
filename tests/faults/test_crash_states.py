"""T3: whatever a power cut leaves of a work: its office opens, nothing acknowledged is lost, it can be done again."""

import os
import random
import shutil

import pytest

from tests.faults import crash_states, works
from tests.faults.harness import build_injector, make_start, report, rounds, working

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the recorder is for POSIX")
FAST = 6


@pytest.fixture(scope="module")
def worker(tmp_path_factory):
    """A worker that records what SQLite writes too."""
    with working(build_injector(tmp_path_factory.mktemp("library"))) as made:
        yield made


def try_states(work, worker, offices, tmp_path, count, **order):
    """Do a work once, then check so many of the states in which the power may have gone."""
    start = tmp_path / f"start-{work}"
    before = make_start(work, offices, start)
    copy = shutil.copytree(start, tmp_path / f"recorded-{work}")
    record = tmp_path / f"{work}.record"
    done = worker.run(work, copy, record=str(record), **order)
    assert not done["error"], done
    events = crash_states.read_record(record)
    assert sum(event.kind == "A" for event in events) == len(done["said"]) > 0
    checked = 0
    for disk, moment, how, told in crash_states.states(start, str(copy), events, count, work):
        shutil.rmtree(copy, ignore_errors=True)  # what was told names paths in it
        disk.build(crash_states.fresh(copy), random.Random(f"{work}{moment}{checked}"), how)
        try:
            works.CHECKS[work](copy, done["said"][:told], before)
        except Exception as error:
            error.add_note(f"{work}: power gone after change {moment} of {len(events)}, {how} of what was not synced")
            raise
        checked += 1
    return checked


@pytest.mark.parametrize("work", works.WORKS)
def test_some_crash_states(work, worker, small_offices, tmp_path):
    """T3, in part: some states of each work."""
    assert try_states(work, worker, small_offices, tmp_path, FAST) == FAST


@pytest.mark.faults
@pytest.mark.parametrize("work", works.WORKS)
def test_many_crash_states(work, worker, small_offices, tmp_path):
    """T3: very many states of each work."""
    count = rounds("STATES", 500)
    assert try_states(work, worker, small_offices, tmp_path, count) == count
    report(f"T3 {work}: {count} crash states")


@pytest.mark.parametrize(("work", "weak"), [("save", "normal"), ("export", "no sync")])
def test_a_weak_disk_is_caught(work, weak, worker, small_offices, tmp_path):
    """Control: a database that is not synced at each commit, and a writer that never syncs, lose what they told."""
    with pytest.raises(Exception) as caught:  # noqa: PT011 - whatever the check finds
        try_states(work, worker, small_offices, tmp_path, 60, weak=weak)
    assert "power gone" in "".join(caught.value.__notes__)
