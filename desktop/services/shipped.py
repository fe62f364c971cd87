"""Policies and holidays that come with the program: records that no office writes, brought in when they are new.

An office made by an earlier version lacks what was shipped since. It is brought in when the office is opened, once for
each state of the shipped files, which a setting of the same name as their origin tells, as one Act that Ctrl+Z passes
over; what is shipped otherwise since is mended in the same Act. A row that somebody deleted is not brought again.
"""

import hashlib

import orjson
from sqlalchemy.orm import Session

from desktop.codes import shipped_holidays, shipped_policies
from desktop.models import Holiday, Policy
from desktop.models.base import Content, trimmed
from desktop.models.regulation import OPEN_START, SHIPPED
from desktop.paths import RESOURCES
from desktop.store.database import Store
from desktop.store.history import SHIPPED_KIND
from desktop.store.records import Edit, Stored, load, new_uid, write_edits


def shipped_mark() -> str:
    """The state of the shipped files; another one where any of them changed."""
    files = sorted([*(RESOURCES / "policies").glob("*.toml"), *(RESOURCES / "holidays").glob("*.csv")])
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:16]


def bring_in_shipped(store: Store) -> int:
    """Bring what is shipped now and lacking into an office; returns how many records. Raises DatabaseError."""
    mark = shipped_mark()
    if store.settings.get(SHIPPED) == mark:
        return 0
    with store.write("带入随程序提供的政策参数和节假日", kind=SHIPPED_KIND) as session:
        edits = shipped_edits(session)
        write_edits(session, edits)
    store.set_settings({SHIPPED: mark})
    return len(edits)


def shipped_edits(session: Session) -> list[Edit]:
    """The edits that bring policies and holidays shipped with this program into a database that lacks them."""
    policies = [
        {
            "policy_set": row.policy_set,
            "name": row.key,
            "from_year": row.from_year or OPEN_START,
            "to_year": row.until_year or None,
            "value": orjson.dumps(row.value).decode(),
            "unit": row.unit or None,
            "meaning": row.label,
            "source": row.source or None,
        }
        for row in shipped_policies()
    ]
    holidays = [{"date": row.day.isoformat(), "kind": row.kind} for row in shipped_holidays()]
    edits = []
    for entity, contents in ((Policy, policies), (Holiday, holidays)):
        known = load(session, entity, with_deleted=True)
        for content in contents:
            uid = new_uid(entity, content)
            before = known.get(uid)
            if before is None or _is_outdated(before, trimmed(entity, content)):
                edits.append(Edit(entity, uid, before, content, origin=SHIPPED))
    return edits


def _is_outdated(before: Stored, content: Content) -> bool:
    """Whether a record is the program's own and says something else than this version of it."""
    return before.origin == SHIPPED and before.deleted_at is None and before.content != content
