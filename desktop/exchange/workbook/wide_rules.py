"""Drop-downs of an .xlsx that openpyxl leaves out: lists on another sheet, as Excel since 2010 writes them.

Such a rule stands in an extension of the worksheet (x14:dataValidation). Excel, WPS and LibreOffice take the same
rule in the old place as well, so it is put there before openpyxl saves.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.datavalidation import DataValidation

from desktop.exchange.workbook.cells import LIMITS
from desktop.exchange.workbook.markup import parse_markup
from desktop.exchange.workbook.xlsx_parts import list_sheets
from desktop.exchange.workbook.zipped import Parts

_MARK = b":dataValidations"
_FLAGS = ("allowBlank", "showErrorMessage", "showInputMessage", "showDropDown")
_TEXTS = ("type", "operator", "errorStyle", "errorTitle", "error", "promptTitle", "prompt")


def restore_wide_rules(source: Path, workbook: Workbook) -> None:
    """Give the opened workbook the rules of `source` that openpyxl left out; raises UnreadableFile."""
    parts = Parts(source.read_bytes(), LIMITS)
    for sheet in list_sheets(parts)[0]:
        markup = parts.read(sheet.member) if sheet.member in parts else b""
        if _MARK in markup and sheet.name in workbook.sheetnames:
            reader = _RuleReader()
            parse_markup((markup,), reader.start, reader.end, reader.text)
            for rule in reader.rules:
                workbook[sheet.name].add_data_validation(rule)


class _RuleReader:
    """Collects the rules whose list and area stand in elements of their own (xm:f, xm:sqref)."""

    def __init__(self) -> None:
        self.rules: list[DataValidation] = []
        self._attributes: Mapping[str, str] = {}
        self._within: list[str] = []
        self._formulas = {"formula1": "", "formula2": "", "sqref": ""}

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Enter an element."""
        self._within.append(name)
        if name == "dataValidation":
            self._attributes = attributes
            self._formulas = dict.fromkeys(self._formulas, "")

    def text(self, text: str) -> None:
        """Take text in: a formula stands in formula1/f, the area in sqref."""
        inside = self._within[-1]
        place = self._within[-2] if inside == "f" and len(self._within) > 1 else inside
        if "ext" in self._within and place in self._formulas:
            self._formulas[place] += text

    def end(self, name: str) -> None:
        """Leave an element; a rule is complete at its end."""
        self._within.pop()
        if name == "dataValidation" and self._formulas["sqref"].strip():
            self.rules.append(self._make())

    def _make(self) -> DataValidation:
        words: dict[str, Any] = {name: self._attributes[name] for name in _TEXTS if name in self._attributes}
        words.update((name, self._attributes.get(name) in {"1", "true"}) for name in _FLAGS)
        words.update((name, text.strip() or None) for name, text in self._formulas.items())
        return DataValidation(**words)
