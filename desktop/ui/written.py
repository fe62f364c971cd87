"""What is said after files were written: which, where, and the way to them."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication

from desktop.text import tr
from desktop.ui.desk import Desk


def tell_written(desk: Desk, title: str, text: str, paths: Sequence[Path]) -> None:
    """Say what was written; the folder can be opened, the path copied."""
    folder = paths[0].parent
    names = "\n".join(path.name for path in paths)
    opening, copying, done = tr("打开文件夹"), tr("复制路径"), tr("知道了")
    answer = desk.dialogs.ask(title, text, done, opening, copying, detail=f"{folder}\n{names}", leave=done)
    if answer == opening:
        open_folder(desk, folder)
    elif answer == copying:
        QGuiApplication.clipboard().setText(str(paths[0] if len(paths) == 1 else folder))
        desk.said.emit(tr("路径已复制，可粘贴到资源管理器或聊天窗口"))


def open_folder(desk: Desk, folder: Path) -> None:
    """Show a folder in the system's own file manager; where there is none, its path is told."""
    if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))):
        desk.dialogs.tell(tr("打开文件夹"), tr("这台电脑打不开文件夹窗口，请自行打开：{folder}", folder=folder))
