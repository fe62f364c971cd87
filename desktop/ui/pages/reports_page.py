"""Official sheets: which one, its options, the preview, and the same bytes to a printer or into a PDF file."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QScrollArea, QWidget

from desktop.errors import DesktopError
from desktop.reports.printing import (
    Prepared,
    note_print,
    people_of,
    prepare_report,
    print_prepared,
    recorded,
    render_prepared,
)
from desktop.reports.registry import REPORTS
from desktop.reports.render import MissingPolicy, Printed
from desktop.reports.report import Report
from desktop.text import tr
from desktop.ui.desk import Desk
from desktop.ui.jobs import Progress
from desktop.ui.memory import recall, remember
from desktop.ui.page import Page
from desktop.ui.pages.report_options import ReportOptions
from desktop.ui.paper.pages import PdfPages
from desktop.ui.paper.preview import Preview
from desktop.ui.paper.printer import PrintWish, choose_printer, paint, paper_of, set_paper
from desktop.ui.paper.sheet_wish import SheetWish
from desktop.ui.screens import Entry
from desktop.ui.theme import theme
from desktop.ui.widgets import button, card, label, row
from desktop.ui.written import tell_written

_LISTED = 4
"""So many sheets are seen at once; the others are a turn of the wheel away."""
_TOLD = 3
"""So many warnings stand above the preview; the rest are counted."""


@dataclass
class Sheets:
    """A report as it would be printed: its pages, what was prepared, and what is to be told."""

    pages: PdfPages
    prepared: Prepared
    printed: Printed
    names: tuple[str, ...]


def make_sheets(desk: Desk, report: Report, options: dict[str, str], progress: Progress) -> Sheets:
    """Fill a report and lay it out; the print log hears nothing of it."""
    progress.step(0, 0, tr("正在汇集数据"))
    prepared = prepare_report(desk.store, report.code, options)
    laying_out = partial(progress.step, what=tr("正在排版"))
    data, printed = render_prepared(prepared, progress=laying_out)
    return Sheets(PdfPages(data), prepared, printed, people_of(prepared.filled.document))


class ReportsPage(Page):
    """Sheets on the left, the paper on the right."""

    def __init__(self, desk: Desk, entry: Entry) -> None:
        super().__init__(desk, tr(entry.label))
        self.sheets: Sheets | None = None
        self.ask_printer: Callable[[QWidget, PrintWish], QPrinter | None] = choose_printer
        """Shows the system's dialog; a test answers in its place."""
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
        self.list.setMinimumHeight(theme.px(34) + theme.px(6))
        self.list.setMaximumHeight(min(len(REPORTS), _LISTED) * theme.px(34) + theme.px(6))
        self.list.currentRowChanged.connect(self._choose)
        self.help = label("", "muted", wrap=True)
        self.options = ReportOptions()
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
        assert inner is not None
        inner.addWidget(area)
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
            self.options.show_report(self.report, {**recall("reports", {}).get(self.report.code, {}), **what.options})
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
        self.options.show_report(report, recall("reports", {}).get(report.code, {}))
        if self.isVisible():
            self.refresh()

    def forget_choices(self) -> None:
        """Set the options of this report as they were at first."""
        self.options.show_report(self.report, {})
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
        self.desk.jobs.run(tr("预览 {title}", title=report.title), work, take, failed=failed)

    def _set_ready(self, *, ready: bool) -> None:
        self.save_button.setEnabled(ready)
        self.print_button.setEnabled(ready)

    def _mark_old(self) -> None:
        if self.sheets is not None:
            self.preview.tell(tr("数据已有改动，按 F5 更新预览"))

    def _show(self, found: Sheets) -> None:
        self.sheets = found
        self._set_ready(ready=True)
        warnings = [*found.prepared.filled.warnings, *found.printed.warnings]
        warnings += [each.sentence for each in found.prepared.missing]
        more = [tr("……共 {count} 条", count=len(warnings))] if len(warnings) > _TOLD else []
        self.preview.tell("\n".join([*warnings[:_TOLD], *more]))
        self.preview.show_pages(found.pages, people=found.prepared.filled.people, names=found.names)

    def _missing_policy(self, prepared: Prepared) -> MissingPolicy | None:
        """What becomes of people with characters that no font has; None where nothing is to be printed."""
        if not prepared.missing:
            return MissingPolicy.BLANK
        of_people = list(dict.fromkeys(each.where for each in prepared.missing if each.of_person))
        blank, skip, nothing = tr("留空，打印后手写"), tr("跳过这些人"), tr("先不打印")
        buttons = (blank, skip, nothing) if of_people else (blank, nothing)
        text = tr("有 {count} 个字字库里没有", count=len(prepared.missing))
        if of_people:
            text += tr("，涉及 {people} 人：{names}", people=len(of_people), names="、".join(of_people[:5]))
        text += tr("。留空的字和跳过的人都列在最后一页。")
        detail = "\n".join(each.sentence for each in prepared.missing)
        answer = self.desk.dialogs.ask(tr("字库里没有的字"), text, *buttons, detail=detail)
        return {blank: MissingPolicy.BLANK, skip: MissingPolicy.SKIP}.get(answer)

    def save(self) -> None:
        """Write the PDF file that the preview shows, and the print log."""
        sheets = self.sheets
        policy = self._missing_policy(sheets.prepared) if sheets is not None else None
        if sheets is None or policy is None:
            return
        name = f"{sheets.prepared.filled.document.title}.pdf"
        path = self.desk.dialogs.choose_path(tr("存为 PDF"), name, "PDF (*.pdf)")
        if path is None:
            return

        def work(progress: Progress) -> str:
            printed, logged = print_prepared(
                self.desk.store,
                sheets.prepared,
                path,
                operator=self.desk.operator,
                missing=policy,
                progress=partial(progress.step, what=tr("正在写出 PDF")),
            )
            return tr(
                "已写出 {name}，{pages} 页，版本 {version}",
                name=path.name,
                pages=printed.pages,
                version=logged.version,
            )

        def done(told: str) -> None:
            self.desk.said.emit(told)
            tell_written(self.desk, tr("存为 PDF"), told, [path])

        self.desk.jobs.run(tr("打印到 {name}", name=path.name), work, done)

    def print_out(self) -> None:
        """Print on paper; the paper is read back after the system's dialog and told where it is another one."""
        sheets = self.sheets
        policy = self._missing_policy(sheets.prepared) if sheets is not None else None
        if sheets is None or policy is None:
            return
        printer = self._chosen_printer(sheets)
        if printer is None:
            return
        remember("printer", printer.printerName())

        def work(progress: Progress) -> str:
            data, printed = render_prepared(sheets.prepared, missing=policy)
            pages = PdfPages(data)
            try:
                with recorded(self.desk.store, sheets.prepared, self.desk.operator):
                    paint(printer, pages, progress)
            finally:
                pages.close()
            where = printer.printerName() or printer.outputFileName()
            copies = max(printer.copyCount(), 1)
            note_print(
                self.desk.store,
                sheets.prepared,
                printed,
                data,
                operator=self.desk.operator,
                where=where,
                copies=copies,
                missing=policy,
            )
            return tr("已送打印机 {where}，{pages} 页 {copies} 份", where=where, pages=printed.pages, copies=copies)

        self.desk.jobs.run(tr("打印 {title}", title=self.report.title), work, self.desk.said.emit)

    def _chosen_printer(self, sheets: Sheets) -> QPrinter | None:
        """The printer chosen, set to paper that the clerk agreed to."""
        paper = sheets.pages.paper(0)
        title = sheets.prepared.filled.document.title
        wish = PrintWish(title, paper, len(sheets.pages), sheets.prepared.copies, recall("printer", ""))
        again, shrink, nothing = tr("重新选择"), tr("按打印机的纸缩放"), tr("不打印")
        while True:
            try:
                printer = self.ask_printer(self, wish)
            except DesktopError as error:
                self.desk.tell_error(error)
                return None
            if printer is None:
                return None
            found = paper_of(printer)
            if found.has_sides_of(paper):
                set_paper(printer, paper)
                return printer
            text = tr("打印机设的纸是 {found}，这张表是 {paper}，直接打印会缩放。", found=found.name, paper=paper.name)
            answer = self.desk.dialogs.ask(tr("纸张不一致"), text, again, shrink, nothing)
            if answer != again:
                return printer if answer == shrink else None
