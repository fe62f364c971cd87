"""T9: hostile packages that are validly encrypted and signed: no crash, and accepted only what a model calls valid.

The model is written anew from package.md 2.2, 2.5 and 2.15 with Python's own json and shares no code with the reader.
"""

import hashlib
import io
import json
import random
import re
import tarfile
import time
import unicodedata
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import zstandard

from desktop import canonical
from desktop.archive import Header, strict
from tests.faults import packages
from tests.faults.harness import report, rounds

ENTRY = {"t", "n", "c", "raw", "len", "z", "h", "v"}
HEX = re.compile(r"[0-9a-f]{64}")
SHARED = (
    *("format", "suite", "min_reader", "critical", "kind", "id", "set", "stream", "seq", "epoch"),
    *("sender", "recipient", "signer", "recips", "app"),
)


class Invalid(Exception):
    """What the model calls invalid, and why."""


def need(holds: object, why: str) -> None:
    if not holds:
        raise Invalid(why)


def canonical_value(data: bytes) -> Any:
    """The value of one canonical line, or Invalid."""

    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        need(len({name for name, _ in found}) == len(found), "a name twice")
        return dict(found)

    def never(text: str) -> Any:
        raise Invalid(text)

    try:
        value = json.loads(data.decode(), object_pairs_hook=pairs, parse_float=never, parse_constant=never)
    except (ValueError, RecursionError) as error:
        raise Invalid(str(error)) from error
    need(isinstance(value, dict), "no object")
    _check_value(value, 1)
    again = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    need(again == data, "not canonical")
    return value


def _check_value(value: Any, depth: int) -> None:
    if isinstance(value, dict | list):
        need(depth <= 6, "too deep")
        for each in value.values() if isinstance(value, dict) else value:
            _check_value(each, depth + 1)
        for name in value if isinstance(value, dict) else ():
            _check_text(name)
    elif isinstance(value, str):
        _check_text(value)
    else:
        need(isinstance(value, int) and abs(value) <= 2**53 - 1, "null or a number too large")


def _check_text(text: str) -> None:
    need(len(text) <= 32_768, "a text too long")
    need(unicodedata.is_normalized("NFC", text), "not NFC")
    for sign in text:
        number = ord(sign)
        need(number >= 32 or sign == "\n", "a control")
        need(not 0x7F <= number < 0xA0, "a control")
        need(not 0xD800 <= number < 0xE000, "a surrogate")
        need(sign not in "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069", "a bidi sign")
        private = 0xE000 <= number < 0xF900 or number >= 0xF0000
        need(not private, "private use")


def model(payload: bytes, header: Header) -> dict[str, list[dict[str, Any]]]:
    """The records of a payload as the pages on the package have it, or Invalid."""
    members = _members(payload)
    need(members and members[-1][0] == "manifest.json", "no manifest at the end")
    data = members[-1][1]
    need(hashlib.sha256(data).hexdigest() == header.manifest, "another manifest")
    need(data.endswith(b"\n"), "manifest without an end")
    manifest = canonical_value(data[:-1])
    head = json.loads(header.to_bytes())
    need(all(manifest.get(name) == head[name] for name in SHARED), "manifest is not the header's")
    entries = manifest.get("sections")
    need(isinstance(entries, list), "no sections")
    need(len(entries) == len(members) - 1, "other sections")
    need(
        manifest.get("counts") == {entry.get("n"): entry.get("c") for entry in entries if entry.get("t") == "r"},
        "counts",
    )
    found = {}
    last = -1
    for entry, (name, stored) in zip(entries, members[:-1], strict=True):
        need(isinstance(entry, dict) and entry.keys() == ENTRY, "entry")
        need(entry["t"] == "r" and entry["n"] in packages.ENTITIES, "an entity nobody knows")
        need(all(type(entry[key]) is int and entry[key] >= 0 for key in ("c", "raw", "len", "z", "v")), "numbers")
        need(entry["z"] in (0, 1) and entry["v"] == 1, "flags")
        need(type(entry["h"]) is str and HEX.fullmatch(entry["h"]), "a hash")
        place = packages.ENTITIES.index(entry["n"])
        need(place > last, "order")
        last = place
        need(name == f"records/{entry['n']}.jsonl" + (".zst" if entry["z"] else ""), "name")
        need(len(stored) == entry["len"], "stored length")
        plain = _decompress(stored, entry["raw"]) if entry["z"] else stored
        need(len(plain) == entry["raw"] and hashlib.sha256(plain).hexdigest() == entry["h"], "plain bytes")
        need(not entry["z"] or entry["raw"] <= 200 * entry["len"], "ratio")
        found[entry["n"]] = _lines(plain, entry["c"])
    return found


def _members(payload: bytes) -> list[tuple[str, bytes]]:
    try:
        with tarfile.open(fileobj=io.BytesIO(payload)) as tar:
            found = [(item.name, tar.extractfile(item).read()) for item in tar if item.isreg()]
    except (tarfile.TarError, AttributeError, ValueError, OSError, EOFError) as error:
        raise Invalid(str(error)) from error
    try:
        need(packages.pack(found) == payload, "not the one form of ustar")
    except (UnicodeError, ValueError) as error:
        raise Invalid(str(error)) from error
    return found


