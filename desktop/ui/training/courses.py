"""课程: the courses of a class with their syllabus; the sum of their hours is told while one types."""

from collections.abc import Iterator
from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut

from desktop.codes import table
from desktop.errors import ValueProblem
from desktop.models import Course
from desktop.models.base import Content
from desktop.queries.training.courses import CoursePlan, CourseRow, course_plan
from desktop.rules.hours import hours_text
from desktop.services.training.courses import order_courses
from desktop.text import tr
from desktop.ui import theme as look
from desktop.ui.desk import Desk
from desktop.ui.forms.form import RecordForm
from desktop.ui.pages.packages_table import Row, RowsTable
from desktop.ui.training.form_beside import FormBeside
from desktop.ui.training.piece import Piece
from desktop.ui.training.plan_sums import PlanSums
from desktop.ui.widgets import button, column, row

_PAUSE = 120
"""Milliseconds after the last key before the sum is made anew."""


class CoursesPiece(Piece):
    """The list of courses, the form of one, the sums above."""

    READS = frozenset({"classes", "courses", "sessions", "programmes"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.plan: CoursePlan | None = None
        self._wanted = ""
        self.sums = PlanSums(most=2)
        headings = (tr("顺序"), tr("课程名称"), tr("学时"), tr("已排"), tr("内容类别"), tr("主讲人"), tr("大纲"))
        self.table = RowsTable(tr("课程列表"), headings, (46, 168, 52, 52, 126, 72, 40))
        self.beside = FormBeside(
            desk,
            Course,
            self.table,
            without=("training_class",),
            hint=tr("选中一门课程，查看和修改；按 Ins 新增。"),
        )
        self._timer = QTimer(self, singleShot=True, interval=_PAUSE)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        tools = row(
            button(tr("新增课程"), self.new, icon_name="plus", keys="Insert"),
            button(tr("上移"), partial(self.shift, -1), keys="Alt+Up"),
            button(tr("下移"), partial(self.shift, 1), keys="Alt+Down"),
            None,
            self.sheet_button("F12"),
        )
        layout = column(tools, self.sums, self.beside, space=8)
        layout.setStretch(2, 1)
        self.setLayout(layout)

    def _connect(self) -> None:
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._choose())
        self.table.doubleClicked.connect(lambda _index: self._into_form())
        for key in (Qt.Key.Key_Return, Qt.Key.Key_F2):
            shortcut = QShortcut(QKeySequence(key), self.table, self._into_form)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
        self.beside.saved.connect(self._want)
        self.beside.edited.connect(self._timer.start)
        self._timer.timeout.connect(self.refresh)

    def steps(self) -> Iterator[object]:
        """The form, which the first course is shown in."""
        return self.beside.steps()

    @property
    def form(self) -> RecordForm:
        """The form of the course that is chosen."""
        return self.beside.form

    def _into_form(self) -> None:
        self.form.sections.focus_first()

    def _want(self, uid: str) -> None:
        """What was read while the course was being saved counted it twice: as it is stored and as it was typed."""
        self._wanted = uid
        self.refresh()

    def refresh(self) -> None:
        """Read courses and sums; what is typed in the form stays and counts, as far as it can be read."""
        self.read(partial(course_plan, uid=self.uid, typed=self._typed()), self._show)

    def show_class(self, uid: str) -> None:
        """Another class: nothing of the one before stays."""
        self.plan = None
        if self.beside.is_open:
            self.beside.clear()
        super().show_class(uid)

    def _show(self, plan: CoursePlan) -> None:
        self.plan = plan
        self.beside.use(plan.names)
        present = self._wanted or self.current
        self._wanted = ""
        self.table.selectionModel().blockSignals(True)
        self.table.show_rows([_row(each) for each in plan.courses])
        for number, each in enumerate(plan.courses):
            if each.stored.uid == present:
                self.table.select_line(number)
        self.table.selectionModel().blockSignals(False)
        self.sums.show_check(plan.check)
        is_new = self.beside.is_open and self.form.stored is None
        if not is_new:
            self._choose()

    @property
    def current(self) -> str:
        """The uid of the course that is chosen."""
        chosen = self.table.selected()
        return chosen.stored.uid if isinstance(chosen, CourseRow) else ""

    def _choose(self) -> None:
        """Show the course of the line, unless another is being typed in."""
        chosen = self.table.selected()
        if not isinstance(chosen, CourseRow):
            return
        if self.beside.is_open and self.beside.uid != chosen.stored.uid and not self.beside.may_leave():
            self._select(self.beside.uid)
            return
        self.beside.show_stored(chosen.stored, given={"training_class": self.uid})

    def _select(self, uid: str) -> None:
        self.table.selectionModel().blockSignals(True)
        self.table.clearSelection()
        for number, each in enumerate(self.plan.courses if self.plan is not None else ()):
            if each.stored.uid == uid:
                self.table.select_line(number)
        self.table.selectionModel().blockSignals(False)
        self.table.viewport().update()

    def new(self) -> None:
        """An empty form for a course that comes last."""
        if not self.beside.may_leave():
            return
        courses = self.plan.courses if self.plan is not None else ()
        last = max((each.stored.content.get("order", 0) for each in courses), default=0)
        self.beside.begin_new(given={"training_class": self.uid, "order": last + 1})

    def shift(self, by: int) -> None:
        """Bring the course in front one place up or down."""
        plan, line = self.plan, self.table.currentIndex().row()
        if plan is None or not 0 <= line + by < len(plan.courses) or line < 0:
            return
        uids = [each.stored.uid for each in plan.courses]
        uids[line], uids[line + by] = uids[line + by], uids[line]
        self._wanted = uids[line + by]
        self.write(tr("调整课程顺序"), lambda session: order_courses(session, uids))

    def _typed(self) -> dict[str, Content]:
        """The course in the form as it would be saved, as far as it can be read."""
        if not self.beside.is_open or not self.form.is_dirty:
            return {}
        content: Content = dict(self.form.stored.content) if self.form.stored is not None else {}
        for name in ("name", "hours", "part", "syllabus"):
            try:
                content[name] = self.form.sections.cells[name].packed()
            except ValueProblem:
                content[name] = None
        return {self.beside.uid: {name: value for name, value in content.items() if value is not None}}

    def may_leave(self) -> bool:
        """The form asks where something is not saved."""
        return self.beside.may_leave()

    def focus_first(self) -> None:
        """The keyboard starts in the list."""
        self.table.setFocus()


def _row(each: CourseRow) -> Row:
    content = each.stored.content
    part = table("content_part").label(content["part"]) if "part" in content else tr("未填")
    texts = (
        str(content.get("order", "")),
        content["name"],
        hours_text(each.hours),
        hours_text(each.scheduled),
        part,
        content.get("teacher", ""),
        tr("有") if content.get("syllabus") else tr("缺"),
    )
    over = look.RED if each.scheduled > each.hours else look.AMBER if each.scheduled < each.hours else ""
    return Row(texts, each, ("", "", "", over, "" if "part" in content else look.AMBER))
