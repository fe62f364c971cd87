"""Columns whose heading says nothing we know, but whose cells can only be ID numbers or telephone numbers."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from desktop.errors import ValueProblem
from desktop.exchange.headings import is_of_others
from desktop.exchange.roster.cells import shown
from desktop.exchange.sheet_tables import Table
from desktop.exchange.targets import Target
from desktop.rules.citizen_id import read_citizen_id

_LOOKED_AT: Final = 20
"""So many people are looked at."""
_MOBILE: Final = re.compile(r"1[3-9]\d{9}")


def name_by_content(found: Table, targets: Mapping[str, Target]) -> Iterator[str]:
    """Give a column of ID numbers or telephone numbers its meaning if no other has it; a sentence for each."""
    held = {column.target.name for column in found.columns if column.target is not None}
    for name, is_one in _SHAPES.items():
        for column in found.columns if name in targets and name not in held else ():
            if column.target is None and column.heading and not is_of_others(column.parts):
                texts = [shown(found.sheet.rows[row][column.index]) for row in found.rows[:_LOOKED_AT]]
                filled = [text for text in texts if text]
                if filled and sum(map(is_one, filled)) * 2 > len(filled):
                    column.target = targets[name]
                    yield f"栏目“{column.heading}”里是{targets[name].label}，按{targets[name].label}读入"
                    break


def _is_citizen_id(text: str) -> bool:
    try:
        return len(text) >= 15 and bool(read_citizen_id(text))
    except ValueProblem:
        return False


def _is_mobile(text: str) -> bool:
    return _MOBILE.fullmatch(text) is not None


_SHAPES: Final[Mapping[str, Callable[[str], bool]]] = {"id_number": _is_citizen_id, "mobile": _is_mobile}
