"""Which characters are Han, blank or full-width, and the plain spelling the other rules read."""

import re

HAN = "〇\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
"""Han characters as the inside of a regular-expression class."""

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xA0: 0x20}
_BLANKS = re.compile(r"[\s\u200b-\u200f\u2060\ufeff\u00ad\u3164]+")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u2060\ufeff\u00ad\u202a-\u202e]")
_APOSTROPHES = "'’‘`＇"


def halve_width(text: str) -> str:
    """Write full-width letters, digits and signs with their ASCII characters; other characters stay."""
    return text.translate(_FULL_WIDTH)


def drop_blanks(text: str) -> str:
    """Remove every blank, tab, line break and invisible character."""
    return _BLANKS.sub("", text)


def drop_invisible(text: str) -> str:
    """Remove characters that have no shape and no width."""
    return _INVISIBLE.sub("", text)


def plain(text: str) -> str:
    """Give `text` in half width, without blanks and without the apostrophe that keeps it a text, before or behind."""
    return drop_blanks(halve_width(text)).strip(_APOSTROPHES)
