"""Sheets of paper in millimetres, and the Chinese type sizes in points (domain §4.0 and §5.1).

A sheet's right margin stays free of print on every page: the 骑缝章 of a list of several pages is stamped there.
"""

from dataclasses import dataclass
from enum import StrEnum

POINTS_PER_MM = 72 / 25.4

SIZE_2 = 22.0  # 二号
SIZE_SMALL_2 = 18.0  # 小二
SIZE_3 = 16.0  # 三号
SIZE_4 = 14.0  # 四号
SIZE_SMALL_4 = 12.0  # 小四
SIZE_5 = 10.5  # 五号
SIZE_SMALL_5 = 9.0  # 小五
SIZE_6 = 7.5  # 六号

FORM_SIZES = (SIZE_5, SIZE_SMALL_5)  # a form shrinks to 小五, then says 见附页 (clerk §5.8)
LIST_SIZES = (SIZE_SMALL_5, 8.0, SIZE_6, 7.0, 6.5)  # a list keeps to 小五; see `Column.least` for what may be smaller
THREE_LINES = 11.6  # millimetres: a row of a list whose cells take three lines of 小五
SEAL_SQUARE = 48.0  # room for a seal of 45 mm, the largest a unit may have
THIN, THICK = 0.5, 1.2  # points: lines of a grid and its outer border


class Align(StrEnum):
    """Where a text stands between left and right."""

    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Paper:
    """A sheet and its margins in millimetres, top, right, bottom, left."""

    name: str
    width: float
    height: float
    top: float
    right: float
    bottom: float
    left: float

    @property
    def grid_width(self) -> float:
        """The width between the margins."""
        return self.width - self.left - self.right


A4_PORTRAIT = Paper("A4", 210, 297, top=25, right=20, bottom=20, left=28)
A4_LANDSCAPE = Paper("A4横", 297, 210, top=28, right=15, bottom=20, left=15)
A3_LANDSCAPE = Paper("A3横", 420, 297, top=28, right=15, bottom=20, left=15)
A5_PORTRAIT = Paper("A5", 148, 210, top=15, right=12, bottom=15, left=16)
SIXTEENMO = Paper("16开", 185, 260, top=22, right=15, bottom=18, left=20)
DOCUMENT_PAPER = Paper("公文A4", 210, 297, top=37, right=26, bottom=35, left=28)
PAPERS = (A4_PORTRAIT, A4_LANDSCAPE, A3_LANDSCAPE, A5_PORTRAIT, SIXTEENMO, DOCUMENT_PAPER)
