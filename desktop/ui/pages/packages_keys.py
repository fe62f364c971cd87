"""Key cards: the own one and those of others, confirmed by comparing eight groups of digits, changed and revoked."""

from datetime import date
from pathlib import Path

from PySide6.QtWidgets import QDialog, QPushButton, QWidget

from desktop.archive import let_go
from desktop.exchange.cards import PARENT, CardLine, confirm_card, list_cards, own_card, parent_card
from desktop.exchange.desks import divide, own_areas
from desktop.exchange.keycards import KeysTaken, read_keys, write_keys
from desktop.exchange.keys import KeyCard, fingerprint, qr_text, read_card, write_card
from desktop.reports.key_card import key_card_document
from desktop.reports.render import render
from desktop.services.backups import load_identity
from desktop.services.keyring import revoke_key, rotate_keys
from desktop.text import tr
from desktop.ui import theme as look
from desktop.ui.desk import Desk
from desktop.ui.jobs import Progress
from desktop.ui.pages.packages_areas import AreasDialog
from desktop.ui.pages.packages_epoch import take_in
from desktop.ui.pages.packages_table import Row, RowsTable
from desktop.ui.theme import theme
from desktop.ui.widgets import YieldingWidget, button, column, label, row
from desktop.ui.written import tell_written

CARDS = "密钥卡 (*.ckey)"
_RELATIONS = {"parent": "上级", "child": "下级", "own": "本单位"}


def export_card(desk: Desk, folder: Path) -> tuple[Path, Path, KeyCard]:
    """Write the own card and its page to stamp into a folder."""
    card = own_card(desk.store, load_identity(desk.store.folder))
    path = folder / f"密钥卡_{card.code}_第{card.serial}张.ckey"
    write_card(card, path)
    page = path.with_suffix(".pdf")
    today = date.today()  # noqa: DTZ011 - an office's day is the day of its own clock
    render(key_card_document(card.name, card.code, fingerprint(card).split(), qr_text(card), today), page)
    return path, page, card


