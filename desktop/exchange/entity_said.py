"""What one row of a sheet says of a record, read with the knowledge of what the record holds now."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from desktop.errors import AmbiguousValue, ValueProblem
from desktop.exchange.entity_sheet import EntityRow, cell_text, read_cell
from desktop.exchange.line_text import parse_lines
from desktop.exchange.lists import cell_content
from desktop.exchange.plan import RowProblem
from desktop.exchange.sheet_columns import Part, SheetColumn
from desktop.fields import Field, fields_of
from desktop.kinds import Link
from desktop.models.base import Record
from desktop.queries.directory import Directory
from desktop.queries.listing import ListRow

_PERSON: Final = ("id_number", "name")
"""Derived columns that tell which teacher is meant."""


@dataclass(slots=True)
class Said:
    """Packed values by field (None clears), lines, kept columns, and what cannot be read."""

    values: dict[str, Any] = field(default_factory=dict)
    kept: dict[str, str] = field(default_factory=dict)
    problems: list[RowProblem] = field(default_factory=list)
    masked: list[RowProblem] = field(default_factory=list)
    """Numbers shown in part: unchanged in a record that is known, a problem in a new one."""
    doubts: int = 0
    """How many of the problems are questions: several readings, or several records of one name."""
    ignored: Counter[str] = field(default_factory=Counter)
    """Derived columns whose cell was changed in vain."""


def place_problem(row: EntityRow, name: str, text: str) -> RowProblem:
    """A problem with the place of its column in the file, if the sheet has the column."""
    plain_name = name.split(".", maxsplit=1)[0]
    for column, place in row.places.items():
        if column.name == plain_name and column.part in (Part.FIELD, Part.LINES, Part.UID):
            return RowProblem(name, text, place, column.heading)
    return RowProblem(name, text)


class RowReader:
    """Reads the cells of one row; `current` is the record that the row's uid names, if it names one."""

    def __init__(self, entity: type[Record], names: Directory, row: EntityRow, current: ListRow | None) -> None:
        self._entity = entity
        self._names = names
        self._row = row
        self._current = current
        self._said = Said()

    def read(self) -> Said:
        """Everything the row says; what cannot be read becomes a problem, not an error."""
        for column, value in self._row.cells.items():
            text = cell_text(value)
            if column.part is not Part.UID and not self._is_unchanged(column, text):
                self._attempt(column, text)
        if self._current is None:
            self._infer_teacher()
        return self._said

    def _is_unchanged(self, column: SheetColumn, text: str) -> bool:
        if self._current is None:
            return not text.strip()
        shown = (cell_content(self._current, column, masked=masked) for masked in (False, True))
        return text.strip() in {str(each).strip() for each in shown}

    def _attempt(self, column: SheetColumn, text: str) -> None:
        try:
            self._take(column, text)
        except ValueProblem as error:
            self._said.doubts += isinstance(error, AmbiguousValue)
            self._said.problems.append(place_problem(self._row, column.name, f"{column.label}：{error}"))

    def _take(self, column: SheetColumn, text: str) -> None:
        match column.part:
            case Part.DERIVED:
                self._take_derived(column, text)
            case Part.EXTRA:
                self._said.kept[column.name] = text
            case Part.LINES:
                assert column.child is not None
                self._said.values[column.name] = parse_lines(column.child, text)
            case Part.FIELD:
                assert column.column is not None
                assert column.column.field is not None
                self._take_field(column, column.column.field, text)

    def _take_derived(self, column: SheetColumn, text: str) -> None:
        if column.name in _PERSON and self._current is None:
            return
        if self._row.is_own:
            self._said.ignored[column.heading] += 1
        else:
            self._said.kept[column.heading] = text

    def _take_field(self, column: SheetColumn, declared: Field, text: str) -> None:
        if not text.strip():
            self._said.values[declared.name] = None
        elif declared.personal and "**" in text:
            sentence = f"{column.label}：“{text}”有一部分被 * 号遮住，新登记的请填写完整"
            self._said.masked.append(place_problem(self._row, declared.name, sentence))
        elif isinstance(declared.kind, Link):
            self._said.values[declared.name] = self._resolve(declared.kind.entity, text)
        else:
            packed = read_cell(declared, self._row.cells[column], date1904=self._row.date1904)
            if packed is not None:
                self._said.values[declared.name] = packed

    def _resolve(self, plural: str, text: str) -> str:
        """The uid of the record that a text names."""
        found = self._names.find(plural, text)
        if len(found) > 1:
            found = tuple(uid for uid in found if self._agrees(plural, uid))
        if len(found) == 1:
            return found[0]
        if not found:
            raise ValueProblem(f"“{text}”没有登记，请先登记，或核对名称")
        readings = tuple(self._names.text(plural, uid) for uid in found)
        told = "、".join(readings[:6])
        raise AmbiguousValue(f"“{text}”可能是 {len(found)} 个中的一个（{told}），请写明是哪一个", readings=readings)

    def _agrees(self, plural: str, uid: str) -> bool:
        """Whether a record of the written name also has what else the row tells of it: ID number, or tier."""
        content = self._names.content(plural, uid)
        return all(
            content.get(column.name) in (None, packed)
            for column, packed in self._hints(("id_number", "tier"))
            if column.name in content
        )

    def _hints(self, names: tuple[str, ...]) -> Iterator[tuple[SheetColumn, object]]:
        for column, value in self._row.cells.items():
            text = cell_text(value).strip()
            if column.name in names and column.column is not None and text:
                kind = column.column.kind
                try:
                    yield column, kind.pack(kind.parse(text))
                except ValueProblem:
                    continue

    def _infer_teacher(self) -> None:
        """A sheet that has no column 教师 says by ID number or name whom a row is about; a course is about nobody."""
        declared = next((each for each in fields_of(self._entity) if each.name == "teacher"), None)
        has_column = any(column.name == "teacher" for column in self._row.cells)
        if declared is None or not isinstance(declared.kind, Link) or has_column:
            return
        hints = {column.name: (column, str(packed)) for column, packed in self._hints(_PERSON)}
        for name in _PERSON:
            if name in hints:
                column, text = hints[name]
                try:
                    self._said.values["teacher"] = self._resolve("teachers", text)
                except ValueProblem as error:
                    self._said.doubts += isinstance(error, AmbiguousValue)
                    problem = RowProblem(
                        "teacher", f"{column.label}：{error}", self._row.places[column], column.heading
                    )
                    self._said.problems.append(problem)
                return
