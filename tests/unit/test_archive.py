"""The container: whatever is not exactly what its writer made is refused with the part named."""

import dataclasses
import errno
import hashlib
import io
import os
import shutil
import subprocess
import tarfile
import tempfile
import tracemalloc
from pathlib import Path

import pyrage
import pytest
import zstandard

from desktop import archive, canonical
from desktop.archive import drive, form, seal, sections, strict, uncached, ustar
from desktop.errors import PackageRefused, RefusedError, UnreadableFile, disk_reason

ENTITIES = ("offices", "schools", "teachers")
OFFICE = archive.Identity.create()
CITY = archive.Identity.create()
STRANGER = archive.Identity.create()
ENVELOPE = archive.Envelope(
    kind="annual",
    id="01890000-0000-7000-8000-000000000001",
    stream="annual/2026",
    seq=7,
    epoch="00000000000000ff",
    sender="509999",
    recipient="500000",
    app="county-desk 0.1.0",
)
SCHOOLS = [{"id": "1", "name": "石坪镇中心小学"}]
TEACHERS = [{"id": f"{number:04d}", "name": f"张{name}"} for number, name in enumerate("伟𠮷𬭚𫘝𨱏")]


def signers(key: str) -> archive.PublicCard | None:
    return OFFICE.card("509999") if key == OFFICE.verify.key_id else None


def write(path: Path, *, values=None, blobs=(), envelope=ENVELOPE, recipients=None, **more) -> archive.Sealed:
    values = {"schools": SCHOOLS, "teachers": TEACHERS} if values is None else values
    records = [archive.Records(entity, iter(rows)) for entity, rows in values.items()]
    return archive.write_archive(
        path,
        archive.Shipment(
            envelope=envelope,
            manifest={"schema": {"major": 1, "minor": 0}, "year": 2026},
            sections=[*records, *blobs],
            entities=ENTITIES,
            identity=OFFICE,
            recipients=recipients or [CITY.receiving.recipient, OFFICE.receiving.recipient],
        ),
        **more,
    )


def read(path: Path, *, keys=(CITY.receiving,), known=signers, **more) -> archive.Opened:
    return archive.open_archive(path, keys=keys, signers=known, entities=ENTITIES, **more)


def refused(path: Path, **more) -> PackageRefused:
    with pytest.raises(PackageRefused) as caught:
        read(path, **more).close()
    assert caught.value.member in ("文件结尾", "") or caught.value.member.isascii()
    assert len(caught.value.sentence) > 15
    return caught.value


def make_blob(folder: Path, content: bytes) -> archive.Blob:
    sha256 = hashlib.sha256(content).hexdigest()
    path = folder / sha256
    path.write_bytes(content)
    return archive.Blob(path, sha256)


MEMBERS = ("header.json", "payload.age", "trailer.json", "trailer.json.minisig")


@pytest.fixture
def package(tmp_path: Path) -> Path:
    path = tmp_path / "年度上报_509999_2026_第7次_共1卷第1卷.cpkg"
    write(path)
    return path


# --- what is written is read ------------------------------------------------------------------------------


def test_round_trip(tmp_path):
    """Records, attachments, header and manifest come back; the outer check needs no decryption key."""
    blobs = sorted((make_blob(tmp_path, b"scan" * 99_999), make_blob(tmp_path, b"")), key=lambda blob: blob.sha256)
    done = []
    sealed = write(tmp_path / "a.cpkg", blobs=blobs, progress=done.append)
    assert done == sorted(done)
    assert done[-1] > 399_996
    assert sealed.counts == {"schools": 1, "teachers": 5}
    assert sealed.sha256 == hashlib.sha256(sealed.path.read_bytes()).hexdigest()
    assert archive.is_archive(sealed.path)
    found = archive.inspect(sealed.path, signers)
    assert (found.header, found.signer.code, found.sha256) == (sealed.header, "509999", sealed.sha256)
    for keys in ((CITY.receiving,), (STRANGER.receiving, OFFICE.receiving)):
        with read(sealed.path, keys=keys, kinds=("annual",)) as opened:
            assert list(opened.records("teachers")) == TEACHERS
            assert list(opened.records("schools")) == SCHOOLS
            assert list(opened.records("offices")) == []
            assert opened.counts == {"schools": 1, "teachers": 5}
            assert opened.blobs == {blob.sha256: blob.path.stat().st_size for blob in blobs}
            assert {b"".join(opened.blob(blob.sha256)) for blob in blobs} == {b"scan" * 99_999, b""}
            assert opened.manifest["year"] == 2026
            assert opened.manifest["signer"] == OFFICE.verify.key_id
            with pytest.raises(KeyError):
                opened.blob("0" * 64)


def test_empty_package(tmp_path):
    """A package without any record is a package; an entity without records is a section of none."""
    write(tmp_path / "a.cpkg", values={})
    write(tmp_path / "b.cpkg", values={"teachers": []})
    with read(tmp_path / "a.cpkg") as first, read(tmp_path / "b.cpkg") as second:
        assert first.counts == {}
        assert second.counts == {"teachers": 0}
        assert list(second.records("teachers")) == []


def test_manifest_and_plain_sections_are_the_same_each_time(tmp_path):
    """Same records, same number: same manifest and sections; only the encryption differs."""
    first, second = write(tmp_path / "a.cpkg"), write(tmp_path / "b.cpkg")
    assert first.header.manifest == second.header.manifest
    assert first.sha256 != second.sha256
    manifests = []
    for sealed in (first, second):
        with read(sealed.path) as opened:
            manifests.append(opened.manifest)
    assert manifests[0] == manifests[1]


def test_records_alike_beyond_the_ratio_travel_plain(tmp_path):
    """A section that a reader would take for a bomb is stored without compression."""
    rows = [{"id": f"{number:06d}", "note": "同" * 9000} for number in range(60)]
    write(tmp_path / "a.cpkg", values={"teachers": rows})
    with read(tmp_path / "a.cpkg") as opened:
        assert opened.manifest["sections"][0]["z"] == 0
        assert list(opened.records("teachers")) == rows


