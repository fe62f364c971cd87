"""What an import for a class would do, row by row, over the piece it was asked for from; confirmed it is one Act."""

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QWidget

from desktop.errors import RefusedError
from desktop.exchange.plan import WORKBOOK_OUTCOMES, Plan, carry_out
from desktop.exchange.roster.returns import write_entity_returns
from desktop.exchange.workbook.cells import Book
from desktop.services.backups import make_backup
from desktop.text import tr
from desktop.ui.desk import Desk
from desktop.ui.jobs import Progress
from desktop.ui.pages.import_rows import CHANGES, FILE, NAME, OUTCOME, ROW, TICK, WORDS, PlanModel, PlanTable
from desktop.ui.pages.import_trial import RETURNED, read_files
from desktop.ui.widgets import ShortLabel, button, column, label, row
from desktop.ui.written import tell_written

Books = list[tuple[Path, Book]]
TrialPlan = Callable[[Books], Plan]
"""Makes the plan of the files that were read."""
_WIDTHS: Final = ((TICK, 48), (FILE, 150), (ROW, 44), (OUTCOME, 80), (NAME, 90), (CHANGES, 210))


class PlanPanel(QWidget):
    """Rows with their outcome; `left` is told when the clerk goes back or everything is written."""

    left = Signal()
    written = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.plan: Plan | None = None
        self._books: Books = []
        self.title = ShortLabel("", "section")
        self.counts = label("", "muted", wrap=True)
        self.only_wrong = QCheckBox(tr("只看退回和待确认的"))
        self.only_wrong.toggled.connect(lambda _on: self._fill())
        self.model = PlanModel(self)
        self.model.ticked.connect(self._tell)
        self.table = PlanTable(self.model, _WIDTHS)
        self.returns_button = button(tr("导出退回修改表（带批注）…"), self.write_returns, icon_name="download")
        self.confirm_button = button("", self.confirm, role="primary")
        safe = label(tr("尚未保存任何数据。确认前自动备份，导入后可整批撤销。"), "muted", wrap=True)
        foot = row(self.returns_button, safe, button(tr("取消"), self.left.emit), self.confirm_button)
        foot.setStretch(1, 1)
        layout = column(row(self.title, None, self.only_wrong), self.counts, self.table, foot, space=8)
        layout.setStretch(2, 1)
        self.setLayout(layout)

    def read(self, paths: Sequence[Path], make: TrialPlan, then: Callable[[], None]) -> None:
        """Read files and plan them in a Job; `then` brings the panel to the front. What cannot be read is told."""

        def work(progress: Progress) -> tuple[Books, Plan]:
            files = read_files(list(paths), "", progress)
            if files.unreadable:
                raise RefusedError("\n".join(files.unreadable))
            progress.step(0, 0, tr("正在与现有数据核对"))
            return files.books, make(files.books)

        def take(found: tuple[Books, Plan]) -> None:
            self._books = found[0]
            self.show_plan(found[1])
            then()

        self._desk.jobs.run(tr("读取 {count} 个文件", count=len(paths)), work, take)

    def plan_text(self, make: Callable[[], Plan], then: Callable[[], None]) -> None:
        """Plan what was pasted, in a Job."""

        def take(found: Plan) -> None:
            self._books = []
            self.show_plan(found)
            then()

        self._desk.jobs.run(tr("核对粘贴的内容"), lambda _progress: make(), take)

    def show_plan(self, plan: Plan) -> None:
        """Show a plan."""
        self.plan = plan
        self.title.setText(plan.title)
        counts = Counter(each.outcome for each in plan.rows)
        parts = [f"{tr(WORDS[each])} {counts[each]}" for each in WORKBOOK_OUTCOMES if counts[each]]
        self.counts.setText(" · ".join([tr("共 {count} 行", count=len(plan.rows)), *parts]))
        has_wrong = any(counts[each] for each in RETURNED)
        self.only_wrong.setChecked(False)
        self.only_wrong.setVisible(has_wrong)
        self.returns_button.setVisible(has_wrong and bool(self._books))
        self.table.setColumnHidden(FILE, len(self._books) < 2)
        self._fill()
        self.confirm_button.setFocus()

    def _fill(self) -> None:
        rows = self.plan.rows if self.plan is not None else []
        self.model.show([each for each in rows if not self.only_wrong.isChecked() or each.outcome in RETURNED])
        self._tell()

    def _tell(self) -> None:
        count = sum(each.is_written for each in self.plan.rows) if self.plan is not None else 0
        self.confirm_button.setText(tr("确认导入 {count} 人", count=count))
        self.confirm_button.setEnabled(count > 0)

    def confirm(self) -> None:
        """Back up, then write all as one Act."""
        plan, store, operator = self.plan, self._desk.store, self._desk.operator
        if plan is None:
            return
        count = sum(each.is_written for each in plan.rows)

        def work(progress: Progress) -> None:
            progress.step(0, 0, tr("正在备份"))
            make_backup(store, "导入前")
            progress.step(0, 0, tr("正在保存"))
            carry_out(store, plan, operator, check=progress.check)

        def done(_none: object) -> None:
            self._desk.said.emit(tr("已导入 {count} 人", count=count))
            self.written.emit()
            self.left.emit()

        self._desk.jobs.run(plan.title, work, done, once=True)

    def write_returns(self) -> None:
        """Write copies of the files with the faults marked."""
        plan, books = self.plan, self._books
        folder = self._desk.dialogs.choose_folder(tr("退回修改表存到哪个文件夹")) if plan is not None else None
        if plan is None or folder is None:
            return

        def done(paths: list[Path]) -> None:
            told = tr("已写出 {count} 个退回修改表", count=len(paths))
            tell_written(self._desk, tr("退回修改表"), told, paths)

        self._desk.jobs.run(tr("写出退回修改表"), lambda _p: write_entity_returns(plan, books, folder), done)
