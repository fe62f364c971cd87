"""Official sheets: which one, its options, the preview, and the same bytes to a printer or into a PDF file."""

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QListWidget, QListWidgetItem, QScrollArea, QWidget

from desktop.errors import DesktopError
from desktop.queries.training.picks import picks_of
from desktop.reports.printing import prepare_report
from desktop.reports.registry import REPORTS
from desktop.reports.report import Report
from desktop.text import tr
from desktop.ui.desk import Desk
from desktop.ui.jobs import Progress, after_painting
from desktop.ui.memory import recall, remember
from desktop.ui.page import Page
from desktop.ui.pages.report_options import ReportOptions
from desktop.ui.paper.output import SheetOutput, Sheets, lay_out
from desktop.ui.paper.preview import Preview
from desktop.ui.paper.sheet_wish import SheetWish
from desktop.ui.screens import Entry
from desktop.ui.theme import theme
from desktop.ui.widgets import button, card, label, row

_LISTED, _LISTED_AT_LEAST = 8, 3
"""So many sheets are seen at once; the others are a turn of the wheel away."""
_ROOMY = 125
"""The text size in percent up to which the least of them finds room."""
_TOLD = 3
"""So many warnings stand above the preview; the rest are counted."""


def make_sheets(desk: Desk, report: Report, options: dict[str, str], progress: Progress) -> Sheets:
    """Fill a report and lay it out; the print log hears nothing of it."""
    progress.step(0, 0, tr("正在汇集数据"))
    return lay_out(prepare_report(desk.store, report.code, options), progress)


