"""T21: how long a package and a backup of the agreed sizes may take; processor time, for the machine may be shared."""

import gc
import hashlib
import os
import shutil
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from desktop.archive import Blob, open_archive, sections
from desktop.services.backups import make_backup
from desktop.store.blobs import keep_blob
from tests.builders_packages import Desk
from tests.faults import packages
from tests.faults.harness import report

_SCAN = 200_000
BUDGETS = [(3_000, 400, 5.0), (20_000, 1_000, 20.0)]
"""Records and scans of 200 KB, and the seconds in which they are sealed, and again in which they are verified."""


def seconds(work: Callable[[], object]) -> float:
    """The processor time that a work takes."""
    gc.collect()
    start = time.process_time()
    work()
    return time.process_time() - start


def make_scans(folder: Path, scans: int) -> list[Blob]:
    """Scans that cannot be compressed, in the order of a package."""
    folder.mkdir()
    blobs = []
    for _number in range(scans):
        data = os.urandom(_SCAN)
        path = folder / hashlib.sha256(data).hexdigest()
        path.write_bytes(data)
        blobs.append(Blob(path, path.name))
    return sorted(blobs, key=lambda each: each.sha256)


def sealed_and_verified(folder: Path, records: int, scans: int) -> tuple[float, float]:
    """The seconds of sealing and of verifying so much."""
    rows = [{"id": f"{number:07d}", "name": f"教师{number}", "note": "无" * 60, "rev": 1} for number in range(records)]
    blobs, path = make_scans(folder / "scans", scans), folder / "package.cpkg"
    sealing = seconds(lambda: packages.write_package(path, {"teachers": rows}, blobs))

    def verify() -> None:
        words = {"keys": [packages.UPPER.receiving], "signers": packages.signers, "entities": packages.ENTITIES}
        with closing(open_archive(path, **words)) as opened:
            assert len(opened.blobs) == scans
            assert sum(1 for _each in opened.records("teachers")) == records

    return sealing, seconds(verify)


def test_a_tenth_of_the_budget(tmp_path: Path) -> None:
    """T21, in part: a tenth of the smaller package in a fifth of its time."""
    records, scans, budget = BUDGETS[0]
    assert max(sealed_and_verified(tmp_path, records // 10, scans // 10)) < budget / 5


@pytest.mark.faults
@pytest.mark.parametrize(("records", "scans", "budget"), BUDGETS)
def test_the_budgets(records: int, scans: int, budget: float, tmp_path: Path) -> None:
    """T21: sealed in its time and verified in its time."""
    sealing, verifying = sealed_and_verified(tmp_path, records, scans)
    size = (tmp_path / "package.cpkg").stat().st_size >> 20
    report(f"T21 {records} records, {scans} scans, {size} MB: sealed {sealing:.1f} s, verified {verifying:.1f} s")
    assert max(sealing, verifying) < budget


@pytest.mark.faults
def test_a_backup_of_200_megabytes(small_offices: Path, tmp_path: Path) -> None:
    """T21: a backup with 200 MB of attachments beside it within ten seconds."""
    folder = shutil.copytree(small_offices, tmp_path / "offices")
    with closing(Desk.open(folder / "county").store) as store:
        for _number in range(1_000):
            data = os.urandom(_SCAN)
            keep_blob(store.folder, [data], hashlib.sha256(data).hexdigest())
        taken = seconds(lambda: make_backup(store, "手工备份"))
    report(f"T21 backup of 200 MB: {taken:.1f} s")
    assert taken < 10


@pytest.mark.faults
def test_a_slow_writer_is_caught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Control: who reads attachments a few bytes at a time does not keep a tenth of the budget."""
    monkeypatch.setattr(sections, "CHUNK", 16)
    with pytest.raises(AssertionError):
        test_a_tenth_of_the_budget(tmp_path)
