"""Which field is typed into for which kind, and what it offers."""

from collections.abc import Callable
from functools import cache
from typing import Final, Protocol

from desktop.fields import Field
from desktop.kinds import (
    Choice,
    CitizenIdNumber,
    Day,
    Digits,
    Exact,
    Kind,
    Link,
    LongText,
    Money,
    PartialDate,
    Phone,
    Whole,
    YesNo,
)
from desktop.ui.forms.picks import make_pick
from desktop.ui.forms.suggestions import PickSource
from desktop.ui.forms.text_fields import LineEditor, LongEditor, NumberEditor, PickEditor

Editor = LineEditor | LongEditor


class LinkSource(Protocol):
    """What a link to an entity, named by its plural, may point to."""

    def __call__(self, plural: str) -> PickSource:
        """What the field offers."""

    def find(self, plural: str, text: str) -> tuple[str, ...]:
        """The uids that a typed text may mean."""


def _choices(field: Field, _links: LinkSource) -> Editor:
    editor = PickEditor()
    editor.set_source(lambda: choices_of(tuple(field.kind.choices())))
    return editor


@cache
def choices_of(labels: tuple[str, ...]) -> PickSource:
    """What a choice may be, found by text and pinyin."""
    return PickSource([make_pick(text, text) for text in labels])


def _link(field: Field, links: LinkSource) -> Editor:
    assert isinstance(field.kind, Link)
    editor, plural = PickEditor(), field.kind.entity
    editor.set_source(lambda: links(plural))
    return editor


def _number(_field: Field, _links: LinkSource) -> Editor:
    return NumberEditor()


def _long(_field: Field, _links: LinkSource) -> Editor:
    return LongEditor()


def _line(_field: Field, _links: LinkSource) -> Editor:
    return LineEditor()


EDITORS: Final[tuple[tuple[tuple[type[Kind], ...], Callable[[Field, LinkSource], Editor]], ...]] = (
    ((Choice, YesNo), _choices),
    ((Link,), _link),
    ((CitizenIdNumber, Digits, Phone, Whole, Exact, Money, Day, PartialDate), _number),
    ((LongText,), _long),
    ((Kind,), _line),
)
"""Which editor a kind gets: the first line that fits."""


def make_editor(field: Field, links: LinkSource) -> Editor:
    """The editor of a field, named for screen readers."""
    for kinds, make in EDITORS:
        if isinstance(field.kind, kinds):
            editor = make(field, links)
            editor.setAccessibleName(field.label)
            if field.help:
                editor.setToolTip(field.help)
            return editor
    raise TypeError(field.kind)
