"""The bar above a list: the search box and one drop-down for each column that a screen filters by."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeyEvent, Qt
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from desktop.text import tr
from desktop.ui.flow import FlowLayout
from desktop.ui.icons import icon
from desktop.ui.lists.listing import Listing
from desktop.ui.theme import theme
from desktop.ui.widgets import label

_NONE = "\0"
"""The choice of rows without value."""


class SearchBox(QLineEdit):
    """Typed words narrow the list; Down and Enter go into it, Escape empties the box."""

    into_list = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that leave the box."""
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.into_list.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.clear()
        else:
            super().keyPressEvent(event)


class FilterBar(QWidget):
    """What of a list is shown; `changed` whenever that is something else."""

    changed = Signal()

    def __init__(self, names: Sequence[str], *, of_people: bool) -> None:
        super().__init__()
        self.search = SearchBox()
        found = tr("姓名、拼音、证号后四位") if of_people else tr("名称、拼音首字母")
        self.search.setPlaceholderText(f"{found}  F3")
        self.search.setAccessibleName(tr("在列表中查找"))
        self.search.setFixedWidth(theme.px(240))
        self.search.addAction(icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(lambda _text: self.changed.emit())
        self.boxes: dict[str, QComboBox] = {}
        for name in names:
            box = QComboBox()
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.currentIndexChanged.connect(lambda _index: self.changed.emit())
            self.boxes[name] = box
        self.count = label("", "muted")
        flow = FlowLayout(theme.px(8))
        self.count.setMinimumHeight(theme.px(32))
        for each in (self.search, *self.boxes.values(), self.count):
            flow.addWidget(each)
        self.setLayout(flow)

    def fill(self, listing: Listing) -> None:
        """Offer the values that the list has, and keep what was chosen."""
        by_name = {column.name: column for column in listing.columns}
        for name, box in self.boxes.items():
            column = by_name[name]
            chosen = box.currentData()
            box.blockSignals(True)
            box.clear()
            box.setAccessibleName(column.label)
            everything = tr("{what}：全部", what=column.label)
            box.addItem(everything, None)
            box.setFixedWidth(box.fontMetrics().horizontalAdvance(everything) + theme.px(62))
            for value, text, count in listing.choices.get(name, ()):
                shown = tr("（空）") if value is None else text
                box.addItem(f"{shown}（{count}）", _NONE if value is None else value)
            box.setCurrentIndex(max(box.findData(chosen), 0) if chosen is not None else 0)
            box.view().setMinimumWidth(box.view().sizeHintForColumn(0) + theme.px(24))
            box.blockSignals(False)

    def passing(self, listing: Listing, order: Sequence[int]) -> Sequence[int]:
        """The places of the rows that pass, in the given order."""
        found = listing.index.find(self.search.text().lower().split()) if listing.index is not None else None
        places = order if found is None else _ordered(found, order, listing)
        if listing.gone:
            places = [place for place in places if place not in listing.gone]
        for name, box in self.boxes.items():
            chosen = box.currentData()
            if chosen is not None:
                values, wanted = listing.values[name], None if chosen == _NONE else chosen
                places = [place for place in places if values[place] == wanted]
        return places

    def clear(self) -> None:
        """Show everything again."""
        self.search.clear()
        for box in self.boxes.values():
            box.setCurrentIndex(0)


def _ordered(found: Sequence[int], order: Sequence[int], listing: Listing) -> Sequence[int]:
    """What was found, in the order of the list."""
    if len(found) == len(order):
        return order
    if order is listing.order and listing.is_in_order:
        return found
    wanted = set(found)
    return [place for place in order if place in wanted]
