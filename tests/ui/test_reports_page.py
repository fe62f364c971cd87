"""A roster previewed, found in, saved and printed, by keys; what stands in the way is told."""

from pathlib import Path
from typing import Any

import pytest
from pypdfium2 import PdfDocument
from PySide6.QtCore import QMarginsF, Qt
from PySide6.QtGui import QPageLayout, QPageSize
from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QWidget

from desktop.models import Appointment, Cohort, Employment, School, Teacher
from desktop.models.local import PrintLog
from desktop.store import Store
from desktop.ui.memory import recall
from desktop.ui.pages.reports_page import ReportsPage
from desktop.ui.paper.pages import PaperSize
from desktop.ui.paper.preview import PAGE
from desktop.ui.paper.printer import PrintWish, choose_printer, pages_of, paper_of, set_paper
from desktop.ui.paper.sheet_wish import SheetWish
from desktop.ui.screens import PAGES
from tests.builders import add, school_content, teacher_content
from tests.builders_training import make_class
from tests.ui.conftest import Answers, settle

A4_LANDSCAPE = PaperSize(297, 210)


def fill_roster(store: Store, count: int = 3, **first: str) -> None:
    school = add(store, School, school_content())
    cohort = add(store, Cohort, {"tier": "3", "doc_no": "云教发〔2024〕3号", "issue_date": "2024-03-15"})
    for number in range(1, count + 1):
        teacher = add(store, Teacher, teacher_content(number, **(first if number == 1 else {})))
        add(store, Employment, {"teacher": teacher, "school": school, "kind": "1", "start": "2001-09"})
        add(store, Appointment, {"teacher": teacher, "cohort": cohort, "tier": "3", "recognized_on": "2024-03-15"})


def opened(qtbot: Any, open_window: Any) -> tuple[Any, ReportsPage]:
    window = open_window()
    window.open_page("reports", "F01")
    settle(qtbot, window)
    return window, window.pages["reports"]


def file_printer(path: Path, paper: PaperSize = A4_LANDSCAPE) -> QPrinter:
    """A printer as the system's dialog hands it over, that prints into a file."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(path))
    printer.setResolution(150)
    set_paper(printer, paper)
    return printer


def prints(store: Store) -> list[PrintLog]:
    with store.read() as session:
        found = session.query(PrintLog).order_by(PrintLog.id).all()
        session.expunge_all()
        return found


def test_roster_is_previewed_and_saved(
    qtbot: Any, open_window: Any, office: Store, dialogs: Answers, tmp_path: Path
) -> None:
    """Ctrl+S saves what the preview shows; the log has version, people and operator, the path can be copied."""
    fill_roster(office)
    window, page = opened(qtbot, open_window)
    assert page.preview.sheet.pixmap().width() > 300
    assert "共 1 页 · A4横向 · 3 人" in page.preview.place.text()
    target = tmp_path / "花名册.pdf"
    dialogs.prepared = [str(target), "复制路径"]
    qtbot.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, window)
    with PdfDocument(target) as saved:
        assert len(saved) == 1
    assert QApplication.clipboard().text() == str(target)
    [logged] = prints(office)
    assert (logged.people, logged.copies, logged.file_name) == (3, 1, "花名册.pdf")
    assert logged.version in dialogs.asked[-1].text
    window.open_page("prints")
    settle(qtbot, window)
    log = window.pages["prints"]
    tester = QAbstractItemModelTester(log.model, QAbstractItemModelTester.FailureReportingMode.Warning)
    qtbot.keyClicks(log.search, logged.version)
    assert log.model.rowCount() == 1
    assert teacher_content(1)["name"] in log.model.data(log.model.index(0, 2))
    log.search.clear()
    log.search.setText(str(teacher_content(3)["name"]))
    assert log.model.rowCount() == 1
    qtbot.keyClicks(log.search, "x")
    assert log.model.rowCount() == 0
    assert str(teacher_content(1)["id_number"]) not in logged.names
    assert tester.model() is log.model


def test_roster_is_printed_on_the_printers_paper(
    qtbot: Any, open_window: Any, office: Store, dialogs: Answers, tmp_path: Path
) -> None:
    """Ctrl+P: pages come out in the sheet's shape with print on them, two copies are logged with the printer."""
    fill_roster(office, 30)
    window, page = opened(qtbot, open_window)
    target = tmp_path / "paper.pdf"
    wishes: list[PrintWish] = []

    def choose(_parent: Any, wish: PrintWish) -> QPrinter:
        wishes.append(wish)
        return file_printer(target)

    page.output.ask_printer = choose
    qtbot.keyClick(window, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, window)
    [wish] = wishes
    assert (wish.paper, wish.pages) == (A4_LANDSCAPE, len(page.sheets.pages))
    with PdfDocument(target) as printed:
        assert len(printed) == wish.pages
        width, height = printed.get_page_size(0)
        assert PaperSize.of_points(width, height).has_sides_of(A4_LANDSCAPE)
        assert width > height
        grey = printed[0].render(scale=0.5).to_pil().convert("L")
        assert grey.getextrema()[0] < 100
    [logged] = prints(office)
    assert (logged.people, logged.pages) == (30, wish.pages)


