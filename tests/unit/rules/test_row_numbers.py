"""Row numbers as they are called out."""

import pytest

from desktop.errors import ValueProblem
from desktop.rules.row_numbers import read_row_numbers


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("缺课: 3, 17, 22", (3, 17, 22)),
        ("３、１７；22号", (3, 17, 22)),
        ("3 17 17 3", (3, 17)),
        ("5-8, 2", (5, 6, 7, 8, 2)),
        ("未到：5至6", (5, 6)),
        ("无", ()),
        ("", ()),
    ],
)
def test_numbers_are_read(text, rows):
    """Any sign parts numbers, ranges are spelled out, each row counts once."""
    assert read_row_numbers(text) == rows


@pytest.mark.parametrize(("text", "told"), [("3, 王芳", "王芳"), ("8-5", "前大后小"), ("3.5.x", "x")])
def test_what_is_no_number_is_told(text, told):
    """The sentence names the part that cannot be read."""
    with pytest.raises(ValueProblem, match=told):
        read_row_numbers(text)
