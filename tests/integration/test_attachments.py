"""Attachments by their hash: into packages, out of them, beside backups and back; what is lost is told by name."""

import hashlib
import os
import shutil
import time
from contextlib import closing

import pytest

from desktop.archive import LIMITS
from desktop.archive.attachments import sealed_path
from desktop.errors import RefusedError
from desktop.exchange import attachments
from desktop.exchange.merge import carry_out_merge
from desktop.exchange.receipts import read_receipts
from desktop.models import Teacher
from desktop.models.local import Draft
from desktop.services import backups, copies
from desktop.services.attachments import FOLDER, collect_unnamed
from desktop.services.keyring import rotate_keys
from desktop.store import Edit, Store
from desktop.store.blobs import blob_names, blob_path, keep_blob
from desktop.store.history import last_undoable, undo
from tests.builders import teacher_content
from tests.builders_packages import Desk, give_photo, make_small_offices, photo, texts


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made") / "offices"
    make_small_offices(folder)
    return folder


@pytest.fixture
def desks(made, tmp_path):
    """A city and a county with six teachers."""
    folder = shutil.copytree(made, tmp_path / "offices")
    city, county = Desk.open(folder / "city"), Desk.open(folder / "county")
    yield city, county
    city.store.close()
    county.store.close()


@pytest.fixture
def drive(tmp_path):
    return tmp_path / "drive"


def people(desk):
    return sorted(desk.records(Teacher))


def test_photos_travel_with_their_people(desks, drive):
    """Each photo that a record names lies at the upper office after the merge, byte for byte, and not before."""
    city, county = desks
    names = [give_photo(county, uid, photo(number)) for number, uid in enumerate(people(county)[:3])]
    written = county.send(drive)
    assert (written.attachments, written.left_out) == (3, ())
    plan = city.plan(written.path)
    assert blob_names(city.store.folder) == set()
    city.merge(written.path)
    assert blob_names(city.store.folder) == set(names)
    for number, name in enumerate(names):
        assert blob_path(city.store.folder, name).read_bytes() == photo(number)
    assert sorted(plan.staged) == sorted(names)
    assert list((city.store.folder / "inbox" / "stage").iterdir()) == []
    assert city.plan(written.path).staged == ()


def test_two_people_may_share_a_photo_and_a_deleted_one_leaves_his(desks, drive):
    """One file for two records goes once; the photo of a deleted teacher does not go."""
    city, county = desks
    first, second, third = people(county)[:3]
    shared = give_photo(county, first, photo(1))
    give_photo(county, second, photo(1))
    give_photo(county, third, photo(2))
    county.delete(Teacher, third)
    assert county.send(drive).attachments == 1
    city.merge(next(drive.glob("年度*.cpkg")))
    assert blob_names(city.store.folder) == {shared}


@pytest.mark.parametrize("fault", ["lost", "damaged", "large"])
def test_a_photo_that_cannot_go_is_told_and_stays_behind(desks, drive, monkeypatch, fault):
    """The package goes without it, names whose it is, and so does the receipt of the upper office."""
    city, county = desks
    first, second = people(county)[:2]
    name = give_photo(county, first, photo(1, 9000))
    give_photo(county, second, photo(2))
    path = blob_path(county.store.folder, name)
    if fault == "lost":
        path.unlink()
    elif fault == "damaged":
        path.write_bytes(path.read_bytes()[:-1] + b"x")
    else:
        monkeypatch.setattr(attachments, "LIMITS", type(LIMITS)(blob=5000))
    written = county.send(drive)
    called = county.records(Teacher)[first].content["name"]
    words = {"lost": "文件不见了", "damaged": "文件已损坏", "large": "文件超过"}
    assert written.attachments == 1
    assert len(written.left_out) == 1
    assert f"教师“{called}”的照片{words[fault]}" in written.left_out[0]
    plan = city.merge(written.path)
    assert f"{called}：照片不在数据包里，本单位也没有，请补报" in texts(plan)
    again = city.plan(written.path)
    assert f"{called}：照片不在数据包里" in texts(again), "the same record is told as long as its photo is missing"
    answer = read_receipts(county.store, city.answer(plan, drive), identity=county.identity)[-1]
    assert [(each.uid, each.field) for each in answer.remarks] == [(first, "photo")]


def test_a_photo_sent_later_completes_the_record(desks, drive):
    """A record that is the same as here takes its photo when a later package has it."""
    city, county = desks
    first = people(county)[0]
    name = give_photo(county, first, photo(1))
    data = blob_path(county.store.folder, name).read_bytes()
    blob_path(county.store.folder, name).unlink()
    city.merge(county.send(drive).path)
    blob_path(county.store.folder, name).write_bytes(data)
    plan = city.merge(county.send(drive).path)
    assert plan.counts()["changed"] == 0
    assert blob_path(city.store.folder, name).read_bytes() == data


