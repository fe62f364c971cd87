"""What leaves this office: numbered, sealed and read back in `outbox/`, then copied to a drive and read back there.

A number is given out in the transaction that reads what is sent and is never given out again. States of an entry:
`prepared` (numbered), `sealed` (whole in the outbox), `verified` (copied, and the copy read back from the drive),
`receipted`.
"""

import os
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final

import orjson
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from uuid_utils import uuid7

from desktop import __version__
from desktop.archive import Envelope, Sealed, Shipment, deliver, drive_of, write_volumes
from desktop.archive.packing import Progress
from desktop.errors import RefusedError
from desktop.kinds import moment_text
from desktop.models.local import OutboxEntry
from desktop.store.database import Store

OUTBOX: Final = "outbox"
PREPARED: Final = "prepared"
SEALED: Final = "sealed"
VERIFIED: Final = "verified"
RECEIPTED: Final = "receipted"
NameOf = Callable[[int, int], str]
Step = Callable[[int, int, str], None]
"""Told what is done of how much (bytes written and read back, records), and of what; raises to cancel."""


def quiet(_done: int, _whole: int, _what: str) -> None:
    """The step of work that nobody follows."""


def check_folder(folder: Path) -> None:
    """Raise RefusedError when there is no such folder or nothing can be written there, before a number is used up."""
    if not os.path.isdir(folder):  # noqa: PTH112 - a name too long for the system is no folder either
        raise RefusedError(f"没有找到文件夹“{folder}”，U盘可能没有插好；没有生成文件，请插好后再试")
    drive = drive_of(folder)
    if (drive is not None and drive.read_only) or not os.access(folder, os.W_OK):
        where = drive.called if drive is not None else f"文件夹“{folder}”"
        raise RefusedError(f"{where}写保护或没有权限，不能写；没有生成文件，请关掉写保护开关或换一个U盘")


def prepare(session: Session, store: Store, *, kind: str, stream: str, recipient: str) -> Envelope:
    """Give out the next number of a stream to a recipient, in the session that reads what will be sent."""
    numbers = select(func.max(OutboxEntry.seq)).where(OutboxEntry.stream == stream, OutboxEntry.recipient == recipient)
    last = session.scalar(numbers) or 0
    envelope = Envelope(
        kind=kind,
        id=str(uuid7()),
        stream=stream,
        seq=last + 1,
        epoch=store.epoch,
        sender=store.office_code,
        recipient=recipient,
        app=__version__,
    )
    session.add(
        OutboxEntry(
            package_id=envelope.id,
            stream=stream,
            epoch=envelope.epoch,
            seq=envelope.seq,
            recipient=recipient,
            state=PREPARED,
        )
    )
    return envelope


def withdraw(store: Store, envelope: Envelope) -> None:
    """Forget a number under which nothing was ever sealed."""
    with store.write("数据包没有生成", kind="package") as session:
        session.delete(session.get_one(OutboxEntry, envelope.id))


def seal(
    store: Store, name_of: NameOf, shipment: Shipment, *, volume: int | None = None, progress: Progress | None = None
) -> Sealed:
    """Write a package into the outbox, in volumes of at most `volume` bytes, read back by the reader's own code.

    `name_of` gives the name of volume i of n. Raises RefusedError or CanonicalError.
    """
    outbox = store.folder / OUTBOX
    outbox.mkdir(exist_ok=True)
    path_of = partial(_path_in, outbox, name_of)
    sealed = write_volumes(path_of, shipment, volume=volume, progress=progress)
    now = moment_text(datetime.now(UTC))
    _set(
        store,
        shipment.envelope.id,
        state=SEALED,
        manifest_hash=sealed.header.manifest,
        file_name="\n".join(path.name for path in sealed.volumes),
        sealed_at=now,
        counts=orjson.dumps(dict(sealed.counts)).decode(),
    )
    return sealed


def _path_in(outbox: Path, name_of: NameOf, number: int, of: int) -> Path:
    return free_path(outbox, name_of(number, of))


def sealed_files(store: Store, entry: OutboxEntry) -> list[Path]:
    """The volumes of a package of this office, in their order; none before it was sealed."""
    return [store.folder / OUTBOX / name for name in (entry.file_name or "").splitlines()]


@dataclass(frozen=True, slots=True)
class Handed:
    """The volumes that stand on a drive now, and the numbers of those for which there was no room."""

    paths: tuple[Path, ...]
    left: tuple[int, ...]


def hand_over(
    store: Store,
    package_id: str,
    folder: Path,
    numbers: Iterable[int] = (),
    *,
    is_renamed: bool = False,
    reserve: int = 0,
    step: Step | None = None,
) -> Handed:
    """Copy the volumes of a sealed package to a drive as far as there is room, and read each copy back.

    `numbers` are those that are still to be written, none means all; behind the first volume `reserve` bytes of the
    drive are left for what goes along. With `is_renamed` a file whose name is taken gets one of its own. Raises
    RefusedError when a name is taken otherwise, when not even one fits, when the package is not in the outbox any
    more, or when the drive fails. What `step` raises passes through: the volume at hand is not there then, the package
    stays in the outbox.
    """
    check_folder(folder)
    with store.read() as session:
        entry = session.get(OutboxEntry, package_id)
        files = sealed_files(store, entry) if entry is not None else []
        was = entry.state if entry is not None else ""
    waiting = [(number, path) for number, path in enumerate(files, 1) if not numbers or number in set(numbers)]
    if not waiting or not all(path.is_file() for _number, path in waiting):
        raise RefusedError("发件箱里没有这个数据包的文件了，没有写到U盘；请重新生成数据包")
    paths: list[Path] = []
    copying = _Copying(step, sum(path.stat().st_size for _number, path in waiting))
    for number, path in waiting:
        if paths and shutil.disk_usage(folder).free < path.stat().st_size + reserve:
            return Handed(tuple(paths), tuple(each for each, _path in waiting if each >= number))
        paths.append(free_path(folder, path.name) if is_renamed else folder / path.name)
        deliver(path, paths[-1], progress=copying.of(path))
    if was == SEALED:
        _set(store, package_id, state=VERIFIED)
    return Handed(tuple(paths), ())


class _Copying:
    """How far the volumes of a package are: every byte is written once and read back once."""

    def __init__(self, step: Step | None, size: int) -> None:
        self._step = step
        self._whole = 2 * size
        self._before = 0

    def of(self, path: Path) -> Callable[[int], None] | None:
        """What is told while one volume is copied; None when nobody asks."""
        step, before = self._step, self._before
        if step is None:
            return None
        self._before += 2 * path.stat().st_size
        step(before, self._whole, path.name)
        return lambda done: step(before + done, self._whole, path.name)


def _set(store: Store, package_id: str, **values: str) -> None:
    with store.write("登记数据包", kind="package") as session:
        entry = session.get_one(OutboxEntry, package_id)
        for name, value in values.items():
            setattr(entry, name, value)


def free_path(folder: Path, name: str) -> Path:
    """The path of a new file: the name, or with _2, _3 … behind it where files have that name already."""
    path, number = folder / name, 1
    while os.path.lexists(path):  # a link that leads nowhere takes its name as well
        number += 1
        path = folder / f"{Path(name).stem}_{number}{Path(name).suffix}"
    return path
