"""What an operator worked on last: people, received rosters, printed sheets, packages."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desktop.models import Teacher
from desktop.models.local import Act, Change, PrintLog, Reception
from desktop.queries.traffic import sent_packages
from desktop.store.records import load

_BACK: Final = 200
"""So many of the operator's own edits are looked back, whatever was imported or merged since."""


@dataclass(frozen=True, slots=True)
class RecentThing:
    """One thing to go back to: a sentence, when, and the page that shows it."""

    text: str
    at: str
    page: str
    what: str = ""


def recent_things(session: Session, operator: str, *, each: int = 5) -> list[RecentThing]:
    """The last people, rosters, sheets and packages, so many of each, the newest first."""
    found = [*_people(session, operator, each), *_sheets(session, each), *_packages(session, each)]
    found += _receptions(session, each)
    return sorted(found, key=lambda thing: thing.at, reverse=True)


def _people(session: Session, operator: str, most: int) -> Iterator[RecentThing]:
    own = select(Act.id).where(Act.kind == "edit", Act.operator == operator).order_by(Act.id.desc()).limit(_BACK)
    query = (
        select(Change.record_uid, func.max(Act.at))
        .join(Act, Act.id == Change.act_id)
        .where(Change.act_id.in_(own), Change.entity == Teacher.plural)
        .group_by(Change.record_uid)
        .order_by(func.max(Change.id).desc())
        .limit(most)
    )
    times = {row[0]: row[1] for row in session.execute(query)}
    for uid, record in load(session, Teacher, times).items():
        yield RecentThing(str(record.content["name"]), times[uid], "teachers", uid)


def _sheets(session: Session, most: int) -> Iterator[RecentThing]:
    seen: set[str] = set()
    for row in session.scalars(select(PrintLog).order_by(PrintLog.id.desc()).limit(most * 4)):
        if row.report not in seen and len(seen) < most:
            seen.add(row.report)
            yield RecentThing(f"{row.title}（{row.pages} 页，{row.copies} 份）", row.at, "reports", row.report)


def _receptions(session: Session, most: int) -> Iterator[RecentThing]:
    query = select(Reception).join(Act, Act.id == Reception.act_id).where(Act.undone_by.is_(None))
    for row in session.scalars(query.order_by(Reception.id.desc()).limit(most)):
        yield RecentThing(f"{row.sender_name}花名册（第 {row.number} 次报送）", row.received_at, "import")


def _packages(session: Session, most: int) -> Iterator[RecentThing]:
    sealed = [each for each in sent_packages(session, kind="annual") if each.sealed_at]
    for each in sealed[:most]:
        state = "已收回执" if each.receipted_at else "未收回执"
        if each.replaced_by:
            state = f"已由第 {each.replaced_by} 次代替"
        year = each.stream.rpartition("/")[2]
        yield RecentThing(f"{year} 年度第 {each.seq} 次上报（{state}）", each.sealed_at, "packages")
