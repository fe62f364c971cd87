"""学员: who takes part; enrolled from the roster or a list, walk-ins linked later, late joining, withdrawal, groups."""

from datetime import date
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QPushButton, QStackedWidget, QWidget

from desktop.models import Enrolment
from desktop.queries.training.trainees import TraineeEntry, Trainees, class_trainees
from desktop.rules.names import normalise_name
from desktop.services.training.enrolling import enrol_walk_in, group_trainees, join_late, link_walk_in, remove, withdraw
from desktop.text import tr
from desktop.ui import theme as look
from desktop.ui.desk import Desk
from desktop.ui.flow import FlowLayout
from desktop.ui.pages.packages_table import Row, RowsTable
from desktop.ui.theme import theme
from desktop.ui.training.day_dialog import DayDialog
from desktop.ui.training.enrol_panel import EnrolPanel
from desktop.ui.training.form_beside import FormBeside
from desktop.ui.training.piece import Piece
from desktop.ui.widgets import button, column, label, menu_button

_HEADINGS = ("学号", "姓名", "单位", "分组", "座位", "房间", "报到", "情况")
_WIDTHS = (48, 84, 200, 62, 50, 56, 92, 200)


class TraineesPiece(Piece):
    """The list of trainees with the form of one, or the panel by which people are enrolled."""

    READS = frozenset({"classes", "enrolments", "teachers", "employments", "schools"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.trainees: Trainees | None = None
        self.table = RowsTable(tr("学员列表"), tuple(tr(each) for each in _HEADINGS), _WIDTHS)
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
            button(tr("现场报到"), self.walk_in, icon_name="user"),
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
            (tr("关联教师…"), "Ctrl+L", self.link),
            (tr("晚报到…"), "Ctrl+J", self.join_late),
            (tr("退学…"), "Ctrl+T", self.withdraw),
            (tr("分组…"), "Ctrl+G", self.group),
            (tr("从本班移出"), "Delete", self.remove),
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

    def walk_in(self) -> None:
        """Somebody who is on no list: the name is enough, who it is can be said later."""
        text = tr("没有在名单上、直接来报到的：先登记姓名，可在后面空一格写单位，以后再关联教师。")
        typed = self.desk.dialogs.ask_text(tr("现场报到"), text)
        if not typed:
            return
        name, _, unit = typed.strip().partition(" ")
        name, uid = normalise_name(name), self.uid
        values = {"written_unit": unit.strip() or None}
        self.write(tr("现场报到 {name}", name=name), lambda session: enrol_walk_in(session, uid, name, **values))

    def _one(self, title: str) -> TraineeEntry | None:
        chosen = self.selected
        if len(chosen) != 1:
            self.desk.dialogs.tell(title, tr("请先在名单中选中一名学员。"))
            return None
        return chosen[0]

    def link(self) -> None:
        """Say which teacher a walk-in is; those of the same name are offered first."""
        entry = self._one(tr("关联教师"))
        found = self.trainees
        if entry is None or found is None:
            return
        names = found.names
        same = names.find("teachers", entry.name) if entry.is_walk_in else ()
        shown = [names.text("teachers", uid) for uid in same]
        text = tr("“{name}”是哪位教师？可写姓名、身份证号。", name=entry.name)
        typed = self.desk.dialogs.ask_name(tr("关联教师"), text, shown, shown[0] if len(shown) == 1 else "")
        if not typed:
            return
        meant = names.find("teachers", typed)
        if len(meant) != 1:
            told = tr("教师名册里没有“{name}”，请先登记教师。", name=typed)
            if meant:
                told = tr("“{name}”有 {count} 人，请写身份证号。", name=typed, count=len(meant))
            self.desk.dialogs.tell(tr("关联教师"), told)
            return
        uid = entry.stored.uid
        self.write(tr("关联教师 {name}", name=entry.name), lambda session: link_walk_in(session, uid, meant[0]))

    def join_late(self) -> None:
        """Note on which day those selected came."""
        chosen = self.selected
        if not chosen:
            self.desk.dialogs.tell(tr("晚报到"), tr("请先在名单中选中学员。"))
            return
        text = tr("{names}哪天报到？此前的课程按政策计缺课。", names=_named(chosen))
        dialog = DayDialog(tr("晚报到"), text, self._likely_day(), parent=self)
        if self.desk.dialogs.run(dialog):
            uids, day = [each.stored.uid for each in chosen], dialog.day
            name = tr("晚报到 {names}", names=_named(chosen))
            self.write(name, lambda session: join_late(session, uids, day))

    def withdraw(self) -> None:
        """Let a trainee go, with day and reason; marks and scores stay."""
        entry = self._one(tr("退学"))
        if entry is None:
            return
        text = tr("“{name}”哪天退学？考勤和成绩保留，不再评定结果。", name=entry.name)
        dialog = DayDialog(tr("退学"), text, self._likely_day(), reason=tr("退学原因"), parent=self)
        if self.desk.dialogs.run(dialog):
            uid, day, why = entry.stored.uid, dialog.day, dialog.why
            self.write(tr("退学 {name}", name=entry.name), lambda session: withdraw(session, uid, day, why))

    def _likely_day(self) -> date:
        """Today while the class runs, else its first day."""
        today = date.today()  # noqa: DTZ011 - an office's day is the day of its own clock
        content = self.trainees.content if self.trainees is not None else {}
        start, end = content.get("start"), content.get("end")
        if start and not start <= today.isoformat() <= (end or start):
            return date.fromisoformat(start)
        return today

    def group(self) -> None:
        """Divide all trainees into groups."""
        text = tr("分成几组？相邻学号分到不同的组，已有的分组会重排，可撤销。")
        typed = self.desk.dialogs.ask_text(tr("分组"), text)
        if not typed:
            return
        if not typed.isdecimal():
            self.desk.dialogs.tell(tr("分组"), tr("组数“{text}”不是整数，没有分组。", text=typed))
            return
        uid, count = self.uid, int(typed)
        self.write(tr("分成 {count} 组", count=count), lambda session: group_trainees(session, uid, count))

    def remove(self) -> None:
        """Take trainees out who were enrolled by mistake; who has marks or scores withdraws instead."""
        chosen = self.selected
        if not chosen:
            return
        text = tr(
            "将从本班移出{names}。报错名的才移出；中途离开的请办“退学”，考勤和成绩才会保留。", names=_named(chosen)
        )
        answer = self.desk.dialogs.ask(tr("移出学员"), text, tr("移出"), tr("不移出"), danger=tr("移出"))
        if answer == tr("移出"):
            uids = [each.stored.uid for each in chosen]
            self.write(tr("移出 {names}", names=_named(chosen)), lambda session: remove(session, uids))

    def may_leave(self) -> bool:
        """The form asks where something is not saved."""
        return self.beside.may_leave()

    def focus_first(self) -> None:
        """The keyboard starts in the list, or in the panel that is open."""
        if self.stack.currentIndex() == 1:
            self.panel.focus_first()
        else:
            self.table.setFocus()


def _named(entries: list[TraineeEntry]) -> str:
    shown = "、".join(each.name for each in entries[:3])
    return tr("{names}等 {count} 人", names=shown, count=len(entries)) if len(entries) > 3 else shown


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
