"""Writing a package: what goes in, how it gets onto the drive, and what the reader refuses."""

import re
import shutil

import pytest

from desktop.archive import Identity
from desktop.errors import DesktopError, PackageRefused, RefusedError
from desktop.exchange.keys import read_card
from desktop.exchange.look import show_package
from desktop.exchange.record_lines import RESERVED, LinkedRecords, pack_record, shape_of, unpack_record, value_problems
from desktop.models import ANNUAL, BY_PLURAL, Appointment, Employment, Teacher
from desktop.models.base import trimmed
from desktop.models.local import OutboxEntry
from desktop.store import Edit, Stored
from tests.builders import sample_content
from tests.builders_packages import COUNTY, Desk, lines_of

LINKS = {plural: ["00000000-0000-7000-8000-000000000009"] for plural in BY_PLURAL}
FILE_NAME = "年度上报_509999_2026_第1次_共1卷第1卷.cpkg"


def outbox_of(desk: Desk) -> list[tuple[int, str]]:
    with desk.store.read() as session:
        return sorted((row.seq, row.state) for row in session.query(OutboxEntry))


def test_a_package_holds_what_the_office_wrote(county, tmp_path):
    """Every record of the branch is in the package, with its card beside it; shipped and local records are not."""
    written = county.send(tmp_path / "drive")
    assert written.path.name == FILE_NAME
    assert written.counts["teachers"] == written.counts["appointments"] == 203
    assert written.counts["schools"] == 12
    assert "policies" not in written.counts
    assert "operators" not in written.counts
    assert read_card(written.card_path) == county.card
    assert re.fullmatch(r"\d{4} \d{4} \d{4}", written.check_code)
    lines = lines_of(county, written.path)
    known = county.records(Teacher)
    assert {line["id"]: line["name"] for line in lines["teachers"]} == {
        uid: each.content["name"] for uid, each in known.items()
    }
    assert outbox_of(county) == [(1, "verified")]
    assert sorted(path.name for path in (county.store.folder / "outbox").iterdir()) == [FILE_NAME]


def test_links_are_readable(county, tmp_path):
    """A link carries the uid and the natural key of the record it points to."""
    lines = lines_of(county, county.send(tmp_path / "drive").path)
    teachers = {line["id"]: line for line in lines["teachers"]}
    for line in lines["appointments"]:
        teacher = teachers[line["teacher"]["uid"]]
        assert line["teacher"]["key"] == {"id_number": teacher["id_number"]}
        assert line["cohort"]["key"].keys() == {"tier", "doc_no"}


def test_a_deleted_record_leaves_nothing_personal(county, tmp_path):
    """A tombstone is id, revision, origin and the mark, nothing else."""
    uid = next(iter(county.records(Teacher)))
    county.delete(Teacher, uid)
    lines = lines_of(county, county.send(tmp_path / "drive").path)
    assert next(line for line in lines["teachers"] if line["id"] == uid) == {
        "id": uid,
        "rev": 2,
        "origin": COUNTY,
        "deleted": True,
    }


def test_records_of_foreign_branches_are_not_sent(county, tmp_path):
    """What another office wrote is held here but belongs into its own package."""
    record = next(iter(county.records(Teacher).values()))
    content = {**record.content, "id_number": "11010119800307109X"}
    county.write(Edit(Teacher, "00000000-0000-7000-8000-000000000001", None, content, origin="660000", revision=4))
    assert county.send(tmp_path / "drive").counts["teachers"] == 203


def test_numbers_rise_and_nothing_is_overwritten(county, tmp_path):
    """Each package has its own number and file, the card is laid down once, and each names the one before."""
    first, second = county.send(tmp_path / "drive"), county.send(tmp_path / "drive")
    assert (first.seq, second.seq) == (1, 2)
    assert first.path.exists()
    assert len(list((tmp_path / "drive").iterdir())) == 3
    shown = show_package(county.store, second.path, identity=county.identity)
    assert shown.manifest["prev"] == first.header.manifest
    assert shown.manifest["heads"]["sent"]["annual/2026"] == [county.store.epoch, 1, first.header.manifest]


def test_another_card_of_the_office_lies_beside_the_first(county, tmp_path):
    """A card already on the drive is never overwritten, even when it is an older one of the same office."""
    first = county.send(tmp_path / "drive")
    county.store.renew_epoch()
    second = county.send(tmp_path / "drive")
    assert first.card_path != second.card_path
    assert read_card(second.card_path).epoch == county.store.epoch


def test_without_the_card_of_the_upper_office_nothing_is_written(county, tmp_path):
    """Nothing leaves unencrypted: without a key to encrypt to, the sentence says how to get one."""
    with pytest.raises(RefusedError, match="密钥卡文件"):
        county.send(tmp_path / "drive", parent_card=None)
    assert outbox_of(county) == []


