"""What leaves the preview: the same pages into a PDF file or to a printer, with a line in the print log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QWidget

from desktop.errors import DesktopError
from desktop.reports.printing import Prepared, note_print, people_of, print_prepared, recorded, render_prepared
from desktop.reports.render import MissingPolicy, Printed
from desktop.text import tr
from desktop.ui.desk import Desk
from desktop.ui.jobs import Progress
from desktop.ui.memory import recall, remember
from desktop.ui.paper.pages import PdfPages
from desktop.ui.paper.printer import PrintWish, choose_printer, paint, paper_of, set_paper
from desktop.ui.written import tell_written


@dataclass
class Sheets:
    """A report as it would be printed: its pages, what was prepared, and what is to be told."""

    pages: PdfPages
    prepared: Prepared
    printed: Printed
    names: tuple[str, ...]

    def warnings(self) -> list[str]:
        """What the clerk should know before printing."""
        found = [*self.prepared.filled.warnings, *self.printed.warnings]
        return [*found, *(each.sentence for each in self.prepared.missing)]


def lay_out(prepared: Prepared, progress: Progress) -> Sheets:
    """The pages of a prepared report; the print log hears nothing of it."""
    data, printed = render_prepared(prepared, progress=partial(progress.step, what=tr("正在排版")))
    return Sheets(PdfPages(data), prepared, printed, people_of(prepared.filled.document))


class SheetOutput:
    """Saves and prints sheets for the page or panel that shows them."""

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        self.desk, self._parent = desk, parent
        self.ask_printer: Callable[[QWidget, PrintWish], QPrinter | None] = choose_printer
        """Shows the system's dialog; a test answers in its place."""

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

    def save(self, sheets: Sheets) -> None:
        """Write the PDF file that the preview shows, and the print log."""
        policy = self._missing_policy(sheets.prepared)
        if policy is None:
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

        self.desk.jobs.run(tr("打印到 {name}", name=path.name), work, done, once=True)

    def print_out(self, sheets: Sheets) -> None:
        """Print on paper; the paper is read back after the system's dialog and told where it is another one."""
        policy = self._missing_policy(sheets.prepared)
        printer = self._chosen_printer(sheets) if policy is not None else None
        if printer is None or policy is None:
            return
        remember("printer", printer.printerName())
        title = sheets.prepared.filled.document.title
        work = partial(self._print, sheets.prepared, printer, policy)
        self.desk.jobs.run(tr("打印 {title}", title=title), work, self.desk.said.emit, once=True)

    def _print(self, prepared: Prepared, printer: QPrinter, policy: MissingPolicy, progress: Progress) -> str:
        """What was sent to the printer, as a sentence."""
        data, printed = render_prepared(prepared, missing=policy)
        pages = PdfPages(data)
        try:
            with recorded(self.desk.store, prepared, self.desk.operator):
                paint(printer, pages, progress)
        finally:
            pages.close()
        where = printer.printerName() or printer.outputFileName()
        copies = max(printer.copyCount(), 1)
        note_print(
            self.desk.store,
            prepared,
            printed,
            data,
            operator=self.desk.operator,
            where=where,
            copies=copies,
            missing=policy,
        )
        return tr("已送打印机 {where}，{pages} 页 {copies} 份", where=where, pages=printed.pages, copies=copies)

    def _chosen_printer(self, sheets: Sheets) -> QPrinter | None:
        """The printer chosen, set to paper that the clerk agreed to."""
        paper = sheets.pages.paper(0)
        title = sheets.prepared.filled.document.title
        wish = PrintWish(title, paper, len(sheets.pages), sheets.prepared.copies, recall("printer", ""))
        again, shrink, nothing = tr("重新选择"), tr("按打印机的纸缩放"), tr("不打印")
        while True:
            try:
                printer = self.ask_printer(self._parent, wish)
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
