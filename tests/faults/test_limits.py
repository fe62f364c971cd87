"""T16: each limit at one below, at itself and at one above; bombs end in a refusal within a little memory."""

import dataclasses
import hashlib
import json
import random
import subprocess
import sys
from pathlib import Path

import orjson
import pytest
import zstandard

from desktop import canonical
from desktop.archive import LIMITS, Blob, Header, Identity, Shipment, form, strict
from desktop.errors import PackageRefused, RefusedError
from desktop.exchange import attachments
from tests.faults import packages
from tests.faults.harness import ROOT

ROUND = pytest.mark.parametrize("more", [-1, 0, 1])
RECIPS = tuple(sorted(each.receiving.key_id for each in (packages.UPPER, packages.SENDER)))


def header(**more):
    """A header of the sender."""
    own = {name: getattr(packages.HEAD, name) for name in type(packages.HEAD).__slots__}
    return Header(**own, manifest="0" * 64, signer=packages.SENDER.verify.key_id, recips=RECIPS, **more)


def entry(plain, data, count, **more):
    """A section of teachers as the manifest names it."""
    found = {"t": "r", "n": "teachers", "c": count, "raw": len(plain), "len": len(data), "z": 1, "v": 1}
    return {**found, "h": hashlib.sha256(plain).hexdigest(), **more}


def words(length):
    """A text that does not compress like a bomb."""
    return "".join(random.Random(length).choices("骨干教师𠮷工作台甲乙丙丁戊己庚辛壬癸abcdef", k=length))


def forge(path, plain, *, count=1, data=None, **more):
    """A package with any lines, hashes and signature right; `more` is what its manifest says otherwise."""
    data = zstandard.compress(plain) if data is None else data
    told = [entry(plain, data, count, **more)]
    head = header()
    counts = {each["n"]: each["c"] for each in told if each["t"] == "r"}
    value = {**head.shared(), "schema": {"major": 1, "minor": 0}, "year": 2026, "counts": counts, "sections": told}
    manifest = orjson.dumps(value, option=orjson.OPT_SORT_KEYS) + b"\n"
    payload = packages.pack([("records/teachers.jsonl.zst", data), ("manifest.json", manifest)])
    path.write_bytes(packages.seal(head, payload, manifest))
    return path


def lines(*values):
    """Lines as they stand in a section, whatever they hold."""
    return b"".join(orjson.dumps(value, option=orjson.OPT_SORT_KEYS) + b"\n" for value in values)


def code_of(path):
    """The code under which a package is refused; "accepted" otherwise."""
    try:
        packages.read(path)
    except PackageRefused as error:
        return error.code if len(error.sentence) > 15 else "no sentence"
    return "accepted"


def nested(depth):
    """A record so many objects and lists deep, itself counted."""
    value = "x"
    for _ in range(depth - 1):
        value = [value]
    return {"id": "1", "x": value}


@ROUND
def test_text(tmp_path, more):
    """32,768 characters are one text."""
    path = forge(tmp_path / "a", lines({"id": "1", "name": words(LIMITS.text + more)}))
    assert code_of(path) == ("record" if more > 0 else "accepted")


@ROUND
def test_line(tmp_path, more):
    """256 KiB are one record, its newline counted."""
    fill = {"id": "1", **{f"f{number}": words(11_500 + number) for number in range(8)}}
    rest = LIMITS.line + more - len(lines({**fill, "z": ""}))
    fill["z"] = "x" * rest
    path = forge(tmp_path / "a", lines(fill))
    assert len(lines(fill)) == LIMITS.line + more
    assert code_of(path) in (("line", "record") if more > 0 else ("accepted",))


@ROUND
def test_depth(tmp_path, more):
    """Six levels are a record."""
    path = forge(tmp_path / "a", lines(nested(LIMITS.depth + more)))
    assert code_of(path) == ("record" if more > 0 else "accepted")


@ROUND
def test_ratio(tmp_path, more):
    """More than two hundred to one is a bomb, whatever it holds."""
    data = zstandard.compress(lines({"id": "1"}))
    path = forge(tmp_path / "a", b"", data=data, raw=len(data) * LIMITS.ratio + more, h="0" * 64)
    assert (code_of(path) == "ratio") == (more > 0)


@pytest.mark.parametrize("log", [22, 23, 24])
def test_window(tmp_path, log):
    """A reader keeps no more than eight MiB of what it has read."""
    raw = lines({"id": "1", "name": "x"})
    parameters = zstandard.ZstdCompressionParameters(window_log=log, write_content_size=False)
    packer = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    path = forge(tmp_path / "a", raw, data=packer.compress(raw) + packer.flush())
    assert code_of(path) == ("compression" if log > 23 else "accepted")


