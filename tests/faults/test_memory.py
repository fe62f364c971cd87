"""T16, memory: a merge holds a piece of a package at a time, when it is planned and when it is carried out."""

import random
import shutil
import subprocess
import sys
import tracemalloc
from contextlib import closing

import pytest

from desktop.archive import drive
from desktop.exchange import merge_stage
from desktop.exchange.merge import carry_out_merge
from desktop.kinds import sample_citizen_id
from desktop.models import Teacher
from desktop.store.records import Edit
from tests.builders_packages import COUNTY, Desk, by_id, counts, forge, make_small_offices
from tests.faults.harness import ROOT

_PEOPLE, _SIGNS = 800, 8000
_LIMIT, _ALL = 6 << 20, _PEOPLE * _SIGNS
_FULL, _FULL_LIMIT = 100_000, 64


def people(number, signs):
    """Lines of teachers, each with a long field that a newer program added."""
    chance = random.Random(7)
    for each in range(number):
        born = f"19{60 + each // 900 % 40}{each // 36000 + 1:02d}01"
        known = {"name": f"教师{each}", "id_number": sample_citizen_id(born, each % 900 + 100)}
        yield {"id": f"t{each:07d}", "rev": 1, "origin": COUNTY, **known, "later": chance.randbytes(signs // 2).hex()}


@pytest.fixture
def city(small_offices, tmp_path):
    """A city, open, and beside it the package of a county with very long records."""
    offices = shutil.copytree(small_offices, tmp_path / "offices")
    county = Desk.open(offices / "county")
    with closing(county.store):
        path = forge(county, tmp_path / "stick", {"teachers": by_id(people(_PEOPLE, _SIGNS))})
    path.rename(tmp_path / "stick" / "long.cpkg")
    with closing(Desk.open(offices / "city").store) as store:
        yield Desk(store)


@pytest.fixture
def small_pieces(monkeypatch):
    """Little is held on purpose; what stays is what a merge holds without need."""
    monkeypatch.setattr(drive, "SPOOL", 1 << 20)
    monkeypatch.setattr(merge_stage, "PIECE", 20)
    monkeypatch.setattr("desktop.exchange.merge_rows.PIECE", 20)


def peak(work):
    """What a work gives, and the most bytes that Python held for it at once."""
    tracemalloc.start()
    try:
        return work(), tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_merge_holds_little_of_a_large_package(city, small_pieces, tmp_path):
    """Plan, rows and writing stay below what the records weigh; whoever keeps all edits does not."""
    plan, planning = peak(lambda: city.plan(tmp_path / "stick" / "long.cpkg"))
    assert counts(plan, "teachers") == {"new": _PEOPLE}
    looked, looking = peak(lambda: sum(1 for row in plan.rows if row.name))
    written, writing = peak(lambda: carry_out_merge(city.store, plan, "李主任"))
    assert (looked, written) == (_PEOPLE, _PEOPLE)
    assert max(planning, looking, writing) < _LIMIT < _ALL
    again, comparing = peak(lambda: city.plan(tmp_path / "stick" / "long.cpkg"))
    assert counts(again, "teachers") == {"same": _PEOPLE}
    assert comparing < _LIMIT
    with city.store.read() as session:
        kept: list[Edit] = []
        plan.stage.add_edits([Edit(Teacher, uid, None, each.content) for uid, each in city.records(Teacher).items()])
        _none, control = peak(lambda: kept.extend(edit for some in plan.stage.edits(session, Teacher) for edit in some))
    assert len(kept) == _PEOPLE
    assert control > _LIMIT


_MEASURED = """
import sys
from pathlib import Path
from desktop.exchange.merge import carry_out_merge
from tests.builders_packages import Desk

def megabytes(name):
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name)) / 1024

city = Desk.open(Path(sys.argv[1]))
before = megabytes("VmRSS")
Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # forget the peak so far
plan = city.plan(Path(sys.argv[2]))
rows = [*plan.rows] if sys.argv[3] == "control" else plan.rows
assert carry_out_merge(city.store, plan, "李主任") == len(rows)
print(megabytes("VmHWM") - before)
"""


@pytest.mark.faults
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_a_hundred_thousand_records_need_little_memory(tmp_path):
    """Planning and merging 100,000 records takes at most 64 MB; a plan that holds all rows takes more."""
    make_small_offices(tmp_path)
    with closing(Desk.open(tmp_path / "county").store) as store:
        path = forge(Desk(store), tmp_path / "stick", {"teachers": by_id(people(_FULL, 400))})

    def run(kind):
        folder = tmp_path / kind
        subprocess.run(["cp", "-r", str(tmp_path / "city"), str(folder)], check=True)
        words = [sys.executable, "-c", _MEASURED, str(folder), str(path), kind]
        return float(subprocess.run(words, check=True, capture_output=True, text=True, cwd=ROOT).stdout)

    assert run("plain") <= _FULL_LIMIT < run("control")
