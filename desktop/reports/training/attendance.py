"""F15 考勤汇总表: trainees against sessions, then hours by kind of absence, its share, and what the rules say of it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from desktop.errors import RefusedError
from desktop.models import SignInSheet
from desktop.queries.policies import Policies
from desktop.queries.training.classes import is_held, session_text
from desktop.queries.training.grid import Grid, class_grid
from desktop.reports.blocks import Block, Column, Document, PageBreak, SignatureLine, SubLine, Text, Title
from desktop.reports.headings import code_label
from desktop.reports.paper import A3_LANDSCAPE, A4_LANDSCAPE, SIZE_5, SIZE_6, Align, Paper
from desktop.reports.report import TITLE, Filled, Option, Report, Settings
from desktop.reports.training.class_sheet import (
    CLASS,
    ORDER,
    SERIAL,
    ClassSheet,
    Trainee,
    TraineeColumn,
    class_sheet,
    name_column,
    ordered,
    period,
    require_trainees,
    trainee_table,
    unit_column,
)
from desktop.rules.absence import CHARACTERS, Mark, Tally
from desktop.rules.hours import hours_text
from desktop.rules.numerals import percentage_text
from desktop.store.records import Stored

_PAPER: Final = Option("paper", "纸张", default="A4", choices=(("A4", "A4横"), ("A3", "A3横")))
_STYLE: Final = Option(
    "marks", "考勤符号", default="signs", choices=(("signs", "符号（√ ○ △）"), ("words", "汉字（迟 早 病 事）"))
)
_SIGNS: Final = {
    Mark.PRESENT: "√",
    Mark.LATE: "Φ",
    Mark.EARLY: "√╲",
    Mark.SICK: "△病",
    Mark.PERSONAL: "△事",
    Mark.OFFICIAL: "△公",
    Mark.UNEXCUSED: "○",
    Mark.UNPLANNED: "—",
    Mark.PENDING: "待",
}
"""The marks of TR-15, the kind of leave beside its sign."""
_SESSION_MM: Final = 8.0
_SUM_MM: Final = 11.5
_VERDICT_MM: Final = 36.0
_ROW: Final = 9.0


def build(session: Session, settings: Settings) -> Filled:
    """Fill the account of a class. Raises RefusedError where there is no session or nobody."""
    sheet = class_sheet(session, settings)
    require_trainees(sheet)
    grid = class_grid(session, Policies(session), sheet.uid)
    held = [each for each in grid.sessions if is_held(each)]
    if not held:
        raise RefusedError(f"“{sheet.name}”还没有排课，没有打印；请先排日程")
    account = _Account(sheet, grid, held, _SIGNS if settings["marks"] == "signs" else CHARACTERS)
    trainees = ordered(list(sheet.trainees.values()), settings[ORDER.name])
    paper = A3_LANDSCAPE if settings["paper"] == "A3" else A4_LANDSCAPE
    title = settings[TITLE.name] or f"{sheet.name}考勤汇总表"
    blocks: list[Block] = []
    for number, columns in enumerate(_parts(account, paper)):
        blocks += [PageBreak()] if number else []
        blocks += [Title(title), _heading(sheet), trainee_table(columns, trainees, row_height=_ROW)]
    blocks.append(Text(account.legend(), size=SIZE_5, keep=True))
    blocks.append(SignatureLine(("班主任：", "审核人："), seal="(盖章)"))
    document = Document(title, paper, tuple(blocks), author=sheet.office["name"])
    return Filled(document, len(trainees), tuple(_warnings(account, trainees)))


def _heading(sheet: ClassSheet) -> SubLine:
    return SubLine(
        (
            f"培训时间：{period(sheet.content)}",
            f"培训地点：{sheet.content.get('site', '')}",
            f"培训学时：{hours_text(sheet.hours)}",
            f"班主任：{sheet.content.get('head_teacher', '')}",
        )
    )


def _parts(account: "_Account", paper: Paper) -> list[list[TraineeColumn]]:
    """The columns of each part: all on one sheet if there is room, else the sessions first, then the sums."""
    people = [name_column(18), unit_column(36)]
    room = paper.grid_width - SERIAL.mm - sum(column.mm for column, _ in people)
    sessions, sums = account.session_columns(), account.sum_columns()
    if len(sessions) * _SESSION_MM + sum(column.mm for column, _ in sums) <= room:
        return [[*people, *sessions, *sums]]
    least = int(room / _SESSION_MM)
    count = -(-len(sessions) // least)
    size = -(-len(sessions) // count)
    parts = [sessions[start : start + size] for start in range(0, len(sessions), size)]
    return [*([*people, *part] for part in parts), [*people, *sums]]


@dataclass(frozen=True)
class _Account:
    """The attendance of one class, and the signs it is printed with."""

    sheet: ClassSheet
    grid: Grid
    held: list[Stored]
    signs: dict[Mark, str]

    def session_columns(self) -> list[TraineeColumn]:
        """A column for each session, those of a day under its date."""
        return [self._session_column(each) for each in self.held]

    def _session_column(self, lesson: Stored) -> TraineeColumn:
        day = date.fromisoformat(lesson.content["date"])
        label = code_label("day_part", lesson.content["half"])[0]
        column = Column(label, _SESSION_MM, empty="", group=f"{day.month}/{day.day}", least=SIZE_6)
        return column, lambda each: self._sign(each, lesson)

    def _sign(self, each: Trainee, lesson: Stored) -> str:
        cell = self.grid.cells.get((each.uid, lesson.uid))
        return self.signs[Mark(cell.mark)] if cell is not None and cell.mark else ""

    def sum_columns(self) -> list[TraineeColumn]:
        """应到, 出勤, each kind, what counts as absence, its share, the verdict."""
        kinds = ((Mark.SICK, "病假"), (Mark.PERSONAL, "事假"), (Mark.OFFICIAL, "公假"), (Mark.UNEXCUSED, "旷课"))
        return [
            self._sum("应到", "学时", lambda tally: hours_text(tally.due)),
            self._sum("出勤", "学时", lambda tally: hours_text(tally.due - tally.away)),
            self._sum("迟到", "次", lambda tally: str(tally.times.get(Mark.LATE, 0))),
            self._sum("早退", "次", lambda tally: str(tally.times.get(Mark.EARLY, 0))),
            *(self._kind(mark, word) for mark, word in kinds),
            self._kind(Mark.PENDING, "待核"),
            self._sum("缺勤", "学时", lambda tally: hours_text(tally.absent)),
            self._sum("缺勤", "比例", lambda tally: percentage_text(tally.absent, self.sheet.hours)),
            (Column("结论", _VERDICT_MM, Align.LEFT), self._verdict),
        ]

    def _kind(self, mark: Mark, word: str) -> TraineeColumn:
        return self._sum(word, "学时", lambda tally: hours_text(tally.by_mark.get(mark, 0)))

    def _sum(self, word: str, unit: str, value: Callable[[Tally], str]) -> TraineeColumn:
        column = Column(f"{word}\n{unit}", _SUM_MM, empty="", least=SIZE_6)
        return column, lambda each: value(self.grid.attendance[each.uid].total)

    def _verdict(self, each: Trainee) -> str:
        """正常, or what absence did (domain F15)."""
        verdict = self.grid.attendance[each.uid].verdict
        if "withdrawn_on" in each.content:
            return "已退学"
        if verdict.failed:
            return "培训不及格"
        names = "、".join(self.sheet.names.name("courses", uid) for uid in verdict.cancelled)
        return f"课程成绩取消：{names}" if names else "正常"

    def legend(self) -> str:
        """What the signs mean, and of what the share is."""
        words = "　".join(f"{sign} {code_label('attendance', str(mark))}" for mark, sign in self.signs.items())
        total = hours_text(self.sheet.hours)
        return f"符号：{words}。缺勤学时按政策计入三分之一规则的学时计算，缺勤比例＝缺勤学时÷培训学时{total}。"


def _warnings(account: _Account, trainees: Sequence[Trainee]) -> Iterator[str]:
    """What is not yet entered or settled, and what cannot be."""
    blank = [session_text(each) for each in account.held if not account.grid.entered.get(each.uid)]
    if blank:
        yield f"还没有登记考勤的课次有{len(blank)}次：{'、'.join(blank[:5])}。"
    pending = [each.name for each in trainees if Mark.PENDING in account.grid.attendance[each.uid].total.times]
    if pending:
        yield f"还有待核的考勤：{'、'.join(pending)}，请核实后再报。"
    for each in trainees:
        yield from (f"{each.name}：{text}。" for text in account.grid.attendance[each.uid].verdict.doubts)


SUMMARY: Final = Report(
    code="F15",
    title="培训考勤汇总表",
    help="学员逐课次考勤，按学时汇总迟到、早退、各类请假、旷课，缺勤比例和结论",
    build=build,
    entity=SignInSheet,
    options=(CLASS, _STYLE, ORDER, _PAPER),
)
