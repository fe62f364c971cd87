"""What goes back to the sender: a copy of the own file with the faults marked, and the values corrected here."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from desktop.exchange.plan import Outcome, Plan, PlanRow
from desktop.exchange.roster.plan import RosterPlan
from desktop.exchange.roster.receptions import file_labels
from desktop.exchange.workbook.cells import Book
from desktop.exchange.workbook.errors_copy import Fault, write_error_copy
from desktop.exchange.workbook.write import Column, write_list


def write_returns(plan: RosterPlan, books: Sequence[tuple[Path, Book]], folder: Path) -> list[Path]:
    """Write the copies of all files that have something to mend; returns their paths.

    Raises RefusedError if the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for (path, book), label in zip(books, file_labels([path for path, _book in books]), strict=True):
        stem = Path(label.replace("／", "_")).stem.removesuffix("_退回修改")
        faults = [fault for row in plan.returned if row.file == label for fault in _faults(row)]
        if faults:
            target = folder / f"{stem}_退回修改.xlsx"
            write_error_copy(path, book, faults, target)
            written.append(target)
        if label in plan.kept:
            written.append(_write_kept(plan, label, folder / f"{stem}_已更正清单.xlsx"))
    return written


def write_entity_returns(plan: Plan, books: Sequence[tuple[Path, Book]], folder: Path) -> list[Path]:
    """Write the copies of files that hold records of one entity and have rows to mend; returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for path, book in books:
        wrong = [row for row in plan.rows if row.file == path.name and row.outcome in _TO_MEND]
        if wrong:
            written.append(folder / f"{path.stem.removesuffix('_退回修改')}_退回修改.xlsx")
            write_error_copy(path, book, [fault for row in wrong for fault in _faults(row)], written[-1])
    return written


_TO_MEND: Final = frozenset({Outcome.INVALID, Outcome.DUPLICATE, Outcome.AMBIGUOUS})


def _faults(row: PlanRow) -> list[Fault]:
    return [
        Fault(row.sheet, row.row, problem.column, problem.text, row.name, problem.heading) for problem in row.problems
    ]


def _write_kept(plan: RosterPlan, label: str, target: Path) -> Path:
    """The list of values that the office corrected since the sender's last file."""
    columns = [Column("姓名", 14), Column("栏目", 16), Column("贵单位填写", 28), Column("本单位已更正为", 28)]
    rows = [(kept.name, kept.label, kept.said, kept.held) for kept in plan.kept[label]]
    write_list(target, "已更正清单", columns, rows)
    return target
