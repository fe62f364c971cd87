"""From a report's code to a PDF file and a line in the print log: who printed what, when, how many, which version."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from desktop.kinds import moment_text
from desktop.models.local import PrintLog
from desktop.reports.characters import MissingCharacter, check_characters
from desktop.reports.registry import report_named
from desktop.reports.render import MissingPolicy, Printed, Progress, render
from desktop.reports.report import COPIES, Filled, Report
from desktop.store.database import Store


@dataclass(frozen=True, slots=True)
class Prepared:
    """A report filled and checked, not yet printed; `missing` are the characters that no font has."""

    report: Report
    filled: Filled
    copies: int
    version: str
    missing: tuple[MissingCharacter, ...]


def prepare_report(store: Store, code: str, options: Mapping[str, str]) -> Prepared:
    """Fill a report from the database. Raises RefusedError for unknown names and where there is nothing to print."""
    report = report_named(code)
    settings = report.settings(options)
    with store.read() as session:
        filled = report.build(session, settings)
    version = _version(filled)
    document = replace(filled.document, subject=f"{report.code} 版本{version}")
    missing = tuple(check_characters(document))
    return Prepared(report, replace(filled, document=document), settings[COPIES.name] or 1, version, missing)


def _version(filled: Filled) -> str:
    """The first eight digits of a hash over everything on the sheet: equal sheets have equal versions."""
    return hashlib.sha256(repr(filled.document.blocks).encode()).hexdigest()[:8]


def print_prepared(
    store: Store,
    prepared: Prepared,
    path: Path,
    *,
    operator: str,
    missing: MissingPolicy = MissingPolicy.BLANK,
    progress: Progress | None = None,
) -> tuple[Printed, PrintLog]:
    """Print into a PDF file and write the print log. Raises RefusedError if the file cannot be written.

    The log is no Act: nothing of the office's records changes, and a plan that waits to be confirmed stays good.
    """
    filled, report = prepared.filled, prepared.report
    printed = render(filled.document, path, missing=missing, progress=progress)
    row = PrintLog(
        report=report.code,
        title=filled.document.title,
        version=prepared.version,
        people=max(filled.people - len({each.where for each in printed.skipped}), 0),
        pages=printed.pages,
        copies=prepared.copies,
        operator=operator,
        at=moment_text(datetime.now(UTC)),
        file_hash=hashlib.sha256(path.read_bytes()).hexdigest(),
        file_name=path.name,
    )
    store.note(row)
    return replace(printed, warnings=(*filled.warnings, *printed.warnings)), row


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
