"""The page of statistics shows the figures of a real report with what they are of, and changes as the data do."""

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QLabel

from desktop.models import ScoreSheet
from desktop.reports.blocks import ListTable
from desktop.sample_training import YEAR, write_sample_training
from desktop.services.records import save
from desktop.services.training.sheets import set_mark
from desktop.store import Store
from desktop.store.records import load
from desktop.ui.pages.statistics_page import StatisticsPage
from desktop.ui.training.counted_dialog import CountedDialog
from desktop.ui.training.figure_button import FigureButton
from tests.builders_training import make_class, mark_all
from tests.ui.conftest import settle

HORIZONTAL = Qt.Orientation.Horizontal


def opened(qtbot: Any, open_window: Any) -> tuple[Any, StatisticsPage]:
    window = open_window()
    window.open_page("statistics", YEAR)
    settle(qtbot, window)
    return window, window.pages["statistics"]


def told(page: StatisticsPage) -> str:
    return " ".join(each.text() for each in page.figures.findChildren(QLabel))


def printed(qtbot: Any, window: Any, page: StatisticsPage) -> str:
    """The cells of the sheet that Ctrl+P lays out."""
    page.print_out()
    settle(qtbot, window)
    tables = [
        each for each in window.pages["reports"].sheets.prepared.filled.document.blocks if isinstance(each, ListTable)
    ]
    window.open_page("statistics", YEAR)
    settle(qtbot, window)
    return " ".join(cell for table in tables for row in table.rows for cell in row)


def choose(qtbot: Any, window: Any, page: StatisticsPage, by: str) -> None:
    page.by.setCurrentIndex(page.by.findData(by))
    page.by.activated.emit(page.by.currentIndex())
    settle(qtbot, window)


def test_real_figures_stand_with_their_denominators(qtbot: Any, open_window: Any, office: Store) -> None:
    """16 sites, 48 classes, 1,314 people, 1,213 of 1,314 at 80 (92.3 %), 414 with full marks (31.5 %), all passed."""
    write_sample_training(office)
    window, page = opened(qtbot, open_window)
    tester = QAbstractItemModelTester(page.model, QAbstractItemModelTester.FailureReportingMode.Warning)
    text = told(page)
    for part in ("16 个培训点", "48 个班", "1314 报名人次（1314 人）", "1314 参考"):
        assert part in text
    for part in (
        "92.3% 优秀率：1213/1314（参考）",
        "31.5% 满分率：414/1314（参考）",
        "100.0% 合格率：1314/1314（参考）",
    ):
        assert part in text
    choose(qtbot, window, page, "site")
    assert page.model.rowCount() == 17
    choose(qtbot, window, page, "stage")
    rows = {page.model.text(line, 0): page.model.text(line, 3) for line in range(page.model.rowCount())}
    assert rows == {"小学": "804", "初中": "510", "合计": "1314"}
    assert tester.model() is page.model


