"""The encrypted backup that goes along with a package on its drive: what room it needs, and writing it beside."""

from pathlib import Path
from typing import Final

from desktop.archive.attachments import sealed_path
from desktop.errors import DesktopError
from desktop.services.attachments import FOLDER
from desktop.services.backups import make_backup
from desktop.store.blobs import blob_names, blob_path
from desktop.store.database import Store

ALONG: Final = "备份"
"""The folder beside a package in which the backup lies."""


def size_along(store: Store, folder: Path) -> int:
    """The bytes that a backup beside a package in a folder needs at most: the database, and photos not there yet."""
    there = folder / ALONG / FOLDER
    missing = [name for name in blob_names(store.folder) if not sealed_path(there, name).exists()]
    database = [store.path, store.path.with_name(f"{store.path.name}-wal")]
    files = [path for path in database if path.exists()] + [blob_path(store.folder, name) for name in missing]
    return sum(path.stat().st_size for path in files)


def take_along(store: Store, folder: Path) -> str:
    """Write the backup; a sentence why there is none, empty when it lies there.

    What it went along with is written and counts all the same.
    """
    try:
        make_backup(store, "随数据包", to=folder / ALONG)
    except DesktopError as error:
        return f"备份没有随带：{error.sentence}"
    return ""
