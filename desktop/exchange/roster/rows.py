"""The rows of a roster file as what each says: values by target, texts without a field, and what is wrong.

Everything here can be decided from the file alone; the database comes in with `known` and `compare`.
"""

import hashlib
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

import orjson

from desktop.codes import table
from desktop.exchange.headings import DITTO, LEFT_DITTO, Column, HeadingIndex, Table, find_tables
from desktop.exchange.roster.answers import CellPlace
from desktop.exchange.roster.cells import EMPTY, CellReader, Reading, shown
from desktop.exchange.roster.checks import Place, Said, check_row
from desktop.exchange.roster.columns import FileColumn, columns_of
from desktop.exchange.roster.found_columns import name_by_content
from desktop.exchange.roster.origins import (
    IsSchool,
    Origin,
    is_of_backbone,
    school_in_section,
    school_of,
    tier_in_section,
    tier_of,
)
from desktop.exchange.roster.own_lists import without_own_columns
from desktop.exchange.roster.school_names import names_something, plain_school
from desktop.exchange.targets import Target
from desktop.exchange.workbook.cells import Book, Sheet, Value, list_rows
from desktop.kinds import Choice

_SPECIAL: Final = frozenset({"", *DITTO, *LEFT_DITTO})
"""What does not stand for itself in a cell."""
_OWN: Final = frozenset({"本校", "我校", "本单位", "本园", "我园", "我单位"})
_EXAMPLE_SHEET: Final = re.compile(r"样表|示例|范例|样例|填写样本|填表说明|填报说明")
_OF_SCHOOL: Final = frozenset({"school", "school_type", "school_credit_code"})
_OF_APPOINTMENT: Final = ("recognized_on", "doc_no", "number", "ordinal")
"""Targets that say nothing without the tier of an appointment."""
_MORE: Final = 8
"""So many examples of one assumption are told."""


@dataclass
class FileRows:
    """All rows of one file, what was assumed while reading it, and what could not be placed.

    `told` counts, by target, what was read as something else than written; `filled` what the ID number gave.
    """

    book: Book
    rows: list[Said] = field(default_factory=list)
    assumed: list[str] = field(default_factory=list)
    unknown_headings: list[str] = field(default_factory=list)
    has_table: bool = False
    nameless: list[str] = field(default_factory=list)
    """Sheets whose headings were recognised but name no person."""
    told: dict[str, Counter[tuple[str, str]]] = field(default_factory=dict)
    filled: Counter[str] = field(default_factory=Counter)
    used_headings: set[str] = field(default_factory=set)
    used_values: set[tuple[str, str]] = field(default_factory=set)
    columns: list[FileColumn] = field(default_factory=list)
    unread: dict[tuple[str, str], list[Said]] = field(default_factory=dict)
    """By target and text: the rows with a word that is in no table of codes."""
    mended: Mapping[CellPlace, str] = field(default_factory=dict)
    targets: Mapping[str, Target] = field(default_factory=dict)
    schoolless: int = 0
    without_tier: int = 0
    unplaced: Counter[tuple[str, ...]] = field(default_factory=Counter)
    """Headings of what rows say of an appointment although nothing says that they are backbone teachers."""
    bytes_of_rows: list[bytes] = field(default_factory=list)
    """What each row says, for the digest of the file."""

    @property
    def digest(self) -> str:
        """SHA-256 of what the rows say, in any order: the same roster saved anew by another program is the same."""
        return hashlib.sha256(b"\n".join(sorted(self.bytes_of_rows))).hexdigest()


