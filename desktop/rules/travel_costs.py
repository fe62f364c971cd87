"""Who bears the travel of a national or municipal training: the authority a share, the school the rest (TR-12)."""

from dataclasses import dataclass
from typing import Final

BORNE_LEVELS: Final = frozenset({"1", "2"})
"""Codes of training_level for which the regulation divides travel: 国家级, 省（市）级."""


@dataclass(frozen=True, slots=True)
class TravelSplit:
    """Amounts in 分 that together are the whole."""

    authority: int
    school: int


def split_travel(amount: int, authority_percent: int) -> TravelSplit:
    """Divide an amount in 分; what cannot be divided falls to the school, so that nobody is asked for half a 分.

    Raises ValueError for a percentage outside 0…100 or an amount below 0.
    """
    if not 0 <= authority_percent <= 100 or amount < 0:
        message = f"{authority_percent} % of {amount}"
        raise ValueError(message)
    authority = amount * authority_percent // 100
    return TravelSplit(authority, amount - authority)
