"""The statistics of training as a table: a line for each group and one for all, every rate with what it is of."""

from typing import Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont

from desktop.queries.training.figures import Figures, Measure, Rate
from desktop.queries.training.statistics import Statistics
from desktop.text import tr

Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()
PERSONS: Final = 4
"""The column of 报名人数: of two attendances of one person one counts."""
COUNTS: Final = (
    "培训点",
    "班级",
    "报名\n人次",
    "报名\n人数",
    "应到\n人次",
    "实到\n人次",
    "参考",
    "优",
    "及格",
    "不及格",
    "待补考",
    "满分",
)


class StatisticsModel(QAbstractTableModel):
    """Groups in their order, all together last."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.word = ""
        self.rows: list[Figures] = []
        self.rates: list[str] = []
        """The headings of the rates: each with what it is of."""

    def show(self, found: Statistics, word: str) -> None:
        """Show other statistics, grouped by what `word` says."""
        self.beginResetModel()
        self.word = word
        self.rows = [*found.groups, found.total]
        self.rates = [f"{each.label}\n（{each.whole}）" for each in found.total.rates()]
        self.endResetModel()

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        """Qt asks."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        """Qt asks."""
        return 0 if parent.isValid() else 1 + len(COUNTS) + len(self.rates)

    def text(self, line: int, column: int) -> str:
        """What stands in a cell; a rate as 92.3% 1213/1314."""
        figures = self.rows[line]
        if column == 0:
            return figures.label
        if column <= len(COUNTS):
            return str(figures.counts()[column - 1][1])
        rate = figures.rates()[column - 1 - len(COUNTS)]
        return f"{rate.percent}  {rate.numerator}/{rate.denominator}" if rate.denominator else "—"

    def wanted(self, line: int, column: int) -> Rate | Measure:
        """Of whom a cell tells: a rate, or what is counted."""
        figures = self.rows[line]
        if column > len(COUNTS):
            return figures.rates()[column - 1 - len(COUNTS)]
        return figures.counts()[max(column, 1) - 1][0]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Text, place and weight of a cell; the last line is heavier."""
        if not index.isValid():
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self.text(index.row(), index.column())
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column():
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.FontRole and index.row() == len(self.rows) - 1:
            heavy = QFont()
            heavy.setBold(True)
            return heavy
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The headings."""
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return tr([self.word, *COUNTS, *self.rates][section])
