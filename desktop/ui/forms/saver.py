"""Saving and deleting the record of a form: reads the fields, asks what has to be asked, tells what was refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from desktop.errors import InvalidRecord, Problem, StaleRecord, ValueProblem
from desktop.models.base import Content, corrected_fields
from desktop.store.records import Stored
from desktop.text import tr
from desktop.ui.desk import Desk
from desktop.ui.forms.reasons import ask_reason
from desktop.ui.forms.saving import Saving, count_links, delete_record, read_record, save_record
from desktop.ui.forms.sayings import titled

if TYPE_CHECKING:
    from desktop.ui.forms.form import RecordForm


class Saver:
    """Saves one form; its signals tell the page."""

    def __init__(self, desk: Desk, form: RecordForm) -> None:
        self._desk, self._form = desk, form
        self._then_next = False

    def read_values(self) -> Content | None:
        """The changed values as packed content; None if something cannot be read, with the sentences shown."""
        values: Content = {}
        wrong = None
        for name, cell in self._form.sections.cells.items():
            if not cell.check():
                wrong = wrong or cell
            elif cell.is_changed:
                values[name] = cell.packed()
        for table in self._form.sections.tables:
            table.finish_cell()
            try:
                if table.is_changed:
                    values[table.child.name] = table.lines()
            except ValueProblem as error:
                table.set_problem(error.sentence)
                return None
        if wrong is not None:
            self._form.tell_state()
            self._form.sections.focus_cell(wrong)
            return None
        return values

    def save(self, *, then_next: bool = False) -> None:
        """Save what was typed; asks for the reason of a correction first."""
        if self._form.is_locked or not self._form.save_button.isEnabled():
            return
        self._then_next = then_next
        if self._form.sections.is_composing():
            self._then_next = False
            self._desk.said.emit(tr("正在输入拼音，请先选定汉字，再保存"))
            return
        values = self.read_values()
        if values is None:
            self._then_next = False
            return
        if not values and self._form.stored is not None:
            self._desk.said.emit(tr("没有改动，无须保存"))
            self._then_next = False
            if then_next:
                self._form.next_wanted.emit()
            return
        old: Content = self._form.stored.content if self._form.stored is not None else self._form.given
        new = {**old, **values}
        called = self._called(new)
        reason = self._ask_reason(old, new) if self._form.stored is not None else ""
        if reason is None:
            self._then_next = False
            return
        uid = self._form.stored.uid if self._form.stored is not None else None
        revision = self._form.stored.revision if self._form.stored is not None else None
        if uid is None:
            values = {**self._form.given, **values}
        self._send(Saving(self._form.entity, values, uid, revision, called, reason or None))

    def _called(self, content: Content) -> str:
        """What the Act is named after; a name that is typed now is newer than the one that is listed."""
        names, entity = self._form.names, self._form.entity
        return titled(names, entity, content) if names is not None else entity.called(content)

    def _ask_reason(self, old: Content, new: Content) -> str | None:
        corrected = corrected_fields(self._form.entity, old, new)
        if not corrected:
            return ""
        return ask_reason(self._desk.dialogs, [self._form.sections.cells[name].field.label for name in corrected])

    def _send(self, saving: Saving) -> None:
        self._form.save_button.setEnabled(False)
        self._form.next_button.setEnabled(False)

        def freed(then: Callable[[], None]) -> None:
            self._form.save_button.setEnabled(True)
            self._form.next_button.setEnabled(True)
            then()

        self._desk.jobs.run(
            tr("保存"),
            lambda _progress: save_record(self._desk.store, saving, self._desk.operator),
            lambda stored: freed(lambda: self._take_saved(stored)),
            failed=lambda error: freed(lambda: self._refuse(error)),
            quiet=True,
            can_cancel=False,
        )

    def _take_saved(self, stored: Stored) -> None:
        """Show what is saved, or where the clerk asked for it the next: an empty form, or the next line of the list."""
        then_next, self._then_next = self._then_next, False
        was_new = self._form.stored is None
        self._form.carrying.take(stored.content)
        is_empty = then_next and was_new
        self._form.show_record(
            None if is_empty else stored, self._form.names, "" if is_empty else self._form.tag.text()
        )
        self._form.saved.emit(stored.uid)
        if is_empty:
            self._form.sections.focus_first()
        elif then_next:
            self._form.next_wanted.emit()

    def _refuse(self, error: BaseException) -> None:
        self._then_next = False
        if isinstance(error, InvalidRecord):
            self._show_problems(error.problems)
        elif isinstance(error, StaleRecord) and self._form.stored is not None:
            self._take_newer(error)
        else:
            self._desk.tell_error(error)

    def _show_problems(self, problems: tuple[Problem, ...]) -> None:
        for problem in reversed(problems):
            if not self._form.sections.show_problem(problem.field, problem.text):
                self._form.others.insert(0, problem)
        self._form.tell_state()
        others = [problem.text for problem in self._form.others]
        if others:
            self._desk.dialogs.tell(tr("没有保存"), "\n".join(others))

    def _take_newer(self, error: StaleRecord) -> None:
        """Somebody saved the record meanwhile: show the newer values and keep what was typed here."""
        assert self._form.stored is not None
        newer = read_record(self._desk.store, self._form.entity, self._form.stored.uid)
        if newer is None:
            self._desk.tell_error(error)
            return
        self._form.stored = newer
        told = [cell.rebase(newer.content.get(name)) for name, cell in self._form.sections.cells.items()]
        text = tr("这条记录刚才被别处改过。已载入最新内容，您填写的栏目仍保留；核对后请再按“保存”。")
        if any(told):
            text += tr("以下栏目两边都改了，再保存就以您填写的为准：")
        self._desk.dialogs.tell(tr("没有保存"), text, detail="\n".join(filter(None, told)))
        self._form.tell_state()

    def ask_delete(self) -> None:
        """Put the record into the bin, after saying what hangs on it."""
        stored = self._form.stored
        if stored is None:
            return
        hanging = count_links(self._desk.store, self._form.entity, stored.uid)
        told = "、".join(f"{what} {count} 条" for what, count in hanging.items())
        text = tr("将删除{what}“{name}”。", what=self._form.entity.label, name=self._form.name.text())
        if told:
            text += tr("与其相连的有{told}，这些记录不会删除，但会失去所指。", told=told)
        text += tr("删除后放入回收站，可以恢复。")
        if self._desk.dialogs.ask(tr("删除"), text, tr("删除"), tr("不删除"), danger=tr("删除")) != tr("删除"):
            return
        work = self._desk.jobs.run
        store, operator = self._desk.store, self._desk.operator
        work(
            tr("删除"),
            lambda _p: delete_record(store, self._form.entity, stored, operator),
            lambda _r: self._form.deleted.emit(),
            quiet=True,
        )
