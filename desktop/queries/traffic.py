"""What went out and what was answered: the outbox as a list, and how each record stands with the upper office."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop.models.base import Record
from desktop.models.local import Acknowledgement, OutboxEntry
from desktop.store.records import plain_table

_GOOD: Final = frozenset({"received", "new", "changed", "same"})
_BAD: Final = frozenset({"refused", "invalid"})


@dataclass(frozen=True, slots=True)
class Sent:
    """One package of this office: stream, number, recipient, state, file, and the answer as it came."""

    package_id: str
    stream: str
    seq: int
    recipient: str
    state: str
    file_name: str
    manifest_hash: str
    sealed_at: str
    receipted_at: str
    answer: dict[str, Any]

    def days_waiting(self, now: datetime) -> int | None:
        """Days since it was sealed without an answer; None once it was answered or before it was sealed."""
        if self.receipted_at or not self.sealed_at:
            return None
        return (now - datetime.fromisoformat(self.sealed_at)).days


def sent_packages(session: Session, *, kind: str = "", unanswered: bool = False) -> list[Sent]:
    """The packages of this office, the newest first; of one kind, or only those without receipt."""
    rows = session.scalars(select(OutboxEntry).order_by(OutboxEntry.sealed_at.desc(), OutboxEntry.seq.desc()))
    found = [
        Sent(
            row.package_id,
            row.stream,
            row.seq,
            row.recipient,
            row.state,
            row.file_name or "",
            row.manifest_hash or "",
            row.sealed_at or "",
            row.receipted_at or "",
            orjson.loads(row.receipt) if row.receipt else {},
        )
        for row in rows
    ]
    found = [each for each in found if not kind or each.stream.partition("/")[0] == kind]
    return [each for each in found if not (unanswered and each.receipted_at)]


class Light(StrEnum):
    """How a record stands with the upper office: taken, open, sent back; none if it was never sent."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Standing:
    """The light of one record, and the sentence that explains it."""

    light: Light
    text: str


def standings(session: Session, entity: type[Record]) -> dict[str, Standing]:
    """How the records of an entity stand, by uid; those never answered are not in it."""
    table = plain_table(entity)
    query = select(Acknowledgement, table.c.revision).join(table, table.c.uid == Acknowledgement.record_uid)
    rows = session.execute(query.where(table.c.deleted_at.is_(None)))
    return {row.record_uid: _standing(row, revision) for row, revision in rows}


def _standing(row: Acknowledgement, revision: int) -> Standing:
    if row.outcome in _BAD:
        return Standing(Light.RED, f"上级退回：{row.text or ''}")
    if row.outcome not in _GOOD:
        return Standing(Light.YELLOW, f"上级待核对：{row.text or ''}")
    if row.revision < revision:
        return Standing(Light.YELLOW, "上次报送后又有改动，还没有再报")
    return Standing(Light.GREEN, "上级已收到")
