"""One loaded list: a column of plain values for everything that is shown, filtered or searched. Made in a Job."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from heapq import merge
from importlib import import_module
from typing import Any, Final

from desktop.fields import children_of, fields_of
from desktop.kinds import CitizenIdNumber, Kind, Link, Packed, PersonName, Phone, Text
from desktop.models import Teacher
from desktop.models.base import Record
from desktop.queries.columnar import PlainRow, first_people, plain_rows
from desktop.queries.columns import ANSWER
from desktop.queries.directory import Directory
from desktop.queries.listing import ListColumn, cell_text, columns, sort_key
from desktop.store.database import Store
from desktop.ui.jobs import Progress
from desktop.ui.lists.search import SearchIndex, text_of

_STEP: Final = 2_000
"""Rows that are sorted at once: a sort of all would keep the window from being painted meanwhile."""

_FIRST: Final = 200
"""So many rows are shown at once where reading them all takes more than a moment."""

_MANY: Final = 3_000
"""Only lists of more than so many records are begun with the first rows."""

_SHARED_BY: Final = 8
"""A column is searched by its values, not row by row, where so many rows or more have one value."""

_DIFFERENT: Final = frozenset({"name", "id_number", "mobile"})
"""Columns whose values hardly ever come twice."""

_ALWAYS: Final = ("name", "name_reading", "id_number", "school", "teacher", "appointment", ANSWER.name)
"""Columns by which people look for a record, shown or not; the last gives each row its light."""


@dataclass
class Listing:
    """The rows of an entity at a day. A place is a row's number for good; `order` has the places in office order."""

    entity: type[Record]
    day: date
    names: Directory
    values: dict[str, list[Packed | None]]
    uids: list[str] = field(default_factory=list)
    order: list[int] = field(default_factory=list)
    index: SearchIndex | None = None
    choices: dict[str, list[tuple[object, str, int]]] = field(default_factory=dict)
    """For each column of the filter bar its values with text and count, in the order in which lists sort them."""
    place_of: dict[str, int] = field(default_factory=dict)
    """The place of each record, by uid."""
    gone: set[int] = field(default_factory=set)
    """The places of records that were deleted since."""
    is_in_order: bool = False
    """Whether places rise with the office's order."""
    is_whole: bool = True
    """Whether all rows are there, and not only the first ones."""
    _keys: list[Any] = field(default_factory=list)
    _same: dict[Any, Any] = field(default_factory=dict)
    """Every value that many rows may have, once: a hundred thousand copies of one subject take megabytes."""

    @property
    def columns(self) -> tuple[ListColumn, ...]:
        """Every column that the list could show."""
        return columns(self.entity)

    def text(self, place: int, column: ListColumn, *, masked: bool = False) -> str:
        """The text of one cell."""
        return cell_text(column, self.values[column.name][place], self.names, masked=masked)

    def text_of(self, uid: str, name: str) -> str:
        """The text of a record under a column of a name; empty where the list does not have both."""
        column = next((each for each in self.columns if each.name == name and name in self.values), None)
        return self.text(self.place_of[uid], column) if column is not None and uid in self.place_of else ""

    def take(self, rows: Iterable[PlainRow]) -> list[int]:
        """Take in rows, new ones and others for known records; returns their places. `order` is not touched."""
        taken = []
        same = self._same.setdefault
        for row in rows:
            place = self.place_of.get(row.uid)
            if place is None:
                place = self.place_of[row.uid] = len(self.uids)
                self.uids.append(row.uid)
                self._keys.append(())
                for values in self.values.values():
                    values.append(None)
            self._keys[place] = tuple(same(part, part) for part in row.place[:-1]) + row.place[-1:]
            for (name, values), value in zip(self.values.items(), row.values, strict=True):
                values[place] = value if name in _DIFFERENT else same(value, value)
            taken.append(place)
        return taken

    def arrange(self, progress: Progress) -> None:
        """Bring all rows into the office's order; places then rise with it, until records are added."""
        order = sorted_in_steps(range(len(self.uids)), self._keys.__getitem__, progress)
        self.uids = [self.uids[place] for place in order]
        self._keys = [self._keys[place] for place in order]
        for name, values in self.values.items():
            progress.check()
            self.values[name] = [values[place] for place in order]
        self.order = list(range(len(order)))
        self.place_of = dict(zip(self.uids, self.order, strict=True))  # the same numbers, not a hundred thousand more
        self.is_in_order = True

    def put(self, uids: Collection[str], rows: Iterable[PlainRow], names: Directory) -> None:
        """Show a few records as they are now; those of `uids` that `rows` does not have are gone."""
        self.names = names
        self.is_in_order = False
        self.gone.update(self.place_of[uid] for uid in uids if uid in self.place_of)
        self.order = [place for place in self.order if place not in self.gone]
        for place in self.take(rows):
            self.gone.discard(place)
            self.order.insert(bisect_left(self.order, self._keys[place], key=self._keys.__getitem__), place)
            if self.index is not None:
                self.index.put(place, text_of(words_of(self, place)))


