"""The five steps by which a new office comes to its first printed list, and which of them are done."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desktop.models import Appointment, Cohort, School
from desktop.models.base import Record
from desktop.models.local import PrintLog
from desktop.queries.offices import own_office
from desktop.store.tables import plain_table


@dataclass(frozen=True, slots=True)
class FirstStep:
    """One step: what to do, why, the page where it is done, and whether it is."""

    text: str
    help: str
    page: str
    is_done: bool


def _has(entity: type[Record]) -> Callable[[Session], bool]:
    table = plain_table(entity)
    query = select(func.count()).select_from(table).where(table.c.deleted_at.is_(None))
    return lambda session: bool(session.scalar(query))


def _is_filled(session: Session) -> bool:
    office = own_office(session)
    return bool(office.get("contact") or office.get("phone") or office.get("leader_title"))


def _has_printed(session: Session) -> bool:
    return bool(session.scalar(select(func.count()).select_from(PrintLog)))


_STEPS: Final = (
    ("核对本单位信息", "全称与公章一致；签字栏的称谓、联系电话会印在每张表上", "offices", _is_filled),
    ("登记学校", "按公文里的固定顺序排列；学校简称也登记，导入时才认得", "schools", _has(School)),
    ("登记认定批次", "每个认定文件一个批次，任期从发文日期算起", "cohorts", _has(Cohort)),
    ("导入各校花名册", "学校交来的表格直接拖进来；去年的表格也可以导入", "import", _has(Appointment)),
    ("打印花名册", "核对一遍再盖章；打印时自动登记份数和版本", "reports", _has_printed),
)


def first_steps(session: Session) -> tuple[FirstStep, ...]:
    """The five steps in order."""
    return tuple(FirstStep(text, help_, page, done(session)) for text, help_, page, done in _STEPS)