def test_a_missing_drive_uses_up_no_number(county, tmp_path):
    """The drive is looked at before a number is given out."""
    (tmp_path / "drive").write_text("not a folder")
    with pytest.raises(RefusedError, match="没有找到文件夹"):
        county.send(tmp_path / "drive")
    assert outbox_of(county) == []


@pytest.mark.parametrize("step", ["desktop.archive.uncached.hash_uncached", "desktop.archive.drive.os.fsync"])
def test_a_failing_drive_leaves_nothing(county, tmp_path, monkeypatch, step):
    """Whatever the drive does, a name on it stands for a whole package; the next attempt has the next number."""

    def fail(*_: object, **__: object) -> None:
        raise OSError(5, "Input/output error")

    (tmp_path / "drive").mkdir()
    with monkeypatch.context() as patch:
        patch.setattr(step, fail)
        with pytest.raises(RefusedError, match="没有写成"):
            county.send(tmp_path / "drive")
    assert list((tmp_path / "drive").iterdir()) == []
    assert [path.name for path in (county.store.folder / "outbox").iterdir() if path.suffix != ".cpkg"] == []
    assert county.send(tmp_path / "drive").seq == 2


def test_a_worn_drive_is_told(county, tmp_path, monkeypatch):
    """When the copy reads back other bytes than were written, it gets no name."""
    (tmp_path / "drive").mkdir()
    monkeypatch.setattr("desktop.archive.uncached.hash_uncached", lambda *_, **__: "0" * 64)
    with pytest.raises(RefusedError, match="不可靠"):
        county.send(tmp_path / "drive")
    assert list((tmp_path / "drive").iterdir()) == []


def test_texts_that_cannot_be_sent_are_all_named(county, tmp_path):
    """One sentence names every record, field and character; no number is used up and no file stays."""
    first, second = sorted(county.records(Teacher).values(), key=lambda each: each.uid)[:2]
    county.change(Teacher, first.uid, name="王\ue863")
    county.change(Teacher, second.uid, extras={"columns": {"备注": "一\t二"}})
    with pytest.raises(RefusedError) as error:
        county.send(tmp_path / "drive")
    assert "有 2 处" in error.value.sentence
    assert "教师“王\ue863”的姓名含有不能传送的字符 U+E863" in error.value.sentence
    assert f"教师“{second.content['name']}”的附加栏目含有不能传送的字符 U+0009" in error.value.sentence
    assert outbox_of(county) == []
    assert list((tmp_path / "drive").iterdir()) == []
    assert list((county.store.folder / "outbox").iterdir()) == []


def test_an_office_sends_the_same_records_whatever_the_order(county, tmp_path):
    """Two packages of one state have the same sections, byte for byte."""
    lines = [lines_of(county, county.send(tmp_path / "drive").path) for _ in range(2)]
    assert lines[0] == lines[1]


# Reading


def test_show_tells_what_the_keys_here_reach(city, county, tmp_path):
    """Header and signature are told without a key; counts only to sender and recipient; nothing is written."""
    written = county.send(tmp_path / "drive")
    for desk in (city, county):
        shown = show_package(desk.store, written.path, identity=desk.identity)
        assert shown.counts == written.counts
        assert shown.as_json()["check_code"] == written.check_code
        assert shown.key_confirmed
    closed = show_package(city.store, written.path, identity=Identity.create())
    assert (closed.counts, closed.header.seq) == ({}, 1)
    assert not closed.as_json()["opened"]


def test_wrong_recipient(city, county, tmp_path):
    """An office whose key does not open the package is told whom it is for."""
    path = county.send(tmp_path / "drive").path
    stranger = Desk(city.store)
    shutil.copy(county.store.folder / "keys.json", tmp_path / "keys.json")
    (city.store.folder / "keys.json").unlink()
    Identity.create().save(city.store.folder / "keys.json")
    with pytest.raises(PackageRefused) as error:
        stranger.plan(path)
    assert error.value.code == "not-for-us"
    assert "509900" in error.value.sentence


def test_one_altered_byte_is_refused_with_its_member(city, county, tmp_path):
    """Each altered byte is refused and the part named; the unaltered file between every ten is accepted."""
    path = county.send(tmp_path / "drive").path
    data = path.read_bytes()
    header = data.index(b"age-encryption.org/v1")
    tail = len(data) - 4608
    places = [*range(0, header + 512, 11), *range(header + 512, tail, 997), *range(tail, len(data), 23)]
    altered = bytearray(data)
    target = path.with_name("altered.cpkg")
    for number, place in enumerate(places):
        altered[place] ^= 1 << number % 8
        target.write_bytes(altered)
        with pytest.raises(PackageRefused) as error:
            show_package(city.store, target, identity=city.identity)
        assert error.value.member, place
        altered[place] = data[place]
        if number % 10 == 9:
            target.write_bytes(altered)
            assert show_package(city.store, target, identity=city.identity).counts["teachers"] == 203
    assert len(places) > 150


