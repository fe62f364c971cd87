"""The orders of names and labels, by pinyin and by 姓氏笔画, and the keys by which a name is searched.

Keys are texts: sorting them as texts gives the order. Surnames with a reading of their own (单 曾 解 …) and
those of two characters lie in resources/codes/surname_readings.csv; strokes in resources/strokes, see the
README there.
"""

import csv
import gzip
import os
import re
from bisect import bisect_right
from collections.abc import Callable
from functools import cache, lru_cache
from importlib import import_module
from itertools import groupby, islice, product
from typing import cast

from desktop.paths import RESOURCES
from desktop.rules.characters import HAN

# The library's 47,000 phrases take 43 MB. Only the order by pinyin asks for them, not the search, so they are loaded
# when a name is first sorted: the library leaves them out where this word is set, and must be told so before.
os.environ["PYPINYIN_NO_PHRASES"] = "true"
from pypinyin import Style, load_phrases_dict, pinyin

_TOTAL_BASE = 40  # a total is written as chr(40 + total), see build/strokes.py
_UNKNOWN_TOTAL = 99
_NO_SEQUENCE = "9"  # behind every sequence of 横1 竖2 撇3 点4 折5
_COMBINATIONS = 24
# Characters without a reading come back one by one; the library declares only text here, and takes a list.
_DISTRICT = re.compile(r"^.{2,9}?[县区旗](?=..)")
"""A school's name begins with its county's, which nobody types among the schools of that county."""

_KEEP = cast("Callable[[str], str]", list)
_HAN_NAME = re.compile(f"[{HAN}]+")


@cache
def _surname_readings() -> dict[str, tuple[str, ...]]:
    path = RESOURCES / "codes" / "surname_readings.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {row["surname"]: tuple(row["reading"].split()) for row in csv.DictReader(file)}


@cache
def _rare_readings() -> dict[str, str]:
    """Give the readings of characters that the pinyin library does not know."""
    path = RESOURCES / "codes" / "character_readings.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {row["character"]: row["reading"] for row in csv.DictReader(file)}


def split_surname(name: str) -> tuple[str, str]:
    """Split a Han name into surname and given name; a name with a middle dot or Latin letters has no surname.

    A surname of two characters is one of the reviewed table, in a name of three characters or more.
    """
    if not _HAN_NAME.fullmatch(name):
        return "", name
    length = 2 if len(name) > 2 and len(_surname_readings().get(name[:2], ())) == 2 else 1
    return name[:length], name[length:]


@cache
def _load_phrases() -> None:
    """Let the library know by its phrases which reading of a character is meant: 重 in 重阳 and in 重要."""
    load_phrases_dict(import_module("pypinyin.phrases_dict").phrases_dict)


@lru_cache(maxsize=8192)
def _syllables(text: str) -> tuple[str, ...]:
    """Give a syllable with its tone for each character; others stay as they are, in small letters."""
    _load_phrases()
    found = pinyin(text, style=Style.TONE3, neutral_tone_with_five=True, errors=_KEEP)
    rare = _rare_readings()
    return tuple(rare.get(parts[0], parts[0].lower()) for parts in found)


def _readings(name: str) -> tuple[str, ...]:
    surname, given = split_surname(name)
    fixed = _surname_readings().get(surname)
    if fixed:
        return fixed + _syllables(given) if given else fixed
    return _syllables(name)


def pinyin_key(name: str) -> str:
    """Give the key of the order by pinyin: syllable and tone, then strokes, so that one surname stays together."""
    parts = zip(_readings(name), name, strict=True)
    return " ".join(f"{reading}{stroke_total(character):02d}{character}" for reading, character in parts)


@lru_cache(maxsize=8192)
def _all_readings(character: str) -> tuple[str, ...]:
    if rare := _rare_readings().get(character):
        return (rare.rstrip("12345"),)
    found = pinyin(character, style=Style.NORMAL, heteronym=True, errors=_KEEP, v_to_u=False)
    return tuple(dict.fromkeys(reading.lower() for reading in found[0]))


def pinyin_searches(name: str) -> tuple[str, ...]:
    """Give the texts under which a name is found: full pinyin and initials in all readings, without tones.

    The reading of the surname comes first; ü is v, as it is typed; blanks and dots are left out. A school is found
    without the county in front of its name, too.
    """
    rest = _DISTRICT.sub("", name)
    return tuple(dict.fromkeys((*_searches(name), *(_searches(rest) if rest != name else ()))))


def _searches(name: str) -> tuple[str, ...]:
    characters = [character for character in name if character.isalnum()]
    surname, _ = split_surname("".join(characters))
    choices = [_all_readings(character) for character in characters]
    for position, reading in enumerate(_surname_readings().get(surname, ())):
        plain = reading.rstrip("12345")
        choices[position] = (plain, *(other for other in choices[position] if other != plain))
    readings = list(islice(product(*choices), _COMBINATIONS))
    full = ("".join(parts) for parts in readings)
    initials = ("".join(part[0] for part in parts) for parts in readings)
    return tuple(filter(None, dict.fromkeys((*full, *initials))))


@cache
def _strokes() -> tuple[list[int], list[str], dict[str, str]]:
    """Read the table: starts and totals of runs of characters, and the sequence of each character."""
    starts: list[int] = []
    runs: list[str] = []
    sequences: dict[str, str] = {}
    content = gzip.decompress((RESOURCES / "strokes" / "strokes.txt.gz").read_bytes()).decode("utf-8")
    for line in content.split("\n"):
        kind, key, value = line.split(" ", 2)
        if kind == "T":
            starts.append(int(key, 16))
            runs.append(value)
        else:
            sequences.update(dict.fromkeys(value, key))
    return starts, runs, sequences


def stroke_total(character: str) -> int:
    """Give the number of strokes of a Han character; 99 for every other character."""
    starts, runs, _ = _strokes()
    run = bisect_right(starts, ord(character)) - 1
    if run < 0 or not 0 <= (offset := ord(character) - starts[run]) < len(runs[run]):
        return _UNKNOWN_TOTAL
    total = ord(runs[run][offset]) - _TOTAL_BASE
    return total if total > 0 else _UNKNOWN_TOTAL


def stroke_sequence(character: str) -> str:
    """Give the strokes as digits, 1 横 2 竖 3 撇 4 点 5 折; "" when the table has none."""
    return _strokes()[2].get(character, "")


@lru_cache(maxsize=8192)
def _stroke_part(character: str) -> str:
    return f"{stroke_total(character):02d}{stroke_sequence(character) or _NO_SEQUENCE}{character}"


def stroke_key(name: str) -> str:
    """Give the key of 姓氏笔画 order: total strokes, then 横竖撇点折, surname first.

    People of one surname: a given name of one character before one of two, as in official lists; a surname of
    two characters behind the single one that begins with the same character.
    """
    surname, given = split_surname(name)
    if not surname:
        surname, given = name[:1], name[1:]
    parts = [_stroke_part(surname[:1]) if surname else "", str(len(surname))]
    parts.extend(_stroke_part(character) for character in surname[1:])
    parts.append(f"{len(given):02d}")
    parts.extend(_stroke_part(character) for character in given)
    return " ".join(parts)


def natural_key(text: str) -> tuple[bool, str]:
    """The order of labels with numbers in them: 第2组 before 第10组, 201 before 1102; the empty text last."""
    parts = ["".join(part) for _, part in groupby(text, key=str.isdigit)]
    return (not text, "".join(part.zfill(6) if part.isdigit() else part for part in parts))
