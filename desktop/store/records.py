"""Reading and writing records as plain content: the one place that stamps revision, time and operator.

Every change of the program - a form, a paste, an import, a merge, an undo - ends in `write_edits`.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import orjson
from sqlalchemy import Column, ColumnElement, Table, bindparam, func, select
from sqlalchemy.orm import Session
from uuid_utils import uuid7

from desktop.errors import RefusedError
from desktop.fields import Child, children_of, fields_of
from desktop.kinds import moment_text
from desktop.models.base import Content, Line, Record, shared_uid, trimmed
from desktop.models.local import Change
from desktop.store.act import OpenAct
from desktop.store.rows import LIVE, rows, some_of
from desktop.store.tables import plain_table

STAMPS: Final = ("uid", "origin", "revision", "changed_at", "changed_by", "deleted_at", "extras")
_CHANGES: Final = Change.metadata.tables[Change.__tablename__]


@dataclass(slots=True)
class Stored:
    """A record as the database holds it: its stamps and its content."""

    uid: str
    origin: str
    revision: int
    changed_at: str
    changed_by: str
    deleted_at: str | None
    content: Content


@dataclass(slots=True)
class Edit:
    """A change to make: new content of one record, or None to delete it.

    `before` is what the database holds now (None if the uid is unknown). A merge gives the sender's own
    `revision` and `origin`; own edits leave them out and get the next revision. Revision 0 is a place held for a
    record that its writer has not sent yet.
    """

    entity: type[Record]
    uid: str
    before: Stored | None
    content: Content | None
    origin: str | None = None
    revision: int | None = None
    reason: str | None = None


def load(
    session: Session, entity: type[Record], uids: Collection[str] | None = None, *, with_deleted: bool = False
) -> dict[str, Stored]:
    """The records of an entity by uid: all, or those named; deleted ones only if asked for."""
    names = field_names(entity)
    some, values = some_of("uid", uids)
    which = some if with_deleted else f"{some} AND {LIVE}"
    found = {row[0]: stored(names, row) for row in rows(session, entity.plural, (*STAMPS, *names), which, values)}
    of_some = some_of("record_uid", None if uids is None else found)
    for child in children_of(entity):
        add_lines(session, child, found, *of_some)
    return found


def load_one(session: Session, entity: type[Record], uid: str) -> Stored | None:
    """One record that is not deleted, or None."""
    return load(session, entity, (uid,)).get(uid)


def find(session: Session, entity: type[Record], values: Mapping[str, Any]) -> dict[str, Stored]:
    """The records, not deleted, whose packed fields have these values."""
    which = " AND ".join((LIVE, *(f'"{name}" IS ?' for name in values)))
    found = rows(session, entity.plural, ("uid",), which, tuple(values.values()))
    return load(session, entity, [uid for (uid,) in found])


def among(column: ColumnElement[Any], values: Iterable[str | int]) -> ColumnElement[bool]:
    """Whether a column has one of these values, however many there are.

    They go to the database as one JSON text: a parameter for each would have to be written into the query anew every
    time, and the database takes no more than some thousands.
    """
    each = func.json_each(orjson.dumps(list(values)).decode()).table_valued("value")
    return column.in_(select(each.c.value))


@cache
def field_names(entity: type[Record] | type[Line]) -> tuple[str, ...]:
    """The fields of an entity or line, as their columns are called."""
    return tuple(field.name for field in fields_of(entity))


def stored(names: Sequence[str], row: Sequence[Any]) -> Stored:
    """A record, without its lines, from a row of its STAMPS and of these fields."""
    uid, origin, revision, changed_at, changed_by, deleted_at, extras, *values = row
    content = {name: value for name, value in zip(names, values, strict=True) if value is not None}
    if extras is not None:
        content["extras"] = orjson.loads(extras)
    return Stored(uid, origin, revision, changed_at, changed_by, deleted_at, content)


def holder_of(child: Child) -> Column[Any]:
    """The column of a child's plain table that says whose line it is."""
    line: type[Line] = child.line
    return plain_table(line).c.record_uid


def add_lines(
    session: Session, child: Child, found: Mapping[str, Stored], which: str, values: tuple[Any, ...] = ()
) -> None:
    """Give records by uid their lines of one kind, in order; `which` of all lines are looked at."""
    line: type[Line] = child.line
    names = field_names(line)
    in_order = f"{which} ORDER BY record_uid, position"
    for holder, *packed in rows(session, line.table, ("record_uid", *names), in_order, values):
        if holder in found:
            content = {name: value for name, value in zip(names, packed, strict=True) if value is not None}
            found[holder].content.setdefault(child.name, []).append(content)


def new_uid(entity: type[Record], content: Content) -> str:
    """The uid of a record about to be made: from its key if it is shared, else by time and chance."""
    return shared_uid(entity, content) if entity.shared else str(uuid7())


def write_edits(session: Session, edits: Iterable[Edit]) -> int:
    """Carry out edits as part of the session's Act; returns how many records really changed.

    Revision rises by one per record and Act, and only where the content differs. All rows of one entity are
    written in one go.
    """
    act: OpenAct = session.info["act"]
    steps = [step for step in (_step(edit, act) for edit in edits) if step is not None]
    if not steps:
        return 0
    number = act.number(session)
    by_entity: dict[type[Record], list[_Step]] = defaultdict(list)
    for step in steps:
        by_entity[step.edit.entity].append(step)
    for entity, some in by_entity.items():
        _write_rows(session, entity, some, act)
        act.touched.add(entity.plural)
        act.raised.update((entity.plural, step.edit.uid) for step in some if step.edit.revision is None)
    _insert(session, _CHANGES, _CHANGE_COLUMNS, [_change_row(step, number) for step in steps])
    return len(steps)


