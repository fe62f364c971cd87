"""学员: who takes part; enrolled from the roster or a list, walk-ins linked later, late joining, withdrawal, groups."""

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QPushButton, QStackedWidget, QWidget

from desktop.models import Enrolment
from desktop.queries.training.trainees import TraineeEntry, Trainees, class_trainees
from desktop.text import tr
from desktop.ui import theme as look
from desktop.ui.desk import Desk
from desktop.ui.flow import FlowLayout
from desktop.ui.pages.packages_table import Row, RowsTable
from desktop.ui.theme import theme
from desktop.ui.training.enrol_panel import EnrolPanel
from desktop.ui.training.form_beside import FormBeside
from desktop.ui.training.piece import Piece
from desktop.ui.training.trainee_actions import TraineeActions
from desktop.ui.widgets import button, column, label, menu_button

_HEADINGS = ("学号", "姓名", "单位", "分组", "座位", "房间", "报到", "情况")
_WIDTHS = (64, 150, 240, 110, 110, 110, 104, 200)
"""The most that the columns may take at 100 %."""


class TraineesPiece(Piece):
    """The list of trainees with the form of one, or the panel by which people are enrolled."""

    READS = frozenset({"classes", "enrolments", "teachers", "employments", "schools"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.trainees: Trainees | None = None
        self.trainee_actions = TraineeActions(self, lambda: self.trainees, lambda: self.selected)
        self.table = RowsTable(tr("学员列表"), tuple(tr(each) for each in _HEADINGS), _WIDTHS, fits=True)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.said = label("", "muted", wrap=True)
        self.beside = FormBeside(
            desk,
            Enrolment,
            self._list(),
            without=("training_class",),
            hint=tr("选中一名学员，在这里修改。"),
            folds=True,
        )
        self._panel: EnrolPanel | None = None
        self.stack = QStackedWidget()
        self.stack.addWidget(self.beside)
        self.setLayout(column(self.stack, space=0))
        self._connect()

    def _list(self) -> QWidget:
        tools = FlowLayout(theme.px(6))
        self.more_button = self._more()
        for each in (
            button(tr("报名"), self.enrol, icon_name="plus", keys="Insert"),
            button(tr("现场报到"), self.trainee_actions.walk_in, icon_name="user"),
            self.more_button,
            self.sheet_button("F11"),
            self.sheet_button("B21"),
            self.sheet_button("B22"),
            self.sheet_button("B24"),
            self.sheet_button("B25"),
        ):
            tools.addWidget(each)
        above = QWidget()
        above.setLayout(tools)
        whole = QWidget()
        layout = column(above, self.table, self.said, space=6)
        layout.setStretch(1, 1)
        whole.setLayout(layout)
        whole.setFocusProxy(self.table)
        return whole

    def _more(self) -> QPushButton:
        """What is done with the trainees selected; its keys are pressed in the list."""
        made = menu_button(tr("更多  F9"))
        for text, keys, run in (
            (tr("修改…"), "Return", self.edit),
            (tr("关联教师…"), "Ctrl+L", self.trainee_actions.link),
            (tr("晚报到…"), "Ctrl+J", self.trainee_actions.join_late),
            (tr("退学…"), "Ctrl+T", self.trainee_actions.withdraw),
            (tr("分组…"), "Ctrl+G", self.trainee_actions.group),
            (tr("分组、座位、房间…"), "Ctrl+K", self.trainee_actions.seat),
            (tr("从本班移出"), "Delete", self.trainee_actions.remove),
        ):
            action = made.menu().addAction(text, run)
            action.setShortcut(QKeySequence(keys))
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            self.table.addAction(action)
        return made

    def _connect(self) -> None:
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._follow())
        self.table.doubleClicked.connect(lambda _index: self.edit())
        QShortcut(QKeySequence("F9"), self, self.more_button.showMenu)

    def show_class(self, uid: str) -> None:
        """Another class: its list."""
        self.stack.setCurrentIndex(0)
        if self.beside.is_open:
            self.beside.clear()
        super().show_class(uid)

    def refresh(self) -> None:
        """Read the trainees; who is selected stays selected."""
        self.read(partial(class_trainees, uid=self.uid, day=self.desk.day), self._show)

    def _show(self, found: Trainees) -> None:
        self.trainees = found
        self.beside.use(found.names, training_class=self.uid)
        kept = {each.stored.uid for each in self.selected}
        model = self.table.selectionModel()
        model.blockSignals(True)
        self.table.show_rows([_row(each) for each in found.entries])
        places = [place for place, each in enumerate(found.entries) if each.stored.uid in kept]
        for number, place in enumerate(places):
            self.table.select_line(place, further=number > 0)
        model.blockSignals(False)
        self.table.viewport().update()
        self.said.setText(_counted(found))
        self._follow()

    @property
    def selected(self) -> list[TraineeEntry]:
        """The trainees selected, from the top."""
        lines = sorted({index.row() for index in self.table.selectionModel().selectedRows()})
        return [self.table.rows.rows[line].what for line in lines if line < len(self.table.rows.rows)]

    def _follow(self) -> None:
        """While a form is open it follows the line at the keyboard."""
        chosen = self.table.selected()
        if not self.beside.is_open or not isinstance(chosen, TraineeEntry):
            return
        if self.beside.uid == chosen.stored.uid or not self.beside.form.is_dirty:
            self.beside.show_stored(chosen.stored, given={"training_class": self.uid})

    def edit(self) -> None:
        """The form of the trainee at the keyboard."""
        chosen = self.table.selected()
        if isinstance(chosen, TraineeEntry) and self.beside.may_leave():
            self.beside.show_stored(chosen.stored, given={"training_class": self.uid})
            self.beside.form.sections.focus_named("group")

    @property
    def panel(self) -> EnrolPanel:
        """The panel by which people are enrolled, made when it is first needed."""
        if self._panel is None:
            self._panel = EnrolPanel(self.desk)
            self._panel.closed.connect(self._close_panel)
            self.stack.addWidget(self._panel)
        return self._panel

    def enrol(self) -> None:
        """Choose people from the roster or a list."""
        if self.beside.may_leave():
            panel = self.panel
            self.stack.setCurrentIndex(1)
            panel.begin(self.uid)

    def _close_panel(self) -> None:
        self.stack.setCurrentIndex(0)
        self.desk.counted.emit("")
        self.table.setFocus()

    def may_leave(self) -> bool:
        """The form asks where something is not saved."""
        return self.beside.may_leave()

    def focus_first(self) -> None:
        """The keyboard starts in the list, or in the panel that is open."""
        if self.stack.currentIndex() == 1:
            self.panel.focus_first()
        else:
            self.table.setFocus()


def _counted(found: Trainees) -> str:
    parts = [tr("在班 {count} 人", count=found.present)]
    quota = found.content.get("quota")
    if quota:
        parts.append(tr("计划 {count} 人", count=quota))
    for word, count in (
        (tr("退学 {count} 人"), sum(each.has_left for each in found.entries)),
        (tr("现场登记未关联 {count} 人"), sum(each.is_walk_in for each in found.entries)),
        (tr("与其他班时间重叠 {count} 人"), sum(bool(each.overlaps) for each in found.entries)),
    ):
        if count:
            parts.append(word.format(count=count))
    return "，".join(parts)


def _row(each: TraineeEntry) -> Row:
    content = each.stored.content
    fields = [str(content.get(name, "")) for name in ("group", "seat", "room", "joined_on")]
    told, colour = _state(each)
    return Row((str(content.get("number", "")), each.name, each.unit, *fields, told), each, ("",) * 7 + (colour,))


def _state(each: TraineeEntry) -> tuple[str, str]:
    content = each.stored.content
    if each.has_left:
        reason = content.get("withdrawal_reason", "")
        return tr("{day} 退学 {reason}", day=content["withdrawn_on"], reason=reason).strip(), look.MUTED
    told = []
    if each.is_walk_in:
        told.append(tr("现场登记，还没有关联教师"))
    if each.overlaps:
        told.append(tr("与“{classes}”时间重叠", classes="”“".join(each.overlaps)))
    return "；".join(told), look.AMBER if told else ""
