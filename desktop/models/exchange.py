"""What offices settle with each other: a person handed over, and a conflict between two versions of one record."""

import datetime as dt
from typing import ClassVar

from desktop.fields import choice, day, document_number, lines, link, long_text, text, whole
from desktop.models.base import Content, Line, Record


class HandoverItem(Line):
    """One record that changes its writer, with the revision at which it does."""

    parent: ClassVar[str] = "handovers"
    table: ClassVar[str] = "handover_items"

    entity: str = text("表", limit=40)
    record: str = text("标识", limit=40)
    revision: int = whole("版本", least=1, most=2**31)


class Handover(Record):
    """移交: a teacher's records get another writer, by a decision of the office above both."""

    plural: ClassVar[str] = "handovers"
    label: ClassVar[str] = "人员移交"

    teacher: str = link("教师", "teachers", listed=True)
    from_office: str = text("移出单位代码", listed=True, limit=40)
    to_office: str = text("移入单位代码", listed=True, limit=40)
    date: dt.date = day("移交日期", listed=True)
    doc_no: str | None = document_number("文号", listed=True)
    reason: str | None = text("原因", listed=True)
    items: list[HandoverItem] = lines("移交的记录", HandoverItem)

    @classmethod
    def indexed(cls) -> tuple[str, ...]:
        """Found by teacher."""
        return ("teacher",)

    @classmethod
    def called(cls, content: Content) -> str:
        """From where to where."""
        return f"{content.get('from_office', '')} 移交 {content.get('to_office', '')}"


class ConflictValue(Line):
    """One field in which two versions differed, both values as a clerk reads them."""

    parent: ClassVar[str] = "conflict_decisions"
    table: ClassVar[str] = "conflict_values"

    label: str = text("项目", limit=60)
    here: str | None = long_text("本单位")
    sent: str | None = long_text("数据包")


class ConflictDecision(Record):
    """差异处理: which of two versions a person chose, why, and the values that were given up."""

    plural: ClassVar[str] = "conflict_decisions"
    label: ClassVar[str] = "差异处理"

    name: str = text("记录", listed=True)
    entity: str = text("表", limit=40)
    record: str = text("标识", limit=40)
    kept: str = choice("处理", "conflict_choice", listed=True)
    reason: str = text("理由", listed=True)
    sender: str = text("报送单位代码", listed=True, limit=40)
    package: str = text("数据包", listed=True, help="年度和次数", limit=60)
    decided_on: dt.date = day("处理日期", listed=True)
    decided_by: str | None = text("处理人", listed=True, limit=40)
    question: str | None = text("差异说明")
    digest: str = text("内容校验", limit=64, internal=True)
    differences: list[ConflictValue] = lines("双方内容", ConflictValue)

    @classmethod
    def indexed(cls) -> tuple[str, ...]:
        """Found by the record it is about."""
        return ("record",)
