"""Places received from above, shared out to schools; never more than there are."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from desktop.errors import RefusedError
from desktop.models import Place
from desktop.models.base import Content
from desktop.queries.directory import Directory
from desktop.queries.training.places import place_balance
from desktop.store.records import Edit, find, new_uid, write_edits


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
