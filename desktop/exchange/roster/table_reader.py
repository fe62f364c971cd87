"""The people in one table of a sheet: what each row says of a person, a school and an appointment."""

from collections import Counter
from collections.abc import Callable, Iterable
from functools import partial
from typing import Final

import orjson

from desktop.codes import table
from desktop.exchange.heading_columns import Column
from desktop.exchange.roster.cells import EMPTY, CellReader, Reading, shown
from desktop.exchange.roster.checks import Place, Said, check_row
from desktop.exchange.roster.file_rows import FileRows
from desktop.exchange.roster.origins import (
    IsSchool,
    Origin,
    is_of_backbone,
    school_in_section,
    school_of,
    tier_in_section,
    tier_of,
)
from desktop.exchange.roster.school_names import names_something, plain_school
from desktop.exchange.roster.table_cells import SPECIAL, TableCells
from desktop.exchange.sheet_tables import OF_A_ROW, Table
from desktop.exchange.targets import Target
from desktop.exchange.workbook.cells import Value
from desktop.kinds import Choice

_OWN: Final = frozenset({"本校", "我校", "本单位", "本园", "我园", "我单位"})
_OF_SCHOOL: Final = frozenset({"school", "school_type", "school_credit_code"})
_OF_APPOINTMENT: Final = ("recognized_on", "doc_no", "number", "ordinal")
"""Targets that say nothing without the tier of an appointment."""