def test_what_is_no_picture_is_not_kept(desks, drive):
    """An attachment that only claims to be a photo is told and lies nowhere at the upper office."""
    city, county = desks
    give_photo(county, people(county)[0], b"MZ this is a program")
    plan = city.merge(county.send(drive).path)
    assert "照片不是 JPEG 或 PNG 图片，没有采用" in texts(plan)
    assert blob_names(city.store.folder) == set()


def test_a_merge_without_its_staged_photos_writes_nothing(desks, drive):
    """What was put aside for the plan is gone: told in a sentence, and no record is written."""
    city, county = desks
    give_photo(county, people(county)[0], photo(1))
    plan = city.plan(county.send(drive).path)
    shutil.rmtree(city.store.folder / "inbox" / "stage")
    with pytest.raises(RefusedError, match="附件已不在暂存处，没有合并"):
        carry_out_merge(city.store, plan, "李主任")
    assert city.records(Teacher) == {}


def restored(path, to, keys):
    read = list(backups.read_keys([keys]))
    return backups.restore(path, to, keys=[key for key, _ in read], signers=[each for _, each in read])


@pytest.mark.parametrize("key", [backups.KEYS_NAME, backups.RECOVERY_NAME])
def test_a_backup_brings_its_photos_back(desks, tmp_path, key):
    """Beside a backup lie the photos, encrypted and once for all backups; restored they are the same files."""
    _city, county = desks
    name = give_photo(county, people(county)[0], photo(1))
    stick = tmp_path / "stick"
    first = backups.make_backup(county.store, "手工备份", to=stick)
    before = sealed_path(stick / FOLDER, name).stat()
    second = backups.make_backup(county.store, "手工备份", to=stick)
    after = sealed_path(stick / FOLDER, name).stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
    assert b"PNG" not in sealed_path(stick / FOLDER, name).read_bytes()
    assert first != second
    done = restored(second, tmp_path / "new", county.store.folder / key)
    assert (done.aside, done.lost) == (None, 0)
    assert blob_path(tmp_path / "new", name).read_bytes() == photo(1)
    with closing(Store.open(tmp_path / "new")) as store:
        assert Desk(store).records(Teacher)[people(county)[0]].content["photo"] == name


def test_photos_lost_beside_a_backup_are_counted(desks, tmp_path):
    """A missing and an altered photo are told; the database comes back all the same."""
    _city, county = desks
    uids = people(county)
    names = [give_photo(county, uid, photo(number)) for number, uid in enumerate(uids[:3])]
    path = backups.make_backup(county.store, "手工备份", to=tmp_path / "stick")
    sealed_path(tmp_path / "stick" / FOLDER, names[0]).unlink()
    damaged = sealed_path(tmp_path / "stick" / FOLDER, names[1])
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"x")
    done = restored(path, tmp_path / "new", county.store.folder / backups.KEYS_NAME)
    assert done.lost == 2
    assert "有 2 个附件（照片）没有在备份旁" in done.told()
    assert blob_names(tmp_path / "new") == {names[2]}


def test_a_changed_key_still_opens_older_photos(desks, tmp_path):
    """After the keys were changed a restore opens photos that were encrypted to the keys before."""
    _city, county = desks
    name = give_photo(county, people(county)[0], photo(1))
    backups.make_backup(county.store, "手工备份", to=tmp_path / "stick")
    rotate_keys(county.store, "王主任")
    path = backups.make_backup(county.store, "手工备份", to=tmp_path / "stick")
    done = restored(path, tmp_path / "new", county.store.folder / backups.KEYS_NAME)
    assert done.lost == 0
    assert blob_path(tmp_path / "new", name).read_bytes() == photo(1)


def answered(city, county, path, folder):
    """Merge a package and bring the receipt back."""
    plan = city.merge(path)
    read_receipts(county.store, city.answer(plan, folder), identity=county.identity)
    return plan


def test_what_the_receipt_names_is_not_sent_again(desks, drive, tmp_path):
    """After the receipt a photo is only referred to; a new one goes, and without a receipt everything goes again."""
    city, county = desks
    first, second = people(county)[:2]
    known = give_photo(county, first, photo(1))
    path = county.send(drive).path
    assert county.send(drive).attachments == 1  # no receipt yet
    answered(city, county, path, tmp_path / "back")
    fresh = give_photo(county, second, photo(2))
    written = county.send(drive)
    assert (written.attachments, written.referred, written.left_out) == (1, 1, ())
    blob_path(county.store.folder, known).unlink()  # whoever need not send it is not told that it is gone
    assert county.send(drive).left_out == ()
    plan = city.merge(written.path)
    assert not plan.is_told
    told = [(each.old, each.new) for row in plan.rows for each in row.changes if each.field == "photo"]
    assert told == [("", "有")]  # never the hash
    assert blob_names(city.store.folder) == {known, fresh}
    assert county.send(drive, resend=True).referred == 0


