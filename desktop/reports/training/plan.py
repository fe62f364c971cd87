"""F12 教学计划表 (its row layout is that of a real form): what a class shall be taught, by whom, in how many hours."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from sqlalchemy.orm import Session

from desktop.models import Course
from desktop.models.base import Content
from desktop.queries.policies import Policies
from desktop.queries.training.classes import courses_of
from desktop.queries.training.timetable import PlanCheck, check_plan
from desktop.reports.blocks import Block, Cell, Document, Grid, GridRow, Part, SignatureLine, Text, Title
from desktop.reports.headings import UNKNOWN, code_label, day_text
from desktop.reports.paper import A4_PORTRAIT, SIZE_5
from desktop.reports.report import FILLED_ON, TITLE, Filled, Report, Settings
from desktop.reports.training.class_sheet import CLASS, ClassSheet, class_sheet
from desktop.rules.dates import DateStyle, format_partial
from desktop.rules.hours import hours_text, tenths
from desktop.rules.numerals import percentage_text
from desktop.store.records import Stored

_COLUMNS: Final = (34.0, 22.0, 16.0, 18.0, 24.0, 48.0)
"""A course has its name in the first two, hours, teacher in two, unit; other rows begin with a label in the first."""
_COURSE_SPANS: Final = (2, 1, 2, 1)
_PRACTICE, _OTHER = "3", "9"
_LEAST_ROWS: Final = 8
"""Rows for courses that the form has at least; those not used are for the hand."""


def build(session: Session, settings: Settings) -> Filled:
    """Fill the plan of a class."""
    sheet = class_sheet(session, settings)
    check = check_plan(session, Policies(session), sheet.names, sheet.uid)
    courses = courses_of(session, sheet.uid)
    title = settings[TITLE.name] or f"{sheet.name}教学计划表"
    grid = Grid(_COLUMNS, (*_head(sheet), *_course_rows(courses), *_foot(sheet, courses)))
    blocks: list[Block] = [Title(title), grid, Text(_summed(check), size=SIZE_5, keep=True)]
    blocks += [Text(text, size=SIZE_5, keep=True) for text in _argued(sheet)]
    date = day_text(settings[FILLED_ON.name]) if settings[FILLED_ON.name] else "　　年　　月　　日"
    blocks.append(SignatureLine(("编制人：", "审核人："), date=date))
    document = Document(title, A4_PORTRAIT, tuple(blocks), author=sheet.office["name"])
    return Filled(document, len(sheet.present), tuple(f"{text}。" for text in check.remarks))


def _row(label: str, value: str) -> GridRow:
    return GridRow((Cell(label, Part.LABEL), Cell(value, columns=5, empty=UNKNOWN)))


def _head(sheet: ClassSheet) -> Iterator[GridRow]:
    content = sheet.content
    people = len(sheet.present) or content.get("quota", "")
    yield _row("培训班名称", sheet.name)
    yield _row("培训对象", str(sheet.programme.get("audience", "")))
    yield _row("培训人数", f"{people}人" if people else "")
    yield _row("办班开始时间", format_partial(content.get("start", ""), DateStyle.WORDS))
    yield _row("办班结束时间", format_partial(content.get("end", ""), DateStyle.WORDS))
    yield _row("培训学时", hours_text(tenths(content["hours"])) if "hours" in content else "")
    yield _row("培训地点", str(content.get("site", "")))
    yield _row("承办单位", sheet.base)


def _course_rows(courses: list[Stored]) -> Iterator[GridRow]:
    labels = ("课程名称", "学时", "拟聘请主讲人员姓名", "主讲人单位")
    yield _course_row(*(Cell(label, Part.LABEL) for label in labels))
    taught = [each for each in courses if each.content.get("part") not in (_PRACTICE, _OTHER)]
    for each in taught:
        content = each.content
        teacher, unit = content.get("teacher", ""), content.get("teacher_unit", "")
        texts = (content["name"], _hours(each), teacher, unit)
        yield _course_row(*(Cell(text, empty=UNKNOWN) for text in texts))
    for _ in range(_LEAST_ROWS - len(taught)):
        yield _course_row(*(Cell(part=Part.HAND) for _label in labels))


def _course_row(*cells: Cell) -> GridRow:
    return GridRow(tuple(replace(cell, columns=span) for cell, span in zip(cells, _COURSE_SPANS, strict=True)))


def _foot(sheet: ClassSheet, courses: list[Stored]) -> Iterator[GridRow]:
    yield _topic("交流、研讨主题", [])
    yield _topic("现场教学地点", [each for each in courses if each.content.get("part") == _PRACTICE])
    other = [each for each in courses if each.content.get("part") == _OTHER]
    told = "；".join(f"{each.content['name']} {_hours(each)}学时" for each in other)
    yield GridRow((Cell("其它学时", Part.LABEL), Cell(told, columns=5)))
    contact = Cell(str(sheet.content.get("contact", "")), columns=3, empty=UNKNOWN)
    phone = Cell(str(sheet.content.get("phone", "")), empty=UNKNOWN)
    yield GridRow((Cell("联系人", Part.LABEL), contact, Cell("联系电话", Part.LABEL), phone))


def _topic(label: str, courses: list[Stored]) -> GridRow:
    """A row of the form for what is no lecture; without courses both cells are for the hand."""
    if not courses:
        topic, hours = Cell(part=Part.HAND, columns=3), Cell(part=Part.HAND)
        return GridRow((Cell(label, Part.LABEL), topic, Cell("学时", Part.LABEL), hours))
    names = "；".join(each.content["name"] for each in courses)
    total = hours_text(sum(tenths(each.content["hours"]) for each in courses))
    return GridRow((Cell(label, Part.LABEL), Cell(names, columns=3), Cell("学时", Part.LABEL), Cell(total)))


def _hours(course: Stored) -> str:
    return hours_text(tenths(course.content["hours"]))


def _summed(check: PlanCheck) -> str:
    """The sum of the courses, and the split where one is asked for, each share with what it is of (TR-4)."""
    total = hours_text(check.total)
    summed = f"各课程合计{hours_text(check.planned)}学时，培训学时{total}学时。"
    shares = "，".join(
        f"{code_label('content_part', each.part)}{hours_text(each.planned)}学时"
        f"（{percentage_text(each.planned, check.total)}）"
        for each in check.shares
    )
    return f"{summed}占培训学时的比例：{shares}。" if shares else summed


def _argued(sheet: ClassSheet) -> Iterator[str]:
    """By whom and when the plan was argued before its use (TR-5)."""
    day = sheet.content.get("plan_approved_on")
    if day:
        yield f"本计划经{format_partial(day, DateStyle.WORDS)}论证通过。"
    experts = [_said(each) for each in sheet.content.get("experts", ())]
    if experts:
        yield f"专家论证意见：{'；'.join(experts)}。"


def _said(expert: Content) -> str:
    """陈明远（校外，山城师范大学）2026年6月12日同意实施：内容充实."""
    where = "，".join(filter(None, ("校外" if expert.get("is_outside") else "校内", expert.get("unit", ""))))
    day = format_partial(expert.get("date", ""), DateStyle.WORDS)
    agrees = {1: "同意实施", 0: "不同意实施"}.get(expert.get("agrees", -1), "未表态")
    opinion = f"：{expert['opinion'].rstrip('。；')}" if "opinion" in expert else ""
    return f"{expert['name']}（{where}）{day}{agrees}{opinion}"


PLAN: Final = Report(
    code="F12",
    title="培训班教学计划表",
    help="班级基本情况、课程、学时、主讲人，合计与比例，专家论证结论",
    build=build,
    entity=Course,
    options=(CLASS,),
)
