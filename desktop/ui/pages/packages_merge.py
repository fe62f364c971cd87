"""One package looked into: what merging would do, conflicts decided, and the merge itself."""

from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPlainTextEdit

from desktop.errors import DesktopError
from desktop.exchange.merge import carry_out_merge, plan_merge
from desktop.exchange.merge_plan import MergePlan
from desktop.exchange.merge_row import Dispute
from desktop.exchange.merge_stage import StagedRows
from desktop.exchange.quarantine import release
from desktop.exchange.receipts import refuse_package, write_receipt, write_receipts
from desktop.exchange.settling import Settlement, settle
from desktop.exchange.streams import UP, other_year
from desktop.models.base import Record
from desktop.services.backups import load_identity, make_backup
from desktop.store import Store
from desktop.text import tr
from desktop.ui.desk import Desk
from desktop.ui.jobs import Progress
from desktop.ui.pages.import_rows import FILE, NAME, OUTCOME, ROW, TICK, PlanModel, PlanTable
from desktop.ui.pages.packages_conflicts import ConflictsDialog
from desktop.ui.pages.packages_epoch import take_in
from desktop.ui.theme import theme
from desktop.ui.widgets import YieldingWidget, button, column, label, row
from desktop.ui.written import tell_written


def answer_beside(store: Store, plan: MergePlan, folder: Path) -> tuple[Path | None, str]:
    """Write the receipt of a merged package beside it, and say where it lies, or why none and the way to get one."""
    try:
        path = write_receipt(store, plan, folder=folder, identity=load_identity(store.folder))
    except DesktopError as error:
        text = tr(
            "数据已经合并好，只是“{name}”的回执没有写成：{why}。", name=plan.card.name, why=error.sentence.rstrip("。")
        )
        return None, text + tr("请换一个U盘，在“下发”里把回执写给该单位。")
    return path, tr("回执已写到 {path}，请随U盘交还对方。", path=path)


Disputes = dict[str, tuple[type[Record], str, Dispute]]


class _Shown(NamedTuple):
    """A plan with what is read of it beside the window: its disputes, and its rows in the order in which they stand."""

    plan: MergePlan
    disputes: Disputes
    rows: StagedRows
    accepted: bool
    """Whether a new database of the sender was accepted."""


