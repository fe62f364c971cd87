"""The history of one record as sentences: who changed what from which value to which, when and why."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import orjson

from desktop.fields import Field, children_of, field_named, fields_of
from desktop.kinds import Link
from desktop.models import BY_PLURAL
from desktop.models.base import Content, Record
from desktop.models.local import Act, Change
from desktop.queries.directory import Directory
from desktop.store.database import Store
from desktop.store.history import changes_of
from desktop.ui.forms.line_sayings import difference, tell_lines

_WORDS = {"new": "新增", "delete": "删除", "restore": "恢复", "edit": "修改"}


def local_time(stamp: str) -> str:
    """A stored moment on the clock of this computer."""
    moment = datetime.strptime(stamp, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
    return f"{moment.astimezone():%Y-%m-%d %H:%M}"


@dataclass(frozen=True, slots=True)
class Told:
    """One step in the history of a record: the number of its Act, its sentences, whether it can be taken back."""

    act: int
    text: str
    can_undo: bool


def tell_record(store: Store, uid: str) -> list[Told]:
    """What happened to a record, the newest first."""
    with store.read() as session:
        names = Directory(session)
        told = []
        for change in changes_of(session, record=uid):
            act = session.get_one(Act, change.act_id)
            undone = "　（已撤销）" if act.undone_by is not None else ""
            who = f"{local_time(act.at)}　{act.operator or '（未登记经办人）'}　{act.name}{undone}"
            text = "\n".join([who, *(f"　　{each}" for each in tell_change(change, names))])
            told.append(Told(act.id, text, act.undone_by is None))
    return told[::-1]


def titled(names: Directory, entity: type[Record], content: Content) -> str:
    """What stands above a record's form: the person it is about, else its own name."""
    for link, plural in (("teacher", "teachers"), ("appointment", "appointments")):
        if link in content and isinstance(field_named(entity, link).kind, Link):
            return names.text(plural, content[link])
    return entity.called(content)


def tell_act(store: Store, act: int, *, most: int = 200) -> list[str]:
    """What an Act changed, record by record; of a long one the first `most` and how many more there are."""
    with store.read() as session:
        names = Directory(session)
        changes = changes_of(session, act=act)
        told = []
        for change in changes[:most]:
            entity = BY_PLURAL[change.entity]
            content: Content = {**orjson.loads(change.before), **orjson.loads(change.after)}
            called = called_in(names, change.entity, change.record_uid, content)
            details = "；".join(tell_change(change, names)) if change.kind == "edit" else ""
            told.append(f"{_WORDS[change.kind]} {entity.label}“{called}”{'：' if details else ''}{details}")
    more = len(changes) - most
    return [*told, f"……另有 {more} 条"] if more > 0 else told


def called_in(names: Directory, plural: str, uid: str, content: Content) -> str:
    """What people call a record: the person it is about, else its own name."""
    if "teacher" in content:
        return names.name("teachers", content["teacher"])
    if "appointment" in content:
        return names.name("appointments", content["appointment"])
    return names.name(plural, uid) or BY_PLURAL[plural].called(content)


def tell_change(change: Change, names: Directory) -> Iterator[str]:
    """One change as sentences; of a new record what it was entered with."""
    entity = BY_PLURAL[change.entity]
    before: Content = orjson.loads(change.before)
    after: Content = orjson.loads(change.after)
    if change.kind in ("delete", "restore"):
        yield f"{_WORDS[change.kind]}了这条记录"
    for field in fields_of(entity):
        old, new = _text(field, before, names), _text(field, after, names)
        if change.kind == "edit" and old != new:
            yield difference(field.label, old, new)
        elif change.kind == "new" and new and not field.internal:
            yield f"{field.label}：{new}"
    for child in children_of(entity):
        yield from tell_lines(
            child, before.get(child.name, ()), after.get(child.name, ()), lambda field, line: _text(field, line, names)
        )
    if change.reason:
        yield f"更正原因：{change.reason}"


def _text(field: Field, content: Content, names: Directory) -> str:
    packed = content.get(field.name)
    if packed is None:
        return ""
    if isinstance(field.kind, Link):
        return names.text(field.kind.entity, packed)
    if field.personal:
        return field.kind.mask(field.kind.unpack(packed))
    return field.format_packed(packed)
