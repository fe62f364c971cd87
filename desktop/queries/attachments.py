"""Which attachments anything names: records, those in the bin too, what an undo would bring back, and drafts."""

import re
from collections.abc import Iterator
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from desktop.models import ENTITIES
from desktop.models.base import Record
from desktop.models.local import Change, Draft
from desktop.store.blobs import picture_fields
from desktop.store.tables import plain_table

_HASH: Final = re.compile(r"\b[0-9a-f]{64}\b")


def named_by_records(session: Session) -> set[str]:
    """The attachments that records name, deleted ones included."""
    found: set[str] = set()
    for entity, fields in _naming():
        table = plain_table(entity)
        for name in fields:
            found.update(session.scalars(select(table.c[name]).where(table.c[name].is_not(None))))
    return found


def named_by_history(session: Session) -> set[str]:
    """The attachments that stand in the values before or after any change, or in a form that was not saved yet."""
    columns = (Change.__table__.c.before, Change.__table__.c.after)
    plurals = [entity.plural for entity, _fields in _naming()]
    names = {name for _entity, fields in _naming() for name in fields}
    spoken_of = or_(*(column.contains(f'"{name}":') for column in columns for name in names))
    query = select(*columns).where(Change.__table__.c.entity.in_(plurals), spoken_of)
    texts = [text for row in session.execute(query) for text in row]
    texts += session.scalars(select(Draft.__table__.c.content))
    return {name for text in texts for name in _HASH.findall(text or "")}


def _naming() -> Iterator[tuple[type[Record], tuple[str, ...]]]:
    return ((entity, fields) for entity in ENTITIES if (fields := picture_fields(entity)))