@pytest.mark.parametrize("place", [0, 600, 2000, 9000, -700])
def test_an_altered_package_is_not_merged(city, county, tmp_path, place):
    """The same through the door of the merge, which leaves nothing in quarantine."""
    path = county.send(tmp_path / "drive").path
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)
    with pytest.raises(PackageRefused) as error:
        city.plan(path)
    assert error.value.member
    assert list(city.store.folder.glob("inbox/*")) == []


def test_a_drive_that_reads_differently_twice_is_told(city, county, tmp_path, monkeypatch):
    """The original is read again past the cache; two hashes mean a bad drive, not a bad package."""
    path = county.send(tmp_path / "drive").path
    hashes = iter(["0" * 64])
    monkeypatch.setattr("desktop.archive.uncached.hash_uncached", lambda *_, **__: next(hashes))
    with pytest.raises(RefusedError, match="不可靠"):
        city.plan(path)


# Record lines


@pytest.mark.parametrize("entity", ANNUAL, ids=lambda entity: entity.plural)
def test_every_field_survives_a_line(entity):
    """Packing and unpacking gives back the content of a record in which every field has a value."""
    shape = shape_of(entity)
    assert not RESERVED & {*shape.fields, *shape.children}
    for number in range(7):
        content = sample_content(entity, number, LINKS)
        record = Stored("u1", COUNTY, 3, "", "", None, dict(content))
        line = pack_record(entity, LinkedRecords(), record)
        found = unpack_record(entity, dict(sorted(line.items())))
        assert trimmed(entity, found.content) == content
        assert (found.uid, found.origin, found.revision, found.problems) == ("u1", COUNTY, 3, [])


def test_what_a_newer_program_sent_is_sent_on():
    """Unknown fields of the record and of its lines are kept and come out where they went in."""
    line = {
        "id": "u1",
        "rev": 1,
        "origin": COUNTY,
        "name": "王芳",
        "birth_date": "1980",
        "shoe_size": 42,
        "hobbies": ["围棋"],
        "educations": [{"which": "1", "rank": 3}, {"which": "2"}],
        "extras": {"columns": {"宿舍": "3-201"}},
    }
    found = unpack_record(Teacher, line)
    assert found.problems == value_problems(Teacher, found.content) == []
    assert found.content["educations"] == [{"which": "1"}, {"which": "2"}]
    record = Stored("u1", COUNTY, 1, "", "", None, trimmed(Teacher, found.content))
    assert pack_record(Teacher, LinkedRecords(), record) == line


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("gender", "7", "代码“7”不在代码表中"),
        ("birth_date", "1980-13", "1980-13"),
        ("birth_date", "1980年3月", "不是规范的日期"),
        ("is_class_teacher", True, "不是规定的整数"),
        ("is_class_teacher", 2, "应为 1 或 0"),
        ("name", 5, "不是规定的文字"),
        ("name", ["王"], "不是规定的文字"),
        ("retirement_override", "20300101", "不是规范的日期"),
        ("id_number", "509999198003150000", "身份证号码“509999198003150000”"),
        ("educations", "本科", "不是规定的列表"),
        ("educations", [{"which": "9"}], "第 1 行类别：代码“9”不在代码表中"),
    ],
)
def test_values_that_no_kind_packs_are_problems(field, value, told):
    """Every value of a package is checked by its kind and by the rules of the record."""
    content = {"name": "王芳", "birth_date": "1980", field: value}
    [problem] = value_problems(Teacher, content)
    assert told in problem.text


def test_days_to_come_are_taken_from_a_package():
    """What this computer's clock holds for the future its sender did not: no record is lost to a wrong clock."""
    content = {"name": "王芳", "birth_date": "2099-05", "work_start_month": "2099-09"}
    assert value_problems(Teacher, content) == []


@pytest.mark.parametrize(
    ("entity", "values"),
    [
        (Teacher, {"rev": 0}),
        (Teacher, {"rev": "1"}),
        (Teacher, {"rev": True}),
        (Teacher, {"origin": ""}),
        (Teacher, {"deleted": True}),
        (Teacher, {"deleted": 1}),
        (Teacher, {"extras": []}),
        (Employment, {"teacher": "u2"}),
        (Appointment, {"teacher": {"uid": 5}}),
    ],
)
def test_lines_of_another_form_are_problems(entity, values):
    """A line that says something strange of itself is told, never a crash."""
    line = {"id": "u1", "rev": 1, "origin": COUNTY, "name": "王芳", **values}
    assert unpack_record(entity, line).problems


def test_every_refusal_is_a_sentence(city, tmp_path):
    """A file that is no package at all ends in one sentence."""
    path = tmp_path / "x.cpkg"
    path.write_bytes(b"PK\x03\x04" * 1000)
    with pytest.raises(DesktopError, match="。"):
        city.plan(path)
