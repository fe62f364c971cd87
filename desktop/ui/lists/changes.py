"""What changes the rows of a list: filling down, bulk change, a pasted block, deleting the selected."""

from functools import partial
from importlib import import_module
from typing import Final

from desktop.fields import Field
from desktop.services.duplicates import Pair, read_pair, unite
from desktop.services.looking import note_look
from desktop.services.many import RowChange
from desktop.services.records import delete
from desktop.text import tr
from desktop.ui.forms.saving import count_links, read_record
from desktop.ui.lists.beside_list import BesideList
from desktop.ui.lists.duplicates_dialog import DuplicatesDialog
from desktop.ui.lists.list_stage import ListStage
from desktop.ui.lists.many_writer import ManyWriter
from desktop.ui.lists.record_list import RecordList

_PASTING: Final = "desktop.ui.lists.pasting"


class ListChanges:
    """The changes of one list; each asks before it writes, and is one Act."""

    def __init__(self, shown: RecordList, beside: BesideList, stage: ListStage, writer: ManyWriter) -> None:
        self._list, self._beside, self._stage, self._writer = shown, beside, stage, writer
        self._desk = shown.desk

    def _field(self) -> Field | None:
        """The field of the column where the keyboard is; None for a derived column."""
        number = self._list.table.currentIndex().column()
        columns = self._list.model.columns
        return columns[number].field if 0 <= number < len(columns) else None

    def fill_down(self) -> None:
        """Give all selected records the value of the topmost in the present column."""
        shown, field, uids = self._list, self._field(), self._list.selected_uids()
        if field is None or len(uids) < 2:
            self._desk.said.emit(tr("向下填充：先选两行以上，并把光标放在要填的栏目上（由其他记录得出的栏目不能填）"))
            return
        if field.personal or field.name in shown.entity.key:
            self._desk.said.emit(tr("“{field}”各人不同，不能向下填充", field=field.label))
            return
        top = read_record(self._desk.store, shown.entity, uids[0])
        value = top.content.get(field.name) if top is not None else None
        column = next(each for each in shown.model.columns if each.field is field)
        text = shown.model.text_at(shown.table.selected_lines()[0], column) or tr("空")
        what = tr("将把下面 {count} 条的“{field}”填为“{value}”：", count=len(uids) - 1, field=field.label, value=text)
        rows = [RowChange({field.name: value}, uid) for uid in uids[1:]]
        title = tr("向下填充{field} {count} 条", field=field.label, count=len(rows))
        self._writer.ask_and_write(title, rows, what)

    def bulk(self) -> None:
        """Show the panel of a bulk change beside the list."""
        field = self._field()
        if not self._list.selected_uids():
            self._desk.said.emit(tr("批量修改：请先在列表中选中要改的行"))
        elif self._beside.may_leave():
            self._beside.begin_bulk(field.name if field is not None else "")

    def paste(self) -> None:
        """Show the preview of the block on the clipboard."""
        if self._list.listing is not None and self._beside.may_leave():
            import_module(_PASTING).paste(self._list, self._stage)

    def show_block(self, grid: list[list[str]]) -> None:
        """Show the preview of a block: what its columns mean, and what would come of it."""
        import_module(_PASTING).show_block(self._list, self._stage, grid)

    def close(self) -> None:
        """Back to list and form."""
        self._stage.show_list()
        self._beside.back()

    def unite(self, other: str = "") -> None:
        """Make one of the two selected records, or of the one in the form and another, after both were shown."""
        present = self._beside.stored
        uids = [present.uid, other] if other and present is not None else self._list.selected_uids()
        if len(uids) != 2:
            self._desk.said.emit(tr("合并重复：请按住 Ctrl 点选同一人的两行"))
            return
        if not self._beside.may_leave():
            return
        store = self._desk.store

        def read(_progress: object) -> Pair:
            with store.read() as session:
                return read_pair(session, uids, own=store.office_code)

        self._desk.jobs.run(tr("读取两条记录"), read, self._ask_united, quiet=True)

    def _ask_united(self, pair: Pair) -> None:
        store, operator, name = self._desk.store, self._desk.operator, pair.kept.content["name"]
        look = partial(note_look, store, tr("合并重复：{name}", name=name), operator=operator)
        dialog = DuplicatesDialog(pair, look, masked=self._list.model.masked)
        if not self._desk.dialogs.run(dialog):
            return
        choices, reason = dialog.choices, dialog.reason.text()

        def work(_progress: object) -> str:
            with store.write(tr("合并重复的教师 {name}", name=name), operator=operator) as session:
                return unite(session, pair, choices, reason=reason)

        def done(uid: str) -> None:
            self._beside.clear()
            self._list.want(uid)
            self._desk.said.emit(tr("已合并为一条：{name}；可用 Ctrl+Z 撤销", name=name))

        self._desk.jobs.run(tr("合并重复的教师"), work, done, can_cancel=False, once=True)

    def delete(self) -> None:
        """Put the selected records into the bin, after saying what hangs on them."""
        uids, unit = self._list.selected_uids(), tr(self._list.how.unit)
        if not uids:
            return
        store, entity, operator = self._desk.store, self._list.entity, self._desk.operator
        hanging: dict[str, int] = {}
        for uid in uids:
            for what, count in count_links(store, entity, uid).items():
                hanging[what] = hanging.get(what, 0) + count
        text = tr("将删除{what} {count} {unit}。", what=entity.label, count=len(uids), unit=unit)
        if hanging:
            told = "、".join(f"{what} {count} 条" for what, count in hanging.items())
            text += tr("与其相连的有{told}，这些记录不会删除，但会失去所指。", told=told)
        text += tr("删除后放入回收站，可以恢复，也可以用 Ctrl+Z 撤销。")
        yes = tr("删除 {count} {unit}", count=len(uids), unit=unit)
        if self._desk.dialogs.ask(tr("删除"), text, yes, tr("不删除"), danger=yes) != yes:
            return

        def work(_progress: object) -> None:
            with store.write(
                tr("删除{what} {count} 条", what=entity.label, count=len(uids)), operator=operator
            ) as session:
                for uid in uids:
                    delete(session, entity, uid)

        self._desk.jobs.run(tr("删除"), work, lambda _none: self._beside.clear(), once=True)
