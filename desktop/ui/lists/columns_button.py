"""The button that says which columns a list shows."""

from functools import partial

from PySide6.QtWidgets import QMenu, QPushButton

from desktop.text import tr
from desktop.ui.lists.record_list import RecordList


class ColumnsButton(QPushButton):
    """A menu of all columns, those ticked that are shown; the last one cannot be taken away."""

    def __init__(self, shown: RecordList) -> None:
        super().__init__(tr("栏目"))
        self.setProperty("role", "menu")
        self._list = shown
        menu = QMenu(self)
        menu.aboutToShow.connect(self.fill)
        self.setMenu(menu)

    def fill(self) -> None:
        """Offer the columns as they are shown now."""
        menu = self.menu()
        menu.clear()
        shown = {each.name for each in self._list.shown_columns()}
        for each in self._list.columns:
            action = menu.addAction(each.label)
            action.setCheckable(True)
            action.setChecked(each.name in shown)
            action.toggled.connect(partial(self._show, each.name))
        menu.addSeparator()
        menu.addAction(tr("恢复默认栏目"), partial(self._list.show_columns, ()))

    def _show(self, name: str, on: bool) -> None:  # noqa: FBT001 - Qt hands it so
        present = [each.name for each in self._list.shown_columns()]
        if on:
            present.append(name)
        elif len(present) > 1:
            present.remove(name)
        self._list.show_columns(present)
