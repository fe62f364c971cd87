"""The page of any entity: its list with filters, and beside it the form of the record or a change of many."""

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QSplitter, QStackedWidget, QWidget

from desktop.fields import fields_of
from desktop.models import BY_PLURAL, Teacher
from desktop.services.looking import note_look
from desktop.text import tr
from desktop.ui.desk import Desk
from desktop.ui.forms.form import RecordForm
from desktop.ui.lists.actions import ListActions
from desktop.ui.lists.beside_list import BesideList
from desktop.ui.lists.changes import ListChanges
from desktop.ui.lists.columns_button import ColumnsButton
from desktop.ui.lists.list_stage import ListStage
from desktop.ui.lists.many_writer import ManyWriter
from desktop.ui.lists.record_list import RecordList
from desktop.ui.page import Page
from desktop.ui.screens import Entry, screen_of
from desktop.ui.theme import theme
from desktop.ui.widgets import button, card, column, label, menu_button, row

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
        self.row_actions = ListActions(desk, self.list)
        writer = ManyWriter(desk, self.entity, tr(self.how.unit))
        self.beside = BesideList(desk, self.list, writer)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.stage = ListStage(self.list, writer, self.splitter)
        self.changes = ListChanges(self.list, self.beside, self.stage, writer)
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
        self.splitter.addWidget(self.left)
        self.splitter.addWidget(self.beside)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setHandleWidth(theme.px(8))
        self.splitter.setStretchFactor(0, 11)
        self.splitter.setStretchFactor(1, 9)
        self.splitter.setSizes([theme.px(640), theme.px(506)])
        self.body.addWidget(self.filters)
        self.body.addWidget(self.stage, 1)

    def _empty_card(self) -> QWidget:
        text = self.how.empty or tr("这里还没有内容。")
        pieces = [button(tr("新增第一条"), self.new, icon_name="plus", role="primary")]
        if self.how.import_page:
            pieces.append(button(tr("导入表格"), partial(self.desk.go, self.how.import_page), icon_name="upload"))
        pieces.append(button(tr("粘贴表格内容"), self.changes.paste, keys="Ctrl+V"))
        arranged = row(*pieces, None) if theme.percent <= _SIDE_BY_SIDE else column(*pieces)
        return card(None, label(text, wrap=True), arranged, None, margin=28)

    def _connect(self) -> None:
        self.list.loaded.connect(self._take_list)
        self.beside.other_wanted.connect(self.show_for)
        self.beside.same.connect(self.changes.unite)
        self.stage.pasted.connect(self.beside.back)
        self._fill_more_menu()
        for keys, run in (("F3", self.filters.search.setFocus), ("F9", self.more_button.showMenu)):
            QShortcut(QKeySequence(keys), self, run)

    @property
    def form(self) -> RecordForm:
        """The form, made if it is not there yet."""
        return self.beside.form

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
            self.stage.show_list()
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
        """The list was read: an empty page where there is nothing."""
        self.left.setCurrentIndex(0 if self.list.listing is not None and self.list.listing.order else 1)

    def new(self) -> None:
        """An empty form with the keyboard in its first field."""
        if self.may_leave():
            if self.list.listing is None:
                self.list.reload()
            self.stage.show_list()
            self.beside.show_new()

    def print_seen(self) -> None:
        """Show the list as it would come out on paper."""
        self.row_actions.print_seen(self.stage.show_printed)

    def toggle_masked(self) -> None:
        """Personal numbers in full until asked again; who asked stands in the operations log."""
        masked = not self.model.masked
        if not masked:
            what = tr("{what}列表，{count} 条", what=self.entity.label, count=self.model.rowCount())
            note_look(self.desk.store, what, operator=self.desk.operator)
        self.model.set_masked(masked)
        self.beside.set_masked(masked=masked)
        self.mask_button.setText(tr("显示号码") if masked else tr("隐去号码"))

    def subject(self) -> dict[str, str]:
        """The person or school in the form, for a note on it."""
        stored = self.beside.stored
        if stored is None:
            return {}
        if self.entity.plural in ("teachers", "schools"):
            return {self.entity.plural.removesuffix("s"): stored.uid}
        return {name: stored.content[name] for name in ("teacher", "school") if name in stored.content}

    def may_leave(self) -> bool:
        """The form asks where something is not saved."""
        return self.beside.may_leave()
