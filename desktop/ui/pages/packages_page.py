"""Packages: one for the upper office onto a drive, one from below with plan and receipt, key cards."""

from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QAbstractItemView, QPlainTextEdit, QStackedWidget, QTableView, QWidget

from desktop.errors import PackageRefused
from desktop.exchange.cards import confirm_card, own_card, parent_card
from desktop.exchange.keys import KeyCard, fingerprint, read_card, write_card
from desktop.exchange.merge import carry_out_merge, plan_merge
from desktop.exchange.merge_plan import MergePlan
from desktop.exchange.package import Written, write_package
from desktop.exchange.receipts import Receipt, read_receipts, write_receipt
from desktop.models import BY_PLURAL
from desktop.services.backups import load_identity, make_backup
from desktop.text import tr
from desktop.ui.desk import Desk
from desktop.ui.jobs import Progress
from desktop.ui.page import Page
from desktop.ui.pages.import_rows import FILE, NAME, OUTCOME, ROW, TICK, PlanModel
from desktop.ui.screens import Entry
from desktop.ui.theme import theme
from desktop.ui.widgets import button, card, column, label, row

PACKAGES = "数据包 (*.cpkg)"
CARDS = "密钥卡 (*.ckey)"
_KILO = 1024


def write_year(desk: Desk, folder: Path, progress: Progress) -> Written:
    """Write the package of the year at the desk; the bytes packed so far are told."""
    identity = load_identity(desk.store.folder)
    return write_package(
        desk.store,
        year=desk.year,
        folder=folder,
        identity=identity,
        own_card=own_card(desk.store, identity),
        parent_card=parent_card(desk.store),
        progress=lambda size: progress.step(0, 0, tr("正在打包，已写 {size:,} KB", size=size // _KILO)),
    )


class PackagesPage(Page):
    """Up and down: four things to do, and the plan of a package from below."""

    def __init__(self, desk: Desk, entry: Entry) -> None:
        super().__init__(desk, tr(entry.label))
        self.now.setText(tr("数据包加密并签名，只有收件单位能打开"))
        self.plan: MergePlan | None = None
        self.stack = QStackedWidget()
        self.stack.addWidget(self._choices())
        self.stack.addWidget(self._plan_page())
        self.body.addWidget(self.stack, 1)

    def _choices(self) -> QWidget:
        self.write_button = button(tr("生成数据包"), self.write, icon_name="usb", role="primary")
        self.written = label("", "good", wrap=True)
        self.written_code = label("", "code")
        self.year_told = label("", wrap=True)
        up = card(
            label(tr("向上级报送"), "section"),
            self.year_told,
            row(self.write_button, button(tr("读入上级回执"), self.read_receipt, icon_name="mail-opened"), None),
            self.written,
            self.written_code,
            None,
        )
        below = label(tr("选择下级单位送来的数据包；先看会改动什么，确认后才合并，可整批撤销。"), "muted", wrap=True)
        down = card(
            label(tr("接收下级数据包"), "section"),
            below,
            row(button(tr("选择数据包"), self.choose, icon_name="folder-open"), None),
            None,
        )
        said = label(tr("第一次往来之前，双方交换密钥卡，并用盖章的密钥页逐组核对；以后不再需要。"), "muted", wrap=True)
        keys = card(
            label(tr("密钥卡"), "section"),
            said,
            row(
                button(tr("导出本单位密钥卡"), self.write_card, icon_name="key"),
                button(tr("确认对方密钥卡"), self.confirm_card, icon_name="shield-check"),
                None,
            ),
            None,
        )
        page = QWidget()
        upper = row(up, down, space=12)
        upper.setStretch(0, 1)
        upper.setStretch(1, 1)
        page.setLayout(column(upper, keys, None, space=12))
        return page

    def _plan_page(self) -> QWidget:
        self.heading = label("", "section", wrap=True)
        self.account = QPlainTextEdit()
        self.account.setReadOnly(True)
        self.account.setAccessibleName(tr("收支表"))
        self.account.setMaximumHeight(theme.px(190))
        self.warning = label("", "problem", wrap=True)
        self.model = PlanModel(self)
        self.table = QTableView()
        self.table.setModel(self.model)
        self.table.setAccessibleName(tr("合并前核对"))
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setTabKeyNavigation(False)
        self.table.setWordWrap(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(theme.px(32))
        self.table.horizontalHeader().setStretchLastSection(True)
        for number in (TICK, FILE, ROW):
            self.table.setColumnHidden(number, True)
        for number, width in ((OUTCOME, 84), (NAME, 220), (5, 360)):
            self.table.setColumnWidth(number, theme.px(width))
        self.merge_button = button(tr("确认合并"), self.merge, role="primary")
        self.code = label("", "muted")
        back = button(tr("取消"), self.begin)
        safe = label(tr("尚未保存任何数据。合并前自动备份，合并后可整批撤销。"), "muted", wrap=True)
        page = QWidget()
        layout = column(self.heading, self.warning, self.account, space=8)
        layout.addWidget(self.table, 1)
        foot = row(self.code, safe, back, self.merge_button)
        foot.setStretch(1, 1)
        layout.addLayout(foot)
        page.setLayout(layout)
        return page

    def show_for(self, what: object) -> None:
        """Come to the front with the year at the desk; a path is planned at once."""
        text = tr("{year} 年度：把本单位和下级的全部数据写到U盘，交给上级。", year=self.desk.year)
        self.year_told.setText(text)
        if isinstance(what, Path):
            self.plan_package(what)

    def focus_first(self) -> None:
        """The keyboard starts at the first button."""
        (self.table if self.stack.currentIndex() else self.write_button).setFocus()

    def begin(self) -> None:
        """Back to the choices."""
        self.plan = None
        self.stack.setCurrentIndex(0)

    def write(self) -> None:
        """Write the yearly package to a folder of a drive."""
        if not self.desk.attempt(lambda: parent_card(self.desk.store)):
            return
        folder = self.desk.dialogs.choose_folder(tr("选择U盘上的文件夹"))
        if folder is not None:
            title = tr("生成 {year} 年度数据包", year=self.desk.year)
            self.desk.jobs.run(title, partial(write_year, self.desk, folder), self._tell_written)

    def _tell_written(self, found: Written) -> None:
        counts = "，".join(f"{BY_PLURAL[plural].label} {count}" for plural, count in found.counts.items() if count)
        text = tr("第 {seq} 次数据包已写到 {name} 并读回核对，可以安全拔出U盘。", seq=found.seq, name=found.path.name)
        self.written.setText(f"{text}\n{counts}")
        self.written_code.setText(tr("电话核对码：{code}", code=found.check_code))

    def choose(self) -> None:
        """Ask for a package from below."""
        files = self.desk.dialogs.choose_files(tr("选择下级的数据包"), tr(PACKAGES))
        if files:
            self.plan_package(files[0])

    def plan_package(self, path: Path, *, accept_new_epoch: bool = False) -> None:
        """Decide what merging would do; nothing is written."""
        store = self.desk.store

        def work(progress: Progress) -> MergePlan:
            progress.step(0, 0, tr("正在核对签名和内容"))
            identity = load_identity(store.folder)
            return plan_merge(store, path, identity=identity, accept_new_epoch=accept_new_epoch)

        def failed(error: BaseException) -> None:
            if isinstance(error, PackageRefused) and error.code == "new-epoch":
                self._ask_epoch(path, error)
            else:
                self.desk.tell_error(error)

        self._path = path
        self.desk.jobs.run(tr("核对 {name}", name=path.name), work, self._show_plan, failed=failed)

    def _ask_epoch(self, path: Path, error: PackageRefused) -> None:
        called = tr("已电话核实，继续")
        if self.desk.dialogs.ask(tr("请先核实"), error.sentence, called, tr("暂不接收"), danger=called) == called:
            self.plan_package(path, accept_new_epoch=True)

    def _show_plan(self, plan: MergePlan) -> None:
        self.plan = plan
        self.heading.setText(plan.title)
        self.account.setPlainText("\n".join([*plan.account_lines(), *plan.assumed]))
        self.warning.setVisible(not plan.key_confirmed)
        if not plan.key_confirmed:
            text = tr("对方密钥还没有确认，现在只能查看。核对码：{code}", code=plan.fingerprint)
            self.warning.setText(text)
        self.merge_button.setEnabled(plan.key_confirmed)
        self.code.setText(tr("电话核对码：{code}", code=plan.check_code))
        self.model.show(plan.rows)
        self.stack.setCurrentIndex(1)
        self.table.setFocus()

    def merge(self) -> None:
        """Back up, merge as one Act, and write the receipt beside the package."""
        plan, path, store, operator = self.plan, self._path, self.desk.store, self.desk.operator
        if plan is None:
            return

        def work(progress: Progress) -> Path:
            progress.step(0, 0, tr("正在备份"))
            make_backup(store, "合并前")
            progress.step(0, 0, tr("正在合并"))
            carry_out_merge(store, plan, operator)
            return write_receipt(store, plan, folder=path.parent, identity=load_identity(store.folder))

        def done(receipt: Path) -> None:
            self.desk.backed_up.emit()
            text = tr(
                "{title}：已完成。回执已写到 {path}，请随U盘交还对方。可以安全拔出U盘。", title=plan.title, path=receipt
            )
            self.desk.dialogs.tell(tr("合并完成"), text)
            self.begin()

        self.desk.jobs.run(plan.title, work, done, can_cancel=False)

    def read_receipt(self) -> None:
        """Read the upper office's answer."""
        files = self.desk.dialogs.choose_files(tr("选择上级的回执"), tr("回执 (*.crcpt *.cpkg *)"))
        if not files:
            return
        store = self.desk.store

        def done(found: Receipt) -> None:
            lines = "\n".join(f"{each.name}：{each.text}" for each in found.remarks)
            text = tr("第 {seq} 次数据包上级已收到，电话核对码 {code}。", seq=found.seq, code=found.check_code)
            self.desk.dialogs.tell(tr("上级回执"), text, detail=lines)

        def work(_progress: Progress) -> Receipt:
            return read_receipts(store, files[0], identity=load_identity(store.folder))[-1]

        self.desk.jobs.run(tr("读入回执"), work, done)

    def write_card(self) -> None:
        """Write the own key card to a folder."""
        folder = self.desk.dialogs.choose_folder(tr("密钥卡保存到哪个文件夹"))
        if folder is None:
            return
        store = self.desk.store

        def work(_progress: Progress) -> tuple[Path, KeyCard]:
            card_ = own_card(store, load_identity(store.folder))
            path = folder / f"{card_.code}.ckey"
            write_card(card_, path)
            return path, card_

        def done(found: tuple[Path, KeyCard]) -> None:
            text = tr("密钥卡已写到 {path}。核对码：{code}", path=found[0], code=fingerprint(found[1]))
            self.desk.dialogs.tell(tr("本单位密钥卡"), text)

        self.desk.jobs.run(tr("导出密钥卡"), work, done)

    def confirm_card(self) -> None:
        """Trust another office's card after its fingerprint was compared by eye."""
        files = self.desk.dialogs.choose_files(tr("选择对方的密钥卡"), tr(CARDS))
        if not files:
            return
        store, operator = self.desk.store, self.desk.operator

        def ask(card_: KeyCard) -> None:
            text = tr(
                "“{name}”（{code}）的核对码是\n{fingerprint}\n请与对方盖章的密钥页逐组核对，完全一致才能确认。",
                name=card_.name,
                code=card_.code,
                fingerprint=fingerprint(card_),
            )
            same = tr("逐组一致，确认")
            if self.desk.dialogs.ask(tr("核对密钥卡"), text, same, tr("不一致或尚未核对"), danger=same) == same:
                title = tr("确认密钥卡")
                self.desk.jobs.run(title, lambda _p: confirm_card(store, card_, operator), confirmed)

        def confirmed(relation: str) -> None:
            word = tr("上级") if relation == "parent" else tr("下级")
            self.desk.said.emit(tr("已确认{word}单位的密钥卡", word=word))

        self.desk.jobs.run(tr("读入密钥卡"), lambda _p: read_card(files[0]), ask)
