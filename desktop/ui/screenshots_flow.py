"""Pictures of importing and printing: the plan with its questions, every dialog that answers them, the preview."""

from collections.abc import Callable
from typing import Final

from PySide6.QtWidgets import QWidget

from desktop.exchange.plan import Outcome
from desktop.exchange.roster.answers import Move, RosterOptions
from desktop.exchange.roster.plan import RosterPlan
from desktop.exchange.workbook.cells import Book
from desktop.sample import SPREADSHEETS
from desktop.ui.dialogs import QuestionBox, Request, Wish
from desktop.ui.jobs import Progress
from desktop.ui.pages.import_columns_dialog import ColumnsDialog
from desktop.ui.pages.import_page import ImportPage
from desktop.ui.pages.import_people_dialogs import MissedDialog, MovesDialog
from desktop.ui.pages.import_row_dialog import RowDialog
from desktop.ui.pages.import_trial import ROSTER, plan_files, read_files
from desktop.ui.pages.reports_page import ReportsPage
from desktop.ui.window import MainWindow

Keep = Callable[[str, QWidget], None]
Settle = Callable[[MainWindow], None]
_ROSTER_FILE: Final = "08-云岭县城关第一小学.xlsx"


def shoot_flows(window: MainWindow, settle: Settle, keep: Keep) -> None:
    """Keep a picture of each state; nothing is written to the office."""
    _shoot_import(window, settle, keep)
    _shoot_reports(window, settle, keep)


def _shoot_import(window: MainWindow, settle: Settle, keep: Keep) -> None:
    window.open_page("import")
    page = window.page("import")
    assert isinstance(page, ImportPage)
    files = read_files([SPREADSHEETS / _ROSTER_FILE], ROSTER, Progress(lambda *_: None))
    _spoil(files.books[0][1])
    page.take_trial(plan_files(window.desk.store, files, RosterOptions(), Progress(lambda *_: None)))
    settle(window)
    keep("import-questions", window)
    page.view.toggle_assumed()
    settle(window)
    keep("import-assumed", window)
    page.view.toggle_assumed()
    page.view.tell_stale("数据刚有改动，这份预览已经过时，不能按它导入。")
    settle(window)
    keep("import-stale", window)
    _shoot_dialogs(window, page, settle, keep)
    page.tell_done(None)
    settle(window)
    keep("import-done", window)
    page.begin()


def _spoil(book: Book) -> None:
    """Make a roster ask: an unknown word, a number that a spreadsheet spoilt, and people left out."""
    for sheet in book.sheets:
        sheet.rows = [
            ["省特级" if cell in ("市级", "县级") and number % 7 == 3 else cell for cell in cells]
            for number, cells in enumerate(sheet.rows)
            if number not in range(10, 14)
        ]
        for cells in sheet.rows[6:8]:
            for place, cell in enumerate(cells):
                if isinstance(cell, str) and len(cell) == 18 and cell[:6].isdigit():
                    cells[place] = f"{cell[:15]}000"


def _shoot_dialogs(window: MainWindow, page: ImportPage, settle: Settle, keep: Keep) -> None:
    plan = page.trial.plan if page.trial is not None else None
    assert isinstance(plan, RosterPlan)
    rows = {row.outcome: row for row in plan.rows if row.problems}
    moves = [Move(row, "", row.name, "云岭县第一中学", "云岭县石坪镇中心小学") for row in plan.rows[:4]]
    made = {
        "dialog-import-row": RowDialog(rows[Outcome.INVALID], plan.options) if Outcome.INVALID in rows else None,
        "dialog-import-person": RowDialog(rows[Outcome.AMBIGUOUS], plan.options) if Outcome.AMBIGUOUS in rows else None,
        "dialog-import-columns": ColumnsDialog(plan.columns, plan.options),
        "dialog-import-moves": MovesDialog(moves, plan.options),
        "dialog-import-missed": MissedDialog(plan.missed, plan.options),
    }
    for name, dialog in made.items():
        if dialog is not None:
            dialog.show()
            settle(window)
            keep(name, dialog)
            dialog.close()


def _shoot_reports(window: MainWindow, settle: Settle, keep: Keep) -> None:
    window.open_page("reports", "F01")
    page = window.page("reports")
    assert isinstance(page, ReportsPage)
    settle(window)
    if page.sheets is not None:
        page.preview.person.set_text(page.sheets.names[-1])
        page.preview.find_person()
        settle(window)
        keep("reports-person", window)
    page.preview.show_sentence("没有符合条件的骨干教师（状态“在任”），没有打印；请核对筛选条件")
    settle(window)
    keep("reports-nobody", window)
    page.refresh()
    settle(window)
    asked = Request(
        Wish.CHOICE,
        "字库里没有的字",
        "有 1 个字字库里没有，涉及 1 人：王\U000e0041。留空的字和跳过的人都列在最后一页。",
        "第 3 行 王\U000e0041：缺“\U000e0041”字（U+E0041），字库中没有，请手写。",
        ("留空，打印后手写", "跳过这些人", "先不打印"),
    )
    box = QuestionBox(asked, window)
    box.show()
    settle(window)
    keep("dialog-missing-character", box)
    box.close()
