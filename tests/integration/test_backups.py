"""Backups: read back, rotated by number, kept before what may go wrong, restored without overwriting."""

import os
import sqlite3
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path

import pytest

from desktop import cli
from desktop.errors import DatabaseError, PackageRefused, RefusedError, UnreadableFile
from desktop.models import Teacher
from desktop.queries.contents import contents_hash
from desktop.sample import SPREADSHEETS
from desktop.services import records
from desktop.services.backups import KEYS_NAME, RECOVERY_NAME, make_backup, read_keys, restore
from desktop.services.copies import Backup, kept, list_backups, thin_out
from desktop.services.offices import create_office
from desktop.services.opening import open_store
from desktop.store.database import Store
from desktop.store.database_file import DATABASE_NAME


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
    return restore(path, to, keys=[key for key, _ in read], signers=[signer for _, signer in read]).aside


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
    with pytest.raises(PackageRefused, match=r"^备份“.*cbak”的正文已损坏或被改动，没有恢复任何内容"):
        bring_back(path, tmp_path / "new", [office.folder / KEYS_NAME])
    assert not (tmp_path / "new" / DATABASE_NAME).exists()


def test_a_strange_key_opens_nothing(office, tmp_path):
    """Another office's keys are told, and nothing is restored."""
    path = make_backup(office, "手工备份", to=tmp_path / "stick")
    other = create_office(tmp_path / "other", name="云山县教育局", code="509998", rank="county")
    other.close()
    with pytest.raises(RefusedError, match="手头的密钥打不开"):
        bring_back(path, tmp_path / "new", [tmp_path / "other" / KEYS_NAME])
    assert not (tmp_path / "new").exists()


def test_nothing_is_left_beside_a_restored_office(office, tmp_path):
    """Database and keys, both for their owner's eyes, and no log of the database that was prepared."""
    path = make_backup(office, "手工备份", to=tmp_path / "stick")
    bring_back(path, tmp_path / "new", [office.folder / KEYS_NAME])
    assert sorted(each.name for each in (tmp_path / "new").iterdir()) == [KEYS_NAME, DATABASE_NAME]
    assert (tmp_path / "new" / KEYS_NAME).stat().st_mode & 0o777 == 0o600 or os.name == "nt"
    assert (tmp_path / "new" / KEYS_NAME).read_bytes() == (office.folder / KEYS_NAME).read_bytes()


def test_keys_that_lie_alone_in_the_folder_are_not_those_of_the_office(office, tmp_path):
    """Keys and recovery key of another office make way; the office's own recovery key stays."""
    path = make_backup(office, "手工备份", to=tmp_path / "stick")
    create_office(tmp_path / "other", name="云山县教育局", code="509998", rank="county").close()
    (tmp_path / "other" / DATABASE_NAME).unlink()
    aside = bring_back(path, tmp_path / "other", [office.folder / KEYS_NAME])
    assert {each.name for each in aside.iterdir()} == {KEYS_NAME, RECOVERY_NAME}
    assert (tmp_path / "other" / KEYS_NAME).read_bytes() == (office.folder / KEYS_NAME).read_bytes()
    (tmp_path / "other" / RECOVERY_NAME).write_bytes((office.folder / RECOVERY_NAME).read_bytes())
    bring_back(path, tmp_path / "other", [office.folder / RECOVERY_NAME])
    assert (tmp_path / "other" / RECOVERY_NAME).exists()


def test_the_backup_that_was_chosen_outlives_its_restore(office, monkeypatch, tmp_path):
    """The oldest that rotation keeps is restored over its own office: neither it nor what stood there is lost."""
    monkeypatch.setenv("COUNTY_DESK_SETTINGS", str(tmp_path / "settings"))
    paths = [make_backup(office, "退出时") for _ in range(10)]
    office.close()
    assert cli.run(["restore", str(paths[0]), "--to", str(office.folder)]) == 0
    assert [backup.why for backup in list_backups(office.folder / "backups")] == ["退出时"] * 10 + ["恢复前"]
    assert (office.folder / "quarantine" / "1" / DATABASE_NAME).is_file()


def test_an_open_office_is_not_replaced(office, tmp_path):
    """A restore over an office that a window has open is refused, and what the window saves next is kept."""
    path = make_backup(office, "手工备份", to=tmp_path / "stick")
    with pytest.raises(DatabaseError, match="正开着，没有改动"):
        bring_back(path, office.folder, [office.folder / KEYS_NAME])
    with office.write("新增教师") as session:
        records.save(session, Teacher, {"name": "王芳", "birth_date": "1981-06"})
    again = Store.open(office.folder)
    assert content(again) == content(office)
    again.close()
    assert not (office.folder / "quarantine").exists()


