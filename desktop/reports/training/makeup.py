"""F18 补考名单 and 补考通知: who must take an examination again, in what and why, when and where."""

from collections.abc import Iterator
from typing import Final

from sqlalchemy.orm import Session

from desktop.errors import RefusedError
from desktop.kinds import Day
from desktop.models import ScoreSheet
from desktop.models.base import Content
from desktop.queries.training.results import MAKEUP
from desktop.reports.blocks import Block, Column, Document, ListTable, SignatureLine, Text, Title
from desktop.reports.fonts import Family
from desktop.reports.headings import BLANK_DATE, day_text, filing_line
from desktop.reports.paper import A4_PORTRAIT, SIZE_3, SIZE_6, Align
from desktop.reports.report import FILLED_ON, TITLE, Filled, Option, Report, Settings
from desktop.reports.training.class_sheet import CLASS, NAME, UNIT, ClassSheet, Trainee, class_sheet
from desktop.rules.dates import DateStyle, format_partial

_FORM: Final = Option("form", "式样", default="list", choices=(("list", "补考名单"), ("notice", "补考通知")))
_WHEN: Final = Option("when", "补考日期", Day())
_WHERE: Final = Option("where", "补考地点")
_CONTACT: Final = "联系人"
_WHOLE: Final = "总评"
_COLUMNS: Final = (
    Column("序号", 9),
    Column(UNIT, 30, Align.LEFT, empty="—", least=SIZE_6),
    Column(NAME, 17, least=6.5),
    Column("课程", 24, Align.LEFT, least=SIZE_6),
    Column("原因", 40, Align.LEFT, least=6.5),
    Column("补考时间", 18, empty=""),
    Column("地点", 16, empty="", least=SIZE_6),
    Column("备注", 8, empty=""),
)
_ROW: Final = 13.0


def build(session: Session, settings: Settings) -> Filled:
    """Fill the list or the notice. Raises RefusedError where nobody has anything to make up."""
    sheet = class_sheet(session, settings)
    open_ = [
        (sheet.trainees[each.uid], uid, reason)
        for each in sheet.results.trainees
        for uid, reason in each.result.makeups.items()
    ]
    if not open_:
        raise RefusedError(f"“{sheet.name}”没有待补考的学员，没有打印")
    if settings["form"] == "notice":
        return _notice(sheet, settings, open_)
    title = settings[TITLE.name] or f"{sheet.name}补考名单"
    people = len({each.uid for each, _, _ in open_})
    blocks: tuple[Block, ...] = (
        Title(title),
        filing_line(sheet.office["name"], settings[FILLED_ON.name]),
        _table(sheet, settings, open_),
        SignatureLine(("班主任：", "教学秘书：", "培训机构负责人："), seal="", date=""),
    )
    return Filled(Document(title, A4_PORTRAIT, blocks, author=sheet.office["name"]), people)


_Open = list[tuple[Trainee, str, str]]


def _table(sheet: ClassSheet, settings: Settings, open_: _Open) -> ListTable:
    rows = tuple(
        (str(number), each.unit, each.name, _course(sheet, uid), reason, *_when_and_where(sheet, settings, uid), "")
        for number, (each, uid, reason) in enumerate(open_, 1)
    )
    people = len({each.uid for each, _, _ in open_})
    return ListTable(
        _COLUMNS,
        rows,
        name_column=2,
        unit_column=1,
        closing=f"合计{people}人　{len(open_)}科次",
        row_height=_ROW,
        rebuild=lambda kept: _table(sheet, settings, [open_[number] for number in kept]),
    )


def _course(sheet: ClassSheet, uid: str) -> str:
    return sheet.names.name("courses", uid) if uid else _WHOLE


def _when_and_where(sheet: ClassSheet, settings: Settings, uid: str) -> tuple[str, str]:
    """What was set for this print, else what stands on the make-up's score sheet; empty for the hand."""
    planned = _planned(sheet, uid)
    day = settings["when"].isoformat() if settings["when"] else planned.get("date", "")
    return format_partial(day, DateStyle.DOTS), settings["where"] or str(planned.get("room", ""))


def _planned(sheet: ClassSheet, uid: str) -> Content:
    sheets = (record.content for record in sheet.names.records("score_sheets").values())
    wanted = (sheet.uid, MAKEUP, uid)
    fitting = (each for each in sheets if (each["training_class"], each["part"], each.get("course", "")) == wanted)
    return next(fitting, {})


def _notice(sheet: ClassSheet, settings: Settings, open_: _Open) -> Filled:
    """The notice to the trainees and their schools, on one page with the list below."""
    title = settings[TITLE.name] or f"关于{sheet.name}学员补考的通知"
    units = list(dict.fromkeys(each.unit for each, _, _ in open_ if each.unit))
    when = day_text(settings["when"]) if settings["when"] else BLANK_DATE
    body = (
        f"下列学员参加{sheet.name}培训，有关课程须补考。请于{when}参加补考，逾期不参加者按不及格处理。"
        "请各单位通知到本人，并安排好工作。"
    )
    issued = day_text(settings[FILLED_ON.name]) if settings[FILLED_ON.name] else BLANK_DATE
    blocks: list[Block] = [
        Title(title),
        Text(f"\n{'、'.join(units)}：", size=SIZE_3, indent=0),
        Text(body, size=SIZE_3),
        *(Text(text, size=SIZE_3) for text in _contact(sheet)),
        _table(sheet, settings, open_),
        Text(f"\n{sheet.office['name']}　　\n{issued}", Family.FANG, SIZE_3, Align.RIGHT, indent=0, keep=True),
    ]
    people = len({each.uid for each, _, _ in open_})
    return Filled(Document(title, A4_PORTRAIT, tuple(blocks), author=sheet.office["name"]), people)


def _contact(sheet: ClassSheet) -> Iterator[str]:
    content = sheet.content
    who = content.get("contact") or content.get("head_teacher")
    if who:
        phone = f"，电话：{content['phone']}" if content.get("phone") else ""
        yield f"{_CONTACT}：{who}{phone}。"


MAKEUP_LIST: Final = Report(
    code="F18",
    title="补考名单",
    help="待补考的学员、课程和原因，可设补考日期和地点；也可印成发给学校的补考通知",
    build=build,
    entity=ScoreSheet,
    options=(CLASS, _FORM, _WHEN, _WHERE),
)
