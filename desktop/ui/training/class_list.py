"""The list of classes: searched, narrowed by year, site and how far they are; two lines for each class."""

from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from desktop.queries.training.class_list import ClassRow, ClassState
from desktop.text import tr
from desktop.ui import theme as look
from desktop.ui.forms.picks import make_pick
from desktop.ui.forms.suggestions import Pick
from desktop.ui.icons import icon
from desktop.ui.lists.filters import SearchBox
from desktop.ui.lists.search import needle_of
from desktop.ui.theme import theme
from desktop.ui.training.two_lines import TwoLineList, TwoLineModel
from desktop.ui.widgets import column, label, row

_COLOURS: Final = {ClassState.RUNNING: look.ACCENT, ClassState.UNDATED: look.AMBER}


def period_text(start: str, end: str) -> str:
    """A period as a list tells it: 7-6—7-20, with the year where it is left out nowhere else."""
    return "—".join(day[5:] for day in (start, end) if day)


def people_text(enrolled: int, quota: int | None) -> str:
    """How many people of how many."""
    return tr("{count}/{quota} 人", count=enrolled, quota=quota) if quota else tr("{count} 人", count=enrolled)


def progress_text(row: ClassRow) -> str:
    """Sessions entered while a class runs, papers filed once it has ended; nothing before it begins."""
    shown = row.progress
    if row.state is ClassState.RUNNING or (row.state is ClassState.ENDED and shown.entered < shown.held):
        return tr("考勤 {done}/{all}", done=shown.entered, all=shown.held) if shown.held else tr("未排课")
    if row.state is ClassState.ENDED:
        return tr("归档 {done}/{all}", done=shown.filed, all=shown.papers)
    return ""


class ClassModel(TwoLineModel[ClassRow]):
    """Classes: name, then how far they are, days, people, site."""

    HEADINGS = ("培训班",)

    def title(self, row: ClassRow) -> str:
        """The name."""
        return row.text

    def word(self, row: ClassRow) -> tuple[str, str]:
        """How far the class is."""
        return str(row.state), _COLOURS.get(row.state, look.MUTED)

    def rest(self, row: ClassRow) -> tuple[str, ...]:
        """Days, people, site."""
        parts = (period_text(row.start, row.end), people_text(row.enrolled, row.quota), row.site)
        return tuple(part for part in parts if part)

    def standing(self, row: ClassRow) -> tuple[str, str]:
        """How complete the class is."""
        return progress_text(row), look.ACCENT if row.progress.is_complete else look.AMBER


class ClassList(QWidget):
    """Search box, three filters and the classes; `chosen` tells the uid of another current class."""

    chosen = Signal(str)
    opened = Signal()
    """Enter or a double click: the clerk wants to work in the class."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[ClassRow] = []
        self._picks: list[Pick] = []
        """Every class with the words by which it is found."""
        self.search = SearchBox()
        self.search.setPlaceholderText(tr("班级、培训点、拼音  F3"))
        self.search.setAccessibleName(tr("查找培训班"))
        self.search.addAction(icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self.search.setClearButtonEnabled(True)
        self.year, self.site, self.state = (_box(name) for name in (tr("年度"), tr("培训点"), tr("状态")))
        self.model = ClassModel(self)
        self.view = TwoLineList(self.model, tr("培训班列表"))
        self.count = label("", "muted")
        filters = column(row(self.year, self.state, space=6), self.site, space=6)
        layout = column(self.search, filters, self.view, self.count, space=6)
        layout.setStretch(2, 1)
        self.setLayout(layout)
        self._connect()

    def _connect(self) -> None:
        self.search.textChanged.connect(lambda _text: self._narrow())
        self.search.into_list.connect(self.view.setFocus)
        for box in (self.year, self.site, self.state):
            box.activated.connect(lambda _index: self._narrow())
        self.view.selectionModel().currentChanged.connect(lambda *_: self._tell())
        self.view.activated.connect(lambda _index: self.opened.emit())

    @property
    def current(self) -> str:
        """The uid of the current class; empty where there is none."""
        index = self.view.currentIndex()
        return self.model.rows[index.row()].uid if index.isValid() else ""

    def _tell(self) -> None:
        if self.current:
            self.chosen.emit(self.current)

    def show_rows(self, rows: list[ClassRow], year: int) -> None:
        """Show other classes; filters and the current class stay where they can. At first the classes of a year."""
        is_first = not self.rows
        self.rows = rows
        self._picks = [make_pick(each.text, each, each.site, each.programme) for each in rows]
        years = sorted({each.year for each in rows}, reverse=True)
        _fill(self.year, tr("全部年度"), [(each, tr("{year} 年", year=each)) for each in years])
        _fill(self.site, tr("全部培训点"), [(each, each) for each in sorted({r.site for r in rows if r.site})])
        _fill(self.state, tr("全部状态"), [(each, tr(str(each))) for each in ClassState])
        if is_first and year in years:
            self.year.setCurrentIndex(self.year.findData(year))
        self._narrow()

    def set_year(self, year: int) -> None:
        """Show the classes of another year, or all where it has none."""
        self.year.setCurrentIndex(max(self.year.findData(year), 0))
        self._narrow()

    def _narrow(self) -> None:
        """Show what passes; the current class stays current, else the first becomes it."""
        present = self.current
        needles = [needle_of(word) for word in self.search.text().lower().split()]
        found = [pick.value for pick in self._picks if all(needle in pick.search for needle in needles)]
        wanted = [each for each in found if self._passes(each)]
        self.view.selectionModel().blockSignals(True)
        self.model.show(wanted)
        self.view.selectionModel().blockSignals(False)
        self.count.setText(_counted(wanted))
        self.choose(present if any(each.uid == present for each in wanted) else "")

    def _passes(self, shown: ClassRow) -> bool:
        pairs = ((self.year, shown.year), (self.site, shown.site), (self.state, shown.state))
        return all(box.currentData() in (None, value) for box, value in pairs)

    def choose(self, uid: str) -> None:
        """Make a class current; one that a filter hides is brought back by clearing the filters."""
        if uid and all(each.uid != uid for each in self.model.rows) and any(each.uid == uid for each in self.rows):
            self.search.clear()
            for box in (self.year, self.site, self.state):
                box.setCurrentIndex(0)
            self._narrow()
        for number, each in enumerate(self.model.rows):
            if each.uid == uid:
                self.view.setCurrentIndex(self.model.index(number, 0))
                return

    def choose_first(self) -> None:
        """Make the first class current that passes."""
        if self.model.rows:
            self.choose(self.model.rows[0].uid)

    def stay(self, uid: str) -> None:
        """Back to a class, or to none, without telling anybody."""
        self.view.selectionModel().blockSignals(True)
        self.view.setCurrentIndex(QModelIndex())
        self.choose(uid)
        self.view.selectionModel().blockSignals(False)
        self.view.viewport().update()


def _counted(rows: Iterable[ClassRow]) -> str:
    some = list(rows)
    return tr("{classes} 个班，{people} 人次", classes=len(some), people=sum(each.enrolled for each in some))


def _box(name: str) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(name)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(4)
    return box


def _fill(box: QComboBox, everything: str, choices: list[tuple[object, str]]) -> None:
    """Offer choices and keep what was chosen."""
    chosen = box.currentData()
    box.clear()
    box.addItem(everything, None)
    for value, text in choices:
        box.addItem(text, value)
    box.setCurrentIndex(max(box.findData(chosen), 0) if chosen is not None else 0)
    box.view().setMinimumWidth(box.view().sizeHintForColumn(0) + theme.px(24))
