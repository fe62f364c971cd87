"""课次: the timetable of a class, week by week; what is moved or cancelled once it was told stays in sight."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from desktop.models import TrainingSession
from desktop.models.base import Content
from desktop.queries.training.week import ClassTimetable, SessionEntry, class_timetable, monday_of
from desktop.rules.hours import packed_hours
from desktop.services.records import delete
from desktop.services.training.laying_out import lay_out_sessions
from desktop.services.training.timetable import cancel_session, reschedule
from desktop.text import tr
from desktop.ui.desk import Desk
from desktop.ui.flow import FlowLayout
from desktop.ui.theme import theme
from desktop.ui.training.form_beside import FormBeside
from desktop.ui.training.other_classes import OtherClasses
from desktop.ui.training.piece import Piece
from desktop.ui.training.week_model import HALVES
from desktop.ui.training.week_sayings import WeekSayings
from desktop.ui.training.week_texts import resized_text, week_text
from desktop.ui.training.week_view import WeekView
from desktop.ui.widgets import button, column, label


class SessionsPiece(Piece):
    """The week, the form of the session that is edited, clashes and hours that are still to be planned."""

    READS = frozenset({"classes", "courses", "sessions", "enrolments", "sign_in_sheets"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.timetable: ClassTimetable | None = None
        self.monday = monday_of(date.today())  # noqa: DTZ011 - an office's day is the day of its own clock
        self._wanted: tuple[str, tuple[str, str]] | None = None
        self.view = WeekView()
        self.place = label("", "section")
        self.said = WeekSayings()
        self.others = OtherClasses()
        self.beside = FormBeside(
            desk, TrainingSession, self._week(), without=("training_class", "state", "replaces"), hint="", folds=True
        )
        layout = column(self.beside, space=0)
        self.setLayout(layout)
        self._connect()

    def _week(self) -> QWidget:
        before = button(tr("上一周"), partial(self.turn, -1), tip="PgUp")
        after = button(tr("下一周"), partial(self.turn, 1), tip="PgDn")
        new = button(tr("新增课次"), self.new, icon_name="plus", keys="Insert")
        cancel = button(tr("取消课次"), self.drop, tip="Del")
        self.place.setMinimumHeight(theme.px(32))
        head = FlowLayout(theme.px(6))
        lay_out = button(tr("按课程排课"), self.lay_out, tip=tr("把还没排的学时排到空闲的上午和下午，可撤销"))
        for each in (before, self.place, after, new, lay_out, cancel, self.others, self.sheet_button("F13")):
            head.addWidget(each)
        above = QWidget()
        above.setLayout(head)
        whole = QWidget()
        layout = column(above, self.view, self.said, space=6)
        layout.setStretch(1, 1)
        whole.setLayout(layout)
        whole.setFocusProxy(self.view)
        return whole

    def _connect(self) -> None:
        self.view.week.moved.connect(self._move)
        self.view.shifted.connect(self._shift)
        self.view.opened.connect(self.edit)
        self.view.dropped.connect(self.drop)
        self.view.paged.connect(self.turn)
        self.view.chosen.connect(self._follow)
        self.view.hovered.connect(self.said.tell_hovered)
        self.others.laid_over.connect(self.view.week.lay_over)
        self.beside.saved.connect(self._saved)
        for keys, run in (("Home", self.first_week), ("End", self.last_week)):
            shortcut = QShortcut(QKeySequence(keys), self.view, run)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)

    def show_class(self, uid: str) -> None:
        """Another class, in the week where it stands."""
        self.timetable = None
        if self.beside.is_open:
            self.beside.clear()
        super().show_class(uid)

    def refresh(self) -> None:
        """Read the timetable anew; the week stays as long as the beginning of the class does."""
        self.read(partial(class_timetable, uid=self.uid), self._show)

    def _show(self, found: ClassTimetable) -> None:
        is_first = self.timetable is None or self.timetable.beginning != found.beginning
        self.timetable = found
        self.view.occupied = found.occupied
        self.others.offer(found.occupied)
        self.beside.use(found.names, training_class=self.uid)
        if is_first:
            self.monday = found.first_monday(date.today())  # noqa: DTZ011
        wanted = self._wanted
        self._wanted = None
        if wanted is not None:
            self.monday = monday_of(date.fromisoformat(wanted[1][0]))
        self._show_week(wanted)
        if self.beside.is_open and self.beside.uid:
            entry = self._entry(self.beside.uid)
            self._show_entry(entry)

    def _show_week(self, wanted: tuple[str, tuple[str, str]] | None = None) -> None:
        found = self.timetable
        assert found is not None
        present = self.view.currentIndex()
        when = wanted[1] if wanted else self.view.week.when(present) if present.isValid() else None
        uid = wanted[0] if wanted else self.view.cards.chosen
        period = (str(found.content.get("start", "")), str(found.content.get("end", "")))
        of_week = self._of_week()
        self.view.week.show(found.entries, self.monday, period)
        if when is None or not self.view.week.place_of(when).isValid():
            when = of_week[0].when if of_week else (self.monday.isoformat(), HALVES[0])
        self.view.fit_rows()
        self.view.choose(uid, when)
        self.place.setText(week_text(found, self.monday))
        self.said.tell(found, of_week)

    def _of_week(self) -> list[SessionEntry]:
        assert self.timetable is not None
        return self.timetable.of_week(self.monday)

    def turn(self, weeks: int) -> None:
        """Show another week."""
        if self.timetable is None:
            return
        self.monday += timedelta(weeks=weeks)
        self._show_week()

    def first_week(self) -> None:
        """Show the week in which the class begins."""
        self._go_to(min)

    def last_week(self) -> None:
        """Show the week of the last session."""
        self._go_to(max)

    def _go_to(self, choose: Callable[[Iterable[str]], str]) -> None:
        if self.timetable is not None and self.timetable.entries:
            day = choose(each.when[0] for each in self.timetable.entries)
            self.monday = monday_of(date.fromisoformat(day))
            self._show_week()

    def _entry(self, uid: str) -> SessionEntry | None:
        found = self.timetable
        return next((each for each in found.entries if each.stored.uid == uid), None) if found is not None else None

    def _saved(self, uid: str) -> None:
        """Stay at the session; of one that is longer or shorter now tell whose part of it has to be looked at."""
        stored, before = self.beside.form.stored, self._entry(uid)
        self._wanted = (uid, (stored.content["date"], stored.content["half"])) if stored is not None else None
        if stored is None or before is None or not before.parts:
            return
        told = resized_text(before, stored.content)
        if told:
            self.desk.dialogs.tell(tr("课次学时已改"), told)

    def _shift(self, uid: str, days: int, halves: int) -> None:
        entry = self._entry(uid)
        if entry is None:
            return
        day, half = entry.when
        place = HALVES.index(half) + halves
        if not 0 <= place < len(HALVES):
            self.desk.said.emit(tr("已是当天的第一个或最后一个时段"))
            return
        later = date.fromisoformat(day) + timedelta(days=days)
        self._move(uid, later.isoformat(), HALVES[place])

    def _move(self, uid: str, day: str, half: str) -> None:
        """Hold a session at another time; asks for the reason where that is a move that is kept."""
        entry = self._entry(uid)
        if entry is None or not entry.is_held:
            self.desk.said.emit(tr("已调走或取消的课次不能再调"))
            return
        reason = ""
        if entry.is_settled:
            text = tr(
                "日程已下发或已签到，调课要写明原因；原课次保留，标明调到哪里。"
                "已登记的考勤留在原课次、不再计入，新课次要重新登记。"
            )
            reason = self.desk.dialogs.ask_text(tr("调课原因"), text) or ""
            if not reason:
                return
        name = tr("调课 {title}", title=entry.title)
        self.write(
            name,
            lambda session: reschedule(session, uid, day=day, half=half, reason=reason),
            lambda new: self._moved(new, (day, half)),
        )

    def _moved(self, uid: str, when: tuple[str, str]) -> None:
        self._wanted = (uid, when)
        self.desk.said.emit(tr("已调到 {day}，Ctrl+Z 可撤销", day=when[0]))
        self.refresh()

    def _follow(self) -> None:
        """While a form is open it follows the card at the keyboard."""
        if self.beside.is_open and not self.beside.form.is_dirty:
            entry = self.view.entry()
            if entry is not None:
                self._show_entry(entry)

    def _show_entry(self, entry: SessionEntry | None) -> None:
        self.beside.show_stored(entry.stored if entry is not None else None, given=self._given())
        is_kept = entry is not None and (entry.is_settled or not entry.is_held)
        for name in ("date", "half"):
            editor = self.beside.form.sections.cells[name].editor
            editor.setReadOnly(is_kept or self.beside.form.is_locked)
            editor.setToolTip(tr("日程已下发：请在课表中拖动，或按 Alt+方向键调课") if is_kept else "")

    def _given(self) -> Content:
        return {"training_class": self.uid}

    def edit(self) -> None:
        """The session at the keyboard into the form; in an empty half-day a new one."""
        entry = self.view.entry()
        if entry is None:
            self.new()
            return
        if not self.beside.may_leave():
            return
        self._show_entry(entry)
        self.beside.form.sections.focus_named("course")

    def new(self) -> None:
        """A new session in the half-day at the keyboard, with the first course that still has hours to plan."""
        found = self.timetable
        if found is None or not self.beside.may_leave():
            return
        index = self.view.currentIndex()
        when = self.view.week.when(index) if index.isValid() else (self.monday.isoformat(), HALVES[0])
        course = next((each for each in found.courses if each.scheduled < each.hours), None)
        hours = min(found.half_day, course.hours - course.scheduled) if course is not None else found.half_day
        proposed: Content = {"date": when[0], "half": when[1], "hours": packed_hours(hours)}
        if course is not None:
            proposed["course"] = course.stored.uid
        self.beside.begin_new(given=self._given(), proposed=proposed)
        self.beside.form.sections.focus_named("course")

    def lay_out(self) -> None:
        """Propose sessions for all hours that are not planned yet; they are moved or changed afterwards."""
        uid = self.uid

        def done(count: int) -> None:
            self.desk.said.emit(tr("已排 {count} 个课次，可拖动调整，Ctrl+Z 全部撤销", count=count))

        if self.beside.may_leave():
            self.write(tr("按课程排课"), lambda session: lay_out_sessions(session, uid), done)

    def drop(self) -> None:
        """Cancel the session at the keyboard with a reason, or delete one that nobody was told of."""
        entry = self.view.entry()
        if entry is None or not entry.is_held:
            self.desk.dialogs.tell(tr("取消课次"), tr("请先在课表中选定一个要上的课次。"))
            return
        uid = entry.stored.uid
        if not entry.is_settled:
            text = tr(
                "将删除 {day} 的课次“{title}”。日程还没有下发，删除后可撤销。", day=entry.when[0], title=entry.title
            )
            if self.desk.dialogs.ask(tr("取消课次"), text, tr("删除"), tr("不删除"), danger=tr("删除")) == tr("删除"):
                self.write(tr("删除课次 {title}", title=entry.title), lambda s: delete(s, TrainingSession, uid))
            return
        text = tr("日程已下发或已签到，取消要写明原因；课次保留在课表中，学时不再计算。")
        reason = self.desk.dialogs.ask_text(tr("取消原因"), text)
        if reason:
            self.write(tr("取消课次 {title}", title=entry.title), lambda s: cancel_session(s, uid, reason))

    def may_leave(self) -> bool:
        """The form asks where something is not saved."""
        return self.beside.may_leave()

    def focus_first(self) -> None:
        """The keyboard starts in the week."""
        self.view.setFocus()
