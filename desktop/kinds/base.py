"""What all kinds have in common, and how the text of a cell is cleaned."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Final, Literal

from desktop.errors import ValueProblem

Packed = str | int
Storage = Literal["TEXT", "INTEGER"]
MAX_TEXT: Final = 32_768
"""Characters of one text field (package limit)."""


_EXACT_IN_A_CELL: Final = 10**15


def number_text(value: float) -> str:
    """The text that a spreadsheet shows for a number in a cell of general format."""
    if isinstance(value, int):
        return str(value)
    return str(int(value)) if value.is_integer() else repr(value)


_CONTROLS: Final = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u200b\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)


def clean_text(text: str) -> str:
    """A text as it may be stored and sent: normal form C, tabs as blanks, no control or direction characters."""
    return _CONTROLS.sub("", unicodedata.normalize("NFC", text)).replace("\t", " ")


@dataclass(frozen=True)
class Kind:
    """The base of all kinds; a value of this base is a text as it was written."""

    storage: ClassVar[Storage] = "TEXT"
    is_number: ClassVar[bool] = False

    def parse(self, text: str) -> Any:  # noqa: ANN401 - each kind has its own type of value
        """Read a text that is neither empty nor padded; raise ValueProblem with a sentence."""
        return text

    def parse_number(self, value: float, *, date1904: bool = False) -> Any:  # noqa: ANN401
        """Read the number of a spreadsheet cell; a serial date counts from 1904 if the file says so.

        A spreadsheet keeps 15 digits: a longer number that is a name has lost its last ones and is never taken.
        """
        del date1904
        if not self.is_number and abs(value) >= _EXACT_IN_A_CELL:
            raise ValueProblem(f"“{number_text(value)}”被表格软件改成了数值，末几位已丢失，请按文本格式重新填写")
        return self.parse(number_text(value))

    def parse_day(self, value: date) -> Any:  # noqa: ANN401
        """Read the date of a spreadsheet cell."""
        return self.parse(value.isoformat()[:10])

    def format(self, value: Any) -> str:  # noqa: ANN401
        """The text a clerk reads; `parse(format(value)) == value`."""
        return str(value)

    def pack(self, value: Any) -> Packed:  # noqa: ANN401
        """The value as it is stored, sent and kept in history."""
        return str(value)

    def unpack(self, packed: Packed) -> Any:  # noqa: ANN401
        """The value of a packed form; raises ValueProblem if this kind never packs so."""
        if not isinstance(packed, str):
            raise ValueProblem(f"“{packed}”应为文字")
        return packed

    def fault(self, packed: Packed) -> str:
        """What makes a packed value one that cannot be true today, such as a birth to come; empty for nothing.

        `parse` refuses such a value; `unpack` gives it, as what is stored must be shown whatever the clock says.
        """
        del packed
        return ""

    def sort_key(self, value: Any) -> Any:  # noqa: ANN401
        """What lists sort this value by."""
        return value

    def choices(self) -> tuple[str, ...]:
        """The texts of a drop-down; empty where any text may stand."""
        return ()

    def mask(self, value: Any) -> str:  # noqa: ANN401
        """The text shown where personal numbers are hidden."""
        return self.format(value)

    def sample(self, number: int) -> Any:  # noqa: ANN401
        """The `number`-th of endlessly many valid values, for tests and previews."""
        raise NotImplementedError


def all_samples(kind: Kind, count: int = 7) -> Iterable[Any]:
    """The first `count` sample values of a kind."""
    return (kind.sample(number) for number in range(count))
