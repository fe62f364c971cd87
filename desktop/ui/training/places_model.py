"""The places of schools in a list; numbers are typed where they stand and kept until they are saved."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor

from desktop.errors import ValueProblem
from desktop.fields import field_named
from desktop.models import Place
from desktop.queries.training.sending import SchoolPlaces
from desktop.text import tr
from desktop.ui import theme as look

Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()
COUNT: Final = 1
"""The column of the places, which is typed in."""
_HEADINGS: Final = ("学校", "名额", "已报", "参训人员", "报送截止")


class PlacesModel(QAbstractTableModel):
    """Schools with their places; what is typed is kept here until it is saved."""

    typed = Signal()
    refused = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.schools: Sequence[SchoolPlaces] = ()
        self.counts: dict[str, int] = {}
        """Typed places by the uid of the school, where they differ from the stored ones."""

    def show(self, schools: Sequence[SchoolPlaces]) -> None:
        """Show what is stored; what is typed stays."""
        self.beginResetModel()
        self.schools = schools
        self.endResetModel()

    def count_of(self, each: SchoolPlaces) -> int:
        """The places of a school as they stand in the list."""
        return self.counts.get(each.school, each.count)

    def shared(self) -> int:
        """All places as they stand in the list."""
        return sum(self.count_of(each) for each in self.schools)

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        """Qt asks."""
        return 0 if parent.isValid() else len(self.schools)

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        """Qt asks."""
        return 0 if parent.isValid() else len(_HEADINGS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Texts; a typed number in the accent colour, more names than places in amber."""
        if not index.isValid():
            return None
        each, column_ = self.schools[index.row()], index.column()
        count = self.count_of(each)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole, Qt.ItemDataRole.ToolTipRole):
            deadline = str(each.place.content.get("deadline", "")) if each.place is not None else ""
            going = str(len(each.people)) if each.people else ""
            return (
                each.name,
                str(count) if count else "",
                going,
                "、".join(sent.text for sent in each.people),
                deadline,
            )[column_]
        if role == Qt.ItemDataRole.ForegroundRole and column_ == COUNT and each.school in self.counts:
            return QColor(look.ACCENT)
        if role == Qt.ItemDataRole.ForegroundRole and column_ == COUNT + 1 and len(each.people) != count:
            return QColor(look.AMBER)
        return None

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Take a typed number of places; nothing means none."""
        if role != Qt.ItemDataRole.EditRole or index.column() != COUNT:
            return False
        each, text = self.schools[index.row()], str(value).strip()
        try:
            count = int(field_named(Place, "count").parse(text)) if text not in ("", "0") else 0
        except ValueProblem as error:
            self.refused.emit(tr("{school}：{sentence}", school=each.name, sentence=error.sentence))
            return False
        self.counts.pop(each.school, None)
        if count != each.count:
            self.counts[each.school] = count
        self.dataChanged.emit(index, index)
        self.typed.emit()
        return True

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The headings."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return tr(_HEADINGS[section])
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """The number of places is typed in."""
        kept = super().flags(index)
        return kept | Qt.ItemFlag.ItemIsEditable if index.column() == COUNT else kept
