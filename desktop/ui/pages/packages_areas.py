"""The dialog in which a desk says which areas it writes."""

from collections.abc import Collection

from PySide6.QtWidgets import QCheckBox, QDialog, QWidget

from desktop.exchange.scope import FORMS
from desktop.text import tr
from desktop.ui.widgets import button, column, label, row


class AreasDialog(QDialog):
    """A box for every area; what is not ticked is written by the other desk."""

    def __init__(self, areas: Collection[str], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("股室分工"))
        said = tr("勾选由本股室登记的业务；其余由另一股室登记，本机只接收、不能修改。教师和学校两个股室都可以登记。")
        self.boxes = {form.name: QCheckBox(tr(form.label)) for form in FORMS}
        for name, box in self.boxes.items():
            box.setChecked(name in areas)
        keep = button(tr("确定"), self.accept, role="primary")
        foot = row(None, button(tr("取消"), self.reject), keep)
        self.setLayout(column(label(said, wrap=True), *self.boxes.values(), foot, space=12, margins=(20, 18, 20, 16)))
        self.setMinimumWidth(460)

    def chosen(self) -> tuple[str, ...]:
        """The areas that are ticked."""
        return tuple(name for name, box in self.boxes.items() if box.isChecked())