def test_one_score_changed_changes_page_and_copy(qtbot: Any, open_window: Any, office: Store) -> None:
    """A full mark turned into 59: 413 full, 1,313 passed, at once; the copied table and the print say the same."""
    write_sample_training(office)
    window, page = opened(qtbot, open_window)
    assert "414/1314" in printed(qtbot, window, page)
    with office.read() as session:
        sheet = next(iter(load(session, ScoreSheet).values()))
    lines = [dict(line) for line in sheet.content["scores"]]
    next(line for line in lines if line["points"] == "100.0")["points"] = "59.0"
    with office.write("改成绩") as session:
        save(session, ScoreSheet, {"scores": lines}, uid=sheet.uid)
    settle(qtbot, window)
    assert "满分率：413/1314（参考）" in told(page)
    assert "合格率：1313/1314（参考）" in told(page)
    page.table.cells.setFocus()
    QTest.keyClick(page.table.cells, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    copied = QApplication.clipboard().text()
    assert "413/1314" in copied
    assert copied.splitlines()[0].startswith("培训项目\t培训点")
    sheet_now = printed(qtbot, window, page)
    assert all(each in sheet_now for each in ("413/1314", "1313/1314"))
    assert "414/1314" not in sheet_now


def test_chart_is_the_picture_of_its_pdf(qtbot: Any, open_window: Any, office: Store) -> None:
    """The chart chosen is drawn, darker bars on white, and prints with the same options."""
    write_sample_training(office)
    window, page = opened(qtbot, open_window)
    choose(qtbot, window, page, "site")
    page.tabs.setCurrentIndex(1)
    settle(qtbot, window)
    page.chart.setCurrentIndex(page.chart.findText("优秀率（分母：参考）"))
    page.draw()
    settle(qtbot, window)
    image = page.picture.pixmap().toImage()
    assert image.width() > 400
    assert len({image.pixel(image.width() // 2, y) for y in range(image.height())}) > 2
    page.print_out()
    settle(qtbot, window)
    sheets = window.pages["reports"].sheets
    assert "按培训点" in sheets.prepared.filled.document.title
    assert str(YEAR) in sheets.prepared.filled.document.title


def test_year_without_training_says_so(qtbot: Any, open_window: Any, office: Store) -> None:
    """Nothing was trained: no rate of nothing, and the way out."""
    _window, page = opened(qtbot, open_window)
    assert "没有培训学员" in page.told.text()
    assert "%" not in told(page)
    assert page.model.text(0, page.model.columnCount() - 1) == "—"


def test_one_absence_changed_changes_the_rate(qtbot: Any, open_window: Any, office: Store) -> None:
    """Of four times one away: 3/4; the absence taken back: 4/4 at once on the page and in print."""
    made = make_class(office, hours=[(0, "4.0"), (0, "4.0")], people=2, start="2009-07-01", end="2009-07-31")
    mark_all(office, made, [[("1", None), ("7", None)], [("1", None), ("1", None)]])
    window, page = opened(qtbot, open_window)
    assert "出勤率：3/4（应到人次）" in told(page)
    assert "3/4" in printed(qtbot, window, page)
    with office.write("更正考勤") as session:
        set_mark(session, made.sessions[0], made.trainees[1], "1")
    settle(qtbot, window)
    assert "100.0% 出勤率：4/4（应到人次）" in told(page)
    assert "4/4" in printed(qtbot, window, page)


def test_figure_opens_the_people_behind_it(qtbot: Any, open_window: Any, office: Store) -> None:
    """Enter on a rate lists its part; whole and rest are a choice away; Enter there opens the class."""
    write_sample_training(office)
    window, page = opened(qtbot, open_window)
    choose(qtbot, window, page, "stage")
    shown: list[tuple[str, list[str], tuple[str, ...]]] = []

    def look(dialog: CountedDialog) -> bool:
        dialog.show()
        counts = []
        for number in range(dialog.which.count()):
            dialog.which.setCurrentIndex(number)
            dialog.show_slice()
            counts.append(dialog.count.text())
        shown.append((dialog.windowTitle(), counts, dialog.model.texts(dialog.model.rows[0])))
        QTest.keyClick(dialog.table, Qt.Key.Key_Return)
        return dialog.result() == dialog.DialogCode.Accepted

    window.desk.dialogs.run = look
    rate = next(
        n for n in range(page.model.columnCount()) if str(page.model.headerData(n, HORIZONTAL)).startswith("优秀率")
    )
    page.table.cells.setFocus()
    page.table.go(2, rate)
    QTest.keyClick(page.table.cells, Qt.Key.Key_Return)
    settle(qtbot, window)
    [(title, counts, cells)] = shown
    assert title == "合计 · 优秀率（参考） 92.3%  1213/1314"
    assert counts == ["1213 次 · 1213 人", "1314 次 · 1314 人", "101 次 · 101 人"]
    assert cells[6] == "及格"
    assert float(cells[5]) < 80
    assert window.pages["training"].class_desk.uid


def test_figure_above_opens_its_people(qtbot: Any, open_window: Any, office: Store) -> None:
    """A press on 实到人次 lists who was there how often."""
    made = make_class(office, hours=[(0, "4.0"), (0, "4.0")], people=2, start="2009-07-01", end="2009-07-31")
    mark_all(office, made, [[("1", None), ("7", None)], [("1", None), ("7", None)]])
    window, page = opened(qtbot, open_window)
    shown: list[list[tuple[str, ...]]] = []
    window.desk.dialogs.run = lambda dialog: shown.append([dialog.model.texts(each) for each in dialog.model.rows])
    figure = next(each for each in page.figures.findChildren(FigureButton) if each.accessibleName().startswith("实到"))
    figure.click()
    settle(qtbot, window)
    [[cells]] = shown
    assert cells[4] == "2"
