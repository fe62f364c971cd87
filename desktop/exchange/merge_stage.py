"""What a merge knows of a package while it is decided and until it is carried out: on disk, not in memory.

A package may hold 500,000 records; a plan of them in memory would take a gigabyte. The stage is a database without a
name that SQLite keeps in a temporary file which is gone when it is closed, or when the program dies. Only counts and
the order of rows stand in memory.
"""

import sqlite3
import weakref
from array import array
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from threading import Lock
from typing import Any, Final, overload

import orjson
from sqlalchemy.orm import Session

from desktop.exchange.attachments import Pictured
from desktop.exchange.merge_row import MergeRow, pack_edit, pack_row, unpack_edit, unpack_row
from desktop.exchange.plan import Outcome, join
from desktop.models import BY_PLURAL
from desktop.models.base import Record
from desktop.store.records import Edit, load

PIECE: Final = 500
"""Records in memory at once."""

GONE, CHANGED, FRESH = range(3)
"""In this order the edits of one entity are carried out: a key is given up before it is taken."""

_PAGE: Final = 100
_PAGES: Final = 4
_TABLES: Final = """
PRAGMA temp_store = FILE;
PRAGMA journal_mode = OFF;
PRAGMA cache_size = -4096;
BEGIN;
CREATE TABLE sent (uid TEXT, entity TEXT, name TEXT, here INTEGER, outcome TEXT,
                   PRIMARY KEY (uid, entity)) STRICT, WITHOUT ROWID;
CREATE TABLE rows (number INTEGER PRIMARY KEY, entity TEXT, uid TEXT, told INTEGER, row BLOB,
                   UNIQUE (entity, uid)) STRICT;
CREATE TABLE edits (entity TEXT, uid TEXT, step INTEGER, turn INTEGER, edit BLOB,
                    PRIMARY KEY (entity, uid)) STRICT, WITHOUT ROWID;
CREATE INDEX turns ON edits (entity, step, turn, uid);
CREATE TABLE keys (entity TEXT, uid TEXT, taken TEXT, held TEXT, holder TEXT,
                   PRIMARY KEY (entity, uid)) STRICT, WITHOUT ROWID;
CREATE INDEX taken ON keys (entity, taken);
CREATE TABLE pictures (sha256 TEXT, entity TEXT, uid TEXT, name TEXT, field TEXT) STRICT;
"""


@dataclass(frozen=True, slots=True)
class Sent:
    """One record of the package as later ones ask for it: what it is called, whether it will be here, else why not."""

    uid: str
    name: str
    here: bool
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True)
class Key:
    """The natural key that a record would take, the one it has here now, and who else holds the first one here."""

    uid: str
    taken: str | None
    held: str | None
    holder: str | None


