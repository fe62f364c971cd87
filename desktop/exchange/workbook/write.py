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
from desktop.exchange.workbook.plain_cells import clean_sheet_name, clean_text, set_up_print, set_value
from desktop.exchange.workbook.publish import publish

OPTIONS_SHEET = "选项"
GUIDE_SHEET = "填表说明"
TEMPLATE_ROWS = 500
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")

_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")

Content = str | int | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, its width in characters, what it holds, its drop-down, a hint and an example."""

    heading: str
    width: float = 12.0
    kind: Literal["text", "number", "date"] = "text"
    choices: tuple[str, ...] = ()
    help: str = ""
    example: str = ""


def write_list(target: Path, title: str, columns: Sequence[Column], rows: Iterable[Sequence[Content]]) -> None:
    """Write a list as .xlsx with its headings in row 1; raises RefusedError when it cannot be written.

    Integers stay numbers only in columns of the kind "number"; everything else is an explicit string.
    """
    workbook, sheet = _start(title, columns)
    # Making 300,000 cells in openpyxl takes 7 seconds: it makes everything but the rows.
    body, count = _row_markup(rows, columns, _text_format(sheet))
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{count + 1}"
    _add_choices(workbook, sheet, columns, count + 1)
    packed = _insert_rows(_pack(workbook), body)
    publish(target, lambda file: file.write(packed))


def write_template(target: Path, title: str, columns: Sequence[Column], *, guide: Sequence[str] = ()) -> None:
    """Write an empty list for schools to fill: hints as comments, drop-downs on 500 rows, a sheet 填表说明."""
    workbook, sheet = _start(title, columns)
    for number, column in enumerate(columns, start=1):
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
    """Write a list as .csv in UTF-8 with its mark; formula-like and long numbers get an apostrophe.

    `delimited.strip_protection` takes that apostrophe away again.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([protect(heading) for heading in headings])
    for row in rows:
        writer.writerow([protect(content) for content in row])
    packed = text.getvalue().encode("utf-8-sig")
    publish(target, lambda file: file.write(packed))


def protect(content: Content) -> str:
    """A text that Excel and WPS show as it is: an apostrophe before formulas, long numbers, leading zeros."""
    if content is None or isinstance(content, int):
        return "" if content is None else str(content)
    formula = len(content) > 1 and content.startswith(_FORMULA_SIGNS)
    digits = content[:-1].isdecimal() and (len(content) > 11 or (len(content) > 1 and content[0] == "0"))
    return f"'{content}" if formula or digits or content.startswith("'") else content


def _start(title: str, columns: Sequence[Column]) -> tuple[Workbook, Worksheet]:
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = clean_sheet_name(title)
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"
    set_up_print(sheet, title)
    for number, column in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    _write_head(sheet, 1, [column.heading for column in columns])
    return workbook, sheet


def _write_head(sheet: Worksheet, row: int, headings: Sequence[str]) -> None:
    for number, heading in enumerate(headings, start=1):
        cell = sheet.cell(row, number)
        set_value(cell, heading)
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="FFD9E1F2")
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)


def _text_format(sheet: Worksheet) -> int:
    """The number of the cell format of texts, known once a cell has used it."""
    cell = sheet.cell(2, 1)
    cell.number_format = "@"
    cell.alignment = Alignment(vertical="center", wrap_text=True)
    number = int(cell.style_id)
    sheet.delete_rows(2)
    return number


def _row_markup(rows: Iterable[Sequence[Content]], columns: Sequence[Column], form: int) -> tuple[bytes, int]:
    """The rows from the second on as XML of a worksheet, and how many they are."""
    letters = [get_column_letter(number) for number in range(1, len(columns) + 1)]
    numbers = [column.kind == "number" for column in columns]
    lines: list[str] = []
    for row, contents in enumerate(rows, start=2):
        cells = [
            f'<c r="{letter}{row}"><v>{content}</v></c>'
            if number and isinstance(content, int)
            else f'<c r="{letter}{row}" s="{form}" t="inlineStr"><is><t xml:space="preserve">'
            f"{_escape(str(content))}</t></is></c>"
            for letter, number, content in zip(letters, numbers, contents, strict=True)
            if content is not None and content != ""
        ]
        lines.append(f'<row r="{row}">{"".join(cells)}</row>')
    return "".join(lines).encode(), len(lines)


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
    for number, width in enumerate((20, 60, 30), start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    lines = (f"{title}填表说明", *guide)
    for row, line in enumerate(lines, start=1):
        set_value(sheet.cell(row, 1), line)
    _write_head(sheet, len(lines) + 1, ("栏目", "填写要求", "示例"))
    for row, column in enumerate(columns, start=len(lines) + 2):
        choices = f"从下拉列表中选择：{'、'.join(column.choices[:30])}" if column.choices else ""
        told = "；".join(filter(None, (column.help, choices)))
        for number, text in enumerate((column.heading, told, column.example), start=1):
            if text:
                set_value(sheet.cell(row, number), text)
                sheet.cell(row, number).alignment = Alignment(vertical="top", wrap_text=True)


def _pack(workbook: Workbook) -> bytes:
    packed = io.BytesIO()
    workbook.save(packed)
    return packed.getvalue()
