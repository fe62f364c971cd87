"""The frame of the dialogs that answer a plan: a title, what scrolls, and what is wrong told beside the buttons."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLayout, QScrollArea, QWidget

from desktop.text import tr
from desktop.ui.widgets import button, column, label, resize_within, row


class AnswerDialog(QDialog):
    """Asks about one thing of a plan; `accept` is reached only when `read` found nothing wrong."""

    def __init__(self, title: str, said: str, *, wide: int = 720, high: int = 460) -> None:
        super().__init__()
        self.setWindowTitle(title)
        self.body = column(space=10)
        holder = QWidget()
        holder.setLayout(column(self.body, None, margins=(0, 0, 8, 0)))
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(holder)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.problem = label("", "problem", wrap=True)
        self.take_button = button(tr("确定"), self.take, role="primary")
        self.take_button.setDefault(True)
        back = button(tr("取消"), self.reject)
        back.setAutoDefault(False)
        foot = row(self.problem, back, self.take_button)
        foot.setStretch(0, 1)
        whole = column(label(title, "section"), label(said, wrap=True), space=10, margins=(20, 16, 20, 14))
        whole.addWidget(area, 1)
        whole.addLayout(foot)
        whole.setSizeConstraint(QLayout.SizeConstraint.SetDefaultConstraint)
        self.setLayout(whole)
        resize_within(self, wide, high)

    def read(self) -> str:
        """Take over what was chosen; returns a sentence if something cannot be taken."""
        raise NotImplementedError

    def take(self) -> None:
        """Close, unless something is wrong."""
        told = self.read()
        self.problem.setText(told)
        if not told:
            self.accept()
