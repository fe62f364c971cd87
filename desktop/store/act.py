"""The Act that a write session is open for: numbered when its first change is written."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from desktop.kinds import moment_text
from desktop.models.local import Act


@dataclass
class OpenAct:
    """One thing a clerk is doing: its kind, its name in the menu, who does it, when, for which office."""

    kind: str
    name: str
    operator: str
    origin: str
    at: datetime
    undoes: int | None = None
    note: str | None = None
    closed: frozenset[str] = frozenset()
    """The plural names of the entities that another desk of the office writes."""
    touched: set[str] = field(default_factory=set)
    """The plural names of the entities it changed."""
    raised: set[tuple[str, str]] = field(default_factory=set)
    """The records (plural, uid) whose revision it raised already; an Act raises it once."""
    _number: int | None = None

    def number(self, session: Session) -> int:
        """The number of the Act; the first call writes its row."""
        if self._number is None:
            row = Act(
                kind=self.kind,
                name=self.name,
                operator=self.operator,
                at=moment_text(self.at),
                undoes=self.undoes,
                undone_by=None,
                note=self.note,
            )
            session.add(row)
            session.flush()
            self._number = row.id
        return self._number
