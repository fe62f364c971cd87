"""The index by which typed words find rows: by the first letters of words and by single characters.

A word of letters or digits is compared with beginnings of words (pinyin, initials, last four of a number), any other
stands anywhere. Only rows that hold the beginning of what was typed are looked into, so that a keystroke among a
hundred thousand costs little more than among ten thousand.
"""

from array import array
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

_MARK: Final = "\n"
"""Before every word of a search text."""

_DEEP: Final = 5
"""Letters of a word that the index knows; a county in front of all its schools is found without looking at any row."""

_NOWHERE: Final = array("I")


def text_of(words: Iterable[str]) -> str:
    """The search text of a row."""
    return _MARK + _MARK.join(dict.fromkeys(words))


def needle_of(word: str) -> str:
    """What a search text must hold for a typed word."""
    return _MARK + word if word.isascii() else word


class SearchIndex:
    """Search texts by place, and for every beginning the places that have it."""

    def __init__(self) -> None:
        self.texts: list[bytes] = []
        """In UTF-8, which takes half of the room that texts of two scripts take otherwise."""
        self._places: dict[str, array[int]] = {}
        self._changed: set[int] = set()
        self._last: tuple[str, list[int]] | None = None
        """The word that was typed last with what it found: the next letter only narrows that."""

    def add(self, text: str) -> None:
        """Take in the text of the next place."""
        self._note(len(self.texts), text)
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

    def find(self, words: Sequence[str]) -> list[int] | None:
        """The places, rising, whose texts hold all typed words; None where nothing was typed."""
        if len(words) != 1:
            return self._find(words)
        word, last = words[0], self._last
        is_known = self._is_whole(word) and not self._changed
        if last is not None and not is_known and word.startswith(last[0]) and word.isascii() == last[0].isascii():
            needle, texts = needle_of(word).encode(), self.texts
            found = [place for place in last[1] if needle in texts[place]]
        else:
            found = self._find(words) or []
        self._last = word, found
        return found

    def _find(self, words: Sequence[str]) -> list[int] | None:
        found: Iterable[int] | None = None
        for word in sorted(words, key=self._weight):
            known = self._candidates(word) if found is None else found
            if found is None and self._is_whole(word) and not self._changed:
                found = known
                continue
            needle, texts = needle_of(word).encode(), self.texts
            found = [place for place in known if needle in texts[place]]
        if found is None:
            return None
        return sorted(set(found)) if self._changed else list(found)

    def _candidates(self, word: str) -> Sequence[int]:
        return min((self._places.get(part, _NOWHERE) for part in _asked(word)), key=len)

    def _weight(self, word: str) -> int:
        return len(self._candidates(word))

    @staticmethod
    def _is_whole(word: str) -> bool:
        """Whether the index alone answers for a word."""
        return len(word) <= (_DEEP if word.isascii() else 2)


def _asked(word: str) -> Sequence[str]:
    """The parts of a typed word, of which the rarest is looked up."""
    if word.isascii():
        return (word[:_DEEP],)
    return [word[at : at + 2] for at in range(len(word) - 1)] or word


@lru_cache(maxsize=8192)
def _parts(word: str) -> frozenset[str]:
    """What the index notes of a word: its beginning; of one with other than letters each character and each pair."""
    begin = {word[: at + 1] for at in range(min(_DEEP, len(word)))} if word[:1].isascii() else set()
    pairs = set() if word.isascii() else {*word, *(word[at : at + 2] for at in range(len(word) - 1))}
    return frozenset(begin | pairs)
