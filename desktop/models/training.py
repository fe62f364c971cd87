"""Training as it is planned: programmes, places handed down, classes with their plan, courses and sessions."""

import datetime as dt
import re
from decimal import Decimal
from typing import ClassVar, Final

from desktop.errors import Blocks, Problem
from desktop.fields import (
    choice,
    day,
    document_number,
    exact,
    lines,
    link,
    long_text,
    money,
    person_name,
    phone,
    text,
    whole,
    year,
    yes_no,
)
from desktop.models.base import Content, Line, Record

_CLOCK: Final = re.compile(r"([01]?\d|2[0-3])[:：][0-5]\d")


class Programme(Record):
    """培训项目: one line of the year's training plan, held here or by an upper office; its classes carry it out."""

    plural: ClassVar[str] = "programmes"
    label: ClassVar[str] = "培训项目"

    name: str = text("项目名称", section="基本情况", listed=True)
    year: int = year("年度", section="基本情况", listed=True)
    kind: str | None = choice("培训类别", "training_kind", section="基本情况", listed=True, needed=True)
    level: str | None = choice("培训级别", "training_level", section="基本情况", listed=True, needed=True)
    mode: str | None = choice("培训方式", "training_mode", section="基本情况", listed=True)
    tier: str | None = choice("面向骨干级别", "tier", section="对象")
    stage: str | None = choice("面向学段", "stage", section="对象", listed=True)
    subject: str | None = text("面向学科", section="对象", limit=60)
    audience: str | None = text("培训对象", section="对象", help="例如：农村初中骨干教师")
    organiser: str | None = text("主办单位", section="承办", listed=True)
    base: str | None = text("承办单位（培训基地）", section="承办", listed=True)
    start: dt.date | None = day("开始日期", section="安排", listed=True)
    end: dt.date | None = day("结束日期", section="安排", listed=True)
    hours: Decimal | None = exact("计划学时", section="安排", listed=True)
    planned_classes: int | None = whole("计划班数", most=999, section="安排", listed=True)
    planned_people: int | None = whole("计划人数", most=99_999, section="安排", listed=True)
    has_practice: bool | None = yes_no("有教学实践期", section="过程", help="不合格的不能结业")
    has_return_visit: bool | None = yes_no("有学员回访", section="过程", help="不合格的不能结业")
    has_defence: bool | None = yes_no("有论文答辩", section="过程", help="不合格的不能结业")
    budget: int | None = money("培训经费（元）", section="经费")
    travel: int | None = money("差旅费（元）", section="经费", help="主管部门与任职学校分担比例按政策规定")
    doc_no: str | None = document_number("文号", section="经费", listed=True)
    note: str | None = long_text("备注", section="备注")

    @classmethod
    def rules(cls, content: Content) -> list[Problem]:
        """The end does not precede the start."""
        return days_in_order(content)


def days_in_order(content: Content) -> list[Problem]:
    """One problem if the days of a period stand in the wrong order."""
    start, end = content.get("start"), content.get("end")
    if start and end and end < start:
        return [Problem("end", f"结束日期“{end}”早于开始日期“{start}”，请核对")]
    return []


class Place(Record):
    """培训名额: places of a programme received from above (no school), or handed on to one school."""

    plural: ClassVar[str] = "places"
    label: ClassVar[str] = "培训名额"

    programme: str = link("培训项目", "programmes", listed=True)
    school: str | None = link("分配给", "schools", listed=True, help="不填表示上级下达给本单位的名额")
    count: int = whole("名额", least=1, most=99_999, unit="名", listed=True)
    stage: str | None = choice("限定学段", "stage", listed=True)
    subject: str | None = text("限定学科", listed=True, limit=60)
    deadline: dt.date | None = day("报送名单截止", listed=True)
    doc_no: str | None = document_number("文号", listed=True)
    note: str | None = text("备注")

    @classmethod
    def indexed(cls) -> tuple[str, ...]:
        """Found by programme and by school."""
        return ("programme", "school")

    @classmethod
    def called(cls, content: Content) -> str:
        """How many places."""
        return f"{content.get('count', '')} 名"


