"""Chinese numerals, amounts in 大写, counts, scores, shares and money."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from desktop.errors import AmbiguousValue, ValueProblem
from desktop.rules.numerals import (
    Count,
    Score,
    amount_in_words,
    chinese_number,
    ordinal,
    percentage,
    percentage_text,
    read_chinese_number,
    read_count,
    read_money,
    read_percent,
    read_score,
    year_in_characters,
)


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (96000, "玖佰陆拾元整"),
        (60050, "陆佰元伍角整"),
        (100405, "壹仟零肆元零伍分"),
        (0, "零元整"),
        (5, "伍分"),
        (50, "伍角整"),
        (1005, "壹拾元零伍分"),
        (1234, "壹拾贰元叁角肆分"),
        (1000000, "壹万元整"),
        (10000500, "壹拾万零伍元整"),
        (10005000000, "壹亿零伍万元整"),
        (100_000_000_00, "壹亿元整"),
        (1_0000_0000_0000_00, "壹万亿元整"),
        (1_0002_0000_0000_00, "壹万零贰亿元整"),
        (-960_00, "负玖佰陆拾元整"),
    ],
)
def test_amounts(fen, words):
    """Amounts of domain §3.12 and the gaps that need 零."""
    assert amount_in_words(fen) == words


def test_amount_prefix():
    """The prefix stands before everything."""
    assert amount_in_words(96000, prefix=True) == "人民币玖佰陆拾元整"


def test_amount_limit():
    """An amount beyond the units is a bug, not a sentence."""
    with pytest.raises(ValueError, match="outside"):
        amount_in_words(10**18)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "零"),
        (2, "二"),
        (10, "十"),
        (12, "十二"),
        (20, "二十"),
        (105, "一百零五"),
        (110, "一百一十"),
        (100010, "十万零一十"),
    ],
)
def test_chinese_numbers(number, text):
    """Numbers are written as they are spoken."""
    assert chinese_number(number) == text


@given(some.integers(0, 10**12))
def test_numbers_round_trip(number):
    """Every written number is read back."""
    assert read_chinese_number(chinese_number(number)) == number


def test_ordinals_and_years():
    """第十二届 and 二〇二六年 (domain §3.12)."""
    assert (ordinal(12), ordinal(3, "批"), year_in_characters(2026)) == ("第十二届", "第三批", "二〇二六年")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("二〇〇九", 2009),
        ("十二", 12),
        ("贰拾万", 200000),
        ("壹佰零伍", 105),
        ("八十五", 85),
        ("12", 12),
        ("两千", 2000),
        ("一亿零三万", 100030000),
    ],
)
def test_reads_chinese_numbers(text, number):
    """Spoken, positional and 大写 numerals are read."""
    assert read_chinese_number(text) == number


@pytest.mark.parametrize("text", ["", "很多", "12x"])
def test_refuses_words(text):
    """A word is no number."""
    with pytest.raises(ValueProblem):
        read_chinese_number(text)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("300", Count(300)),
        ("300人", Count(300)),
        ("约300人", Count(300, approximate=True)),
        ("2500余", Count(2500, approximate=True)),
        ("2500余人", Count(2500, approximate=True)),
        ("1,200", Count(1200)),
        ("三百", Count(300)),
        ("12.0", Count(12)),
    ],
)
def test_counts(text, count):
    """Counts keep whether they were exact."""
    assert read_count(text) == count


@pytest.mark.parametrize("text", ["1.5", "-3", "若干"])
def test_refuses_counts(text):
    """A count is a whole number from 0."""
    with pytest.raises(ValueProblem):
        read_count(text)


@pytest.mark.parametrize(
    ("text", "score"),
    [
        ("85分", Score(Decimal(85))),
        ("85,5", Score(Decimal("85.5"))),
        ("８５", Score(Decimal(85))),
        ("85.0", Score(Decimal("85.0"))),
        ("八十五", Score(Decimal(85))),
        ("优(92)", Score(Decimal(92), "优")),
        ("92/优", Score(Decimal(92), "优")),
        ("92分（优秀）", Score(Decimal(92), "优秀")),
        ("优秀", Score(None, "优秀")),
        ("缺考", Score(None, absent=True)),
        ("—", None),
        ("", None),
    ],
)
def test_scores(text, score):
    """Points, grades and absence are kept apart; absence is not 0 points (domain §2.11)."""
    assert read_score(text) == score


def test_refuses_scores():
    """A remark is no score."""
    with pytest.raises(ValueProblem, match="待定"):
        read_score("待定")


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("86%", Decimal(86)),
        ("0.86", Decimal(86)),
        ("86.0", Decimal(86)),
        ("86", Decimal(86)),
        ("百分之八十六", Decimal(86)),
        ("0", Decimal(0)),
    ],
)
def test_percents(text, points):
    """A share is read as percent points whichever way it was typed."""
    assert read_percent(text) == points


def test_one_is_ambiguous():
    """1 may be 1 % or all."""
    with pytest.raises(AmbiguousValue) as caught:
        read_percent("1")
    assert caught.value.readings == ("1%", "100%")


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("￥80.00", 8000),
        ("80元/月", 8000),
        ("1,200", 120000),
        ("80元整", 8000),
        ("1.2万元", 1200000),
        ("人民币80元", 8000),
        ("0", 0),
    ],
)
def test_money(text, fen):
    """Money is whole 分."""
    assert read_money(text) == fen


@pytest.mark.parametrize("text", ["80.005", "待定"])
def test_refuses_money(text):
    """Less than one 分 cannot be paid."""
    with pytest.raises(ValueProblem):
        read_money(text)


@pytest.mark.parametrize(
    ("numerator", "denominator", "text"),
    [
        (1213, 1314, "92.3%"),
        (414, 1314, "31.5%"),
        (55, 954, "5.8%"),
        (23, 954, "2.4%"),
        (1, 8, "12.5%"),
        (1, 0, "—"),
        (25, 1000, "2.5%"),
        (125, 10000, "1.3%"),
    ],
)
def test_percentages(numerator, denominator, text):
    """Shares of domain appendix B, rounded half up; without a base there is none."""
    assert percentage_text(numerator, denominator) == text


def test_negative_share():
    """A decrease is rounded like an increase."""
    assert percentage(-125, 10000) == Decimal("-1.3")
    assert percentage(1, 3, decimals=2) == Decimal("33.33")
