"""The copies of an office that there are: backups in its folder, the newest one elsewhere, and which are kept.

What seals and opens them is `backups.py`; this module is loaded with every window and knows no cryptography.
"""

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

import orjson

from desktop.kinds import moment_text
from desktop.store.database import Store

BACKUPS_NAME: Final = "backups"
_OUTSIDE: Final = "copy_outside"
"""The setting that tells when and where a backup was last written to another volume."""
_NAME: Final = re.compile(r"(\d{6})_(\d{8})_(.+)\.cbak")
_NEWEST, _DAYS, _WEEKS, _MONTHS = 10, 14, 8, 12
"""Rotation: the newest ones, then the newest of so many days, weeks and months seen."""

BEFORE: Final = "前"
"""Ends the reason of a backup that was made before something: it is kept for so many days."""

_BEFORE_DAYS: Final = 90
_LEAST: Final = 3
"""However little room there is, so many backups are kept."""


@dataclass(frozen=True, slots=True, order=True)
class Backup:
    """A backup in a folder: its number, the day on the clock when it was made, why, and where it lies."""

    number: int
    day: date
    why: str
    path: Path

    @property
    def written(self) -> datetime:
        """When its file was written, on the clock here. Raises OSError where it is gone."""
        return datetime.fromtimestamp(self.path.stat().st_mtime, UTC).astimezone()


def list_backups(folder: Path) -> list[Backup]:
    """The backups in a folder, the oldest first."""
    found = []
    for path in folder.glob("*.cbak"):
        match = _NAME.fullmatch(path.name)
        with suppress(ValueError):  # a name with no day of the calendar is none of ours
            if match:
                day = datetime.strptime(match[2], "%Y%m%d").replace(tzinfo=UTC).date()
                found.append(Backup(int(match[1]), day, match[3], path))
    return sorted(found)


def is_outside(folder: Path, path: Path) -> bool:
    """Whether a file lies on another volume than the office: a copy on the same disk dies with it."""
    return path.stat().st_dev != folder.stat().st_dev


def note_outside(store: Store, path: Path) -> None:
    """Remember that a copy of the office now lies outside this computer, for the status bar and its reminders."""
    at = moment_text(datetime.now(UTC))
    store.set_settings({_OUTSIDE: orjson.dumps({"at": at, "place": str(path)}).decode()})


@dataclass(frozen=True, slots=True)
class CopiesHeld:
    """When the office was last backed up into its own folder and last onto another volume; None for never."""

    inside: datetime | None
    outside: datetime | None
    place: str = ""


def copies_held(store: Store) -> CopiesHeld:
    """The newest copies there are of an office."""
    known = list_backups(store.folder / BACKUPS_NAME)
    inside = known[-1].written if known else None
    noted = store.settings.get(_OUTSIDE)
    if noted is None:
        return CopiesHeld(inside, None)
    content = orjson.loads(noted)
    return CopiesHeld(inside, datetime.fromisoformat(content["at"]).astimezone(), content["place"])


def thin_out(backups: Sequence[Backup], *, room: int | None = None) -> list[Path]:
    """Remove what rotation does not keep, and the oldest of the rest beyond `room` bytes; returns the paths removed."""
    keep: set[Path] = set()
    used = 0
    for backup in sorted(kept(backups), reverse=True):
        used += backup.path.stat().st_size
        if room is None or used <= room or len(keep) < _LEAST:
            keep.add(backup.path)
    gone = [backup.path for backup in backups if backup.path not in keep]
    for path in gone:
        path.unlink(missing_ok=True)
    return gone


def kept(backups: Iterable[Backup]) -> list[Backup]:
    """The backups that rotation keeps; a wrong clock can cost none of the newest, for numbers come first."""
    newest_first = sorted(backups, reverse=True)
    found = dict.fromkeys(newest_first[:_NEWEST])
    for width, limit in (("%Y-%m-%d", _DAYS), ("%G-%V", _WEEKS), ("%Y-%m", _MONTHS)):
        seen: dict[str, Backup] = {}
        for backup in newest_first:
            seen.setdefault(backup.day.strftime(width), backup)
        found.update(dict.fromkeys(list(seen.values())[:limit]))
    if newest_first:
        since = newest_first[0].day - timedelta(days=_BEFORE_DAYS)
        before = (backup for backup in newest_first if backup.why.endswith(BEFORE) and backup.day >= since)
        found.update(dict.fromkeys(before))
    return sorted(found)
