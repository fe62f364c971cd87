"""The branch of an office: itself and the offices under it, as the Office records held here tell.

One writer per record: an office may send what it or its branch wrote, and nothing else.
"""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop.models import Office
from desktop.models.local import KnownCard
from desktop.store.tables import plain_table


def held_parents(session: Session) -> dict[str, str]:
    """The offices held here: code and the code of the office above, empty where none is known."""
    table = plain_table(Office)
    query = select(table.c.code, table.c.parent_code).where(table.c.deleted_at.is_(None))
    return {code: parent or "" for code, parent in session.execute(query)}


def branch_of(parents: Mapping[str, str], top: str) -> frozenset[str]:
    """The codes of an office and of all whose chain of parents leads to it."""
    return frozenset({top, *(code for code in parents if top in _chain(parents, code))})


def _chain(parents: Mapping[str, str], code: str) -> list[str]:
    """The offices above one, the nearest first; a ring ends where it closes."""
    chain: list[str] = []
    above = parents.get(code, "")
    while above and above not in chain:
        chain.append(above)
        above = parents.get(above, "")
    return chain


def sender_branch(session: Session, *, own: str, sender: str, announced: Mapping[str, str]) -> frozenset[str]:
    """Whose records a sender may send: what is registered here under it, and offices that only it knows.

    `announced` are the offices of the package with their parents. An office that is registered here stays where it
    is registered, and one whose key was confirmed here speaks for itself.
    """
    held = held_parents(session)
    confirmed = set(session.scalars(select(KnownCard.office_code))) - {sender}
    fresh = {code: above for code, above in announced.items() if code not in held and code not in confirmed}
    return branch_of({**fresh, **held}, sender) - {own}


class Above:
    """The writers that an upper office may speak for: all but this office and those under it."""

    def __init__(self, below: frozenset[str]) -> None:
        self._below = below

    def __contains__(self, code: object) -> bool:
        """Whether a code is none of this branch."""
        return isinstance(code, str) and code not in self._below
