"""The word of one who must agree to a leave: what was said, by whom, on which day, and with what opinion (TR-9)."""

from datetime import date
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout

from desktop.errors import InvalidRecord, Problem, ValueProblem
from desktop.fields import field_named
from desktop.models import LeaveApproval
from desktop.models.base import Content
from desktop.text import tr
from desktop.ui.forms.text_fields import LineEditor, NumberEditor
from desktop.ui.widgets import label

_WORDS: Final = ("", "同意", "不同意")
"""What an approver may have said; not yet is the first."""
_AGREES: Final = {None: 0, 1: 1, 0: 2}


class ApprovalEditors(QObject):
    """The editors of one approver; the second line, who said it and with what opinion, is there with the answer."""

    said = Signal()

    def __init__(self, who: str) -> None:
        super().__init__()
        self.caption = label(who)
        self._who = who
        self.word = QComboBox()
        self.word.addItems([tr(each) if each else tr("未批") for each in _WORDS])
        self.name, self.day, self.opinion = LineEditor(), NumberEditor(), LineEditor()
        self._line: Content = {}
        for editor, name, shown in (
            (self.name, tr("{who}审批人", who=who), tr("审批人")),
            (self.day, tr("{who}审批日期", who=who), tr("日期")),
            (self.opinion, tr("{who}的审批意见", who=who), tr("审批意见")),
        ):
            editor.setAccessibleName(name)
            editor.setPlaceholderText(shown)
        self.word.setAccessibleName(tr("{who}的意见", who=who))
        self.word.activated.connect(self._answer)
        self._unfold(has_word=False)

    def add_to(self, grid: QGridLayout, line: int) -> None:
        """Stand in two lines of a grid of three columns."""
        for place, each in enumerate((self.caption, self.word, self.day)):
            grid.addWidget(each, line, place)
        for place, each in enumerate((self.name, self.opinion), 1):
            grid.addWidget(each, line + 1, place)

    def _unfold(self, *, has_word: bool) -> None:
        for each in (self.name, self.opinion):
            each.setVisible(has_word)

    def _answer(self) -> None:
        """An answer has a day: today unless another is written."""
        has_word = bool(self.word.currentIndex())
        if has_word and not self.day.text().strip():
            self.day.set_text(date.today().isoformat())  # noqa: DTZ011 - an office's day is the day of its own clock
        self._unfold(has_word=has_word)
        self.said.emit()

    def show_line(self, line: Content) -> None:
        """Show what was said."""
        self._line = line
        self.word.setCurrentIndex(_AGREES[line.get("agrees")])
        for name, editor in self._texts().items():
            editor.set_text(line.get(name, ""))
        self._unfold(has_word=bool(line.keys() - {"by"}))

    def _texts(self) -> dict[str, LineEditor]:
        return {"name": self.name, "date": self.day, "opinion": self.opinion}

    def text(self) -> str:
        """Everything typed, to tell whether it changed."""
        return f"{self.word.currentIndex()}{[each.text() for each in self._texts().values()]}"

    def line(self) -> Content | None:
        """The line as it is saved; None where nothing was said. Raises InvalidRecord for what cannot be read."""
        index = self.word.currentIndex()
        typed = {name: editor.text().strip() for name, editor in self._texts().items()}
        if not index and not any(typed.values()):
            return None
        said: Content = {"agrees": {1: 1, 2: 0}.get(index)}
        problems = []
        for name, text in typed.items():
            declared = field_named(LeaveApproval, name)
            try:
                said[name] = declared.pack(declared.parse(text)) if text else None
            except ValueProblem as error:
                problems.append(Problem(f"approvals.{name}", f"{self._who}{declared.label}：{error.sentence}"))
        if problems:
            raise InvalidRecord(tuple(problems))
        return {key: value for key, value in {**self._line, **said}.items() if value is not None}
