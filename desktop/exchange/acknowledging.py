"""What the upper office answered, record by record: the revision it holds, and what it said about it."""

from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from itertools import islice
from typing import Any, Final, Protocol

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from desktop.archive import Identity, open_archive
from desktop.errors import DesktopError
from desktop.exchange.cards import own_card
from desktop.exchange.outbox import OUTBOX, sealed_files
from desktop.exchange.signers import signers_for
from desktop.exchange.streams import BY_KIND
from desktop.models.local import Acknowledgement, OutboxEntry
from desktop.store.database import Store
from desktop.store.records import among

RECEIVED: Final = "received"
_PIECE: Final = 1000
"""Records in memory at once."""


class Said(Protocol):
    """A remark on one record."""

    @property
    def uid(self) -> str: ...  # noqa: D102
    @property
    def outcome(self) -> str: ...  # noqa: D102
    @property
    def field(self) -> str: ...  # noqa: D102
    @property
    def text(self) -> str: ...  # noqa: D102


def acknowledge(session: Session, store: Store, entry: OutboxEntry, remarks: Iterable[Said], identity: Identity) -> int:
    """Note for every record of a package which revision was answered and how; returns how many.

    The sealed package itself, which stays in the outbox until its receipt has come, says what was sent. Where it is
    gone (moved to another computer with an older backup) nothing is noted: the next package is answered again.
    """
    said: dict[str, Said] = {}
    for remark in remarks:
        said.setdefault(remark.uid, remark)
    count = 0
    rows = _rows(session, store, entry, said, identity)
    with suppress(DesktopError):  # the package is checked to its last byte before the first row comes
        while some := list(islice(rows, _PIECE)):
            about = among(Acknowledgement.__table__.c.record_uid, [row["record_uid"] for row in some])
            session.execute(delete(Acknowledgement).where(about))
            session.execute(insert(Acknowledgement), some)
            count += len(some)
    return count


def _rows(
    session: Session, store: Store, entry: OutboxEntry, said: dict[str, Said], identity: Identity
) -> Iterator[dict[str, Any]]:
    paths = sealed_files(store, entry)
    if not paths:
        return
    sections = BY_KIND[entry.stream.partition("/")[0]].sections
    signers = signers_for(session, store.folder / OUTBOX / "each", own_card(store, identity))
    with closing(open_archive(paths, keys=identity.opening, signers=signers, entities=sections)) as opened:
        for plural in opened.counts:
            for line in opened.records(plural):
                remark = said.get(line["id"])
                yield {
                    "record_uid": line["id"],
                    "entity": plural,
                    "revision": line["rev"],
                    "outcome": remark.outcome if remark is not None else RECEIVED,
                    "field": remark.field if remark is not None else None,
                    "text": remark.text if remark is not None else None,
                    "package_id": entry.package_id,
                }
