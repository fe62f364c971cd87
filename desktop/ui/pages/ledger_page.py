"""学时台账: everybody's hours of a year against what is asked, what they are made of, entries by hand, exemption."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QComboBox, QSplitter, QWidget

from desktop.errors import DesktopError
from desktop.models import HoursEntry
from desktop.queries.policies import Policies
from desktop.queries.training.activities import EXEMPTION
from desktop.queries.training.ledger_list import LedgerLine, PersonLedger, entries_of, person_ledger
from desktop.rules.hours import hours_text
from desktop.rules.hours_ledger import Recognised
from desktop.store.records import Stored
from desktop.text import tr
from desktop.ui.desk import Desk
from desktop.ui.jobs import Progress
from desktop.ui.lists.filters import SearchBox
from desktop.ui.page import Page
from desktop.ui.paper.sheet_wish import SheetWish
from desktop.ui.plain_table import PlainTable
from desktop.ui.screens import Entry
from desktop.ui.theme import theme
from desktop.ui.training.form_beside import FormBeside
from desktop.ui.training.ledger_accounts import SHOWN, Accounts, Found, load_accounts
from desktop.ui.training.ledger_models import LedgerModel
from desktop.ui.training.person_account import PersonAccount
from desktop.ui.widgets import ShortLabel, button, column, row

_READS: Final = frozenset(
    {"hours_entries", "classes", "courses", "enrolments", "score_sheets", "sign_in_sheets", "sessions", "teachers"}
) | {"employments", "schools", "policies", "programmes", "certificates"}


class LedgerPage(Page):
    """People on top, the activities of one below, the form of an entry beside."""

    def __init__(self, desk: Desk, entry: Entry) -> None:
        super().__init__(desk, tr(entry.label))
        self.accounts: Accounts | None = None
        self._turn = 0
        self._wanted = ""
        self._reading: LedgerLine | None = None
        """Whose activities are being read, or are to be read next."""
        self.model = LedgerModel(self)
        self.table = PlainTable(self.model, tr("学时台账"), (200, 150, 60, 60, 190, 60, 60, 60, 84, 84))
        self.account = PersonAccount()
        self._buttons()
        left = QSplitter(Qt.Orientation.Vertical)
        left.addWidget(self._people())
        left.addWidget(self.account)
        left.setChildrenCollapsible(False)
        left.setSizes([theme.px(330), theme.px(210)])
        self.beside = FormBeside(desk, HoursEntry, left, without=("teacher",), hint="", folds=True)
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
            self.shown.addItem(tr(each.word), each.word)
        self.count = ShortLabel("", "muted")
        whole = QWidget()
        layout = column(row(self.search, self.shown, self.count), self.table, space=6)
        layout.setStretch(1, 1)
        whole.setLayout(layout)
        return whole

    def _connect(self) -> None:
        QShortcut(QKeySequence("F3"), self, self.search.setFocus)
        self.search.textChanged.connect(lambda _text: self._narrow())
        self.search.into_list.connect(self.table.setFocus)
        self.shown.activated.connect(lambda _index: self._narrow())
        self.table.chosen.connect(self._show_person)
        self.account.opened.connect(self.open_entry)
        self.account.followed.connect(self._follow_entry)
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
        if not self.isVisible() and self.accounts is not None:
            return
        self._turn += 1
        turn, store, year = self._turn, self.desk.store, self.desk.year

        def take(found: Accounts) -> None:
            if turn == self._turn:
                old, self.accounts = self.accounts, found
                self._narrow()
                if old is not None:
                    self.desk.jobs.run("ledger", lambda _progress: old.let_go(), quiet=True)

        self.desk.jobs.run(
            tr("汇总学时"),
            lambda progress: load_accounts(store, year, progress),
            take,
            failed=self._fail,
            quiet=self.accounts is not None,
        )

    def _fail(self, error: BaseException) -> None:
        if isinstance(error, DesktopError):
            self.now.setText(error.sentence)
        else:
            self.desk.tell_error(error)

    def _narrow(self) -> None:
        """Show what passes; the present person stays chosen where the list still has it."""
        if self.accounts is None:
            return
        accounts, present = self.accounts, self._wanted
        if not present and self.table.current() is not None:
            present = self.table.current().uid
        self._wanted = ""
        found = accounts.find(self.search.text().lower().split(), str(self.shown.currentData()))
        self.table.show_rows(found.lines)
        wanted = accounts.place_of.get(present, -1)
        line = found.places.index(wanted) if wanted in found.places else 0
        if found.lines:
            self.table.select(line)
        self._tell(accounts, found)
        self._show_person(found.lines[line] if found.lines else None)

    def _tell(self, accounts: Accounts, found: Found) -> None:
        self.count.setText(
            tr(
                "{count} 人 · 未达到 {short} 人 · 免修 {exempt} 人",
                count=len(found.places),
                short=found.short,
                exempt=found.exempt,
            )
        )
        told = tr(
            "{year} 年规定 {annual} 学时，{years} 年周期 {cycle} 学时，新任教师试用期 {new} 学时",
            year=self.desk.year,
            annual=hours_text(accounts.rules.annual),
            years=accounts.rules.cycle_years,
            cycle=hours_text(accounts.rules.cycle),
            new=hours_text(accounts.new_teacher_hours),
        )
        self.now.setText(told)

    def _show_person(self, line: LedgerLine | None) -> None:
        """The activities of one person, unless the form is being typed in for another."""
        for each in (self.new_button, self.exempt_button):
            each.setEnabled(line is not None)
        is_other = self.beside.is_open and line is not None and self.beside.form.given != {"teacher": line.uid}
        if is_other and not self.beside.uid:
            if not self.beside.may_leave():
                return
            self.beside.clear()
        self.account.show_line(line)
        if line is not None:
            self._read_person(line)

    def _read_person(self, line: LedgerLine) -> None:
        """What the account is made of, read in a Job; while one reads, only the newest wish is kept."""
        self._reading, is_busy = line, self._reading is not None
        if is_busy:
            return
        store, year = self.desk.store, self.desk.year

        def work(_progress: Progress) -> PersonLedger:
            with store.read() as session:
                return person_ledger(session, Policies(session), year, line.uid)

        def take(found: PersonLedger) -> None:
            newest, self._reading = self._reading, None
            if newest is not None and newest is not line:
                self._read_person(newest)
            elif self.table.current() is line:
                self.beside.use(found.names)
                self.account.show_entries(found.ledger.entries)

        def fail(error: BaseException) -> None:
            self._reading = None
            self._fail(error)

        self.desk.jobs.run(tr("读取学时"), work, take, failed=fail, quiet=True)

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
        self._begin({"year": self.desk.year, "kind": EXEMPTION, "activity": name})

    def _begin(self, proposed: dict[str, object]) -> None:
        line = self.table.current()
        if line is not None and self.beside.may_leave():
            self.beside.begin_new(given={"teacher": line.uid}, proposed=proposed)

    def open_entry(self, chosen: Recognised) -> None:
        """The form of an entry by hand; a class is told to have none."""
        if not chosen.activity.entry:
            self.desk.said.emit(tr("“{name}”的学时由培训班的成绩得出，请在培训班里改", name=chosen.activity.name))
        else:
            self._open(chosen.activity.entry)

    def _follow_entry(self, chosen: Recognised) -> None:
        """With the form open, the entry chosen comes into it."""
        if self.beside.is_open and self.beside.uid and chosen.activity.entry:
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
