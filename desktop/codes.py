"""The code tables, holidays and policies that are shipped as files, and the reading of typed choices.

A table lies in resources/codes/NAME.csv: `code` (national code where there is one, always text), `label` (the
everyday word shown to clerks), `name` (the full name of the standard), `aliases` separated by ";", `until`
(the last year in which the entry was in use, or empty). Three files beside them speak about tables:
tables.csv gives each its Chinese title, and refused.csv the texts that look like a choice but are ambiguous,
each with the sentence to show. A new table is a new file and a line in tables.csv.
"""

import csv
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import import_module
from pathlib import Path

from desktop.errors import ValueProblem
from desktop.paths import RESOURCES
from desktop.rules.characters import plain
from desktop.rules.policies import PolicyRow
from desktop.rules.traditional import simplified
from desktop.rules.workdays import Calendar, Holiday

_CODES = RESOURCES / "codes"
_OPENING, _CLOSING = "([【〔「", ")]】〕」"
_NEAR = 50.0  # below this similarity a suggestion confuses more than it helps
_SUGGESTIONS = 3
_FEW = 12  # so many choices are all named where none is near
_LOOKED_AT = 12


@dataclass(frozen=True, slots=True)
class Entry:
    """One choice of a table."""

    code: str
    label: str
    name: str
    aliases: tuple[str, ...] = ()
    until: str = ""


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _key(text: str) -> str:
    """Give the spelling under which a text is looked up: half width, no blanks, small letters, simplified."""
    return simplified(plain(text).casefold())


class CodeTable:
    """One table of codes with its labels, and the reading of what clerks type for them."""

    def __init__(self, name: str, title: str, entries: tuple[Entry, ...], refused: dict[str, str]) -> None:
        self.name = name
        self.title = title
        self.entries = entries
        self._refused = refused
        self._labels = {entry.code: entry.label for entry in entries}
        self._readings = self._index()

    @property
    def codes(self) -> tuple[str, ...]:
        """All codes in the order of the standard."""
        return tuple(self._labels)

    def label(self, code: str) -> str:
        """Give the everyday word for a code; KeyError for a code that the table does not have."""
        return self._labels[code]

    def use_words(self, words: Mapping[str, str]) -> None:
        """Show some codes under the open office's own words; a word that would be read as another code is not used."""
        own = {code: word for code, word in words.items() if self.find(word) == code}
        self._labels = {entry.code: own.get(entry.code, entry.label) for entry in self.entries}

    def entry(self, code: str) -> Entry:
        """Give the whole entry of a code; KeyError for a code that the table does not have."""
        if code not in self._labels:
            raise KeyError(code)
        return next(entry for entry in self.entries if entry.code == code)

    def find(self, text: str) -> str | None:
        """Give the code that a typed text means; None when the table does not know it."""
        key = _key(text)
        if key in self._refused:
            return None
        return self._readings.get(key) or self._find_bracketed(key)

    def read(self, text: str) -> str:
        """Give the code that a typed text means: a code, label, full name or other name.

        Raises ValueProblem that names the value and the nearest labels; nothing is guessed.
        """
        code = self.find(text)
        if code is None:
            raise ValueProblem(self._refused.get(_key(text)) or self._explain(text))
        return code

    def suggest(self, text: str) -> tuple[str, ...]:
        """Give the codes whose words are most like `text`, the nearest first."""
        nearest: Callable[..., list[str]] = import_module("desktop.likeness").nearest
        found = nearest(_key(text), self._readings.keys(), most=_LOOKED_AT, least=_NEAR)
        return tuple(dict.fromkeys(self._readings[key] for key in found))[:_SUGGESTIONS]

    def _index(self) -> dict[str, str]:
        readings: dict[str, str] = {}
        width = {len(entry.code) for entry in self.entries if entry.code.isdecimal()}
        for entry in self.entries:
            for word in (entry.code, entry.label, entry.name, *entry.aliases):
                readings.setdefault(_key(word), entry.code)
            # A spreadsheet drops the zero in front of 01.
            if width == {2} and entry.code.isdecimal():
                readings.setdefault(entry.code.lstrip("0") or "0", entry.code)
        return readings

    def _find_bracketed(self, key: str) -> str | None:
        """Read (汉族), and 高级教师(副高) where both parts say the same."""
        if len(key) < 3 or key[-1] not in _CLOSING:
            return None
        start = max(key.find(sign) for sign in _OPENING)
        outer, inner = key[:start], key[start + 1 : -1]
        code = self._readings.get(inner)
        return code if start >= 0 and (not outer or self._readings.get(outer) == code) else None

    def _explain(self, text: str) -> str:
        near = "、".join(self._labels[code] for code in self.suggest(text))
        all_ = "、".join(self._labels.values())
        hint = (
            f"，相近的有：{near}"
            if near
            else f"，可用的有：{all_}"
            if len(self.entries) <= _FEW
            else "，请从下拉列表中选择"
        )
        return f"“{text.strip()}”不是可用的{self.title}{hint}"


@cache
def _titles() -> dict[str, str]:
    return {row["table"]: row["title"] for row in _rows(_CODES / "tables.csv")}


def table_names() -> tuple[str, ...]:
    """Give the names of all tables."""
    return tuple(_titles())


@cache
def table(name: str) -> CodeTable:
    """Read one table from its file, once; KeyError for a name that is not shipped."""
    entries = tuple(
        Entry(row["code"], row["label"], row["name"], tuple(filter(None, row["aliases"].split(";"))), row["until"])
        for row in _rows(_CODES / f"{_known(name)}.csv")
    )
    refused = {_key(r["text"]): r["sentence"] for r in _rows(_CODES / "refused.csv") if r["table"] == name}
    return CodeTable(name, _titles()[name], entries, refused)


def _known(name: str) -> str:
    if name not in _titles():
        raise KeyError(name)
    return name


def grade_labels(grade_set: str) -> tuple[str, ...]:
    """Give the labels of one set of grades, the best first (domain AS-4)."""
    return tuple(table("grade_set").entry(grade_set).name.split(";"))


@cache
def shipped_holidays() -> tuple[Holiday, ...]:
    """Read the days off and working weekend days of the State Council's notices."""
    files = sorted((RESOURCES / "holidays").glob("*.csv"))
    return tuple(Holiday(date.fromisoformat(row["date"]), row["kind"]) for path in files for row in _rows(path))


@cache
def shipped_calendar() -> Calendar:
    """Give the working-day calendar of the shipped years."""
    return Calendar(shipped_holidays())


@cache
def shipped_policies() -> tuple[PolicyRow, ...]:
    """Read all policy rows of resources/policies/*.toml; the file's name is the name of the set."""
    rows: list[PolicyRow] = []
    for path in sorted((RESOURCES / "policies").glob("*.toml")):
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        rows.extend(PolicyRow(policy_set=path.stem, **row) for row in content["policy"])
    return tuple(rows)