@ROUND
def test_records(tmp_path, monkeypatch, more):
    """So many records are a package, by what the manifest says and before any is read."""
    monkeypatch.setattr(form, "LIMITS", dataclasses.replace(LIMITS, records=50))
    count = 50 + more
    path = forge(tmp_path / "a", lines(*({"id": f"{number:04d}"} for number in range(count))), count=count)
    assert code_of(path) == ("sections" if more > 0 else "accepted")


@pytest.mark.parametrize("limit", ["records", "plain", "blobs", "blob", "sections"])
@ROUND
def test_totals_of_the_manifest(monkeypatch, limit, more):
    """Records, bytes, attachments, their size and the number of sections, counted over the whole manifest."""
    small = {"records": 10, "plain": 1000, "blobs": 3, "blob": 100, "sections": 4}
    monkeypatch.setattr(form, "LIMITS", dataclasses.replace(LIMITS, **{limit: small[limit]}))
    number = small[limit] + more

    def record(name, **values):
        return {"t": "r", "n": name, "c": 0, "raw": 0, "len": 0, "z": 0, "h": "0" * 64, "v": 1, **values}

    def blob(index, size=0):
        name = f"{index:064x}"
        return {**record(name), "t": "b", "raw": size, "len": size, "h": name}

    told = {
        "records": [record("schools", c=5), record("teachers", c=number - 5)],
        "plain": [record("schools", raw=500, len=500), record("teachers", raw=number - 500, len=number - 500)],
        "blobs": [blob(index) for index in range(number)],
        "blob": [blob(1, number)],
        "sections": [blob(index) for index in range(number)],
    }[limit]
    if more > 0:
        with pytest.raises(PackageRefused):
            form.read_sections(told, packages.ENTITIES, backup=False)
    else:
        assert len(form.read_sections(told, packages.ENTITIES, backup=False)) == len(told)


@ROUND
def test_manifest(tmp_path, monkeypatch, more):
    """The manifest is read whole, so its length is looked at first."""
    path = forge(tmp_path / "a", lines({"id": "1"}))
    size = len(packages.members_of(packages.plain_payload(path))["manifest.json"])
    monkeypatch.setattr(strict, "LIMITS", dataclasses.replace(LIMITS, manifest=size - more))
    assert code_of(path) == ("limit" if more > 0 else "accepted")


@ROUND
def test_file(tmp_path, monkeypatch, more):
    """A file larger than a volume may be is not even hashed."""
    path = forge(tmp_path / "a", lines({"id": "1"}))
    monkeypatch.setattr(strict, "LIMITS", dataclasses.replace(LIMITS, volume=path.stat().st_size - more))
    assert code_of(path) == ("size" if more > 0 else "accepted")


@pytest.mark.parametrize("name", ["header.json", "trailer.json", "trailer.json.minisig"])
@ROUND
def test_small_members(tmp_path, name, more):
    """Header, trailer and signature are read whole: 64, 4 and 1 KiB."""
    limit = {"header.json": LIMITS.header, "trailer.json": LIMITS.trailer, "trailer.json.minisig": LIMITS.signature}
    members = packages.members_of(forge(tmp_path / "a", lines({"id": "1"})).read_bytes())
    members[name] = b"x" * (limit[name] + more)
    (tmp_path / "b").write_bytes(packages.pack(list(members.items())))
    assert (code_of(tmp_path / "b") == "limit") == (more > 0)


@ROUND
def test_recipients(tmp_path, more):
    """256 offices can open one package."""
    keys = [packages.UPPER.receiving.recipient]
    keys += [Identity.create().receiving.recipient for _ in range(LIMITS.recipients + more - 1)]

    def write():
        packages.write_archive(
            tmp_path / "a.cpkg",
            Shipment(
                envelope=packages.HEAD,
                manifest={"schema": {"major": 1, "minor": 0}, "year": 2026},
                sections=[],
                entities=packages.ENTITIES,
                identity=packages.SENDER,
                recipients=keys,
            ),
        )
        return packages.read(tmp_path / "a.cpkg")

    if more > 0:
        with pytest.raises(PackageRefused):
            write()
    else:
        assert write() == {}


