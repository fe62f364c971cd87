"""Receipts: the upper office's answer, read back where the package came from."""

from datetime import UTC, datetime

import pytest

from desktop.archive import Identity
from desktop.errors import PackageRefused, RefusedError
from desktop.exchange.receipts import read_receipts, refuse_package, write_receipts
from desktop.kinds import sample_citizen_id
from desktop.models import Teacher
from desktop.models.local import OutboxEntry
from desktop.queries.traffic import sent_packages
from desktop.store import Edit
from tests.builders_packages import COUNTY, forge, lines_of


def entry_of(desk, seq=1):
    with desk.store.read() as session:
        return session.query(OutboxEntry).filter_by(stream="annual/2026", seq=seq).one()


def read(desk, path):
    return read_receipts(desk.store, path, identity=desk.identity)[-1]


def test_a_receipt_comes_back(city, county, tmp_path):
    """The county reads the account of its package and notes the day; both screens show the same code."""
    written = county.send(tmp_path / "drive")
    plan = city.merge(written.path)
    path = city.answer(plan, tmp_path / "drive")
    assert path.name == "回执_509999_2026_第1次.cpkg"
    receipt = read(county, path)
    assert receipt.counts["teachers"] == plan.counts_by_entity()["teachers"]
    assert receipt.counts["teachers"]["new"] == 203
    assert (receipt.result, receipt.remarks, receipt.seq) == ("imported", (), 1)
    assert receipt.check_code == written.check_code == plan.check_code
    entry = entry_of(county)
    assert entry.state == "receipted"
    assert entry.receipted_at is not None
    assert read(county, path) == receipt
    assert entry_of(county).receipted_at == entry.receipted_at


def test_a_receipt_is_written_again(city, county, tmp_path):
    """A package merged twice is answered twice with the account of the first merge; no answer is overwritten."""
    path = county.send(tmp_path / "drive").path
    first = city.answer(city.merge(path), tmp_path / "drive")
    second = city.answer(city.merge(path), tmp_path / "drive")
    assert first != second
    assert first.exists()
    assert read(county, second).counts["teachers"]["new"] == 203
    with pytest.raises(PackageRefused) as error:
        read(county, first)
    assert error.value.code == "older"


def test_remarks_name_record_and_field(city, county, tmp_path):
    """Everything that was not taken over comes back by name with the reason, also where a name has odd signs."""
    number = sample_citizen_id("19800315", 777)
    known = {"name": "王\ue863", "id_number": number}
    city.write(Edit(Teacher, "00000000-0000-7000-8000-000000000001", None, known, origin="660000", revision=1))
    lines = lines_of(county, county.send(tmp_path / "drive").path)
    lines["teachers"][0]["gender"] = "7"
    lines["teachers"][1]["id_number"] = number
    path = forge(county, tmp_path / "drive", lines, seq=1)
    plan = city.merge(path)
    receipt_path = city.answer(plan, tmp_path / "drive")
    with pytest.raises(PackageRefused) as error:
        read(county, receipt_path)
    assert error.value.code == "receipt-package"
    with county.store.write("登记") as session:
        entry = session.query(OutboxEntry).one()
        values = {name: getattr(entry, name) for name in ("stream", "epoch", "seq", "recipient", "state")}
        session.delete(entry)
        session.flush()
        session.add(OutboxEntry(package_id=plan.header.id, manifest_hash=plan.header.manifest, **values))
    remarks = read(county, receipt_path).remarks
    told = {(remark.uid, remark.outcome, remark.field) for remark in remarks if remark.entity == "teachers"}
    assert told == {
        (lines["teachers"][0]["id"], "invalid", "gender"),
        (lines["teachers"][1]["id"], "conflict", "id_number"),
    }
    assert any("代码“7”不在代码表中" in remark.text for remark in remarks)
    assert any("“王”（单位 660000 登记）" in remark.text for remark in remarks)


def test_no_receipt_before_the_merge(city, county, tmp_path):
    """A package that was only looked at gets no receipt."""
    plan = city.plan(county.send(tmp_path / "drive").path)
    with pytest.raises(RefusedError, match="还没有完成"):
        city.answer(plan, tmp_path / "drive")


