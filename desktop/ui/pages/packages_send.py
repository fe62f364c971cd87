"""Sending up: which people go, which drive, the package with a backup along, and what has no receipt yet."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QCheckBox

from desktop.archive import drive_of, eject
from desktop.archive.volumes import called
from desktop.codes import table
from desktop.exchange.cards import known_cards, own_card, parent_card
from desktop.exchange.outbox import SEALED, VERIFIED, Handed, hand_over
from desktop.exchange.package import Written, lay_card, write_package
from desktop.exchange.receipts import Receipt, read_receipts
from desktop.exchange.scope import FORMS
from desktop.exchange.streams import title_of
from desktop.models import BY_PLURAL, Teacher
from desktop.queries.traffic import Sent, sent_packages
from desktop.services.along import size_along, take_along
from desktop.services.backups import load_identity
from desktop.text import tr
from desktop.ui import theme as look
from desktop.ui.desk import Desk
from desktop.ui.jobs import Progress
from desktop.ui.memory import recall, remember
from desktop.ui.pages.packages_drive import DrivePicker
from desktop.ui.pages.packages_epoch import take_in
from desktop.ui.pages.packages_table import Row, RowsTable
from desktop.ui.widgets import YieldingWidget, button, card, column, label, row

RECEIPTS = "回执 (*.cpkg *)"
_KILO = 1024
_TOLD = 5
"""So many lost attachments are told by name under the button."""
_STATES = {
    "prepared": "没有写成",
    "sealed": "已生成，未写到U盘",
    "verified": "已写到U盘，等回执",
    "receipted": "已有回执",
}


def write_year(
    desk: Desk, folder: Path, tiers: tuple[str, ...], forms: tuple[str, ...], progress: Progress
) -> tuple[Written, str]:
    """Write the package of the year at the desk, and a backup beside it; the package, and why there is no backup."""
    identity = load_identity(desk.store.folder)
    written = write_package(
        desk.store,
        year=desk.year,
        folder=folder,
        identity=identity,
        own_card=own_card(desk.store, identity),
        parent_card=parent_card(desk.store),
        tiers=tiers,
        forms=forms,
        reserve=size_along(desk.store, folder),
        progress=lambda size: progress.step(0, 0, tr("正在打包，已写 {size:,} KB", size=size // _KILO)),
        step=progress.step,
    )
    return written, back_up_along(desk, folder, progress)


def back_up_along(desk: Desk, folder: Path, progress: Progress) -> str:
    """Write the backup that goes along with what was written; whether it lies there, in a sentence."""
    progress.step(0, 0, tr("正在写随带的备份"))
    return take_along(desk.store, folder) or tr("备份已随带。")


class SendTab(YieldingWidget):
    """Everything that goes up."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.year_told = label("", wrap=True)
        tiers = table("tier")
        self.tiers = {code: QCheckBox(tiers.label(code)) for code in tiers.codes}
        self.picker = DrivePicker(desk, tr("写到哪个U盘"))
        self.write_button = button(tr("生成数据包"), self.write, icon_name="usb", role="primary")
        self.written = label("", "good", wrap=True)
        self.written_code = label("", "code")
        self.eject_button = button(tr("弹出U盘"), self.eject, icon_name="usb")
        self.rest_button = button(tr("写其余各卷"), self.write_rest, icon_name="usb")
        for piece in (self.eject_button, self.rest_button, self.written, self.written_code):
            piece.hide()  # an empty line takes room that a small screen does not have
        self.forms = {form.name: QCheckBox(tr(form.label)) for form in FORMS}
        forms = row(label(tr("报送内容")), *self.forms.values(), None)
        scope = row(label(tr("报送范围")), *self.tiers.values(), label(tr("不多带一个人"), "muted"), None)
        sheets = button(tr("打印报送清单"), lambda: desk.go("reports", "F41"), icon_name="printer")
        above = card(
            self.year_told,
            scope,
            forms,
            self.picker,
            row(self.write_button, self.rest_button, self.eject_button, sheets, None),
            self.written,
            self.written_code,
        )
        headings = (tr("数据包"), tr("收件单位"), tr("生成时间"), tr("状态"), tr("上级的答复"))
        self.table = RowsTable(tr("发件箱"), headings, (230, 200, 150, 170, 300))
        head = row(
            label(tr("发件箱"), "section"),
            None,
            button(tr("再写到U盘"), self.write_again, icon_name="usb"),
            button(tr("读入上级回执"), self.read_receipt, icon_name="mail-opened"),
        )
        layout = column(above, head, space=10)
        layout.addWidget(self.table, 1)
        self.setLayout(layout)
        self._folder: Path | None = None
        self._rest: tuple[str, tuple[int, ...]] = ("", ())
        """The package of which some volumes have no drive yet, and their numbers."""

    def refresh(self) -> None:
        """Show the year, the scope used last, the drives and the outbox."""
        self.year_told.setText(
            tr("{year} 年度：把所选级别的骨干教师和有关记录写到U盘交给上级，并随带一份加密备份。", year=self.desk.year)
        )
        chosen = recall("scope", {}).get(self.desk.store.office_code) or self._usual_scope()
        for code, box in self.tiers.items():
            box.setChecked(code in chosen)
        forms = recall("forms", {}).get(self.desk.store.office_code) or list(self.forms)
        for name, box in self.forms.items():
            box.setChecked(name in forms)
        self.picker.refresh()
        now = datetime.now(UTC)
        with self.desk.store.read() as session:
            sent = sent_packages(session)
            names = {card.code: card.name for card in known_cards(session)}
        self.table.show_rows([_sent_row(each, names, now) for each in sent])

    def _usual_scope(self) -> list[str]:
        """A county sends the national and municipal tier; what closes in house stays there. Below, all goes."""
        rank = self.desk.office.get("rank")
        return ["1", "2"] if rank in ("county", "city") else list(self.tiers)

    def scope(self) -> tuple[str, ...]:
        """The tiers that go; none at all means everybody."""
        chosen = tuple(code for code, box in self.tiers.items() if box.isChecked())
        return () if len(chosen) == len(self.tiers) else chosen

    def write(self) -> None:
        """Write the yearly package to a drive."""
        if not self.desk.attempt(lambda: parent_card(self.desk.store)):
            return
        if not any(box.isChecked() for box in self.tiers.values()):
            self.desk.dialogs.tell(tr("生成数据包"), tr("报送范围一个级别也没有选，请至少选一个。"))
            return
        forms = tuple(name for name, box in self.forms.items() if box.isChecked())
        if not forms:
            self.desk.dialogs.tell(tr("生成数据包"), tr("报送内容一项也没有选，请至少选一项。"))
            return
        folder = self.picker.folder()
        if folder is None:
            return
        chosen = [code for code, box in self.tiers.items() if box.isChecked()]
        remember("scope", {**recall("scope", {}), self.desk.store.office_code: chosen})
        remember("forms", {**recall("forms", {}), self.desk.store.office_code: list(forms)})
        self._folder = folder
        title = tr("生成 {year} 年度数据包", year=self.desk.year)
        work = partial(write_year, self.desk, folder, self.scope(), forms)
        self.desk.jobs.run(
            title, work, self._tell_written, failed=self._tell_failed, cancelled=self._tell_kept, once=True
        )

    def _tell_written(self, done: tuple[Written, str]) -> None:
        found, backup = done
        counts = "，".join(f"{BY_PLURAL[plural].label} {count}" for plural, count in found.counts.items() if count)
        names = "、".join(path.name for path in found.volumes)
        text = tr("第 {seq} 次数据包已写到 {names} 并读回核对。", seq=found.seq, names=names) + backup
        if found.attachments:
            counts += tr("，照片 {count}", count=found.attachments)
        if found.referred:
            counts += tr("，另有 {count} 张照片上级已有，没有重带", count=found.referred)
        self.written.setText("\n".join([text, counts, *found.left_out[:_TOLD]]))
        self.written_code.setText(tr("电话核对码：{code}", code=found.check_code))
        for piece in (self.written, self.written_code):
            piece.show()
        self._let_go(found.header.id, found.left)
        if not found.counts.get(Teacher.plural):
            text = tr("这个数据包里没有一名教师：所选级别和内容下没有人。请核对报送范围，需要时改好再生成一次。")
            self.desk.dialogs.tell(tr("数据包里没有人"), text)

    def write_rest(self) -> None:
        """Write the volumes that had no room to the drive chosen now."""
        package_id, numbers = self._rest
        folder = self.picker.folder()
        if folder is not None:
            self._hand_over(package_id, folder, numbers)

    def write_again(self) -> None:
        """Write the selected package of the outbox to a drive once more."""
        chosen = self.table.selected()
        if chosen is None or not chosen.file_name:
            self.desk.dialogs.tell(tr("再写到U盘"), tr("请先在发件箱里选择一个已生成的数据包。"))
            return
        folder = self.picker.folder()
        if folder is not None:
            self._hand_over(chosen.package_id, folder, ())

    def _hand_over(self, package_id: str, folder: Path, numbers: tuple[int, ...]) -> None:
        store = self.desk.store
        self._folder = folder

        def work(progress: Progress) -> tuple[Handed, str]:
            handed = hand_over(
                store, package_id, folder, numbers, reserve=size_along(store, folder), step=progress.step
            )
            lay_card(own_card(store, load_identity(store.folder)), folder)
            return handed, back_up_along(self.desk, folder, progress)

        def done(found: tuple[Handed, str]) -> None:
            handed, backup = found
            names = "、".join(path.name for path in handed.paths)
            self.written.setText(tr("{names} 已写到U盘并读回核对。", names=names) + backup)
            self.written.show()
            self._let_go(package_id, handed.left)

        self.desk.jobs.run(tr("写到U盘"), work, done, failed=self._tell_failed, cancelled=self._tell_kept, once=True)

    def _tell_kept(self) -> None:
        """After cancelling or a fault: what is sealed lies in the outbox and can be written at any time."""
        self.refresh()
        sealed = (number for number, row in enumerate(self.table.rows.rows) if row.what.state == SEALED)
        waiting = next(sealed, None)
        text = tr("没有写完，U盘上没有留下不完整的文件。")
        if waiting is not None:
            self.table.select_line(waiting)
            text += tr("已生成的数据包在发件箱里，换好U盘后选中它点“再写到U盘”即可，不用重新生成。")
        self.written.setText(text)
        self.written.show()
        self.written_code.hide()

    def _tell_failed(self, error: BaseException) -> None:
        self._tell_kept()
        self.desk.tell_error(error)

    def _let_go(self, package_id: str, left: tuple[int, ...]) -> None:
        """Let the drive go, and ask for the next one while there are volumes without a drive."""
        self._rest = (package_id, left)
        self.rest_button.setVisible(bool(left))
        if left:
            ask = tr(
                "U盘放不下，{volumes}还没有写：请换一个U盘，点“刷新”选中它，再点“写其余各卷”。", volumes=called(left)
            )
            self.written.setText(f"{self.written.text()}\n{ask}")
        self.refresh()
        on_drive = self._folder is not None and drive_of(self._folder) is not None
        self.eject_button.setVisible(on_drive)
        if on_drive:
            self.eject()

    def eject(self) -> None:
        """Let the drive go; only then it may be pulled out."""
        drive = drive_of(self._folder) if self._folder is not None else None
        if drive is None:
            self.eject_button.hide()
            return

        def done(_nothing: None) -> None:
            self.eject_button.hide()
            self.written.setText(f"{self.written.text()}\n{tr('可以安全拔出U盘。')}")

        self.desk.jobs.run(tr("弹出U盘"), lambda _p: eject(drive), done, can_cancel=False)

    def read_receipt(self) -> None:
        """Read the upper office's answers."""
        files = self.desk.dialogs.choose_files(tr("选择上级的回执"), tr(RECEIPTS))
        if files:
            self.take_receipt(files[0])

    def take_receipt(self, path: Path) -> None:
        """Read one receipt; records and outbox show it."""
        store = self.desk.store

        def done(found: tuple[Receipt, ...]) -> None:
            newest = found[-1]
            lines = "\n".join(f"{each.name}：{each.text}" for each in newest.remarks)
            text = tr("第 {seq} 次数据包上级已收到，电话核对码 {code}。", seq=newest.seq, code=newest.check_code)
            if newest.result == "refused":
                text = tr("第 {seq} 次数据包上级退回：{why}。请改正后重报。", seq=newest.seq, why=newest.reason)
            if newest.remarks:
                text += tr("有 {count} 条退回或待核对，见下。", count=len(newest.remarks))
            self.desk.answered.emit()
            self.desk.dialogs.tell(tr("上级回执"), text, detail=lines)
            self.refresh()

        def work(_progress: Progress, accepted: bool) -> tuple[Receipt, ...]:  # noqa: FBT001 - as `take_in` calls it
            return read_receipts(store, path, identity=load_identity(store.folder), accept_new_epoch=accepted)

        take_in(self.desk, tr("读入回执"), work, done)


