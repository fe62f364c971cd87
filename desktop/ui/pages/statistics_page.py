"""培训统计: people and attendances apart, every rate with its denominator, by group; charts as they stand on paper."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QGuiApplication, QImage, QKeyEvent, QKeySequence, QPixmap
from PySide6.QtWidgets import QComboBox, QFrame, QScrollArea, QTabWidget

from desktop.queries.policies import Policies
from desktop.queries.training.counted_people import CountedPerson, counted_people
from desktop.queries.training.figures import WORDS, Figures, Measure, Rate
from desktop.queries.training.statistics import Statistics, statistics
from desktop.reports.charts import Chart, chart_document
from desktop.reports.render import MissingPolicy, render
from desktop.reports.training.statistics import GROUPS, charts_of
from desktop.text import tr
from desktop.ui.desk import Desk
from desktop.ui.flow import flowing
from desktop.ui.jobs import Progress
from desktop.ui.lists.clipboard import rows_as_text
from desktop.ui.page import Page
from desktop.ui.paper.pages import PdfPages
from desktop.ui.paper.sheet_wish import SheetWish
from desktop.ui.screens import Entry
from desktop.ui.theme import theme
from desktop.ui.training.counted_dialog import CountedDialog
from desktop.ui.training.figure_button import FigureButton
from desktop.ui.training.frozen_table import FrozenTable
from desktop.ui.training.statistics_model import COUNTS, PERSONS, StatisticsModel
from desktop.ui.widgets import button, card, label, row

_READS: Final = frozenset({"classes", "courses", "programmes", "enrolments", "score_sheets", "sign_in_sheets"}) | {
    "sessions",
    "teachers",
    "employments",
    "schools",
    "appointments",
    "policies",
}
_ALL_YEARS: Final = 0
_HEAVY: Final = 24
"""What the heavy figures of the last line need more than light ones."""
_PIXELS_PER_POINT: Final = 1.5
"""How large a chart is drawn at 100 %."""


class StatisticsPage(Page):
    """Figures on top, the table and the charts below."""

    def __init__(self, desk: Desk, entry: Entry) -> None:
        super().__init__(desk, tr(entry.label))
        self.found: Statistics | None = None
        self._charts: tuple[Chart, ...] = ()
        self._turn = 0
        self.model = StatisticsModel(self)
        self.table = FrozenTable(self.model, tr("培训统计"), self._take_key)
        self.by, self.year, self.chart = QComboBox(), QComboBox(), QComboBox()
        for box, name in ((self.by, tr("分组")), (self.year, tr("年度")), (self.chart, tr("统计图"))):
            box.setAccessibleName(name)
        for value, word in GROUPS:
            self.by.addItem(tr("按{word}", word=word), value)
        self.year.addItem(tr("全部年度"), _ALL_YEARS)
        for year in range(desk.year + 1, desk.year - 30, -1):
            self.year.addItem(tr("{year} 年度", year=year), year)
        self.year.setCurrentIndex(self.year.findData(desk.year))
        copy = button(tr("复制表格"), self.copy, icon_name="clipboard")
        sheet = button(tr("培训统计表"), self.print_out, icon_name="printer", role="primary", keys="Ctrl+P")
        for piece in (self.by, self.year, copy, sheet):
            self.tools.addWidget(piece)
        self.figures = flowing()
        self.told = label("", "muted", wrap=True)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.table, tr("表"))
        self.tabs.addTab(self._chart_area(), tr("图"))
        self.body.addWidget(self.figures)
        self.body.addWidget(self.told)
        self.body.addWidget(self.tabs, 1)
        self._connect()

    def _chart_area(self) -> QFrame:
        self.picture = label("")
        self.picture.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.picture.setAccessibleName(tr("统计图"))
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(self.picture)
        return card(row(self.chart, None), area, margin=10)

    def _connect(self) -> None:
        self.by.activated.connect(lambda _index: self.reload())
        self.year.activated.connect(lambda _index: self.reload())
        self.chart.activated.connect(lambda _index: self.draw())
        for view in (self.table.before, self.table.cells):
            view.doubleClicked.connect(self._open_cell)
        self.tabs.currentChanged.connect(lambda _index: self.draw())
        self.desk.changed.connect(self._hear)
        self.desk.year_changed.connect(self._take_year)
        theme.changed.connect(self.fit)

    def _take_year(self) -> None:
        self.year.setCurrentIndex(max(self.year.findData(self.desk.year), 0))
        if self.isVisible():
            self.reload()

    def _hear(self, entities: object) -> None:
        if isinstance(entities, frozenset) and entities & _READS and self.isVisible():
            self.reload()

    def show_for(self, what: object) -> None:
        """Come to the front; a year chooses it."""
        if isinstance(what, int):
            self.year.setCurrentIndex(max(self.year.findData(what), 0))
        self.reload()

    def focus_first(self) -> None:
        """The keyboard starts at the grouping."""
        self.by.setFocus()

    def reload(self) -> None:
        """Count anew in a Job; the old figures stay until then, the newest wish counts."""
        self._turn += 1
        turn, store, day = self._turn, self.desk.store, self.desk.day
        by, year = str(self.by.currentData()), self.year.currentData() or None

        def work(_progress: Progress) -> Statistics:
            with store.read() as session:
                return statistics(session, Policies(session), by=by, year=year, day=day)

        def take(found: Statistics) -> None:
            if turn == self._turn:
                self._take(found)

        self.desk.jobs.run(tr("统计"), work, take, quiet=self.found is not None)

    def _take(self, found: Statistics) -> None:
        self.found, self._charts = found, charts_of(found)
        self.model.show(found, self.by.currentText().removeprefix(tr("按")))
        self.fit()
        self._show_figures(found.total)
        chosen = self.chart.currentText()
        self.chart.clear()
        self.chart.addItems([each.title for each in self._charts])
        self.chart.setCurrentIndex(max(self.chart.findText(chosen), 0))
        self.draw()

    def fit(self) -> None:
        """Give the columns their widths."""
        counts = [max(58, 30 + 14 * len(each.split("\n", maxsplit=1)[0])) for each in COUNTS]
        wide = [
            self.table.name_width(number, least=104, most=170) + _HEAVY
            for number in range(len(COUNTS) + 1, self.model.columnCount())
        ]
        self.table.arrange((self.table.name_width(0, least=120, most=260),), [*counts, *wide], (), heading=2)

    def _show_figures(self, total: Figures) -> None:
        """What a report quotes, each figure with its word, each rate with its denominator."""
        sums, people = total.sums, len(total.persons)
        counts: tuple[tuple[int, str, Measure], ...] = (
            (len(total.sites), tr("个培训点"), Measure.ENROLLED),
            (len(total.classes), tr("个班"), Measure.ENROLLED),
            (sums[Measure.ENROLLED], tr("报名人次（{count} 人）", count=people), Measure.ENROLLED),
            *((sums[each], tr(WORDS[each]), each) for each in (Measure.DUE, Measure.PRESENT, Measure.EXAMINED)),
        )
        figures = [self._figure(str(number), word, total, wanted) for number, word, wanted in counts]
        figures += [self._figure(each.percent, _told(each), total, each) for each in total.rates() if each.denominator]
        fresh = flowing(*figures)
        self.body.replaceWidget(self.figures, fresh)
        self.figures.deleteLater()
        self.figures = fresh
        told = tr(
            "人次：一人参加两个班计两次，一个课次计一次；参考是有成绩的人次，缺考不算；每个比率写明 分子/分母（分母）。"
            "点上面的数字，或双击、回车表中的数字，列出是哪些人。"
        )
        self.told.setText(told if total.people else tr("这一年度没有培训学员；可选“全部年度”。"))

    def _figure(self, number: str, word: str, figures: Figures, wanted: Rate | Measure) -> FigureButton:
        return FigureButton(number, word, lambda: self.show_people(figures, word, wanted))

    def _open_cell(self, index: QModelIndex) -> None:
        """The people behind a cell of the table."""
        if not index.isValid():
            return
        figures, line, place = self.model.rows[index.row()], index.row(), index.column()
        word = str(self.model.headerData(max(place, 3), Qt.Orientation.Horizontal)).replace("\n", "")
        text = self.model.text(line, place) if place else str(figures.sums[Measure.ENROLLED])
        self.show_people(
            figures, f"{figures.label} · {word} {text}", self.model.wanted(line, place), distinct=place == PERSONS
        )

    def show_people(self, figures: Figures, title: str, wanted: Rate | Measure, *, distinct: bool = False) -> None:
        """List whom a figure counts; Enter there opens the class."""
        whole = wanted if isinstance(wanted, Measure) else wanted.of
        chosen, store, day = list(figures.behind(whole)), self.desk.store, self.desk.day

        def work(_progress: Progress) -> list[CountedPerson]:
            with store.read() as session:
                return counted_people(session, chosen, day)

        def take(people: list[CountedPerson]) -> None:
            dialog = CountedDialog(title, people, wanted, distinct=distinct, parent=self)
            if self.desk.dialogs.run(dialog) and dialog.training_class:
                self.desk.go("training", dialog.training_class)

        self.desk.jobs.run(tr("列出名单"), work, take, quiet=True)

    def draw(self) -> None:
        """Draw the chart chosen from the bytes of its PDF, as it stands on paper; the newest wish counts."""
        place, turn = self.chart.currentIndex(), self._turn
        if self.tabs.currentIndex() != 1 or not 0 <= place < len(self._charts):
            return
        chart, ratio = self._charts[place], self.devicePixelRatioF()
        scale = _PIXELS_PER_POINT * theme.percent / 100 * ratio

        def take(image: QImage) -> None:
            if turn == self._turn and place == self.chart.currentIndex():
                image.setDevicePixelRatio(ratio)
                self.picture.setPixmap(QPixmap.fromImage(image))

        self.desk.jobs.run(tr("画图"), lambda _progress: chart_image(chart, scale), take, quiet=True)

    def _take_key(self, event: QKeyEvent) -> bool:
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open_cell(self.table.cells.currentIndex())
        else:
            return False
        return True

    def copy(self) -> None:
        """Put the whole table on the clipboard."""
        columns = range(self.model.columnCount())
        headings = [str(self.model.headerData(each, Qt.Orientation.Horizontal)).replace("\n", "") for each in columns]
        texts: Sequence[Sequence[str]] = [
            [self.model.text(line, each) for each in columns] for line in range(self.model.rowCount())
        ]
        QGuiApplication.clipboard().setText(rows_as_text(headings, texts))
        self.desk.said.emit(tr("已复制 {count} 行，可粘贴到表格软件", count=len(texts)))

    def print_out(self) -> None:
        """The same figures and charts on paper."""
        year = self.year.currentData()
        options = {
            "by": str(self.by.currentData()),
            "year": str(year) if year else "",
            "date": self.desk.day.isoformat(),
        }
        self.desk.go("reports", SheetWish("B28", options))


def _told(rate: Rate) -> str:
    return tr(
        "{label}：{above}/{below}（{whole}）",
        label=rate.label,
        above=rate.numerator,
        below=rate.denominator,
        whole=rate.whole,
    )


def chart_image(chart: Chart, scale: float) -> QImage:
    """One chart as a picture, rendered from its own PDF; at scale 1 a point is a pixel."""
    with tempfile.TemporaryDirectory(prefix="county-desk-") as scratch:
        path = Path(scratch) / "chart.pdf"
        render(chart_document((chart,)), path, missing=MissingPolicy.BLANK)
        pages = PdfPages(path.read_bytes())
    try:
        return pages.render(0, scale)
    finally:
        pages.close()
