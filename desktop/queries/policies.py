"""The numbers and choices set by regulation, as this office's records of policy carry them."""

from typing import Any, Final

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop.models import Office, Policy
from desktop.models.local import Setting
from desktop.rules.policies import PolicyRow, policy_row
from desktop.store.records import find, load

NATIONAL: Final = "national"
"""The set that holds where no nearer one has a value."""

CHOSEN_SET: Final = "policy_set"
"""The setting that names the set of a place, such as chongqing, that the office goes by."""

_WORDS: Final = {"是": True, "否": False}


def policy_rows(session: Session) -> tuple[PolicyRow, ...]:
    """All records of policy with their values read."""
    return tuple(
        PolicyRow(
            policy_set=content["policy_set"],
            key=content["name"],
            label=content.get("meaning") or content["name"],
            value=read_value(content["value"]),
            unit=content.get("unit", ""),
            from_year=content["from_year"],
            until_year=content.get("to_year", 0),
            source=content.get("source", ""),
        )
        for content in (record.content for record in load(session, Policy).values())
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
    settings = {row.name: row.value for row in session.scalars(select(Setting))}
    own = settings.get("office_code", "")
    parents = [record.content.get("parent_code") for record in find(session, Office, {"code": own}).values()]
    sets = (own, *parents, settings.get(CHOSEN_SET), NATIONAL)
    return tuple(dict.fromkeys(name for name in sets if name))


class Policies:
    """The policies of an office read once, for queries that ask for many values."""

    def __init__(self, session: Session) -> None:
        rows = policy_rows(session)
        self._sets = policy_sets(session)
        self._by_key: dict[str, list[PolicyRow]] = {}
        for row in rows:
            self._by_key.setdefault(row.key, []).append(row)

    def row(self, key: str, year: int) -> PolicyRow:
        """The row in force, with its source. Raises RefusedError where no set has one."""
        return policy_row(self._by_key.get(key, ()), key, year, self._sets)

    def value(self, key: str, year: int) -> Any:  # noqa: ANN401
        """The value in force. Raises RefusedError where no set has one."""
        return self.row(key, year).value
