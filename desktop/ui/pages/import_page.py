"""Importing spreadsheets: choose or drop files, look at the plan, answer, confirm, undo, send back."""

from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop.errors import StalePlan, UnreadableFile
from desktop.exchange.plan import Outcome
from desktop.exchange.roster.answers import RosterOptions
from desktop.exchange.roster.plan import NothingFound, RosterPlan
from desktop.store.history import ActLine, list_acts
from desktop.text import tr
from desktop.ui.desk import Desk
from desktop.ui.forms.sayings import local_time
from desktop.ui.jobs import Progress, Work
from desktop.ui.page import Page
from desktop.ui.pages.import_choose import ChooseView
from desktop.ui.pages.import_columns_dialog import ColumnsDialog
from desktop.ui.pages.import_plan import PlanView
from desktop.ui.pages.import_summary import write_summary
from desktop.ui.pages.import_trial import (
    RETURNED,
    Files,
    Trial,
    carry_out_trial,
    plan_files,
    read_files,
    write_trial_returns,
)
from desktop.ui.screens import Entry
from desktop.ui.widgets import button, card, column, label, row
from desktop.ui.written import tell_written

CHOOSE, PLAN, DONE = range(3)


class ImportPage(Page):
    """Three states of one page: choose, plan, done."""

    def __init__(self, desk: Desk, entry: Entry) -> None:
        super().__init__(desk, tr(entry.label))
        self.entry = entry
        self.trial: Trial | None = None
        self.act: ActLine | None = None
        self._is_writing = False
        self.choosing = ChooseView(desk)
        self.choosing.chosen.connect(self.read)
        self.view = PlanView(desk)
        self.view.answered.connect(self.plan_again)
        self.view.confirmed.connect(self.confirm)
        self.view.returns_wanted.connect(self.write_returns)
        self.view.left.connect(self.begin)
        self.view.planned_anew.connect(lambda: self.plan_again(self.view.options))
        self.stack = QStackedWidget()
        for page in (self.choosing, self.view, self._done_page()):
            self.stack.addWidget(page)
        self.body.addWidget(self.stack, 1)
        desk.changed.connect(lambda _entities: self._hear_change())
        self._show(CHOOSE)

    def _done_page(self) -> QWidget:
        self.result = label("", "good", wrap=True)
        self.result_detail = label("", wrap=True)
        self.after_returns = button(tr("导出退回修改表（带批注）…"), self.write_returns, icon_name="download")
        self.summary_button = button(tr("导入小结存为文本…"), self.write_summary, icon_name="file-text")
        self.undo_button = button(tr("撤销这次导入"), self.undo, icon_name="arrow-back-up")
        shown = button(tr("查看名册"), partial(self.desk.go, "appointments"), role="primary")
        again = button(tr("继续导入"), self.begin, icon_name="upload", keys="Ctrl+O")
        page = QWidget()
        onward = row(shown, again, None)
        about = row(self.after_returns, self.summary_button, self.undo_button, None)
        page.setLayout(column(card(self.result, self.result_detail, 8, onward, about, margin=24), None))
        return page

    def _show(self, state: int) -> None:
        self.stack.setCurrentIndex(state)
        titles = {CHOOSE: tr(self.entry.label), PLAN: tr("导入前请核对"), DONE: tr("导入完成")}
        self.title.setText(titles[state])
        if state == CHOOSE:
            self.now.setText("")
            self.choosing.refresh()

    def focus_first(self) -> None:
        """The keyboard starts at the button that goes on."""
        (self.choosing.choose_button, self.view.table, self.after_returns)[self.stack.currentIndex()].setFocus()

    def show_for(self, what: object) -> None:
        """Come to the front; a list of paths is read at once."""
        if isinstance(what, list):
            self.read(what)
        elif self.stack.currentIndex() == CHOOSE:
            self.choosing.refresh()

    def begin(self) -> None:
        """Back to choosing files; what was planned is forgotten."""
        self.trial = None
        self._show(CHOOSE)
        self.focus_first()

    def read(self, paths: list[Path]) -> None:
        """Read and plan in Jobs; nothing is written."""
        work = partial(read_files, paths, str(self.choosing.profile.currentData()))
        self._run(tr("正在读取 {count} 个文件", count=len(paths)), work, self._take_files)

    def _take_files(self, files: Files) -> None:
        """Go on with what could be read, if the clerk wants it without the rest."""
        if files.unreadable:
            told = tr("有 {count} 个文件读不了，这些文件没有读入：", count=len(files.unreadable))
            detail = "\n".join(files.unreadable)
            if not files.books:
                several = len(files.unreadable) > 1
                said = (told, detail) if several else (detail, "")
                self.desk.dialogs.tell(tr("没有读入"), said[0], detail=said[1], why=UnreadableFile.topic)
                return
            going = tr("继续导入其余 {count} 个文件", count=len(files.books))
            if self.desk.dialogs.ask(tr("部分文件读不了"), told, going, tr("都不导入"), detail=detail) != going:
                return
        self._plan(files, RosterOptions())

    def _plan(self, files: Files, options: RosterOptions) -> None:
        def failed(error: BaseException) -> None:
            if isinstance(error, NothingFound) and error.columns:
                self._ask_columns(files, options, error)
            else:
                self.desk.tell_error(error)

        work = partial(plan_files, self.desk.store, files, options)
        self._run(tr("正在与现有数据核对"), work, self.take_trial, failed)

    def _ask_columns(self, files: Files, options: RosterOptions, error: NothingFound) -> None:
        """No headings were recognised: the clerk may say what they mean."""
        said = tr("{problem}。如果是名册，请指定各栏目是什么（至少姓名等三项）：", problem=error.sentence.rstrip("。"))
        dialog = ColumnsDialog(error.columns, options, said)
        if self.desk.dialogs.run(dialog):
            self._plan(files, dialog.options)

    def plan_again(self, options: RosterOptions) -> None:
        """Make the plan anew with what was answered; the files are not read again."""
        if self.trial is not None:
            self._plan(self.trial.files, options)

    def _run(self, title: str, work: Work, done: object, failed: object = None) -> None:
        self.stack.setEnabled(False)

        def over() -> None:
            self.stack.setEnabled(True)
            self._is_writing = False

        def finish(result: object) -> None:
            over()
            done(result)  # type: ignore[operator]

        def fail(error: BaseException) -> None:
            over()
            (failed or self.desk.tell_error)(error)  # type: ignore[operator]

        self.desk.jobs.run(title, work, finish, failed=fail, cancelled=over)

    def take_trial(self, trial: Trial) -> None:
        """Show a plan."""
        self.trial = trial
        self.now.setText(_told(trial))
        self.view.show_trial(trial)
        self._show(PLAN)
        self.view.table.setFocus()

    def _hear_change(self) -> None:
        """Somebody changed the data while a plan was looked at."""
        if self.stack.currentIndex() == PLAN and not self._is_writing:
            self.view.tell_stale(tr("数据刚有改动，这份预览已经过时，不能按它导入。"))
        if self.stack.currentIndex() == DONE and self.act is not None:
            self._look_whether_undone(self.act)

    def _look_whether_undone(self, act: ActLine) -> None:
        """An import that was taken back elsewhere, by Ctrl+Z or from the log, is over here too."""

        def read(_progress: Progress) -> bool:
            with self.desk.store.read() as session:
                return any(each.undone_by is not None for each in list_acts(session, only=act.id))

        def take(is_undone: bool) -> None:  # noqa: FBT001 - what a Job brings
            if is_undone and self.act is act and self.stack.currentIndex() == DONE:
                self.trial = None
                self._show(CHOOSE)

        self.desk.jobs.run("undone", read, take, quiet=True)

    def confirm(self) -> None:
        """Back up, then write everything as one Act."""
        trial = self.trial
        if trial is None or not self.view.confirm_button.isEnabled():
            return
        if isinstance(trial.plan, RosterPlan):
            bearer = self.view.bearer.text().strip() or None
            trial.plan.options = replace(trial.plan.options, bearer=bearer)

        def failed(error: BaseException) -> None:
            if isinstance(error, StalePlan):
                self.view.tell_stale(tr("{problem}。", problem=error.sentence))
            else:
                self.desk.tell_error(error)

        work = partial(carry_out_trial, self.desk.store, trial, self.desk.operator)
        self._is_writing = True
        self._run(trial.plan.title, work, self.tell_done, failed)

    def tell_done(self, act: ActLine | None) -> None:
        """Say what was saved and what was not."""
        assert self.trial is not None
        self.act = act
        plan, unit = self.trial.plan, self.trial.unit
        written = sum(1 for each in plan.rows if each.is_written)
        left = sum(1 for each in plan.rows if each.outcome in RETURNED)
        same = sum(1 for each in plan.rows if each.outcome is Outcome.SAME)
        away = sum(1 for each in plan.rows if not each.ticked)
        self.result.setText(tr("{title}：已保存 {count} {unit}", title=plan.title, count=written, unit=unit))
        told = [tr("无变化 {count} {unit}", count=same, unit=unit)]
        told += [tr("退回修改和待确认 {count} {unit}", count=left, unit=unit)]
        told += [tr("您取消勾选的 {count} {unit}", count=away, unit=unit)] if away else []
        self.result_detail.setText("，".join(told) + tr("。可在这里整批撤销，也可在“操作日志”中撤销。"))
        self.after_returns.setVisible(self.trial.has_returns)
        self.undo_button.setEnabled(act is not None)
        self.view.bearer.set_text("")
        self.desk.backed_up.emit()
        self._show(DONE)
        self.focus_first()

    def undo(self) -> None:
        """Take the whole import back."""
        if self.act is not None:
            self.desk.undo(self.act, then=self.begin)

    def write_returns(self) -> None:
        """Write copies of the senders' own files with the faults marked."""
        trial = self.trial
        if trial is None:
            return
        folder = self.desk.dialogs.choose_folder(tr("退回修改表保存到哪个文件夹"))
        if folder is None:
            return

        def work(progress: Progress) -> list[Path]:
            progress.step(0, 0, tr("正在写出退回修改表"))
            return write_trial_returns(trial, folder)

        def done(written: list[Path]) -> None:
            text = tr("已写出 {count} 个文件，可直接发回学校：", count=len(written))
            tell_written(self.desk, tr("退回修改表"), text, written)

        self.desk.jobs.run(tr("写出退回修改表"), work, done)

    def write_summary(self) -> None:
        """Keep what the import did as a text file."""
        trial = self.trial
        if trial is None:
            return
        name = tr("导入小结_{name}.txt", name=trial.files.books[0][0].stem)
        path = self.desk.dialogs.choose_path(tr("导入小结存为文本"), name, tr("文本文件 (*.txt)"))
        if path is None:
            return
        office = str(self.desk.office["name"])
        work = partial(write_summary, trial, self.act, office, path)

        def done(_nothing: object) -> None:
            tell_written(self.desk, tr("导入小结"), tr("导入小结已保存。"), [path])

        self.desk.jobs.run(tr("写出导入小结"), lambda _progress: work(), done, quiet=True, can_cancel=False)


def _told(trial: Trial) -> str:
    """Which files, and as whose which report they are taken."""
    names = [path.name for path, _book in trial.files.books]
    told = names[0] if len(names) == 1 else tr("{first} 等 {count} 个文件", first=names[0], count=len(names))
    plan = trial.plan
    if not isinstance(plan, RosterPlan):
        return told
    if len(plan.receptions) == 1:
        [incoming] = plan.receptions
        number = tr("{sender} 第 {number} 次报送", sender=incoming.sender_name, number=incoming.number)
        last = incoming.earlier.base if incoming.earlier is not None else None
        since = tr("（上次 {when}）", when=local_time(last.received_at)) if last is not None else ""
        return f"{told} · {number}{since}"
    again = sum(1 for incoming in plan.receptions if incoming.number > 1)
    return told + (tr(" · 其中 {count} 个是再次报送", count=again) if again else "")
