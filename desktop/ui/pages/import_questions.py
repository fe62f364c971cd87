"""The questions of an import plan that only a person can answer, a line each, above the rows they are about."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QComboBox, QScrollArea, QWidget

from desktop.exchange.plan import Question
from desktop.exchange.roster.answers import REGISTER_SCHOOL, RosterOptions
from desktop.exchange.roster.meanings import NOTHING
from desktop.exchange.roster.plan import RosterPlan
from desktop.text import tr
from desktop.ui.desk import Desk
from desktop.ui.pages.import_people_dialogs import MissedDialog, MovesDialog
from desktop.ui.theme import theme
from desktop.ui.widgets import button, clear, column, label, row

_LINES_SHOWN = 3


class Questions(QScrollArea):
    """One line for each question; answering makes the plan anew with what was said."""

    answered = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._layout = column(space=6)
        holder = QWidget()
        holder.setLayout(self._layout)
        self.setWidget(holder)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._options = RosterOptions()

    def show_plan(self, plan: RosterPlan | None) -> None:
        """Show what is still open."""
        clear(self._layout)
        if plan is not None:
            self._options = plan.options
            missed_asked = False
            for question in plan.questions:
                if question.kind == "unknown_school":
                    self._layout.addLayout(self._pick(question, self._answer_school))
                elif question.kind == "unknown_value":
                    self._layout.addLayout(self._pick(question, self._answer_word))
                elif question.kind == "move":
                    self._layout.addLayout(self._people(question.text, lambda: self._ask_moves(plan)))
                elif not missed_asked:
                    missed_asked = True
                    text = tr("上次报来、这次没有的 {count} 人：调走、退休还是漏报？", count=len(plan.missed))
                    self._layout.addLayout(self._people(text, lambda: self._ask_missed(plan)))
        count = self._layout.count()
        self._layout.addStretch(1)
        self.setVisible(count > 0)
        self.setFixedHeight(theme.px(36) * min(count, _LINES_SHOWN) + theme.px(4))

    def _pick(self, question: Question, answer: Callable[[Question, str], None]) -> QBoxLayout:
        box = QComboBox()
        box.addItem(tr("请选择"), "")
        for option in question.options:
            box.addItem(tr(option), option)
        box.setAccessibleName(question.text)
        box.setMinimumWidth(theme.px(220))
        box.activated.connect(lambda _index: answer(question, str(box.currentData())))
        line = row(label(question.text, "amber", wrap=True), box)
        line.setStretch(0, 1)
        return line

    def _answer_school(self, question: Question, answer: str) -> None:
        if answer == REGISTER_SCHOOL:
            self.answered.emit(
                replace(self._options, new_schools=frozenset({*self._options.new_schools, question.about}))
            )
        elif answer:
            self._answer_value("school", question.about, answer)

    def _answer_word(self, question: Question, answer: str) -> None:
        if answer:
            self._answer_value(question.target, question.about, "" if answer == NOTHING else answer)

    def _answer_value(self, target: str, written: str, meaning: str) -> None:
        self.answered.emit(replace(self._options, values={**self._options.values, (target, written): meaning}))

    def _people(self, text: str, ask: Callable[[], None]) -> QBoxLayout:
        line = row(label(text, "amber", wrap=True), button(tr("逐人说明…"), ask))
        line.setStretch(0, 1)
        return line

    def _ask_moves(self, plan: RosterPlan) -> None:
        self._ask(MovesDialog(plan.moves, plan.options))

    def _ask_missed(self, plan: RosterPlan) -> None:
        self._ask(MissedDialog(plan.missed, plan.options))

    def _ask(self, dialog: MovesDialog | MissedDialog) -> None:
        if self._desk.dialogs.run(dialog) and dialog.options != self._options:
            self.answered.emit(dialog.options)
