"""The attachments of an office beside its backups: copied once, brought back with a restore, what is lost told.

They go out before the backup that names them gets its name, and after its snapshot of the database was taken: a
backup never names a file that is not there, and what a record of the snapshot names was there before the record.
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import orjson

from desktop.archive import ReceivingKey, drive
from desktop.archive.attachments import open_attachment, seal_attachment, sealed_path
from desktop.errors import PackageRefused
from desktop.queries.attachments import named_by_history, named_by_records
from desktop.store.blobs import blob_names, blob_path, is_whole
from desktop.store.database import Store

FOLDER: Final = "附件"
"""Beside the backups of a folder."""

_NAMED: Final = "attachments"
_MARKS: Final = "named.json"
"""Beside the attachments of an office's own backups: the number of the newest backup that names each."""
_YOUNG_SECONDS: Final = 2 * 24 * 3600


def copy_out(office: Path, backups: Path, recipients: Sequence[str]) -> dict[str, Any]:
    """Bring the attachments of an office beside its backups; what the backup says of them in its manifest.

    One that is damaged here is not copied, and is not named: a whole copy of it may lie there from before. Raises
    RefusedError when there is no room or the drive fails.
    """
    folder = backups / FOLDER
    named = sorted(blob_names(office))
    missing = [name for name in named if not sealed_path(folder, name).exists()]
    if missing:
        folder.mkdir(exist_ok=True)
        drive.check_room(folder, sum(blob_path(office, name).stat().st_size for name in missing))
    for name in missing:
        with suppress(PackageRefused):
            seal_attachment(blob_path(office, name), folder, sha256=name, recipients=recipients)
    return {_NAMED: [name for name in named if sealed_path(folder, name).exists()]}


def note_named(backups: Path, manifest: Mapping[str, Any], number: int) -> None:
    """Note, before a backup has its name, that it is the newest to name these attachments."""
    marks = backups / FOLDER / _MARKS
    if marks.parent.is_dir():
        held = {name: last for name, last in _last_named(marks).items() if sealed_path(marks.parent, name).exists()}
        fresh = marks.with_suffix(".new")
        fresh.write_bytes(orjson.dumps({**held, **dict.fromkeys(_named(manifest), number)}))
        fresh.replace(marks)


def drop_sealed(backups: Path, oldest: int) -> int:
    """Remove the attachments that no backup from the oldest one kept names any more; returns how many.

    By the backups' numbers, for a clock may be wrong; what is not noted stays.
    """
    marks = backups / FOLDER / _MARKS
    last = _last_named(marks)
    gone = [name for name, number in last.items() if number < oldest]
    for name in gone:
        with suppress(OSError):  # held open by another program: it stays
            sealed_path(marks.parent, name).unlink(missing_ok=True)
    return len(gone)


def _last_named(marks: Path) -> dict[str, int]:
    try:
        return dict(orjson.loads(marks.read_bytes()))
    except (OSError, ValueError):
        return {}


def bring_back(manifest: Mapping[str, Any], backups: Path, office: Path, keys: Sequence[ReceivingKey]) -> list[str]:
    """Put the attachments of a backup into the folder of its office; the hashes of those that could not be found.

    What lies there whole already stays. Raises RefusedError when the folder cannot be written.
    """
    lost = []
    for name in _named(manifest):
        target = blob_path(office, name)
        if is_whole(target, name):
            continue
        target.unlink(missing_ok=True)
        try:
            open_attachment(backups / FOLDER, target, sha256=name, keys=keys)
        except PackageRefused:
            lost.append(name)
    return lost


def _named(manifest: Mapping[str, Any]) -> Iterable[str]:
    """The attachments that a backup names; one of an older program names none."""
    named = manifest.get(_NAMED, [])
    return [each for each in named if type(each) is str and len(each) == 64 and each.isalnum()]


def collect_unnamed(store: Store, backups: Iterable[Path]) -> int:
    """Remove the attachments of an office that nothing names any more; returns how many.

    Nothing means no record, none in the bin, no change that could be undone, no draft, and no backup that is kept: what
    is younger than the oldest one stays, and what is so young that a merge at work may be about to name it.
    """
    ages = [path.stat().st_mtime for path in backups]
    if not ages:
        return 0
    until = min(*ages, time.time() - _YOUNG_SECONDS)
    paths = [blob_path(store.folder, name) for name in blob_names(store.folder)]
    old = {path.name: path for path in paths if path.stat().st_mtime < until}
    with store.read() as session:
        left = old.keys() - named_by_records(session) if old else set()
        left = left - named_by_history(session) if left else left
    for name in left:
        with suppress(OSError):  # held open by another program: the next time
            old[name].unlink()
    return len(left)
