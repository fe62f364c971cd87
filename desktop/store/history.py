"""The Acts of an office: what was done, what it changed, and undoing any of it.

An own edit is undone by a new revision with the old values. A merge is undone by going back to the sender's
own revision, so that the same package can be merged again. What other Acts changed since is never overwritten.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

import orjson
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from desktop.errors import RefusedError
from desktop.models import BY_PLURAL
from desktop.models.base import Content, Record
from desktop.models.local import Act, Change
from desktop.store import streams
from desktop.store.act import OpenAct
from desktop.store.database import Store
from desktop.store.irrevocable import refuse_gaps, refuse_moved
from desktop.store.pointing import pointed_at, pointing_at
from desktop.store.records import Edit, Stored, load, remove_rows, write_edits

_ACTS: Final = Act.__table__
_CHANGES: Final = Change.__table__
"""Asked for what every window shows at once; the mapped classes would have to be configured for it."""


@dataclass(frozen=True, slots=True)
class ActLine:
    """One Act as a list shows it; `changes` counts records."""

    id: int
    kind: str
    name: str
    operator: str
    at: str
    changes: int
    undone_by: int | None
    undoes: int | None


def list_acts(session: Session, *, last: int = 200, only: int | None = None) -> list[ActLine]:
    """The newest Acts first; or the one of a number."""
    query = select(_ACTS).order_by(_ACTS.c.id.desc()).limit(last)
    if only is not None:
        query = query.where(_ACTS.c.id == only)
    acts = session.execute(query).all()
    act_id, records = _CHANGES.c.act_id, func.count(_CHANGES.c.record_uid.distinct())
    counted = select(act_id, records).where(act_id.in_([act.id for act in acts])).group_by(act_id)
    counts: dict[int, int] = {row[0]: row[1] for row in session.execute(counted)}
    return [
        ActLine(act.id, act.kind, act.name, act.operator, act.at, counts.get(act.id, 0), act.undone_by, act.undoes)
        for act in acts
    ]


def changes_of(session: Session, *, act: int | None = None, record: str | None = None) -> list[Change]:
    """The changes of one Act or of one record, oldest first."""
    query = select(Change).order_by(Change.id)
    if act is not None:
        query = query.where(Change.act_id == act)
    if record is not None:
        query = query.where(Change.record_uid == record)
    return list(session.scalars(query))


SHIPPED_KIND: Final = "shipped"
"""Acts that no clerk did: they bring in what a newer program ships."""


def last_undoable(session: Session) -> ActLine | None:
    """The Act that one press of Ctrl+Z takes back: the newest that is neither undone nor itself an undo.

    What the program brought in by itself is passed over.
    """
    has_changes = select(_CHANGES.c.id).where(_CHANGES.c.act_id == _ACTS.c.id).exists()
    stands = select(_ACTS.c.id).where(_ACTS.c.undone_by.is_(None), _ACTS.c.undoes.is_(None), has_changes)
    stands = stands.where(_ACTS.c.kind != SHIPPED_KIND)
    newest = session.scalar(stands.order_by(_ACTS.c.id.desc()).limit(1))
    return list_acts(session, only=newest)[0] if newest is not None else None


@dataclass(frozen=True, slots=True)
class Undone:
    """What taking an Act back did: how many records changed, and which ones stay because later records need them."""

    count: int
    kept: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """What the clerk reads."""
        kept = f"；{'、'.join(self.kept)}后来还有别的记录用到，保留不动" if self.kept else ""
        return f"恢复了 {self.count} 条记录{kept}"


def undo(store: Store, act_id: int, *, operator: str = "") -> Undone:
    """Take an Act back as a new Act.

    A school or another shared record that the Act made stays if later records point to it. Raises RefusedError if there
    is no such Act, if it is undone already, or if a record it touched was changed since or has got later records of its
    own; then nothing is changed, and the sentence says which later Act stands in the way.
    """
    with store.read() as session:
        act = session.get(Act, act_id)
        if act is None:
            raise RefusedError(f"没有编号为 {act_id} 的操作，没有改动")
        if act.undone_by is not None:
            raise RefusedError(f"操作“{act.name}”已经撤销过了，没有改动")
        if act.id == 1 and act.kind == "setup":
            raise RefusedError(f"“{act.name}”是本单位数据的开头，不能撤销；要改单位信息请直接修改，没有改动")
        if act.kind == SHIPPED_KIND:
            raise RefusedError(f"“{act.name}”随程序而来，不能撤销；不适用的参数请由上级或本单位另行登记，没有改动")
        refuse_moved(session, act)
        name, kind = act.name, act.kind
    with store.write(f"撤销：{name}", kind="undo", operator=operator, undoes=act_id) as session:
        changes = changes_of(session, act=act_id)
        if not changes:
            raise RefusedError(f"操作“{name}”没有改动任何记录，无须撤销")
        _refuse_repeating_merge(session, act)
        undone = _take_back(session, changes, is_merge=kind == "merge")
        open_act: OpenAct = session.info["act"]
        session.execute(update(Act).where(Act.id == act_id).values(undone_by=open_act.number(session)))
        streams.take_back(session, act_id)
        _reopen(session, act)
    return undone


def _refuse_repeating_merge(session: Session, act: Act) -> None:
    """An undone merge has left no trace of who sent what; the package itself has it all."""
    first = session.get(Act, act.undoes) if act.undoes is not None else None
    if first is not None and first.kind == "merge":
        raise RefusedError(f"“{first.name}”已撤销；要恢复请重新合并原来的数据包，没有改动")


def _reopen(session: Session, act: Act) -> None:
    """Undoing an undo makes the first Act stand again, and with it takes back what that one had undone, and so on."""
    stands = True
    while act.undoes is not None:
        first = session.get_one(Act, act.undoes)
        session.execute(update(Act).where(Act.id == first.id).values(undone_by=None if stands else act.id))
        act, stands = first, not stands


def _take_back(session: Session, changes: Sequence[Change], *, is_merge: bool) -> Undone:
    """Go back through the changes of each record, the last first, and write what was there before the first.

    The record changed last goes first, so that a natural key is free again before its former holder takes it back.
    """
    by_record: dict[tuple[str, str], list[Change]] = defaultdict(list)
    for change in changes:
        by_record[change.entity, change.record_uid].append(change)
    stored = _stored_of(session, changes)
    edits: dict[tuple[str, str], Edit] = {}
    for key, some in reversed(by_record.items()):
        before, first = stored[key], some[0]
        revision = first.revision_before if is_merge and first.kind != "new" else None
        content = _content_before(session, some, before)
        edits[key] = Edit(BY_PLURAL[key[0]], key[1], before, content, revision=revision)
    if not is_merge:
        refuse_gaps(session, edits.values())
    kept = _kept(session, {key for key, edit in edits.items() if edit.content is None}, edits)
    _refuse_dangling(session, edits)
    count = write_edits(session, [edit for key, edit in edits.items() if key not in kept])
    for key, some in by_record.items():
        if is_merge and some[0].kind == "new" and key not in kept:
            remove_rows(session, BY_PLURAL[key[0]], key[1])
    return Undone(count, tuple(_called(edits[key]) for key in edits if key in kept))


def _kept(
    session: Session, going: AbstractSet[tuple[str, str]], edits: Mapping[tuple[str, str], Edit]
) -> set[tuple[str, str]]:
    """Of the records that would go, the shared ones that others need; RefusedError for one that is not shared."""
    kept: set[tuple[str, str]] = set()
    while more := _needed(session, going - kept):
        for key in sorted(more.keys()):
            if not edits[key].entity.shared:
                entity, holder = more[key]
                raise RefusedError(
                    f"{_called(edits[key])}后来又登记了{entity.label}{_maker(session, holder)}，"
                    "请先撤销后面的操作；没有改动"
                )
        kept |= more.keys()
    return kept


def _needed(session: Session, going: AbstractSet[tuple[str, str]]) -> dict[tuple[str, str], tuple[type[Record], str]]:
    """Of these records those that a record which stays points to, and one that does."""
    found: dict[tuple[str, str], tuple[type[Record], str]] = {}
    for plural in sorted({plural for plural, _uid in going}):
        uids = [uid for each, uid in going if each == plural]
        for entity, holder, uid in pointing_at(session, plural, uids):
            if (entity.plural, holder) not in going:
                found.setdefault((plural, uid), (entity, holder))
    return found


def _refuse_dangling(session: Session, edits: Mapping[tuple[str, str], Edit]) -> None:
    """What comes back must find what it points to."""
    wanted: dict[tuple[str, str], Edit] = {}
    for edit in edits.values():
        if edit.content is not None and edit.before is not None and edit.before.deleted_at is not None:
            wanted.update(dict.fromkeys(pointed_at(edit.entity, edit.content), edit))
    wanted = {key: edit for key, edit in wanted.items() if key not in edits or edits[key].content is None}
    for plural in {plural for plural, _uid in wanted}:
        entity = BY_PLURAL[plural]
        gone = {uid for each, uid in wanted if each == plural}
        gone -= load(session, entity, gone).keys() - {uid for each, uid in edits if each == plural}
        for uid in sorted(gone):
            what = _called(wanted[plural, uid])
            raise RefusedError(f"{what}所属的{entity.label}已经删除，请先恢复{entity.label}；没有改动")


def _called(edit: Edit) -> str:
    content = edit.before.content if edit.before is not None else {}
    return f"{edit.entity.label}“{edit.entity.called(content)}”"


def _maker(session: Session, uid: str) -> str:
    """By which Act a record came, as far as the log says."""
    query = select(Act).join(Change, Change.act_id == Act.id).where(Change.record_uid == uid).order_by(Act.id)
    act = session.scalars(query).first()
    return f"（“{act.name}”）" if act is not None else ""


def _stored_of(session: Session, changes: Sequence[Change]) -> dict[tuple[str, str], Stored]:
    found: dict[tuple[str, str], Stored] = {}
    for plural in dict.fromkeys(change.entity for change in changes):
        uids = {change.record_uid for change in changes if change.entity == plural}
        for uid, record in load(session, BY_PLURAL[plural], uids, with_deleted=True).items():
            found[plural, uid] = record
    return found


def _content_before(session: Session, changes: Sequence[Change], record: Stored) -> Content | None:
    """The content before an Act's changes to one record, None if there was none.

    Raises RefusedError if the record is not as they left it.
    """
    content = record.content if record.deleted_at is None else None
    for change in reversed(changes):
        if not _still_stands(change, content):
            raise RefusedError(_explain_later(session, change, record))
        content = _step_back(change, content)
    return content


def _still_stands(change: Change, content: Content | None) -> bool:
    """What an Act did stands as long as the values it wrote are the ones the record has now."""
    if change.kind == "delete" or content is None:
        return change.kind == "delete" and content is None
    after: Content = orjson.loads(change.after)
    if change.kind in ("new", "restore"):
        return content == after
    names = {*after, *orjson.loads(change.before)}
    return all(content.get(name) == after.get(name) for name in names)


def _step_back(change: Change, content: Content | None) -> Content | None:
    if change.kind in ("new", "restore"):
        return None
    before: Content = orjson.loads(change.before)
    if change.kind == "delete" or content is None:
        return before
    after: Content = orjson.loads(change.after)
    return {name: value for name, value in content.items() if name not in after} | before


def _explain_later(session: Session, change: Change, record: Stored) -> str:
    """The sentence that names the later Act in the way."""
    query = select(Act).join(Change, Change.act_id == Act.id).order_by(Act.id.desc())
    later = session.scalars(query.where(Change.record_uid == record.uid, Act.id > change.act_id)).first()
    entity = BY_PLURAL[change.entity]
    what = f"“{later.name}”" if later is not None else "别的操作"
    return f"{entity.label}“{entity.called(record.content)}”后来又被{what}改过，请先撤销后面的操作；没有改动"


def reason_rows(session: Session) -> list[tuple[Change, Act]]:
    """Every change that carries a reason, with its Act; the base of the 更正登记."""
    query = select(Change, Act).join(Act, Act.id == Change.act_id).where(Change.reason.is_not(None))
    return [(row[0], row[1]) for row in session.execute(query.order_by(Change.id))]


def newest_change(store: Store) -> int:
    """The number of the last change so far; 0 before the first."""
    with store.read() as session:
        return session.scalar(select(func.max(_CHANGES.c.id))) or 0


def records_changed_since(store: Store, number: int) -> tuple[set[tuple[str, str]], int]:
    """The records (plural, uid) that changed after the change of a number, and the number of the last change."""
    with store.read() as session:
        rows = session.execute(select(Change.entity, Change.record_uid, Change.id).where(Change.id > number)).all()
    return {(row[0], row[1]) for row in rows}, max((row[2] for row in rows), default=number)
