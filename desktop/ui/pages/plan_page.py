"""The training plan of the year: its programmes, and beside them the one that is chosen."""

from functools import partial

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QSplitter, QStackedWidget, QWidget

from desktop.kinds import Money
from desktop.queries.training.year_plan import PlannedProgramme, YearPlan, level_text, year_plan
from desktop.text import tr
from desktop.ui import theme as look
from desktop.ui.desk import Desk
from desktop.ui.jobs import Progress
from desktop.ui.page import Page
from desktop.ui.screens import Entry
from desktop.ui.theme import theme
from desktop.ui.training.class_list import period_text
from desktop.ui.training.piece_desk import PieceDesk
from desktop.ui.training.pieces import PROGRAMME, PROGRAMME_PIECES
from desktop.ui.training.programme import ProgrammePiece
from desktop.ui.training.two_lines import TwoLineList, TwoLineModel
from desktop.ui.widgets import button, card, label, row

_READS = frozenset({"classes", "programmes", "enrolments"})


class ProgrammeModel(TwoLineModel[PlannedProgramme]):
    """Programmes: name, then level, hours, classes and people."""

    HEADINGS = ("培训项目",)

    def title(self, row: PlannedProgramme) -> str:
        """The name."""
        return str(row.stored.content["name"])

    def word(self, row: PlannedProgramme) -> tuple[str, str]:
        """The level."""
        return level_text(row.stored.content), look.ACCENT

    def rest(self, row: PlannedProgramme) -> tuple[str, ...]:
        """Days, classes and people, planned ones behind the stroke."""
        content = row.stored.content
        period = period_text(content.get("start", ""), content.get("end", ""))
        classes = _of(row.classes, content.get("planned_classes"), tr("班"))
        return tuple(filter(None, (period, classes, _of(row.enrolled, content.get("planned_people"), tr("人")))))


