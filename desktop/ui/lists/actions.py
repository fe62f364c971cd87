"""What is done with the rows of a list as they are seen: copied, exported, printed."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

from desktop.queries.listing import ListColumn
from desktop.text import tr
from desktop.ui.desk import Desk
from desktop.ui.jobs import Progress
from desktop.ui.lists.record_list import RecordList
from desktop.ui.written import tell_written

if TYPE_CHECKING:
    from desktop.ui.paper.output import Sheets

_STEP = 200
_NAMES = ("name", "teacher", "appointment")
"""Columns that name the person of a row."""


class ListActions:
    """The actions of one list; each works on what is shown: these rows, these columns, numbers masked or not."""

    def __init__(self, desk: Desk, shown: RecordList) -> None:
        self.desk, self.list = desk, shown

    def _columns(self) -> list[ListColumn]:
        """The columns from left to right as the clerk has put them."""
        header = self.list.table.horizontalHeader()
        order = sorted(range(self.list.model.columnCount()), key=header.visualIndex)
        return [self.list.model.columns[number] for number in order]

    def _texts(self) -> Callable[[Progress], list[list[str]]]:
        """The texts of all rows, to be made in a Job."""
        listing, masked = self.list.listing, self.list.model.masked
        places, columns = list(self.list.model.places), self._columns()
        assert listing is not None

        def work(progress: Progress) -> list[list[str]]:
            found = []
            for number, place in enumerate(places):
                if number % _STEP == 0:
                    progress.step(number, len(places))
                found.append([listing.text(place, column, masked=masked) for column in columns])
            return found

        return work

    def copy(self) -> None:
        """Put the selected rows with headings on the clipboard and say how many."""
        count = self.list.table.copy_selection()
        self.desk.said.emit(tr("已复制 {count} 行（带表头），可粘贴到表格软件", count=count))

    def export(self) -> None:
        """Write what is seen to a file."""
        if not self.list.is_ready():
            return
        title, columns, texts = self.list.entity.label, self._columns(), self._texts()
        kinds = "表格 (*.xlsx);;文本表格 (*.csv)"
        path = self.desk.dialogs.choose_path(tr("导出"), f"{title}.xlsx", kinds)
        if path is None:
            return

        def work(progress: Progress) -> int:
            rows = texts(progress)
            write: Callable[..., None] = import_module("desktop.exchange.lists").export_texts
            write(path, title, columns, rows)
            return len(rows)

        def done(count: int) -> None:
            tell_written(self.desk, tr("导出完成"), tr("已导出 {count} 条。", count=count), [path])

        self.desk.jobs.run(tr("导出"), work, done)

    def print_seen(self, show: Callable[[Callable[[Progress], Sheets]], None]) -> None:
        """Lay out what is seen for paper; `show` gets the work of the Job that brings the sheets."""
        if not self.list.is_ready():
            return
        if not self.list.model.rowCount():
            self.desk.dialogs.tell(tr("没有打印"), tr("列表里没有内容，请先取消筛选或新增。"))
            return
        title, columns, texts = self.list.entity.label, self._columns(), self._texts()
        day, office = self.desk.day, str(self.desk.office["name"])
        named = next((number for number, each in enumerate(columns) if each.name in _NAMES), 0)

        def work(progress: Progress) -> Sheets:
            rows = texts(progress)
            made = import_module("desktop.reports.seen_list")
            labels = tuple((each.label, each.kind) for each in columns)
            seen = made.SeenList(title, office, day, labels, rows, named)
            sheets: Sheets = import_module("desktop.ui.paper.output").lay_out(made.prepare_seen(seen), progress)
            return sheets

        show(work)
