"""The form beside a list: shows one record, reads what is typed, saves it, tells its history."""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QStackedWidget

from desktop.errors import Blocks, Problem
from desktop.models.base import Content, Record, problems_of
from desktop.queries.directory import Directory
from desktop.queries.traffic import Light, light_of, stamp_of
from desktop.store.records import Stored
from desktop.text import tr
from desktop.ui.desk import Desk
from desktop.ui.forms.carrying import Carrying
from desktop.ui.forms.drafts import DraftKeeper
from desktop.ui.forms.editors import LinkSource
from desktop.ui.forms.history_view import HistoryView
from desktop.ui.forms.namesakes import NamesakeNotice
from desktop.ui.forms.problems import Fault, ProblemList
from desktop.ui.forms.saver import Saver
from desktop.ui.forms.saving import read_answer
from desktop.ui.forms.sayings import Told, local_time, tell_record, titled
from desktop.ui.forms.sections import Sections
from desktop.ui.theme import theme
from desktop.ui.widgets import ShortLabel, button, column, label, row, set_flag

_BESIDE: Final = 110
"""The text size in percent up to which the head has room for large letters and a tag, and the foot for a sentence
beside the buttons.
"""


class RecordForm(QFrame):
    """One record of an entity; a new one has no uid yet."""

    saved = Signal(str)
    deleted = Signal()
    next_wanted = Signal()
    """The record is saved (or was not changed): the clerk wants the next one of the list."""
    other_wanted = Signal(str)
    """The clerk wants to see another record instead of the new one."""

    def __init__(
        self,
        desk: Desk,
        entity: type[Record],
        links: LinkSource,
        *,
        without: tuple[str, ...] = (),
        narrow: bool = False,
        sections: Sections | None = None,
    ) -> None:
        """`without` are fields that the place of the form gives, see `given`; `narrow` puts its foot in two lines.

        `sections` may be made already, or in part.
        """
        super().__init__()
        self.setProperty("role", "card")
        self.desk, self.entity = desk, entity
        self.stored: Stored | None = None
        self.names: Directory | None = None
        self.masked = True
        self.given: Content = {}
        """The values of the fields that are not shown, for a new record: its class, where the form stands in one."""
        self.others: list[Problem] = []
        """What is wrong with the record as a whole, under no field."""
        self.name = ShortLabel("", "section" if narrow or theme.percent > _BESIDE else "title")
        self.tag = label("", "tag")
        self.standing = label("", "tag")
        """How the record stands with the upper office, as a stamp."""
        self.note = label("", "amber", wrap=True)
        self._is_narrow = narrow
        self.sections = sections or Sections(entity, links, without=without)
        while self.sections.grow():
            pass
        self.drafts = DraftKeeper(desk, self)
        self.carrying = Carrying(entity.plural, self.sections)
        self.namesakes = NamesakeNotice(desk, self.sections)
        self.problems = ProblemList()
        self.history = HistoryView(desk)
        self.saver = Saver(desk, self)
        self.state = label("", "muted", wrap=True)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        self.save_button = button(tr("保存"), self.save, role="primary", keys="Ctrl+S")
        self.next_button = button(tr("保存并下一个"), self.save_and_next, keys="Ctrl+Shift+S")
        self.delete_button = button(tr("删除"), self.ask_delete, icon_name="trash", role="flat")
        self.history_button = button(tr("变更记录"), self.toggle_history, icon_name="history")
        self.stack = QStackedWidget()
        self.stack.addWidget(self.sections)
        self.stack.addWidget(self.history)
        head = row(self.name, self.tag, self.standing, None, self.delete_button, self.history_button)
        is_beside = theme.percent <= _BESIDE and not self._is_narrow
        buttons = row(*(() if is_beside else (None,)), self.next_button, self.save_button)
        foot = row(self.state, buttons) if is_beside else column(self.state, buttons, space=4)
        foot.setStretch(0, 1)
        pieces = (head, self.note, self.namesakes, self.stack, self.problems, foot)
        layout = column(*pieces, space=8, margins=(16, 12, 12, 12))
        layout.setStretch(3, 1)
        self.setLayout(layout)
        for each in (self.tag, self.standing):
            each.hide()

    def _connect(self) -> None:
        self.sections.edited.connect(self._forget_others)
        self.sections.checked.connect(self.tell_state)
        self.sections.at_end.connect(self.save_button.setFocus)
        self.namesakes.wanted.connect(self.other_wanted)
        self.problems.wanted.connect(self.go_to)
        for keys, run in (("F8", self.problems.next), ("Ctrl+D", self.repeat_last), ("F6", self.toggle_pin)):
            shortcut = QShortcut(QKeySequence(keys), self, run)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)

    @property
    def is_locked(self) -> bool:
        """Whether another office wrote the record."""
        return self.stored is not None and self.stored.origin != self.desk.store.office_code

    @property
    def is_dirty(self) -> bool:
        """Whether something was typed that is not saved; pinned values that wait for a name are nobody's typing."""
        cells = any(cell.is_changed and not cell.is_pinned for cell in self.sections.cells.values())
        return cells or any(table.is_changed for table in self.sections.tables)

    def show_record(self, stored: Stored | None, names: Directory | None, tag: str = "") -> None:
        """Show a stored record, or an empty form for a new one."""
        self.stored, self.names = stored, names
        self.others = []
        content: Content = stored.content if stored is not None else {}
        locked = self.is_locked
        for name, cell in self.sections.cells.items():
            cell.show_value(content.get(name), names, masked=self.masked, locked=locked)
        for table in self.sections.tables:
            table.show_lines(content.get(table.child.name, []), locked=locked)
        self._entitle(tag)
        self._tell_standing(locked=locked)
        self.save_button.setVisible(not locked)
        self.next_button.setVisible(not locked)
        self.delete_button.setVisible(stored is not None and not locked)
        self.history_button.setVisible(stored is not None)
        self.stack.setCurrentIndex(0)
        self.namesakes.watch(stored.uid if stored is not None and not locked else None)
        self.carrying.offer(is_new=stored is None)
        self.drafts.follow()
        self.tell_state()

    def _entitle(self, tag: str) -> None:
        if self.stored is None:
            self.name.setText(tr("新增{what}", what=self.entity.label))
        elif self.names is not None:
            self.name.setText(titled(self.names, self.entity, self.stored.content))
        self.tag.setText(tag)
        self.tag.setVisible(bool(tag) and theme.percent <= _BESIDE)

    def _tell_standing(self, *, locked: bool) -> None:
        """Stamp how the record stands with the upper office; say who alone may change it, or why it came back."""
        stored = self.stored
        found = read_answer(self.desk.store, stored) if stored is not None else ""
        self.standing.setVisible(bool(found))
        said = ""
        if found:
            light = light_of(found)
            self.standing.setText(stamp_of(found))
            self.standing.setToolTip(found)
            set_flag(self.standing, "light", str(light))
            said = found if light is Light.RED else ""
        if locked and stored is not None:
            when = local_time(stored.changed_at)
            said = tr("由单位 {origin} 登记（{when}），只能由该单位修改", origin=stored.origin, when=when)
        self.note.setText(said)
        self.note.setVisible(bool(said))

    def set_masked(self, masked: bool) -> None:  # noqa: FBT001 - the one fact
        """Show personal numbers in part or in full; what is being typed stays."""
        self.masked = masked
        content: Content = self.stored.content if self.stored is not None else {}
        for name, cell in self.sections.cells.items():
            if cell.field.personal and not cell.is_changed:
                cell.show_value(content.get(name), self.names, masked=masked, locked=self.is_locked)

    def _forget_others(self) -> None:
        self.others = []
        self.tell_state()

    def tell_state(self) -> None:
        """Say what keeps the form from being saved, and what the paper still needs."""
        faults = self._faults()
        self.problems.show_faults(faults)
        wrong = sum(each.blocks_save for each in faults)
        if wrong:
            text = tr("有 {count} 处需要更正后方可保存，F8 逐个查看", count=wrong)
        elif self.is_dirty:
            text = tr("有改动，尚未保存")
        else:
            text = self._saved_by() if self.stored is not None else tr("* 为必填或上报必需")
        self.state.setText(text)

    def _saved_by(self) -> str:
        """Who saved what is shown, and when."""
        assert self.stored is not None
        who = self.stored.changed_by or tr("（未登记经办人）")
        return tr("已保存：{who} {when}", who=who, when=local_time(self.stored.changed_at))

    def _faults(self) -> list[Fault]:
        """What cannot be read or was refused, then what keeps the stored record from being handed in."""
        found = []
        for name, cell in self.sections.cells.items():
            if cell.problem.text():
                found.append(Fault(name, f"{cell.field.label}：{cell.problem.text()}"))
        tables = [each for each in self.sections.tables if each.problem.text()]
        found += [Fault(table.child.name, table.problem.text()) for table in tables]
        found += [Fault(problem.field, problem.text) for problem in self.others]
        if self.stored is not None and not self.is_locked and not self.is_dirty:
            for problem in problems_of(self.entity, self.stored.content):
                if problem.blocks is Blocks.SUBMIT:
                    found.append(Fault(problem.field, problem.text, blocks_save=False))
        return found

    def go_to(self, name: str) -> None:
        """Put the keyboard into a field, or into the table of lines that it belongs to."""
        self.stack.setCurrentIndex(0)
        self.sections.focus_named(name)

    def repeat_last(self) -> None:
        """Fill the present field as the record saved before has it."""
        cell = self.sections.current_cell()
        if cell is not None and not self.carrying.repeat(cell):
            self.desk.said.emit(tr("“{field}”没有可重复的上一个值", field=cell.field.label))

    def toggle_pin(self) -> None:
        """Hold the value of the present field for the next record."""
        cell = self.sections.current_cell()
        if cell is not None:
            cell.toggle_pin()

    def toggle_history(self) -> None:
        """Between the fields and the record's history."""
        stored = self.stored
        if self.stack.currentIndex() == 1 or stored is None:
            self.stack.setCurrentIndex(0)
            return

        def shown(told: list[Told]) -> None:
            self.history.show_record(stored.uid, told)
            self.stack.setCurrentIndex(1)
            self.history.list.setFocus()

        self.desk.jobs.run("history", lambda _progress: tell_record(self.desk.store, stored.uid), shown, quiet=True)

    def save(self) -> None:
        """Save what was typed."""
        self.saver.save()

    def save_and_next(self) -> None:
        """Save and go on with the next: an empty form after a new record, the next line of the list after another."""
        self.saver.save(then_next=True)

    def ask_delete(self) -> None:
        """Put the record into the bin, after saying what hangs on it."""
        self.saver.ask_delete()

    def may_leave(self) -> bool:
        """Whether the form can be left: asks where something is not saved."""
        if not self.is_dirty or self.is_locked:
            return True
        text = tr("“{name}”有改动，尚未保存。", name=self.name.text())
        stay, drop = tr("继续填写"), tr("放弃改动")
        answer = self.desk.dialogs.ask(tr("尚未保存"), text, stay, drop, danger=drop, leave=stay)
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