def _sent_row(sent: Sent, names: Mapping[str, str], now: datetime) -> Row:
    name = tr("{stream} 第 {seq} 次", stream=title_of(sent.stream), seq=sent.seq)
    days = sent.days_waiting(now)
    state = tr(_STATES[sent.state])
    is_refused = sent.answer.get("result") == "refused"
    if is_refused:
        state = tr("上级退回，请改正后重报")
    elif sent.replaced_by:
        state = tr("已由第 {seq} 次代替", seq=sent.replaced_by)
    elif days:
        state = tr("{days} 天没有回执", days=days)
    elif sent.state == VERIFIED and days is None:  # what goes down is answered by nobody
        state = tr("已写到U盘")
    answer = ""
    if sent.answer:
        remarks = sent.answer.get("remarks", 0)
        answer = tr("已合并，{count} 条退回或待核对", count=remarks) if remarks else tr("已合并，全部通过")
        if sent.answer.get("result") != "imported":
            answer = str(sent.answer.get("reason", ""))
    late = look.RED if is_refused or (days is not None and days >= 7) else ""
    moment = datetime.fromisoformat(sent.sealed_at).astimezone().strftime("%Y-%m-%d %H:%M") if sent.sealed_at else ""
    return Row((name, names.get(sent.recipient, sent.recipient), moment, state, answer), sent, ("", "", "", late, ""))
