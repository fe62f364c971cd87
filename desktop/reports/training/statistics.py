"""B28 培训统计表: counts of people and attendances apart, every rate with what it is of, and its charts.

The window shows the same charts by `charts_of` and `desktop.reports.charts.chart_document`.
"""

from collections.abc import Sequence
from typing import Final

from sqlalchemy.orm import Session

from desktop.errors import RefusedError
from desktop.kinds import Day, Whole
from desktop.models import TrainingClass
from desktop.queries.offices import own_office, place_name
from desktop.queries.policies import Policies
from desktop.queries.training.figures import Figures, Measure, Rate
from desktop.queries.training.statistics import Statistics, statistics
from desktop.reports.blocks import Block, Column, Document, ListTable, PageBreak, Text, Title
from desktop.reports.charts import Bar, Chart
from desktop.reports.headings import filing_line, signature_line
from desktop.reports.paper import A4_LANDSCAPE, SIZE_5, SIZE_6, Align
from desktop.reports.report import FILLED_ON, TITLE, Filled, Option, Report, Settings

_YEAR: Final = Option("year", "年度", Whole(1980, 2100, "年"))
_DAY: Final = Option("date", "单位和级别按哪一天", Day())
GROUPS: Final = (
    ("programme", "培训项目"),
    ("site", "培训点"),
    ("class", "培训班"),
    ("stage", "学段"),
    ("school", "学校"),
    ("tier", "骨干级别"),
)
_BY: Final = Option("by", "分组", default="programme", choices=GROUPS)
_NOTE: Final = (
    "注：报名、应到、实到按人次（一人参加两个班计两次，一个课次计一次），人数按不同的人；"
    "参考是有成绩的人次，缺考不算；比率栏写明“分子/分母”，分母见栏目名。"
)
_NO_WHOLE: Final = "—"
"""A rate that is of nothing; no value is lacking, so that nothing is to be told."""
_CHARTED: Final = ("出勤率", "优秀率", "合格率")


def build(session: Session, settings: Settings) -> Filled:
    """Fill the statistics of a year or of all years. Raises RefusedError where nobody was trained."""
    office, by = own_office(session), settings["by"]
    found = statistics(session, Policies(session), by=by, year=settings["year"], day=settings["date"])
    if not found.groups:
        raise RefusedError("没有符合条件的培训学员，没有打印；请核对年度")
    year = f"{settings['year']}年度" if settings["year"] else ""
    word = dict(GROUPS)[by]
    title = settings[TITLE.name] or f"{place_name(office)}{year}教师培训统计表（按{word}）"
    blocks: list[Block] = [
        Title(title),
        filing_line(office["name"], settings[FILLED_ON.name]),
        _table(found, word),
        Text(_NOTE, size=SIZE_5, keep=True),
        signature_line(office),
        PageBreak(),
        *charts_of(found),
    ]
    document = Document(title, A4_LANDSCAPE, tuple(blocks), author=office["name"])
    return Filled(document, len(found.total.persons))


def _table(found: Statistics, word: str) -> ListTable:
    rates = found.total.rates()
    counted = (
        Column(word, 40, Align.LEFT, empty="", least=SIZE_6),
        *(Column(label, 13, empty="0") for label in ("培训点", "班级", "报名\n人次", "报名\n人数")),
        *(Column(label, 15, empty="0") for label in ("应到\n人次", "实到\n人次", "参考")),
        *(Column(label, 10 + len(label), empty="0") for label in ("优", "及格", "不及格", "待补考", "满分")),
    )
    shares = tuple(Column(f"{each.label}\n（{each.whole}）", 21, empty="") for each in rates)
    rows = [_row(each) for each in (*found.groups, found.total)]
    last = len(rows) - 1
    return ListTable((*counted, *shares), tuple(rows), name_column=0, strong_rows=frozenset({last}))


def _row(figures: Figures) -> tuple[str, ...]:
    shares = (_share(rate) for rate in figures.rates())
    return (figures.label, *(str(count) if count else "" for _, count in figures.counts()), *shares)


def _share(rate: Rate) -> str:
    return f"{rate.numerator}/{rate.denominator}\n{rate.percent}" if rate.denominator else _NO_WHOLE


def charts_of(found: Statistics) -> tuple[Chart, ...]:
    """The charts of a statistic: how many took part, and each rate that has a whole, group by group and in all."""
    groups = [*found.groups, found.total] if len(found.groups) > 1 else found.groups
    enrolled = [(each.label, each.sums[Measure.ENROLLED]) for each in found.groups]
    most = max((count for _, count in enrolled), default=0)
    people = tuple(Bar(label, count, f"{count}人次") for label, count in enrolled)
    charts = [Chart("报名人次", people, float(most))]
    for place, rate in enumerate(found.total.rates()):
        if rate.label in _CHARTED and rate.denominator:
            charts.append(_rate_chart(groups, place, rate))
    return tuple(charts)


def _rate_chart(groups: Sequence[Figures], place: int, rate: Rate) -> Chart:
    bars = tuple(_bar(each.label, each.rates()[place]) for each in groups)
    return Chart(f"{rate.label}（分母：{rate.whole}）", bars, 1.0)


def _bar(label: str, rate: Rate) -> Bar:
    if not rate.denominator:
        return Bar(label, 0.0, _NO_WHOLE)
    return Bar(label, rate.numerator / rate.denominator, f"{rate.percent}　{rate.numerator}/{rate.denominator}")


STATISTICS: Final = Report(
    code="B28",
    title="培训统计表",
    help="报名、应到、实到、参考和各种比率，按项目、培训点、班、学段、学校或级别分组，比率都写明分母，附图",
    build=build,
    entity=TrainingClass,
    options=(_BY, _YEAR, _DAY),
)
