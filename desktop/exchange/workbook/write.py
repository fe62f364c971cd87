"""Writing lists and templates as .xlsx, and lists as .csv; no cell ever becomes a formula."""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from xml.sax.saxutils import escape

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from desktop.exchange.workbook.cells import AUTHOR
from desktop.exchange.workbook.plain_cells import (
    FONT,
    LINE_HEIGHT,
    clean_sheet_name,
    clean_text,
    row_height,
    set_up_print,
    set_value,
    text_width,
)
from desktop.exchange.workbook.protection import Content, protect
from desktop.exchange.workbook.publish import publish

OPTIONS_SHEET = "选项"
GUIDE_SHEET = "填表说明"
TEMPLATE_ROWS = 500
_WIDEST = 36.0  # a column does not grow beyond this by its contents; longer texts take more lines
_GUIDE_WIDTHS = (20.0, 56.0, 24.0)
_TOLD_CHOICES = 30
_HEAD_COLOUR = "FFD9E1F2"
_NEEDED_COLOUR = "FFFFE699"
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, its least width in characters, what it holds, its drop-down, a hint, an example.

    `needed` columns must be filled in a template; columns at the end that are not `printed` stay off the paper.
    """

    heading: str
    width: float = 12.0
    kind: Literal["text", "number", "date"] = "text"
    choices: tuple[str, ...] = ()
    help: str = ""
    example: str = ""
    needed: bool = False
    printed: bool = True


def write_list(target: Path, title: str, columns: Sequence[Column], rows: Iterable[Sequence[Content]]) -> None:
    """Write a list as .xlsx with its headings in row 1; raises RefusedError when it cannot be written.

    Integers stay numbers only in columns of the kind "number"; everything else is an explicit string.
    """
    contents = [tuple(row) for row in rows]
    widths = _fit_widths(columns, contents)
    workbook, sheet = _start(title, columns, widths)
    # Making 300,000 cells in openpyxl takes 7 seconds: it makes everything but the rows.
    body = _row_markup(contents, columns, widths, _body_formats(sheet))
    last = len(contents) + 1
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{last}"
    printed = max((number for number, column in enumerate(columns, start=1) if column.printed), default=0)
    if 0 < printed < len(columns):
        sheet.print_area = f"A1:{get_column_letter(printed)}{last}"
    _add_choices(workbook, sheet, columns, last)
    packed = _insert_rows(_pack(workbook), body)
    publish(target, lambda file: file.write(packed))


def write_template(target: Path, title: str, columns: Sequence[Column], *, guide: Sequence[str] = ()) -> None:
    """Write an empty list for schools to fill: hints as comments, drop-downs on 500 rows, a sheet 填表说明."""
    workbook, sheet = _start(title, columns, [column.width for column in columns])
    for number, column in enumerate(columns, start=1):
        if column.needed:
            sheet.cell(1, number).fill = PatternFill("solid", fgColor=_NEEDED_COLOUR)
        if column.kind != "number":
            sheet.column_dimensions[get_column_letter(number)].number_format = "@"
        if column.help:
            height = 40 + 20 * (len(column.help) // 20)
            sheet.cell(1, number).comment = Comment(column.help, AUTHOR, width=300, height=height)
    _write_guide(workbook, title, columns, guide)
    _add_choices(workbook, sheet, columns, TEMPLATE_ROWS + 1)
    packed = _pack(workbook)
    publish(target, lambda file: file.write(packed))


def write_csv(target: Path, headings: Sequence[str], rows: Iterable[Sequence[Content]]) -> None:
    """Write a list as .csv in UTF-8 with its mark; what a spreadsheet would turn gets an apostrophe.

    `delimited.strip_protection` takes that apostrophe away again.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([protect(heading) for heading in headings])
    for row in rows:
        writer.writerow([protect(content) for content in row])
    packed = text.getvalue().encode("utf-8-sig")
    publish(target, lambda file: file.write(packed))


def _fit_widths(columns: Sequence[Column], rows: Sequence[Sequence[Content]]) -> list[float]:
    """The width of each column: its own, or what its longest text needs up to 36 characters."""
    widths = []
    for number, column in enumerate(columns):
        different = {row[number] for row in rows}
        longest = max((text_width(str(content)) for content in different if content is not None), default=0)
        widths.append(max(column.width, min(longest * 1.07 + 2, _WIDEST)))
    return widths


def _start(title: str, columns: Sequence[Column], widths: Sequence[float]) -> tuple[Workbook, Worksheet]:
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = clean_sheet_name(title)
    sheet.print_title_rows = "1:1"
    set_up_print(
        sheet, title, width=sum(width for width, column in zip(widths, columns, strict=True) if column.printed)
    )
    sheet.freeze_panes = "B2" if sheet.print_title_cols else "A2"
    for number, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    _write_head(sheet, 1, [column.heading for column in columns])
    heights = zip((column.heading for column in columns), widths, strict=True)
    sheet.row_dimensions[1].height = row_height(heights) + 6
    return workbook, sheet


def _write_head(sheet: Worksheet, row: int, headings: Sequence[str]) -> None:
    for number, heading in enumerate(headings, start=1):
        cell = sheet.cell(row, number)
        set_value(cell, heading)
        cell.font = Font(name=FONT, size=11, bold=True)
        cell.fill = PatternFill("solid", fgColor=_HEAD_COLOUR)
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)


