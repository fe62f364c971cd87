"""签到与缺勤: entry by exception in a line, the grid below, what the one-third rules say of everybody."""

from collections.abc import Mapping
from datetime import date, datetime

from PySide6.QtCore import QModelIndex
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from desktop.codes import table
from desktop.errors import DesktopError
from desktop.exchange.training.attendance_import import plan_attendance
from desktop.queries.policies import Policies
from desktop.queries.training.roll import AttendanceRoll, attendance_roll, sheet_rows
from desktop.rules.absence import Mark
from desktop.rules.scan_codes import ScanCode, Scanned
from desktop.services.training.leave import settle_pending
from desktop.services.training.sheets import enter_exceptions, finish_roll_call, sign_in
from desktop.text import tr
from desktop.ui.desk import Desk
from desktop.ui.dialogs import SPREADSHEETS
from desktop.ui.flow import flowing
from desktop.ui.jobs import Progress
from desktop.ui.training.attendance_entry import EntryBar
from desktop.ui.training.attendance_grid import LEGEND, AttendanceGrid
from desktop.ui.training.attendance_model import FIRST, verdict_sentences
from desktop.ui.training.piece import Piece
from desktop.ui.training.plan_panel import TrialPlan
from desktop.ui.training.plan_stack import PlanStack
from desktop.ui.widgets import ShortLabel, button, column, label, menu_button


