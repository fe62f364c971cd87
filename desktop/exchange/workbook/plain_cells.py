"""Cells for openpyxl that are never formulas: every text is an explicit string."""

from datetime import date, datetime, time
from typing import Any

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from desktop.exchange.workbook.cells import CellError, Value

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


def set_up_print(sheet: Worksheet, title: str) -> None:
    """Landscape A4, as wide as the page, the title above and page numbers below."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.oddHeader = HeaderFooterItem(center=_HeaderFooterPart(text=title.replace("&", "&&")))
    sheet.oddFooter = HeaderFooterItem(center=_HeaderFooterPart(text="第 &P 页，共 &N 页"))