def test_other_paper_of_the_printer_is_asked_about(
    qtbot: Any, open_window: Any, office: Store, dialogs: Answers, tmp_path: Path
) -> None:
    """A5 in the printer is told with both names; choosing again asks the system again, going back prints nothing."""
    fill_roster(office)
    window, page = opened(qtbot, open_window)
    handed = []

    def choose(_parent: Any, _wish: PrintWish) -> QPrinter:
        printer = file_printer(tmp_path / "a5.pdf")
        printer.setPageLayout(
            QPageLayout(QPageSize(QPageSize.PageSizeId.A5), QPageLayout.Orientation.Portrait, QMarginsF())
        )
        handed.append(printer)
        return printer

    page.output.ask_printer = choose
    dialogs.prepared = ["重新选择", "不打印"]
    page.print_out()
    settle(qtbot, window)
    assert len(handed) == 2
    assert "A5纵向" in dialogs.asked[-1].text
    assert "A4横向" in dialogs.asked[-1].text
    assert not prints(office)
    dialogs.prepared = ["按打印机的纸缩放"]
    page.print_out()
    settle(qtbot, window)
    assert len(prints(office)) == 1


def test_paper_is_read_back_after_the_systems_dialog(qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's dialog comes set to the sheet, its pages and copies; what is changed there is what is read back."""
    seen: list[Any] = []

    def change(dialog: QPrintDialog) -> int:
        printer = dialog.printer()
        seen.extend((paper_of(printer), printer.copyCount(), printer.docName(), dialog.maxPage()))
        printer.setPageSize(QPageSize(QPageSize.PageSizeId.A5))
        printer.setPageOrientation(QPageLayout.Orientation.Portrait)
        printer.setFromTo(2, 3)
        printer.setPrintRange(QPrinter.PrintRange.PageRange)
        return 1

    monkeypatch.setattr(QPrinterInfo, "availablePrinterNames", staticmethod(lambda: ["一号打印机"]))
    monkeypatch.setattr(QPrintDialog, "exec", change)
    parent = QWidget()
    qtbot.addWidget(parent)
    printer = choose_printer(parent, PrintWish("骨干教师花名册", A4_LANDSCAPE, 16, 2))
    assert seen == [A4_LANDSCAPE, 2, "骨干教师花名册", 16]
    assert printer is not None
    assert paper_of(printer) == PaperSize(148, 210)
    assert list(pages_of(printer, 16)) == [1, 2]
    monkeypatch.setattr(QPrintDialog, "exec", lambda _dialog: 0)
    assert choose_printer(parent, PrintWish("骨干教师花名册", A4_LANDSCAPE, 16, 2)) is None


def test_without_a_printer_a_sentence_says_the_way_out(
    qtbot: Any, open_window: Any, office: Store, dialogs: Answers, monkeypatch: Any
) -> None:
    """No printer installed: the sentence leads to the PDF; nothing is logged."""
    fill_roster(office)
    monkeypatch.setattr(QPrinterInfo, "availablePrinterNames", staticmethod(list))
    window, page = opened(qtbot, open_window)
    page.print_out()
    settle(qtbot, window)
    assert "没有安装打印机" in dialogs.asked[-1].text
    assert "存为 PDF" in dialogs.asked[-1].text
    assert not prints(office)


def test_person_is_found_on_the_page(qtbot: Any, open_window: Any, office: Store) -> None:
    """Initials lead to the page that bears the person, who is marked there."""
    fill_roster(office, 40)
    window, page = opened(qtbot, open_window)
    names = page.sheets.names
    assert len(page.sheets.pages) > 1
    page.preview.person.setFocus()
    page.preview.person.setText(names[-1])
    qtbot.keyClick(page.preview.person, Qt.Key.Key_Return)
    settle(qtbot, window)
    assert page.preview.shown == page.preview._marked.page
    assert page.preview._marked.boxes
    assert names[-1] in window.status.said.text()
    before = page.preview.shown
    qtbot.keyClick(page.preview.area, Qt.Key.Key_PageUp)
    settle(qtbot, window)
    assert page.preview.shown == max(before - 1, 0)


def test_zoom_and_choices_are_remembered(qtbot: Any, open_window: Any, office: Store) -> None:
    """Zoom, report and options are those of the last time; 恢复缺省 forgets the options."""
    fill_roster(office)
    window, page = opened(qtbot, open_window)
    wide = page.preview.sheet.pixmap().width()
    page.preview.zoom.setCurrentIndex(page.preview.zoom.findData(PAGE))
    settle(qtbot, window)
    assert page.preview.sheet.pixmap().width() <= wide  # the same where the sheet is lower than the view
    assert page.preview.sheet.pixmap().height() <= page.preview.area.viewport().height()
    page.options.fields["order"].setCurrentIndex(1)
    page.options.fields["draft"].setCurrentIndex(1)
    page.options.edited.emit()
    settle(qtbot, window)
    assert page.sheets.prepared.filled.document.draft
    again = ReportsPage(window.desk, next(each for each in PAGES if each.name == "reports"))
    assert again.report.code == "F01"
    assert again.options.chosen()["order"] == "pinyin"
    assert again.preview.zoom.currentData() == PAGE
    page.forget_choices()
    settle(qtbot, window)
    assert recall("reports")["F01"]["order"] == "schools"
    again.deleteLater()


def test_missing_character_is_asked_about_before_printing(
    qtbot: Any, open_window: Any, office: Store, dialogs: Answers, tmp_path: Path
) -> None:
    """A character that no font has is told with its person; skipped, he is not on the sheet nor in the count."""
    fill_roster(office, 3, name="王\U000e0041")
    window, page = opened(qtbot, open_window)
    assert page.sheets.prepared.missing
    dialogs.prepared = ["先不打印"]
    page.save()
    settle(qtbot, window)
    assert not prints(office)
    target = tmp_path / "a.pdf"
    dialogs.prepared = ["跳过这些人", str(target)]
    page.save()
    settle(qtbot, window)
    question = next(each for each in dialogs.asked if each.title == "字库里没有的字")
    assert "U+E0041" in question.detail
    [logged] = prints(office)
    assert logged.people == 2


def test_nobody_to_print_is_said_on_the_page(qtbot: Any, open_window: Any, dialogs: Answers) -> None:
    """A report without people says so where the page would be; nothing can be printed, no dialog opens."""
    _window, page = opened(qtbot, open_window)
    assert "没有符合条件的骨干教师" in page.preview.sheet.text()
    assert not page.print_button.isEnabled()
    assert not dialogs.asked


def test_paper_has_a_name() -> None:
    """Sheets are told as a clerk calls them; an odd size by its millimetres."""
    assert PaperSize(210, 297).name == "A4纵向"
    assert PaperSize(420, 297).name == "A3横向"
    assert PaperSize(100, 80).name == "100×80 毫米"


def test_class_and_session_are_picked_by_name(qtbot: Any, open_window: Any, office: Store) -> None:
    """A sheet of a class offers classes by name and the sessions of the one that is set; a page sets it by its uid."""
    made = make_class(office, hours=((0, "4.0"), (0, "4.0")), people=2, name="数学一班")
    make_class(office, people=1, name="语文二班")
    window = open_window()
    window.desk.go("reports", SheetWish("F14", {"class": made.uid}))
    settle(qtbot, window)
    page = window.pages["reports"]
    editor = page.options.fields["class"]
    assert editor.text() == "数学一班"
    assert page.options.chosen()["class"] == made.uid
    assert "“数学一班”在" in page.preview.sheet.text()
    lesson = page.options.fields["session"]
    lesson.offer_all()
    assert lesson.suggestions.count() == 2
    qtbot.keyClick(lesson, Qt.Key.Key_Down)
    qtbot.keyClick(lesson, Qt.Key.Key_Return)
    settle(qtbot, window)
    assert page.options.chosen()["session"] == made.sessions[1]
    assert page.sheets.prepared.filled.document.title == "数学一班学员签到表"
    editor.selectAll()
    qtbot.keyClicks(editor, "ywe")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    settle(qtbot, window)
    assert editor.text() == "语文二班"
    assert lesson.text() == ""
