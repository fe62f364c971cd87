"""The citizen's number (公民身份号码, GB 11643-1999): reading, the number damaged by a spreadsheet, agreement."""

import re
from dataclasses import dataclass
from datetime import date
from math import isfinite
from operator import mul

from desktop.errors import ValueProblem
from desktop.rules.characters import plain
from desktop.rules.dates import covers
from desktop.rules.terms import add_years

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"
_FIRST_YEAR = 1931
LEAST_AGE = 16
"""Years before which nobody is on the staff, nor carries a number that this program takes."""
_LIKE_X = str.maketrans({"x": "X", "×": "X", "✕": "X", "х": "X", "Х": "X"})
_AROUND = '"“”.。,，;；、'
"""What is typed or left by a list around a number and belongs to none."""
_PLAIN = re.compile(r"[0-9]{17}[0-9X]")
_OTHER_PAPER = re.compile(r"[A-Z]{1,3}[0-9]{6,12}")
"""The number of a passport or permit."""
_SCIENTIFIC = re.compile(r"(\d)\.?(\d*)[Ee]\+?(17|14)")


@dataclass(frozen=True, slots=True)
class CitizenId:
    """A right number: 18 characters, the birth date and gender ("1" male, "2" female) it carries."""

    text: str
    birth: date
    gender: str
    from_fifteen: bool = False

    @property
    def area(self) -> str:
        """The six-digit area code at the time of issue, which need not exist today."""
        return self.text[:6]


@dataclass(frozen=True, slots=True)
class DamagedId:
    """What survives of a number that a spreadsheet kept as a number: leading digits and perhaps the birth."""

    prefix: str
    birth: date | None


def check_character(seventeen: str) -> str:
    """Compute the check character of the first 17 digits (ISO 7064 MOD 11-2)."""
    total = sum(map(mul, map(int, seventeen), _WEIGHTS))
    return _CHECK_CHARACTERS[total % 11]


def _read_birth(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return None


def _clean(text: str) -> str:
    number = plain(plain(text).strip(_AROUND)).translate(_LIKE_X)
    return number[:-1] + "X" if number.endswith("*") else number


def _check_shape(number: str, shown: str) -> None:
    """Raise for a length or character that no number has."""
    if "*" in number:
        raise ValueProblem(f"身份证号码“{shown}”被*号遮挡，请填写完整号码")
    if damaged_id(number):
        raise ValueProblem(f"身份证号码“{shown}”被表格当作数字保存，末几位已丢失，请按证件重新填写，单元格设为文本格式")
    if _OTHER_PAPER.fullmatch(number):
        raise ValueProblem(f"“{shown}”不是身份证号码，请核对；是护照等其他证件的，请写明证件类型")
    wrong = sorted(set(re.sub(r"[0-9X]", "", number)))
    if wrong:
        raise ValueProblem(f"身份证号码“{shown}”含有不应出现的字符“{''.join(wrong)}”，请对照证件核对")
    if len(number) not in {15, 18}:
        raise ValueProblem(f"身份证号码“{shown}”共{len(number)}位，应为18位，请对照证件核对")
    if "X" in number[:-1] or (len(number) == 15 and "X" in number):
        raise ValueProblem(f"身份证号码“{shown}”中X只能是第18位，请对照证件核对")


def read_citizen_id(text: str, *, today: date | None = None) -> CitizenId:
    """Read a number of 18 or 15 characters as typed; raises ValueProblem with what is wrong.

    The check character that would be right is never told: a wrong number is compared with the card.
    """
    is_plain = _PLAIN.fullmatch(text) is not None and not text.endswith("000")
    number = text if is_plain else _clean(text)
    if not is_plain:
        _check_shape(number, text.strip())
    fifteen = len(number) == 15
    if fifteen:
        number = number[:6] + "19" + number[6:]
        number += check_character(number)
    birth = _read_birth(number[6:14])
    if birth is None:
        raise ValueProblem(f"身份证号码“{text.strip()}”中的出生日期不存在，请对照证件核对")
    if not is_plausible_birth(birth, today=today):
        raise ValueProblem(f"身份证号码“{text.strip()}”中的出生日期{birth}不在合理范围（1931年至今满16周岁），请核对")
    if number[17] != check_character(number[:17]):
        raise ValueProblem(f"身份证号码“{text.strip()}”校验未通过，请对照证件逐位核对")
    return CitizenId(number, birth, "1" if int(number[16]) % 2 else "2", fifteen)


def is_plausible_birth(birth: date, *, today: date | None = None) -> bool:
    """Say whether somebody on the staff can be born on this day: from 1931 to sixteen years ago (domain §3.9)."""
    present = today or date.today()  # noqa: DTZ011 - an office's day is the day of its own clock
    return birth.year >= _FIRST_YEAR and birth <= add_years(present, -LEAST_AGE)


def _read_scientific(text: str) -> DamagedId | None:
    match = _SCIENTIFIC.fullmatch(text)
    if not match:
        return None
    digits = match[1] + match[2]
    long = match[3] == "17"
    # The last digit shown may be rounded, so a birth date survives only with a digit after it.
    enough = len(digits) > (14 if long else 12)
    birth = _read_birth(digits[6:14] if long else "19" + digits[6:12]) if enough else None
    return DamagedId(digits[: 14 if long else 12], birth)


def damaged_id(number: float | str) -> DamagedId | None:
    """Recognise a number of 18 digits that went through a number cell; None for everything else.

    A number above 10^15 has lost its last three or four digits; a text is damaged when it is written as
    5.00104E+17, or ends in 000 and fails its check digit.
    """
    if isinstance(number, str):
        typed = plain(number)
        scientific = _read_scientific(typed)
        lost = typed.isdecimal() and len(typed) == 18 and typed.endswith("000")
        if scientific or not lost or check_character(typed[:17]) == "0":
            return scientific
        return DamagedId(typed[:14], _read_birth(typed[6:14]))
    if not isfinite(number) or number != int(number):
        return None
    digits = str(int(number))
    return DamagedId(digits[:14], _read_birth(digits[6:14])) if len(digits) == 18 else None


def agrees_with_gender(number: CitizenId, gender: str) -> bool:
    """Say whether a gender code does not contradict the number; 0, 9 and empty contradict nothing."""
    return gender not in {"1", "2"} or gender == number.gender


def agrees_with_birth(number: CitizenId, birth: str) -> bool:
    """Say whether a partial date does not contradict the number; the empty text contradicts nothing."""
    return not birth or covers(birth, number.birth)
