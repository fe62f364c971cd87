"""Lists and empty templates as .xlsx or .csv: any entity, as filtered and sorted, ready to come back changed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from desktop.errors import RefusedError
from desktop.exchange.line_text import lines_text
from desktop.exchange.sheet_columns import Part, SheetColumn, sheet_columns
from desktop.exchange.targets import Target, roster_targets
from desktop.exchange.workbook.protection import Content
from desktop.exchange.workbook.write import Column, write_csv, write_list, write_template
from desktop.fields import Field
from desktop.kinds import Choice, CitizenIdNumber, Day, Link, LongText, PartialDate, Whole, YesNo
from desktop.models.base import Record
from desktop.queries.listing import ListColumn, ListRow, rows

ROSTER_COLUMNS: Final = (
    "school",
    "name",
    "gender",
    "ethnicity",
    "birth_date",
    "id_number",
    "education",
    "subject",
    "title",
    "tier",
    "recognized_on",
    "doc_no",
    "mobile",
    "note",
)
"""The targets that nearly every school's roster has; the template asks for no more."""

_GUIDE: Final = (
    "一人填一行；表头不要改动，不需要的列可以空着。",
    "身份证号、手机号按文本填写，不要用科学计数；日期写到年月即可，例如 2024-03（只作格式示范）。",
    "有下拉列表的栏目请从列表中选择；列表中没有的，请与上级经办人联系。",
)
KEPT: Final = "columns"
"""Under this name `extras` hold the columns of the sender's sheet that have no field."""


@dataclass(frozen=True, slots=True)
class Written:
    """A list as written: where it lies and how many records it holds."""

    path: Path
    count: int


def export_list(
    session: Session,
    entity: type[Record],
    path: Path,
    *,
    where: Mapping[str, str] | None = None,
    order: Sequence[str] = (),
    masked: bool = False,
    day: date | None = None,
) -> Written:
    """Write the list of an entity to `path`, whose ending (.xlsx or .csv) decides the form.

    `masked` writes personal numbers in part; such cells mean "unchanged" when the list comes back. Raises
    RefusedError for another ending, an unknown filter, and a place that cannot be written to.
    """
    found = rows(session, entity, where, order, day=day)
    all_columns = sheet_columns(entity, _kept_headings(found))
    contents = (_cells(row, all_columns, masked=masked) for row in found)
    match path.suffix.lower():
        case ".xlsx":
            write_list(path, entity.label, [_sheet_column(column) for column in all_columns], contents)
        case ".csv":
            write_csv(path, [column.heading for column in all_columns], contents)
        case ending:
            raise RefusedError(f"导出文件“{path.name}”的扩展名应为 .xlsx 或 .csv，现在是“{ending}”；没有导出")
    return Written(path, len(found))


def export_texts(path: Path, title: str, columns: Sequence[ListColumn], rows: Sequence[Sequence[str]]) -> None:
    """Write what a list shows, as texts under these columns, to .xlsx or .csv. Raises RefusedError like export_list."""
    if path.suffix.lower() == ".xlsx":
        write_list(path, title, [Column(each.label, _width(each.label, each.kind)) for each in columns], rows)
    elif path.suffix.lower() == ".csv":
        write_csv(path, [column.label for column in columns], rows)
    else:
        raise RefusedError(f"导出文件“{path.name}”的扩展名应为 .xlsx 或 .csv，现在是“{path.suffix}”；没有导出")


def _kept_headings(found: Iterable[ListRow]) -> list[str]:
    """The headings of all kept columns, in the order in which they first appear."""
    headings: dict[str, None] = {}
    for row in found:
        headings.update(dict.fromkeys(row.stored.content.get("extras", {}).get(KEPT, {})))
    return list(headings)


def _cells(row: ListRow, all_columns: Sequence[SheetColumn], *, masked: bool) -> list[Content]:
    return [cell_content(row, column, masked=masked) for column in all_columns]


def cell_content(row: ListRow, column: SheetColumn, *, masked: bool = False) -> Content:
    """What one cell of a list holds: a whole number as a number, everything else as text, nothing as ""."""
    content = row.stored.content
    match column.part:
        case Part.UID:
            return row.stored.uid
        case Part.EXTRA:
            return str(content.get("extras", {}).get(KEPT, {}).get(column.name, ""))
        case Part.LINES:
            assert column.child is not None
            return lines_text(column.child, content.get(column.name, ()))
    assert column.column is not None
    packed = row.values.get(column.name)
    if isinstance(column.column.kind, Whole) and isinstance(packed, int):
        return packed
    return row.text(column.column, masked=masked)


def _sheet_column(column: SheetColumn) -> Column:
    if column.column is None:
        width = 40.0 if column.part in (Part.LINES, Part.UID) else 14.0
        return Column(column.heading, width, printed=column.part is not Part.UID)
    kind = column.column.kind
    is_number = isinstance(kind, Whole)
    choices = () if column.part is Part.DERIVED else kind.choices()
    return Column(column.heading, _width(column.heading, kind), "number" if is_number else "text", choices)


def _width(heading: str, kind: object) -> float:
    """Wide enough for the heading (a Chinese character takes two) and for the values of the kind."""
    match kind:
        case CitizenIdNumber():
            least = 21.0
        case Link():
            least = 26.0
        case LongText():
            least = 30.0
        case Day() | PartialDate():
            least = 12.0
        case Choice() | YesNo() | Whole():
            least = 9.0
        case _:
            least = 14.0
    return max(least, 2.0 * len(heading) + 3)


def write_entity_template(entity: type[Record], path: Path) -> None:
    """Write an empty workbook in which somebody fills in records of an entity."""
    fields = [
        column.column.field
        for column in sheet_columns(entity)
        if column.part is Part.FIELD and column.column is not None and column.column.field is not None
    ]
    columns = [_template_column(field.label, field, is_needed=field.required or field.needed) for field in fields]
    write_template(path, entity.label, columns, guide=_GUIDE)


def write_roster_template(path: Path) -> None:
    """Write the empty roster of backbone teachers for schools to fill, with the 14 columns that all of them have."""
    write_template(path, "骨干教师花名册", list(_roster_columns()), guide=_GUIDE)


def _roster_columns() -> Iterator[Column]:
    targets: dict[str, Target] = {target.name: target for target in roster_targets()}
    for name in ROSTER_COLUMNS:
        target = targets[name]
        yield _template_column(target.label, target.field, is_needed=target.field.required or target.field.needed)


def _template_column(heading: str, field: Field, *, is_needed: bool) -> Column:
    told = "；".join(filter(None, ("必填" if is_needed else "", field.help)))
    kind = field.kind
    example = "2024-03" if isinstance(kind, PartialDate) else "2024-03-15" if isinstance(kind, Day) else ""
    return Column(
        heading,
        _width(heading, kind),
        "number" if isinstance(kind, Whole) else "text",
        kind.choices(),
        told,
        f"{example}（只作格式示范）" if example else "",
        needed=is_needed,
    )
