"""Every report of the program, by the code that domain.md gives it; B… are sheets of this program's own."""

from desktop.errors import RefusedError
from desktop.reports.corrections import CORRECTIONS
from desktop.reports.exchange_sheets import EXCHANGE_SHEETS
from desktop.reports.handover import HANDOVER, TIMETABLE
from desktop.reports.report import Report
from desktop.reports.roster import ROSTER
from desktop.reports.stock_changes import STOCK_CHANGES

REPORTS: tuple[Report, ...] = (ROSTER, STOCK_CHANGES, CORRECTIONS, TIMETABLE, HANDOVER, *EXCHANGE_SHEETS)


def report_named(name: str) -> Report:
    """The report of a code or title. Raises RefusedError that lists what there is."""
    for report in REPORTS:
        if name.strip().upper() == report.code or name.strip() == report.title:
            return report
    known = "、".join(f"{report.code} {report.title}" for report in REPORTS)
    raise RefusedError(f"没有叫“{name}”的表，可打印的有：{known}")