def wanted_columns(entity: type[Record], shown: Collection[str]) -> tuple[str, ...]:
    """The columns to load: those shown, and those that people search by."""
    return tuple(each.name for each in columns(entity) if each.name in shown or each.name in _ALWAYS)


def _listed(entity: type[Record]) -> list[str]:
    """What a list shows of which nothing else is said."""
    return [each.name for each in columns(entity) if each.listed]


def load_beginning(
    store: Store, entity: type[Record], day: date, progress: Progress, *, shown: Collection[str]
) -> Listing | None:
    """The first rows of a list that takes long to read as a whole; None where it does not."""
    if entity is not Teacher:
        return None
    names = wanted_columns(entity, shown or _listed(entity))
    with store.read() as session:
        known = Directory(session)
        uids = first_people(session, known, least=_FIRST, of_more_than=_MANY)
        if not uids:
            return None
        directory, found = plain_rows(session, entity, names, day, uids=uids, known=known)
        listing = Listing(entity, day, directory, {name: [] for name in names}, is_whole=False)
        _fill(listing, found, progress)
    return listing


def _fill(listing: Listing, rows: Iterator[PlainRow], progress: Progress) -> None:
    """Take in all rows in the office's order, and the names that showing them asks for."""
    listing.take(_watched(rows, progress))
    for plural in linked_plurals(listing.entity):
        listing.names.text(plural, "")
    listing.arrange(progress)


def load_listing(
    store: Store,
    entity: type[Record],
    day: date,
    progress: Progress,
    *,
    shown: Collection[str],
    filters: Sequence[str] = (),
    also: Collection[str] = (),
) -> Listing:
    """Read a list with everything that showing it asks for; afterwards no session is needed."""
    names = wanted_columns(entity, {*(shown or _listed(entity)), *filters, *also})
    with store.read() as session:
        directory, found = plain_rows(session, entity, names, day)
        listing = Listing(entity, day, directory, {name: [] for name in names})
        _fill(listing, found, progress)
    listing.choices = {each.name: _values(listing, each) for each in listing.columns if each.name in filters}
    return listing


def read_some(store: Store, listing: Listing, uids: Collection[str]) -> tuple[list[PlainRow], Directory]:
    """A few records of a list as they are now."""
    with store.read() as session:
        names, rows = plain_rows(
            session, listing.entity, tuple(listing.values), listing.day, uids=uids, known=listing.names
        )
        found = list(rows)
        for plural in linked_plurals(listing.entity):
            names.text(plural, "")
    return found, names


def _watched(rows: Iterator[PlainRow], progress: Progress) -> Iterator[PlainRow]:
    for number, each in enumerate(rows):
        if number % 200 == 0:
            progress.check()
        yield each


