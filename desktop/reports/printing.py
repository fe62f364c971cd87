"""From a report's code to a PDF file and a line in the print log: who printed what, when, how many, which version."""

import hashlib
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop.errors import RefusedError
from desktop.kinds import moment_text
from desktop.models.local import PrintLog
from desktop.reports.blocks import Document, ListTable, Sheet
from desktop.reports.characters import MissingCharacter, check_characters, without_missing
from desktop.reports.headings import UNKNOWN
from desktop.reports.registry import report_named
from desktop.reports.render import MissingPolicy, Printed, Progress, render
from desktop.reports.report import COPIES, DRAFT, Filled, Report, Settings
from desktop.store.database import Store

_NAMED: Final = 5  # so many persons without a value are named in a warning, more are counted


@dataclass(frozen=True, slots=True)
class Prepared:
    """A report filled and checked, not yet printed; `missing` are the characters that no font has."""

    report: Report
    filled: Filled
    copies: int
    missing: tuple[MissingCharacter, ...]
    settings: Settings | None = None
    """What was set; None for a sheet that is filled from elsewhere than the registry."""

    @property
    def version(self) -> str:
        """The version of the sheet with everybody on it."""
        return _version(self.filled.document)


def prepare_report(
    store: Store, code: str, options: Mapping[str, str], where: Mapping[str, str] | None = None
) -> Prepared:
    """Fill a report from the database; `where` are conditions on its list by column, beside those among the options.

    Raises RefusedError for unknown names and where there is nothing to print.
    """
    report = report_named(code)
    settings = report.settings(options, where)
    with store.read() as session:
        filled = report.build(session, settings)
    filled = replace(filled, document=replace(filled.document, draft=settings[DRAFT.name] == "yes"))
    return prepare_filled(report, filled, copies=settings[COPIES.name] or 1, settings=settings)


def prepare_filled(report: Report, filled: Filled, *, copies: int, settings: Settings | None = None) -> Prepared:
    """Check a report that is filled already: blank cells and characters that no font has."""
    document = filled.document
    filled = replace(filled, warnings=(*filled.warnings, *_unfilled(document)))
    missing = tuple(check_characters(document))
    return Prepared(report, filled, copies, missing, settings)


def _version(document: Document) -> str:
    """The first eight digits of a hash over paper and everything on it: equal sheets have equal versions."""
    return hashlib.sha256(repr(document).encode()).hexdigest()[:8]


def _unfilled(document: Document) -> tuple[str, ...]:
    """A sentence for each column with values that are not registered: blank cells are why sheets come back."""
    found = []
    for table in (block for block in document.blocks if isinstance(block, ListTable)):
        for number, column in enumerate(table.columns):
            absent = [row[table.name_column or 0] for row in table.rows if not row[number]]
            if absent and column.empty == UNKNOWN:
                who = "、".join(absent) if len(absent) <= _NAMED else f"{len(absent)}人"
                found.append(f"{column.title}没有登记：{who}，表上印作“{UNKNOWN}”，请核对后再报。")
    return tuple(found)


def render_prepared(
    prepared: Prepared, *, missing: MissingPolicy = MissingPolicy.BLANK, progress: Progress | None = None
) -> tuple[bytes, Printed]:
    """The bytes of the PDF, for the preview and the printer; the print log hears nothing of it."""
    with tempfile.TemporaryDirectory(prefix="county-desk-") as scratch:
        path = Path(scratch) / "sheets.pdf"
        printed = render(_marked(prepared, missing), path, missing=missing, progress=progress)
        return path.read_bytes(), printed


