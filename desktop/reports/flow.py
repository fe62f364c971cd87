"""Pages that fill from top to bottom: where the next block goes, page numbers, borders, and appended pages."""

from dataclasses import dataclass, field

from desktop.reports.fitting import Fitted, fit
from desktop.reports.fonts import Family
from desktop.reports.paper import SIZE_SMALL_5, THICK, Align, Paper
from desktop.reports.pen import DocumentFonts, Pen

_FOOTER_BELOW = 9.0  # millimetres from the bottom margin to the page number
_ROUNDING = 0.01
PADDING = 0.8  # millimetres left free inside a cell on each side


@dataclass(frozen=True, slots=True)
class Appended:
    """A text that found no room in its cell: its number, whose it is, the field, and the text."""

    number: int
    who: str
    label: str
    text: str


@dataclass(slots=True)
class Page:
    """One page: its pen, and the number of the group of pages that it is counted in."""

    pen: Pen
    group: int


@dataclass
class Flow:
    """The pages of one document while they are laid out; heights and places in millimetres from the top."""

    paper: Paper
    fonts: DocumentFonts
    pages: list[Page] = field(default_factory=list)
    appended: list[Appended] = field(default_factory=list)
    appended_in_all: int = 0
    who: str = ""
    y: float = 0.0
    _group: int = 0
    _frame_from: float | None = None

    @property
    def pen(self) -> Pen:
        """The pen of the page that is being filled; there is always one after `begin_group`."""
        return self.pages[-1].pen

    @property
    def room(self) -> float:
        """The height that is left on the page."""
        return self.paper.height - self.paper.bottom - self.y + _ROUNDING

    @property
    def is_fresh(self) -> bool:
        """Whether nothing stands on the page yet."""
        return self.y == self.paper.top

    def begin_group(self, who: str, *, front: bool) -> None:
        """Begin pages that are counted by themselves, on a front side if asked: a blank back goes before it."""
        self.end_frame()
        self._group += 1
        self.who = who
        if front and len(self.pages) % 2:
            self.pages.append(Page(Pen(self.paper, self.fonts), 0))
        self.new_page()

    def new_page(self) -> None:
        """Go on at the top of the next page; the frame around a table is closed before."""
        self.end_frame()
        self.pages.append(Page(Pen(self.paper, self.fonts), self._group))
        self.y = self.paper.top

    def need(self, height: float) -> None:
        """Begin a new page unless this height is left; a page that is empty is never left."""
        if self.room < height and not self.is_fresh:
            self.new_page()

    def begin_frame(self) -> None:
        """Begin the thick border around what follows, if there is none open on this page."""
        if self._frame_from is None:
            self._frame_from = self.y

    def end_frame(self) -> None:
        """Draw the thick border down to here, if one is open."""
        if self._frame_from is not None and self.y > self._frame_from:
            box = (self.paper.left, self._frame_from, self.paper.grid_width, self.y - self._frame_from)
            self.pen.boxes(THICK, [box])
        self._frame_from = None

    def fit_or_append(
        self, text: str, label: str, family: Family, sizes: tuple[float, ...], room: tuple[float, float]
    ) -> Fitted:
        """Fit a text into a room of points; one that finds none is noted for the appended page."""
        fitted = fit(text, family, sizes, *room)
        return fitted if fitted.complete else self.append(text, label, family, sizes, room[0])

    def append(self, text: str, label: str, family: Family, sizes: tuple[float, ...], room: float) -> Fitted:
        """Note a text for the appended page and give what its cell says instead, set into a width of points."""
        self.appended_in_all += 1
        number = len(self.appended) + 1
        self.appended.append(Appended(number, self.who, label, text))
        return fit(f"见附页{number}", family, sizes, room, 1000)

    def mark_draft(self) -> None:
        """Write 草稿 across every page, below what stands there."""
        for page in self.pages:
            page.pen.slanted_below("草　稿", Family.HEI)

    def number_pages(self) -> None:
        """Write 第 x 页 共 y 页 under every page that bears something, counted group by group."""
        totals: dict[int, int] = {}
        for page in self.pages:
            totals[page.group] = totals.get(page.group, 0) + 1
        done: dict[int, int] = {}
        for page in self.pages:
            if page.group:
                done[page.group] = done.get(page.group, 0) + 1
                text = f"第 {done[page.group]} 页 共 {totals[page.group]} 页"
                y = self.paper.height - self.paper.bottom + _FOOTER_BELOW
                page.pen.text(self.paper.width / 2, y, text, Family.SONG, SIZE_SMALL_5, align=Align.CENTER)
