"""Checking an office's data: the file, the rules over every record, links that lead nowhere, attachments."""

from collections.abc import Iterator
from dataclasses import dataclass

from desktop.errors import Blocks, ValueProblem
from desktop.fields import Field, children_of, fields_of
from desktop.kinds import Link, Packed, Picture
from desktop.models import BY_PLURAL, ENTITIES
from desktop.models.base import Content, Record, problems_of
from desktop.store.blobs import blob_path, is_whole
from desktop.store.database import Store
from desktop.store.database_file import check_file
from desktop.store.records import Stored, load


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that `check` tells: which record, and a sentence."""

    entity: str
    uid: str
    name: str
    text: str


def check_database(store: Store) -> list[Finding]:
    """Everything that blocks saving or leads nowhere. Raises DatabaseError if the file itself is damaged."""
    check_file(store.path)
    with store.read() as session:
        records = {entity.plural: load(session, entity) for entity in ENTITIES}
        return [
            finding
            for entity in ENTITIES
            for record in records[entity.plural].values()
            for finding in _check(store, entity, record, records)
        ]


def _check(
    store: Store, entity: type[Record], record: Stored, records: dict[str, dict[str, Stored]]
) -> Iterator[Finding]:
    name = f"{entity.label}“{entity.called(record.content)}”"
    for text in (*_faults(entity, record.content), *_dead_ends(store, entity, record.content, records)):
        yield Finding(entity.plural, record.uid, name, text)


def _faults(entity: type[Record], content: Content) -> Iterator[str]:
    """What the rules refuse, and values that are none of their kind: data that did not come in through the program."""
    yield from (problem.text for problem in problems_of(entity, content) if problem.blocks is Blocks.SAVE)
    yield from filter(None, (_fault(field, content.get(field.name)) for field in fields_of(entity)))
    for child in children_of(entity):
        for number, line in enumerate(content.get(child.name, ()), 1):
            faults = (_fault(field, line.get(field.name)) for field in fields_of(child.line))
            yield from (f"{child.label}第 {number} 行：{fault}" for fault in faults if fault)


def _fault(field: Field, value: Packed | None) -> str:
    """Why a stored value is none of its kind; empty if it is one."""
    if value == "":
        return f"{field.label}没有填写"
    try:
        field.unpack(value)
    except ValueProblem as error:
        return f"{field.label}：{error}"
    return ""


def _dead_ends(
    store: Store, entity: type[Record], content: Content, records: dict[str, dict[str, Stored]]
) -> Iterator[str]:
    """Links to records that are not there, and pictures without their file."""
    for field in fields_of(entity):
        value = content.get(field.name)
        if value is None:
            continue
        if isinstance(field.kind, Link) and value not in records[field.kind.entity]:
            yield f"{field.label}指向的{BY_PLURAL[field.kind.entity].label}不在本单位的数据中"
        if isinstance(field.kind, Picture) and not is_whole(blob_path(store.folder, value), value):
            yield f"{field.label}的文件不见了或已损坏，请重新选入"
