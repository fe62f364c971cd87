"""What hangs on a record: every record whose declared links, its own or those of its lines, point to it."""

from collections import defaultdict
from collections.abc import Collection, Iterator

from sqlalchemy.orm import Session

from desktop.models.base import Content, Record
from desktop.store.pointing import linking_to, pointing_at
from desktop.store.records import Stored, load


def hanging_on(session: Session, plural: str, uid: str) -> Iterator[tuple[type[Record], Stored]]:
    """The records, not deleted, that point to a record; each once, with its entity."""
    for entity, uids in _holders(session, plural, uid).items():
        yield from ((entity, record) for _uid, record in sorted(load(session, entity, uids).items()))


def count_hanging(session: Session, plural: str, uid: str) -> dict[str, int]:
    """How many records point to a record, by the label of their entity; bare counts, nothing is read whole."""
    return {entity.label: len(uids) for entity, uids in _holders(session, plural, uid).items()}


def _holders(session: Session, plural: str, uid: str) -> dict[type[Record], set[str]]:
    found: dict[type[Record], set[str]] = defaultdict(set)
    for entity, holder, _uid in pointing_at(session, plural, (uid,)):
        found[entity].add(holder)
    return found


def pointed_anew(entity: type[Record], content: Content, plural: str, old: str, new: str) -> Content:
    """The content of a record with its links to one record leading to another."""
    _entity, names, lines = next(each for each in linking_to(plural) if each[0] is entity)
    turned = _turned(content, names, old, new)
    for child, inner in lines:
        if child.name in turned:
            turned[child.name] = [_turned(line, inner, old, new) for line in turned[child.name]]
    return turned


def _turned(content: Content, names: Collection[str], old: str, new: str) -> Content:
    return {name: new if name in names and value == old else value for name, value in content.items()}
