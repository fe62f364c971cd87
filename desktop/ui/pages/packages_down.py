"""Sending down: decisions, policies and receipts for the offices below, one stick for each or all on one."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QCheckBox

from desktop.archive import let_go
from desktop.exchange.cards import CHILD, known_cards, own_card
from desktop.exchange.keycards import write_keys
from desktop.exchange.keys import KeyCard
from desktop.exchange.package import write_down
from desktop.exchange.receipts import NothingToAnswer, write_receipts
from desktop.exchange.streams import CODES, DECISIONS, DESK, Stream
from desktop.queries.traffic import sent_packages
from desktop.services.backups import load_identity
from desktop.services.handovers import hand_over
from desktop.text import tr
from desktop.ui.desk import Desk
from desktop.ui.flow import flowing
from desktop.ui.jobs import Progress
from desktop.ui.pages.packages_drive import DrivePicker
from desktop.ui.pages.packages_handover import HandoverDialog, people_below
from desktop.ui.pages.packages_send import back_up_along
from desktop.ui.pages.packages_table import Row, RowsTable
from desktop.ui.widgets import YieldingWidget, button, card, column, label, row
from desktop.ui.written import tell_written


def write_for(
    desk: Desk, recipient: KeyCard, streams: Sequence[Stream], folder: Path, progress: Progress
) -> list[Path]:
    """Write some streams for one office; the paths."""
    identity = load_identity(desk.store.folder)
    own = own_card(desk.store, identity)
    return [
        write_down(
            desk.store,
            stream,
            year=desk.year,
            folder=folder,
            identity=identity,
            own_card=own,
            recipient=recipient,
            step=progress.step,
        ).path
        for stream in streams
    ]


def receipt_for(desk: Desk, recipient: KeyCard, folder: Path) -> list[Path]:
    """Write the receipts of the year for one office; none for one that sent nothing yet."""
    identity = load_identity(desk.store.folder)
    try:
        return [write_receipts(desk.store, recipient, year=desk.year, folder=folder, identity=identity)]
    except NothingToAnswer:
        return []


def keys_for(desk: Desk, recipient: KeyCard, folder: Path) -> Path:
    """Write the own card and what was revoked for one office."""
    return write_keys(desk.store, recipient, folder=folder, identity=load_identity(desk.store.folder))


class DownTab(YieldingWidget):
    """What goes to the offices below."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.decisions = QCheckBox(tr("审定结果（认定、变动、移交、差异处理）"))
        self.codes = QCheckBox(tr("政策参数和节假日"))
        self.receipts = QCheckBox(tr("回执"))
        self.keys = QCheckBox(tr("密钥变更"))
        self.keys.setToolTip(tr("本单位换用的密钥卡和作废的密钥；下级须按次序逐次读入"))
        for box in (self.decisions, self.receipts):
            box.setChecked(True)
        self.picker = DrivePicker(desk, tr("写到哪个U盘"))
        self.one_button = button(tr("下发给所选单位"), self.write_selected, icon_name="usb", role="primary")
        self.all_button = button(tr("下发给全部单位"), self.write_all, icon_name="users")
        said = tr("每个单位只收到自己的人。加密给该单位，别的单位打不开。")
        above = card(
            label(tr("向下级下发"), "section"),
            label(said, "muted", wrap=True),
            flowing(self.decisions, self.codes, self.receipts, self.keys),
            self.picker,
            row(
                self.one_button,
                self.all_button,
                None,
                button(tr("办理人员移交"), self.hand_over, icon_name="arrow-right"),
            ),
        )
        headings = (tr("单位"), tr("代码"), tr("上次审定下发"), tr("上次政策下发"), tr("上次回执"))
        self.table = RowsTable(tr("下级单位"), headings, (260, 130, 170, 170, 170))
        layout = column(above, space=10)
        layout.addWidget(self.table, 1)
        self.setLayout(layout)

    def refresh(self) -> None:
        """Show the offices below with what went to them last."""
        self.picker.refresh()
        with self.desk.store.read() as session:
            cards = known_cards(session, CHILD)
            sent = sent_packages(session)
        rows = []
        for each in cards:
            last = {
                kind: next((one for one in sent if one.recipient == each.code and one.stream.startswith(kind)), None)
                for kind in ("decisions", "codes", "receipt")
            }
            told = [f"{one.sealed_at[:10]} 第 {one.seq} 次" if one is not None else "" for one in last.values()]
            rows.append(Row((each.name, each.code, *told), each))
        self.table.show_rows(rows)

    def write_selected(self) -> None:
        """Write for the selected office."""
        chosen = self.table.selected()
        if chosen is None:
            self.desk.dialogs.tell(tr("下发"), tr("还没有已确认密钥的下级单位；请先到“密钥”页确认下级的密钥卡。"))
            return
        self._write([chosen])

    def write_all(self) -> None:
        """Write for every office below."""
        self._write([each.what for each in self.table.rows.rows])

    def hand_over(self) -> None:
        """Give a teacher to another office below."""
        people, offices = people_below(self.desk.store)
        if not people or not offices:
            self.desk.dialogs.tell(tr("人员移交"), tr("还没有下级单位报来的教师，不能办理移交；请先接收下级的数据包。"))
            return
        dialog = HandoverDialog(people, offices, self)
        if not self.desk.dialogs.run(dialog):
            return
        values = dialog.values()
        if not values["teacher"]:
            self.desk.dialogs.tell(tr("人员移交"), tr("名单里没有这个姓名，没有移交；请从列表中选择教师。"))
            return
        if self.desk.attempt(lambda: self._carry_out_handover(values)):
            self.desk.said.emit(tr("移交已办理，请把审定结果下发给移出和移入两个单位"))

    def _carry_out_handover(self, values: dict[str, str]) -> None:
        hand_over(
            self.desk.store,
            values["teacher"],
            values["to_office"],
            day=values["day"],
            operator=self.desk.operator,
            doc_no=values["doc_no"] or None,
            reason=values["reason"],
        )

    def _streams(self, recipient: KeyCard) -> list[Stream]:
        is_desk = recipient.code.startswith(f"{self.desk.store.office_code}-")
        first = DESK if is_desk else DECISIONS
        return [stream for stream, box in ((first, self.decisions), (CODES, self.codes)) if box.isChecked()]

    def _write(self, recipients: list[KeyCard]) -> None:
        if not recipients:
            self.desk.dialogs.tell(tr("下发"), tr("还没有已确认密钥的下级单位；请先到“密钥”页确认下级的密钥卡。"))
            return
        folder = self.picker.folder()
        if folder is None:
            return
        with_receipts, with_keys = self.receipts.isChecked(), self.keys.isChecked()
        chosen = [(each, self._streams(each)) for each in recipients]

        def work(progress: Progress) -> tuple[list[Path], str]:
            paths: list[Path] = []
            for number, (recipient, streams) in enumerate(chosen):
                progress.step(number, len(chosen), recipient.name)
                paths += write_for(self.desk, recipient, streams, folder, progress)
                if with_receipts:
                    paths += receipt_for(self.desk, recipient, folder)
                if with_keys:
                    paths.append(keys_for(self.desk, recipient, folder))
            return paths, back_up_along(self.desk, folder, progress) if paths else ""

        def done(found: tuple[list[Path], str]) -> None:
            paths, backup = found
            self.refresh()
            if paths:
                text = tr("已写好 {count} 个文件并读回核对，请交给各单位。", count=len(paths)) + backup
                self._let_go(folder, text, paths)
            else:
                self.desk.dialogs.tell(tr("下发"), tr("没有可写的内容：请至少选一项。"))

        self.desk.jobs.run(tr("下发数据包"), work, done, once=True)

    def _let_go(self, folder: Path, text: str, paths: list[Path]) -> None:
        """Say what was written; of a drive it is let go first, and only then it may be pulled out."""
        title, names = tr("下发完成"), "\n".join(path.name for path in paths)

        def done(gone: str) -> None:
            if gone:
                self.desk.dialogs.tell(title, text + gone, detail=names)
            else:
                tell_written(self.desk, title, text, paths)

        self.desk.jobs.run(tr("弹出U盘"), lambda _progress: let_go(folder), done, can_cancel=False)