def linked_plurals(entity: type[Record]) -> set[str]:
    """The entities whose names a list and its form show."""
    kinds: list[Kind] = [each.kind for each in columns(entity)]
    for child in children_of(entity):
        kinds += [each.kind for each in fields_of(child.line)]
    return {kind.entity for kind in kinds if isinstance(kind, Link)}


def _values(listing: Listing, column: ListColumn) -> list[tuple[object, str, int]]:
    """The values of a column with text and count; None for rows without value, last."""
    counts = Counter(listing.values[column.name])
    none = counts.pop(None, 0)
    ordered = sorted(counts, key=lambda value: sort_key(column, value, listing.names))
    told: list[tuple[object, str, int]] = [
        (value, cell_text(column, value, listing.names), counts[value]) for value in ordered
    ]
    return [*told, (None, "", none)] if none else told


def make_index(listing: Listing, progress: Progress) -> SearchIndex:
    """The index of all rows; to be taken into the listing when it is whole."""
    index = SearchIndex()
    own: list[tuple[ListColumn, list[Packed | None]]] = []
    shared: list[tuple[ListColumn, list[Packed | None]]] = []
    for column in listing.columns:
        values = listing.values.get(column.name)
        if values is not None:
            progress.check()
            (shared if len(set(values)) * _SHARED_BY <= len(values) else own).append((column, values))
    known: dict[tuple[str, Packed], str] = {}
    for place in range(len(listing.uids)):
        if place % 100 == 0:
            progress.check()
        texts = []
        for column, values in shared:
            packed = values[place]
            if packed is not None:
                text = known.get((column.name, packed))
                if text is None:
                    text = known[column.name, packed] = text_of(_words(listing, column, packed))
                texts.append(text)
        index.add(text_of(word for column, values in own for word in _words(listing, column, values[place])), texts)
    return index


def words_of(listing: Listing, place: int) -> Iterator[str]:
    """What a row is found by: its texts, pinyin and initials of names, the last four of numbers."""
    for column in listing.columns:
        if column.name in listing.values:
            yield from _words(listing, column, listing.values[column.name][place])


def _words(listing: Listing, column: ListColumn, packed: Packed | None) -> Iterator[str]:
    if packed is None:
        return
    text = cell_text(column, packed, listing.names)
    yield text.lower()
    if isinstance(column.kind, CitizenIdNumber | Phone):
        yield text[-4:].lower()
    if column.name == "name_reading":
        parts = text.lower().split()
        yield "".join(parts)
        yield "".join(part[0] for part in parts)
    elif isinstance(column.kind, PersonName | Link) or (column.name == "name" and isinstance(column.kind, Text)):
        yield from import_module("desktop.collation").pinyin_searches(text)


def sorted_rows(listing: Listing, column: ListColumn, *, falling: bool, progress: Progress) -> list[int]:
    """The places of all rows in the order of a column, people by pinyin; rows without value last."""
    values = listing.values[column.name]
    pinyin_key: Callable[[str], Any] = import_module("desktop.collation").pinyin_key
    keys: dict[Packed | None, Any] = {}
    for number, value in enumerate(values):
        if number % 200 == 0:
            progress.check()
        if value not in keys:
            is_name = isinstance(column.kind, PersonName)
            keys[value] = pinyin_key(str(value)) if is_name else sort_key(column, value, listing.names)
    present = [place for place in listing.order if values[place] is not None]
    absent = [place for place in listing.order if values[place] is None]
    return sorted_in_steps(present, lambda place: keys[values[place]], progress, falling=falling) + absent


def sorted_in_steps(
    places: Sequence[int], key: Callable[[int], Any], progress: Progress, *, falling: bool = False
) -> list[int]:
    """The places sorted, in steps between which the window can be painted."""
    parts = []
    for start in range(0, len(places), _STEP):
        progress.check()
        parts.append(sorted(places[start : start + _STEP], key=key, reverse=falling))
    found = []
    for number, place in enumerate(merge(*parts, key=key, reverse=falling)):
        if number % 200 == 0:
            progress.check()
        found.append(place)
    return found
