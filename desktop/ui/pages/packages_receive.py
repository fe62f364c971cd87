"""Receiving: everything on a stick looked at, merged in one go; one package looked into, conflicts decided."""

from pathlib import Path

from PySide6.QtWidgets import QPlainTextEdit, QStackedWidget, QWidget

from desktop.errors import PackageRefused
from desktop.exchange.gathering import LABELS, Gathered, Gathering, State, carry_out, gather
from desktop.exchange.merge import carry_out_merge, plan_merge
from desktop.exchange.merge_plan import MergePlan
from desktop.exchange.quarantine import held_packages, path_of, release
from desktop.exchange.receipts import write_receipt
from desktop.exchange.settling import Settlement, settle
from desktop.exchange.streams import RECEIPTS as RECEIPT_STREAM
from desktop.exchange.streams import UP
from desktop.models.local import HeldPackage
from desktop.services.backups import load_identity, make_backup
from desktop.text import tr
from desktop.ui import theme as look
from desktop.ui.desk import Desk
from desktop.ui.jobs import Progress
from desktop.ui.pages.import_rows import FILE, NAME, OUTCOME, ROW, TICK, PlanModel, PlanTable
from desktop.ui.pages.packages_conflicts import ConflictsDialog
from desktop.ui.pages.packages_send import DrivePicker, SendTab
from desktop.ui.pages.packages_table import Row, RowsTable
from desktop.ui.theme import theme
from desktop.ui.widgets import button, column, label, row

PACKAGES = "数据包 (*.cpkg)"
_CALL = ("new-epoch",)
_COLOURS = {State.READY: look.ACCENT, State.MERGED: look.ACCENT, State.WAITING: look.AMBER, State.REFUSED: look.RED}


