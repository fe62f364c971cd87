"""All policies of an office in a year: the row in force of each, whose it is, and every other row of the same key."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from desktop.codes import shipped_policies, table
from desktop.errors import RefusedError
from desktop.models import Office
from desktop.models.regulation import OPEN_START
from desktop.queries.offices import COUNTY_TIER, own_office, tier_words
from desktop.queries.policies import NATIONAL, policy_rows, policy_sets
from desktop.rules.policies import PolicyRow, policy_row
from desktop.rules.policy_texts import Shape, policy_text
from desktop.store.database import settings_of
from desktop.store.records import find

OWN: Final = "本单位"
_COUNTY: Final = "区县级"
"""What the shipped texts say for the tier that counties and districts call otherwise."""


@dataclass(frozen=True, slots=True)
class Said:
    """One row of policy as people read it: what it settles and value in the local words, who said it, years."""

    row: PolicyRow
    label: str
    value: str
    whose: str

    @property
    def is_own(self) -> bool:
        """Whether this office wrote it."""
        return self.whose == OWN

    @property
    def years(self) -> str:
        """起止年度: 2011 年起, 1999—2010 年, or 长期."""
        first = self.row.from_year if self.row.from_year > OPEN_START else 0
        last = self.row.until_year
        if first and last:
            return f"{first} 年" if first == last else f"{first}—{last} 年"
        return f"{first} 年起" if first else f"至 {last} 年" if last else "长期"


@dataclass(frozen=True, slots=True)
class PolicyInForce:
    """One thing that is regulated: its area, the row in force, all its rows with the nearest first, what it may be."""

    area: str
    now: Said
    every: tuple[Said, ...]
    shape: Shape


def policies_in_force(session: Session, year: int) -> list[PolicyInForce]:
    """What is regulated in a year, in the order in which the program ships it; what only this place has comes last."""
    sets = policy_sets(session)
    whose = _whose(session, sets)
    county = tier_words(own_office(session))[COUNTY_TIER]
    shipped = {row.key: row for row in reversed(shipped_policies())}
    by_key: dict[str, list[PolicyRow]] = {row.key: [] for row in shipped_policies() if row.policy_set == NATIONAL}
    for row in policy_rows(session):
        if row.policy_set in whose:
            by_key.setdefault(row.key, []).append(row)
    found = []
    for key, rows in by_key.items():
        try:
            now = policy_row(rows, key, year, sets)
        except RefusedError:
            continue  # nothing is regulated in that year
        rows.sort(key=lambda row: (sets.index(row.policy_set), -row.from_year))
        like = shipped.get(key, now)
        values = [policy_text(row.value, like.choices).replace(_COUNTY, county) for row in rows]
        label = now.label.replace(_COUNTY, county)
        every = tuple(Said(row, label, value, whose[row.policy_set]) for row, value in zip(rows, values, strict=True))
        found.append(PolicyInForce(_area(key), every[rows.index(now)], every, _shape(like, now)))
    return found


def policy_of(session: Session, key: str, year: int) -> PolicyInForce:
    """One of them. Raises RefusedError where none is in force."""
    for each in policies_in_force(session, year):
        if each.now.row.key == key:
            return each
    raise RefusedError(f"政策参数“{key}”在{year}年没有设定")


def _whose(session: Session, sets: Sequence[str]) -> dict[str, str]:
    """What each set that counts here is called: this office, an upper one by name, a place, the nation."""
    places, own = table("policy_set"), settings_of(session).get("office_code", "")
    names: dict[str, str] = {}
    for name in sets:
        offices = find(session, Office, {"code": name}).values()
        known = places.label(name) if name in places.codes else f"上级 {name}"
        names[name] = OWN if name == own else next((str(each.content["name"]) for each in offices), known)
    return names


def _area(key: str) -> str:
    area, areas = key.partition(".")[0], table("policy_area")
    return areas.label(area) if area in areas.codes else area


def _shape(shipped: PolicyRow, now: PolicyRow) -> Shape:
    """What a value may be: as the one in force, and with the choices and words that the program ships."""
    tables = [table(name) for name in shipped.words]

    def knows(word: str) -> bool:
        return any(each.find(word) is not None for each in tables)

    words = tuple(dict.fromkeys(entry.label for each in tables for entry in each.entries))
    return Shape(now.value, now.unit, shipped.choices, knows if tables else None, words)
