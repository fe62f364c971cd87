"""回收站: what was deleted, by whom and when, and bringing it back."""

from desktop.models import BY_PLURAL
from desktop.services.bin import Deleted, list_bin, restore
from desktop.text import tr
from desktop.ui.desk import Desk
from desktop.ui.forms.sayings import local_time
from desktop.ui.jobs import Progress
from desktop.ui.pages.plain_page import PlainPage
from desktop.ui.plain_model import PlainModel
from desktop.ui.screens import Entry
from desktop.ui.widgets import button


class BinModel(PlainModel[Deleted]):
    """The deleted records, the newest first."""

    HEADINGS = ("类别", "名称", "删除时间", "经办人")

    def texts(self, row: Deleted) -> tuple[str, ...]:
        """The cells of one row."""
        return (tr(BY_PLURAL[row.plural].label), row.called, local_time(row.deleted_at), row.deleted_by)


class BinPage(PlainPage):
    """The deleted records of this office."""

    def __init__(self, desk: Desk, entry: Entry) -> None:
        super().__init__(desk, entry, BinModel(), (140, 320, 200))
        self.now.setText(tr("删除的内容都在这里，可以原样恢复"))
        self.restore_button = button(tr("恢复所选"), self.restore, icon_name="arrow-back-up", role="primary")
        self.tools.addWidget(self.restore_button)
        self.body.addWidget(self.table, 1)
        desk.changed.connect(lambda _entities: self.refresh_in_front())

    def read(self) -> list[Deleted]:
        """What is in the bin, the newest first."""
        with self.desk.store.read() as session:
            return list_bin(session, own=self.desk.store.office_code)

    def key(self, row: Deleted) -> object:
        """A record stays chosen."""
        return row.plural, row.uid

    def tell(self) -> None:
        """How many there are and are chosen."""
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

        told = tr("已恢复 {count} 条", count=len(chosen))
        self.desk.jobs.run(title, work, lambda _none: self.desk.said.emit(told), once=True)
