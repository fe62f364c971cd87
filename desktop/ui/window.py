"""The main window of an open office: frame around one page, the menu with every action, undo, and how it closes."""

import sys
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent, QResizeEvent
from PySide6.QtWidgets import QDialog, QMainWindow, QStackedWidget, QWidget

from desktop.services.notes import add_note
from desktop.text import tr
from desktop.ui.closing import close_desk
from desktop.ui.desk import Desk
from desktop.ui.drops import PACKAGE_SUFFIXES, FileDrops
from desktop.ui.forms.drafts import offer_drafts
from desktop.ui.frame import StatusBar, TopBar
from desktop.ui.icons import icon
from desktop.ui.input_method import input_notice
from desktop.ui.main_menu import MainMenu
from desktop.ui.memory import remember
from desktop.ui.navigation import NARROW, Navigation
from desktop.ui.offices import colour_of, keep_office
from desktop.ui.page import Page
from desktop.ui.screens import ENTRIES, HOME
from desktop.ui.theme import theme
from desktop.ui.widget_classes import make_widget_classes
from desktop.ui.widgets import button, card, column, label, row, scrolled

GREETED: Final = "greeted"
"""The setting that tells that the first steps were shown once."""

_BREATH: Final = 10
"""Milliseconds between making a page and showing it, in which the window answers."""


