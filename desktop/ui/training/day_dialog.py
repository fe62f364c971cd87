"""A question that is answered with a day, and where it is asked with a reason."""

from datetime import date

from PySide6.QtCore import QDate
from PySide6.QtWidgets import QDateEdit, QDialog, QLineEdit, QWidget

from desktop.text import tr
from desktop.ui.theme import theme
from desktop.ui.widgets import button, column, label, row


class DayDialog(QDialog):
    """Title, what it means, day, perhaps a reason that cannot be left empty."""

    def __init__(
        self, title: str, text: str, day: date, *, reason: str = "", needed: bool = True, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setMinimumWidth(theme.px(440))
        self.field = QDateEdit(QDate(day.year, day.month, day.day))
        self.field.setDisplayFormat("yyyy-MM-dd")
        self.field.setAccessibleName(tr("日期"))
        self.reason = QLineEdit()
        self.reason.setAccessibleName(reason or tr("说明"))
        self.reason.setPlaceholderText(reason)
        if not reason:
            self.reason.hide()
        take = button(tr("确定"), self.accept, role="primary")
        take.setDefault(True)
        if reason and needed:
            take.setEnabled(False)
            self.reason.textChanged.connect(lambda typed: take.setEnabled(bool(typed.strip())))
        back = button(tr("取消"), self.reject)
        back.setAutoDefault(False)
        said = label(text, wrap=True)
        said.setMinimumWidth(theme.px(400))
        pieces = (label(title, "section"), said, self.field, self.reason, row(None, back, take))
        self.setLayout(column(*pieces, space=10, margins=(20, 18, 20, 16)))

    @property
    def day(self) -> date:
        """The day chosen."""
        chosen = self.field.date()
        return date(chosen.year(), chosen.month(), chosen.day())

    @property
    def why(self) -> str:
        """The reason written."""
        return self.reason.text().strip()
