"""What came of training: scores, certificates, the ledger of hours, inspections."""

import datetime as dt
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
    person_name,
    scan,
    text,
    year,
    yes_no,
)
from desktop.models.base import Content, Line, Record
from desktop.models.training import no_hours

HOURS_OF_A_YEAR: Final = 366 * 24
"""No activity of one year can have more."""


class Score(Line):
    """The score of one trainee on a score sheet: points, or a grade, or absent (缺考), which is not 0 points."""

    parent: ClassVar[str] = "score_sheets"
    table: ClassVar[str] = "scores"

    enrolment: str = link("学员", "enrolments")
    points: Decimal | None = exact("分数")
    grade: str | None = choice("等级", "training_grade")
    is_absent: bool | None = yes_no("缺考")
    note: str | None = text("评语", help="试讲、论文、技能的评语或鉴定")


class ScoreSheet(Record):
    """成绩登记: the scores of one part of one class, or of one of its courses (TR-6, TR-10)."""

    plural: ClassVar[str] = "score_sheets"
    label: ClassVar[str] = "成绩登记"

    training_class: str = link("培训班", "classes", listed=True)
    part: str = choice("成绩种类", "score_part", listed=True)
    course: str | None = link("课程", "courses", listed=True)
    date: dt.date | None = day("考核日期", listed=True)
    room: str | None = text("考核地点", limit=100)
    decided_by: str | None = text("评定人（小组）", listed=True, help="任课教师、班主任、中心管理人员")
    registrar: str | None = person_name("登记人")
    note: str | None = text("备注")
    scores: list[Score] = lines("成绩", Score)

    @classmethod
    def indexed(cls) -> tuple[str, ...]:
        """Found by class."""
        return ("training_class",)

    @classmethod
    def rules(cls, content: Content) -> list[Problem]:
        """Nobody stands twice; who was absent has no points; points lie in 0…100."""
        found = []
        seen = set()
        for number, line in enumerate(content.get("scores", ()), 1):
            place = f"scores.{number}"
            if line.get("enrolment") in seen:
                found.append(Problem(f"{place}.enrolment", f"第 {number} 行的学员与前面重复，请核对"))
            seen.add(line.get("enrolment"))
            points = line.get("points")
            if points is not None and not 0 <= Decimal(points) <= 100:
                found.append(Problem(f"{place}.points", f"第 {number} 行的分数“{points}”应在 0—100 之间，请核对"))
            if points is not None and line.get("is_absent"):
                text_ = f"第 {number} 行既有分数“{points}”又是缺考，请只留一样"
                found.append(Problem(f"{place}.is_absent", text_, Blocks.SUBMIT))
        return found


class Reprint(Line):
    """A certificate printed again under its number."""

    parent: ClassVar[str] = "certificates"
    table: ClassVar[str] = "certificate_reprints"

    date: dt.date = day("补打日期")
    reason: str = text("原因")


class Certificate(Record):
    """证书: one number of the register; a voided number stays in it, so that the numbers have no gaps."""

    plural: ClassVar[str] = "certificates"
    label: ClassVar[str] = "证书"
    key: ClassVar[tuple[str, ...]] = ("issuer", "number")

    number: str = text("证书编号", limit=40, listed=True, sensitive=True)
    issuer: str = text("发证单位", listed=True)
    enrolment: str = link("学员", "enrolments", listed=True)
    kind: str | None = choice("证书种类", "certificate_kind", listed=True)
    hours: Decimal | None = exact("学时", listed=True)
    issued_on: dt.date | None = day("发证日期", listed=True)
    printed_on: dt.date | None = day("首次打印日期", listed=True)
    collected_on: dt.date | None = day("领取日期", is_past=True, listed=True)
    collected_by: str | None = person_name("领取人", listed=True)
    voided_on: dt.date | None = day("作废日期", is_past=True, listed=True)
    void_reason: str | None = text("作废原因")
    replaces: str | None = link("换发自", "certificates")
    note: str | None = text("备注")
    reprints: list[Reprint] = lines("补打记录", Reprint)

    @classmethod
    def indexed(cls) -> tuple[str, ...]:
        """Found by trainee."""
        return ("enrolment",)

    @classmethod
    def rules(cls, content: Content) -> list[Problem]:
        """Who voids a number says why."""
        if content.get("voided_on") and not content.get("void_reason"):
            return [Problem("void_reason", "证书已作废，作废原因没有填写", Blocks.SUBMIT)]
        return no_hours(content, "学时")

    @classmethod
    def called(cls, content: Content) -> str:
        """The number."""
        return str(content.get("number", cls.label))