class Stage:
    """The temporary tables of one plan; usable from any thread, by one at a time."""

    def __init__(self) -> None:
        self._connection = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        weakref.finalize(self, self._connection.close)
        self._lock = Lock()
        self._connection.executescript(_TABLES)

    def settle(self) -> None:
        """Let go of the memory that deciding needed."""
        self._connection.executescript("PRAGMA cache_size = -256; PRAGMA shrink_memory;")

    def _ask(self, query: str, *values: object) -> list[Any]:
        with self._lock:
            return self._connection.execute(query, values).fetchall()

    def _put(self, query: str, rows: Iterable[Sequence[object]]) -> None:
        with self._lock:
            self._connection.executemany(query, rows)

    # Records and links

    def note_sent(self, entity: str, records: Iterable[Sent]) -> None:
        """Remember records for the links of later ones."""
        rows = [(each.uid, entity, each.name, int(each.here), each.outcome) for each in records]
        self._put("INSERT OR REPLACE INTO sent VALUES (?, ?, ?, ?, ?)", rows)

    def sent(self, uids: Collection[str], entity: str | None = None) -> dict[str, Sent]:
        """Those of some records that the package has, of any entity or of one, by uid."""
        query = "SELECT uid, name, here, outcome FROM sent WHERE uid IN (SELECT value FROM json_each(?))"
        if entity is None:
            rows = self._ask(query, _json(uids))
        else:
            rows = self._ask(f"{query} AND entity = ?", _json(uids), entity)
        return {row[0]: Sent(row[0], row[1], bool(row[2]), Outcome(row[3]) if row[3] else None) for row in rows}

    # Rows

    def put_rows(self, rows: Iterable[MergeRow]) -> None:
        """Keep rows; the one of a record that has one already takes its place."""
        values = [(row.entity, row.uid, int(bool(row.problems)), pack_row(row)) for row in rows]
        self._put(
            "INSERT INTO rows (entity, uid, told, row) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (entity, uid) DO UPDATE SET told = excluded.told, row = excluded.row",
            values,
        )

    def row_of(self, entity: str, uid: str) -> MergeRow | None:
        """The row of one record, if it has one."""
        found = self._ask("SELECT row FROM rows WHERE entity = ? AND uid = ?", entity, uid)
        return unpack_row(found[0][0]) if found else None

    def numbers(self, *, told_first: bool) -> "array[int]":
        """The numbers of all rows in the order in which they are shown."""
        query = "SELECT number FROM rows ORDER BY CASE WHEN ? THEN 1 - told ELSE 0 END, number"
        with self._lock:
            return array("q", (row[0] for row in self._connection.execute(query, (told_first,))))

    def rows_at(self, numbers: Sequence[int]) -> list[MergeRow]:
        """The rows of some numbers, in that order."""
        query = "SELECT number, row FROM rows WHERE number IN (SELECT value FROM json_each(?))"
        found = dict(self._ask(query, orjson.dumps(list(numbers)).decode()))
        return [unpack_row(found[number]) for number in numbers]

    def told(self) -> Iterator[MergeRow]:
        """The rows with a problem, one after the other."""
        last = 0
        while some := self._ask(
            "SELECT number, row FROM rows WHERE told AND number > ? ORDER BY number LIMIT ?", last, _PAGE
        ):
            last = some[-1][0]
            yield from (unpack_row(row) for _number, row in some)

    def has_told(self) -> bool:
        """Whether any row has a problem."""
        return bool(self._ask("SELECT 1 FROM rows WHERE told LIMIT 1"))

    # Edits

    def add_edits(self, edits: Iterable[Edit]) -> None:
        """Keep edits; one of the same record takes the place of the one that is here."""
        rows = [(edit.entity.plural, edit.uid, _step(edit), 0, pack_edit(edit)) for edit in edits]
        self._put("INSERT OR REPLACE INTO edits VALUES (?, ?, ?, ?, ?)", rows)

    def drop_edit(self, entity: str, uid: str) -> None:
        """Forget the edit of a record that will not be taken."""
        self._put("DELETE FROM edits WHERE entity = ? AND uid = ?", [(entity, uid)])

    def has_edits(self) -> bool:
        """Whether anything is to be written."""
        return bool(self._ask("SELECT 1 FROM edits LIMIT 1"))

    def edits(self, session: Session, entity: type[Record]) -> Iterator[list[Edit]]:
        """The edits of one entity in the order in which they can be written, a piece at a time."""
        last: tuple[int, int, str] = (-1, 0, "")
        query = (
            "SELECT step, turn, uid, edit FROM edits WHERE entity = ? AND (step, turn, uid) > (?, ?, ?)"
            " ORDER BY step, turn, uid LIMIT ?"
        )
        while some := self._ask(query, entity.plural, *last, PIECE):
            last = some[-1][:3]
            here = load(session, entity, [row[2] for row in some], with_deleted=True)
            for _step, rows in groupby(some, key=itemgetter(0)):  # what is written in one go inserts before it updates
                yield [unpack_edit(entity, uid, edit, here.get(uid)) for _step, _turn, uid, edit in rows]

    def join_edits(self, edits: Iterable[Edit]) -> None:
        """Keep edits that no record of the package brought; with one that it brought they become one."""
        for edit in edits:
            query = "SELECT edit FROM edits WHERE entity = ? AND uid = ?"
            found = self._ask(query, edit.entity.plural, edit.uid)
            here = [join(edit, unpack_edit(edit.entity, edit.uid, row[0], edit.before)) for row in found]
            self.add_edits(here or [edit])

    # Keys

    def note_keys(self, entity: str, keys: Iterable[Key]) -> None:
        """Remember the natural keys of records that would be written."""
        rows = [(entity, key.uid, key.taken, key.held, key.holder) for key in keys]
        self._put("INSERT OR REPLACE INTO keys VALUES (?, ?, ?, ?, ?)", rows)

    def contested(self, entity: str) -> set[str]:
        """The records whose new key another one has, here or in the package."""
        query = (
            "SELECT uid FROM keys WHERE entity = ?1 AND taken IS NOT NULL AND taken IS NOT held AND (holder IS NOT NULL"
            " OR taken IN (SELECT taken FROM keys WHERE entity = ?1 AND taken IS NOT held"
            " GROUP BY taken HAVING count(*) > 1))"
        )
        return {row[0] for row in self._ask(query, entity)}

    def keys(self, entity: str, uids: Collection[str]) -> dict[str, Key]:
        """The keys of some records that would be written."""
        query = "SELECT uid, taken, held, holder FROM keys WHERE entity = ? AND uid IN (SELECT value FROM json_each(?))"
        return {row[0]: Key(*row) for row in self._ask(query, entity, _json(uids))}

    def movers(self, entity: str) -> list[Key]:
        """The records known here that change their key."""
        query = (
            "SELECT uid, taken, held, holder FROM keys JOIN edits USING (entity, uid)"
            " WHERE entity = ? AND step = ? AND taken IS NOT held ORDER BY uid"
        )
        return [Key(*row) for row in self._ask(query, entity, CHANGED)]

    def set_turns(self, entity: str, uids: Iterable[str]) -> None:
        """Let some edits be carried out in this order, behind those of their step that have no turn."""
        rows = [(turn, entity, uid) for turn, uid in enumerate(uids, 1)]
        self._put("UPDATE edits SET turn = ? WHERE entity = ? AND uid = ?", rows)

    # Attachments

    def note_pictures(self, pictures: Iterable[Pictured]) -> None:
        """Remember what accepted records name as their attachments."""
        rows = [(each.sha256, each.entity.plural, each.uid, each.name, each.field) for each in pictures]
        self._put("INSERT INTO pictures VALUES (?, ?, ?, ?, ?)", rows)

    def picture_names(self, entity: str = "") -> list[str]:
        """The hashes of all attachments that accepted records name, or those of one entity, in order."""
        query = "SELECT DISTINCT sha256 FROM pictures WHERE ? IN ('', entity) ORDER BY sha256"
        return [row[0] for row in self._ask(query, entity)]

    def pictures(self, names: Collection[str]) -> list[Pictured]:
        """Who names some of the attachments."""
        query = "SELECT entity, uid, name, field, sha256 FROM pictures WHERE sha256 IN (SELECT value FROM json_each(?))"
        return [Pictured(BY_PLURAL[row[0]], *row[1:]) for row in self._ask(query, _json(names))]