class CompareDialog(QDialog):
    """The eight groups of a card; each is pressed once it was compared with the stamped page."""

    def __init__(self, card: KeyCard, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("核对密钥卡"))
        self.groups: list[QPushButton] = []
        said = tr(
            "“{name}”（{code}）第 {serial} 张密钥卡。请对照对方盖章的密钥页，一组相同就点一下；八组都相同才能确认。",
            name=card.name,
            code=card.code,
            serial=card.serial,
        )
        told = label(said, wrap=True)
        told.setMinimumWidth(theme.px(520))
        lines = [row(), row()]
        for number, digits in enumerate(fingerprint(card).split()):
            group = button(digits, self._count, role="count")
            group.setCheckable(True)
            group.setAccessibleName(tr("第 {number} 组 {digits}", number=number + 1, digits=digits))
            group.setMinimumSize(theme.px(118), theme.px(48))
            self.groups.append(group)
            lines[number // 4].addWidget(group)
        self.compared = label(tr("已核对 0 组，共 8 组"), "muted")
        self.confirm = button(tr("逐组一致，确认"), self.accept, role="primary")
        self.confirm.setEnabled(False)
        self.confirm.setAutoDefault(False)
        back = button(tr("不一致或尚未核对"), self.reject)
        foot = row(self.compared, None, back, self.confirm)
        self.setLayout(
            column(label(tr("核对密钥卡"), "section"), told, *lines, foot, space=12, margins=(20, 18, 20, 16))
        )

    def _count(self) -> None:
        for group in self.groups:
            digits = group.text().removeprefix("✓ ")
            group.setText(f"✓ {digits}" if group.isChecked() else digits)
        number = sum(group.isChecked() for group in self.groups)
        self.compared.setText(tr("已核对 {number} 组，共 8 组", number=number))
        self.confirm.setEnabled(number == len(self.groups))


class KeysTab(YieldingWidget):
    """The cards that count and those that do no more."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        headings = (tr("关系"), tr("单位"), tr("代码"), tr("第几张"), tr("确认"), tr("状态或核对码"))
        self.table = RowsTable(tr("密钥卡"), headings, (64, 220, 120, 64, 170, 360))
        said = tr("第一次往来之前，双方交换密钥卡，并用盖章的密钥页逐组核对；以后换密钥由程序自动认可。")
        self.areas_button = button(tr("股室分工"), self.divide, icon_name="users")
        self.send_button = button(tr("向上级报送密钥变更"), self.send_keys, icon_name="usb")
        own = row(
            button(tr("导出本单位密钥卡"), self.write_card, icon_name="key", role="primary"),
            button(tr("更换本单位密钥"), self.rotate, icon_name="refresh"),
            self.send_button,
            None,
        )
        others = row(
            button(tr("确认对方密钥卡"), self.confirm_card, icon_name="shield-check"),
            button(tr("作废下级密钥"), self.revoke, icon_name="trash"),
            self.areas_button,
            None,
        )
        layout = column(label(said, "muted", wrap=True), own, others, space=10)
        layout.addWidget(self.table, 1)
        self.setLayout(layout)

    def refresh(self) -> None:
        """Show what counts now."""
        own = own_card(self.desk.store, load_identity(self.desk.store.folder))
        with self.desk.store.read() as session:
            known = list_cards(session)
        lines = [CardLine(own, "own", "", "", ""), *(line for line in known if line.relation != "own")]
        self.table.show_rows([self._row(line) for line in lines])
        self.send_button.setVisible(any(line.relation == PARENT and not line.revoked for line in known))
        own_code = self.desk.store.office_code
        self.areas_button.setVisible("-" in own_code or any(f"{own_code}-" in line.card.code for line in known))

    def _row(self, line: CardLine) -> Row:
        confirmed = f"{line.confirmed_at[:10]} {line.confirmed_by}".strip()
        state = tr("已作废：{why}", why=line.revoked) if line.revoked else fingerprint(line.card)
        texts = (
            tr(_RELATIONS[line.relation]),
            line.card.name,
            line.card.code,
            str(line.card.serial),
            confirmed,
            state,
        )
        return Row(texts, line, ("", "", "", "", "", look.RED if line.revoked else ""))

    def divide(self) -> None:
        """Say which areas this desk writes, where the office has two."""
        dialog = AreasDialog(own_areas(self.desk.store), self)
        if self.desk.dialogs.run(dialog) and self.desk.attempt(lambda: divide(self.desk.store, dialog.chosen())):
            self.desk.said.emit(tr("股室分工已保存"))

    def write_card(self) -> None:
        """Write the own key card and its page to a folder."""
        folder = self.desk.dialogs.choose_folder(tr("密钥卡保存到哪个文件夹"))
        if folder is None:
            return

        def done(found: tuple[Path, Path, KeyCard]) -> None:
            path, page, card = found
            text = tr("请打印密钥页，盖章后和密钥卡一起交给对方。核对码：{code}", code=fingerprint(card))
            tell_written(self.desk, tr("本单位密钥卡"), text, [path, page])

        self.desk.jobs.run(tr("导出密钥卡"), lambda _p: export_card(self.desk, folder), done)

    def confirm_card(self) -> None:
        """Trust another office's card after its eight groups were compared."""
        files = self.desk.dialogs.choose_files(tr("选择对方的密钥卡"), tr(CARDS))
        if files:
            self.desk.jobs.run(tr("读入密钥卡"), lambda _p: read_card(files[0]), self.compare)

    def compare(self, card: KeyCard) -> None:
        """Show a card's groups; confirmed, the office is known."""
        if not self.desk.dialogs.run(CompareDialog(card, self)):
            return
        store, operator = self.desk.store, self.desk.operator
        same_office = card.code.startswith(f"{store.office_code}-") or store.office_code.startswith(f"{card.code}-")
        desk = same_office and card.level == self.desk.office.get("rank")

        def confirmed(relation: str) -> None:
            self.desk.said.emit(tr("已确认{word}单位的密钥卡", word=tr(_RELATIONS[relation])))
            self.refresh()

        self.desk.jobs.run(tr("确认密钥卡"), lambda _p: confirm_card(store, card, operator, desk=desk), confirmed)

    def take_keys(self, path: Path) -> None:
        """Read what another office says of its keys, and an upper one of revoked ones."""
        store, operator = self.desk.store, self.desk.operator

        def done(taken: KeysTaken) -> None:
            text = tr("第 {seq} 次密钥变更已读入，其中作废的密钥 {count} 把。", seq=taken.seq, count=taken.revoked)
            if taken.new_card is not None:
                serial, code = taken.new_card.serial, fingerprint(taken.new_card)
                text += tr(
                    "“{name}”换用了第 {serial} 张密钥卡，由上一张担保，核对码 {code}。",
                    name=taken.new_card.name,
                    serial=serial,
                    code=code,
                )
            self.desk.dialogs.tell(tr("密钥变更"), "\n".join([text, *taken.told]))
            self.refresh()

        def work(_progress: Progress, accepted: bool) -> KeysTaken:  # noqa: FBT001 - as `take_in` calls it
            identity = load_identity(store.folder)
            return read_keys(store, path, identity=identity, operator=operator, accept_new_epoch=accepted)

        take_in(self.desk, tr("读入密钥变更"), work, done, can_cancel=False)

    def send_keys(self) -> None:
        """Write the own card for the upper office, as the next of its key changes."""
        store = self.desk.store
        folder = self.desk.dialogs.choose_folder(tr("密钥变更写到哪个U盘"))
        if folder is None:
            return

        def work(_progress: Progress) -> tuple[Path, str]:
            path = write_keys(store, parent_card(store), folder=folder, identity=load_identity(store.folder))
            return path, let_go(folder)

        def done(found: tuple[Path, str]) -> None:
            path, gone = found
            text = tr("密钥变更已写到 {path} 并读回核对，请交给上级读入。", path=path)
            self.desk.dialogs.tell(tr("密钥变更"), text + gone)

        self.desk.jobs.run(tr("报送密钥变更"), work, done)

    def rotate(self) -> None:
        """Give the office its next pair of keys."""
        changed, lost, back = tr("正常更换"), tr("原密钥遗失或泄露"), tr("不更换")
        text = tr(
            "正常更换：新密钥卡由现在的密钥担保，上级自动认可。\n"
            "遗失或泄露：新密钥卡要重新打印、盖章，由上级重新核对。\n更换前后都会自动备份。"
        )
        answer = self.desk.dialogs.ask(tr("更换本单位密钥"), text, changed, lost, back, danger=lost)
        if answer not in (changed, lost):
            return
        store, operator = self.desk.store, self.desk.operator

        def work(progress: Progress) -> None:
            progress.step(0, 0, tr("正在备份并更换"))
            rotate_keys(store, operator, lost=answer == lost)

        def done(_nothing: None) -> None:
            self.desk.said.emit(tr("密钥已更换，请导出新的密钥卡，或点“向上级报送密钥变更”"))
            self.refresh()

        self.desk.jobs.run(tr("更换密钥"), work, done, can_cancel=False)

    def revoke(self) -> None:
        """Revoke the key of the selected office below."""
        line = self.table.selected()
        if line is None or line.relation != "child" or line.revoked:
            self.desk.dialogs.tell(tr("作废密钥"), tr("请先在表中选择一个正在使用的下级密钥卡。"))
            return
        text = tr("作废“{name}”的密钥，写明原因，例如“电脑被盗”。作废后不能恢复。", name=line.card.name)
        why = self.desk.dialogs.ask_text(tr("作废密钥"), text)
        if why is None:
            return
        store, operator = self.desk.store, self.desk.operator
        title = tr("作废密钥")
        self.desk.jobs.run(
            title, lambda _p: revoke_key(store, line.card.code, why, operator), lambda _n: self.refresh()
        )
