"""A PNG of every page and dialog of an office, for machines without a display and for looking at all of them."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QApplication, QWidget

from desktop.sample import SPREADSHEETS
from desktop.ui.dialogs import QuestionBox, Request, TextBox, Wish
from desktop.ui.pages.records_page import RecordsPage
from desktop.ui.screens import PAGES
from desktop.ui.theme import theme
from desktop.ui.window import MainWindow

_QUIET: Final = 0.15
"""Seconds without any Job after which nothing more is painted."""


def settle(window: MainWindow) -> None:
    """Let all Jobs end and everything be painted."""
    calm_since = time.monotonic()
    while time.monotonic() - calm_since < _QUIET:
        QApplication.processEvents()
        if window.desk.jobs.running:
            calm_since = time.monotonic()
        time.sleep(0.005)


def shoot(window: MainWindow, folder: Path, percents: tuple[int, ...] = (100, 150)) -> list[Path]:
    """Write the pictures, one of an import of the sample rosters among them. Returns the paths."""
    files = sorted(SPREADSHEETS.glob("*.xls*"))
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []

    def keep(name: str, widget: QWidget) -> None:
        path = folder / f"{name}-{theme.percent}.png"
        widget.grab().save(str(path))
        written.append(path)

    for percent in percents:
        theme.set_percent(percent)
        _shoot_pages(window, files, keep)
        _shoot_dialogs(window, keep)
    return written


def _shoot_pages(window: MainWindow, files: list[Path], keep: Callable[[str, QWidget], None]) -> None:
    for entry in PAGES:
        window.open_page(entry.name)
        settle(window)
        page = window.pages[entry.name]
        if isinstance(page, RecordsPage):
            page.table.select_line(2)
            settle(window)
        keep(entry.name, window)
        if isinstance(page, RecordsPage) and page.form.stored is not None:
            page.form.toggle_history()
            settle(window)
            keep(f"{entry.name}-history", window)
            page.form.toggle_history()
        if entry.name == "import":
            page.show_for(files)
            settle(window)
            keep("import-plan", window)
    window.open_page("teachers", "new")
    settle(window)
    keep("teachers-new", window)


def _shoot_dialogs(window: MainWindow, keep: Callable[[str, QWidget], None]) -> None:
    question = Request(
        Wish.CHOICE,
        "删除",
        "将删除教师“张三”。与其相连的有任职经历 1 条、骨干教师 1 条，这些记录不会删除，但会失去所指。",
        buttons=("删除", "不删除"),
        danger="删除",
    )
    reason = Request(
        Wish.TEXT, "更正原因", "您更正了身份证号。更正要写明原因，原因载入更正登记。", buttons=("确定", "取消")
    )
    for name, box in (("dialog-question", QuestionBox(question, window)), ("dialog-text", TextBox(reason, window))):
        box.show()
        settle(window)
        keep(name, box)
        box.close()
