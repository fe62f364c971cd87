"""Cells for openpyxl that are never formulas, and sheets that can be read on screen and on A4 paper."""

import math
from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any, Literal

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.page import PageMargins
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from desktop.exchange.workbook.cells import CellError, Value

FONT = "宋体"  # on every Chinese Windows; WPS on Linux has one under the same name
LINE_HEIGHT = 15  # points of a line in 宋体 of 11 points
_HIGHEST_ROW = 409
_PAGE_WIDTH = 200  # characters across a landscape page; more would print smaller than 小五
_SHEET_NAME = str.maketrans(dict.fromkeys(r"\/*?:[]", "-"))


def clean_text(text: str) -> str:
    """A text without the control characters that an .xlsx file cannot hold, its lines ended as in Excel."""
    return ILLEGAL_CHARACTERS_RE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def clean_sheet_name(name: str) -> str:
    """A name that Excel accepts for a worksheet: 31 characters, no brackets, slashes, colons, ? and *."""
    return clean_text(name).translate(_SHEET_NAME).strip("'")[:31] or "Sheet1"


def set_value(cell: Any, value: Value) -> None:  # noqa: ANN401 - openpyxl has four classes of cells
    """Put a value into a cell; texts keep text format, so that a typed digit stays a text too."""
    if isinstance(value, CellError):
        value = value.text
    if isinstance(value, str):
        cell.value = clean_text(value)
        cell.data_type = "s"
        cell.number_format = "@"
        return
    cell.value = value
    if isinstance(value, datetime):
        cell.number_format = "yyyy-mm-dd hh:mm:ss"
    elif isinstance(value, date):
        cell.number_format = "yyyy-mm-dd"
    elif isinstance(value, time):
        cell.number_format = "hh:mm:ss"
    elif isinstance(value, int) and abs(value) >= 10**11:
        cell.number_format = "0"  # an ID number stored as a number must not show as 5.1E+17


def tell_value(value: Value) -> str:
    """A value as the clerk sees it in the list of faults."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, CellError):
        return value.text
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    return value.isoformat() if isinstance(value, date | time) else str(value)


def text_width(text: str) -> int:
    """How many characters of a column one line of text takes; a Chinese character takes two."""
    return len(text) if text.isascii() else sum(2 if letter > "\xff" else 1 for letter in text)


def row_height(texts: Iterable[tuple[str, float]]) -> int:
    """The points that wrapped texts in columns of these widths need.

    Office programs leave a row without height as high as one line when they open a file.
    """
    lines = 1
    for text, width in texts:
        # 11 points of 宋体 are a little wider than the unit of column widths, and each line loses its last half.
        line_width = max(width * 0.94 - 1.5, 2)
        parts = text.split("\n") if text_width(text) > line_width or "\n" in text else ("",)
        lines = max(lines, sum(max(math.ceil(text_width(part) / line_width), 1) for part in parts))
    return min(lines * LINE_HEIGHT, _HIGHEST_ROW)


def set_up_print(
    sheet: Worksheet,
    title: str,
    *,
    width: float = _PAGE_WIDTH,
    orientation: Literal["portrait", "landscape"] = "landscape",
) -> None:
    """A4 with grid lines, the title above and page numbers below; `width` is that of all columns together.

    A sheet wider than a page can show legibly goes on several pages side by side, its first column on each.
    """
    sheet.page_setup.orientation = orientation
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToWidth = max(math.ceil(width / _PAGE_WIDTH), 1)
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins = PageMargins(left=0.4, right=0.4, top=0.75, bottom=0.75, header=0.3, footer=0.3)
    sheet.print_options.gridLines = True
    sheet.oddHeader = HeaderFooterItem(center=_HeaderFooterPart(text=title.replace("&", "&&")))
    sheet.oddFooter = HeaderFooterItem(center=_HeaderFooterPart(text="第 &P 页，共 &N 页"))
    if width > _PAGE_WIDTH:
        sheet.print_title_cols = "A:A"
        sheet.page_setup.pageOrder = "overThenDown"
