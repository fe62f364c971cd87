"""Cards: several small sheets of one size on a page, to be cut out, or one that fills a page, such as a certificate.

What stands on a card has its place in millimetres from the card's upper left corner.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from desktop.reports.blocks import DrawnBlock
from desktop.reports.fitting import break_lines, fit
from desktop.reports.flow import Flow
from desktop.reports.fonts import Family
from desktop.reports.paper import POINTS_PER_MM, SIZE_SMALL_5, THICK, THIN, Align
from desktop.reports.qr_code import draw_modules

Box = tuple[float, float, float, float]
"""x, y of the upper left corner, width, height in millimetres."""


@dataclass(frozen=True, slots=True)
class CardText:
    """A text in a box: one line in its middle, as large as it fits and at most `size`.

    With `leading` (by the size of type) it runs from the top, each paragraph indented by two characters.
    """

    text: str
    box: Box
    family: Family = Family.SONG
    size: float = 12.0
    align: Align = Align.CENTER
    leading: float = 0.0


@dataclass(frozen=True, slots=True)
class CardPicture:
    """A picture (JPEG of the box's shape), or a frame with a word in it where there is none."""

    box: Box
    data: bytes = field(default=b"", repr=False)
    digest: str = ""
    absent: str = ""


@dataclass(frozen=True, slots=True)
class CardCode:
    """A QR code."""

    text: str
    box: Box


@dataclass(frozen=True, slots=True)
class CardLine:
    """A straight line from the left to the right end of a box, at its top."""

    box: Box


CardItem = CardText | CardPicture | CardCode | CardLine


@dataclass(frozen=True, slots=True)
class Card:
    """One card: whose it is, and what stands on it.

    A `tent` is folded in the middle: what stands on its lower half stands on the upper one upside down.
    """

    who: str
    items: tuple[CardItem, ...]
    tent: bool = False


@dataclass(frozen=True, slots=True)
class CardGrid(DrawnBlock):
    """Cards of one size, as many across and down as the page holds; with `border` each has a frame to cut along."""

    cards: tuple[Card, ...]
    width: float
    height: float
    gap: float = 0.0
    border: bool = True

    def draw(self, flow: Flow) -> None:
        """Draw the cards row by row, in the middle of the page."""
        paper = flow.paper
        across = max(int((paper.grid_width + self.gap + 0.01) / (self.width + self.gap)), 1)
        used = across * (self.width + self.gap) - self.gap
        left = paper.left + (paper.grid_width - used) / 2
        for start in range(0, len(self.cards), across):
            flow.need(self.height)
            for place, card in enumerate(self.cards[start : start + across]):
                self._draw_card(flow, card, left + place * (self.width + self.gap))
            flow.y += self.height + self.gap

    def _draw_card(self, flow: Flow, card: Card, x: float) -> None:
        if self.border:
            flow.pen.boxes(THIN, [(x, flow.y, self.width, self.height)])
        if card.tent:
            fold = flow.y + self.height / 2
            flow.pen.dashes(x, fold, self.width)
            flow.pen.begin_turned(x + self.width / 2, fold)
            self._draw_items(flow, card, x)
            flow.pen.end_turned()
        self._draw_items(flow, card, x)

    def _draw_items(self, flow: Flow, card: Card, x: float) -> None:
        for item in card.items:
            box = (x + item.box[0], flow.y + item.box[1], item.box[2], item.box[3])
            match item:
                case CardText():
                    _draw_text(flow, item, box)
                case CardPicture():
                    _draw_picture(flow, item, box)
                case CardCode():
                    draw_modules(flow.pen, item.text, box[0], box[1], min(box[2:]))
                case CardLine():
                    flow.pen.lines(THICK, [(box[0], box[1], box[0] + box[2], box[1])])

    def texts(self) -> Iterator[tuple[str, str]]:
        """The texts of all cards."""
        for card in self.cards:
            for item in card.items:
                if isinstance(item, CardText):
                    yield card.who, item.text
                elif isinstance(item, CardPicture):
                    yield card.who, item.absent


def _draw_text(flow: Flow, item: CardText, box: Box) -> None:
    x, y, width, height = box
    across = {Align.LEFT: x, Align.CENTER: x + width / 2, Align.RIGHT: x + width}[item.align]
    if not item.leading:
        fitted = fit(item.text, item.family, _sizes(item.size), width * POINTS_PER_MM, height * POINTS_PER_MM)
        flow.pen.lines_of_text(across, y + height / 2, fitted, item.family, item.align)
        return
    step = item.size * item.leading / POINTS_PER_MM
    indented = "\n".join(f"　　{paragraph}" for paragraph in item.text.split("\n"))
    lines = break_lines(indented, item.family, width * POINTS_PER_MM / item.size * 1000)
    for number, line in enumerate(lines):
        flow.pen.text(across, y + step * (number + 0.5), line, item.family, item.size, align=item.align)


def _sizes(largest: float) -> tuple[float, ...]:
    """From the largest size down to 小五, a tenth smaller each time."""
    found = [largest]
    while found[-1] * 0.9 > SIZE_SMALL_5:
        found.append(round(found[-1] * 0.9, 1))
    return (*found, min(SIZE_SMALL_5, largest))


def _draw_picture(flow: Flow, item: CardPicture, box: Box) -> None:
    if item.data:
        flow.pen.picture(box, item.data)
        return
    flow.pen.boxes(THIN, [box])
    if item.absent:
        middle = (box[0] + box[2] / 2, box[1] + box[3] / 2)
        flow.pen.text(*middle, item.absent, Family.SONG, SIZE_SMALL_5, align=Align.CENTER)


@dataclass(frozen=True, slots=True)
class CutLine(DrawnBlock):
    """A dashed line over the middle of the sheet; what follows stands below it as at the top of a page."""

    def draw(self, flow: Flow) -> None:
        """Draw the line and go on below it."""
        middle = flow.paper.height / 2
        flow.pen.dashes(0, middle, flow.paper.width)
        flow.y = middle + flow.paper.top

    def texts(self) -> Iterator[tuple[str, str]]:
        """Nothing is written."""
        return iter(())
