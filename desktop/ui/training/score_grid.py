"""The grid of a class's scores: typed without an input method, pasted, cleared, filled down."""

from typing import Final

from PySide6.QtCore import QAbstractItemModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop.exchange.training.score_import import score_text
from desktop.models.base import Content
from desktop.queries.training.score_table import ScoreTable
from desktop.services.training.scoring import enter_score_cells
from desktop.text import tr
from desktop.ui.desk import Desk
from desktop.ui.forms.text_fields import NumberEditor
from desktop.ui.lists.clipboard import rows_as_text
from desktop.ui.theme import theme
from desktop.ui.training.cell_writer import CellWriter
from desktop.ui.training.frozen_table import FrozenTable
from desktop.ui.training.score_model import FIRST, Place, ScoreModel

_Index = QModelIndex | QPersistentModelIndex
_CLEARING: Final = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
_STEPS: Final = {Qt.Key.Key_Return: 1, Qt.Key.Key_Enter: 1, Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
_ROOMY: Final = 125
"""The text size in percent up to which units stand beside the names."""
LEGEND: Final = "直接输入分数，回车到下一人　Y 优　J 及格　B 不及格　Q 缺考　Del 清除　Ctrl+V 粘贴　Ctrl+D 向下填充"


class ScoreDelegate(QStyledItemDelegate):
    """A line without input method in the cell; Enter and the arrows take it and go on."""

    stepped = Signal(int)

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: _Index) -> QWidget:
        """Digits and letters."""
        del option
        editor = NumberEditor(parent)
        editor.setAccessibleName(str(index.model().headerData(index.column(), Qt.Orientation.Horizontal)))
        return editor

    def setEditorData(self, editor: QWidget, index: _Index) -> None:
        """What the cell has, in full."""
        assert isinstance(editor, NumberEditor)
        editor.set_text(str(index.data(Qt.ItemDataRole.EditRole) or ""))
        editor.selectAll()

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: _Index) -> None:
        """The text goes to the model, which reads it."""
        assert isinstance(editor, NumberEditor)
        model.setData(index, editor.text())

    def eventFilter(self, editor: QObject, event: QEvent) -> bool:
        """Enter, Down and Up take the cell and move on."""
        is_key = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress
        if isinstance(editor, QWidget) and is_key and isinstance(event, QKeyEvent) and event.key() in _STEPS:
            step = _STEPS[Qt.Key(event.key())]
            self.commitData.emit(editor)
            self.closeEditor.emit(editor, QStyledItemDelegate.EndEditHint.NoHint)
            self.stepped.emit(step)
            return True
        return super().eventFilter(editor, event)