def note_print(
    store: Store,
    prepared: Prepared,
    printed: Printed,
    data: bytes,
    *,
    operator: str,
    where: str,
    copies: int,
    missing: MissingPolicy = MissingPolicy.BLANK,
) -> PrintLog:
    """Write the print log: what was printed `where`, a file or a printer by name.

    The log is no Act: nothing of the office's records changes, and a plan that waits to be confirmed stays good.
    """
    filled = prepared.filled
    shown = _shown(prepared, missing)
    row = PrintLog(
        report=prepared.report.code,
        title=filled.document.title + ("（草稿）" if filled.document.draft else ""),
        version=_version(shown),
        people=max(filled.people - len({each.where for each in printed.skipped}), 0),
        pages=printed.pages,
        copies=copies,
        operator=operator,
        at=moment_text(datetime.now(UTC)),
        file_hash=hashlib.sha256(data).hexdigest(),
        file_name=where,
        names="\n".join(dict.fromkeys(people_of(shown))) if filled.people else "",
    )
    store.note(row)
    return row


@contextmanager
def recorded(store: Store, prepared: Prepared, operator: str) -> Iterator[None]:
    """Record what printing means to the records, around the printing itself: both are done, or neither.

    Nothing is recorded of a draft, nor of a report that has nothing to record. Raises RefusedError where the data
    changed since the sheet was prepared: what is on paper and what is recorded would differ.
    """
    report, settings, document = prepared.report, prepared.settings, prepared.filled.document
    if report.record is None or settings is None or document.draft:
        yield
        return
    with store.write(f"打印 {document.title}", operator=operator) as session:
        if _version(report.build(session, settings).document) != prepared.version:
            raise RefusedError("预览之后数据有改动，没有打印；请更新预览后再打印")
        today = date.today()  # noqa: DTZ011 - an office's day is the day of its own clock
        report.record(session, settings, today)
        yield


def print_prepared(
    store: Store,
    prepared: Prepared,
    path: Path,
    *,
    operator: str,
    missing: MissingPolicy = MissingPolicy.BLANK,
    progress: Progress | None = None,
) -> tuple[Printed, PrintLog]:
    """Print into a PDF file and write the print log. Raises RefusedError if the file cannot be written."""
    filled = prepared.filled
    with recorded(store, prepared, operator):
        printed = render(_marked(prepared, missing), path, missing=missing, progress=progress)
    data, copies = path.read_bytes(), prepared.copies
    row = note_print(store, prepared, printed, data, operator=operator, where=path.name, copies=copies, missing=missing)
    of_all = set(_unfilled(filled.document))
    warnings = [each for each in filled.warnings if each not in of_all]
    warnings += [*_unfilled(_shown(prepared, missing)), *printed.warnings]
    return replace(printed, warnings=tuple(warnings)), row


def _marked(prepared: Prepared, missing: MissingPolicy) -> Document:
    """The document with report and version among the properties of its file."""
    version = _version(_shown(prepared, missing))
    return replace(prepared.filled.document, subject=f"{prepared.report.code} 版本{version}")


def _shown(prepared: Prepared, missing: MissingPolicy) -> Document:
    """The document as it comes out of the printer: without the persons that are left out."""
    document = prepared.filled.document
    leaves_out = missing is MissingPolicy.SKIP and any(each.of_person for each in prepared.missing)
    return without_missing(document) if leaves_out else document


def print_report(
    store: Store,
    code: str,
    path: Path,
    options: Mapping[str, str],
    *,
    operator: str,
    missing: MissingPolicy = MissingPolicy.BLANK,
) -> tuple[Printed, PrintLog]:
    """Fill, check and print a report at once."""
    return print_prepared(store, prepare_report(store, code, options), path, operator=operator, missing=missing)


def list_prints(session: Session, *, last: int = 200) -> list[PrintLog]:
    """The print log, the newest first."""
    return list(session.scalars(select(PrintLog).order_by(PrintLog.id.desc()).limit(last)))


def people_of(document: Document) -> tuple[str, ...]:
    """The names on a document in the order of its pages."""
    names: list[str] = []
    for block in document.blocks:
        if isinstance(block, Sheet):
            names.append(block.who)
        elif isinstance(block, ListTable) and block.name_column is not None:
            names += [row[block.name_column] for row in block.rows]
    return tuple(filter(None, names))
