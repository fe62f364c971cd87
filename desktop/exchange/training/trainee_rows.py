"""Rows of a workbook, or of pasted text, that each speak of one trainee; and the trainees they may mean.

A sheet may have as few as two columns: who, and what. Who is told by ID number, by 学号, or by name with unit.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from desktop.errors import RefusedError
from desktop.exchange.entity_sheet import cell_text
from desktop.exchange.headings import HeadingIndex
from desktop.exchange.plan import Outcome, PlanRow, RowProblem
from desktop.exchange.targets import Target
from desktop.exchange.workbook.cells import Book, Sheet
from desktop.fields import Field
from desktop.kinds import Text
from desktop.queries.directory import Directory
from desktop.rules.characters import plain
from desktop.rules.names import normalise_name

_WHO: Final = {
    "id_number": ("身份证号", "身份证号码", "身份证", "证件号码", "公民身份号码"),
    "name": ("姓名", "教师姓名", "学员姓名", "学员", "名字"),
    "unit": ("单位", "工作单位", "学校", "所在学校", "学校名称"),
    "number": ("学号", "班内编号", "座号", "工号"),
    "class": ("班级", "培训班", "班次", "班级名称", "班级代码"),
}
_HEADING_ROWS: Final = 30


@dataclass(frozen=True, slots=True)
class TraineeRow:
    """One row: where it stands (numbers from 1), and its texts by target, and the place of each column."""

    file: str
    sheet: str
    number: int
    texts: Mapping[str, str]
    places: Mapping[str, tuple[int, str]]

    @property
    def name(self) -> str:
        """Whom the row speaks of, as written."""
        return self.texts.get("name") or self.texts.get("id_number") or self.texts.get("number", "")

    def plan(self, outcome: Outcome, text: str = "", field: str = "") -> PlanRow:
        """The row in a plan, with one problem if a text is given."""
        place, heading = self.places.get(field, (None, ""))
        problems = [RowProblem(field, text, place, heading)] if text else []
        return PlanRow(self.file, self.sheet, self.number, outcome, self.name, problems)


def trainee_rows(
    books: Iterable[tuple[Path, Book]], wanted: Mapping[str, tuple[str, ...]], what: str
) -> list[TraineeRow]:
    """The rows of all books under headings of a person and of at least one of `wanted` (headings by target).

    Raises RefusedError for a book without such headings.
    """
    found: list[TraineeRow] = []
    index = HeadingIndex([*_targets(_WHO), *_targets(wanted)])
    for path, book in books:
        rows = [row for sheet in book.sheets if not sheet.hidden for row in _rows(path.name, sheet, index, wanted)]
        if not rows:
            raise RefusedError(f"“{path.name}”里没有找到“姓名”（或身份证号、学号）和“{what}”两栏，没有导入；请核对表头")
        found += rows
    return found


def pasted_rows(text: str, wanted: Mapping[str, tuple[str, ...]], what: str) -> list[TraineeRow]:
    """The rows of text as it is copied from a spreadsheet or typed: cells parted by tabs, else by blanks.

    Without a row of headings the first column is the name (or number) and the next is the first of `wanted`.
    """
    lines = [line.split("\t") if "\t" in line else line.split() for line in text.splitlines() if line.strip()]
    index = HeadingIndex([*_targets(_WHO), *_targets(wanted)])
    if lines and not _is_heading(list(map(str.strip, lines[0])), index, wanted):
        lines.insert(0, ["姓名", next(iter(wanted.values()))[0]])
        lines = [[*line, ""][: max(len(line), 2)] for line in lines]
        number = -1
    else:
        number = 0
    width = max(map(len, lines), default=0)
    sheet = Sheet("粘贴", [[*line, *[""] * (width - len(line))] for line in lines], first_row=1 + number)
    found = list(_rows("粘贴的内容", sheet, index, wanted))
    if not found:
        raise RefusedError(f"粘贴的内容里没有“姓名”和“{what}”，没有登记；请从表格中一起复制姓名和{what}两栏")
    return found


def _targets(words: Mapping[str, tuple[str, ...]]) -> Iterator[Target]:
    for name, headings in words.items():
        yield Target(name, "trainee", Field(headings[0], Text(), name=name), headings)


def _is_heading(cells: Sequence[str], index: HeadingIndex, wanted: Collection[str]) -> bool:
    names = {target.name for cell in cells if cell and (target := index.match(cell)) is not None}
    return bool(names & {"name", "id_number", "number"}) and bool(names & set(wanted))


def _rows(file: str, sheet: Sheet, index: HeadingIndex, wanted: Mapping[str, tuple[str, ...]]) -> Iterator[TraineeRow]:
    texts = [[cell_text(value).strip() for value in row] for row in sheet.rows]
    top = next((place for place, row in enumerate(texts[:_HEADING_ROWS]) if _is_heading(row, index, wanted)), None)
    if top is None:
        return
    columns: dict[str, int] = {}
    for place, cell in enumerate(texts[top]):
        target = index.match(cell) if cell else None
        if target is not None:
            columns.setdefault(target.name, place)
    places = {name: (sheet.first_column + place, texts[top][place]) for name, place in columns.items()}
    for number in range(top + 1, len(texts)):
        row = {name: texts[number][place] for name, place in columns.items() if texts[number][place]}
        if any(row.get(name) for name in ("name", "id_number", "number")) and not _is_aside(row):
            yield TraineeRow(file, sheet.name, sheet.first_row + number, row, places)


def _is_aside(row: Mapping[str, str]) -> bool:
    """A total or a line of signatures below the people."""
    name = "".join(row.get("name", "").split())
    return name.startswith(("合计", "总计", "平均", "填表", "制表", "登记人", "审核"))


class Trainees:
    """The trainees of some classes, found by what a row says of them."""

    def __init__(self, names: Directory, classes: Collection[str] | None) -> None:
        self._names = names
        self._by: dict[tuple[str, str], list[str]] = defaultdict(list)
        self.class_of: dict[str, str] = {}
        self._names_of: dict[str, set[str]] = {}
        for uid, record in names.records("enrolments").items():
            owner = record.content["training_class"]
            if classes is not None and owner not in classes:
                continue
            self.class_of[uid] = owner
            teacher = names.content("teachers", record.content.get("teacher", ""))
            self._by["id_number", teacher.get("id_number", "")].append(uid)
            self._by["number", str(record.content.get("number", ""))].append(uid)
            called = {teacher.get("name"), record.content.get("written_name")} - {None}
            self._names_of[uid] = {normalise_name(str(name)) for name in called}
            for name in self._names_of[uid]:
                self._by["name", name].append(uid)

    def find(self, row: TraineeRow) -> list[str]:
        """The enrolments that a row may mean: by ID number, else by name, else by number in the class."""
        texts = row.texts
        found: list[str] = []
        if texts.get("id_number"):
            found = self._by["id_number", texts["id_number"].upper()]
        if not found and texts.get("name"):
            found = self._by["name", normalise_name(texts["name"])]
            if not found and texts["name"].isdigit():
                found = self._by["number", texts["name"]]
        if (not found or len(found) > 1) and texts.get("number"):
            numbered = self._by["number", texts["number"]]
            found = [uid for uid in numbered if uid in found] if found else numbered
        return self._in_class(found, texts.get("class", ""))

    def _in_class(self, found: list[str], text: str) -> list[str]:
        """Only those of the class that the row names, if it names one of theirs."""
        if len(found) < 2 or not text:
            return found
        known = {uid: self._names.content("classes", self.class_of[uid]) for uid in found}
        fitting = [uid for uid in found if plain(text) in (plain(known[uid]["name"]), known[uid].get("code"))]
        return fitting or found

    def resolve(self, row: TraineeRow) -> tuple[str, PlanRow | None]:
        """The enrolment of a row, or the row of the plan that says why there is none."""
        found = self.find(row)
        if len(found) == 1:
            return found[0], self._contradicted(row, found[0])
        if not found:
            text = f"“{row.name}”不是本班学员，请核对姓名；未报名的先报名，或按现场报到登记"
            return "", row.plan(Outcome.INVALID, text, "name")
        told = "、".join(self._names.text("enrolments", uid) for uid in found[:4])
        text = f"“{row.name}”可能是 {len(found)} 名学员中的一个（{told}），请补上身份证号、学号或班级"
        return "", row.plan(Outcome.AMBIGUOUS, text, "name")

    def _contradicted(self, row: TraineeRow, uid: str) -> PlanRow | None:
        """A row whose number is one trainee's and whose name is another's, as when one column was sorted alone."""
        name = row.texts.get("name", "")
        if not name or name.isdigit() or normalise_name(name) in self._names_of[uid]:
            return None
        number = "身份证号" if row.texts.get("id_number") else "学号"
        known = "、".join(sorted(self._names_of[uid]))
        return row.plan(Outcome.INVALID, f"{number}是“{known}”的，姓名写的是“{name}”，请核对这一行是谁的", "name")


def name_list(books: Iterable[tuple[Path, Book]]) -> str:
    """The people of workbooks as lines of name, ID number and unit, as `queries.training.people_list` reads them.

    Raises RefusedError for a book without a heading of names.
    """
    rows = trainee_rows(books, {"name": _WHO["name"]}, _WHO["name"][0])
    told = (tuple(row.texts.get(name, "") for name in ("name", "id_number", "unit")) for row in rows)
    return "\n".join("\t".join(filter(None, parts)) for parts in told)
