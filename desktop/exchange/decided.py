"""What this office has decided about records of offices below: it keeps them from vanishing without a person's word."""

from collections import Counter, defaultdict
from collections.abc import Collection

from sqlalchemy.orm import Session

from desktop.models import Handover
from desktop.models.base import Record
from desktop.store.pointing import pointing_at
from desktop.store.records import load


def told_decided(session: Session, entity: type[Record], uids: Collection[str], own: str) -> dict[str, str]:
    """Of each of these records on which records of this office hang: how many of what (骨干教师 1 条).

    Who hands a record over has decided nothing about it but its writer.
    """
    holders: dict[type[Record], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for holder, holder_uid, uid in pointing_at(session, entity.plural, uids) if uids else ():
        if holder is not Handover:
            holders[holder][holder_uid].add(uid)
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for holder, some in holders.items():
        for stored in load(session, holder, list(some)).values():
            if stored.origin == own:
                for uid in some[stored.uid]:
                    found[uid][holder.label] += 1
    return {uid: "、".join(f"{label} {count} 条" for label, count in told.items()) for uid, told in found.items()}
