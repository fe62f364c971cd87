"""The plan of a merge as a list to save, field by field: what each record would become, and why others are not taken.

A row for every field that changes, before and after; for a new record one row with all that it brings; for what is not
taken one row for each reason. Personal numbers stand in part, as lists show them.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from desktop.errors import RefusedError, ValueProblem
from desktop.exchange.merge_plan import WORDS, MergePlan
from desktop.exchange.merge_row import MergeRow
from desktop.exchange.plan import FieldChange
from desktop.exchange.record_lines import shape_of
from desktop.exchange.workbook.write import Column, write_csv, write_list
from desktop.fields import Field
from desktop.models import BY_PLURAL

_COLUMNS: Final = (
    Column("处理", 10),
    Column("种类", 12),
    Column("姓名或名称", 20),
    Column("栏目", 16),
    Column("本单位现有", 28),
    Column("数据包", 28),
    Column("说明", 48),
)


def export_plan(path: Path, plan: MergePlan) -> int:
    """Write the plan to .xlsx or .csv, which the ending decides; returns the rows. Raises RefusedError."""
    rows = list(_rows(plan))
    match path.suffix.lower():
        case ".xlsx":
            write_list(path, "合并预览", list(_COLUMNS), rows)
        case ".csv":
            write_csv(path, [column.heading for column in _COLUMNS], rows)
        case ending:
            raise RefusedError(f"导出文件“{path.name}”的扩展名应为 .xlsx 或 .csv，现在是“{ending}”；没有导出")
    return len(rows)


def _rows(plan: MergePlan) -> Iterator[list[str]]:
    for row in plan.rows:
        start = [WORDS[row.outcome], row.sheet, row.name]
        yield from ([*start, *_change(row, change), ""] for change in row.changes)
        yield from ([*start, _label(row, each.field), "", "", each.text] for each in row.problems)
        if not row.changes and not row.problems:
            yield [*start, "", "", "", "已删除" if row.is_deletion else ""]


def _change(row: MergeRow, change: FieldChange) -> list[str]:
    field = shape_of(BY_PLURAL[row.entity]).fields.get(change.field)
    old, new = change.old, change.new
    if field is not None and field.personal:
        old, new = _masked(field, old), _masked(field, new)
    return [change.label, old, new]


def _masked(field: Field, text: str) -> str:
    try:
        return field.kind.mask(field.kind.parse(text)) if text else ""
    except ValueProblem:
        return "*" * len(text)


def _label(row: MergeRow, name: str) -> str:
    field = shape_of(BY_PLURAL[row.entity]).fields.get(name)
    return field.label if field is not None else ""
