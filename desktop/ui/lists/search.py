"""The index by which typed words find rows: by the first letters of words and by single characters.

A word of letters or digits is compared with beginnings of words (pinyin, initials, last four of a number), any other
stands anywhere. Only rows that hold the beginning of what was typed are looked into, so that a keystroke among a
hundred thousand costs little more than among ten thousand.

A row has texts of its own (names, numbers) and texts that it shares with many (school, title, subject). A shared text
is kept once with the rows that have it: what is typed is looked for in a thousand schools, not in all rows.
"""

from array import array
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import compress
from typing import Final

_MARK: Final = "\n"
"""Before every word of a search text."""

_DEEP: Final = 5
"""Letters of a word that the index knows; a county in front of all its schools is found without looking at any row."""

_NOWHERE: Final = array("I")


def text_of(words: Iterable[str]) -> str:
    """The search text of a row, or of what many rows share."""
    return _MARK + _MARK.join(dict.fromkeys(words))


def needle_of(word: str) -> str:
    """What a search text must hold for a typed word."""
    return _MARK + word if word.isascii() else word


class SearchIndex:
    """Search texts by place, and for every beginning the places that have it."""

    def __init__(self) -> None:
        self.texts: list[bytes] = []
        """What each place has of its own; in UTF-8, which takes half of the room that two scripts take otherwise."""
        self._places: dict[str, array[int]] = {}
        self._shared: dict[str, array[int]] = {}
        """The places that have a shared text, rising."""
        self._changed: set[int] = set()
        """Places whose text was put anew: all of it is their own then, and what lists say of them may be old."""
        self._last: tuple[str, Sequence[int]] | None = None
        """The word that was typed last with what it found: the next letter only narrows that."""

    def add(self, text: str, shared: Iterable[str] = ()) -> None:
        """Take in the next place: its own text, and the texts that it shares with others."""
        place = len(self.texts)
        self._note(place, text)
        for each in shared:
            self._shared.setdefault(each, array("I")).append(place)
        self.texts.append(text.encode())

    def put(self, place: int, text: str) -> None:
        """Another text for a place, or the first; what the old one is found by is sorted out when it is asked for."""
        if place == len(self.texts):
            self.add(text)
            return
        self.texts[place] = text.encode()
        self._changed.add(place)
        self._note(place, text)

    def _note(self, place: int, text: str) -> None:
        self._last = None
        found: set[str] = set()
        for word in text.split(_MARK):
            found.update(_parts(word))
        for part in found:
            places = self._places.get(part)
            if places is None:
                self._places[part] = array("I", (place,))
            else:
                places.append(place)

    def find(self, words: Sequence[str]) -> Sequence[int] | None:
        """The places, rising, whose texts hold all typed words; None where nothing was typed."""
        if not words:
            return None
        if len(words) == 1:
            found = self._find_word(words[0])
            self._last = words[0], found
            return found
        first, *others = sorted(words, key=self._weight)
        found = self._found_whole(first)
        for word in others:
            found = self._holding(word, found)
        return found

    def _find_word(self, word: str) -> Sequence[int]:
        last = self._last
        is_known = self._is_whole(word) and not self._changed
        if last is not None and not is_known and word.startswith(last[0]) and word.isascii() == last[0].isascii():
            return self._holding(word, last[1])
        return self._found_whole(word)

    def _found_whole(self, word: str) -> Sequence[int]:
        """All places that hold a word."""
        own: Sequence[int] = self._candidates(word)
        if self._changed or not self._is_whole(word):
            needle, texts = needle_of(word).encode(), self.texts
            own = [place for place in own if needle in texts[place]]
        if self._changed:
            own = sorted(set(own))  # what was put anew was noted again
        shared = self._sharing(word)
        if not shared and not self._changed:
            return list(own)
        return _places_of(self._marked([*shared, own]))

    def _holding(self, word: str, places: Sequence[int]) -> Sequence[int]:
        """Those of some places that hold a word."""
        needle, texts, shared = needle_of(word).encode(), self.texts, self._sharing(word)
        if not shared:
            return [place for place in places if needle in texts[place]]
        marked = self._marked(shared)
        if marked.count(1) == len(marked):
            return places
        return [place for place in places if marked[place] or needle in texts[place]]

    def _sharing(self, word: str) -> list[Sequence[int]]:
        """The places of every shared text that holds a word; of those put anew their own text alone tells."""
        needle, changed = needle_of(word), self._changed
        found: list[Sequence[int]] = [places for text, places in self._shared.items() if needle in text]
        return [[each for each in places if each not in changed] for places in found] if changed else found

    def _marked(self, parts: Iterable[Sequence[int]]) -> bytearray:
        """A byte for each place, 1 where it is in one of the parts: quicker than sorting, however much was found."""
        marked = bytearray(len(self.texts))
        for places in parts:
            if places and places[-1] - places[0] == len(places) - 1:  # as the people of a school stand together
                marked[places[0] : places[-1] + 1] = b"\1" * len(places)
            else:
                for place in places:
                    marked[place] = 1
        return marked

    def _candidates(self, word: str) -> Sequence[int]:
        return min((self._places.get(part, _NOWHERE) for part in _asked(word)), key=len)

    def _weight(self, word: str) -> int:
        return len(self._candidates(word)) + sum(map(len, self._sharing(word)))

    @staticmethod
    def _is_whole(word: str) -> bool:
        """Whether the index alone answers for a word."""
        return len(word) <= (_DEEP if word.isascii() else 2)


def _places_of(marked: bytearray) -> Sequence[int]:
    """The places that are marked, rising; all of them, as after the name of the county, without counting them out."""
    every = range(len(marked))
    return every if marked.count(1) == len(marked) else list(compress(every, marked))


def _asked(word: str) -> Sequence[str]:
    """The parts of a typed word, of which the rarest is looked up."""
    if word.isascii():
        return (word[:_DEEP],)
    return [word[at : at + 2] for at in range(len(word) - 1)] or word


@lru_cache(maxsize=1024)
def _parts(word: str) -> frozenset[str]:
    """What the index notes of a word: its beginning; of one with other than letters each character and each pair.

    A digit inside such a word (第3小学) is no beginning, and is noted only with its neighbour.
    """
    begin = {word[: at + 1] for at in range(min(_DEEP, len(word)))} if word[:1].isascii() else set()
    pairs = {*word, *(word[at : at + 2] for at in range(len(word) - 1))}
    return frozenset(begin | {part for part in pairs if not part.isascii()})
