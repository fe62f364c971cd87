"""F16 请假审批单 and 请假条: two A5 halves on an A4 sheet, filled from a registered slip, or blank for the hand.

A form has the stamps of the home unit and of the training centre, since both must agree (TR-9).
"""

from collections.abc import Iterator
from typing import Final

from sqlalchemy.orm import Session

from desktop.errors import RefusedError
from desktop.models import Leave
from desktop.models.base import Content
from desktop.queries.training.classes import courses_of, sessions_of
from desktop.queries.training.leaves import course_names, covered_sessions
from desktop.reports.blocks import Block, Cell, Document, Grid, GridRow, Part, Sheet, SubLine, Text, Title
from desktop.reports.cards import CutLine
from desktop.reports.headings import BLANK_DATE, code_label
from desktop.reports.paper import SIZE_3, SIZE_SMALL_4, Align, Paper
from desktop.reports.report import TITLE, Filled, Option, Report, Settings
from desktop.reports.training.class_sheet import CLASS, ClassSheet, Trainee, class_sheet
from desktop.rules.dates import DateStyle, format_partial
from desktop.rules.hours import hours_text, tenths
from desktop.store.records import Stored

_FORM: Final = Option("form", "式样", default="form", choices=(("form", "审批单"), ("letter", "请假条")))
_WHO: Final = Option("trainee", "学员")
_BLANK: Final = Option("blank", "空白表", default="no", choices=(("no", "按已登记的请假填写"), ("yes", "空白，手填")))
_PAPER: Final = Paper("A4", 210, 297, top=8, right=20, bottom=5, left=28)
"""A4 to be cut in the middle into two A5 sheets."""
_COLUMNS: Final = (22.0, 32.0, 22.0, 32.0, 22.0, 32.0)
_KINDS: Final = (("1", "病"), ("2", "事"), ("3", "公"), ("9", "其他"))
_OPINIONS: Final = ("所在单位意见", "班主任意见", "培训机构意见")
_BACK: Final = "实际返回时间：　　年　　月　　日　　时　　　　　班主任签字："


def build(session: Session, settings: Settings) -> Filled:
    """Fill the slips of a class, or of one trainee, two on a sheet. Raises RefusedError where there is none."""
    sheet = class_sheet(session, settings)
    slips: list[_Slip | None] = [None, None]
    if settings["blank"] == "no":
        slips = list(_registered(sheet, settings["trainee"]))
        if not slips:
            raise RefusedError(f"“{sheet.name}”没有登记的请假，没有打印；要手填请选“空白，手填”")
    draw = _letter if settings["form"] == "letter" else _form
    title = settings[TITLE.name] or ("请假条" if settings["form"] == "letter" else "请假审批单")
    sheets = []
    for start in range(0, len(slips), 2):
        pair = slips[start : start + 2]
        blocks = tuple(draw(sheet, pair[0], title))
        below = tuple(draw(sheet, pair[1], title)) if len(pair) > 1 else ()
        who = "、".join(slip[0].name for slip in pair if slip is not None)
        sheets.append(Sheet(who, (*blocks, CutLine(), *below)))
    document = Document(title, _PAPER, tuple(sheets), author=sheet.office["name"], page_numbers=False)
    return Filled(document, sum(slip is not None for slip in slips))


_Slip = tuple[Trainee, Content]


def _registered(sheet: ClassSheet, written: str | None) -> Iterator[_Slip]:
    """The slips of the class in order of time; of one trainee if a name is given."""
    named = sheet.names.find("enrolments", written) if written else ()
    if written and not set(named) & sheet.trainees.keys():
        raise RefusedError(f"“{sheet.name}”没有叫“{written}”的学员，没有打印；请核对姓名")
    records = sheet.names.records("leaves").values()
    for record in sorted(records, key=_order):
        each = sheet.trainees.get(record.content["enrolment"])
        if each is not None and (not written or each.uid in named):
            yield each, record.content


def _order(record: Stored) -> tuple[str, str]:
    return (record.content["start"], record.uid)


def _when(content: Content) -> str:
    """自 … 至 …, with half-days."""
    days = [format_partial(content[name], DateStyle.WORDS) for name in ("start", "end")]
    halves = [code_label("day_part", content.get(f"{name}_half", "")) for name in ("start", "end")]
    return f"自{days[0]}{halves[0]}至{days[1]}{halves[1]}"


