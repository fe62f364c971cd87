"""Names of schools: when a name that the office does not know may stand for one that it knows."""

import re
from functools import lru_cache
from typing import Final

from desktop.exchange.headings import plain_heading
from desktop.rules.characters import HAN

_NUMERALS: Final = "一二三四五六七八九十百"
_DIGITS: Final = re.compile(r"\d+")
_ADMIN: Final = re.compile(r"[省市县区镇乡村街道]")
_TYPES: Final = (
    ("kindergarten", re.compile(r"幼儿园|幼稚园|园$|幼$")),
    ("vocational", re.compile(r"职业|职教|职高|中专|技工|技校")),
    ("special", re.compile(r"特殊教育|特教|特校|聋哑|培智")),
    ("nine", re.compile(r"九年|一贯制")),
    ("primary", re.compile(r"小学|完小|村小|小$|中心校")),
    ("middle", re.compile(r"中学|初中|高中|完中|初级|高级|中$")),
)
_TYPE_WORDS: Final = re.compile(
    r"中心学校|中心小学校?|中心校|中心幼儿园|九年一贯制学校|初级中学校?|高级中学校?|完全中学|实验学校|特殊教育学校|中学校?|小学校?|初中|高中|完中|完小|村小|幼儿园|幼稚园|学校|校|中$|小$|幼$|园$"
)
_DIFFERENT: Final = frozenset("东西南北上下大小新老" + _NUMERALS)
"""One such character more or less makes another school: 第一小学 and 第二小学, 东城 and 西城."""


_SEAL: Final = re.compile(r"\s*[（(【\[]\s*(?:加?盖?公章处?|盖章处?|签章|印章|章)\s*[)）】\]]\s*$|\s*(?:盖章|公章)$")
"""What stands behind a name because the paper is stamped there."""
_BETWEEN: Final = re.compile(rf"(?<=[{HAN}])\s+(?=[{HAN}])")
_LETTER: Final = re.compile(rf"[{HAN}A-Za-z]")


@lru_cache(maxsize=4096)
def plain_school(name: str) -> str:
    """A name without the note that it is to be stamped, and without blanks between its characters."""
    return _BETWEEN.sub("", _SEAL.sub("", name.strip())).strip(" :：")


@lru_cache(maxsize=4096)
def names_something(name: str) -> bool:
    """Whether a text has a character of a name at all: a serial is no school."""
    return _LETTER.search(name) is not None


def is_general(name: str) -> bool:
    """Whether a name could be that of many schools: 中心校, 村小, 幼儿园."""
    plain = plain_heading(name)
    return not _ADMIN.sub("", _TYPE_WORDS.sub("", plain)).strip("本我") or plain in {"初中部", "小学部", "高中部"}


def may_mean(name: str, known: str) -> bool:
    """Whether an unknown name may be a short, long or mistyped form of a known school's full name.

    Names that differ only in a number, or in the kind of school, are different schools.
    """
    one, other = _spelled(name), _spelled(known)
    if _type_of(one) not in {"", _type_of(other)} and _type_of(other):
        return False
    if is_general(name):
        return _type_of(one) == _type_of(other)
    if not _same_numerals(one, other):
        return False
    short, full = _core(one), _core(other)
    return bool(short and full) and (_within(short, full) or _within(full, short) or _one_off(one, other))


def _spelled(name: str) -> str:
    return _DIGITS.sub(lambda match: _chinese(int(match[0])), plain_heading(name))


def _chinese(number: int) -> str:
    if number > 99:
        return str(number)
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else _NUMERALS[tens - 1] + "十"
    return head + (_NUMERALS[ones - 1] if ones else "")


def _type_of(name: str) -> str:
    return next((word for word, form in _TYPES if form.search(name)), "")


def _same_numerals(one: str, other: str) -> bool:
    """A short name may leave the number out only where the full one has none either."""
    first, second = (
        re.findall(rf"[{_NUMERALS}]+", name.replace("一贯", "").replace("九年", "")) for name in (one, other)
    )
    return first == second


def _core(name: str) -> str:
    return _ADMIN.sub("", _TYPE_WORDS.sub("", name)).replace("第", "") or _ADMIN.sub("", name)


def _within(short: str, full: str) -> bool:
    """Every character of the short name stands in the full one, in order."""
    rest = iter(full)
    return all(character in rest for character in short)


def _one_off(one: str, other: str) -> bool:
    """The same length and all but one character, which is no number and no direction."""
    if len(one) != len(other):
        return False
    pairs = [pair for pair in zip(one, other, strict=True) if pair[0] != pair[1]]
    return len(pairs) == 1 and not set(pairs[0]) & _DIFFERENT
