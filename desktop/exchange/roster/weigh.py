"""Weighing one value: what the sender's last file said, what this file says, and what the office holds.

A value that the office corrected since stays and goes back to the sender in a list; a blank cell never erases;
where both sides changed, a person decides.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from desktop.exchange.plan import FieldChange, PlanRow
from desktop.exchange.roster.answers import CellPlace
from desktop.exchange.roster.checks import Said
from desktop.exchange.roster.receptions import Earlier, Values
from desktop.exchange.targets import Target
from desktop.fields import field_named
from desktop.kinds import Packed
from desktop.models.base import Content, Record, corrected_fields
from desktop.rules.dates import agree
from desktop.store.records import Edit, Stored


class Verdict(Enum):
    """What becomes of one value of a row."""

    SAME = "same"
    TAKE = "take"
    KEEP = "keep"
    STALE = "stale"
    CLASH = "clash"


def decide(said: Packed, held: Packed | None, last: Packed | None, *, is_old_file: bool = False) -> Verdict:
    """Weigh what a file says against what is held and what the sender's last file said.

    KEEP is what the office corrected since; an old file that says what its sender said otherwise later is merely STALE.
    """
    if said == held:
        return Verdict.SAME
    if held is None:
        return Verdict.TAKE
    if is_old_file:
        return Verdict.STALE if last in (None, held) else Verdict.KEEP
    if last is not None and said == last:
        return Verdict.KEEP
    if last is None or held == last:
        return Verdict.TAKE
    return Verdict.CLASH


@dataclass(frozen=True, slots=True)
class Kept:
    """A value that the office corrected since the sender's last file; it goes back in a list."""

    name: str
    label: str
    said: str
    held: str


@dataclass
class FileContext:
    """What holds for all rows of one file: what the sender said before, and the reason corrections carry.

    `takes` are a clerk's answers about cells on which both sides disagree. `others` and `own` give what other senders
    and this one ever said of a teacher: what is held by their word is no correction of the office.
    """

    earlier: Earlier
    reason: str
    takes: Mapping[CellPlace, bool] = field(default_factory=dict)
    kept: list[Kept] = field(default_factory=list)
    others: Callable[[str], Iterable[Values]] = lambda _teacher: ()
    own: Callable[[str], Iterable[Values]] = lambda _teacher: ()
    by_others: list[Kept] = field(default_factory=list)
    """Values that stay as another sender said them since."""


def less_exact(said: str, held: str | None) -> bool:
    """Whether a file says the same day or month with fewer parts."""
    return held is not None and len(said) < len(held) and agree(said, held)


class Weigher:
    """Weighs the values of one row, and notes changes, clashes and what was kept."""

    def __init__(self, row: PlanRow, said: Said, context: FileContext, uid: str) -> None:
        self.row = row
        self.said = said
        self.context = context
        self.uid = uid
        self.last = context.earlier.last_said(uid, said.values)

    def weigh(self, entity: type[Record], content: Content, name: str, value: Packed, *, asked: str = "") -> None:
        """Put a value into the content if it is to be taken; `asked` is what a person has to say before it is."""
        declared = field_named(entity, name)
        held = content.get(name)
        if name == "recognized_on" and isinstance(held, str) and less_exact(str(value), held):
            return
        verdict = decide(value, held, self.last.get(name), is_old_file=self.context.earlier.is_old_file)
        if verdict is Verdict.SAME:
            return
        old, new = declared.format_packed(held), declared.format_packed(value)
        words = (entity.plural, name, declared.label, old, new)
        self._settle(verdict, content, name, value, words, asked=asked)

    def weigh_target(self, target: Target, content: dict[str, Any], value: Packed) -> None:
        """Put a value of a line or another record into its content if it is to be taken."""
        name = target.field.name
        held = content.get(name)
        verdict = decide(value, held, self.last.get(target.name), is_old_file=self.context.earlier.is_old_file)
        if verdict is Verdict.SAME:
            return
        old, new = target.field.format_packed(held), target.field.format_packed(value)
        self._settle(verdict, content, name, value, (target.part, target.name, target.label, old, new))

    def _settle(
        self,
        verdict: Verdict,
        content: dict[str, Any],
        name: str,
        value: Packed,
        words: tuple[str, str, str, str, str],
        *,
        asked: str = "",
    ) -> None:
        entity, field_name, label, old, new = words
        held = content.get(name)
        # One cell may speak of several records: what was answered holds for all of them.
        answer = self.context.takes.get((self.said.place, field_name))
        if answer is not None and verdict in (Verdict.TAKE, Verdict.CLASH):
            verdict = Verdict.TAKE if answer else Verdict.KEEP
        elif asked and verdict is Verdict.TAKE:
            verdict = Verdict.CLASH
        if verdict is Verdict.KEEP and self.context.earlier.is_old_file and self._is_of_sender(field_name, held):
            verdict = Verdict.STALE
        if verdict is Verdict.STALE:
            return
        if verdict is Verdict.KEEP:
            kept = self.context.by_others if self._is_of_others(field_name, held) else self.context.kept
            kept.append(Kept(self.said.name, label, new, old))
        elif verdict is Verdict.CLASH:
            whose = "据别的来表登记为" if self._is_of_others(field_name, held) else "本单位已更正为"
            text = asked or f"{label}：{whose}“{old}”，学校这次又改为“{new}”，请确认采用哪一个"
            self.row.problems.append(self.said.problem(field_name, text))
            self.row.clashes.append(FieldChange(entity, field_name, label, old, new))
        else:
            content[name] = value
            self.row.changes.append(FieldChange(entity, field_name, label, old, new))

    def _is_of_others(self, target: str, held: Packed | None) -> bool:
        return any(values.get(target) == held for values in self.context.others(self.uid))

    def _is_of_sender(self, target: str, held: Packed | None) -> bool:
        return any(values.get(target) == held for values in self.context.own(self.uid))

    def note_change(self, entity: str, name: str, label: str, old: str, new: str) -> None:
        """Note a change that is no single field of a record."""
        self.row.changes.append(FieldChange(entity, name, label, old, new))

    def edit(self, entity: type[Record], held: Stored, content: Content) -> Edit:
        """An edit that carries a reason where it corrects a sensitive field."""
        corrected = corrected_fields(entity, held.content, content)
        return Edit(entity, held.uid, held, content, reason=self.context.reason if corrected else None)