class MainWindow(QMainWindow):
    """One office in one window."""

    def __init__(
        self,
        desk: Desk,
        *,
        open_other: Callable[[], None] | None = None,
        navigation: Navigation | None = None,
        first: tuple[str, object] | None = (HOME, None),
    ) -> None:
        """Without a `first` page the caller opens one later and looks back then, so that this is not made in one go.

        `navigation` is that of the first picture, which stays where it is.
        """
        super().__init__()
        self.desk = desk
        desk.dialogs.parent = self
        self._open_other = open_other
        self._is_closing = False
        name = str(desk.office["name"])
        keep_office(desk.store.folder, name)
        self.setWindowTitle(tr("{office} · 骨干教师工作台", office=name))
        self.setWindowIcon(icon("certificate", colour_of(desk.store.folder)))
        self.pages: dict[str, Page] = {}
        self.current = ""
        self._awaited: tuple[str, object] | None = None
        """The page that is being loaded, and what it shall show."""
        self.stack = QStackedWidget()
        self.menu = MainMenu(self, leave=self._leave_office if open_other is not None else None)
        self._build(navigation or Navigation())
        desk.wanted.connect(self.go)
        FileDrops(self, self._take_files)
        desk.undoable_changed.connect(lambda: self.menu.tell_undo(desk.last_act))
        theme.changed.connect(self._rebuild)
        desk.operator_changed.connect(lambda: offer_drafts(desk))
        if first is not None:
            self.open_page(*first)
            self.look_back()

    def look_back(self) -> None:
        """Look for what can be undone and for drafts, and make what the first clicks need."""
        self.desk.find_last_act()
        offer_drafts(self.desk)
        make_widget_classes(self)

    def greet(self) -> None:
        """Ask who is at the desk where it may be several, and show a new office its first steps."""
        if len(self.desk.operators) != 1:
            self.desk.ask_operator()
        if self.desk.store.settings.get(GREETED) is None:
            self.desk.attempt(lambda: self.desk.store.set_settings({GREETED: "1"}))
            self.show_checklist()

    def _build(self, navigation: Navigation) -> None:
        self.navigation = navigation
        self.navigation.chosen.connect(lambda name: self.go(name, None))
        self.top = TopBar(self.desk, self.menu, self.go)
        self.top.finder.set_commands(self.menu.commands())
        self.status = StatusBar(self.desk)
        right = column(self.top, *self._notices(), self.stack, space=0)
        upper = row(self.navigation, right, space=0)
        upper.setStretch(1, 1)
        whole = QWidget()
        whole.setObjectName("ground")
        layout = column(space=0)
        layout.addLayout(upper, 1)
        layout.addWidget(self.status)
        whole.setLayout(layout)
        self.setCentralWidget(whole)

    def _notices(self) -> list[QWidget]:
        """What keeps Chinese from being typed on this computer; put away until the next start once it was read."""
        told = input_notice()
        if not told:
            return []
        away = button(tr("知道了"), self.stack.setFocus)
        inside = row(label(told, "amber", wrap=True), away)
        inside.setStretch(0, 1)
        notice = card(inside, role="notice", margin=8)
        away.clicked.connect(notice.hide)
        return [notice]

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A window that is narrow for its text size shows icons only in the navigation."""
        super().resizeEvent(event)
        self._fit_width()

    def _fit_width(self) -> None:
        narrow = self.width() < theme.px(NARROW)
        self.navigation.set_narrow(narrow=narrow)
        self.top.set_narrow(narrow=narrow)

    def _rebuild(self) -> None:
        """At another text scale everything that was measured is made anew; the page in front stays in front."""
        name = self.current
        self.stack = QStackedWidget()
        self.pages.clear()
        self._build(Navigation())
        self.current = ""
        self._fit_width()
        self.open_page(name, None)

    def help(self) -> None:
        """The page of the help about what is in front."""
        import_module("desktop.ui.help").show_help(self.desk.topic, self)

    def show_checklist(self) -> None:
        """The first five steps."""
        checklist: QDialog = import_module("desktop.ui.checklist").Checklist(self.desk, self)
        checklist.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        checklist.show()

    def set_colour(self, value: str) -> None:
        """Another colour for this office, in the title and beside its name."""
        keep_office(self.desk.store.folder, str(self.desk.office["name"]), value)
        self.setWindowIcon(icon("certificate", value))
        self.top.set_colour(value)

    def write_note(self) -> None:
        """Ask for a remark on the person or school in front, and keep it."""
        page = self.pages.get(self.current)
        subject = page.subject() if page is not None else {}
        text = tr("例如：打过电话，周三送来。没办结的备忘列在工作台上。")
        said = self.desk.dialogs.ask_text(tr("记一笔备忘"), text)
        if said:
            operator = self.desk.operator
            self.desk.attempt(lambda: add_note(self.desk.store, said, operator=operator, **subject))
            self.desk.said.emit(tr("已记下"))

    def set_scale(self, percent: int) -> None:
        """Another text size, kept for the next start."""
        page = self.pages.get(self.current)
        if page is not None and not page.may_leave():
            return
        remember("scale", percent)
        theme.set_percent(percent)

    def page(self, name: str) -> Page:
        """A page, made when it is first needed."""
        if name not in self.pages:
            entry = ENTRIES[name]
            page: Page = getattr(import_module(entry.module), entry.made_by)(self.desk, entry)
            self.pages[name] = page
            self.stack.addWidget(scrolled(page))
        return self.pages[name]

    def go(self, name: str, what: object = None) -> None:
        """Open a page as the clerk asks for it; one that is not there yet is loaded beside the window, then made."""
        is_coming = self._awaited is not None and self._awaited[0] == name
        if name in self.pages and not is_coming:
            self.open_page(name, what)
            return
        self._awaited = name, what
        self.navigation.show_current(name)
        module = ENTRIES[name].module
        if is_coming:
            return
        if module in sys.modules:
            self._make_awaited(name)
            return
        title, made = tr("打开{page}", page=tr(ENTRIES[name].label)), partial(self._make_awaited, name)
        self.desk.jobs.run(title, lambda _progress: import_module(module), lambda _module: made(), can_cancel=False)

    def _make_awaited(self, name: str) -> None:
        """Make a page and show it a moment later, each unless the clerk went elsewhere: the last wish counts."""

        def show() -> None:
            if self._awaited is not None and self._awaited[0] == name:
                self.open_page(*self._awaited)

        if self._awaited is not None and self._awaited[0] == name:
            self.page(name)
            QTimer.singleShot(_BREATH, self, show)

    def open_page(self, name: str, what: object = None) -> None:
        """Bring a page to the front, unless the present one is not to be left."""
        self._awaited = None
        present = self.pages.get(self.current)
        if present is not None and name != self.current and not present.may_leave():
            self.navigation.show_current(self.current)
            return
        page = self.page(name)
        self.current = name
        self.desk.topic = ENTRIES[name].help
        self.desk.counted.emit("")
        self.stack.setCurrentIndex([*self.pages].index(name))
        self.navigation.show_current(name)
        page.show_for(what)
        if what is None:
            page.focus_first()

    def _take_files(self, paths: list[Path]) -> None:
        """Files dropped anywhere: a package is looked at, everything else imported."""
        packages = [path for path in paths if path.suffix.lower() in PACKAGE_SUFFIXES]
        if packages:
            self.go("packages", packages[0])
        else:
            self.go("import", paths)

    def undo(self) -> None:
        """Take the last Act back; a large one asks first."""
        act = self.desk.last_act
        if act is None:
            return
        page = self.pages.get(self.current)
        if page is not None and not page.may_leave():
            return
        if act.changes > 1:
            text = tr("将撤销“{name}”，涉及 {count} 条记录。", name=act.name, count=act.changes)
            if self.desk.dialogs.ask(tr("撤销"), text, tr("撤销"), tr("不撤销")) != tr("撤销"):
                return
        self.desk.undo(act)

    def back_up(self) -> None:
        """A backup into the office's own folder, now."""

        def done(_path: object) -> None:
            self.desk.backed_up.emit()
            self.desk.said.emit(tr("已备份并读回核对"))

        store = self.desk.store

        def work(_progress: object) -> object:
            return import_module("desktop.services.backups").make_backup(store, "手工备份")

        self.desk.jobs.run(tr("备份"), work, done, can_cancel=False, once=True)

    def _leave_office(self) -> None:
        open_other = self._open_other
        if self.close() and open_other is not None:
            open_other()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Unsaved typing is asked about; running work is cancelled and rolled back; a changed office is backed up."""
        page = self.pages.get(self.current)
        if self._is_closing or (page is not None and not page.may_leave()):
            event.ignore()
            return
        self._is_closing = True
        self.setCursor(Qt.CursorShape.WaitCursor)
        close_desk(self.desk)
        event.accept()
