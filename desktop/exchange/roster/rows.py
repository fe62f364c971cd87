"""The rows of a roster file as what each says: values by target, texts without a field, and what is wrong.

Everything here can be decided from the file alone; the database comes in with `known` and `compare`.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Final

from desktop.codes import table
from desktop.errors import ValueProblem
from desktop.exchange.headings import DITTO, LEFT_DITTO, Column, HeadingIndex, Table, find_tables
from desktop.exchange.plan import RowProblem
from desktop.exchange.roster.cells import EMPTY, CellReader, Reading, shown
from desktop.exchange.targets import Target
from desktop.exchange.workbook.cells import Book, Sheet, Value
from desktop.kinds import Packed
from desktop.rules.citizen_id import CitizenId, DamagedId, read_citizen_id
from desktop.rules.dates import agree

_SCHOOL_WORDS: Final = r"(?:学校|中学|小学|初中|高中|完中|幼儿园|幼稚园|教学点|职教中心|职业教育中心|进修校|中心校|学院|教研室|电教馆|校|园)"
_SCHOOL_ENDS: Final = r"(?=$|[\s（(]|\d{4}|骨干|教师|市级|县级|区级|花名册|名单|统计|汇总|人员|在职)"
_SCHOOL_IN_TITLE: Final = re.compile(rf"([^\s:：，。（）()《》“”]*?{_SCHOOL_WORDS}){_SCHOOL_ENDS}")
_UNIT_LINE: Final = re.compile(
    r"(?:填报单位|填报学校|单位名称|学校名称|报送单位|单位|学校)\s*(?:[（(][^）)]*[）)])?\s*[:：]\s*([^\s_＿:：（(]+)"
)
_YEAR_OR_NUMBER: Final = re.compile(r"^[\d\s._、\-—()（）]+|[\d\s._\-—()（）]+$")
_SPECIAL: Final = frozenset({"", *DITTO, *LEFT_DITTO})
"""What does not stand for itself in a cell."""
_OWN: Final = frozenset({"本校", "我校", "本单位", "本园"})


@dataclass(slots=True)
class Said:
    """What one row says. `columns` gives the 1-based column of a target in the file, to mark its cell."""

    file: str
    sheet: str
    row: int
    name: str
    values: dict[str, Packed]
    extras: dict[str, str]
    problems: list[RowProblem] = field(default_factory=list)
    doubts: list[RowProblem] = field(default_factory=list)
    unchanged: set[str] = field(default_factory=set)
    columns: Mapping[str, int] = field(default_factory=dict)
    damaged: DamagedId | None = None
    identity: CitizenId | None = None


@dataclass
class FileRows:
    """All rows of one file, what was assumed while reading it, and the name of the school it speaks for."""

    book: Book
    rows: list[Said]
    assumed: list[str]
    unknown_headings: list[str]
    has_table: bool


def read_rows(
    book: Book, targets: Iterable[Target], *, headings: Mapping[str, str], values: Mapping[tuple[str, str], str]
) -> FileRows:
    """The rows of a file; `headings` and `values` are what its sender's words were mapped to by hand."""
    index = HeadingIndex(targets, headings)
    reader = CellReader(values, date1904=book.date1904)
    result = FileRows(book, [], [f"“{book.name}”{note}" for note in book.assumed], [], has_table=False)
    for sheet in book.sheets:
        tables = find_tables(sheet, index)
        if tables:
            result.assumed += [f"工作表“{sheet.name}”：{note}" for note in sheet.notes]
        if len(tables) > 1:
            result.assumed.append(f"工作表“{sheet.name}”上有 {len(tables)} 张表，已全部读入")
        for found in tables:
            result.has_table = True
            _TableReader(result, found, reader, index).read()
    return result


