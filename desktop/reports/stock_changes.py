"""B01 骨干教师变动表: last year's stock, who came in and went out and why, this year's stock, by tier and school."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import Final

from sqlalchemy.orm import Session

from desktop.errors import RefusedError
from desktop.kinds import Day, Whole
from desktop.models import Appointment
from desktop.queries.columns import official_place
from desktop.queries.directory import Directory
from desktop.queries.flows import IN, OUT, Cause, FlowRow, Flows, Place, Unexplained, flows_between, load_histories
from desktop.queries.offices import own_office, place_name, tier_words
from desktop.reports.blocks import Block, Column, Document, ListTable, Text, Title
from desktop.reports.headings import day_text, filing_line, signature_line
from desktop.reports.paper import A4_LANDSCAPE, SIZE_5, Align
from desktop.reports.report import FILLED_ON, TITLE, Filled, Option, Report, Settings

_YEAR: Final = Option("year", "年度", Whole(1980, 2100, "年"))
_FROM: Final = Option("from", "上期末日期", Day())
_TO: Final = Option("to", "本期末日期", Day())

_NO_SCHOOL: Final = "（单位未登记）"
_LABELS: Final = {
    Cause.NEW: "新认定",
    Cause.PROMOTED_IN: "晋级",
    Cause.MOVED_IN: "调入",
    Cause.OTHER_IN: "其他",
    Cause.PROMOTED_OUT: "晋级",
    Cause.REVOKED: "取消资格",
    Cause.EXPIRED: "任期届满",
    Cause.RESIGNED: "自愿放弃",
    Cause.RETIRED: "退休",
    Cause.DECEASED: "去世",
    Cause.MOVED_OUT: "调出",
}
_NO_FLOW: Final = "—"


def build(session: Session, settings: Settings) -> Filled:
    """Fill the account of a year. Raises RefusedError where there is no backbone teacher in it, or days are swapped."""
    opening, closing = _days(settings)
    flows = flows_between(load_histories(session), opening, closing)
    if not flows.rows:
        raise RefusedError(f"{day_text(opening)}至{day_text(closing)}没有在任的骨干教师，没有打印；请核对年度")
    office, names = own_office(session), Directory(session)
    words = tier_words(office)
    title = settings[TITLE.name] or f"{place_name(office)}{closing.year}年度骨干教师变动表"
    line = filing_line(office["name"], settings[FILLED_ON.name], f"（截至{day_text(closing)}）")
    blocks: list[Block] = [Title(title), line, _table(flows, names, words, (opening, closing))]
    blocks += [Text(note, size=SIZE_5, keep=True) for note in _notes(flows, names, words)]
    blocks.append(signature_line(office))
    document = Document(title, A4_LANDSCAPE, tuple(blocks), author=office["name"])
    return Filled(document, sum(row.closing for row in flows.rows), tuple(_warnings(flows, names, words)))


def _days(settings: Settings) -> tuple[date, date]:
    """31 December of the year before and of the year, unless days are given."""
    today = date.today()  # noqa: DTZ011 - an office's day is the day of its own clock
    closing: date = settings["to"] or date(settings["year"] or today.year, 12, 31)
    opening: date = settings["from"] or date(closing.year - 1, 12, 31)
    if opening >= closing:
        raise RefusedError(f"上期末日期{day_text(opening)}应早于本期末日期{day_text(closing)}，没有打印")
    return opening, closing


def _columns(days: tuple[date, date]) -> tuple[Column, ...]:
    def number(label: str, group: str, mm: float = 15) -> Column:
        return Column(label, mm, empty="", group=group)

    opening, closing = (f"{day.year}年末" if (day.month, day.day) == (12, 31) else _short(day) for day in days)
    return (
        Column("级别", 20, empty="", least=7.0),
        Column("工作单位", 44, Align.LEFT, empty="", least=7.0),
        Column(f"{opening}\n人数", 17),
        *(number(_LABELS[cause], "增加") for cause in IN),
        number("小计", "增加", 12),
        *(number(_LABELS[cause], "减少") for cause in OUT),
        number("小计", "减少", 12),
        Column(f"{closing}\n人数", 17),
        Column("备注", 14, empty=""),
    )


def _short(day: date) -> str:
    return day.isoformat().replace("-", ".")


def _table(flows: Flows, names: Directory, words: dict[str, str], days: tuple[date, date]) -> ListTable:
    rows: list[tuple[str, ...]] = []
    strong: set[int] = set()
    ordered = sorted(
        flows.rows,
        key=lambda row: (row.place.tier, official_place(names.content("schools", row.place.school))),
    )
    for tier, members in groupby(ordered, key=lambda row: row.place.tier):
        of_tier = list(members)
        rows += [_row(words[tier], _school(names, row.place.school), [row]) for row in of_tier]
        strong.add(len(rows))
        rows.append(_row(words[tier], "小计", of_tier))
    strong.add(len(rows))
    rows.append(_row("合计", "", flows.rows))
    return ListTable(_columns(days), tuple(rows), strong_rows=frozenset(strong))


def _school(names: Directory, school: str) -> str:
    return names.name("schools", school) or _NO_SCHOOL


def _row(tier: str, unit: str, rows: Sequence[FlowRow]) -> tuple[str, ...]:
    causes: Counter[Cause] = Counter()
    for row in rows:
        causes.update(row.causes)
    reconciled = all(row.is_reconciled for row in rows)
    return (
        tier,
        unit,
        str(sum(row.opening for row in rows)),
        *(_figure(causes[cause]) for cause in IN),
        _figure(sum(row.arrived for row in rows)),
        *(_figure(causes[cause]) for cause in OUT),
        _figure(sum(row.left for row in rows)),
        str(sum(row.closing for row in rows)),
        "" if reconciled else "不平衡",
    )


def _figure(number: int) -> str:
    return str(number) if number else _NO_FLOW


def _notes(flows: Flows, names: Directory, words: dict[str, str]) -> Iterator[str]:
    yield "注：一人有几个级别的，按最高级别统计一次；在本单位所属学校之间的调动，同时计入调出和调入。"
    others = [move for move in flows.movements if move.cause is Cause.OTHER_IN]
    if others:
        told = "、".join(
            f"{names.name('teachers', move.teacher)}（{_place(names, words, move.place)}）" for move in others
        )
        yield f"“其他”是原任职恢复计入的：{told}。"
    if not all(row.is_reconciled for row in flows.rows) or flows.unexplained:
        told = "；".join(_explain(each, names, words) for each in flows.unexplained)
        yield f"上年末人数、增加、减少与本年末人数不平衡，待补登记：{told}。"


def _warnings(flows: Flows, names: Directory, words: dict[str, str]) -> Iterator[str]:
    """What to mend before the sheet is stamped."""
    yield from (f"{_explain(each, names, words)}，请补登记后再打印。" for each in flows.unexplained)
    nowhere = sum(row.closing for row in flows.rows if not row.place.school)
    if nowhere:
        yield f"有{nowhere}名骨干教师没有登记工作单位，列在“{_NO_SCHOOL}”一行。"


def _explain(each: Unexplained, names: Directory, words: dict[str, str]) -> str:
    who = names.name("teachers", each.teacher)
    before, after = (_place(names, words, place) for place in (each.before, each.after))
    return f"{who}{day_text(each.day)}由{before}变为{after}，没有登记原因"


def _place(names: Directory, words: dict[str, str], place: Place | None) -> str:
    return f"{words[place.tier]}{_school(names, place.school)}" if place else "不在任"


STOCK_CHANGES: Final = Report(
    code="B01",
    title="骨干教师变动表",
    help="上年末、增加、减少、本年末人数，分级别和学校，逐行平衡",
    build=build,
    entity=Appointment,
    options=(_YEAR, _FROM, _TO),
)
