"""Receiving: what lies on a stick, and one package of it looked into."""

from pathlib import Path

from PySide6.QtWidgets import QStackedWidget

from desktop.ui.desk import Desk
from desktop.ui.pages.packages_found import FoundView
from desktop.ui.pages.packages_merge import MergeView
from desktop.ui.pages.packages_send import SendTab
from desktop.ui.widgets import YieldingWidget, column


class ReceiveTab(YieldingWidget):
    """What came from below or from above: what was found, or the plan of one package in its place."""

    def __init__(self, desk: Desk, send: SendTab) -> None:
        super().__init__()
        self.found = FoundView(desk)
        self.merging = MergeView(desk)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.found)
        self.stack.addWidget(self.merging)
        self.found.package_wanted.connect(lambda path, held: self.merging.plan_package(path, held=held))
        self.found.receipt_wanted.connect(send.take_receipt)
        self.merging.planned.connect(lambda: self.stack.setCurrentWidget(self.merging))
        self.merging.left.connect(self._begin)
        self.merging.merged.connect(self._after_merge)
        layout = column()
        layout.addWidget(self.stack, 1)
        self.setLayout(layout)

    def refresh(self) -> None:
        """Look for drives; show what was found last, and what waits."""
        self.found.refresh()

    def look_in(self, folder: Path) -> None:
        """Plan every package in a folder."""
        self.found.look_in(folder)

    def plan_package(self, path: Path) -> None:
        """Look into one package."""
        self.merging.plan_package(path)

    def start_keyboard(self) -> None:
        """The keyboard starts at what is done first."""
        (self.merging.rows if self.stack.currentWidget() is self.merging else self.found.look_button).setFocus()

    def _begin(self) -> None:
        self.stack.setCurrentWidget(self.found)
        self.found.show_items()

    def _after_merge(self) -> None:
        self.stack.setCurrentWidget(self.found)
        self.found.forget()
