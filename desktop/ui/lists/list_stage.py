"""A list with what stands beside it, or in their place the preview of a pasted block or of the printed list."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop.ui.jobs import Progress
from desktop.ui.lists.many_writer import ManyWriter
from desktop.ui.lists.record_list import RecordList
from desktop.ui.widgets import leave_with_escape

if TYPE_CHECKING:
    from desktop.ui.lists.paste_panel import PastePanel
    from desktop.ui.lists.print_panel import PrintPanel
    from desktop.ui.paper.output import Sheets


class ListStage(QStackedWidget):
    """The previews are loaded and made when first asked for: what lays out paper or reads blocks is slow to load."""

    pasted = Signal()
    """The preview of a block is done with."""

    def __init__(self, shown: RecordList, writer: ManyWriter, front: QWidget) -> None:
        super().__init__()
        self._list, self._writer, self.front = shown, writer, front
        self.addWidget(front)

    @cached_property
    def paste_panel(self) -> PastePanel:
        """The preview of a pasted block."""
        made: PastePanel = import_module("desktop.ui.lists.paste_panel").PastePanel(self._list.entity, self._writer)
        made.closed.connect(self._leave_block)
        self.addWidget(made)
        leave_with_escape(made, self._leave_block)
        return made

    @cached_property
    def print_panel(self) -> PrintPanel:
        """The preview of the list on paper."""
        made: PrintPanel = import_module("desktop.ui.lists.print_panel").PrintPanel(self._list.desk)
        made.closed.connect(self._leave_print)
        self.addWidget(made)
        return made

    def show_block(self) -> PastePanel:
        """Bring the preview of a block to the front."""
        self._list.filters.hide()
        self.setCurrentWidget(self.paste_panel)
        return self.paste_panel

    def show_printed(self, work: Callable[[Progress], Sheets]) -> None:
        """Bring the preview of the list on paper to the front."""
        self._list.filters.hide()
        self.setCurrentWidget(self.print_panel)
        self.print_panel.begin(work)

    def show_list(self) -> None:
        """List and form in front, not what stood in their place."""
        self._list.filters.show()
        self.setCurrentWidget(self.front)

    def _leave_block(self) -> None:
        self.show_list()
        self.pasted.emit()

    def _leave_print(self) -> None:
        self.show_list()
        self._list.table.setFocus()
