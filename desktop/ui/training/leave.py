"""请假: the slips of a class with their approvals; a slip that is saved turns 待核 into 病, 事 or 公."""

from collections.abc import Iterator
from functools import cached_property

from PySide6.QtWidgets import QSplitter, QWidget

from desktop.codes import table
from desktop.models import Leave
from desktop.models.base import Content
from desktop.queries.policies import Policies
from desktop.queries.training.leaves import ClassLeaves, class_leaves, half_day_text, is_refused
from desktop.rules.hours import hours_text
from desktop.services.records import delete
from desktop.services.training.leave import Recorded, record_leave
from desktop.store.records import Stored
from desktop.text import tr
from desktop.ui.desk import Desk
from desktop.ui.flow import flowing
from desktop.ui.plain_model import PlainModel
from desktop.ui.plain_table import PlainTable
from desktop.ui.theme import theme
from desktop.ui.training.leave_form import LeaveForm
from desktop.ui.training.piece import Piece
from desktop.ui.widgets import ShortLabel, button, column


class LeaveModel(PlainModel[Stored]):
    """The slips in order of time."""

    HEADINGS = ("学员", "类别", "起止", "学时", "审批", "销假", "事由")

    found: ClassLeaves | None = None

    def texts(self, row: Stored) -> tuple[str, ...]:
        """The cells of one slip."""
        content = row.content
        who = self.found.people.get(content["enrolment"]) if self.found is not None else None
        hours = self.found.hours(content) if self.found is not None else 0
        return (
            who.text if who is not None else "",
            table("leave_kind").label(content["kind"]),
            _period(content),
            hours_text(hours),
            self._state(content),
            half_day_text(content, "returned_on", "returned_half", "")[5:],
            content.get("reason", ""),
        )

    def _state(self, content: Content) -> str:
        if is_refused(content):
            return tr("不同意")
        lacking = self.found.rules.lacking(content) if self.found is not None else []
        words = table("leave_approver")
        return tr("缺 {who}", who="、".join(map(words.label, lacking))) if lacking else tr("已批准")


def _period(content: Content) -> str:
    first, last = half_day_text(content, "start", "start_half", "1"), half_day_text(content, "end", "end_half", "3")
    return "—".join(dict.fromkeys((first[5:], last[5:])))


