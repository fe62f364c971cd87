"""Where the links of a package's records lead: to records of the package, to what is here, or to a natural key here."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop.exchange.merge_keys import find_holders
from desktop.exchange.merge_stage import Sent, Stage
from desktop.exchange.plan import Outcome
from desktop.exchange.record_lines import Incoming, shape_of
from desktop.models import BY_PLURAL
from desktop.models.base import Record, key_of
from desktop.store.records import among
from desktop.store.tables import plain_table

Unresolved = Mapping[str, Sequence[tuple[str, Outcome]]]
"""By uid of a record, the required links that lead nowhere, and what became of the record at their end."""


def links_itself(entity: type[Record]) -> bool:
    """Whether records of an entity link to others of the same, whichever of them comes first."""
    return any(plural == entity.plural for _name, plural in shape_of(entity).links)


class Links:
    """The links of one package; `aliases` lead from a uid that was given up to the one that was kept."""

    def __init__(self, session: Session, stage: Stage, aliases: Mapping[str, str]) -> None:
        self._session = session
        self._stage = stage
        self._aliases = aliases

    def resolve(self, entity: type[Record], incoming: list[Incoming]) -> Unresolved:
        """Point the links of some records at what is here; returns those that lead nowhere."""
        unresolved: dict[str, list[tuple[str, Outcome]]] = {}
        known = shape_of(entity).fields
        for name, plural in shape_of(entity).links:
            targets = {each.content[name] for each in incoming if type(each.content.get(name)) is str}
            sent = self._stage.sent(targets)
            here = {uid for uid, each in self._stage.sent(targets, plural).items() if each.here}
            wanting = [each for each in incoming if name in each.content and each.content[name] not in here]
            found = self._find(BY_PLURAL[plural], name, wanting, sent)
            for each in wanting:
                target = each.content[name]
                if target in found:
                    each.content[name] = found[target]
                elif known[name].required:
                    outcome = sent[target].outcome if target in sent else None
                    unresolved.setdefault(each.uid, []).append((name, outcome or Outcome.INVALID))
        return unresolved

    def _find(
        self, target: type[Record], name: str, wanting: list[Incoming], sent: Mapping[str, Sent]
    ) -> dict[str, str]:
        """Where links lead that no record of the package answers: by uid what is here, then by natural key."""
        uids = {each.content[name] for each in wanting if type(each.content[name]) is str}
        aliases = {uid: self._aliases[uid] for uid in uids if uid in self._aliases}
        found = {uid: uid for uid in _existing(self._session, target, uids)}
        kept = _existing(self._session, target, set(aliases.values()))
        found.update((uid, kept_uid) for uid, kept_uid in aliases.items() if kept_uid in kept)
        keys: dict[str, tuple[Any, ...]] = {}
        for each in wanting:
            key = key_of(target, each.keys.get(name, {}))
            uid = each.content[name]
            # Whether a person who was not taken is the one with that number is not decided yet: nothing is hung on him.
            awaits = uid in sent and sent[uid].outcome is not None and not target.shared
            if key is not None and all(type(part) in (str, int) for part in key) and uid not in found and not awaits:
                keys[uid] = key
        holders = find_holders(self._session, target, keys.values())
        found.update((uid, holders[key]) for uid, key in keys.items() if key in holders)
        return found


def _existing(session: Session, entity: type[Record], uids: Collection[str]) -> set[str]:
    column = plain_table(entity).c.uid
    return set(session.scalars(select(column).where(among(column, uids)))) if uids else set()
