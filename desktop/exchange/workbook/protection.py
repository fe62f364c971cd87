"""Texts that spreadsheet programs show as they are, in .csv files and on the clipboard; needs no library."""

import re

_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")

# Excel makes Mar-24 of 2024-03, 4月3日 of 4/3, and 100000 of 1E5 when it opens a .csv.
_TURNED = re.compile(r"\d{1,4}[-/]\d{1,2}|\d+(\.\d+)?[eE][+-]?\d+")

Content = str | int | None


def protect(content: Content) -> str:
    """A text that Excel and WPS show as it is: an apostrophe before formulas, long numbers, leading zeros, months."""
    if content is None or isinstance(content, int):
        return "" if content is None else str(content)
    formula = len(content) > 1 and content.startswith(_FORMULA_SIGNS)
    digits = content[:-1].isdecimal() and (len(content) > 11 or (len(content) > 1 and content[0] == "0"))
    turned = formula or digits or content.startswith("'") or _TURNED.fullmatch(content)
    return f"'{content}" if turned else content
