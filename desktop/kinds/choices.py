"""Kinds with a few values: yes or no, and the codes of a table."""

from dataclasses import dataclass
from typing import ClassVar

from desktop.codes import CodeTable, table
from desktop.errors import ValueProblem
from desktop.kinds.base import Kind, Packed, Storage


@dataclass(frozen=True)
class YesNo(Kind):
    """是 or 否."""

    storage: ClassVar[Storage] = "INTEGER"

    def parse(self, text: str) -> bool:
        """Read ticks, crosses and words."""
        plain = text.strip().lower()
        if plain in {"是", "有", "√", "✓", "✔", "☑", "y", "yes", "1", "○", "对", "true"}:
            return True
        if plain in {"否", "无", "×", "✗", "x", "n", "no", "0", "没有", "不是", "false"}:
            return False
        raise ValueProblem(f"“{text}”请填“是”或“否”")

    def format(self, value: bool) -> str:  # noqa: FBT001 - the value of this kind
        """The word."""
        return "是" if value else "否"

    def pack(self, value: bool) -> Packed:  # noqa: FBT001
        """1 or 0."""
        return int(value)

    def unpack(self, packed: Packed) -> bool:
        """Only 1 and 0."""
        if packed not in (0, 1) or isinstance(packed, (str, bool)):
            raise ValueProblem(f"“{packed}”应为 1 或 0")
        return bool(packed)

    def choices(self) -> tuple[str, ...]:
        """Both words."""
        return ("是", "否")

    def sample(self, number: int) -> bool:
        """Both values in turn."""
        return number % 2 == 0


@dataclass(frozen=True)
class Choice(Kind):
    """A code of a shipped table; shown as its label."""

    table_name: str = ""

    @property
    def codes(self) -> CodeTable:
        """The table of this choice."""
        return table(self.table_name)

    def parse(self, text: str) -> str:
        """Accept label, full name, alias and code."""
        return self.codes.read(text)

    def format(self, value: str) -> str:
        """The label; a code that a newer program sent stands as it is."""
        return self.codes.label(value) if value in self.codes.codes else value

    def choices(self) -> tuple[str, ...]:
        """All labels in the order of the table."""
        return tuple(self.codes.label(code) for code in self.codes.codes)

    def unpack(self, packed: Packed) -> str:
        """Only codes of the table."""
        if packed not in self.codes.codes:
            raise ValueProblem(f"代码“{packed}”不在代码表中")
        return str(packed)

    def sort_key(self, value: str) -> int:
        """The place in the table."""
        return self.codes.codes.index(value) if value in self.codes.codes else len(self.codes.codes)

    def sample(self, number: int) -> str:
        """Each code in turn."""
        return self.codes.codes[number % len(self.codes.codes)]
