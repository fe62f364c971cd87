"""Places received from above, shared out to schools; never more than there are."""

from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy.orm import Session

from desktop.errors import RefusedError
from desktop.models import Place
from desktop.models.base import Content
from desktop.queries.directory import Directory
from desktop.queries.training.places import place_balance
from desktop.services.records import parse_values, save
from desktop.services.training.enrolling import enrol
from desktop.store.records import Edit, find, load_one, new_uid, write_edits

ON_A_PLACE: Final = "2"
"""The code of enrolment_route 名额推荐."""


def receive_places(session: Session, programme: str, count: str, *, doc_no: str = "") -> str:
    """Note places that came from above, as typed; returns the uid. Raises InvalidRecord for what cannot be read."""
    values = parse_values(Place, {"count": count, "doc_no": doc_no})
    return save(session, Place, {"programme": programme, **values})


def send_names(session: Session, training_class: str, place: str, teachers: Sequence[str]) -> list[str]:
    """Send teachers up on the places of a school; returns the new enrolments.

    Raises RefusedError if there are more names than places.
    """
    record = load_one(session, Place, place)
    if record is None:
        raise RefusedError("这条名额已被删除，没有填报")
    made = enrol(session, training_class, teachers, place=place, route=ON_A_PLACE)
    named = place_balance(session, record.content["programme"]).named.get(place, 0)
    if named > record.content["count"]:
        school = Directory(session).name("schools", record.content.get("school"))
        count = record.content["count"]
        raise RefusedError(f"{school}有 {count} 个名额，填报了 {named} 人，多 {named - count} 人，没有填报；请核减")
    return made


def share_places(session: Session, programme: str, counts: Mapping[str, int], **values: str | None) -> int:
    """Give schools so many places of a programme (0 takes them away); returns how many schools changed.

    `values` are fields of Place such as deadline. Raises RefusedError if more would be shared than received.
    """
    known = find(session, Place, {"programme": programme})
    by_school = {record.content["school"]: record for record in known.values() if "school" in record.content}
    edits = []
    for school, count in counts.items():
        before = by_school.get(school)
        content: Content = {**(before.content if before else {}), "programme": programme, "school": school, **values}
        content["count"] = count
        if before is not None or count:
            uid = before.uid if before is not None else new_uid(Place, content)
            edits.append(Edit(Place, uid, before, content if count else None))
    write_edits(session, edits)
    balance = place_balance(session, programme)
    if balance.received is not None and balance.shared > balance.received:
        name = Directory(session).text("programmes", programme)
        raise RefusedError(
            f"“{name}”上级下达 {balance.received} 名，各校合计 {balance.shared} 名，"
            f"多分 {balance.shared - balance.received} 名，没有保存；请核减"
        )
    return len(edits)
