"""The plan of an import as it is looked at: counts, questions, what was assumed, the rows, and what comes next."""

from collections import Counter

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QBoxLayout,
    QButtonGroup,
    QFrame,
    QPlainTextEdit,
    QWidget,
)

from desktop.exchange.plan import WORKBOOK_OUTCOMES, Outcome, PlanRow
from desktop.exchange.roster.answers import RosterOptions
from desktop.exchange.roster.plan import RosterPlan
from desktop.text import tr
from desktop.ui import theme as look
from desktop.ui.desk import Desk
from desktop.ui.forms.text_fields import LineEditor
from desktop.ui.pages.import_columns_dialog import ColumnsDialog
from desktop.ui.pages.import_questions import Questions
from desktop.ui.pages.import_row_dialog import RowDialog
from desktop.ui.pages.import_rows import CHANGES, COLOURS, FILE, NAME, OUTCOME, ROW, TICK, WORDS, PlanModel, PlanTable
from desktop.ui.pages.import_trial import RETURNED, Trial
from desktop.ui.theme import theme
from desktop.ui.widgets import CountButton, YieldingWidget, button, clear, column, label, row, with_keys

_WIDTHS = ((TICK, 52), (FILE, 190), (ROW, 48), (OUTCOME, 84), (NAME, 96), (CHANGES, 300))
_FOLDED, _OPEN, _OPEN_SMALL = 66, 210, 84
"""Heights of what was assumed: folded, opened, and opened where text is too large for more."""
_ROOMY = 125
"""The text size in percent up to which the page has room for a sentence at its foot, and for some lines of what was
assumed above the rows; beyond it the sentence is the tip of the button, and the lines are folded away at first.
"""
_ONE_LINE = 150
"""The text size in percent up to which all buttons of the foot stand in one line."""


