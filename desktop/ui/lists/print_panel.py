"""The preview of a list that is to be printed as it is seen; shown where the list stood."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame

from desktop.text import tr
from desktop.ui.desk import Desk
from desktop.ui.jobs import Progress, after_painting
from desktop.ui.paper.output import SheetOutput, Sheets
from desktop.ui.paper.preview import Preview
from desktop.ui.widgets import button, column, label, row


class PrintPanel(QFrame):
    """Shown instead of the list until the clerk goes back; what is printed is what stands here."""

    closed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.sheets: Sheets | None = None
        self._turn = 0
        self.preview = Preview(desk)
        self.output = SheetOutput(desk, self)
        self.save_button = button(tr("存为 PDF"), self._save, icon_name="download", keys="Ctrl+S")
        self.print_button = button(tr("打印"), self._print, icon_name="printer", role="primary", keys="Ctrl+P")
        back = button(tr("返回列表  Esc"), self.close_preview)
        head = row(label(tr("打印预览"), "title"), None, back, self.save_button, self.print_button)
        layout = column(head, self.preview, space=8)
        layout.setStretch(1, 1)
        self.setLayout(layout)
        leave = QShortcut(QKeySequence(Qt.Key.Key_Escape), self, self.close_preview)
        leave.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    def begin(self, work: Callable[[Progress], Sheets]) -> None:
        """Lay the list out in a Job and show its pages."""
        self._turn += 1
        turn = self._turn
        self.sheets = None
        self._set_ready(ready=False)
        self.preview.show_sentence(tr("正在排版……"))

        def take(found: Sheets) -> None:
            if turn == self._turn:
                self._show(found)
            else:
                found.pages.close()

        def failed(error: BaseException) -> None:
            self.close_preview()
            self.desk.tell_error(error)

        self.desk.jobs.run(tr("预览"), after_painting(work), take, failed=failed, cancelled=self.close_preview)

    def _show(self, found: Sheets) -> None:
        self.sheets = found
        self._set_ready(ready=True)
        self.preview.show_pages(found.pages, people=found.prepared.filled.people, names=found.names)
        self.preview.tell("\n".join(found.warnings()))
        self.print_button.setFocus()

    def _set_ready(self, *, ready: bool) -> None:
        self.save_button.setEnabled(ready)
        self.print_button.setEnabled(ready)

    def _save(self) -> None:
        if self.sheets is not None:
            self.output.save(self.sheets)

    def _print(self) -> None:
        if self.sheets is not None:
            self.output.print_out(self.sheets)

    def close_preview(self) -> None:
        """Let the pages go, and back to the list."""
        self._turn += 1
        self.sheets = None
        self.preview.forget()
        self.closed.emit()
