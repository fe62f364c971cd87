"""Backups: sealed, read back, rotated by number and change; and restoring one without overwriting anything."""

import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from uuid_utils import uuid7

from desktop import __version__
from desktop.archive import (
    LIMITS,
    Header,
    Identity,
    Opened,
    PublicCard,
    ReceivingKey,
    VerifyingKey,
    extract_database,
    extract_identity,
    is_archive,
    open_backup,
    write_backup,
)
from desktop.archive.form import Envelope
from desktop.archive.parts import HEADER, called
from desktop.archive.ustar import expect_member, read_content
from desktop.errors import PackageRefused, RefusedError, UnreadableFile, disk_reason
from desktop.queries.contents import count_records
from desktop.services.attachments import FOLDER, bring_back, collect_unnamed, copy_out, drop_sealed, note_named
from desktop.services.copies import BACKUPS_NAME, is_outside, list_backups, note_outside, thin_out
from desktop.store.database import Store
from desktop.store.database_file import (
    DATABASE_NAME,
    check_file,
    copy_database,
    is_older,
    migrate,
    refuse_if_open,
    set_aside,
    sync_folder,
)

KEYS_NAME: Final = "keys.json"
RECOVERY_NAME: Final = "recovery.key"
"""The private key that belongs on paper: opens backups when the computer is gone."""

BEFORE_MIGRATION: Final = "升级前"
_DISK_SHARE: Final = 20
"""Backups take at most so many hundredths of the disk."""

_SCRATCH, _STAGE = ".backup-", ".restore-"
_ABANDONED_SECONDS: Final = 3600
"""A copy of the database that has lain so long was left by a program that was killed in the middle of a backup."""

_OTHER_KEYS: Final = ("unknown-signer", "not-for-us")
"""What the reader says of a whole backup for which these keys are the wrong ones."""


def make_keys(folder: Path) -> tuple[Identity, ReceivingKey]:
    """The keys of a new office, and its recovery key, in files that only their owner may read."""
    identity, recovery = Identity.create(), ReceivingKey.create()
    identity.save(folder / KEYS_NAME)
    path = folder / RECOVERY_NAME
    path.touch(mode=0o600)
    path.write_text(f"{recovery.secret}\n{identity.verify.text}\n", encoding="ascii")
    return identity, recovery


def load_identity(folder: Path) -> Identity:
    """The keys of an office. Raises UnreadableFile."""
    return Identity.load(folder / KEYS_NAME)


def make_backup(store: Store, why: str, *, to: Path | None = None) -> Path:
    """Seal a snapshot of the database, read it back, and thin out the office's own folder: older backups, lost photos.

    `why` stands in the name (导入前, 退出时). Raises RefusedError if it cannot be written; nothing is thinned then.
    """
    with store.read() as session:
        counts = count_records(session)
    path = _back_up(store.folder, store.settings, why, counts=counts, to=to)
    if to is None:
        collect_unnamed(store, [each.path for each in list_backups(path.parent)])
    elif is_outside(store.folder, path):
        note_outside(store, path)
    return path


def back_up_before_migration(folder: Path) -> None:
    """A backup of an office whose database an older program made. Raises RefusedError if it cannot be written."""
    with closing(sqlite3.connect(folder / DATABASE_NAME)) as connection:
        settings = dict(connection.execute("SELECT name, value FROM settings"))
    _back_up(folder, settings, BEFORE_MIGRATION, counts={}, to=None)