class PlanPage(Page):
    """The year beside the title, programmes on the left, the pieces of one on the right."""

    def __init__(self, desk: Desk, entry: Entry) -> None:
        super().__init__(desk, tr(entry.label))
        self._turn = 0
        self._wanted = ""
        self._is_making = False
        self.rows = ProgrammeModel(self)
        self.view = TwoLineList(self.rows, tr("培训项目列表"))
        self.pieces = PieceDesk(desk, PROGRAMME_PIECES, tr("培训项目的各项工作"))
        self.tabs = self.pieces
        self.tools.addWidget(button(tr("培训班"), partial(desk.go, "training"), icon_name="calendar"))
        self.tools.addWidget(button(tr("新增项目"), self.new, icon_name="plus", role="primary", keys="Ctrl+N"))
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.addWidget(self.view)
        splitter.addWidget(self.pieces)
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(theme.px(8))
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([theme.px(250), theme.px(910)])
        self.whole = QStackedWidget()
        self.whole.addWidget(splitter)
        self.whole.addWidget(self._empty_card())
        self.body.addWidget(self.whole, 1)
        self.view.selectionModel().currentChanged.connect(lambda *_: self._choose())
        self.view.activated.connect(lambda _index: self.pieces.focus_front())
        self.pieces.saved.connect(self._after_save)
        desk.changed.connect(self._hear)
        desk.year_changed.connect(self.reload)

    def _empty_card(self) -> QWidget:
        text = tr(
            "这里登记全年的培训项目：对象、级别、学时、人数、经费和上级下达的名额。先登记第一个项目，再在项目下办班。"
        )
        first = button(tr("新增第一个项目"), self.new, icon_name="plus", role="primary")
        return card(None, label(text, wrap=True), row(first, None), None, margin=28)

    def show_for(self, what: object) -> None:
        """Come to the front; `what` is the uid of a programme, or "new"."""
        if what == "new":
            self.new()
            return
        if isinstance(what, str):
            self._wanted = what
        self.reload()

    def reload(self) -> None:
        """Read the plan of the year at the desk; the newest wish counts."""
        self._turn += 1
        turn, store, year = self._turn, self.desk.store, self.desk.year

        def work(_progress: Progress) -> YearPlan:
            with store.read() as session:
                return year_plan(session, year)

        def take(plan: YearPlan) -> None:
            if turn == self._turn:
                self._take(plan)

        self.desk.jobs.run(tr("读取培训计划"), work, take, quiet=True)

    def _take(self, plan: YearPlan) -> None:
        present = self._wanted or self.pieces.uid
        self._wanted = ""
        self.whole.setCurrentIndex(0 if plan.programmes or self._is_making else 1)
        self.now.setText(_total_text(plan))
        model = self.view.selectionModel()
        model.blockSignals(True)
        self.rows.show(plan.programmes)
        places = [place for place, each in enumerate(plan.programmes) if each.stored.uid == present]
        if not self._is_making and plan.programmes:
            self.view.setCurrentIndex(self.rows.index(places[0] if places else 0, 0))
        model.blockSignals(False)
        self.view.viewport().update()
        self._choose()

    @property
    def current(self) -> str:
        """The uid of the current programme."""
        index = self.view.currentIndex()
        return self.rows.rows[index.row()].stored.uid if index.isValid() else ""

    def _choose(self) -> None:
        """Another programme, unless the present one is not to be left."""
        uid = self.current
        if not uid or uid == self.pieces.uid:
            return
        if not self.pieces.may_leave():
            self._select(self.pieces.uid)
            return
        self._is_making = False
        self.pieces.show_class(uid)

    def _select(self, uid: str) -> None:
        model = self.view.selectionModel()
        model.blockSignals(True)
        places = [place for place, each in enumerate(self.rows.rows) if each.stored.uid == uid]
        self.view.setCurrentIndex(self.rows.index(places[0], 0) if places else QModelIndex())
        model.blockSignals(False)
        self.view.viewport().update()

    def new(self) -> None:
        """An empty form for a programme of the year."""
        if not self.pieces.may_leave():
            return
        self._is_making = True
        self.whole.setCurrentIndex(0)
        self._select("")
        self.pieces.forget()
        piece = self.pieces.open(PROGRAMME)
        assert isinstance(piece, ProgrammePiece)
        piece.begin_new(self.desk.year)

    def _after_save(self, uid: str) -> None:
        self._wanted = uid
        self._is_making = False
        self.reload()

    def _hear(self, entities: object) -> None:
        if isinstance(entities, frozenset) and entities & _READS and self.isVisible():
            self.reload()

    def may_leave(self) -> bool:
        """The piece in front asks where something is not saved."""
        return self.pieces.may_leave()

    def focus_first(self) -> None:
        """The keyboard starts in the list."""
        self.view.setFocus()


def _of(count: int, planned: int | None, unit: str) -> str:
    return f"{count}/{planned} {unit}" if planned else f"{count} {unit}"


def _total_text(plan: YearPlan) -> str:
    """The year in one line."""
    money = Money()
    classes = _of(sum(each.classes for each in plan.programmes), plan.total("planned_classes"), tr("个班"))
    people = _of(sum(each.enrolled for each in plan.programmes), plan.total("planned_people"), tr("人次"))
    parts = [
        tr(
            "{year} 年度：{count} 个项目，{classes}，{people}",
            year=plan.year,
            count=len(plan.programmes),
            classes=classes,
            people=people,
        )
    ]
    if plan.total("budget"):
        parts.append(tr("培训经费 {amount} 元", amount=money.format(plan.total("budget"))))
    borne = [each.travel for each in plan.programmes if each.travel is not None]
    if plan.total("travel"):
        parts.append(tr("差旅费 {amount} 元", amount=money.format(plan.total("travel"))))
    if borne:
        authority, school = sum(each.authority for each in borne), sum(each.school for each in borne)
        parts.append(
            tr(
                "其中国家级、省（市）级由主管部门承担 {a} 元、任职学校 {b} 元",
                a=money.format(authority),
                b=money.format(school),
            )
        )
    return "，".join(parts)
