"""Handovers as a merge sees them: which records changed their writer, from whom to whom, at which revision."""

from collections.abc import Collection, Container, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from desktop.models import BY_PLURAL, Handover
from desktop.store.records import Edit, load


@dataclass(frozen=True, slots=True)
class Move:
    """One record given from one office to another; `revision` is the one at which it is the other's."""

    entity: str
    record: str
    before: str
    after: str
    revision: int


def held_moves(session: Session) -> dict[str, Move]:
    """The handovers known here, by the record that moved; of several the last."""
    stored = sorted(load(session, Handover).values(), key=lambda each: each.uid)
    return {move.record: move for each in stored for move in _moves(each.content)}


def told_moves(lines: Iterable[Mapping[str, Any]], writers: Container[str]) -> dict[str, Move]:
    """The handovers in a package that were written by an office with a right to: one that is among the writers."""
    found: dict[str, Move] = {}
    for line in lines:
        if line.get("origin") in writers and "deleted" not in line:
            found.update((move.record, move) for move in _moves(line))
    return found


def _moves(content: Mapping[str, Any]) -> list[Move]:
    items = content.get("items", ())
    before, after = content.get("from_office"), content.get("to_office")
    if not (isinstance(before, str) and isinstance(after, str) and isinstance(items, list)):
        return []
    return [
        Move(item["entity"], item["record"], before, after, item["revision"])
        for item in items
        if isinstance(item, dict) and _is_item(item)
    ]


def _is_item(item: Mapping[str, Any]) -> bool:
    texts = type(item.get("entity")) is str and type(item.get("record")) is str
    return texts and item["entity"] in BY_PLURAL and type(item.get("revision")) is int


def give_away(session: Session, moves: Iterable[Move], own_branch: Collection[str]) -> tuple[list[Edit], list[str]]:
    """What an office does with records of its own that were handed over to another: they are that one's from now on.

    Also tells of what was changed here since the upper office decided: that did not go along.
    """
    edits, told = [], []
    for move in moves:
        if move.before not in own_branch:
            continue
        entity = BY_PLURAL[move.entity]
        for uid, record in load(session, entity, (move.record,), with_deleted=True).items():
            if record.origin != move.before or record.deleted_at is not None:
                continue
            revision = max(record.revision, move.revision)
            edits.append(Edit(entity, uid, record, record.content, origin=move.after, revision=revision))
            if record.revision >= move.revision:
                name = entity.called(record.content)
                told.append(
                    f"{entity.label}“{name}”已移交单位 {move.after}，"
                    f"本单位后来的改动（第 {record.revision} 版）没有带走，请告诉该单位"
                )
    return edits, told
