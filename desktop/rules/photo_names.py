"""Whose photo a file is, by the ID number and the name in its own name, never by a part of a longer name."""

import re
from collections.abc import Iterable
from typing import Final

from desktop.rules.characters import HAN
from desktop.rules.names import normalise_name

_ID: Final = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")
_BEHIND: Final = re.compile(
    "照|像|相片|[一二两大小]寸|证件|免冠|登记|老师|教师|同志|学员|先生|女士|头像|[红蓝白]底|正面|电子|原图|副本|新|男|女|[（(]"
)
"""What a file's name says right behind the name of a person."""
_BEFORE: Final = re.compile(
    r"(校|学|园|班|组|处|室|局|委|县|区|市|省|镇|乡|村|号|员|师|名|片|照|中心|教点|[一二三四五六七八九十\d][中小])$"
)
"""What a file's name says right before it."""
_HAN: Final = f"[{HAN}]"
_PLACE: Final = re.compile(rf"[{HAN}]+?(?:中心校|[学校园所班]|[一二三四五六七八九十][中小])(?![{HAN}])")
"""What a file's name says of a school: 城关小学, 县一中."""


def id_number_in(stem: str) -> str:
    """The ID number in the name of a file, in capitals; empty where there is none."""
    found = _ID.search(stem)
    return found[0].upper() if found else ""


def names_in(stem: str, known: Iterable[str]) -> tuple[list[str], list[str]]:
    """The known names that stand in a file's name by themselves, and those that are only part of something longer."""
    text = normalise_name(stem)
    there = [name for name in known if name and name in text]
    alone = [name for name in there if any(_stands_alone(part, name) for part in (text, *stem.split()))]
    alone = [name for name in alone if not any(name != other and name in other for other in alone)]
    return alone, [name for name in there if name not in alone and not any(name in other for other in alone)]


def _stands_alone(text: str, name: str) -> bool:
    for match in re.finditer(re.escape(name), text):
        before, behind = text[: match.start()], text[match.end() :]
        is_begun = not re.search(f"{_HAN}$", before) or _BEFORE.search(before)
        if is_begun and (not re.match(_HAN, behind) or _BEHIND.match(behind)):
            return True
    return False


def places_in(stem: str, name: str) -> list[str]:
    """The schools that a file's name speaks of beside the name of its person."""
    return _PLACE.findall(normalise_name(stem).replace(name, " "))
