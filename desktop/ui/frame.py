"""The parts around the page: office, year and search on top, what is saved at the bottom."""

from collections.abc import Callable
from datetime import date, datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QMenu,
    QProgressBar,
    QPushButton,
    QToolButton,
)

from desktop.services.copies import copies_held
from desktop.text import tr
from desktop.ui.desk import Desk
from desktop.ui.finder import Finder
from desktop.ui.icons import icon
from desktop.ui.jobs import Job
from desktop.ui.offices import colour_of
from desktop.ui.theme import theme
from desktop.ui.widgets import ShortLabel, button, colour_mark, label, mark_sheet, row


class TopBar(QFrame):
    """Which office and year, find everything, who is at the desk, and the menu."""

    def __init__(self, desk: Desk, menu: QMenu, open_entry: Callable[[str, object], None]) -> None:
        super().__init__()
        self.setProperty("role", "bar")
        self.desk = desk
        self._narrow = False
        office = ShortLabel(str(desk.office["name"]), "section")
        self.mark = colour_mark(colour_of(desk.store.folder))
        self.year = QComboBox()
        this_year = date.today().year  # noqa: DTZ011 - the office's own clock
        for year in range(this_year + 1, this_year - 4, -1):
            self.year.addItem(tr("{year} 年度", year=year), year)
        self.year.setAccessibleName(tr("年度"))
        self.year.setCurrentIndex(self.year.findData(desk.year))
        self.year.currentIndexChanged.connect(lambda _i: desk.set_year(self.year.currentData()))
        self.other = QPushButton()
        self.other.setProperty("role", "flat")
        self.other.clicked.connect(lambda _checked=False: desk.set_year(desk.other_year))
        desk.year_changed.connect(self._tell_year)
        self._tell_year()
        self.finder = Finder(desk, open_entry)
        self.operator = QToolButton()
        self.operator.setProperty("role", "flat")
        self.operator.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
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
        years = row(self.year, self.other, space=2)
        pieces = (self.mark, office, years, None, self.finder, None, self.operator, self.menu)
        line = row(*pieces, margins=(20, 8, 12, 8))
        line.setStretch(4, 20)
        self.setLayout(line)

    def set_narrow(self, *, narrow: bool) -> None:
        """Where words find no room, signs and names alone; what is left out is in tips and for screen readers."""
        self._narrow = narrow
        self.menu.setText("F10" if narrow else tr("菜单  F10"))
        self._tell_operator()

    def set_colour(self, colour: str) -> None:
        """Show the office's colour."""
        self.mark.setStyleSheet(mark_sheet(colour))

    def _tell_year(self) -> None:
        """Both open years stand here: the one worked in, and the one that a click brings back."""
        self.year.setCurrentIndex(self.year.findData(self.desk.year))
        self.other.setText(tr("⇄ {year}", year=self.desk.other_year))
        text = tr("换到 {year} 年度（Ctrl+Shift+Y）", year=self.desk.other_year)
        self.other.setAccessibleName(text)
        self.other.setToolTip(text)

    def _operators(self) -> QMenu:
        menu = QMenu(self)
        for name in self.desk.operators:
            menu.addAction(name, lambda name=name: self.desk.set_operator(name))
        menu.addSeparator()
        menu.addAction(tr("其他经办人…"), self.desk.ask_operator)
        return menu

    def _tell_operator(self) -> None:
        self.operator.setMenu(self._operators())
        name = self.desk.operator or tr("未登记")
        self.operator.setText(name if self._narrow else tr("经办人：{name}", name=name))
        self.operator.setToolTip(tr("经办人：{name}", name=name))
        self.operator.setAccessibleName(tr("经办人：{name}", name=name))


class StatusBar(QFrame):
    """What is selected, the Job that is running with its cancel, what was saved when, and the last backup."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.setProperty("role", "foot")
        self.desk = desk
        self._job: Job | None = None
        self.counted = label("", "muted")
        self.said = ShortLabel("", "")
        self.work = ShortLabel("", "")
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
        desk.said.connect(self._say)
        desk.changed.connect(lambda _entities: self.saved.setText(tr("已保存 {time:%H:%M}", time=_now())))
        desk.backed_up.connect(self.tell_backup)
        desk.jobs.started.connect(self._job_started)
        desk.jobs.ended.connect(self._job_ended)
        self.tell_backup()

    def tell_backup(self) -> None:
        """The age of the newest backup in the office's own folder, and of the newest on another volume."""
        held = copies_held(self.desk.store)
        inside = tr("上次备份：{when}，已验证", when=_age(held.inside)) if held.inside else tr("还没有备份")
        outside = tr("备份U盘：{when}", when=_age(held.outside)) if held.outside else tr("本机以外没有备份")
        self.backup.setText(tr("{inside} · {outside}", inside=inside, outside=outside))
        self.backup.setToolTip(held.place)
        self.backup.setMinimumWidth(theme.px(120))

    def _say(self, text: str) -> None:
        self.said.setText(text)

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
            left = tr("，还有 {count}", count=total - done) if total > done else ""
            self.work.setText(what + left)

    def _cancel(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self.work.setText(tr("正在取消…"))


def _age(at: datetime) -> str:
    days = (_now().date() - at.date()).days
    return tr("今天 {at:%H:%M}", at=at) if days == 0 else tr("{days} 天前", days=days)


def _now() -> datetime:
    return datetime.now().astimezone()
