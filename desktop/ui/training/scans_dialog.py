"""The scanned files of one paper of a class: looked at page by page, saved elsewhere, taken out."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QDialog, QListWidget, QScrollArea, QWidget

from desktop.store.records import Stored
from desktop.text import tr
from desktop.ui.paper.pages import PdfPages
from desktop.ui.theme import theme
from desktop.ui.widgets import button, column, label, row

SCANS: Final = "扫描件 (*.pdf *.jpg *.jpeg *.png)"
_SCALE: Final = 1.4
"""Pixels of a point at 100 %."""


class ScansDialog(QDialog):
    """Names on the left, the page in hand on the right; `dropped` is the file that is to be taken out."""

    def __init__(
        self,
        title: str,
        scans: Sequence[Stored],
        read: Callable[[str], bytes | None],
        save: Callable[[Stored], object],
        parent: QWidget | None = None,
    ) -> None:
        """`read` gives the bytes of a hash, or None where the file is lost; `save` writes one elsewhere."""
        super().__init__(parent)
        self.setWindowTitle(title)
        room = parent.window().size() if parent is not None else None
        wide, high = (room.width(), room.height()) if room is not None else (1366, 768)
        self.resize(min(theme.px(980), wide - 40), min(theme.px(640), high - 40))
        self.scans, self._read, self._save = list(scans), read, save
        self.dropped = ""
        self._pages: PdfPages | None = None
        self._page = 0
        self.names = QListWidget()
        self.names.setAccessibleName(tr("扫描件"))
        self.names.addItems([each.content["name"] for each in self.scans])
        self.names.setMaximumWidth(theme.px(260))
        self.names.currentRowChanged.connect(self.show_scan)
        self.picture = label("")
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.picture.setAccessibleName(tr("扫描件的一页"))
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(self.picture)
        self.told = label("", "muted")
        self.back = button(tr("上一页"), lambda: self.turn(-1), keys="PgUp")
        self.forth = button(tr("下一页"), lambda: self.turn(1), keys="PgDown")
        drop = button(tr("移除"), self._drop, role="danger", tip=tr("移到回收站，可以撤销"))
        keep = button(tr("另存为…"), self._save_present)
        close = button(tr("关闭"), self.reject)
        for each in (self.back, self.forth, drop, keep, close):
            each.setAutoDefault(False)
        body = row(self.names, area)
        body.setStretch(1, 1)
        foot = row(self.told, self.back, self.forth, None, drop, keep, close)
        layout = column(label(title, "section"), body, foot, space=8, margins=(18, 14, 18, 14))
        layout.setStretch(1, 1)
        self.setLayout(layout)
        self.names.setCurrentRow(0)
        self.finished.connect(lambda _result: self._close_pages())

    @property
    def present(self) -> Stored:
        """The file at the keyboard."""
        return self.scans[self.names.currentRow()]

    def show_scan(self, number: int) -> None:
        """Show the first page of a file."""
        self._close_pages()
        self._page = 0
        data = self._read(self.scans[number].content["file"])
        image = QImage()
        if data is not None and not image.loadFromData(data):
            self._pages = _opened(data)
        if self._pages is not None:
            self._show_page()
            return
        for each in (self.back, self.forth):
            each.setEnabled(False)
        self.told.setText(tr("文件不见了或已损坏，请移除后重新放入") if image.isNull() else "")
        self._show_image(image)

    def turn(self, by: int) -> None:
        """Another page."""
        if self._pages is not None:
            self._page = max(0, min(self._page + by, len(self._pages) - 1))
            self._show_page()

    def _show_page(self) -> None:
        assert self._pages is not None
        ratio = self.devicePixelRatioF()
        image = self._pages.render(self._page, _SCALE * theme.percent / 100 * ratio)
        image.setDevicePixelRatio(ratio)
        self.picture.setPixmap(QPixmap.fromImage(image))
        self.told.setText(tr("第 {page} 页 共 {count} 页", page=self._page + 1, count=len(self._pages)))
        self.back.setEnabled(self._page > 0)
        self.forth.setEnabled(self._page < len(self._pages) - 1)

    def _show_image(self, image: QImage) -> None:
        wide = self.width() - self.names.maximumWidth() - theme.px(80)
        shown = QPixmap.fromImage(image)
        if shown.width() > wide:
            shown = shown.scaledToWidth(wide, Qt.TransformationMode.SmoothTransformation)
        self.picture.setPixmap(shown)

    def _close_pages(self) -> None:
        if self._pages is not None:
            self._pages.close()
            self._pages = None

    def _save_present(self) -> None:
        self._save(self.present)

    def _drop(self) -> None:
        self.dropped = self.present.uid
        self.accept()


def _opened(data: bytes) -> PdfPages | None:
    """The pages of a PDF; None where it cannot be read."""
    try:
        return PdfPages(data)
    except Exception:  # noqa: BLE001 - pdfium raises its own kinds for damaged and locked files
        return None


def suffix_kinds(name: str) -> str:
    """The file dialog's words for the kind of a file."""
    suffix = Path(name).suffix or ".pdf"
    return f"{tr('扫描件')} (*{suffix})"