class PlanExpert(Line):
    """One expert who argued the plan of a class before its use (TR-5)."""

    parent: ClassVar[str] = "classes"
    table: ClassVar[str] = "class_plan_experts"

    name: str = person_name("专家姓名")
    unit: str | None = text("工作单位")
    is_outside: bool | None = yes_no("校外专家")
    date: dt.date | None = day("论证日期")
    agrees: bool | None = yes_no("同意实施")
    opinion: str | None = text("论证意见")


class ArchiveItem(Line):
    """One paper of a class's file: what it is, when it was filed, where it lies."""

    parent: ClassVar[str] = "classes"
    table: ClassVar[str] = "class_archive_items"

    item: str = choice("材料", "archive_item")
    filed_on: dt.date | None = day("归档日期")
    place: str | None = text("存放位置", limit=100)
    note: str | None = text("备注")


class TrainingClass(Record):
    """培训班: one class of a programme at one site."""

    plural: ClassVar[str] = "classes"
    label: ClassVar[str] = "培训班"

    name: str = text("班级名称", section="基本情况", listed=True, headings=("培训班名称", "班次", "培训班"))
    code: str | None = text("班级代码", section="基本情况", listed=True, limit=20, help="印在签到表编号里")
    programme: str | None = link("培训项目", "programmes", section="基本情况", listed=True, needed=True)
    site: str | None = text("培训点", section="基本情况", listed=True, headings=("培训地点", "办班地点"))
    stage: str | None = choice("学段", "stage", section="基本情况", listed=True)
    subject: str | None = text("学科", section="基本情况", limit=60)
    start: dt.date | None = day("开班日期", section="安排", listed=True, needed=True)
    end: dt.date | None = day("结班日期", section="安排", listed=True, needed=True)
    hours: Decimal | None = exact("培训学时", section="安排", listed=True, needed=True, headings=("学时",))
    quota: int | None = whole("计划人数", least=1, most=9999, section="安排", listed=True)
    head_teacher: str | None = person_name("班主任", section="负责人", listed=True)
    contact: str | None = person_name("联系人", section="负责人")
    phone: str | None = phone("联系电话", section="负责人", personal=False)
    timetable: str | None = text("作息时间", section="安排", help="印在日程安排表下面")
    plan_approved_on: dt.date | None = day("计划论证日期", section="论证", help="论证通过后方可实施")
    plan_opinion: str | None = long_text("论证结论", section="论证")
    schedule_issued_on: dt.date | None = day("日程表下发日期", section="论证")
    summary: str | None = long_text("培训总结", section="总结")
    note: str | None = long_text("备注", section="总结")
    experts: list[PlanExpert] = lines("论证专家", PlanExpert)
    archive: list[ArchiveItem] = lines("归档材料", ArchiveItem)

    @classmethod
    def indexed(cls) -> tuple[str, ...]:
        """Found by programme."""
        return ("programme",)

    @classmethod
    def rules(cls, content: Content) -> list[Problem]:
        """Days in order; hours above nothing."""
        return days_in_order(content) + no_hours(content, "培训学时")


def no_hours(content: Content, label: str) -> list[Problem]:
    """One problem if a number of hours is given that is not above 0: a third of nothing is reached by everybody."""
    hours = content.get("hours")
    if hours is not None and not hours.strip("-0."):
        return [Problem("hours", f"{label}是 0，请填写大于 0 的学时数，例如 4 或 39.5")]
    if hours is not None and hours.startswith("-"):
        return [Problem("hours", f"{label}“{hours}”小于 0，请填写大于 0 的学时数")]
    return []


