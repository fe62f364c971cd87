"""What leaves this office: numbered, sealed and read back in `outbox/`, then copied to a drive and read back there.

A number is given out in the transaction that reads what is sent and is never given out again. States of an entry:
`prepared` (numbered), `sealed` (whole in the outbox), `verified` (copied, and the copy read back from the drive),
`receipted`.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import orjson
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from uuid_utils import uuid7

from desktop import __version__
from desktop.archive import Blob, Envelope, Identity, Records, Sealed, deliver, write_archive
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


def check_folder(folder: Path) -> None:
    """Raise RefusedError when there is no such folder, before a number is used up."""
    if not folder.is_dir():
        raise RefusedError(f"没有找到文件夹“{folder}”，U盘可能没有插好；没有生成文件")


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
    store: Store,
    name: str,
    *,
    envelope: Envelope,
    manifest: Mapping[str, Any],
    sections: Iterable[Records | Blob],
    entities: Sequence[str],
    identity: Identity,
    recipients: Sequence[str],
    progress: Progress | None = None,
) -> Sealed:
    """Write a package into the outbox, read back by the reader's own code. Raises RefusedError or CanonicalError."""
    outbox = store.folder / OUTBOX
    outbox.mkdir(exist_ok=True)
    sealed = write_archive(
        free_path(outbox, name),
        envelope=envelope,
        manifest=manifest,
        sections=sections,
        entities=entities,
        identity=identity,
        recipients=recipients,
        progress=progress,
    )
    now = moment_text(datetime.now(UTC))
    _set(
        store,
        envelope,
        state=SEALED,
        manifest_hash=sealed.header.manifest,
        file_name=sealed.path.name,
        sealed_at=now,
        counts=orjson.dumps(dict(sealed.counts)).decode(),
    )
    return sealed


def hand_over(store: Store, sealed: Sealed, target: Path) -> Path:
    """Copy a sealed package to a drive, read the copy back past the cache, then name it. Raises RefusedError."""
    deliver(sealed.path, target)
    _set(store, sealed.header, state=VERIFIED)
    return target


def _set(store: Store, envelope: Envelope, **values: str) -> None:
    with store.write("登记数据包", kind="package") as session:
        entry = session.get_one(OutboxEntry, envelope.id)
        for name, value in values.items():
            setattr(entry, name, value)


def free_path(folder: Path, name: str) -> Path:
    """The path of a new file: the name, or with _2, _3 … behind it where files have that name already."""
    path, number = folder / name, 1
    while os.path.lexists(path):  # a link that leads nowhere takes its name as well
        number += 1
        path = folder / f"{Path(name).stem}_{number}{Path(name).suffix}"
    return path
