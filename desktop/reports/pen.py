"""Drawing on one page: texts, lines and boxes as PDF operators, in points from the lower left corner.

ReportLab's canvas keeps the file; the page's operators are written here, since a roster of 3,000 persons has
50,000 texts and most of them are the same few words.
"""

import math
from dataclasses import dataclass

from desktop.reports import fonts
from desktop.reports.embedding import DocumentFont
from desktop.reports.fitting import LEADING, Fitted
from desktop.reports.fonts import Family
from desktop.reports.paper import POINTS_PER_MM, Align, Paper

_MARK_SIZE, _MARK_GREY = 120.0, 0.86  # points, and the share of white: 草稿 must not hide what it lies under
_MIDDLE = 0.38  # of the size: from the baseline up to the middle of a Han character


class DocumentFonts:
    """The fonts of one document, and its texts as they are shown, each made once."""

    def __init__(self) -> None:
        self._fonts: dict[str, DocumentFont] = {}
        self._shown: dict[tuple[str, Family, float], tuple[str, float]] = {}

    def all(self) -> tuple[DocumentFont, ...]:
        """The fonts that the pages use, in order of first use."""
        return tuple(self._fonts.values())

    def show(self, text: str, family: Family, size: float) -> tuple[str, float]:
        """The operators that show a text from where the pen is, and its width in points."""
        key = (text, family, size)
        shown = self._shown.get(key)
        if shown is None:
            line = fonts.line(text, family)
            parts = [
                f"/{self._font(name).resource} {size:g} Tf <{self._font(name).encode(run)}> Tj"
                for name, run in line.runs
            ]
            shown = self._shown[key] = (" ".join(parts), line.width * size / 1000)
        return shown

    def _font(self, name: str) -> DocumentFont:
        font = self._fonts.get(name)
        if font is None:
            font = self._fonts[name] = DocumentFont(name, fonts.faces()[name].file, len(self._fonts) + 1)
        return font


@dataclass(frozen=True, slots=True)
class Placed:
    """A picture (JPEG) on the page: x, y of the upper left corner, width, height in millimetres."""

    box: tuple[float, float, float, float]
    data: bytes


class Pen:
    """The operators of one page. Coordinates are millimetres from the upper left corner of the sheet."""

    def __init__(self, paper: Paper, document_fonts: DocumentFonts) -> None:
        self._width = paper.width * POINTS_PER_MM
        self._height = paper.height * POINTS_PER_MM
        self._fonts = document_fonts
        self._operators: list[str] = []
        self.pictures: list[Placed] = []

    @property
    def operators(self) -> str:
        """All that was drawn, as PDF operators."""
        return "\n".join(self._operators)

    def text(self, x: float, y: float, text: str, family: Family, size: float, *, align: Align = Align.LEFT) -> None:
        """Draw one line whose middle is at height y; x is its left end, middle or right end as `align` says."""
        if not text:
            return
        operators, width = self._fonts.show(text, family, size)
        across = x * POINTS_PER_MM
        if align is Align.CENTER:
            across -= width / 2
        elif align is Align.RIGHT:
            across -= width
        up = self._height - y * POINTS_PER_MM - _MIDDLE * size
        self._operators.append(f"BT {across:.2f} {up:.2f} Td {operators} ET")

    def slanted_below(self, text: str, family: Family) -> None:
        """Write a text from lower left to upper right in light grey, below everything else on the page."""
        operators, width = self._fonts.show(text, family, _MARK_SIZE)
        turn = math.hypot(self._width, self._height)
        cosine, sine = self._width / turn, self._height / turn
        x = (self._width - width * cosine) / 2 + _MIDDLE * _MARK_SIZE * sine
        y = (self._height - width * sine) / 2 - _MIDDLE * _MARK_SIZE * cosine
        place = f"{cosine:.4f} {sine:.4f} {-sine:.4f} {cosine:.4f} {x:.2f} {y:.2f} Tm"
        self._operators.insert(0, f"q {_MARK_GREY:g} g BT {place} {operators} ET Q")

    def lines_of_text(self, x: float, y: float, fitted: Fitted, family: Family, align: Align) -> None:
        """Draw fitted lines around the middle height y.

        A text on several lines is marked as one, so that a name broken at its dot is copied out as one word.
        """
        step = fitted.size * LEADING / POINTS_PER_MM
        y -= step * (len(fitted.lines) - 1) / 2
        if len(fitted.lines) > 1:
            whole = ("\ufeff" + "".join(fitted.lines)).encode("utf-16-be").hex().upper()
            self._operators.append(f"/Span <</ActualText <{whole}>>> BDC")
        for line in fitted.lines:
            self.text(x, y, line, family, fitted.size, align=align)
            y += step
        if len(fitted.lines) > 1:
            self._operators.append("EMC")

    def lines(self, width: float, lines: list[tuple[float, float, float, float]]) -> None:
        """Draw straight lines of one width in points; each is x, y, x, y."""
        k, height = POINTS_PER_MM, self._height
        path = " ".join(
            f"{a * k:.2f} {height - b * k:.2f} m {c * k:.2f} {height - d * k:.2f} l" for a, b, c, d in lines
        )
        self._operators.append(f"{width:g} w {path} S")

    def boxes(self, width: float, boxes: list[tuple[float, float, float, float]]) -> None:
        """Draw boxes of one line width in points; each is x, y of the upper left corner, width, height."""
        k = POINTS_PER_MM
        path = " ".join(
            f"{x * k:.2f} {self._height - (y + down) * k:.2f} {across * k:.2f} {down * k:.2f} re"
            for x, y, across, down in boxes
        )
        self._operators.append(f"{width:g} w {path} S")

    def picture(self, box: tuple[float, float, float, float], data: bytes) -> None:
        """Put a picture under everything that is drawn on the page."""
        self.pictures.append(Placed(box, data))

    def dashes(self, x: float, y: float, across: float) -> None:
        """Draw a thin level line of dashes, as paper is cut along."""
        self._operators.append("q [3 3] 0 d")
        self.lines(0.5, [(x, y, x + across, y)])
        self._operators.append("Q")

    def begin_turned(self, x: float, y: float) -> None:
        """Turn what is drawn from now on by half a turn around a point."""
        across, up = 2 * x * POINTS_PER_MM, 2 * (self._height - y * POINTS_PER_MM)
        self._operators.append(f"q -1 0 0 -1 {across:.2f} {up:.2f} cm")

    def end_turned(self) -> None:
        """Draw upright again."""
        self._operators.append("Q")

    def shade(self, grey: float, boxes: list[tuple[float, float, float, float]]) -> None:
        """Fill boxes in a grey between 0, black, and 1, white."""
        self._operators.append(f"{grey:g} g")
        self.fill(boxes)
        self._operators.append("0 g")

    def fill(self, boxes: list[tuple[float, float, float, float]]) -> None:
        """Fill boxes in black; each is x, y of the upper left corner, width, height."""
        k = POINTS_PER_MM
        path = " ".join(
            f"{x * k:.3f} {self._height - (y + down) * k:.3f} {across * k:.3f} {down * k:.3f} re"
            for x, y, across, down in boxes
        )
        self._operators.append(f"{path} f")
