"""Backups: read back, rotated by number, kept before what may go wrong, restored without overwriting."""

import sqlite3
from datetime import date, timedelta
from pathlib import Path

import pytest

from desktop.errors import PackageRefused
from desktop.models import Teacher
from desktop.queries.contents import contents_hash
from desktop.services import records
from desktop.services.backups import (
    KEYS_NAME,
    RECOVERY_NAME,
    Backup,
    kept,
    list_backups,
    make_backup,
    open_store,
    read_keys,
    restore,
    thin_out,
)
from desktop.services.offices import create_office
from desktop.store.database import DATABASE_NAME, Store


@pytest.fixture
def office(tmp_path):
    """An office with one teacher."""
    store = create_office(tmp_path / "office", name="云岭县教育委员会", code="509999", rank="county")
    with store.write("新增教师") as session:
        records.save(session, Teacher, {"name": "李𠮷祥", "birth_date": "1980-06"})
    yield store
    store.close()


def content(store: Store) -> str:
    """The hash of all content."""
    with store.read() as session:
        return contents_hash(session)


def bring_back(path: Path, to: Path, keys: list[Path]) -> Path | None:
    """Restore with the keys in some files."""
    read = list(read_keys(keys))
    return restore(path, to, keys=[key for key, _ in read], signers=[signer for _, signer in read])


@pytest.mark.parametrize("key", [KEYS_NAME, RECOVERY_NAME])
def test_a_backup_comes_back_whole(office, tmp_path, key):
    """Restored with the office's keys or with the recovery key alone, the content is the same and the epoch new."""
    path = make_backup(office, "手工备份", to=tmp_path / "stick")
    before = content(office)
    assert bring_back(path, tmp_path / "new", [office.folder / key]) is None
    restored = Store.open(tmp_path / "new")
    assert content(restored) == before
    assert restored.epoch != office.epoch
    restored.close()


def test_what_stood_there_is_moved_away(office, tmp_path):
    """A restore over an office moves its database and keys into quarantine and deletes nothing."""
    path = make_backup(office, "手工备份", to=tmp_path / "stick")
    other = create_office(tmp_path / "other", name="云山县教育局", code="509998", rank="county")
    other.close()
    aside = bring_back(path, tmp_path / "other", [office.folder / KEYS_NAME])
    assert aside is not None
    assert {each.name for each in aside.iterdir()} >= {DATABASE_NAME, KEYS_NAME}
    restored = Store.open(tmp_path / "other")
    assert restored.office_code == "509999"
    restored.close()


def test_a_damaged_backup_is_refused(office, tmp_path):
    """One altered byte, and nothing is restored."""
    path = make_backup(office, "手工备份", to=tmp_path / "stick")
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(PackageRefused):
        bring_back(path, tmp_path / "new", [office.folder / KEYS_NAME])
    assert not (tmp_path / "new" / DATABASE_NAME).exists()


def test_a_strange_key_opens_nothing(office, tmp_path):
    """Another office's keys are told, and nothing is restored."""
    path = make_backup(office, "手工备份", to=tmp_path / "stick")
    other = create_office(tmp_path / "other", name="云山县教育局", code="509998", rank="county")
    other.close()
    with pytest.raises(PackageRefused):
        bring_back(path, tmp_path / "new", [tmp_path / "other" / KEYS_NAME])


def test_an_older_database_is_backed_up_before_migration(office):
    """Opening a database of an older schema leaves a backup named for it."""
    folder = office.folder
    office.close()
    with sqlite3.connect(folder / DATABASE_NAME) as connection:
        connection.execute("PRAGMA user_version=0")
    connection.close()
    open_store(folder).close()
    assert [backup.why for backup in list_backups(folder / "backups")] == ["升级前"]


def backup(number: int, day: date, why: str = "退出时") -> Backup:
    """A backup that is only a name."""
    return Backup(number, day, why, Path(f"{number}.cbak"))


def test_rotation_keeps_by_number_first():
    """The ten newest stay whatever the clock said; then one for each of so many days, weeks and months."""
    start = date(2026, 1, 1)
    daily = [backup(number, start + timedelta(days=number)) for number in range(1, 301)]
    numbers = [each.number for each in kept(daily)]
    assert numbers[-14:] == list(range(287, 301))
    assert len(numbers) < 40
    wrong_clock = [*daily, *(backup(number, date(2000, 1, 1)) for number in range(301, 312))]
    assert {each.number for each in kept(wrong_clock)} >= set(range(302, 312))


def test_backups_before_something_stay_ninety_days():
    """What was made before an import stays for 90 days although many newer ones exist."""
    start = date(2026, 1, 1)
    some = [backup(1, start, "导入前"), backup(2, start, "退出时")]
    many = [backup(number, start + timedelta(days=60)) for number in range(3, 40)]
    assert {1} <= {each.number for each in kept([*some, *many])}
    late = [backup(number, start + timedelta(days=95 + number)) for number in range(3, 200)]
    assert 1 not in {each.number for each in kept([*some, *late])}


def test_never_fewer_than_three(office):
    """However little room there is, the three newest stay."""
    for _ in range(5):
        make_backup(office, "退出时")
    gone = thin_out(list_backups(office.folder / "backups"), room=0)
    assert len(gone) == 2
    assert [each.number for each in list_backups(office.folder / "backups")] == [3, 4, 5]
