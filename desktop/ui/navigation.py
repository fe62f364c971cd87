"""The pages in the order of the clerk's work, on the left; knows no database, for the first picture has it too."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QPushButton, QScrollArea, QWidget

from desktop.text import tr
from desktop.ui.icons import icon
from desktop.ui.memory import recall, remember
from desktop.ui.screens import ENTRIES, PAGES, Entry
from desktop.ui.theme import ACCENT, MUTED, theme
from desktop.ui.widgets import column, label, row, set_flag

NARROW = 1040
"""In a window narrower than this (at 100 %) the navigation shows words without icons."""
_WIDE_WIDTH, _NARROW_WIDTH = 156, 68
_FOLDED_FIRST: Final = ("档案", "系统", "培训", "输出", "业务", "人员")
"""The groups that give way where not all of them find room, the one that is used least first."""
_SPACE = 1


class _Group:
    """The pages under one heading, which a press on it folds away."""

    def __init__(self, name: str, buttons: Sequence[QPushButton]) -> None:
        self.name = name
        self.buttons = buttons
        self.is_open: bool | None = None
        self.heading = QPushButton(tr(name))
        self.heading.setProperty("role", "group")
        self.heading.setIconSize(QSize(theme.px(12), theme.px(12)))
        self.unfold(is_open=True)

    def unfold(self, *, is_open: bool) -> None:
        """Show the pages, or only the heading."""
        if is_open == self.is_open:
            return
        self.is_open = is_open
        self.heading.setIcon(icon("chevron-down" if is_open else "chevron-right"))
        said = tr("收起{group}", group=tr(self.name)) if is_open else tr("展开{group}", group=tr(self.name))
        self.heading.setAccessibleName(said)
        for each in self.buttons:
            each.setVisible(is_open)

    def height(self) -> int:
        """The room that its pages take; all are of one height."""
        return len(self.buttons) * (self.buttons[0].sizeHint().height() + theme.px(_SPACE))


class Navigation(QFrame):
    """The pages in the order of the clerk's work; Ctrl+1 … Ctrl+9 open the first nine.

    Every heading is always in sight: as many groups are unfolded as find room, the one of the page in front among them.
    """

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "side")
        self._current = ""
        self._narrow: bool | None = None
        self.buttons: dict[str, QPushButton] = {}
        self._title = label(tr("骨干教师工作台"), "good")
        self._head = QWidget()
        self._head.setLayout(row(self._title, margins=(20, 14, 8, 8)))
        self._loose = [self._button(entry) for entry in PAGES if not entry.group]
        names = dict.fromkeys(entry.group for entry in PAGES if entry.group)
        self.groups = [_Group(name, [self._button(each) for each in PAGES if each.group == name]) for name in names]
        self._wanted = [name for name in recall("unfolded", reversed(_FOLDED_FIRST)) if name in names]
        """The groups that are to be unfolded, those first that are to be so in any case."""
        self._area = self._filled()
        self.setLayout(column(self._head, self._area, space=0))
        self.set_narrow(narrow=False)

    def _filled(self) -> QScrollArea:
        inner = QWidget()
        layout = column(*self._loose, space=_SPACE)
        self._pages = layout
        for group in self.groups:
            group.heading.clicked.connect(lambda _checked=False, group=group: self.toggle(group))
            layout.addWidget(group.heading)
            for each in group.buttons:
                layout.addWidget(each)
        layout.addStretch(1)
        inner.setLayout(layout)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(inner)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return area

    def set_narrow(self, *, narrow: bool) -> None:
        """Only words, without icons and title, where the window is narrow for its text size."""
        if narrow == self._narrow:
            return
        self._narrow = narrow
        self.setFixedWidth(theme.px(_NARROW_WIDTH if narrow else _WIDE_WIDTH))
        self._head.setVisible(not narrow)
        aside = theme.px(2 if narrow else 8)
        self._pages.setContentsMargins(aside, theme.px(2), aside, theme.px(4))
        for entry in PAGES:
            made = self.buttons[entry.name]
            made.setIconSize(QSize(0, 0) if narrow else QSize(theme.px(18), theme.px(18)))
            set_flag(made, "narrow", narrow)
        self._fit()

    def _button(self, entry: Entry) -> QPushButton:
        made = QPushButton(icon(entry.icon), tr(entry.label))
        made.setProperty("role", "nav")
        made.setProperty("narrow", False)
        made.setCheckable(True)
        made.setAccessibleName(tr(entry.label))
        made.clicked.connect(lambda _checked=False: self.chosen.emit(entry.name))
        self.buttons[entry.name] = made
        return made

    def show_current(self, name: str) -> None:
        """Mark the page in front and unfold its group; each icon that is set anew costs its styling."""
        for each, made in self.buttons.items():
            made.setChecked(each == name)
        for each, colour in ((self._current, MUTED), (name, ACCENT)):
            if each in self.buttons:
                self.buttons[each].setIcon(icon(ENTRIES[each].icon, colour))
        self._current = name
        self._fit()
        if name in self.buttons:
            self._area.ensureWidgetVisible(self.buttons[name])

    def toggle(self, group: _Group) -> None:
        """Fold a group away, or unfold it and let others give way where there is no room; so it is next time too."""
        if group.is_open:
            self._wanted = [each.name for each in self.groups if each.is_open and each is not group]
            group.unfold(is_open=False)
        else:
            self._wanted = [group.name, *(name for name in self._wanted if name != group.name)]
            self._fit(group)
        remember("unfolded", self._wanted)

    def _fit(self, asked: _Group | None = None) -> None:
        """Unfold the group just asked for, that of the page in front, and then whichever of those wanted find room."""
        first = [asked, next((each for each in self.groups if self.buttons.get(self._current) in each.buttons), None)]
        by_name = {each.name: each for each in self.groups}
        order = dict.fromkeys(each for each in (*first, *map(by_name.get, self._wanted)) if each is not None)
        opened: set[str] = set()
        room = self._room()
        for group in order:
            if group.height() <= room or not opened:
                opened.add(group.name)
                room -= group.height()
        for group in self.groups:
            group.unfold(is_open=group.name in opened)

    def fits(self) -> bool:
        """Whether all of it is in sight."""
        return self._area.verticalScrollBar().maximum() == 0

    def _room(self) -> int:
        """What is left for pages under the headings."""
        taken = [*self._loose, *(each.heading for each in self.groups)]
        used = sum(each.sizeHint().height() + theme.px(_SPACE) for each in taken) + theme.px(6)
        head = 0 if self._head.isHidden() else self._head.sizeHint().height()
        return self.height() - head - used

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another height has room for more or fewer groups."""
        super().resizeEvent(event)
        self._fit()
