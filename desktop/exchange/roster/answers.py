"""What a clerk answered about a roster: meanings of words, cells mended by hand, who is who, who moved, who left.

An answer belongs to one row of one file, to one teacher, or to a word of a sender; a plan is made anew with it and
nothing is written by it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

from desktop.exchange.plan import PlanRow

RowPlace = tuple[str, str, int]
"""A row of a file: the file's label, the sheet, the number as the clerk sees it."""

CellPlace = tuple[RowPlace, str]
"""A cell of a row, by the name of its target."""

SOMEBODY_NEW: Final = "new"
"""The answer that a row speaks of nobody who is known."""

REGISTER_SCHOOL: Final = "登记为新学校"
"""The answer that an unknown name is a school of its own."""


@dataclass(frozen=True, slots=True)
class MoveAnswer:
    """What became of somebody who appears at another school; without `kind` the roster was wrong and nothing moves."""

    kind: str
    since: str = ""
    doc_no: str | None = None


@dataclass(frozen=True, slots=True)
class LeftAnswer:
    """What became of somebody who no longer stands in the sender's roster.

    `status` is the state of the appointment (RETIRED, MOVED_OUT, DECEASED), or empty where only the employment ends.
    `stays` says that the sender forgot the person, and nothing changes.
    """

    status: str = ""
    since: str = ""
    doc_no: str | None = None
    stays: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """Somebody who appears at another school: the row, the teacher, both schools by name."""

    row: PlanRow
    teacher: str
    name: str
    before: str
    now: str


@dataclass(frozen=True, slots=True)
class Missed:
    """Somebody of the sender's last file who does not stand in this one."""

    teacher: str
    name: str
    sender: str
    told: str
    """Birth and tier, to tell namesakes apart."""


@dataclass
class RosterOptions:
    """What a clerk said beforehand and since.

    `headings` maps a heading to the name or heading of a target, `values` a target and a text to the right text;
    both are remembered for the senders of the files they were used in. `new_schools` are names to be registered
    although they resemble known schools. `move` answers for everybody who has no answer in `moves`. `takes` says of
    a cell on which both sides disagree whether the file's value is taken.
    """

    headings: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[tuple[str, str], str] = field(default_factory=dict)
    move: MoveAnswer | None = None
    bearer: str | None = None
    new_schools: Collection[str] = frozenset()
    moves: Mapping[str, MoveAnswer] = field(default_factory=dict)
    left: Mapping[str, LeftAnswer] = field(default_factory=dict)
    people: Mapping[RowPlace, str] = field(default_factory=dict)
    cells: Mapping[CellPlace, str] = field(default_factory=dict)
    takes: Mapping[CellPlace, bool] = field(default_factory=dict)

    @property
    def answered(self) -> int:
        """How many answers belong to this one import."""
        return sum(map(len, (self.new_schools, self.moves, self.left, self.people, self.cells, self.takes)))
