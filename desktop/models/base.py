"""Record, the unit of ownership, revision, history and conflict; Line, a child row that lives inside its Record.

The content of a record is one plain dict of packed values: fields by name, lines as lists of dicts, `extras`
for what has no field. It is what is compared, hashed, kept in history and sent; a value that is absent has no
key. Nothing else in the program decides whether two records are the same.
"""

from abc import ABC
from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID, uuid5

from desktop.errors import Problem
from desktop.fields import children_of, field_problems, fields_of

Content = dict[str, Any]

SHARED_NAMESPACE = UUID("6f1c7f4e-4d0b-5a61-9a51-2f5d0c1b7a10")
"""Namespace of the uids of shared records, so that two offices give one school the same uid."""


class Record(ABC):
    """What one office owns: has a uid, a writer, a revision, a history. A declaration; no object is made of it."""

    plural: ClassVar[str]
    """The name of the entity in commands, packages and workbooks."""
    label: ClassVar[str]
    """The name of the entity on screen."""
    key: ClassVar[tuple[str, ...]] = ()
    """The fields of the natural key: unique among records that are not deleted."""
    shared: ClassVar[bool] = False
    """The uid is of version 5, made from the key, so that every office makes the same one."""
    local: ClassVar[bool] = False
    """Belongs to no package."""

    @classmethod
    def indexed(cls) -> tuple[str, ...]:
        """The columns that other records are found by."""
        return ()

    @classmethod
    def rules(cls, content: Content) -> list[Problem]:
        """The entity's own rules over packed content, beyond what fields say themselves."""
        del content
        return []

    @classmethod
    def called(cls, content: Content) -> str:
        """What a person calls this record in a sentence."""
        return str(content.get("name", cls.label))


class Line(ABC):
    """A child row without uid: `position` counts from 1 within its Record."""

    parent: ClassVar[str]
    """The plural of the Record it belongs to."""
    table: ClassVar[str]
    """The name of its table."""


def problems_of(entity: type[Record], content: Content) -> list[Problem]:
    """Everything wrong with a record: values missing or impossible, then the entity's own rules."""
    return field_problems(entity, content) + entity.rules(content)


def key_of(entity: type[Record], content: Mapping[str, Any]) -> tuple[Any, ...] | None:
    """The natural key of a record; None where the entity has none or a part of it is missing."""
    if not entity.key:
        return None
    values = tuple(content.get(name) for name in entity.key)
    return None if any(value is None for value in values) else values


def shared_uid(entity: type[Record], content: Mapping[str, Any]) -> str:
    """The uid of version 5 that every office gives to this shared record."""
    parts = [str(content.get(name, "")) for name in entity.key]
    return str(uuid5(SHARED_NAMESPACE, "\x1f".join([entity.plural, *parts])))


def trimmed(entity: type[Record], content: Mapping[str, Any]) -> Content:
    """The content without empty values and without what the entity does not have; the form that is compared."""
    names = _names(entity)
    result: Content = {name: value for name, value in content.items() if value is not None and name in names}
    for child in children_of(entity):
        known = _names(child.line)
        rows = [
            {name: value for name, value in line.items() if value is not None and name in known}
            for line in content.get(child.name, ())
        ]
        if rows:
            result[child.name] = rows
    if content.get("extras"):
        result["extras"] = content["extras"]
    return result


_NAMES: dict[type[Record] | type[Line], frozenset[str]] = {}


def _names(entity: type[Record] | type[Line]) -> frozenset[str]:
    if entity not in _NAMES:
        _NAMES[entity] = frozenset(field.name for field in fields_of(entity))
    return _NAMES[entity]


def corrected_fields(entity: type[Record], old: Content, new: Content) -> list[str]:
    """The sensitive fields that had a value and now have another."""
    return [
        field.name
        for field in fields_of(entity)
        if field.sensitive and old.get(field.name) is not None and old.get(field.name) != new.get(field.name)
    ]