def test_a_photo_that_was_lost_above_is_asked_for_and_comes_again(desks, drive, tmp_path):
    """What the upper office said it holds and lost is told by name; its next receipt makes it travel again."""
    city, county = desks
    uid = people(county)[0]
    name = give_photo(county, uid, photo(1))
    answered(city, county, county.send(drive).path, tmp_path / "back")
    blob_path(city.store.folder, name).unlink()
    written = county.send(drive)
    assert (written.attachments, written.referred) == (0, 1)
    plan = answered(city, county, written.path, tmp_path / "again")
    assert "把这次的回执交给对方" in texts(plan)
    again = county.send(drive)
    assert (again.attachments, again.referred) == (1, 0)
    assert not city.merge(again.path).is_told
    assert blob_names(city.store.folder) == {name}


def test_a_receipt_names_only_the_photos_of_its_office(desks, drive, tmp_path):
    """What the upper office holds of others is not told to this one."""
    city, county = desks
    name = give_photo(county, people(county)[0], photo(1))
    city.write(Edit(Teacher, "own", None, teacher_content(9)))
    give_photo(city, "own", photo(2))
    answered(city, county, county.send(drive).path, tmp_path / "back")
    with county.store.read() as session:
        assert attachments.held_by(session, city.store.office_code) == {name}


def age(path, days):
    """Let a file be so many days old."""
    then = time.time() - days * 24 * 3600
    os.utime(path, (then, then))


@pytest.fixture
def orphans(desks):
    """A county with an old backup, and older photos: of a record, one before, of the bin, of a draft, of nobody."""
    _city, county = desks
    first, second = people(county)[:2]
    found = {"replaced": give_photo(county, first, photo(1)), "named": give_photo(county, first, photo(2))}
    found["binned"] = give_photo(county, second, photo(3))
    county.delete(Teacher, second)
    for number, kind in ((4, "drafted"), (5, "nobody"), (6, "young"), (7, "newer than the backup")):
        found[kind] = keep_blob(county.store.folder, [photo(number)], hashlib.sha256(photo(number)).hexdigest()).name
    county.store.note(Draft(form="teacher", operator="", content=f'{{"photo": "{found["drafted"]}"}}', saved_at=""))
    age(backups.make_backup(county.store, "每日"), 10)
    for path in [blob_path(county.store.folder, name) for name in found.values()]:
        age(path, 30)
    age(blob_path(county.store.folder, found["young"]), 0)
    age(blob_path(county.store.folder, found["newer than the backup"]), 5)
    return county, found


def test_a_photo_that_nothing_names_is_collected(orphans):
    """With the next backup it is gone; what a record, the bin, an undo, a draft or a kept backup may name stays."""
    county, found = orphans
    assert blob_names(county.store.folder) == set(found.values())
    backups.make_backup(county.store, "每日")
    assert blob_names(county.store.folder) == set(found.values()) - {found["nobody"]}
    with county.store.read() as session:
        act = last_undoable(session)
    undo(county.store, act.id)
    assert county.records(Teacher)[people(county)[1]].content["photo"] == found["binned"]


def test_sealed_photos_go_with_the_last_backup_that_names_them(desks, monkeypatch):
    """Beside the backups a photo stays until no kept backup names it, whatever the clock says."""
    _city, county = desks
    uid = people(county)[0]
    beside = county.store.folder / "backups" / FOLDER
    before = give_photo(county, uid, photo(1))
    backups.make_backup(county.store, "每日")
    blob_path(county.store.folder, before).unlink()
    after = give_photo(county, uid, photo(2))
    for _again in range(2):
        backups.make_backup(county.store, "每日")
        assert sealed_path(beside, before).exists()
    for path in beside.rglob("*"):
        age(path, 9000)
    monkeypatch.setattr(copies, "kept", lambda known: list(known)[-2:])
    backups.make_backup(county.store, "每日")
    assert not sealed_path(beside, before).exists()
    assert sealed_path(beside, after).exists()


def test_without_a_backup_nothing_is_collected(desks):
    """An office that keeps no backup keeps all its photos; a backup elsewhere removes none here."""
    _city, county = desks
    path = keep_blob(county.store.folder, [photo(5)], hashlib.sha256(photo(5)).hexdigest())
    age(path, 30)
    backups.make_backup(county.store, "每日", to=county.store.folder.parent / "stick")
    assert collect_unnamed(county.store, []) == 0
    assert path.exists()


def test_a_photo_that_a_plan_counts_on_is_not_collected(desks, drive):
    """Between plan and merge an old orphan that the package names grows young again."""
    city, county = desks
    name = give_photo(county, people(county)[0], photo(1))
    path = keep_blob(city.store.folder, [photo(1)], name)
    age(backups.make_backup(city.store, "每日"), 10)
    age(path, 30)
    plan = city.plan(county.send(drive).path)
    backups.make_backup(city.store, "合并前")
    carry_out_merge(city.store, plan, "李主任")
    assert path.exists()