def test_found_by_content(tmp_path, package):
    """A package is known under any name; a text, a folder, a missing file and another tar are none."""
    other = package.rename(tmp_path / "无名.tmp")
    assert archive.is_archive(other)
    with tarfile.open(tmp_path / "x.tar", "w") as tar:
        tar.add(other, "header.json")
    for path in (tmp_path / "x.tar", tmp_path, tmp_path / "none", Path(__file__)):
        assert not archive.is_archive(path)


def test_unreadable_files_end_in_a_sentence(tmp_path):
    """A file that is not there and a folder are told as unreadable."""
    for path in (tmp_path / "none.cpkg", tmp_path):
        with pytest.raises(UnreadableFile, match="读不出"):
            archive.inspect(path, signers)


# --- standard tools ---------------------------------------------------------------------------------------


def test_any_reader_of_ustar_opens_it(package):
    """Both layers are plain ustar to another reader than ours."""
    with tarfile.open(package) as tar:
        assert tar.getnames() == ["header.json", "payload.age", "trailer.json", "trailer.json.minisig"]
        payload = io.BytesIO()
        pyrage.decrypt_io(tar.extractfile("payload.age"), payload, [CITY.receiving.age_identity()])
    with tarfile.open(fileobj=io.BytesIO(payload.getvalue())) as inner:
        assert inner.getnames() == ["records/schools.jsonl.zst", "records/teachers.jsonl.zst", "manifest.json"]


@pytest.mark.faults
@pytest.mark.parametrize("tool", ["age", "minisign", "zstd", "tar"])
def test_standard_tools_open_it(tmp_path, package, tool):
    """Each layer opens with the program that everybody has: tar, minisign -V, age -d, zstd -d."""
    if shutil.which(tool) is None:
        pytest.skip(f"{tool} is not installed")

    def run(*command: str | Path, data: bytes | None = None) -> bytes:
        return subprocess.run(command, input=data, cwd=tmp_path, check=True, capture_output=True).stdout

    names = list(outer_members(package))
    for name, content in outer_members(package).items():
        (tmp_path / name).write_bytes(content)
    secret = tmp_path / "secret"
    secret.write_text(CITY.receiving.secret + "\n")
    payload = io.BytesIO()
    with (tmp_path / "payload.age").open("rb") as file:
        pyrage.decrypt_io(file, payload, [CITY.receiving.age_identity()])
    if tool == "tar":
        listing = run("tar", "-tvf", package).decode()
        assert [line.split()[-1] for line in listing.splitlines()] == names
        assert "records/teachers.jsonl.zst" in run("tar", "-t", data=payload.getvalue()).decode()
    elif tool == "minisign":
        told = run("minisign", "-V", "-m", "trailer.json", "-P", OFFICE.verify.text).decode()
        assert "annual/2026 seq 7" in told
    elif tool == "age":
        assert run("age", "-d", "-i", secret, "payload.age") == payload.getvalue()
    else:
        with tarfile.open(fileobj=io.BytesIO(payload.getvalue())) as inner:
            stored = inner.extractfile("records/teachers.jsonl.zst").read()
        assert run("zstd", "-dc", data=stored) == b"".join(map(canonical.line, TEACHERS))


# --- damage -----------------------------------------------------------------------------------------------


def test_every_altered_byte_is_refused(tmp_path, package):
    """One altered byte anywhere is refused with the part named; the unaltered file passes between every ten."""
    good = package.read_bytes()
    altered = tmp_path / "altered.cpkg"
    altered.write_bytes(good)
    members = set()
    with altered.open("r+b") as file:
        for position, byte in enumerate(good):
            if position % 10 == 0:
                assert archive.inspect(altered, signers).header.seq == 7
            file.seek(position)
            file.write(bytes([byte ^ (1 << position % 8)]))
            file.flush()
            with pytest.raises(PackageRefused) as caught:
                archive.inspect(altered, signers)
            members.add(caught.value.member)
            assert not any(name in caught.value.sentence for name in MEMBERS), "a clerk reads no names of members"
            file.seek(position)
            file.write(bytes([byte]))
            file.flush()
    assert members == {*MEMBERS, "文件结尾"}
    with read(altered) as opened:
        assert opened.counts == {"schools": 1, "teachers": 5}


def test_every_truncation_is_refused(tmp_path, package):
    """A file that ends early anywhere, and one with a byte more, is refused."""
    good = package.read_bytes()
    cut = tmp_path / "cut.cpkg"
    for size in [*range(0, len(good), 97), *range(0, len(good), 512), len(good) - 1]:
        cut.write_bytes(good[:size])
        assert refused(cut).member
    for more in (b"\0", b"x", bytes(512), bytes(10240), good):
        cut.write_bytes(good + more)
        assert refused(cut).code == "trailing"


def outer_members(path: Path) -> dict[str, bytes]:
    with tarfile.open(path) as tar:
        return {name: tar.extractfile(name).read() for name in tar.getnames()}


def put_together(path: Path, members: dict[str, bytes]) -> Path:
    parts = []
    for name, data in members.items():
        member = ustar.Member(name, len(data))
        parts += [member.block(), data, bytes(member.padding)]
    path.write_bytes(b"".join(parts) + ustar.END)
    return path


def test_member_order_and_number(tmp_path, package):
    """Members in another order, missing, doubled or added are refused; put together unchanged they pass."""
    members = outer_members(package)
    assert put_together(tmp_path / "same", members).read_bytes() == package.read_bytes()
    names = list(members)
    for first, second in ((0, 1), (1, 2), (2, 3)):
        order = list(names)
        order[first], order[second] = order[second], order[first]
        assert refused(put_together(tmp_path / "x", {name: members[name] for name in order})).code == "container"
    for name in names:
        fewer = {other: data for other, data in members.items() if other != name}
        assert refused(put_together(tmp_path / "x", fewer)).code in ("container", "truncated")
    assert refused(put_together(tmp_path / "x", {**members, "more": b"x"})).code == "trailing"


