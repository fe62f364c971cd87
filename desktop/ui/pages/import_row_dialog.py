"""One row of a plan answered: cells typed anew, which person it is, which of two values holds."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtWidgets import QButtonGroup, QRadioButton, QWidget

from desktop.errors import ValueProblem
from desktop.exchange.plan import PlanRow
from desktop.exchange.roster.answers import SOMEBODY_NEW, RosterOptions, RowPlace
from desktop.exchange.targets import Target, roster_targets
from desktop.kinds import Choice
from desktop.text import tr
from desktop.ui.forms.editors import choices_of
from desktop.ui.forms.text_fields import LineEditor, PickEditor
from desktop.ui.typed_dialog import AnswerDialog
from desktop.ui.widgets import column, label, row


class Choices(QWidget):
    """A few answers of which one is chosen; none at first."""

    def __init__(self, texts: Sequence[tuple[str, object]]) -> None:
        super().__init__()
        self._group = QButtonGroup(self)
        self._values = [value for _text, value in texts]
        self.buttons = [QRadioButton(text) for text, _value in texts]
        for number, each in enumerate(self.buttons):
            each.setAccessibleName(each.text())
            self._group.addButton(each, number)
        self.setLayout(column(*self.buttons, space=4))

    @property
    def chosen(self) -> object:
        """The value chosen; None before."""
        number = self._group.checkedId()
        return self._values[number] if number >= 0 else None


class RowDialog(AnswerDialog):
    """What is unclear or wrong in one row, with a way to answer each."""

    def __init__(self, planned: PlanRow, options: RosterOptions) -> None:
        title = tr("第 {row} 行　{name}", row=planned.row, name=planned.name or tr("（空）"))
        said = tr("可按学校电话告知的内容当场改正；改正的内容会列入退给学校的清单。不改的仍退回学校。")
        super().__init__(title, said, wide=680, high=420)
        self._row, self.options = planned, options
        self._targets = {target.name: target for target in roster_targets()}
        self.fields: dict[str, LineEditor] = {}
        self.person: Choices | None = None
        self.clashes: dict[str, Choices] = {}
        if planned.candidates:
            self._ask_person(planned)
        for clash in planned.clashes:
            texts = (
                (tr("采用学校这次的“{value}”", value=clash.new), True),
                (tr("保留本单位的“{value}”", value=clash.old), False),
            )
            self.clashes[clash.field] = Choices(texts)
            self.body.addLayout(column(label(clash.label, "section"), self.clashes[clash.field], space=4))
        for problem in planned.problems:
            self._add_problem(problem.field, problem.text)

    def _ask_person(self, planned: PlanRow) -> None:
        texts: list[tuple[str, object]] = [
            (tr("就是这一位：{who}", who=each.text), each.uid) for each in planned.candidates
        ]
        if not any(problem.field == "id_number" and "末几位" in problem.text for problem in planned.problems):
            texts.append((tr("是另一个人，按新增登记"), SOMEBODY_NEW))
        self.person = Choices(texts)
        self.body.addLayout(column(label(tr("这一行说的是谁"), "section"), self.person, space=4))

    def _add_problem(self, name: str, text: str) -> None:
        self.body.addWidget(label(text, "problem", wrap=True))
        target = self._targets.get(name)
        if target is None or name in self.fields or name in self.clashes:
            return
        editor = _editor(target)
        editor.setPlaceholderText(tr("按原件改为"))
        editor.setAccessibleName(target.label)
        place = (self._place, name)
        editor.set_text(self.options.cells.get(place, ""))
        editor.moved.connect(self.focusNextChild)
        self.fields[name] = editor
        line = row(label(target.label), editor)
        line.setStretch(1, 1)
        self.body.addLayout(line)

    @property
    def _place(self) -> RowPlace:
        return self._row.file, self._row.sheet, self._row.row

    def values(self) -> None:
        """Take the answers. Raises ValueProblem for a text that its field cannot hold."""
        cells = dict(self.options.cells)
        for name, editor in self.fields.items():
            text = editor.text().strip()
            if not text:
                cells.pop((self._place, name), None)
                continue
            try:
                self._targets[name].field.parse(text)
            except ValueProblem:
                editor.setFocus()
                raise
            cells[self._place, name] = text
        people, takes = dict(self.options.people), dict(self.options.takes)
        if self.person is not None and self.person.chosen is not None:
            people[self._place] = str(self.person.chosen)
        for name, choices in self.clashes.items():
            if choices.chosen is not None:
                takes[self._place, name] = bool(choices.chosen)
        self.options = replace(self.options, cells=cells, people=people, takes=takes)


def _editor(target: Target) -> LineEditor:
    kind = target.field.kind
    if not isinstance(kind, Choice):
        return LineEditor()
    editor = PickEditor()
    editor.set_source(lambda: choices_of(tuple(kind.choices())))
    return editor
