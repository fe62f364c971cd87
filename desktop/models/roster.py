"""The roster of backbone teachers: cohorts, appointments, and what happened to an appointment."""

import datetime as dt
from typing import ClassVar

from desktop.errors import Blocks, Problem
from desktop.fields import choice, day, document_number, link, ordinal_number, partial_date, text, whole
from desktop.models.base import Content, Record
from desktop.rules.documents import is_document_number


class Cohort(Record):
    """届: an appointment round of one tier, fixed by one document; its date gives the terms of all under it."""

    plural: ClassVar[str] = "cohorts"
    label: ClassVar[str] = "认定批次"
    key: ClassVar[tuple[str, ...]] = ("tier", "doc_no")
    shared: ClassVar[bool] = True

    tier: str = choice("级别", "tier", listed=True)
    doc_no: str = document_number("文号", listed=True, sensitive=True, headings=("认定文号", "批准文号"))
    ordinal: int | None = ordinal_number("届次", listed=True)
    name: str | None = text("名称", listed=True)
    issue_date: dt.date | None = day("发文日期", is_past=True, listed=True, needed=True, sensitive=True)
    cycle_years: int | None = whole("周期（年）", least=1, most=10, listed=True, help="不填按政策规定")
    issuer: str | None = text("发文单位", listed=True)
    note: str | None = text("备注")

    @classmethod
    def rules(cls, content: Content) -> list[Problem]:
        """The number has the form of a number of a document."""
        number = content.get("doc_no")
        if number and not is_document_number(number):
            return [Problem("doc_no", f"“{number}”不是规范的文号，应为“发文机关代字〔年份〕序号号”", Blocks.SUBMIT)]
        return []

    @classmethod
    def called(cls, content: Content) -> str:
        """The number of the document."""
        return str(content.get("doc_no", cls.label))


class Appointment(Record):
    """骨干教师: the appointment of a teacher to one tier by one document."""

    plural: ClassVar[str] = "appointments"
    label: ClassVar[str] = "骨干教师"

    teacher: str = link("教师", "teachers", listed=True)
    cohort: str | None = link("认定批次", "cohorts", listed=True, sensitive=True)
    tier: str = choice(
        "级别",
        "tier",
        listed=True,
        sensitive=True,
        headings=(
            "骨干级别",
            "骨干教师级别",
            "称号",
            "骨干教师称号",
            "最高骨干教师级别",
            "认定级别",
            "骨干类别",
            "骨干等级",
            "骨干层次",
            "骨干类型",
            "骨干称号",
            "骨干教师类别",
            "骨干教师层级",
            "骨干教师层次",
            "骨干教师等级",
            "骨干层级",
        ),
    )
    stage: str | None = choice("认定学段", "stage", listed=True)
    subject: str | None = text("认定学科", listed=True, limit=60)
    recognized_on: str | None = partial_date(
        "认定时间",
        is_past=True,
        listed=True,
        sensitive=True,
        headings=(
            "认定年月",
            "批准时间",
            "批准年月",
            "认定日期",
            "任期起始时间",
            "任期起始年月",
            "聘任起始时间",
            "获得时间",
            "评定时间",
            "首次认定时间",
            "获得称号时间",
            "发文时间",
            "文件时间",
            "骨干认定时间",
        ),
    )
    number: str | None = text("证书编号", listed=True, limit=60, headings=("骨干教师证书编号",))
    note: str | None = text("备注", listed=True)

    @classmethod
    def indexed(cls) -> tuple[str, ...]:
        """Found by teacher and by cohort."""
        return ("teacher", "cohort")

    @classmethod
    def rules(cls, content: Content) -> list[Problem]:
        """The paper needs the document or at least the date."""
        if not content.get("cohort"):
            return [Problem("cohort", "认定文号没有填写", Blocks.SUBMIT)]
        return []


class AppointmentEvent(Record):
    """A dated, documented change of state of an appointment (BB-2): promotion, revocation, move, retirement."""

    plural: ClassVar[str] = "appointment_events"
    label: ClassVar[str] = "任期变动"

    appointment: str = link("骨干教师", "appointments", listed=True)
    status: str = choice("变动后状态", "appointment_status", listed=True)
    date: dt.date = day("变动日期", listed=True)
    doc_no: str | None = document_number("文号", listed=True)
    decided_by: str | None = text("决定单位", listed=True)
    reason: str | None = text("原因", listed=True)
    follow_up: str | None = link("变动后任职", "appointments", help="晋升的，指向新的任职")

    @classmethod
    def indexed(cls) -> tuple[str, ...]:
        """Found by appointment."""
        return ("appointment",)

    @classmethod
    def rules(cls, content: Content) -> list[Problem]:
        """A revocation is a decision: it names its document and its reason (BB-9)."""
        if content.get("status") != "REVOKED":
            return []
        wanted = (("doc_no", "取消资格的文号没有填写"), ("reason", "取消资格的原因没有填写"))
        return [Problem(name, text_, Blocks.SUBMIT) for name, text_ in wanted if not content.get(name)]