@pytest.mark.parametrize("start", [b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF-1.4", "姓名,性别".encode("gbk")])
@pytest.mark.parametrize("size", [9, 9000])
def test_what_is_no_package_is_called_so(tmp_path, start, size):
    """A spreadsheet given in place of a package is told as one, with the page where it belongs."""
    (tmp_path / "名册.xlsx").write_bytes(start.ljust(size, b"x"))
    error = refused(tmp_path / "名册.xlsx")
    assert error.code == "foreign"
    assert "不是数据包" in error.sentence
    assert "导入名册" in error.sentence


def test_tar_of_other_programs_is_refused(tmp_path, package):
    """Python's own tar of the same members has other header bytes and is refused."""
    for kind in (tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
        with tarfile.open(tmp_path / "x", "w", format=kind) as tar:
            for name, data in outer_members(package).items():
                item = tarfile.TarInfo(name)
                item.size = len(data)
                tar.addfile(item, io.BytesIO(data))
        assert refused(tmp_path / "x").code == "container"


@pytest.mark.parametrize(
    ("at", "data"), [(124, b"-0000000001"), (124, b"0000000009x"), (124, b"99999999999"), (0, b"\xff"), (0, b"\n")]
)
def test_header_fields_of_tar(tmp_path, package, at, data):
    """Sizes that are no octal number and names that are no text are refused."""
    good = bytearray(package.read_bytes())
    good[at : at + len(data)] = data
    path = tmp_path / "x"
    path.write_bytes(good)
    assert refused(path).code == "container"


# --- validly built by somebody else -----------------------------------------------------------------------


def resign(path: Path, members: dict[str, bytes], identity=OFFICE, comment=None, **trailer) -> Path:
    """Put an outer container together with a right trailer and a signature of `identity`."""
    head, payload = members["header.json"], members["payload.age"]
    values = {
        "header": hashlib.sha256(head).hexdigest(),
        "len": len(payload),
        "payload": hashlib.sha256(payload).hexdigest(),
        **trailer,
    }
    data = canonical.line(values)
    if comment is None:
        comment = strict.Header.from_bytes(head).comment
    signature = identity.sign_file(data, comment)
    return put_together(path, {**members, "trailer.json": data, "trailer.json.minisig": signature})


def test_signed_again_without_change_passes(tmp_path, package):
    """The rebuilding that the following tests rest on is itself accepted."""
    with read(resign(tmp_path / "x", outer_members(package))) as opened:
        assert list(opened.records("teachers")) == TEACHERS


def test_unknown_signer(tmp_path, package):
    """A key that nobody confirmed, or a card that belongs to another key, is refused before the signature."""
    assert refused(package, known=lambda _: None).code == "unknown-signer"
    assert refused(package, known=lambda _: STRANGER.card("509999")).code == "unknown-signer"


def test_signed_by_another(tmp_path, package):
    """Another's signature under the sender's key id, and the sender's over another file, are refused."""
    members = outer_members(package)
    assert refused(resign(tmp_path / "x", members, STRANGER)).code == "signature"
    write(tmp_path / "other.cpkg", values={"schools": SCHOOLS})
    other = outer_members(tmp_path / "other.cpkg")
    swapped = {**members, "trailer.json.minisig": other["trailer.json.minisig"]}
    assert refused(put_together(tmp_path / "x", swapped)).code == "signature"
    swapped = {**swapped, "trailer.json": other["trailer.json"]}
    assert refused(put_together(tmp_path / "x", swapped)).code == "header-hash"
    assert refused(resign(tmp_path / "x", members, comment="county-desk 1 annual/2027")).code == "signature"


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"a\nb\nc\n",
        b"a\n!\nc\n!\n",
        b"untrusted comment: county-desk 0\nAA==\ntrusted comment: \nAA==\n",
    ],
)
def test_signature_files_that_are_none(tmp_path, package, text):
    """What is no minisign file is a wrong signature."""
    members = {**outer_members(package), "trailer.json.minisig": text}
    assert refused(put_together(tmp_path / "x", members)).code == "signature"


def test_ciphertext_taken_over_by_another_signer(tmp_path, package):
    """Another office cannot sign a foreign ciphertext as its own: the manifest inside names the signer."""
    members = outer_members(package)
    header = dataclasses.replace(
        strict.Header.from_bytes(members["header.json"]), signer=STRANGER.verify.key_id, sender="508888"
    )
    path = resign(tmp_path / "x", {**members, "header.json": header.to_bytes()}, STRANGER)
    assert refused(path, known=lambda _: STRANGER.card("508888")).code == "manifest-header"
    assert refused(path, known=lambda _: STRANGER.card("507777")).code == "signer-office"


@pytest.mark.parametrize(
    ("trailer", "code"),
    [
        ({"header": "0" * 64}, "header-hash"),
        ({"payload": "0" * 64}, "payload-hash"),
        ({"len": 7}, "payload-length"),
        ({"len": True}, "trailer-fields"),
        ({"len": -1}, "trailer-fields"),
        ({"header": "x"}, "trailer-fields"),
        ({"more": 1}, "trailer-fields"),
    ],
)
def test_signed_trailers_that_lie(tmp_path, package, trailer, code):
    """A validly signed trailer that does not fit the file is refused under its own code."""
    assert refused(resign(tmp_path / "x", outer_members(package), **trailer)).code == code


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"format": 2}, "newer"),
        ({"min_reader": 2, "app": 7}, "newer"),
        ({"suite": 2}, "newer"),
        ({"critical": ["tombstones"]}, "newer"),
        ({"format": True}, "header-fields"),
        ({"format": 0}, "header-fields"),
        ({"vol": [2, 1]}, "header-fields"),
        ({"vol": [0, 1]}, "header-fields"),
        ({"vol": [1, 17]}, "header-fields"),
        ({"vol": [1]}, "header-fields"),
        ({"vol": [True, 1]}, "header-fields"),
        ({"kind": "other"}, "header-fields"),
        ({"kind": 1}, "header-fields"),
        ({"id": "01890000-0000-4000-8000-000000000001"}, "header-fields"),
        ({"set": "01890000-0000-7000-8000-000000000002"}, "header-fields"),
        ({"stream": "codes"}, "header-fields"),
        ({"stream": "annual/../x"}, "header-fields"),
        ({"seq": 0}, "header-fields"),
        ({"seq": True}, "header-fields"),
        ({"seq": "7"}, "header-fields"),
        ({"epoch": "x"}, "header-fields"),
        ({"sender": "../x"}, "header-fields"),
        ({"recipient": "x" * 33}, "header-fields"),
        ({"app": "很新"}, "header-fields"),
        ({"manifest": "0"}, "header-fields"),
        ({"signer": "0"}, "header-fields"),
        ({"recips": []}, "header-fields"),
        ({"recips": "0"}, "header-fields"),
        ({"recips": [7]}, "header-fields"),
        ({"recips": ["1" * 16, "0" * 16]}, "header-fields"),
        ({"recips": ["0" * 16, "0" * 16]}, "header-fields"),
        ({"recips": [f"{number:016x}" for number in range(257)]}, "header-fields"),
        ({"more": 1}, "header-fields"),
    ],
)
def test_signed_headers_that_are_wrong(tmp_path, package, change, code):
    """Every field of the header is checked; a newer program is told as such."""
    members = outer_members(package)
    value = canonical.loads_strict(members["header.json"][:-1])
    head = canonical.line({**value, **change})
    error = refused(resign(tmp_path / "x", {**members, "header.json": head}, comment=""))
    assert (error.code, error.member) == (code, "header.json")
    assert ("升级" in error.sentence) == (code == "newer")


