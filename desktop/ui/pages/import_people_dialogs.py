"""Who moved and who is missing, answered person by person."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from PySide6.QtWidgets import QComboBox, QGridLayout

from desktop.errors import RefusedError, ValueProblem
from desktop.exchange.roster.answers import LeftAnswer, Missed, Move, MoveAnswer, RosterOptions
from desktop.kinds import Day, DocumentNumber, Kind, PartialDate
from desktop.text import tr
from desktop.ui.forms.text_fields import LineEditor
from desktop.ui.theme import theme
from desktop.ui.typed_dialog import AnswerDialog
from desktop.ui.widgets import button, label, row

LATER: Final = "later"
STAYS: Final = "stays"
_MOVES: Final = (
    (LATER, "暂不处理"),
    ("1", "调动"),
    ("2", "交流"),
    ("3", "借调"),
    ("4", "跟岗"),
    ("5", "支教"),
    ("6", "挂职"),
    (STAYS, "没有变动（本表写错）"),
)
_LEFT: Final = (
    (LATER, "暂不处理"),
    (STAYS, "仍在本校（漏报）"),
    ("", "已调到本地其他学校"),
    ("MOVED_OUT", "已调出本地"),
    ("RETIRED", "已退休"),
    ("DECEASED", "已去世"),
)


@dataclass
class PersonLine:
    """The editors of one person."""

    key: str
    name: str
    kind: QComboBox
    since: LineEditor
    doc_no: LineEditor

    @property
    def needs_day(self) -> bool:
        """Whether the answer chosen has a beginning."""
        return self.kind.currentData() not in (LATER, STAYS)


class PeopleDialog(AnswerDialog):
    """One line for each person: what happened, since when, by which document."""

    def __init__(self, title: str, said: str, choices: Sequence[tuple[str, str]], day: Kind, example: str) -> None:
        super().__init__(title, said, wide=900, high=480)
        self._choices, self._day, self._example = choices, day, example
        self.lines: list[PersonLine] = []
        self._grid = QGridLayout()
        self._grid.setVerticalSpacing(theme.px(6))
        self._grid.setColumnStretch(1, 1)
        for place, text in enumerate((tr("姓名"), tr("情况"), tr("变动性质"), tr("从何时起"), tr("文号（可不填）"))):
            self._grid.addWidget(label(text, "muted"), 0, place)
        self.body.addLayout(self._grid)
        same = button(tr("以下都与第一行相同"), self.copy_first, tip=tr("把第一行的性质、时间、文号填到其余各行"))
        same.setAutoDefault(False)
        self.body.addLayout(row(same, None))

    def add(self, key: str, name: str, told: str) -> None:
        """Ask about one more person."""
        kind, since, doc_no = QComboBox(), LineEditor(), LineEditor()
        for value, text in self._choices:
            kind.addItem(tr(text), value)
        kind.setAccessibleName(tr("{name}的变动性质", name=name))
        since.setAccessibleName(tr("{name}从何时起", name=name))
        since.setPlaceholderText(tr("如 {example}", example=self._example))
        doc_no.setAccessibleName(tr("{name}的文号", name=name))
        since.setMaximumWidth(theme.px(130))
        doc_no.setMaximumWidth(theme.px(200))
        for each in (since, doc_no):
            each.moved.connect(self.focusNextChild)
        line = PersonLine(key, name, kind, since, doc_no)
        number = len(self.lines) + 1
        for place, widget in enumerate((label(name), label(told, wrap=True), kind, since, doc_no)):
            self._grid.addWidget(widget, number, place)
        self.lines.append(line)

    def copy_first(self) -> None:
        """Give everybody the first person's answer."""
        if self.lines:
            first = self.lines[0]
            for line in self.lines[1:]:
                line.kind.setCurrentIndex(first.kind.currentIndex())
                line.since.set_text(first.since.text())
                line.doc_no.set_text(first.doc_no.text())

    def day_of(self, line: PersonLine) -> str:
        """The packed beginning of a line. Raises ValueProblem."""
        value = self._day.parse(line.since.text()) if line.needs_day else None
        if line.needs_day and not value:
            raise ValueProblem(tr("从何时起没有填写，例如 {example}（只作格式示范）", example=self._example))
        return str(self._day.pack(value)) if value else ""

    def values(self) -> None:
        """Take all lines. Raises RefusedError for the first that cannot be taken."""
        for line in self.lines:
            if line.kind.currentData() == LATER:
                continue
            try:
                self.keep(line, self.day_of(line), DocumentNumber().parse(line.doc_no.text()) or None)
            except ValueProblem as error:
                line.since.setFocus()
                raise RefusedError(tr("{name}：{problem}", name=line.name, problem=error.sentence)) from None

    def keep(self, line: PersonLine, since: str, doc_no: str | None) -> None:
        """Note the answer of one line."""
        raise NotImplementedError


class MovesDialog(PeopleDialog):
    """People who stand in the roster of another school than before."""

    def __init__(self, moves: Sequence[Move], options: RosterOptions) -> None:
        said = tr("这些人在名册里属于另一所学校。逐人说明是什么变动；暂不处理的这次不改工作单位，其余内容也先不导入。")
        super().__init__(tr("出现在别的学校的人"), said, _MOVES, PartialDate(), "2026-08")
        self.options = options
        for move in moves:
            self.add(move.teacher, move.name, f"{move.before} → {move.now}")

    def keep(self, line: PersonLine, since: str, doc_no: str | None) -> None:
        """Note what became of somebody who moved."""
        kind = line.kind.currentData()
        answer = MoveAnswer("" if kind == STAYS else str(kind), since, doc_no)
        self.options = replace(self.options, moves={**self.options.moves, line.key: answer})


class MissedDialog(PeopleDialog):
    """People of the sender's last roster who do not stand in this one."""

    def __init__(self, missed: Sequence[Missed], options: RosterOptions) -> None:
        said = tr("这些人上次报来，这次没有。没有说明的一律不动；说明了的随这次导入一并登记，可一并撤销。")
        super().__init__(tr("这次没有报来的人"), said, _LEFT, Day(), "2026-08-31")
        self.options = options
        for person in missed:
            self.add(person.teacher, person.name, f"{person.sender}　{person.told}")

    def keep(self, line: PersonLine, since: str, doc_no: str | None) -> None:
        """Note what became of somebody who is missing."""
        kind = line.kind.currentData()
        answer = LeftAnswer(stays=True) if kind == STAYS else LeftAnswer(str(kind), since, doc_no)
        self.options = replace(self.options, left={**self.options.left, line.key: answer})
