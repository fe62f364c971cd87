"""What is done while it is struck (W of reliability 5.2), and what must hold afterwards, whenever that was."""

import hashlib
import os
import resource
import shutil
import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from desktop.archive import is_archive, scan
from desktop.errors import DesktopError
from desktop.models import ANNUAL, Teacher
from desktop.services import backups, copies, opening
from desktop.services.records import save
from desktop.store import Store, database_file, engine, load, migration
from desktop.store.database_file import DATABASE_NAME
from tests.builders_packages import Desk

TOLD = DesktopError
Say = Callable[[str], None]
STICK = "stick"
SCRIPTS = "migrations"


def _save(folder: Path, say: Say) -> None:
    with closing(Store.open(folder / "county")) as store:
        for number in range(5):
            with store.write("新增") as session:
                lines = [{"which": "1"}, {"which": "2", "education": "21"}]
                values = {"name": "刘𬭚", "birth_date": "1980", "mobile": f"139{number:08d}", "educations": lines}
                uid = save(session, Teacher, values)
            say(uid)


def _export(folder: Path, say: Say) -> None:
    with closing(Desk.open(folder / "county").store) as store:
        say(str(Desk(store).send(folder / STICK).path))


def _import(folder: Path, say: Say) -> None:
    with closing(Desk.open(folder / "city").store) as store:
        desk = Desk(store)
        plan = desk.merge(next(path for path in sorted((folder / STICK).iterdir()) if is_archive(path)))
        say("merged")
        say(str(desk.answer(plan, folder / STICK)))


def _backup(folder: Path, say: Say) -> None:
    with closing(Store.open(folder / "county")) as store:
        for _ in range(2):
            say(str(backups.make_backup(store, "每日")))


def _restore(folder: Path, say: Say) -> None:
    county = folder / "county"
    identity = backups.load_identity(county)
    path = copies.list_backups(county / "backups")[-1].path
    backups.restore(path, county, keys=[identity.receiving], signers=[identity.verify])
    say("restored")


def _migrate(folder: Path, say: Say) -> None:
    migration.MIGRATIONS = folder / SCRIPTS
    database_file.SCHEMA_VERSION += 1
    opening.open_store(folder / "county").close()
    say("migrated")


WORKS: dict[str, Callable[[Path, Say], None]] = {
    "save": _save,
    "export": _export,
    "import": _import,
    "backup": _backup,
    "restore": _restore,
    "migration": _migrate,
}


def prepare(order: dict[str, Any], folder: Path) -> None:
    """Make this process as weak as a control asks."""
    weak = order.get("weak", "")
    if weak == "no sync":
        os.fsync = lambda _handle: None  # type: ignore[assignment]
    elif weak == "normal":
        real = engine.set_journal

        def set_journal(connection: sqlite3.Connection) -> None:
            real(connection)
            connection.execute("PRAGMA synchronous=NORMAL")

        engine.set_journal = set_journal
    elif weak == "final name":
        from desktop.archive import drive  # noqa: PLC0415 - patched only in a control

        drive.Part.__init__ = _write_under_final_name  # type: ignore[method-assign]
    elif weak == "no tidying":
        from desktop.archive import drive  # noqa: PLC0415 - patched only in a control

        drive.Part.discard = lambda _part: None  # type: ignore[method-assign]
    assert folder.is_dir()


def _write_under_final_name(part: Any, target: Path, mode: int) -> None:
    part.path = target
    part.file = os.fdopen(os.open(target, os.O_CREAT | os.O_RDWR, mode), "w+b")


