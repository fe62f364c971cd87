"""The numbers and choices set by regulation, as this office's records of policy carry them."""

from functools import cached_property
from typing import Any, Final

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop.models import Office, Policy
from desktop.rules.policies import PolicyRow, policy_row
from desktop.store.database import settings_of
from desktop.store.records import find
from desktop.store.tables import plain_table

NATIONAL: Final = "national"
"""The set that holds where no nearer one has a value."""

CHOSEN_SET: Final = "policy_set"
"""The setting that names the set of a place, such as chongqing, that the office goes by."""

_WORDS: Final = {"是": True, "否": False}


def policy_rows(session: Session, area: str = "") -> tuple[PolicyRow, ...]:
    """All records of policy with their values read, or those of one area (the part of the key before the first dot)."""
    table = plain_table(Policy)
    names = ("policy_set", "name", "meaning", "value", "unit", "from_year", "to_year", "source")
    query = select(*(table.c[name] for name in names)).where(table.c.deleted_at.is_(None))
    if area:
        query = query.where(table.c.name.startswith(f"{area}.", autoescape=True))
    return tuple(
        PolicyRow(
            policy_set=policy_set,
            key=name,
            label=meaning or name,
            value=read_value(value),
            unit=unit or "",
            from_year=from_year,
            until_year=to_year or 0,
            source=source or "",
        )
        for policy_set, name, meaning, value, unit, from_year, to_year, source in session.execute(query)
    )


def read_value(text: str) -> Any:  # noqa: ANN401 - a number, a word, or a list or table of these
    """The value of a policy as stored: JSON, 是 or 否, or else the text itself, as a clerk types it."""
    if text in _WORDS:
        return _WORDS[text]
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text


def policy_sets(session: Session) -> tuple[str, ...]:
    """The sets to look in, the nearest first: the office's own, its parent's, the chosen place's, the national one."""
    settings = settings_of(session)
    own = settings.get("office_code", "")
    parents = [record.content.get("parent_code") for record in find(session, Office, {"code": own}).values()]
    sets = (own, *parents, settings.get(CHOSEN_SET), NATIONAL)
    return tuple(dict.fromkeys(name for name in sets if name))


class Policies:
    """The policies of an office, each area of keys read once, when the first of it is asked for."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._by_key: dict[str, list[PolicyRow]] = {}
        self._areas: set[str] = set()

    @cached_property
    def _sets(self) -> tuple[str, ...]:
        return policy_sets(self._session)

    def row(self, key: str, year: int) -> PolicyRow:
        """The row in force, with its source. Raises RefusedError where no set has one."""
        area = key.partition(".")[0]
        if area not in self._areas:
            self._areas.add(area)
            for row in policy_rows(self._session, area):
                self._by_key.setdefault(row.key, []).append(row)
        return policy_row(self._by_key.get(key, ()), key, year, self._sets)

    def value(self, key: str, year: int) -> Any:  # noqa: ANN401
        """The value in force. Raises RefusedError where no set has one."""
        return self.row(key, year).value
