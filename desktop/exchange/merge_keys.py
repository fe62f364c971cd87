"""Natural keys in a merge: two records never hold one key, and a key is given up before it is taken."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop.exchange.plan import WRITTEN, Outcome, RowProblem
from desktop.exchange.record_lines import Incoming
from desktop.fields import fields_of
from desktop.models.base import Record, key_of, trimmed
from desktop.store.records import Edit, Stored, among, load
from desktop.store.tables import plain_table

ONE: Final = "same"
"""The choice by which two records are known as one."""


@dataclass(slots=True)
class Case:
    """One incoming record beside the one known here, and what becomes of it."""

    incoming: Incoming
    known: Stored | None
    outcome: Outcome
    problems: list[RowProblem] = field(default_factory=list)
    choices: tuple[str, ...] = ()
    """How a person may settle it, if it is a conflict that one can."""
    rival: str = ""
    """The record that holds the natural key here."""
    takes_over: bool = False
    """Whether what is written stays this office's own record, with the sender's values."""

    @property
    def disputed(self) -> bool:
        """Whether a person can settle it."""
        return bool(self.choices)

    def dispute(self, text: str, *choices: str) -> None:
        """Leave it to a person, with the reason and what may be chosen."""
        self.settle(Outcome.CONFLICT, text)
        self.choices = choices

    def settle(self, outcome: Outcome, text: str, name: str = "") -> None:
        """Decide otherwise, with the reason."""
        self.outcome = outcome
        self.problems.append(RowProblem(name, text))

    def edit(self, entity: type[Record]) -> Edit:
        """What carrying out writes: the sender's content, revision and origin."""
        incoming = self.incoming
        content = None if incoming.deleted else trimmed(entity, incoming.content)
        if self.takes_over and self.known is not None and content is not None:
            known = self.known
            merged = {**known.content, **content}
            return Edit(entity, incoming.uid, known, merged, origin=known.origin, revision=known.revision + 1)
        return Edit(entity, incoming.uid, self.known, content, origin=incoming.origin, revision=incoming.revision)


def find_holders(session: Session, entity: type[Record], keys: Iterable[tuple[Any, ...]]) -> dict[tuple[Any, ...], str]:
    """Which records, not deleted, have these natural keys: key and uid."""
    wanted = set(keys)
    if not wanted:
        return {}
    table = plain_table(entity)
    columns = [table.c[name] for name in entity.key]
    query = select(table.c.uid, *columns).where(table.c.deleted_at.is_(None))
    found: dict[tuple[Any, ...], str] = {}
    for row in session.execute(query.where(among(columns[0], {key[0] for key in wanted}))):
        if tuple(row[1:]) in wanted:
            found[tuple(row[1:])] = row[0]
    return found


def settle_keys(
    session: Session, entity: type[Record], cases: list[Case], given_up: Mapping[str, tuple[Any, ...] | None]
) -> None:
    """Make conflicts of records that would take the natural key of another one, here or in the package.

    `cases` are those whose key another record has; `given_up` says which keys other holders would have once they are
    written, None for one that goes. A key that its holder gives up in the same package is free. Whoever cannot be
    written keeps his old key, which may stand in the way of the next, so this goes on until nothing changes.
    """
    written = {case.incoming.uid: case for case in cases if case.outcome in WRITTEN}
    mine = {uid: key_sent(entity, case) for uid, case in written.items()}
    takers = {uid: key for uid, key in mine.items() if key is not None and key != key_here(entity, written[uid])}
    keys = {**given_up, **mine}
    holders = find_holders(session, entity, takers.values())
    claims = Counter(takers.values())
    while True:
        lost = [uid for uid, key in takers.items() if claims[key] > 1 or not _is_free(uid, holders.get(key), keys, key)]
        lost = lost or _ring(takers, holders)
        if not lost:
            return
        rivals: dict[tuple[Any, ...], list[str]] = {}
        for uid, key in takers.items():
            rivals.setdefault(key, [*filter(None, [holders.get(key)])]).append(uid)
        for uid in lost:
            others = [other for other in rivals[takers[uid]] if other != uid]
            _tell_rival(session, entity, written[uid], others, written)
        for uid in lost:
            claims[takers.pop(uid)] -= 1
            keys.pop(uid)


def key_sent(entity: type[Record], case: Case) -> tuple[Any, ...] | None:
    """The natural key that a record would have; None for one that goes or has none."""
    return None if case.incoming.deleted else key_of(entity, case.incoming.content)


def key_here(entity: type[Record], case: Case) -> tuple[Any, ...] | None:
    """The natural key that a record has here now."""
    known = case.known
    return None if known is None or known.deleted_at is not None else key_of(entity, known.content)


def _is_free(uid: str, holder: str | None, keys: Mapping[str, Any], key: tuple[Any, ...]) -> bool:
    """Whether nobody holds a key, or its holder gives it up in this package."""
    return holder is None or holder == uid or (holder in keys and keys[holder] != key)


def _ring(takers: Mapping[str, tuple[Any, ...]], holders: Mapping[tuple[Any, ...], str]) -> list[str]:
    """Records that exchange their keys in a ring: none can be written first."""
    for start in takers:
        seen = [start]
        following = holders.get(takers[start])
        while following is not None and following in takers and following not in seen:
            seen.append(following)
            following = holders.get(takers[following])
        if following == start and len(seen) > 1:
            return seen
    return []


def _tell_rival(
    session: Session, entity: type[Record], case: Case, rivals: list[str], written: Mapping[str, Case]
) -> None:
    fields = [each for each in fields_of(entity) if each.name in entity.key]
    labels = "、".join(each.label for each in fields if not each.internal)
    values = "、".join(text for each in fields for text in each.cover(str(case.incoming.content[each.name])))
    told = []
    stored = load(session, entity, rivals)
    for uid in dict.fromkeys(rivals):
        content = stored[uid].content if uid in stored else written[uid].incoming.content
        origin = stored[uid].origin if uid in stored else written[uid].incoming.origin
        told.append(f"“{entity.called(content)}”（单位 {origin} 登记）")
    own = f"“{entity.called(case.incoming.content)}”（单位 {case.incoming.origin} 登记）"
    text = f"{labels} {values} 同时属于{own}和{'、'.join(told)}，没有采用；请核对是不是同一个，以哪个为准"
    case.settle(Outcome.CONFLICT, text, entity.key[0])
    held = [uid for uid in rivals if uid in stored]
    if len(held) == len(rivals) == 1 and case.known is None:
        case.rival, case.choices = held[0], (ONE,)
