"""Kinds of value: how a text becomes a value, a value a text, and both a packed form that is stored and sent.

A kind is the joint of the program: forms, lists, workbooks, packages, history and tests all take what they
need from it. The packed form is `str` or `int` only, because it is at once the column of a STRICT table, the
value of a canonical JSON line and the value kept in history.

To add a kind: subclass Kind, give `storage`, `parse`, `sample`, and override `format`, `pack` and `unpack` only
where the value is not its own text; then add a declaring function to `fields`.
"""

from desktop.kinds.base import MAX_TEXT, Kind, Packed, Storage, all_samples, clean_text, number_text
from desktop.kinds.choices import Choice, YesNo
from desktop.kinds.days import Birth, Day, PartialDate, moment_text
from desktop.kinds.identifiers import CitizenIdNumber, Digits, Phone, sample_citizen_id
from desktop.kinds.quantities import Exact, Money, Ordinal, Whole
from desktop.kinds.texts import DocumentNumber, Link, LongText, PersonName, Picture, Scan, Text

__all__ = [
    "MAX_TEXT",
    "Birth",
    "Choice",
    "CitizenIdNumber",
    "Day",
    "Digits",
    "DocumentNumber",
    "Exact",
    "Kind",
    "Link",
    "LongText",
    "Money",
    "Ordinal",
    "Packed",
    "PartialDate",
    "PersonName",
    "Phone",
    "Picture",
    "Scan",
    "Storage",
    "Text",
    "Whole",
    "YesNo",
    "all_samples",
    "clean_text",
    "moment_text",
    "number_text",
    "sample_citizen_id",
]
