"""The page of any entity: its list with filters, and beside it the form of the record or a change of many."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QSplitter, QStackedWidget, QWidget

from desktop.fields import fields_of
from desktop.models import BY_PLURAL, Teacher
from desktop.services.looking import note_look
from desktop.store.records import Stored
from desktop.text import tr
from desktop.ui.desk import Desk
from desktop.ui.forms.form import RecordForm
from desktop.ui.forms.links import Links
from desktop.ui.forms.saving import read_record
from desktop.ui.jobs import Progress
from desktop.ui.lists.actions import ListActions
from desktop.ui.lists.changes import ListChanges
from desktop.ui.lists.columns_button import ColumnsButton
from desktop.ui.lists.many_writer import ManyWriter
from desktop.ui.lists.record_list import RecordList
from desktop.ui.page import Page
from desktop.ui.pages.records_parts import RecordsParts
from desktop.ui.screens import Entry, screen_of
from desktop.ui.theme import theme
from desktop.ui.widgets import button, card, column, label, menu_button, row

if TYPE_CHECKING:
    from desktop.ui.lists.print_panel import PrintPanel
    from desktop.ui.paper.output import Sheets

_SIDE_BY_SIDE = 150
"""The text size in percent up to which the buttons of an empty list find room side by side."""


class RecordsPage(Page):
    """List and form of one entity."""

    def __init__(self, desk: Desk, entry: Entry) -> None:
        super().__init__(desk, tr(entry.label))
        self.entity = BY_PLURAL[entry.name]
        self.how = screen_of(entry.name)
        self.list = RecordList(desk, self.entity)
        self.model, self.table, self.filters = self.list.model, self.list.table, self.list.filters
        self.links = Links(desk)
        self.row_actions = ListActions(desk, self.list)
        writer = ManyWriter(desk, self.entity, tr(self.how.unit))
        self.parts = RecordsParts(self, writer)
        self.print_panel: PrintPanel | None = None
        """Made when first asked for: what lays out paper is slow to load."""
        self.changes = ListChanges(self, writer)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        if self.how.import_page:
            to_import = partial(self.desk.go, self.how.import_page)
            self.tools.addWidget(button(tr("导入表格"), to_import, icon_name="upload"))
        self.mask_button = button(tr("显示号码"), self.toggle_masked, icon_name="eye")
        self.column_button = ColumnsButton(self.list)
        self.more_button = menu_button(tr("更多  F9"))
        new = button(tr("新增"), self.new, icon_name="plus", role="primary", keys="Ctrl+N")
        export = button(tr("导出"), self.row_actions.export, icon_name="download")
        has_numbers = any(each.personal for each in fields_of(self.entity))
        for each in (self.column_button, *((self.mask_button,) if has_numbers else ()), export, self.more_button, new):
            self.tools.addWidget(each)
        self.empty = self._empty_card()
        self.left = QStackedWidget()
        self.left.addWidget(self.list)
        self.left.addWidget(self.empty)
        self.hint_text = label("", "muted", wrap=True)
        self.hint = card(None, self.hint_text, None)
        self.right = QStackedWidget()
        self.right.addWidget(self.hint)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.addWidget(self.left)
        self.splitter.addWidget(self.right)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setHandleWidth(theme.px(8))
        self.splitter.setStretchFactor(0, 11)
        self.splitter.setStretchFactor(1, 9)
        self.splitter.setSizes([theme.px(640), theme.px(506)])
        self.whole = QStackedWidget()
        self.whole.addWidget(self.splitter)
        self.body.addWidget(self.filters)
        self.body.addWidget(self.whole, 1)

    def _empty_card(self) -> QWidget:
        text = self.how.empty or tr("这里还没有内容。")
        pieces = [button(tr("新增第一条"), self.new, icon_name="plus", role="primary")]
        if self.how.import_page:
            pieces.append(button(tr("导入表格"), partial(self.desk.go, self.how.import_page), icon_name="upload"))
        pieces.append(button(tr("粘贴表格内容"), self.changes.paste, keys="Ctrl+V"))
        arranged = row(*pieces, None) if theme.percent <= _SIDE_BY_SIDE else column(*pieces)
        return card(None, label(text, wrap=True), arranged, None, margin=28)

    def _connect(self) -> None:
        self.list.selected.connect(self._select)
        self.list.loaded.connect(self._take_list)
        self.table.opened.connect(self._into_form)
        self._fill_more_menu()
        for keys, run in (("F3", self.filters.search.setFocus), ("F9", self.more_button.showMenu)):
            QShortcut(QKeySequence(keys), self, run)

    def connect_form(self, form: RecordForm) -> None:
        """Hear what a form says that was made for this page."""
        form.saved.connect(self._after_save)
        form.deleted.connect(self.clear_form)
        form.next_wanted.connect(self._next_line)
        form.other_wanted.connect(self.show_for)
        form.namesakes.same.connect(self.changes.unite)

    @property
    def form(self) -> RecordForm:
        """The form, made if it is not there yet."""
        return self.parts.form

    @property
    def form_in_front(self) -> RecordForm | None:
        """The form, where a record or a new one is in it; asking makes none."""
        front = self.right.currentWidget()
        return front if isinstance(front, RecordForm) else None

    def _fill_more_menu(self) -> None:
        """Everything that is done with the selected rows; keys that belong to the table are pressed there."""
        menu = self.more_button.menu()
        united = ((tr("合并重复…"), "Ctrl+U", self.changes.unite),) if self.entity is Teacher else ()
        for text, keys, run in (
            (tr("复制所选（带表头）"), "Ctrl+C", self.row_actions.copy),
            (tr("粘贴表格内容…"), "Ctrl+V", self.changes.paste),
            (tr("向下填充"), "Ctrl+D", self.changes.fill_down),
            (tr("批量修改…"), "Ctrl+H", self.changes.bulk),
            (tr("删除所选"), "Delete", self.changes.delete),
            *united,
            (tr("打印当前列表"), "Ctrl+P", self.print_seen),
        ):
            action = menu.addAction(text, run)
            action.setShortcut(QKeySequence(keys))
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            self.table.addAction(action)

    def show_for(self, what: object) -> None:
        """Come to the front; `what` is the uid of a record, or "new"."""
        if what == "new":
            self.new()
        elif isinstance(what, str):
            self.front_list()
            self.list.want(what)
        if self.list.listing is None:
            self.list.reload()
        elif isinstance(what, str) and what != "new":
            self.filters.clear()
            self.list.choose_wanted()
        self.list.tell_selection()

    def focus_first(self) -> None:
        """The keyboard starts in the list."""
        self.table.setFocus()

    def _take_list(self) -> None:
        """The list was read: names for the form, an empty page where there is nothing."""
        listing = self.list.listing
        assert listing is not None
        self.links.use(listing.names)
        self.left.setCurrentIndex(0 if listing.order else 1)
        found = tr("选中左边一行，在这里查看和修改；Ctrl+N 新增。")
        self.hint_text.setText(found if listing.order else tr("新增时在这里填写。"))
        form = self.parts.known_form
        if form is not None and form.names is None:
            form.names = listing.names
        self.parts.grow_form()
        self._follow()

    def _follow(self) -> None:
        """What the form shows was changed elsewhere or taken back: show it as it is now, unless it is typed in."""
        form = self.form_in_front
        present = form.stored if form is not None else None
        if form is None or present is None or form.is_dirty:
            return
        stored = read_record(self.desk.store, self.entity, present.uid)
        if stored is None:
            self.clear_form()
        elif stored.revision != present.revision:
            self.show_stored(stored)

    def _select(self) -> None:
        """Another line: show its record, unless the one in the form is not saved and the clerk stays with it."""
        lines = self.table.selected_lines()
        if not lines:
            return
        uid = self.model.uid_at(lines[0] if len(lines) == 1 else self.table.currentIndex().row())
        stored = read_record(self.desk.store, self.entity, uid)
        form = self.form_in_front
        present = form.stored if form is not None else None
        is_same = present is not None and present.uid == uid
        if stored is None or (is_same and present is not None and present.revision >= stored.revision):
            return
        if not self.may_leave():
            self._stay(present)
            return
        self.show_stored(stored)

    def _stay(self, present: Stored | None) -> None:
        """Back to the line of the record that is still in the form."""
        self.table.selectionModel().blockSignals(True)
        if present is None:
            self.table.clearSelection()
        else:
            self.table.select_line(self.model.line_of(present.uid))
        self.table.selectionModel().blockSignals(False)
        self.table.viewport().update()

    def show_stored(self, stored: Stored) -> None:
        """Show a record in the form."""
        listing = self.list.listing
        assert listing is not None
        self.right.setCurrentWidget(self.form)
        self.form.show_record(stored, listing.names, listing.text_of(stored.uid, self.how.tag))

    def _into_form(self) -> None:
        """Enter and F2 in the list go into the form, to the field of the column where the keyboard was."""
        number = self.table.currentIndex().column()
        name = self.model.columns[number].name if 0 <= number < len(self.model.columns) else ""
        if name in self.form.sections.cells:
            self.form.sections.focus_named(name)
        else:
            self.form.sections.focus_first()

    def new(self) -> None:
        """An empty form with the keyboard in its first field."""
        if not self.may_leave():
            return
        listing = self.list.listing
        if listing is None:
            self.list.reload()
        self.table.clearSelection()
        self.front_list()
        self.right.setCurrentWidget(self.form)
        self.form.show_record(None, listing.names if listing is not None else None)
        self.form.sections.focus_first()

    def print_seen(self) -> None:
        """Show the list as it would come out on paper."""
        self.row_actions.print_seen(self._show_printed)

    def _show_printed(self, work: Callable[[Progress], Sheets]) -> None:
        if self.print_panel is None:
            self.print_panel = import_module("desktop.ui.lists.print_panel").PrintPanel(self.desk)
            self.print_panel.closed.connect(self._leave_preview)
            self.whole.addWidget(self.print_panel)
        self.filters.hide()
        self.whole.setCurrentWidget(self.print_panel)
        self.print_panel.begin(work)

    def _leave_preview(self) -> None:
        self.front_list()
        self.table.setFocus()

    def front_list(self) -> None:
        """List and form in front, not what stood in their place."""
        self.filters.show()
        self.whole.setCurrentWidget(self.splitter)

    def _after_save(self, uid: str) -> None:
        self.list.want(uid if self.form.stored is not None else None)
        self.desk.said.emit(tr("已保存"))

    def _next_line(self) -> None:
        """The next record of the list into the form, with the keyboard where it was."""
        name = next((n for n, cell in self.form.sections.cells.items() if cell.editor.hasFocus()), "")
        present = self.form.stored
        line = self.model.line_of(present.uid) + 1 if present is not None else 0
        if line >= self.model.rowCount():
            self.desk.said.emit(tr("已是列表的最后一条"))
            return
        self.list.want(None)
        self.table.select_line(line)
        if name:
            self.form.sections.focus_named(name)
        else:
            self.form.sections.focus_first()

    def clear_form(self) -> None:
        """Nothing is chosen any more."""
        if self.parts.known_form is not None:
            self.form.show_record(None, self.list.listing.names if self.list.listing is not None else None)
        self.right.setCurrentWidget(self.hint)
        self.table.clearSelection()

    def toggle_masked(self) -> None:
        """Personal numbers in full until asked again; who asked stands in the operations log."""
        masked = not self.model.masked
        if not masked:
            what = tr("{what}列表，{count} 条", what=self.entity.label, count=self.model.rowCount())
            note_look(self.desk.store, what, operator=self.desk.operator)
        self.model.set_masked(masked)
        if self.parts.known_form is not None:
            self.form.set_masked(masked)
        self.mask_button.setText(tr("显示号码") if masked else tr("隐去号码"))

    def subject(self) -> dict[str, str]:
        """The person or school in the form, for a note on it."""
        stored = self.form_in_front.stored if self.form_in_front is not None else None
        if stored is None:
            return {}
        if self.entity.plural in ("teachers", "schools"):
            return {self.entity.plural.removesuffix("s"): stored.uid}
        return {name: stored.content[name] for name in ("teacher", "school") if name in stored.content}

    def may_leave(self) -> bool:
        """The form asks where something is not saved."""
        return self.form_in_front is None or self.form_in_front.may_leave()
