"""The Alias that a settled duplicate leaves: whoever still names the uid that was given up is led to the one kept."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from desktop.models import Alias
from desktop.models.base import Content, Record
from desktop.store.records import Edit, find, load, new_uid


def alias_edits(session: Session, entity: type[Record], lost: str, kept: str, reason: str) -> Iterator[Edit]:
    """The edits that lead one uid to another, and with it every uid that led to the one given up before."""
    content: Content = {"entity": entity.plural, "lost_uid": lost, "kept_uid": kept, "reason": reason}
    uid = new_uid(Alias, content)
    yield Edit(Alias, uid, load(session, Alias, (uid,), with_deleted=True).get(uid), content)
    for earlier in find(session, Alias, {"entity": entity.plural, "kept_uid": lost}).values():
        if earlier.origin == session.info["act"].origin:
            yield Edit(Alias, earlier.uid, earlier, {**earlier.content, "kept_uid": kept})


def kept_uids(session: Session, entity: type[Record]) -> dict[str, str]:
    """By each uid of an entity that was given up: the one that stands for it now."""
    led = {
        each.content["lost_uid"]: str(each.content["kept_uid"])
        for each in find(session, Alias, {"entity": entity.plural}).values()
    }
    return {lost: _followed(led, kept) for lost, kept in led.items()}


def _followed(led: dict[str, str], uid: str) -> str:
    seen: set[str] = set()
    while uid in led and uid not in seen:
        seen.add(uid)
        uid = led[uid]
    return uid
