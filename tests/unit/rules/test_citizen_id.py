"""Citizen numbers of GB 11643-1999."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some

from desktop.errors import ValueProblem
from desktop.rules.citizen_id import (
    CitizenId,
    agrees_with_birth,
    agrees_with_gender,
    check_character,
    damaged_id,
    read_citizen_id,
)

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("seventeen", "check"),
    [("34052419800101001", "X"), ("37010119010203997", "3"), ("11010119900307001", "1"), ("50010419760229003", "5")],
)
def test_check_character(seventeen, check):
    """The four numbers of domain §3.9 have the check characters given there."""
    assert check_character(seventeen) == check


@pytest.mark.parametrize(
    "text",
    [
        "34052419800101001X",
        "34052419800101001x",
        "34052419800101001Ｘ",
        "34052419800101001×",
        "34052419800101001*",
        "34052419800101001＊",
        "'34052419800101001X",
        "34052419800101001x'",
        "“34052419800101001X”",
        "34052419800101001X；",
        "３４０５２４１９８００１０１００１Ｘ",
        "340524 19800101\t001X\n",
        "\u300034052419800101001X\u00a0",
        "340524\n19800101001X",
    ],
)
def test_reads_every_spelling(text):
    """Full width, blanks, tabs, line breaks, apostrophe and each sort of X mean one number."""
    assert read_citizen_id(text, today=TODAY) == CitizenId("34052419800101001X", date(1980, 1, 1), "1")


def test_reads_fifteen_digits():
    """An old number gets its century and check character (domain §3.9); even sequence is female."""
    number = read_citizen_id("110228760301002", today=TODAY)
    assert number == CitizenId("110228197603010027", date(1976, 3, 1), "2", from_fifteen=True)
    assert number.area == "110228"


def test_leap_day_is_a_birthday():
    """29 February 1976 exists."""
    assert read_citizen_id("500104197602290035", today=TODAY).birth == date(1976, 2, 29)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("34052419800101001", "共17位"),
        ("", "共0位"),
        ("3405241980010100A1", "含有不应出现的字符“A”"),
        ("3405X419800101001X", "X只能是第18位"),
        ("11022876030100X", "X只能是第18位"),
        ("340524198013010011", "出生日期不存在"),
        ("340524197502290015", "出生日期不存在"),
        ("370101190102039973", "合理范围"),
        ("340524201101010013", "合理范围"),
        ("340524198001010011", "校验未通过"),
        ("5001*4197602290035", "遮挡"),
        ("500104********0013", "遮挡"),
        ("5.00104E+17", "末几位已丢失"),
        ("500104198105238000", "末几位已丢失"),
    ],
)
def test_refuses_each_rung(text, told):
    """Each rung of the ladder of domain §3.9 has its sentence."""
    with pytest.raises(ValueProblem, match=told):
        read_citizen_id(text, today=TODAY)


@given(some.integers(0, 9))
def test_never_tells_the_right_digit(digit):
    """The sentence on a wrong check digit is the same whatever the right one is."""
    if digit == 5:
        return
    text = f"50010419760229003{digit}"
    with pytest.raises(ValueProblem) as caught:
        read_citizen_id(text, today=TODAY)
    assert caught.value.sentence == f"身份证号码“{text}”校验未通过，请对照证件逐位核对"


def _number(birth):
    seventeen = f"509999{birth:%Y%m%d}123"
    return seventeen + check_character(seventeen)


@pytest.mark.parametrize(
    ("today", "youngest"),
    [
        (date(2026, 11, 20), date(2010, 11, 20)),
        (date(2028, 2, 29), date(2012, 2, 29)),
        (date(2116, 2, 29), date(2100, 2, 28)),
    ],
)
def test_sixteen_years_are_the_least(today, youngest):
    """Sixteen today may be read, a day younger not; on 29 February too."""
    assert read_citizen_id(_number(youngest), today=today).birth == youngest
    with pytest.raises(ValueProblem, match="合理范围"):
        read_citizen_id(_number(date.fromordinal(youngest.toordinal() + 1)), today=today)


def test_today_is_the_clock_of_the_machine():
    """Without `today` the present day counts."""
    assert read_citizen_id("34052419800101001X").gender == "1"


@pytest.mark.parametrize(
    ("number", "prefix", "birth"),
    [
        (500104198105238784.0, "50010419810523", date(1981, 5, 23)),
        (500104198105238000, "50010419810523", date(1981, 5, 23)),
        ("500104198105238000", "50010419810523", date(1981, 5, 23)),
        ("5.00104E+17", "500104", None),
        ("5.00104e17", "500104", None),
        ("5.00104198105238E+17", "50010419810523", date(1981, 5, 23)),
        ("1.10229760301E+14", "110229760301", None),
        ("1.1022976030100E+14", "110229760301", date(1976, 3, 1)),
        (500104198113990000.0, "50010419811398", None),
    ],
)
def test_damaged_numbers(number, prefix, birth):
    """What a number cell destroyed is told apart, with the birth date where it survives (domain §7.1)."""
    damaged = damaged_id(number)
    assert damaged is not None
    assert damaged.birth == birth
    assert damaged.prefix[:6] == prefix[:6]
    assert len(damaged.prefix) == len(prefix)


@pytest.mark.parametrize(
    "number",
    [
        110228760301002.0,
        13337384804.0,
        float("nan"),
        float("inf"),
        1.5,
        6228480000000000.0,
        "34052419800101001X",
        "王芳",
    ],
)
def test_not_damaged(number):
    """Short numbers, bank cards, whole numbers and words are no damaged citizen numbers."""
    assert damaged_id(number) is None


def test_right_number_may_end_in_zeros():
    """A number kept as text that ends in 000 and fits its check digit is right."""
    for area in range(509901, 509999):
        seventeen = f"{area}19800101100"
        if check_character(seventeen) == "0":
            assert damaged_id(seventeen + "0") is None
            return
    pytest.fail("no number found")


@pytest.mark.parametrize(("gender", "agrees"), [("1", True), ("2", False), ("0", True), ("9", True), ("", True)])
def test_gender_agreement(gender, agrees):
    """Only male against female is a contradiction."""
    assert agrees_with_gender(read_citizen_id("34052419800101001X"), gender) is agrees


@pytest.mark.parametrize(
    ("birth", "agrees"),
    [("1980-01", True), ("1980-01-01", True), ("1980", True), ("", True), ("1980-02", False), ("1980-01-02", False)],
)
def test_birth_agreement(birth, agrees):
    """A partial birth date agrees when the number's day lies in it."""
    assert agrees_with_birth(read_citizen_id("34052419800101001X"), birth) is agrees