class HoursEntry(Record):
    """继续教育学时: hours of one activity of one person beside the classes held here, or a year's exemption."""

    plural: ClassVar[str] = "hours_entries"
    label: ClassVar[str] = "继续教育学时"

    teacher: str = link("教师", "teachers", listed=True)
    year: int = year("登记年度", listed=True)
    activity: str = text("培训（活动）名称", listed=True)
    kind: str = choice("学时类别", "hours_kind", listed=True)
    level: str | None = choice("级别", "training_level", listed=True)
    field: str | None = choice("科目", "hours_field", listed=True)
    hours: Decimal | None = exact("学时", listed=True, help="免修登记不填")
    date: dt.date | None = day("完成日期", is_past=True, listed=True)
    enrolment: str | None = link("对应学员记录", "enrolments", help="已在本单位培训班登记的，同一活动只计一次")
    grade: str | None = choice("骨干教师考核等次", "grade", help="只用于考核合格免修的登记")
    certificate_no: str | None = text("证书编号", limit=60)
    organiser: str | None = text("组织单位", listed=True)
    recognised_by: str | None = text("认定单位", listed=True)
    recognised_on: dt.date | None = day("认定日期", is_past=True, listed=True)
    doc_no: str | None = document_number("文号")
    source: str | None = text("数据来源", help="例如：据 2023 年登记册录入，未核原件")
    note: str | None = text("备注")

    @classmethod
    def indexed(cls) -> tuple[str, ...]:
        """Found by teacher."""
        return ("teacher",)

    @classmethod
    def rules(cls, content: Content) -> list[Problem]:
        """Every entry but an exemption has hours, in the year of its day; an exemption has its grade (TR-13)."""
        if content.get("kind") == "9":
            if content.get("grade"):
                return []
            return [Problem("grade", "考核合格免修，骨干教师考核等次没有填写", Blocks.SUBMIT)]
        if content.get("hours") is None:
            return [Problem("hours", "学时没有填写", Blocks.SUBMIT)]
        found = no_hours(content, "学时")
        year, date = content.get("year"), content.get("date", "")
        if date and year and not date.startswith(str(year)):
            found.append(Problem("date", f"完成日期 {date} 不在登记年度 {year} 年，请核对登记年度", Blocks.SUBMIT))
        if Decimal(content["hours"]) > HOURS_OF_A_YEAR:
            told = f"一项活动 {content['hours']} 学时，一年一共只有 {HOURS_OF_A_YEAR:,} 小时，请核对学时"
            found.append(Problem("hours", told, Blocks.SUBMIT))
        return found

    @classmethod
    def called(cls, content: Content) -> str:
        """The activity."""
        return str(content.get("activity", cls.label))


class Inspection(Record):
    """教学检查: an inspection, an observed lesson or a return visit, with what was found and told."""

    plural: ClassVar[str] = "inspections"
    label: ClassVar[str] = "教学检查"

    training_class: str = link("培训班", "classes", listed=True)
    kind: str = choice("检查种类", "inspection_kind", listed=True)
    date: dt.date = day("日期", listed=True)
    inspector: str | None = text("检查人", listed=True)
    session: str | None = link("课次", "sessions")
    enrolment: str | None = link("回访学员", "enrolments")
    subject: str | None = text("检查内容", listed=True, help="例如：教学准备、作业抽查、出勤抽查、制度执行")
    findings: str | None = long_text("检查情况", listed=True)
    rating: str | None = choice("评价", "training_grade", listed=True)
    opinion: str | None = long_text("意见与建议")
    feedback_on: dt.date | None = day("反馈日期", listed=True)

    @classmethod
    def indexed(cls) -> tuple[str, ...]:
        """Found by class."""
        return ("training_class",)


class ArchiveScan(Record):
    """归档扫描件: one scanned file of a paper in the file of a class."""

    plural: ClassVar[str] = "archive_scans"
    label: ClassVar[str] = "归档扫描件"

    training_class: str = link("培训班", "classes", listed=True)
    item: str = choice("材料", "archive_item", listed=True)
    name: str = text("文件名", limit=200, listed=True)
    file: str = scan("扫描件")
    note: str | None = text("备注")

    @classmethod
    def indexed(cls) -> tuple[str, ...]:
        """Found by class."""
        return ("training_class",)
