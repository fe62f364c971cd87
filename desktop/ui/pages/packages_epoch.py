"""Taking in what a sender wrote after it restored a backup: only when a person has called there."""

from collections.abc import Callable
from typing import Any

from desktop.errors import PackageRefused
from desktop.exchange.streams import NEW_EPOCH
from desktop.text import tr
from desktop.ui.desk import Desk
from desktop.ui.jobs import Progress


def take_in(
    desk: Desk,
    title: str,
    work: Callable[[Progress, bool], Any],
    done: Callable[[Any], None],
    *,
    accepted: bool = False,
    can_cancel: bool = True,
) -> None:
    """Run a Job that reads a package; `work` is told whether a new database of the sender is accepted.

    Where it is not and ought to be, the clerk is asked, and the Job runs again.
    """

    def failed(error: BaseException) -> None:
        called = tr("已电话核实，继续")
        if not isinstance(error, PackageRefused) or error.code != NEW_EPOCH:
            desk.tell_error(error)
        elif desk.dialogs.ask(tr("请先核实"), error.sentence, called, tr("暂不接收"), danger=called) == called:
            take_in(desk, title, work, done, accepted=True, can_cancel=can_cancel)

    desk.jobs.run(title, lambda progress: work(progress, accepted), done, failed=failed, can_cancel=can_cancel)
