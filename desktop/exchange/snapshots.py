"""What each stream holds: which records go to whom, chosen by their writers, links and scope, read piece by piece.

No more people than must go: a scope names the tiers and forms of an annual package, and what goes down to an office is
about its own people. What hangs on a person who does not go does not go either.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, exists, select
from sqlalchemy.orm import Session

from desktop.archive import Records
from desktop.exchange.branch import branch_of, held_parents
from desktop.exchange.record_lines import LinkedRecords, pack_record, shape_of
from desktop.exchange.scope import Scope
from desktop.exchange.streams import ANNUAL, CODES, DECISIONS, DESK, Stream
from desktop.models import BY_PLURAL, Appointment, Cohort, ConflictDecision, Handover, Office, School, Teacher
from desktop.models.base import Record
from desktop.store.records import among, load
from desktop.store.scan import pieces
from desktop.store.tables import plain_table

EVERYTHING: Final = Scope()
_TIERED: Final = (Appointment, Cohort)
Choice = dict[str, ColumnElement[bool]]
"""By entity, which records go, as a condition on its plain table; an entity without any is not in it."""
_Uids = dict[str, list[str]]


@dataclass(slots=True)
class _Row:
    """What the choosing looks at: uid, writer, whether the record is deleted, where it links to."""

    uid: str
    origin: str
    deleted: bool
    links: dict[str, str]
    tier: str = ""


@dataclass(slots=True)
class _Limits:
    """By entity, the uids that may go; an entity without an entry has no limit."""

    allowed: dict[str, set[str]] = field(default_factory=dict)

    def admits(self, entity: type[Record], row: _Row) -> bool:
        """Whether all that a record links to may go along."""
        links = dict(shape_of(entity).links)
        return all(uid in self.allowed[links[name]] for name, uid in row.links.items() if links[name] in self.allowed)

    def is_personal(self, entity: type[Record]) -> bool:
        """Whether the entity hangs on something limited."""
        return any(plural in self.allowed for _name, plural in shape_of(entity).links)


def choose(session: Session, stream: Stream, *, own: str, recipient: str, scope: Scope = EVERYTHING) -> Choice:
    """The records that a stream takes to a recipient, by entity in the order of its sections.

    `scope` is that of an annual package. The place held for an office whose card was confirmed but
    that has sent nothing yet (revision 0) is nobody's word.
    """
    parents = held_parents(session)
    if stream is ANNUAL:
        branch = branch_of(parents, own)
        return _narrowed(session, branch, scope) if scope else _whole(session, branch)
    below = branch_of(parents, recipient)
    if stream is DECISIONS:
        return _decisions(session, below, own, recipient)
    return _all_of(session, stream, lambda row: row.origin not in below)


def _all_of(session: Session, stream: Stream, goes: Callable[[_Row], bool]) -> Choice:
    assert stream in (CODES, DESK)
    chosen = {plural: [row.uid for row in _rows(session, BY_PLURAL[plural]) if goes(row)] for plural in stream.sections}
    return _named(chosen)


def _whole(session: Session, branch: Collection[str]) -> Choice:
    """All that the branch wrote: where nobody is left out nothing needs to be known of a record but its writer."""
    tables = {plural: plain_table(BY_PLURAL[plural]) for plural in ANNUAL.sections}
    written = {plural: and_(table.c.revision > 0, table.c.origin.in_(branch)) for plural, table in tables.items()}
    found = session.execute(select(*(exists().where(which) for which in written.values()))).one()
    return {plural: which for (plural, which), is_any in zip(written.items(), found, strict=True) if is_any}


def _narrowed(session: Session, branch: Collection[str], scope: Scope) -> Choice:
    """What the branch wrote about the teachers of some tiers, or in some forms."""
    limits = _limits_of(session, branch, scope)
    chosen: _Uids = {}
    for plural in (plural for plural in ANNUAL.sections if plural in scope.sections):
        entity = BY_PLURAL[plural]
        rows = [row for row in _rows(session, entity) if row.origin in branch]
        if entity in _TIERED and scope.tiers:
            rows = [row for row in rows if row.deleted or row.tier in scope.tiers]
        if plural in limits.allowed:
            rows = [row for row in rows if row.deleted or row.uid in limits.allowed[plural]]
        rows = [row for row in rows if row.deleted or limits.admits(entity, row)]
        if limits.is_personal(entity):
            limits.allowed.setdefault(plural, set()).update(row.uid for row in rows)
        if entity is ConflictDecision:
            rows = []  # whom it is about is told in words, and may be somebody who does not go
        chosen[plural] = [row.uid for row in rows]
    return _named(chosen)


def _limits_of(session: Session, branch: Collection[str], scope: Scope) -> _Limits:
    """The teachers with an appointment of one of the tiers; without the roster only those of whom the forms speak."""
    limits = _Limits()
    if scope.tiers:
        rows = (row for row in _rows(session, Appointment) if row.tier in scope.tiers and not row.deleted)
        limits.allowed[Teacher.plural] = {row.links["teacher"] for row in rows}
    if not scope.is_roster:
        spoken_of = _spoken_of(session, branch, scope)
        limits.allowed[Teacher.plural] = limits.allowed.get(Teacher.plural, spoken_of) & spoken_of
    return limits


def _spoken_of(session: Session, branch: Collection[str], scope: Scope) -> set[str]:
    """The teachers to whom records of the chosen forms link."""
    found: set[str] = set()
    for plural in scope.sections:
        names = [name for name, target in shape_of(BY_PLURAL[plural]).links if target == Teacher.plural]
        if names and plural != Handover.plural:
            rows = [row for row in _rows(session, BY_PLURAL[plural]) if row.origin in branch and not row.deleted]
            found.update(row.links[name] for row in rows for name in names if name in row.links)
    return found


def _decisions(session: Session, below: Collection[str], own: str, recipient: str) -> Choice:
    """What others than the recipient wrote about its people, and the people handed over to it."""
    handed = _handed_over(session, below)
    limits = _Limits({Teacher.plural: {row.uid for row in _rows(session, Teacher) if row.origin in below}})
    chosen: _Uids = {}
    wanted: dict[str, set[str]] = {School.plural: set(), Cohort.plural: set()}
    for plural in DECISIONS.sections:
        entity = BY_PLURAL[plural]
        rows = [row for row in _rows(session, entity) if row.origin not in below or row.uid in handed]
        if limits.is_personal(entity) and entity is not Handover:
            rows = [row for row in rows if row.deleted or limits.admits(entity, row)]
            limits.allowed.setdefault(plural, {row.uid for row in rows})
            _note_links(entity, rows, wanted)
        chosen[plural] = [row.uid for row in rows]
    chosen[Teacher.plural] = [uid for uid in chosen[Teacher.plural] if uid in handed]
    for plural, uids in wanted.items():
        chosen[plural] = [uid for uid in chosen[plural] if uid in uids]
    chosen[Office.plural] = [uid for uid in chosen[Office.plural] if uid in _offices(session, (own,))]
    decisions = load(session, ConflictDecision, chosen[ConflictDecision.plural])
    chosen[ConflictDecision.plural] = [uid for uid, each in decisions.items() if each.content["sender"] == recipient]
    chosen[Handover.plural] = [
        uid
        for uid, each in load(session, Handover, chosen[Handover.plural]).items()
        if {each.content["from_office"], each.content["to_office"]} & set(below)
    ]
    return _named(chosen)


def _handed_over(session: Session, below: Collection[str]) -> set[str]:
    """The records that became the recipient's by a handover and that it has not written since."""
    found: set[str] = set()
    for move in load(session, Handover).values():
        if move.content["to_office"] not in below:
            continue
        for item in move.content.get("items", ()):
            entity = BY_PLURAL.get(item["entity"])
            held = load(session, entity, (item["record"],), with_deleted=True) if entity is not None else {}
            if any(each.revision == item["revision"] for each in held.values()):
                found.add(item["record"])
    return found


