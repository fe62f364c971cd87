"""What becomes of each record of a package, entity by entity and a piece of the records at a time.

Entities come in the order of the package, each behind those it links to, so that a link is resolved when it is met:
by uid, then by the natural key of the linked record. Only the records that the package names are loaded; the cost
does not grow with what else the database holds, and the memory not with what the package holds.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from itertools import islice
from typing import Any

import orjson
from sqlalchemy.orm import Session

from desktop.exchange.attachments import pictured
from desktop.exchange.decided import told_decided
from desktop.exchange.differences import differences
from desktop.exchange.merge_judging import Judge
from desktop.exchange.merge_keys import Case, find_holders, key_here, key_sent, settle_keys
from desktop.exchange.merge_links import Links, links_itself
from desktop.exchange.merge_row import Dispute, MergeRow
from desktop.exchange.merge_stage import PIECE, Key, Sent, Stage
from desktop.exchange.plan import WRITTEN, Outcome
from desktop.exchange.record_lines import Incoming, shape_of, unpack_record
from desktop.exchange.rights import Rights
from desktop.exchange.settling import Decisions, digest_of
from desktop.models.base import Record, corrected_fields
from desktop.store.blobs import picture_fields
from desktop.store.records import Stored, load

_ACCEPTED = WRITTEN | {Outcome.SAME}
Lines = Callable[[], Iterable[Mapping[str, Any]]]
Names = dict[str, str]
Told = Callable[[int, str], None]
"""Told how many records are decided, and of what the last ones were; raises to stop."""
Numbered = tuple[int, Mapping[str, Any]]


class Decider:
    """The deciding of one package, entity after entity; what it finds goes to the stage."""

    def __init__(
        self, session: Session, stage: Stage, *, file: str, rights: Rights, decisions: Decisions, told: Told
    ) -> None:
        self._session = session
        self._stage = stage
        self._file = file
        self._rights = rights
        self._decisions = decisions
        self._told = told
        self._done = 0
        self._links = Links(session, stage, decisions.aliases)

    def decide(self, entity: type[Record], lines: Lines) -> Counter[Outcome]:
        """Decide all records of one entity; how many come to what. `lines` are read once or more."""
        if links_itself(entity):
            for piece in _pieces(enumerate(lines(), 1)):
                coming = [Sent(line["id"], "", here=True) for _number, line in piece if "deleted" not in line]
                self._stage.note_sent(entity.plural, coming)
        account: Counter[Outcome] = Counter()
        for piece in _pieces(enumerate(lines(), 1)):
            names, cases = self._judge(entity, piece)
            self._note_keys(entity, cases.values())
            self._keep(entity, names, cases)
            account.update(case.outcome for case in cases.values())
            self._done += len(piece)
            self._told(self._done, entity.label)
        contested = self._stage.contested(entity.plural)
        if contested:
            account.update(self._settle_contested(entity, lines, contested))
        self._order_movers(entity)
        return account

    def _judge(self, entity: type[Record], piece: list[Numbered]) -> tuple[Names, dict[int, Case]]:
        incoming = [unpack_record(entity, line) for _number, line in piece]
        known = load(self._session, entity, [each.uid for each in incoming], with_deleted=True)
        names = self._names(entity, incoming, known)
        unresolved = self._links.resolve(entity, incoming)
        touched = [each.uid for each in incoming if each.uid in known and _touches(entity, known[each.uid], each)]
        decided = {} if self._rights.down else told_decided(self._session, entity, touched, self._rights.own)
        judge = Judge(entity, self._rights, self._decisions, names, decided)
        cases = {}
        for (number, _line), each in zip(piece, incoming, strict=True):
            case = cases[number] = Case(each, known.get(each.uid), Outcome.SAME)
            judge.judge(case, unresolved)
            if case.disputed:
                judge.follow_decision(case)
        return names, cases

    def _names(self, entity: type[Record], incoming: Iterable[Incoming], known: Mapping[str, Stored]) -> Names:
        """What a clerk calls each record, its name, else that of the record it belongs to; and those it links to."""
        links = shape_of(entity).links
        contents = [each.content for each in incoming] + [each.content for each in known.values()]
        targets = {str(content[name]) for content in contents for name, _plural in links if name in content}
        names = {uid: each.name for uid, each in self._stage.sent(targets).items() if each.name}
        for each in incoming:
            stored = known.get(each.uid)
            content = stored.content if each.deleted and stored is not None else each.content
            owner = names.get(str(content.get(links[0][0]))) if links and "name" not in content else None
            names[each.uid] = owner or entity.called(content)
        return names

    def _note_keys(self, entity: type[Record], cases: Iterable[Case]) -> None:
        """Which natural keys the records would take, and who has them here."""
        if not entity.key:
            return
        written = [case for case in cases if case.outcome in WRITTEN]
        keys = [(case, key_sent(entity, case), key_here(entity, case)) for case in written]
        holders = find_holders(self._session, entity, [sent for _case, sent, held in keys if sent and sent != held])
        self._stage.note_keys(
            entity.plural,
            [
                Key(case.incoming.uid, _text(sent), _text(held), holders.get(sent) if sent else None)
                for case, sent, held in keys
            ],
        )

    def _settle_contested(self, entity: type[Record], lines: Lines, contested: set[str]) -> Counter[Outcome]:
        """Decide the records whose key is another one's, all at once; by how much that alters the account."""
        cases: dict[int, Case] = {}
        names: Names = {}
        for piece in _pieces(each for each in enumerate(lines(), 1) if each[1]["id"] in contested):
            some_names, some = self._judge(entity, piece)
            names |= some_names
            cases |= some
        before = Counter(case.outcome for case in cases.values())
        holders = {key.holder for key in self._stage.keys(entity.plural, contested).values() if key.holder}
        given_up = {
            uid: _key(key.taken)
            for uid, key in self._stage.keys(entity.plural, holders).items()
            if uid not in contested
        }
        settle_keys(self._session, entity, list(cases.values()), given_up)
        changed = {number: case for number, case in cases.items() if case.outcome not in WRITTEN}
        for case in changed.values():
            self._stage.drop_edit(entity.plural, case.incoming.uid)
        self._keep(entity, names, changed)
        after = Counter(case.outcome for case in cases.values())
        after.subtract(before)
        return after

    def _order_movers(self, entity: type[Record]) -> None:
        """Let whoever gives a key up be written before whoever takes it."""
        movers = {key.uid: key for key in self._stage.movers(entity.plural)}
        held = {key.held: uid for uid, key in movers.items()}
        placed: dict[str, None] = {}
        for uid in movers:
            chain: list[str] = []
            following: str | None = uid
            while following is not None and following not in placed and following not in chain:
                chain.append(following)
                taken = movers[following].taken
                following = held.get(taken) if taken is not None else None
            placed.update(dict.fromkeys(reversed(chain)))
        self._stage.set_turns(entity.plural, placed)

    def _keep(self, entity: type[Record], names: Names, cases: Mapping[int, Case]) -> None:
        """Put what was decided on the stage."""
        plural = entity.plural
        self._stage.note_sent(plural, [_sent(case, names) for case in cases.values()])
        rows = [
            self._row(entity, names, number, case) for number, case in cases.items() if case.outcome != Outcome.SAME
        ]
        self._stage.put_rows(rows)
        edits = [case.edit(entity) for case in cases.values() if case.outcome in WRITTEN]
        self._stage.add_edits(edits)
        if picture_fields(entity):
            accepted = [case.incoming for case in cases.values() if case.outcome in _ACCEPTED]
            named = (pictured(entity, each.uid, names[each.uid], each.content) for each in accepted)
            self._stage.note_pictures([picture for some in named for picture in some])

    def _row(self, entity: type[Record], names: Names, number: int, case: Case) -> MergeRow:
        uid, deleted = case.incoming.uid, case.incoming.deleted
        row = MergeRow(
            self._file,
            entity.label,
            number,
            case.outcome,
            name=names[uid],
            problems=case.problems,
            entity=entity.plural,
            uid=uid,
            is_deletion=deleted,
        )
        if case.known is not None and not deleted and case.known.deleted_at is None:
            row.changes = differences(entity, case.known.content, case.incoming.content, names, covered=True)
        if case.outcome is Outcome.CONFLICT and case.choices:
            row.dispute = self._dispute(entity, names, case)
        return row

    def _dispute(self, entity: type[Record], names: Names, case: Case) -> Dispute:
        """The two versions beside each other, numbers whole; of one entered twice, the one that holds the key."""
        here = case.known
        if case.rival:
            here = load(self._session, entity, (case.rival,))[case.rival]
        old = here.content if here is not None and here.deleted_at is None else {}
        values = differences(entity, old, case.incoming.content, names)
        question = "；".join(problem.text for problem in case.problems)
        return Dispute(question, tuple(values), case.choices, digest_of(entity, case), case.rival)


def _touches(entity: type[Record], known: Stored, incoming: Incoming) -> bool:
    """Whether what was decided about a record may fall with what is sent: it goes, or a sensitive field is another."""
    return incoming.deleted or bool(corrected_fields(entity, known.content, incoming.content))


def _sent(case: Case, names: Names) -> Sent:
    """A record as the links of later ones ask for it."""
    uid = case.incoming.uid
    if case.known is not None or case.outcome is Outcome.NEW:
        return Sent(uid, names[uid], here=True)
    return Sent(uid, names[uid], here=False, outcome=None if case.outcome is Outcome.SAME else case.outcome)


def _pieces(lines: Iterable[Numbered]) -> Iterator[list[Numbered]]:
    rest = iter(lines)
    return iter(partial(_some, rest), [])


def _some(rest: Iterator[Numbered]) -> list[Numbered]:
    return list(islice(rest, PIECE))


def _text(key: tuple[Any, ...] | None) -> str | None:
    return orjson.dumps(key).decode() if key is not None else None


def _key(text: str | None) -> tuple[Any, ...] | None:
    return tuple(orjson.loads(text)) if text is not None else None
