"""T12: packages of several volumes between two real offices, over drives that are too small, mixed up or damaged."""

import itertools
import shutil
from contextlib import closing

import pytest

from desktop.archive import Header, check_start
from desktop.archive import drive as drives
from desktop.errors import PackageRefused, RefusedError
from desktop.exchange import package
from desktop.exchange.gathering import State, carry_out, gather
from desktop.exchange.outbox import hand_over
from desktop.exchange.quarantine import held_packages, path_of, release
from desktop.exchange.receipts import read_receipts
from desktop.exchange.volumes import volumes_folder
from desktop.models import Teacher
from desktop.models.local import KnownCard
from desktop.services.along import size_along, take_along
from desktop.store.blobs import blob_names
from tests.builders_packages import Desk, give_photo, photo

_SIZE, _VOLUME = 70_000, 170_000


@pytest.fixture(scope="module")
def sent(small_offices, tmp_path_factory):
    """A closed city and county with six photos, and the package of them in four volumes on a stick."""
    folder = shutil.copytree(small_offices, tmp_path_factory.mktemp("volumes") / "offices")
    with closing(Desk.open(folder / "county").store) as store, pytest.MonkeyPatch.context() as patch:
        county = Desk(store)
        patch.setattr(package, "_largest_volume", lambda _folder, _reserve: _VOLUME)
        for number, uid in enumerate(sorted(county.records(Teacher))):
            give_photo(county, uid, photo(number, _SIZE))
        assert len(county.send(folder / "older").volumes) == 4
        county.change(Teacher, min(county.records(Teacher)), note="改过")
        assert len(county.send(folder / "stick").volumes) == 4
    return folder


@pytest.fixture
def desks(sent, tmp_path):
    """The county and the city, open, and the folder with the stick, on a copy."""
    folder = shutil.copytree(sent, tmp_path / "offices")
    with closing(Desk.open(folder / "county").store) as store, closing(Desk.open(folder / "city").store) as above:
        yield Desk(store), Desk(above), folder


def on_stick(folder, *numbers):
    """The volumes of a stick, or all."""
    found = sorted(folder.glob("年度*.cpkg"))
    return [path for path in found if not numbers or int(path.stem.split("第")[-1].removesuffix("卷")) in numbers]


def single(folder, path, number):
    """A stick with one volume and the sender's card."""
    stick = folder / f"stick{number}"
    stick.mkdir()
    shutil.copy(path, stick)
    for card in path.parent.glob("*.ckey"):
        shutil.copy(card, stick)
    return stick / path.name


def no_step(_done, _total, _what):
    """No progress shown."""


def assert_merged(county, city):
    """Every teacher and every photo of the county is at the city, and no copy of a volume is left."""
    assert set(city.records(Teacher)) == set(county.records(Teacher))
    assert blob_names(city.store.folder) == blob_names(county.store.folder)
    assert not list((city.store.folder / "inbox").glob("volumes/*/*"))


def test_names_and_files(desks):
    """Each volume says in its name which of how many it is, and none is larger than its drive can take."""
    _county, _city, folder = desks
    paths = on_stick(folder / "stick")
    assert [path.name.split("_")[-1] for path in paths] == [f"共4卷第{number}卷.cpkg" for number in (1, 2, 3, 4)]
    assert all(path.stat().st_size <= _VOLUME for path in paths)


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_all_on_one_stick(desks, number):
    """Whichever volume is chosen, the whole package is merged and answered."""
    county, city, folder = desks
    plan = city.merge(on_stick(folder / "stick", number)[0])
    assert_merged(county, city)
    answers = read_receipts(county.store, city.answer(plan, folder / "back"), identity=county.identity)
    assert [(each.seq, each.result) for each in answers] == [(2, "imported")]


