"""Which other classes are laid over the week of one: none, all, or one of those that have sessions meanwhile."""

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox

from desktop.queries.training.occupied import Occupied
from desktop.text import tr

_ALL: Final = "*"


class OtherClasses(QComboBox):
    """The choice; `laid_over` tells what is to be shown, texts by day and half-day."""

    laid_over = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._occupied: Occupied | None = None
        self.setAccessibleName(tr("叠加其他班"))
        self.setToolTip(tr("在课表里同时看其他班的课"))
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(12)
        self.activated.connect(lambda _index: self._tell())

    def offer(self, found: Occupied) -> None:
        """Offer the classes that have sessions meanwhile; the choice stays where it can."""
        self._occupied = found
        present, classes = self.currentData(), found.classes()
        self.clear()
        self.addItem(tr("不叠加其他班"), "")
        if classes:
            self.addItem(tr("叠加全部其他班"), _ALL)
        for each in classes:
            self.addItem(each, each)
        self.setCurrentIndex(max(self.findData(present), 0))
        self.setEnabled(bool(classes))
        self._tell()

    def _tell(self) -> None:
        shown: dict[tuple[str, str], list[str]] = {}
        for each in self._occupied.others if self._occupied is not None else ():
            if self.currentData() in (_ALL, each.owner):
                shown.setdefault(each.when, []).append(f"{each.owner}：{each.text}")
        self.laid_over.emit(shown)
