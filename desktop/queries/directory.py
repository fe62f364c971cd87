"""The names by which people know records that others link to, and the records that a written name may mean."""

from collections.abc import Iterable, Mapping

from sqlalchemy.orm import Session

from desktop.models import BY_PLURAL, Teacher
from desktop.models.base import Content
from desktop.queries.naming import CALLED_BY, LADDERS
from desktop.rules.characters import plain
from desktop.rules.documents import normalise_document_number
from desktop.rules.names import normalise_name
from desktop.store.records import Stored, load
from desktop.store.scan import scan

_Index = dict[str, dict[str, None]]
"""The uids, in order and each once, by the spelling of a name."""


class Directory:
    """Names of records by entity, read once for each entity that is asked for."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._records: dict[str, dict[str, Stored]] = {}
        self._fetched: dict[str, dict[str, Stored]] = {}
        self._texts: dict[str, dict[str, str]] = {}
        self._index: dict[str, tuple[_Index, _Index]] = {}

    def records(self, plural: str) -> dict[str, Stored]:
        """All records of an entity that are not deleted, by uid."""
        if plural not in self._records:
            self._records[plural] = load(self._session, BY_PLURAL[plural])
        return self._records[plural]

    def fetch(self, plural: str, uids: Iterable[str]) -> None:
        """Read some records, so that `content` and `name` know these without reading all of their entity."""
        known = self._fetched.setdefault(plural, {})
        known.update(load(self._session, BY_PLURAL[plural], [uid for uid in uids if uid not in known]))

    def confine(self, plural: str, uids: Iterable[str]) -> None:
        """Know no other records of an entity than these: what a form about one person may point to."""
        self._records[plural] = load(self._session, BY_PLURAL[plural], list(uids))

    def content(self, plural: str, uid: object) -> Content:
        """The content of one record; empty if the link leads nowhere."""
        known = self._records.get(plural) or self._fetched.get(plural)
        record = (self.records(plural) if known is None else known).get(str(uid))
        return record.content if record is not None else {}

    def name(self, plural: str, uid: object) -> str:
        """The plain name: a person's name, a school's name, the number of a cohort's document; empty if unknown."""
        content = self.content(plural, uid)
        if not content:
            return ""
        if plural in CALLED_BY and CALLED_BY[plural][0] in content:
            link, linked = CALLED_BY[plural]
            return self.name(linked, content[link])
        return BY_PLURAL[plural].called(content)

    def renewed(self, session: Session, plural: str) -> "Directory":
        """The same names for another session, without those of one entity that may have changed since."""
        fresh = Directory(session)
        fresh._records = {each: found for each, found in self._records.items() if each != plural}
        fresh._fetched = {each: dict(found) for each, found in self._fetched.items() if each != plural}
        fresh._texts = {each: texts for each, texts in self._texts.items() if each != plural}
        return fresh

    def texts(self, plural: str) -> Mapping[str, str]:
        """The texts of all records of an entity, by uid."""
        return self._all_texts(plural)

    def text(self, plural: str, uid: object) -> str:
        """The name with as much beside it as tells the record from all others; the uid itself if nothing does."""
        return self._all_texts(plural).get(str(uid), str(uid))

    def find(self, plural: str, text: str) -> tuple[str, ...]:
        """The uids of the records that a written text may mean: none, one, or several of one name."""
        exact, loose = self._names_of(plural)
        key = _key(plural, text)
        return tuple(exact.get(key) or loose.get(key) or ())

    def announce(self, plural: str, uid: str, name: str) -> None:
        """Have a name found whose record an import is about to make."""
        _, loose = self._names_of(plural)
        loose.setdefault(_key(plural, name), {})[uid] = None

    def _names_of(self, plural: str) -> tuple[_Index, _Index]:
        if plural not in self._index:
            self._index[plural] = self._make_index(plural)
        return self._index[plural]

    def _all_texts(self, plural: str) -> dict[str, str]:
        if plural not in self._texts:
            ladders: Mapping[str, tuple[str, ...]]
            if plural == "teachers" and plural not in self._records:
                found = scan(self._session, Teacher, ("name", "id_number", "birth_date"))
                ladders = {record.uid: LADDERS[plural](self, record.content) for record in found}
            else:
                ladders = {uid: self._ladder(plural, uid) for uid in self.records(plural)}
            self._texts[plural] = _shortest_unique(ladders)
        return self._texts[plural]

    def _ladder(self, plural: str, uid: str) -> tuple[str, ...]:
        """The texts for a record, from the shortest; the first that no other record has is taken."""
        if plural in LADDERS:
            return LADDERS[plural](self, self.content(plural, uid))
        return (self.name(plural, uid),)

    def _make_index(self, plural: str) -> tuple[_Index, _Index]:
        exact: _Index = {}
        loose: _Index = {}
        for uid in self.records(plural):
            for text in (self.text(plural, uid), uid):
                exact.setdefault(_key(plural, text), {})[uid] = None
            for name in self._other_names(plural, uid):
                loose.setdefault(_key(plural, name), {})[uid] = None
        return exact, loose

    def _other_names(self, plural: str, uid: str) -> tuple[str, ...]:
        content = self.content(plural, uid)
        lines = content.get("names", ()) if plural == "schools" else ()
        keys = (content.get("id_number", ""),) if plural == "teachers" else ()
        names = (self.name(plural, uid), *self._ladder(plural, uid), *(line["name"] for line in lines), *keys)
        return tuple(name for name in names if name)


def _key(plural: str, text: str) -> str:
    """The spelling under which a written name is looked up."""
    if plural == "teachers":
        text = normalise_name(text)
    if plural in ("cohorts", "appointments"):
        text = normalise_document_number(text)
    return plain(text)


def _shortest_unique(ladders: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    counts: dict[str, int] = {}
    for ladder in ladders.values():
        for text in dict.fromkeys(ladder):
            counts[text] = counts.get(text, 0) + 1
    return {uid: next((text for text in ladder if counts[text] == 1), uid) for uid, ladder in ladders.items()}
