"""One record as one canonical line of a package, and back.

    {"id": uid, "rev": 3, "origin": "509999", "name": "𠮷祥", "educations": [{…}], "extras": {…}}

Fields stand under their names with packed values, lines as lists of objects, a link as `{"uid", "key"}`: the key is
the natural key of the linked record, readable, and absent where it has none. A deleted record is `{"id", "rev",
"origin", "deleted": true}` and nothing personal. Fields that only a newer program knows are kept with the record
(`extras["fields"]`, those of lines in `extras["lines"]`) and sent on unchanged.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop import canonical
from desktop.canonical import CanonicalError
from desktop.errors import Blocks, Problem, RefusedError, ValueProblem
from desktop.fields import Field, children_of, fields_of
from desktop.kinds import Kind, Link, Packed
from desktop.models import BY_PLURAL
from desktop.models.base import Content, Line, Record, problems_of
from desktop.store.records import Stored, among
from desktop.store.tables import plain_table

RESERVED: Final = frozenset({"id", "rev", "origin", "deleted", "extras"})
"""What a line says about the record itself; no field may have one of these names."""

_FIELDS: Final = "fields"
_LINES: Final = "lines"
_MOST_REVISIONS: Final = 2**31
_REMEMBERED: Final = 8192
_TOLD: Final = 50
"""So many faults are told by name in one sentence; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a line of one entity may hold: fields, links (field and the entity it points to), children."""

    fields: Mapping[str, Field]
    links: tuple[tuple[str, str], ...]
    children: Mapping[str, Mapping[str, Field]]


@cache
def shape_of(entity: type[Record]) -> Shape:
    """The shape of an entity's lines."""
    links = tuple((each.name, each.kind.entity) for each in fields_of(entity) if isinstance(each.kind, Link))
    children = {child.name: _by_name(child.line) for child in children_of(entity)}
    return Shape(_by_name(entity), links, children)


def _by_name(entity: type[Record] | type[Line]) -> dict[str, Field]:
    return {each.name: each for each in fields_of(entity)}


class LinkedRecords:
    """How the links of some records are written: by uid and, where the linked record has one, by its natural key."""

    def __init__(self) -> None:
        self._known: dict[str, dict[str, Any]] = {}

    def keep(self, entity: type[Record], records: Iterable[Stored]) -> None:
        """Take the keys of records at hand: what links to them later on needs no look at the database."""
        if not entity.key:
            return
        for each in records:
            key = {name: each.content[name] for name in entity.key if name in each.content}
            if len(key) == len(entity.key):
                self._known[each.uid] = {"uid": each.uid, "key": key}

    def note(self, session: Session, entity: type[Record], records: Iterable[Stored]) -> None:
        """Look up the keys of all records that these link to."""
        stored = list(records)
        for name, plural in shape_of(entity).links:
            target = BY_PLURAL[plural]
            if target.key:
                self._add(session, target, {each.content[name] for each in stored if name in each.content})

    def _add(self, session: Session, target: type[Record], uids: set[str]) -> None:
        table = plain_table(target)
        query = select(table.c.uid, *(table.c[name] for name in target.key))
        missing = uids - self._known.keys()
        for uid, *key in session.execute(query.where(among(table.c.uid, missing))) if missing else ():
            if None not in key:
                self._known[uid] = {"uid": uid, "key": dict(zip(target.key, key, strict=True))}

    def of(self, uid: str) -> dict[str, Any]:
        """A link as it stands in a line."""
        return self._known.get(uid) or {"uid": uid}


def pack_record(entity: type[Record], linked: LinkedRecords, record: Stored) -> dict[str, Any]:
    """The line of one record, made of its content, which is used up; of a deleted one only that it is gone."""
    content: Content = {"deleted": True} if record.deleted_at is not None else record.content
    line: dict[str, Any] = content
    line["id"], line["rev"], line["origin"] = record.uid, record.revision, record.origin
    for name, _ in shape_of(entity).links:
        if name in content:
            line[name] = linked.of(content[name])
    if "extras" in content:
        _unfold_extras(line, content["extras"])
    return line


def _unfold_extras(line: dict[str, Any], extras: Mapping[str, Any]) -> None:
    """Put what a newer program sent back to where it stood."""
    own = {name: value for name, value in extras.items() if name not in (_FIELDS, _LINES)}
    del line["extras"]
    if own:
        line["extras"] = own
    for name, value in extras.get(_FIELDS, {}).items():
        line.setdefault(name, value)
    for name, unknown in extras.get(_LINES, {}).items():
        known = line.get(name, [])
        if len(known) == len(unknown):
            line[name] = [{**more, **row} for row, more in zip(known, unknown, strict=True)]


@dataclass(slots=True)
class Incoming:
    """A record as a package has it: its stamps, its content with plain uids as links, the keys of those links.

    `problems` holds what is wrong with the line itself; the values are looked at by `value_problems`.
    """

    uid: str
    origin: str
    revision: int
    deleted: bool
    content: Content
    keys: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def unpack_record(entity: type[Record], line: Mapping[str, Any]) -> Incoming:
    """The record of a line, whatever the line holds; its `id` was checked by the container."""
    shape = shape_of(entity)
    unknown = line.keys() - shape.fields.keys() - shape.children.keys() - RESERVED
    content: Content = {name: value for name, value in line.items() if name not in RESERVED and name not in unknown}
    found = Incoming(line["id"], "", 0, "deleted" in line, content)
    for name, _ in shape.links:
        if name in content:
            _take_link(found, name, content[name])
    lost = {name: _split_lines(content, name, known) for name, known in shape.children.items() if name in content}
    newer = {
        _FIELDS: {name: line[name] for name in unknown},
        _LINES: {name: more for name, more in lost.items() if more},
    }
    _take_extras(found, line, {place: values for place, values in newer.items() if values})
    _take_stamps(found, line)
    return found