class Course(Record):
    """One course of a class: its hours, its share of the content (TR-4), and its syllabus (TR-5)."""

    plural: ClassVar[str] = "courses"
    label: ClassVar[str] = "培训课程"

    training_class: str = link("培训班", "classes", section="课程", listed=True)
    order: int | None = whole("顺序", most=999, section="课程", listed=True)
    name: str = text("课程名称", section="课程", listed=True, headings=("课程", "课程/活动内容"))
    hours: Decimal = exact("学时", section="课程", listed=True)
    part: str | None = choice("内容类别", "content_part", section="课程", listed=True, needed=True)
    is_graded: bool | None = yes_no("单独记成绩", section="课程", listed=True)
    teacher: str | None = person_name("主讲人", section="课程", listed=True, headings=("授课教师",))
    teacher_unit: str | None = text("主讲人单位及职务", section="课程", listed=True, headings=("主讲人单位",))
    author: str | None = person_name("大纲撰写人", section="大纲")
    textbook: str | None = text("推荐使用教材", section="大纲")
    aims: str | None = long_text("教学目标与基本要求", section="大纲")
    syllabus: str | None = long_text("课程内容与学时分配", section="大纲")
    practice: str | None = long_text("实践性教学环节要求", section="大纲")
    grading: str | None = long_text("成绩评定方式", section="大纲")
    note: str | None = text("备注", section="大纲")

    @classmethod
    def indexed(cls) -> tuple[str, ...]:
        """Found by class."""
        return ("training_class",)

    @classmethod
    def rules(cls, content: Content) -> list[Problem]:
        """A course has hours."""
        return no_hours(content, f"课程“{content.get('name', '')}”的学时")


class TrainingSession(Record):
    """One half-day (or less) of a class's timetable; a moved or cancelled one stays, with its state and reason."""

    plural: ClassVar[str] = "sessions"
    label: ClassVar[str] = "课次"

    training_class: str = link("培训班", "classes", listed=True)
    date: dt.date = day("日期", listed=True)
    half: str = choice("时段", "day_part", listed=True)
    starts: str | None = text("开始时间", limit=5, listed=True, help="例如 08:30（只作格式示范）")
    ends: str | None = text("结束时间", limit=5, listed=True)
    course: str | None = link("课程", "courses", listed=True, help="报到、典礼等不属于课程的不填")
    activity: str | None = text("活动内容", listed=True)
    hours: Decimal = exact("学时", listed=True)
    teacher: str | None = person_name("授课教师", listed=True, help="不填按课程的主讲人")
    teacher_unit: str | None = text("教师单位", help="同名的教师按单位区分；不填，与主讲人同名的按主讲人单位")
    room: str | None = text("地点", listed=True, limit=100)
    host: str | None = person_name("主持人")
    state: str | None = choice("状态", "session_state", listed=True, help="不填为正常")
    replaces: str | None = link("由哪一课次调来", "sessions")
    reason: str | None = text("调课或取消原因")

    @classmethod
    def indexed(cls) -> tuple[str, ...]:
        """Found by class and by day."""
        return ("training_class", "date")

    @classmethod
    def rules(cls, content: Content) -> list[Problem]:
        """Clock times can be read; hours are not below 0; who moves or cancels a session says why."""
        found = [
            Problem(name, f"“{content[name]}”不是钟点，请按时:分填写，例如 08:30（只作格式示范）", Blocks.SUBMIT)
            for name in ("starts", "ends")
            if content.get(name) and not _CLOCK.fullmatch(content[name])
        ]
        if content.get("hours", "").startswith("-"):
            found.append(Problem("hours", f"学时“{content['hours']}”小于 0，请核对"))
        if content.get("state") in ("2", "3") and not content.get("reason"):
            found.append(Problem("reason", "已调课或取消，原因没有填写", Blocks.SUBMIT))
        return found

    @classmethod
    def called(cls, content: Content) -> str:
        """The day."""
        return str(content.get("date", cls.label))
