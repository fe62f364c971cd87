"""Policy look-up: numbers and choices set by regulation, by key, set and year in force."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from desktop.errors import RefusedError


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """One regulated value: key, Chinese label, value, unit, years in force (0 = open) and source.

    `value` is a bool, int, text, or a list or table of these, as TOML and JSON carry it. What is shipped also says
    what its few choices are called (value → label), or the code tables that its words are of.
    """

    policy_set: str
    key: str
    label: str
    value: Any
    unit: str = ""
    from_year: int = 0
    until_year: int = 0
    source: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    words: Sequence[str] = ()

    def in_force(self, year: int) -> bool:
        """Say whether the row is in force in `year`."""
        return self.from_year <= year and (self.until_year == 0 or year <= self.until_year)


def policy_row(rows: Iterable[PolicyRow], key: str, year: int, sets: Sequence[str]) -> PolicyRow:
    """Find the row of `key` in force in `year`; `sets` from the nearest (the office's own) to "national".

    Of several rows in force in one set the one that began last wins. Raises RefusedError when no set has one:
    such a value must be entered by the office.
    """
    found = [row for row in rows if row.key == key and row.in_force(year)]
    for name in sets:
        own = [row for row in found if row.policy_set == name]
        if own:
            return max(own, key=lambda row: row.from_year)
    raise RefusedError(f"政策参数“{key}”在{year}年没有设定，请在“政策参数”中填写数值和文件依据")


def policy_value(rows: Iterable[PolicyRow], key: str, year: int, sets: Sequence[str]) -> Any:  # noqa: ANN401
    """Give the value of `policy_row`, as its file or its database row carries it."""
    return policy_row(rows, key, year, sets).value
