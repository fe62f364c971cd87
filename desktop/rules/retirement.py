"""Statutory retirement under the gradual delay in force from 2025-01-01 (全国人大常委会决定, 2024-09-13).

The table of the delay is Policy `retire.table`: one RetirementStage per base age. Flexible retirement is a
date recorded for the person and replaces what is computed here.
"""

import calendar
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from desktop.rules.dates import first_day, last_day
from desktop.rules.terms import add_years


@dataclass(frozen=True, slots=True)
class RetirementStage:
    """The delay for one base age (60, 55 or 50): first birth month concerned, months of birth per month, cap."""

    base_age: int
    first_birth: str
    step_months: int
    cap_months: int


def read_stages(value: Iterable[Mapping[str, Any]]) -> tuple[RetirementStage, ...]:
    """Make the stages from the value of Policy `retire.table`."""
    return tuple(RetirementStage(**row) for row in value)


def delay_months(birth: str, stage: RetirementStage) -> int:
    """Give the months by which somebody born in `birth` (a partial date with month) retires later."""
    born, first = first_day(birth), first_day(stage.first_birth)
    months = (born.year - first.year) * 12 + born.month - first.month
    return 0 if months < 0 else min(stage.cap_months, months // stage.step_months + 1)


def retirement_month(birth: str, base_age: int, stages: Iterable[RetirementStage]) -> str:
    """Give the month of retirement as "2031-11"; KeyError for a base age that the table does not have."""
    stage = {stage.base_age: stage for stage in stages}[base_age]
    born = first_day(birth)
    months = born.year * 12 + born.month - 1 + base_age * 12 + delay_months(birth, stage)
    return f"{months // 12}-{months % 12 + 1:02d}"


def retirement_day(birth: str, base_age: int, stages: Iterable[RetirementStage], *, chosen: str = "") -> date:
    """Give the day on which somebody reaches retirement: the day of birth in that month, or its last day.

    `chosen` is the recorded date of an earlier or later retirement and wins.
    """
    if chosen:
        return last_day(chosen)
    month = first_day(retirement_month(birth, base_age, stages))
    length = calendar.monthrange(month.year, month.month)[1]
    return month.replace(day=min(last_day(birth).day, length))


def retires_within(retirement: date, years: int, at: date) -> bool:
    """Say whether less than `years` years are left at `at` (不足, domain §6.4); true after retirement."""
    return retirement < add_years(at, years)
