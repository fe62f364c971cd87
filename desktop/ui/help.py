"""The help: Chinese pages that lie beside the program, opened at the place that the window in front speaks of.

A topic is the name of a file of resources/help without its ending, with `#anchor` behind it for a heading: headings
carry their anchor in braces, `## 数据库打不开 {database}`.
"""

import re
from functools import cache
from pathlib import Path
from typing import Final

from PySide6.QtCore import QUrl
from PySide6.QtGui import QImage, QResizeEvent, QTextBlock, QTextCursor, QTextDocument
from PySide6.QtWidgets import QDialog, QListWidget, QListWidgetItem, QSplitter, QTextBrowser, QWidget

from desktop.paths import RESOURCES
from desktop.text import tr
from desktop.ui.theme import theme
from desktop.ui.widgets import button, column, resize_within, row

FOLDER: Final = RESOURCES / "help"
START: Final = "start"
ORDER: Final = (
    *("start", "home", "lists", "import", "training", "attendance", "hours", "policies", "reports"),
    *("packages", "backups", "log", "keyboard", "trouble"),
)
"""The pages in the order of the list."""

_ANCHOR: Final = re.compile(r"^(#+ .*?)\s*\{([a-z-]+)\}\s*$", re.MULTILINE)
_TITLE: Final = re.compile(r"^# (.+?)(?:\s*\{[a-z-]+\})?\s*$", re.MULTILINE)


@cache
def page_text(name: str) -> str:
    """The Markdown of a page, anchors included."""
    return (FOLDER / f"{name}.md").read_text(encoding="utf-8")


def title_of(name: str) -> str:
    """The heading of a page."""
    found = _TITLE.search(page_text(name))
    return found[1] if found else name


def anchors_of(name: str) -> dict[str, str]:
    """The headings of a page by anchor."""
    return {match[2]: match[1].lstrip("# ") for match in _ANCHOR.finditer(page_text(name))}


class HelpWindow(QDialog):
    """The pages on the left, the one that is read on the right; stays open beside the work."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("帮助"))
        resize_within(self, 1000, 640)
        self.list = QListWidget()
        self.list.setAccessibleName(tr("帮助目录"))
        for name in ORDER:
            item = QListWidgetItem(title_of(name))
            self.list.addItem(item)
        self.text = QTextBrowser()
        self.text.setAccessibleName(tr("帮助内容"))
        self.text.setOpenLinks(False)
        self.text.anchorClicked.connect(self._follow)
        self.list.currentRowChanged.connect(lambda number: self._load(ORDER[number]))
        splitter = QSplitter()
        splitter.addWidget(self.list)
        splitter.addWidget(self.text)
        splitter.setChildrenCollapsible(False)
        contents = self.list.sizeHintForColumn(0) + self.list.verticalScrollBar().sizeHint().width() + theme.px(16)
        splitter.setSizes([contents, theme.px(970) - contents])
        close = button(tr("关闭"), self.close)
        close.setAutoDefault(False)
        self.setLayout(column(splitter, row(None, close), space=8, margins=(12, 12, 12, 12)))

    def show_topic(self, topic: str) -> None:
        """Open the page of a topic at its heading; an unknown one opens the first page."""
        name, _, anchor = topic.partition("#")
        name = name if name in ORDER else START
        if self.list.currentRow() == ORDER.index(name):
            self._load(name)
        else:
            self.list.setCurrentRow(ORDER.index(name))
        heading = anchors_of(name).get(anchor)
        if heading:
            self._scroll_to(heading)

    def _load(self, name: str) -> None:
        document = QTextDocument(self.text)
        document.setDefaultFont(self.text.font())
        document.setBaseUrl(QUrl.fromLocalFile(str(FOLDER) + "/"))
        document.setMarkdown(_ANCHOR.sub(r"\1", page_text(name)))
        self.text.setDocument(document)
        self._space(document)
        self._fit_pictures()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Pictures are as wide as the text at most."""
        super().resizeEvent(event)
        self._fit_pictures()

    def _fit_pictures(self) -> None:
        document = self.text.document()
        room = self.text.viewport().width() - 2 * int(document.documentMargin()) - theme.px(4)
        cursor = QTextCursor(document)
        for place in range(document.characterCount()):
            cursor.setPosition(place)
            cursor.setPosition(min(place + 1, document.characterCount() - 1), QTextCursor.MoveMode.KeepAnchor)
            shape = cursor.charFormat().toImageFormat()
            if not shape.isValid():
                continue
            natural = QImage(str(FOLDER / shape.name()))
            width = min(natural.width(), room)
            if natural.width() and round(shape.width()) != width:
                shape.setWidth(width)
                shape.setHeight(width * natural.height() / natural.width())
                cursor.setCharFormat(shape)

    def _space(self, document: QTextDocument) -> None:
        """Lines of Chinese need more room between them than Markdown gives."""
        cursor = QTextCursor(document)
        block = document.begin()
        while block.isValid():
            cursor.setPosition(block.position())
            shape = block.blockFormat()
            shape.setLineHeight(145.0, 1)  # proportional
            cursor.setBlockFormat(shape)
            block = block.next()

    def _scroll_to(self, heading: str) -> None:
        block: QTextBlock = self.text.document().begin()
        while block.isValid():
            if block.blockFormat().headingLevel() and block.text() == heading:
                self.text.setTextCursor(QTextCursor(block))
                place = self.text.document().documentLayout().blockBoundingRect(block).top()
                self.text.verticalScrollBar().setValue(int(place))
                return
            block = block.next()

    def _follow(self, link: QUrl) -> None:
        """A link leads to another page of the help and nowhere else: the program knows no network."""
        if not link.scheme() or link.isLocalFile():
            name = Path(link.path()).stem
            self.show_topic(f"{name}#{link.fragment()}" if link.fragment() else name)


def show_help(topic: str, parent: QWidget | None) -> HelpWindow:
    """Open the help at a topic; one help window for each window."""
    owner = parent.window() if parent is not None else None
    known = owner.findChild(HelpWindow) if owner is not None else None
    window = known or HelpWindow(owner)
    window.show()
    window.show_topic(topic)
    window.activateWindow()
    return window
