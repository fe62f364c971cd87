"""The rows of any list: filtered by FIELD=VALUE, in the office's own order or sorted, as texts or as JSON."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final

from sqlalchemy.orm import Session

from desktop.errors import RefusedError, ValueProblem
from desktop.fields import children_of, fields_of
from desktop.kinds import Choice, Day, Kind, Link, Packed, PartialDate, PersonName, YesNo
from desktop.models.base import Content, Line, Record
from desktop.queries.columns import ListColumn, Surroundings, columns
from desktop.queries.directory import Directory
from desktop.store.records import Stored

_NUMBERED: Final = frozenset({"tier"})
"""Tables whose code is a number in domain.md (tier=1 …), not a code of a standard with leading zeros."""

GONE: Final = "（已删除）"
"""What a list shows for the name of a person who was deleted while something still hangs on him."""

_LAST: Final = 9_999_999
"""Where units without a place in the official order stand."""


@dataclass(slots=True)
class ListRow:
    """One record as a list shows it: its packed values, own and derived, by the name of the column."""

    entity: type[Record]
    stored: Stored
    values: dict[str, Packed]
    names: Directory

    def text(self, column: ListColumn, *, masked: bool = False) -> str:
        """The text of one cell, the readable name for a link; personal numbers in part if `masked`."""
        return cell_text(column, self.values.get(column.name), self.names, masked=masked)


def cell_text(column: ListColumn, packed: Packed | None, names: Directory, *, masked: bool = False) -> str:
    """The text of a value in a list."""
    if packed is None:
        return GONE if isinstance(column.kind, PersonName) and column.name == "name" else ""
    if isinstance(column.kind, Link):
        return names.text(column.kind.entity, packed)
    value = column.kind.unpack(packed)
    return column.kind.mask(value) if masked and column.personal else column.kind.format(value)


def rows(
    session: Session,
    entity: type[Record],
    where: Mapping[str, str] | None = None,
    order: Sequence[str] = (),
    *,
    day: date | None = None,
) -> list[ListRow]:
    """The records of a list at `day` (today if not given), none of them deleted.

    `where` gives for names (also those of codes) or labels of columns the text that they must mean: label or code of
    a choice, name or uid of a link, a year for all dates in it; the empty text asks for records without value.
    `order` names columns, with "-" before it for the greatest first; without it schools stand in their official order
    and people as they were sent. Raises RefusedError for a column that the list does not have or a text that no value
    can have.
    """
    around = Surroundings(session, day or date.today())  # noqa: DTZ011 - an office's day is the day of its own clock
    found = [
        ListRow(entity, record, {**_own_values(record.content), **around.derive(entity.plural, record)}, around.names)
        for record in around.names.records(entity.plural).values()
    ]
    for name, text in (where or {}).items():
        fits = _condition(entity, name, text, around.names)
        found = [row for row in found if fits(row)]
    place = office_order(entity, around)
    found.sort(key=lambda row: place(row.stored))
    for name in reversed(order):
        _sort(found, entity, name)
    return found


def _own_values(content: Content) -> dict[str, Packed]:
    return {name: value for name, value in content.items() if isinstance(value, (str, int))}


def column_named(entity: type[Record], name: str) -> ListColumn:
    """The column of a name or label. Raises RefusedError that lists what there is."""
    for column in columns(entity):
        if name in (column.name, column.label):
            return column
    known = "、".join(f"{column.label}（{column.name}）" for column in columns(entity))
    raise RefusedError(f"“{entity.label}”没有“{name}”这一栏，可用的有：{known}")


def _condition(entity: type[Record], name: str, text: str, names: Directory) -> Callable[[ListRow], bool]:
    text = text.strip()
    if name == "uid":
        return lambda row: row.stored.uid == text
    column = _coded(entity, name) or column_named(entity, name)
    if not text:
        return lambda row: column.name not in row.values
    if isinstance(column.kind, Link):
        uids = _linked(column, text, names)
        return lambda row: row.values.get(column.name) in uids
    wanted = _read(entity, column, text)
    if isinstance(column.kind, (Day, PartialDate)):
        start = str(wanted)
        return lambda row: str(row.values.get(column.name, "")).startswith(start)
    return lambda row: row.values.get(column.name) == wanted


def _coded(entity: type[Record], name: str) -> ListColumn | None:
    """The choice whose code `list --json` gives as `…_code`."""
    plain = name.removesuffix("_code")
    found = (each for each in columns(entity) if each.name == plain != name and isinstance(each.kind, Choice))
    return next(found, None)


def _linked(column: ListColumn, text: str, names: Directory) -> frozenset[str]:
    assert isinstance(column.kind, Link)
    found = names.find(column.kind.entity, text)
    if not found:
        raise RefusedError(f"{column.label}“{text}”没有登记，请核对名称；不确定时可先列出全部再查找")
    return frozenset(found)


def _read(entity: type[Record], column: ListColumn, text: str) -> Packed:
    kind: Kind = PartialDate() if isinstance(column.kind, Day) else column.kind
    if isinstance(kind, Choice) and text in kind.codes.codes:
        return text  # 1 means nothing sure in a school's sheet, but a code in a command
    try:
        packed = kind.pack(kind.parse(text))
    except ValueProblem as error:
        raise RefusedError(f"{entity.label}的{column.label}：{error}") from error
    return packed


def office_order(entity: type[Record], around: Surroundings) -> Callable[[Stored], Any]:
    """The order of lists in an office: units as the office set them, people as the school sent them."""
    plural = entity.plural
    keys = [] if plural == "teachers" else [column for column in columns(entity) if column.name in entity.key]

    def key(record: Stored) -> tuple[Any, ...]:
        own = tuple(sort_key(column, record.content.get(column.name), around.names) for column in keys)
        return (around.place(plural, record), own, record.uid)

    return key


def _sort(found: list[ListRow], entity: type[Record], name: str) -> None:
    column = column_named(entity, name.removeprefix("-"))
    present = [row for row in found if column.name in row.values]
    absent = [row for row in found if column.name not in row.values]
    present.sort(key=lambda row: sort_key(column, row.values[column.name], row.names), reverse=name.startswith("-"))
    found[:] = present + absent


def sort_key(column: ListColumn, packed: Packed | None, names: Directory) -> tuple[Any, ...]:
    """What a value of a column is sorted by; rows without value come last."""
    if packed is None:
        return (True,)
    if isinstance(column.kind, Link):
        order = names.content("schools", packed).get("order", _LAST) if column.kind.entity == "schools" else _LAST
        return (False, order, names.text(column.kind.entity, packed))
    return (False, column.kind.sort_key(column.kind.unpack(packed)))


def as_json(row: ListRow) -> dict[str, Any]:
    """One record under the identifiers of domain.md: choices as label with `…_code` beside, dates in ISO form.

    Money in 分, a link as {"uid", "name"}, lines as lists of objects; what has no value has no key.
    """
    stored = row.stored
    shown: dict[str, Any] = {"uid": stored.uid, "origin": stored.origin, "revision": stored.revision}
    kinds = {column.name: column.kind for column in columns(row.entity)}
    shown.update(_json_values(kinds, row.values, row.names))
    if row.entity.plural == "appointments" and "subject" not in shown and "teaching_subject" in shown:
        # An appointment document that names no subject means the one that the teacher teaches.
        shown["subject"] = shown["teaching_subject"]
    for child in children_of(row.entity):
        lines = stored.content.get(child.name, ())
        declared: type[Line] = child.line
        shown[child.name] = [_json_values(_kinds_of(declared), line, row.names) for line in lines]
    if "extras" in stored.content:
        shown["extras"] = stored.content["extras"]
    return shown


@cache
def _kinds_of(line: type[Line]) -> dict[str, Kind]:
    return {field.name: field.kind for field in fields_of(line)}


def _json_values(kinds: Mapping[str, Kind], values: Mapping[str, Packed], names: Directory) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    for name, kind in kinds.items():
        packed = values.get(name)
        if packed is None:
            continue
        shown[name] = _json_value(kind, packed, names)
        if isinstance(kind, Choice):
            shown[f"{name}_code"] = int(packed) if kind.table_name in _NUMBERED else packed
    return shown


def _json_value(kind: Kind, packed: Packed, names: Directory) -> Any:  # noqa: ANN401 - whatever JSON can hold
    if isinstance(kind, Link):
        return {"uid": packed, "name": names.name(kind.entity, packed)}
    if isinstance(kind, Choice):
        return kind.format(str(packed))
    return bool(packed) if isinstance(kind, YesNo) else packed


__all__ = ["ListColumn", "ListRow", "as_json", "cell_text", "column_named", "columns", "rows", "sort_key"]