@ROUND
def test_attachment(tmp_path, more):
    """50 MiB are one attachment; its bytes are holes here."""
    path = tmp_path / "scan"
    with path.open("wb") as file:
        file.truncate(LIMITS.blob + more)
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()

    def write():
        packages.write_archive(
            tmp_path / "a.cpkg",
            Shipment(
                envelope=packages.HEAD,
                manifest={"schema": {"major": 1, "minor": 0}, "year": 2026},
                sections=[Blob(path, sha256)],
                entities=packages.ENTITIES,
                identity=packages.SENDER,
                recipients=[packages.UPPER.receiving.recipient],
            ),
        )
        return packages.read(tmp_path / "a.cpkg")

    if more > 0:
        with pytest.raises(RefusedError, match="超过 50 MB"):
            write()
    else:
        assert write() == {}


class OnePicture:
    """A package with one attachment."""

    def __init__(self, data):
        self.data = data

    def blob(self, _name):
        yield self.data


@ROUND
def test_pixels(more):
    """Fifty million pixels are a picture, by what its first bytes say."""
    across = 5000
    size = across.to_bytes(4) + (LIMITS.image_pixels // across + more).to_bytes(4)
    picture = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + size + bytes(9)
    assert bool(attachments._picture_fault(OnePicture(picture), "x", is_scan=False)) == (more > 0)


# Bombs: read by a process of its own that may take only a little memory

_READER = """
import json, resource, sys
from pathlib import Path
from tests.faults import test_limits as limits
paths = [Path(each) for each in sys.argv[1:]]
limits.code_of(paths[0])  # what reading at all takes is there
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
codes = [limits.code_of(path) for path in paths]
print(json.dumps([codes, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before]))
"""


def read_apart(key, paths):
    """The codes of some packages and the KB of memory that reading them took, in another process."""
    script = f"from tests.faults import packages\nfrom desktop.archive import Identity\n{key}\n{_READER}"
    done = subprocess.run(
        [sys.executable, "-c", script, *map(str, paths)], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return json.loads(done.stdout)


def test_bombs(tmp_path):
    """Zeros a million to one, depth without end, a million keys, a length of a gigabyte: refused in 64 MB of memory."""
    zeros = zstandard.compress(bytes(200 << 20), 19)
    deep = b'{"id":"1","x":' + b"[" * 100_000 + b"]" * 100_000 + b"}\n"
    keys = b"{" + b",".join(b'"k%07d":1' % number for number in range(1_000_000)) + b"}\n"
    bombs = {
        "small": (forge(tmp_path / "0", lines({"id": "1"})), "accepted"),
        "zeros told": (forge(tmp_path / "1", b"", data=zeros, raw=200 << 20), "ratio"),
        "zeros hidden": (forge(tmp_path / "2", b"", data=zeros, raw=100), "section-length"),
        "deep": (forge(tmp_path / "3", deep, raw=len(deep)), "ratio"),
        "deep, stored": (_stored(tmp_path / "4", deep), "record"),
        "keys": (_stored(tmp_path / "5", keys), "line"),
        "claimed": (forge(tmp_path / "6", lines({"id": "1"}), raw=1 << 30, h="0" * 64), "ratio"),
    }
    secrets = [each.to_bytes() for each in (packages.SENDER, packages.UPPER)]
    key = f"packages.SENDER, packages.UPPER = map(Identity.from_bytes, {secrets!r})"
    codes, grown = read_apart(key, [path for path, _code in bombs.values()])
    assert dict(zip(bombs, codes, strict=True)) == {name: code for name, (_path, code) in bombs.items()}
    assert grown < 64 * 1024


def _stored(path: Path, raw: bytes) -> Path:
    """A package whose one section is stored plain."""
    told = [entry(raw, raw, 1, z=0)]
    head = header()
    value = {**head.shared(), "schema": {"major": 1, "minor": 0}, "year": 2026, "counts": {"teachers": 1}}
    manifest = canonical.dumps({**value, "sections": told}) + b"\n"
    payload = packages.pack([("records/teachers.jsonl", raw), ("manifest.json", manifest)])
    path.write_bytes(packages.seal(head, payload, manifest))
    return path


def test_a_reader_without_limits_is_caught(tmp_path, monkeypatch):
    """Control: with the limits off, what was refused for its size is accepted."""
    path = forge(tmp_path / "a", lines({"id": "1", "name": words(LIMITS.text + 1)}))
    assert code_of(path) == "record"
    monkeypatch.setattr(canonical, "TEXT", 1 << 30)
    assert code_of(path) == "accepted"
