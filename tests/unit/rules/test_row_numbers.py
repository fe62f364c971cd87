"""Row numbers as they are called out."""

import pytest

from desktop.errors import ValueProblem
from desktop.rules.row_numbers import read_marked_rows, read_row_numbers, rows_text


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


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("3, 17, 22", {3: "9", 17: "9", 22: "9"}),
        ("缺课：3 9c 5-6k", {3: "9", 9: "2", 5: "7", 6: "7"}),
        ("1z 2B 3s 4g 5d", {1: "3", 2: "4", 3: "5", 4: "6", 5: "9"}),
        ("0", {}),
        ("无", {}),
        ("全到", {}),
        ("", {}),
    ],
)
def test_letters_behind_rows_say_how_it_was(text, marks):
    """A row is 待核 unless a pinyin initial stands behind it; 0 is nobody."""
    assert read_marked_rows(text) == marks


@pytest.mark.parametrize(("text", "told"), [("3x", "不是考勤"), ("3 3c", "写了两次"), ("c", "不是行号")])
def test_marks_that_cannot_be_are_told(text, told):
    """An unknown letter, a row named twice, and a letter without a row."""
    with pytest.raises(ValueProblem, match=told):
        read_marked_rows(text)


@pytest.mark.parametrize(
    ("rows", "text"), [((), ""), ((3,), "3"), ((22, 3, 4), "3—4、22"), (range(6, 99999), "6—99998")]
)
def test_rows_that_follow_each_other_are_named_by_the_ends(rows, text):
    """A sentence about many rows stays one that can be read."""
    assert rows_text(rows) == text
