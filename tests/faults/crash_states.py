"""What a disk may hold after a power cut: the record of a work replayed, of what was not synced all, nothing or some.

The model is harsher than a good file system: writes to a file are certain only after it was synced, and come torn in
sectors of 512 bytes and in any order; names (created, renamed, removed) are certain only after their folder was synced,
as on FAT, where each may be lost by itself.
"""

import random
import shutil
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

_SECTOR = 512
_HEAD = struct.Struct("=qQ")
ALL, NONE, SOME = "all", "none", "some"


@dataclass(frozen=True, slots=True)
class Event:
    """One recorded change: C reated, W ritten, T runcated, S ynced, R enamed, U nlinked, A cknowledged."""

    kind: str
    path: str
    offset: int
    data: bytes


def read_record(path: Path) -> list[Event]:
    """The changes of a record, in their order."""
    data, place, found = path.read_bytes(), 0, []
    while place < len(data):
        kind = chr(data[place])
        length = int.from_bytes(data[place + 1 : place + 5], "little")
        name = data[place + 5 : place + 5 + length].decode()
        place += 5 + length
        offset, size = _HEAD.unpack_from(data, place)
        place += _HEAD.size
        found.append(Event(kind, name, offset, data[place : place + size]))
        place += size
    return found


@dataclass(slots=True)
class _File:
    """The content that is certain, and what was done since."""

    certain: bytes = b""
    since: list[Event] = field(default_factory=list)

    def content(self, chance: random.Random, how: str) -> bytes:
        """What may stand on the disk."""
        data = bytearray(self.certain)
        for event in self.since if how != NONE else ():
            if event.kind == "T":
                if how == ALL or chance.random() < 0.5:
                    data = data[: event.offset].ljust(event.offset, b"\0")
            elif how == ALL:
                _put(data, event.offset, event.data)
            else:
                for start in range(0, len(event.data), _SECTOR):
                    if chance.random() < 0.5:
                        _put(data, event.offset + start, event.data[start : start + _SECTOR])
        return bytes(data)


def _put(data: bytearray, offset: int, piece: bytes) -> None:
    if len(data) < offset:
        data.extend(bytes(offset - len(data)))
    data[offset : offset + len(piece)] = piece


class Disk:
    """A folder as it was before the work, and as it may stand after any number of recorded changes and a power cut."""

    def __init__(self, start: Path, recorded: str) -> None:
        self._start = start
        self._recorded = recorded
        self._names: dict[str, _File] = {}
        self._certain: dict[str, _File] = {}
        self._since: list[tuple[Event, _File | None]] = []
        for path in sorted(start.rglob("*")):
            if path.is_file():
                self._names[str(path.relative_to(start))] = _File(path.read_bytes())
        self._certain.update(self._names)

    def apply(self, event: Event) -> None:
        """One more change was made."""
        name = self._name(event.path)
        file = self._names.get(name)
        if event.kind == "C":
            if file is None:
                file = self._names[name] = _File()
                self._since.append((event, file))
            else:
                file.since.append(Event("T", name, 0, b""))
        elif event.kind in "WT" and file is not None:
            file.since.append(event)
        elif event.kind == "S":
            self._sync(name, file)
        elif event.kind == "R" and file is not None:
            self._names[self._name(event.data.decode())] = self._names.pop(name)
            self._since.append((event, file))
        elif event.kind == "U" and file is not None:
            del self._names[name]
            self._since.append((event, None))

    def _sync(self, name: str, file: _File | None) -> None:
        if file is not None:
            file.certain, file.since = file.content(random.Random(0), ALL), []
            return
        kept = []
        for event, about in self._since:  # a folder: its names are certain now
            if self._folders(event) <= {name}:
                self._settle(self._certain, event, about)
            else:
                kept.append((event, about))
        self._since = kept

    def _folders(self, event: Event) -> set[str]:
        names = [self._name(event.path)]
        if event.kind == "R":
            names.append(self._name(event.data.decode()))
        return {each.rpartition("/")[0] for each in names}

    def _settle(self, names: dict[str, _File], event: Event, about: _File | None) -> None:
        name = self._name(event.path)
        if event.kind == "U":
            names.pop(name, None)
        elif event.kind == "C" and about is not None:
            names[name] = about
        elif about is not None:
            names.pop(name, None)
            names[self._name(event.data.decode())] = about

    def _name(self, path: str) -> str:
        return path.removeprefix(self._recorded).strip("/")

    def build(self, target: Path, chance: random.Random, how: str) -> None:
        """Make the folder as it may stand now; the shared memory of SQLite is gone with the power."""
        names = dict(self._certain)
        for event, about in self._since:
            if how == ALL or (how == SOME and chance.random() < 0.5):
                self._settle(names, event, about)
        for folder in [self._start, *(each for each in self._start.rglob("*") if each.is_dir())]:
            (target / folder.relative_to(self._start)).mkdir(parents=True, exist_ok=True)
        for name, file in names.items():
            if not name.endswith("-shm"):
                path = target / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(file.content(chance, how))


def states(
    start: Path, recorded: str, events: list[Event], count: int, seed: str
) -> Iterator[tuple[Disk, int, str, int]]:
    """Moments of a work, spread over all of it: the disk then, the changes so far, how it falls, acknowledgements."""
    chance = random.Random(seed)
    moments = sorted(chance.choices(range(len(events) + 1), k=count))
    disk, done, told = Disk(start, recorded), 0, 0
    for number, moment in enumerate(moments):
        for event in events[done:moment]:
            told += event.kind == "A"
            disk.apply(event)
        done = moment
        yield disk, moment, (SOME, NONE, ALL, SOME)[number % 4], told


def fresh(path: Path) -> Path:
    """An empty place."""
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir()
    return path
