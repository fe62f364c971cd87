"""Pasting a block into a list: from the clipboard to its preview. Loaded late: it knows every heading of rosters."""

from PySide6.QtGui import QGuiApplication

from desktop.exchange.pasted import WORKPLACE, below_titles, split_block
from desktop.fields import Field
from desktop.models import Teacher
from desktop.models.base import Record
from desktop.queries.listing import ListColumn
from desktop.text import tr
from desktop.ui.lists.list_stage import ListStage
from desktop.ui.lists.record_list import RecordList


def paste(shown: RecordList, stage: ListStage) -> None:
    """Show the preview of the block on the clipboard."""
    text, entity = QGuiApplication.clipboard().text(), shown.entity

    def read(_progress: object) -> list[list[str]]:
        return below_titles(entity, split_block(text))

    shown.desk.jobs.run(tr("读取剪贴板"), read, lambda grid: show_block(shown, stage, grid), quiet=True)


def show_block(shown: RecordList, stage: ListStage, grid: list[list[str]]) -> None:
    """Show the preview of a block: what its columns mean, and what would come of it."""
    model, lines = shown.model, shown.table.selected_lines()
    onto = [model.uid_at(line) for line in range(lines[0], model.rowCount())][: len(grid)] if lines else []
    start = max(shown.table.currentIndex().column(), 0)
    stage.show_block().begin(grid, [_meaning(shown.entity, column) for column in model.columns[start:]], onto)


def _meaning(entity: type[Record], column: ListColumn) -> Field | None:
    """What cells under a column of the list say; nothing under most that are derived."""
    return WORKPLACE if entity is Teacher and column.name == WORKPLACE.name else column.field
