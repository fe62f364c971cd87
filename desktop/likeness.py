"""The texts most like another; loaded late, for its library takes longer to load than all tables of codes."""

from collections.abc import Iterable

from rapidfuzz import fuzz, process


def nearest(text: str, among: Iterable[str], *, most: int, least: int) -> list[str]:
    """At most so many of some texts, the most like first; `least` is the likeness, up to 100, that they must have."""
    found = process.extract(text, among, scorer=fuzz.WRatio, limit=most, score_cutoff=least)
    return [each for each, _likeness, _place in found]
