"""学时 in whole tenths: the only form in which hours are added and compared, so that a third is exact."""

from typing import Final

from desktop.rules.numerals import chinese_number

TENTHS: Final = 10
"""Tenths in one 学时."""


def tenths(packed: str | None) -> int:
    """The tenths of a packed number with one decimal: "39.5" → 395; nothing is 0."""
    return int(packed.replace(".", "")) if packed else 0


def tenths_of(hours: float) -> int:
    """The tenths of hours as a policy has them: 72 → 720, 16.1 → 161."""
    return round(hours * TENTHS)


def hours_text(value: int) -> str:
    """Tenths as people write hours: 395 → 39.5, 400 → 40."""
    sign, whole = ("-", -value) if value < 0 else ("", value)
    text = f"{sign}{whole // TENTHS}"
    return text if whole % TENTHS == 0 else f"{text}.{whole % TENTHS}"


def packed_hours(value: int) -> str:
    """Tenths as an exact number with one decimal is stored: 400 → "40.0"."""
    return f"{value // TENTHS}.{value % TENTHS}"


def read_fraction(text: str) -> tuple[int, int]:
    """Numerator and denominator of a policy such as 1/3. Raises ValueError for anything else."""
    above, sign, below = text.partition("/")
    if not sign or int(below) <= 0 or int(above) < 0:
        message = f"{text!r} is no fraction"
        raise ValueError(message)
    return int(above), int(below)


def fraction_words(fraction: tuple[int, int]) -> str:
    """A fraction as a sentence says it: (1, 3) → 三分之一."""
    return f"{chinese_number(fraction[1])}分之{chinese_number(fraction[0])}"
