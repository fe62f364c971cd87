"""T8, T10, T11: packages altered without a key: not one is accepted, not one ends in anything but a sentence."""

import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.archive import strict
from desktop.errors import PackageRefused
from tests.faults import packages
from tests.faults.harness import report, rounds

SECTOR = 512


def flip(good: bytearray, chance: random.Random) -> None:
    good[chance.randrange(len(good))] ^= 1 << chance.randrange(8)


def flip_at_boundary(good: bytearray, chance: random.Random) -> None:
    place = chance.randrange(len(good) // SECTOR) * SECTOR + chance.choice((-1, 0, 1))
    good[max(0, place)] ^= chance.randrange(1, 256)


def truncate(good: bytearray, chance: random.Random) -> None:
    del good[chance.randrange(len(good)) :]


def truncate_at_boundary(good: bytearray, chance: random.Random) -> None:
    del good[chance.randrange(len(good) // SECTOR) * SECTOR :]


def delete(good: bytearray, chance: random.Random) -> None:
    place = chance.randrange(len(good))
    del good[place : place + chance.randrange(1, 600)]


def insert(good: bytearray, chance: random.Random) -> None:
    place = chance.randrange(len(good) + 1)
    good[place:place] = chance.randbytes(chance.choice((1, 3, SECTOR, 700)))


def zero_block(good: bytearray, chance: random.Random) -> None:
    place = chance.randrange(len(good) - SECTOR)
    good[place : place + SECTOR] = bytes(SECTOR)


def swap_sectors(good: bytearray, chance: random.Random) -> None:
    first, second = (chance.randrange(len(good) // SECTOR) * SECTOR for _ in range(2))
    held = good[first : first + SECTOR]
    good[first : first + SECTOR] = good[second : second + SECTOR]
    good[second : second + SECTOR] = held


def append(good: bytearray, chance: random.Random) -> None:
    good += chance.choice((b"\0", b"\n", bytes(SECTOR), bytes(10240), bytes(good)))


def change_lengths(good: bytearray, chance: random.Random) -> None:
    places = [place for place in range(0, len(good), SECTOR) if good[place + 257 : place + 262] == b"ustar"]
    place = chance.choice(places)
    good[place + 124 : place + 135] = b"%011o" % chance.choice((0, 1, chance.randrange(8**11), 8**11 - 1))


def change_header(good: bytearray, chance: random.Random) -> None:
    place = chance.randrange(SECTOR, good.index(b"\0", SECTOR))
    good[place : place + 1] = chance.choice((b"0", b"9", b"f", b'"', b"}", b"\\", b"\xff", b"1e9"))


def fill_with_chance(good: bytearray, chance: random.Random) -> None:
    place = chance.randrange(len(good))
    size = chance.randrange(1, len(good) - place + 1)
    good[place : place + size] = chance.randbytes(size)


CLASSES: tuple[Callable[[bytearray, random.Random], None], ...] = (
    flip,
    flip_at_boundary,
    truncate,
    truncate_at_boundary,
    delete,
    insert,
    zero_block,
    swap_sectors,
    append,
    change_lengths,
    change_header,
    fill_with_chance,
)


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A valid package."""
    return packages.write_package(tmp_path / "good.cpkg")


def fuzz(package: Path, number: int, seed: int) -> int:
    """Alter so many times; how many were accepted or crashed; the unaltered is read between every hundred."""
    good = package.read_bytes()
    chance = random.Random(seed)
    path = package.with_name("altered.cpkg")
    accepted = made = 0
    while made < number:
        altered = bytearray(good)
        CLASSES[made % len(CLASSES)](altered, chance)
        if altered == good:  # two sectors alike, a byte replaced by itself
            continue
        if made % 100 == 0:
            path.write_bytes(good)
            assert packages.read(path) == packages.RECORDS
        made += 1
        path.write_bytes(altered)
        accepted += packages.outcome(path) is not None
    return accepted


def test_altered_packages_are_refused(package):
    """T8, in part: of 2,400 altered packages in twelve classes none is accepted, the unaltered one always."""
    assert fuzz(package, 2_400, 8) == 0


@pytest.mark.faults
@pytest.mark.parametrize("part", range(10))
def test_a_hundred_thousand_altered_packages_are_refused(package, part):
    """T8: 100,000 altered packages: 0 accepted, 0 uncaught exceptions, the unaltered accepted between every 100."""
    number, started = rounds("ALTERED", 100_000) // 10, time.monotonic()
    assert fuzz(package, number, 1000 + part) == 0
    report(f"T8 part {part}: {number} altered packages, 0 accepted, 0 crashes, {time.monotonic() - started:.0f} s")


def boundaries(good: bytes) -> list[int]:
    """Every place where a truncation may look like an end: sectors, members, and each byte of header and trailer."""
    header_end = good.index(b"\0", SECTOR)
    trailer = good.index(b"trailer.json\0")
    places = {edge + more for edge in range(0, len(good), SECTOR) for more in (-1, 0, 1)}
    places |= set(range(SECTOR, header_end + 2)) | set(range(trailer, len(good)))
    return sorted(place for place in places if 0 <= place < len(good))


def test_truncation_at_every_boundary_is_refused(package):
    """T10: at every structural boundary, one before and one behind, and at every byte of header and trailer."""
    good = package.read_bytes()
    path = package.with_name("cut.cpkg")
    places = boundaries(good)
    assert len(places) > 1000
    for place in places:
        path.write_bytes(good[:place])
        with pytest.raises(PackageRefused):
            packages.read(path)
    path.write_bytes(good)
    assert packages.read(path) == packages.RECORDS


@pytest.mark.faults
def test_every_bit_of_a_package_matters(package):
    """T11: each bit of the whole file is flipped once, and each time the package is refused."""
    good = package.read_bytes()
    path = package.with_name("altered.cpkg")
    started = time.monotonic()
    for place, byte in enumerate(good):
        for bit in range(8):
            path.write_bytes(good[:place] + bytes([byte ^ 1 << bit]) + good[place + 1 :])
            with pytest.raises(PackageRefused):
                packages.read(path)
    report(f"T11: {8 * len(good)} flipped bits, 0 accepted, {time.monotonic() - started:.0f} s")


@pytest.mark.parametrize("check", ["_hash_payload", "check_padding"])
def test_a_reader_without_one_check_is_caught(package, monkeypatch, check):
    """Control: a reader that leaves out the payload's hash, or the padding, accepts or breaks, and the fuzz tells."""
    if check == "_hash_payload":
        monkeypatch.setattr(strict, "_hash_payload", lambda *_: "0" * 64)
        monkeypatch.setattr(strict.pyrage, "decrypt_io", _decrypt_anything(package))
    else:
        monkeypatch.setattr(strict, "check_padding", lambda file, member: file.read(member.padding))
    assert fuzz(package, 600, 9) > 0


def _decrypt_anything(package: Path):
    """A decryption that does not see damage: an AEAD switched off."""
    plain = packages.plain_payload(package)

    def decrypt(_source, sink, _keys):
        sink.write(plain)

    return decrypt
