"""The first picture: navigation and the numbers counted last, painted before the database and its libraries are there.

Everything this module imports is loaded before the window can be seen; nothing here may know the database.
"""

from datetime import date
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent, QPaintEvent
from PySide6.QtWidgets import QComboBox, QFrame, QLineEdit, QMainWindow, QWidget

from desktop.text import tr
from desktop.ui.navigation import NARROW, Navigation
from desktop.ui.offices import colour_of, name_of
from desktop.ui.pages.home_view import HomeView, kept_content
from desktop.ui.screens import HOME
from desktop.ui.theme import theme
from desktop.ui.widgets import colour_mark, column, label, row


class OpeningWindow(QMainWindow):
    """Looks like the window that follows; a page or thing chosen here is opened there."""

    painted = Signal()
    """The first picture is on the screen."""

    def __init__(self, folder: Path, size: tuple[int, int]) -> None:
        super().__init__()
        self.folder = folder
        self.wanted: tuple[str, object] | None = None
        self.is_closed = False
        self._is_painted = False
        name = name_of(folder)
        self.setWindowTitle(tr("{office} · 骨干教师工作台", office=name))
        self.resize(*size)
        self.navigation = Navigation()
        self.navigation.chosen.connect(lambda page: self._want(page, None))
        self.navigation.show_current(HOME)
        self.navigation.set_narrow(narrow=size[0] < theme.px(NARROW))
        self.told = label(tr("正在打开…"), "muted")
        foot = QFrame()
        foot.setProperty("role", "foot")
        foot.setLayout(row(self.told, None, margins=(14, 3, 20, 3)))
        foot.setMinimumHeight(theme.px(30))
        whole = QWidget()
        whole.setObjectName("ground")
        upper = row(self.navigation, column(_bar(name, colour_of(folder)), self._home(folder), space=0), space=0)
        upper.setStretch(1, 1)
        layout = column(space=0)
        layout.addLayout(upper, 1)
        layout.addWidget(foot)
        whole.setLayout(layout)
        self.setCentralWidget(whole)

    def _home(self, folder: Path) -> QWidget:
        page = QWidget()
        page.setObjectName("page")
        title, now, view = label(tr("工作台"), "title"), label("", "muted"), HomeView()
        view.note.setEnabled(False)
        view.wanted.connect(self._want)
        content = kept_content(folder)
        if content is not None:
            now.setText(content.now)
            view.show_content(content)
        whole = column(row(title, now, None, space=12), view, space=10, margins=(20, 14, 20, 12))
        whole.setStretch(1, 1)
        page.setLayout(whole)
        return page

    def _want(self, page: str, what: object) -> None:
        self.wanted = (page, what)
        self.told.setText(tr("正在打开，随后转到所选页面…"))

    def give_navigation(self) -> Navigation:
        """The navigation, for the window that follows; what is chosen from now on is that one's."""
        self.navigation.chosen.disconnect()
        return self.navigation

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tell once that the picture is there."""
        super().paintEvent(event)
        if not self._is_painted:
            self._is_painted = True
            self.painted.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Who closes it already does not want the window that follows."""
        self.is_closed = True
        super().closeEvent(event)


def _bar(name: str, colour: str) -> QFrame:
    bar = QFrame()
    bar.setProperty("role", "bar")
    year, finder = QComboBox(), QLineEdit()
    year.addItem(tr("{year} 年度", year=date.today().year))  # noqa: DTZ011 - the office's own clock
    for each in (year, finder):
        each.setEnabled(False)
    year.setAccessibleName(tr("年度"))
    finder.setAccessibleName(tr("查找全部"))
    finder.setPlaceholderText(tr("查找教师、学校、表格、功能，可用拼音首字母  Ctrl+F"))
    finder.setMaximumWidth(theme.px(380))
    line = row(colour_mark(colour), label(name, "section"), year, None, finder, None, margins=(20, 8, 12, 8))
    line.setStretch(4, 20)
    bar.setLayout(line)
    return bar
