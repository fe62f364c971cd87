"""回收站: what was deleted, by whom and when, and bringing it back."""

from desktop.models import BY_PLURAL
from desktop.services.bin import Deleted, list_bin, restore
from desktop.text import tr
from desktop.ui.desk import Desk
from desktop.ui.forms.sayings import local_time
from desktop.ui.jobs import Progress
from desktop.ui.page import Page
from desktop.ui.plain_model import PlainModel
from desktop.ui.plain_table import PlainTable
from desktop.ui.screens import Entry
from desktop.ui.widgets import button


class BinModel(PlainModel[Deleted]):
    """The deleted records, the newest first."""

    HEADINGS = ("类别", "名称", "删除时间", "经办人")

    def texts(self, row: Deleted) -> tuple[str, ...]:
        """The cells of one row."""
        return (tr(BY_PLURAL[row.plural].label), row.called, local_time(row.deleted_at), row.deleted_by)


class BinPage(Page):
    """The deleted records of this office."""

    def __init__(self, desk: Desk, entry: Entry) -> None:
        super().__init__(desk, tr(entry.label))
        self.now.setText(tr("删除的内容都在这里，可以原样恢复"))
        self.model = BinModel(self)
        self.table = PlainTable(self.model, tr("回收站"), (140, 320, 200), many=True)
        self.restore_button = button(tr("恢复所选"), self.restore, icon_name="arrow-back-up", role="primary")
        self.tools.addWidget(self.restore_button)
        self.body.addWidget(self.table, 1)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._tell())
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
        self.table.show_rows(deleted)
        if deleted:
            self.table.select(0)
        self._tell()

    def _tell(self) -> None:
        chosen = len(self.table.selected())
        self.restore_button.setEnabled(bool(chosen))
        if self.isVisible():
            self.desk.counted.emit(tr("{count} 条 · 已选 {chosen}", count=len(self.model.rows), chosen=chosen))

    def restore(self) -> None:
        """Bring the selected records back as one Act."""
        chosen, store, operator = self.table.selected(), self.desk.store, self.desk.operator
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
