"""学时台账: everybody's hours of a year against what is asked, what they are made of, entries by hand, exemption."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QComboBox, QSplitter, QWidget

from desktop.errors import DesktopError
from desktop.models import HoursEntry
from desktop.queries.directory import Directory
from desktop.queries.policies import Policies
from desktop.queries.training.ledger import EXEMPTION
from desktop.queries.training.ledger_list import LedgerLine, LedgerList, entries_of, ledger_list
from desktop.rules.hours import hours_text
from desktop.rules.hours_ledger import Recognised
from desktop.store.records import Stored
from desktop.text import tr
from desktop.ui.desk import Desk
from desktop.ui.forms.picks import make_pick
from desktop.ui.forms.suggestions import Pick
from desktop.ui.jobs import Progress
from desktop.ui.lists.filters import SearchBox
from desktop.ui.lists.search import needle_of
from desktop.ui.page import Page
from desktop.ui.paper.sheet_wish import SheetWish
from desktop.ui.screens import Entry
from desktop.ui.theme import theme
from desktop.ui.training.form_beside import FormBeside
from desktop.ui.training.ledger_models import EntryModel, LedgerModel
from desktop.ui.training.plain_table import PlainTable
from desktop.ui.widgets import ShortLabel, button, column, label, row

_READS: Final = frozenset(
    {"hours_entries", "classes", "courses", "enrolments", "score_sheets", "sign_in_sheets", "sessions", "teachers"}
) | {"employments", "schools", "policies", "programmes"}


@dataclass(frozen=True, slots=True)
class _Shown:
    """Whose lines are shown: a word, and what a line must be."""

    word: str
    passes: Callable[[LedgerLine], bool]


SHOWN: Final = (
    _Shown("全部教师", lambda _line: True),
    _Shown("年度未达到", lambda line: line.is_short),
    _Shown("年度已达到", lambda line: not line.is_short and not line.ledger.year.is_exempt),
    _Shown("考核合格免修", lambda line: line.ledger.year.is_exempt),
    _Shown("周期未达到", lambda line: bool(line.ledger.cycle.short)),
    _Shown("新任教师（试用期）", lambda line: line.probation is not None),
    _Shown("新任教师未达到", lambda line: line.probation is not None and bool(line.probation.short)),
)


class LedgerPage(Page):
    """People on top, the activities of one below, the form of an entry beside."""

    def __init__(self, desk: Desk, entry: Entry) -> None:
        super().__init__(desk, tr(entry.label))
        self.found: LedgerList | None = None
        self._picks: list[Pick] = []
        self._turn = 0
        self._wanted = ""
        self.model, self.entries = LedgerModel(self), EntryModel(self)
        self.table = PlainTable(self.model, tr("学时台账"), (200, 150, 60, 60, 190, 60, 60, 60, 84, 84))
        self.activities = PlainTable(self.entries, tr("当年的培训和活动"), (300, 110, 90, 90, 60, 60))
        self.person = ShortLabel("", "section")
        self.cycle = ShortLabel("", "muted")
        self._buttons()
        left = QSplitter(Qt.Orientation.Vertical)
        left.addWidget(self._people())
        left.addWidget(self._account())
        left.setChildrenCollapsible(False)
        left.setSizes([theme.px(330), theme.px(210)])
        self.beside = FormBeside(desk, HoursEntry, left, without=("teacher",), hint="", folds=True)
        self.form = self.beside.form
        self.body.addWidget(self.beside, 1)
        self._connect()

    def _buttons(self) -> None:
        statement = button(tr("学时证明"), self.print_statement, icon_name="printer", tip=tr("选中的人一年的学时证明"))
        listed = button(tr("学时认定表"), self.print_list, icon_name="printer", tip=tr("全部或所选学校的认定表"))
        self.new_button = button(tr("登记学时"), self.new, icon_name="plus", role="primary", keys="Ctrl+N")
        self.exempt_button = button(tr("登记免修"), self.exempt, tip=tr("骨干教师年度考核合格，当年免修其他培训"))
        for each in (statement, listed, self.exempt_button, self.new_button):
            self.tools.addWidget(each)

    def _people(self) -> QWidget:
        self.search = SearchBox()
        self.search.setPlaceholderText(tr("姓名、单位、拼音、证号后四位  F3"))
        self.search.setAccessibleName(tr("查找教师"))
        self.search.setMaximumWidth(theme.px(300))
        self.shown = QComboBox()
        self.shown.setAccessibleName(tr("列出哪些教师"))
        for each in SHOWN:
            self.shown.addItem(tr(each.word), each)
        self.count = ShortLabel("", "muted")
        whole = QWidget()
        layout = column(row(self.search, self.shown, self.count), self.table, space=6)
        layout.setStretch(1, 1)
        whole.setLayout(layout)
        return whole

    def _account(self) -> QWidget:
        whole = QWidget()
        told = label(tr("双击手工登记的一行可以修改；本单位培训班的学时由成绩得出"), "small")
        layout = column(row(self.person, self.cycle), self.activities, told, space=6, margins=(0, 6, 0, 0))
        layout.setStretch(1, 1)
        whole.setLayout(layout)
        return whole

    def _connect(self) -> None:
        QShortcut(QKeySequence("F3"), self, self.search.setFocus)
        self.search.textChanged.connect(lambda _text: self._narrow())
        self.search.into_list.connect(self.table.setFocus)
        self.shown.activated.connect(lambda _index: self._narrow())
        self.table.chosen.connect(self._show_person)
        self.activities.doubleClicked.connect(lambda _index: self.open_entry())
        self.activities.chosen.connect(lambda _row: self._follow_entry())
        self.beside.saved.connect(lambda _uid: self.reload())
        self.desk.changed.connect(self._hear)
        self.desk.year_changed.connect(self.reload)

    def show_for(self, what: object) -> None:
        """Come to the front; a teacher's uid chooses that teacher."""
        if isinstance(what, str):
            self._wanted = what
        self.reload()

    def _hear(self, entities: object) -> None:
        if isinstance(entities, frozenset) and entities & _READS and self.isVisible():
            self.reload()

    def reload(self) -> None:
        """Read all accounts of the year in a Job; the newest wish counts."""
        if not self.isVisible() and self.found is not None:
            return
        self._turn += 1
        turn, store, year = self._turn, self.desk.store, self.desk.year

        def work(progress: Progress) -> tuple[LedgerList, list[Pick], Directory]:
            with store.read() as session:
                found, names = ledger_list(session, Policies(session), year), Directory(session)
                names.texts("enrolments")
            picks = []
            for number, each in enumerate(found.lines):
                if number % 100 == 0:
                    progress.check()
                picks.append(make_pick(each.name, each, each.unit, each.tail))
            return found, picks, names

        def take(read: tuple[LedgerList, list[Pick], Directory]) -> None:
            if turn == self._turn:
                self.found, self._picks = read[0], read[1]
                self.beside.use(read[2])
                self._narrow()

        self.desk.jobs.run(tr("汇总学时"), work, take, failed=self._fail, quiet=self.found is not None)

    def _fail(self, error: BaseException) -> None:
        if isinstance(error, DesktopError):
            self.now.setText(error.sentence)
        else:
            self.desk.tell_error(error)

    def _narrow(self) -> None:
        """Show what passes; the present person stays chosen where the list still has it."""
        present = self._wanted or (self.table.current().uid if self.table.current() is not None else "")
        self._wanted = ""
        shown: _Shown = self.shown.currentData()
        needles = [needle_of(word) for word in self.search.text().lower().split()]
        found = [each.value for each in self._picks if all(needle in each.search for needle in needles)]
        lines = [each for each in found if shown.passes(each)]
        self.table.show_rows(lines)
        place = next((number for number, each in enumerate(lines) if each.uid == present), 0)
        if lines:
            self.table.select(place)
        self._tell(lines)
        self._show_person(lines[place] if lines else None)

    def _tell(self, lines: list[LedgerLine]) -> None:
        short = sum(each.is_short for each in lines)
        exempt = sum(each.ledger.year.is_exempt for each in lines)
        self.count.setText(
            tr("{count} 人 · 未达到 {short} 人 · 免修 {exempt} 人", count=len(lines), short=short, exempt=exempt)
        )
        if self.found is not None:
            rules = self.found.rules
            year, cycle = hours_text(rules.annual), hours_text(rules.cycle)
            told = tr(
                "{year} 年规定 {annual} 学时，{years} 年周期 {cycle} 学时，新任教师试用期 {new} 学时",
                year=self.desk.year,
                annual=year,
                years=rules.cycle_years,
                cycle=cycle,
                new=hours_text(self.found.new_teacher_hours),
            )
            self.now.setText(told)

    def _show_person(self, line: LedgerLine | None) -> None:
        """The activities of one person, unless the form is being typed in for another."""
        for each in (self.new_button, self.exempt_button):
            each.setEnabled(line is not None)
        if (
            self.beside.is_open
            and not self.beside.uid
            and line is not None
            and self.form.given != {"teacher": line.uid}
        ):
            if not self.beside.may_leave():
                return
            self.beside.clear()
        self.person.setText("" if line is None else f"{line.name}　{line.unit}")
        self.entries.show([] if line is None else line.ledger.year.entries)
        self.activities.fit()
        self.cycle.setText("" if line is None else self._cycle_text(line))

    def _cycle_text(self, line: LedgerLine) -> str:
        cycle, probation = line.ledger.cycle, line.probation
        told = tr(
            "{first}—{last} 年周期累计 {counted} 学时，规定 {asked}，尚缺 {short}",
            first=cycle.first,
            last=cycle.last,
            counted=hours_text(cycle.counted),
            asked=hours_text(cycle.asked),
            short=hours_text(cycle.short),
        )
        if probation is not None:
            told += tr(
                "；试用期（{first}—{last}）{counted} 学时，尚缺 {short}",
                first=probation.first,
                last=probation.last,
                counted=hours_text(probation.counted),
                short=hours_text(probation.short),
            )
        return f"{told}；{line.ledger.judgement}"

    def new(self) -> None:
        """An empty form for hours of the person chosen, in the year at the desk."""
        self._begin({"year": self.desk.year})

    def exempt(self) -> None:
        """The exemption of the year with its grade, until assessment answers (TR-13): the one held, or a new one."""
        line = self.table.current()
        if line is not None and line.exemption:
            self._open(line.exemption)
            return
        name = tr("骨干教师年度考核合格免修")
        self._begin({"year": self.desk.year, "kind": EXEMPTION, "activity": name, "level": None})

    def _begin(self, proposed: dict[str, object]) -> None:
        line = self.table.current()
        if line is None or not self.beside.may_leave():
            return
        given = {"teacher": line.uid}
        self.beside.begin_new(given=given, proposed={name: each for name, each in proposed.items() if each is not None})

    def open_entry(self) -> None:
        """The form of the entry by hand under the keyboard; a class is told to have none."""
        chosen: Recognised | None = self.activities.current()
        if chosen is None:
            return
        if not chosen.activity.entry:
            self.desk.said.emit(tr("“{name}”的学时由培训班的成绩得出，请在培训班里改", name=chosen.activity.name))
        else:
            self._open(chosen.activity.entry)

    def _follow_entry(self) -> None:
        """With the form open, the entry chosen comes into it."""
        chosen: Recognised | None = self.activities.current()
        if self.beside.is_open and self.beside.uid and chosen is not None and chosen.activity.entry:
            self._open(chosen.activity.entry)

    def _open(self, uid: str) -> None:
        line = self.table.current()
        if line is None or not self.beside.may_leave():
            return
        store, year = self.desk.store, self.desk.year

        def work(_progress: Progress) -> list[Stored]:
            with store.read() as session:
                return entries_of(session, line.uid, year)

        def take(found: list[Stored]) -> None:
            stored = next((each for each in found if each.uid == uid), None)
            self.beside.show_stored(stored, given={"teacher": line.uid})

        self.desk.jobs.run(tr("读取学时"), work, take, quiet=True)

    def _year(self) -> dict[str, str]:
        return {"year": str(self.desk.year)}

    def print_statement(self) -> None:
        """The statement of the person chosen."""
        line = self.table.current()
        self.desk.go("reports", SheetWish("B29", {**self._year(), "teacher": line.uid if line is not None else ""}))

    def print_list(self) -> None:
        """The recognition list of everybody, or of the school of all who are shown."""
        units = {each.unit for each in self.model.rows}
        school = units.pop() if len(units) == 1 else ""
        self.desk.go("reports", SheetWish("B30", {**self._year(), "school": school, "teacher": ""}))

    def subject(self) -> dict[str, str]:
        """The teacher in front, for a note."""
        line = self.table.current()
        return {"teacher": line.uid} if line is not None else {}

    def may_leave(self) -> bool:
        """The form asks where something is not saved."""
        return self.beside.may_leave()

    def focus_first(self) -> None:
        """The keyboard starts in the search."""
        self.search.setFocus()
