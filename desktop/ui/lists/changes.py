"""What changes the rows of a list: filling down, bulk change, a pasted block, deleting the selected."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Final

from desktop.fields import Field
from desktop.services.duplicates import Pair, read_pair, unite
from desktop.services.looking import note_look
from desktop.services.many import RowChange
from desktop.services.records import delete
from desktop.text import tr
from desktop.ui.forms.saving import count_links, read_record
from desktop.ui.lists.duplicates_dialog import DuplicatesDialog
from desktop.ui.lists.many_writer import ManyWriter

if TYPE_CHECKING:
    from desktop.ui.pages.records_page import RecordsPage

_PASTING: Final = "desktop.ui.lists.pasting"


class ListChanges:
    """The changes of one page's list; each asks before it writes, and is one Act."""

    def __init__(self, page: RecordsPage, writer: ManyWriter) -> None:
        self._page, self._writer = page, writer

    def _field(self) -> Field | None:
        """The field of the column where the keyboard is; None for a derived column."""
        number = self._page.table.currentIndex().column()
        columns = self._page.model.columns
        return columns[number].field if 0 <= number < len(columns) else None

    def fill_down(self) -> None:
        """Give all selected records the value of the topmost in the present column."""
        page, field, uids = self._page, self._field(), self._page.list.selected_uids()
        if field is None or len(uids) < 2:
            page.desk.said.emit(tr("向下填充：先选两行以上，并把光标放在要填的栏目上（由其他记录得出的栏目不能填）"))
            return
        if field.personal or field.name in page.entity.key:
            page.desk.said.emit(tr("“{field}”各人不同，不能向下填充", field=field.label))
            return
        top = read_record(page.desk.store, page.entity, uids[0])
        value = top.content.get(field.name) if top is not None else None
        column = next(each for each in page.model.columns if each.field is field)
        shown = page.model.text_at(page.table.selected_lines()[0], column) or tr("空")
        what = tr("将把下面 {count} 条的“{field}”填为“{value}”：", count=len(uids) - 1, field=field.label, value=shown)
        rows = [RowChange({field.name: value}, uid) for uid in uids[1:]]
        title = tr("向下填充{field} {count} 条", field=field.label, count=len(rows))
        self._writer.ask_and_write(title, rows, what)

    def bulk(self) -> None:
        """Show the panel of a bulk change beside the list."""
        page, field = self._page, self._field()
        if not page.list.selected_uids():
            page.desk.said.emit(tr("批量修改：请先在列表中选中要改的行"))
            return
        if not page.may_leave():
            return
        page.right.setCurrentWidget(page.parts.bulk)
        page.parts.bulk.begin(field.name if field is not None else "")

    def paste(self) -> None:
        """Show the preview of the block on the clipboard."""
        import_module(_PASTING).paste(self._page)

    def show_block(self, grid: list[list[str]]) -> None:
        """Show the preview of a block: what its columns mean, and what would come of it."""
        import_module(_PASTING).show_block(self._page, grid)

    def close(self) -> None:
        """Back to list and form."""
        page = self._page
        page.front_list()
        page.right.setCurrentWidget(page.form if page.form.stored is not None else page.hint)
        page.table.setFocus()

    def unite(self, other: str = "") -> None:
        """Make one of the two selected records, or of the one in the form and another, after both were shown."""
        page = self._page
        present = page.form_in_front.stored if page.form_in_front is not None else None
        uids = [present.uid, other] if other and present is not None else page.list.selected_uids()
        if len(uids) != 2:
            page.desk.said.emit(tr("合并重复：请按住 Ctrl 点选同一人的两行"))
            return
        if not page.may_leave():
            return
        store = page.desk.store

        def read(_progress: object) -> Pair:
            with store.read() as session:
                return read_pair(session, uids, own=store.office_code)

        page.desk.jobs.run(tr("读取两条记录"), read, self._ask_united, quiet=True)

    def _ask_united(self, pair: Pair) -> None:
        page = self._page
        store, operator, name = page.desk.store, page.desk.operator, pair.kept.content["name"]
        look = partial(note_look, store, tr("合并重复：{name}", name=name), operator=operator)
        dialog = DuplicatesDialog(pair, look, masked=page.model.masked)
        if not page.desk.dialogs.run(dialog):
            return
        choices, reason = dialog.choices, dialog.reason.text()

        def work(_progress: object) -> str:
            with store.write(tr("合并重复的教师 {name}", name=name), operator=operator) as session:
                return unite(session, pair, choices, reason=reason)

        def done(uid: str) -> None:
            page.clear_form()
            page.list.want(uid)
            page.desk.said.emit(tr("已合并为一条：{name}；可用 Ctrl+Z 撤销", name=name))

        page.desk.jobs.run(tr("合并重复的教师"), work, done, can_cancel=False, once=True)

    def delete(self) -> None:
        """Put the selected records into the bin, after saying what hangs on them."""
        page, uids = self._page, self._page.list.selected_uids()
        if not uids:
            return
        store, entity, operator = page.desk.store, page.entity, page.desk.operator
        hanging: dict[str, int] = {}
        for uid in uids:
            for what, count in count_links(store, entity, uid).items():
                hanging[what] = hanging.get(what, 0) + count
        text = tr("将删除{what} {count} {unit}。", what=entity.label, count=len(uids), unit=tr(page.how.unit))
        if hanging:
            told = "、".join(f"{what} {count} 条" for what, count in hanging.items())
            text += tr("与其相连的有{told}，这些记录不会删除，但会失去所指。", told=told)
        text += tr("删除后放入回收站，可以恢复，也可以用 Ctrl+Z 撤销。")
        yes = tr("删除 {count} {unit}", count=len(uids), unit=tr(page.how.unit))
        if page.desk.dialogs.ask(tr("删除"), text, yes, tr("不删除"), danger=yes) != yes:
            return

        def work(_progress: object) -> None:
            with store.write(
                tr("删除{what} {count} 条", what=entity.label, count=len(uids)), operator=operator
            ) as session:
                for uid in uids:
                    delete(session, entity, uid)

        page.desk.jobs.run(tr("删除"), work, lambda _none: page.clear_form(), once=True)