class ScoreGrid(FrozenTable):
    """People down, what is scored across."""

    names_pasted = Signal(str)
    """A list with names was pasted: it is to be matched, not laid down from the present cell."""
    refused = Signal(str)
    failed = Signal()

    def __init__(self, desk: Desk) -> None:
        self.scores = ScoreModel()
        super().__init__(self.scores, tr("成绩表"), self.take_key)
        self.scores.setParent(self)
        self.cells.setEditTriggers(
            QAbstractItemView.EditTrigger.AnyKeyPressed | QAbstractItemView.EditTrigger.DoubleClicked
        )
        delegate = ScoreDelegate(self)
        delegate.stepped.connect(self._step_by)
        self.cells.setItemDelegate(delegate)
        self.writer: CellWriter[Place, Content] = CellWriter(desk, enter_score_cells, self._entitle, self._forget)
        self.scores.entered.connect(self._put)
        self.scores.refused.connect(self.refused)
        theme.changed.connect(self.fit)

    def show_scores(self, found: ScoreTable) -> None:
        """Show other scores; what is typed and not yet saved stays over them."""
        self.scores.show(found, self.writer.unsaved)
        self.fit()

    def fit(self) -> None:
        """Give the columns their widths."""
        unit = 130 if theme.percent <= _ROOMY else 0
        people = (44, self.width_of([each.name for each in self.scores.people]), unit)
        self.arrange(people, [92] * len(self.scores.columns), (48, 58, 58, 62), heading=2)

    def _step_by(self, by: int) -> None:
        index = self.cells.currentIndex()
        self.go(index.row() + by, index.column())
        self.cells.setFocus()

    def take_key(self, event: QKeyEvent) -> bool:
        """Paste, copy, clear, fill down; Enter goes down, F2 opens the cell."""
        if event.matches(QKeySequence.StandardKey.Paste):
            self.paste()
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copy()
        elif event.modifiers() == Qt.KeyboardModifier.ControlModifier and event.key() == Qt.Key.Key_D:
            self.fill_down()
        elif event.key() in _CLEARING:
            self.scores.enter({(index.row(), index.column()): "" for index in self.selected()})
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.step()
        elif event.key() == Qt.Key.Key_F2:
            self.cells.edit(self.cells.currentIndex())
        else:
            return bool(event.text()) and event.text().isprintable() and not self._is_open()
        return True

    def _is_open(self) -> bool:
        """Whether the present cell can be typed into; why it cannot is told."""
        index = self.cells.currentIndex()
        closed = self.scores.why_closed(index) if self.is_cell(index) else ""
        if closed:
            self.refused.emit(closed)
        return not closed

    def paste(self) -> None:
        """Lay the block on the clipboard down from the present cell; a list with names is matched instead."""
        text, start = QGuiApplication.clipboard().text().rstrip("\r\n"), self.cells.currentIndex()
        rows = [line.split("\t") for line in text.splitlines()]
        if not text or not self.is_cell(start):
            return
        if any(len(cells) > 1 and _is_name(cells[0]) for cells in rows):
            self.names_pasted.emit(text)
            return
        last = FIRST + len(self.scores.columns)
        texts = {
            (start.row() + down, start.column() + across): cell
            for down, cells in enumerate(rows)
            for across, cell in enumerate(cells)
            if start.row() + down < len(self.scores.people) and start.column() + across < last
        }
        if len(texts) < sum(map(len, rows)):
            self.refused.emit(tr("粘贴的内容有 {count} 行，超出了表格，没有粘贴；请核对起始的一格", count=len(rows)))
        else:
            self.scores.enter(texts)

    def copy(self) -> None:
        """Put the selected cells on the clipboard with their headings."""
        chosen = self.selected()
        lines, columns = (sorted({call(each) for each in chosen}) for call in (QModelIndex.row, QModelIndex.column))
        texts = [[str(self.scores.index(line, column).data() or "") for column in columns] for line in lines]
        headings = [self.scores.columns[column - FIRST].label for column in columns]
        QGuiApplication.clipboard().setText(rows_as_text(headings, texts))

    def fill_down(self) -> None:
        """Every selected column gets the score of its topmost selected cell; of one cell the one above."""
        chosen = self.selected()
        if len(chosen) == 1 and chosen[0].row():
            chosen = [chosen[0].siblingAtRow(chosen[0].row() - 1), *chosen]
        top: dict[int, str] = {}
        texts = {}
        for index in chosen:
            text = top.setdefault(index.column(), score_text(self.scores.line(self.scores.place(index))))
            if not self.scores.why_closed(index):
                texts[index.row(), index.column()] = text
        self.scores.enter(texts)

    def _put(self, values: dict[Place, Content]) -> None:
        self.writer.put(values)
        self.scores.lay_over(self.writer.unsaved)

    def _entitle(self, values: dict[Place, Content]) -> str:
        if len(values) > 1:
            return tr("登记成绩 {count} 处", count=len(values))
        (who, key), score = next(iter(values.items()))
        name = next((each.name for each in self.scores.people if each.uid == who), "")
        what = next((each.label for each in self.scores.columns if each.key == key), "")
        return tr("登记 {name} {what} {score}", name=name, what=what, score=score_text(score) or tr("清除"))

    def _forget(self) -> None:
        self.scores.lay_over({})
        self.failed.emit()


def _is_name(text: str) -> bool:
    return bool(text.strip()) and not text.strip()[0].isdigit()
