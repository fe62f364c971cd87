"""Text in a given room: which size it takes, where its lines break, and whether it fits at all."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from desktop.reports import fonts
from desktop.reports.fonts import Family
from desktop.reports.paper import SIZE_SMALL_5

LEADING = 1.15  # distance of two lines in a cell, by the size of type
_PIECES = re.compile(r"[0-9A-Za-z][0-9A-Za-z.\-/:%]*|.", re.DOTALL)
_NAME_PARTS = re.compile(r"[\u3400-\u9fff\U00020000-\U000323af]{1,12}(?:·|$)")  # 古丽娜尔·艾合买提江
_NEVER_FIRST = frozenset("，。；：、！？）)》〉〕］】”’%％℃·…—年月日")
_NEVER_LAST = frozenset("（(《〈〔［【“‘")


@dataclass(frozen=True, slots=True)
class Fitted:
    """How a text is set: size in points, lines, and whether all of it found room."""

    size: float
    lines: tuple[str, ...]
    complete: bool


def lines_height(count: int, size: float) -> float:
    """The height of some lines in points: from the upper edge of the first to the lower edge of the last."""
    return ((count - 1) * LEADING + 1) * size


@lru_cache(maxsize=1 << 15)
def fit(text: str, family: Family, sizes: tuple[float, ...], width: float, height: float) -> Fitted:
    """Set a text into a room of points: one line at the largest size that will do, otherwise several lines.

    One line may shrink to 小五, since a smaller single line reads better than a value cut in two; then the largest
    size at which the broken lines keep to the height: several lines of 小五 go before one line of smaller type.
    What fits at none is not complete.
    """
    if "\n" not in text:
        natural = fonts.line(text, family).width / 1000
        for size in sizes:
            if natural * size <= width and (size >= SIZE_SMALL_5 or height < lines_height(2, size)):
                return Fitted(size, (text,), complete=True)
    for size in sizes:
        lines = _without_orphan(break_lines(text, family, width / size * 1000), text, family, width / size * 1000)
        if lines_height(len(lines), size) <= height and _widest(lines, family) * size <= width + 0.01:
            return Fitted(size, lines, complete=True)
    return Fitted(sizes[-1], (text,), complete=False)


def _without_orphan(lines: tuple[str, ...], text: str, family: Family, width: float) -> tuple[str, ...]:
    """The same number of lines with more even lengths, if the last one would be a single character."""
    if not 1 < len(lines) < 4 or len(lines[-1]) > 1:
        return lines
    for narrower in (0.6, 0.7, 0.8, 0.9):
        even = break_lines(text, family, width * narrower)
        if len(even) == len(lines):
            return even
    return lines


def _widest(lines: tuple[str, ...], family: Family) -> float:
    return max(fonts.line(line, family).width for line in lines) / 1000


@lru_cache(maxsize=1 << 14)
def break_lines(text: str, family: Family, width: float, indent: float = 0) -> tuple[str, ...]:
    """The lines of a text in a width of thousandths of the em; `indent` is taken off each paragraph's first line."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        lines.extend(_break_paragraph(paragraph, family, width, indent))
    return tuple(lines)


def _break_paragraph(text: str, family: Family, width: float, indent: float) -> Iterator[str]:
    line: list[str] = []
    used = indent
    for piece in _split_wide(text, family, width):
        advance = fonts.line(piece, family).width
        if line and used + advance > width:
            carried = _carried(line, piece)
            yield "".join(line)
            line, used = carried, sum(fonts.line(each, family).width for each in carried)
        line.append(piece)
        used += advance
    yield "".join(line)


def _split_wide(text: str, family: Family, width: float) -> Iterator[str]:
    """Characters, and what is better not divided: words of letters and digits, the parts of a name with a dot."""
    parts = _NAME_PARTS.findall(text)
    if len(parts) > 1 and "".join(parts) == text:
        whole = all(fonts.line(part, family).width <= width for part in parts)
        yield from parts if whole else text
        return
    for piece in _PIECES.findall(text):
        if len(piece) > 1 and fonts.line(piece, family).width > width:
            yield from piece
        else:
            yield piece


def _carried(line: list[str], piece: str) -> list[str]:
    """Take off the end of a full line what must stand beside the next piece."""
    carried: list[str] = []
    while len(line) > 1 and (((carried or [piece])[0] in _NEVER_FIRST and len(carried) < 2) or line[-1] in _NEVER_LAST):
        carried.insert(0, line.pop())
    return carried