@dataclass(slots=True)
class _Step:
    edit: Edit
    kind: str
    revision: int
    origin: str
    old: Content
    new: Content
    deleted: bool


def _step(edit: Edit, act: OpenAct) -> _Step | None:
    before = edit.before
    is_live = before is not None and before.deleted_at is None
    old = before.content if before is not None and is_live else {}
    deleted = edit.content is None
    new = old if edit.content is None else trimmed(edit.entity, edit.content)
    if deleted and not is_live:
        return None
    if not deleted and is_live and new == old and before is not None and _keeps_stamps(edit, before):
        return None
    if edit.origin is None and edit.entity.plural in act.closed and (before is None or before.origin == act.origin):
        text = f"{edit.entity.label}由本单位另一股室登记，没有保存；请到该股室登记，或在“密钥”页的“股室分工”里改"
        raise RefusedError(text)
    kind = "delete" if deleted else "edit" if is_live else "new" if before is None else "restore"
    revision = _next_revision(edit, act) if edit.revision is None else edit.revision
    origin = edit.origin or (before.origin if before is not None else act.origin)
    return _Step(edit, kind, revision, origin, old, new, deleted)


def _keeps_stamps(edit: Edit, before: Stored) -> bool:
    """Whether an edit gives a record neither another revision nor another writer."""
    return edit.revision in (None, before.revision) and edit.origin in (None, before.origin)


def _next_revision(edit: Edit, act: OpenAct) -> int:
    if edit.before is None:
        return 1
    return edit.before.revision + (0 if (edit.entity.plural, edit.uid) in act.raised else 1)


def _write_rows(session: Session, entity: type[Record], steps: list[_Step], act: OpenAct) -> None:
    table = plain_table(entity)
    at = moment_text(act.at)
    names = field_names(entity)
    fresh = [_row(names, step, act.operator, at) for step in steps if step.edit.before is None]
    known = [_row(names, step, act.operator, at) for step in steps if step.edit.before is not None]
    _insert(session, table, (*names, *STAMPS), fresh)
    if known:
        columns: dict[str, Any] = {name: bindparam(name) for name in (*STAMPS[1:], *names)}
        update = table.update().where(table.c.uid == bindparam("key_uid")).values(columns)
        keys = (*names, "key_uid", *STAMPS[1:])
        session.connection().execute(update, [dict(zip(keys, row, strict=True)) for row in known])
    for child in children_of(entity):
        _write_lines(session, child.name, child.line, steps)


def _insert(session: Session, table: Table, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows of plain values at the driver's own speed, in any dialect with positional parameters."""
    if not rows:
        return
    connection = session.connection()
    compiled = table.insert().values({name: bindparam(name) for name in names}).compile(dialect=connection.dialect)
    places = [names.index(name) for name in compiled.positiontup or names]
    in_order = places == list(range(len(names)))
    ready = rows if in_order else [[row[place] for place in places] for row in rows]
    connection.exec_driver_sql(str(compiled), [tuple(row) for row in ready])


def _row(names: Sequence[str], step: _Step, operator: str, at: str) -> tuple[Any, ...]:
    content = step.new
    extras = content.get("extras")
    return (
        *map(content.get, names),
        step.edit.uid,
        step.origin,
        step.revision,
        at,
        operator,
        at if step.deleted else None,
        orjson.dumps(extras, option=orjson.OPT_SORT_KEYS).decode() if extras else None,
    )


def _write_lines(session: Session, name: str, line: type[Line], steps: list[_Step]) -> None:
    table = plain_table(line)
    replaced = [
        {"key_uid": step.edit.uid}
        for step in steps
        if step.edit.before is not None and step.edit.before.content.get(name) != step.new.get(name)
    ]
    if replaced:
        session.connection().execute(table.delete().where(table.c.record_uid == bindparam("key_uid")), replaced)
    gone = {row["key_uid"] for row in replaced}
    names = field_names(line)
    rows = [
        (*map(content.get, names), position, step.edit.uid)
        for step in steps
        if step.edit.before is None or step.edit.uid in gone
        for position, content in enumerate(step.new.get(name, ()), 1)
    ]
    _insert(session, table, (*names, "position", "record_uid"), rows)


_CHANGE_COLUMNS: Final = (
    "act_id",
    "entity",
    "record_uid",
    "kind",
    "revision_before",
    "revision_after",
    "before",
    "after",
    "reason",
)


def _change_row(step: _Step, act: int) -> tuple[Any, ...]:
    old, new = step.old, step.new
    if step.kind == "edit":
        names = [name for name in {**old, **new} if old.get(name) != new.get(name)]
        before = {name: old[name] for name in names if name in old}
        after = {name: new[name] for name in names if name in new}
    else:
        before = {} if step.kind in ("new", "restore") else old
        after = {} if step.deleted else new
    return (
        act,
        step.edit.entity.plural,
        step.edit.uid,
        step.kind,
        step.edit.before.revision if step.edit.before is not None else 0,
        step.revision,
        orjson.dumps(before).decode() if before else "{}",
        orjson.dumps(after).decode() if after else "{}",
        step.edit.reason,
    )


def remove_rows(session: Session, entity: type[Record], uid: str) -> None:
    """Take a record out without a trace in its table, as undoing a merge does: it was never ours."""
    for child in children_of(entity):
        line: type[Line] = child.line
        table = plain_table(line)
        session.execute(table.delete().where(table.c.record_uid == uid))
    table = plain_table(entity)
    session.execute(table.delete().where(table.c.uid == uid))