def test_headers_that_are_not_canonical_or_too_long(tmp_path, package):
    """Spaces, a missing newline and 64 KiB of header are refused before anything is parsed further."""
    members = outer_members(package)
    good = members["header.json"]
    for head in (good[:-1], good.replace(b":", b": "), b"\n", b"{}"):
        path = resign(tmp_path / "x", {**members, "header.json": head}, comment="")
        assert refused(path).code == "canonical"
    path = resign(tmp_path / "x", {**members, "header.json": b" " * 65_537}, comment="")
    assert refused(path).code == "limit"


def test_other_kind_and_other_recipient(tmp_path, package):
    """A package of another kind, and one for another office, are told as that."""
    assert refused(package, kinds=("receipt",)).code == "kind"
    assert refused(package, keys=(STRANGER.receiving,)).code == "not-for-us"
    assert refused(package, keys=()).code == "not-for-us"


def test_limit_of_the_file(monkeypatch, package):
    """A file above the limit of a volume is refused by its size."""
    monkeypatch.setattr(strict, "LIMITS", dataclasses.replace(archive.LIMITS, volume=2000))
    assert refused(package).code == "size"


def test_too_little_disk_for_unpacking(monkeypatch, package):
    """Without room for the plain content nothing is unpacked, and the need is told."""
    monkeypatch.setattr(strict, "SPOOL", 10)
    read(package).close()
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10, 5, 5))
    assert refused(package).code == "disk"


def test_full_disk_while_unpacking(monkeypatch, package):
    """A disk that fills up while unpacking is told with its reason."""

    class Full(io.BytesIO):
        def write(self, _data):
            raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(drive, "make_spool", Full)
    with pytest.raises(UnreadableFile, match="空间不足"):
        read(package)


# --- hostile payloads, validly encrypted and signed ---------------------------------------------------------


def compress(data: bytes, **options) -> bytes:
    return zstandard.ZstdCompressor(**options).compress(data)


def section(entity: str, data: bytes, stored: bytes | None = None, **change) -> tuple[dict, str, bytes]:
    stored = compress(data) if stored is None else stored
    entry = {
        "t": "r",
        "n": entity,
        "c": data.count(b"\n"),
        "raw": len(data),
        "len": len(stored),
        "z": 1,
        "h": hashlib.sha256(data).hexdigest(),
        "v": 1,
        **change,
    }
    return entry, f"records/{entity}.jsonl.zst", stored


def blob(data: bytes, **change) -> tuple[dict, str, bytes]:
    sha256 = hashlib.sha256(data).hexdigest()
    entry, _, _ = section(sha256, data, data, t="b", c=0, z=0)
    return {**entry, **change}, f"blobs/{sha256}", data


def hostile(path: Path, *parts, manifest=None, tail=ustar.END, payload=None, recipients=(CITY,), spoil=None) -> Path:
    """A package whose every outer layer is right and whose payload holds `parts` as given."""
    recips = tuple(sorted(one.receiving.key_id for one in recipients))
    own = {name: getattr(ENVELOPE, name) for name in form.Envelope.__slots__}
    head = form.Header(**own, manifest="0" * 64, signer=OFFICE.verify.key_id, recips=recips)
    entries = [entry for entry, _, _ in parts]
    totals = {entry["n"]: entry["c"] for entry in entries if entry["t"] == "r" and isinstance(entry["n"], str)}
    value = {**head.shared(), "counts": totals, "sections": entries, **(manifest or {})}
    data = canonical.dumps({name: item for name, item in value.items() if item != "drop"}) + b"\n"
    data = spoil(data) if spoil else data
    inner = []
    for name, content in [*((name, content) for _, name, content in parts), ("manifest.json", data)]:
        member = ustar.Member(name, len(content))
        inner += [member.block(), content, bytes(member.padding)]
    plain = b"".join(inner) + tail
    secret = io.BytesIO()
    keys = [pyrage.x25519.Recipient.from_str(one.receiving.recipient) for one in recipients]
    pyrage.encrypt_io(io.BytesIO(plain), secret, keys)
    head = dataclasses.replace(head, manifest=hashlib.sha256(data).hexdigest())
    return resign(path, {"header.json": head.to_bytes(), "payload.age": payload or secret.getvalue()})


LINES = b"".join(map(canonical.line, TEACHERS))


