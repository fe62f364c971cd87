"""What goes back to the sender: a copy of the own file with the faults marked, and the values corrected here."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from desktop.errors import RefusedError, disk_reason
from desktop.exchange.plan import Outcome, Plan, PlanRow
from desktop.exchange.roster.plan import RosterPlan
from desktop.exchange.roster.receptions import file_labels
from desktop.exchange.workbook.cells import Book
from desktop.exchange.workbook.errors_copy import Fault, write_error_copy
from desktop.exchange.workbook.write import Column, write_list

_COPY: Final = "_退回修改"
_KEPT: Final = "_已更正清单"
"""What the names of files that go back end with, behind the name of the sender's own file."""


def write_returns(plan: RosterPlan, books: Sequence[tuple[Path, Book]], folder: Path) -> list[Path]:
    """Write the copies of all files that have something to mend; returns their paths.

    What an earlier import of a file left in the folder goes where this one has nothing to send back. Raises
    RefusedError if the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    sources = [path for path, _book in books]
    written = []
    for (path, book), label in zip(books, file_labels(sources), strict=True):
        faults = [fault for row in plan.returned if row.file == label for fault in _faults(row)]
        copy, kept = _named(folder, label, _COPY), _named(folder, label, _KEPT)
        if faults:
            write_error_copy(path, book, faults, copy)
            written.append(copy)
        else:
            _withdraw(copy, sources)
        if label in plan.kept:
            written.append(_write_kept(plan, label, kept))
        else:
            _withdraw(kept, sources)
    return written


def _named(folder: Path, label: str, ending: str) -> Path:
    return folder / f"{Path(label.replace('／', '_')).stem.removesuffix(_COPY)}{ending}.xlsx"


def _withdraw(path: Path, sources: Sequence[Path]) -> None:
    """Take away what is out of date, but never a file that was just read: a mended copy may lie in the folder."""
    if path.exists() and not any(path.samefile(source) for source in sources):
        try:
            path.unlink()
        except OSError as error:
            raise RefusedError(
                f"上次写出的“{path.name}”已经过时，但删除不了：{disk_reason(error)}；请关闭这个文件后再试，没有导入"
            ) from error


def write_entity_returns(plan: Plan, books: Sequence[tuple[Path, Book]], folder: Path) -> list[Path]:
    """Write the copies of files that hold records of one entity and have rows to mend; returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for path, book in books:
        wrong = [row for row in plan.rows if row.file == path.name and row.outcome in _TO_MEND]
        if wrong:
            written.append(_named(folder, path.name, _COPY))
            write_error_copy(path, book, [fault for row in wrong for fault in _faults(row)], written[-1])
        else:
            withdraw_copies([path], folder)
    return written


def withdraw_copies(paths: Sequence[Path], folder: Path) -> None:
    """Take away the copies that an earlier import of these files left in a folder, where nothing goes back now."""
    for path in paths:
        _withdraw(_named(folder, path.name, _COPY), paths)


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