@pytest.mark.parametrize("order", [*itertools.permutations((1, 2, 3, 4))][::5])
def test_one_by_one_from_several_sticks(desks, order):
    """In any order: each is kept, what is missing is named, and with the last one the package is merged."""
    county, city, folder = desks
    for count, number in enumerate(order, 1):
        path = single(folder, on_stick(folder / "stick", number)[0], number)
        if count < len(order):
            with pytest.raises(PackageRefused) as caught:
                city.plan(path)
            assert caught.value.code == "volumes-missing"
            missing = "、".join(str(each) for each in sorted(set(order) - set(order[:count])))
            assert f"还缺第 {missing} 卷" in caught.value.sentence
            assert city.records(Teacher) == {}
        shutil.rmtree(path.parent) if count < len(order) else city.merge(path)
    assert_merged(county, city)


@pytest.mark.parametrize("missing", [1, 2, 3, 4])
def test_a_missing_volume_waits_in_the_list(desks, missing):
    """Looking through a stick without one volume keeps the others, says so, and merges when it comes; renamed too."""
    county, city, folder = desks
    last = on_stick(folder / "stick", missing)[0]
    later = folder / "later"
    later.mkdir()
    last.rename(later / "改了名.dat")
    found = gather(city.store, folder / "stick", identity=city.identity, step=no_step)
    [item] = found.items
    assert item.state is State.WAITING
    assert f"共 4 卷，已收到第 {'、'.join(str(each) for each in (1, 2, 3, 4) if each != missing)} 卷" in item.reason
    with city.store.read() as session:
        [held] = held_packages(session)
    assert path_of(city.store, held).parent == volumes_folder(city.store, held.package_id)
    found = gather(city.store, later, identity=city.identity, step=no_step)
    [item] = found.items
    assert item.state is State.READY
    carry_out(city.store, found, "李主任", identity=city.identity, step=no_step)
    assert item.state is State.MERGED
    assert_merged(county, city)
    with city.store.read() as session:
        assert held_packages(session) == []


def test_giving_up_removes_what_was_kept(desks):
    """What waits for other volumes can be dropped, and nothing of it stays on this computer."""
    _county, city, folder = desks
    on_stick(folder / "stick", 2)[0].unlink()
    [item] = gather(city.store, folder / "stick", identity=city.identity, step=no_step).items
    release(city.store, item.sha256)
    assert not list((city.store.folder / "inbox").glob("volumes/*/*"))
    with city.store.read() as session:
        assert held_packages(session) == []


def test_two_copies_of_a_volume_are_one(desks):
    """The same volume twice on a stick, once under another name, does no harm."""
    county, city, folder = desks
    shutil.copy(on_stick(folder / "stick", 3)[0], folder / "stick" / "复件.cpkg")
    city.merge(on_stick(folder / "stick", 1)[0])
    assert_merged(county, city)


