"""Kinds of quantities: whole and exact numbers, places in a row, money."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Final

from desktop.errors import ValueProblem
from desktop.kinds.base import Kind, Packed, Storage
from desktop.rules.numerals import read_count, read_money, read_ordinal, read_score

_LARGEST: Final = 10**15
"""No amount of an office is larger, and SQLite holds it exactly."""


@dataclass(frozen=True)
class Whole(Kind):
    """A whole number with limits."""

    storage: ClassVar[Storage] = "INTEGER"
    is_number: ClassVar[bool] = True
    least: int = 0
    most: int = 1_000_000
    unit: str = ""

    def parse(self, text: str) -> int:
        """Read digits of any width, Chinese numerals, and a unit behind."""
        value = self._read(text)
        if not self.least <= value <= self.most:
            raise ValueProblem(f"“{text}”应在 {self.least} 至 {self.most} 之间，请核对")
        return value

    def _read(self, text: str) -> int:
        return read_count(text.removesuffix(self.unit) if self.unit else text).value

    def pack(self, value: int) -> Packed:
        """The number itself."""
        return int(value)

    def unpack(self, packed: Packed) -> int:
        """A whole number within the limits."""
        if not isinstance(packed, int) or isinstance(packed, bool) or not self.least <= packed <= self.most:
            raise ValueProblem(f"“{packed}”应为 {self.least} 至 {self.most} 的整数")
        return packed

    def sample(self, number: int) -> int:
        """Numbers within the limits."""
        return self.least + number % (self.most - self.least + 1)


@dataclass(frozen=True)
class Ordinal(Whole):
    """Which one of a row, such as 第三届; kept as its number."""

    least: int = 1
    most: int = 99

    def _read(self, text: str) -> int:
        return read_ordinal(text)


@dataclass(frozen=True)
class Exact(Kind):
    """A decimal number, kept as text with `scale` decimals and never as a float."""

    is_number: ClassVar[bool] = True
    scale: int = 1

    def parse(self, text: str) -> Decimal:
        """Read the number exactly; refuse more decimals than the field has."""
        score = read_score(text)
        if score is None or score.points is None:
            raise ValueProblem(f"“{text}”不是数字")
        value = score.points
        if abs(value) > _LARGEST:
            raise ValueProblem(f"“{text}”过大，请核对")
        fixed = value.quantize(Decimal(1).scaleb(-self.scale))
        if fixed != value:
            raise ValueProblem(f"“{text}”最多写 {self.scale} 位小数")
        return fixed

    def pack(self, value: Decimal) -> Packed:
        """Text with fixed scale."""
        return str(value.quantize(Decimal(1).scaleb(-self.scale)))

    def unpack(self, packed: Packed) -> Decimal:
        """Read the text back; only one with fixed scale."""
        value = self.parse(str(packed))
        if self.pack(value) != packed:
            raise ValueProblem(f"“{packed}”不是 {self.scale} 位小数的数字")
        return value

    def sample(self, number: int) -> Decimal:
        """Numbers with one decimal."""
        return (Decimal(number % 1000) / 10).quantize(Decimal(1).scaleb(-self.scale))


@dataclass(frozen=True)
class Money(Kind):
    """An amount in whole 分; shown in yuan with two decimals."""

    storage: ClassVar[Storage] = "INTEGER"
    is_number: ClassVar[bool] = True

    def parse(self, text: str) -> int:
        """Read ￥80.00, 80元, 1,200."""
        fen = read_money(text)
        if abs(fen) > _LARGEST:
            raise ValueProblem(f"金额“{text}”过大，请核对")
        return fen

    def format(self, value: int) -> str:
        """Yuan with two decimals."""
        sign, fen = ("-", -value) if value < 0 else ("", value)
        return f"{sign}{fen // 100}.{fen % 100:02d}"

    def pack(self, value: int) -> Packed:
        """The amount in 分."""
        return int(value)

    def unpack(self, packed: Packed) -> int:
        """The amount in 分."""
        if not isinstance(packed, int) or isinstance(packed, bool):
            raise ValueProblem(f"“{packed}”应为以分为单位的整数")
        return packed

    def sample(self, number: int) -> int:
        """Amounts with 角 and 分."""
        return number * 107