def _offices(session: Session, codes: Collection[str]) -> set[str]:
    table = plain_table(Office)
    return set(session.scalars(select(table.c.uid).where(table.c.code.in_(codes))))


def _note_links(entity: type[Record], rows: Sequence[_Row], wanted: Mapping[str, set[str]]) -> None:
    for name, plural in shape_of(entity).links:
        if plural in wanted:
            wanted[plural].update(row.links[name] for row in rows if name in row.links)


def _rows(session: Session, entity: type[Record]) -> Iterator[_Row]:
    table = plain_table(entity)
    names = [name for name, _plural in shape_of(entity).links]
    tier = [table.c.tier] if entity in _TIERED else []
    columns = [table.c.uid, table.c.origin, table.c.deleted_at, *(table.c[name] for name in names), *tier]
    for row in session.execute(select(*columns).where(table.c.revision > 0)):
        links = {name: value for name, value in zip(names, row[3:], strict=False) if value is not None}
        yield _Row(row[0], row[1], row[2] is not None, links, row[-1] if tier else "")


def _named(chosen: _Uids) -> Choice:
    return {plural: among(plain_table(BY_PLURAL[plural]).c.uid, uids) for plural, uids in chosen.items() if uids}


def sections(session: Session, chosen: Choice) -> list[Records]:
    """The sections of a package: lines that are read from the database as they are written."""
    linked = LinkedRecords()  # one for all: most records link to the same people and schools
    return [Records(plural, _lines(session, BY_PLURAL[plural], which, linked)) for plural, which in chosen.items()]


def _lines(
    session: Session, entity: type[Record], which: ColumnElement[bool], linked: LinkedRecords
) -> Iterator[dict[str, Any]]:
    pack = partial(pack_record, entity, linked)
    for records in pieces(session, entity, which):
        linked.keep(entity, records.values())
        linked.note(session, entity, records.values())
        yield from map(pack, records.values())