class AttendancePiece(Piece):
    """The attendance of one class."""

    READS = frozenset({"classes", "courses", "sessions", "enrolments", "sign_in_sheets", "teachers", "policies"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._entered_line = self._entered_lesson = ""
        """What was just entered, and where; told with its consequences once they are counted."""
        self.bar = EntryBar()
        self.grid = AttendanceGrid(desk)
        self.model = self.grid.roll_model
        self.person = ShortLabel("", "")
        self.stack = PlanStack(desk, self._work())
        self.setLayout(column(self.stack))
        self._connect()

    def _work(self) -> QWidget:
        self.leave_button = button(
            tr("登记请假…"), self.ask_leave, keys="F7", tip=tr("给光标所在的学员从这个课次登记请假")
        )
        self.next_button = button(tr("下一个提醒"), self.grid.next_warned, keys="F8")
        self.more_button = menu_button(tr("更多  F9"))
        menu = self.more_button.menu()
        self.import_action = menu.addAction(tr("导入打卡记录…"), self.ask_import)
        self.finish_action = menu.addAction(tr("结束扫码签到（没有扫到的记为未到）"), self.finish)
        self.settle_action = menu.addAction(tr("待核转旷课…"), self.settle)
        QShortcut(QKeySequence("F9"), self, self.more_button.showMenu)
        tools = flowing(
            self.sheet_button("F14", lambda: {"session": self.bar.lesson}),
            self.sheet_button("F15"),
            self.leave_button,
            self.next_button,
            self.more_button,
        )
        legend = label(tr(LEGEND), "small", wrap=True)
        whole = QWidget()
        layout = column(tools, self.bar, self.grid, self.person, legend, space=6)
        layout.setStretch(2, 1)
        whole.setLayout(layout)
        return whole

    def _connect(self) -> None:
        self.bar.entered.connect(self.enter_session)
        self.bar.scanned.connect(self.follow_code)
        self.bar.chosen.connect(self._show_session)
        self.bar.line.into_grid.connect(self._into_grid)
        self.grid.moved.connect(self._tell_person)
        self.grid.left.connect(self.focus_first)
        self.grid.refused.connect(lambda text: self.bar.tell(text, wrong=True))
        self.grid.failed.connect(self.refresh)

    @property
    def today(self) -> date:
        """The day of the office's own clock."""
        return date.today()  # noqa: DTZ011

    def show_class(self, uid: str) -> None:
        """Show another class, from its first session that waits."""
        self.stack.show_work()
        self.bar.line.clear()
        self.bar.tell("")
        super().show_class(uid)

    def refresh(self) -> None:
        """Read the grid; what is typed and not yet saved stays over it."""
        self.read(lambda session: attendance_roll(session, Policies(session), self.uid), self._take)

    def _take(self, roll: AttendanceRoll) -> None:
        is_new = [each.uid for each in roll.people] != [each.uid for each in self.model.people]
        is_new = is_new or self.model.columnCount() == FIRST
        self.grid.show_roll(roll)
        self.bar.show_roll(roll, self.today.isoformat())
        if is_new:
            self.grid.show_session(self.bar.lesson)
        self._tell_counts(roll)
        self._tell_person(self.grid.cells.currentIndex())
        if self._entered_line:
            self.bar.tell(" · ".join([self._entered_line, *self._warned_just_now()]))

    def _tell_counts(self, roll: AttendanceRoll) -> None:
        held = [each for each in self.model.sessions if each.content.get("state", "1") == "1"]
        verdicts = [each.verdict for each in roll.grid.attendance.values()]
        counted = (
            tr("已登记 {done}/{all} 个课次", done=sum(map(self.model.is_entered, held)), all=len(held)),
            tr("待核 {count} 人次", count=roll.pending),
            tr("按不及格处理 {count} 人", count=sum(bool(each.failed) for each in verdicts)),
            tr("有课程取消成绩 {count} 人", count=sum(bool(each.cancelled) for each in verdicts)),
            tr("接近上限 {count} 人", count=sum(bool(each.warnings) and not each.failed for each in verdicts)),
        )
        self.bar.tell_idle(" · ".join(counted) if held else tr("还没有排课，请先在课程表里排好课次"))
        self.settle_action.setEnabled(roll.pending > 0)
        self.next_button.setEnabled(any(verdict_sentences(each) for each in verdicts))

    def _tell_person(self, index: QModelIndex) -> None:
        self.person.setText(self.model.sentence(index.row()) if index.isValid() else "")

    def _warned_just_now(self) -> list[str]:
        """The warnings of those who are away from the session just entered."""
        roll, lesson = self.model.roll, self._entered_lesson
        self._entered_line = ""
        if roll is None:
            return []
        away = {who for (who, where), cell in roll.grid.cells.items() if where == lesson and cell.mark != Mark.PRESENT}
        lines = [number for number, each in enumerate(self.model.people) if each.uid in away]
        return [self.model.sentence(line) for line in lines if verdict_sentences(self.model.verdict(line))]

    def _show_session(self, uid: str) -> None:
        """A session is in hand: its column comes into sight, its row numbers stand before the names."""
        self.grid.show_session(uid)
        store = self.desk.store

        def work(_progress: Progress) -> dict[int, str]:
            with store.read() as session:
                return sheet_rows(session, uid)

        def take(rows: Mapping[int, str]) -> None:
            if uid == self.bar.lesson:
                names = {each.uid: each.name for each in self.model.people}
                self.model.number_rows({who: number for number, who in rows.items()})
                self.bar.name_rows({number: names.get(who, "") for number, who in rows.items()})

        self.desk.jobs.run(tr("读取签到表"), work, take, failed=self._tell_no_rows, quiet=True)

    def _tell_no_rows(self, error: BaseException) -> None:
        """A class without trainees has no rows: that is told in the line, not in a dialog that nobody asked for."""
        if isinstance(error, DesktopError):
            self.bar.name_rows({})
            self.bar.tell_idle(error.sentence)
        else:
            self.desk.tell_error(error)

    def _into_grid(self) -> None:
        self.grid.cells.setFocus()

    def focus_first(self) -> None:
        """The keyboard starts in the line of row numbers."""
        self.bar.line.setFocus()

    def enter_session(self, lesson: str, marks: Mapping[int, str]) -> None:
        """Enter one session by exception, and take the next in hand."""
        when = self.grid.when(lesson)
        typed = {number: Mark(mark) for number, mark in marks.items()}
        told = tr("{when} 已登记：{who}", when=when, who=self.bar.sentence(typed))
        day = self.today

        def done(_count: int) -> None:
            self._entered_line, self._entered_lesson = told, lesson
            self.bar.tell(told)
            self.desk.said.emit(told)

        title = tr("登记 {when} 考勤", when=when)
        self.write(title, lambda session: enter_exceptions(session, lesson, marks, day=day), done, once=False)
        self.bar.go_on(day.isoformat())
        self.bar.line.setFocus()

    def follow_code(self, code: ScanCode) -> None:
        """The code of a sheet takes its session in hand; that of a badge signs its trainee in."""
        if code.kind is not Scanned.BADGE:
            self._follow_sheet(code)
            return
        lesson, at = self.bar.lesson, datetime.now()  # noqa: DTZ005 - the clock on the wall of the class
        name = next((each.name for each in self.model.people if each.uid == code.uid), "")

        def done(mark: str) -> None:
            word = table("attendance").label(mark)
            cells = self.model.roll.grid.cells if self.model.roll is not None else {}
            come = {who for (who, where), cell in cells.items() if where == lesson and cell.mark} | {code.uid}
            count = len(self.model.people)
            said = tr("{name} {word}，已签到 {come}/{count} 人", name=name, word=word, come=len(come), count=count)
            self.bar.tell(said)

        title = tr("扫码签到 {when} {name}", when=self.grid.when(lesson), name=name)
        self.write(title, lambda session: sign_in(session, lesson, code.uid, at), done, once=False)

    def _follow_sheet(self, code: ScanCode) -> None:
        if any(each.uid == code.uid for each in self.model.sessions):
            self.bar.choose(code.uid)
            self.bar.tell(tr("{when} 签到表第 {page} 页", when=self.grid.when(code.uid), page=code.page))
        else:
            self.bar.tell(tr("这张签到表不是本班的，请先在左边选中它的培训班"), wrong=True)

    def ask_leave(self) -> None:
        """A slip came for the trainee under the keyboard: its form, from the day of the column."""
        index = self.grid.cells.currentIndex()
        if self.grid.is_cell(index):
            lesson, who = self.model.place(index)
            day = next(each.content["date"] for each in self.model.sessions if each.uid == lesson)
            self.wanted.emit("请假", (who, day))

    def finish(self) -> None:
        """Who was not read in is 待核."""
        lesson, day = self.bar.lesson, self.today
        when = self.grid.when(lesson)

        def done(count: int) -> None:
            self.bar.tell(tr("{when} 签到结束，未到 {count} 人", when=when, count=count))

        title = tr("结束 {when} 签到", when=when)
        self.write(title, lambda session: finish_roll_call(session, lesson, day=day), done)

    def settle(self) -> None:
        """No slip came: what is 待核 up to the session in hand becomes 旷课, after it was said how much."""
        lesson = next((each for each in self.model.sessions if each.uid == self.bar.lesson), None)
        roll = self.model.roll
        if lesson is None or roll is None:
            return
        upto = lesson.content["date"]
        days = {each.uid: each.content["date"] for each in self.model.sessions}
        cells = roll.grid.cells.items()
        count = sum(cell.mark == Mark.PENDING and days.get(where, "9") <= upto for (_, where), cell in cells)
        text = tr("将把 {day} 以前的待核 {count} 人次转为旷课。收到请假条的请先登记请假。", day=upto, count=count)
        if count and self.desk.dialogs.ask(tr("待核转旷课"), text, tr("转为旷课"), tr("不转")) == tr("转为旷课"):
            uid = self.uid
            self.write(tr("待核转旷课"), lambda session: settle_pending(session, uid, upto=upto))

    def ask_import(self) -> None:
        """Plan a workbook of names and times from a telephone or a turnstile."""
        files = self.desk.dialogs.choose_files(tr("导入打卡记录"), SPREADSHEETS)
        if not files:
            return
        store, uid, day = self.desk.store, self.uid, self.today
        make: TrialPlan = lambda books: plan_attendance(store, books, uid, day=day)  # noqa: E731 - a named type
        self.stack.plan.read(files, make, self.stack.show_plan)
