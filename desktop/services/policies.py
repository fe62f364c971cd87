"""Policies of this office: what a regulation of its own sets otherwise from a year on, and giving that up again."""

from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy.orm import Session

from desktop.errors import RefusedError
from desktop.models import Policy
from desktop.queries.policies import CHOSEN_SET, Policies
from desktop.services.records import delete, save
from desktop.store.database import Store
from desktop.store.records import Stored, find


@dataclass(frozen=True, slots=True)
class OwnPolicy:
    """A value with the years in which it holds (no last one: until another takes its place) and its source."""

    value: Any
    source: str
    from_year: int
    to_year: int | None = None


def set_policy(session: Session, key: str, wanted: OwnPolicy) -> None:
    """Let a value of this office hold; one of its own from the same year is changed.

    Raises RefusedError without source, for years that end before they begin, and where the same holds already.
    """
    problems = [] if wanted.source.strip() else ["依据没有填写"]
    if wanted.to_year is not None and wanted.to_year < wanted.from_year:
        problems.append(f"终止年度 {wanted.to_year} 早于起始年度 {wanted.from_year}")
    if problems:
        raise RefusedError(f"{'；'.join(problems)}；没有保存")
    row = Policies(session).row(key, wanted.from_year)
    known = _own(session, key, wanted.from_year)
    content = {
        "policy_set": session.info["act"].origin,
        "name": key,
        "from_year": wanted.from_year,
        "to_year": wanted.to_year,
        "value": orjson.dumps(wanted.value).decode(),
        "unit": row.unit or None,
        "meaning": row.label,
        "source": wanted.source.strip(),
    }
    if known is not None and known.content == {name: value for name, value in content.items() if value is not None}:
        raise RefusedError(f"“{row.label}”没有改动，不用保存")
    save(session, Policy, content, uid=known.uid if known is not None else None, reason=wanted.source.strip())


def drop_policy(session: Session, key: str, from_year: int) -> None:
    """Give up a value of this office, so that the upper office's or the nation's holds again. Raises RefusedError."""
    known = _own(session, key, from_year)
    if known is None:
        raise RefusedError(f"本单位没有从 {from_year} 年起的这项规定，没有改动")
    delete(session, Policy, known.uid)


def choose_set(store: Store, name: str) -> None:
    """Go by the policies of a place where this office and its upper one say nothing; empty: of the nation alone."""
    store.set_settings({CHOSEN_SET: name})


def _own(session: Session, key: str, from_year: int) -> Stored | None:
    own = {"policy_set": session.info["act"].origin, "name": key, "from_year": from_year}
    return next(iter(find(session, Policy, own).values()), None)
