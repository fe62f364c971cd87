"""Numbers as offices write them: Chinese numerals, 大写 amounts, counts, scores, percentages and money.

Values are exact: int, Decimal, or money in 分. A share is always made of numerator and denominator.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from desktop.errors import AmbiguousValue, ValueProblem
from desktop.rules.characters import plain

_DIGITS = "〇一二三四五六七八九"
_READ_DIGITS = {character: value for value, character in enumerate(_DIGITS)} | {
    "零": 0,
    "○": 0,
    "◯": 0,
    "O": 0,
    "o": 0,
    "两": 2,
    "元": 1,
    **dict(zip("壹贰叁肆伍陆柒捌玖", range(1, 10), strict=True)),
}
_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_AMOUNT_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_AMOUNT_UNITS = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")
_LIMIT = 10**16
_NO_VALUE = frozenset({"", "无", "/", "-", "--", "—", "——", "－", "–"})


@dataclass(frozen=True, slots=True)
class Count:
    """A number of things or persons; `approximate` for 约300人 and 2500余."""

    value: int
    approximate: bool = False


@dataclass(frozen=True, slots=True)
class Score:
    """A score as typed: points, or a grade, or both; absent (缺考) is not 0 points."""

    points: Decimal | None
    grade: str = ""
    absent: bool = False


def _spell_section(number: int, digits: str, units: tuple[str, ...]) -> str:
    text, gap = "", False
    for position in range(3, -1, -1):
        digit = number // 10**position % 10
        if digit == 0:
            gap = bool(text)
            continue
        text += ("零" if gap else "") + digits[digit] + units[position]
        gap = False
    return text


def _spell(number: int, digits: str, units: tuple[str, ...]) -> str:
    if not 0 <= number < _LIMIT:
        message = f"{number} is outside 0…{_LIMIT - 1}"
        raise ValueError(message)
    text, gap = "", False
    for group in range(3, -1, -1):
        section = number // 10000**group % 10000
        if section == 0:
            gap = bool(text)
            continue
        joint = "零" if text and (gap or section < 1000) else ""
        # 万亿 is one unit only when no 亿 follows it with a number of its own.
        unit = "万" if group == 3 and number // 10000**2 % 10000 else _GROUPS[group]
        text += joint + _spell_section(section, digits, units) + unit
        gap = False
    return text or "零"


def chinese_number(number: int) -> str:
    """Write a whole number from 0 below 10^16 with Chinese numerals: 12 → 十二, 105 → 一百零五."""
    text = _spell(number, "零" + _DIGITS[1:], ("", "十", "百", "千"))
    return text.removeprefix("一") if text.startswith("一十") else text


def ordinal(number: int, unit: str = "届") -> str:
    """Write an ordinal with its unit: 12 → 第十二届."""
    return f"第{chinese_number(number)}{unit}"


def year_in_characters(year: int) -> str:
    """Write a year digit by digit as old documents do: 2026 → 二〇二六年."""
    return "".join(_DIGITS[int(digit)] for digit in str(year)) + "年"


def amount_in_words(fen: int, *, prefix: bool = False) -> str:
    """Write money given in 分 as 大写 (支付结算办法 annex 1): 96000 → 玖佰陆拾元整."""
    yuan, rest = divmod(abs(fen), 100)
    jiao, cents = divmod(rest, 10)
    words = _spell(yuan, _AMOUNT_DIGITS, _AMOUNT_UNITS) + "元" if yuan or not rest else ""
    if jiao:
        words += _AMOUNT_DIGITS[jiao] + "角"
    elif cents and yuan:
        words += "零"
    words += _AMOUNT_DIGITS[cents] + "分" if cents else "整"
    return ("人民币" if prefix else "") + ("负" if fen < 0 else "") + words


def read_chinese_number(text: str) -> int:
    """Read 十二, 一百零五, 二〇〇九, 贰拾万 or plain digits; raises ValueProblem."""
    typed = plain(text)
    if re.fullmatch(r"\d+", typed):
        return int(typed)
    if typed and all(character in _READ_DIGITS for character in typed):
        return int("".join(str(_READ_DIGITS[character]) for character in typed))
    total, section, digit = 0, 0, 0
    for character in typed:
        if character in _READ_DIGITS:
            digit = _READ_DIGITS[character]
        elif character in _UNITS:
            section += (digit or 1) * _UNITS[character]
            digit = 0
        elif character in "万亿":
            factor = 10**4 if character == "万" else 10**8
            total = (total + section + digit) * factor if character == "亿" else total + (section + digit) * factor
            section, digit = 0, 0
        else:
            raise ValueProblem(f"“{text}”不是数字")
    if not typed:
        raise ValueProblem("数字为空")
    return total + section + digit


def _read_decimal(typed: str, shown: str) -> Decimal:
    """Read digits with thousands commas or a decimal comma (85,5)."""
    number = typed
    if re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d+)?", number):
        number = number.replace(",", "")
    elif re.fullmatch(r"-?\d+,\d{1,2}", number):
        number = number.replace(",", ".")
    if re.fullmatch(r"-?\d+(\.\d+)?", number):
        return Decimal(number)
    try:
        return Decimal(read_chinese_number(number))
    except ValueProblem:
        raise ValueProblem(f"“{shown}”不是数字，请填写阿拉伯数字") from None


def read_count(text: str) -> Count:
    """Read 300, 约300人, 2500余 or 三百; raises ValueProblem."""
    typed = plain(text)
    core = re.sub(r"(人次|人|名|个|次|篇|节|份|所|项|件|张|本|学时|课时|天|年)$", "", typed)
    approximate = bool(re.search(r"^(约|近|大约|超过)|[余多]$|左右$", core))
    core = re.sub(r"^(大约|约|近|超过)|(余|多|左右)$", "", core)
    value = _read_decimal(core, text)
    if value != value.to_integral_value() or value < 0:
        raise ValueProblem(f"“{text}”应为不小于0的整数")
    return Count(int(value), approximate)


def read_ordinal(text: str) -> int:
    """Read 第三届, 第3届, 第三, 三届, 三 or 3 (domain §3.12), 首届, and 批 for 届; raises ValueProblem."""
    core = re.sub(r"^第|[届批]次?$", "", plain(text))
    value = Decimal(1) if core == "首" else _read_decimal(core, text)
    if value != value.to_integral_value() or value < 1:
        raise ValueProblem(f"“{text}”应为第几届，请填写阿拉伯数字")
    return int(value)


def read_score(text: str) -> Score | None:
    """Read 85分, 85,5, 八十五, 优(92), 92/优 or 缺考; None when the cell says there is no score."""
    typed = plain(text)
    if typed in _NO_VALUE:
        return None
    if typed in {"缺考", "缺", "未考"}:
        return Score(None, absent=True)
    grade_first = re.fullmatch(r"([^\d\W]+)[(/](-?[\d.,]+)分?\)?", typed)
    if grade_first:
        return Score(_read_decimal(grade_first[2], text), grade_first[1])
    points_first = re.fullmatch(r"(-?[\d.,]+)分?[(/]([^\d\W]+)\)?", typed)
    if points_first:
        return Score(_read_decimal(points_first[1], text), points_first[2])
    if re.fullmatch(r"[优良中差甲乙丙丁ABCDE](秀|好|等)?|合格|基本合格|不合格|及格|不及格", typed):
        return Score(None, typed)
    return Score(_read_decimal(typed.removesuffix("分"), text))


def read_percent(text: str) -> Decimal:
    """Read 86%, 86.0 or 0.86 as percent points (86); 1 without a sign raises AmbiguousValue."""
    typed = plain(text)
    if typed.startswith("百分之"):
        return _read_decimal(typed.removeprefix("百分之"), text)
    if typed.endswith("%"):
        return _read_decimal(typed.removesuffix("%"), text)
    value = _read_decimal(typed, text)
    if value == 1:
        raise AmbiguousValue(f"“{text}”可以是1%，也可以是100%，请确认", readings=("1%", "100%"))
    return value * 100 if 0 < value < 1 else value


def read_money(text: str) -> int:
    """Read ￥80.00, 80元/月, 1,200 or 1.2万元 as 分; raises ValueProblem."""
    typed = re.sub(r"^(人民币)?[¥￥$]?", "", plain(text))
    core = re.sub(r"(元|圆|块)?(/|每)?(人|月|年|学期|节|课时)*整?$", "", typed)
    factor = 100
    if core.endswith("万"):
        core, factor = core.removesuffix("万"), 100 * 10**4
    fen = _read_decimal(core, text) * factor
    if fen != fen.to_integral_value():
        raise ValueProblem(f"“{text}”的金额小于1分，请核对")
    return int(fen)


def percentage(numerator: int, denominator: int, *, decimals: int = 1) -> Decimal | None:
    """Give numerator ÷ denominator in percent, rounded half up by integer arithmetic; None without a base."""
    if denominator == 0:
        return None
    scale = 10**decimals
    doubled = 2 * 100 * scale * abs(numerator) + abs(denominator)
    quotient = doubled // (2 * abs(denominator))
    sign = -1 if (numerator < 0) != (denominator < 0) else 1
    return Decimal(sign * quotient).scaleb(-decimals)


def percentage_text(numerator: int, denominator: int, *, decimals: int = 1) -> str:
    """Write a share as 92.3%, or — where there is no base."""
    value = percentage(numerator, denominator, decimals=decimals)
    return "—" if value is None else f"{value}%"