def test_the_hostile_builder_builds_what_passes(tmp_path):
    """Right parts pass, so that what the next tests refuse is refused for its one fault."""
    with read(hostile(tmp_path / "x", section("schools", b""), section("teachers", LINES), blob(b"scan"))) as opened:
        assert list(opened.records("teachers")) == TEACHERS


@pytest.mark.parametrize(
    "change",
    [
        {"n": "../x"},
        {"n": "con"},
        {"n": 7},
        {"n": ["teachers"]},
        {"t": "x"},
        {"t": True},
        {"z": 10**15},
        {"z": True},
        {"z": 2},
        {"c": -1},
        {"c": True},
        {"c": 500_001},
        {"raw": "9"},
        {"raw": 2**40},
        {"len": 2**33},
        {"h": "x" * 64},
        {"h": 7},
        {"v": 2},
        {"v": True},
        {"more": 1},
    ],
)
def test_section_entries_out_of_the_list(tmp_path, change):
    """Names come from the list of entities and numbers from their range, never from what merely looks right."""
    error = refused(hostile(tmp_path / "x", section("teachers", LINES, **change)))
    assert (error.code, error.member) == ("sections", "manifest.json")


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ([section("teachers", LINES), section("teachers", LINES)], "sections"),
        ([section("teachers", LINES), section("schools", b"")], "sections"),
        ([blob(b"scan"), section("teachers", LINES)], "sections"),
        ([blob(b"scan"), blob(b"scan")], "sections"),
        (sorted([blob(b"1"), blob(b"2")], key=lambda part: part[1], reverse=True), "sections"),
        ([blob(b"scan", z=1)], "sections"),
        ([blob(b"scan", c=1)], "sections"),
        ([blob(b"scan", raw=3)], "sections"),
        ([blob(b"scan", raw=51 << 20)], "sections"),
        ([blob(b"scan", n="0" * 64)], "sections"),
        ([(section("teachers", LINES)[0], "records/schools.jsonl.zst", b"x")], "sections"),
        ([section("teachers", LINES, len=1)], "sections"),
        ([(*section("teachers", LINES)[:2], b"")], "sections"),
        ([section("teachers", LINES, b"abcd" * 9)], "compression"),
        ([section("teachers", LINES, compress(LINES)[:-1])], "compression"),
        ([section("teachers", LINES, compress(LINES)[:-3])], "compression"),
        ([section("teachers", LINES, compress(LINES) + b"x")], "compression"),
        ([section("teachers", LINES, compress(LINES) + compress(b""))], "compression"),
        ([section("teachers", LINES, compress(LINES, write_checksum=True)[:-1] + b"x")], "compression"),
        ([section("teachers", LINES, raw=len(LINES) - 1)], "section-length"),
        ([section("teachers", LINES, raw=len(LINES) + 1)], "section-length"),
        ([section("teachers", LINES, h="0" * 64)], "section-hash"),
        ([section("teachers", LINES, c=4)], "section-count"),
        ([section("teachers", LINES, c=6)], "section-count"),
        ([section("teachers", LINES[:-1])], "line"),
        ([section("teachers", LINES[::-1])], "record"),
        ([section("teachers", LINES + b"\n")], "record"),
        ([section("teachers", b'{"id":"1","x":1.5}\n')], "record"),
        ([section("teachers", b'{"id":"1","id":"1"}\n')], "record"),
        ([section("teachers", b'{"id":"1","x":NaN}\n')], "record"),
        ([section("teachers", b'{"id":"1","x":null}\n')], "record"),
        ([section("teachers", '{"id":"1","x":"\u202e"}\n'.encode())], "record"),
        ([section("teachers", b'{"id":"1","x":"' + os.urandom(20_000).hex().encode() + b'"}\n')], "record"),
        ([section("teachers", b'{"id":"1","x":"' + os.urandom(300_000).hex().encode() + b'"}\n')], "line"),
        ([section("teachers", b'{"id":"2"}\n{"id":"1"}\n')], "record-order"),
        ([section("teachers", b'{"id":"1"}\n{"id":"1"}\n')], "record-order"),
        ([section("teachers", b'{"id":1}\n')], "record-order"),
        ([section("teachers", b'{"x":"1"}\n')], "record-order"),
        ([section("teachers", b"x" * 10_000_000)], "ratio"),
        ([section("teachers", b"x" * 10_000_000, raw=100)], "section-length"),
        ([section("teachers", LINES, compress(LINES), z=0)], "sections"),
    ],
)
def test_hostile_sections(tmp_path, parts, code):
    """Bombs, lies about lengths and counts, lines out of form or order: each is refused under its own code."""
    error = refused(hostile(tmp_path / "x", *parts))
    assert error.code == code
    assert error.member == "manifest.json" or error.member.startswith(("records/", "blobs/"))


def test_window_beyond_the_limit(tmp_path):
    """A frame that asks the reader for more than 8 MiB of window is refused before decompression."""
    options = zstandard.ZstdCompressionParameters(window_log=24)
    packer = zstandard.ZstdCompressor(compression_params=options).compressobj()
    stored = packer.compress(LINES) + packer.flush()
    assert refused(hostile(tmp_path / "x", section("teachers", LINES, stored))).code == "compression"


@pytest.mark.parametrize(
    ("manifest", "code"),
    [
        ({"sections": "drop"}, "manifest-fields"),
        ({"counts": "drop"}, "manifest-fields"),
        ({"seq": 8}, "manifest-header"),
        ({"sender": "drop"}, "manifest-header"),
        ({"recips": []}, "manifest-header"),
        ({"sections": {}}, "sections"),
        ({"sections": []}, "sections"),
        ({"sections": [1]}, "sections"),
        ({"sections": [1] * 20_101}, "sections"),
        ({"counts": {}}, "counts"),
        ({"counts": {"teachers": 4}}, "counts"),
    ],
)
def test_hostile_manifests(tmp_path, manifest, code):
    """The manifest repeats the header and lists exactly what is there."""
    error = refused(hostile(tmp_path / "x", section("teachers", LINES), manifest=manifest))
    assert (error.code, error.member) == (code, "manifest.json")