class ReportsPage(Page):
    """Sheets on the left, the paper on the right."""

    def __init__(self, desk: Desk, entry: Entry) -> None:
        super().__init__(desk, tr(entry.label))
        self.sheets: Sheets | None = None
        self.output = SheetOutput(desk, self)
        self._turn = 0
        self.preview = Preview(desk)
        log = button(tr("打印登记"), partial(desk.go, "prints"))
        self.save_button = button(tr("存为 PDF"), self.save, icon_name="download", keys="Ctrl+S")
        self.print_button = button(tr("打印"), self.print_out, icon_name="printer", role="primary", keys="Ctrl+P")
        for each in (log, self.save_button, self.print_button):
            self.tools.addWidget(each)
        self._set_ready(ready=False)
        body = row(self._left(), self.preview, space=12)
        body.setStretch(1, 1)
        self.body.addLayout(body, 1)
        desk.changed.connect(lambda _entities: self._mark_old())
        codes = [report.code for report in REPORTS]
        last = recall("report", "")
        self.list.setCurrentRow(codes.index(last) if last in codes else 0)

    def _left(self) -> QWidget:
        self.list = QListWidget()
        self.list.setAccessibleName(tr("报表"))
        for report in REPORTS:
            item = QListWidgetItem(report.title)
            item.setToolTip(report.help)
            self.list.addItem(item)
        least = _LISTED_AT_LEAST if theme.percent <= _ROOMY else 1
        self.list.setMinimumHeight(least * theme.px(34) + theme.px(6))
        self.list.setMaximumHeight(_LISTED * theme.px(34) + theme.px(6))
        self.list.currentRowChanged.connect(self._choose)
        self.help = label("", "muted", wrap=True)
        self.options = ReportOptions()
        self.options.edited.connect(self._offer)
        self.options.edited.connect(self.refresh)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(self.options)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        standard = button(tr("恢复缺省"), self.forget_choices, role="flat", tip=tr("忘掉上次的选择"))
        refresh = button(tr("更新预览"), self.refresh, icon_name="refresh", keys="F5")
        options_head = row(label(tr("选项"), "section"), None, standard)
        left = card(label(tr("选择报表"), "section"), self.list, self.help, options_head, space=8)
        inner = left.layout()
        assert isinstance(inner, QBoxLayout)
        inner.addWidget(area)
        inner.setStretchFactor(self.list, 2)
        inner.setStretchFactor(area, 3)
        area.setMinimumHeight(theme.px(64))
        inner.addWidget(refresh)
        left.setFixedWidth(theme.px(300))
        return left

    def show_for(self, what: object) -> None:
        """Come to the front; the code of a report chooses it, a wish sets some of its options too."""
        codes = [report.code for report in REPORTS]
        code = what.code if isinstance(what, SheetWish) else what
        if code in codes:
            self.list.setCurrentRow(codes.index(str(code)))
        if isinstance(what, SheetWish):
            self._show_options({**recall("reports", {}).get(self.report.code, {}), **what.options})
            self.refresh()
        elif self.sheets is None:
            self.refresh()

    def focus_first(self) -> None:
        """The keyboard starts at the sheets."""
        self.list.setFocus()

    @property
    def report(self) -> Report:
        """The sheet chosen."""
        return REPORTS[max(self.list.currentRow(), 0)]

    def _choose(self, _row: int) -> None:
        report = self.report
        self.help.setText(report.help)
        self._show_options(recall("reports", {}).get(report.code, {}))
        if self.isVisible():
            self.refresh()

    def _show_options(self, known: Mapping[str, str]) -> None:
        self.options.show_report(self.report, known)
        self._offer()

    def _offer(self) -> None:
        """Have the records offered that options are picked from; sessions are those of the class that is set."""
        links, training_class = set(self.options.links.values()), self.options.chosen().get("class", "")
        store, report = self.desk.store, self.report
        if not links:
            return

        def work(_progress: Progress) -> dict[str, list[tuple[str, str]]]:
            with store.read() as session:
                return {plural: picks_of(session, plural, training_class) for plural in links}

        def take(picks: dict[str, list[tuple[str, str]]]) -> None:
            if report is self.report:
                self.options.offer(picks)

        self.desk.jobs.run("options", work, take, quiet=True)

    def forget_choices(self) -> None:
        """Set the options of this report as they were at first."""
        self._show_options({})
        self.refresh()

    def refresh(self) -> None:
        """Make the sheets in a Job; the newest wish counts."""
        self._turn += 1
        turn, report, options = self._turn, self.report, self.options.chosen()
        remember("reports", {**recall("reports", {}), report.code: options})
        remember("report", report.code)

        def take(found: Sheets) -> None:
            if turn == self._turn:
                self._show(found)
            else:
                found.pages.close()

        def failed(error: BaseException) -> None:
            if turn != self._turn:
                return
            self.sheets = None
            self._set_ready(ready=False)
            if isinstance(error, DesktopError):
                self.preview.show_sentence(error.sentence)
            else:
                self.desk.tell_error(error)

        work = partial(make_sheets, self.desk, report, options)
        self.desk.jobs.run(tr("预览 {title}", title=report.title), after_painting(work), take, failed=failed)

    def _set_ready(self, *, ready: bool) -> None:
        self.save_button.setEnabled(ready)
        self.print_button.setEnabled(ready)

    def _mark_old(self) -> None:
        if self.sheets is not None:
            self.preview.tell(tr("数据已有改动，按 F5 更新预览"))

    def _show(self, found: Sheets) -> None:
        self.sheets = found
        self._set_ready(ready=True)
        warnings = found.warnings()
        more = [tr("……共 {count} 条", count=len(warnings))] if len(warnings) > _TOLD else []
        self.preview.tell("\n".join([*warnings[:_TOLD], *more]))
        self.preview.show_pages(found.pages, people=found.prepared.filled.people, names=found.names)

    def save(self) -> None:
        """Write the PDF file that the preview shows, and the print log."""
        if self.sheets is not None:
            self.output.save(self.sheets)

    def print_out(self) -> None:
        """Print on paper what the preview shows."""
        if self.sheets is not None:
            self.output.print_out(self.sheets)