class _TableReader:
    """Reads the rows of one table of one sheet."""

    def __init__(self, result: FileRows, found: Table, reader: CellReader, index: HeadingIndex) -> None:
        self.result = result
        self.table = found
        self.reader = reader
        self.known = [column for column in found.columns if column.target is not None]
        self.targets = [
            (column, column.target, reader.known(column.target))
            for column in found.columns
            if column.target is not None
        ]
        self._name_column = next(
            (each for each in self.known if each.target and each.target.name == "name"), self.known[0]
        )
        self.other = [column for column in found.columns if column.target is None]
        first = found.sheet.first_column
        self.places = {column.target.name: first + column.index for column in self.known if column.target}
        self.merged = _vertical_merges(found.sheet)
        self.dittos = 0
        self.told: Counter[str] = Counter()
        self.school = _school_of(result.book, found, self._has("school"))
        self.tier = "" if self._has("tier") else _tier_of(found, index)
        self.last_school = ""
        self.filled_down = 0

    def _has(self, name: str) -> bool:
        return name in self.places

    def read(self) -> None:
        """Append all rows of the table to the result."""
        if self.school.told:
            self.result.assumed.append(self.school.told)
        if self.tier:
            label = table("tier").label(self.tier)
            self.result.assumed.append(f"工作表“{self.table.sheet.name}”没有级别栏，按标题全部登记为{label}")
        for column in self.other:
            if column.heading and any(shown(self._cell(row, column)) for row in self.table.rows):
                self.result.unknown_headings.append(column.heading)
        for row in self.table.rows:
            said = self._row(row)
            if said is not None:
                self.result.rows.append(said)
        self._tell()

    def _tell(self) -> None:
        name = self.table.sheet.name
        self.result.assumed += list(self.told)
        if self.dittos:
            self.result.assumed.append(f"工作表“{name}”有 {self.dittos} 处“同上”，按上一行的内容读入")
        if self.filled_down:
            self.result.assumed.append(f"工作表“{name}”有 {self.filled_down} 行没有填学校，按上一行的学校读入")

    def _cell(self, row: int, column: Column) -> Value:
        cells = self.table.sheet.rows[row]
        value = cells[column.index] if column.index < len(cells) else None
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
        for above in range(row - 1, self.table.heading_rows.stop - 1, -1):
            cells = self.table.sheet.rows[above]
            value = cells[column.index] if column.index < len(cells) else None
            if value is not None and value not in _SPECIAL:
                return value
        return None

    def _row(self, row: int) -> Said | None:
        said = Said(
            self.result.book.name, self.table.sheet.name, self.table.row_number(row), "", {}, {}, columns=self.places
        )
        cells = self.table.sheet.rows[row]
        filled = False
        for column, target, known in self.targets:
            value = cells[column.index]
            if value is None or value in _SPECIAL:
                value = self._cell(row, column)
            reading = known.get(value) if value.__class__ is not bool else None
            if reading is None:
                reading = self.reader.read(target, value)
            if reading is EMPTY:
                continue
            filled = filled or cells[column.index] is not None
            if reading.packed is not None and not reading.told:
                said.values[target.name] = reading.packed
            else:
                self._take(said, target, reading)
        if not filled:
            return None
        self._finish(said, row)
        return said

    def _finish(self, said: Said, row: int) -> None:
        name = self.places.get("name")
        if name is not None:
            said.name = str(said.values.get("name") or shown(self._cell(row, self._name_column)))
        for column in self.other:
            text = shown(self._cell(row, column))
            if text and column.heading:
                said.extras[column.heading] = text
        if self.tier:
            said.values["tier"] = self.tier
        self._school(said)
        check_row(said, has_roster=self._has("tier") or bool(self.tier))

    def _take(self, said: Said, target: Target, reading: Reading) -> None:
        """Take a reading that is more than a plain value."""
        if reading.packed is not None:
            said.values[target.name] = reading.packed
        elif reading.unchanged:
            said.unchanged.add(target.name)
        else:
            problem = RowProblem(target.name, reading.problem)
            (said.doubts if reading.readings else said.problems).append(problem)
            if target.name == "id_number":
                said.damaged = reading.damaged
        if reading.told:
            self.told[reading.told] += 1

    def _school(self, said: Said) -> None:
        written = str(said.values.get("school", ""))
        if self._has("school") and not written and self.last_school and "school" not in said.unchanged:
            self.filled_down += 1
            written = self.last_school
        if not written or written in _OWN:
            written = self.school.name
        if written:
            said.values["school"] = self.last_school = written


