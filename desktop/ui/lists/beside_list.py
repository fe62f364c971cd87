"""What stands beside a list: a hint, the form of a record, or the change of many.

Each is loaded and made when it is first needed. The form, which nearly everybody needs, is made section by section as
soon as the list is there, so that neither the first row nor the first form waits for fifty fields.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from importlib import import_module
from itertools import islice
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QStackedWidget

from desktop.store.records import Stored
from desktop.text import tr
from desktop.ui.desk import Desk
from desktop.ui.forms.form import RecordForm
from desktop.ui.forms.links import Links
from desktop.ui.forms.saving import read_record
from desktop.ui.forms.sections import Sections
from desktop.ui.lists.many_writer import ManyWriter
from desktop.ui.lists.record_list import RecordList
from desktop.ui.widgets import card, label, leave_with_escape

if TYPE_CHECKING:
    from desktop.ui.lists.bulk_panel import BulkPanel

_POLISHED: Final = 15
"""So many fields get their style in one turn of the window."""
_BREATH: Final = 8
"""Milliseconds between two turns, in which the window answers and the rest of the list is read."""


class BesideList(QStackedWidget):
    """Follows the list's selection into the form, unless what is typed there is not saved."""

    other_wanted = Signal(str)
    """Another record (uid) shall be shown, which the form told of."""
    same = Signal(str)
    """The form tells of a record (uid) of the same person."""

    def __init__(self, desk: Desk, shown: RecordList, writer: ManyWriter) -> None:
        super().__init__()
        self._desk, self._list, self._writer = desk, shown, writer
        self.links = Links(desk)
        self._hint_text = label("", "muted", wrap=True)
        self._hint = card(None, self._hint_text, None)
        self._sections = Sections(shown.entity, self.links)
        self._growth: Iterator[bool] | None = None
        self.addWidget(self._hint)
        shown.loaded.connect(self._take_list)
        shown.selected.connect(self._select)
        shown.table.opened.connect(self._into_form)

    @cached_property
    def form(self) -> RecordForm:
        """The form; what is not made of it yet is made now."""
        made = RecordForm(self._desk, self._list.entity, self.links, sections=self._sections)
        made.names = self._list.listing.names if self._list.listing is not None else None
        made.set_masked(self._list.model.masked)
        made.saved.connect(self._after_save)
        made.deleted.connect(self.clear)
        made.next_wanted.connect(self._next_line)
        made.other_wanted.connect(self.other_wanted)
        made.namesakes.same.connect(self.same)
        self.addWidget(made)
        leave_with_escape(made, self._list.table.setFocus)
        return made

    @cached_property
    def bulk(self) -> BulkPanel:
        """The change of many."""
        make = import_module("desktop.ui.lists.bulk_panel").BulkPanel
        made: BulkPanel = make(self._list.entity, self.links, self._writer, self._list.selected_uids)
        made.closed.connect(self.back)
        self.addWidget(made)
        leave_with_escape(made, self.back)
        return made

    @property
    def _known_form(self) -> RecordForm | None:
        """The form if it is made; asking makes none."""
        return self.form if "form" in vars(self) else None

    @property
    def stored(self) -> Stored | None:
        """The record that is in the form in front."""
        return self.form.stored if self.currentWidget() is self._known_form else None

    def _take_list(self) -> None:
        """The list was read: names for the form, which follows what was changed elsewhere."""
        listing = self._list.listing
        assert listing is not None
        self.links.use(listing.names)
        found = tr("选中左边一行，在这里查看和修改；Ctrl+N 新增。")
        self._hint_text.setText(found if listing.order else tr("新增时在这里填写。"))
        form = self._known_form
        if form is not None and form.names is None:
            form.names = listing.names
        if self._growth is None:
            self._growth = self._steps()
            self._grow()
        self._follow()

    def _grow(self) -> None:
        if self._growth is not None and next(self._growth, False):
            QTimer.singleShot(_BREATH, self, self._grow)

    def _steps(self) -> Iterator[bool]:
        """What makes the form ready to be shown, each step in a turn of the window."""
        yield True
        while self._sections.grow():
            yield True
        cells = iter(self.form.sections.cells.values())
        while some := tuple(islice(cells, _POLISHED)):
            yield True
            for cell in some:
                cell.ensurePolished()
        self.form.ensurePolished()

    def _follow(self) -> None:
        """What the form shows was changed elsewhere or taken back: show it as it is now, unless it is typed in."""
        present = self.stored
        if present is None or self.form.is_dirty:
            return
        stored = read_record(self._desk.store, self._list.entity, present.uid)
        if stored is None:
            self.clear()
        elif stored.revision != present.revision:
            self._show_stored(stored)

    def _select(self) -> None:
        """Another line: show its record, unless the one in the form is not saved and the clerk stays with it."""
        table, lines = self._list.table, self._list.table.selected_lines()
        if not lines:
            return
        uid = self._list.model.uid_at(lines[0] if len(lines) == 1 else table.currentIndex().row())
        stored, present = read_record(self._desk.store, self._list.entity, uid), self.stored
        is_same = present is not None and present.uid == uid
        if stored is None or (is_same and present is not None and present.revision >= stored.revision):
            return
        if not self.may_leave():
            self._stay(present)
            return
        self._show_stored(stored)

    def _stay(self, present: Stored | None) -> None:
        """Back to the line of the record that is still in the form."""
        table = self._list.table
        table.selectionModel().blockSignals(True)
        if present is None:
            table.clearSelection()
        else:
            table.select_line(self._list.model.line_of(present.uid))
        table.selectionModel().blockSignals(False)
        table.viewport().update()

    def _show_stored(self, stored: Stored) -> None:
        listing = self._list.listing
        assert listing is not None
        self.setCurrentWidget(self.form)
        self.form.show_record(stored, listing.names, listing.text_of(stored.uid, self._list.how.tag))

    def show_new(self) -> None:
        """An empty form with the keyboard in its first field."""
        listing = self._list.listing
        self._list.table.clearSelection()
        self.setCurrentWidget(self.form)
        self.form.show_record(None, listing.names if listing is not None else None)
        self.form.sections.focus_first()

    def begin_bulk(self, name: str) -> None:
        """Show the change of many, of the field of a name."""
        self.setCurrentWidget(self.bulk)
        self.bulk.begin(name)

    def back(self) -> None:
        """The record that was chosen before, with the keyboard in the list."""
        self.setCurrentWidget(self.form if self.form.stored is not None else self._hint)
        self._list.table.setFocus()

    def clear(self) -> None:
        """Nothing is chosen any more."""
        if self._known_form is not None:
            self.form.show_record(None, self._list.listing.names if self._list.listing is not None else None)
        self.setCurrentWidget(self._hint)
        self._list.table.clearSelection()

    def set_masked(self, *, masked: bool) -> None:
        """Show personal numbers in part or in full."""
        if self._known_form is not None:
            self.form.set_masked(masked)

    def _into_form(self) -> None:
        """Enter and F2 in the list go into the form, to the field of the column where the keyboard was."""
        number, columns = self._list.table.currentIndex().column(), self._list.model.columns
        self._focus(columns[number].name if 0 <= number < len(columns) else "")

    def _focus(self, name: str) -> None:
        if name in self.form.sections.cells:
            self.form.sections.focus_named(name)
        else:
            self.form.sections.focus_first()

    def _after_save(self, uid: str) -> None:
        self._list.want(uid if self.form.stored is not None else None)
        self._desk.said.emit(tr("已保存"))

    def _next_line(self) -> None:
        """The next record of the list into the form, with the keyboard where it was."""
        name = next((n for n, cell in self.form.sections.cells.items() if cell.editor.hasFocus()), "")
        present = self.form.stored
        line = self._list.model.line_of(present.uid) + 1 if present is not None else 0
        if line >= self._list.model.rowCount():
            self._desk.said.emit(tr("已是列表的最后一条"))
            return
        self._list.want(None)
        self._list.table.select_line(line)
        self._focus(name)

    def may_leave(self) -> bool:
        """The form asks where something is not saved."""
        form = self._known_form
        return form is None or self.currentWidget() is not form or form.may_leave()