def limit_files(size: int) -> None:
    """Let no file grow beyond so many bytes, as a full disk does."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


# What must hold


def check_database(office: Path) -> None:
    """The database is whole by SQLite's own word."""
    with closing(sqlite3.connect(office / DATABASE_NAME)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def state_of(office: Path) -> str:
    """A fingerprint of all records an office holds and of what it took in from others."""
    digest = hashlib.sha256()
    with closing(Store.open(office)) as store, store.read() as session:
        for entity in ANNUAL:
            for uid, record in sorted(load(session, entity, with_deleted=True).items()):
                digest.update(repr((uid, record.revision, record.origin, record.deleted_at, record.content)).encode())
    with closing(sqlite3.connect(office / DATABASE_NAME)) as connection:
        rows = connection.execute("SELECT sender, stream, epoch, seq, manifest_hash FROM stream_states ORDER BY 1, 2")
        digest.update(repr(rows.fetchall()).encode())
    return digest.hexdigest()


def check_save(folder: Path, said: list[str], before: str) -> None:
    """F1: what was confirmed is there with lines and history, anything else wholly there or wholly absent."""
    check_database(folder / "county")
    with closing(Store.open(folder / "county")) as store, store.read() as session:
        found = load(session, Teacher)
        assert set(said) <= set(found), "an acknowledged record is lost"
        new = [uid for uid, record in found.items() if record.content["name"] == "刘𬭚"]
        assert len(new) <= len(said) + 1
        assert all(len(found[uid].content["educations"]) == 2 for uid in new)


def check_export(folder: Path, said: list[str], before: str) -> None:
    """F4: a final name stands for a whole package; what was acknowledged is there; the next export is merged."""
    check_database(folder / "county")
    with closing(Desk.open(folder / "county").store) as store, closing(Desk.open(folder / "city").store) as above:
        desk, city = Desk(store), Desk(above)
        stick = folder / STICK
        named = [path for place in (store.folder / "outbox", stick) for path in place.glob("*.cpkg")]
        assert set(said) <= {str(path) for path in named}, "an acknowledged package is lost"
        taken = [city.plan(path).header.seq for path in named]
        again = desk.send(stick)
        assert again.seq > max(taken, default=0)
        city.merge(again.path)
        assert set(desk.records(Teacher)) == set(city.records(Teacher))


def check_import(folder: Path, said: list[str], before: str) -> None:
    """F3: the database is as before or as after, and the same package is merged again to the same end."""
    check_database(folder / "city")
    now = state_of(folder / "city")
    with closing(Desk.open(folder / "city").store) as store:
        desk = Desk(store)
        package = next(path for path in sorted((folder / STICK).glob("年度*.cpkg")))
        plan = desk.merge(package)
        desk.answer(plan, folder / STICK)
        assert not {
            name: number for name, number in plan.counts().items() if number and name not in ("new", "changed", "same")
        }
        with closing(Desk.open(folder / "county").store) as below:
            assert set(Desk(below).records(Teacher)) == set(desk.records(Teacher))
    after = state_of(folder / "city")
    assert now in (before, after), "a merge is half done"
    assert not said or now == after, "an acknowledged merge is lost"
    with closing(Desk.open(folder / "county").store) as below:
        found = [each for each in scan(folder / STICK).packages if each.header.kind == "receipt"]
        for each in sorted(found, key=lambda one: one.header.seq):
            _check_receipt(Desk(below), each.path)


def _check_receipt(desk: Desk, path: Path) -> None:
    from desktop.exchange.receipts import read_receipts  # noqa: PLC0415 - only where one was written

    read_receipts(desk.store, path, identity=desk.identity)


def check_backup(folder: Path, said: list[str], before: str) -> None:
    """F5: each backup with a final name opens whole, the earlier one is still there, the acknowledged ones too."""
    check_database(folder / "county")
    identity = backups.load_identity(folder / "county")
    found = [each.path for each in copies.list_backups(folder / "county" / "backups")]
    assert len(found) >= 1
    assert set(said) <= {str(path) for path in found}, "an acknowledged backup is lost"
    newest = found[-1]
    target = folder / "restored"
    shutil.rmtree(target, ignore_errors=True)
    backups.restore(newest, target, keys=[identity.receiving], signers=[identity.verify])
    check_database(target)
    with closing(Store.open(folder / "county")) as store:
        backups.make_backup(store, "之后")


def check_restore(folder: Path, said: list[str], before: str) -> None:
    """The office stands as it was or as restored, or its old files lie in quarantine and restoring again ends it."""
    county = folder / "county"
    if not (county / DATABASE_NAME).exists() or not (county / backups.KEYS_NAME).exists():
        assert not said
        kept = sorted((county / "quarantine").rglob(DATABASE_NAME)) + sorted(county.glob(f".*/{DATABASE_NAME}"))
        assert kept
        check_database(kept[0].parent)
    else:
        check_database(county)
    keys = [backups.load_identity(folder / "spare")]
    path = copies.list_backups(county / "backups")[-1].path
    backups.restore(path, county, keys=[keys[0].receiving], signers=[keys[0].verify])
    check_database(county)


def check_migration(folder: Path, said: list[str], before: str) -> None:
    """F6: the file is the old schema or the new one, whole, with all its people; a backup stands from before."""
    county = folder / "county"
    check_database(county)
    with closing(sqlite3.connect(county / DATABASE_NAME)) as connection:
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        people = connection.execute("SELECT count(*) FROM teachers").fetchone()[0]
    assert people == int(before)
    assert version - database_file.SCHEMA_VERSION in (0, 1)
    assert not said or version == database_file.SCHEMA_VERSION + 1, "an acknowledged migration is lost"
    if version > database_file.SCHEMA_VERSION:
        assert [each for each in copies.list_backups(county / "backups") if each.why == backups.BEFORE_MIGRATION]


CHECKS: dict[str, Callable[[Path, list[str], str], None]] = {
    "save": check_save,
    "export": check_export,
    "import": check_import,
    "backup": check_backup,
    "restore": check_restore,
    "migration": check_migration,
}
