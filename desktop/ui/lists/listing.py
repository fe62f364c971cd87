"""One loaded list: its rows, the names around them, the texts it is searched by. Made in a Job."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from desktop.collation import pinyin_searches
from desktop.fields import children_of, fields_of
from desktop.kinds import CitizenIdNumber, Kind, Link, PersonName, Phone, Text
from desktop.models.base import Record
from desktop.queries.directory import Directory
from desktop.queries.listing import ListColumn, ListRow, columns, rows, sort_key
from desktop.store.database import Store
from desktop.ui.jobs import Progress

_MARK = "\n"
"""Before every word of a search text, so that typed letters are compared with beginnings."""


@dataclass(slots=True)
class Listing:
    """The rows of an entity at a day; `searches` belongs to `rows` one by one and comes later than they do."""

    entity: type[Record]
    columns: tuple[ListColumn, ...]
    rows: list[ListRow]
    names: Directory
    searches: list[str] = field(default_factory=list)
    choices: dict[str, list[tuple[object, str, int]]] = field(default_factory=dict)
    """For each column of the filter bar its values with text and count, in the order in which lists sort them."""
    place_of: dict[str, int] = field(init=False)
    """The place of each record among the rows, by uid."""

    def __post_init__(self) -> None:
        self.place_of = {row.stored.uid: place for place, row in enumerate(self.rows)}

    def candidates(self, plural: str) -> dict[str, str]:
        """The texts by which records of another entity are named in a form, by uid."""
        return {uid: self.names.text(plural, uid) for uid in self.names.records(plural)}


def load_listing(store: Store, entity: type[Record], day: date, filters: Sequence[str] = ()) -> Listing:
    """Read a list with everything that showing it asks for; afterwards no session is needed."""
    with store.read() as session:
        found = rows(session, entity, day=day)
        names = found[0].names if found else Directory(session)
        for kind in _kinds(entity):
            if isinstance(kind, Link):
                names.text(kind.entity, "")
        names.text("teachers", "")
        listing = Listing(entity, columns(entity), found, names)
        listing.choices = {each.name: _values(found, each) for each in listing.columns if each.name in filters}
    return listing


def _values(found: Sequence[ListRow], column: ListColumn) -> list[tuple[object, str, int]]:
    """The values of a column with text and count; None for rows without value, last."""
    counts: dict[object, int] = {}
    first: dict[object, ListRow] = {}
    for each in found:
        value = each.values.get(column.name)
        counts[value] = counts.get(value, 0) + 1
        first.setdefault(value, each)
    ordered = sorted((value for value in first if value is not None), key=lambda value: sort_key(column, first[value]))
    told: list[tuple[object, str, int]] = [(value, first[value].text(column), counts[value]) for value in ordered]
    return [*told, (None, "", counts[None])] if None in counts else told


def _kinds(entity: type[Record]) -> Iterable[Kind]:
    yield from (each.kind for each in columns(entity))
    for child in children_of(entity):
        yield from (each.kind for each in fields_of(child.line))


def make_searches(listing: Listing, progress: Progress) -> list[str]:
    """The search text of every row: what is written, pinyin and initials of names, the last four of the number."""
    shown = [column for column in listing.columns if column.listed or column.name == "name_reading"]
    found = []
    for number, row in enumerate(listing.rows):
        if number % 500 == 0:
            progress.check()
        found.append(_MARK + _MARK.join(dict.fromkeys(_words(row, shown))))
    return found


def _words(row: ListRow, shown: Sequence[ListColumn]) -> Iterable[str]:
    for column in shown:
        text = row.text(column)
        if not text:
            continue
        yield text.lower()
        if isinstance(column.kind, CitizenIdNumber | Phone):
            yield text[-4:].lower()
        if column.name == "name_reading":
            parts = text.lower().split()
            yield "".join(parts)
            yield "".join(part[0] for part in parts)
        elif isinstance(column.kind, PersonName | Link) or (column.name == "name" and isinstance(column.kind, Text)):
            yield from pinyin_searches(text)


def needle_of(word: str) -> str:
    """What a search text must hold for a typed word: letters and digits begin a word of it, characters stand in it."""
    return _MARK + word if word.isascii() else word


def sorted_rows(listing: Listing, column: ListColumn, *, falling: bool) -> list[int]:
    """The places of all rows in the order of a column; rows without value last."""
    present = [place for place, row in enumerate(listing.rows) if column.name in row.values]
    absent = [place for place, row in enumerate(listing.rows) if column.name not in row.values]
    present.sort(key=lambda place: sort_key(column, listing.rows[place]), reverse=falling)
    return present + absent
