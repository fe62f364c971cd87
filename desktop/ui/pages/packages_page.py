"""Packages: up to the upper office, what came, down to those below, who owes what, key cards."""

from functools import cached_property
from pathlib import Path
from typing import Final, TypeVar

from PySide6.QtWidgets import QTabWidget, QWidget

from desktop.text import tr
from desktop.ui.desk import Desk
from desktop.ui.page import Page
from desktop.ui.pages.packages_down import DownTab
from desktop.ui.pages.packages_keys import KeysTab
from desktop.ui.pages.packages_owing import OwingTab
from desktop.ui.pages.packages_receive import ReceiveTab
from desktop.ui.pages.packages_send import SendTab
from desktop.ui.screens import Entry
from desktop.ui.widgets import YieldingWidget, column

Tab = TypeVar("Tab", bound=QWidget)
_TABS: Final = {"send": "报送", "receive": "接收", "down": "下发", "owing": "谁还没交", "keys": "密钥"}
"""The titles by the name of what stands on the tab."""


class PackagesPage(Page):
    """Five things to do with packages, each on a tab of its own that is filled when it is first needed."""

    def __init__(self, desk: Desk, entry: Entry) -> None:
        super().__init__(desk, tr(entry.label))
        self.now.setText(tr("数据包加密并签名，只有收件单位能打开"))
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        for title in _TABS.values():
            frame = YieldingWidget()
            frame.setLayout(column(margins=(0, 10, 0, 0)))
            self.tabs.addTab(frame, tr(title))
        self.tabs.currentChanged.connect(lambda _index: self.refresh())
        self.body.addWidget(self.tabs, 1)

    def _place(self, name: str, tab: Tab) -> Tab:
        frame = self.tabs.widget([*_TABS].index(name))
        tab.layout().setContentsMargins(0, 0, 0, 0)  # type: ignore[union-attr]  # every tab has one
        frame.layout().addWidget(tab)  # type: ignore[union-attr]
        return tab

    @cached_property
    def send(self) -> SendTab:
        """Up to the upper office."""
        return self._place("send", SendTab(self.desk))

    @cached_property
    def receive(self) -> ReceiveTab:
        """What came."""
        tab = ReceiveTab(self.desk, self.send)
        tab.found.keys_wanted.connect(self._take_keys)
        return self._place("receive", tab)

    @cached_property
    def down(self) -> DownTab:
        """Down to the offices below."""
        return self._place("down", DownTab(self.desk))

    @cached_property
    def owing(self) -> OwingTab:
        """Who owes what."""
        return self._place("owing", OwingTab(self.desk))

    @cached_property
    def keys(self) -> KeysTab:
        """Key cards."""
        return self._place("keys", KeysTab(self.desk))

    def _take_keys(self, path: Path) -> None:
        self.keys.take_keys(path)

    def show_for(self, what: object) -> None:
        """Come to the front with the year at the desk; a file is planned, a folder looked through at once."""
        if isinstance(what, Path):
            self.turn_to("receive")
        self.refresh()
        if isinstance(what, Path) and what.is_dir():
            self.receive.look_in(what)
        elif isinstance(what, Path):
            self.receive.plan_package(what)

    def turn_to(self, name: str) -> None:
        """Bring a tab to the front."""
        self.tabs.setCurrentIndex([*_TABS].index(name))

    def refresh(self) -> None:
        """Show the tab in front as things stand now."""
        getattr(self, [*_TABS][self.tabs.currentIndex()]).refresh()

    def focus_first(self) -> None:
        """The keyboard starts at what is done most on the tab in front."""
        if self.tabs.currentIndex() == [*_TABS].index("receive"):
            self.receive.start_keyboard()
        else:
            self.send.write_button.setFocus()
