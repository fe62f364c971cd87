"""The bin: records that were deleted here and can be brought back as they were."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from desktop.errors import RefusedError
from desktop.models import BY_PLURAL, ENTITIES
from desktop.models.base import Record, key_of
from desktop.store.records import Edit, find, load, write_edits


@dataclass(frozen=True, slots=True)
class Deleted:
    """One record in the bin: what it is, when and by whom it was deleted (UTC, as stored)."""

    plural: str
    uid: str
    called: str
    deleted_at: str
    deleted_by: str


def list_bin(session: Session, *, own: str) -> list[Deleted]:
    """The deleted records of the office itself, the newest first."""
    found = [
        Deleted(entity.plural, uid, entity.called(record.content), record.deleted_at, record.changed_by)
        for entity in ENTITIES
        for uid, record in load(session, entity, with_deleted=True).items()
        if record.deleted_at is not None and record.origin == own
    ]
    return sorted(found, key=lambda each: each.deleted_at, reverse=True)


def restore(session: Session, plural: str, uid: str) -> None:
    """Bring one record back. Raises RefusedError if it is not in the bin or another has taken its key."""
    entity: type[Record] = BY_PLURAL[plural]
    record = load(session, entity, (uid,), with_deleted=True).get(uid)
    if record is None or record.deleted_at is None:
        raise RefusedError(f"这条{entity.label}已不在回收站里，没有改动")
    key = key_of(entity, record.content)
    others = find(session, entity, dict(zip(entity.key, key, strict=True))) if key is not None else {}
    for other in others.values():
        called = entity.called(other.content)
        raise RefusedError(f"“{called}”已用了同样的号码或名称，不能恢复；请先核对是否重复，没有改动")
    write_edits(session, [Edit(entity, uid, record, record.content)])