def test_manifest_bytes(tmp_path, monkeypatch):
    """A manifest out of form, with another hash or too long is refused."""
    part = section("teachers", LINES)
    assert refused(hostile(tmp_path / "x", part, spoil=lambda data: data + b" \n")).code == "canonical"
    path = hostile(tmp_path / "x", part)
    members = outer_members(path)
    head = dataclasses.replace(strict.Header.from_bytes(members["header.json"]), manifest="1" * 64)
    path = resign(tmp_path / "x", {**members, "header.json": head.to_bytes()})
    assert refused(path).code == "manifest-hash"
    monkeypatch.setattr(strict, "LIMITS", dataclasses.replace(archive.LIMITS, manifest=99))
    assert refused(path).code == "limit"


def test_totals_beyond_the_limits(tmp_path, monkeypatch):
    """Sections that are each small enough but too many together are refused."""
    path = hostile(tmp_path / "x", section("teachers", LINES), blob(b"scan"))
    for limits in ({"records": 4}, {"blobs": 0}, {"plain": 4 + len(LINES) - 1}):
        with monkeypatch.context() as patch:
            patch.setattr(form, "LIMITS", dataclasses.replace(archive.LIMITS, **limits))
            assert refused(path).code in ("limit", "sections")


@pytest.mark.parametrize(
    ("tail", "code"),
    [
        (b"", "truncated"),
        (bytes(512), "truncated"),
        (bytes(512) + b"x" * 512, "container"),
        (bytes(1025), "container"),
        (ustar.Member("manifest.json", 9**9).block(), "truncated"),
        (ustar.Member("more", 0).block() + ustar.END, "container"),
        (b"\xff" * 512, "container"),
    ],
)
def test_payload_tails(tmp_path, tail, code):
    """The payload ends with two zero blocks after the manifest and nothing else."""
    assert refused(hostile(tmp_path / "x", section("teachers", LINES), tail=tail)).code == code


def test_padding_inside_the_payload(tmp_path):
    """The bytes between two sections are zero."""
    entry, name, stored = section("teachers", LINES)
    filled = stored + b"x" * (-len(stored) % 512)
    path = hostile(tmp_path / "x", (entry, name, filled))
    members = outer_members(path)
    plain = io.BytesIO()
    pyrage.decrypt_io(io.BytesIO(members["payload.age"]), plain, [CITY.receiving.age_identity()])
    data = plain.getvalue().replace(ustar.Member(name, len(filled)).block(), ustar.Member(name, len(stored)).block())
    secret = io.BytesIO()
    pyrage.encrypt_io(io.BytesIO(data), secret, [pyrage.x25519.Recipient.from_str(CITY.receiving.recipient)])
    error = refused(resign(tmp_path / "x", {**members, "payload.age": secret.getvalue()}))
    assert (error.code, error.member) == ("container", name)


def test_payloads_that_are_no_age_files(tmp_path):
    """No age header, fewer stanzas than recipients, a foreign key and a cut ciphertext are refused."""
    part = section("teachers", LINES)
    assert refused(hostile(tmp_path / "x", part, payload=b"no age file")).code == "recipients"
    good = outer_members(hostile(tmp_path / "x", part))["payload.age"]
    two = hostile(tmp_path / "x", part, payload=good, recipients=(CITY, OFFICE))
    assert refused(two).code == "recipients"
    foreign = outer_members(hostile(tmp_path / "x", part, recipients=(STRANGER,)))["payload.age"]
    assert refused(hostile(tmp_path / "x", part, payload=foreign)).code == "decrypt"
    assert refused(hostile(tmp_path / "x", part, payload=good[:-1])).code == "decrypt"


# --- writing on drives that fail --------------------------------------------------------------------------


