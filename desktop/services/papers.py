"""The stamped paper of an office: noted on the day it comes, taken back when noted by mistake."""

from datetime import date

from desktop.errors import RefusedError
from desktop.models.local import PaperReceived
from desktop.store.database import Store


def note_paper(store: Store, office: str, step: str, year: int, *, day: date, bearer: str = "") -> None:
    """Note that the paper of one step came. Raises RefusedError for a day that is still to come."""
    if day > date.today():  # noqa: DTZ011 - an office's day is the day of its own clock
        raise RefusedError(f"收到日期 {day.isoformat()} 还没有到，没有登记；请核对日期")
    with store.write("登记收到纸质材料", kind="setup") as session:
        row = PaperReceived(
            office_code=office, step=step, year=year, received_on=day.isoformat(), bearer=bearer.strip() or None
        )
        session.merge(row)


def forget_paper(store: Store, office: str, step: str, year: int) -> None:
    """Take the note back."""
    with store.write("取消纸质材料登记", kind="setup") as session:
        row = session.get(PaperReceived, (office, step, year))
        if row is not None:
            session.delete(row)
