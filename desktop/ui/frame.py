"""The parts around the page: navigation on the left, office and search on top, what is saved at the bottom."""

from collections.abc import Callable
from datetime import UTC, date, datetime

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QLabel,
    QMenu,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QToolButton,
    QWidget,
)

from desktop.services.backups import BACKUPS_NAME, list_backups
from desktop.text import tr
from desktop.ui.desk import Desk
from desktop.ui.finder import Finder
from desktop.ui.icons import icon, nav_icon
from desktop.ui.jobs import Job
from desktop.ui.screens import PAGES, Entry
from desktop.ui.theme import theme
from desktop.ui.widgets import button, column, label, row


class Navigation(QFrame):
    """The pages in the order of the clerk's work; Ctrl+1 … Ctrl+9 open the first nine."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "side")
        self._narrow = False
        self.buttons: dict[str, QPushButton] = {}
        self._title = label(tr("骨干教师工作台"), "good")
        self._headings: list[QLabel] = []
        inner = QWidget()
        layout = column(space=1, margins=(8, 0, 8, 8))
        group = ""
        for entry in PAGES:
            if entry.group != group:
                group = entry.group
                heading = label(tr(group), "small")
                heading.setContentsMargins(theme.px(12), theme.px(7), 0, theme.px(1))
                self._headings.append(heading)
                layout.addWidget(heading)
            layout.addWidget(self._button(entry))
        layout.addStretch(1)
        inner.setLayout(layout)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(inner)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area = area
        head = row(self._title, margins=(20, 16, 8, 10))
        whole = column(head, area, space=0)
        self.setLayout(whole)
        self.set_narrow(narrow=False)

    def set_narrow(self, *, narrow: bool) -> None:
        """Only icons where the window is too narrow for words; the words stay as tips and for screen readers."""
        self._narrow = narrow
        self.setFixedWidth(theme.px(64 if narrow else 156))
        self._title.setVisible(not narrow)
        for heading in self._headings:
            heading.setVisible(not narrow)
        for entry in PAGES:
            made = self.buttons[entry.name]
            made.setText("" if narrow else tr(entry.label))
            made.setToolTip(tr(entry.label) if narrow else "")

    def _button(self, entry: Entry) -> QPushButton:
        made = QPushButton(nav_icon(entry.icon), tr(entry.label))
        made.setProperty("role", "nav")
        made.setCheckable(True)
        made.setIconSize(QSize(theme.px(18), theme.px(18)))
        made.setAccessibleName(tr(entry.label))
        made.clicked.connect(lambda _checked=False: self.chosen.emit(entry.name))
        self.buttons[entry.name] = made
        return made

    def show_current(self, name: str) -> None:
        """Mark the page in front."""
        for each, made in self.buttons.items():
            made.setChecked(each == name)
        if name in self.buttons:
            self._area.ensureWidgetVisible(self.buttons[name])


class TopBar(QFrame):
    """Which office and year, find everything, who is at the desk, and the menu."""

    def __init__(self, desk: Desk, menu: QMenu, open_entry: Callable[[str, object], None]) -> None:
        super().__init__()
        self.setProperty("role", "bar")
        self.desk = desk
        office = label(str(desk.office["name"]), "section")
        office.setMinimumWidth(theme.px(60))
        self.year = QComboBox()
        this_year = date.today().year  # noqa: DTZ011 - the office's own clock
        for year in (this_year, this_year - 1):
            self.year.addItem(tr("{year} 年度", year=year), year)
        self.year.setAccessibleName(tr("年度"))
        self.year.currentIndexChanged.connect(lambda _i: desk.set_year(self.year.currentData()))
        self.finder = Finder(desk, open_entry)
        self.operator = QToolButton()
        self.operator.setProperty("role", "flat")
        self.operator.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.operator.setMenu(self._operators())
        self._tell_operator()
        desk.operator_changed.connect(self._tell_operator)
        self.menu = QToolButton()
        self.menu.setText(tr("菜单  F10"))
        self.menu.setIcon(icon("menu-2"))
        self.menu.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.menu.setProperty("role", "flat")
        self.menu.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu.setMenu(menu)
        self.menu.setAccessibleName(tr("菜单"))
        line = row(office, self.year, None, self.finder, None, self.operator, self.menu, margins=(20, 8, 12, 8))
        line.setStretch(3, 20)
        self.setLayout(line)

    def _operators(self) -> QMenu:
        menu = QMenu(self)
        for name in self.desk.operators:
            menu.addAction(name, lambda name=name: self.desk.set_operator(name))
        return menu

    def _tell_operator(self) -> None:
        name = self.desk.operator or tr("未登记")
        self.operator.setText(tr("经办人：{name}", name=name))
        self.operator.setAccessibleName(tr("经办人：{name}", name=name))


class StatusBar(QFrame):
    """What is selected, the Job that is running with its cancel, what was saved when, and the last backup."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.setProperty("role", "foot")
        self.desk = desk
        self._job: Job | None = None
        self.counted = label("", "muted")
        self.said = label("")
        self.work = label("")
        self.bar = QProgressBar()
        self.bar.setFixedWidth(theme.px(180))
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(tr("进度"))
        self.cancel = button(tr("取消"), self._cancel, role="flat")
        self.saved = label("", "muted")
        self.backup = label("", "muted")
        pieces = (self.counted, 12, self.said, self.work, self.bar, self.cancel, None, self.saved, 12, self.backup)
        self.setLayout(row(*pieces, margins=(14, 3, 20, 3)))
        self.setMinimumHeight(theme.px(30))
        self._show_job(None)
        desk.counted.connect(self.counted.setText)
        desk.said.connect(self.said.setText)
        desk.changed.connect(lambda _entities: self.saved.setText(tr("已保存 {time:%H:%M}", time=_now())))
        desk.backed_up.connect(self.tell_backup)
        desk.jobs.started.connect(self._job_started)
        desk.jobs.ended.connect(self._job_ended)
        self.tell_backup()

    def tell_backup(self) -> None:
        """The age of the newest backup in the office's own folder."""
        known = list_backups(self.desk.store.folder / BACKUPS_NAME)
        if not known:
            self.backup.setText(tr("还没有备份"))
            return
        written = datetime.fromtimestamp(known[-1].path.stat().st_mtime, UTC).astimezone()
        days = (_now().date() - written.date()).days
        when = tr("今天 {at:%H:%M}", at=written) if days == 0 else tr("{days} 天前", days=days)
        self.backup.setText(tr("上次备份：{when}，已验证", when=when))

    def _job_started(self, job: Job) -> None:
        if not job.quiet:
            self._show_job(job)

    def _job_ended(self, job: Job) -> None:
        if job is self._job:
            waiting = [each for each in self.desk.jobs.running if not each.quiet and each is not job]
            self._show_job(waiting[-1] if waiting else None)

    def _show_job(self, job: Job | None) -> None:
        self._job = job
        for each in (self.work, self.bar):
            each.setVisible(job is not None)
        self.said.setVisible(job is None)
        self.cancel.setVisible(job is not None and job.can_cancel)
        if job is not None:
            self.said.setText("")
            self.bar.setRange(0, 0)
            self.work.setText(job.title)
            job.progressed.connect(self._progress)

    def _progress(self, done: int, total: int, what: str) -> None:
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        if what:
            self.work.setText(what)

    def _cancel(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self.work.setText(tr("正在取消…"))


def _now() -> datetime:
    return datetime.now().astimezone()