class LeavePiece(Piece):
    """List and form."""

    READS = frozenset({"leaves", "enrolments", "sessions", "courses", "teachers", "policies"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.found: ClassLeaves | None = None
        self._saved = ""
        self._asked: tuple[str, str] | None = None
        """Whose slip, from which day, another tab asked for."""
        self.model = LeaveModel(self)
        self.table = PlainTable(self.model, tr("请假"), (150, 60, 190, 60, 170, 100))
        self.new_button = button(tr("新增请假"), self.new, icon_name="plus", role="primary", keys="Ctrl+Shift+N")
        self.told = ShortLabel("", "muted")
        tools = flowing(self.new_button, self.sheet_button("F16", self._slip_options), self._blank_button())
        self.splitter = QSplitter()
        self.splitter.addWidget(self.table)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setHandleWidth(theme.px(8))
        layout = column(tools, self.splitter, self.told, space=8)
        layout.setStretch(1, 1)
        self.setLayout(layout)
        self.table.chosen.connect(self._choose)

    def steps(self) -> Iterator[object]:
        """The form, then its approvals."""
        yield self.form
        yield self.form.approvals

    @cached_property
    def form(self) -> LeaveForm:
        """The form of the slip that is chosen."""
        made = LeaveForm()
        self.splitter.addWidget(made)
        self.splitter.setSizes([theme.px(520), theme.px(390)])
        self.splitter.setStretchFactor(0, 1)
        made.wanted.connect(self.save)
        made.deleted.connect(self.ask_delete)
        return made

    def _slip_options(self) -> dict[str, str]:
        chosen = self.table.current()
        who = self.found.people.get(chosen.content["enrolment"]) if chosen is not None and self.found else None
        return {"trainee": who.name if who is not None else "", "blank": "no"}

    def _blank_button(self) -> QWidget:
        made = self.sheet_button("F16", lambda: {"trainee": "", "blank": "yes"})
        made.setText(tr("空白请假单"))  # type: ignore[attr-defined]  # a button
        return made

    def show_class(self, uid: str) -> None:
        """Show another class."""
        self._saved = ""
        self.found = None
        super().show_class(uid)

    def refresh(self) -> None:
        """Read the slips, unless somebody types in the form."""
        if self.found is None or not self.form.is_dirty:  # the form is not made for a class that was not read yet
            self.read(lambda session: class_leaves(session, Policies(session), self.uid), self._take)

    def _take(self, found: ClassLeaves) -> None:
        present = self._saved or self.form.uid
        self.found = self.model.found = found
        self.table.show_rows(found.leaves)
        place = next((number for number, each in enumerate(found.leaves) if each.uid == present), 0)
        if found.leaves:
            self.table.select(place)
        self.form.show_leave(found, found.leaves[place].uid if found.leaves else "")
        refused = sum(is_refused(each.content) for each in found.leaves)
        lacking = sum(bool(found.rules.lacking(each.content)) for each in found.leaves) - refused
        counts = tr(
            "{count} 张请假条 · 审批未全 {open} 张 · 不同意 {refused} 张",
            count=len(found.leaves),
            open=max(lacking, 0),
            refused=refused,
        )
        self.told.setText(
            counts if found.leaves else tr("还没有请假。收到请假条就登记，待核的考勤随之转为病、事、公。")
        )
        self._show_asked()

    def _choose(self, chosen: Stored) -> None:
        if self.found is None or chosen.uid == self.form.uid:
            return
        if self.may_leave():
            self.form.show_leave(self.found, chosen.uid)

    def new(self) -> None:
        """An empty form."""
        if self.found is not None and self.may_leave():
            self.form.show_leave(self.found)
            self.form.person.setFocus()

    def begin_for(self, what: object) -> None:
        """An empty form for a trainee (enrolment) and a day, as the attendance asks for it."""
        if isinstance(what, tuple) and self.may_leave():
            self._asked = (str(what[0]), str(what[1]))
            self.refresh()

    def _show_asked(self) -> None:
        if self._asked is not None and self.found is not None:
            (person, day), self._asked = self._asked, None
            self.form.show_leave(self.found, person=person, day=day)
            self.form.kind.setFocus()

    def save(self, values: Content, uid: str) -> None:
        """Save the slip and turn the marks it covers, as one Act."""
        who = self.found.people[values["enrolment"]].name if self.found is not None else ""

        def done(kept: Recorded) -> None:
            self._saved = kept.uid
            turned = tr("{count} 处考勤随之转换", count=kept.turned) if kept.turned else ""
            released = tr("{count} 处考勤不再算请假，改回待核", count=kept.released) if kept.released else ""
            self.desk.said.emit("，".join(filter(None, (tr("已登记 {name} 请假", name=who), turned, released))))
            self.form.forget_typing()
            self.refresh()

        self.write(
            tr("登记 {name} 请假", name=who), lambda session: record_leave(session, values, uid=uid or None), done
        )

    def ask_delete(self, uid: str) -> None:
        """Put a slip into the bin; marks that it turned stay as they are."""
        text = tr("将删除这张请假条。已转为病、事、公的考勤不变，需要时请在考勤表里改。删除后放入回收站，可以恢复。")
        if self.desk.dialogs.ask(tr("删除"), text, tr("删除"), tr("不删除"), danger=tr("删除")) == tr("删除"):
            self.form.forget_typing()
            self.write(tr("删除请假"), lambda session: delete(session, Leave, uid))

    def may_leave(self) -> bool:
        """Unsaved typing is asked about."""
        if not self.form.is_dirty:
            return True
        text = tr("请假条有改动，尚未保存。")
        stay, drop = tr("继续填写"), tr("放弃改动")
        answer = self.desk.dialogs.ask(tr("尚未保存"), text, stay, drop, danger=drop, leave=stay)
        if answer == tr("放弃改动"):
            self.form.forget_typing()
            return True
        return False

    def focus_first(self) -> None:
        """The keyboard starts in the list, or at the first slip."""
        (self.table if self.found is not None and self.found.leaves else self.new_button).setFocus()
