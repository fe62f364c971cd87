"""F14 签到表: 20 or 40 names on a page, for one session or for all sessions of a day, with a number and a QR code.

What is printed is recorded with it: from then on the row numbers stay, so that absences are entered by them, and a
trainee who comes later stands behind the others.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from desktop.codes import table
from desktop.errors import RefusedError
from desktop.kinds import Day
from desktop.models import SignInSheet
from desktop.models.base import Content
from desktop.queries.training.classes import find_session, is_held, sessions_of, sheet_of
from desktop.queries.training.lecturers import lecturer_of
from desktop.queries.training.sheet_rows import BY_NUMBER, laid_out
from desktop.reports.blocks import (
    Block,
    Column,
    Document,
    ListTable,
    PageBreak,
    QrCode,
    Sheet,
    SignatureLine,
    SubLine,
    Title,
)
from desktop.reports.fonts import Family
from desktop.reports.headings import code_label, day_text
from desktop.reports.paper import SIZE_6, SIZE_SMALL_2, Align, Paper
from desktop.reports.report import TITLE, Filled, Option, Report, Settings
from desktop.reports.training.class_sheet import CLASS, NAME, UNIT, ClassSheet, Trainee, class_sheet
from desktop.reports.training.timetable import WEEKDAYS, what_is_taught
from desktop.rules.scan_codes import ScanCode, Scanned
from desktop.store.records import Edit, Stored, new_uid, write_edits

_SESSION: Final = Option("session", "课次", link="sessions")
_DATE: Final = Option("date", "日期（全天一张）", Day())
_ROWS: Final = Option("rows", "每页人数", default="20", choices=(("20", "20人"), ("40", "40人（两栏）")))
_SHEET_ORDER: Final = Option(
    "order", "排序", default=BY_NUMBER, choices=tuple((code, table("sheet_order").label(code)) for code in "1234")
)
_PAPER: Final = Paper("A4", 210, 297, top=22, right=20, bottom=14, left=28)
"""A4 whose page holds 20 rows to write in, under a title of two lines if need be."""
_LINES: Final = 20
_ROW: Final = 9.8
_CODE: Final = 19.0
_SIGNATURES: Final = 70.0
_LEFT_CLASS: Final = "已退学"


def build(session: Session, settings: Settings) -> Filled:
    """Fill the sheets of one session, or one sheet for all sessions of a day. Raises RefusedError with a sentence."""
    sheet = class_sheet(session, settings)
    lessons = _lessons(session, sheet, settings)
    contents = [_content(session, settings, lesson) for lesson in lessons]
    _require_one_order(contents, lessons)
    title = settings[TITLE.name] or f"{sheet.name}学员签到表"
    pages = tuple(_pages(sheet, lessons, contents, title))
    document = Document(title, _PAPER, (Sheet("", pages),), author=sheet.office["name"])
    return Filled(document, len(contents[0]["marks"]), tuple(_warnings(sheet, lessons, contents)))


def record(session: Session, settings: Settings, day: date) -> None:
    """Keep the rows as they are printed, and the first day on which they were."""
    sheet = class_sheet(session, settings)
    edits = []
    for lesson in _lessons(session, sheet, settings):
        before = sheet_of(session, lesson.uid)
        content = {"printed_on": day.isoformat(), **_content(session, settings, lesson)}
        uid = before.uid if before is not None else new_uid(SignInSheet, content)
        edits.append(Edit(SignInSheet, uid, before, content))
    write_edits(session, edits)


def _lessons(session: Session, sheet: ClassSheet, settings: Settings) -> list[Stored]:
    """The session that is meant, or those of a day; of today, else of the next day that has any, if none is named."""
    if settings["session"]:
        lesson = find_session(session, sheet.uid, settings["session"])
        if not is_held(lesson):
            state = code_label("session_state", lesson.content["state"])
            raise RefusedError(f"{lesson.content['date']} 的课次{state}，没有打印；请选择实际上课的课次")
        return [lesson]
    held = [each for each in sessions_of(session, sheet.uid) if is_held(each)]
    wanted = settings["date"]
    day = wanted or date.today()  # noqa: DTZ011 - an office's day is the day of its own clock
    days = sorted({each.content["date"] for each in held})
    chosen = next((each for each in days if each == day.isoformat() or (not wanted and each > day.isoformat())), None)
    if chosen is None:
        told = "、".join(days[:6]) or "还没有排课"
        raise RefusedError(f"“{sheet.name}”在 {day.isoformat()} 没有课，没有打印；有课的日期：{told}")
    return [each for each in held if each.content["date"] == chosen]


def _content(session: Session, settings: Settings, lesson: Stored) -> Content:
    return laid_out(session, lesson, order=settings["order"], rows_per_page=int(settings["rows"]))


def _require_one_order(contents: Sequence[Content], lessons: Sequence[Stored]) -> None:
    """Sessions whose sheets were printed apart, with different rows, cannot share one."""
    rows = [[(line["row"], line["enrolment"]) for line in content["marks"]] for content in contents]
    if any(each != rows[0] for each in rows):
        told = "、".join(code_label("day_part", lesson.content["half"]) for lesson in lessons)
        raise RefusedError(f"{lessons[0].content['date']} {told}的签到表行号不同，不能合印一张；请按课次分别打印")


def _pages(sheet: ClassSheet, lessons: Sequence[Stored], contents: Sequence[Content], title: str) -> Iterator[Block]:
    marks, beside = contents[0]["marks"], contents[0]["rows_per_page"] // _LINES
    per_page = _LINES * beside
    for page, start in enumerate(range(0, len(marks), per_page), 1):
        if page > 1:
            yield PageBreak()
        kind = Scanned.SESSION_SHEET if len(lessons) == 1 else Scanned.DAY_SHEET
        yield QrCode(ScanCode(kind, lessons[0].uid, page).digits, mm=_CODE, corner=True)
        yield Title(title, size=SIZE_SMALL_2)
        yield from _heading(sheet, lessons, f"{_number(lessons, contents)}-{page}")
        rows = _rows(sheet, lessons, marks[start : start + per_page], start, per_page)
        yield ListTable(_columns(lessons, beside), rows, unit_column=2, row_height=_ROW, beside=beside)
        yield _foot(_due(sheet, marks, lessons[0].content["date"]))


def _number(lessons: Sequence[Stored], contents: Sequence[Content]) -> str:
    """The number of the sheet; that of a day is without 上 or 下."""
    number = str(contents[0]["number"])
    return number if len(lessons) == 1 else number[:-1]


def _heading(sheet: ClassSheet, lessons: Sequence[Stored], number: str) -> Iterator[SubLine]:
    contents = [lesson.content for lesson in lessons]
    day = date.fromisoformat(contents[0]["date"])
    halves = "、".join(code_label("day_part", each["half"]) for each in contents)
    rooms = "、".join(dict.fromkeys(str(each["room"]) for each in contents if "room" in each))
    when = f"日期：{day_text(day)}（星期{WEEKDAYS[day.weekday()]}）{halves}"
    yield SubLine((when, f"地点：{rooms or sheet.content.get('site', '')}", f"编号：{number}"))
    taught = "；".join(dict.fromkeys(filter(None, (what_is_taught(sheet, each) for each in contents))))
    teachers = dict.fromkeys(filter(None, (lecturer_of(sheet.names, each).name for each in contents)))
    yield SubLine((f"课程：{taught}", f"授课教师：{'、'.join(teachers)}"))


def _columns(lessons: Sequence[Stored], beside: int) -> tuple[Column, ...]:
    """序号, 姓名, 单位 and a place for each signature; nothing is printed where there is no value."""
    words = [f"{code_label('day_part', lesson.content['half'])}签名" for lesson in lessons]
    words = words if len(lessons) > 1 else ["签名"]
    share = _SIGNATURES / len(words)
    signatures = [Column(word, share if beside == 1 else share * 0.8, empty="") for word in words]
    unit = 54.0 if beside == 1 else 40.0
    return (
        Column("序号", 12, empty=""),
        Column(NAME, 26, empty="", least=6.5),
        Column(UNIT, unit, Align.LEFT, empty="", least=SIZE_6),
        *signatures,
    )


def _rows(
    sheet: ClassSheet, lessons: Sequence[Stored], marks: Sequence[Content], start: int, count: int
) -> tuple[tuple[str, ...], ...]:
    """The rows of a page; those left over bear the numbers that trainees who come later will have."""
    day = lessons[0].content["date"]
    found = []
    for line in marks:
        each = sheet.trainees.get(line["enrolment"])
        name, unit = (each.name, each.unit) if each is not None else ("", "")
        has_left = each is not None and _has_left(each, day)
        found.append((str(line["row"]), name, unit, *[_LEFT_CLASS if has_left else ""] * len(lessons)))
    last = int(found[-1][0]) if found else start
    spare = [(str(last + number), "", "", *[""] * len(lessons)) for number in range(1, count - len(found) + 1)]
    return (*found, *spare)


def _has_left(each: Trainee, day: str) -> bool:
    return str(each.content.get("withdrawn_on", "9")) <= day


def _due(sheet: ClassSheet, marks: Sequence[Content], day: str) -> int:
    """How many of those on the sheet are to come on its day (ISO): who withdrew keeps the row, and is not one."""
    on_it = [sheet.trainees[line["enrolment"]] for line in marks if line["enrolment"] in sheet.trainees]
    return sum(not _has_left(each, day) and each.content.get("joined_on", "") <= day for each in on_it)


def _foot(due: int) -> SignatureLine:
    parts = (f"应到 {due} 人", "实到　　　人", "请假　　　人", "缺勤　　　人", "班主任签字：")
    return SignatureLine(parts, seal="", date="", family=Family.FANG)


def _warnings(sheet: ClassSheet, lessons: Sequence[Stored], contents: Sequence[Content]) -> Iterator[str]:
    """What was appended to a sheet printed before."""
    printed = sheet_of(sheet.session, lessons[0].uid)
    if printed is None or "printed_on" not in printed.content:
        return
    known = len(printed.content.get("marks", ()))
    added = [line for line in contents[0]["marks"][known:] if line["enrolment"] in sheet.trainees]
    if added:
        names = "、".join(sheet.trainees[line["enrolment"]].name for line in added)
        yield f"上次打印后报到的学员补在末尾：{names}；原有行号不变。"


SIGN_IN: Final = Report(
    code="F14",
    title="培训签到表",
    help="一个课次或一天的签到表，每页20人或40人；打印后行号固定，后来的学员补在末尾；右上角的码供扫描登记",
    build=build,
    entity=SignInSheet,
    options=(CLASS, _SESSION, _DATE, _ROWS, _SHEET_ORDER),
    record=record,
)
