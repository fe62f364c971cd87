"""What a row says as a whole, and whether its parts agree: number, birth, gender, tier."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from desktop.exchange.plan import RowProblem
from desktop.kinds import Packed
from desktop.models.people import order_problems
from desktop.rules.citizen_id import DamagedId
from desktop.rules.dates import agree


@dataclass(frozen=True, slots=True)
class Place:
    """Where a target stands in a file: its column, from 1, and the heading as written."""

    column: int
    heading: str


@dataclass(slots=True)
class Said:
    """What one row says; `places` tells the column of each target, to mark its cell.

    `problems` are the sender's to mend; `doubts` are cells with several `readings`, for a person to choose from.
    """

    file: str
    sheet: str
    row: int
    name: str
    values: dict[str, Packed]
    extras: dict[str, str]
    problems: list[RowProblem] = field(default_factory=list)
    doubts: list[RowProblem] = field(default_factory=list)
    readings: dict[str, tuple[str, ...]] = field(default_factory=dict)
    unchanged: set[str] = field(default_factory=set)
    places: Mapping[str, Place] = field(default_factory=dict)
    damaged: DamagedId | None = None
    mended: list[tuple[str, str, str]] = field(default_factory=list)
    """What a clerk put in the place of cells: label, what was sent, what it was mended to."""
    sent: dict[str, Packed | None] = field(default_factory=dict)
    """By mended target: what the sender's own cell means; None where it cannot be read."""

    @property
    def as_sent(self) -> dict[str, Packed]:
        """The values without what was mended here: the base of the next comparison is what the sender said."""
        if not self.sent:
            return dict(self.values)
        values = {**self.values, **self.sent}
        return {name: value for name, value in values.items() if value is not None}

    @property
    def place(self) -> tuple[str, str, int]:
        """The file, the sheet and the number of the row."""
        return self.file, self.sheet, self.row

    def where(self, seen_from: "Said") -> str:
        """The place of the row, as a sentence about another row names it."""
        where = f"第 {self.row} 行"
        if self.sheet != seen_from.sheet:
            where = f"工作表“{self.sheet}”{where}"
        return f"“{self.file}”{where}" if self.file != seen_from.file else where

    def problem(self, target: str, text: str) -> RowProblem:
        """A problem with the place of its cell."""
        place = self.places.get(target)
        return RowProblem(target, text) if place is None else RowProblem(target, text, place.column, place.heading)


def check_row(said: Said, written: Callable[[str], str], *, has_roster: bool) -> list[str]:
    """Add what is wrong with the row as a whole; returns the targets that were filled from the ID number.

    `written` gives the text in the cell of a target.
    """
    bad = {problem.field for problem in said.problems}
    if said.doubts:
        bad |= {problem.field for problem in said.doubts}
    values = said.values
    if "name" not in values and "name" not in bad and "name" not in said.unchanged:
        said.problems.append(said.problem("name", "姓名没有填写"))
    if has_roster and "tier" not in values and "tier" not in bad and ("doc_no" in values or "recognized_on" in values):
        said.problems.append(said.problem("tier", "填了认定时间或文号，骨干级别没有填写"))
    filled = _compare_with_number(said, bad, written) if "id_number" in values else []
    said.problems += [said.problem(each.field, each.text) for each in order_problems(values)]
    unknown = ("id_number", "other_id_number", "birth_date")
    if not any(name in values or name in bad for name in unknown) and "id_number" not in said.unchanged:
        said.problems.append(said.problem("id_number", "身份证号和出生年月都没有填写，无法确认是哪一个人"))
    return filled


def _compare_with_number(said: Said, bad: set[str], written: Callable[[str], str]) -> list[str]:
    values, number = said.values, str(said.values["id_number"])
    filled = []
    born = f"{number[6:10]}-{number[10:12]}-{number[12:14]}"
    birth = values.get("birth_date")
    if birth is None and any(agree(reading, born) for reading in said.readings.get("birth_date", ())):
        said.doubts = [doubt for doubt in said.doubts if doubt.field != "birth_date"]
        filled.append("birth_date")
        values["birth_date"] = born
    elif birth is None and "birth_date" not in bad:
        filled.append("birth_date")
        values["birth_date"] = born
    elif birth is not None and not born.startswith(str(birth)) and not agree(str(birth), born):
        text = f"出生年月“{written('birth_date')}”与身份证号中的出生日期不一致，请核对哪一个有误"
        said.problems.append(said.problem("birth_date", text))
    elif birth is not None:
        values["birth_date"] = born
    gender = "1" if int(number[16]) % 2 else "2"
    said_gender = values.get("gender")
    if said_gender is None and "gender" not in bad:
        filled.append("gender")
        values["gender"] = gender
    elif said_gender is not None and said_gender != gender:
        text = f"性别“{written('gender')}”与身份证号不一致，请核对哪一个有误"
        said.problems.append(said.problem("gender", text))
    return filled
