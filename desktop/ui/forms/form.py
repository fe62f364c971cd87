"""The form beside a list: shows one record, reads what is typed, saves it, tells its history."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QStackedWidget

from desktop.errors import InvalidRecord, Problem, StaleRecord, ValueProblem
from desktop.models.base import Content, Record, corrected_fields
from desktop.queries.directory import Directory
from desktop.store.records import Stored
from desktop.text import tr
from desktop.ui.desk import Desk
from desktop.ui.forms.drafts import DraftKeeper
from desktop.ui.forms.editors import LinkPicks
from desktop.ui.forms.saving import Saving, count_hanging, delete_record, read_record, save_record
from desktop.ui.forms.sayings import called_in, tell_record
from desktop.ui.forms.sections import Sections
from desktop.ui.screens import screen_of
from desktop.ui.widgets import button, column, label, row


class RecordForm(QFrame):
    """One record of an entity; a new one has no uid yet."""

    saved = Signal(str)
    deleted = Signal()

    def __init__(self, desk: Desk, entity: type[Record], links: LinkPicks) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.desk, self.entity = desk, entity
        self.stored: Stored | None = None
        self.names: Directory | None = None
        self.masked = True
        self._then_new = False
        self.name = label("", "title")
        self.tag = label("", "tag")
        self.note = label("", "amber", wrap=True)
        self.sections = Sections(entity, links)
        self.sections.edited.connect(self._tell_state)
        self.drafts = DraftKeeper(desk, self)
        self.state = label("", "muted", wrap=True)
        self.save_button = button(tr("保存"), self.save, role="primary", keys="Ctrl+S")
        self.next_button = button(tr("保存并新增"), self.save_and_new, keys="Ctrl+Shift+S")
        self.delete_button = button(tr("删除"), self.ask_delete, icon_name="trash", role="flat")
        self.history_button = button(tr("变更记录"), self.toggle_history, icon_name="history")
        self.history = QPlainTextEdit()
        self.history.setReadOnly(True)
        self.history.setAccessibleName(tr("变更记录"))
        self.sections.at_end.connect(self.save_button.setFocus)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.sections)
        self.stack.addWidget(self.history)
        head = row(self.name, self.tag, None, self.delete_button, self.history_button)
        foot = row(self.state, self.next_button, self.save_button)
        foot.setStretch(0, 1)
        self.setLayout(column(head, self.note, self.stack, foot, space=8, margins=(16, 12, 12, 12)))
        self.tag.hide()

    @property
    def is_locked(self) -> bool:
        """Whether another office wrote the record."""
        return self.stored is not None and self.stored.origin != self.desk.store.office_code

    @property
    def is_dirty(self) -> bool:
        """Whether something was typed that is not saved."""
        cells = any(cell.is_changed for cell in self.sections.cells.values())
        return cells or any(table.is_changed for table in self.sections.tables)

    def show_record(self, stored: Stored | None, names: Directory | None, tag: str = "") -> None:
        """Show a stored record, or an empty form for a new one."""
        self.stored, self.names = stored, names
        content: Content = stored.content if stored is not None else {}
        locked = self.is_locked
        for name, cell in self.sections.cells.items():
            cell.show_value(content.get(name), names, masked=self.masked, locked=locked)
        for table in self.sections.tables:
            table.show_lines(content.get(table.child.name, []), locked=locked)
        self._entitle(tag)
        self.note.setVisible(locked)
        if locked and stored is not None:
            self.note.setText(tr("由单位 {origin} 登记，只能由该单位修改", origin=stored.origin))
        self.save_button.setVisible(not locked)
        self.next_button.setVisible(stored is None)
        self.delete_button.setVisible(stored is not None and not locked)
        self.history_button.setVisible(stored is not None)
        self.stack.setCurrentIndex(0)
        self.drafts.follow()
        self._tell_state()

    def _entitle(self, tag: str) -> None:
        if self.stored is None:
            self.name.setText(tr("新增{what}", what=self.entity.label))
        elif self.names is not None:
            self.name.setText(called_in(self.names, self.entity.plural, self.stored.uid, self.stored.content))
        self.tag.setText(tag)
        self.tag.setVisible(bool(tag))

    def set_masked(self, masked: bool) -> None:  # noqa: FBT001 - the one fact
        """Show personal numbers in part or in full; what is being typed stays."""
        self.masked = masked
        content: Content = self.stored.content if self.stored is not None else {}
        for name, cell in self.sections.cells.items():
            if cell.field.personal and not cell.is_changed:
                cell.show_value(content.get(name), self.names, masked=masked, locked=self.is_locked)

    def _tell_state(self) -> None:
        wrong = sum(1 for cell in self.sections.cells.values() if cell.problem.text())
        if wrong:
            text = tr("有 {count} 处需要更正后方可保存", count=wrong)
        elif self.is_dirty:
            text = tr("有改动，尚未保存")
        else:
            text = tr("与已保存的内容一致") if self.stored is not None else tr("* 为必填或上报必需")
        self.state.setText(text)

    def toggle_history(self) -> None:
        """Between the fields and the record's history."""
        if self.stack.currentIndex() == 1:
            self.stack.setCurrentIndex(0)
            return
        stored = self.stored
        if stored is None:
            return

        def shown(told: list[str]) -> None:
            self.history.setPlainText("\n\n".join(told) or tr("没有变更记录"))
            self.stack.setCurrentIndex(1)

        self.desk.jobs.run("history", lambda _progress: tell_record(self.desk.store, stored.uid), shown, quiet=True)

    def read_values(self) -> Content | None:
        """The changed values as packed content; None if something cannot be read, with the sentences shown."""
        values: Content = {}
        wrong = None
        for name, cell in self.sections.cells.items():
            if not cell.check():
                wrong = wrong or cell
            elif cell.is_changed:
                values[name] = cell.packed()
        for table in self.sections.tables:
            try:
                if table.is_changed:
                    values[table.child.name] = table.lines()
            except ValueProblem as error:
                table.set_problem(error.sentence)
                return None
        if wrong is not None:
            self._tell_state()
            self.sections.focus_cell(wrong)
            return None
        return values

    def save_and_new(self) -> None:
        """Save and begin the next record."""
        self._then_new = True
        self.save()

    def save(self) -> None:
        """Save what was typed; asks for the reason of a correction first."""
        if self.is_locked or not self.save_button.isEnabled():
            return
        values = self.read_values()
        if values is None:
            self._then_new = False
            return
        if not values and self.stored is not None:
            self.desk.said.emit(tr("没有改动，无须保存"))
            return
        old: Content = self.stored.content if self.stored is not None else {}
        new = {**old, **values}
        called = self._called(new)
        reason = self._ask_reason(old, new) if self.stored is not None else ""
        if reason is None:
            return
        uid = self.stored.uid if self.stored is not None else None
        revision = self.stored.revision if self.stored is not None else None
        if self.entity.plural == "schools" and uid is None:
            values.setdefault("county_code", self.desk.store.office_code)
        self._send(Saving(self.entity, values, uid, revision, called, reason or None))

    def _called(self, content: Content) -> str:
        """What the Act is named after; a name that is typed now is newer than the one that is listed."""
        if self.names is not None and ("teacher" in content or "appointment" in content):
            return called_in(self.names, self.entity.plural, "", content)
        return self.entity.called(content)

    def _ask_reason(self, old: Content, new: Content) -> str | None:
        corrected = corrected_fields(self.entity, old, new)
        if not corrected:
            return ""
        labels = "、".join(self.sections.cells[name].field.label for name in corrected)
        text = tr("您更正了{labels}。更正要写明原因，原因载入更正登记。", labels=labels)
        return self.desk.dialogs.ask_text(tr("更正原因"), text)

    def _send(self, saving: Saving) -> None:
        self.save_button.setEnabled(False)
        self.next_button.setEnabled(False)

        def freed(then: Callable[[], None]) -> None:
            self.save_button.setEnabled(True)
            self.next_button.setEnabled(True)
            then()

        self.desk.jobs.run(
            tr("保存"),
            lambda _progress: save_record(self.desk.store, saving, self.desk.operator),
            lambda stored: freed(lambda: self._take_saved(stored)),
            failed=lambda error: freed(lambda: self._refuse(error)),
            quiet=True,
            can_cancel=False,
        )

    def _take_saved(self, stored: Stored) -> None:
        then_new, self._then_new = self._then_new, False
        self.show_record(None if then_new else stored, self.names)
        self.saved.emit(stored.uid)
        if then_new:
            self.sections.focus_first()

    def _refuse(self, error: BaseException) -> None:
        self._then_new = False
        if isinstance(error, InvalidRecord):
            self._show_problems(error.problems)
        elif isinstance(error, StaleRecord) and self.stored is not None:
            self._take_newer(error)
        else:
            self.desk.tell_error(error)

    def _show_problems(self, problems: tuple[Problem, ...]) -> None:
        others = []
        for problem in reversed(problems):
            name = problem.field.partition(".")[0]
            table = next((each for each in self.sections.tables if each.child.name == name), None)
            if name in self.sections.cells:
                self.sections.cells[name].set_problem(problem.text)
                self.sections.focus_cell(self.sections.cells[name])
            elif table is not None:
                table.set_problem(problem.text)
            else:
                others.append(problem.text)
        self._tell_state()
        if others:
            self.desk.dialogs.tell(tr("没有保存"), "\n".join(others))

    def _take_newer(self, error: StaleRecord) -> None:
        """Somebody saved the record meanwhile: show the newer values and keep what was typed here."""
        assert self.stored is not None
        newer = read_record(self.desk.store, self.entity, self.stored.uid)
        if newer is None:
            self.desk.tell_error(error)
            return
        self.stored = newer
        for name, cell in self.sections.cells.items():
            cell.rebase(newer.content.get(name))
        text = tr("这条记录刚才被别处改过。已载入最新内容，您填写的栏目仍保留；核对后请再按“保存”。")
        self.desk.dialogs.tell(tr("没有保存"), text)
        self._tell_state()

    def ask_delete(self) -> None:
        """Put the record into the bin, after saying what hangs on it."""
        stored = self.stored
        if stored is None:
            return
        hanging = count_hanging(self.desk.store, self.entity, stored.uid)
        told = "、".join(f"{what} {count} 条" for what, count in hanging.items())
        text = tr("将删除{what}“{name}”。", what=self.entity.label, name=self.name.text())
        if told:
            text += tr("与其相连的有{told}，这些记录不会删除，但会失去所指。", told=told)
        text += tr("删除后可在“操作日志”中撤销。")
        if self.desk.dialogs.ask(tr("删除"), text, tr("删除"), tr("不删除"), danger=tr("删除")) != tr("删除"):
            return
        work = self.desk.jobs.run
        store, operator = self.desk.store, self.desk.operator
        work(
            tr("删除"),
            lambda _p: delete_record(store, self.entity, stored, operator),
            lambda _r: self.deleted.emit(),
            quiet=True,
        )

    def may_leave(self) -> bool:
        """Whether the form can be left: asks where something is not saved."""
        if not self.is_dirty or self.is_locked:
            return True
        text = tr("“{name}”有改动，尚未保存。", name=self.name.text())
        answer = self.desk.dialogs.ask(tr("尚未保存"), text, tr("继续填写"), tr("放弃改动"), danger=tr("放弃改动"))
        if answer != tr("放弃改动"):
            return False
        self.drafts.give_up()
        return True

    def keyPressEvent(self, event: object) -> None:
        """Escape leaves the history."""
        key = getattr(event, "key", lambda: None)()
        if key == Qt.Key.Key_Escape and self.stack.currentIndex() == 1:
            self.stack.setCurrentIndex(0)
            return
        super().keyPressEvent(event)  # type: ignore[arg-type]


def tag_of(entity: type[Record], texts: dict[str, str]) -> str:
    """The short label beside the name: the tier of a backbone teacher, the title of a teacher."""
    return texts.get(screen_of(entity.plural).tag, "")
