"""Places received from above, shared out to schools; never more than there are."""

from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy.orm import Session

from desktop.errors import RefusedError
from desktop.models import Place
from desktop.models.base import Content
from desktop.queries.directory import Directory
from desktop.queries.training.places import Limit, limit_of, limit_text, place_balance
from desktop.services.records import parse_values, save
from desktop.services.training.enrolling import enrol
from desktop.store.records import Edit, find, load_one, new_uid, write_edits

ON_A_PLACE: Final = "2"
"""The code of enrolment_route 名额推荐."""


def receive_places(session: Session, programme: str, texts: Mapping[str, str]) -> str:
    """Note places that came from above, fields of Place as typed; returns the uid.

    Raises InvalidRecord for what cannot be read.
    """
    return save(session, Place, {"programme": programme, **parse_values(Place, texts)})


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


def share_places(
    session: Session, programme: str, counts: Mapping[str, int], *, limit: Limit = ("", ""), **values: str | None
) -> int:
    """Give schools so many places of a programme (0 takes them away); returns how many schools changed.

    `limit` says whom they are for, `values` are fields of Place such as deadline. Raises RefusedError if more would be
    shared than received, in all or for those alone.
    """
    known = [each for each in find(session, Place, {"programme": programme}).values() if "school" in each.content]
    by_school = {record.content["school"]: record for record in known if limit_of(record.content) == limit}
    given = dict(zip(("stage", "subject"), limit, strict=True))
    edits = []
    for school, count in counts.items():
        before = by_school.get(school)
        content: Content = {**(before.content if before else {}), "programme": programme, "school": school, **values}
        content |= {name: value for name, value in given.items() if value}
        content["count"] = count
        if before is not None or count:
            uid = before.uid if before is not None else new_uid(Place, content)
            edits.append(Edit(Place, uid, before, content if count else None))
    write_edits(session, edits)
    balance = place_balance(session, programme)
    accounts = [(limit_text(one), each.received, each.shared) for one, each in balance.limits.items()]
    for word, received, shared in (*accounts, ("", balance.received, balance.shared)):
        if received is not None and shared > received:
            name = Directory(session).text("programmes", programme)
            raise RefusedError(
                f"“{name}”{word}上级下达 {received} 名，各校合计 {shared} 名，"
                f"多分 {shared - received} 名，没有保存；请核减"
            )
    return len(edits)
