"""The rows of a roster file as what each says: values by target, texts without a field, and what is wrong.

Everything here can be decided from the file alone; the database comes in with `known` and `compare`.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from desktop.exchange.headings import HeadingIndex
from desktop.exchange.roster.answers import CellPlace
from desktop.exchange.roster.cells import CellReader
from desktop.exchange.roster.columns import columns_of
from desktop.exchange.roster.file_rows import FileRows, tell_assumed
from desktop.exchange.roster.found_columns import name_by_content
from desktop.exchange.roster.origins import IsSchool
from desktop.exchange.roster.own_lists import without_own_columns
from desktop.exchange.roster.table_reader import TableReader
from desktop.exchange.sheet_tables import Table, find_tables
from desktop.exchange.targets import Target
from desktop.exchange.workbook.cells import Book, Sheet, list_rows

_EXAMPLE_SHEET: Final = re.compile(r"样表|示例|范例|样例|填写样本|填表说明|填报说明")


def read_rows(
    book: Book,
    targets: Iterable[Target],
    *,
    headings: Mapping[str, str],
    values: Mapping[tuple[str, str], str],
    is_school: IsSchool,
    cells: Mapping[CellPlace, str] | None = None,
) -> FileRows:
    """The rows of a file; `headings` and `values` are what its sender's words were mapped to by hand.

    `cells` are texts that a clerk put in the place of what stands in the file.
    """
    index = HeadingIndex(targets, headings)
    reader = CellReader(values, date1904=book.date1904)
    result = FileRows(book, assumed=[f"“{book.name}”{note}" for note in book.assumed])
    result.mended, result.targets = cells or {}, index.targets
    for sheet in book.sheets:
        tables = find_tables(sheet, index)
        people = [found for found in tables if found.column_of("name") is not None]
        if not sheet.hidden:
            result.columns += columns_of(book.name, sheet, tables, headings)
        if tables and not people:
            result.nameless.append(sheet.name)
        elif people and sheet.hidden:
            result.assumed.append(f"“{book.name}”工作表“{sheet.name}”是隐藏的，没有读入；需要读入请先取消隐藏")
        elif people and _EXAMPLE_SHEET.search(sheet.name) and len(book.sheets) > 1:
            result.assumed.append(f"“{book.name}”工作表“{sheet.name}”是样表或说明，没有读入")
        elif people:
            _read_sheet(result, sheet, people, reader, is_school)
    result.used_values = reader.used
    result.used_headings = {heading for heading in headings if heading in _headings_of(result)}
    tell_assumed(result, index)
    return result


def _headings_of(result: FileRows) -> set[str]:
    return {place.heading for said in result.rows for place in said.places.values()} | set(result.unknown_headings)


def _read_sheet(result: FileRows, sheet: Sheet, people: list[Table], reader: CellReader, is_school: IsSchool) -> None:
    result.has_table = True
    where = f"“{result.book.name}”工作表“{sheet.name}”"
    result.assumed += [f"“{result.book.name}”{note}" for note in sheet.notes]
    filled = [found for found in people if found.rows]
    if len(filled) > 1:
        result.assumed.append(f"{where}上有 {len(filled)} 张表，已全部读入")
    for found in people:
        without_own_columns(found)
        result.assumed += [f"{where}的{note}" for note in name_by_content(found, result.targets)]
        TableReader(result, found, reader, is_school).read()
    for rows, what in (
        ([found.row_number(row) for found in people for row in found.examples], "是填写示例，没有读入"),
        ([found.row_number(row) for found in people for row in found.left_out], "没有姓名，不像是一个人，没有读入"),
    ):
        if rows:
            result.assumed.append(f"{where}第 {list_rows(rows)} 行{what}")
