"""The page that opens when an office cannot: what happened, what is kept, and one decision.

It needs no database. What it lists is looked up carefully, for whatever broke the office may have broken its folder.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QApplication, QFrame, QMainWindow, QScrollArea, QWidget

from desktop.errors import DesktopError, RefusedError
from desktop.services.backups import KEYS_NAME, RECOVERY_NAME, Restored, read_keys, restore
from desktop.services.copies import BACKUPS_NAME, Backup, list_backups
from desktop.text import tr
from desktop.ui.dialogs import Dialogs
from desktop.ui.help import show_help
from desktop.ui.jobs import Jobs
from desktop.ui.start import BACKUPS, KEYS
from desktop.ui.theme import theme
from desktop.ui.widgets import Piece, button, card, column, label, row

_SHOWN = 6


class RecoveryWindow(QMainWindow):
    """Offers the newest backup of the office; older ones, another file, another office stand below."""

    chosen = Signal(object)
    others = Signal()

    def __init__(self, folder: Path, sentence: str, dialogs: Dialogs, diagnosis: Callable[[], str]) -> None:
        super().__init__()
        self.setWindowTitle(tr("恢复 · 骨干教师工作台"))
        self.folder, self.dialogs, self._diagnosis = folder, dialogs, diagnosis
        dialogs.parent = self
        self.jobs = Jobs()
        self.jobs.failed.connect(self._tell)
        self.said = label("", "muted", wrap=True)
        self.backups = self._look()
        pieces = [
            label(tr("“{name}”打不开", name=folder.name), "title"),
            card(label(sentence, "problem", wrap=True), self.said),
            self._offer(),
            self._others(),
        ]
        ground = QWidget()
        ground.setObjectName("ground")
        holder = QWidget()
        holder.setMaximumWidth(theme.px(860))
        holder.setLayout(column(*pieces, None, space=12))
        middle = row(None, holder, None, margins=(24, 32, 24, 24))
        middle.setStretch(1, 8)
        ground.setLayout(middle)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(ground)
        self.setCentralWidget(area)

    def _look(self) -> list[Backup]:
        try:
            return list_backups(self.folder / BACKUPS_NAME)[::-1]
        except OSError:
            return []

    def _offer(self) -> QFrame:
        if not self.backups:
            text = tr("这个单位的文件夹里没有备份。请把备份U盘插上，选择其中的备份文件（.cbak）。")
            choose = button(tr("选择备份文件"), self.choose_backup, role="primary")
            return card(label(tr("从备份恢复"), "section"), label(text, wrap=True), row(choose, None), margin=18)
        newest = self.backups[0]
        text = tr(
            "建议恢复最近一份备份：{what}。打不开的数据只是移到 quarantine 文件夹，不会删除；"
            "备份之后做的改动要重新录入或重新导入。",
            what=_told(newest),
        )
        restore_it = button(tr("恢复最近一份备份"), partial(self.restore, newest.path), role="primary")
        lines = [row(label(_told(each)), None, self._older(each), space=8) for each in self.backups[1:_SHOWN]]
        older: list[Piece] = [label(tr("更早的备份"), "muted"), *lines] if lines else []
        return card(
            label(tr("从备份恢复"), "section"), label(text, wrap=True), row(restore_it, None), *older, margin=18
        )

    def _older(self, backup: Backup) -> QWidget:
        made = button(tr("恢复这一份"), partial(self.restore, backup.path), role="flat")
        made.setAccessibleName(tr("恢复 {what}", what=_told(backup)))
        return made

    def _others(self) -> QFrame:
        again = button(tr("重试打开"), lambda: self.chosen.emit(self.folder))
        other = button(tr("打开其他单位"), self.others.emit)
        choose = button(tr("选择备份文件"), self.choose_backup)
        copy = button(tr("复制诊断信息"), self.copy_diagnosis)
        why = button(tr("为什么"), lambda: show_help("trouble#database", self), icon_name="help", keys="F1")
        text = tr("磁盘、U盘或杀毒软件的问题排除后，可以再试一次；诊断信息里没有姓名和证号。")
        pieces = [again, other, *([choose] if self.backups else []), copy, why]
        return card(label(text, "muted", wrap=True), row(*pieces, None), margin=18)

    def copy_diagnosis(self) -> None:
        """Put the log of crashes on the clipboard."""
        QApplication.clipboard().setText(self._diagnosis())
        self.said.setText(tr("已复制，可粘贴给技术人员"))

    def choose_backup(self) -> None:
        """Restore a backup that lies elsewhere."""
        files = self.dialogs.choose_files(tr("选择备份文件"), BACKUPS)
        if files:
            self.restore(files[0])

    def restore(self, path: Path) -> None:
        """Put a backup in the place of what cannot be opened; the keys are looked for and else asked for."""
        near = [folder / name for folder in (self.folder, path.parent) for name in (KEYS_NAME, RECOVERY_NAME)]
        places = [each for each in near if each.is_file()]
        if not places:
            places = self.dialogs.choose_files(tr("选择原单位的密钥（keys.json 或 recovery.key）"), KEYS)
        self.setEnabled(False)
        self.said.setText(tr("正在恢复，请稍候…"))

        def work(_progress: object) -> Restored:
            keys = list(read_keys(places))
            if not keys:
                raise RefusedError(tr("打开备份需要原单位的密钥（keys.json 或 recovery.key），没有恢复任何内容"))
            return restore(path, self.folder, keys=[key for key, _ in keys], signers=[signer for _, signer in keys])

        self.jobs.run(tr("恢复"), work, self._restored, can_cancel=False)

    def _restored(self, done: Restored) -> None:
        self.setEnabled(True)
        if done.lost:
            self.dialogs.tell(tr("恢复"), done.told())
        self.chosen.emit(self.folder)

    def _tell(self, error: BaseException) -> None:
        self.setEnabled(True)
        self.said.setText("")
        if not isinstance(error, DesktopError):
            raise error
        self.dialogs.tell(tr("没有恢复"), error.sentence, why=error.topic or "trouble#database")


def _told(backup: Backup) -> str:
    """A backup in words: when, why."""
    try:
        return tr("{at:%Y年%m月%d日 %H:%M}，{why}", at=backup.written, why=backup.why)
    except OSError:
        return tr("{day:%Y年%m月%d日}，{why}", day=backup.day, why=backup.why)
