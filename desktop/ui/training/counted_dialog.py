"""Who stands behind a figure of the statistics: of a rate its part, its whole, and who is in the whole only."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QComboBox, QDialog, QWidget

from desktop.queries.training.counted_people import CountedPerson
from desktop.queries.training.figures import WORDS, Measure, Rate
from desktop.text import tr
from desktop.ui.plain_model import PlainModel
from desktop.ui.plain_table import PlainTable
from desktop.ui.theme import theme
from desktop.ui.widgets import button, column, label, row


@dataclass(frozen=True, slots=True)
class Slice:
    """A word, and how often each person counts for it."""

    word: str
    times: Callable[[CountedPerson], int]


def slices_of(wanted: Rate | Measure) -> tuple[Slice, ...]:
    """What can be looked at behind a figure."""
    if isinstance(wanted, Measure):
        return (Slice(WORDS[wanted], lambda each: each.counts[wanted]),)
    part, whole = wanted.part, wanted.of
    return (
        Slice(tr("分子：{word}", word=WORDS[part]), lambda each: each.counts[part]),
        Slice(tr("分母：{word}", word=WORDS[whole]), lambda each: each.counts[whole]),
        Slice(tr("在分母、不在分子"), lambda each: each.counts[whole] - each.counts[part]),
    )


class CountedModel(PlainModel[CountedPerson]):
    """The people of a slice."""

    HEADINGS = ("姓名", "工作单位", "培训班", "培训点", "次数", "总评分", "等级", "说明")

    slice: Slice

    def texts(self, row: CountedPerson) -> tuple[str, ...]:
        """The cells of one person."""
        times = str(self.slice.times(row))
        return (row.name, row.unit, row.class_name, row.site, times, row.points, row.grade, row.remark)


class CountedDialog(QDialog):
    """The people, and the class of the one at the keyboard by Enter."""

    def __init__(
        self,
        title: str,
        people: Sequence[CountedPerson],
        wanted: Rate | Measure,
        *,
        distinct: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        """`distinct`: of one person in several classes one line is shown."""
        super().__init__(parent)
        self.setWindowTitle(title)
        room = parent.window().width() - theme.px(40) if parent is not None else theme.px(980)
        self.resize(min(theme.px(980), room), theme.px(480))
        self.training_class = ""
        """The class that is to be opened; empty where none was asked for."""
        self._people = list({each.person: each for each in reversed(people)}.values())[::-1] if distinct else people
        self.model = CountedModel(self)
        self.table = PlainTable(self.model, title, (110, 190, 190, 110, 50, 60, 60), many=True)
        self.which = QComboBox()
        self.which.setAccessibleName(tr("列出哪些人"))
        for each in slices_of(wanted):
            self.which.addItem(each.word, each)
        self.which.setVisible(self.which.count() > 1)
        self.which.activated.connect(lambda _index: self.show_slice())
        self.count = label("", "muted")
        for signal in (self.table.doubleClicked, self.table.activated):  # Enter activates
            signal.connect(lambda _index: self.open_class())
        go = button(tr("打开所选的培训班"), self.open_class, role="primary", tip=tr("双击或回车"))
        back = button(tr("关闭"), self.reject)
        for pressed in (go, back):
            pressed.setAutoDefault(False)
        foot = row(label(tr("Ctrl+C 复制所选的行"), "small"), None, back, go)
        whole = column(
            label(title, "section"),
            row(self.which, self.count, None),
            self.table,
            foot,
            space=8,
            margins=(18, 14, 18, 14),
        )
        whole.setStretch(2, 1)
        self.setLayout(whole)
        self.show_slice()
        self.table.setFocus()

    def show_slice(self) -> None:
        """Show the people that count for what is chosen, and how often they do together."""
        chosen: Slice = self.which.currentData()
        self.model.slice = chosen
        people = [each for each in self._people if chosen.times(each) > 0]
        self.table.show_rows(people)
        if people:
            self.table.select(0)
        times = sum(map(chosen.times, people))
        persons = len({each.person for each in people})
        self.count.setText(tr("{times} 次 · {persons} 人", times=times, persons=persons))

    def open_class(self) -> None:
        """Close, with the class of the person at the keyboard."""
        chosen = self.table.current()
        if chosen is not None:
            self.training_class = chosen.training_class
            self.accept()