def left_over(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("fault", ["open", "write", "fsync", "rename", "folder", "read back"])
def test_no_final_name_after_a_fault(tmp_path, monkeypatch, fault):
    """A fault at opening, each write, flush, rename or the read-back leaves no name and tells the reason."""
    target = tmp_path / "a.cpkg"
    error = OSError(errno.ENOSPC, "full")
    calls = {"left": 0, "made": 0}

    def failing(real, only=lambda *_: True):
        def call(*arguments, **options):
            if only(*arguments):
                calls["made"] += 1
                if calls["made"] > calls["left"]:
                    raise error
            return real(*arguments, **options)

        return call

    class Unsteady:
        def __init__(self, file):
            self.file = file
            self.write = failing(file.write)

        def __getattr__(self, name):
            return getattr(self.file, name)

    is_folder = lambda name, *_: Path(name) == tmp_path  # noqa: E731
    if fault == "write":
        real = os.fdopen

        def fdopen(*arguments):
            file = real(*arguments, buffering=0)
            return Unsteady(file)

        monkeypatch.setattr(os, "fdopen", fdopen)
    else:
        owner, name, only = {
            "open": (os, "open", lambda name, *_: str(name).endswith(".part")),
            "fsync": (os, "fsync", lambda *_: True),
            "rename": (Path, "rename", lambda *_: True),
            "folder": (os, "open", is_folder),
            "read back": (uncached, "open_uncached", lambda *_: True),
        }[fault]
        monkeypatch.setattr(owner, name, failing(getattr(owner, name), only))
    refusals = []
    while not target.exists():
        calls["made"] = 0
        try:
            write(target)
        except RefusedError as caught:
            refusals.append((caught.sentence, left_over(tmp_path)))
            calls["left"] += 1
    assert all("磁盘空间不足" in sentence and left == [] for sentence, left in refusals)
    assert len(refusals) >= {"write": 7, "fsync": 3, "open": 2}.get(fault, 1)
    assert left_over(tmp_path) == ["a.cpkg"]


def test_a_final_name_is_never_overwritten(tmp_path, package):
    """An existing file stays as it is, also one that appears while the package is written."""
    before = package.read_bytes()
    with pytest.raises(RefusedError, match="已经存在"):
        write(package)
    assert package.read_bytes() == before
    late = tmp_path / "late.cpkg"

    def rows():
        late.write_bytes(b"mine")
        yield from TEACHERS

    with pytest.raises(RefusedError, match="已经存在"):
        write(late, values={"teachers": rows()})
    assert late.read_bytes() == b"mine"
    assert not list(tmp_path.glob("~*"))


def test_what_an_interrupted_writing_left_is_replaced(tmp_path):
    """A part file of a killed attempt does not hinder the next."""
    (tmp_path / "~a.cpkg.part").write_bytes(b"half")
    write(tmp_path / "a.cpkg")
    assert left_over(tmp_path) == ["a.cpkg"]


def test_a_drive_that_returns_other_bytes_is_told(tmp_path, monkeypatch):
    """Bytes altered on the medium are noticed by the uncached read-back: the drive is called unreliable."""
    real = os.fsync

    def worn(handle):
        real(handle)
        if os.fstat(handle).st_size > 3000:
            with open(f"/proc/self/fd/{handle}", "r+b") as file:  # noqa: PTH123
                file.seek(2000)
                file.write(b"worn")

    monkeypatch.setattr(os, "fsync", worn)
    with pytest.raises(RefusedError, match="不可靠"):
        write(tmp_path / "a.cpkg")
    with pytest.raises(RefusedError, match="不可靠"):
        write(tmp_path / "b.cpkg", recipients=[CITY.receiving.recipient])
    assert left_over(tmp_path) == []


def test_errors_of_the_caller_pass_through(tmp_path):
    """A record that cannot be packed, ids out of order and a cancelled progress end the writing as they are."""

    class Cancelled(Exception):
        pass

    def cancel(done):
        raise Cancelled

    with pytest.raises(canonical.CanonicalError) as caught:
        write(tmp_path / "a.cpkg", values={"teachers": [{"id": "1", "note": "\t"}]})
    assert (caught.value.record, caught.value.field) == ("1", "note")
    with pytest.raises(ValueError, match="teachers"):
        write(tmp_path / "a.cpkg", values={"teachers": [{"id": "2"}, {"id": "1"}]})
    with pytest.raises(Cancelled):
        write(tmp_path / "a.cpkg", progress=cancel)
    with pytest.raises(PackageRefused):
        write(tmp_path / "a.cpkg", values={"con": [{"id": "1"}]})
    with pytest.raises(PackageRefused):
        write(tmp_path / "a.cpkg", envelope=dataclasses.replace(ENVELOPE, seq=0))
    assert left_over(tmp_path) == []


def test_damaged_and_missing_attachments(tmp_path):
    """An attachment whose content is not its hash, or that is gone, is named and nothing is written."""
    scan = make_blob(tmp_path, b"scan")
    scan.path.write_bytes(b"scar")
    with pytest.raises(RefusedError, match=scan.sha256):
        write(tmp_path / "a.cpkg", blobs=[scan])
    with scan.path.open("r+b") as file:
        file.truncate(archive.LIMITS.blob + 1)
    with pytest.raises(RefusedError, match="超过 50 MB"):
        write(tmp_path / "a.cpkg", blobs=[scan])
    scan.path.unlink()
    with pytest.raises(RefusedError, match="读不出"):
        write(tmp_path / "a.cpkg", blobs=[scan])
    assert left_over(tmp_path) == []


def test_packages_beyond_a_volume_are_refused(tmp_path, monkeypatch):
    """What does not fit into one file is told before the drive is full."""
    monkeypatch.setattr(seal, "LIMITS", dataclasses.replace(archive.LIMITS, volume=65_536 + 2048))
    with pytest.raises(RefusedError, match="超过一个文件的上限"):
        write(tmp_path / "a.cpkg", blobs=[make_blob(tmp_path, b"x" * 99_999)])
    assert not list(tmp_path.glob("*.cpkg*"))


def test_busy_files_are_tried_again(tmp_path, monkeypatch):
    """A virus scanner that holds the new file for a moment costs a moment; one that does not let go is told."""
    waits = []
    real = Path.rename

    def rename(path, target):
        if len(waits) < 3:
            raise PermissionError(errno.EACCES, "busy")
        return real(path, target)

    monkeypatch.setattr(drive.time, "sleep", waits.append)
    monkeypatch.setattr(Path, "rename", rename)
    write(tmp_path / "a.cpkg")
    assert waits == [0.1, 0.2, 0.4]
    monkeypatch.setattr(Path, "rename", lambda *_: (_ for _ in ()).throw(PermissionError(errno.EACCES, "busy")))
    with pytest.raises(RefusedError, match="占用"):
        write(tmp_path / "b.cpkg")


# --- copies ----------------------------------------------------------------------------------------------


def test_copies_are_compared(tmp_path, monkeypatch, package):
    """A copy to a drive is read back, an original is read twice; another content is refused and removed."""
    digest = hashlib.sha256(package.read_bytes()).hexdigest()
    assert archive.deliver(package, tmp_path / "1.cpkg") == digest
    assert archive.take_in(package, tmp_path / "2.cpkg") == digest
    assert archive.hash_uncached(tmp_path / "2.cpkg") == digest
    read_again = []

    def other(path, **_):
        read_again.append(path)
        return "0" * 64

    monkeypatch.setattr(uncached, "hash_uncached", other)
    for copy in (archive.deliver, archive.take_in):
        with pytest.raises(RefusedError, match="不可靠"):
            copy(package, tmp_path / "3.cpkg")
    assert read_again == [tmp_path / "~3.cpkg.part", package]
    with pytest.raises(UnreadableFile, match=r"^none 读不出：找不到"):
        archive.deliver(tmp_path / "none", tmp_path / "4.cpkg")
    assert not list(tmp_path.glob("[~34]*"))


def test_reading_without_cache_gives_the_same_bytes(tmp_path, monkeypatch):
    """Aligned reading returns every byte at every place, with direct access and without."""
    data = os.urandom(2 * 1024 * 1024 + 777)
    path = tmp_path / "x"
    path.write_bytes(data)
    for _ in range(2):
        with uncached.open_uncached(path) as file:
            assert file.read(10) == data[:10]
            file.seek(1024 * 1024 - 5)
            assert file.read(10) == data[1024 * 1024 - 5 : 1024 * 1024 + 5]
            file.seek(-5, io.SEEK_CUR)
            assert file.read(5) == data[1024 * 1024 : 1024 * 1024 + 5]
            assert file.seek(-7, io.SEEK_END) == len(data) - 7
            assert file.read() == data[-7:]
            file.seek(0)
            assert file.read() == data
        real = os.open

        def no_direct(name, flags, *more, real=real):
            if flags & os.O_DIRECT:
                raise OSError(errno.EINVAL, "no direct access")
            return real(name, flags, *more)

        monkeypatch.setattr(os, "open", no_direct)


def test_reasons_are_in_office_words():
    """Known faults have a sentence, unknown ones the system's."""
    assert "拔出" in disk_reason(OSError(errno.EIO, "x"))
    assert "odd" in disk_reason(OSError(errno.EDOM, "odd"))


# --- memory ----------------------------------------------------------------------------------------------


def test_large_contents_need_little_memory(tmp_path):
    """200 MB through writing, reading back and restoring take less than 64 MB of memory."""
    snapshot = tmp_path / "office.db"
    with snapshot.open("wb") as file:
        for _ in range(200):
            file.write(os.urandom(1024 * 1024))  # nothing that compression could make small
    OFFICE.save(tmp_path / "keys.json")
    tracemalloc.start()
    sealed = backup(tmp_path, snapshot)
    with archive.open_backup(sealed.path, keys=(OFFICE.receiving,), signers=signers) as opened:
        archive.extract_database(opened, tmp_path / "restored.db")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 64 * 1024 * 1024
    assert uncached.hash_uncached(tmp_path / "restored.db") == uncached.hash_uncached(snapshot)


# --- backups ---------------------------------------------------------------------------------------------


def backup(folder: Path, snapshot: Path, **change) -> archive.Sealed:
    envelope = dataclasses.replace(ENVELOPE, kind="backup", stream="backup", recipient="509999", **change)
    return archive.write_backup(
        folder / "a.cbak",
        snapshot=snapshot,
        key_file=folder / "keys.json",
        envelope=envelope,
        manifest={"user_version": 3},
        identity=OFFICE,
        recipients=[OFFICE.receiving.recipient, STRANGER.receiving.recipient],
    )


def test_backup_round_trip(tmp_path):
    """A backup gives back database and keys, also to the recovery key on paper alone."""
    snapshot = tmp_path / "office.db"
    snapshot.write_bytes(b"SQLite format 3\0" + bytes(99_999))
    OFFICE.save(tmp_path / "keys.json")
    sealed = backup(tmp_path, snapshot)
    with archive.open_backup(sealed.path, keys=(STRANGER.receiving,), signers=signers) as opened:
        assert opened.manifest["user_version"] == 3
        archive.extract_database(opened, tmp_path / "restored.db")
        assert archive.extract_identity(opened).to_bytes() == OFFICE.to_bytes()
    assert (tmp_path / "restored.db").read_bytes() == snapshot.read_bytes()
    assert (tmp_path / "restored.db").stat().st_mode & 0o777 == 0o600


def test_backup_faults(tmp_path, monkeypatch, package):
    """A package is no backup; missing files, a foreign key file and a worn drive are told."""
    with pytest.raises(PackageRefused) as caught:
        archive.open_backup(package, keys=(), signers=signers)
    assert caught.value.code == "kind"
    snapshot = tmp_path / "office.db"
    (tmp_path / "keys.json").write_bytes(b"no keys")
    with pytest.raises(RefusedError, match="读不出"):
        backup(tmp_path, snapshot)
    snapshot.write_bytes(b"data")
    sealed = backup(tmp_path, snapshot)
    with archive.open_backup(sealed.path, keys=(OFFICE.receiving,), signers=signers) as opened:
        with pytest.raises(PackageRefused, match="密钥文件"):
            archive.extract_identity(opened)
        monkeypatch.setattr(uncached, "hash_uncached", lambda _: "0")
        with pytest.raises(RefusedError, match="不可靠"):
            archive.extract_database(opened, tmp_path / "restored.db")
    assert not (tmp_path / "restored.db").exists()


def test_backup_whose_manifest_names_other_files(tmp_path):
    """A container of the kind backup without database and keys in its manifest is refused."""
    scan = make_blob(tmp_path, b"scan")
    envelope = dataclasses.replace(ENVELOPE, kind="backup", stream="backup")
    write(tmp_path / "a.cbak", values={}, blobs=[scan], envelope=envelope)
    with pytest.raises(PackageRefused) as caught:
        archive.open_backup(tmp_path / "a.cbak", keys=(OFFICE.receiving,), signers=signers)
    assert caught.value.code == "backup"


def test_snapshot_that_changes_while_it_is_sealed(tmp_path):
    """A database file that changes between hashing and packing is not sealed."""
    scan = make_blob(tmp_path, b"scan")
    scan.path.write_bytes(b"scar")
    envelope = dataclasses.replace(ENVELOPE, kind="backup", stream="backup")
    with pytest.raises(RefusedError, match="改动"):
        write(tmp_path / "a.cbak", values={}, blobs=[scan], envelope=envelope)


def test_plain_content_has_no_name(monkeypatch, tmp_path, package):
    """Plain content that does not fit into memory lies in a file without a name, gone when it is closed."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setattr(drive, "SPOOL", 10)
    write(tmp_path / "a.cpkg")
    with read(package) as opened:
        assert left_over(folder) == []
        assert list(opened.records("teachers")) == TEACHERS
    with pytest.raises(ValueError, match="closed"):
        list(opened.records("teachers"))


def test_sections_check_only_what_is_asked():
    """A span never reads beyond its part."""
    span = sections.Span(io.BytesIO(b"0123456789"), 2, 5)
    assert span.read(3) == b"234"
    assert span.read() == b"56"
    assert span.read() == b""
