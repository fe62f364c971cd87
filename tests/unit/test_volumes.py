"""Packages of several volumes: nothing is split, all volumes are needed, and none but their own (T12, container)."""

import dataclasses
import hashlib
import itertools

import pyrage
import pytest

from desktop import archive
from desktop.archive import form, seal, strict, volumes
from desktop.errors import PackageRefused, RefusedError
from tests.faults import packages

KEYS = [packages.SENDER.receiving.recipient, packages.UPPER.receiving.recipient]


def make_blobs(folder, count, size):
    """Attachments of their own content, sorted as a package has them."""
    folder.mkdir(exist_ok=True)
    found = []
    for number in range(count):
        data = bytes([number]) * size
        name = hashlib.sha256(data).hexdigest()
        (folder / name).write_bytes(data)
        found.append(archive.Blob(folder / name, name))
    return sorted(found, key=lambda each: each.sha256)


def write(folder, blobs, volume, **envelope):
    """A package of the sender in as many volumes as it takes."""
    folder.mkdir(exist_ok=True)
    return archive.write_volumes(
        lambda number, of: folder / f"{number}of{of}.cpkg",
        archive.Shipment(
            envelope=dataclasses.replace(packages.HEAD, **envelope),
            manifest={"schema": {"major": 1, "minor": 0}, "year": 2026},
            sections=[*(archive.Records(name, rows) for name, rows in packages.RECORDS.items()), *blobs],
            entities=packages.ENTITIES,
            identity=packages.SENDER,
            recipients=KEYS,
        ),
        volume=volume,
    )


def read(paths):
    """All records and attachments of a set; raises PackageRefused."""
    keys = [packages.UPPER.receiving]
    with archive.open_archive(paths, keys=keys, signers=packages.signers, entities=packages.ENTITIES) as opened:
        records = {plural: list(opened.records(plural)) for plural in opened.counts}
        return records, {name: b"".join(opened.blob(name)) for name in opened.blobs}


@pytest.fixture(scope="module")
def three(tmp_path_factory):
    """A set of three volumes and its attachments."""
    folder = tmp_path_factory.mktemp("three")
    blobs = make_blobs(folder / "blobs", 7, 40_000)
    sealed = write(folder / "set", blobs, 150_000)
    assert len(sealed.volumes) == 3
    return blobs, list(sealed.volumes)


def test_a_set_is_read_in_any_order(three):
    """Every order of the volumes gives all records and all attachments, and no file is larger than asked for."""
    blobs, paths = three
    for order in itertools.permutations(paths):
        records, found = read(order)
        assert records == packages.RECORDS
        assert found == {each.sha256: each.path.read_bytes() for each in blobs}
    assert all(path.stat().st_size <= 150_000 for path in paths)


def test_headers_tell_the_set(three):
    """Each volume is a whole signed file with the id and the manifest of the set; the records lie in the first."""
    _blobs, paths = three
    found = [archive.inspect(path, packages.signers).header for path in paths]
    assert [header.vol for header in found] == [(1, 3), (2, 3), (3, 3)]
    assert len({(header.id, header.manifest) for header in found}) == 1
    assert found[1].comment.endswith(" vol 2/3")
    with pytest.raises(PackageRefused, match="还缺第 1、3 卷"):
        read([paths[1]])


@pytest.mark.parametrize("missing", [(0,), (1,), (2,), (0, 1), (0, 2), (1, 2)])
def test_missing_volumes_are_named(three, missing):
    """Whatever is missing is told by number."""
    _blobs, paths = three
    with pytest.raises(PackageRefused) as caught:
        read([path for number, path in enumerate(paths) if number not in missing])
    assert caught.value.code == "volumes"
    assert f"还缺第 {'、'.join(str(number + 1) for number in missing)} 卷" in caught.value.sentence


def test_a_volume_given_twice_is_told(three, tmp_path):
    """The same volume twice is no substitute for another."""
    _blobs, paths = three
    again = tmp_path / "again.cpkg"
    again.write_bytes(paths[1].read_bytes())
    with pytest.raises(PackageRefused, match="第 2 卷有两份"):
        read([*paths, again])


@pytest.mark.parametrize(
    "other",
    [
        {"id": "01890000-0000-7000-8000-000000000002"},
        {"seq": 8},
        {"recipient": "509800"},
        {"epoch": "00000000000000fe"},
    ],
)
def test_a_volume_of_another_set_is_told(three, tmp_path, other):
    """Another package, another time, another recipient, another database: told, and nothing is read."""
    blobs, paths = three
    foreign = write(tmp_path / "other", blobs, 150_000, **other).volumes[1]
    with pytest.raises(PackageRefused, match="第 2 卷不是这个数据包的"):
        read([paths[0], foreign, paths[2]])


def test_a_set_of_another_size_is_told(three, tmp_path):
    """A volume that says it is one of two does not belong to a set of three."""
    blobs, paths = three
    two = write(tmp_path / "two", blobs, 220_000).volumes
    assert len(two) == 2
    with pytest.raises(PackageRefused, match="第 2 卷不是这个数据包的"):
        read([paths[0], two[1], paths[2]])


