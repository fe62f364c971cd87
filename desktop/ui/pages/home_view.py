"""What the home page shows, and the widget that shows it; knows no database, for the first picture has it too.

The numbers counted last lie beside the office's data as plain JSON, so that a window can show them before the
database is open.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import orjson
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QLineEdit, QProgressBar, QPushButton, QScrollArea, QWidget

from desktop.text import tr
from desktop.ui.theme import theme
from desktop.ui.widgets import button, card, clear, column, label, row

CACHE_NAME: Final = "home.json"
_STACKED: Final = 760
"""A page narrower than this (at 100 %) has what was done last under what is to be done."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One card: title, figure, how much of how much, a note, and the page behind it."""

    title: str
    figure: str
    done: int
    total: int
    note: str
    page: str


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to do: its sentence and tone (a role of the style sheet), the button's word, and what it opens."""

    text: str
    role: str
    word: str
    page: str
    what: str = ""
    note: str = ""
    """The note to tick off."""


@dataclass(frozen=True, slots=True)
class Again:
    """One thing to go back to: when, what, and the page that shows it."""

    when: str
    text: str
    page: str
    what: str = ""


@dataclass(frozen=True, slots=True)
class HomeContent:
    """Everything on the home page."""

    now: str
    figures: tuple[Figure, ...]
    lines: tuple[Line, ...]
    again: tuple[Again, ...]


def keep_content(folder: Path, content: HomeContent) -> None:
    """Keep what was counted beside the office's data; a folder that cannot be written goes without."""
    path = folder / CACHE_NAME
    with suppress(OSError):
        fresh = path.with_suffix(".new")
        fresh.write_bytes(orjson.dumps(asdict(content)))
        fresh.replace(path)


def kept_content(folder: Path) -> HomeContent | None:
    """What was counted last; None where there is nothing that can be read."""
    try:
        found: dict[str, Any] = orjson.loads((folder / CACHE_NAME).read_bytes())
        return HomeContent(
            found["now"],
            tuple(Figure(**each) for each in found["figures"]),
            tuple(Line(**each) for each in found["lines"]),
            tuple(Again(**each) for each in found["again"]),
        )
    except (OSError, orjson.JSONDecodeError, KeyError, TypeError):
        return None


class HomeView(QScrollArea):
    """Cards above, below them what is to be done and what was done last; everything opens on click."""

    wanted = Signal(str, object)
    noted = Signal(str)
    """A remark was written."""
    finished = Signal(str)
    """A note was ticked off."""

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.cards = row(space=12)
        self.to_do = column(space=6)
        self.again = column(space=2)
        self.note = QLineEdit()
        self.note.setAccessibleName(tr("记一笔备忘"))
        self.note.setPlaceholderText(tr("记一笔，例如：石坪小学打过电话，周三送来"))
        self.note.returnPressed.connect(self._write_note)
        keep = button(tr("记下"), self._write_note)
        first = card(label(tr("现在要做的"), "section"), self.to_do, None, row(self.note, keep))
        second = card(label(tr("最近"), "section"), self.again, None)
        self.halves = row(first, second, space=12)
        self.halves.setStretch(0, 3)
        self.halves.setStretch(1, 2)
        inner = QWidget()
        inner.setLayout(column(self.cards, self.halves, space=12))
        whole = inner.layout()
        assert isinstance(whole, QBoxLayout)
        whole.setStretch(1, 1)
        self.setWidget(inner)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Two columns where they find room."""
        super().resizeEvent(event)
        is_narrow = event.size().width() < theme.px(_STACKED)  # a scroll area is told the size of its viewport
        direction = QBoxLayout.Direction.TopToBottom if is_narrow else QBoxLayout.Direction.LeftToRight
        self.halves.setDirection(direction)
        self.cards.setDirection(direction)

    def show_content(self, content: HomeContent) -> None:
        """Show what was counted."""
        clear(self.cards)
        for each in content.figures:
            self.cards.addWidget(self._figure(each), 1)
        clear(self.to_do)
        for line in content.lines:
            self.to_do.addLayout(self._line(line))
        if not content.lines:
            self.to_do.addWidget(label(tr("没有未办事项"), "good"))
        clear(self.again)
        for thing in content.again:
            self.again.addLayout(self._thing(thing))
        if not content.again:
            self.again.addWidget(
                label(tr("最近保存的教师、收到的名册、打印的表和数据包会列在这里"), "muted", wrap=True)
            )

    def _figure(self, figure: Figure) -> QFrame:
        bar = QProgressBar()
        bar.setRange(0, max(figure.total, 1))
        bar.setValue(figure.done)
        bar.setTextVisible(False)
        bar.setFixedHeight(theme.px(8))
        bar.setAccessibleName(figure.title)
        opened = button(tr("查看"), partial(self.wanted.emit, figure.page, None), role="flat")
        opened.setAccessibleName(tr("查看{what}", what=figure.title))
        head = row(label(figure.title, "muted"), None, opened)
        return card(
            head, label(figure.figure, "figure"), bar, label(figure.note, "muted", wrap=True), space=4, margin=14
        )

    def _line(self, line: Line) -> QBoxLayout:
        said = label(f"·  {line.text}", line.role, wrap=True)
        pieces: list[QWidget] = [said]
        if line.note:
            pieces.append(self._button(tr("办结"), line.text, partial(self.finished.emit, line.note)))
        pieces.append(self._button(line.word, line.text, partial(self.wanted.emit, line.page, line.what or None)))
        made = row(*pieces, space=12)
        made.setStretch(0, 1)
        for each in pieces[1:]:
            made.setAlignment(each, Qt.AlignmentFlag.AlignTop)
        return made

    def _button(self, word: str, text: str, run: Callable[[], object]) -> QPushButton:
        made = button(word, run)
        made.setAccessibleName(tr("{word}：{text}", word=word, text=text))
        return made

    def _thing(self, thing: Again) -> QBoxLayout:
        when = label(thing.when, "muted")
        opened = button(thing.text, partial(self.wanted.emit, thing.page, thing.what or None), role="link")
        opened.setToolTip(thing.text)
        made = row(when, opened, space=6)
        made.setStretch(1, 1)
        return made

    def _write_note(self) -> None:
        text = self.note.text().strip()
        if text:
            self.note.clear()
            self.noted.emit(text)
        self.note.setFocus()

    def focus_first(self) -> None:
        """The keyboard starts at the first thing to do."""
        for found in self.widget().findChildren(QPushButton):
            if found.isEnabled():
                found.setFocus()
                return