def test_a_window_from_before_a_restore_writes_nothing(office, tmp_path):
    """Whoever opened the office but had not written yet is told to open it anew."""
    path = make_backup(office, "手工备份", to=tmp_path / "stick")
    office.close()
    window = Store(office.folder)
    bring_back(path, office.folder, [office.folder / KEYS_NAME])
    with pytest.raises(DatabaseError, match="刚刚从备份恢复过"), window.write("新增教师"):
        pass
    with pytest.raises(DatabaseError, match="刚刚从备份恢复过"), window.local():
        pass
    window.close()


def _in_small_files(most: int, *words: str, settings: Path) -> subprocess.CompletedProcess[str]:
    """Run a command whose files may not grow beyond `most` bytes, as on a full disk."""
    code = "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]),) * 2); "
    code += "from desktop import cli; sys.exit(cli.run(sys.argv[2:]))"
    environment = {**os.environ, "COUNTY_DESK_SETTINGS": str(settings)}
    return subprocess.run(
        [sys.executable, "-c", code, str(most), *words], env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.skipif(os.name == "nt", reason="Windows limits no file sizes")
@pytest.mark.parametrize("most", [1 << 10, 1 << 14, 1 << 16, 1 << 18])
def test_an_office_that_finds_no_room_is_not_made(tmp_path, most):
    """A disk that takes no more ends `new-office` in one sentence and leaves no half office."""
    words = ("new-office", str(tmp_path / "new"), "--name", "云岭县教委", "--code", "509999", "--level", "county")
    done = _in_small_files(most, *words, settings=tmp_path / "settings")
    assert done.returncode == 2
    assert "磁盘" in done.stderr
    assert "程序出错" not in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "new").exists()


@pytest.mark.skipif(os.name == "nt", reason="Windows limits no file sizes")
def test_a_full_disk_ends_an_import_in_a_sentence(office, tmp_path):
    """Where the backup before an import finds no room nothing is imported, and the sentence says so."""
    office.close()
    before = content(Store(office.folder))
    size = (office.folder / DATABASE_NAME).stat().st_size
    sheet = next(SPREADSHEETS.glob("*.xlsx"))
    words = ("import", str(sheet), "--as", "roster", "--office", str(office.folder))
    done = _in_small_files(size - 4096, *words, settings=tmp_path / "settings")
    assert done.returncode == 2
    assert "磁盘" in done.stderr
    assert "程序出错" not in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert content(Store(office.folder)) == before


@pytest.mark.parametrize("broken", ["nothing", "text", "package"])
def test_what_is_no_backup_is_told(office, tmp_path, broken):
    """A file of another kind is refused in a sentence, and the folder is not made."""
    path = tmp_path / "x.cbak"
    path.write_bytes({"nothing": b"", "text": b"x" * 5000, "package": bytes(2048)}[broken])
    with pytest.raises(UnreadableFile, match="不是本程序的备份文件"):
        bring_back(path, tmp_path / "new", [office.folder / KEYS_NAME])
    assert not (tmp_path / "new").exists()


def test_a_file_in_place_of_the_folder_is_told(office, tmp_path):
    """Neither a backup nor a restore goes into a file."""
    path = make_backup(office, "手工备份", to=tmp_path / "stick")
    (tmp_path / "file").touch()
    with pytest.raises(RefusedError, match="是文件，不是文件夹"):
        make_backup(office, "手工备份", to=tmp_path / "file")
    with pytest.raises(RefusedError, match="是文件，不是文件夹"):
        bring_back(path, tmp_path / "file", [office.folder / KEYS_NAME])


def test_what_a_killed_backup_left_is_removed(office):
    """A copy of the database that has lain for two hours goes with the next backup; one at work stays."""
    old, young = office.folder / ".backup-old", office.folder / ".backup-young"
    for folder in (old, young):
        folder.mkdir()
        (folder / DATABASE_NAME).write_bytes(b"x")
    os.utime(old, (time.time() - 7200,) * 2)
    make_backup(office, "退出时")
    assert (old.exists(), young.exists()) == (False, True)


def test_a_name_without_a_day_is_passed_over(office):
    """A file that only looks like a backup stops nothing."""
    make_backup(office, "退出时")
    (office.folder / "backups" / "000007_20269999_抄来的.cbak").touch()
    assert make_backup(office, "退出时").name.startswith("000002_")


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
