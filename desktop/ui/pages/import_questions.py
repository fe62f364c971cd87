"""The questions of an import plan that only a person can answer: which school is meant, what became of who moved."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QBoxLayout, QComboBox, QWidget

from desktop.codes import table
from desktop.errors import ValueProblem
from desktop.exchange.plan import Question
from desktop.exchange.roster.answers import MoveAnswer, RosterOptions
from desktop.kinds import PartialDate
from desktop.text import tr
from desktop.ui.desk import Desk
from desktop.ui.forms.editors import LineEditor
from desktop.ui.widgets import button, clear, column, label, row

NEW_SCHOOL = "登记为新学校"
_MAIN = "1"
_MOVE_WORDS = {"调动": _MAIN}
"""A transfer ends in an employment of the main kind; exchange and loan have kinds of their own."""


class Questions(QWidget):
    """One line for each question; answering makes the plan anew with what was said."""

    answered = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._layout = column(space=6)
        self.setLayout(self._layout)
        self._options = RosterOptions()

    def show_questions(self, questions: Sequence[Question], options: RosterOptions) -> None:
        """Show what is still open."""
        self._options = options
        clear(self._layout)
        for question in questions:
            if question.kind == "unknown_school":
                self._layout.addLayout(self._school(question))
            elif question.kind == "move":
                self._layout.addLayout(self._move(question))
        self.setVisible(self._layout.count() > 0)

    def _school(self, question: Question) -> QBoxLayout:
        box = QComboBox()
        box.addItem(tr("请选择"), "")
        for option in question.options:
            box.addItem(option, option)
        box.setAccessibleName(question.text)
        box.activated.connect(lambda _index: self._answer_school(question.about, str(box.currentData())))
        said = label(question.text, "amber", wrap=True)
        line = row(said, box)
        line.setStretch(0, 1)
        return line

    def _answer_school(self, written: str, answer: str) -> None:
        if not answer:
            return
        options = self._options
        if answer == NEW_SCHOOL:
            options = replace(options, new_schools={*options.new_schools, written})
        else:
            options = replace(options, values={**options.values, ("school", written): answer})
        self.answered.emit(options)

    def _move(self, question: Question) -> QBoxLayout:
        kind, since, number = QComboBox(), LineEditor(), LineEditor()
        for option in question.options:
            kind.addItem(option, option)
        kind.setAccessibleName(tr("变动性质"))
        since.setPlaceholderText(tr("从何时起，如 2026-08"))
        since.setAccessibleName(tr("从何时起"))
        number.setPlaceholderText(tr("文号（可不填）"))
        number.setAccessibleName(tr("文号"))
        take = button(tr("按此办理"), lambda: self._answer_move(str(kind.currentData()), since.text(), number.text()))
        since.moved.connect(lambda _on: number.setFocus())
        line = row(label(question.text, "amber", wrap=True), kind, since, number, take)
        line.setStretch(0, 1)
        return line

    def _answer_move(self, word: str, since: str, number: str) -> None:
        kinds = table("employment_kind")
        try:
            start = PartialDate().parse(since)
        except ValueProblem as error:
            self._desk.dialogs.tell(tr("变动时间"), error.sentence)
            return
        if not start:
            self._desk.dialogs.tell(tr("变动时间"), tr("从何时起没有填写，例如 2026-08（只作格式示范）"))
            return
        kind = _MOVE_WORDS.get(word) or kinds.read(word)
        self.answered.emit(replace(self._options, move=MoveAnswer(kind, start, number.strip() or None)))
