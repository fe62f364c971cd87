"""What all sheets of an office have in common: who fills one in and when, who signs, how a day is written."""

from datetime import date
from typing import Final

from desktop.codes import table
from desktop.models.base import Content
from desktop.reports.blocks import SignatureLine, SubLine

BLANK_DATE: Final = "　　　　年　　月　　日"
"""Room to write a date by hand."""

UNKNOWN: Final = "—"
"""What a data cell says whose value is not registered although there must be one; 无 would say that there is none."""

SIGNERS: Final = (("handler_title", "填表人"), ("reviewer_title", "审核人"), ("leader_title", "单位负责人"))


def day_text(day: date) -> str:
    """A day as it is typed on forms: 2026年11月22日 (domain §4.0)."""
    return f"{day.year}年{day.month}月{day.day}日"


def code_label(codes: str, code: str) -> str:
    """The label of a choice; a code that this program does not know stands as it is."""
    return table(codes).label(code) if code in table(codes).codes else code


def filing_line(unit: str, filled: date | None, *middle: str) -> SubLine:
    """填报单位(盖章) and 填报日期, the date for the hand if none is given; the only place of the seal on the sheet."""
    return SubLine((f"填报单位(盖章)：{unit}", *middle, f"填报日期：{day_text(filled) if filled else BLANK_DATE}"))


def signature_line(office: Content) -> SignatureLine:
    """Who signs, by the office's own titles, and its telephone; seal and date stand under the title already."""
    parts = [f"{office.get(name) or title}：" for name, title in SIGNERS]
    if office.get("phone"):
        parts.append(f"联系电话：{office['phone']}")
    return SignatureLine(tuple(parts), seal="", date="")
