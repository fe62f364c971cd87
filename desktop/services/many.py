"""Changing many records as one Act: bulk change, filling down, a pasted block. Planned first, then written whole.

The plan is a dry run of the rules by which one record is saved (`services.records`); writing plans anew under the
lock and refuses when the records are no longer what was shown.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from desktop.errors import Blocks, RefusedError
from desktop.fields import field_named
from desktop.models.base import Content, Record, corrected_fields, key_of, problems_of
from desktop.store.act import OpenAct
from desktop.store.records import Edit, Stored, find, load, new_uid, write_edits


@dataclass(frozen=True, slots=True)
class RowChange:
    """What one row asks for: packed values to set (None clears), of a record or of a new one."""

    values: Content
    uid: str | None = None


@dataclass
class ManyPlan:
    """What would happen: the edits, what stands against them by number of the row from 1, what stays as it is."""

    edits: list[Edit] = field(default_factory=list)
    problems: list[tuple[int, str]] = field(default_factory=list)
    unchanged: int = 0
    corrected: tuple[str, ...] = ()
    """Labels of sensitive fields that get another value; their correction needs a reason."""

    @property
    def new(self) -> int:
        """How many records would be made."""
        return sum(edit.before is None for edit in self.edits)

    @property
    def changed(self) -> int:
        """How many records would be changed."""
        return len(self.edits) - self.new

    @property
    def base(self) -> tuple[tuple[str, int], ...]:
        """The revisions that the plan was made from."""
        return tuple((edit.uid, edit.before.revision) for edit in self.edits if edit.before is not None)


def plan_many(session: Session, entity: type[Record], rows: Sequence[RowChange], *, own: str) -> ManyPlan:
    """Plan changes of records of one entity; `own` is the code of the office that may change its records only."""
    known = load(session, entity, [row.uid for row in rows if row.uid is not None])
    plan = ManyPlan()
    corrected: dict[str, None] = {}
    taken: dict[tuple[Any, ...], int] = {}
    for number, row in enumerate(rows, 1):
        before = known.get(row.uid) if row.uid is not None else None
        if before is not None and before.origin != own:
            who = f"{entity.label}“{entity.called(before.content)}”"
            plan.problems.append((number, f"{who}由单位 {before.origin} 登记，只能由该单位修改"))
            continue
        content = _content(row, before)
        found = [*_problems(session, entity, row, before, content), *_second_in_block(entity, content, taken)]
        if found:
            plan.problems += [(number, text) for text in found]
            continue
        if (key := key_of(entity, content)) is not None:
            taken[key] = number
        if before is not None and content == before.content:
            plan.unchanged += 1
            continue
        if before is not None:
            corrected.update(dict.fromkeys(corrected_fields(entity, before.content, content)))
        plan.edits.append(Edit(entity, row.uid or new_uid(entity, content), before, content))
    plan.corrected = tuple(field_named(entity, name).label for name in corrected)
    return plan


def write_many(
    session: Session, entity: type[Record], rows: Sequence[RowChange], planned: ManyPlan, *, reason: str = ""
) -> int:
    """Carry a plan out as part of the session's Act; returns how many records changed.

    Raises RefusedError where a correction has no reason, or where a record is another than when it was planned.
    """
    act: OpenAct = session.info["act"]
    plan = plan_many(session, entity, rows, own=act.origin)
    if plan.base != planned.base or plan.problems != planned.problems or plan.new != planned.new:
        raise RefusedError("这些记录刚才又被改过，没有保存；请重新预览后再确认")
    if plan.corrected and not reason.strip():
        raise RefusedError(f"更正{'、'.join(plan.corrected)}需要填写更正原因，没有保存")
    for edit in plan.edits:
        is_corrected = edit.before is not None and corrected_fields(entity, edit.before.content, edit.content or {})
        edit.reason = reason.strip() or None if is_corrected else None
    return write_edits(session, plan.edits)


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
    key = key_of(entity, content)
    if key is None or (before is not None and key_of(entity, before.content) == key):
        return
    for other in find(session, entity, dict(zip(entity.key, key, strict=True))).values():
        if other.uid != row.uid:
            yield f"{_key_labels(entity)}与已有的{entity.label}“{entity.called(other.content)}”相同，请核对是否重复"


def _second_in_block(entity: type[Record], content: Content, taken: Mapping[tuple[Any, ...], int]) -> Iterator[str]:
    key = key_of(entity, content)
    if key is not None and key in taken:
        yield f"{_key_labels(entity)}与第 {taken[key]} 行相同，请核对是否重复"


def _key_labels(entity: type[Record]) -> str:
    shown = [field_named(entity, name) for name in entity.key]
    return "、".join(each.label for each in shown if not each.internal)
