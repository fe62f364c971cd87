"""B09 a list as it is seen in the window: the same rows, columns and order on paper, for the office's own use."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from desktop.errors import RefusedError
from desktop.kinds import Kind, LongText, Text
from desktop.models.base import Record
from desktop.reports.blocks import Column, Document, ListTable, SubLine, Title
from desktop.reports.headings import day_text
from desktop.reports.paper import A4_LANDSCAPE, Align
from desktop.reports.printing import Prepared, prepare_filled
from desktop.reports.report import Filled, Report, Settings

_WIDE: Final = 24
"""So many characters of a column are given room; what is longer wraps."""
_LOOKED_AT: Final = 500


@dataclass(frozen=True, slots=True)
class SeenList:
    """What is on the screen: title, office, day, label and kind of each column, texts row by row."""

    title: str
    office: str
    day: date
    columns: tuple[tuple[str, Kind], ...]
    rows: Sequence[Sequence[str]]
    name_column: int = 0
    """The column that tells whom or what a row is about."""


def prepare_seen(seen: SeenList) -> Prepared:
    """A list laid out for paper, checked for characters that no font has."""
    return prepare_filled(SEEN, Filled(_document(seen), len(seen.rows)), copies=1)


def _document(seen: SeenList) -> Document:
    shares = [_share(number, label, seen.rows) for number, (label, _kind) in enumerate(seen.columns)]
    unit = (A4_LANDSCAPE.grid_width - 10) / sum(shares)
    columns = [
        Column(label, unit * share, Align.LEFT if isinstance(kind, Text | LongText) else Align.CENTER, empty="")
        for (label, kind), share in zip(seen.columns, shares, strict=True)
    ]
    table = ListTable(
        columns=(Column("序号", 10), *columns),
        rows=tuple((str(number), *row) for number, row in enumerate(seen.rows, 1)),
        closing=f"共 {len(seen.rows)} 条",
        row_height=8.0,
        name_column=seen.name_column + 1,
    )
    line = SubLine((f"单位：{seen.office}", f"打印日期：{day_text(seen.day)}"))
    return Document(title=seen.title, paper=A4_LANDSCAPE, blocks=(Title(seen.title), line, table))


def _share(number: int, label: str, rows: Sequence[Sequence[str]]) -> float:
    """The room of a column beside the others: its longest text, letters and digits counted by half."""
    widths = (_width(row[number]) for row in rows[:_LOOKED_AT])
    return min(max(_width(label) + 1, *widths, 2.0), _WIDE) if rows else _width(label) + 1


def _width(text: str) -> float:
    return sum(0.55 if sign.isascii() else 1.0 for sign in text)


def _build(_session: Session, _settings: Settings) -> Filled:
    raise RefusedError("当前列表只能在窗口的列表页上打印；没有打印")


SEEN: Final = Report(
    code="B09",
    title="当前列表",
    help="列表页上所见的行和栏目，供本单位自用",
    build=_build,
    entity=Record,
)