class MergeView(YieldingWidget):
    """The plan of one package until it is merged or left."""

    planned = Signal()
    left = Signal()
    answered = Signal(str, str, object)
    """The package is dealt with: the title and the text to say, and the receipt that lies beside it, if one does."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.plan: MergePlan | None = None
        self._disputes: Disputes = {}
        self._path = Path()
        self._held = ""
        self._accepted = False
        self.heading = label("", "section", wrap=True)
        self.account = QPlainTextEdit()
        self.account.setReadOnly(True)
        self.account.setAccessibleName(tr("收支表"))
        self.account.setMaximumHeight(theme.px(170))
        self.warning = label("", "problem", wrap=True)
        self.model = PlanModel(self)
        self.rows = PlanTable(self.model, ((OUTCOME, 84), (NAME, 220), (5, 360)))
        self.rows.setAccessibleName(tr("合并前核对"))
        for number in (TICK, FILE, ROW):
            self.rows.setColumnHidden(number, True)
        self.merge_button = button(tr("确认合并"), self.merge, role="primary")
        self.settle_button = button(tr("处理差异"), self.settle_conflicts, icon_name="gavel")
        self.refuse_button = button(tr("整包退回"), self.refuse, icon_name="arrow-back-up", role="danger")
        self.code = label("", "muted")
        safe = label(tr("尚未保存任何数据。合并前自动备份，合并后可整批撤销。"), "muted", wrap=True)
        leave = button(tr("返回"), self.leave)
        export = button(tr("导出预览"), self.export, icon_name="download")
        foot = row(self.code, safe, leave, export, self.refuse_button, self.settle_button, self.merge_button)
        foot.setStretch(1, 1)
        layout = column(self.heading, self.warning, self.account, space=8)
        layout.addWidget(self.rows, 1)
        layout.addLayout(foot)
        self.setLayout(layout)

    def plan_package(self, path: Path, *, accepted: bool = False, held: str = "") -> None:
        """Decide what merging would do; nothing is written."""
        store = self.desk.store
        self._path, self._held = path, held

        def work(progress: Progress, accepted: bool) -> _Shown:  # noqa: FBT001 - as `take_in` calls it
            progress.step(0, 0, tr("正在核对签名和内容"))
            identity = load_identity(store.folder)
            plan = plan_merge(store, path, identity=identity, accept_new_epoch=accepted, step=progress.step)
            return _Shown(plan, plan.disputes(), plan.rows_told_first, accepted)

        take_in(self.desk, tr("核对 {name}", name=path.name), work, self._show_plan, accepted=accepted)

    def _show_plan(self, shown: _Shown) -> None:
        plan, disputes, rows, self._accepted = shown
        self.plan, self._disputes = plan, disputes
        self.heading.setText(plan.title)
        self.account.setPlainText("\n".join([*plan.account_lines(), *plan.assumed]))
        told = [other_year(plan.header, self.desk.year)]
        if not plan.key_confirmed:
            told.append(tr("对方密钥还没有确认，现在只能查看。请到“密钥”页核对：{code}", code=plan.fingerprint))
        self.warning.setText("\n".join(filter(None, told)))
        self.warning.setVisible(any(told))
        self.merge_button.setEnabled(plan.key_confirmed)
        self.refuse_button.setVisible(plan.stream.way == UP and plan.key_confirmed)
        self.settle_button.setVisible(bool(disputes))
        self.settle_button.setText(tr("处理差异（{count} 项）", count=len(disputes)))
        self.code.setText(tr("电话核对码：{code}", code=plan.check_code))
        self.model.show(rows)
        self.planned.emit()
        self.rows.setFocus()

    def settle_conflicts(self) -> None:
        """Let a person decide; the package is planned again and follows the decisions."""
        if self.plan is None:
            return
        dialog = ConflictsDialog(self._disputes, self)
        if not self.desk.dialogs.run(dialog):
            return
        self.settle(dialog.settlements())

    def settle(self, settlements: dict[str, Settlement]) -> None:
        """Record decisions and plan again."""
        plan, store, operator = self.plan, self.desk.store, self.desk.operator
        disputes = self._disputes
        if plan is None or not settlements:
            return

        def work(_progress: Progress) -> int:
            return settle(
                store,
                disputes,
                settlements,
                sender=plan.header.sender,
                package=plan.title[:60],
                last_act=plan.last_act,
                operator=operator,
            )

        def done(_count: int) -> None:
            self.plan_package(self._path, accepted=self._accepted, held=self._held)

        self.desk.jobs.run(tr("保存处理结果"), work, done, can_cancel=False, once=True)

    def merge(self) -> None:
        """Back up, merge as one Act, and write the receipt beside a package from below."""
        plan, path, store, operator, held = self.plan, self._path, self.desk.store, self.desk.operator, self._held
        if plan is None:
            return

        def work(progress: Progress) -> tuple[Path | None, str]:
            progress.step(0, 0, tr("正在备份"))
            make_backup(store, "合并前")
            progress.step(0, 0, tr("正在合并"))
            carry_out_merge(store, plan, operator, step=progress.step)
            if held:
                release(store, held)
            if plan.stream.way != UP or held:
                return None, ""
            return answer_beside(store, plan, path.parent)

        def done(found: tuple[Path | None, str]) -> None:
            receipt, told = found
            self.desk.backed_up.emit()
            text = tr("{title}：已完成。", title=plan.title) + told
            self.plan = None
            self.answered.emit(tr("合并完成"), text, receipt)

        said = tr("已停止，没有合并任何记录")
        self.desk.jobs.run(plan.title, work, done, cancelled=lambda: self.desk.said.emit(said), once=True)

    def export(self) -> None:
        """Save the plan field by field, to be looked at with others before anything is merged."""
        plan = self.plan
        kinds = "表格 (*.xlsx);;文本表格 (*.csv)"
        name = tr("合并预览_{office}.xlsx", office=plan.card.code) if plan is not None else ""
        path = self.desk.dialogs.choose_path(tr("导出预览"), name, kinds) if plan is not None else None
        if plan is None or path is None:
            return

        def done(count: int) -> None:
            tell_written(self.desk, tr("导出完成"), tr("已导出 {count} 行，号码已隐去中间各位。", count=count), [path])

        def work(_progress: Progress) -> int:
            written: int = import_module("desktop.exchange.plan_sheet").export_plan(path, plan)
            return written

        self.desk.jobs.run(tr("导出预览"), work, done, can_cancel=False)

    def refuse(self) -> None:
        """Send the whole package back with a reason, and write the receipt that says so."""
        plan, path, store, operator, held = self.plan, self._path, self.desk.store, self.desk.operator, self._held
        if plan is None:
            return
        text = tr("“{title}”不合并，退回对方重报。原因会写在回执上：", title=plan.title)
        why = self.desk.dialogs.ask_text(tr("整包退回"), text)
        if why is None:
            return

        def work(_progress: Progress) -> Path | None:
            refuse_package(store, plan, why, operator)
            if held:  # it lies on this computer; the receipt goes with the next ones
                release(store, held)
                return None
            identity = load_identity(store.folder)
            year = int(plan.manifest["year"])
            return write_receipts(store, plan.card, year=year, folder=path.parent, identity=identity)

        def done(receipt: Path | None) -> None:
            text = tr("已退回，没有合并任何记录。")
            if receipt is not None:
                text += tr("回执已写到 {path}，请随U盘交还对方。", path=receipt)
            else:
                text += tr("请在“下发”里把回执写给该单位。")
            self.plan = None
            self.answered.emit(tr("整包退回"), text, receipt)

        self.desk.jobs.run(tr("整包退回"), work, done, can_cancel=False, once=True)

    def leave(self) -> None:
        """Back to what came; the plan is forgotten."""
        self.plan = None
        self.left.emit()
