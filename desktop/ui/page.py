"""What every page of the window has: a title, what matters now beside it, its buttons, and how it is left."""

from PySide6.QtWidgets import QVBoxLayout

from desktop.ui.desk import Desk
from desktop.ui.theme import theme
from desktop.ui.widgets import ShortLabel, YieldingWidget, column, label, row

_ROOMY = 150
"""The text size in percent up to which the buttons of a page have room to stand apart."""


class Page(YieldingWidget):
    """One page; `show_for` is called each time it comes to the front, `may_leave` before it goes."""

    def __init__(self, desk: Desk, title: str) -> None:
        super().__init__()
        self.setObjectName("page")
        self.desk = desk
        self.title = label(title, "title")
        self.now = ShortLabel("", "muted")
        self.tools = row(space=8 if theme.percent <= _ROOMY else 4)
        self.body: QVBoxLayout = column(space=10)
        head = row(self.title, self.now, None, self.tools, space=12)
        whole = column(head, self.body, space=10, margins=(20, 14, 20, 12))
        whole.setStretch(1, 1)
        self.setLayout(whole)

    def show_for(self, what: object) -> None:
        """Come to the front, for a certain thing where the page can show one."""

    def may_leave(self) -> bool:
        """Whether the page can be left; one with unsaved typing asks first."""
        return True

    def subject(self) -> dict[str, str]:
        """The school or teacher in front, by uid, for a note on it; empty where there is none."""
        return {}

    def focus_first(self) -> None:
        """Put the keyboard where the work begins."""
        self.setFocus()
