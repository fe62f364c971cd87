"""What an import would do, row by row, before anything is written; and the carrying out of it as one Act.

Workbooks and packages both end in a Plan. A plan belongs to the state of the database that it was made from: when
anything was done since, it is void.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desktop.errors import StalePlan
from desktop.models.base import Content, Record, corrected_fields
from desktop.models.local import Change
from desktop.store.database import Store
from desktop.store.records import Edit, write_edits


class Outcome(StrEnum):
    """What becomes of one row or one record; the first six are words of workbooks, the last three of packages."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    INVALID = "invalid"
    DUPLICATE = "duplicate"
    AMBIGUOUS = "ambiguous"
    STALE = "stale"
    CONFLICT = "conflict"
    REFUSED = "refused"


WORKBOOK_OUTCOMES: Final = (
    Outcome.NEW,
    Outcome.CHANGED,
    Outcome.SAME,
    Outcome.INVALID,
    Outcome.DUPLICATE,
    Outcome.AMBIGUOUS,
)
"""What a row of a sheet can come to."""

WRITTEN: Final = frozenset({Outcome.NEW, Outcome.CHANGED})
"""The outcomes whose edits are carried out."""


@dataclass(frozen=True, slots=True)
class RowProblem:
    """One thing wrong in a row: the target's or field's name (empty: the whole row) and a sentence.

    `column` (from 1) and `heading` say where it stands in the sender's file; None where no column is to blame.
    """

    field: str
    text: str
    column: int | None = None
    heading: str = ""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field as it was and as it would be, both as the text that a clerk reads."""

    entity: str
    field: str
    label: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A known person whom a row may speak of: uid, and a text by which a clerk tells namesakes apart."""

    uid: str
    text: str


@dataclass(slots=True)
class PlanRow:
    """One row of a sheet (`row` as the clerk sees it, from 1), or one record of a package.

    `name` is whom or what the row is about; `edits` are what it would write; `ticked` is what the clerk may take
    away in the plan. `candidates` are the people it may be about; `clashes` are values that both sides changed.
    """

    file: str
    sheet: str
    row: int
    outcome: Outcome
    name: str = ""
    problems: list[RowProblem] = field(default_factory=list)
    changes: list[FieldChange] = field(default_factory=list)
    edits: list[Edit] = field(default_factory=list)
    ticked: bool = True
    candidates: tuple[Candidate, ...] = ()
    clashes: list[FieldChange] = field(default_factory=list)

    @property
    def is_written(self) -> bool:
        """Whether carrying out the plan writes this row."""
        return self.ticked and self.outcome in WRITTEN


@dataclass(slots=True)
class Question:
    """Something that only a person can decide: what kind of question, its text, the rows it is about, the answers.

    `about` is the text of the sheet that the answer will stand for, `target` the name of what it was to fill.
    """

    kind: str
    text: str
    rows: list[int] = field(default_factory=list)
    options: list[str] = field(default_factory=list)
    about: str = ""
    target: str = ""


@dataclass(slots=True)
class Plan:
    """All rows with their outcome; `edits` are those that belong to no single row; `last_act` voids it when passed."""

    title: str
    rows: list[PlanRow] = field(default_factory=list)
    assumed: list[str] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    last_act: int = 0
    edits: list[Edit] = field(default_factory=list)

    def counts(self, outcomes: Iterable[Outcome] = WORKBOOK_OUTCOMES) -> dict[str, int]:
        """The number of rows of each outcome; they add up to all rows."""
        found = Counter(row.outcome for row in self.rows)
        return {str(outcome): found[outcome] for outcome in outcomes}

    def written_edits(self) -> list[Edit]:
        """The edits that carrying out writes: one for each record, those of several rows joined."""
        edits = [edit for row in self.rows if row.is_written for edit in row.edits]
        return list(_joined([*self.edits, *edits]))

    def as_json(self) -> dict[str, Any]:
        """The plan as `import --json` prints it."""
        rows = [
            {
                "file": row.file,
                "sheet": row.sheet,
                "row": row.row,
                "outcome": str(row.outcome),
                "problems": [{"field": problem.field, "text": problem.text} for problem in row.problems],
            }
            for row in self.rows
        ]
        return {**self.counts(), "assumed": list(self.assumed), "rows": rows}


def newest_act(session: Session) -> int:
    """The number of the newest Act that changed something; 0 in a database where nothing was done."""
    return session.scalar(select(func.max(Change.act_id))) or 0


def carry_out(
    store: Store,
    plan: Plan,
    operator: str,
    *,
    kind: str = "import",
    reason: str | None = None,
    also: Callable[[Session], None] | None = None,
    check: Callable[[], None] | None = None,
) -> int:
    """Write the rows that may be written as one Act; returns how many records changed.

    `reason` stands in the 更正登记 for corrections of sensitive fields, the title of the plan if there is none.
    `also` writes what belongs to the same Act (a reception). What `check` raises before the commit takes everything
    back. Raises StalePlan if the data changed since the plan was made; then nothing is written.
    """
    with store.write(plan.title, kind=kind, operator=operator) as session:
        if newest_act(session) != plan.last_act:
            raise StalePlan("预览之后数据又有改动，没有导入；请按现有数据重新核对一次")
        edits = [_with_reason(edit, reason or plan.title) for edit in plan.written_edits()]
        count = write_edits(session, edits)
        if also is not None:
            also(session)
        if check is not None:
            check()
    return count


def _with_reason(edit: Edit, reason: str) -> Edit:
    if edit.reason or edit.before is None or edit.content is None:
        return edit
    is_correction = corrected_fields(edit.entity, edit.before.content, edit.content)
    return replace(edit, reason=reason) if is_correction else edit


def _joined(edits: Iterable[Edit]) -> Iterator[Edit]:
    """One edit for each record; rows that name the same new school or teacher each bring the edit along."""
    found: dict[tuple[type[Record], str], Edit] = {}
    for edit in edits:
        place = (edit.entity, edit.uid)
        found[place] = join(found[place], edit) if place in found else edit
    return iter(found.values())


def join(one: Edit, other: Edit) -> Edit:
    """Both changes of one record in one edit.

    Raises ValueError if they give one field two values: the plan must have told that.
    """
    if one is other:
        return one
    if one.content is None or other.content is None:
        if one.content != other.content:
            raise ValueError(f"{one.entity.plural} {one.uid}: deleted and changed in one plan")
        return one
    old = one.before.content if one.before is not None else {}
    content: Content = {}
    for name in {**one.content, **other.content, **old}:
        first, second = one.content.get(name), other.content.get(name)
        if first != second and old.get(name) not in (first, second):
            raise ValueError(f"{one.entity.plural} {one.uid}: two values for {name} in one plan")
        value = second if first == old.get(name) else first
        if value is not None:
            content[name] = value
    return replace(one, content=content, reason=one.reason or other.reason)