def _body_formats(sheet: Worksheet) -> tuple[int, int]:
    """The numbers of the cell formats of texts and of numbers, known once cells have used them."""
    numbers = []
    for column, code in enumerate(("@", "General"), start=1):
        cell = sheet.cell(2, column)
        cell.number_format = code
        cell.font = Font(name=FONT, size=11)
        cell.alignment = Alignment(vertical="center", wrap_text=code == "@")
        numbers.append(int(cell.style_id))
    sheet.delete_rows(2)
    return numbers[0], numbers[1]


def _row_markup(
    rows: Sequence[Sequence[Content]], columns: Sequence[Column], widths: Sequence[float], forms: tuple[int, int]
) -> bytes:
    """The rows from the second on as XML of a worksheet."""
    letters = [get_column_letter(number) for number in range(1, len(columns) + 1)]
    numbers = [column.kind == "number" for column in columns]
    text_form, number_form = forms
    lines: list[str] = []
    for row, contents in enumerate(rows, start=2):
        cells = [
            f'<c r="{letter}{row}" s="{number_form}"><v>{content}</v></c>'
            if number and isinstance(content, int)
            else f'<c r="{letter}{row}" s="{text_form}" t="inlineStr"><is><t xml:space="preserve">'
            f"{_escape(str(content))}</t></is></c>"
            for letter, number, content in zip(letters, numbers, contents, strict=True)
            if content is not None and content != ""
        ]
        long = [
            (content, width)
            for content, width in zip(contents, widths, strict=True)
            if isinstance(content, str) and (2 * len(content) > 0.8 * width or "\n" in content)
        ]
        height = row_height(long)
        # Without customHeight: the row still grows when somebody types more into it.
        tall = f' ht="{height}"' if height > LINE_HEIGHT else ""
        lines.append(f'<row r="{row}"{tall}>{"".join(cells)}</row>')
    return "".join(lines).encode()


def _escape(text: str) -> str:
    # A text that looks like Excel's own escape of a character (_x000D_) must come back as it is.
    return _LOOKS_ESCAPED.sub("_x005F_", escape(clean_text(text)))


def _insert_rows(packed: bytes, body: bytes) -> bytes:
    """The packed workbook with these rows at the end of its first worksheet."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(packed)) as archive,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as copy,
    ):
        for member in archive.infolist():
            data = archive.read(member)
            if member.filename == "xl/worksheets/sheet1.xml":
                before, end, after = data.partition(b"</sheetData>")
                data = b"".join((before, body, end, after))
            copy.writestr(member.filename, data)
    return made.getvalue()


def _add_choices(workbook: Workbook, sheet: Worksheet, columns: Sequence[Column], last: int) -> None:
    """Drop-downs through a hidden sheet: a list inside the rule may have 255 characters and no comma."""
    listed = [(number, column) for number, column in enumerate(columns, start=1) if column.choices]
    if not listed:
        return
    options = workbook.create_sheet(OPTIONS_SHEET)
    options.sheet_state = "hidden"
    for place, (number, column) in enumerate(listed, start=1):
        for row, choice in enumerate(column.choices, start=1):
            set_value(options.cell(row, place), choice)
        letters, name = get_column_letter(place), f"{OPTIONS_SHEET}_{place}"
        area = f"'{OPTIONS_SHEET}'!${letters}$1:${letters}${len(column.choices)}"
        workbook.defined_names[name] = DefinedName(name, attr_text=area)
        rule = DataValidation(type="list", formula1=name, allow_blank=True, errorStyle="warning")
        rule.showErrorMessage = True
        rule.errorTitle = column.heading[:32]
        rule.error = f"「{column.heading}」请从下拉列表中选择；列表中确实没有的，请与经办人联系。"[:255]
        rule.add(f"{get_column_letter(number)}2:{get_column_letter(number)}{max(last, 2)}")
        sheet.add_data_validation(rule)


def _write_guide(workbook: Workbook, title: str, columns: Sequence[Column], guide: Sequence[str]) -> None:
    sheet = workbook.create_sheet(GUIDE_SHEET)
    set_up_print(sheet, f"{title}填表说明", orientation="portrait")
    for number, width in enumerate(_GUIDE_WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    needed = ("黄底表头的栏目必须填写。",) if any(column.needed for column in columns) else ()
    lines = (f"{title}填表说明", *guide, *needed)
    for row, line in enumerate(lines, start=1):
        sheet.merge_cells(None, row, 1, row, len(_GUIDE_WIDTHS))
        _write_told(sheet, row, (line,), (sum(_GUIDE_WIDTHS),))
    sheet.cell(1, 1).font = Font(name=FONT, size=14, bold=True)
    sheet.row_dimensions[1].height = 26
    _write_head(sheet, len(lines) + 1, ("栏目", "填写要求", "示例"))
    for row, column in enumerate(columns, start=len(lines) + 2):
        more = "等" if len(column.choices) > _TOLD_CHOICES else ""
        told_choices = "、".join(column.choices[:_TOLD_CHOICES]) + more
        choices = f"从下拉列表中选择：{told_choices}" if column.choices else ""
        told = "；".join(filter(None, (column.help, choices)))
        _write_told(sheet, row, (column.heading, told, column.example), _GUIDE_WIDTHS)


def _write_told(sheet: Worksheet, row: int, texts: Sequence[str], widths: Sequence[float]) -> None:
    for number, text in enumerate(texts, start=1):
        if text:
            cell = sheet.cell(row, number)
            set_value(cell, text)
            cell.font = Font(name=FONT, size=11)
            cell.alignment = Alignment(vertical="center", wrap_text=True)
    sheet.row_dimensions[row].height = row_height(zip(texts, widths, strict=True)) + 3


def _pack(workbook: Workbook) -> bytes:
    packed = io.BytesIO()
    workbook.save(packed)
    return packed.getvalue()
