"""What was learned of the words of senders, as a clerk reads it: listed, corrected, forgotten.

An import asks once what a heading or a word means and remembers the answer (`meanings`); a wrong answer would hold for
every later file of the sender, so it can be seen and changed here.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from desktop.errors import RefusedError
from desktop.exchange.roster.meanings import HEADING, NOTHING, parts_of_value
from desktop.exchange.targets import Target, roster_targets
from desktop.kinds import Choice
from desktop.models import School
from desktop.models.local import Mapping
from desktop.store.records import load

NO_COLUMN: Final = "没有对应的项目"
"""The answer that a heading stands for none of the program's fields."""
_SENDER_PREFIXES: Final = ("name:", "file:")


@dataclass(frozen=True, slots=True)
class Learned:
    """One answer: whose word, in which column, the word, and what it means; `keys` are the rows that hold it."""

    sender: str
    kind: str
    source: str
    target: str
    """The target that a heading means, the text that a value means; empty for nothing."""
    column: str
    word: str
    meaning: str
    keys: frozenset[str]


def list_learned(session: Session) -> list[Learned]:
    """All answers, by sender, headings before values."""
    schools = {uid: str(each.content["name"]) for uid, each in load(session, School).items()}
    targets = {each.name: each for each in roster_targets()}
    keys: dict[tuple[str, str, str, str], set[str]] = {}
    for row in session.scalars(select(Mapping)):
        keys.setdefault((_name_of(row.sender, schools), row.kind, row.source, row.target), set()).add(row.sender)
    found = [_learned(what, frozenset(senders), targets) for what, senders in keys.items()]
    return sorted(found, key=lambda each: (each.sender, each.kind, each.column, each.word))


def _name_of(key: str, schools: dict[str, str]) -> str:
    for prefix in _SENDER_PREFIXES:
        if key.startswith(prefix):
            return key.removeprefix(prefix)
    return schools.get(key, key)


def _learned(what: tuple[str, str, str, str], keys: frozenset[str], targets: dict[str, Target]) -> Learned:
    sender, kind, source, target = what
    if kind == HEADING:
        meaning = targets[target].label if target in targets else NO_COLUMN
        return Learned(sender, kind, source, target, "栏目", source, meaning, keys)
    name, word = parts_of_value(source)
    column = targets[name].label if name in targets else name
    return Learned(sender, kind, source, target, column, word or "（没有写明）", target or NOTHING, keys)


def answers_for(session: Session, learned: Learned) -> list[str]:
    """What the word can mean instead, as a clerk reads it; empty where any text will do."""
    return list(dict.fromkeys(_answers(session, learned)))


def _answers(session: Session, learned: Learned) -> Iterator[str]:
    targets = {each.name: each for each in roster_targets()}
    if learned.kind == HEADING:
        yield from (each.label for each in targets.values())
        yield NO_COLUMN
        return
    name, _word = parts_of_value(learned.source)
    if name == "school":
        yield from (str(each.content["name"]) for each in load(session, School).values())
    elif name in targets and isinstance(targets[name].field.kind, Choice):
        yield from targets[name].field.kind.choices()
        yield NOTHING


def correct_learned(session: Session, learned: Learned, meaning: str) -> None:
    """Let a word mean something else from now on. Raises RefusedError for what is none of its answers."""
    allowed = answers_for(session, learned)
    if not meaning or (allowed and meaning not in allowed):
        named = "、".join(f"“{each}”" for each in allowed[:8]) + ("等" if len(allowed) > 8 else "")
        raise RefusedError(f"“{learned.word}”不能对应“{meaning}”，没有改动；可以对应{named or '任何不为空的内容'}")
    target = "" if meaning in (NO_COLUMN, NOTHING) else meaning
    if learned.kind == HEADING and target:
        target = next(each.name for each in roster_targets() if each.label == meaning)
    session.execute(update(Mapping).where(*_rows(learned)).values(target=target))


def forget_learned(session: Session, some: Iterable[Learned]) -> None:
    """The next import asks again what these words mean."""
    for each in some:
        session.execute(delete(Mapping).where(*_rows(each)))


def _rows(learned: Learned) -> tuple[ColumnElement[bool], ...]:
    return (Mapping.kind == learned.kind, Mapping.source == learned.source, Mapping.sender.in_(learned.keys))
