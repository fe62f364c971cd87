"""Saving and deleting one record: the use cases behind every form. Bringing one back is undoing its deletion."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session
from uuid_utils import uuid7

from desktop.errors import Blocks, InvalidRecord, Problem, RefusedError, StaleRecord, ValueProblem
from desktop.fields import field_named
from desktop.models.base import Content, Record, corrected_fields, key_of, problems_of
from desktop.store.records import Edit, Stored, find, load, load_one, new_uid, write_edits


def parse_values(entity: type[Record], texts: Mapping[str, str]) -> Content:
    """Packed content from the texts of a form; raises InvalidRecord with every text that cannot be read."""
    content: Content = {}
    problems = []
    for name, text in texts.items():
        field = field_named(entity, name)
        try:
            packed = field.pack(field.parse(text))
        except ValueProblem as error:
            problems.append(Problem(name, f"{field.label}：{error}"))
            continue
        content[name] = packed
    if problems:
        raise InvalidRecord(tuple(problems))
    return content


def save(
    session: Session,
    entity: type[Record],
    values: Mapping[str, Any],
    *,
    uid: str | None = None,
    revision: int | None = None,
    reason: str | None = None,
) -> str:
    """Make or change one record from packed values (None clears a field); returns its uid.

    Raises InvalidRecord if a problem blocks saving, StaleRecord if `revision` is not the current one,
    RefusedError if the record belongs to another office or a correction of a sensitive field has no reason.
    """
    before = load_one(session, entity, uid) if uid is not None else None
    if uid is not None and before is None:
        raise RefusedError(f"这条{entity.label}记录已被删除，没有保存；可从回收站恢复")
    if before is not None:
        _refuse_foreign(session, entity, before)
        if revision is not None and revision != before.revision:
            raise StaleRecord(
                f"{entity.label}“{entity.called(before.content)}”已被别人改过，请重新打开后再改；您输入的内容还在"
            )
    content = {**(before.content if before is not None else {}), **values}
    content = {name: value for name, value in content.items() if value is not None}
    blocking = tuple(problem for problem in problems_of(entity, content) if problem.blocks is Blocks.SAVE)
    if blocking:
        raise InvalidRecord(blocking)
    _refuse_second_key(session, entity, content, uid)
    uid = uid or _free_uid(session, entity, content)
    before = before or load(session, entity, (uid,), with_deleted=True).get(uid)
    if before is not None and before.deleted_at is None:
        _refuse_without_reason(entity, before.content, content, reason)
    write_edits(session, [Edit(entity, uid, before, content, reason=reason)])
    return uid


def delete(session: Session, entity: type[Record], uid: str, *, reason: str | None = None) -> None:
    """Put one record into the bin. Raises RefusedError if it is gone or belongs to another office."""
    before = load_one(session, entity, uid)
    if before is None:
        raise RefusedError(f"这条{entity.label}记录已被删除，无须再删")
    _refuse_foreign(session, entity, before)
    write_edits(session, [Edit(entity, uid, before, None, reason=reason)])


def _refuse_foreign(session: Session, entity: type[Record], before: Stored) -> None:
    own = session.info["act"].origin
    if before.origin != own:
        who = f"{entity.label}“{entity.called(before.content)}”"
        raise RefusedError(f"{who}由单位 {before.origin} 登记，只能由该单位修改；没有改动")


def _refuse_second_key(session: Session, entity: type[Record], content: Content, uid: str | None) -> None:
    key = key_of(entity, content)
    if key is None:
        return
    for other in find(session, entity, dict(zip(entity.key, key, strict=True))).values():
        if other.uid != uid:
            labels = "、".join(field_named(entity, name).label for name in entity.key if _is_shown(entity, name))
            who = f"{entity.label}“{entity.called(other.content)}”"
            raise InvalidRecord((Problem(entity.key[0], f"{labels}与已有的{who}相同，请核对是否重复"),))


def _free_uid(session: Session, entity: type[Record], content: Content) -> str:
    """The uid of a new record; another than its key gives where a record that was renamed since still has that one."""
    uid = new_uid(entity, content)
    holder = load_one(session, entity, uid)
    return uid if holder is None else str(uuid7())


def _is_shown(entity: type[Record], name: str) -> bool:
    return not field_named(entity, name).internal


def _refuse_without_reason(entity: type[Record], old: Content, new: Content, reason: str | None) -> None:
    """A correction of a sensitive field stands in the 更正登记 and needs a reason."""
    corrected = corrected_fields(entity, old, new)
    if corrected and not (reason or "").strip():
        labels = "、".join(field_named(entity, name).label for name in corrected)
        raise RefusedError(f"更正{labels}需要填写更正原因，没有保存")
