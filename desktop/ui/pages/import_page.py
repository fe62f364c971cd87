"""Importing spreadsheets: choose or drop files, look at the plan, answer, confirm, undo, send back."""

from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QButtonGroup,
    QComboBox,
    QFrame,
    QPlainTextEdit,
    QPushButton,
    QStackedWidget,
    QTableView,
    QWidget,
)

from desktop.errors import UnreadableFile
from desktop.exchange.entity_import import plan_entity_import
from desktop.exchange.plan import WORKBOOK_OUTCOMES, Outcome, Plan, carry_out
from desktop.exchange.roster.answers import RosterOptions
from desktop.exchange.roster.plan import RosterPlan, carry_out_roster, plan_roster
from desktop.exchange.roster.returns import write_returns
from desktop.exchange.workbook.cells import Book
from desktop.exchange.workbook.read import Reader
from desktop.models import BY_PLURAL
from desktop.services.backups import make_backup
from desktop.text import tr
from desktop.ui import theme as look
from desktop.ui.desk import Desk
from desktop.ui.dialogs import SPREADSHEETS
from desktop.ui.jobs import Progress
from desktop.ui.page import Page
from desktop.ui.pages.import_questions import Questions
from desktop.ui.pages.import_rows import COLOURS, FILE, NAME, OUTCOME, ROW, TICK, WORDS, PlanModel
from desktop.ui.screens import Entry
from desktop.ui.theme import theme
from desktop.ui.widgets import button, card, clear, column, label, row, set_flag

ROSTER = "roster"
_LISTS = ("teachers", "schools", "cohorts", "appointments", "employments", "honors", "sanctions", "title_awards")
_RETURNED = (Outcome.INVALID, Outcome.DUPLICATE, Outcome.AMBIGUOUS)
CHOOSE, PLAN, DONE = range(3)


@dataclass
class Trial:
    """Files as they were read, and the plan made of them."""

    paths: list[Path]
    profile: str
    plan: Plan
    books: list[tuple[Path, Book]] = field(default_factory=list)


def read_books(paths: list[Path], progress: Progress) -> list[tuple[Path, Book]]:
    """Read all files; what cannot be read is told together, and nothing of the others is taken then."""
    books, unreadable = [], []
    with Reader() as reader:
        for number, path in enumerate(paths):
            progress.step(
                number,
                len(paths),
                tr(
                    "正在读取 {name}（第 {number} 个，共 {count} 个）",
                    name=path.name,
                    number=number + 1,
                    count=len(paths),
                ),
            )
            try:
                books.append((path, reader.read(path, cancelled=progress.is_cancelled)))
            except UnreadableFile as error:
                progress.check()
                unreadable.append(error.sentence)
    if unreadable:
        raise UnreadableFile("；".join(each.rstrip("。") for each in unreadable) + tr("；没有导入任何内容"))
    return books


class DropArea(QFrame):
    """Where files are dropped."""

    dropped = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "drop")
        self.setAcceptDrops(True)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files are welcome."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            set_flag(self, "over", "true")
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Gone again."""
        set_flag(self, "over", "false")
        super().dragLeaveEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Take the files."""
        set_flag(self, "over", "false")
        self.dropped.emit([Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()])
        event.acceptProposedAction()