class ReceiveTab(QWidget):
    """What came from below or from above."""

    def __init__(self, desk: Desk, send: SendTab) -> None:
        super().__init__()
        self.desk = desk
        self._send = send
        self.plan: MergePlan | None = None
        self.gathering: Gathering | None = None
        self._path = Path()
        self._held = ""
        self.stack = QStackedWidget()
        self.stack.addWidget(self._folder_page())
        self.stack.addWidget(self._plan_page())
        layout = column()
        layout.addWidget(self.stack, 1)
        self.setLayout(layout)

    def _folder_page(self) -> QWidget:
        self.picker = DrivePicker(self.desk, tr("数据包在哪里"))
        self.look_button = button(tr("查找数据包"), self.look, icon_name="search", role="primary")
        self.picker.layout().addWidget(self.look_button)  # type: ignore[union-attr]
        self.picker.layout().addWidget(button(tr("选择文件"), self.choose, icon_name="folder-open"))  # type: ignore[union-attr]
        said = tr("找出U盘上所有数据包（隐藏的也找），只看不运行；先看会改动什么，确认后才合并。暂存的随时可以再试。")
        headings = (tr("单位"), tr("数据包"), tr("处理"), tr("条数"), tr("说明"))
        self.table = RowsTable(tr("收到的数据包"), headings, (220, 210, 120, 190, 330))
        self.table.doubleClicked.connect(lambda _index: self.open_selected())
        self.summary = label("", "muted", wrap=True)
        self.merge_all_button = button(tr("全部合并"), self.merge_all, role="primary")
        self.merge_all_button.setEnabled(False)
        foot = row(
            self.summary,
            button(tr("查看所选"), self.open_selected, icon_name="eye"),
            button(tr("丢弃暂存"), self.drop_held, icon_name="trash"),
            self.merge_all_button,
        )
        foot.setStretch(0, 1)
        page = QWidget()
        layout = column(self.picker, label(said, "muted", wrap=True), space=10)
        layout.addWidget(self.table, 1)
        layout.addLayout(foot)
        page.setLayout(layout)
        return page

    def _plan_page(self) -> QWidget:
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
        self.code = label("", "muted")
        safe = label(tr("尚未保存任何数据。合并前自动备份，合并后可整批撤销。"), "muted", wrap=True)
        foot = row(self.code, safe, button(tr("返回"), self.begin), self.settle_button, self.merge_button)
        foot.setStretch(1, 1)
        page = QWidget()
        layout = column(self.heading, self.warning, self.account, space=8)
        layout.addWidget(self.rows, 1)
        layout.addLayout(foot)
        page.setLayout(layout)
        return page

    # What came

    def refresh(self) -> None:
        """Look for drives; show what was found last, and what waits."""
        self.picker.refresh()
        self._show_items()

    def _show_items(self) -> None:
        items = self.gathering.items if self.gathering is not None else []
        seen = {item.sha256 for item in items if item.sha256}
        with self.desk.store.read() as session:
            held = [each for each in held_packages(session) if each.sha256 not in seen]
        self.table.show_rows([*(_item_row(item) for item in items), *(_held_row(each) for each in held)])
        ready = len(self.gathering.of(State.READY)) if self.gathering is not None else 0
        self.merge_all_button.setEnabled(ready > 0)
        self.merge_all_button.setText(tr("全部合并（{count} 个）", count=ready) if ready else tr("全部合并"))
        told = [self.gathering.summary(), *self.gathering.told] if self.gathering is not None else []
        self.summary.setText("\n".join([*told, *([tr("暂存待处理 {count} 个", count=len(held))] if held else [])]))

    def look(self) -> None:
        """Look through a drive or folder."""
        folder = self.picker.folder()
        if folder is not None:
            self.look_in(folder)

    def look_in(self, folder: Path) -> None:
        """Plan every package in a folder."""
        store = self.desk.store

        def work(progress: Progress) -> Gathering:
            return gather(store, folder, identity=load_identity(store.folder), step=progress.step)

        self.desk.jobs.run(tr("查找数据包"), work, self._show_gathering)

    def _show_gathering(self, gathering: Gathering) -> None:
        self.gathering = gathering
        self._show_items()
        self.table.setFocus()

    def merge_all(self) -> None:
        """Merge everything that can be; each office is an Act of its own, receipts lie beside the packages."""
        gathering, store, operator = self.gathering, self.desk.store, self.desk.operator
        if gathering is None:
            return
        text = tr(
            "将合并 {count} 个数据包，每个单位一批，可分别撤销。有差异的记录保留本单位现有内容。",
            count=len(gathering.of(State.READY)),
        )
        merge = tr("全部合并")
        if self.desk.dialogs.ask(tr("全部合并"), text, merge, tr("再看看")) != merge:
            return

        def work(progress: Progress) -> Gathering:
            identity = load_identity(store.folder)
            progress.step(0, 0, tr("正在备份"))
            make_backup(store, "合并前")
            carry_out(store, gathering, operator, identity=identity, step=progress.step)
            for item in gathering.of(State.MERGED):
                if item.plan is not None and item.plan.stream.way == UP:
                    progress.step(0, 0, tr("正在写回执：{office}", office=item.office))
                    write_receipt(store, item.plan, folder=item.found.path.parent, identity=identity)
            return gathering

        def done(found: Gathering) -> None:
            self.desk.backed_up.emit()
            self._show_gathering(found)
            self.desk.dialogs.tell(tr("合并完成"), found.summary() + tr("回执已写在各数据包旁边。"))

        self.desk.jobs.run(tr("全部合并"), work, done, cancelled=self._show_items)

    def choose(self) -> None:
        """Ask for one file."""
        files = self.desk.dialogs.choose_files(tr("选择数据包"), tr(PACKAGES))
        if files:
            self.plan_package(files[0])

    def open_selected(self) -> None:
        """Look into the selected package."""
        what = self.table.selected()
        if isinstance(what, HeldPackage):
            self._held = what.sha256
            self.plan_package(path_of(self.desk.store, what), held=what.sha256)
        elif isinstance(what, Gathered) and _is_receipt(what):
            self._send.take_receipt(what.found.path)
        elif isinstance(what, Gathered):
            self.plan_package(what.found.path, held=what.sha256)

    def drop_held(self) -> None:
        """Give up a package that waits."""
        what = self.table.selected()
        sha256 = what.sha256 if isinstance(what, (HeldPackage, Gathered)) else ""
        if not sha256:
            self.desk.dialogs.tell(tr("丢弃暂存"), tr("请先选择一个暂存的数据包。"))
            return
        drop = tr("丢弃")
        text = tr("丢弃这个暂存的数据包。U盘上的原件不受影响。")
        if self.desk.dialogs.ask(tr("丢弃暂存"), text, drop, tr("保留"), danger=drop) == drop:
            release(self.desk.store, sha256)
            self.gathering = None
            self._show_items()

    # One package

    def plan_package(self, path: Path, *, accept_new_epoch: bool = False, held: str = "") -> None:
        """Decide what merging would do; nothing is written."""
        store = self.desk.store
        self._path, self._held, self._accepted = path, held, accept_new_epoch

        def work(progress: Progress) -> MergePlan:
            progress.step(0, 0, tr("正在核对签名和内容"))
            identity = load_identity(store.folder)
            return plan_merge(store, path, identity=identity, accept_new_epoch=accept_new_epoch)

        def failed(error: BaseException) -> None:
            if isinstance(error, PackageRefused) and error.code in _CALL:
                self._ask_epoch(error)
            else:
                self.desk.tell_error(error)

        self.desk.jobs.run(tr("核对 {name}", name=path.name), work, self._show_plan, failed=failed)

    def _ask_epoch(self, error: PackageRefused) -> None:
        called = tr("已电话核实，继续")
        if self.desk.dialogs.ask(tr("请先核实"), error.sentence, called, tr("暂不接收"), danger=called) == called:
            self.plan_package(self._path, accept_new_epoch=True, held=self._held)

    def _show_plan(self, plan: MergePlan) -> None:
        self.plan = plan
        self.heading.setText(plan.title)
        self.account.setPlainText("\n".join([*plan.account_lines(), *plan.assumed]))
        self.warning.setVisible(not plan.key_confirmed)
        if not plan.key_confirmed:
            self.warning.setText(
                tr("对方密钥还没有确认，现在只能查看。请到“密钥”页核对：{code}", code=plan.fingerprint)
            )
        self.merge_button.setEnabled(plan.key_confirmed)
        disputes = plan.disputes()
        self.settle_button.setVisible(bool(disputes))
        self.settle_button.setText(tr("处理差异（{count} 项）", count=len(disputes)))
        self.code.setText(tr("电话核对码：{code}", code=plan.check_code))
        self.model.show(sorted(plan.rows, key=lambda each: not each.problems))
        self.stack.setCurrentIndex(1)
        self.rows.setFocus()

    def settle_conflicts(self) -> None:
        """Let a person decide; the package is planned again and follows the decisions."""
        plan = self.plan
        if plan is None:
            return
        dialog = ConflictsDialog(plan.disputes(), self)
        if not self.desk.dialogs.run(dialog):
            return
        self.settle(dialog.settlements())

    def settle(self, settlements: dict[str, Settlement]) -> None:
        """Record decisions and plan again."""
        plan, store, operator = self.plan, self.desk.store, self.desk.operator
        if plan is None or not settlements:
            return

        def work(_progress: Progress) -> int:
            return settle(
                store,
                plan.disputes(),
                settlements,
                sender=plan.header.sender,
                package=plan.title[:60],
                last_act=plan.last_act,
                operator=operator,
            )

        def done(_count: int) -> None:
            self.plan_package(self._path, accept_new_epoch=self._accepted, held=self._held)

        self.desk.jobs.run(tr("保存处理结果"), work, done, can_cancel=False)

    def merge(self) -> None:
        """Back up, merge as one Act, and write the receipt beside a package from below."""
        plan, path, store, operator, held = self.plan, self._path, self.desk.store, self.desk.operator, self._held
        if plan is None:
            return

        def work(progress: Progress) -> Path | None:
            progress.step(0, 0, tr("正在备份"))
            make_backup(store, "合并前")
            progress.step(0, 0, tr("正在合并"))
            carry_out_merge(store, plan, operator)
            receipt = None
            if plan.stream.way == UP and not held:
                receipt = write_receipt(store, plan, folder=path.parent, identity=load_identity(store.folder))
            if held:
                release(store, held)
            return receipt

        def done(receipt: Path | None) -> None:
            self.desk.backed_up.emit()
            text = tr("{title}：已完成。", title=plan.title)
            if receipt is not None:
                text += tr("回执已写到 {path}，请随U盘交还对方。", path=receipt)
            self.desk.dialogs.tell(tr("合并完成"), text)
            self.gathering = None
            self.begin()

        self.desk.jobs.run(plan.title, work, done, can_cancel=False)

    def begin(self) -> None:
        """Back to what came."""
        self.plan = None
        self.stack.setCurrentIndex(0)
        self._show_items()


def _is_receipt(item: Gathered) -> bool:
    return item.found.header is not None and item.found.header.kind == RECEIPT_STREAM.kind


def _item_row(item: Gathered) -> Row:
    counts = ""
    if item.plan is not None:
        some = item.plan.counts()
        shown = (
            ("new", "新增"),
            ("changed", "有变更"),
            ("conflict", "待核对"),
            ("refused", "拒收"),
            ("invalid", "退回"),
        )
        counts = "，".join(f"{tr(word)} {some[name]}" for name, word in shown if some[name])
    reason = item.reason or ("；".join(item.plan.assumed) if item.plan is not None else "")
    state = tr("回执，双击读入") if _is_receipt(item) else tr(LABELS[item.state])
    hidden = tr("（隐藏文件）") if item.found.hidden else ""
    texts = (item.office, item.what, state, counts, f"{hidden}{reason}")
    return Row(texts, item, ("", "", _COLOURS.get(item.state, ""), "", ""))


def _held_row(held: HeldPackage) -> Row:
    what = tr("{stream} 第 {seq} 次", stream=held.stream, seq=held.seq)
    return Row((held.sender, what, tr("暂存，待处理"), "", held.reason), held, ("", "", look.AMBER, "", ""))
