"""What a clerk once said the words of a sender mean: remembered by sender, and asked where a word is unknown."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop.errors import RefusedError
from desktop.exchange.headings import HeadingIndex
from desktop.exchange.plan import Question
from desktop.exchange.roster.answers import RosterOptions
from desktop.exchange.roster.file_rows import FileRows
from desktop.exchange.roster.known import KnownSchools
from desktop.exchange.roster.receptions import Incoming
from desktop.exchange.targets import Target, roster_targets
from desktop.kinds import Choice
from desktop.models.local import Mapping as MappingRow

HEADING, VALUE = "heading", "value"
"""The kinds of mappings that are remembered."""

_LISTED: Final = 12
"""So many schools are named to choose from."""

NOTHING: Final = "当作没有填写"
"""The answer that an unknown word says nothing."""

Words = tuple[Mapping[str, str], Mapping[tuple[str, str], str]]
"""What headings and values mean: heading → target, (target, text) → text."""


def with_target_names(options: RosterOptions) -> RosterOptions:
    """A clerk names a column by its heading, the program by its target; an empty name stands for none.

    Raises RefusedError for a name that is neither.
    """
    index = HeadingIndex(roster_targets())

    def named(word: str) -> str:
        found = index.targets.get(word) or index.match(word)
        if found is None:
            known = "、".join(dict.fromkeys(target.label for target in index.targets.values()))
            raise RefusedError(f"“{word}”不是程序里的项目，没有导入；可用的项目有：{known}")
        return found.name

    headings = {heading: named(target) if target else "" for heading, target in options.headings.items()}
    values = {(named(target), text): meaning for (target, text), meaning in options.values.items()}
    return replace(options, headings=headings, values=values)


def school_meanings(schools: KnownSchools, options: RosterOptions, named: Collection[str]) -> dict[str, str]:
    """The full names of the schools that words were mapped to; `named` are the schools that the files name.

    Raises RefusedError for a meaning that is no school here and resembles none or several.
    """
    found = {}
    for (target, text), meaning in options.values.items():
        if target != "school" or not meaning or schools.find(meaning) or meaning in {*named, *options.new_schools}:
            continue
        alike = schools.alike(meaning)
        if len(alike) == 1:
            found[meaning] = alike[0]
        elif schools.stored:
            full = alike or [str(content["name"]) for content in schools.contents.values()][:_LISTED]
            raise RefusedError(
                f"学校“{text}”对应的“{meaning}”不是学校表里的学校，没有导入；"
                f"请写全称，例如{'、'.join(f'“{name}”' for name in full)}；确是新学校的，请登记为新学校"
            )
    return found


def remembered(session: Session, keys: Collection[str]) -> Words:
    """What the words of some senders were said to mean."""
    found = list(session.scalars(select(MappingRow).where(MappingRow.sender.in_(keys))))
    headings = {row.source: row.target for row in found if row.kind == HEADING}
    values = {parts_of_value(row.source): row.target for row in found if row.kind == VALUE}
    return headings, values


def parts_of_value(source: str) -> tuple[str, str]:
    """The target of a remembered value and the text that stands in its column."""
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
        f"{label(target)}{f'“{text}”' if text else '没有写明的'}是“{meaning}”"
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
    if not text:
        told = f"有 {len(rows)} 人的表中没有{target.label}栏，是哪一种？"
    options = [*target.field.kind.choices(), NOTHING]
    return Question("unknown_value", told, rows, options, about=text, target=target.name)
