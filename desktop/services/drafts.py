"""Drafts: half-typed forms, kept while they are typed, offered again to the same operator, never applied by themselves.

One for each form and operator (reliability §3.7). A draft holds the texts as they were typed, whether or not they can
be read; the record it belongs to does not change.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, cast

import orjson
from sqlalchemy import Delete, Row, Table, delete, insert, select
from sqlalchemy.orm import Session

from desktop.kinds import moment_text
from desktop.models.local import Draft
from desktop.store.database import Store

KEPT_DAYS: Final = 30
"""A draft that nobody took up for so long is dropped: it holds personal data."""

NEW: Final = "new"
"""Stands for the uid in the form of a record that is not saved yet."""


_DRAFTS: Final = cast("Table", Draft.__table__)
"""Asked for when a window opens and while typing goes on: the mapped class would first have to be configured."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed into one form: texts by field, and the texts of all lines by child, row by row."""

    plural: str
    uid: str | None
    texts: Mapping[str, str]
    lines: Mapping[str, Sequence[Sequence[str]]]
    saved_at: str = ""

    @property
    def form(self) -> str:
        """The form's own name: one draft each."""
        return f"{self.plural}/{self.uid or NEW}"


def keep_draft(store: Store, operator: str, typed: Typed) -> None:
    """Keep what was typed in the place of what was kept of this form before. Raises DatabaseError."""
    content = orjson.dumps({"texts": dict(typed.texts), "lines": dict(typed.lines)}).decode()
    at = moment_text(datetime.now(UTC))
    with store.local() as session:
        session.execute(_of_form(typed.form, operator))
        row = {"form": typed.form, "operator": operator, "content": content, "saved_at": at}
        session.execute(insert(_DRAFTS), row)


def drop_draft(store: Store, operator: str, form: str) -> None:
    """Forget the draft of a form that was saved or given up. Raises DatabaseError."""
    with store.local() as session:
        session.execute(_of_form(form, operator))


def _of_form(form: str, operator: str) -> Delete:
    return delete(_DRAFTS).where(_DRAFTS.c.form == form, _DRAFTS.c.operator == operator)


def drafts_of(session: Session, operator: str) -> list[Typed]:
    """What an operator typed and did not save, the newest first."""
    since = moment_text(datetime.now(UTC) - timedelta(days=KEPT_DAYS))
    query = select(_DRAFTS).where(_DRAFTS.c.operator == operator, _DRAFTS.c.saved_at >= since)
    return [_typed(row) for row in session.execute(query.order_by(_DRAFTS.c.saved_at.desc()))]


def drop_old_drafts(store: Store) -> None:
    """Forget every draft that is too old to be offered. Raises DatabaseError."""
    since = moment_text(datetime.now(UTC) - timedelta(days=KEPT_DAYS))
    with store.local() as session:
        session.execute(delete(_DRAFTS).where(_DRAFTS.c.saved_at < since))


def _typed(row: Row[Any]) -> Typed:
    plural, _, uid = row.form.partition("/")
    content: dict[str, Any] = orjson.loads(row.content)
    return Typed(plural, None if uid == NEW else uid, content["texts"], content["lines"], row.saved_at)
