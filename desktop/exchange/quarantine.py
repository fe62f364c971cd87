"""Packages that cannot be taken yet: a copy waits on this computer, with the reason, until it can be tried again.

Nothing is lost when a stick goes back: an unconfirmed office's package, one that needs a telephone call, one that waits
for a newer program. What is damaged is not kept, for the sender has it whole.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop.archive import Header, take_in
from desktop.exchange.answers import HELD, note_answer
from desktop.exchange.keys import KeyCard, card_bytes
from desktop.exchange.volumes import MISSING, forget, volumes_folder
from desktop.kinds import moment_text
from desktop.models.local import HeldPackage
from desktop.store.database import Store

WAITS: Final = frozenset({"unconfirmed", "new-epoch", "fork", "jump", "newer", MISSING})
"""For what a package may wait: a person, a call, a newer program, its other volumes."""

_FOLDER: Final = "held"


def hold(
    store: Store, path: Path, *, header: Header, sha256: str, code: str, reason: str, card: KeyCard | None
) -> None:
    """Keep a copy of a package with the reason; its card lies beside the copy. Holding it twice is holding it once.

    The volumes of a package of several were kept as they came; it waits under its manifest's hash.
    """
    if header.vol[1] > 1:
        folder, sha256 = volumes_folder(store, header.id), header.manifest
        folder.mkdir(parents=True, exist_ok=True)
    else:
        folder = store.folder / "inbox" / _FOLDER / sha256[:16]
        folder.mkdir(parents=True, exist_ok=True)
        copy = folder / f"{sha256}.cpkg"
        if not copy.exists():
            take_in(path, copy)
    if card is not None and not (beside := folder / f"{card.key_id}.ckey").exists():
        beside.write_bytes(card_bytes(card))
    with store.write("暂存数据包", kind="package") as session:
        session.merge(
            HeldPackage(
                sha256=sha256,
                file_name=path.name,
                sender=header.sender,
                stream=header.stream,
                seq=header.seq,
                package_id=header.id,
                code=code,
                reason=reason,
                held_at=moment_text(datetime.now(UTC)),
            )
        )
        if code != MISSING:  # a package that is not all here is answered when it is
            note_answer(session, header, result=HELD, reason=reason)


def held_packages(session: Session) -> list[HeldPackage]:
    """What waits, the oldest first."""
    return list(session.scalars(select(HeldPackage).order_by(HeldPackage.held_at)))


def path_of(store: Store, held: HeldPackage) -> Path:
    """Where the copy of a held package stands, or one of its volumes."""
    volumes = sorted(volumes_folder(store, held.package_id).glob("*.cpkg"))
    if volumes:
        return volumes[0]
    return store.folder / "inbox" / _FOLDER / held.sha256[:16] / f"{held.sha256}.cpkg"


def release(store: Store, sha256: str) -> None:
    """Forget a held package that was taken or given up, and its copy."""
    with store.write("暂存的数据包已处理", kind="package") as session:
        held = session.get(HeldPackage, sha256)
        if held is not None:
            session.delete(held)
            forget(store, held.package_id)
    for path in _copies(store, sha256):
        path.unlink(missing_ok=True)


def release_volumes(store: Store, header: Header) -> None:
    """Forget the copies of the volumes of a package that was merged."""
    release(store, header.manifest)
    forget(store, header.id)


def _copies(store: Store, sha256: str) -> Iterator[Path]:
    folder = store.folder / "inbox" / _FOLDER / sha256[:16]
    yield from folder.glob("*") if folder.is_dir() else ()