def read_rows(
    book: Book,
    targets: Iterable[Target],
    *,
    headings: Mapping[str, str],
    values: Mapping[tuple[str, str], str],
    is_school: IsSchool,
    cells: Mapping[CellPlace, str] | None = None,
) -> FileRows:
    """The rows of a file; `headings` and `values` are what its sender's words were mapped to by hand.

    `cells` are texts that a clerk put in the place of what stands in the file.
    """
    index = HeadingIndex(targets, headings)
    reader = CellReader(values, date1904=book.date1904)
    result = FileRows(book, assumed=[f"“{book.name}”{note}" for note in book.assumed])
    result.mended, result.targets = cells or {}, index.targets
    for sheet in book.sheets:
        tables = find_tables(sheet, index)
        people = [found for found in tables if found.column_of("name") is not None]
        if not sheet.hidden:
            result.columns += columns_of(book.name, sheet, tables, headings)
        if tables and not people:
            result.nameless.append(sheet.name)
        elif people and sheet.hidden:
            result.assumed.append(f"“{book.name}”工作表“{sheet.name}”是隐藏的，没有读入；需要读入请先取消隐藏")
        elif people and _EXAMPLE_SHEET.search(sheet.name) and len(book.sheets) > 1:
            result.assumed.append(f"“{book.name}”工作表“{sheet.name}”是样表或说明，没有读入")
        elif people:
            _read_sheet(result, sheet, people, reader, is_school)
    result.used_values = reader.used
    result.used_headings = {heading for heading in headings if heading in _headings_of(result)}
    _tell(result, index)
    return result


def _headings_of(result: FileRows) -> set[str]:
    return {place.heading for said in result.rows for place in said.places.values()} | set(result.unknown_headings)


def _read_sheet(result: FileRows, sheet: Sheet, people: list[Table], reader: CellReader, is_school: IsSchool) -> None:
    result.has_table = True
    where = f"“{result.book.name}”工作表“{sheet.name}”"
    result.assumed += [f"{where}：{note}" for note in sheet.notes]
    filled = [found for found in people if found.rows]
    if len(filled) > 1:
        result.assumed.append(f"{where}上有 {len(filled)} 张表，已全部读入")
    for found in people:
        without_own_columns(found)
        result.assumed += [f"{where}的{note}" for note in name_by_content(found, result.targets)]
        _TableReader(result, found, reader, is_school).read()
    for rows, what in (
        ([found.row_number(row) for found in people for row in found.examples], "是填写示例，没有读入"),
        ([found.row_number(row) for found in people for row in found.left_out], "没有姓名，不像是一个人，没有读入"),
    ):
        if rows:
            result.assumed.append(f"{where}第 {list_rows(rows)} 行{what}")


def _tell(result: FileRows, index: HeadingIndex) -> None:
    """One sentence for each sort of assumption, with the file's name and a count."""
    name = result.book.name
    for target, taken in result.told.items():
        label = index.targets[target].label
        if index.targets[target].field.personal:
            result.assumed.append(f"“{name}”有 {taken.total()} 个 15 位身份证号，按规则换算成 18 位登记")
            continue
        shown_ = [f"“{text}”按“{read}”登记{_times(count)}" for (text, read), count in taken.most_common(_MORE)]
        more = f"等 {len(taken)} 种" if len(taken) > _MORE else ""
        result.assumed.append(f"“{name}”的{label}：{'、'.join(shown_)}{more}")
    if result.filled:
        parts = "、".join(f"{count} 人的{index.targets[target].label}" for target, count in result.filled.items())
        result.assumed.append(f"“{name}”没有写明{parts}，按身份证号登记")
    if result.schoolless:
        result.assumed.append(f"“{name}”没有写明学校，其中 {result.schoolless} 人没有登记工作单位")
    if 0 < result.without_tier < len(result.rows):
        result.assumed.append(f"“{name}”有 {result.without_tier} 人没有骨干级别，只登记为教师")
    for headings, count in result.unplaced.items():
        listed = "、".join(f"“{heading}”" for heading in headings)
        result.assumed.append(
            f"“{name}”没有写明骨干级别，{count} 人的{listed}随人保存，没有登记为骨干教师；确是骨干教师的，请补填级别"
        )


def _times(count: int) -> str:
    return f"（{count} 处）" if count > 1 else ""


