"""F13 日程安排表: the days of a class with courses, teachers and places; cancelled and moved sessions told below."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from desktop.errors import RefusedError
from desktop.models import TrainingSession
from desktop.models.base import Content
from desktop.queries.training.classes import is_held, sessions_of
from desktop.queries.training.lecturers import lecturer_of
from desktop.queries.training.timetable import clash_sentence, outside_sentence, timetable_clashes
from desktop.reports.blocks import Block, Column, Document, ListTable, SignatureLine, Text, Title
from desktop.reports.headings import code_label, filing_line
from desktop.reports.paper import A4_LANDSCAPE, SIZE_5, SIZE_6, Align
from desktop.reports.report import FILLED_ON, TITLE, Filled, Report, Settings
from desktop.reports.training.class_sheet import CLASS, ClassSheet, class_sheet, period
from desktop.rules.hours import hours_text, tenths
from desktop.store.records import Stored

WEEKDAYS: Final = "一二三四五六日"
_COLUMNS: Final = (
    Column("日期", 24, merged=True),
    Column("星期", 12, merged=True),
    Column("时段", 16, merged=True),
    Column("时间", 28, empty=""),
    Column("课程（活动）内容", 63, Align.LEFT),
    Column("授课教师", 26, empty="", least=SIZE_6),
    Column("单位及职务", 40, Align.LEFT, empty="", least=SIZE_6),
    Column("学时", 12, empty=""),
    Column("地点", 28, empty="", least=SIZE_6),
    Column("主持人", 18, empty=""),
)


def build(session: Session, settings: Settings) -> Filled:
    """Fill the timetable of a class. Raises RefusedError where there is no session."""
    sheet = class_sheet(session, settings)
    everything = sessions_of(session, sheet.uid)
    held = [each for each in everything if is_held(each)]
    if not held:
        raise RefusedError(f"“{sheet.name}”还没有排课，没有打印；请先排日程")
    rows = tuple(_row(sheet, each.content) for each in held)
    title = settings[TITLE.name] or f"{sheet.name}日程安排表"
    total = hours_text(sum(tenths(each.content["hours"]) for each in held))
    blocks: list[Block] = [
        Title(title),
        filing_line(sheet.office["name"], settings[FILLED_ON.name], f"培训时间：{period(sheet.content)}"),
        ListTable(_COLUMNS, rows, name_column=4, closing=f"合计{len(held)}次课　{total}学时"),
        *(Text(note, size=SIZE_5, keep=True) for note in _notes(sheet, everything)),
        SignatureLine(seal="", date=""),
    ]
    document = Document(title, A4_LANDSCAPE, tuple(blocks), author=sheet.office["name"])
    return Filled(document, len(sheet.present), tuple(_warnings(sheet, held)))


def _row(sheet: ClassSheet, content: Content) -> tuple[str, ...]:
    day = date.fromisoformat(content["date"])
    teacher = lecturer_of(sheet.names, content)
    hours = tenths(content["hours"])
    return (
        _day_text(content),
        WEEKDAYS[day.weekday()],
        code_label("day_part", content["half"]),
        "—".join(filter(None, (content.get("starts"), content.get("ends")))),
        what_is_taught(sheet, content),
        teacher.name,
        teacher.unit,
        hours_text(hours) if hours else "",
        content.get("room", ""),
        content.get("host", ""),
    )


def _when(content: Content) -> str:
    """7月9日上午."""
    return f"{_day_text(content)}{code_label('day_part', content['half'])}"


def _day_text(content: Content) -> str:
    day = date.fromisoformat(content["date"])
    return f"{day.month}月{day.day}日"


def what_is_taught(sheet: ClassSheet, content: Content) -> str:
    """The course of a session, with its topic if one is written; else the activity."""
    parts = (sheet.names.name("courses", content.get("course", "")), content.get("activity", ""))
    return "：".join(dict.fromkeys(filter(None, parts)))


def _notes(sheet: ClassSheet, everything: list[Stored]) -> Iterator[str]:
    content = sheet.content
    if content.get("timetable"):
        yield f"作息时间：{content['timetable']}。"
    for each in (each for each in everything if not is_held(each)):
        state, reason = code_label("session_state", each.content["state"]), each.content.get("reason", "")
        where = next((_when(other.content) for other in everything if other.content.get("replaces") == each.uid), "")
        moved = f"至{where}" if where else ""
        told = f"（{reason}）" if reason else ""
        yield f"{_when(each.content)}“{what_is_taught(sheet, each.content)}”{state}{moved}{told}。"
    who = [f"联系人：{content['contact']}"] if content.get("contact") else []
    who += [f"联系电话：{content['phone']}"] if content.get("phone") else []
    who += [f"班主任：{content['head_teacher']}"] if content.get("head_teacher") else []
    if who:
        yield f"{'　'.join(who)}。"


def _warnings(sheet: ClassSheet, held: list[Stored]) -> Iterator[str]:
    total, planned = tenths(sheet.content.get("hours")), sum(tenths(each.content["hours"]) for each in held)
    if total and total != planned:
        yield f"日程合计{hours_text(planned)}学时，培训学时是{hours_text(total)}学时，请核对。"
    wrong = [outside_sentence(sheet.content, each) for each in held]
    wrong += [clash_sentence(sheet.names, each) for each in timetable_clashes(sheet.names, sheet.uid)]
    yield from (f"{text}。" for text in filter(None, wrong))


SCHEDULE: Final = Report(
    code="F13",
    title="培训日程安排表",
    help="按日期、时段列出课程、教师、地点，调课和取消的课次列在表下",
    build=build,
    entity=TrainingSession,
    options=(CLASS,),
)
