"""计划论证: what the plan of a class adds up to, what its experts said, its approval, when its schedule went out."""

from datetime import date
from functools import partial

from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QWidget

from desktop.errors import RefusedError, ValueProblem
from desktop.fields import field_named
from desktop.models import PlanExpert
from desktop.models.base import Content
from desktop.queries.training.courses import CoursePlan, course_plan
from desktop.services.training.plan import add_expert, approve_plan, drop_expert, issue_schedule
from desktop.text import tr
from desktop.ui import theme as look
from desktop.ui.desk import Desk
from desktop.ui.flow import FlowLayout
from desktop.ui.pages.packages_table import Row, RowsTable
from desktop.ui.theme import theme
from desktop.ui.training.day_dialog import DayDialog
from desktop.ui.training.piece import Piece
from desktop.ui.training.plan_sums import PlanSums
from desktop.ui.typed_dialog import FieldsDialog
from desktop.ui.widgets import button, card, column, label


class ApprovalPiece(Piece):
    """The check of the plan, the experts, and the two steps that make it valid."""

    READS = frozenset({"classes", "courses", "programmes"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.content: Content = {}
        self.sums = PlanSums(most=5)
        self.state = label("", wrap=True)
        headings = (tr("专家"), tr("工作单位"), tr("校内外"), tr("论证日期"), tr("意见"), tr("论证意见"))
        self.table = RowsTable(tr("论证专家"), headings, (90, 190, 64, 100, 72, 260))
        self.add_button = button(tr("登记专家意见"), self.add, icon_name="plus", keys="Insert")
        self.drop_button = button(tr("删除此条"), self.drop, icon_name="trash")
        self.approve_button = button(tr("论证通过"), self.approve, icon_name="shield-check")
        self.issue_button = button(tr("下发日程表"), self.issue, icon_name="mail-opened")
        tools = FlowLayout(theme.px(6))
        for each in (
            self.add_button,
            self.drop_button,
            self.approve_button,
            self.issue_button,
            self.sheet_button("F12"),
            self.sheet_button("F13"),
        ):
            tools.addWidget(each)
        above = QWidget()
        above.setLayout(tools)
        checked = card(label(tr("计划核对"), "section"), self.sums, space=4, margin=12)
        layout = column(above, checked, self.state, self.table, space=8)
        layout.setStretch(3, 1)
        self.setLayout(layout)

    def refresh(self) -> None:
        """Check the plan anew."""
        self.read(partial(course_plan, uid=self.uid), self._show)

    def _show(self, plan: CoursePlan) -> None:
        self.content = plan.names.content("classes", self.uid)
        self.sums.show_check(plan.check)
        self.table.show_rows([_row(each) for each in self.content.get("experts", ())])
        self.state.setText(_state_text(self.content))

    def add(self) -> None:
        """What one expert said."""
        dialog = ExpertDialog(self._likely_day(), self)
        if not self.desk.dialogs.run(dialog):
            return
        uid, expert = self.uid, dialog.values()
        self.write(tr("登记专家意见 {name}", name=expert["name"]), lambda session: add_expert(session, uid, expert))

    def drop(self) -> None:
        """Take the word of one expert back."""
        place, uid = self.table.currentIndex().row(), self.uid
        if place >= 0:
            name = self.table.rows.rows[place].texts[0]
            self.write(tr("删除专家意见 {name}", name=name), lambda session: drop_expert(session, uid, place))

    def approve(self) -> None:
        """The plan may be used."""
        text = tr("校内外专家都已同意后登记。论证通过后方可实施。")
        days = [each["date"] for each in self.content.get("experts", ()) if "date" in each]
        day = date.fromisoformat(max(days)) if days else self._likely_day()
        dialog = DayDialog(tr("论证通过"), text, day, reason=tr("论证结论（可不填）"), needed=False, parent=self)
        if self.desk.dialogs.run(dialog):
            uid, day, opinion = self.uid, dialog.day, dialog.why
            self.write(tr("培训计划论证通过"), lambda session: approve_plan(session, uid, day, opinion))

    def issue(self) -> None:
        """The schedule goes out."""
        text = tr("日程表哪天下发？下发以后调课、取消要写原因，原课次保留。")
        dialog = DayDialog(tr("下发日程表"), text, self._likely_day(), parent=self)
        if self.desk.dialogs.run(dialog):
            uid, day = self.uid, dialog.day
            self.write(tr("下发日程表"), lambda session: issue_schedule(session, uid, day))

    def _likely_day(self) -> date:
        """Today, or the first day of a class that began long ago."""
        today = date.today()  # noqa: DTZ011 - an office's day is the day of its own clock
        start = self.content.get("start")
        return min(today, date.fromisoformat(start)) if start else today

    def focus_first(self) -> None:
        """The keyboard starts at the experts."""
        self.table.setFocus()


class ExpertDialog(FieldsDialog):
    """Name, unit, from where, on which day, whether the expert agrees, and what was said."""

    def __init__(self, day: date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("登记专家意见"))
        self.setMinimumWidth(theme.px(440))
        self.name, self.unit, self.opinion = QLineEdit(), QLineEdit(), QLineEdit()
        self.day = QLineEdit(day.isoformat())
        self.outside = QCheckBox(tr("校外专家"))
        self.agrees = QComboBox()
        self.agrees.addItem(tr("同意实施"), 1)
        self.agrees.addItem(tr("不同意，修改后再论证"), 0)
        fields = (
            (tr("专家姓名"), self.name),
            (tr("工作单位"), self.unit),
            (tr("校内外"), self.outside),
            (tr("论证日期"), self.day),
            (tr("意见"), self.agrees),
            (tr("论证意见"), self.opinion),
        )
        self.lay_out(tr("登记专家意见"), fields, tr("登记"))

    def values(self) -> Content:
        """The line of the expert. Raises RefusedError with everything that is missing or cannot be read."""
        values: Content = {"is_outside": int(self.outside.isChecked()), "agrees": int(self.agrees.currentData())}
        texts = {"name": self.name, "unit": self.unit, "date": self.day, "opinion": self.opinion}
        problems = []
        for name, editor in texts.items():
            declared = field_named(PlanExpert, name)
            text = editor.text().strip()
            try:
                values |= {name: declared.pack(declared.parse(text))} if text else {}
            except ValueProblem as error:
                problems.append(f"{declared.label}：{error.sentence}")
            if not text and name in ("name", "date"):
                problems.append(f"{declared.label}没有填写")
        if problems:
            raise RefusedError("；".join(problems))
        return values


def _row(expert: Content) -> Row:
    agrees = {1: tr("同意"), 0: tr("不同意")}.get(expert.get("agrees", -1), "")
    texts = (
        expert["name"],
        expert.get("unit", ""),
        tr("校外") if expert.get("is_outside") else tr("校内"),
        expert.get("date", ""),
        agrees,
        expert.get("opinion", ""),
    )
    return Row(texts, expert, ("", "", "", "", look.RED if expert.get("agrees") == 0 else ""))


def _state_text(content: Content) -> str:
    approved, issued = content.get("plan_approved_on"), content.get("schedule_issued_on")
    parts = [
        tr("{day} 论证通过：{opinion}", day=approved, opinion=content.get("plan_opinion", tr("同意实施")).rstrip("。"))
        if approved
        else tr("还没有论证通过")
    ]
    parts.append(tr("日程表 {day} 下发", day=issued) if issued else tr("日程表还没有下发"))
    return "；".join(parts)
