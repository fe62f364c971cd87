"""Conflicts settled by a person: which version counts, why, and what was given up; both values are kept.

    settle(store, plan, {row.uid: Settlement(CHOICE, reason)}, operator) -> int

A decision is recorded before the package is merged; the package is then planned again, and the plan follows it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy.orm import Session

from desktop import canonical
from desktop.errors import RefusedError
from desktop.exchange.merge_keys import ONE, Case
from desktop.exchange.merge_row import Dispute
from desktop.exchange.plan import newest_act
from desktop.models import Alias, ConflictDecision
from desktop.models.base import Content, Record
from desktop.store.aliases import alias_edits
from desktop.store.database import Store
from desktop.store.records import Edit, load, new_uid, write_edits

HERE: Final = "here"
SENT: Final = "sent"
SAME: Final = ONE


@dataclass(frozen=True, slots=True)
class Settlement:
    """What a person decided about one conflict: one of its choices, with the reason."""

    choice: str
    reason: str


def digest_of(entity: type[Record], case: Case) -> str:
    """What a decision about a case is bound to: both versions as they are now."""
    known = None if case.known is None or case.known.deleted_at is not None else case.known.content
    pair: dict[str, Any] = {"entity": entity.plural, "uid": case.incoming.uid, "sent": case.incoming.content}
    if known is not None:
        pair["here"] = known
    if case.rival:
        pair["rival"] = case.rival
    return canonical.content_hash(pair)


class Decisions:
    """The decisions that this office made, as a merge asks for them."""

    def __init__(self, session: Session, own: str) -> None:
        stored = load(session, ConflictDecision).values()
        self._kept = {each.content["digest"]: each.content for each in stored if each.origin == own}
        self.aliases = {each.content["lost_uid"]: each.content["kept_uid"] for each in load(session, Alias).values()}

    def of(self, digest: str) -> Content | None:
        """The decision about exactly these two versions."""
        return self._kept.get(digest)


def settle(
    store: Store,
    disputes: Mapping[str, tuple[type[Record], str, Dispute]],
    settlements: Mapping[str, Settlement],
    *,
    sender: str,
    package: str,
    last_act: int,
    operator: str,
) -> int:
    """Record decisions as one Act; returns how many. `disputes` are entity, name and dispute by uid of the record.

    Raises RefusedError if a reason is missing, a choice is none of the dispute's, or the data changed since the plan.
    """
    for uid, chosen in settlements.items():
        _entity, name, dispute = disputes[uid]
        if chosen.choice not in dispute.choices:
            raise RefusedError(f"“{name}”的差异不能这样处理，没有保存；请在列出的处理方式中选择")
        if not chosen.reason.strip():
            raise RefusedError(f"“{name}”的处理没有写明理由，没有保存；例如“已电话核实，以学校更正为准”")
    with store.write(f"处理差异：{package}", kind="settle", operator=operator) as session:
        if newest_act(session) != last_act:
            raise RefusedError("预览之后数据又有改动，没有保存；请重新选择数据包，再看一次预览")
        edits = []
        for uid, chosen in settlements.items():
            entity, name, dispute = disputes[uid]
            edits.append(_decision(entity, (uid, name), dispute, chosen, (sender, package, operator)))
            if chosen.choice == SAME:
                edits += alias_edits(session, entity, uid, dispute.rival, chosen.reason.strip())
        write_edits(session, edits)
    return len(settlements)


def _decision(
    entity: type[Record],
    record: tuple[str, str],
    dispute: Dispute,
    chosen: Settlement,
    place: tuple[str, str, str],
) -> Edit:
    (uid, name), (sender, package, operator) = record, place
    lines = [
        {key: text for key, text in (("label", each.label), ("here", each.old), ("sent", each.new)) if text}
        for each in dispute.values
    ]
    content: Content = {
        "name": f"{entity.label}“{name}”",
        "entity": entity.plural,
        "record": uid,
        "kept": chosen.choice,
        "reason": chosen.reason.strip(),
        "sender": sender,
        "package": package,
        "decided_on": date.today().isoformat(),  # noqa: DTZ011 - an office's day is the day of its own clock
        "decided_by": operator or None,
        "question": dispute.question[:400],
        "digest": dispute.digest,
        "differences": lines,
    }
    return Edit(ConflictDecision, new_uid(ConflictDecision, content), None, content)
