"""How an office is left: running work rolled back, a changed office backed up, the window painted meanwhile."""

from importlib import import_module
from typing import Final

from PySide6.QtCore import QCoreApplication

from desktop.text import tr
from desktop.ui.desk import Desk
from desktop.ui.jobs import Job

_LONGEST: Final = 600.0
"""Seconds that closing waits for its backup."""


def close_desk(desk: Desk) -> None:
    """Stop all Jobs, back up what was done since the start, and let the database go."""
    desk.said.emit(tr("正在关闭，请稍候…"))
    desk.jobs.stop()
    if desk.store.acts_done:
        _back_up(desk)
    desk.close()


def _back_up(desk: Desk) -> None:
    """The backup at the end, beside the window; a failure is told before the window goes."""
    desk.said.emit(tr("正在关闭：备份今天的改动，请勿关机…"))
    failures: list[BaseException] = []
    backups = "desktop.services.backups"  # loaded late, and by the Job: cryptography takes its time
    job = Job(tr("备份"), lambda _progress: import_module(backups).make_backup(desk.store, "退出时"))
    job.failed.connect(failures.append)
    job.start()
    job.wait(_LONGEST)
    QCoreApplication.sendPostedEvents(job)
    for error in failures:
        desk.tell_error(error)
