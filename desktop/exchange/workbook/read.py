"""Reading spreadsheet files safely: each in a helper process with limits of memory and time.

A file from a USB drive may be anything; what it does to the reader stays in the helper, which can be stopped
at any moment. One Reader serves many files and starts its helper anew after a file that could not be read.
"""

import gc
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self, cast

from desktop.errors import UnreadableFile
from desktop.exchange.workbook.cells import LIMITS, Book, Limits
from desktop.exchange.workbook.frames import ARGUMENT, TOO_LARGE, receive_frame, send_frame

_POLL = 0.05  # seconds between two looks at the clock and at `cancelled`
_SOURCE = str(Path(__file__).resolve().parents[3])


def read_book(path: Path, *, cancelled: Callable[[], bool] | None = None, limits: Limits = LIMITS) -> Book:
    """Read one file; raises UnreadableFile with one sentence that names the file and the way out."""
    with Reader(limits) as reader:
        return reader.read(path, cancelled=cancelled)


@dataclass(slots=True)
class _Helper:
    """One running helper process and the frames it has sent so far."""

    process: subprocess.Popen[bytes]
    frames: "queue.SimpleQueue[tuple[str, object] | None]" = field(default_factory=queue.SimpleQueue)
    listener: threading.Thread = field(init=False)

    def __post_init__(self) -> None:
        self.listener = threading.Thread(target=self.listen, name="workbook reader", daemon=True)

    def listen(self) -> None:
        """Unpack frames as they come; None says that the helper is gone."""
        pipe = self.process.stdout
        assert pipe is not None
        with suppress(EOFError, OSError):
            while True:
                self.frames.put(cast("tuple[str, object]", receive_frame(pipe)))
        self.frames.put(None)


class Reader:
    """Reads several files with one helper process; a context manager."""

    def __init__(self, limits: Limits = LIMITS) -> None:
        self._limits = limits
        self._helper: _Helper | None = None

    def __enter__(self) -> Self:
        self._start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def read(self, path: Path, *, cancelled: Callable[[], bool] | None = None) -> Book:
        """Read one file; raises UnreadableFile with one sentence that names the file and the way out."""
        helper = self._helper or self._start()
        pipe = helper.process.stdin
        assert pipe is not None
        with suppress(OSError):  # the helper is gone: the missing answer tells it
            send_frame(pipe, (str(path), self._limits))
        try:
            return self._receive(helper, cancelled)
        except UnreadableFile as error:
            self._stop()  # what the file has taken of the helper's memory must not be missing for the next one
            raise UnreadableFile(f"「{path.name}」{error.sentence}") from error

    def _receive(self, helper: _Helper, cancelled: Callable[[], bool] | None) -> Book:
        deadline = time.monotonic() + self._limits.seconds
        collected = gc.isenabled()
        gc.disable()
        try:
            return _assemble(lambda: self._next(helper, deadline, cancelled))
        finally:
            if collected:
                gc.enable()

    def _next(self, helper: _Helper, deadline: float, cancelled: Callable[[], bool] | None) -> tuple[str, object]:
        while True:
            try:
                frame = helper.frames.get(timeout=_POLL)
            except queue.Empty:
                if cancelled is not None and cancelled():
                    raise UnreadableFile("已取消读入，什么都没有保存。需要时请重新导入。") from None
                if time.monotonic() > deadline:
                    raise UnreadableFile(
                        f"读了 {self._limits.seconds:.0f} 秒还没有读完，内容过大或已损坏。"
                        "请把名册内容复制到新建的表格中，另存后再导入。"
                    ) from None
                continue
            if frame is None:  # the helper died: calamine aborts when memory is refused
                raise UnreadableFile(TOO_LARGE)
            return frame

    def _start(self) -> _Helper:
        # Out of memory, Rust's trace of the stack would wait for ever for its own lock instead of ending the helper.
        environment = {**os.environ, "RUST_BACKTRACE": "0", "RUST_LIB_BACKTRACE": "0"}
        command = [sys.executable, ARGUMENT]
        if not getattr(sys, "frozen", False):
            # -P: a file called csv.py in the clerk's folder must not be imported.
            command = [sys.executable, "-P", "-m", "desktop.exchange.workbook.reader"]
            environment["PYTHONPATH"] = os.pathsep.join(filter(None, (_SOURCE, environment.get("PYTHONPATH"))))
        process = subprocess.Popen(  # noqa: S603 - our own program
            [*command, str(self._limits.memory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        self._helper = _Helper(process)
        self._helper.listener.start()
        return self._helper

    def _stop(self) -> None:
        helper, self._helper = self._helper, None
        if helper is None:
            return
        helper.process.kill()
        helper.process.wait()
        helper.listener.join()  # it sees the end of the pipe, now that the helper is gone
        for pipe in (helper.process.stdin, helper.process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()


def _assemble(take: Callable[[], tuple[str, object]]) -> Book:
    word, content = take()
    if word == "sentence":
        raise UnreadableFile(str(content))
    assert isinstance(content, Book)
    book = content
    for sheet in (*book.sheets, *((book.returned_sheet,) if book.returned_sheet else ())):
        word, content = take()
        while word == "rows":
            assert isinstance(content, list)
            sheet.rows.extend(content)
            word, content = take()
    take()
    return book
