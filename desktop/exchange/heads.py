"""Freeze detection without clocks: every package says the newest its sender sent to us and took in from us."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desktop.archive import Envelope
from desktop.exchange.streams import title_of
from desktop.kinds import moment_text
from desktop.models.local import Act, OutboxEntry, StreamState


def heads_for(session: Session, envelope: Envelope) -> dict[str, Any]:
    """When it was made, and the newest of every stream that went between the two offices: what a freeze shows by."""
    now = datetime.now(UTC)
    newest = session.scalar(select(func.max(Act.at))) or ""
    sent = _last_sent(session, envelope.recipient)
    taken = session.scalars(select(StreamState).where(StreamState.sender == envelope.recipient))
    manifest: dict[str, Any] = {
        "created": moment_text(now),
        "clock_suspect": moment_text(now) < newest,
        "heads": {
            "sent": {stream: list(head) for stream, head in sent.items()},
            "taken": {state.stream: [state.epoch, state.seq, state.manifest_hash] for state in taken},
        },
    }
    if envelope.stream in sent:
        manifest["prev"] = sent[envelope.stream][2]
    return manifest


def _last_sent(session: Session, recipient: str) -> dict[str, tuple[str, int, str]]:
    """The newest package of each stream that was sealed for this recipient: epoch, counter, manifest hash."""
    query = select(OutboxEntry).where(OutboxEntry.recipient == recipient, OutboxEntry.manifest_hash.is_not(None))
    rows = session.scalars(query.order_by(OutboxEntry.seq))
    return {row.stream: (row.epoch, row.seq, row.manifest_hash or "") for row in rows}


def told_heads(session: Session, manifest: Mapping[str, Any], sender: str, *, stream: str) -> Iterator[str]:
    """What the heads of a package say that this office did not get, or the sender did not get from it."""
    heads = manifest.get("heads", {})
    if type(heads) is not dict:
        return
    for name, seq in _seqs(heads.get("sent")):
        state = session.get(StreamState, (sender, name))
        if name != stream and seq > (state.seq if state is not None else 0):
            yield f"对方已发出 {title_of(name)}第 {seq} 次，本单位还没有收到，请向对方索取"
    taken = dict(_seqs(heads.get("taken")))
    query = select(OutboxEntry.stream, OutboxEntry.seq).where(OutboxEntry.recipient == sender)
    sent = session.execute(query.where(OutboxEntry.manifest_hash.is_not(None)).order_by(OutboxEntry.seq))
    for name, seq in {row[0]: row[1] for row in sent}.items():
        if seq > taken.get(name, 0):
            yield f"本单位发出的 {title_of(name)}第 {seq} 次，对方写这个数据包时还没有收到"


def _seqs(heads: object) -> Iterator[tuple[str, int]]:
    if type(heads) is not dict:
        return
    for name, head in heads.items():
        if type(head) is list and len(head) == 3 and type(head[1]) is int:
            yield name, head[1]