def _decompress(stored: bytes, raw: int) -> bytes:
    try:
        unpacker = zstandard.ZstdDecompressor(max_window_size=8 << 20).decompressobj()
        plain = unpacker.decompress(stored)
    except (zstandard.ZstdError, MemoryError) as error:
        raise Invalid(str(error)) from error
    need(unpacker.eof and not unpacker.unused_data, "not one frame")
    need(len(plain) <= raw, "longer than declared")
    return plain


def _lines(plain: bytes, count: int) -> list[dict[str, Any]]:
    need(not plain or plain.endswith(b"\n"), "no end of line")
    lines = plain.split(b"\n")[:-1]
    need(len(lines) == count, "count")
    values = []
    for line in lines:
        need(len(line) < 256 * 1024, "a line too long")
        values.append(canonical_value(line))
    ids = [value.get("id") for value in values]
    need(all(isinstance(each, str) for each in ids), "an id that is no text")
    need(all(first < second for first, second in pairwise(ids)), "ids do not rise")
    need(not ids or ids[0] > "", "an empty id")
    return values


# What an insider does


Parts = list[tuple[str, bytes]]
NUMBERS = (0, 1, -1, 2, 39, 41, 10**15, 2**53, True, "1", None, [], 1.5)
TEXTS = ("\u202e", "\0", "e\u0301", "\ue000", "\ud800", "x" * 40_000, "𠮷", "，", "\u3000", '"', "\\", "\t", "\n")
NAMES = ("con", "../x", "teachers ", "TEACHERS", "students", "", "schools", 7, None)


def dumps(value: Any) -> bytes:
    """JSON of whatever value, canonical or not."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8", errors="surrogatepass") + b"\n"


class Forger:
    """Makes one hostile payload: records, compression, manifest or container are altered, the rest fits again."""

    def __init__(self, good: bytes, chance: random.Random) -> None:
        self.chance = chance
        *sections, (_, manifest) = _members(good)
        self.manifest = json.loads(manifest)
        self.rows = {name: _decompress(data, 10**9) for name, data in sections}

    def forge(self, kind: int) -> tuple[bytes, bytes]:
        """The payload and its manifest."""
        if kind < 8:
            name = self.chance.choice(list(self.rows))
            self.rows[name] = self._alter_rows(self.rows[name], kind)
        victim = self.chance.choice(list(self.rows))
        stored = [(name, self._compress(plain, kind if name == victim else 99)) for name, plain in self.rows.items()]
        for entry, (name, data) in zip(self.manifest["sections"], stored, strict=True):
            plain = self.rows[name]
            entry.update(c=plain.count(b"\n"), raw=len(plain), len=len(data), h=hashlib.sha256(plain).hexdigest())
        self.manifest["counts"] = {entry["n"]: entry["c"] for entry in self.manifest["sections"]}
        if kind in (10, 11, 12):
            self._alter_manifest(kind)
        manifest = dumps(self.manifest)
        if kind == 13:
            manifest = self._alter_bytes(manifest)
        payload = packages.pack([*stored, ("manifest.json", manifest)])
        if kind in (14, 15):
            payload = self._alter_container(payload, kind)
        return payload, manifest

    def _alter_rows(self, plain: bytes, kind: int) -> bytes:
        chance = self.chance
        rows = [json.loads(line) for line in plain.splitlines()]
        row = chance.choice(rows)
        if kind == 0:  # plain changes of content, valid or not
            row[chance.choice(("name", "rev", "note"))] = chance.choice((*TEXTS, *NUMBERS))
        elif kind == 1:
            row["id"] = chance.choice((*TEXTS, *NUMBERS, "", "9999", "0000"))
        elif kind == 2:
            chance.shuffle(rows)
        elif kind == 3:
            rows.append(chance.choice(rows))
        elif kind == 4:
            deep: Any = 1
            for _ in range(chance.randrange(1, 12)):
                deep = [deep] if chance.random() < 0.5 else {"x": deep}
            row["deep"] = deep
        elif kind == 5:
            return self._alter_bytes(plain)
        elif kind == 6:
            del rows[chance.randrange(len(rows))]
        else:
            row.update({f"k{number}": number for number in range(chance.choice((3, 3000)))})
        return b"".join(map(dumps, rows))

    def _alter_bytes(self, data: bytes) -> bytes:
        spoilt = bytearray(data)
        for _ in range(self.chance.randrange(1, 4)):
            place = self.chance.randrange(len(spoilt))
            spoilt[place : place + self.chance.randrange(2)] = self.chance.choice(
                (b" ", b"\n", b'"', b"}", b",", b"\xff", b"\\u0041", b"1e5", b"NaN", b"[" * 3000, b"0")
            )
        return bytes(spoilt)

    def _compress(self, plain: bytes, kind: int) -> bytes:
        if kind not in (8, 9):
            return zstandard.ZstdCompressor(level=3).compress(plain)
        data = bytearray(zstandard.ZstdCompressor(level=3, write_checksum=self.chance.random() < 0.5).compress(plain))
        if kind == 8:
            data[self.chance.randrange(len(data))] ^= 1 << self.chance.randrange(8)
        else:
            more = (b"x", bytes(data), b"\x50\x2a\x4d\x18\x04\0\0\0abcd")
            data += self.chance.choice(more)
        return bytes(data)

    def _alter_manifest(self, kind: int) -> None:
        chance = self.chance
        if kind == 10:
            entry = chance.choice(self.manifest["sections"])
            name = chance.choice(sorted(ENTRY))
            entry[name] = chance.choice(NAMES if name in ("n", "h", "t") else NUMBERS)
        elif kind == 11:
            name = chance.choice((*SHARED, "counts", "sections", "year", "extra"))
            if chance.random() < 0.3:
                self.manifest.pop(name, None)
            else:
                self.manifest[name] = chance.choice((*NUMBERS, {}, "x"))
        else:
            sections = self.manifest["sections"]
            chance.choice((sections.reverse, lambda: sections.append(sections[0]), sections.pop))()

    def _alter_container(self, payload: bytes, kind: int) -> bytes:
        spoilt = bytearray(payload)
        chance = self.chance
        if kind == 14:
            heads = [place for place in range(0, len(spoilt), 512) if spoilt[place + 257 : place + 262] == b"ustar"]
            spoilt[chance.choice(heads) + chance.randrange(512)] ^= chance.randrange(1, 256)
        else:
            chance.choice(
                (
                    lambda: spoilt.extend(bytes(512)),
                    lambda: spoilt.__delitem__(slice(-512, None)),
                    lambda: spoilt.__delitem__(slice(chance.randrange(len(spoilt)), None)),
                    lambda: spoilt.__setitem__(slice(0, 0), packages.pack([("more", b"x")])[:1024]),
                )
            )()
        return bytes(spoilt)


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A valid package."""
    return packages.write_package(tmp_path / "good.cpkg")


