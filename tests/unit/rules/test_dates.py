"""Partial dates in every form of domain §7.3."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from desktop.errors import AmbiguousValue, ValueProblem
from desktop.rules.dates import (
    DateStyle,
    agree,
    covers,
    cut_to_month,
    date_from_number,
    first_day,
    format_partial,
    is_partial_date,
    last_day,
    read_day,
    read_partial_date,
)

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("typed", "partial"),
    [
        ("2010.9", "2010-09"),
        ("2010.09", "2010-09"),
        ("2010.10", "2010-10"),
        ("2010-9", "2010-09"),
        ("2010-09-01", "2010-09-01"),
        ("2010/9/1", "2010-09-01"),
        ("2010年9月", "2010-09"),
        ("2010年9月份", "2010-09"),
        ("2010年9月1日", "2010-09-01"),
        ("2010年9月1号", "2010-09-01"),
        ("201009", "2010-09"),
        ("20100901", "2010-09-01"),
        ("2010", "2010"),
        ("2010年度", "2010"),
        ("2010上", "2010上"),
        ("2010年下半年", "2010下"),
        ("2024s", "2024上"),
        ("2024X", "2024下"),
        ("２０１０．０９", "2010-09"),
        ("2010 . 9 .", "2010-09"),
        ("'2010-09", "2010-09"),
        ("二〇〇九年十一月十日", "2009-11-10"),
        ("二○○九年十二月", "2009-12"),
        ("二零二四年三月二十五日", "2024-03-25"),
        ("二〇二四年正月卅日", "2024-01-30"),
        ("二〇二四年三月廿一日", "2024-03-21"),
        ("二〇二四年", "2024"),
        ("2009年十一月十日", "2009-11-10"),
        ("2010-09'", "2010-09"),
        ("2010.9-至今", "2010-09"),
        ("2010.9至今", "2010-09"),
        ("2010.9—2013.7", "2010-09"),
        ("2010-9-2013-7", "2010-09"),
        ("2010-2013", "2010"),
        ("2010.9.1-2013.7.1", "2010-09-01"),
        ("2024-03-15 00:00:00", "2024-03-15"),
        ("2024-03-15T08:00:00", "2024-03-15"),
        ("2024年3月15日 8:00", "2024-03-15"),
        ("2024-02-29", "2024-02-29"),
        ("", ""),
        ("无", ""),
        ("/", ""),
        ("-", ""),
        ("—", ""),
    ],
)
def test_reads(typed, partial):
    """Each form is read only as exactly as it was typed."""
    assert read_partial_date(typed, today=TODAY) == partial


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("2013-02-29", "2013年2月只有28天"),
        ("2024.13", "月份应为1—12"),
        ("202400", "月份应为1—12"),
        ("2024-04-31", "4月只有30天"),
        ("1870.5", "年份应在"),
        ("近期", "不是日期"),
        ("901", "不是日期"),
        ("十月", "不是日期"),
        ("2021年夏", "不是日期"),
    ],
)
def test_refuses(typed, told):
    """A date that does not exist is refused with the value and what is wrong."""
    with pytest.raises(ValueProblem, match=told) as caught:
        read_partial_date(typed, today=TODAY)
    assert f"“{typed}”" in caught.value.sentence


@pytest.mark.parametrize(
    ("typed", "readings"),
    [
        ("10.9", ("2010-09",)),
        ("98年7月", ("1998-07",)),
        ("76-2-29", ("1976-02-29",)),
        ("27.3", ("2027-03",)),
        ("28.3", ("1928-03",)),
        ("45201", ("2023-10-02",)),
        ("八五年七月", ("1985-07",)),
        ("1985-07-00", ("1985-07",)),
        ("1985.0.0", ("1985",)),
        ("19850700", ("1985-07",)),
        ("2021年秋", ("2021下",)),
        ("2022春季学期", ("2022上",)),
    ],
)
def test_asks(typed, readings):
    """A year of two digits, 00, a season and a day number kept as text are assumptions to confirm."""
    with pytest.raises(AmbiguousValue) as caught:
        read_partial_date(typed, today=TODAY)
    assert caught.value.readings == readings


def test_today_is_the_clock_of_the_machine():
    """Without `today` the century follows the present day."""
    with pytest.raises(AmbiguousValue) as caught:
        read_partial_date("10.9")
    assert caught.value.readings == ("2010-09",)


@pytest.mark.parametrize("typed", ["2024-03-15", "2024年3月15日", "20240315"])
def test_reads_days(typed):
    """A day is a date."""
    assert read_day(typed) == date(2024, 3, 15)


@pytest.mark.parametrize("typed", ["2024-03", "2024", "无"])
def test_day_must_be_named(typed):
    """A month is no day."""
    with pytest.raises(ValueProblem, match="年、月、日"):
        read_day(typed)


@pytest.mark.parametrize(
    ("value", "date1904", "partial"),
    [
        (202209, False, "2022-09"),
        (202209.0, False, "2022-09"),
        (20220901, False, "2022-09-01"),
        (1990.07, False, "1990-07"),
        (2022.9, False, "2022-09"),
        (2010.11, False, "2010-11"),
        (2024.0315, False, "2024-03-15"),
        (2022, False, "2022"),
        (45201, False, "2023-10-02"),
        (45201.5, False, "2023-10-02"),
        (43739, True, "2023-10-02"),
    ],
)
def test_reads_numbers(value, date1904, partial):
    """Numbers typed as dates and day numbers of both systems are read."""
    assert date_from_number(value, date1904=date1904) == partial


@pytest.mark.parametrize(("value", "readings"), [(2010.1, ("2010-01", "2010-10")), (20109, ("1955-01-20", "2010-09"))])
def test_asks_for_lost_zeros(value, readings):
    """2010.1 may be October, 20109 may be 2010-9: a person decides."""
    with pytest.raises(AmbiguousValue) as caught:
        date_from_number(value)
    assert caught.value.readings == readings


@pytest.mark.parametrize(
    "value", [901, 202213, 20130229, -1, 0, 2024.123, 2022.13, 1e20, float("nan"), float("inf"), 99999, 1.5]
)
def test_refuses_numbers(value):
    """A number that is no date is refused."""
    with pytest.raises(ValueProblem):
        date_from_number(value)


@given(some.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_every_day_round_trips(day):
    """Each printed form of a day is read as that day."""
    for style in (DateStyle.WORDS, DateStyle.DOTS):
        assert read_partial_date(format_partial(day.isoformat(), style)) == day.isoformat()
    assert first_day(day.isoformat()) == last_day(day.isoformat()) == day


@pytest.mark.parametrize(
    ("partial", "style", "printed"),
    [
        ("2024-03", DateStyle.WORDS, "2024年3月"),
        ("2013-10-22", DateStyle.WORDS, "2013年10月22日"),
        ("2024", DateStyle.WORDS, "2024年"),
        ("2024上", DateStyle.WORDS, "2024年上半年"),
        ("1978-06", DateStyle.DOTS, "1978.06"),
        ("1978-06-05", DateStyle.DOTS, "1978.06.05"),
        ("2024上", DateStyle.DOTS, "2024上"),
        ("1978-06-05", DateStyle.MONTH_DOTS, "1978.06"),
        ("1978-06-05", DateStyle.MONTH_WORDS, "1978年6月"),
        ("", DateStyle.WORDS, ""),
    ],
)
def test_formats(partial, style, printed):
    """A partial date is printed only as exact as it is."""
    assert format_partial(partial, style) == printed


@pytest.mark.parametrize(
    ("partial", "first", "last"),
    [
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("2024上", date(2024, 1, 1), date(2024, 6, 30)),
        ("2024下", date(2024, 7, 1), date(2024, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2024-02-03", date(2024, 2, 3), date(2024, 2, 3)),
    ],
)
def test_bounds(partial, first, last):
    """A partial date is the span of days that it may mean."""
    assert (first_day(partial), last_day(partial)) == (first, last)
    assert covers(partial, first)
    assert covers(partial, last)
    assert not covers(partial, date(2030, 1, 1))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("1978-06", "1978-06-15", True),
        ("1978", "1978-06", True),
        ("1978上", "1978-06", True),
        ("1978下", "1978-06", False),
        ("1978-06", "1978-07", False),
    ],
)
def test_agreement(one, other, same):
    """Two partial dates agree when one may be the other, in either order."""
    assert agree(one, other) is same
    assert agree(other, one) is same


@pytest.mark.parametrize(
    ("text", "is_one"),
    [("2024-03", True), ("2024下", True), ("2023-02-29", False), ("2024-13", False), ("2024.03", False), ("", False)],
)
def test_recognises_canonical_texts(text, is_one):
    """Only canonical texts that exist are partial dates."""
    assert is_partial_date(text) is is_one


def test_cuts_to_month():
    """The day is left out; a year stays."""
    assert (cut_to_month("1978-06-05"), cut_to_month("1978")) == ("1978-06", "1978")
