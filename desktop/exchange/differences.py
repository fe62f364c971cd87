"""In what two versions of one record differ, as a clerk reads it."""

from collections.abc import Mapping

from desktop.errors import ValueProblem
from desktop.exchange.plan import FieldChange
from desktop.fields import Field, children_of, fields_of
from desktop.kinds import Picture
from desktop.models.base import Content, Record


def differences(
    entity: type[Record], old: Content, new: Content, names: Mapping[str, str], *, covered: bool = False
) -> list[FieldChange]:
    """The fields and lines that differ; `names` says what linked records are called.

    `covered`: personal numbers in part, as lists, receipts and paper show them.
    """
    found = [
        FieldChange(entity.plural, each.name, each.label, *(each.cover(*texts) if covered else texts))
        for each in fields_of(entity)
        if old.get(each.name) != new.get(each.name)
        for texts in (_texts(each, old, new, names),)
    ]
    for child in children_of(entity):
        before, after = old.get(child.name, []), new.get(child.name, [])
        if before != after:
            found.append(FieldChange(entity.plural, child.name, child.label, _rows(before), _rows(after)))
    return found


def _rows(rows: object) -> str:
    return f"{len(rows)} 行" if isinstance(rows, list) else str(rows)


def _texts(each: Field, old: Content, new: Content, names: Mapping[str, str]) -> tuple[str, str]:
    """Both values as texts; of two pictures only that it is another one."""
    if isinstance(each.kind, Picture):
        before, after = each.name in old, each.name in new
        return "有" if before else "", ("换了一份" if before else "有") if after else ""
    return _text(each, old, names), _text(each, new, names)


def _text(each: Field, content: Content, names: Mapping[str, str]) -> str:
    """A packed value as text; what is none of its kind as it stands."""
    value = content.get(each.name)
    try:
        return names.get(str(value)) or each.format_packed(value)
    except (ValueProblem, KeyError, TypeError, ValueError):
        return str(value)


def tell(changes: list[FieldChange], *, deleted: bool) -> str:
    """The differences in a sentence, both values beside each other."""
    if deleted:
        return "一方已删除"
    told = [f"{each.label}：本单位“{each.old}”，数据包“{each.new}”" for each in changes]
    return "，".join(told or ["附加栏目不同"])
