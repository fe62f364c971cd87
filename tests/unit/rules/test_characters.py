"""Spelling of characters that the other rules read."""

import pytest

from desktop.rules.characters import drop_blanks, drop_invisible, halve_width, plain


@pytest.mark.parametrize(
    ("text", "expected"), [("１２Ｘａ（）", "12Xa()"), ("王\u3000芳", "王 芳"), ("a\u00a0b", "a b")]
)
def test_halves_width(text, expected):
    """Full-width ASCII and wide blanks become ASCII; Han characters stay."""
    assert halve_width(text) == expected


def test_drops_blanks():
    """Tabs, line breaks, wide blanks and invisible characters go."""
    assert drop_blanks(" a\t\n\u3000\u00a0\u200b\ufeffb ") == "ab"


def test_drops_invisible():
    """Only characters without shape go."""
    assert drop_invisible("王\u200b 芳\u202c") == "王 芳"


def test_plain_drops_the_apostrophe():
    """The apostrophe of a spreadsheet's text is no part of the text."""
    assert plain(" '５０ ") == "50"