class TableReader:
    """Reads the rows of one table of one sheet."""

    def __init__(self, result: FileRows, found: Table, reader: CellReader, is_school: IsSchool) -> None:
        self.result = result
        self.table = found
        self.reader = reader
        self.is_school = is_school
        self.targets = [
            (column, column.target, reader.plain(column.target))
            for column in found.columns
            if column.target is not None
        ]
        self.other = _named_apart([column for column in found.columns if column.target is None and column.heading])
        first = found.sheet.first_column
        self.places = {
            target.name: Place(first + column.index, " ".join(column.heading.split()))
            for column, target, _plain in self.targets
        }
        self.columns = {target.name: column for column, target, _plain in self.targets}
        self.cells = TableCells(found)
        self.filled_down = self.from_origin = 0
        self.last_school = ""
        if result.mended:
            self.cells.mend(result.book.name, result.mended)
        self.school = Origin() if not found.rows else school_of(result.book, found, is_school)
        self.tier = Origin() if self._has("tier") or not found.rows else self._tier_of(found)
        is_settled = self._has("tier") or reader.is_mapped("tier", "")
        self.asks_for_tier = not is_settled and is_of_backbone(result.book, found)

    def _tier_of(self, found: Table) -> Origin:
        origin = tier_of(found)
        meant = "" if origin.value else table("tier").find(self.reader.meaning("tier", ""))
        return Origin(meant, "指定的级别") if meant else origin

    def _has(self, name: str) -> bool:
        return name in self.places

    def read(self) -> None:
        """Append all rows of the table to the result."""
        for column, heading in self.other:
            if any(shown(self.cells.at(row, column)) for row in self.table.rows):
                self.result.unknown_headings.append(heading)
        sections = sorted(self.table.between)
        where = f"“{self.result.book.name}”工作表“{self.table.sheet.name}”"
        self._tell_origins(where)
        for row in self.table.rows:
            while sections and sections[0] < row:
                self._enter(self.table.between[sections.pop(0)], where)
            said = self._row(row)
            if said is not None:
                self.result.rows.append(said)
        if self.cells.dittos:
            self.result.assumed.append(f"{where}有 {self.cells.dittos} 处“同上”一类的记号，按所指的内容读入")
        if self.from_origin:
            self.result.assumed.append(
                f"{where}有 {self.from_origin} 行没有写明学校，按{self.school.where}登记为“{self.school.value}”"
            )
        if self.filled_down:
            self.result.assumed.append(f"{where}有 {self.filled_down} 行没有填学校，按上一行的学校读入")

    def _tell_origins(self, where: str) -> None:
        name = self.result.book.name
        if self.school.value and not self._has("school"):
            place = where if self.school.where == "工作表名" else f"“{name}”"
            self.result.assumed.append(f"{place}没有学校栏，按{self.school.where}登记为“{self.school.value}”")
        if self.tier.value:
            label = table("tier").label(self.tier.value)
            self.result.assumed.append(f"{where}没有级别栏，按{self.tier.where}全部登记为{label}骨干教师")

    def _enter(self, text: str, where: str) -> None:
        """A line between the people may name the school or the tier of those below it."""
        school = "" if self._has("school") else school_in_section(text, self.is_school)
        tier = "" if self._has("tier") else tier_in_section(text)
        if school:
            self.school = Origin(school, "小标题")
            self.result.assumed.append(f"{where}按小标题“{text}”把其下的人登记在“{school}”")
        if tier:
            self.tier = Origin(tier, "小标题")
            label = table("tier").label(tier)
            self.result.assumed.append(f"{where}按小标题“{text}”把其下的人登记为{label}骨干教师")

    def _row(self, row: int) -> Said | None:
        """What a row says; None for one that holds nothing but its school, as rows of an empty form do."""
        sheet = self.table.sheet
        values: dict[str, str | int] = {}
        said = Said(self.result.book.name, sheet.name, sheet.first_row + row, "", values, {})
        said.places = self.places
        cells = sheet.rows[row]
        for name, sent, text in self.cells.mended.get(row, ()):
            target = self.result.targets[name]
            said.sent[target.name] = self.reader.read(target, sent).packed
            said.mended.append((target.label, shown(sent), text))
            if target.name not in self.places:
                self._take(said, target, self.reader.read(target, text), text)
        for column, target, plain in self.targets:
            value = cells[column.index]
            if value.__class__ is str:
                packed = plain.get(value)
                if packed is not None:
                    values[target.name] = packed
                    continue
            if value is None or value in SPECIAL:
                value = self.cells.at(row, column)
                if value is None:
                    continue
            reading = self.reader.read(target, value)
            if reading is not EMPTY:
                self._take(said, target, reading, value)
        if values.keys() <= _OF_SCHOOL and not said.problems and not said.doubts and not said.unchanged:
            return None
        self._finish(said, row)
        return said

    def _continue(self, said: Said, row: int) -> None:
        """A row below a merged name says of the person, where it is blank, what the row above says."""
        above = (
            self.result.rows[-1] if self.result.rows and self.cells.is_merged_above(row, self.columns["name"]) else None
        )
        if above is None or said.values.get("name", above.name) != above.name:
            return
        known = {*said.values, *OF_A_ROW, *(problem.field for problem in (*said.problems, *said.doubts))}
        said.values.update({name: value for name, value in above.values.items() if name not in known})

    def _take(self, said: Said, target: Target, reading: Reading, value: Value) -> None:
        """Take a reading that may be more than a plain value."""
        if reading.packed is not None or reading.also:
            if reading.packed is not None:
                said.values[target.name] = reading.packed
            for name, packed in reading.also:
                said.values.setdefault(name, packed)
            if reading.rest:
                said.extras[f"{self.places[target.name].heading}（其余）"] = reading.rest
        elif reading.unchanged:
            said.unchanged.add(target.name)
        else:
            problem = said.problem(target.name, reading.problem)
            (said.doubts if reading.readings else said.problems).append(problem)
            said.readings[target.name] = reading.readings
            if target.name == "id_number":
                said.damaged = reading.damaged
            if isinstance(target.field.kind, Choice) and isinstance(value, str):
                self.result.unread.setdefault((target.name, shown(value)), []).append(said)
        if reading.told:
            self.result.told.setdefault(target.name, Counter())[shown(value), reading.told] += 1

    def _finish(self, said: Said, row: int) -> None:
        self._continue(said, row)
        said.name = str(said.values.get("name") or shown(self.cells.at(row, self.columns["name"])))
        for column, heading in self.other:
            text = shown(self.cells.at(row, column))
            if text:
                said.extras[heading] = text
        faults = [problem.text for problem in (*said.problems, *said.doubts)]
        self.result.bytes_of_rows.append(orjson.dumps([said.values, said.extras, faults], option=orjson.OPT_SORT_KEYS))
        if self.tier.value:
            said.values["tier"] = self.tier.value
        written = partial(self._written, row)
        _take_other_number(said, written)
        self._school(said)
        has_roster = self._has("tier") or bool(self.tier.value)
        self.result.filled.update(check_row(said, written, has_roster=has_roster))
        self.result.without_tier += has_roster and "tier" not in said.values and not said.problems
        if "tier" not in said.values:
            self._without_tier(said, written)
        elif "ordinal" in said.values and "doc_no" not in said.values:
            said.extras[self._heading("ordinal")] = str(said.values["ordinal"])
            self.result.without_document += 1

    def _without_tier(self, said: Said, written: Callable[[str], str]) -> None:
        """What a row says of an appointment without tier: a question in a roster of backbone teachers, else kept."""
        names = [name for name in _OF_APPOINTMENT if name in said.values]
        if not names or any(problem.field == "tier" for problem in (*said.problems, *said.doubts)):
            return
        if self.asks_for_tier and not {"doc_no", "recognized_on"}.isdisjoint(names):
            said.doubts.append(said.problem("tier", "填了认定时间或文号，但表中没有级别栏，请说明是哪一级骨干教师"))
            self.result.unread.setdefault(("tier", ""), []).append(said)
            return
        for name in names:
            if name in self.places:
                said.extras.setdefault(self.places[name].heading, written(name))
            del said.values[name]
        self.result.unplaced[tuple(self.places[name].heading for name in names if name in self.places)] += 1

    def _heading(self, target: str) -> str:
        """The heading of a target; its own word where it stood in another column."""
        return self.places[target].heading if target in self.places else self.result.targets[target].label

    def _written(self, row: int, target: str) -> str:
        """What the cell of a target shows."""
        column = self.columns.get(target)
        return shown(self.cells.at(row, column)) if column is not None else ""

    def _school(self, said: Said) -> None:
        written = str(said.values.get("school", ""))
        if not written and self._has("school") and self.last_school and "school" not in said.unchanged:
            self.filled_down += 1
            written = self.last_school
        written = plain_school(written)
        is_own = not written or written in _OWN
        if is_own:
            written = self.reader.meaning("school", plain_school(self.school.value))
            self.from_origin += bool(written) and self._has("school")
        if written and not names_something(written):
            text = f"“{written}”不是学校名称，请填写学校全称"
            said.problems.append(said.problem("school", f"{self.result.targets['school'].label}：{text}"))
        if written:
            said.values["school"] = written
            self.last_school = self.last_school if is_own else written
        else:
            said.values.pop("school", None)
            self.result.schoolless += 1


def _named_apart(columns: Iterable[Column]) -> list[tuple[Column, str]]:
    """Columns without a field under names of their own: 荣誉, 荣誉（2）."""
    counts: Counter[str] = Counter()
    named = []
    for column in columns:
        counts[column.heading] += 1
        number = counts[column.heading]
        named.append((column, column.heading if number == 1 else f"{column.heading}（{number}）"))
    return named


def _take_other_number(said: Said, written: Callable[[str], str]) -> None:
    """The number of a passport or permit stands in the column of ID numbers, and the row says so, in whatever words."""
    is_unread = any(problem.field == "id_type" for problem in said.problems)
    if not is_unread and said.values.get("id_type", "1") == "1":
        return
    rest = [problem for problem in said.problems if problem.field != "id_number"]
    if len(rest) < len(said.problems) and "id_number" not in said.values and said.damaged is None:
        said.problems = rest
        said.values.setdefault("other_id_number", written("id_number"))
