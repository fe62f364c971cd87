"""What went out and what was answered: the outbox as a list, and how each record stands with the upper office."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, NamedTuple

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop.models.local import Acknowledgement, OutboxEntry
from desktop.store.records import Stored
from desktop.store.rows import rows

_ANSWERED: Final = "annual/"
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
    replaced_by: int = 0
    """The number of a later package of the stream that was answered; 0 for none. This one needs no answer then."""

    def days_waiting(self, now: datetime) -> int | None:
        """Days since it was sealed without an answer; None once it or a later one was answered, and before sealing.

        What goes down is answered by nobody.
        """
        if self.receipted_at or self.replaced_by or not self.sealed_at or not self.stream.startswith(_ANSWERED):
            return None
        return (now - datetime.fromisoformat(self.sealed_at)).days


def sent_packages(session: Session, *, kind: str = "") -> list[Sent]:
    """The packages of this office, the newest first; all, or of one kind."""
    sent = list(session.scalars(select(OutboxEntry).order_by(OutboxEntry.sealed_at.desc(), OutboxEntry.seq.desc())))
    answered = {(row.stream, row.recipient): row.seq for row in sorted(sent, key=_seq) if row.receipted_at}
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
            last if (last := answered.get((row.stream, row.recipient), 0)) > row.seq and not row.receipted_at else 0,
        )
        for row in sent
    ]
    return [each for each in found if not kind or each.stream.partition("/")[0] == kind]


def _seq(row: OutboxEntry) -> int:
    return row.seq


class Light(StrEnum):
    """How a record stands with the upper office: taken, open, sent back; none if it was never answered."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    NONE = "none"


_TAKEN: Final = "上级已收到"
_CHANGED: Final = "报送后又有改动，还没有再报"
_OPEN: Final = "上级待核对"
_BACK: Final = "上级退回"


def light_of(text: str | None) -> Light:
    """The light that goes with what `answers` says of a record."""
    if not text:
        return Light.NONE
    if text == _TAKEN:
        return Light.GREEN
    return Light.RED if text.startswith(_BACK) else Light.YELLOW


def stamp_of(text: str) -> str:
    """The word that is stamped on a record for what `told_answer` says of it."""
    light = light_of(text)
    if light is Light.YELLOW:
        return "改后未报" if text == _CHANGED else _OPEN
    return "上级已收" if light is Light.GREEN else "退回修改"


class Answer(NamedTuple):
    """What the upper office last answered about a record: its revision then, what became of it, and why."""

    revision: int
    outcome: str
    text: str | None


def answer_about(session: Session, record: Stored) -> str:
    """What the upper office last answered about one record, in a few words; empty if it never did."""
    found = _answers(session, "record_uid = ?", record.uid).get(record.uid)
    return told_answer(found, record.revision) if found is not None else ""


def answers(session: Session, plural: str) -> dict[str, Answer]:
    """What the upper office last answered about the records of an entity, by uid."""
    return _answers(session, "entity = ?", plural)


def _answers(session: Session, which: str, value: str) -> dict[str, Answer]:
    # Past the mapped class: the first list would wait until SQLAlchemy has configured all of them.
    found = rows(session, Acknowledgement.__tablename__, ("record_uid", *Answer._fields), which, (value,))
    return {uid: Answer(*values) for uid, *values in found}


def told_answer(answer: Answer, revision: int) -> str:
    """How a record of this revision stands, in a few words and with the reason."""
    reason = f"：{answer.text}" if answer.text else ""
    if answer.outcome in _BAD:
        return f"{_BACK}{reason}"
    if answer.outcome not in _GOOD or reason:
        return f"{_OPEN}{reason}"
    return _CHANGED if answer.revision < revision else _TAKEN
