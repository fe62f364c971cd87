"""Attachments of an office: files named by their hash, in a folder beside the database.

A file is complete and on the medium before a record names it, so that no record points to nothing. Orphans are
harmless; nothing is removed here, for an undo or an older backup may still name it: `services/attachments.py` asks.
"""

import hashlib
import os
import re
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache, partial
from pathlib import Path
from typing import Final

from desktop.archive import drive
from desktop.fields import fields_of
from desktop.kinds import Picture
from desktop.models.base import Record
from desktop.store.database_file import sync_folder

BLOBS_NAME: Final = "blobs"
_AT_A_TIME: Final = 8
_HASH: Final = re.compile(r"[0-9a-f]{64}")


def blob_path(folder: Path, name: str) -> Path:
    """Where the attachment of a hash lies in the folder of an office."""
    return folder / BLOBS_NAME / name[:2] / name


def is_hash(name: str) -> bool:
    """Whether a text is the name of an attachment."""
    return _HASH.fullmatch(name) is not None


def blob_names(folder: Path) -> set[str]:
    """The hashes of all attachments that lie in the folder of an office."""
    return {each.name for each in (folder / BLOBS_NAME).glob("??/*") if is_hash(each.name)}


@cache
def picture_fields(entity: type[Record]) -> tuple[str, ...]:
    """The fields of an entity that name an attachment."""
    return tuple(each.name for each in fields_of(entity) if isinstance(each.kind, Picture))


def is_whole(path: Path, name: str) -> bool:
    """Whether a file is there and its content has this hash."""
    digest = hashlib.sha256()
    with suppress(OSError), drive.open_plain(path) as file:
        for chunk in drive.chunks(file):
            digest.update(chunk)
        return digest.hexdigest() == name
    return False


def keep_blob(folder: Path, pieces: Iterable[bytes], name: str) -> Path:
    """Put the content of a hash among an office's attachments, on the medium; one that lies there whole stays.

    Raises RefusedError when it cannot be written, and ValueError when the content has another hash.
    """
    target = blob_path(folder, name)
    if is_whole(target, name):
        target.touch()  # it is about to be named again, and young ones are not collected
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)  # damaged: the whole one takes its place
    digest = hashlib.sha256()
    with drive.new_file(target) as part:
        for piece in pieces:
            digest.update(piece)
            part.file.write(piece)
        part.settle()
        if digest.hexdigest() != name:
            raise ValueError(name)
    return target


def adopt_blobs(folder: Path, sources: Mapping[str, Path]) -> None:
    """Move files on the same volume to their places among an office's attachments, and have all on the medium.

    Some at a time: the disk writes down many with hardly more waiting than one. Raises ValueError for the first that
    is not whole, OSError when the disk fails; what was moved before has its place then and is named by nothing.
    """
    with ThreadPoolExecutor(_AT_A_TIME) as pool:
        touched = set(pool.map(partial(_adopt, folder), sources, sources.values()))
        list(pool.map(sync_folder, filter(None, touched)))


def _adopt(folder: Path, name: str, source: Path) -> Path | None:
    """Move one; the folder that has to be put on the medium with it, None where the file lay there already."""
    target = blob_path(folder, name)
    if is_whole(target, name):
        source.unlink(missing_ok=True)
        return None
    if not is_whole(source, name):
        raise ValueError(name)
    target.parent.mkdir(parents=True, exist_ok=True)
    with source.open("rb+") as file:
        os.fsync(file.fileno())
    source.replace(target)
    return target.parent
