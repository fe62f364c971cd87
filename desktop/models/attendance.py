"""Who takes part in a class and was there: enrolments, sign-in sheets with their marks, leave."""

import datetime as dt
from decimal import Decimal
from typing import ClassVar

from desktop.errors import Blocks, Problem
from desktop.fields import choice, day, exact, lines, link, long_text, person_name, phone, text, whole, yes_no
from desktop.models.base import Content, Line, Record
from desktop.models.training import days_in_order, no_hours


class Enrolment(Record):
    """学员: one person in one class; a walk-in has only a written name until it is linked to a teacher."""

    plural: ClassVar[str] = "enrolments"
    label: ClassVar[str] = "学员"

    training_class: str = link("培训班", "classes", listed=True)
    number: int | None = whole("学号", least=1, most=99_999, listed=True, help="班内编号")
    teacher: str | None = link("教师", "teachers", listed=True)
    written_name: str | None = person_name("现场登记姓名", listed=True, help="不在名册中的先登记姓名")
    written_unit: str | None = text("现场登记单位", listed=True)
    written_phone: str | None = phone("现场登记电话")
    route: str | None = choice("参训方式", "enrolment_route", listed=True)
    place: str | None = link("占用名额", "places")
    group: str | None = text("分组", listed=True, limit=20)
    seat: str | None = text("座位", listed=True, limit=20)
    lodges: bool | None = yes_no("住宿")
    room: str | None = text("住宿房间", limit=20)
    joined_on: dt.date | None = day("报到日期", listed=True, help="晚报到的填写，此前的课程按政策计缺课")
    withdrawn_on: dt.date | None = day("退学日期", listed=True)
    withdrawal_reason: str | None = text("退学原因")
    note: str | None = text("备注", listed=True)

    @classmethod
    def indexed(cls) -> tuple[str, ...]:
        """Found by class and by teacher."""
        return ("training_class", "teacher")

    @classmethod
    def rules(cls, content: Content) -> list[Problem]:
        """Somebody is enrolled; who left says why and did not leave before coming."""
        found = []
        if not content.get("teacher") and not content.get("written_name"):
            found.append(Problem("teacher", "学员没有填写：请选择教师，或先填写现场登记姓名"))
        joined, withdrawn = content.get("joined_on"), content.get("withdrawn_on")
        if joined and withdrawn and withdrawn < joined:
            found.append(Problem("withdrawn_on", f"退学日期“{withdrawn}”早于报到日期“{joined}”，请核对"))
        if withdrawn and not content.get("withdrawal_reason"):
            found.append(Problem("withdrawal_reason", "已填退学日期，退学原因没有填写", Blocks.SUBMIT))
        return found

    @classmethod
    def called(cls, content: Content) -> str:
        """The written name of a walk-in."""
        return str(content.get("written_name", cls.label))


class Mark(Line):
    """One row of a sign-in sheet: row number as printed, whom it is for, and how it was; empty if not yet known."""

    parent: ClassVar[str] = "sign_in_sheets"
    table: ClassVar[str] = "sheet_marks"

    row: int = whole("行号", least=1, most=99_999)
    enrolment: str = link("学员", "enrolments")
    mark: str | None = choice("考勤", "attendance")
    hours: Decimal | None = exact("缺课学时", help="只缺一部分的填写；不填为整个课次")
    note: str | None = text("备注", help="例如：代签")


class SignInSheet(Record):
    """签到表: the sheet of one session; its row numbers are frozen when it is printed."""

    plural: ClassVar[str] = "sign_in_sheets"
    label: ClassVar[str] = "签到表"

    session: str = link("课次", "sessions", listed=True)
    number: str | None = text("签到表编号", limit=40, listed=True)
    order: str | None = choice("排列方式", "sheet_order", listed=True)
    rows_per_page: int | None = whole("每页人数", least=1, most=100)
    printed_on: dt.date | None = day("打印日期", listed=True)
    entered_on: dt.date | None = day("登记日期", listed=True)
    marks: list[Mark] = lines("考勤登记", Mark)

    @classmethod
    def indexed(cls) -> tuple[str, ...]:
        """Found by session."""
        return ("session",)

    @classmethod
    def rules(cls, content: Content) -> list[Problem]:
        """No row number and no trainee stands twice."""
        marks = content.get("marks", ())
        found = []
        for name, word in (("row", "行号"), ("enrolment", "学员")):
            seen = set()
            for number, line in enumerate(marks, 1):
                value = line.get(name)
                if value in seen:
                    found.append(Problem(f"marks.{number}.{name}", f"第 {number} 行的{word}与前面重复，请核对"))
                seen.add(value)
        return found

    @classmethod
    def called(cls, content: Content) -> str:
        """The number on the sheet."""
        return str(content.get("number", cls.label))


class LeaveApproval(Line):
    """The word of one of those who must agree to a leave (TR-9, TR-16)."""

    parent: ClassVar[str] = "leaves"
    table: ClassVar[str] = "leave_approvals"

    by: str = choice("审批环节", "leave_approver")
    name: str | None = person_name("审批人")
    date: dt.date | None = day("审批日期")
    agrees: bool | None = yes_no("是否同意")
    opinion: str | None = text("意见")


class Leave(Record):
    """请假: the slip of one trainee for a time, with the approvals it got."""

    plural: ClassVar[str] = "leaves"
    label: ClassVar[str] = "请假"

    enrolment: str = link("学员", "enrolments", listed=True)
    kind: str = choice("请假类别", "leave_kind", listed=True)
    start: dt.date = day("开始日期", listed=True)
    start_half: str | None = choice("开始时段", "day_part", listed=True)
    end: dt.date = day("结束日期", listed=True)
    end_half: str | None = choice("结束时段", "day_part", listed=True)
    hours: Decimal | None = exact("学时", listed=True)
    reason: str | None = long_text("事由", listed=True)
    applied_on: dt.date | None = day("申请日期", listed=True)
    returned_on: dt.date | None = day(
        "销假日期", is_past=True, listed=True, help="实际返回的日期；此后的课次不再算请假"
    )
    returned_half: str | None = choice("销假时段", "day_part", help="从哪一时段起返回；不填的，返回当天仍算请假")
    returned_note: str | None = text("销假说明")
    approvals: list[LeaveApproval] = lines("审批", LeaveApproval)

    @classmethod
    def indexed(cls) -> tuple[str, ...]:
        """Found by trainee."""
        return ("enrolment",)

    @classmethod
    def rules(cls, content: Content) -> list[Problem]:
        """The end, by day and half-day, does not precede the start, nor does the return."""
        start, end = content.get("start"), content.get("end")
        found = no_hours(content, "请假学时") + days_in_order(content)
        if start and start == end and content.get("end_half", "3") < content.get("start_half", "1"):
            found.append(Problem("end_half", "请假结束时段早于开始时段，请核对", Blocks.SUBMIT))
        returned = content.get("returned_on")
        if start and returned and returned < start:
            found.append(Problem("returned_on", f"销假日期“{returned}”早于请假开始日期“{start}”，请核对"))
        return found
