"""What a printed sheet is put together from: blocks over plain text, without database and without ReportLab.

To declare a new report:

1. Write a function that takes plain rows or records and returns a `Document`: paper, title, blocks from top to bottom.
2. A list is `Title`, `SubLine`, `ListTable`, `SignatureLine`. Widths of columns are shares of the paper's
   `grid_width`: a list with a column left out fills the sheet all the same. Values go in as text, an absent value
   as "" (the column's `empty` says what is printed then). A sheet has one place for the seal: where the line under
   the title says (盖章), give the signature line `seal=""`.
3. A form for each person is one `Sheet` a person, which holds `Title`, `Grid`, `OpinionBlock`…; it begins on a new
   page, and with `duplex` on a front side.
4. What is neither list nor form (cards, a chart) is a `DrawnBlock` in a file of its own, which draws itself.
5. Print it with `desktop.reports.render.render(document, path)`; before that, `check_characters(document)`.

Lengths are in millimetres, sizes of type in points. Rows keep their height whatever stands in them: text that is
too long shrinks to 小五, then wraps, and at last stands on an appended page while the cell says 见附页.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from desktop.reports.fonts import Family
from desktop.reports.paper import FORM_SIZES, LIST_SIZES, SIZE_2, SIZE_SMALL_4, SIZE_SMALL_5, Align, Paper

if TYPE_CHECKING:
    from desktop.reports.flow import Flow

NONE = "无"  # what a cell for data says when there is no value; a cell for the hand stays empty


class Part(StrEnum):
    """What a cell of a form is: a label, a value, a longer text from the upper left, or room for hand and seal."""

    LABEL = "label"
    VALUE = "value"
    TEXT = "text"
    HAND = "hand"


@dataclass(frozen=True, slots=True)
class Title:
    """The title, centred; it shrinks to the width of the sheet, then takes a second line."""

    text: str
    family: Family = Family.BIAOSONG
    size: float = SIZE_2


@dataclass(frozen=True, slots=True)
class SubLine:
    """The line under the title: the first part stands left, the last one right. Blanks for the hand are U+3000."""

    parts: tuple[str, ...]
    family: Family = Family.FANG
    size: float = SIZE_SMALL_4


@dataclass(frozen=True, slots=True)
class Text:
    """Running text; paragraphs are divided by line feeds, each indented by `indent` characters.

    `keep` holds a short note together with what stands above it.
    """

    text: str
    family: Family = Family.FANG
    size: float = SIZE_SMALL_4
    align: Align = Align.LEFT
    indent: int = 2
    keep: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list: label, width, and what is printed for an absent value ("" in a column for the hand).

    A line feed in the label says where the heading breaks. Neighbours of one `group` stand under a merged heading.
    `wrap` allows several lines. `least` is the smallest type in points: 小五, but for what must not be sought on an
    appended page, a name or a number. `sum` adds the column up in the list's total row; its values are numbers in
    decimal digits or absent. Equal neighbours below each other are one cell in a `merged` column, as far as they
    are in the merged columns before it.
    """

    label: str
    mm: float
    align: Align = Align.CENTER
    empty: str = NONE
    group: str = ""
    wrap: bool = True
    least: float = SIZE_SMALL_5
    sum: bool = False
    merged: bool = False

    @property
    def title(self) -> str:
        """The label on one line."""
        return self.label.replace("\n", "")


@dataclass(frozen=True, slots=True)
class ListTable:
    """A list of rows of one height under a heading that is repeated on every page.

    `name_column` tells persons apart in messages, and `unit_column` those of one name. `total_label` (合计) adds a row
    with the sums; `closing` is a last row over the whole width. The total, the closing row and what is kept with the
    list never stand alone on a page: at least two rows go along. With `beside` the rows stand in so many columns
    beside each other, each as long as the next.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    name_column: int = 1
    unit_column: int | None = None
    total_label: str = ""
    closing: str = ""
    row_height: float = 9.0
    family: Family = Family.SONG
    sizes: tuple[float, ...] = LIST_SIZES
    strong_rows: frozenset[int] = frozenset()
    beside: int = 1
    rebuild: Callable[[tuple[int, ...]], "ListTable"] | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a form; `columns` and `rows` say how many it covers. `empty` is for values only."""

    text: str = ""
    part: Part = Part.VALUE
    columns: int = 1
    rows: int = 1
    align: Align = Align.CENTER
    empty: str = NONE


@dataclass(frozen=True, slots=True)
class GridRow:
    """One row of a form; where a cell above reaches down, the row has no cell."""

    cells: tuple[Cell, ...]
    height: float = 9.0


@dataclass(frozen=True, slots=True)
class Grid:
    """A form: column widths, and rows of label and value cells."""

    columns: tuple[float, ...]
    rows: tuple[GridRow, ...]
    family: Family = Family.SONG
    sizes: tuple[float, ...] = FORM_SIZES


@dataclass(frozen=True, slots=True)
class OpinionBlock:
    """意见栏: text, and below it on the right signature, place of the seal and date, all three for the hand.

    With `seal` a square of 48 mm at the lower right holds nothing else, so the block is at least 52 mm high;
    without it 35 mm do.
    """

    label: str
    text: str = ""
    signer: str = "负责人签名："
    seal: str = "(盖章)"
    date: str = "　　年　　月　　日"
    height: float = 52.0
    label_width: float = 20.0
    family: Family = Family.SONG
    sizes: tuple[float, ...] = FORM_SIZES


@dataclass(frozen=True, slots=True)
class SignatureLine:
    """The line at the foot of a list; who signs is a setting of the office. It never stands alone on a page."""

    parts: tuple[str, ...] = ("填表人：", "审核人：", "单位负责人：")
    seal: str = "(盖章)"
    date: str = "　　年　　月　　日"
    family: Family = Family.FANG
    size: float = SIZE_SMALL_4


@dataclass(frozen=True, slots=True)
class QrCode:
    """A QR code in the middle of the sheet, with the quiet zone that readers need around it; never on a ballot.

    In the `corner` it stands in the upper right margin of the page and takes no room.
    """

    text: str
    mm: float = 50.0
    corner: bool = False


@dataclass(frozen=True, slots=True)
class PageBreak:
    """What follows begins on a new page."""


class DrawnBlock(ABC):
    """A block that draws itself: the way out for what is neither list nor form."""

    __slots__ = ()

    @abstractmethod
    def draw(self, flow: "Flow") -> None:
        """Draw the block where the flow is, and lead the flow on behind it."""

    @abstractmethod
    def texts(self) -> Iterator[tuple[str, str]]:
        """Everything that is written, to be looked for in the fonts, with the person it is of ("" for nobody)."""


Block = Title | SubLine | Text | ListTable | Grid | OpinionBlock | SignatureLine | QrCode | DrawnBlock | PageBreak


@dataclass(frozen=True, slots=True)
class Sheet:
    """The blocks of one person, on pages of their own that are counted by themselves.

    Without `who` it is the sheet of a group, whose lists have a person in each row.
    """

    who: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """Everything that goes into one file. The same document gives the same bytes on one computer.

    `duplex` begins each sheet on a front side. `page_numbers` prints 第 x 页 共 y 页. `list_missing` adds a last
    page with the persons left out and the characters to be written by hand. `draft` writes 草稿 across every page.
    """

    title: str
    paper: Paper
    blocks: tuple[Block | Sheet, ...]
    author: str = ""
    subject: str = ""
    duplex: bool = False
    page_numbers: bool = True
    list_missing: bool = True
    draft: bool = False
