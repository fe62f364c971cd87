"""Packages: up to the upper office, what came, down to those below, who owes what, key cards."""

from pathlib import Path

from PySide6.QtWidgets import QTabWidget

from desktop.text import tr
from desktop.ui.desk import Desk
from desktop.ui.page import Page
from desktop.ui.pages.packages_down import DownTab
from desktop.ui.pages.packages_keys import KeysTab
from desktop.ui.pages.packages_owing import OwingTab
from desktop.ui.pages.packages_receive import ReceiveTab
from desktop.ui.pages.packages_send import SendTab
from desktop.ui.screens import Entry
from desktop.ui.theme import theme


class PackagesPage(Page):
    """Five things to do with packages, each on a tab of its own."""

    def __init__(self, desk: Desk, entry: Entry) -> None:
        super().__init__(desk, tr(entry.label))
        self.now.setText(tr("数据包加密并签名，只有收件单位能打开"))
        self.send = SendTab(desk)
        self.receive = ReceiveTab(desk, self.send)
        self.down = DownTab(desk)
        self.owing = OwingTab(desk)
        self.keys = KeysTab(desk)
        self.receive.found.keys_wanted.connect(self.keys.take_keys)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        for tab, name in (
            (self.send, "报送"),
            (self.receive, "接收"),
            (self.down, "下发"),
            (self.owing, "谁还没交"),
            (self.keys, "密钥"),
        ):
            tab.layout().setContentsMargins(0, theme.px(10), 0, 0)  # type: ignore[union-attr]  # every tab has one
            self.tabs.addTab(tab, tr(name))
        self.tabs.currentChanged.connect(lambda _index: self.refresh())
        self.body.addWidget(self.tabs, 1)

    def show_for(self, what: object) -> None:
        """Come to the front with the year at the desk; a file is planned, a folder looked through at once."""
        if isinstance(what, Path):
            self.tabs.setCurrentWidget(self.receive)
        self.refresh()
        if isinstance(what, Path) and what.is_dir():
            self.receive.look_in(what)
        elif isinstance(what, Path):
            self.receive.plan_package(what)

    def refresh(self) -> None:
        """Show the tab in front as things stand now."""
        self.tabs.currentWidget().refresh()  # type: ignore[attr-defined]  # every tab has it

    def focus_first(self) -> None:
        """The keyboard starts at what is done most on the tab in front."""
        if self.tabs.currentWidget() is self.receive:
            self.receive.start_keyboard()
        else:
            self.send.write_button.setFocus()
