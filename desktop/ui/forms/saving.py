"""What a form asks of the services, each as work for a Job: load, save, delete, and what hangs on a record."""

from dataclasses import dataclass
from importlib import import_module

from desktop.models.base import Content, Record
from desktop.queries.hanging import count_hanging
from desktop.queries.traffic import answer_about
from desktop.services import records
from desktop.store.database import Store
from desktop.store.records import Stored, load_one


@dataclass(frozen=True, slots=True)
class Saving:
    """One save: the values to set (None clears), of which record at which revision, and the reason of a correction."""

    entity: type[Record]
    values: Content
    uid: str | None
    revision: int | None
    called: str
    reason: str | None = None


def read_record(store: Store, entity: type[Record], uid: str) -> Stored | None:
    """The record as it is now."""
    with store.read() as session:
        return load_one(session, entity, uid)


def read_answer(store: Store, stored: Stored) -> str:
    """How the record stands with the upper office, in a few words; empty if it was never answered."""
    with store.read() as session:
        return answer_about(session, stored)


def save_record(store: Store, saving: Saving, operator: str) -> Stored:
    """Save as one Act named for the undo menu; returns what is stored now."""
    word = "修改" if saving.uid else "新增"
    cards = import_module("desktop.exchange.cards")  # knows the keys, which forms need not wait for
    with store.write(f"{word}{saving.entity.label} {saving.called}", operator=operator) as session:
        untyped = {} if saving.uid else cards.untyped_values(session, saving.entity, store.office_code)
        uid = records.save(
            session,
            saving.entity,
            {**untyped, **saving.values},
            uid=saving.uid,
            revision=saving.revision,
            reason=saving.reason,
        )
    stored = read_record(store, saving.entity, uid)
    assert stored is not None
    return stored


def delete_record(store: Store, entity: type[Record], stored: Stored, operator: str) -> None:
    """Put a record into the bin as one Act."""
    with store.write(f"删除{entity.label} {entity.called(stored.content)}", operator=operator) as session:
        records.delete(session, entity, stored.uid)


def count_links(store: Store, entity: type[Record], uid: str) -> dict[str, int]:
    """How many records of which kind point to a record, by the label of their kind."""
    with store.read() as session:
        return count_hanging(session, entity.plural, uid)
