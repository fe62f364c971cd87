"""T25: ID numbers that travel through every work and are then looked for where none may be."""

import shutil
import tempfile
from contextlib import closing
from pathlib import Path

import pytest

from desktop import crashes
from desktop.errors import DesktopError
from desktop.kinds import sample_citizen_id
from desktop.models import Teacher
from desktop.services import backups
from desktop.store.database_file import DATABASE_NAME
from tests.builders import add_all, teacher_content
from tests.builders_packages import Desk
from tests.faults import works

CANARIES = [sample_citizen_id("19711224", number) for number in range(1, 201)]
DATABASES = (DATABASE_NAME, f"{DATABASE_NAME}-wal", f"{DATABASE_NAME}-shm")


def hits(*folders: Path) -> list[str]:
    """Where a canary stands, in a name or in plain content, outside of the databases themselves."""
    wanted = [number.encode() for number in CANARIES] + [number.encode("utf-16-le") for number in CANARIES]
    found = []
    for folder in folders:
        for path in folder.rglob("*"):
            if any(number in path.name for number in CANARIES):
                found.append(f"name of {path}")
            if path.is_file() and path.name not in DATABASES:
                data = path.read_bytes()
                found += [str(path) for number in wanted if number in data]
    return found


@pytest.fixture
def offices(small_offices: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two offices with the canaries as teachers; temporary files and settings have folders of their own."""
    folder = shutil.copytree(small_offices, tmp_path / "offices")
    for name in ("temporary", "settings", works.STICK):
        (folder / name).mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder / "temporary"))
    monkeypatch.setenv("COUNTY_DESK_SETTINGS", str(folder / "settings"))
    with closing(Desk.open(folder / "county").store) as store:
        add_all(store, Teacher, [teacher_content(0, id_number=number) for number in CANARIES])
    return folder


def test_no_number_stands_anywhere_in_plain(offices):
    """Export, merge, receipt, refused package, backup, restore and crash leave no ID number in any plain file."""
    with closing(Desk.open(offices / "county").store) as store, closing(Desk.open(offices / "city").store) as above:
        county, city = Desk(store), Desk(above)
        path = county.send(offices / works.STICK).path
        plan = city.merge(path)
        city.answer(plan, offices / works.STICK)
        backup = backups.make_backup(store, "每日")
        data = bytearray(path.read_bytes())
        data[-1500] ^= 1
        (offices / works.STICK / "x.cpkg").write_bytes(data)
        with pytest.raises(DesktopError) as caught:
            city.plan(offices / works.STICK / "x.cpkg")
        crashes.log_crash(caught.value)
        try:
            raise ValueError(CANARIES[0]) from KeyError(CANARIES[1])
        except ValueError as error:
            crashes.log_crash(error)
        identity = county.identity
    backups.restore(backup, offices / "restored", keys=[identity.receiving], signers=[identity.verify])
    assert (offices / "settings" / "crashes.log").exists()
    assert hits(offices) == []
    assert list((offices / "temporary").iterdir()) == []


def test_a_leak_is_found(offices):
    """Control: a number in a log, in a name or in a temporary file is found."""
    (offices / "settings" / "crashes.log").write_text(f"ValueError: {CANARIES[7]}")
    (offices / "temporary" / f"{CANARIES[8]}.tmp").touch()
    assert len(hits(offices)) == 2
