"""One record of a package in the plan of a merge, and how it is kept outside memory until somebody looks at it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from desktop.exchange.plan import FieldChange, Outcome, PlanRow, RowProblem
from desktop.models.base import Record
from desktop.store.records import Edit, Stored

MERGE_OUTCOMES: Final = (
    Outcome.NEW,
    Outcome.CHANGED,
    Outcome.SAME,
    Outcome.STALE,
    Outcome.CONFLICT,
    Outcome.REFUSED,
    Outcome.INVALID,
)
"""What a record of a package can come to; the account balances over these."""


@dataclass(frozen=True, slots=True)
class Dispute:
    """One conflict as it stands before a person: the question, both values, what may be chosen.

    `digest` is that of both versions: a decision counts for exactly these. `rival` is the record that holds the natural
    key, where one person or thing was entered twice.
    """

    question: str
    values: tuple[FieldChange, ...]
    choices: tuple[str, ...]
    digest: str
    rival: str = ""


@dataclass(slots=True)
class MergeRow(PlanRow):
    """One record of a package: its entity and uid beside what every row of a plan has.

    `is_deletion` says that the record goes; what is written stands in the stage of the plan, not in the row.
    """

    entity: str = ""
    uid: str = ""
    dispute: Dispute | None = None
    is_deletion: bool = False


_PLAIN: Final = ("file", "sheet", "row", "outcome", "name", "entity", "uid", "is_deletion")


def pack_row(row: MergeRow) -> bytes:
    """A row as bytes."""
    kept: dict[str, Any] = {name: getattr(row, name) for name in _PLAIN}
    return orjson.dumps({**kept, "problems": row.problems, "changes": row.changes, "dispute": row.dispute})


def unpack_row(data: bytes) -> MergeRow:
    """The row of some bytes."""
    kept = orjson.loads(data)
    plain = {name: kept[name] for name in _PLAIN}
    return MergeRow(
        **{**plain, "outcome": Outcome(kept["outcome"])},
        problems=[RowProblem(**each) for each in kept["problems"]],
        changes=[FieldChange(**each) for each in kept["changes"]],
        dispute=_dispute(kept["dispute"]) if kept["dispute"] is not None else None,
    )


def _dispute(kept: Mapping[str, Any]) -> Dispute:
    values = tuple(FieldChange(**each) for each in kept["values"])
    return Dispute(**{**kept, "values": values, "choices": tuple(kept["choices"])})


def pack_edit(edit: Edit) -> bytes:
    """What an edit writes as bytes; what stands in the database now is read again when it is carried out."""
    return orjson.dumps([edit.content, edit.origin, edit.revision, edit.reason])


def unpack_edit(entity: type[Record], uid: str, data: bytes, before: Stored | None) -> Edit:
    """The edit of some bytes, beside what stands in the database."""
    content, origin, revision, reason = orjson.loads(data)
    return Edit(entity, uid, before, content, origin=origin, revision=revision, reason=reason)
