"""Who asked to see personal numbers in full: kept beside the Acts, so that the operations log shows it."""

from datetime import UTC, datetime
from typing import Final

from desktop.kinds import moment_text
from desktop.models.local import Act
from desktop.store.database import Store

LOOK: Final = "look"
"""The kind of an Act that changed nothing: somebody looked."""


def note_look(store: Store, what: str, *, operator: str) -> None:
    """Write down that personal numbers were shown; `what` names the list or the person."""
    row = Act(
        kind=LOOK,
        name=f"查看完整号码：{what}",
        operator=operator,
        at=moment_text(datetime.now(UTC)),
        undoes=None,
        undone_by=None,
        note=None,
    )
    store.note(row)
