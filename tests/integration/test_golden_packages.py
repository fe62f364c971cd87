"""Packages that were frozen with each release are read for ever, and give the same content."""

import json
import shutil
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from desktop import canonical
from desktop.archive import open_archive
from desktop.exchange import lifting, merge
from desktop.exchange.cards import confirm_card
from desktop.exchange.keycards import read_keys
from desktop.exchange.keys import read_card
from desktop.exchange.look import show_package
from desktop.exchange.package import SECTIONS
from desktop.exchange.signers import Signers
from desktop.models import BY_PLURAL
from desktop.services.offices import create_office
from desktop.store.blobs import blob_names
from tests.builders_packages import CITY, COUNTY, Desk, counts

GOLDEN = sorted((Path(__file__).parent.parent / "data" / "golden").iterdir())
EACH = pytest.mark.parametrize("release", GOLDEN, ids=lambda release: release.name)
NAMES = {
    "city": ("渝州市教育局", CITY, "city"),
    "county": ("云岭县教育委员会", COUNTY, "county"),
    "desk": ("云岭县教育委员会人事股", f"{COUNTY}-rs", "county"),
}


def open_with_keys(folder: Path, release: Path, rank: str) -> Desk:
    """An office of today with the keys of the frozen one."""
    name, code, rank_of = NAMES[rank]
    create_office(folder, name=name, code=code, rank=rank_of).close()
    (folder / "keys.json").unlink()
    shutil.copy(release / f"{rank}.json", folder / "keys.json")
    return Desk.open(folder)


def content_hash(desk: Desk, plurals: Iterable[str]) -> str:
    """The hash of all that an office has of these entities."""
    held = {
        plural: {
            uid: record.content
            for uid, record in sorted(desk.records(BY_PLURAL[plural], with_deleted=True).items())
            if record.revision
        }
        for plural in plurals
    }
    return canonical.content_hash(held)


def _cut_name(line: dict[str, Any]) -> dict[str, Any]:
    return {**line, "name": line["name"][:-1]} if "name" in line else line


@EACH
def test_a_frozen_annual_package_gives_the_same_content(release, tmp_path):
    """Counts, check code and the hash of all content are those of the day on which it was frozen."""
    expected = json.loads((release / "expected.json").read_text(encoding="utf-8"))
    city = open_with_keys(tmp_path / "city", release, "city")
    confirm_card(city.store, read_card(release / "county.ckey"), "李主任")
    plan = city.merge(release / "annual.cpkg")
    assert plan.manifest["counts"] == expected["counts"]
    assert plan.check_code == expected["check_code"]
    assert len(list(plan.told_rows())) == expected["told"]  # what hangs on the teacher who was deleted before
    assert content_hash(city, expected["counts"]) == expected["hash"]
    city.store.close()


def test_a_reader_that_loses_one_value_is_caught(tmp_path, monkeypatch):
    """The control of the test above: counts and check code stay as frozen, the hash of the content does not."""
    release = GOLDEN[0]
    expected = json.loads((release / "expected.json").read_text(encoding="utf-8"))
    loses = lifting.Step((1, 0), lines={"teachers": _cut_name})
    monkeypatch.setattr(merge, "Lifted", partial(lifting.Lifted, steps=(*lifting.STEPS, loses)))
    city = open_with_keys(tmp_path / "city", release, "city")
    confirm_card(city.store, read_card(release / "county.ckey"), "李主任")
    plan = city.merge(release / "annual.cpkg")
    assert (plan.manifest["counts"], plan.check_code) == (expected["counts"], expected["check_code"])
    assert content_hash(city, expected["counts"]) != expected["hash"]
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
        assert not county.merge(release / f"{name}.cpkg").is_told
    county.store.close()


def test_what_a_desk_of_the_same_office_got_opens(tmp_path):
    """The share of the other desk gives all people of the office; photos that it names come with it."""
    release = next(each for each in GOLDEN if (each / "desk.cpkg").exists())
    desk = open_with_keys(tmp_path / "desk", release, "desk")
    confirm_card(desk.store, read_card(release / "county.ckey"), "王主任", desk=True)
    plan = desk.merge(release / "desk.cpkg")
    assert counts(plan, "teachers") == {"new": 4, "same": 1}  # one was deleted before it ever came
    assert len(blob_names(desk.store.folder)) == 3
    desk.store.close()


def test_changed_keys_of_a_frozen_release_are_read(tmp_path):
    """What came down about keys is taken in its order."""
    release = next(each for each in GOLDEN if (each / "keycard.cpkg").exists())
    county = open_with_keys(tmp_path / "county", release, "county")
    confirm_card(county.store, read_card(release / "city.ckey"), "王主任")
    told = read_keys(county.store, release / "keycard.cpkg", identity=county.identity)
    assert told.seq == 1
    county.store.close()


def test_an_older_package_is_lifted_step_by_step(tmp_path):
    """A package of form 1.0 passes every step to today's and beyond; its scope then says which forms it brought."""
    release = GOLDEN[0]
    city = open_with_keys(tmp_path / "city", release, "city")
    confirm_card(city.store, read_card(release / "county.ckey"), "李主任")
    path = release / "annual.cpkg"
    signers = Signers([read_card(release / "county.ckey")])
    with open_archive(path, keys=city.identity.opening, signers=signers, entities=SECTIONS) as opened:
        assert opened.manifest["schema"] == {"major": 1, "minor": 0}
        opened.manifest["scope"] = {"tiers": ["1"]}
        assert lifting.Lifted(opened).manifest["scope"] == {"tiers": ["1"], "forms": ["roster", "awards", "training"]}
        forgetful = lifting.Lifted(opened, ())
        assert forgetful.manifest["scope"] == {"tiers": ["1"]}  # the control: without its step the form stays old
        names = [line["name"] for line in opened.records("teachers") if "name" in line]
        later = (
            *lifting.STEPS,
            lifting.Step((1, 1), lines={"teachers": lambda line: {**line, "full": line.pop("name", "")}}),
            lifting.Step((2, 0), lines={"teachers": lambda line: {**line, "name": line.pop("full")}}),
        )
        assert [line["name"] for line in lifting.Lifted(opened, later).records("teachers") if line["name"]] == names
        half = lifting.Lifted(opened, later[:2])
        assert [line["full"] for line in half.records("teachers") if line["full"]] == names
    city.store.close()
