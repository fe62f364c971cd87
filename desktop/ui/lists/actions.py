"""What is done with the rows of a list as they are seen: copied, exported, printed."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from desktop.queries.listing import ListColumn
from desktop.text import tr
from desktop.ui.desk import Desk
from desktop.ui.jobs import Progress
from desktop.ui.lists.record_list import RecordList
from desktop.ui.written import tell_written

_STEP = 200


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

    def print_seen(self) -> None:
        """Print what is seen into a PDF file, with a line in the print log."""
        if not self.list.is_ready():
            return
        if not self.list.model.rowCount():
            self.desk.dialogs.tell(tr("没有打印"), tr("列表里没有内容，请先取消筛选或新增。"))
            return
        title, columns, texts = self.list.entity.label, self._columns(), self._texts()
        path = self.desk.dialogs.choose_path(tr("打印当前列表"), f"{title}.pdf", "PDF (*.pdf)")
        if path is None:
            return
        store, operator, day, office = self.desk.store, self.desk.operator, self.desk.day, str(self.desk.office["name"])

        def work(progress: Progress) -> int:
            rows = texts(progress)
            made = import_module("desktop.reports.seen_list")
            sheet = made.SeenList(title, office, day, tuple((each.label, each.kind) for each in columns), rows)
            return int(made.print_seen(store, sheet, Path(path), operator=operator, progress=progress.step))

        def done(pages: int) -> None:
            told = tr("已生成 {pages} 页，记入打印登记。", pages=pages)
            tell_written(self.desk, tr("打印当前列表"), told, [path])

        self.desk.jobs.run(tr("打印当前列表"), work, done)
