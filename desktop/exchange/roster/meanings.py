"""What a clerk once said the words of a sender mean: remembered by sender, and asked where a word is unknown."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop.exchange.headings import HeadingIndex
from desktop.exchange.plan import Question
from desktop.exchange.roster.answers import RosterOptions
from desktop.exchange.roster.receptions import Incoming
from desktop.exchange.roster.rows import FileRows
from desktop.exchange.targets import Target, roster_targets
from desktop.kinds import Choice
from desktop.models.local import Mapping as MappingRow

HEADING, VALUE = "heading", "value"
"""The kinds of mappings that are remembered."""

NOTHING: Final = "当作没有填写"
"""The answer that an unknown word says nothing."""

Words = tuple[Mapping[str, str], Mapping[tuple[str, str], str]]
"""What headings and values mean: heading → target, (target, text) → text."""


def with_target_names(options: RosterOptions) -> RosterOptions:
    """A clerk names a column by its heading, the program by its target."""
    index = HeadingIndex(roster_targets())

    def named(word: str) -> str:
        found = index.targets.get(word) or index.match(word)
        return found.name if found is not None else word

    headings = {heading: named(target) for heading, target in options.headings.items()}
    values = {(named(target), text): meaning for (target, text), meaning in options.values.items()}
    return replace(options, headings=headings, values=values)


def remembered(session: Session, keys: Collection[str]) -> Words:
    """What the words of some senders were said to mean."""
    found = list(session.scalars(select(MappingRow).where(MappingRow.sender.in_(keys))))
    headings = {row.source: row.target for row in found if row.kind == HEADING}
    values = {_split(row.source): row.target for row in found if row.kind == VALUE}
    return headings, values


def _split(source: str) -> tuple[str, str]:
    name, _, text = source.partition("\x1f")
    return name, text


def remember(session: Session, receptions: Iterable[Incoming]) -> None:
    """What was mapped by hand holds from now on for the senders in whose files it was met."""
    for incoming in receptions:
        for sender in incoming.keys | {incoming.sender}:
            for heading, target in incoming.headings.items():
                session.merge(MappingRow(sender=sender, kind=HEADING, source=heading, target=target))
            for (name, text), meaning in incoming.values.items():
                session.merge(MappingRow(sender=sender, kind=VALUE, source=f"{name}\x1f{text}", target=meaning))


def tell_remembered(name: str, incoming: Incoming, options: RosterOptions) -> Iterator[str]:
    """A sentence for the words that were taken as an earlier file of the sender was."""
    targets = {target.name: target for target in roster_targets()}

    def label(target: str) -> str:
        return targets[target].label if target in targets else "没有对应的项目"

    headings = [f"栏目“{word}”是{label(to)}" for word, to in incoming.headings.items() if word not in options.headings]
    values = [
        f"{label(target)}“{text}”是“{meaning}”"
        for (target, text), meaning in incoming.values.items()
        if (target, text) not in options.values
    ]
    if headings or values:
        yield f"“{name}”按上次的对应读入：{'、'.join([*headings, *values])}"


def ask_about_words(files: Iterable[FileRows], numbers: Mapping[tuple[str, str, int], int]) -> Iterator[Question]:
    """A question for each word that stands in a column of choices and is none of them.

    `numbers` gives the place of a row in the plan.
    """
    targets = {target.name: target for target in roster_targets()}
    asked: dict[tuple[str, str], list[int]] = {}
    for rows in files:
        for word, said in rows.unread.items():
            asked.setdefault(word, []).extend(numbers[each.place] for each in said)
    for (name, text), found in asked.items():
        yield _question(targets[name], text, found)


def _question(target: Target, text: str, rows: list[int]) -> Question:
    assert isinstance(target.field.kind, Choice)
    told = f"{target.label}“{text}”（{len(rows)} 人）不认识，是哪一种？"
    options = [*target.field.kind.choices(), NOTHING]
    return Question("unknown_value", told, rows, options, about=text, target=target.name)