def _form(sheet: ClassSheet, slip: _Slip | None, title: str) -> Iterator[Block]:
    each, content = slip if slip is not None else (None, {})
    part = Part.HAND if slip is None else Part.VALUE
    name = Cell(each.name if each else "", part)
    unit = Cell(each.unit if each else "", part, columns=3)
    phone = Cell(each.phone if each else "", part, columns=2)
    courses, missed = _missed(sheet, content)
    hours = f"{courses}{'　共' if courses else ''}{missed}学时" if missed else ""
    yield Title(title, size=SIZE_3)
    yield SubLine((f"培训班：{sheet.name}",), size=SIZE_SMALL_4)
    rows = (
        GridRow((Cell("姓名", Part.LABEL), name, Cell("单位", Part.LABEL), unit)),
        GridRow((Cell("请假类别", Part.LABEL), Cell(_ticks(content), columns=2), Cell("联系电话", Part.LABEL), phone)),
        GridRow((Cell("事由", Part.LABEL), Cell(content.get("reason", ""), part, columns=5)), 11),
        GridRow((Cell("起止时间", Part.LABEL), Cell(_when(content) if content else _BLANK_WHEN, columns=5))),
        GridRow((Cell("课程及学时", Part.LABEL), Cell(hours, part if hours else Part.HAND, columns=5))),
        GridRow((Cell("申请人签字", Part.LABEL), _applied(content))),
        GridRow(tuple(Cell(word, Part.LABEL, columns=2) for word in _OPINIONS), 7),
        GridRow(tuple(Cell(_signing(word), columns=2, align=Align.RIGHT) for word in _OPINIONS), 42),
        GridRow((Cell("销假记录", Part.LABEL), Cell(_returned(content), columns=5, align=Align.LEFT))),
    )
    yield Grid(_COLUMNS, rows)


def _missed(sheet: ClassSheet, content: Content) -> tuple[str, str]:
    """The courses that a slip covers and its hours: those written on it, else those of the sessions; empty of none."""
    if not content:
        return "", ""
    courses = {each.uid: each.content["name"] for each in courses_of(sheet.session, sheet.uid)}
    approved = {**content, "returned_on": None}  # the slip is what was asked for; who came back sooner stands below
    covered = covered_sessions(sessions_of(sheet.session, sheet.uid), approved)
    hours = tenths(content.get("hours")) or sum(tenths(each.content["hours"]) for each in covered)
    return "、".join(course_names(covered, courses)), hours_text(hours) if hours else ""


_BLANK_WHEN: Final = "自　　年　　月　　日　　午至　　年　　月　　日　　午"
_LINE: Final = "＿"
"""What a letter has where something is written in; blanks at the end of a line would not be seen."""


def _ticks(content: Content) -> str:
    kind = content.get("kind", "")
    known = kind if kind in dict(_KINDS) or not kind else "9"
    other = f"（{code_label('leave_kind', kind)}）" if known == "9" and kind != "9" else ""
    return "　".join(f"{'☑' if code == known else '□'}{word}" for code, word in _KINDS) + other


def _applied(content: Content) -> Cell:
    day = content.get("applied_on")
    shown = format_partial(day, DateStyle.WORDS) if day else "　　年　　月　　日"
    return Cell(shown, columns=5, align=Align.RIGHT)


def _signing(word: str) -> str:
    """Room for the hand and the seal; the head teacher signs without one."""
    seal = "" if word == "班主任意见" else "(盖章)　　　"
    return f"\n\n\n\n签字：　　　　　　　\n\n{seal}\n\n　　年　　月　　日"


def _returned(content: Content) -> str:
    day = content.get("returned_on")
    if not day:
        return _BACK
    note = content.get("returned_note", "")
    half = code_label("day_part", content.get("returned_half", ""))
    return f"实际返回时间：{format_partial(day, DateStyle.WORDS)}{half}　{note}　　班主任签字："


def _letter(sheet: ClassSheet, slip: _Slip | None, title: str) -> Iterator[Block]:
    """请假条 in words (domain F16)."""
    each, content = slip if slip is not None else (None, {})
    head = sheet.content.get("head_teacher") or _LINE * 4
    name, unit = (each.name, each.unit or _LINE * 12) if each else (_LINE * 5, _LINE * 12)
    kind = f"（{code_label('leave_kind', content['kind'])}）" if content else ""
    reason = f"{content.get('reason') or _LINE * 12}{kind}"
    courses, missed = _missed(sheet, content)
    when = _when(content) if content else _BLANK_WHEN.replace("　", _LINE)
    applied = format_partial(content.get("applied_on", ""), DateStyle.WORDS) or BLANK_DATE
    yield Title(title)
    yield Text(f"尊敬的{head}班主任：", indent=0)
    yield Text(
        f"我是{sheet.name}学员{name}（{unit}），因{reason}，{when}不能参加培训"
        f"（涉及课程：{courses or _LINE * 13}，学时：{missed or _LINE * 3}），特请假，请批准。"
    )
    yield Text(f"\n请假人：　　　　　　　　\n{applied}", align=Align.RIGHT, indent=0)
    yield Text("\n班主任意见：\n\n所在单位（盖章）：　　　　　　　　　　培训机构（盖章）：", indent=0)


SLIP: Final = Report(
    code="F16",
    title="请假审批单",
    help="按已登记的请假填写，或空白手填；审批单和请假条两种式样，A5 每张 A4 印两份，中间裁开",
    build=build,
    entity=Leave,
    options=(CLASS, _FORM, _WHO, _BLANK),
)
