"""T17: clocks that are wrong in both directions: nothing is refused or put in another order because of them."""

import ctypes
import os
import shutil
import subprocess
import sys
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from desktop.models import Teacher
from desktop.services import backups, copies
from desktop.store import Store
from tests.builders_packages import Desk
from tests.faults import works
from tests.faults.harness import ROOT, build_injector

YEARS = {"1970": -20_000, "1999": -9_800, "2038": 4_200, "2099": 26_500, "-1 d": -1, "+1 d": 1}
"""Days by which a clock is wrong."""


def set_clock(monkeypatch: pytest.MonkeyPatch, days: float) -> None:
    """Shift the clock that every module of the program asks."""

    class Shifted(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.now(tz) + timedelta(days=days)

    for name, module in list(sys.modules.items()):
        if name.startswith("desktop.") and getattr(module, "datetime", None) in (datetime, *datetime.__subclasses__()):
            monkeypatch.setattr(module, "datetime", Shifted)


@pytest.fixture
def folder(small_offices: Path, tmp_path: Path) -> Path:
    """A city and a county, and a stick."""
    made = shutil.copytree(small_offices, tmp_path / "offices")
    (made / works.STICK).mkdir()
    return made


@pytest.mark.parametrize("clock", ["1970", "2099"])
def test_a_wrong_clock_changes_nothing(folder, monkeypatch, clock):
    """Writing, merging, answering and backing up under a wrong clock end as under a right one."""
    with closing(Desk.open(folder / "county").store) as store, closing(Desk.open(folder / "city").store) as above:
        county, city = Desk(store), Desk(above)
        city.merge(county.send(folder / works.STICK).path)
        set_clock(monkeypatch, YEARS[clock])
        uid = next(iter(county.records(Teacher)))
        county.change(Teacher, uid, mobile="13900000001")
        second = county.send(folder / works.STICK).path
        plan = city.merge(second)
        city.answer(plan, folder / works.STICK)
        backups.make_backup(store, "每日")
        monkeypatch.undo()
        county.change(Teacher, uid, mobile="13900000002")
        third = county.send(folder / works.STICK)
        assert third.seq == 3
        city.merge(third.path)
        assert city.records(Teacher)[uid].content["mobile"] == "13900000002"
        numbers = [backups.make_backup(store, "每日")] + [
            each.path for each in copies.list_backups(store.folder / "backups")
        ]
        assert numbers[0] == numbers[-1]


def test_a_clock_behind_the_last_act_is_told(folder, monkeypatch):
    """A clock that stands before the last thing done is told to the reader of the package, and nothing more."""
    with closing(Desk.open(folder / "county").store) as store, closing(Desk.open(folder / "city").store) as above:
        county, city = Desk(store), Desk(above)
        assert not city.plan(county.send(folder / works.STICK).path).manifest["clock_suspect"]
        set_clock(monkeypatch, -9_800)
        assert city.plan(county.send(folder / works.STICK).path).manifest["clock_suspect"]


def test_the_control_would_order_by_clock(folder, monkeypatch):
    """Control: by the moments in the packages the second would be the older; the counter says otherwise."""
    with closing(Desk.open(folder / "county").store) as store, closing(Desk.open(folder / "city").store) as above:
        county, city = Desk(store), Desk(above)
        first = county.send(folder / works.STICK).path
        set_clock(monkeypatch, -20_000)
        second = county.send(folder / works.STICK).path
        plans = [city.plan(path) for path in (first, second)]
        assert plans[0].manifest["created"] > plans[1].manifest["created"]
        assert plans[0].header.seq < plans[1].header.seq


@pytest.mark.faults
@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", "America/Los_Angeles", "Pacific/Kiritimati"])
@pytest.mark.parametrize("clock", YEARS)
def test_the_whole_process_under_a_wrong_clock(folder, tmp_path, clock, zone):
    """T17: also what libraries ask for (numbers of records, Alembic, SQLite) goes on, in every zone."""
    library = build_injector(tmp_path)
    script = (
        "import ctypes, os, sys; from pathlib import Path;"
        f"ctypes.CDLL(os.environ['LD_PRELOAD']).faults_shift_clock(ctypes.c_long({YEARS[clock] * 86_400}));"
        "from tests.faults import works; folder = Path(sys.argv[1]);"
        "[works.WORKS[name](folder, print) for name in ('save', 'export', 'import', 'backup')]"
    )
    assert ctypes.CDLL(str(library)).faults_counted() == 0
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "LD_PRELOAD": str(library), "TZ": zone}
    subprocess.run([sys.executable, "-c", script, folder], check=True, env=environment, capture_output=True)
    works.check_import(folder, ["merged"], works.state_of(folder / "city"))
    works.check_backup(folder, [], "")
    with closing(Store.open(folder / "county")) as store:
        assert store.acts_done == 0
