"""The error copy: the sender's own file with faulty cells red and commented, and a first sheet that lists them."""

import io
import math
import warnings
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from desktop.exchange.workbook.cells import AUTHOR, RETURNED_SHEET, Book, Sheet, Value
from desktop.exchange.workbook.plain_cells import (
    FONT,
    clean_sheet_name,
    clean_text,
    row_height,
    set_up_print,
    set_value,
    tell_value,
    text_width,
)
from desktop.exchange.workbook.publish import publish
from desktop.exchange.workbook.wide_rules import restore_wide_rules

RED = "FFFF5050"  # black text on it can still be read and printed
_HEADINGS = (("序号", 6), ("工作表", 14), ("行号", 8), ("姓名", 16), ("栏目", 16), ("填写内容", 24), ("问题", 66))
_TOLD = (
    "一、红色单元格就是要改的地方：点“行号”可跳到该处，鼠标停在红色单元格上可看到问题。\n"
    "二、请直接在各工作表中改正；说是同一个人的，只保留一行，多余的整行删去。\n"
    "三、表头和其他内容不要改动，红色底色不用清除，本页不用填写；改好后把整个文件交回。"
)
_WHOLE_ROW = "整行"
_CENTRED = (1, 3)
_OLD_COMMENT = "\n原批注："
_INFLATED = 120 << 20  # bytes of XML beyond which openpyxl would need more memory than an office has
_MERGED = 20_000


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: where (numbers of the file, 1-based), a sentence, and for the list who and which heading.

    Without a column the first filled cell of the row is marked.
    """

    sheet: str
    row: int
    column: int | None
    text: str
    name: str = ""
    heading: str = ""


def write_error_copy(source: Path, book: Book, faults: Sequence[Fault], target: Path) -> None:
    """Write the error copy of `source`, read as `book`; raises RefusedError when it cannot be written.

    An .xlsx keeps its formats, formulas and sheets; of every other kind, and of an .xlsx that openpyxl
    cannot open, a fresh workbook with the same sheets, rows, columns and merged cells is made.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of extensions that it does not keep
        workbook = _open_copy(source) if book.kind == "xlsx" else None
        if workbook is None:
            workbook = _build_copy(book)
        _mark(workbook, book, faults)
        packed = io.BytesIO()
        workbook.save(packed)
    publish(target, lambda file: file.write(packed.getbuffer()))


def _open_copy(source: Path) -> Workbook | None:
    try:
        with zipfile.ZipFile(source) as archive:
            if sum(member.file_size for member in archive.infolist()) > _INFLATED:
                return None
        workbook = load_workbook(source, rich_text=True)
        restore_wide_rules(source, workbook)
    except Exception:  # noqa: BLE001 - openpyxl fails in many ways on files that Excel and WPS open
        return None
    workbook.template = False
    if RETURNED_SHEET in workbook.sheetnames:
        del workbook[RETURNED_SHEET]
        for sheet in workbook.worksheets:
            _remove_marks(sheet)
    return workbook


def _remove_marks(sheet: Worksheet) -> None:
    """Take the marks of the last copy away; LibreOffice forgets the author of a comment but keeps the red."""
    for row in sheet.iter_rows():
        for cell in row:
            is_red = cell.fill.fill_type == "solid" and cell.fill.fgColor.rgb == RED
            if cell.comment is not None and (is_red or cell.comment.author == AUTHOR):
                _text, _mark, old = cell.comment.text.partition(_OLD_COMMENT)
                cell.comment = Comment(old, "") if old else None
            if is_red:
                cell.fill = PatternFill()


def _build_copy(book: Book) -> Workbook:
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    for sheet in book.sheets:
        name = clean_sheet_name(sheet.name)
        made = workbook[name] if name in workbook.sheetnames else workbook.create_sheet(name)
        _fill(made, sheet)
    if all(sheet.sheet_state != "visible" for sheet in workbook.worksheets):
        workbook.worksheets[0].sheet_state = "visible"
    return workbook


def _fill(made: Worksheet, sheet: Sheet) -> None:
    # A banner over several columns must not widen the first of them.
    banners = {(area.top, area.left) for area in sheet.merged if area.right > area.left}
    widths: dict[int, float] = {}
    for row, line in enumerate(sheet.rows, start=sheet.first_row):
        is_lone = sum(value is not None for value in line) == 1
        for column, value in enumerate(line, start=sheet.first_column):
            if value is not None:
                set_value(made.cell(row, column), value)
                letters = 0 if is_lone or (row, column) in banners else text_width(tell_value(value)[:40])
                widths[column] = max(widths.get(column, 8.0), min(letters * 1.07 + 2, 40.0))
    for column, width in widths.items():
        made.column_dimensions[get_column_letter(column)].width = width
    for area in sheet.merged[:_MERGED]:
        if area.bottom <= 1_048_576 and area.right <= 16_384:
            made.merge_cells(None, area.top, area.left, area.bottom, area.right)
            across = "center" if area.right > area.left else None
            made.cell(area.top, area.left).alignment = Alignment(across, vertical="center", wrap_text=True)
    for number in sheet.hidden_rows:
        made.row_dimensions[number].hidden = True
    if sheet.hidden:
        made.sheet_state = "hidden"
    set_up_print(made, sheet.name, width=sum(widths.values()))