def _back_up(
    folder: Path, settings: Mapping[str, str], why: str, *, counts: Mapping[str, int], to: Path | None
) -> Path:
    target = to or folder / BACKUPS_NAME
    make_folder(target, "没有备份")
    _sweep(folder)
    known = list_backups(target)
    number = known[-1].number + 1 if known else 1
    path = target / f"{number:06d}_{datetime.now():%Y%m%d}_{why}.cbak"  # noqa: DTZ005 - the office's own day
    try:
        with tempfile.TemporaryDirectory(dir=folder, prefix=_SCRATCH) as scratch:
            snapshot = Path(scratch) / DATABASE_NAME
            copy_database(folder / DATABASE_NAME, snapshot)
            schema = check_file(snapshot)
            recipients = _recipients(folder, settings)
            manifest = {"counts": dict(counts), "schema": schema, **copy_out(folder, target, recipients)}
            if to is None:
                note_named(target, manifest, number)
            _seal(folder, settings, path, snapshot, seq=number, manifest=manifest)
    except OSError as error:
        raise RefusedError(f"没有备份到“{target}”：{disk_reason(error)}；原有备份没有变化，请处理后再备份") from error
    if to is None:
        thin_out(list_backups(target), room=shutil.disk_usage(target).total // 100 * _DISK_SHARE)
        drop_sealed(target, list_backups(target)[0].number)
    return path


def make_folder(folder: Path, undone: str) -> None:
    """Make a folder unless it is there; raises RefusedError that says what was not done for want of it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise RefusedError(f"“{folder}”是文件，不是文件夹，{undone}；请另选位置") from None
    except OSError as error:
        raise RefusedError(f"文件夹“{folder}”建立不了：{disk_reason(error)}，{undone}；请另选位置") from error


def _sweep(folder: Path) -> None:
    """Remove the copies of the database that killed programs left behind; a backup at work is younger."""
    for left in [*folder.glob(f"{_SCRATCH}*"), *folder.glob(f"{_STAGE}*")]:
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > _ABANDONED_SECONDS:
                shutil.rmtree(left)


def _seal(
    folder: Path, settings: Mapping[str, str], path: Path, snapshot: Path, *, seq: int, manifest: Mapping[str, Any]
) -> None:
    identity = load_identity(folder)
    code = settings["office_code"]
    envelope = Envelope(
        kind="backup",
        id=str(uuid7()),
        stream="backup",
        seq=seq,
        epoch=settings["epoch"],
        sender=code,
        recipient=code,
        app=__version__,
    )
    write_backup(
        path,
        snapshot=snapshot,
        key_file=folder / KEYS_NAME,
        envelope=envelope,
        manifest=manifest,
        identity=identity,
        recipients=_recipients(folder, settings),
    )


def _recipients(folder: Path, settings: Mapping[str, str]) -> list[str]:
    """The keys that open backups: the office's own, and the one on paper."""
    own = load_identity(folder).receiving.recipient
    return [own, settings["recovery_recipient"]] if "recovery_recipient" in settings else [own]


@dataclass(frozen=True, slots=True)
class Restored:
    """Where what stood there was moved to, and how many attachments of the backup were not beside it."""

    aside: Path | None
    lost: int

    def told(self) -> str:
        """What a clerk must know of attachments, empty when all came back."""
        if not self.lost:
            return ""
        return f"有 {self.lost} 个附件（照片）没有在备份旁的“{FOLDER}”文件夹里找到；找到后放回备份旁边，再恢复一次即可"


def restore(path: Path, to: Path, *, keys: Iterable[ReceivingKey], signers: Iterable[VerifyingKey]) -> Restored:
    """Put a backup into a folder as an office of its own, with the attachments that lie beside it.

    The restored database gets a new identity before it takes its place, so that it can never pass for the copy that
    went on. Raises PackageRefused or UnreadableFile if the backup is damaged, RefusedError if none of the keys opens
    it or the folder cannot be written, DatabaseError if the office that stands there is open; what stands in the
    folder is untouched then.
    """
    refuse_if_open(to / DATABASE_NAME)
    keys = list(keys)
    with closing(_open(path, keys, signers)) as backup:
        make_folder(to, "没有恢复任何内容")
        _sweep(to)
        try:
            with tempfile.TemporaryDirectory(dir=to, prefix=_STAGE) as scratch:
                fresh = Path(scratch)
                recovery = _unpack(backup, fresh)
                lost = bring_back(backup.manifest, path.parent, to, [*keys, *load_identity(fresh).opening])
                aside = _clear(to, recovery)
                for name in (KEYS_NAME, DATABASE_NAME):  # the database last: it makes the folder an office
                    (fresh / name).replace(to / name)
                sync_folder(to)
        except OSError as error:
            raise RefusedError(f"没有恢复到“{to}”：{disk_reason(error)}；原有数据没有删除，请处理后再恢复") from error
    return Restored(aside, len(lost))


def _open(path: Path, keys: list[ReceivingKey], signers: Iterable[VerifyingKey]) -> Opened:
    if not is_archive(path):
        raise UnreadableFile(f"“{path.name}”不是本程序的备份文件，或开头已损坏；没有恢复任何内容，请另选一份备份")
    sender = _sender(path)
    known = {key.key_id: PublicCard(sender, key, keys[0].recipient) for key in signers}
    try:
        return open_backup(path, keys=keys, signers=known.get)
    except PackageRefused as error:
        if error.code not in _OTHER_KEYS:
            raise PackageRefused(error.code, _refusal(path, error), member=error.member) from error
        text = f"手头的密钥打不开备份“{path.name}”，没有恢复任何内容；请用 --keys 指明原单位的 keys.json 或恢复密钥文件"
        raise RefusedError(text) from error


def _refusal(path: Path, error: PackageRefused) -> str:
    """What the reader of packages refused, said of a backup: there is nobody who could write it anew."""
    if error.code == "newer":
        return error.sentence
    if error.code == "kind":
        return f"“{path.name}”是数据包，不是备份，没有恢复任何内容；备份文件的扩展名是 .cbak，请另选"
    return f"备份“{path.name}”的{called(error.member)}已损坏或被改动，没有恢复任何内容；请另选一份备份"


def _unpack(backup: Opened, folder: Path) -> str:
    """The office of a backup as it will stand: today's schema, an identity of its own, its keys.

    Returns the public half of its recovery key.
    """
    extract_database(backup, folder / DATABASE_NAME)
    if is_older(check_file(folder / DATABASE_NAME)):
        migrate(folder / DATABASE_NAME)
    extract_identity(backup).save(folder / KEYS_NAME)
    store = Store.open(folder)
    try:
        store.renew_epoch()
    finally:
        store.close()
    return store.settings.get("recovery_recipient", "")


def _clear(folder: Path, recovery: str) -> Path | None:
    """Move database and keys of the office that stands in a folder into its quarantine; None if there are none.

    The recovery key stays if it is that of the office that comes.
    """
    aside = set_aside(folder / DATABASE_NAME)
    names = [KEYS_NAME, RECOVERY_NAME]
    if recovery in {key.recipient for key, _signer in read_keys([folder / RECOVERY_NAME])}:
        names.remove(RECOVERY_NAME)
    for name in names:
        if not (folder / name).exists():
            continue
        if aside is None:
            aside = set_aside(folder / name)
        else:
            (folder / name).replace(aside / name)
    return aside


def _sender(path: Path) -> str:
    """The office code that a backup names; whether that is true shows when its signature is checked."""
    with path.open("rb") as file:
        header = expect_member(file, HEADER, LIMITS.header)
        return Header.from_bytes(read_content(file, header)).sender


def read_keys(paths: Iterable[Path]) -> Iterator[tuple[ReceivingKey, VerifyingKey]]:
    """The keys in some files: key files of offices, and recovery keys; files that are neither are passed over."""
    for path in paths:
        if not path.is_file():
            continue
        try:
            identity = Identity.load(path)
            yield identity.receiving, identity.verify
        except UnreadableFile:
            lines = path.read_text(encoding="utf-8-sig", errors="replace").split()  # Notepad may begin with a mark
            with suppress(ValueError, IndexError):
                recovery = ReceivingKey(lines[0])
                recovery.age_identity()
                yield recovery, VerifyingKey.from_text(lines[1])
