"""Picks that are found by pinyin; loaded late, for the dictionary of readings takes a quarter of a second."""

from desktop.collation import pinyin_searches
from desktop.ui.forms.suggestions import Pick


def make_pick(text: str, value: object, *more: str) -> Pick:
    """A pick that is found by its text, the pinyin of it, and more words."""
    words = (text.lower(), *pinyin_searches(text.split("（", maxsplit=1)[0]), *(each.lower() for each in more))
    return Pick(text, value, "\n" + "\n".join(words))
