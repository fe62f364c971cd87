"""B10 工作交接单 and B11 倒排时间表: what is open when somebody goes on leave, and by when each step must be done."""

from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from desktop.kinds import Text as TextKind
from desktop.kinds import Whole
from desktop.models import Teacher
from desktop.queries.due import due_at
from desktop.queries.offices import own_office
from desktop.queries.timetable import calendar_of, timetable_of
from desktop.reports.blocks import Column, Document, ListTable, SignatureLine, Text, Title
from desktop.reports.headings import day_text, filing_line
from desktop.reports.paper import A4_PORTRAIT, THREE_LINES, Align
from desktop.reports.report import FILLED_ON, TITLE, Filled, Option, Report, Settings

_YEAR: Final = Option("year", "年度", Whole(1980, 2100, "年"))
_FROM: Final = Option("from", "移交人", TextKind())
_TO: Final = Option("to", "接收人", TextKind())

_ITEMS: Final = (
    Column("序号", 12),
    Column("未办事项", 100, Align.LEFT),
    Column("最迟日期", 26),
    Column("交接说明", 42, empty=""),
)
_STEPS: Final = (
    Column("序号", 12),
    Column("环节", 50),
    Column("开始", 40),
    Column("结束", 40),
    Column("工作日", 18),
    Column("完成情况", 30, empty=""),
)


def _today() -> date:
    return date.today()  # noqa: DTZ011 - an office's day is the day of its own clock


def build_handover(session: Session, settings: Settings) -> Filled:
    """Fill the sheet with everything open on this day; an office without open items signs for that too."""
    today = _today()
    year = settings["year"] or today.year
    office = own_office(session)
    found = due_at(session, today, year, has_parent=bool(office.get("parent_code")))
    rows = tuple(
        (str(number), each.text, each.until.isoformat().replace("-", ".") if each.until else "", "")
        for number, each in enumerate(found, 1)
    )
    rows = rows or (("1", "没有未办事项", "", ""),)
    title = settings[TITLE.name] or "工作交接单"
    table = ListTable(_ITEMS, rows=rows, row_height=THREE_LINES, closing=f"未办事项共{len(found)}项")
    signed = (f"移交人：{settings['from'] or ''}", f"接收人：{settings['to'] or ''}", "监交人：")
    blocks = (
        Title(title),
        filing_line(office["name"], settings[FILLED_ON.name] or today),
        table,
        SignatureLine(signed, seal="", date=""),
    )
    return Filled(Document(title, A4_PORTRAIT, blocks, author=office["name"]), 0)


def build_timetable(session: Session, settings: Settings) -> Filled:
    """Fill the timetable of a year. Raises RefusedError where a policy is missing."""
    year = settings["year"] or _today().year
    office = own_office(session)
    calendar = calendar_of(session)
    table = timetable_of(session, year, calendar)
    rows = [("1", "考核材料截止", "", day_text(table.evidence_closes), "", "")]
    for number, step in enumerate(table.steps, 2):
        rows.append((str(number), step.name, day_text(step.first), day_text(step.last), str(step.workdays), ""))
    rows.append((str(len(rows) + 1), "送达上级", "", day_text(table.deliver), "", ""))
    title = settings[TITLE.name] or f"{year}年度考核倒排时间表"
    warning = calendar.warning(table.evidence_closes, table.deliver)
    blocks = (
        Title(title),
        filing_line(office["name"], settings[FILLED_ON.name]),
        ListTable(_STEPS, rows=tuple(rows), row_height=THREE_LINES),
        *((Text(f"说明：{warning}。", keep=True),) if warning else ()),
    )
    return Filled(Document(title, A4_PORTRAIT, blocks, author=office["name"]), 0, (warning,) if warning else ())


HANDOVER: Final = Report(
    code="B10",
    title="工作交接单",
    help="经办人请假、轮岗时交接：列出全部未办事项和备忘，移交人、接收人、监交人签字",
    build=build_handover,
    entity=Teacher,
    options=(_YEAR, _FROM, _TO),
)

TIMETABLE: Final = Report(
    code="B11",
    title="考核倒排时间表",
    help="从报送截止日倒推各环节起止日期，只算工作日，发给各学校",
    build=build_timetable,
    entity=Teacher,
    options=(_YEAR,),
)
