"""Changing many records of a list: planned in a Job, asked with the counts, written as one Act."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from desktop.models.base import Record
from desktop.services.many import ManyPlan, RowChange, plan_many, write_many
from desktop.text import tr
from desktop.ui.desk import Desk
from desktop.ui.forms.reasons import ask_reason
from desktop.ui.jobs import after_painting


@dataclass(frozen=True)
class Rows:
    """Rows to be planned; who reads more from a session, such as a pasted block, tells that along with them."""

    rows: Sequence[RowChange]


Planned = TypeVar("Planned", bound=Rows)


class ManyWriter:
    """Plans and writes; nothing is written without a question that says how many."""

    def __init__(self, desk: Desk, entity: type[Record], unit: str) -> None:
        self.desk, self.entity, self.unit = desk, entity, unit

    def plan(
        self, read: Callable[[Any], Planned], then: Callable[[Planned, ManyPlan], None], *, once: bool = False
    ) -> None:
        """Read the rows from a session and plan them, in a Job."""
        store, entity = self.desk.store, self.entity

        def work(_progress: object) -> tuple[Planned, ManyPlan]:
            with store.read() as session:
                planned = read(session)
                return planned, plan_many(session, entity, planned.rows, own=store.office_code)

        self.desk.jobs.run(tr("核对"), after_painting(work), lambda found: then(*found), once=once)

    def ask_and_write(
        self, title: str, rows: Sequence[RowChange], what: str, done: Callable[[], None] | None = None
    ) -> None:
        """Plan, ask with the counts, and write where the clerk agrees; `what` says what shall happen."""
        self.plan(lambda _session: Rows(rows), lambda _rows, plan: self._ask(title, rows, what, plan, done), once=True)

    def _ask(
        self, title: str, rows: Sequence[RowChange], what: str, plan: ManyPlan, done: Callable[[], None] | None
    ) -> None:
        if not plan.count:
            told = self.told(plan) or tr("内容本来就是这样")
            self.desk.dialogs.tell(title, tr("{what}没有改动。{told}", what=what, told=told))
            return
        text = tr("{what}{told}。确认后可用 Ctrl+Z 整批撤销。", what=what, told=self.told(plan))
        detail = "\n".join(tr("第 {row} 条：{text}", row=row, text=text) for row, text in plan.problems)
        confirm = tr("修改 {count} {unit}", count=plan.count, unit=self.unit)
        if self.desk.dialogs.ask(title, text, confirm, tr("不修改"), detail=detail) == confirm:
            self.write(title, rows, plan, done)

    def told(self, plan: ManyPlan) -> str:
        """The counts of a plan as a sentence."""
        parts = [
            tr("新增 {count} {unit}", count=plan.new, unit=self.unit) if plan.new else "",
            tr("有变更 {count} {unit}", count=plan.changed, unit=self.unit) if plan.changed else "",
            tr("无变化 {count} {unit}", count=plan.unchanged, unit=self.unit) if plan.unchanged else "",
            tr("{count} 行不能保存", count=len({row for row, _ in plan.problems})) if plan.problems else "",
        ]
        return "，".join(part for part in parts if part)

    def write(
        self, title: str, rows: Sequence[RowChange], plan: ManyPlan, done: Callable[[], None] | None = None
    ) -> None:
        """Write a plan that was agreed to; asks for the reason of corrections first."""
        reason = ""
        if plan.corrected:
            found = ask_reason(self.desk.dialogs, plan.corrected)
            if found is None:
                return
            reason = found
        store, entity, operator = self.desk.store, self.entity, self.desk.operator

        def work(_progress: object) -> int:
            with store.write(title, operator=operator) as session:
                return write_many(session, entity, rows, plan, reason=reason)

        def written(count: int) -> None:
            self.desk.said.emit(tr("已保存 {count} {unit}", count=count, unit=self.unit))
            if done is not None:
                done()

        self.desk.jobs.run(title, after_painting(work), written, once=True)
