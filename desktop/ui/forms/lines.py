"""Child lines as a small table: cells edited where they stand, rows added and taken away."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractItemModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from desktop.errors import ValueProblem
from desktop.fields import Child, Field, fields_of
from desktop.models.base import Content
from desktop.ui import theme as look
from desktop.ui.forms.editors import Editor, LinkSource, make_editor
from desktop.ui.forms.text_fields import PickEditor
from desktop.ui.theme import theme
from desktop.ui.widgets import button, column, label, row

_Index = QModelIndex | QPersistentModelIndex
_ROLE = Qt.ItemDataRole.UserRole
_SHOWN = 5


class _Delegate(QStyledItemDelegate):
    """Opens the editor of the column's kind in a cell; `typed` while something is typed into it."""

    typed = Signal()

    def __init__(self, fields: tuple[Field, ...], links: LinkSource, parent: QObject) -> None:
        super().__init__(parent)
        self._fields, self._links = fields, links
        self._open: tuple[Editor, int, int] | None = None

    def typing(self) -> tuple[int, int, str] | None:
        """Row, column and text of the cell that is open; None where none is."""
        if self._open is None:
            return None
        editor, number, place = self._open
        return number, place, editor.text()

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: _Index) -> QWidget:
        """The same editors as in the form."""
        del option
        editor = make_editor(self._fields[index.column()], self._links)
        editor.setParent(parent)
        self._open = editor, index.row(), index.column()
        editor.edited.connect(self.typed)
        if isinstance(editor, PickEditor):
            editor.picked.connect(lambda: self.commitData.emit(editor))
        return editor

    def destroyEditor(self, editor: QWidget, index: _Index) -> None:
        """The cell is closed: what was typed stands in the table, or was given up."""
        if self._open is not None and self._open[0] is editor:
            self._open = None
        super().destroyEditor(editor, index)

    def finish(self) -> None:
        """Put what is typed into its cell and close it."""
        if self._open is not None:
            editor = self._open[0]
            self.commitData.emit(editor)
            self.closeEditor.emit(editor, QStyledItemDelegate.EndEditHint.NoHint)

    @property
    def composing(self) -> bool:
        """Whether an input method is in the middle of a word in the open cell."""
        return self._open is not None and self._open[0].composing

    def setEditorData(self, editor: QWidget, index: _Index) -> None:
        """The text of the cell."""
        editor.set_text(str(index.data() or ""))  # type: ignore[attr-defined]

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: _Index) -> None:
        """The text goes into the cell as it is; reading it is the table's business."""
        model.setData(index, editor.text())  # type: ignore[attr-defined]

    def eventFilter(self, editor: QObject, event: QEvent) -> bool:
        """Enter takes the suggestion before the cell closes."""
        if isinstance(editor, PickEditor) and isinstance(event, QKeyEvent) and editor.is_offering():
            if event.type() == QEvent.Type.KeyPress and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                editor.suggestions.take_current()
            elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Escape):
                return False
        return super().eventFilter(editor, event)


