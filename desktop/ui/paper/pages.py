"""The pages of one PDF as pictures. pdfium bears one caller at a time, so every call holds one lock."""

# mypy: allow-untyped-calls
# pypdfium2 bears annotations only in part.

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from pypdfium2 import PdfDocument
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage

POINTS_PER_INCH: Final = 72
_MM_PER_INCH: Final = 25.4
_PDFIUM: Final = threading.Lock()
_PAPERS: Final = {(210, 297): "A4", (297, 420): "A3", (148, 210): "A5", (185, 260): "16开", (182, 257): "B5"}


@dataclass(frozen=True, slots=True)
class Found:
    """Where a text stands: the page from 0, and its boxes in points from the upper left corner."""

    page: int
    boxes: tuple[QRectF, ...]


@dataclass(frozen=True, slots=True)
class PaperSize:
    """A sheet in whole millimetres as it lies."""

    width: int
    height: int

    @classmethod
    def of_points(cls, width: float, height: float) -> "PaperSize":
        """From PDF points."""
        return cls(*(round(each / POINTS_PER_INCH * _MM_PER_INCH) for each in (width, height)))

    @property
    def name(self) -> str:
        """As a clerk calls it: A4横向, or the millimetres of a size that has no name."""
        short, long = sorted((self.width, self.height))
        name = next((name for (a, b), name in _PAPERS.items() if abs(a - short) <= 1 and abs(b - long) <= 1), "")
        shape = "横向" if self.width > self.height else "纵向"
        return f"{name}{shape}" if name else f"{self.width}×{self.height} 毫米"

    def has_sides_of(self, other: "PaperSize") -> bool:
        """Whether it is the same sheet, however it lies; 2 mm are the tolerance of drivers."""
        sides, others = sorted((self.width, self.height)), sorted((other.width, other.height))
        return all(abs(a - b) <= 2 for a, b in zip(sides, others, strict=True))


class PdfPages:
    """One PDF; may be used from any thread."""

    def __init__(self, data: bytes) -> None:
        with _PDFIUM:
            self._pdf = PdfDocument(data)
            self._sizes = [self._pdf.get_page_size(number) for number in range(len(self._pdf))]

    def __len__(self) -> int:
        return len(self._sizes)

    def size(self, number: int) -> tuple[float, float]:
        """Width and height of a page in points."""
        width, height = self._sizes[number]
        return width, height

    def paper(self, number: int) -> PaperSize:
        """The sheet of a page."""
        return PaperSize.of_points(*self.size(number))

    def render(self, number: int, scale: float) -> QImage:
        """A page as a picture; at scale 1 a point is a pixel."""
        with _PDFIUM:
            page = self._pdf[number]
            bitmap = page.render(scale=scale, rev_byteorder=True, prefer_bgrx=True)
            form = QImage.Format.Format_RGBX8888
            image = QImage(bytes(bitmap.buffer), bitmap.width, bitmap.height, bitmap.stride, form).copy()
            bitmap.close()
            page.close()
        return image

    def find(self, text: str, start: int, check: Callable[[], None]) -> Found | None:
        """The next page from `start` on, round the end, that bears a text; what `check` raises ends the search."""
        for step in range(len(self)):
            check()
            number = (start + step) % len(self)
            if boxes := self._boxes(number, text):
                return Found(number, boxes)
        return None

    def _boxes(self, number: int, text: str) -> tuple[QRectF, ...]:
        height = self.size(number)[1]
        with _PDFIUM:
            page = self._pdf[number]
            words = page.get_textpage()
            place = words.search(text, match_case=True).get_next()
            count = words.count_rects(*place) if place is not None else 0
            sides = [words.get_rect(each) for each in range(count)]
            words.close()
            page.close()
        return tuple(QRectF(left, height - top, right - left, top - bottom) for left, bottom, right, top in sides)

    def close(self) -> None:
        """Give the memory back."""
        with _PDFIUM:
            self._pdf.close()
