"""A printer: chosen in the system's own dialog, its paper read back afterwards, pages painted beside the window."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRectF, QSizeF
from PySide6.QtGui import QPageLayout, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo
from PySide6.QtWidgets import QWidget

from desktop.errors import RefusedError
from desktop.text import tr
from desktop.ui.jobs import Cancelled, Progress
from desktop.ui.paper.pages import POINTS_PER_INCH, PaperSize, PdfPages

_DOTS_PER_INCH: Final = 300
"""What text needs on paper; more only makes the pictures larger."""


@dataclass(frozen=True, slots=True)
class PrintWish:
    """What is to be printed: the paper of its first page, how many pages, how many copies, the printer used last."""

    title: str
    paper: PaperSize
    pages: int
    copies: int
    printer: str = ""


def choose_printer(parent: QWidget, wish: PrintWish) -> QPrinter | None:
    """Show the system's dialog, set to the sheet's paper; None where the clerk goes back.

    Raises RefusedError where no printer is installed.
    """
    if not QPrinterInfo.availablePrinterNames():
        raise RefusedError(
            tr("这台电脑没有安装打印机，没有打印。可以先“存为 PDF”，拷到有打印机的电脑上打印；或装好打印机后再试。")
        )
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    if wish.printer in QPrinterInfo.availablePrinterNames():
        printer.setPrinterName(wish.printer)
    set_paper(printer, wish.paper)
    printer.setCopyCount(wish.copies)
    printer.setDocName(wish.title)
    dialog = QPrintDialog(printer, parent)
    dialog.setMinMax(1, wish.pages)
    dialog.setOption(QPrintDialog.PrintDialogOption.PrintPageRange, on=True)
    return printer if dialog.exec() else None


def set_paper(printer: QPrinter, paper: PaperSize) -> None:
    """Ask a printer for a sheet, and to print up to its edges: the margins stand in the sheet itself."""
    sides = QSizeF(min(paper.width, paper.height), max(paper.width, paper.height))
    size = QPageSize(sides, QPageSize.Unit.Millimeter, "", QPageSize.SizeMatchPolicy.FuzzyMatch)
    printer.setPageSize(size)
    lies = QPageLayout.Orientation.Landscape if paper.width > paper.height else QPageLayout.Orientation.Portrait
    printer.setPageOrientation(lies)
    printer.setFullPage(True)


def paper_of(printer: QPrinter) -> PaperSize:
    """The paper that a printer is really set to, which its dialog or driver may have changed."""
    sheet = printer.pageLayout().fullRect(QPageLayout.Unit.Millimeter)
    return PaperSize(round(sheet.width()), round(sheet.height()))


def pages_of(printer: QPrinter, count: int) -> range:
    """The pages chosen in the dialog, from 0."""
    if printer.printRange() != QPrinter.PrintRange.PageRange or not printer.fromPage():
        return range(count)
    return range(printer.fromPage() - 1, min(printer.toPage() or count, count))


def paint(printer: QPrinter, pages: PdfPages, progress: Progress) -> int:
    """Print the pages chosen, each on a sheet of its own shape; returns how many. A cancel ends the printer's job."""
    numbers = list(_with_copies(printer, pages_of(printer, len(pages))))
    _turn(printer, pages.paper(numbers[0]))
    painter = QPainter()
    if not painter.begin(printer):
        raise RefusedError(tr("打印机没有响应，没有打印；请检查打印机是否开机、联机、有纸，然后再试。"))
    try:
        for place, number in enumerate(numbers):
            progress.step(place, len(numbers), tr("正在打印第 {page} 页", page=number + 1))
            if place:
                _turn(printer, pages.paper(number))
                printer.newPage()
            scale = min(printer.resolution(), _DOTS_PER_INCH) / POINTS_PER_INCH
            image = pages.render(number, scale)
            painter.drawImage(_fitted(printer, image.width() / image.height()), image)
    except Cancelled:
        printer.abort()
        raise
    finally:
        painter.end()
    return len(numbers)


def _with_copies(printer: QPrinter, pages: range) -> Iterator[int]:
    """Copies that the printer cannot make by itself are printed one after the other."""
    for _copy in range(1 if printer.supportsMultipleCopies() else max(printer.copyCount(), 1)):
        yield from pages


def _turn(printer: QPrinter, paper: PaperSize) -> None:
    lies = QPageLayout.Orientation.Landscape if paper.width > paper.height else QPageLayout.Orientation.Portrait
    if printer.pageLayout().orientation() != lies:
        printer.setPageOrientation(lies)


def _fitted(printer: QPrinter, shape: float) -> QRectF:
    """The largest rectangle of this shape in the middle of the sheet."""
    sheet = QRectF(printer.pageLayout().fullRectPixels(printer.resolution()))
    width = min(sheet.width(), sheet.height() * shape)
    height = width / shape
    return QRectF((sheet.width() - width) / 2, (sheet.height() - height) / 2, width, height)
