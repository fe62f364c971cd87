"""Enrolling: people chosen in the roster by its filters, or a list of names pasted or read from a spreadsheet."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QPlainTextEdit, QSplitter, QTabWidget, QWidget

from desktop.exchange.training.trainee_rows import name_list
from desktop.exchange.workbook.read import Reader
from desktop.models import Teacher
from desktop.queries.training.people_list import PastedPerson, listed_people
from desktop.queries.training.trainees import EnrolmentCheck, WalkIn, check_enrolment
from desktop.services.training.enrolling import enrol_list
from desktop.text import tr
from desktop.ui import theme as look
from desktop.ui.desk import Desk
from desktop.ui.dialogs import SPREADSHEETS
from desktop.ui.jobs import Progress
from desktop.ui.lists.record_list import RecordList
from desktop.ui.pages.packages_table import Row, RowsTable
from desktop.ui.theme import theme
from desktop.ui.training.piece import Piece
from desktop.ui.training.plan_sums import shortened
from desktop.ui.widgets import button, column, label, row

_PAUSE = 250
"""Milliseconds without a key after which a typed list is looked up."""
_TOLD = 3


class EnrolPanel(Piece):
    """Stands in the place of the trainees until the clerk confirms or goes back."""

    closed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.people: list[PastedPerson] = []
        self.check: EnrolmentCheck | None = None
        self.roster = RecordList(desk, Teacher)
        self.roster.table.setAccessibleName(tr("教师名册"))
        self.text = QPlainTextEdit()
        self.text.setAccessibleName(tr("名单"))
        self.text.setPlaceholderText(tr("一行一人，姓名后可写身份证号或学校；从表格复制的也可以直接粘贴。"))
        self.text.setTabChangesFocus(True)
        self.found = RowsTable(tr("认出的人"), (tr("行"), tr("名单"), tr("教师")), (46, 150, 300))
        self.with_unknown = QCheckBox(tr("名册中没有的，按现场报到登记姓名"))
        self.said = label("", wrap=True)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.confirm_button = button(tr("确认报名"), self.confirm, role="primary", keys="Ctrl+Return")
        self._timer = QTimer(self, singleShot=True, interval=_PAUSE)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        from_roster = QWidget()
        upper = column(self.roster.filters, self.roster, space=6, margins=(0, 6, 0, 0))
        upper.setStretch(1, 1)
        from_roster.setLayout(upper)
        both = QSplitter(Qt.Orientation.Horizontal)
        both.addWidget(self.text)
        both.addWidget(self.found)
        both.setSizes([theme.px(320), theme.px(560)])
        from_list = QWidget()
        read = button(tr("从表格文件读入名单"), self.choose_file, icon_name="upload")
        lower = column(row(read, self.with_unknown, None), both, space=6, margins=(0, 6, 0, 0))
        lower.setStretch(1, 1)
        from_list.setLayout(lower)
        self.tabs.addTab(from_roster, tr("从名册选人"))
        self.tabs.addTab(from_list, tr("粘贴或读入名单"))
        back = button(tr("不报名"), self.closed.emit, keys="Esc")
        foot = row(self.said, back, self.confirm_button)
        foot.setStretch(0, 1)
        layout = column(self.tabs, foot, space=8)
        layout.setStretch(0, 1)
        self.setLayout(layout)

    def _connect(self) -> None:
        self.roster.selected.connect(self.refresh)
        self.tabs.currentChanged.connect(lambda _index: self.refresh())
        self.text.textChanged.connect(self._timer.start)
        self._timer.timeout.connect(self.look_up)
        self.with_unknown.toggled.connect(lambda _on: self.refresh())

    def begin(self, uid: str) -> None:
        """Enrol into a class; nothing is chosen yet."""
        self.uid = uid
        self.people = []
        self.text.clear()
        self.found.show_rows([])
        self.roster.table.clearSelection()
        if self.roster.listing is None:
            self.roster.reload()
        self.refresh()
        self.focus_first()

    @property
    def teachers(self) -> list[str]:
        """The teachers chosen on the tab in front."""
        if self.tabs.currentIndex() == 0:
            return self.roster.selected_uids()
        return [each.teacher for each in self.people if each.teacher is not None]

    @property
    def walk_ins(self) -> list[WalkIn]:
        """Names and units of those who are no teachers, where they shall be enrolled by name."""
        if self.tabs.currentIndex() == 0 or not self.with_unknown.isChecked():
            return []
        return [each.walk_in for each in self.people if each.walk_in is not None]

    def look_up(self) -> None:
        """Find the people of the list."""
        self.read(partial(listed_people, text=self.text.toPlainText(), day=self.desk.day), self._take_people)

    def _take_people(self, people: list[PastedPerson]) -> None:
        self.people = people
        self.found.show_rows([_row(each) for each in people])
        self.refresh()

    def choose_file(self) -> None:
        """Read a list of names from spreadsheets into the text, where it can still be changed."""
        paths = self.desk.dialogs.choose_files(tr("选择名单"), SPREADSHEETS)
        if paths:
            self.desk.jobs.run(tr("读取名单"), partial(_read_names, paths), self.text.setPlainText)

    def refresh(self) -> None:
        """Tell what enrolling those chosen would do."""
        query = partial(check_enrolment, uid=self.uid, teachers=self.teachers, walk_ins=self.walk_ins)
        self.read(query, self._tell)

    def _tell(self, check: EnrolmentCheck) -> None:
        self.check = check
        count = len(check.fresh) + len(check.walk_ins)
        nobody = (tr("还没有选人；按住 Ctrl 或 Shift 可选多人，Ctrl+A 全选。"), tr("名单里还没有可以报名的人。"))
        text = tr("将报名 {count} 人。", count=count) if count else nobody[self.tabs.currentIndex()]
        self.said.setText("\n".join([text, *shortened(check.remarks, _TOLD)]))
        self.confirm_button.setEnabled(count > 0)

    def confirm(self) -> None:
        """Enrol as one Act."""
        if self.check is None or not self.confirm_button.isEnabled():
            return
        fresh, named, uid = list(self.check.fresh), self.check.walk_ins, self.uid
        name = tr("报名 {count} 人", count=len(fresh) + len(named))
        self.write(name, lambda session: enrol_list(session, uid, fresh, named), self._done)

    def _done(self, made: Sequence[str]) -> None:
        self.desk.said.emit(tr("已报名 {count} 人，Ctrl+Z 可撤销", count=len(made)))
        self.closed.emit()

    def focus_first(self) -> None:
        """The keyboard starts where people are searched or pasted."""
        (self.roster.filters.search if self.tabs.currentIndex() == 0 else self.text).setFocus()


def _row(person: PastedPerson) -> Row:
    """A line of the list with the teacher it means, or the sentence that says why it means none."""
    told = person.shown or person.sentence
    colour = look.AMBER if person.repeats else look.RED if person.sentence else ""
    return Row((str(person.line), person.text.replace("\t", "　"), told), person, ("", "", colour))


def _read_names(paths: list[Path], progress: Progress) -> str:
    with Reader() as reader:
        books = [(path, reader.read(path, cancelled=progress.is_cancelled)) for path in paths]
    return name_list(books)
