"""Every report of the program, by the code that domain.md gives it; B… are sheets of this program's own."""

from desktop.errors import RefusedError
from desktop.reports.corrections import CORRECTIONS
from desktop.reports.exchange_sheets import EXCHANGE_SHEETS
from desktop.reports.handover import HANDOVER, TIMETABLE
from desktop.reports.policies import POLICIES
from desktop.reports.report import Report
from desktop.reports.roster import ROSTER
from desktop.reports.stock_changes import STOCK_CHANGES
from desktop.reports.training import (
    attendance,
    certificates,
    hours,
    leave,
    makeup,
    name_cards,
    plan,
    register,
    scores,
    sending_out,
    sign_in,
    statistics,
    timetable,
    trainees,
)

TRAINING: tuple[Report, ...] = (
    trainees.ROSTER,
    plan.PLAN,
    timetable.SCHEDULE,
    sign_in.SIGN_IN,
    attendance.SUMMARY,
    leave.SLIP,
    scores.SCORE_BOOK,
    makeup.MAKEUP_LIST,
    certificates.CERTIFICATE,
    trainees.GROUPS,
    trainees.ROOMS,
    register.REGISTER,
    name_cards.BADGES,
    name_cards.SEAT_CARDS,
    sending_out.PLACES,
    sending_out.NAMES,
    statistics.STATISTICS,
    hours.STATEMENT,
    hours.RECOGNITION,
)
"""The sheets of training in the order in which a class needs them."""

REPORTS: tuple[Report, ...] = (
    ROSTER,
    STOCK_CHANGES,
    CORRECTIONS,
    TIMETABLE,
    HANDOVER,
    POLICIES,
    *EXCHANGE_SHEETS,
    *TRAINING,
)


def report_named(name: str) -> Report:
    """The report of a code or title. Raises RefusedError that lists what there is."""
    for report in REPORTS:
        if name.strip().upper() == report.code or name.strip() == report.title:
            return report
    known = "、".join(f"{report.code} {report.title}" for report in REPORTS)
    raise RefusedError(f"没有叫“{name}”的表，可打印的有：{known}")
