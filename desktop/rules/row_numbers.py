"""Row numbers as they are called out from a sign-in sheet: 3, 17、22 or 5-8."""

import re
from typing import Final

from desktop.errors import ValueProblem
from desktop.rules.characters import halve_width

_HEADING: Final = re.compile(r"^(缺课|未到|缺席|请假|迟到|早退)[:：]?")
_SIGNS: Final = re.compile(r"[\s,、;；.号]+")
_RANGE: Final = re.compile(r"(\d{1,5})(?:[-~—–至到](\d{1,5}))?")


def read_row_numbers(text: str) -> tuple[int, ...]:
    """The numbers of a text in order, each once; a heading such as 缺课： is left out, 无 is none.

    Raises ValueProblem for what is no number and for a range that runs backwards.
    """
    plain = _HEADING.sub("", halve_width(text).strip()).strip()
    if plain in ("", "无", "没有", "-"):
        return ()
    found: dict[int, None] = {}
    for part in filter(None, _SIGNS.split(plain)):
        match = _RANGE.fullmatch(part)
        if match is None:
            raise ValueProblem(f"“{part}”不是行号，请写签到表上的行号，用逗号分开，例如 3, 17, 22（只作格式示范）")
        first, last = int(match[1]), int(match[2] or match[1])
        if last < first:
            raise ValueProblem(f"行号“{part}”前大后小，请核对")
        found.update(dict.fromkeys(range(first, last + 1)))
    return tuple(found)
