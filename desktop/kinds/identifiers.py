"""Kinds of numbers that are names: of citizens, certificates, accounts and telephones."""

import re
from dataclasses import dataclass
from typing import Final

from desktop.errors import ValueProblem
from desktop.kinds.base import Kind, number_text
from desktop.rules.citizen_id import check_character, damaged_id, read_citizen_id


@dataclass(frozen=True)
class CitizenIdNumber(Kind):
    """A citizen identity number of 18 characters (GB 11643-1999); numbers of 15 digits are lengthened."""

    def parse(self, text: str) -> str:
        """Read the number; every rung of the ladder of validation has its own sentence."""
        return read_citizen_id(text).text

    def parse_number(self, value: float, *, date1904: bool = False) -> str:
        """Tell a number that a spreadsheet has rounded; such a number is never taken."""
        del date1904
        if damaged_id(value) is not None:
            raise ValueProblem(
                f"身份证号“{number_text(value)}”被表格软件改成了数值，末几位已丢失，请按文本格式重新填写",
            )
        return self.parse(number_text(value))

    def mask(self, value: str) -> str:
        """The area and the last four characters stay."""
        return value[:6] + "*" * 8 + value[-4:]

    def sample(self, number: int) -> str:
        """Valid numbers of the area code that belongs to no place."""
        return sample_citizen_id(f"19{60 + number % 40}0315", 100 + number % 900)


def sample_citizen_id(birth: str, sequence: int, area: str = "509999") -> str:
    """A valid number for an invented person: birth as YYYYMMDD, sequence odd for men and even for women."""
    body = f"{area}{birth}{sequence:03d}"
    return body + check_character(body)


@dataclass(frozen=True)
class Digits(Kind):
    """A number that is a name, not a quantity: certificate, account, serial; kept as text."""

    lengths: tuple[int, ...] = ()
    what: str = "号码"

    def parse(self, text: str) -> str:
        """Drop blanks and the apostrophe of a spreadsheet, make digits half-width, check the length."""
        plain = "".join(text.split()).strip("'’`").translate(_HALF_WIDTH)
        if not _NUMBER_CHARACTERS.fullmatch(plain):
            raise ValueProblem(f"{self.what}“{plain}”中有数字和字母以外的字符，请核对")
        if self.lengths and len(plain) not in self.lengths:
            wanted = "或".join(str(length) for length in self.lengths)
            raise ValueProblem(f"{self.what}“{plain}”有 {len(plain)} 位，应为 {wanted} 位，请核对")
        return plain

    def mask(self, value: str) -> str:
        """The last four characters stay, of a short number half of them."""
        shown = min(len(value) // 2, 4)
        return "*" * max(len(value) - shown, 2) + value[len(value) - shown :]

    def sample(self, number: int) -> str:
        """Digits of the first allowed length, a leading zero among them."""
        return f"{number:0{self.lengths[0] if self.lengths else 12}d}"


_NUMBER_CHARACTERS: Final = re.compile("[0-9A-Za-z-]*")
_HALF_WIDTH: Final = str.maketrans("０１２３４５６７８９－ＸｘＡＢＣ", "0123456789-XxABC")
_MOBILE: Final = re.compile(r"1[3-9][0-9]{9}")


@dataclass(frozen=True)
class Phone(Kind):
    """A mobile number of 11 digits, or a landline with or without area code."""

    def parse(self, text: str) -> str:
        """Accept blanks, hyphens and +86; keep landlines as 区号-号码."""
        if _MOBILE.fullmatch(text):
            return text
        plain = "".join(text.split()).strip("'’`").translate(_HALF_WIDTH).replace("－", "-").replace("—", "-")
        plain = plain.removeprefix("+86").removeprefix("0086")
        digits = plain.replace("-", "")
        if not (digits.isascii() and digits.isdigit()):
            raise ValueProblem(f"电话“{text}”中有不是数字的字符，请核对")
        if len(digits) == 11 and digits[0] == "1" and digits[1] in "3456789":
            return digits
        if 7 <= len(digits) <= 12 and (digits[0] == "0" or len(digits) <= 8):
            return plain
        raise ValueProblem(f"电话“{text}”有 {len(digits)} 位，手机号码应为 11 位，固定电话请带区号")

    def mask(self, value: str) -> str:
        """The first three and last four digits stay, of a landline without area code the last two."""
        shown = 4 if len(value) > 8 else 2
        return value[:3] + "*" * max(len(value) - 3 - shown, 2) + value[-shown:]

    def sample(self, number: int) -> str:
        """Mobile numbers."""
        return f"139{number % 100_000_000:08d}"
