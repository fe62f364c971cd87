"""Receiving: what lies on a stick, and one package of it looked into."""

from pathlib import Path

from PySide6.QtWidgets import QStackedWidget

from desktop.archive import let_go
from desktop.text import tr
from desktop.ui.desk import Desk
from desktop.ui.pages.packages_found import FoundView
from desktop.ui.pages.packages_merge import MergeView
from desktop.ui.pages.packages_send import SendTab
from desktop.ui.widgets import YieldingWidget, column


class ReceiveTab(YieldingWidget):
    """What came from below or from above: what was found, or the plan of one package in its place."""

    def __init__(self, desk: Desk, send: SendTab) -> None:
        super().__init__()
        self.desk = desk
        self._path: Path | None = None
        self.found = FoundView(desk)
        self.merging = MergeView(desk)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.found)
        self.stack.addWidget(self.merging)
        self.found.package_wanted.connect(lambda path, held: self.plan_package(path, held=held))
        self.found.receipt_wanted.connect(send.take_receipt)
        self.merging.planned.connect(lambda: self.stack.setCurrentWidget(self.merging))
        self.merging.left.connect(self._begin)
        self.merging.answered.connect(self._after_merge)
        layout = column()
        layout.addWidget(self.stack, 1)
        self.setLayout(layout)

    def refresh(self) -> None:
        """Look for drives; show what was found last, and what waits."""
        self.found.refresh()

    def look_in(self, folder: Path) -> None:
        """Plan every package in a folder."""
        self.found.look_in(folder)

    def plan_package(self, path: Path, *, held: str = "") -> None:
        """Look into one package."""
        self._path = path
        self.merging.plan_package(path, held=held)

    def start_keyboard(self) -> None:
        """The keyboard starts at what is done first."""
        (self.merging.rows if self.stack.currentWidget() is self.merging else self.found.look_button).setFocus()

    def _begin(self) -> None:
        self.stack.setCurrentWidget(self.found)
        self.found.show_items()

    def _after_merge(self, title: str, text: str, receipt: Path | None) -> None:
        """Say what was done; the drive that holds the receipt is let go unless more on it can be merged."""
        more = self.found.count_ready(but=self._path)
        self.stack.setCurrentWidget(self.found)
        self.found.forget()
        if receipt is None or more > 0:
            told = tr("还有 {count} 个数据包没有合并，请再点“查找数据包”。", count=more) if more > 0 else ""
            self.desk.dialogs.tell(title, text + told)
            return
        self.desk.jobs.run(
            tr("弹出U盘"),
            lambda _progress: let_go(receipt.parent),
            lambda gone: self.desk.dialogs.tell(title, text + gone),
            can_cancel=False,
        )
