"""A PNG of every page and dialog of an office, for machines without a display and for looking at all of them."""

import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QApplication, QDialog, QWidget

from desktop.sample import SPREADSHEETS
from desktop.settings import known_offices
from desktop.text import tr
from desktop.ui.checklist import Checklist
from desktop.ui.crash import crash_request
from desktop.ui.dialogs import Dialogs, NameBox, QuestionBox, Request, TextBox, Wish
from desktop.ui.help import show_help
from desktop.ui.opening import OpeningWindow
from desktop.ui.pages.records_page import RecordsPage
from desktop.ui.recovery import RecoveryWindow
from desktop.ui.screens import HOME, PAGES
from desktop.ui.screenshots_flow import shoot_flows
from desktop.ui.screenshots_lists import walk_lists, walk_packages
from desktop.ui.screenshots_training import shoot_training
from desktop.ui.start import StartWindow
from desktop.ui.theme import theme
from desktop.ui.window import MainWindow

SCREEN: Final = (1366, 768)
_QUIET: Final = 0.15
"""Seconds without any Job after which nothing more is painted."""
_TURNS: Final = 8
"""What a turn of the events leaves to the next ones (layouts in layouts) is done after so many, however slow."""


def without_display() -> str:
    """The name of Qt's platform that shows nothing, with a screen of the size that windows are made for.

    Its own screen of 800x800 would make dialogs narrower than anybody sees them.
    """
    screen = Path(tempfile.gettempdir()) / "county-desk-screen.json"
    if ":" in str(screen):  # what follows a colon is another parameter to Qt
        return "offscreen"
    size = {"width": SCREEN[0], "height": SCREEN[1]}
    shape = {"name": "screen", "x": 0, "y": 0, **size, "logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}
    screen.write_text(json.dumps({"screens": [shape]}), encoding="utf-8")
    return f"offscreen:configfile={screen}"


def settle(window: MainWindow) -> None:
    """Let all Jobs end and everything be painted."""
    calm_since, turns = time.monotonic(), 0
    while time.monotonic() - calm_since < _QUIET or turns < _TURNS:
        QApplication.processEvents()
        turns += 1
        if window.desk.jobs.running:
            calm_since, turns = time.monotonic(), 0
        time.sleep(0.005)


Keep = Callable[[str, QWidget], None]


def shoot(
    window: MainWindow, folder: Path, percents: tuple[int, ...] = (100, 150, 200), screen: tuple[int, int] = SCREEN
) -> list[Path]:
    """Write the pictures, one of an import of the sample rosters among them. Returns the paths."""
    window.window().resize(*screen)
    files = sorted(SPREADSHEETS.glob("*.xls*"))
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []

    def keep(name: str, widget: QWidget) -> None:
        path = folder / f"{name}-{theme.percent}.png"
        widget.grab().save(str(path))
        written.append(path)

    present = theme.percent
    for percent in percents:
        theme.set_percent(percent)
        walk_pages(window, files, keep)
        walk_dialogs(window, keep)
        walk_beside(window, keep)
        walk_lists(window, settle, keep)
        walk_packages(window, settle, keep)
        shoot_flows(window, settle, keep)
    theme.set_percent(present)
    return written


def shoot_start(
    home: Path, folder: Path, percents: tuple[int, ...] = (100, 150, 200), screen: tuple[int, int] = SCREEN
) -> list[Path]:
    """Write pictures of what stands before an office is open. Returns the paths."""
    written: list[Path] = []

    def keep(name: str, widget: QWidget) -> None:
        written.append(folder / f"{name}-{theme.percent}.png")
        widget.grab().save(str(written[-1]))

    present = theme.percent
    for percent in percents:
        theme.set_percent(percent)
        walk_start(home, keep, screen)
    theme.set_percent(present)
    return written


def walk_start(home: Path, keep: Keep, screen: tuple[int, int] = SCREEN) -> None:
    """The start page without and with offices, its three steps, the recovery page."""
    dialogs = Dialogs()
    start = StartWindow((), home, dialogs)
    _show(start, "start", keep, screen)
    start.begin_office()
    _show(start, "start-new", keep, screen)
    known = StartWindow(known_offices(), home, dialogs)
    _show(known, "start-known", keep, screen)
    sentence = tr("数据库“{path}”已损坏，无法打开，请从备份恢复", path=home / "office.db")
    recovery = RecoveryWindow(home, sentence, dialogs, str)
    _show(recovery, "recovery", keep, screen)
    for each in (start, known, recovery):
        each.close()
        each.deleteLater()


def _show(window: QWidget, name: str, keep: Keep, screen: tuple[int, int]) -> None:
    window.resize(*screen)
    window.show()
    QApplication.processEvents()
    keep(name, window)


def walk_beside(window: MainWindow, keep: Keep) -> None:
    """The windows that stand beside the work: help, first steps, and the picture that comes first."""
    window.open_page(HOME)
    settle(window)
    for topic in ("home", "trouble#database"):
        shown = show_help(topic, window)
        settle(window)
        keep(f"help-{topic.partition('#')[0]}", shown)
        shown.close()
        shown.deleteLater()
        settle(window)
    checklist = Checklist(window.desk, window)
    checklist.show()
    settle(window)
    keep("checklist", checklist)
    checklist.close()
    opening = OpeningWindow(window.desk.store.folder, (window.width(), window.height()))
    opening.show()
    settle(window)
    keep("opening", opening)
    opening.close()


def walk_pages(window: MainWindow, files: list[Path], keep: Keep) -> None:
    """Every page, with the form, the history and an import where there are such."""
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
        if entry.name == "training":
            shoot_training(window, settle, keep)
        if entry.name == "import":
            page.show_for(files)
            settle(window)
            keep("import-plan", window)
    window.open_page("teachers", "new")
    settle(window)
    keep("teachers-new", window)


def walk_dialogs(window: MainWindow, keep: Keep) -> None:
    """Every kind of question."""
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
    draft = Request(
        Wish.CHOICE,
        "上次没有保存的内容",
        "2026-11-27 10:42，您在“教师 张三”里填的内容还没有保存，程序就关闭了。已保存的内容没有变化。",
        "籍贯：已保存“成都”，填写“重庆”\n任教学科：已保存“空”，填写“语文”",
        ("继续填写", "放弃", "以后再说"),
    )
    refusal = Request(
        Wish.CHOICE,
        "没有完成",
        "教师“张三”由单位 509901 登记，只能由该单位修改；没有改动",
        buttons=("知道了",),
        why="lists#foreign",
    )
    who = Request(
        Wish.NAME,
        "您是哪位经办人？",
        "请选择您的姓名，操作日志和草稿都记在您名下；名单上没有的，直接填写。",
        buttons=("确定", "取消"),
        names=("王敏", "李老师"),
        start="王敏",
    )
    boxes: tuple[tuple[str, QDialog], ...] = (
        ("dialog-question", QuestionBox(question, window)),
        ("dialog-text", TextBox(reason, window)),
        ("dialog-draft", QuestionBox(draft, window)),
        ("dialog-refusal", QuestionBox(refusal, window)),
        ("dialog-crash", QuestionBox(crash_request(), window)),
        ("dialog-operator", NameBox(who, window)),
    )
    for name, box in boxes:
        box.show()
        settle(window)
        keep(name, box)
        box.close()