def _mark(workbook: Workbook, book: Book, faults: Sequence[Fault]) -> None:
    listing = workbook.create_sheet(RETURNED_SHEET, 0)
    texts: dict[tuple[str, int, int], list[str]] = {}
    _head_list(listing, book, len(faults))
    for number, fault in enumerate(faults, start=1):
        name = fault.sheet if fault.sheet in workbook.sheetnames else clean_sheet_name(fault.sheet)
        row, column = _place(workbook[name], book, fault)
        texts.setdefault((name, row, column), []).append(fault.text)
        letters = get_column_letter(column)
        found = tell_value(_find(book, fault.sheet, row, column)) if fault.column else ""
        heading = fault.heading or (f"{letters} 列" if fault.column else _WHOLE_ROW)
        cells = (number, name, fault.row, fault.name, heading, found, fault.text)
        _list_fault(listing, cells, f"{letters}{row}")
    for (name, row, column), sentences in texts.items():
        _mark_cell(workbook[name].cell(row, column), sentences)
    for sheet in workbook.worksheets:
        sheet.sheet_view.tabSelected = sheet is listing
    workbook.active = 0


def _place(sheet: Worksheet, book: Book, fault: Fault) -> tuple[int, int]:
    """The cell to mark: of merged cells the first, because the others cannot carry a comment."""
    row, column = fault.row, fault.column or _first_filled(book, fault)
    if isinstance(sheet.cell(row, column), MergedCell):
        for area in sheet.merged_cells.ranges:
            if area.min_row <= row <= area.max_row and area.min_col <= column <= area.max_col:
                return area.min_row, area.min_col
    return row, column


def _first_filled(book: Book, fault: Fault) -> int:
    for sheet in book.sheets:
        offset = fault.row - sheet.first_row
        if sheet.name == fault.sheet and 0 <= offset < len(sheet.rows):
            for column, value in enumerate(sheet.rows[offset], start=sheet.first_column):
                if value is not None:
                    return column
    return 1


def _find(book: Book, name: str, row: int, column: int) -> Value:
    for sheet in book.sheets:
        down, across = row - sheet.first_row, column - sheet.first_column
        if sheet.name == name and 0 <= down < len(sheet.rows) and 0 <= across < len(sheet.rows[down]):
            return sheet.rows[down][across]
    return None


def _mark_cell(cell: Any, sentences: list[str]) -> None:  # noqa: ANN401 - openpyxl has four classes of cells
    lines = [f"{number}. {text}" for number, text in enumerate(sentences, start=1)]
    text = clean_text("\n".join(lines) if len(lines) > 1 else sentences[0])
    if cell.comment is not None and cell.comment.text:
        text += _OLD_COMMENT + cell.comment.text
    comment = Comment(text, AUTHOR)
    # The box is in pixels: 21 characters of 9 points fit into a line of 320.
    comment.width = 320
    comment.height = 24 + 20 * sum(max(math.ceil(len(line) / 21), 1) for line in text.splitlines())
    cell.comment = comment
    cell.fill = PatternFill("solid", fgColor=RED, bgColor=RED)


def _head_list(listing: Worksheet, book: Book, count: int) -> None:
    title = f"退回修改：{book.name}（{count} 处）"
    for row, (text, font, height) in enumerate(
        ((title, Font(name=FONT, size=14, bold=True), 26), (_TOLD, Font(name=FONT, size=11), 52)), start=1
    ):
        listing.merge_cells(None, row, 1, row, len(_HEADINGS))
        set_value(listing.cell(row, 1), text)
        listing.cell(row, 1).font = font
        listing.cell(row, 1).alignment = Alignment(vertical="center", wrap_text=True)
        listing.row_dimensions[row].height = height
    for column, (heading, width) in enumerate(_HEADINGS, start=1):
        cell = listing.cell(3, column)
        set_value(cell, heading)
        cell.font = Font(name=FONT, size=11, bold=True)
        cell.border = _border()
        cell.alignment = Alignment(horizontal="center", vertical="center")
        listing.column_dimensions[get_column_letter(column)].width = width
    listing.row_dimensions[3].height = 20
    listing.freeze_panes = "A4"
    listing.print_title_rows = "3:3"
    set_up_print(listing, title)


def _border() -> Border:
    line = Side("thin")
    return Border(left=line, right=line, top=line, bottom=line)


def _list_fault(listing: Worksheet, contents: Sequence[Value], place: str) -> None:
    row = listing.max_row + 1
    for column, content in enumerate(contents, start=1):
        cell = listing.cell(row, column)
        set_value(cell, content)
        cell.font = Font(name=FONT, size=11)
        cell.border = _border()
        across = "center" if column in _CENTRED else None
        cell.alignment = Alignment(across, vertical="center", wrap_text=column not in _CENTRED)
    texts = ((tell_value(content), width) for content, (_heading, width) in zip(contents, _HEADINGS, strict=True))
    listing.row_dimensions[row].height = row_height(texts) + 3
    quoted = str(contents[1]).replace("'", "''")
    link = listing.cell(row, 3)
    link.hyperlink = Hyperlink(ref=link.coordinate, location=f"'{quoted}'!{place}")
    link.font = Font(name=FONT, size=11, color="FF0563C1", underline="single")
