"""Packages that were frozen with each release are read for ever, and give the same content."""

import json
import shutil
from pathlib import Path

import pytest

from desktop import canonical
from desktop.exchange.cards import confirm_card
from desktop.exchange.keys import read_card
from desktop.exchange.look import show_package
from desktop.models import BY_PLURAL
from desktop.services.offices import create_office
from tests.builders_packages import CITY, COUNTY, Desk

GOLDEN = sorted((Path(__file__).parent.parent / "data" / "golden").iterdir())
EACH = pytest.mark.parametrize("release", GOLDEN, ids=lambda release: release.name)
NAMES = {"city": ("渝州市教育局", CITY), "county": ("云岭县教育委员会", COUNTY)}


def open_with_keys(folder: Path, release: Path, rank: str) -> Desk:
    """An office of today with the keys of the frozen one."""
    name, code = NAMES[rank]
    create_office(folder, name=name, code=code, rank=rank).close()
    (folder / "keys.json").unlink()
    shutil.copy(release / f"{rank}.json", folder / "keys.json")
    return Desk.open(folder)


@EACH
def test_a_frozen_annual_package_gives_the_same_content(release, tmp_path):
    """Counts, check code and the hash of all content are those of the day on which it was frozen."""
    expected = json.loads((release / "expected.json").read_text(encoding="utf-8"))
    city = open_with_keys(tmp_path / "city", release, "city")
    confirm_card(city.store, read_card(release / "county.ckey"), "李主任")
    plan = city.merge(release / "annual.cpkg")
    assert plan.manifest["counts"] == expected["counts"]
    assert plan.check_code == expected["check_code"]
    assert len(plan.told_rows()) == expected["told"]  # what hangs on the teacher who was deleted before
    held = {
        plural: {
            uid: record.content
            for uid, record in sorted(city.records(BY_PLURAL[plural], with_deleted=True).items())
            if record.revision
        }
        for plural in expected["counts"]
    }
    assert canonical.content_hash(held) == expected["hash"]
    city.store.close()


@EACH
@pytest.mark.parametrize("name", ["decisions", "codes", "receipt"])
def test_frozen_packages_downwards_open(release, name, tmp_path):
    """What came down is opened and checked to its last byte."""
    county = open_with_keys(tmp_path / "county", release, "county")
    confirm_card(county.store, read_card(release / "city.ckey"), "王主任")
    shown = show_package(county.store, release / f"{name}.cpkg", identity=county.identity)
    assert shown.key_confirmed
    assert shown.manifest
    if name != "receipt":
        assert not county.merge(release / f"{name}.cpkg").told_rows()
    county.store.close()
