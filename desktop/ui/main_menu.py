"""Everything the window can do, by name: the menu with its keys, and the commands that the box 查找全部 knows."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu

from desktop.store.history import ActLine
from desktop.text import tr
from desktop.ui.icons import icon
from desktop.ui.offices import COLOURS
from desktop.ui.screens import PAGES
from desktop.ui.theme import SCALES, theme

if TYPE_CHECKING:
    from desktop.ui.window import MainWindow

_NEW = ("teachers", "appointments", "schools", "cohorts", "training")
"""The pages whose 新增 is a command."""


class MainMenu(QMenu):
    """The menu of an open office; its keys work wherever the keyboard is."""

    def __init__(self, window: MainWindow, *, leave: Callable[[], None] | None) -> None:
        """`leave` goes to another office, where there is a way to one."""
        super().__init__(window)
        self._window = window
        desk = window.desk
        self.undo_action = self._add(tr("撤销"), window.undo, QKeySequence.StandardKey.Undo)
        self.tell_undo(None)
        self._add(tr("查找全部"), lambda: window.top.finder.setFocus(), "Ctrl+F")  # noqa: PLW0108 - made anew at each scale
        self._add(tr("换到另一年度"), lambda: desk.set_year(desk.other_year), "Ctrl+Shift+Y")
        self._add(tr("记一笔备忘…"), window.write_note, "Ctrl+M")
        self._add(tr("立即备份"), window.back_up, "Ctrl+B")
        self.addSeparator()
        self._add_pages()
        self._add_sizes()
        colours = self.addMenu(tr("本单位的颜色"))
        for word, value in COLOURS.items():
            colours.addAction(icon("certificate", value), tr(word), partial(window.set_colour, value))
        self._add(tr("换经办人…"), desk.ask_operator)
        self.addSeparator()
        self._add(tr("帮助"), window.help, QKeySequence.StandardKey.HelpContents)
        self._add(tr("开始五步"), window.show_checklist)
        self.addSeparator()
        if leave is not None:
            self._add(tr("打开其他单位…"), leave)
        self._add(tr("退出"), lambda: window.window().close(), QKeySequence.StandardKey.Quit)
        show = QAction(window)
        show.setShortcut(QKeySequence("F10"))
        show.triggered.connect(lambda: window.top.menu.showMenu())  # noqa: PLW0108 - made anew at each scale
        window.addAction(show)

    def _add_pages(self) -> None:
        pages = self.addMenu(tr("前往"))
        for number, entry in enumerate(PAGES, 1):
            action = pages.addAction(tr(entry.label), partial(self._window.go, entry.name, None))
            if number <= 9:
                action.setShortcut(QKeySequence(f"Ctrl+{number}"))
                self._window.addAction(action)

    def _add_sizes(self) -> None:
        sizes = self.addMenu(tr("文字大小"))
        group = QActionGroup(self)
        for percent in SCALES:
            action = sizes.addAction(f"{percent}%", partial(self._window.set_scale, percent))
            action.setCheckable(True)
            action.setChecked(percent == theme.percent)
            group.addAction(action)

    def _add(self, text: str, run: Callable[[], object], keys: QKeySequence.StandardKey | str = "") -> QAction:
        action = QAction(text, self._window)
        if keys:
            action.setShortcut(QKeySequence(keys))
        action.triggered.connect(lambda _checked=False: run())
        self.addAction(action)
        self._window.addAction(action)
        return action

    def tell_undo(self, act: ActLine | None) -> None:
        """Name what Ctrl+Z takes back."""
        self.undo_action.setEnabled(act is not None)
        self.undo_action.setText(tr("撤销 {name}", name=act.name) if act is not None else tr("撤销"))

    def commands(self) -> list[tuple[str, Callable[[], None]]]:
        """What is found by its name."""
        window, desk = self._window, self._window.desk
        labels = {entry.name: entry.label for entry in PAGES}
        new = [(tr("新增{what}", what=tr(labels[name])), partial(window.go, name, "new")) for name in _NEW]
        others: list[tuple[str, Callable[[], None]]] = [
            (tr("立即备份"), window.back_up),
            (tr("撤销上一步"), window.undo),
            (tr("记一笔备忘"), window.write_note),
            (tr("换到另一年度"), lambda: desk.set_year(desk.other_year)),
            (tr("换经办人"), desk.ask_operator),
            (tr("开始五步"), window.show_checklist),
            (tr("帮助"), window.help),
            *((tr("文字大小 {percent}%", percent=each), partial(window.set_scale, each)) for each in SCALES),
        ]
        return [*new, *others]
