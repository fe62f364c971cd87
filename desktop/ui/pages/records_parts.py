"""What stands beside a page's list or in its place: the form, the change of many, the preview of a pasted block.

Each is loaded and made when it is first needed. The form, which nearly everybody needs, is made section by section as
soon as the list is there, so that neither the first row nor the first form waits for fifty fields.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from desktop.ui.forms.form import RecordForm
from desktop.ui.forms.sections import Sections
from desktop.ui.lists.many_writer import ManyWriter

if TYPE_CHECKING:
    from desktop.ui.lists.bulk_panel import BulkPanel
    from desktop.ui.lists.paste_panel import PastePanel
    from desktop.ui.pages.records_page import RecordsPage


class RecordsParts:
    """The parts of one page of records."""

    def __init__(self, page: RecordsPage, writer: ManyWriter) -> None:
        self._page, self._writer = page, writer
        self._sections = Sections(page.entity, page.links)
        self._is_growing = False

    @cached_property
    def form(self) -> RecordForm:
        """The form; what is not made of it yet is made now."""
        page, listing = self._page, self._page.list.listing
        made = RecordForm(page.desk, page.entity, page.links, sections=self._sections)
        made.names = listing.names if listing is not None else None
        made.set_masked(page.model.masked)
        page.right.addWidget(made)
        page.connect_form(made)
        _leave_with_escape(made, page.table.setFocus)
        return made

    @cached_property
    def bulk(self) -> BulkPanel:
        """The change of many, beside the list."""
        page = self._page
        make = import_module("desktop.ui.lists.bulk_panel").BulkPanel
        made: BulkPanel = make(page.entity, page.links, self._writer, page.list.selected_uids)
        made.closed.connect(page.changes.close)
        page.right.addWidget(made)
        _leave_with_escape(made, page.changes.close)
        return made

    @cached_property
    def paste_panel(self) -> PastePanel:
        """The preview of a pasted block, in the place of list and form."""
        page = self._page
        make = import_module("desktop.ui.lists.paste_panel").PastePanel
        made: PastePanel = make(page.entity, self._writer)
        made.closed.connect(page.changes.close)
        page.whole.addWidget(made)
        _leave_with_escape(made, page.changes.close)
        return made

    @property
    def known_form(self) -> RecordForm | None:
        """The form if it is made; asking makes none."""
        return self.form if "form" in vars(self) else None

    def grow_form(self) -> None:
        """Make the form while the clerk looks at the list; once only."""
        if not self._is_growing:
            self._is_growing = True
            QTimer.singleShot(0, self._page, self._grow)

    def _grow(self) -> None:
        if self._sections.grow():
            QTimer.singleShot(0, self._page, self._grow)
        else:
            self.form.ensurePolished()


def _leave_with_escape(part: QWidget, back: Callable[[], None]) -> None:
    shortcut = QShortcut(QKeySequence(Qt.Key.Key_Escape), part, back)
    shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