def _forged(paths, tmp_path, number, payload):
    """A volume with another payload under a valid signature."""
    header = archive.inspect(paths[number], packages.signers).header
    path = tmp_path / "forged.cpkg"
    path.write_bytes(packages.seal(header, payload, None))
    return [path if each == number else one for each, one in enumerate(paths)]


def test_a_signed_volume_with_other_content_is_refused(three, tmp_path):
    """Attachments swapped between volumes, left out, altered or accompanied by a second manifest are refused."""
    _blobs, paths = three
    plain = [packages.plain_payload(path) for path in paths]
    parts = [list(packages.members_of(data).items()) for data in plain]
    first = parts[0][-1]
    assert first[0] == "manifest.json"
    name, data = parts[1][0]
    wrong = {
        "swapped": parts[2],
        "left out": parts[1][1:],
        "altered": [(name, data[:-1] + b"x"), *parts[1][1:]],
        "second manifest": [*parts[1], first],
        "records": [*parts[0][:1], *parts[1]],
        "empty": [],
    }
    for what, members in wrong.items():
        with pytest.raises(PackageRefused) as caught:
            read(_forged(paths, tmp_path, 1, packages.pack(members)))
        assert caught.value.code in ("sections", "section-hash", "container", "section-length"), what
    with pytest.raises(PackageRefused) as caught:
        read(_forged(paths, tmp_path, 0, packages.pack(parts[0][:-1])))
    assert caught.value.code == "container"


def test_every_altered_byte_of_a_later_volume_is_refused(three, tmp_path):
    """As in a package of one file, no byte of any volume lies outside a check."""
    _blobs, paths = three
    good = bytearray(paths[2].read_bytes())
    bad = tmp_path / "bad.cpkg"
    for place in range(0, len(good), 997):
        good[place] ^= 1
        bad.write_bytes(good)
        good[place] ^= 1
        with pytest.raises(PackageRefused):
            read([paths[0], paths[1], bad])


def test_what_does_not_fit_is_told_before_anything_is_written(tmp_path):
    """Records or an attachment larger than a volume, and more volumes than a set may have, end in one sentence."""
    blobs = make_blobs(tmp_path / "blobs", 20, 60_000)
    with pytest.raises(RefusedError, match="一卷至少需要 76 KB"):
        write(tmp_path / "a", blobs, 60_000)
    with pytest.raises(RefusedError, match=r"一卷至少需要 [23][0-9] KB"):
        write(tmp_path / "a", [], 12_000)
    with pytest.raises(RefusedError, match="要写 21 卷，超过上限 16 卷"):
        write(tmp_path / "a", blobs, 81_800)
    assert list((tmp_path / "a").iterdir()) == []


def test_one_volume_is_the_package_it_always_was(tmp_path):
    """With room enough there is one file, which says of itself that it is the first of one."""
    sealed = write(tmp_path / "a", make_blobs(tmp_path / "blobs", 3, 1000), 1 << 30)
    assert [path.name for path in sealed.volumes] == ["1of1.cpkg"]
    assert sealed.header.vol == (1, 1)
    assert "vol" not in sealed.header.comment
    assert b'"vol":[1,1]' in sealed.header.to_bytes()


@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 65_537, 200_000])
def test_the_room_of_a_volume_is_reckoned_with_its_encryption(tmp_path, size):
    """What is planned for a volume is never smaller than what age makes of it."""
    keys = [pyrage.x25519.Recipient.from_str(key) for key in KEYS]
    secret = len(pyrage.encrypt(bytes(size), keys))
    room = volumes.room_in(secret + 16 * 1024 + 2 * 256 + archive.LIMITS.trailer, 2)
    assert room >= size - 1024
    assert len(pyrage.encrypt(bytes(room), keys)) <= secret + 16 * 1024


def test_a_volume_among_records_is_refused():
    """Records stand in the first volume, attachments in volumes that rise and that there are."""
    record = {"t": "r", "n": "schools", "c": 0, "raw": 0, "len": 0, "z": 0, "h": "0" * 64, "v": 1}
    blob = {**record, "t": "b", "n": "1" * 64, "h": "1" * 64}
    later = {**blob, "n": "2" * 64, "h": "2" * 64}
    right = [record, blob, {**later, "v": 2}]
    assert len(form.read_sections(right, packages.ENTITIES, backup=False, volumes=2)) == 3
    wrong = [
        [{**record, "v": 2}],
        [{**blob, "v": 2}, later],
        [{**blob, "v": 3}],
        [{**blob, "v": 0}],
        [{**blob, "v": True}],
        [{**blob, "v": "1"}],
    ]
    for entries in wrong:
        with pytest.raises(PackageRefused):
            form.read_sections(entries, packages.ENTITIES, backup=False, volumes=2)


def test_a_writer_that_forgets_a_volume_is_caught(three, monkeypatch):
    """Control: a reader without the check of the set reads a set with a missing volume no further than its sections."""
    _blobs, paths = three
    monkeypatch.setattr(strict, "check_set", lambda _headers: None)
    with pytest.raises(PackageRefused) as caught:
        read(paths[:2])
    assert caught.value.code != "volumes"
    assert seal.spread is volumes.spread
