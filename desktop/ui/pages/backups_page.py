"""Backups: those there are, one more now, and one onto a drive."""

from pathlib import Path

from desktop.archive import let_go
from desktop.services.backups import KEYS_NAME, RECOVERY_NAME, make_backup
from desktop.services.copies import BACKUPS_NAME, Backup, list_backups
from desktop.text import tr
from desktop.ui.desk import Desk
from desktop.ui.jobs import Progress
from desktop.ui.pages.plain_page import PlainPage
from desktop.ui.plain_model import PlainModel
from desktop.ui.screens import Entry
from desktop.ui.widgets import button, card, label


class BackupModel(PlainModel[tuple[str, ...]]):
    """The backups in a folder, each as it is told."""

    HEADINGS = ("编号", "日期", "何时所做", "大小", "文件")

    def texts(self, row: tuple[str, ...]) -> tuple[str, ...]:
        """The cells of one row."""
        return row


class BackupsPage(PlainPage):
    """The backups of this office."""

    def __init__(self, desk: Desk, entry: Entry) -> None:
        super().__init__(desk, entry, BackupModel(), (70, 150, 110, 100))
        self.now.setText(tr("导入前、退出时自动备份，写完立即读回核对"))
        self.tools.addWidget(button(tr("备份到U盘"), self.to_drive, icon_name="usb"))
        self.tools.addWidget(button(tr("立即备份"), self.back_up, icon_name="device-floppy", role="primary"))
        text = tr(
            "备份文件是加密的，只有本单位的密钥（{keys}）或打印出来的恢复密钥（{recovery}）能打开。"
            "恢复：菜单 → 打开其他单位 → 从备份恢复；恢复到新的文件夹，不会覆盖现有数据。",
            keys=KEYS_NAME,
            recovery=RECOVERY_NAME,
        )
        place = label(tr("备份文件夹：{folder}", folder=desk.store.folder / BACKUPS_NAME), "muted", wrap=True)
        self.body.addWidget(card(label(text, wrap=True), place, space=4))
        self.body.addWidget(self.table, 1)
        desk.backed_up.connect(self.refresh_in_front)

    def read(self) -> list[tuple[str, ...]]:
        """What lies in the office's own folder, the newest first."""
        return [_told(each) for each in list_backups(self.desk.store.folder / BACKUPS_NAME)[::-1]]

    def tell(self) -> None:
        """How many there are."""
        if self.isVisible():
            self.desk.counted.emit(tr("{count} 份备份", count=len(self.model.rows)))

    def back_up(self) -> None:
        """One more into the office's own folder."""
        self._write(None)

    def to_drive(self) -> None:
        """One onto a drive of the clerk's choice."""
        folder = self.desk.dialogs.choose_folder(tr("选择U盘上的文件夹"))
        if folder is not None:
            self._write(folder)

    def _write(self, folder: Path | None) -> None:
        store = self.desk.store

        def work(_progress: Progress) -> tuple[Path, str]:
            path = make_backup(store, "手工备份", to=folder)
            return path, let_go(folder) if folder is not None else ""

        def done(found: tuple[Path, str]) -> None:
            path, gone = found
            self.desk.backed_up.emit()
            if folder is not None:
                text = tr("备份已写到 {path} 并读回核对。", path=path)
                self.desk.dialogs.tell(tr("备份完成"), text + gone)
            else:
                self.desk.said.emit(tr("已备份并读回核对"))

        self.desk.jobs.run(tr("备份"), work, done, can_cancel=False, once=True)


def _told(backup: Backup) -> tuple[str, ...]:
    """Its line; of several of one day the hour tells which, unless the file was copied here later."""
    hour = backup.written.strftime(" %H:%M") if backup.written.date() == backup.day else ""
    size = f"{backup.path.stat().st_size / 1024:,.0f} KB"
    return (str(backup.number), backup.day.isoformat() + hour, backup.why, size, backup.path.name)
