"""What goes back to the sender: a copy of the own file with the faults marked, and the values corrected here."""

from collections.abc import Sequence
from pathlib import Path

from desktop.exchange.plan import Outcome, PlanRow
from desktop.exchange.roster.plan import RosterPlan
from desktop.exchange.targets import roster_targets
from desktop.exchange.workbook.cells import Book
from desktop.exchange.workbook.errors_copy import Fault, write_error_copy
from desktop.exchange.workbook.write import Column, write_list

RETURNED = (Outcome.INVALID, Outcome.DUPLICATE)
"""退回修改: what the sender has to mend."""


def write_returns(plan: RosterPlan, books: Sequence[tuple[Path, Book]], folder: Path) -> list[Path]:
    """Write the copies of all files that have something to mend; returns their paths.

    Raises RefusedError if the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for path, book in books:
        faults = [fault for row in plan.rows if row.file == book.name for fault in _faults(plan, row)]
        if faults:
            target = folder / f"{path.stem}_退回修改.xlsx"
            write_error_copy(path, book, faults, target)
            written.append(target)
        if book.name in plan.kept:
            written.append(_write_kept(plan, book, folder / f"{path.stem}_已更正清单.xlsx"))
    return written


def _faults(plan: RosterPlan, row: PlanRow) -> list[Fault]:
    if row.outcome not in RETURNED:
        return []
    columns = plan.columns[row.file, row.sheet, row.row]
    labels = {target.name: target.label for target in roster_targets()}
    return [
        Fault(row.sheet, row.row, columns.get(problem.field), problem.text, row.name, labels.get(problem.field, ""))
        for problem in row.problems
    ]


def _write_kept(plan: RosterPlan, book: Book, target: Path) -> Path:
    """The list of values that the office corrected since the sender's last file."""
    columns = [Column("姓名", 14), Column("栏目", 16), Column("贵单位填写", 28), Column("本单位已更正为", 28)]
    rows = [(kept.name, kept.label, kept.said, kept.held) for kept in plan.kept[book.name]]
    write_list(target, "已更正清单", columns, rows)
    return target
