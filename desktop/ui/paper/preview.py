"""The preview: pages of the very PDF that is saved and printed, drawn in Jobs, with zoom and the page of a person."""

from collections.abc import Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QImage, QKeySequence, QPainter, QPixmap, QResizeEvent, QShortcut, QWheelEvent
from PySide6.QtWidgets import QComboBox, QLabel, QScrollArea, QWidget

from desktop.text import tr
from desktop.ui import theme as look
from desktop.ui.desk import Desk
from desktop.ui.flow import flowing
from desktop.ui.forms.picks import make_pick
from desktop.ui.forms.suggestions import PickSource
from desktop.ui.forms.text_fields import NumberEditor, PickEditor
from desktop.ui.jobs import Progress
from desktop.ui.memory import recall, remember
from desktop.ui.paper.pages import POINTS_PER_INCH, Found, PdfPages
from desktop.ui.theme import theme
from desktop.ui.widgets import button, card, column, label

WIDTH, PAGE = 0, -1
"""The zooms that follow the window: to the width, and the whole page."""

_ZOOMS: Final = (50, 75, 100, 125, 150, 200, 300)
_SCREEN: Final = 96
_PAUSE: Final = 80
"""Milliseconds of quiet after a change of size before the page is drawn anew."""


class Preview(QWidget):
    """One page at a time; Ctrl and the wheel zoom, Page Up and Page Down turn."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.pages: PdfPages | None = None
        self.shown = 0
        self.people = 0
        self._names: list[str] = []
        self._picks: PickSource | None = None
        self._marked: Found | None = None
        self._turn = 0
        self._resized = QTimer(self)
        self._resized.setSingleShot(True)
        self._resized.setInterval(_PAUSE)
        self._resized.timeout.connect(self._redraw_fitted)
        frame = card(self._head(), self._told(), self._paper(), space=6, margin=10)
        self.setLayout(column(frame))
        desk.closing.connect(self.forget)

    def _head(self) -> QWidget:
        self.place = label("", "muted")
        self.place.setMinimumHeight(theme.px(32))
        self.person = PickEditor()
        self.person.setPlaceholderText(tr("找到某人所在页"))
        self.person.setAccessibleName(tr("找到某人所在页"))
        self.person.setMaximumWidth(theme.px(170))
        self.person.set_source(self._people)
        self.person.picked.connect(self.find_person)
        self.person.moved.connect(lambda _on: self.find_person())
        self.page_box = NumberEditor()
        self.page_box.setAccessibleName(tr("第几页，回车跳到该页"))
        self.page_box.setToolTip(tr("填页数，按回车跳到该页"))
        self.page_box.setFixedWidth(theme.px(48))
        self.page_box.moved.connect(lambda _on: self._go_typed())
        self.before = button(tr("上一页"), partial(self.turn, -1), tip="PgUp")
        self.after = button(tr("下一页"), partial(self.turn, 1), tip="PgDn")
        for keys, by in (("PgUp", -1), ("PgDown", 1)):
            QShortcut(QKeySequence(keys), self, partial(self.turn, by))
        self.zoom = QComboBox()
        self.zoom.setAccessibleName(tr("缩放"))
        self.zoom.addItem(tr("整宽"), WIDTH)
        self.zoom.addItem(tr("整页"), PAGE)
        for percent in _ZOOMS:
            self.zoom.addItem(f"{percent}%", percent)
        self.zoom.setCurrentIndex(max(self.zoom.findData(recall("preview zoom", WIDTH)), 0))
        self.zoom.currentIndexChanged.connect(lambda _index: self._zoomed())
        return flowing(self.before, self.page_box, self.after, self.zoom, self.person, self.place)

    def _people(self) -> PickSource:
        """Whoever stands on the sheets, found by pinyin; made when first asked for."""
        if self._picks is None:
            self._picks = PickSource([make_pick(name, name) for name in dict.fromkeys(self._names)])
        return self._picks

    def _told(self) -> QWidget:
        self.told = label("", "amber", wrap=True)
        self.told.hide()
        return self.told

    def _paper(self) -> QScrollArea:
        self.sheet = QLabel()
        self.sheet.setTextFormat(Qt.TextFormat.PlainText)
        self.sheet.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.sheet.setAccessibleName(tr("预览"))
        self.sheet.setWordWrap(True)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setWidget(self.sheet)
        self.area.setAccessibleName(tr("预览"))
        self.area.viewport().installEventFilter(self)
        return self.area

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Ctrl and the wheel go through the zooms."""
        if isinstance(event, QWheelEvent) and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.step_zoom(1 if event.angleDelta().y() > 0 else -1)
            return True
        return super().eventFilter(watched, event)

    def step_zoom(self, by: int) -> None:
        """The next larger or smaller zoom; from a fitted one on at 100 %."""
        present = self.zoom.currentData()
        place = _ZOOMS.index(present) + by if present in _ZOOMS else _ZOOMS.index(100)
        self.zoom.setCurrentIndex(self.zoom.findData(_ZOOMS[max(0, min(len(_ZOOMS) - 1, place))]))

    def show_pages(self, pages: PdfPages, *, people: int, names: Sequence[str]) -> None:
        """Show another PDF; the page in front stays the same where it is there."""
        self.forget()
        self.pages, self.people, self._names = pages, people, list(names)
        self._picks = None
        self.shown = min(self.shown, len(pages) - 1)
        for each in (self.person, self.page_box, self.before, self.after, self.zoom):
            each.setEnabled(True)
        self.draw()

    def tell(self, sentence: str) -> None:
        """Say something above the page, or nothing."""
        self.told.setText(sentence)
        self.told.setVisible(bool(sentence))

    def show_sentence(self, sentence: str) -> None:
        """Say in the place of the page why there is none."""
        self.forget()
        self._turn += 1
        self.place.setText("")
        self.tell("")
        self.sheet.setText(sentence)
        for each in (self.person, self.page_box, self.before, self.after, self.zoom):
            each.setEnabled(False)

    def forget(self) -> None:
        """Let the PDF go."""
        pages, self.pages, self._marked = self.pages, None, None
        if pages is not None:
            pages.close()

    def turn(self, by: int) -> None:
        """Another page."""
        self.go(self.shown + by)

    def go(self, number: int) -> None:
        """Show a page, from 0."""
        if self.pages is not None and 0 <= number != self.shown:
            self.shown = max(0, min(len(self.pages) - 1, number))
            self.draw()

    def _go_typed(self) -> None:
        """Go to the page whose number was typed, or the last there is."""
        typed = self.page_box.text().strip()
        if typed.isdecimal() and self.pages is not None:
            self.go(min(int(typed), len(self.pages)) - 1)
        self.page_box.set_text(str(self.shown + 1))

    def find_person(self) -> None:
        """Go to the next page with the name typed, and mark it there."""
        name, pages = self.person.text().strip(), self.pages
        if not name or pages is None:
            return
        start = self.shown + (self._marked is not None and self._marked.page == self.shown)

        def work(progress: Progress) -> Found | None:
            return pages.find(name, start, progress.check)

        def take(found: Found | None) -> None:
            if found is None:
                self._desk.said.emit(tr("这张表上没有“{name}”", name=name))
            elif pages is self.pages:
                self._marked, self.shown = found, found.page
                self._desk.said.emit(tr("“{name}”在第 {page} 页", name=name, page=found.page + 1))
                self.draw()

        self._desk.jobs.run(tr("查找"), work, take, quiet=True)

    def _zoomed(self) -> None:
        remember("preview zoom", self.zoom.currentData())
        self.draw()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A page that fills the window is drawn anew when the window has its new size."""
        super().resizeEvent(event)
        self._resized.start()

    def _redraw_fitted(self) -> None:
        if self.zoom.currentData() in (WIDTH, PAGE):
            self.draw()

    def _scale(self) -> float:
        assert self.pages is not None
        percent = self.zoom.currentData()
        if percent > 0:
            return float(percent) / 100 * _SCREEN / POINTS_PER_INCH
        width, height = self.pages.size(self.shown)
        wide = max(self.area.width() - theme.px(18), 100) / width
        return wide if percent == WIDTH else min(wide, max(self.area.height() - theme.px(8), 100) / height)

    def draw(self) -> None:
        """Draw the page in a Job; the old picture stays until then, the newest wish counts."""
        pages, number = self.pages, self.shown
        if pages is None:
            return
        self._turn += 1
        turn, ratio, scale = self._turn, self.devicePixelRatioF(), self._scale()

        def take(image: QImage) -> None:
            if turn == self._turn:
                self._put(image, scale, ratio)

        self._desk.jobs.run(tr("预览"), lambda _p: pages.render(number, scale * ratio), take, quiet=True)
        self._tell_place(pages, number)

    def _tell_place(self, pages: PdfPages, number: int) -> None:
        self.page_box.set_text(str(number + 1))
        self.before.setEnabled(number > 0)
        self.after.setEnabled(number < len(pages) - 1)
        text = tr("第 {page} 页，共 {pages} 页 · {paper} · {people} 人")
        told = text.format(page=number + 1, pages=len(pages), paper=pages.paper(number).name, people=self.people)
        self.place.setText(told)

    def _put(self, image: QImage, scale: float, ratio: float) -> None:
        image.setDevicePixelRatio(ratio)
        if self._marked is not None and self._marked.page == self.shown:
            _mark(image, self._marked.boxes, scale)
        self.sheet.setPixmap(QPixmap.fromImage(image))
        if self._marked is not None and self._marked.page == self.shown and self._marked.boxes:
            middle = self._marked.boxes[0].center() * scale
            self.area.ensureVisible(int(middle.x()), int(middle.y()), 80, 120)


def _mark(image: QImage, boxes: Sequence[QRectF], scale: float) -> None:
    painter = QPainter(image)
    colour = QColor(look.AMBER)
    painter.setPen(colour)
    colour.setAlpha(50)
    painter.setBrush(colour)
    for box in boxes:
        painter.drawRect(QRectF(box.topLeft() * scale, box.size() * scale).adjusted(-2, -2, 2, 2))
    painter.end()
