"""One window for each office: a lock in its folder that is gone with the process; commands work beside the window."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import QLockFile, QSysInfo

from desktop.text import tr

LOCK_NAME: Final = "window.lock"


class Occupation:
    """The office that this process has open in its window; of a process that was killed the lock counts no more."""

    def __init__(self) -> None:
        self._lock: QLockFile | None = None
        self._folder: Path | None = None

    def take(self, folder: Path) -> str:
        """Take an office instead of the one before; returns a sentence if another window has it, else nothing."""
        self.give_up(self._folder)
        lock = QLockFile(str(folder / LOCK_NAME))
        lock.setStaleLockTime(0)
        if not lock.tryLock(0) and lock.error() is QLockFile.LockError.LockFailedError:
            return _told(folder, lock)
        self._lock, self._folder = lock, folder
        return ""

    def give_up(self, folder: Path | None) -> None:
        """Leave an office to others, if it is the one that is taken."""
        if self._lock is not None and folder == self._folder:
            self._lock.unlock()
            self._lock = None


def _told(folder: Path, lock: QLockFile) -> str:
    process, computer, _program = lock.getLockInfo()
    if computer and computer != QSysInfo.machineHostName():
        return tr(
            "“{folder}”正在电脑“{computer}”上打开着，这里没有打开；请先在那台电脑上关闭。"
            "确实已经关闭的，删除该文件夹里的 {lock} 后再打开",
            folder=folder.name,
            computer=computer,
            lock=LOCK_NAME,
        )
    return tr(
        "“{folder}”已经在本机另一个窗口里打开（进程 {process}），没有再开一个；请切换到那个窗口。"
        "那个窗口没有反应的，先结束它再打开，已保存的内容不会丢失",
        folder=folder.name,
        process=process,
    )
