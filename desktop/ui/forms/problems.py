"""The list of everything that is wrong in a form: each a sentence, and a way to its field."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem

from desktop.text import tr
from desktop.ui.theme import AMBER, RED, theme

_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong: the field's name, what stands in the list, and whether it keeps the form from being saved."""

    field: str
    text: str
    blocks_save: bool = True


class ProblemList(QListWidget):
    """Shown while something is wrong; a click, Enter or F8 goes to the field."""

    wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("需要更正的内容"))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setProperty("role", "problems")
        self.itemClicked.connect(self._go)
        self.hide()

    def show_faults(self, faults: Sequence[Fault]) -> None:
        """Show these; none hides the list."""
        chosen = self.currentRow()
        self.clear()
        for fault in faults:
            item = QListWidgetItem(fault.text if fault.blocks_save else tr("上报前：{text}", text=fault.text))
            item.setForeground(QColor(RED if fault.blocks_save else AMBER))
            item.setToolTip(item.text())
            item.setData(Qt.ItemDataRole.UserRole, fault.field)
            self.addItem(item)
        if faults:
            self.setCurrentRow(min(max(chosen, -1), len(faults) - 1))
            self.setFixedHeight(min(len(faults), _SHOWN) * self.sizeHintForRow(0) + theme.px(8))
        self.setVisible(bool(faults))

    def texts(self) -> list[str]:
        """What stands in the list."""
        return [self.item(number).text() for number in range(self.count())]

    def next(self) -> None:
        """Go to the next field with something wrong, after the last to the first again."""
        if self.count():
            self.setCurrentRow((self.currentRow() + 1) % self.count())
            self._go(self.currentItem())

    def _go(self, item: QListWidgetItem) -> None:
        self.wanted.emit(item.data(Qt.ItemDataRole.UserRole))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes to the field of the current line."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentItem() is not None:
            self._go(self.currentItem())
            return
        super().keyPressEvent(event)
