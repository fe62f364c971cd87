"""Checking an office's data: the file, the rules over every record, links that lead nowhere, attachments."""

from collections.abc import Iterator
from dataclasses import dataclass

from desktop.errors import Blocks
from desktop.fields import fields_of
from desktop.kinds import Link, Picture
from desktop.models import BY_PLURAL, ENTITIES
from desktop.models.base import Record, problems_of
from desktop.store.database import Store, check_file
from desktop.store.records import Stored, load

BLOBS_NAME = "blobs"


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
    for problem in problems_of(entity, record.content):
        if problem.blocks is Blocks.SAVE:
            yield Finding(entity.plural, record.uid, name, problem.text)
    for field in fields_of(entity):
        value = record.content.get(field.name)
        if value is None:
            continue
        if isinstance(field.kind, Link) and value not in records[field.kind.entity]:
            label = BY_PLURAL[field.kind.entity].label
            yield Finding(entity.plural, record.uid, name, f"{field.label}指向的{label}不在本单位的数据中")
        if isinstance(field.kind, Picture) and not (store.folder / BLOBS_NAME / value[:2] / value).is_file():
            yield Finding(entity.plural, record.uid, name, f"{field.label}的文件不见了，请重新选入")
