"""Picks that are found by pinyin; its dictionary takes a quarter of a second to load, so the first pick loads it."""

from importlib import import_module

from desktop.ui.forms.suggestions import Pick


def make_pick(text: str, value: object, *more: str) -> Pick:
    """A pick that is found by its text, the pinyin of it, and more words."""
    pinyin_searches = import_module("desktop.collation").pinyin_searches
    words = (text.lower(), *pinyin_searches(text.split("（", maxsplit=1)[0]), *(each.lower() for each in more))
    return Pick(text, value, "\n" + "\n".join(words))
