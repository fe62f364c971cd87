"""Each kind's own rules: what it reads, what it refuses, how it packs, shows, masks and sorts."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from desktop.errors import AmbiguousValue, ValueProblem
from desktop.kinds import (
    Birth,
    Choice,
    CitizenIdNumber,
    Day,
    Digits,
    DocumentNumber,
    Exact,
    Kind,
    Link,
    LongText,
    Money,
    Ordinal,
    PartialDate,
    PersonName,
    Phone,
    Picture,
    Text,
    Whole,
    YesNo,
    all_samples,
    clean_text,
    moment_text,
    number_text,
    sample_citizen_id,
)

ID_NUMBER = sample_citizen_id("19800315", 101)
EVERY_KIND = [
    Text(),
    Text(10),
    LongText(),
    PersonName(),
    CitizenIdNumber(),
    Digits(),
    Digits((17, 15)),
    Phone(),
    DocumentNumber(),
    Whole(),
    Whole(1, 12, "月"),
    Ordinal(),
    Exact(),
    Exact(2),
    Money(),
    Day(),
    PartialDate(),
    PartialDate(is_past=True),
    Day(is_past=True),
    Birth(),
    YesNo(),
    Choice("title"),
    Link("teachers"),
    Picture(),
]


@pytest.mark.parametrize("kind", EVERY_KIND, ids=repr)
def test_samples_survive_text_and_packed_form(kind):
    """Every sample can be written as text and packed, and read back from both."""
    for value in all_samples(kind, 60):
        assert kind.parse(kind.format(value)) == value
        assert kind.unpack(kind.pack(value)) == value
        assert isinstance(kind.pack(value), int if kind.storage == "INTEGER" else str)
        assert kind.sort_key(value) == kind.sort_key(value)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (Kind(), "甲", "甲"),
        (Text(), " 石坪镇\t 一号 ", "石坪镇 一号"),
        (Text(), "语　文", "语文"),
        (Text(), "A 班", "A 班"),
        (LongText(), "一 \r\n二\r三\n", "一\n二\n三"),
        (PersonName(), "王　芳", "王芳"),
        (PersonName(), "阿依古丽•买买提", "阿依古丽·买买提"),
        (CitizenIdNumber(), ID_NUMBER.lower(), ID_NUMBER),
        (Digits(), "'６２２８ 4801", "62284801"),
        (Phone(), "+86 139-0000-0001", "13900000001"),
        (Phone(), "１３９００００００００", "13900000000"),
        (Phone(), "023－68123456", "023-68123456"),
        (Phone(), "68123456", "68123456"),
        (Phone(), "13900000001'", "13900000001"),
        (DocumentNumber(), "云教发[2024]第030号", "云教发〔2024〕30号"),
        (DocumentNumber(), "县教委\n会议纪要", "县教委 会议纪要"),
        (Whole(), "十二", 12),
        (Whole(1900, 2100, "年"), "2024年", 2024),
        *(
            (Ordinal(), text, 3)
            for text in ("三", "3", "第三届", "第3届", "第三", "三届", "第 ３ 届", "第三批次", "3.0")
        ),
        (Ordinal(), "第十二届", 12),
        (Ordinal(), "首届", 1),
        (Exact(2), "85,5", Decimal("85.50")),
        (Money(), "￥1,200.50", 120_050),
        (Money(), "1.2万元", 1_200_000),
        (Day(), "2024年3月15日", date(2024, 3, 15)),
        (PartialDate(), "2024.3", "2024-03"),
        (PartialDate(), "无", ""),
        (YesNo(), "√", True),
        (YesNo(), "没有", False),
        (Choice("ethnicity"), "汉", "01"),
        (Choice("title"), "中学高级", "T4"),
        (Link("teachers"), "uid", "uid"),
        (Picture(), "0f" * 32, "0f" * 32),
    ],
    ids=repr,
)
def test_texts_are_read(kind, text, value):
    """A kind reads what offices write."""
    assert kind.parse(text) == value


@pytest.mark.parametrize(
    ("kind", "text", "told"),
    [
        (Text(4), "一二三四五", "最多 4 个字"),
        (LongText(2), "一二三", "最多 2 个字"),
        (PersonName(), "王" * 101, "超过 100 个字"),
        (CitizenIdNumber(), "50999919800315", "应为18位"),
        (Digits((6,), "邮政编码"), "63000", "邮政编码“63000”有 5 位，应为 6 位"),
        (Digits((17, 15)), "1", "应为 17或15 位"),
        (Digits(), "６２２八", "以外的字符"),
        (Phone(), "139OOOO0001", "不是数字"),
        (Phone(), "139²²²²²²²²", "不是数字"),
        (Phone(), "1390000000", "有 10 位"),
        (Phone(), "12900000000", "有 11 位"),
        (Whole(1, 12), "13", "1 至 12"),
        (Whole(), "五点", "不是数字"),
        (Ordinal(), "本届", "不是数字"),
        (Ordinal(), "第届", "不是数字"),
        (Ordinal(), "第0届", "第几届"),
        (Ordinal(), "100", "1 至 99"),
        (Exact(), "缺考", "不是数字"),
        (Exact(), "无", "不是数字"),
        (Exact(), "85.55", "最多写 1 位小数"),
        (Exact(), "1" * 40, "过大"),
        (Money(), "1" * 30, "过大"),
        (Money(), "0.001", "小于1分"),
        (Day(), "2024-03", "年、月、日"),
        (PartialDate(), "2024-13", "1—12"),
        (Day(is_past=True), "2099-01-01", "晚于今天"),
        (PartialDate(is_past=True), "2099", "晚于今天"),
        (Birth(), "2099-05", "1931年至今满16周岁"),
        (Birth(), "1930-12", "1931年至今满16周岁"),
        (YesNo(), "也许", "“是”或“否”"),
        (Choice("gender"), "不知", "性别"),
        (Picture(), "照片.jpg", "从文件选入"),
    ],
    ids=repr,
)
def test_texts_are_refused_with_a_sentence(kind, text, told):
    """A text that is no value is refused by a sentence that names what is wrong."""
    with pytest.raises(ValueProblem, match=told):
        kind.parse(text)


@pytest.mark.parametrize("kind", [Day(is_past=True), PartialDate(is_past=True), Birth()], ids=repr)
def test_what_cannot_have_been_is_refused_in_a_date_cell_and_shown_when_stored(kind):
    """A day to come is refused as text, number and date of a cell; what a clock once allowed can still be read."""
    for read in (
        lambda: kind.parse("2099-01-01"),
        lambda: kind.parse_number(72686.0),
        lambda: kind.parse_day(date(2099, 1, 1)),
    ):
        with pytest.raises(ValueProblem, match="2099-01-01"):
            read()
    assert kind.fault("2099-01-01")
    assert kind.format(kind.unpack("2099-01-01")) == "2099-01-01"


def test_half_of_the_present_year_is_past():
    """A year or half-year that has begun is not to come; a sixteenth birthday counts on its day."""
    this_year = datetime.now(UTC).year
    assert PartialDate(is_past=True).parse(str(this_year)) == str(this_year)
    assert Birth().parse(str(this_year - 17)) == str(this_year - 17)


@pytest.mark.parametrize(
    ("kind", "number", "value"),
    [
        (Text(), 5.0, "5"),
        (Text(), 2.5, "2.5"),
        (Phone(), 13900000001.0, "13900000001"),
        (Whole(), 12.0, 12),
        (Money(), 80.5, 8050),
        (Day(), 45366.0, date(2024, 3, 15)),
        (PartialDate(), 202209.0, "2022-09"),
        (Choice("ethnicity"), 1.0, "01"),
        (CitizenIdNumber(), 509999800315101.0, ID_NUMBER),
    ],
    ids=repr,
)
def test_number_cells_are_read(kind, number, value):
    """A number in a cell means what its digits mean, or the day it counts."""
    assert kind.parse_number(number) == value


def test_days_of_1904_workbooks():
    """A workbook of the 1904 system counts its days from there."""
    assert Day().parse_number(43904.0, date1904=True) == date(2024, 3, 15)
    assert PartialDate().parse_number(43904.0, date1904=True) == "2024-03-15"


@pytest.mark.parametrize("kind", [Text(), Digits(), CitizenIdNumber(), DocumentNumber()], ids=repr)
def test_rounded_numbers_are_never_taken(kind):
    """A number of more than 15 digits has lost its last digits in the cell and is sent back."""
    with pytest.raises(ValueProblem, match="末几位已丢失"):
        kind.parse_number(509999198003151010.0)


@pytest.mark.parametrize("kind", [Day(), PartialDate(), Text()], ids=repr)
def test_date_cells_are_read(kind):
    """A date in a cell becomes a day, a partial date, or its ISO text."""
    assert kind.format(kind.parse_day(datetime(2024, 3, 15, 8, 30, tzinfo=UTC))) == "2024-03-15"


@pytest.mark.parametrize(
    ("kind", "packed"),
    [
        (Text(), 5),
        (Whole(1, 12), 13),
        (Whole(1, 12), "3"),
        (Whole(0, 1), True),
        (Exact(), "85"),
        (Exact(), "x"),
        (Money(), "80"),
        (Money(), True),
        (Day(), "20240315"),
        (Day(), "gestern"),
        (Day(), 20240315),
        (PartialDate(), "2024-3"),
        (PartialDate(), 2024),
        (YesNo(), 2),
        (YesNo(), "1"),
        (YesNo(), True),
        (Choice("gender"), "7"),
        (Choice("gender"), 1),
    ],
    ids=repr,
)
def test_foreign_packed_values_are_refused(kind, packed):
    """Only the form that `pack` gives is a packed value; every other is a problem, never a crash."""
    with pytest.raises(ValueProblem):
        kind.unpack(packed)


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        (Kind(), "甲", "甲"),
        (Text(), "E12345678", "E12******"),
        (Text(), "云岭县石坪镇吉祥路一百二十三号", "云岭县石" + "*" * 11),
        (Text(), "甲", "**"),
        (CitizenIdNumber(), "500104198003150013", "500104********0013"),
        (Digits(), "62284801", "****4801"),
        (Digits(), "123", "**3"),
        (Phone(), "13900000001", "139****0001"),
        (Phone(), "6812345", "681**45"),
        (Phone(), "023-68123456", "023*****3456"),
    ],
    ids=repr,
)
def test_masks(kind, value, shown):
    """A masked number keeps what tells people apart and hides the rest (PU-9)."""
    assert kind.mask(value) == shown


def test_choices_of_a_drop_down():
    """Choices and 是/否 offer a drop-down, other kinds none."""
    assert Text().choices() == ()
    assert YesNo().choices() == ("是", "否")
    assert Choice("gender").choices()[:2] == ("男", "女")


def test_codes_sort_by_their_table():
    """Codes stand in the order of the standard; one that a newer program sent stands behind them, as it is."""
    kind = Choice("title")
    assert max(["?", "T1", "T5"], key=kind.sort_key) == "?"
    assert kind.sort_key("T5") != kind.sort_key("T1")
    assert kind.format("?") == "?"


def test_ambiguous_dates_keep_their_readings():
    """2010.1 in a number cell may be January or October: both are given to choose from."""
    with pytest.raises(AmbiguousValue) as caught:
        PartialDate().parse_number(2010.1)
    assert caught.value.readings == ("2010-01", "2010-10")


def test_money_is_shown_in_yuan():
    """Money has two decimals, and a sign before it."""
    assert [Money().format(fen) for fen in (0, 5, 8050, -8050)] == ["0.00", "0.05", "80.50", "-80.50"]


@pytest.mark.parametrize(("number", "text"), [(5, "5"), (5.0, "5"), (2.5, "2.5"), (1e16, "10000000000000000")])
def test_number_text(number, text):
    """A number reads as a spreadsheet shows it in general format."""
    assert number_text(number) == text


def test_clean_text():
    """A stored text has no control or direction characters, and is in normal form C."""
    assert clean_text("a\x00\u202eb\tc\u0041\u030a") == "ab cÅ"


def test_moments_are_utc_to_the_millisecond():
    """A point in time is stored with milliseconds and Z."""
    assert moment_text(datetime(2024, 3, 15, 8, 0, 0, 123_456, tzinfo=UTC)) == "2024-03-15T08:00:00.123Z"


def test_the_base_has_no_samples():
    """A kind without samples cannot be tested, so the base refuses."""
    with pytest.raises(NotImplementedError):
        Kind().sample(0)