def test_a_volume_of_another_time_is_named(desks):
    """Volume 2 of the package before in the place of this one's: told which it is, and nothing is merged."""
    _county, city, folder = desks
    mine, other = on_stick(folder / "stick", 2)[0], on_stick(folder / "older", 2)[0]
    mine.unlink()
    shutil.copy(other, folder / "stick" / mine.name)
    with pytest.raises(PackageRefused) as caught:
        city.plan(on_stick(folder / "stick", 1)[0])
    assert "还缺第 2 卷" in caught.value.sentence
    assert "U盘上的第 2 卷属于第 1 次年度上报，不是这一次（第 2 次）的" in caught.value.sentence
    assert city.records(Teacher) == {}


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_a_damaged_volume_is_named_and_not_kept(desks, number):
    """The damaged volume is told by number and file; with a whole copy of it the package is merged."""
    county, city, folder = desks
    path = on_stick(folder / "stick", number)[0]
    whole = path.read_bytes()
    damaged = bytearray(whole)
    damaged[len(whole) // 2] ^= 1
    path.write_bytes(damaged)
    with pytest.raises(PackageRefused, match=f"^第 {number} 卷（{path.name}）没有采用"):
        city.plan(on_stick(folder / "stick", 1)[0])
    assert city.records(Teacher) == {}
    path.write_bytes(whole)
    city.merge(path)
    assert_merged(county, city)


def test_an_unconfirmed_office_waits_with_all_its_volumes(small_offices, desks):
    """A set that is whole but whose key nobody confirmed waits in quarantine and is shown as it would be merged."""
    county, _city, folder = desks
    shutil.rmtree(folder / "city")
    shutil.copytree(small_offices / "city", folder / "city")
    with closing(Desk.open(folder / "city").store) as store:
        with store.write("忘记密钥卡") as session:
            for card in session.query(KnownCard):
                session.delete(card)
        fresh = Desk(store)
        [item] = gather(store, folder / "stick", identity=fresh.identity, step=no_step).items
        assert item.state is State.WAITING
        assert "密钥卡还没有确认" in item.reason
        shutil.rmtree(folder / "stick")
        with store.read() as session:
            [held] = held_packages(session)
        plan = fresh.plan(path_of(store, held))
        assert plan.counts_by_entity()["teachers"]["new"] == len(county.records(Teacher))
        assert not plan.key_confirmed
        release(store, held.sha256)
        assert not path_of(store, held).exists()


class _Small:
    """A drive with room for so many bytes beyond what lies on it."""

    def __init__(self, rooms):
        self.rooms = rooms

    def __call__(self, folder):
        total = self.rooms.get(str(folder).rsplit("/", 1)[-1], 1 << 40)
        used = sum(each.stat().st_size for each in folder.glob("*") if each.is_file()) if folder.is_dir() else 0
        return shutil._ntuple_diskusage(total, used, max(0, total - used))


def test_a_package_over_three_small_drives(desks, monkeypatch):
    """As many volumes as fit go to each drive, the rest is asked for by number, and the next drive takes it."""
    county, city, folder = desks
    rooms = {"one": 2 * _VOLUME + 9000, "two": _VOLUME + 9000, "full": 1000}
    monkeypatch.setattr(package, "_largest_volume", lambda _folder, _reserve: _VOLUME)
    usage = _Small(rooms)
    monkeypatch.setattr(drives.shutil, "disk_usage", usage)
    for name in ("one", "two", "full", "three"):
        (folder / name).mkdir()
    written = county.send(folder / "one")
    assert len(written.volumes) == 2
    assert written.left == (3, 4)
    with pytest.raises(RefusedError, match="空间不足"):
        hand_over(county.store, written.header.id, folder / "full", written.left)
    second = hand_over(county.store, written.header.id, folder / "two", written.left)
    assert (len(second.paths), second.left) == (1, (4,))
    third = hand_over(county.store, written.header.id, folder / "three", second.left)
    assert (len(third.paths), third.left) == (1, ())
    for name in ("one", "two"):
        with pytest.raises(PackageRefused, match="还缺"):
            city.plan(next((folder / name).glob("*.cpkg")))
    city.merge(third.paths[0])
    assert_merged(county, city)


def test_a_drive_without_room_for_the_records_is_told(desks, monkeypatch):
    """A volume smaller than the records is refused before anything is written."""
    county, _city, folder = desks
    monkeypatch.setattr(package, "_largest_volume", lambda _folder, _reserve: 20_000)
    with pytest.raises(RefusedError, match="一卷至少需要"):
        county.send(folder / "tiny")
    assert list((folder / "tiny").glob("*")) == []


class _Stop(Exception):
    """A clerk's wish to cancel."""


def test_copying_is_told_and_can_be_cancelled(desks):
    """Every byte is told as written and read back; cancelled in the middle of a volume, that volume is not there."""
    county, city, folder = desks
    header = check_start(on_stick(folder / "stick", 1)[0])
    (folder / "slow").mkdir()
    told = []

    def stop(done, whole, name):
        told.append((done, whole, name))
        if "第3卷" in name and done < whole:
            raise _Stop

    with pytest.raises(_Stop):
        hand_over(county.store, header.id, folder / "slow", step=stop)
    assert len(list((folder / "slow").iterdir())) == 2
    assert not list((folder / "slow").glob("~*"))
    told.clear()
    rest = hand_over(county.store, header.id, folder / "slow", (3, 4), step=lambda *each: told.append(each))
    assert (len(rest.paths), rest.left) == (2, ())
    size = sum(path.stat().st_size for path in rest.paths)
    assert [told[0][:2], told[-1][:2]] == [(0, 2 * size), (2 * size, 2 * size)]
    assert [done for done, _whole, _name in told] == sorted(done for done, _whole, _name in told)
    city.merge(rest.paths[0])
    assert_merged(county, city)


def test_room_is_left_for_the_backup_along(desks, monkeypatch):
    """Behind the first volume so much of the drive stays free that the backup finds its room beside it."""
    county, _city, folder = desks
    need = size_along(county.store, folder)
    monkeypatch.setattr(package, "_largest_volume", lambda _folder, _reserve: _VOLUME)
    room = 2 * _VOLUME + need
    monkeypatch.setattr(drives.shutil, "disk_usage", _Small({"tight": room}))
    (folder / "tight").mkdir()
    written = county.send(folder / "tight", reserve=need)
    assert (len(written.volumes), written.left) == (2, (3, 4))
    monkeypatch.undo()
    assert take_along(county.store, folder / "tight") == ""
    used = [path.stat().st_size for path in (folder / "tight").rglob("*") if path.is_file()]
    assert 0 < sum(used) <= room
    assert size_along(county.store, folder / "tight") < need  # the photos are there now


def test_a_volume_is_planned_beside_the_backup(desks, monkeypatch):
    """The size of volumes leaves room for what goes along; without room for both the records go first."""
    _county, _city, folder = desks
    monkeypatch.setattr(drives.shutil, "disk_usage", _Small({"stick": 1 << 30}))
    used = sum(path.stat().st_size for path in (folder / "stick").glob("*"))
    free = (1 << 30) - used
    assert package._largest_volume(folder / "stick", 600 << 20) == free // 2
    assert package._largest_volume(folder / "stick", 400 << 20) == free - (400 << 20)
    assert package._largest_volume(folder / "stick", 0) == free - (32 << 20)
    monkeypatch.setattr(drives.shutil, "disk_usage", _Small({"stick": used + (100 << 10)}))
    assert package._largest_volume(folder / "stick", 600 << 20) == 92 << 10


def test_a_lost_outbox_is_told(desks):
    """What is not in the outbox any more cannot be written again."""
    county, _city, folder = desks
    for path in (county.store.folder / "outbox").glob("*.cpkg"):
        path.unlink()
    header = check_start(on_stick(folder / "stick", 1)[0])
    with pytest.raises(RefusedError, match="发件箱里没有这个数据包的文件了"):
        hand_over(county.store, header.id, folder / "stick")


def test_without_comparing_sets_a_strange_volume_is_taken(desks, monkeypatch):
    """Control: a volume of the package before, with the same photos, is kept out by the comparison of sets alone."""
    _county, city, folder = desks
    mixed = folder / "mixed"
    shutil.copytree(folder / "stick", mixed)
    strange = on_stick(mixed, 2)[0]
    shutil.copy(on_stick(folder / "older", 2)[0], strange)
    with pytest.raises(PackageRefused, match="还缺第 2 卷") as caught:
        city.plan(on_stick(mixed, 1)[0])
    assert "属于第 1 次" in caught.value.sentence
    shutil.rmtree(volumes_folder(city.store, check_start(on_stick(mixed, 1)[0]).id))
    monkeypatch.setattr(Header, "is_same_package", lambda *_: True)
    assert not city.plan(on_stick(mixed, 1)[0]).is_told
