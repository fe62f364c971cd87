"""Pasting a block into a list: from the clipboard to its preview. Loaded late: it knows every heading of rosters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication

from desktop.exchange.pasted import WORKPLACE, below_titles, split_block
from desktop.fields import Field
from desktop.models import Teacher
from desktop.models.base import Record
from desktop.queries.listing import ListColumn
from desktop.text import tr

if TYPE_CHECKING:
    from desktop.ui.pages.records_page import RecordsPage


def paste(page: RecordsPage) -> None:
    """Show the preview of the block on the clipboard."""
    if page.list.listing is None or not page.may_leave():
        return
    text, entity = QGuiApplication.clipboard().text(), page.entity

    def read(_progress: object) -> list[list[str]]:
        return below_titles(entity, split_block(text))

    page.desk.jobs.run(tr("读取剪贴板"), read, lambda grid: show_block(page, grid), quiet=True)


def show_block(page: RecordsPage, grid: list[list[str]]) -> None:
    """Show the preview of a block: what its columns mean, and what would come of it."""
    lines = page.table.selected_lines()
    onto = [page.model.uid_at(line) for line in range(lines[0], page.model.rowCount())][: len(grid)] if lines else []
    start = max(page.table.currentIndex().column(), 0)
    shown = [_meaning(page.entity, column) for column in page.model.columns[start:]]
    page.filters.hide()
    page.whole.setCurrentWidget(page.parts.paste_panel)
    page.parts.paste_panel.begin(grid, shown, onto)


def _meaning(entity: type[Record], column: ListColumn) -> Field | None:
    """What cells under a column of the list say; nothing under most that are derived."""
    return WORKPLACE if entity is Teacher and column.name == WORKPLACE.name else column.field