class LinesTable(QWidget):
    """The lines of one child of a record."""

    edited = Signal()

    def __init__(self, child: Child, links: LinkSource) -> None:
        super().__init__()
        self.child = child
        self.fields = fields_of(child.line)
        self.table = QTableWidget(0, len(self.fields))
        self.table.setHorizontalHeaderLabels([each.label for each in self.fields])
        self._delegate = _Delegate(self.fields, links, self)
        self._delegate.typed.connect(self.edited)
        self.table.setItemDelegate(self._delegate)
        self.table.setAccessibleName(child.label)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.AllEditTriggers)
        self.table.setTabKeyNavigation(True)
        self.table.verticalHeader().hide()
        self.table.horizontalHeader().setStretchLastSection(True)
        self.table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.table.itemChanged.connect(self._read_item)
        self.problem = label("", "problem", wrap=True)
        self.problem.hide()
        self._add = button("添加一行", self.add_line, icon_name="plus", role="flat")
        self._drop = button("删除此行", self.drop_line, icon_name="trash", role="flat")
        self._stored: list[Content] = []
        self._filling = False
        head = row(label(child.label, "section"), None, self._add, self._drop)
        self.setLayout(column(head, self.table, self.problem, space=4))

    def show_lines(self, lines: list[Content], *, locked: bool) -> None:
        """Show stored lines."""
        self._filling = True
        self._stored = [dict(line) for line in lines]
        self.table.setRowCount(0)
        for line in lines:
            self._append(line)
        self._filling = False
        self.set_problem("")
        self.table.setEnabled(not locked)
        self._add.setVisible(not locked)
        self._drop.setVisible(not locked)
        self._fit()

    def _append(self, line: Content) -> None:
        number = self.table.rowCount()
        self.table.insertRow(number)
        for place, field in enumerate(self.fields):
            packed = line.get(field.name)
            item = QTableWidgetItem(field.format_packed(packed))
            item.setData(_ROLE, packed)
            self.table.setItem(number, place, item)

    def add_line(self) -> None:
        """A new empty line, with the keyboard in its first cell."""
        self._filling = True
        self._append({})
        self._filling = False
        self._fit()
        self.table.setCurrentCell(self.table.rowCount() - 1, 0)
        self.table.setFocus()
        self.edited.emit()

    def drop_line(self) -> None:
        """Take the current line away."""
        if self.table.currentRow() >= 0:
            self.table.removeRow(self.table.currentRow())
            self._fit()
            self.edited.emit()

    def _read_item(self, item: QTableWidgetItem) -> None:
        """Read a cell when it is left; what cannot be read stays red with its sentence below."""
        if self._filling:
            return
        field = self.fields[item.column()]
        self._filling = True
        try:
            packed = field.pack(field.parse(item.text()))
        except ValueProblem as error:
            item.setData(_ROLE, None)
            item.setForeground(QColor(look.RED))
            self.set_problem(f"第 {item.row() + 1} 行{field.label}：{error.sentence}")
        else:
            item.setData(_ROLE, packed)
            item.setText(field.format_packed(packed))
            item.setForeground(QColor(look.INK))
            self.set_problem("")
        self._filling = False
        self.edited.emit()

    def lines(self) -> list[Content]:
        """The lines as packed values, empty ones left out. Raises ValueProblem for a cell that cannot be read."""
        found: list[Content] = []
        for number in range(self.table.rowCount()):
            line: Content = {}
            for place, field in enumerate(self.fields):
                item = self.table.item(number, place)
                text, packed = (item.text().strip(), item.data(_ROLE)) if item is not None else ("", None)
                if text and packed is None:
                    raise ValueProblem(f"第 {number + 1} 行{field.label}“{text}”还没有改好")
                if packed is not None:
                    line[field.name] = packed
            if line:
                found.append(line)
        return found

    @property
    def composing(self) -> bool:
        """Whether an input method is in the middle of a word in a cell."""
        return self._delegate.composing

    def finish_cell(self) -> None:
        """Read the cell that is open as if it were left."""
        self._delegate.finish()

    def texts(self) -> list[list[str]]:
        """The cells as they stand, whether or not they can be read; of an open one what is typed so far."""
        found = [
            [self._text(number, place) for place in range(len(self.fields))] for number in range(self.table.rowCount())
        ]
        typing = self._delegate.typing()
        if typing is not None and typing[0] < len(found):
            number, place, text = typing
            found[number][place] = text
        return found

    def put_texts(self, rows: Sequence[Sequence[str]]) -> None:
        """Put texts into the cells as if they were typed now; rows are added and taken away as needed."""
        while self.table.rowCount() > len(rows):
            self.table.removeRow(self.table.rowCount() - 1)
        for number, texts in enumerate(rows):
            if number == self.table.rowCount():
                self._filling = True
                self._append({})
                self._filling = False
            for place, text in enumerate(texts[: len(self.fields)]):
                item = self.table.item(number, place)
                if item is not None and item.text() != text:
                    item.setText(text)
        self._fit()

    @property
    def is_changed(self) -> bool:
        """Whether the lines are others than the stored ones, or a cell is open with another text."""
        typing = self._delegate.typing()
        if typing is not None and typing[2] != self._text(typing[0], typing[1]):
            return True
        try:
            return self.lines() != self._stored
        except ValueProblem:
            return True

    def set_problem(self, text: str) -> None:
        """The sentence under the table."""
        self.problem.setText(text)
        self.problem.setVisible(bool(text))

    def _fit(self) -> None:
        self.table.verticalHeader().setDefaultSectionSize(theme.px(30))
        shown = min(max(self.table.rowCount(), 1), _SHOWN)
        head = self.table.horizontalHeader().sizeHint().height()
        bar = self.table.horizontalScrollBar().sizeHint().height()
        self.table.setFixedHeight(head + shown * theme.px(30) + bar + 4)
        metrics: Any = self.table.fontMetrics()
        for place, field in enumerate(self.fields):
            texts = [field.label, *(self._text(number, place) for number in range(self.table.rowCount()))]
            widest = max(metrics.horizontalAdvance(text) for text in texts) + theme.px(30)
            self.table.setColumnWidth(place, min(max(widest, theme.px(76)), theme.px(180)))

    def _text(self, number: int, place: int) -> str:
        item = self.table.item(number, place)
        return item.text() if item is not None else ""
