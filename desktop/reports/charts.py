"""Charts: bars drawn by the same pen and fonts as everything on paper.

ReportLab's own graphics would bring its map from glyphs to text, which is wrong beyond U+FFFF, and fonts without
Chinese; a bar is a box, a line and two texts. The window shows `chart_document` as rendered from its PDF, so that the
picture on the screen is the picture on paper.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from desktop.reports.blocks import Document, DrawnBlock
from desktop.reports.fitting import fit
from desktop.reports.flow import Flow
from desktop.reports.fonts import Family
from desktop.reports.paper import POINTS_PER_MM, SIZE_5, SIZE_6, SIZE_SMALL_4, SIZE_SMALL_5, THIN, Align, Paper

_HEADING: Final = 9.0
_ROW: Final = 7.0
_BAR: Final = 4.4
_TEXT_ROOM: Final = 34.0  # millimetres behind the longest bar for what is written at its end
_GREY: Final = 0.62  # a laser printer shows it, and black type beside it stays the darkest
_GAP: Final = 1.2


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: what it is of, how long it is, and what is written at its end (a number with its denominator)."""

    label: str
    value: float
    text: str


@dataclass(frozen=True, slots=True)
class Chart(DrawnBlock):
    """Bars lying below each other; `most` is the value of a bar of full length, the heading says what is measured."""

    title: str
    bars: tuple[Bar, ...]
    most: float
    label_mm: float = 46.0

    @property
    def height(self) -> float:
        """The height in millimetres."""
        return _HEADING + _ROW * len(self.bars) + _GAP

    def draw(self, flow: Flow) -> None:
        """Draw heading and bars; only a chart longer than a page goes on over several."""
        page = flow.paper.height - flow.paper.top - flow.paper.bottom
        flow.need(self.height if self.height <= page else _HEADING + 3 * _ROW)
        flow.pen.text(flow.paper.left, flow.y + _HEADING / 2, self.title, Family.HEI, SIZE_SMALL_4)
        flow.y += _HEADING
        for bar in self.bars:
            flow.need(_ROW)
            self._draw_bar(flow, bar)
            flow.y += _ROW
        flow.y += _GAP

    def _draw_bar(self, flow: Flow, bar: Bar) -> None:
        axis = flow.paper.left + self.label_mm
        longest = flow.paper.grid_width - self.label_mm - _TEXT_ROOM
        length = longest * bar.value / self.most if self.most else 0.0
        middle = flow.y + _ROW / 2
        room = ((self.label_mm - 2 * _GAP) * POINTS_PER_MM, _ROW * POINTS_PER_MM)
        fitted = fit(bar.label, Family.SONG, (SIZE_5, SIZE_SMALL_5, SIZE_6), *room)
        flow.pen.lines_of_text(axis - _GAP, middle, fitted, Family.SONG, Align.RIGHT)
        if length > 0:
            box = (axis, middle - _BAR / 2, length, _BAR)
            flow.pen.shade(_GREY, [box])
            flow.pen.boxes(THIN, [box])
        flow.pen.lines(THIN, [(axis, flow.y, axis, flow.y + _ROW)])
        flow.pen.text(axis + length + _GAP, middle, bar.text, Family.SONG, SIZE_SMALL_5)

    def texts(self) -> Iterator[tuple[str, str]]:
        """Heading, labels, and what is written at the bars."""
        yield "", self.title
        for bar in self.bars:
            yield from (("", bar.label), ("", bar.text))


def chart_document(charts: tuple[Chart, ...], *, width: float = 180.0) -> Document:
    """A page that holds nothing but the charts, as the window shows them; `width` in millimetres."""
    height = sum(chart.height for chart in charts) + 2 * _GAP
    paper = Paper("图", width, height, top=_GAP, right=2.0, bottom=_GAP, left=2.0)
    title = charts[0].title if charts else "统计图"
    return Document(title, paper, charts, page_numbers=False, list_missing=False)