class _TableReader:
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
        self.merged = _vertical_merges(found.sheet)
        self.dittos = 0
        self.filled_down = 0
        self.last_school = ""
        self.mended = self._mend() if result.mended else {}
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
            if any(shown(self._cell(row, column)) for row in self.table.rows):
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
        if self.dittos:
            self.result.assumed.append(f"{where}有 {self.dittos} 处“同上”一类的记号，按所指的内容读入")
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

    def _mend(self) -> dict[int, list[tuple[Target, Value, str]]]:
        """Put what a clerk typed in the place of cells; returns, by row: target, what was sent, and that text.

        The book stays as it was sent: its copy goes back to the sender.
        """
        sheet, mended = self.table.sheet, dict[int, list[tuple[Target, Value, str]]]()
        rows = list(sheet.rows)
        for ((file, name, number), target), text in self.result.mended.items():
            row = number - sheet.first_row
            if (file, name) != (self.result.book.name, sheet.name) or row not in self.table.rows:
                continue
            column = self.columns.get(target)
            sent = self._cell(row, column) if column is not None else None
            mended.setdefault(row, []).append((self.result.targets[target], sent, text))
            if column is not None:
                rows[row] = [text if place == column.index else value for place, value in enumerate(rows[row])]
        self.table.sheet = replace(sheet, rows=rows)
        return mended

    def _cell(self, row: int, column: Column) -> Value:
        cells = self.table.sheet.rows[row]
        value = cells[column.index]
        if value is None or value == "":
            origin = self.merged.get((row, column.index))
            return self.table.sheet.rows[origin][column.index] if origin is not None else None
        if isinstance(value, str) and value in DITTO:
            self.dittos += 1
            return self._above(row, column)
        if isinstance(value, str) and value in LEFT_DITTO and column.index > 0:
            self.dittos += 1
            return cells[column.index - 1]
        return value

    def _above(self, row: int, column: Column) -> Value:
        """What stands above in the column, in the rows of people: headings and totals between them say nothing."""
        people = self.table.rows
        for above in reversed(people[: bisect_left(people, row)]):
            origin = self.merged.get((above, column.index), above)
            value = self.table.sheet.rows[origin][column.index]
            if value is not None and value not in _SPECIAL:
                return value
        return None

    def _row(self, row: int) -> Said | None:
        """What a row says; None for one that holds nothing but its school, as rows of an empty form do."""
        sheet = self.table.sheet
        values: dict[str, str | int] = {}
        said = Said(self.result.book.name, sheet.name, sheet.first_row + row, "", values, {})
        said.places = self.places
        cells = sheet.rows[row]
        for target, sent, text in self.mended.get(row, ()):
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
            if value is None or value in _SPECIAL:
                value = self._cell(row, column)
                if value is None:
                    continue
            reading = self.reader.read(target, value)
            if reading is not EMPTY:
                self._take(said, target, reading, value)
        if values.keys() <= _OF_SCHOOL and not said.problems and not said.doubts and not said.unchanged:
            return None
        self._finish(said, row)
        return said

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
        said.name = str(said.values.get("name") or shown(self._cell(row, self.columns["name"])))
        for column, heading in self.other:
            text = shown(self._cell(row, column))
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
            said.extras[self.places["ordinal"].heading] = str(said.values["ordinal"])

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

    def _written(self, row: int, target: str) -> str:
        """What the cell of a target shows."""
        column = self.columns.get(target)
        return shown(self._cell(row, column)) if column is not None else ""

    def _school(self, said: Said) -> None:
        written = str(said.values.get("school", ""))
        if not written and self._has("school") and self.last_school and "school" not in said.unchanged:
            self.filled_down += 1
            written = self.last_school
        written = plain_school(written)
        if not written or written in _OWN:
            written = self.reader.meaning("school", plain_school(self.school.value))
        if written and not names_something(written):
            text = f"“{written}”不是学校名称，请填写学校全称"
            said.problems.append(said.problem("school", f"{self.result.targets['school'].label}：{text}"))
        if written:
            said.values["school"] = self.last_school = written
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
    """The number of a passport or permit stands in the column of ID numbers, and the row says so."""
    if said.values.get("id_type", "1") == "1" or "id_number" in said.values or said.damaged is not None:
        return
    rest = [problem for problem in said.problems if problem.field != "id_number"]
    if len(rest) < len(said.problems):
        said.problems = rest
        said.values.setdefault("other_id_number", written("id_number"))


def _vertical_merges(sheet: Sheet) -> dict[tuple[int, int], int]:
    """For a cell inside a range merged over rows: the index of the row that holds the value."""
    found = {}
    for area in sheet.merged:
        if area.bottom > area.top and area.left == area.right:
            for row in range(area.top + 1, min(area.bottom, sheet.first_row + len(sheet.rows) - 1) + 1):
                found[row - sheet.first_row, area.left - sheet.first_column] = area.top - sheet.first_row
    return found
