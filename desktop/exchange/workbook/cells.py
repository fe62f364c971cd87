"""Plain values of a spreadsheet file as read: books, sheets, cells. Nothing here knows headings or fields."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time


@dataclass(frozen=True, slots=True)
class CellError:
    """A cell that shows an error instead of a value; `text` is what the cell shows, such as #REF!."""

    text: str


Value = str | int | float | bool | date | datetime | time | CellError | None

NO_RESULT = CellError("公式无结果")
RETURNED_SHEET = "退回修改"
AUTHOR = "骨干教师工作台"


@dataclass(frozen=True, slots=True)
class Range:
    """A rectangle of cells; all four numbers are 1-based numbers of the file and inclusive."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(slots=True)
class Sheet:
    """One used area of one worksheet.

    `rows` is a rectangle of values whose top left cell stands at `first_row`, `first_column` of the file
    (1-based). All other numbers (`merged`, `hidden_rows`, `struck_rows`, `red_rows`) are numbers of the file
    too. `notes` are Chinese sentences of what was seen beside the values.
    """

    name: str
    rows: list[list[Value]]
    first_row: int = 1
    first_column: int = 1
    merged: tuple[Range, ...] = ()
    hidden: bool = False
    hidden_rows: tuple[int, ...] = ()
    struck_rows: tuple[int, ...] = ()
    red_rows: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class Book:
    """One file as read.

    `kind` is xlsx, xls, xlsb, ods, csv, html or xml, found by content. `encoding` is empty for binary kinds.
    `assumed` holds Chinese sentences of what was taken for granted. `returned_sheet` is the list 「退回修改」
    of an error copy that came back; it is not among `sheets`.
    """

    name: str
    kind: str
    encoding: str = ""
    date1904: bool = False
    sheets: list[Sheet] = field(default_factory=list)
    assumed: tuple[str, ...] = ()
    returned_sheet: Sheet | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading one file may cost: seconds, bytes of memory, file and inflated bytes, used area."""

    seconds: float = 60.0
    memory: int = 700 * 1024 * 1024
    file_bytes: int = 150 * 1024 * 1024
    inflated_bytes: int = 1024 * 1024 * 1024
    rows: int = 200_000
    columns: int = 500
    cells: int = 20_000_000


LIMITS = Limits()


def column_letters(number: int) -> str:
    """The letters of a 1-based column number: 28 is AB."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """The 1-based number of column letters: AB is 28."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def list_rows(numbers: Iterable[int]) -> str:
    """Row numbers as an office writes them: 3、5—9; at most ten stretches, then 等."""
    stretches: list[list[int]] = []
    for number in sorted(set(numbers)):
        if stretches and number == stretches[-1][1] + 1:
            stretches[-1][1] = number
        else:
            stretches.append([number, number])
    texts = [str(low) if low == high else f"{low}—{high}" for low, high in stretches]
    return "、".join(texts[:10]) + (" 等" if len(texts) > 10 else "")
