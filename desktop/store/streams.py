"""The high water of each stream of packages: the newest taken in, advanced with a merge and taken back with it.

What a merge found stands in the note of its Act, so that undoing it brings back the state before, and so that an
identity that a sender has given up is known for ever.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop.models.local import Act, StreamState
from desktop.store.act import OpenAct

MERGE = "merge"


@dataclass(frozen=True, slots=True)
class Arrived:
    """One package as it is counted: who sent it, its stream, epoch, counter and manifest hash."""

    sender: str
    stream: str
    epoch: str
    seq: int
    manifest_hash: str


def state_of(session: Session, sender: str, stream: str) -> Arrived | None:
    """The newest package taken in from this sender in this stream."""
    row = session.get(StreamState, (sender, stream))
    return None if row is None else Arrived(row.sender, row.stream, row.epoch, row.seq, row.manifest_hash)


def closed_epochs(session: Session, sender: str, stream: str) -> frozenset[str]:
    """The identities under which this sender sent before; it has given them up for the present one."""
    current = state_of(session, sender, stream)
    found = {note["epoch"] for note in _standing_notes(session) if (note["sender"], note["stream"]) == (sender, stream)}
    return frozenset(found - ({current.epoch} if current is not None else set()))


def _standing_notes(session: Session) -> Iterator[dict[str, Any]]:
    query = select(Act.note).where(Act.kind == MERGE, Act.note.is_not(None), Act.undone_by.is_(None))
    for note in session.scalars(query):
        yield orjson.loads(note or "{}")


def advance(session: Session, arrived: Arrived) -> None:
    """Make a package the newest of its stream, as part of the session's Act, whose note says what was before."""
    act: OpenAct = session.info["act"]
    number = act.number(session)
    row = session.get(StreamState, (arrived.sender, arrived.stream))
    note = {name: getattr(arrived, name) for name in Arrived.__slots__}
    if row is None:
        session.add(StreamState(**note, act_id=number))
    else:
        note["before"] = [row.epoch, row.seq, row.manifest_hash, row.act_id]
        row.epoch, row.seq, row.manifest_hash = arrived.epoch, arrived.seq, arrived.manifest_hash
        row.act_id = number
    session.get_one(Act, number).note = orjson.dumps(note).decode()


def take_back(session: Session, act_id: int) -> None:
    """Bring back what the streams stood at before a merge; merges that were undone before are passed over."""
    for row in session.scalars(select(StreamState).where(StreamState.act_id == act_id)):
        before = _before(session, act_id)
        while before is not None and session.get_one(Act, before[3]).undone_by is not None:
            before = _before(session, before[3])
        if before is None:
            session.delete(row)
        else:
            row.epoch, row.seq, row.manifest_hash, row.act_id = before


def _before(session: Session, act_id: int) -> tuple[str, int, str, int] | None:
    note = session.get_one(Act, act_id).note
    before = orjson.loads(note).get("before") if note else None
    return None if before is None else (before[0], before[1], before[2], before[3])
