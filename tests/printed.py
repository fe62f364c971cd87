"""Sheets printed and read back: texts of the pages, lists by their columns."""

import pypdfium2

from desktop.reports.blocks import ListTable, Sheet
from desktop.reports.printing import prepare_report, print_report
from desktop.services.records import save


def text_of_page(page):
    return page.get_textpage().get_text_range().replace("\r\n", "\n")


def pages_of(path):
    return [text_of_page(page) for page in pypdfium2.PdfDocument(path)]


def printed(store, tmp_path, code, **options):
    """Result, log row, and the texts of the pages."""
    path = tmp_path / f"{code}.pdf"
    result, row = print_report(store, code, path, options, operator="王主任")
    return result, row, pages_of(path)


def document_of(store, code, **options):
    return prepare_report(store, code, options).filled.document


def table_of(store, code, **options):
    blocks = document_of(store, code, **options).blocks
    inner = [each for block in blocks for each in (block.blocks if isinstance(block, Sheet) else (block,))]
    return next(block for block in inner if isinstance(block, ListTable))


def column(table, label):
    number = [each.title for each in table.columns].index(label)
    return [row[number] for row in table.rows]


def change(store, entity, uid, **values):
    with store.write("改", operator="王主任") as session:
        save(session, entity, values, uid=uid, reason="核对原件")
