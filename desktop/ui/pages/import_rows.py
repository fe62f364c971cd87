"""The table of an import plan: which row, what becomes of it, old → new, and what is wrong."""

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from desktop.exchange.plan import WRITTEN, Outcome, PlanRow
from desktop.text import tr
from desktop.ui import theme as look
from desktop.ui.column_widths import ColumnWidths
from desktop.ui.theme import theme

Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()
WORDS = {
    Outcome.NEW: "新增",
    Outcome.CHANGED: "有变更",
    Outcome.SAME: "无变化",
    Outcome.INVALID: "退回修改",
    Outcome.DUPLICATE: "重复",
    Outcome.AMBIGUOUS: "待确认",
    Outcome.STALE: "旧版",
    Outcome.CONFLICT: "待核对",
    Outcome.REFUSED: "拒收",
}
COLOURS = {
    Outcome.NEW: look.ACCENT,
    Outcome.CHANGED: look.AMBER,
    Outcome.SAME: look.MUTED,
    Outcome.INVALID: look.RED,
    Outcome.DUPLICATE: look.RED,
    Outcome.AMBIGUOUS: look.AMBER,
    Outcome.STALE: look.MUTED,
    Outcome.CONFLICT: look.RED,
    Outcome.REFUSED: look.RED,
}
TICK, FILE, ROW, OUTCOME, NAME, CHANGES, PROBLEMS = range(7)
_HEADINGS = ("导入", "文件", "行", "结果", "姓名", "原值 → 新值", "说明")
_WRONG = frozenset({Outcome.INVALID, Outcome.DUPLICATE, Outcome.CONFLICT, Outcome.REFUSED})


class PlanTable(QTableView):
    """The rows of a plan: rows of one height, so that thousands scroll at once; Enter and F2 open the current one."""

    opened = Signal(QModelIndex)

    def __init__(self, model: "PlanModel", widths: Sequence[tuple[int, int]]) -> None:
        super().__init__()
        self.setModel(model)
        self.setAccessibleName(tr("导入前核对"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(theme.px(34))
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.doubleClicked.connect(self.opened.emit)
        ColumnWidths(self, dict(widths))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space ticks the row wherever in it the keyboard stands; Ctrl+Enter is left to the page."""
        index = self.currentIndex()
        is_plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if is_plain and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2):
            self.opened.emit(index)
        elif is_plain and event.key() == Qt.Key.Key_Space and index.isValid():
            tick = index.siblingAtColumn(TICK)
            state = self.model().data(tick, Qt.ItemDataRole.CheckStateRole)
            fresh = Qt.CheckState.Unchecked if state == Qt.CheckState.Checked else Qt.CheckState.Checked
            self.model().setData(tick, fresh.value, Qt.ItemDataRole.CheckStateRole)
        else:
            super().keyPressEvent(event)


class PlanModel(QAbstractTableModel):
    """Rows of a plan, those of one outcome or all; Space takes a row out of the import or back in."""

    ticked = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: Sequence[PlanRow] = ()

    def show(self, rows: Sequence[PlanRow]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        """Qt asks."""
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        """Qt asks."""
        return 0 if parent.isValid() else len(_HEADINGS)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Rows that would be written can be ticked."""
        found = super().flags(index)
        if index.isValid() and index.column() == TICK and self.rows[index.row()].outcome in WRITTEN:
            found |= Qt.ItemFlag.ItemIsUserCheckable
        return found

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Text, colour and tick of a cell."""
        if not index.isValid():
            return None
        row, number = self.rows[index.row()], index.column()
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self._text(row, number)
        if role == Qt.ItemDataRole.CheckStateRole and number == TICK and row.outcome in WRITTEN:
            return Qt.CheckState.Checked if row.ticked else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.ForegroundRole and number == OUTCOME:
            return QColor(COLOURS[row.outcome])
        if role == Qt.ItemDataRole.ForegroundRole and number == PROBLEMS:
            return QColor(look.RED if row.outcome in _WRONG else look.AMBER)
        return None

    def _text(self, row: PlanRow, number: int) -> str:
        if number == CHANGES:
            return "；".join(
                f"{each.label}：{each.old or tr('（空）')} → {each.new or tr('（空）')}" for each in row.changes
            )
        if number == PROBLEMS:
            return "；".join(each.text for each in row.problems)
        texts = {
            FILE: row.file,
            ROW: str(row.row or ""),
            OUTCOME: tr(WORDS[row.outcome]),
            NAME: row.name or tr("（空）"),
        }
        return texts.get(number, "")

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Tick a row or take the tick away."""
        if role != Qt.ItemDataRole.CheckStateRole or not index.isValid():
            return False
        row = self.rows[index.row()]
        if row.outcome not in WRITTEN:
            return False
        row.ticked = Qt.CheckState(value) == Qt.CheckState.Checked
        self.dataChanged.emit(index, index, [role])
        self.ticked.emit()
        return True

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """The headings."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return tr(_HEADINGS[section])
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        return None
