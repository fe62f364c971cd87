"""回收站: what was deleted, by whom and when, and bringing it back."""

from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtWidgets import QAbstractItemView, QTableWidget, QTableWidgetItem

from desktop.models import BY_PLURAL
from desktop.services.bin import Deleted, list_bin, restore
from desktop.text import tr
from desktop.ui.column_widths import ColumnWidths
from desktop.ui.desk import Desk
from desktop.ui.forms.sayings import local_time
from desktop.ui.jobs import Progress
from desktop.ui.page import Page
from desktop.ui.screens import Entry
from desktop.ui.theme import theme
from desktop.ui.widgets import button


class BinPage(Page):
    """The deleted records of this office, the newest first."""

    _HEADINGS = ("类别", "名称", "删除时间", "经办人")

    def __init__(self, desk: Desk, entry: Entry) -> None:
        super().__init__(desk, tr(entry.label))
        self.now.setText(tr("删除的内容都在这里，可以原样恢复"))
        self.deleted: list[Deleted] = []
        self.table = QTableWidget(0, len(self._HEADINGS))
        self.table.setHorizontalHeaderLabels([tr(each) for each in self._HEADINGS])
        self.table.setAccessibleName(tr("回收站"))
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(theme.px(32))
        self.table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        ColumnWidths(self.table, (140, 320, 200))
        self.restore_button = button(tr("恢复所选"), self.restore, icon_name="arrow-back-up", role="primary")
        self.tools.addWidget(self.restore_button)
        self.body.addWidget(self.table, 1)
        self.table.itemSelectionChanged.connect(self._tell)
        desk.changed.connect(lambda _entities: self.refresh())

    def show_for(self, what: object) -> None:
        """Read the bin anew."""
        del what
        self.refresh()

    def focus_first(self) -> None:
        """The keyboard starts in the list."""
        self.table.setFocus()

    def refresh(self) -> None:
        """Read in a Job."""
        store = self.desk.store

        def read(_progress: Progress) -> list[Deleted]:
            with store.read() as session:
                return list_bin(session, own=store.office_code)

        self.desk.jobs.run(tr("读取回收站"), read, self._take, quiet=True)

    def _take(self, deleted: list[Deleted]) -> None:
        self.deleted = deleted
        self.table.setRowCount(len(deleted))
        for line, each in enumerate(deleted):
            texts = (BY_PLURAL[each.plural].label, each.called, local_time(each.deleted_at), each.deleted_by)
            for place, text in enumerate(texts):
                self.table.setItem(line, place, QTableWidgetItem(text))
        if deleted:
            # A key that is still held down must not turn the selection over.
            rows = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
            self.table.selectionModel().setCurrentIndex(self.table.model().index(0, 0), rows)
        self._tell()

    def chosen(self) -> list[Deleted]:
        """The selected records."""
        lines = sorted({index.row() for index in self.table.selectionModel().selectedRows()})
        return [self.deleted[line] for line in lines if line < len(self.deleted)]

    def _tell(self) -> None:
        self.restore_button.setEnabled(bool(self.chosen()))
        if self.isVisible():
            self.desk.counted.emit(tr("{count} 条 · 已选 {chosen}", count=len(self.deleted), chosen=len(self.chosen())))

    def restore(self) -> None:
        """Bring the selected records back as one Act."""
        chosen, store, operator = self.chosen(), self.desk.store, self.desk.operator
        if not chosen:
            return
        title = tr("恢复 {name}", name="、".join(each.called for each in chosen[:3]))
        if len(chosen) > 3:
            title = tr("恢复 {count} 条", count=len(chosen))

        def work(_progress: Progress) -> None:
            with store.write(title, operator=operator) as session:
                for each in chosen:
                    restore(session, each.plural, each.uid)

        self.desk.jobs.run(title, work, lambda _none: self.desk.said.emit(tr("已恢复 {count} 条", count=len(chosen))))
