"""批量修改: one field of all selected records gets one value; beside the list, where else the form stands."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFrame

from desktop.exchange.pasted import fields_to_paste
from desktop.fields import Field
from desktop.models.base import Record
from desktop.services.many import RowChange
from desktop.text import tr
from desktop.ui.forms.cell import ONE_PERSON, FieldCell
from desktop.ui.forms.editors import LinkSource
from desktop.ui.lists.many_writer import ManyWriter
from desktop.ui.widgets import button, column, label, row


class BulkPanel(QFrame):
    """Which field, which value; the button says for how many."""

    closed = Signal()

    def __init__(
        self, entity: type[Record], links: LinkSource, writer: ManyWriter, selected: Callable[[], Sequence[str]]
    ) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self._links, self._writer, self._selected = links, writer, selected
        self.fields: list[Field] = [
            each
            for each in fields_to_paste(entity)
            if each.name not in (*entity.key, *ONE_PERSON) and not each.personal
        ]
        self.choice = QComboBox()
        self.choice.setAccessibleName(tr("要改的栏目"))
        self.choice.addItems([each.label for each in self.fields])
        self.choice.currentIndexChanged.connect(self._make_cell)
        self.place = column()
        self.count = label("", "muted", wrap=True)
        self.cell: FieldCell | None = None
        apply = button(tr("修改所选"), self.apply, role="primary", keys="Ctrl+Return")
        back = button(tr("返回  Esc"), self.closed.emit)
        note = label(tr("值留空表示清除这一栏。保存前会再问一次，并说明有几人会改变。"), "muted", wrap=True)
        pieces = (
            label(tr("批量修改"), "title"),
            self.count,
            self.choice,
            self.place,
            note,
            None,
            row(None, back, apply),
        )
        self.setLayout(column(*pieces, space=10, margins=(16, 12, 12, 12)))
        self._make_cell()

    def _make_cell(self) -> None:
        if self.cell is not None:
            self.place.removeWidget(self.cell)
            self.cell.deleteLater()
        self.cell = FieldCell(self.fields[self.choice.currentIndex()], self._links)
        self.place.addWidget(self.cell)

    def begin(self, name: str) -> None:
        """Come to the front for the selected records, with the field of a column chosen."""
        places = [number for number, each in enumerate(self.fields) if each.name == name]
        self.choice.setCurrentIndex(places[0] if places else 0)
        self.count.setText(tr("已选 {count} 条", count=len(self._selected())))
        assert self.cell is not None
        self.cell.editor.setFocus()

    def apply(self) -> None:
        """Plan, ask and write."""
        cell = self.cell
        if cell is None or cell.editor.composing or not cell.check():
            return
        uids, value = self._selected(), cell.packed()
        shown = cell.editor.text() or tr("空")
        what = tr("将把所选 {count} 条的“{field}”改为“{value}”：", count=len(uids), field=cell.field.label, value=shown)
        rows = [RowChange({cell.field.name: value}, uid) for uid in uids]
        title = tr("批量修改{field} {count} 条", field=cell.field.label, count=len(uids))
        self._writer.ask_and_write(title, rows, what, self.closed.emit)
