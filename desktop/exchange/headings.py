"""What a heading means: the words a field is known by, in any bracket, alphabet and script, alone or under a group."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from desktop.exchange.targets import Target
from desktop.rules.characters import HAN, halve_width
from desktop.rules.traditional import simplified, written_forms

_OTHERS: Final = re.compile(
    r"支教|交流|轮岗|借调|挂职|跟岗|紧急|联系人|家庭|家属|配偶|子女|荣誉|表彰|获奖|奖励|工作室|人才|培训|研修|课题|论文|考核|经历|简历|师傅|徒弟"
)
"""A group of columns under such a word speaks of something else: 单位 below 支教 is not the school."""


def plain_heading(text: object) -> str:
    """A heading as it is compared: the bare words in simplified characters."""
    return simplified(bare_heading(text))


def bare_heading(text: object) -> str:
    """A heading without blanks, line breaks, asterisks and punctuation; full-width letters made half-width."""
    plain = halve_width(str(text or ""))
    return re.sub(r"[\s\u3000*＊★:：、,，.。·\-—_/\\“”\"'’]", "", plain).lower()


_BRACKETS: Final = re.compile(r"[(（\[【〔][^()（）\[\]【】〔〕]*[)）\]】〕]")


def is_of_others(parts: Iterable[str]) -> bool:
    """Whether a column speaks of something else than the person: of a spouse, a loan to another school, an award."""
    return any(_OTHERS.search(simplified(part)) for part in parts)


def without_brackets(text: str) -> str:
    """The text without hints in brackets, and brackets within them."""
    while (shorter := _BRACKETS.sub("", text)) != text:
        text = shorter
    return text


_LATIN_BEHIND: Final = re.compile(rf"(?<=[{HAN}])[a-z][a-z0-9&]*$")
_HAN: Final = re.compile(f"[{HAN}]")
_LATIN: Final = re.compile("[a-zA-Zａ-ｚＡ-Ｚ]")


def _chinese_part(text: str) -> str:
    """The Chinese of a heading in two languages, such as 身份证号 over ID No.; one of several such lines is none."""
    lines = text.splitlines()
    if len(lines) == 1 and _LATIN.search(text) is None:
        return ""  # nothing to take off
    lines = [line for line in lines if _HAN.search(line)]
    return _LATIN_BEHIND.sub("", plain_heading(without_brackets(lines[0]))) if len(lines) == 1 else ""


class HeadingIndex:
    """The headings that a set of targets is known by, and those that a sender's clerk mapped by hand."""

    def __init__(self, targets: Iterable[Target], mapped: Mapping[str, str] | None = None) -> None:
        self.targets = {target.name: target for target in targets}
        self._known: dict[str, Target] = {}
        for target in self.targets.values():
            for heading in target.headings:
                self._known.setdefault(plain_heading(without_brackets(heading)), target)
                self._known.setdefault(plain_heading(heading), target)
        for heading, name in (mapped or {}).items():
            self._map(plain_heading(heading), name)
        begins = {heading[0] for heading in self._known if heading}
        self._first = frozenset[str]().union(*map(written_forms, begins))
        self._seen: dict[str, Target | None] = {}

    def _map(self, heading: str, name: str) -> None:
        """A meaning given by hand: name or heading of a target; anything else means that it has no field."""
        target = self.targets.get(name) or self.match(name)
        if target is not None:
            self._known[heading] = target
        else:
            self._known.pop(heading, None)

    def match(self, text: object) -> Target | None:
        """The target of a heading as written, with or without the hints in its brackets."""
        raw = str(text or "")
        plain = plain_heading(raw)
        found = self._known.get(plain)
        if found is not None:
            return found
        bare = without_brackets(raw)
        if bare != raw:
            plain = plain_heading(bare)
        return self._known.get(plain) or self._known.get(_chinese_part(raw))

    def match_quickly(self, text: str) -> Target | None:
        """The same for the cells of whole sheets: most of them cannot be headings by their first character."""
        start = text.lstrip()[:1]
        if start not in self._first and (start.isalnum() or not start) and "\n" not in text:
            return None
        if text not in self._seen:
            self._seen[text] = self.match(text)
        return self._seen[text]

    def match_parts(self, parts: Sequence[str]) -> Target | None:
        """The target of a heading of several rows, top to bottom: as a whole, or else by its last parts."""
        if not parts:
            return None
        whole = self.match("".join(parts)) or self.match("".join(reversed(parts)))
        if whole is not None or is_of_others(parts[:-1]):
            return whole
        ends = ("".join(parts[start:]) for start in range(1, len(parts)))
        return next((found for found in map(self.match, ends) if found is not None), None)

    def match_group(self, parts: Sequence[str]) -> tuple[int, Target] | None:
        """The target of a heading over a mere hint, such as 身份证号 over 18位, and how many parts lead to it."""
        if is_of_others(parts[:-1]):
            return None
        for count in range(len(parts) - 1, 0, -1):
            found = self.match(parts[count - 1])
            if found is not None:
                return count, found
        return None