def _take_stamps(found: Incoming, line: Mapping[str, Any]) -> None:
    revision, origin = line.get("rev"), line.get("origin")
    if type(revision) is int and 0 < revision < _MOST_REVISIONS:
        found.revision = revision
    else:
        found.problems.append(Problem("rev", f"版本号“{revision}”不合规定"))
    if type(origin) is str and origin:
        found.origin = origin
    else:
        found.problems.append(Problem("origin", f"登记单位“{origin}”不合规定"))
    if found.deleted and (line["deleted"] is not True or found.content):
        found.problems.append(Problem("deleted", "删除标记不合规定"))


def _take_link(found: Incoming, name: str, value: object) -> None:
    if type(value) is dict and type(value.get("uid")) is str and value.keys() <= {"uid", "key"}:
        found.content[name] = value["uid"]
        if type(value.get("key")) is dict:
            found.keys[name] = value["key"]
    else:
        found.problems.append(Problem(name, f"“{value}”不是规定的链接"))
        del found.content[name]


def _split_lines(content: Content, name: str, known: Mapping[str, Field]) -> list[dict[str, Any]]:
    """Part the values of lines into those with a field, which stay, and those of a newer program."""
    rows = content[name]
    if rows == []:
        del content[name]
    if type(rows) is not list or not all(type(row) is dict for row in rows):
        return []
    if all(row.keys() <= known.keys() for row in rows):
        return []
    content[name] = [{key: value for key, value in row.items() if key in known} for row in rows]
    return [{key: value for key, value in row.items() if key not in known} for row in rows]


def _take_extras(found: Incoming, line: Mapping[str, Any], newer: Content) -> None:
    extras = line.get("extras", {})
    if type(extras) is not dict:
        found.problems.append(Problem("extras", "附加栏目不合规定"))
    elif extras or newer:
        found.content["extras"] = {**extras, **newer}


def value_problems(entity: type[Record], content: Content) -> list[Problem]:
    """What keeps the content of a package's record from being stored: values no kind packs so, rules broken.

    The rules are asked only when every value is one of its kind, as they may rely on it.
    """
    shape = shape_of(entity)
    found = list(_wrong_values(shape.fields, content, "", ""))
    for name, known in shape.children.items():
        rows = content.get(name, [])
        if type(rows) is not list or not all(type(row) is dict for row in rows):
            found.append(Problem(name, f"{name} 的内容不是规定的列表"))
            continue
        for number, row in enumerate(rows, 1):
            found += _wrong_values(known, row, f"{name}.{number}.", f"第 {number} 行")
    if found:
        return found
    return [problem for problem in problems_of(entity, content) if problem.blocks is Blocks.SAVE]


def _wrong_values(known: Mapping[str, Field], content: Content, place: str, row: str) -> Iterator[Problem]:
    for name, value in content.items():
        each = known.get(name)
        fault = _fault(each, value) if each is not None else ""
        if each is not None and fault:
            yield Problem(place + name, f"{row}{each.label}：{fault}")


def _fault(each: Field, packed: Any) -> str:  # noqa: ANN401 - whatever JSON can hold
    """What is wrong with one packed value, empty when nothing is."""
    wanted = int if each.kind.storage == "INTEGER" else str
    if type(packed) is not wanted:
        return f"“{packed}”不是规定的{'整数' if wanted is int else '文字'}"
    return "" if _is_plain(each.kind) else _fault_of_kind(each.kind, packed)


@cache
def _is_plain(kind: Kind) -> bool:
    """Whether every text is a packed value of this kind."""
    return type(kind).unpack is Kind.unpack and type(kind).pack is Kind.pack


@lru_cache(maxsize=_REMEMBERED)
def _fault_of_kind(kind: Kind, packed: Packed) -> str:
    """What keeps a kind from having packed this; few values come up again and again."""
    try:
        again = kind.pack(kind.unpack(packed))
    except ValueProblem as error:
        return error.sentence
    return "" if again == packed else f"“{packed}”不是规定的写法"


def refuse_unsendable(lines: Iterable[tuple[type[Record], Iterable[dict[str, Any]]]]) -> None:
    """Raise RefusedError with every text of these lines that no package can hold, by record, field and character."""
    faults = [fault for entity, some in lines for line in some for fault in _unsendable(entity, line)]
    if faults:
        more = f"；另有 {len(faults) - _TOLD} 处" if len(faults) > _TOLD else ""
        raise RefusedError(f"有 {len(faults)} 处文字不能写入数据包，没有生成：" + "；".join(faults[:_TOLD]) + more)


def _unsendable(entity: type[Record], line: dict[str, Any]) -> Iterator[str]:
    try:
        canonical.line(line)
    except CanonicalError as whole:
        known = shape_of(entity).fields
        found = False
        for name, value in line.items():
            try:
                canonical.dumps({name: value})
            except CanonicalError as error:
                found = True
                label = known[name].label if name in known else _label(entity, name)
                yield f"{entity.label}“{entity.called(line)}”的{label}{_without_field(error)}"
        if not found:
            yield f"{entity.label}“{entity.called(line)}”{_without_field(whole)}"


def _label(entity: type[Record], name: str) -> str:
    labels = {child.name: child.label for child in children_of(entity)}
    return labels.get(name, "附加栏目")


def _without_field(error: CanonicalError) -> str:
    return error.sentence.removeprefix(f"“{error.field}”").rstrip("。")
