"""Row numbers as they are called out from a sign-in sheet: 3, 17、22 or 5-8; with a letter behind, how it was: 9c."""

import re
from collections.abc import Iterable
from typing import Final

from desktop.errors import ValueProblem
from desktop.rules.absence import Mark
from desktop.rules.characters import halve_width

_HEADING: Final = re.compile(r"^(缺课|未到|缺席|请假|迟到|早退)[:：]?")
_SIGNS: Final = re.compile(r"[\s,、;；.号]+")
_RANGE: Final = re.compile(r"(\d{1,5})(?:[-~—–至到](\d{1,5}))?")

_MARKED: Final = re.compile(r"(.*?\d)([A-Za-z])")
LETTERS: Final = {
    "C": Mark.LATE,
    "Z": Mark.EARLY,
    "B": Mark.SICK,
    "S": Mark.PERSONAL,
    "G": Mark.OFFICIAL,
    "K": Mark.UNEXCUSED,
    "D": Mark.PENDING,
}
"""The pinyin initials of 迟 早 病 事 公 旷 待; no two are alike."""


def read_marked_rows(text: str) -> dict[int, Mark]:
    """Rows and how each was: 3, 17, 22c → 3 and 17 待核, 22 迟到; 0 is nobody, as 无 is.

    Raises ValueProblem for what is no row number, for a letter that is no mark, and for a row named twice.
    """
    found: dict[int, Mark] = {}
    plain = _HEADING.sub("", halve_width(text).strip()).strip()
    for part in filter(None, _SIGNS.split("" if plain == "0" else plain)):
        match = _MARKED.fullmatch(part)
        mark = LETTERS.get(match[2].upper()) if match else Mark.PENDING
        if mark is None:
            raise ValueProblem(f"“{part}”后面的字母不是考勤，可用 C 迟到、Z 早退、B 病、S 事、G 公、K 旷、D 待核")
        for row in read_row_numbers(match[1] if match else part):
            if row in found:
                raise ValueProblem(f"行号 {row} 写了两次，请核对")
            found[row] = mark
    return found


def read_row_numbers(text: str) -> tuple[int, ...]:
    """The numbers of a text in order, each once; a heading such as 缺课： is left out, 无 is none.

    Raises ValueProblem for what is no number and for a range that runs backwards.
    """
    plain = _HEADING.sub("", halve_width(text).strip()).strip()
    if plain in ("", "无", "没有", "-", "全到", "全勤"):
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


def rows_text(rows: Iterable[int]) -> str:
    """Numbers as a sentence names them, those that follow each other by the first and the last: 3、21—60."""
    runs: list[list[int]] = []
    for row in sorted(rows):
        if runs and row == runs[-1][-1] + 1:
            runs[-1].append(row)
        else:
            runs.append([row])
    return "、".join(str(run[0]) if len(run) == 1 else f"{run[0]}—{run[-1]}" for run in runs)
