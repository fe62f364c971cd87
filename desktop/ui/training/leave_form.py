"""The form of a leave slip: who, what kind, from when to when, why, and the word of each who must agree."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFrame, QGridLayout, QWidget

from desktop.codes import table
from desktop.errors import InvalidRecord, Problem
from desktop.fields import field_named
from desktop.models import Leave
from desktop.models.base import Content
from desktop.queries.training.leaves import ClassLeaves, half_day_text, is_shortened, leave_days
from desktop.rules.hours import hours_text
from desktop.services.records import parse_values
from desktop.text import tr
from desktop.ui.forms.picks import make_pick
from desktop.ui.forms.suggestions import PickSource
from desktop.ui.forms.text_fields import LineEditor, NumberEditor, PickEditor
from desktop.ui.theme import theme
from desktop.ui.training.leave_approval import ApprovalEditors
from desktop.ui.widgets import button, column, label, row, scrolled

_DAYS: Final = ("start", "end", "applied_on", "returned_on")


class LeaveForm(QFrame):
    """One slip; `wanted` carries the values to save and the uid of the slip, "" for a new one."""

    wanted = Signal(object, str)
    deleted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self._found: ClassLeaves | None = None
        self.uid = ""
        self._shown: dict[str, str] = {}
        self.heading = label("", "section")
        self.person = PickEditor()
        self.person.set_source(self._people)
        self.kind = _codes("leave_kind")
        self.days = {name: NumberEditor() for name in _DAYS}
        self.halves = {name: _codes("day_part") for name in ("start", "end", "returned")}
        self.halves["returned"].insertItem(0, "", None)
        self.hours = NumberEditor()
        self.reason = LineEditor()
        self._approval_lines = QGridLayout()
        self.said = label("", "muted", wrap=True)
        self.problem = label("", "problem", wrap=True)
        self.save_button = button(tr("保存"), self.save, role="primary", keys="Ctrl+S")
        self.delete_button = button(tr("删除"), lambda: self.deleted.emit(self.uid), icon_name="trash", role="flat")
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.px(8))
        grid.setVerticalSpacing(theme.px(7))
        grid.setColumnStretch(1, 1)
        start = row(self.days["start"], self.halves["start"], space=6)
        end = row(self.days["end"], self.halves["end"], space=6)
        pairs = ((self.days["applied_on"], tr("申请日期")), (self.days["returned_on"], tr("销假日期")))
        named = (*pairs, (self.person, tr("学员")), (self.kind, tr("请假类别")), (self.reason, tr("事由")))
        for editor, name in (*named, (self.hours, tr("学时"))):
            editor.setAccessibleName(name)
        lines = (
            (tr("学员 *"), row(self.person)),
            (tr("类别 *"), row(self.kind, label(tr("学时")), self.hours, space=6)),
            (tr("开始 *"), start),
            (tr("结束 *"), end),
            (tr("事由"), row(self.reason)),
            (tr("申请"), row(self.days["applied_on"])),
            (tr("销假"), row(self.days["returned_on"], self.halves["returned"], space=6)),
        )
        for number, (text, pieces) in enumerate(lines):
            grid.addWidget(label(text), number, 0)
            grid.addLayout(pieces, number, 1)
        self.hours.setPlaceholderText(tr("不填按课次计"))
        for name in ("start", "end"):
            self.days[name].setPlaceholderText("2026-07-09")
            word = field_named(Leave, name).label
            self.days[name].setAccessibleName(word)
            self.halves[name].setAccessibleName(tr("{day}的时段", day=word))
        self.halves["returned"].setAccessibleName(field_named(Leave, "returned_half").label)
        self.halves["returned"].setToolTip(tr("从哪一时段起返回；不填的，返回当天仍算请假"))
        self.days["returned_on"].setPlaceholderText(tr("提前返回的填"))
        inner = QFrame()
        fields = QWidget()
        fields.setLayout(grid)
        grid.setContentsMargins(0, 0, 0, 0)
        inner.setLayout(column(fields, self.said, self._approval_box(), None, space=8, margins=(0, 0, 8, 0)))
        head = row(self.heading, None, self.delete_button)
        foot = row(self.problem, self.save_button)
        foot.setStretch(0, 1)
        layout = column(head, scrolled(inner), foot, space=8, margins=(14, 10, 12, 10))
        layout.setStretch(1, 1)
        self.setLayout(layout)

    def _approval_box(self) -> QWidget:
        whole, grid = QWidget(), self._approval_lines
        whole.setLayout(grid)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.px(6))
        grid.setVerticalSpacing(theme.px(6))
        grid.addWidget(label(tr("审批"), "section"), 0, 0)
        grid.setColumnStretch(2, 1)
        return whole

    @cached_property
    def approvals(self) -> dict[str, ApprovalEditors]:
        """The editors of each who may have to agree, by code; made when they are first asked for."""
        words = table("leave_approver")
        made = {code: ApprovalEditors(words.label(code)) for code in words.codes}
        for number, each in enumerate(made.values()):
            each.add_to(self._approval_lines, 2 * number + 1)
        return made

    def _connect(self) -> None:
        for editor in (self.person, *self.days.values()):
            editor.left.connect(self.tell)
        self.person.picked.connect(self.tell)
        for box in (*self.halves.values(), self.kind):
            box.activated.connect(lambda _index: self.tell())
        order = (self.person, self.days["start"], self.days["end"], self.reason, self.hours, self.days["applied_on"])
        for editor, following in zip(order, (*order[1:], self.save_button), strict=True):
            editor.moved.connect(lambda on, editor=editor, following=following: self._move(editor, following, on=on))

    def _move(self, editor: LineEditor, following: Any, *, on: bool) -> None:  # noqa: ANN401 - editor or button
        if on:
            following.setFocus()
        else:
            editor.focusPreviousChild()

    def _people(self) -> PickSource:
        people = self._found.people.values() if self._found is not None else ()
        return PickSource([make_pick(each.text, each.uid, each.name, each.unit) for each in people])

    def show_leave(self, found: ClassLeaves, uid: str = "", *, person: str = "", day: str = "") -> None:
        """Show a slip of the class, or an empty form, perhaps for somebody and a day."""
        self._found, self.uid = found, uid
        content: Content = next((each.content for each in found.leaves if each.uid == uid), {})
        content = content or {
            name: value for name, value in (("enrolment", person), ("start", day), ("end", day)) if value
        }
        self.heading.setText(tr("请假条") if uid else tr("新增请假"))
        self.delete_button.setVisible(bool(uid))
        who = found.people.get(content.get("enrolment", ""))
        self.person.set_text(who.text if who is not None else "")
        self.kind.setCurrentIndex(max(self.kind.findData(content.get("kind", "2")), 0))
        for name, editor in self.days.items():
            editor.set_text(content.get(name, ""))
        self.halves["start"].setCurrentIndex(self.halves["start"].findData(content.get("start_half", "1")))
        self.halves["end"].setCurrentIndex(self.halves["end"].findData(content.get("end_half", "3")))
        self.halves["returned"].setCurrentIndex(self.halves["returned"].findData(content.get("returned_half")))
        self.hours.set_text(field_named(Leave, "hours").format_packed(content.get("hours")))
        self.reason.set_text(content.get("reason", ""))
        lines = {line["by"]: line for line in content.get("approvals", ())}
        for code, each in self.approvals.items():
            each.show_line(lines.get(code, {"by": code}))
        self.problem.setText("")
        self.tell()
        # What was filled in for a person is as good as typed: a list read anew must not take it away.
        self._shown = {} if person else self._texts()

    def _texts(self) -> dict[str, str]:
        """The form as texts by field, approvals too."""
        texts = {name: editor.text().strip() for name, editor in self.days.items()}
        texts |= {f"{name}_half": box.currentText() for name, box in self.halves.items()}
        texts |= {
            "kind": self.kind.currentText(),
            "hours": self.hours.text().strip(),
            "reason": self.reason.text().strip(),
        }
        approvals = "|".join(each.text() for each in self.approvals.values())
        return {**texts, "person": self.person.text().strip(), "approvals": approvals}

    @property
    def is_dirty(self) -> bool:
        """Whether something was typed that is not saved."""
        return self._found is not None and self._texts() != self._shown

    def forget_typing(self) -> None:
        """What was typed is saved, or given up."""
        self._shown = self._texts()

    def _leave(self) -> Content:
        """The slip as it would be saved. Raises InvalidRecord with everything that cannot be read."""
        texts = self._texts()
        del texts["person"], texts["approvals"]
        problems: tuple[Problem, ...] = ()
        values: Content = {}
        try:
            values = parse_values(Leave, texts)
        except InvalidRecord as error:
            problems = error.problems
        missing = [name for name in ("start", "end") if not texts[name]]
        labels = {name: field_named(Leave, name).label for name in missing}
        problems = (*problems, *(Problem(name, f"{word}没有填写") for name, word in labels.items()))
        who = self._person()
        if not who:
            problems = (
                *problems,
                Problem("enrolment", tr("学员“{name}”不在本班，请从名单中选择", name=self.person.text())),
            )
        approvals = []
        for each in self.approvals.values():
            try:
                approvals.append(each.line())
            except InvalidRecord as error:
                problems = (*problems, *error.problems)
        if problems:
            raise InvalidRecord(problems)
        return {**values, "enrolment": who, "approvals": [line for line in approvals if line]}

    def _person(self) -> str:
        if self._found is None:
            return ""
        if self.person.pick is not None:
            return str(self.person.pick.value)
        typed = self.person.text().strip()
        found = [each.uid for each in self._found.people.values() if typed in (each.text, each.name)]
        return found[0] if len(found) == 1 else ""

    def tell(self) -> None:
        """Say what the slip covers, and who must agree to a leave so long."""
        found = self._found
        try:
            leave = self._leave()
        except InvalidRecord:
            leave = {}
        needed = found.rules.needed(leave) if found is not None and leave and leave["end"] >= leave["start"] else []
        words = table("leave_approver")
        for code, each in self.approvals.items():
            each.caption.setText(f"{words.label(code)}{' *' if code in needed else ''}")
        self.said.setText(_covering(found, leave, needed) if found is not None and needed else "")

    def save(self) -> None:
        """Hand over what was typed, or say everything that cannot be read."""
        try:
            values = self._leave()
        except InvalidRecord as error:
            self.problem.setText("；".join(each.text for each in error.problems))
            return
        self.problem.setText("")
        self.wanted.emit(values, self.uid)


def _covering(found: ClassLeaves, leave: Mapping[str, Any], needed: list[str]) -> str:
    courses, missed = found.missed(leave)
    idle = "" if missed else tr("这段时间本班没有课次，请核对日期")
    words = table("leave_approver")
    back = half_day_text(leave, "returned_on", "returned_half", "") if is_shortened(leave) else ""
    parts = (
        tr("请假 {days} 天，涉及 {hours} 学时", days=leave_days(leave), hours=hours_text(missed)),
        idle,
        tr("{back}销假，此后的课次不算请假", back=back) if back else "",
        "、".join(courses),
        tr("须经 {who} 批准", who="、".join(words.label(code) for code in needed)),
        *(tr("连同已有缺课：{what}", what=each) for each in found.consequence(leave)),
    )
    return "；".join(filter(None, parts))


def _codes(name: str) -> QComboBox:
    box = QComboBox()
    for code in table(name).codes:
        box.addItem(table(name).label(code), code)
    return box
