"""What lies on a stick: every package looked at, what waits, and all of it merged in one go."""

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import Signal

from desktop.archive import check_start, let_go
from desktop.exchange.cards import known_cards
from desktop.exchange.gathering import LABELS, Gathered, Gathering, State, carry_out, gather
from desktop.exchange.quarantine import held_packages, path_of, release
from desktop.exchange.streams import KEYS, RECEIPTS, UP, title_of
from desktop.models.local import HeldPackage
from desktop.services.backups import load_identity, make_backup
from desktop.text import tr
from desktop.ui import theme as look
from desktop.ui.desk import Desk
from desktop.ui.jobs import Progress
from desktop.ui.pages.packages_drive import DrivePicker
from desktop.ui.pages.packages_merge import answer_beside
from desktop.ui.pages.packages_table import Row, RowsTable
from desktop.ui.widgets import YieldingWidget, button, column, label, row

PACKAGES = "数据包 (*.cpkg)"
_COLOURS = {State.READY: look.ACCENT, State.MERGED: look.ACCENT, State.WAITING: look.AMBER, State.REFUSED: look.RED}


class FoundView(YieldingWidget):
    """The packages found on a drive and those that wait."""

    package_wanted = Signal(object, str)
    """A package is to be looked into: its path, and its SHA-256 where it waits in quarantine."""
    receipt_wanted = Signal(object)
    """A receipt is to be read."""
    keys_wanted = Signal(object)
    """What the upper office says of keys is to be read."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.gathering: Gathering | None = None
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
        layout = column(self.picker, label(said, "muted", wrap=True), space=10)
        layout.addWidget(self.table, 1)
        layout.addLayout(foot)
        self.setLayout(layout)

    def refresh(self) -> None:
        """Look for drives; show what was found last, and what waits."""
        self.picker.refresh()
        self.show_items()

    def forget(self) -> None:
        """What was found is no longer as it was: show only what waits."""
        self.gathering = None
        self.show_items()

    def count_ready(self, *, but: Path | None = None) -> int:
        """How many of the packages found can be merged, not counting one."""
        ready = self.gathering.of(State.READY) if self.gathering is not None else []
        return sum(item.found.path != but for item in ready)

    def show_items(self) -> None:
        """Show what was found, and what waits."""
        items = self.gathering.items if self.gathering is not None else []
        seen = {item.sha256 for item in items if item.sha256}
        with self.desk.store.read() as session:
            held = [each for each in held_packages(session) if each.sha256 not in seen]
            names = {card.code: card.name for card in known_cards(session)}
        own = self.desk.store.office_code
        self.table.show_rows([*(_item_row(item, own) for item in items), *(_held_row(each, names) for each in held)])
        ready = self.count_ready()
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
        store, year = self.desk.store, self.desk.year

        def work(progress: Progress) -> Gathering:
            return gather(store, folder, identity=load_identity(store.folder), step=progress.step, year=year)

        self.desk.jobs.run(tr("查找数据包"), work, self._show_gathering)

    def _show_gathering(self, gathering: Gathering) -> None:
        self.gathering = gathering
        self.show_items()
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

        def work(progress: Progress) -> tuple[Gathering, str]:
            identity = load_identity(store.folder)
            progress.step(0, 0, tr("正在备份"))
            make_backup(store, "合并前")
            carry_out(store, gathering, operator, identity=identity, step=progress.step)
            lost = []
            for item in gathering.of(State.MERGED):
                if item.plan is not None and item.plan.stream.way == UP:
                    progress.step(0, 0, tr("正在写回执：{office}", office=item.office))
                    receipt, told = answer_beside(store, item.plan, item.found.path.parent)
                    lost += [told] if receipt is None else []
            return gathering, "\n".join(lost) or tr("回执已写在各数据包旁边。") + let_go(gathering.folder)

        def done(found: tuple[Gathering, str]) -> None:
            merged, told = found
            self.desk.backed_up.emit()
            self._show_gathering(merged)
            self.desk.dialogs.tell(tr("合并完成"), f"{merged.summary()}。{told}")

        self.desk.jobs.run(tr("全部合并"), work, done, cancelled=self.show_items, once=True)

    def choose(self) -> None:
        """Ask for one file."""
        files = self.desk.dialogs.choose_files(tr("选择数据包"), tr(PACKAGES))
        if files:
            title = tr("查看 {name}", name=files[0].name)
            self.desk.jobs.run(title, lambda _p: check_start(files[0]), lambda found: self._open(files[0], found.kind))

    def open_selected(self) -> None:
        """Look into the selected package."""
        what = self.table.selected()
        if isinstance(what, HeldPackage):
            self.package_wanted.emit(path_of(self.desk.store, what), what.sha256)
        elif isinstance(what, Gathered):
            kind = what.found.header.kind if what.found.header is not None else ""
            self._open(what.found.path, kind, what.sha256)

    def _open(self, path: Path, kind: str, sha256: str = "") -> None:
        """Hand a package to who reads its kind."""
        if kind == RECEIPTS.kind:
            self.receipt_wanted.emit(path)
        elif kind == KEYS.kind:
            self.keys_wanted.emit(path)
        else:
            self.package_wanted.emit(path, sha256)

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
            self.forget()


def _item_row(item: Gathered, own: str) -> Row:
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
    header = item.found.header
    is_read = header is not None and header.kind in (RECEIPTS.kind, KEYS.kind) and header.sender != own
    state = tr("双击读入") if is_read else tr(LABELS[item.state])
    hidden = tr("（隐藏文件）") if item.found.hidden else ""
    texts = (item.office, item.what, state, counts, f"{hidden}{reason}")
    return Row(texts, item, ("", "", _COLOURS.get(item.state, ""), "", ""))


def _held_row(held: HeldPackage, names: Mapping[str, str]) -> Row:
    what = tr("{stream} 第 {seq} 次", stream=title_of(held.stream), seq=held.seq)
    office = names.get(held.sender, held.sender)
    return Row((office, what, tr("暂存，待处理"), "", held.reason), held, ("", "", look.AMBER, "", ""))
