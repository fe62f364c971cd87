"""Appointments that an office noted from a school's roster give way to the decision of the office that appoints.

A roster's row about an appointment is a claim: it stands, as this office's own record, until the deciding office's own
comes down. Then the claim goes into the bin, an Alias leads from it to the decision, and what this office hung on it
hangs on the decision.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop.models import Alias, Appointment, Teacher
from desktop.models.base import Content
from desktop.queries.hanging import hanging_on, pointed_anew
from desktop.store.records import Edit, Stored, among, load, new_uid
from desktop.store.tables import plain_table

_WHY: Final = "上级已正式认定，以上级的认定为准"


def give_way(session: Session, own: str, decided: Iterable[Edit]) -> tuple[list[Edit], list[str]]:
    """The edits by which own claims give way to appointments that come from above, and what is told of them."""
    coming = {edit.uid: edit.content for edit in decided if edit.entity is Appointment and edit.content is not None}
    claims = _claims(session, own, {str(content["teacher"]) for content in coming.values()} if coming else set())
    edits: list[Edit] = []
    names: list[str] = []
    for uid, content in sorted(coming.items()):
        for claim in [each for each in claims.get(str(content["teacher"]), ()) if _is_claim_of(each.content, content)]:
            claims[str(content["teacher"])].remove(claim)
            edits += _replace(session, own, claim, uid)
            names.append(str(content["teacher"]))
    if not names:
        return [], []
    people = load(session, Teacher, names)
    told = "、".join(people[uid].content["name"] for uid in names[:6] if uid in people)
    more = " 等" if len(names) > 6 else ""
    return edits, [f"本单位据名册登记的 {len(names)} 条骨干教师由上级的认定代替：{told}{more}"]


def _claims(session: Session, own: str, teachers: set[str]) -> dict[str, list[Stored]]:
    """Own appointments of some teachers, by teacher."""
    table = plain_table(Appointment)
    query = select(table.c.uid).where(table.c.origin == own, table.c.deleted_at.is_(None))
    uids = session.scalars(query.where(among(table.c.teacher, teachers))).all() if teachers else []
    found: dict[str, list[Stored]] = {}
    for record in load(session, Appointment, uids).values():
        found.setdefault(record.content["teacher"], []).append(record)
    return found


def _is_claim_of(claim: Mapping[str, object], decided: Mapping[str, object]) -> bool:
    """Whether a claim speaks of a decision: the same tier and document, or where one names none, the same year."""
    if claim["tier"] != decided["tier"]:
        return False
    documents = [content.get("cohort") for content in (claim, decided)]
    if all(documents):
        return documents[0] == documents[1]
    years = [str(content.get("recognized_on", ""))[:4] for content in (claim, decided)]
    return not all(years) or years[0] == years[1]


def _replace(session: Session, own: str, claim: Stored, kept: str) -> Iterator[Edit]:
    yield Edit(Appointment, claim.uid, claim, None, origin=own, revision=claim.revision + 1, reason=_WHY)
    for entity, record in hanging_on(session, Appointment.plural, claim.uid):
        if record.origin == own:
            moved = pointed_anew(entity, record.content, Appointment.plural, claim.uid, kept)
            yield Edit(entity, record.uid, record, moved, origin=own, revision=record.revision + 1)
    content: Content = {"entity": Appointment.plural, "lost_uid": claim.uid, "kept_uid": kept, "reason": _WHY}
    uid = new_uid(Alias, content)
    before = load(session, Alias, (uid,), with_deleted=True).get(uid)
    yield Edit(Alias, uid, before, content, origin=own, revision=before.revision + 1 if before is not None else 1)