def _vertical_merges(sheet: Sheet) -> dict[tuple[int, int], int]:
    """For a cell inside a range merged over rows: the index of the row that holds the value."""
    found = {}
    for area in sheet.merged:
        if area.bottom > area.top and area.left == area.right:
            for row in range(area.top + 1, area.bottom + 1):
                found[row - sheet.first_row, area.left - sheet.first_column] = area.top - sheet.first_row
    return found


@dataclass(frozen=True)
class _School:
    name: str = ""
    told: str = ""


def _school_of(book: Book, found: Table, has_column: bool) -> _School:  # noqa: FBT001 - one fact of the table
    """The school that a table speaks for where no column says it: its banner, the sheet's name, the file's name."""
    for text in found.banner:
        line = _UNIT_LINE.search(text)
        if line and line[1].strip("_＿ 　"):
            return _told_school(line[1], "表头的填报单位", book, has_column)
    for text in found.banner:
        title = _SCHOOL_IN_TITLE.search(text)
        if title:
            return _told_school(title[1], "表头标题", book, has_column)
    for text, where in ((found.sheet.name, "工作表名"), (PurePath(book.name).stem, "文件名")):
        name = _YEAR_OR_NUMBER.sub("", text)
        title = _SCHOOL_IN_TITLE.search(name)
        if title:
            return _told_school(title[1], where, book, has_column)
    return _School()


def _told_school(name: str, where: str, book: Book, has_column: bool) -> _School:  # noqa: FBT001
    name = _YEAR_OR_NUMBER.sub("", name)
    told = "" if has_column else f"“{book.name}”没有学校栏，按{where}登记为“{name}”"
    return _School(name, told)


def _tier_of(found: Table, index: HeadingIndex) -> str:
    """The tier that a banner names, where a roster has a document or a date but no column for the tier."""
    names = {column.target.name for column in found.columns if column.target}
    if not names & {"doc_no", "recognized_on", "ordinal"} or "tier" not in index.targets:
        return ""
    tiers = table("tier")
    for text in found.banner:
        match = re.search(r"(国家级|省级|市级|区县级|区级|县级|校级)骨干", text)
        if match:
            return tiers.read(match[1])
    return ""


def check_row(said: Said, *, has_roster: bool) -> None:
    """Add what is wrong with the row as a whole: identity, agreement of number, gender and birth, the tier."""
    bad = {problem.field for problem in (*said.problems, *said.doubts)}
    values = said.values
    if "name" not in values and "name" not in bad and "name" not in said.unchanged:
        said.problems.append(RowProblem("name", "姓名没有填写"))
    _check_identity(said, bad)
    if has_roster and "tier" not in values and "tier" not in bad and (values.keys() & {"doc_no", "recognized_on"}):
        said.problems.append(RowProblem("tier", "填了认定时间或文号，骨干级别没有填写"))


def _check_identity(said: Said, bad: set[str]) -> None:
    values = said.values
    number = values.get("id_number")
    if number is None:
        missing = "id_number" not in bad and "id_number" not in said.unchanged and "other_id_number" not in values
        if missing and "birth_date" not in values and "birth_date" not in bad:
            text = "身份证号和出生年月都没有填写，无法确认是哪一个人"
            said.problems.append(RowProblem("id_number", text))
        return
    try:
        said.identity = identity = read_citizen_id(str(number))
    except ValueProblem as error:
        said.problems.append(RowProblem("id_number", str(error)))
        return
    born = identity.birth.isoformat()
    birth = values.get("birth_date")
    if birth is not None and not agree(str(birth), born):
        said.problems.append(RowProblem("birth_date", f"出生年月“{birth}”与身份证号不一致，请核对哪一个有误"))
    elif "birth_date" not in bad:
        values["birth_date"] = born
    gender = values.get("gender")
    if gender is not None and gender != identity.gender:
        label = table("gender").label(str(gender))
        said.problems.append(RowProblem("gender", f"性别“{label}”与身份证号不一致，请核对哪一个有误"))
    elif gender is None and "gender" not in bad:
        values["gender"] = identity.gender