class ImportPage(Page):
    """Three states of one page: choose, plan, done."""

    def __init__(self, desk: Desk, entry: Entry) -> None:
        super().__init__(desk, tr(entry.label))
        self.entry = entry
        self.trial: Trial | None = None
        self.counts: dict[Outcome | None, QPushButton] = {}
        self.stack = QStackedWidget()
        for page in (self._choose_page(), self._plan_page(), self._done_page()):
            self.stack.addWidget(page)
        self.body.addWidget(self.stack, 1)
        self._show(CHOOSE)

    def _choose_page(self) -> QWidget:
        self.profile = QComboBox()
        self.profile.setAccessibleName(tr("导入什么"))
        self.profile.addItem(tr("骨干教师花名册（学校报来的）"), ROSTER)
        for plural in _LISTS:
            self.profile.addItem(tr("{what}表（本程序导出的格式）", what=BY_PLURAL[plural].label), plural)
        self.choose_button = button(tr("选择文件"), self.choose, icon_name="folder-open", role="primary", keys="Ctrl+O")
        area = DropArea()
        area.dropped.connect(self.read)
        said = label(tr("把文件拖到这里，可一次多个"), "section")
        kinds = label(tr("Excel、WPS、CSV 都可以，不用改格式；栏目名称和顺序不同也能认。"), "muted", wrap=True)
        note = label(tr("先预览，确认后才保存；导入前自动备份，导入后可整批撤销。"), "muted", wrap=True)
        area.setLayout(
            column(
                None,
                said,
                kinds,
                8,
                row(self.profile, self.choose_button, None),
                8,
                note,
                None,
                margins=(40, 24, 40, 24),
            )
        )
        page = QWidget()
        page.setLayout(column(area))
        return page

    def _plan_page(self) -> QWidget:
        self.count_row = row(space=10)
        self.questions = Questions(self.desk)
        self.questions.answered.connect(self._plan_again)
        self.model = PlanModel(self)
        self.model.ticked.connect(self._tell_confirm)
        self.table = QTableView()
        self.table.setModel(self.model)
        self.table.setAccessibleName(tr("导入前核对"))
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setWordWrap(False)
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(theme.px(34))
        self.table.horizontalHeader().setStretchLastSection(True)
        self.assumed = QPlainTextEdit()
        self.assumed.setReadOnly(True)
        self.assumed.setAccessibleName(tr("按以下理解读入，请核对"))
        self.assumed.setMaximumHeight(theme.px(84))
        self.returns_button = button(tr("导出退回修改表（带批注）…"), self.write_returns, icon_name="download")
        self.confirm_button = button("", self.confirm, role="primary")
        QShortcut(QKeySequence("Ctrl+Return"), self.confirm_button, self.confirm_button.click)
        safe = label(tr("尚未保存任何数据。导入前自动备份，导入后可整批撤销。"), "muted", wrap=True)
        back = button(tr("取消"), self.begin)
        page = QWidget()
        layout = column(self.count_row, self.questions, self.assumed, space=8)
        layout.addWidget(self.table, 1)
        foot = row(self.returns_button, safe, back, self.confirm_button)
        foot.setStretch(1, 1)
        safe.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        layout.addLayout(foot)
        page.setLayout(layout)
        return page

    def _done_page(self) -> QWidget:
        self.result = label("", "good", wrap=True)
        self.result_detail = label("", wrap=True)
        self.after_returns = button(tr("导出退回修改表（带批注）…"), self.write_returns, icon_name="download")
        undo = button(tr("撤销这次导入"), self.undo, icon_name="arrow-back-up")
        shown = button(tr("查看名册"), partial(self.desk.go, "appointments"), role="primary")
        again = button(tr("继续导入"), self.begin, icon_name="upload")
        page = QWidget()
        buttons = row(shown, again, self.after_returns, undo, None)
        page.setLayout(column(card(self.result, self.result_detail, 8, buttons, margin=24), None))
        return page

    def _show(self, state: int) -> None:
        self.stack.setCurrentIndex(state)
        titles = {CHOOSE: tr(self.entry.label), PLAN: tr("导入前请核对"), DONE: tr("导入完成")}
        self.title.setText(titles[state])
        if state == CHOOSE:
            self.now.setText("")

    def focus_first(self) -> None:
        """The keyboard starts at the button that goes on."""
        (self.choose_button, self.table, self.after_returns)[self.stack.currentIndex()].setFocus()

    def show_for(self, what: object) -> None:
        """Come to the front; a list of paths is read at once."""
        if isinstance(what, list):
            self.read(what)

    def begin(self) -> None:
        """Back to choosing files; what was planned is forgotten."""
        self.trial = None
        self._show(CHOOSE)
        self.focus_first()

    def choose(self) -> None:
        """Ask for files."""
        paths = self.desk.dialogs.choose_files(tr("选择要导入的表格"), tr(SPREADSHEETS))
        if paths:
            self.read(paths)

    def read(self, paths: list[Path]) -> None:
        """Read and plan in a Job; nothing is written."""
        profile, store = str(self.profile.currentData()), self.desk.store

        def work(progress: Progress) -> Trial:
            if profile != ROSTER:
                return Trial(paths, profile, plan_entity_import(store, paths, BY_PLURAL[profile]))
            books = read_books(paths, progress)
            progress.step(len(paths), len(paths), tr("正在与现有数据核对"))
            return Trial(paths, profile, plan_roster(store, books), books)

        self._run(tr("正在读取 {count} 个文件", count=len(paths)), work)

    def _plan_again(self, options: RosterOptions) -> None:
        """Make the plan anew with an answer; the files are not read again."""
        trial = self.trial
        if trial is None:
            return

        def work(progress: Progress) -> Trial:
            plan = plan_roster(self.desk.store, trial.books, options)
            progress.check()
            return Trial(trial.paths, trial.profile, plan, trial.books)

        self._run(tr("正在与现有数据核对"), work)

    def _run(self, title: str, work: object) -> None:
        self.stack.setEnabled(False)

        def failed(error: BaseException) -> None:
            self.stack.setEnabled(True)
            self.desk.tell_error(error)

        self.desk.jobs.run(
            title,
            work,  # type: ignore[arg-type]
            self._take,
            failed=failed,
            cancelled=lambda: self.stack.setEnabled(True),
        )

    def _take(self, trial: Trial) -> None:
        self.stack.setEnabled(True)
        self.trial = trial
        plan = trial.plan
        names = [path.name for path in trial.paths]
        self.now.setText(
            names[0] if len(names) == 1 else tr("{first} 等 {count} 个文件", first=names[0], count=len(names))
        )
        self._fill_counts(plan)
        self.assumed.setPlainText("\n".join(plan.assumed))
        self.assumed.setVisible(bool(plan.assumed))
        options = plan.options if isinstance(plan, RosterPlan) else RosterOptions()
        self.questions.show_questions(plan.questions, options)
        self.returns_button.setVisible(isinstance(plan, RosterPlan) and bool(plan.returned or plan.kept))
        self._filter(None)
        self._fit(len(names) > 1)
        self._tell_confirm()
        self._show(PLAN)
        self.table.setFocus()

    def _fill_counts(self, plan: Plan) -> None:
        clear(self.count_row)
        counts = Counter(each.outcome for each in plan.rows)
        group = QButtonGroup(self)
        self.counts = {}
        for outcome in (None, *WORKBOOK_OUTCOMES):
            number = len(plan.rows) if outcome is None else counts[outcome]
            if outcome is not None and not number:
                continue
            word = tr("全部") if outcome is None else tr(WORDS[outcome])
            made = QPushButton(f"{number}  {word}")
            made.setProperty("role", "count")
            made.setCheckable(True)
            made.setChecked(outcome is None)
            made.setAccessibleName(tr("只看{what}，{count} 行", what=word, count=number))
            made.setStyleSheet(f"color: {look.INK if outcome is None else COLOURS[outcome]}; font-weight: bold;")
            made.clicked.connect(partial(self._filter, outcome))
            group.addButton(made)
            self.counts[outcome] = made
            self.count_row.addWidget(made, 1)

    def _filter(self, outcome: Outcome | None, _checked: bool = False) -> None:  # noqa: FBT001, FBT002 - Qt hands it so
        if self.trial is not None:
            rows = self.trial.plan.rows
            self.model.show([each for each in rows if outcome in (None, each.outcome)])

    def _fit(self, several: bool) -> None:  # noqa: FBT001 - the one fact
        for number, width in ((TICK, 52), (FILE, 190), (ROW, 48), (OUTCOME, 84), (NAME, 96), (5, 300)):
            self.table.setColumnWidth(number, theme.px(width))
        self.table.setColumnHidden(FILE, not several)

    def _tell_confirm(self) -> None:
        assert self.trial is not None
        count = sum(1 for each in self.trial.plan.rows if each.is_written)
        unit = tr("人") if self.trial.profile in (ROSTER, "teachers") else tr("条")
        self.confirm_button.setText(tr("确认导入 {count} {unit}  Ctrl+回车", count=count, unit=unit))
        self.confirm_button.setEnabled(count > 0 or bool(self.trial.plan.edits))

    def confirm(self) -> None:
        """Back up, then write everything as one Act."""
        trial, store, operator = self.trial, self.desk.store, self.desk.operator
        if trial is None or not self.confirm_button.isEnabled():
            return

        def work(progress: Progress) -> int:
            progress.step(0, 0, tr("正在备份"))
            make_backup(store, "导入前")
            progress.step(0, 0, tr("正在保存"))
            if isinstance(trial.plan, RosterPlan):
                return carry_out_roster(store, trial.plan, operator)
            return carry_out(store, trial.plan, operator)

        def failed(error: BaseException) -> None:
            self.stack.setEnabled(True)
            self.desk.tell_error(error)

        self.stack.setEnabled(False)
        self.desk.jobs.run(
            trial.plan.title, work, self._tell_done, failed=failed, cancelled=lambda: self.stack.setEnabled(True)
        )

    def _tell_done(self, _records: int) -> None:
        assert self.trial is not None
        self.stack.setEnabled(True)
        plan = self.trial.plan
        written = sum(1 for each in plan.rows if each.is_written)
        left = sum(1 for each in plan.rows if each.outcome in _RETURNED)
        same = sum(1 for each in plan.rows if each.outcome is Outcome.SAME)
        self.result.setText(tr("{title}：已保存 {count} 行", title=plan.title, count=written))
        text = tr("无变化 {same} 行，退回修改和待确认 {left} 行。", same=same, left=left)
        self.result_detail.setText(text + tr("可在这里整批撤销，也可在“操作日志”中撤销。"))
        self.after_returns.setVisible(isinstance(plan, RosterPlan) and bool(plan.returned or plan.kept))
        self.desk.backed_up.emit()
        self._show(DONE)

    def undo(self) -> None:
        """Take the whole import back."""
        act, trial = self.desk.last_act, self.trial
        if act is None or trial is None or act.name != trial.plan.title:
            self.desk.go("log")
            return
        self.desk.undo(act, then=self.begin)

    def write_returns(self) -> None:
        """Write copies of the schools' own files with the faults marked."""
        trial = self.trial
        if trial is None or not isinstance(trial.plan, RosterPlan):
            return
        folder = self.desk.dialogs.choose_folder(tr("退回修改表保存到哪个文件夹"))
        if folder is None:
            return
        plan, books = trial.plan, trial.books

        def done(written: list[Path]) -> None:
            names = "\n".join(path.name for path in written)
            self.desk.dialogs.tell(
                tr("退回修改表"),
                tr("已写出 {count} 个文件到 {folder}：", count=len(written), folder=folder),
                detail=names,
            )

        self.desk.jobs.run(tr("写出退回修改表"), lambda _p: write_returns(plan, books, folder), done)
