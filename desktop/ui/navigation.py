"""The pages in the order of the clerk's work, on the left; knows no database, for the first picture has it too."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QScrollArea, QWidget

from desktop.text import tr
from desktop.ui.icons import icon
from desktop.ui.screens import ENTRIES, PAGES, Entry
from desktop.ui.theme import ACCENT, MUTED, theme
from desktop.ui.widgets import column, label, row

NARROW = 1040
"""In a window narrower than this (at 100 %) the navigation shows only icons."""

_WIDE, _ICONS = 156, 64
"""The widths with words and with icons only, at 100 %."""


class Navigation(QFrame):
    """The pages in the order of the clerk's work; Ctrl+1 … Ctrl+9 open the first nine."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "side")
        self._narrow = False
        self._current = ""
        self.buttons: dict[str, QPushButton] = {}
        self._title = label(tr("骨干教师工作台"), "good")
        self._headings: list[QLabel] = []
        inner = QWidget()
        layout = column(space=1, margins=(8, 0, 8, 8))
        group = ""
        for entry in PAGES:
            if entry.group != group:
                group = entry.group
                heading = label(tr(group), "small")
                heading.setContentsMargins(theme.px(12), theme.px(7), 0, theme.px(1))
                self._headings.append(heading)
                layout.addWidget(heading)
            layout.addWidget(self._button(entry))
        layout.addStretch(1)
        inner.setLayout(layout)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(inner)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area = area
        head = row(self._title, margins=(20, 16, 8, 10))
        whole = column(head, area, space=0)
        self.setLayout(whole)
        self.setFixedWidth(theme.px(_WIDE))

    def set_narrow(self, *, narrow: bool) -> None:
        """Only icons where the window is too narrow for words; the words stay as tips and for screen readers."""
        if narrow == self._narrow:
            return
        self._narrow = narrow
        self.setFixedWidth(theme.px(_ICONS if narrow else _WIDE))
        self._title.setVisible(not narrow)
        for heading in self._headings:
            heading.setVisible(not narrow)
        for entry in PAGES:
            made = self.buttons[entry.name]
            made.setText("" if narrow else tr(entry.label))
            made.setToolTip(tr(entry.label) if narrow else "")

    def _button(self, entry: Entry) -> QPushButton:
        made = QPushButton(icon(entry.icon), tr(entry.label))
        made.setProperty("role", "nav")
        made.setCheckable(True)
        made.setIconSize(QSize(theme.px(18), theme.px(18)))
        made.setAccessibleName(tr(entry.label))
        made.clicked.connect(lambda _checked=False: self.chosen.emit(entry.name))
        self.buttons[entry.name] = made
        return made

    def show_current(self, name: str) -> None:
        """Mark the page in front, and no more the one before: each icon that is set anew costs its styling."""
        for each, made in self.buttons.items():
            made.setChecked(each == name)
        for each, colour in ((self._current, MUTED), (name, ACCENT)):
            if each in self.buttons:
                self.buttons[each].setIcon(icon(ENTRIES[each].icon, colour))
        self._current = name
        if name in self.buttons:
            self._area.ensureWidgetVisible(self.buttons[name])
