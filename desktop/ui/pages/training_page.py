"""Training classes: the list beside the desk of one class."""

from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QSplitter, QStackedWidget, QWidget

from desktop.queries.training.class_list import ClassRow, class_rows
from desktop.text import tr
from desktop.ui.desk import Desk
from desktop.ui.jobs import Progress
from desktop.ui.page import Page
from desktop.ui.screens import Entry
from desktop.ui.theme import theme
from desktop.ui.training.class_list import ClassList, people_text, period_text
from desktop.ui.training.overview import OverviewPiece
from desktop.ui.training.piece_desk import PieceDesk
from desktop.ui.training.pieces import OVERVIEW, PIECES
from desktop.ui.widgets import button, card, label, row

_READS = frozenset({"classes", "programmes", "enrolments", "sessions", "sign_in_sheets"})
_BESIDE = 960
"""The width (at 100 %) from which the list stays beside the desk; in a narrower window F4 brings it."""


class TrainingPage(Page):
    """List and class desk."""

    def __init__(self, desk: Desk, entry: Entry) -> None:
        super().__init__(desk, tr(entry.label))
        self.list = ClassList()
        self.class_desk = PieceDesk(desk, PIECES, tr("培训班的各项工作"))
        self._turn = 0
        self._wanted = ""
        self._is_making = False
        """Whether the form of a class that is not saved yet is in front."""
        self.list_button = button(tr("班级列表"), self.toggle_list, icon_name="menu-2", keys="F4")
        self.list_button.setCheckable(True)
        self.list_button.setChecked(True)
        new = button(tr("新增培训班"), self.new, icon_name="plus", role="primary", keys="Ctrl+N")
        for each in (self.list_button, new):
            self.tools.addWidget(each)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.addWidget(self.list)
        self.splitter.addWidget(self.class_desk)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setHandleWidth(theme.px(8))
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes([theme.px(232), theme.px(930)])
        self.empty = self._empty_card()
        self.whole = QStackedWidget()
        self.whole.addWidget(self.splitter)
        self.whole.addWidget(self.empty)
        self.body.addWidget(self.whole, 1)
        self._is_wide = True
        self._connect()

    def _empty_card(self) -> QWidget:
        text = tr("这里办培训班：排课、报名、签到、成绩、证书、归档。先登记一个培训班。")
        first = button(tr("新增第一个培训班"), self.new, icon_name="plus", role="primary")
        return card(None, label(text, wrap=True), row(first, None), None, margin=28)

    def _connect(self) -> None:
        self.list.chosen.connect(self._choose)
        self.list.opened.connect(self._into_desk)
        self.class_desk.saved.connect(self._after_save)
        self.desk.changed.connect(self._hear)
        self.desk.year_changed.connect(lambda: self.list.set_year(self.desk.year))
        QShortcut(QKeySequence("F3"), self, self._search)

    def show_for(self, what: object) -> None:
        """Come to the front; `what` is the uid of a class, "new", or ("new", uid of its programme)."""
        if what == "new":
            self.new()
            return
        if isinstance(what, tuple):
            self.new(programme=str(what[1]))
            return
        if isinstance(what, str):
            self._wanted = what
        self.reload()

    def reload(self) -> None:
        """Read the list; the newest wish counts."""
        self._turn += 1
        turn, store = self._turn, self.desk.store
        today = date.today()  # noqa: DTZ011 - an office's day is the day of its own clock

        def work(_progress: Progress) -> list[ClassRow]:
            with store.read() as session:
                return class_rows(session, today)

        def take(rows: list[ClassRow]) -> None:
            if turn == self._turn:
                self._take(rows)

        self.desk.jobs.run(tr("读取培训班"), work, take, quiet=True)

    def _take(self, rows: list[ClassRow]) -> None:
        self.whole.setCurrentIndex(0 if rows or self._is_making else 1)
        self.list.show_rows(rows, self.desk.year)
        if self._wanted:
            self.list.choose(self._wanted)
            self._wanted = ""
        if not self.list.current and not self._is_making:
            self.list.choose_first()
        self._tell()

    def _hear(self, entities: object) -> None:
        if isinstance(entities, frozenset) and entities & _READS and self.isVisible():
            self.reload()

    def _tell(self) -> None:
        shown = next((each for each in self.list.rows if each.uid == self.class_desk.uid), None)
        if shown is None:
            self.now.setText("")
            return
        parts = (shown.text, shown.site, period_text(shown.start, shown.end), people_text(shown.enrolled, shown.quota))
        self.now.setText(" · ".join(part for part in (*parts, tr(str(shown.state))) if part))

    def _choose(self, uid: str) -> None:
        """Another class, unless the present one is not to be left."""
        if uid == self.class_desk.uid:
            return
        if not self.class_desk.may_leave():
            self.list.stay(self.class_desk.uid)
            return
        self._is_making = False
        self.class_desk.show_class(uid)
        self._tell()

    def _into_desk(self) -> None:
        if not self._is_wide:
            self.show_list(shown=False)
        self.class_desk.focus_front()

    def _after_save(self, uid: str) -> None:
        self._wanted = uid
        self._is_making = False
        self.reload()

    def new(self, *, programme: str = "") -> None:
        """An empty form for a class."""
        if not self.class_desk.may_leave():
            return
        self._is_making = True
        self.whole.setCurrentIndex(0)
        self.list.stay("")
        self.class_desk.forget()
        piece = self.class_desk.open(OVERVIEW)
        assert isinstance(piece, OverviewPiece)
        piece.begin_new(programme)
        self._tell()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A window that gets narrow gives the room of the list to the class, one that gets wide brings it back."""
        super().resizeEvent(event)
        is_wide = self.width() >= theme.px(_BESIDE)
        if is_wide != self._is_wide:
            self._is_wide = is_wide
            self.show_list(shown=is_wide)

    def toggle_list(self) -> None:
        """Show the list or give its room to the class."""
        self.show_list(shown=self.list.isHidden())
        self.focus_first()

    def show_list(self, *, shown: bool) -> None:
        """The list beside the class, or not."""
        self.list.setHidden(not shown)
        self.list_button.setChecked(shown)

    def _search(self) -> None:
        self.show_list(shown=True)
        self.list.search.setFocus()

    def may_leave(self) -> bool:
        """The piece in front asks where something is not saved."""
        return self.class_desk.may_leave()

    def focus_first(self) -> None:
        """The keyboard starts in the list, or in the class where there is none."""
        if self.list.isHidden():
            self.class_desk.focus_front()
        else:
            self.list.view.setFocus()
