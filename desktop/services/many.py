"""Changing many records as one Act: bulk change, filling down, a pasted block. Planned first, then written whole.

The plan is a dry run of the rules by which one record is saved (`services.records`); writing plans anew under the
lock and refuses when the records are no longer what was shown.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy.orm import Session

from desktop.errors import Blocks, RefusedError, ValueProblem
from desktop.fields import field_named
from desktop.models.base import Content, Record, corrected_fields, key_of, problems_of
from desktop.services.workplaces import Workplaces
from desktop.store.act import OpenAct
from desktop.store.records import Edit, Stored, find, load, new_uid, write_edits

_WITHOUT_KEY: Final = {"teachers": ("name", "birth_date")}
"""What two records of an entity share that are likely the same although one has no natural key, by plural."""


@dataclass(frozen=True, slots=True)
class RowChange:
    """What one row asks for: packed values to set (None clears), of a record or of a new one.

    `school` is the uid of the school where the teacher of the row works; None says nothing of it.
    """

    values: Content
    uid: str | None = None
    school: str | None = None


@dataclass
class ManyPlan:
    """What would happen: the edits, what stands against them by number of the row from 1, what stays as it is."""

    edits: list[Edit] = field(default_factory=list)
    problems: list[tuple[int, str]] = field(default_factory=list)
    unchanged: int = 0
    employments: list[Edit] = field(default_factory=list)
    """Where the teachers of rows work, as far as no employment says it yet."""
    placed: int = 0
    """How many records stay as they are, but get an employment."""
    corrected: tuple[str, ...] = ()
    """Labels of sensitive fields that get another value; their correction needs a reason."""

    @property
    def new(self) -> int:
        """How many records would be made."""
        return sum(edit.before is None for edit in self.edits)

    @property
    def changed(self) -> int:
        """How many records would be changed."""
        return self.count - self.new

    @property
    def count(self) -> int:
        """How many rows would be saved."""
        return len(self.edits) + self.placed

    @property
    def base(self) -> tuple[tuple[str, int], ...]:
        """The revisions that the plan was made from."""
        return tuple((edit.uid, edit.before.revision) for edit in self.edits if edit.before is not None)

    def agrees(self, other: "ManyPlan") -> bool:
        """Whether another plan of the same rows would do the same."""
        names = ("base", "problems", "new", "count")
        return all(getattr(self, name) == getattr(other, name) for name in names)


def plan_many(session: Session, entity: type[Record], rows: Sequence[RowChange], *, own: str) -> ManyPlan:
    """Plan changes of records of one entity; `own` is the code of the office that may change its records only."""
    known = load(session, entity, [row.uid for row in rows if row.uid is not None])
    planner = _RowPlanner(session, entity, own, rows)
    for number, row in enumerate(rows, 1):
        planner.plan_row(number, row, known.get(row.uid) if row.uid is not None else None)
    planner.plan.corrected = tuple(field_named(entity, name).label for name in planner.corrected)
    return planner.plan


class _RowPlanner:
    """Plans row after row; remembers the keys taken and the fields corrected."""

    def __init__(self, session: Session, entity: type[Record], own: str, rows: Sequence[RowChange]) -> None:
        self.session, self.entity, self.own = session, entity, own
        self.plan = ManyPlan()
        self.corrected: dict[str, None] = {}
        self._taken: dict[tuple[Any, ...], int] = {}
        placed = [row.uid for row in rows if row.school is not None and row.uid is not None]
        self._workplaces = Workplaces(session, placed) if any(row.school is not None for row in rows) else None

    def plan_row(self, number: int, row: RowChange, before: Stored | None) -> None:
        """Add what a row changes to the plan, or what stands against it."""
        plan, entity = self.plan, self.entity
        if before is not None and before.origin != self.own:
            who = f"{entity.label}“{entity.called(before.content)}”"
            plan.problems.append((number, f"{who}由单位 {before.origin} 登记，只能由该单位修改"))
            return
        content = _content(row, before)
        uid = row.uid or new_uid(entity, content)
        found = [*_problems(self.session, entity, row, before, content), *self._second_in_block(content)]
        employment = self._employment(uid, row, found)
        if found:
            plan.problems += [(number, text) for text in found]
            return
        if (key := key_of(entity, content)) is not None:
            self._taken[key] = number
        if employment is not None:
            plan.employments.append(employment)
        if before is not None and content == before.content:
            plan.placed += employment is not None
            plan.unchanged += employment is None
            return
        if before is not None:
            self.corrected.update(dict.fromkeys(corrected_fields(entity, before.content, content)))
        plan.edits.append(Edit(entity, uid, before, content))

    def _employment(self, uid: str, row: RowChange, found: list[str]) -> Edit | None:
        """Where the teacher of a row works, as far as it is new; what stands against it goes to the problems."""
        if self._workplaces is None or row.school is None:
            return None
        try:
            return self._workplaces.plan(uid, row.school)
        except ValueProblem as error:
            found.append(error.sentence)
            return None

    def _second_in_block(self, content: Content) -> Iterator[str]:
        key = key_of(self.entity, content)
        if key is not None and key in self._taken:
            yield f"{_labels(self.entity, self.entity.key)}与第 {self._taken[key]} 行相同，请核对是否重复"


def write_many(
    session: Session, entity: type[Record], rows: Sequence[RowChange], planned: ManyPlan, *, reason: str = ""
) -> int:
    """Carry a plan out as part of the session's Act; returns how many rows were saved.

    Raises RefusedError where a correction has no reason, or where a record is another than when it was planned.
    """
    act: OpenAct = session.info["act"]
    plan = plan_many(session, entity, rows, own=act.origin)
    if not plan.agrees(planned):
        raise RefusedError("这些记录刚才又被改过，没有保存；请重新预览后再确认")
    if plan.corrected and not reason.strip():
        raise RefusedError(f"更正{'、'.join(plan.corrected)}需要填写更正原因，没有保存")
    for edit in plan.edits:
        is_corrected = edit.before is not None and corrected_fields(entity, edit.before.content, edit.content or {})
        edit.reason = reason.strip() or None if is_corrected else None
    write_edits(session, [*plan.edits, *plan.employments])
    return plan.count


def _content(row: RowChange, before: Stored | None) -> Content:
    merged: Mapping[str, Any] = {**(before.content if before is not None else {}), **row.values}
    return {name: value for name, value in merged.items() if value is not None}


def _problems(
    session: Session, entity: type[Record], row: RowChange, before: Stored | None, content: Content
) -> Iterator[str]:
    if row.uid is not None and before is None:
        yield f"这条{entity.label}记录已被删除"
        return
    yield from (each.text for each in problems_of(entity, content) if each.blocks is Blocks.SAVE)
    if before is None:
        yield from _same_without_key(session, entity, content)
    key = key_of(entity, content)
    if key is None or (before is not None and key_of(entity, before.content) == key):
        return
    for other in find(session, entity, dict(zip(entity.key, key, strict=True))).values():
        if other.uid != row.uid:
            yield _told_known(entity, entity.key, other)


def _same_without_key(session: Session, entity: type[Record], content: Content) -> Iterator[str]:
    """A new record that may be a known one because one of the two has no natural key: a person without number."""
    names = _WITHOUT_KEY.get(entity.plural, ())
    if not names or any(name not in content for name in names):
        return
    for other in find(session, entity, {name: content[name] for name in names}).values():
        if key_of(entity, content) is None or key_of(entity, other.content) is None:
            yield _told_known(entity, names, other)


def _told_known(entity: type[Record], names: Sequence[str], other: Stored) -> str:
    return f"{_labels(entity, names)}与已有的{entity.label}“{entity.called(other.content)}”相同，请核对是否重复"


def _labels(entity: type[Record], names: Sequence[str]) -> str:
    shown = [field_named(entity, name) for name in names]
    return "、".join(each.label for each in shown if not each.internal)
