"""Backups (`.cbak`): a snapshot of the database and the key file in the container of packages.

A backup is encrypted to the keys of its office, among them one whose private half is on paper: with the
computer gone, the key file that lies inside cannot open it.
"""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from desktop.archive import drive, uncached
from desktop.archive.form import Envelope
from desktop.archive.identity import Identity, ReceivingKey
from desktop.archive.packing import Blob, Progress
from desktop.archive.parts import MANIFEST
from desktop.archive.seal import Sealed, Shipment, write_archive
from desktop.archive.strict import Opened, Signers, open_archive
from desktop.archive.ustar import refuse
from desktop.canonical import CanonicalError
from desktop.errors import RefusedError, disk_reason

_DATABASE = "database"
_KEYS = "keys"
_KEY_FILE_LIMIT = 64 * 1024


def write_backup(
    path: Path,
    *,
    snapshot: Path,
    key_file: Path,
    envelope: Envelope,
    manifest: Mapping[str, Any],
    identity: Identity,
    recipients: Sequence[str],
    progress: Progress | None = None,
) -> Sealed:
    """Seal a database snapshot and the key file, read it all back; `envelope.kind` is "backup".

    `recipients` holds at least the office's own key and its recovery key. Raises RefusedError.
    """
    database, keys = _blob(snapshot), _blob(key_file)
    return write_archive(
        path,
        Shipment(
            envelope=envelope,
            manifest={**manifest, _DATABASE: database.sha256, _KEYS: keys.sha256},
            sections=[database, keys] if database.sha256 < keys.sha256 else [keys, database],
            entities=(),
            identity=identity,
            recipients=recipients,
        ),
        progress=progress,
    )


def _blob(path: Path) -> Blob:
    try:
        with path.open("rb") as file:
            return Blob(path, hashlib.file_digest(file, "sha256").hexdigest())
    except OSError as error:
        raise RefusedError(f"{path.name} 读不出：{disk_reason(error)}。备份没有写成。") from error


def open_backup(path: Path, *, keys: Sequence[ReceivingKey], signers: Signers) -> Opened:
    """A backup checked to its last byte; raises PackageRefused or UnreadableFile."""
    opened = open_archive(path, keys=keys, signers=signers, entities=(), kinds=("backup",))
    database, keys_file = (str(opened.manifest.get(name)) for name in (_DATABASE, _KEYS))
    if {database, keys_file} != opened.blobs.keys() or opened.blobs[keys_file] > _KEY_FILE_LIMIT:
        opened.close()
        raise refuse("backup", MANIFEST, "没有写明数据库和密钥")
    return opened


def extract_database(backup: Opened, target: Path) -> None:
    """Write the database of a backup to a new file, on the medium and read back; raises RefusedError."""
    sha256 = backup.manifest[_DATABASE]
    with drive.new_file(target, mode=0o600) as part:
        for piece in backup.blob(sha256):
            part.file.write(piece)
        part.settle()
        if uncached.hash_uncached(part.path) != sha256:
            raise drive.unreliable(target)


def extract_identity(backup: Opened) -> Identity:
    """The keys of the office in a backup; raises PackageRefused."""
    try:
        return Identity.from_bytes(b"".join(backup.blob(backup.manifest[_KEYS])))
    except (ValueError, CanonicalError):
        raise refuse("backup", MANIFEST, "所附的密钥文件已损坏") from None
