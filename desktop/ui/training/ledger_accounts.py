"""The accounts of a year as the ledger page holds them: found by typed words and by what they lack. Made in a Job."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final

from desktop.queries.policies import Policies
from desktop.queries.training.ledger_list import LedgerLine, LedgerList, ledger_list
from desktop.store.database import Store
from desktop.ui.jobs import Progress
from desktop.ui.lists.search import SearchIndex, text_of


@dataclass(frozen=True, slots=True)
class Shown:
    """Whose lines are shown: a word, and what a line must be."""

    word: str
    passes: Callable[[LedgerLine], bool]


def _is_short(line: LedgerLine) -> bool:
    return line.account.is_short


def _is_exempt(line: LedgerLine) -> bool:
    return line.account.year.is_exempt


SHORT, EXEMPT = "年度未达到", "考核合格免修"
SHOWN: Final = (
    Shown("全部教师", lambda _line: True),
    Shown(SHORT, _is_short),
    Shown("年度已达到", lambda line: not _is_short(line) and not _is_exempt(line)),
    Shown(EXEMPT, _is_exempt),
    Shown("周期未达到", lambda line: line.account.cycle.is_short),
    Shown("新任教师（试用期）", lambda line: line.probation is not None),
    Shown("新任教师未达到", lambda line: line.probation is not None and bool(line.probation.short)),
)
_STEP: Final = 100
_FREED, _REST = 1_000, 0.001
"""Lines that are freed at once, and the seconds in which the window has its turn then."""


@dataclass(frozen=True, slots=True)
class Found:
    """Lines that were found: their places, rising, and how many of them lack something or are exempt."""

    places: list[int]
    lines: list[LedgerLine]
    short: int
    exempt: int


class Accounts:
    """All lines in their order, with an index of names, pinyin, units and ID tails, and who passes each filter."""

    def __init__(self, found: LedgerList, progress: Progress) -> None:
        self.lines, self.rules, self.new_teacher_hours = found.lines, found.rules, found.new_teacher_hours
        self.place_of: dict[str, int] = {}
        self._index = SearchIndex()
        self._passing = {each.word: bytearray(len(self.lines)) for each in SHOWN}
        searches_of = import_module("desktop.collation").pinyin_searches
        units: dict[str, str] = {}
        for place, line in enumerate(self.lines):
            if place % _STEP == 0:
                progress.check()
            if line.unit not in units:
                units[line.unit] = text_of((line.unit.lower(), *searches_of(line.unit)))
            words = (line.name.lower(), *searches_of(line.name), line.tail.lower())
            self._index.add(text_of(filter(None, words)), (units[line.unit],) if line.unit else ())
            self.place_of[line.uid] = place
            for each in SHOWN:
                self._passing[each.word][place] = each.passes(line)
        self._whole = {word: self._narrowed(range(len(self.lines)), word) for word in self._passing}

    def find(self, words: Sequence[str], shown: str) -> Found:
        """The lines that hold all typed words and pass the filter of a word of SHOWN."""
        found = self._index.find(words)
        return self._whole[shown] if found is None else self._narrowed(found, shown)

    def _narrowed(self, found: Iterable[int], shown: str) -> Found:
        passing, short, exempt = (self._passing[each] for each in (shown, SHORT, EXEMPT))
        places = [place for place in found if passing[place]]
        lines = [self.lines[place] for place in places]
        return Found(places, lines, sum(map(short.__getitem__, places)), sum(map(exempt.__getitem__, places)))

    def let_go(self) -> None:
        """Free everything a little at a time when nobody shows it: all at once would hold every thread."""
        for found in self._whole.values():
            _free(found.places)
            _free(found.lines)
        _free(self.lines)
        _free(self._index.texts)
        while self.place_of:
            for _ in range(min(_FREED, len(self.place_of))):
                self.place_of.popitem()
            time.sleep(_REST)


def _free(rows: list[Any]) -> None:
    while rows:
        del rows[-_FREED:]
        time.sleep(_REST)


def load_accounts(store: Store, year: int, progress: Progress) -> Accounts:
    """Read and index the accounts of a year. Raises RefusedError where a policy is missing."""
    with store.read() as session:
        found = ledger_list(session, Policies(session), year, check=progress.check)
    return Accounts(found, progress)