class StagedRows(Sequence[MergeRow]):
    """The rows of a plan, read when they are asked for; pages that were just looked at stay."""

    def __init__(self, stage: Stage, *, told_first: bool = False) -> None:
        self._stage = stage
        self._numbers = stage.numbers(told_first=told_first)
        self._pages: dict[int, list[MergeRow]] = {}

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, place: int) -> MergeRow: ...
    @overload
    def __getitem__(self, place: slice) -> list[MergeRow]: ...
    def __getitem__(self, place: int | slice) -> MergeRow | list[MergeRow]:
        if isinstance(place, slice):
            return self._stage.rows_at(self._numbers[place])
        number = range(len(self))[place]
        return self._page(number // _PAGE)[number % _PAGE]

    def __iter__(self) -> Iterator[MergeRow]:
        for start in range(0, len(self), _PAGE):
            yield from self[start : start + _PAGE]

    def _page(self, page: int) -> list[MergeRow]:
        if page not in self._pages:
            if len(self._pages) == _PAGES:
                del self._pages[next(iter(self._pages))]
            self._pages[page] = self[page * _PAGE : (page + 1) * _PAGE]
        return self._pages[page]


def _step(edit: Edit) -> int:
    if edit.content is None:
        return GONE
    return FRESH if edit.before is None else CHANGED


def _json(values: Iterable[str]) -> str:
    return orjson.dumps(list(values)).decode()
