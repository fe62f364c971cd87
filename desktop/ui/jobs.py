"""Job: work done beside the window, with progress and cancel. A Job never touches a widget."""

import threading
import time
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QCoreApplication, QEventLoop, QObject, Qt, Signal

_TURN, _REST = 20, 0.01
"""While a window waits to close: milliseconds in which it is painted, seconds in which the Job has the processor."""

_HEAD_START = 0.05
"""Seconds in which the window paints what is new before long work asks for the processor as well."""

Work = Callable[["Progress"], Any]


class Cancelled(Exception):
    """Raised inside a Job at the next step after the clerk has cancelled it."""


class Progress:
    """What a Job tells while it works; the same object carries the wish to cancel."""

    def __init__(self, tell: Callable[[int, int, str], None]) -> None:
        self._tell = tell
        self._cancelled = threading.Event()

    def step(self, done: int, total: int, what: str = "") -> None:
        """Tell what is done of how much (0: unknown). Raises Cancelled, so that open transactions roll back."""
        self.check()
        self._tell(done, total, what)

    def check(self) -> None:
        """Raise Cancelled if the clerk has cancelled."""
        if self._cancelled.is_set():
            raise Cancelled

    def is_cancelled(self) -> bool:
        """Whether the clerk has cancelled."""
        return self._cancelled.is_set()

    def cancel(self) -> None:
        """Ask the work to stop at its next step."""
        self._cancelled.set()


def after_painting(work: Work) -> Work:
    """Long work that begins when the page that asked for it is painted, which takes twice as long beside it."""

    def rested(progress: Progress) -> Any:  # noqa: ANN401 - whatever the work brings
        time.sleep(_HEAD_START)
        return work(progress)

    return rested


class Job(QObject):
    """One piece of work in a thread of its own; its signals arrive in the window's thread."""

    progressed = Signal(int, int, str)
    done = Signal(object)
    failed = Signal(object)
    cancelled = Signal()
    ended = Signal()
    _arrived = Signal(str, object)
    _moved = Signal()

    def __init__(self, title: str, work: Work, *, quiet: bool = False, can_cancel: bool = True) -> None:
        super().__init__()
        self.title = title
        self.quiet = quiet
        """A quiet Job (loading a list) shows no bar."""
        self.can_cancel = can_cancel
        self.is_abandoned = False
        """Whoever asked is gone: what the work brings is told to nobody."""
        self._work = work
        self._progress = Progress(self._note)
        self._newest = (0, 0, "")
        self._is_moving = False
        """Whether the window has yet to take what was told last."""
        self._moved.connect(self._tell_newest, Qt.ConnectionType.QueuedConnection)
        self._arrived.connect(self._finish, Qt.ConnectionType.QueuedConnection)
        self._thread = threading.Thread(target=self._run, name=f"job {title}", daemon=True)

    def start(self) -> None:
        """Begin the work."""
        self._thread.start()

    def cancel(self) -> None:
        """Ask the work to stop; what it began is rolled back by its own transaction."""
        self._progress.cancel()

    def wait(self, seconds: float = 60.0) -> None:
        """Wait until the work has stopped, only when the window closes: it is painted meanwhile, but deaf."""
        until = time.monotonic() + seconds
        while self._thread.is_alive() and time.monotonic() < until:
            QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents, _TURN)
            self._thread.join(_REST)

    def _note(self, done: int, total: int, what: str) -> None:
        """Called beside the window, which is told once a turn, not at each step: a bar is painted at each telling."""
        self._newest = done, total, what
        if not self._is_moving:
            self._is_moving = True
            self._moved.emit()

    def _tell_newest(self) -> None:
        self._is_moving = False
        self.progressed.emit(*self._newest)

    def _run(self) -> None:
        try:
            result = self._work(self._progress)
        except Cancelled:
            self._arrived.emit("cancelled", None)
        except BaseException as error:  # noqa: BLE001 - the window decides what is a sentence and what a bug
            word = "cancelled" if self._progress.is_cancelled() else "failed"
            self._arrived.emit(word, error)
        else:
            self._arrived.emit("done", result)

    def _finish(self, word: str, value: object) -> None:
        self._thread.join()
        self.ended.emit()
        if self.is_abandoned:
            return
        if word == "done":
            self.done.emit(value)
        elif word == "failed":
            self.failed.emit(value)
        else:
            self.cancelled.emit()


class Jobs(QObject):
    """All running Jobs; the window shows the newest one that is not quiet."""

    started = Signal(object)
    ended = Signal(object)
    failed = Signal(object)
    """A failure that no caller took care of."""

    def __init__(self) -> None:
        super().__init__()
        self.running: list[Job] = []
        self._is_stopped = False

    def run(
        self,
        title: str,
        work: Work,
        done: Callable[[Any], None] | None = None,
        *,
        failed: Callable[[BaseException], None] | None = None,
        cancelled: Callable[[], None] | None = None,
        quiet: bool = False,
        can_cancel: bool = True,
        once: bool = False,
    ) -> Job:
        """Start a Job; `done`, `failed` and `cancelled` are called in the window's thread.

        What is done `once` is not begun while a Job of its title runs: the button was pressed twice. After `stop`
        nothing is started any more: the database is closed, or about to be.
        """
        job = Job(title, work, quiet=quiet, can_cancel=can_cancel)
        if self._is_stopped or (once and any(each.title == title for each in self.running)):
            return job
        self.running.append(job)
        job.ended.connect(lambda: self._drop(job))
        if done is not None:
            job.done.connect(done)
        job.failed.connect(failed if failed is not None else self.failed.emit)
        if cancelled is not None:
            job.cancelled.connect(cancelled)
        self.started.emit(job)
        job.start()
        return job

    def stop(self) -> None:
        """Cancel everything and wait until nothing touches the database any more; nobody hears of it afterwards."""
        self._is_stopped = True
        for job in list(self.running):
            job.is_abandoned = True
            job.cancel()
        for job in list(self.running):
            job.wait()

    def _drop(self, job: Job) -> None:
        self.running.remove(job)
        self.ended.emit(job)