def test_only_the_upper_office_answers(city, county, tmp_path):
    """A receipt under another key is nobody's word."""
    plan = city.merge(county.send(tmp_path / "drive").path)
    (city.store.folder / "keys.json").unlink()
    Identity.create().save(city.store.folder / "keys.json")
    path = city.answer(plan, tmp_path / "drive")
    with pytest.raises(PackageRefused) as error:
        read(county, path)
    assert error.value.code == "unknown-signer"
    assert entry_of(county).state == "verified"


def test_a_receipt_is_no_package(city, county, tmp_path):
    """Files of the two kinds are not taken for each other."""
    written = county.send(tmp_path / "drive")
    path = city.answer(city.merge(written.path), tmp_path / "drive")
    with pytest.raises(PackageRefused):
        city.plan(path)
    with pytest.raises(PackageRefused) as error:
        read(county, written.path)
    assert error.value.code == "kind"
    with pytest.raises(PackageRefused, match="不是回执，不能在这里读入"):
        read(city, written.path)


@pytest.mark.parametrize("place", [0, 700, 1900, 3000, -600])
def test_an_altered_receipt_is_refused(city, county, tmp_path, place):
    """One altered byte is told with its member, and nothing is noted."""
    path = city.answer(city.merge(county.send(tmp_path / "drive").path), tmp_path / "drive")
    data = bytearray(path.read_bytes())
    data[place] ^= 4
    path.write_bytes(data)
    with pytest.raises(PackageRefused) as error:
        read(county, path)
    assert error.value.member
    assert entry_of(county).receipted_at is None


def test_a_pulled_drive_leaves_no_receipt(city, county, tmp_path, monkeypatch):
    """The drive is looked at first, and what fails on it is told in a sentence."""
    plan = city.merge(county.send(tmp_path / "drive").path)

    def fail(*_):
        raise OSError(19, "No such device")

    with monkeypatch.context() as patch:
        patch.setattr("desktop.archive.drive.os.fsync", fail)
        with pytest.raises(RefusedError, match="磁盘已被拔出"):
            city.answer(plan, tmp_path / "drive")
    assert [path for path in (tmp_path / "drive").iterdir() if path.name.startswith("回执")] == []
    assert f"回执_{COUNTY}" in city.answer(plan, tmp_path / "drive").name


def test_answer_to_a_later_package_ends_the_wait_for_earlier_ones(city, county, tmp_path):
    """The second package holds all of the first: once it is answered, nobody waits for an answer to the first."""
    county.send(tmp_path / "drive")
    answer = city.answer(city.merge(county.send(tmp_path / "drive").path), tmp_path / "drive")
    now = datetime.now(UTC)

    def waiting():
        with county.store.read() as session:
            return [
                (each.seq, each.replaced_by) for each in sent_packages(session) if each.days_waiting(now) is not None
            ]

    assert waiting() == [(2, 0), (1, 0)]
    read_receipts(county.store, answer, identity=county.identity)
    assert waiting() == []


def test_a_package_is_sent_back_as_a_whole(city, county, tmp_path):
    """Refused with a reason: nothing is merged, the sender reads why, and the corrected package is taken and counts."""
    written = county.send(tmp_path / "drive")
    plan = city.plan(written.path)
    with pytest.raises(RefusedError, match="退回要写明原因"):
        refuse_package(city.store, plan, " ", "李主任")
    refuse_package(city.store, plan, "缺校级骨干，请补全后重报", "李主任")
    assert city.records(Teacher) == {}
    words = {"year": 2026, "folder": tmp_path / "drive", "identity": city.identity}
    [answer] = read_receipts(county.store, write_receipts(city.store, county.card, **words), identity=county.identity)
    assert (answer.result, answer.reason) == ("refused", "缺校级骨干，请补全后重报")
    with county.store.read() as session:
        [sent] = sent_packages(session, kind="annual")
    assert (sent.state, sent.answer["reason"]) == ("verified", "缺校级骨干，请补全后重报")
    merged = city.merge(county.send(tmp_path / "drive").path)
    answers = read_receipts(county.store, city.answer(merged, tmp_path / "drive"), identity=county.identity)
    assert [(each.seq, each.result) for each in answers] == [(1, "refused"), (2, "imported")]
    with pytest.raises(RefusedError, match="已经完成，不能再退回"):
        refuse_package(city.store, merged, "晚了", "李主任")
