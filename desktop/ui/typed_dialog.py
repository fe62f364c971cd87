"""Dialogs of typed values that close only when all of them can be read."""

from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFormLayout, QLabel, QLayout, QScrollArea, QWidget

from desktop.errors import InvalidRecord, RefusedError, ValueProblem
from desktop.text import tr
from desktop.ui.widgets import button, column, label, resize_within, row


class TypedDialog(QDialog):
    """A subclass lays out its editors and `problem`, and reads what was typed in `values`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.problem = label("", "problem", wrap=True)

    def values(self) -> Any:  # noqa: ANN401 - each dialog has its own type of values
        """What was typed. Raises RefusedError, InvalidRecord or ValueProblem for what cannot be read."""
        raise NotImplementedError

    def take(self) -> None:
        """Close if everything can be read, else say what cannot."""
        try:
            self.values()
        except (InvalidRecord, RefusedError, ValueProblem) as error:
            self.problem.setText(error.sentence)
            return
        self.accept()


class FieldsDialog(TypedDialog):
    """A few fields one below another between a head and the buttons."""

    def lay_out(
        self, head: str, fields: Iterable[tuple[str, QWidget]], verb: str, *, said: QLabel | None = None
    ) -> None:
        """Lay out the editors with their names; `said` stands above them, `verb` on the button that closes."""
        form = QFormLayout()
        for name, editor in fields:
            editor.setAccessibleName(name)
            form.addRow(name, editor)
        box = QWidget()
        box.setLayout(form)
        take = button(verb, self.take, role="primary")
        take.setDefault(True)
        back = button(tr("取消"), self.reject)
        back.setAutoDefault(False)
        above: list[QWidget] = [label(head, "section", wrap=True), *([said] if said is not None else [])]
        self.setLayout(column(*above, box, self.problem, row(None, back, take), space=10, margins=(20, 18, 20, 16)))


class AnswerDialog(TypedDialog):
    """Asks about one thing, such as a plan: a title, what scrolls, and what is wrong told beside the buttons."""

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
