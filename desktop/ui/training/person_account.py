"""What the hours of one person are made of: cycle and probation in a sentence, the year's activities in a table."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.queries.training.ledger_list import LedgerLine
from desktop.rules.hours import hours_text
from desktop.rules.hours_ledger import Recognised
from desktop.text import tr
from desktop.ui.plain_table import PlainTable
from desktop.ui.training.ledger_models import EntryModel
from desktop.ui.widgets import ShortLabel, column, label, row


class PersonAccount(QWidget):
    """The lower half of the ledger page."""

    opened = Signal(object)
    """An activity is to be changed, as a Recognised."""
    followed = Signal(object)
    """The keyboard came to another activity."""

    def __init__(self) -> None:
        super().__init__()
        self.entries = EntryModel(self)
        self.activities = PlainTable(self.entries, tr("当年的培训和活动"), (300, 110, 90, 90, 60, 60))
        self.person, self.sentence = ShortLabel("", "section"), ShortLabel("", "muted")
        told = label(tr("双击手工登记的一行可以修改；本单位培训班的学时由成绩得出"), "small")
        layout = column(row(self.person, self.sentence), self.activities, told, space=6, margins=(0, 6, 0, 0))
        layout.setStretch(1, 1)
        self.setLayout(layout)
        self.activities.doubleClicked.connect(lambda _index: self.open_entry())
        self.activities.chosen.connect(self.followed)

    def show_line(self, line: LedgerLine | None) -> None:
        """Show whose account it is; the activities follow with `show_entries`."""
        self.person.setText("" if line is None else f"{line.name}　{line.unit}")
        self.sentence.setText("" if line is None else account_sentence(line))
        self.show_entries([])

    def show_entries(self, entries: list[Recognised]) -> None:
        """The activities of the year."""
        self.entries.show(entries)
        self.activities.fit()

    def open_entry(self) -> None:
        """Ask for the activity under the keyboard."""
        chosen = self.activities.current()
        if chosen is not None:
            self.opened.emit(chosen)


def account_sentence(line: LedgerLine) -> str:
    """The cycle, the probation of a new teacher, and the conclusion of the year."""
    cycle, probation = line.account.cycle, line.probation
    told = tr(
        "{first}—{last} 年周期累计 {counted} 学时（{credits} 学分），规定 {asked}，尚缺 {short}",
        first=cycle.first,
        last=cycle.last,
        counted=hours_text(cycle.counted),
        credits=cycle.credits,
        asked=hours_text(cycle.asked),
        short=hours_text(cycle.short),
    )
    if line.account.lacking_of_cycle:
        told += tr("；周期内{lacking}", lacking=line.account.lacking_of_cycle)
    if probation is not None:
        told += tr(
            "；试用期（{first} 至 {last}）{counted} 学时，尚缺 {short}",
            first=probation.first,
            last=probation.last,
            counted=hours_text(probation.counted),
            short=hours_text(probation.short),
        )
    return f"{told}；{line.account.judgement}"
