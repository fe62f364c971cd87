"""The dialog after a bug: what happened, what was kept, what to do; the trace goes to the log without personal data."""

import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication

from desktop.text import tr
from desktop.ui.dialogs import Dialogs, Request, Wish


class CrashGuard(QObject):
    """Catches what nobody caught, in any thread, and tells it in the window's thread."""

    _caught = Signal(object)

    def __init__(self, dialogs: Dialogs, log: Callable[[BaseException], Path]) -> None:
        super().__init__()
        self._dialogs, self._log = dialogs, log
        self._telling = False
        self._caught.connect(self.tell, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """Take over the hooks of the interpreter."""

        def hook(_kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
            self._caught.emit(error)

        sys.excepthook = hook
        threading.excepthook = lambda arguments: self._caught.emit(arguments.exc_value)

    def tell(self, error: BaseException) -> None:
        """Log the place of the error, and say what the clerk can rely on."""
        path = self._log(error)
        if self._telling:
            return
        self._telling = True
        request = crash_request()
        copy = request.buttons[1]
        answer = self._dialogs.answer(request)
        if answer == copy:
            QApplication.clipboard().setText(path.read_text(encoding="utf-8") if path.is_file() else "")
        self._telling = False


def crash_request() -> Request:
    """What is said after a bug, in plain words; the second answer copies the log, which holds no personal data."""
    text = tr(
        "程序刚才出了一处错误，这一步没有做完。以前保存的内容都在，没有受影响；正在填写的表单留有草稿。"
        "可以继续使用；如果再次出现，请退出后重新打开，并把诊断信息交给技术人员（不含姓名和证号）。"
    )
    buttons = (tr("知道了"), tr("复制诊断信息"), tr("关闭"))
    return Request(Wish.CHOICE, tr("程序出错"), text, buttons=buttons, why="trouble#crash")