def fuzz(package: Path, number: int, seed: int) -> tuple[int, int]:
    """Forge so many packages: how many were accepted, and of how many reader and model say different things."""
    good = packages.plain_payload(package)
    header = Header.from_bytes(packages.members_of(package.read_bytes())["header.json"])
    path = package.with_name("forged.cpkg")
    chance = random.Random(seed)
    accepted = differ = 0
    for made in range(number):
        payload, manifest = Forger(good, chance).forge(made % 16)
        data = packages.seal(header, payload, manifest)
        path.write_bytes(data)
        inside = Header.from_bytes(packages.members_of(data)["header.json"])
        try:
            wanted = model(payload, inside)
        except Invalid:
            wanted = None
        found = packages.outcome(path)
        accepted += type(found) is dict
        if found != wanted:  # a crash is neither records nor a refusal
            differ += 1
            package.with_name(f"differ-{made}.cpkg").write_bytes(data)
    return accepted, differ


def test_the_unaltered_parts_pass_both(package):
    """Reader and model both take the package that was put together again unaltered."""
    good = packages.plain_payload(package)
    header = Header.from_bytes(packages.members_of(package.read_bytes())["header.json"])
    assert model(good, header) == packages.RECORDS
    payload, manifest = Forger(good, random.Random(1)).forge(99)
    package.write_bytes(packages.seal(header, payload, manifest))
    assert packages.read(package) == packages.RECORDS


def test_hostile_packages_of_a_known_sender(package):
    """T9, in part: of 400 validly signed hostile packages only those are accepted that the model takes."""
    accepted, differ = fuzz(package, 400, 9)
    assert differ == 0
    assert 10 < accepted < 200


@pytest.mark.faults
@pytest.mark.parametrize("part", range(10))
def test_twenty_thousand_hostile_packages(package, part):
    """T9: 20,000 validly signed hostile packages: 0 crashes, accepted only what the model calls valid."""
    number, started = rounds("HOSTILE", 20_000) // 10, time.monotonic()
    accepted, differ = fuzz(package, number, 900 + part)
    assert differ == 0
    report(
        f"T9 part {part}: {number} hostile packages, 0 crashes, {accepted} accepted, all valid by the model, "
        f"{time.monotonic() - started:.0f} s"
    )


@pytest.mark.parametrize("weakness", ["canonical", "order", "frame"])
def test_a_weakened_reader_is_caught(package, monkeypatch, weakness):
    """Control: a reader that takes any JSON, any order of ids or more than one frame differs from the model."""
    if weakness == "canonical":

        def load_lines(data: bytes) -> list[Any]:
            try:
                return [json.loads(line) for line in data.splitlines()]
            except ValueError as error:
                raise canonical.CanonicalError(str(error)) from error

        monkeypatch.setattr(canonical, "load_lines", load_lines)
    elif weakness == "order":
        monkeypatch.setattr(strict.sections, "_check_lines", lambda pieces, _entry: list(pieces))
    else:
        monkeypatch.setattr(strict.sections, "_check_frame", lambda *_: None)
    assert fuzz(package, 240, 9)[1] > 0