class PlanView(YieldingWidget):
    """Shows a Trial; answers, the wish to confirm and the way back go out as signals."""

    answered = Signal(object)
    confirmed = Signal()
    returns_wanted = Signal()
    left = Signal()
    planned_anew = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.trial: Trial | None = None
        self.counts: dict[Outcome | None, CountButton] = {}
        self.shown: Outcome | None = None
        self.count_row = row(space=10)
        self.questions = Questions(desk)
        self.questions.answered.connect(self.answered.emit)
        layout = column(self.count_row, self._stale(), self.questions, self._assumptions(), space=8)
        layout.addWidget(self._rows(), 1)
        layout.addLayout(self._foot())
        self.setLayout(layout)

    def _stale(self) -> QFrame:
        self.stale_told = label("", "amber", wrap=True)
        anew = button(tr("按现有数据重新核对"), self.planned_anew.emit, icon_name="refresh", role="primary")
        self.stale = QFrame()
        self.stale.setProperty("role", "card")
        line = row(self.stale_told, anew, margins=(12, 8, 12, 8))
        line.setStretch(0, 1)
        self.stale.setLayout(line)
        self.stale.hide()
        return self.stale

    def _assumptions(self) -> QWidget:
        self.assumed_told = label("", "muted")
        self.fold_button = button(tr("展开"), self.toggle_assumed, role="flat")
        self.bearer = LineEditor()
        self.bearer.setPlaceholderText(tr("可不填"))
        self.bearer.setAccessibleName(tr("报送人"))
        self.bearer.setMaximumWidth(theme.px(150))
        self.bearer_told = label(tr("报送人"))
        self.assumed = QPlainTextEdit()
        self.assumed.setReadOnly(True)
        self.assumed.setTabChangesFocus(True)
        self.assumed.setAccessibleName(tr("按以下理解读入，请核对"))
        self.assumed.setFixedHeight(theme.px(_FOLDED))
        whole = QWidget()
        head = row(self.assumed_told, self.fold_button, None, self.bearer_told, self.bearer)
        whole.setLayout(column(head, self.assumed, space=4))
        return whole

    def _rows(self) -> PlanTable:
        self.model = PlanModel(self)
        self.model.ticked.connect(self.tell_confirm)
        self.table = PlanTable(self.model, _WIDTHS)
        self.table.opened.connect(self.open_row)
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._tell_row())
        return self.table

    def _foot(self) -> QBoxLayout:
        self.returns_button = button(tr("导出退回修改表（带批注）…"), self.returns_wanted.emit, icon_name="download")
        self.columns_button = button(tr("栏目对应…"), self.ask_columns)
        self.mend_button = button(tr("处理这一行  F2"), lambda: self.open_row(self.table.currentIndex()))
        self.again_button = button(tr("重新回答"), self.forget_answers, tip=tr("忘掉对这次导入的全部回答，重新核对"))
        self.confirm_button = button("", self.confirmed.emit, role="primary")
        QShortcut(QKeySequence("Ctrl+Return"), self.confirm_button, self.confirm_button.click)
        safe = label(tr("尚未保存任何数据。导入前自动备份，导入后可整批撤销。"), "muted", wrap=True)
        safe.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        back = button(tr("取消"), self.left.emit)
        tools = row(self.returns_button, self.columns_button, self.mend_button, self.again_button)
        self.confirm_button.setToolTip(safe.text())
        if theme.percent > _ONE_LINE:
            tools.addStretch(1)
            return column(tools, row(None, back, self.confirm_button), space=6)
        if theme.percent > _ROOMY:
            return row(tools, None, back, self.confirm_button)
        foot = row(tools, safe, back, self.confirm_button)
        foot.setStretch(1, 1)
        return foot

    def show_trial(self, trial: Trial) -> None:
        """Show a plan; a plan made anew keeps filter, place and the ticks that were taken away."""
        before, self.trial = self.trial, trial
        if before is not None and before.files is trial.files:
            _keep_ticks(before, trial)
        else:
            self.shown = None
        plan = trial.plan
        roster = plan if isinstance(plan, RosterPlan) else None
        self.stale.hide()
        self._fill_counts()
        self._tell_assumed()
        self.questions.show_plan(roster)
        self.returns_button.setVisible(trial.has_returns)
        for each in (self.columns_button, self.mend_button, self.bearer, self.bearer_told):
            each.setVisible(roster is not None)
        self.again_button.setVisible(roster is not None and roster.options.answered > 0)
        self.table.setColumnHidden(FILE, len(trial.files.books) < 2)
        self.narrow(self.shown if self.shown in self.counts else None)
        self.tell_confirm()

    def _tell_assumed(self) -> None:
        assert self.trial is not None
        assumed = self.trial.plan.assumed
        self.assumed.setPlainText("\n".join(assumed))
        is_away = theme.percent > _ROOMY
        self.assumed.setVisible(bool(assumed) and not is_away)
        self.fold_button.setVisible(len(assumed) > (0 if is_away else 2))
        told = tr("按以下理解读入，请核对（{count} 条）。确认导入即按此保存", count=len(assumed))
        self.assumed_told.setText(told if assumed else "")
        self.assumed.setFixedHeight(theme.px(min(_FOLDED, 26 + 20 * len(assumed))))
        self.fold_button.setText(tr("展开"))

    def toggle_assumed(self) -> None:
        """Give the assumptions more room, or less."""
        opened = self.fold_button.text() == tr("收起")
        lines = self.assumed.document().blockCount()
        room = min(_OPEN, max(_FOLDED, 26 + 20 * lines)) if theme.percent <= _ROOMY else _OPEN_SMALL
        self.assumed.setFixedHeight(theme.px(_FOLDED if opened else room))
        self.assumed.setVisible(not opened or theme.percent <= _ROOMY)
        self.fold_button.setText(tr("展开") if opened else tr("收起"))

    def _fill_counts(self) -> None:
        assert self.trial is not None
        rows = self.trial.plan.rows
        clear(self.count_row)
        counts = Counter(each.outcome for each in rows)
        group = QButtonGroup(self)
        self.counts = {}
        for outcome in (None, *WORKBOOK_OUTCOMES):
            number = len(rows) if outcome is None else counts[outcome]
            if outcome is None or number:
                word = tr("全部") if outcome is None else tr(WORDS[outcome])
                made = CountButton(number, word, look.INK if outcome is None else COLOURS[outcome])
                made.clicked.connect(lambda _checked=False, outcome=outcome: self.narrow(outcome))
                group.addButton(made)
                self.counts[outcome] = made
                self.count_row.addWidget(made, 1)

    def narrow(self, outcome: Outcome | None) -> None:
        """Show the rows of one outcome, or all."""
        assert self.trial is not None
        current = self.current_row()
        self.shown = outcome
        self.counts[outcome].setChecked(True)
        rows = [each for each in self.trial.plan.rows if outcome in (None, each.outcome)]
        self.model.show(rows)
        place = _place_in(rows, current)
        if rows:
            self.table.setCurrentIndex(self.model.index(place, OUTCOME))
            self.table.scrollTo(self.model.index(place, OUTCOME))
        self._tell_row()

    def current_row(self) -> PlanRow | None:
        """The row at the keyboard."""
        number = self.table.currentIndex().row()
        return self.model.rows[number] if 0 <= number < len(self.model.rows) else None

    def _tell_row(self) -> None:
        planned = self.current_row()
        self.mend_button.setEnabled(planned is not None and bool(planned.problems))
        if self.trial is not None:
            count = len(self.model.rows)
            self._desk.counted.emit(tr("{count} {unit}", count=count, unit=self.trial.unit))

    def tell_confirm(self) -> None:
        """Say on the button what it will do."""
        assert self.trial is not None
        count = sum(1 for each in self.trial.plan.rows if each.is_written)
        text = tr("确认导入 {count} {unit}", count=count, unit=self.trial.unit)
        self.confirm_button.setText(with_keys(text, "Ctrl+Return"))
        self.confirm_button.setAccessibleName(text)
        self.confirm_button.setEnabled((count > 0 or bool(self.trial.plan.edits)) and not self.stale.isVisible())

    def tell_stale(self, sentence: str) -> None:
        """The data changed since: nothing can be confirmed before the plan is made anew."""
        self.stale_told.setText(sentence)
        self.stale.show()
        self.confirm_button.setEnabled(False)

    @property
    def options(self) -> RosterOptions:
        """What was answered so far."""
        plan = self.trial.plan if self.trial is not None else None
        return plan.options if isinstance(plan, RosterPlan) else RosterOptions()

    def open_row(self, index: QModelIndex) -> None:
        """Answer what is wrong or unclear in a row."""
        if self.trial is None or not self.trial.is_roster or not index.isValid():
            return
        planned = self.model.rows[index.row()]
        if planned.problems and planned.outcome in RETURNED | {Outcome.CHANGED}:
            self._ask(RowDialog(planned, self.options))

    def ask_columns(self) -> None:
        """Say by hand what headings mean."""
        plan = self.trial.plan if self.trial is not None else None
        if isinstance(plan, RosterPlan):
            self._ask(ColumnsDialog(plan.columns, plan.options))

    def _ask(self, dialog: RowDialog | ColumnsDialog) -> None:
        if self._desk.dialogs.run(dialog) and dialog.options != self.options:
            self.answered.emit(dialog.options)

    def forget_answers(self) -> None:
        """Ask everything of this import again; what words mean stays."""
        fresh = RosterOptions(headings=self.options.headings, values=self.options.values, bearer=self.options.bearer)
        self.answered.emit(fresh)


def _keep_ticks(before: Trial, now: Trial) -> None:
    taken_away = {(row.file, row.sheet, row.row) for row in before.plan.rows if not row.ticked}
    for row_ in now.plan.rows if taken_away else ():
        row_.ticked = (row_.file, row_.sheet, row_.row) not in taken_away


def _place_in(rows: list[PlanRow], wanted: PlanRow | None) -> int:
    """Where a row stands now; the first line where it is gone."""
    if wanted is None:
        return 0
    place = (wanted.file, wanted.sheet, wanted.row)
    return next((number for number, row_ in enumerate(rows) if (row_.file, row_.sheet, row_.row) == place), 0)
