"""What is not undone: people handed over to another office, and numbers that others follow."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop.errors import RefusedError
from desktop.models import Certificate, Handover
from desktop.models.local import Act, Change
from desktop.rules.certificates import series_and_serial
from desktop.store.records import Edit
from desktop.store.scan import scan


def refuse_moved(session: Session, act: Act) -> None:
    """Records that changed their writer are not taken back: another office writes them by now."""
    query = select(Change.id).where(Change.act_id == act.id, Change.entity == Handover.plural, Change.kind == "new")
    if session.scalars(query).first() is not None:
        raise RefusedError(f"操作“{act.name}”移交了人员，不能撤销；要改回来请再办一次移交，没有改动")


def refuse_gaps(session: Session, edits: Iterable[Edit]) -> None:
    """A number of the register that others follow is voided instead: taken back it would leave a gap."""
    gone = {edit.uid: edit.before for edit in edits if edit.entity is Certificate and edit.content is None}
    if not gone:
        return
    last: dict[tuple[str, str], int] = {}
    for each in scan(session, Certificate, ("number",)):
        series, serial = series_and_serial(each.content["number"])
        if each.uid not in gone:
            last[each.origin, series] = max(serial, last.get((each.origin, series), 0))
    for before in filter(None, gone.values()):
        number = before.content["number"]
        series, serial = series_and_serial(number)
        if serial < last.get((before.origin, series), 0):
            raise RefusedError(f"证书 {number} 之后又编了号，撤销会缺号，没有改动；不用的证书请在证书页作废")
