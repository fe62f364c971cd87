"""Who may write what in one package: one writer per record, its handovers, and the direction in which it goes."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from desktop.exchange.branch import Above, branch_of, held_parents, sender_branch
from desktop.exchange.lifting import Lifted
from desktop.exchange.moves import Move, held_moves, told_moves
from desktop.exchange.record_lines import Incoming
from desktop.models import Handover, Office
from desktop.store.records import Stored


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """Who may write what in one package: the sender, the writers it may speak for, and the handovers that count.

    `down` says that it comes from above. `told` are the handovers in the package itself, `held` those known here.
    """

    sender: str
    branch: Container[str]
    down: bool = False
    own: str = ""
    told: Mapping[str, Move] = field(default_factory=dict)
    held: Mapping[str, Move] = field(default_factory=dict)

    def may_send(self, incoming: Incoming) -> bool:
        """Whether the sender speaks for the writer of a record, or hands it over to us."""
        return incoming.origin in self.branch or self._is_given(incoming)

    def _is_given(self, incoming: Incoming) -> bool:
        move = self.told.get(incoming.uid) if self.down else None
        return move is not None and (move.after, move.revision) == (incoming.origin, incoming.revision)

    def changes_hands(self, known: Stored, incoming: Incoming) -> bool:
        """Whether a handover explains that a record has another writer than the one known here."""
        move = self.told.get(incoming.uid)
        return move is not None and (move.before, move.after) == (known.origin, incoming.origin)

    def was_given_away(self, known: Stored, incoming: Incoming) -> bool:
        """Whether a record that the sender still sends was handed over to its present writer."""
        move = self.held.get(incoming.uid)
        return move is not None and (move.before, move.after) == (incoming.origin, known.origin)


def rights_in(session: Session, opened: Lifted, *, own: str, down: bool) -> Rights:
    """Who may write what in this package, by the direction in which it goes."""
    sender = opened.header.sender
    branch: Container[str]
    if down:
        branch = Above(branch_of(held_parents(session), own))
    else:
        announced = {
            str(line.get("code")): str(line.get("parent_code", ""))
            for line in opened.records(Office.plural)
            if "deleted" not in line
        }
        branch = sender_branch(session, own=own, sender=sender, announced=announced)
    told = told_moves(opened.records(Handover.plural), branch)
    return Rights(sender=sender, branch=branch, down=down, own=own, told=told, held=held_moves(session))
