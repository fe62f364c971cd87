"""What a database holds as a whole: counts, and the canonical content by which two states are compared."""

from typing import Any

from sqlalchemy.orm import Session

from desktop.canonical import content_hash
from desktop.models import ENTITIES
from desktop.store.records import load


def count_records(session: Session) -> dict[str, int]:
    """How many records of each entity are not deleted, by plural name."""
    return {entity.plural: len(load(session, entity)) for entity in ENTITIES}


def contents(session: Session) -> dict[str, dict[str, dict[str, Any]]]:
    """All content by entity and uid, without revisions, stamps and history."""
    return {
        entity.plural: {uid: record.content for uid, record in sorted(load(session, entity).items())}
        for entity in ENTITIES
    }


def contents_hash(session: Session) -> str:
    """SHA-256 of all content: equal hashes are equal states, whatever happened in between."""
    return content_hash(contents(session))
