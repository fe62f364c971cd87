"""Numbers that a hand scanner reads from badges and sign-in sheets: digits only, with check digits.

A scanner types like a keyboard, and letters come out wrong under a Chinese input method, so that a uid is written as a
number. The last two digits are those of ISO 7064 MOD 97-10: every single wrong digit and every swap is found.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

from desktop.errors import ValueProblem

_UID_DIGITS: Final = 39  # 2**128 has 39 digits
_PAGE_DIGITS: Final = 2
_LENGTH: Final = 1 + _UID_DIGITS + _PAGE_DIGITS + 2


class Scanned(StrEnum):
    """What a code stands on; the first digit of the number."""

    BADGE = "1"
    """A badge: the uid is of an enrolment."""
    SESSION_SHEET = "2"
    """The sign-in sheet of one session: the uid is of the session."""
    DAY_SHEET = "3"
    """One sheet for all sessions of a class on a day: the uid is of the first of them."""


@dataclass(frozen=True, slots=True)
class ScanCode:
    """What a scanned number says; `page` counts from 1, 0 where there are no pages."""

    kind: Scanned
    uid: str
    page: int = 0

    @property
    def digits(self) -> str:
        """The number as it is printed."""
        body = f"{self.kind}{UUID(self.uid).int:0{_UID_DIGITS}d}{self.page:0{_PAGE_DIGITS}d}"
        return f"{body}{98 - int(body) * 100 % 97:02d}"


def read_scan_code(text: str) -> ScanCode:
    """The meaning of a scanned number. Raises ValueProblem for anything else and for a wrong check digit."""
    digits = text.strip()
    if len(digits) != _LENGTH or not digits.isascii() or not digits.isdigit():
        raise ValueProblem(f"“{digits}”不是胸卡或签到表上的码，请重新扫描")
    if int(digits) % 97 != 1:
        raise ValueProblem(f"“{digits}”没有读全，校验不对，请重新扫描")
    number = int(digits[1 : 1 + _UID_DIGITS])
    if digits[0] not in tuple(Scanned) or number >= 1 << 128:
        raise ValueProblem(f"“{digits}”不是本程序印的码，请换一张再扫描")
    page = int(digits[1 + _UID_DIGITS : -2])
    return ScanCode(Scanned(digits[0]), str(UUID(int=number)), page)
