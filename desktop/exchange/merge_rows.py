"""What becomes of each record of a package: the table "one writer per record", entity by entity.

Entities come in the order of the package, each behind those it links to, so that a link is resolved when it is met:
by uid, then by the natural key of the linked record. Only the records that the package names are loaded; the cost
does not grow with what else the database holds.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from desktop.errors import Problem
from desktop.exchange.attachments import Pictured, pictured
from desktop.exchange.differences import differences, tell
from desktop.exchange.merge_keys import Case, find_holders, settle_keys
from desktop.exchange.plan import WRITTEN, Outcome, PlanRow, RowProblem
from desktop.exchange.record_lines import Incoming, shape_of, unpack_record, value_problems
from desktop.exchange.rights import Rights
from desktop.exchange.settling import HERE, SENT, Decisions, Dispute, digest_of
from desktop.models import BY_PLURAL, Office
from desktop.models.base import Content, Record, key_of
from desktop.store.blobs import picture_fields
from desktop.store.records import Stored, among, load
from desktop.store.tables import plain_table

MERGE_OUTCOMES: Final = (
    Outcome.NEW,
    Outcome.CHANGED,
    Outcome.SAME,
    Outcome.STALE,
    Outcome.CONFLICT,
    Outcome.REFUSED,
    Outcome.INVALID,
)
"""What a record of a package can come to; the account balances over these."""
_ACCEPTED: Final = WRITTEN | {Outcome.SAME}


@dataclass(slots=True)
class MergeRow(PlanRow):
    """One record of a package: its entity and uid beside what every row of a plan has."""

    entity: str = ""
    uid: str = ""
    dispute: Dispute | None = None


class Decider:
    """The deciding of one package, entity after entity; remembers what will be here for the links of later ones."""

    def __init__(self, session: Session, *, file: str, rights: Rights, decisions: Decisions) -> None:
        self._session = session
        self._file = file
        self._rights = rights
        self._sender = rights.sender
        self._branch = rights.branch
        self._decisions = decisions
        self._here: dict[str, set[str]] = {}
        """By entity, the uids of the package that are here once it is merged."""
        self._missing: dict[str, Outcome] = {}
        """The uids of the package that will not be here, and why."""
        self._names: dict[str, str] = {}
        self.pictures: list[Pictured] = []
        """What the records that are here once it is merged name as their attachments."""

    def decide(
        self, entity: type[Record], lines: Iterable[Mapping[str, Any]]
    ) -> tuple[Counter[Outcome], list[MergeRow]]:
        """Decide all records of one entity: how many come to what, and a row for each that is not the same."""
        incoming = [unpack_record(entity, line) for line in lines]
        known = load(self._session, entity, [each.uid for each in incoming], with_deleted=True)
        self._note_names(entity, incoming, known)
        unresolved = self._resolve_links(entity, incoming)
        cases = [Case(each, known.get(each.uid), Outcome.SAME) for each in incoming]
        for case in cases:
            self._judge(entity, case, unresolved)
        settle_keys(self._session, entity, cases)
        for case in cases:
            if case.outcome is Outcome.CONFLICT and case.disputed:
                self._follow_decision(entity, case)
        self._remember(entity, cases)
        rows = [self._row(entity, number, case) for number, case in enumerate(cases, 1) if case.outcome != Outcome.SAME]
        return Counter(case.outcome for case in cases), rows

    def _note_names(self, entity: type[Record], incoming: Iterable[Incoming], known: Mapping[str, Stored]) -> None:
        """What a clerk calls each record: its name, else that of the record it belongs to."""
        links = shape_of(entity).links
        for each in incoming:
            stored = known.get(each.uid)
            content = stored.content if each.deleted and stored is not None else each.content
            owner = self._names.get(str(content.get(links[0][0]))) if links and "name" not in content else None
            self._names[each.uid] = owner or entity.called(content)

    def _remember(self, entity: type[Record], cases: Iterable[Case]) -> None:
        here = self._here.setdefault(entity.plural, set())
        for case in cases:
            if case.known is not None or (case.outcome is Outcome.NEW):
                here.add(case.incoming.uid)
            elif case.outcome is not Outcome.SAME:
                self._missing[case.incoming.uid] = case.outcome
            if case.outcome in _ACCEPTED and picture_fields(entity):
                uid = case.incoming.uid
                self.pictures += pictured(entity, uid, self._names[uid], case.incoming.content)

    # Links

    def _resolve_links(self, entity: type[Record], incoming: list[Incoming]) -> dict[str, list[tuple[str, Outcome]]]:
        """Point links at records that are here; by uid of the record, the required links that point nowhere."""
        unresolved: dict[str, list[tuple[str, Outcome]]] = {}
        known = shape_of(entity).fields
        for name, plural in shape_of(entity).links:
            here = self._here.get(plural, set())
            if plural == entity.plural:
                here = {each.uid for each in incoming if not each.deleted}
            wanting = [each for each in incoming if name in each.content and each.content[name] not in here]
            found = self._find_targets(BY_PLURAL[plural], name, wanting)
            for each in wanting:
                target = each.content[name]
                if target in found:
                    each.content[name] = found[target]
                elif known[name].required:
                    unresolved.setdefault(each.uid, []).append((name, self._missing.get(target, Outcome.INVALID)))
        return unresolved

    def _find_targets(self, target: type[Record], name: str, wanting: list[Incoming]) -> dict[str, str]:
        """Where links lead that no record of the package answers: by uid what is here, then by natural key."""
        uids = {each.content[name] for each in wanting if type(each.content[name]) is str}
        aliases = {uid: self._decisions.aliases[uid] for uid in uids if uid in self._decisions.aliases}
        found = {uid: uid for uid in _existing(self._session, target, uids)}
        kept = _existing(self._session, target, set(aliases.values()))
        found.update((uid, kept_uid) for uid, kept_uid in aliases.items() if kept_uid in kept)
        keys: dict[str, tuple[Any, ...]] = {}
        for each in wanting:
            key = key_of(target, each.keys.get(name, {}))
            uid = each.content[name]
            # Whether a person who was not taken is the one with that number is not decided yet: nothing is hung on him.
            awaits = uid in self._missing and not target.shared
            if key is not None and all(type(part) in (str, int) for part in key) and uid not in found and not awaits:
                keys[uid] = key
        holders = find_holders(self._session, target, keys.values())
        found.update((uid, holders[key]) for uid, key in keys.items() if key in holders)
        return found

    # The table

    def _judge(self, entity: type[Record], case: Case, unresolved: Mapping[str, list[tuple[str, Outcome]]]) -> None:
        incoming, known = case.incoming, case.known
        if incoming.problems:
            case.outcome = Outcome.INVALID
            case.problems = [RowProblem(each.field, each.text) for each in incoming.problems]
        elif not self._rights.may_send(incoming):
            text = f"由单位 {incoming.origin} 登记，它不是报送单位 {self._sender} 或其下属单位，没有采用"
            case.settle(Outcome.REFUSED, text)
        elif known is None and incoming.uid in self._decisions.aliases:
            text = "已认定与本单位另一条是同一个，以那一条为准，这一条没有采用"
            case.settle(Outcome.STALE, text)
        elif entity is Office and not incoming.deleted and incoming.content.get("code") not in self._branch:
            text = f"单位 {incoming.content.get('code')} 不在报送单位 {self._sender} 之下，没有采用"
            case.settle(Outcome.REFUSED, text)
        elif known is None:
            case.outcome = Outcome.SAME if incoming.deleted else Outcome.NEW
        elif known.origin != incoming.origin:
            self._judge_foreign(entity, case, known)
        else:
            self._judge_known(entity, case, known)
        if case.outcome in WRITTEN and not incoming.deleted:
            self._check_content(entity, case, unresolved.get(incoming.uid, ()))

    def _judge_known(self, entity: type[Record], case: Case, known: Stored) -> None:
        incoming = case.incoming
        gone = known.deleted_at is not None
        if gone and incoming.deleted:
            case.outcome = Outcome.SAME
        elif incoming.revision > known.revision:
            case.outcome = Outcome.CHANGED
        elif incoming.revision < known.revision:
            text = (
                f"数据包里是第 {incoming.revision} 版，本单位已有第 {known.revision} 版，没有采用；"
                "报送单位可能恢复过旧备份"
            )
            case.settle(Outcome.STALE, text)
        elif gone != incoming.deleted or known.content != incoming.content:
            text = (
                f"双方都是第 {known.revision} 版，内容却不同（{self._tell(entity, case)}），没有采用；请与报送单位核对"
            )
            case.dispute(text, HERE, SENT)

    def _judge_foreign(self, entity: type[Record], case: Case, known: Stored) -> None:
        """The record is known, but from another office than the package says."""
        incoming = case.incoming
        if self._rights.was_given_away(known, incoming):
            text = f"已移交单位 {known.origin}，报送单位 {self._sender} 还在报送，没有采用；请其收取上级的移交决定"
            case.settle(Outcome.STALE, text)
        elif self._rights.changes_hands(known, incoming):
            case.outcome = Outcome.CHANGED
        elif entity.shared:
            self._judge_shared(entity, case, known)
        elif known.origin in self._branch:
            text = f"原由单位 {known.origin} 登记，数据包里改为 {incoming.origin}，没有采用；请与报送单位核对"
            case.settle(Outcome.CONFLICT, text)
        elif incoming.revision < known.revision:
            text = (
                f"已由单位 {known.origin} 接管（第 {known.revision} 版），数据包里是第 {incoming.revision} 版，没有采用"
            )
            case.settle(Outcome.STALE, text)
        else:
            text = f"本单位已有这条记录，由单位 {known.origin} 登记，报送单位 {self._sender} 不能修改，没有采用"
            case.settle(Outcome.REFUSED, text)

    def _judge_shared(self, entity: type[Record], case: Case, known: Stored) -> None:
        """What several offices name: from above it counts, from below it must not contradict."""
        gone, incoming = known.deleted_at is not None, case.incoming
        if incoming.deleted or (not gone and _says_no_more(incoming.content, known.content)):
            return
        if self._rights.down:
            case.outcome = Outcome.CHANGED
            return
        text = f"单位 {known.origin} 登记的内容不同（{self._tell(entity, case)}），保留本单位现有内容；请核对以哪个为准"
        if known.origin == self._rights.own and not gone:
            case.dispute(text, HERE, SENT)
        else:
            case.settle(Outcome.CONFLICT, text)

    def _tell(self, entity: type[Record], case: Case) -> str:
        """In what the two versions differ, for a sentence."""
        known, incoming = case.known, case.incoming
        deleted = known is None or known.deleted_at is not None or incoming.deleted
        changes = [] if deleted or known is None else differences(entity, known.content, incoming.content, self._names)
        return tell(changes, deleted=deleted)

    # What a person decided

    def _follow_decision(self, entity: type[Record], case: Case) -> None:
        """Let a decision about exactly these two versions count."""
        decided = self._decisions.of(digest_of(entity, case))
        if decided is None:
            return
        if decided["kept"] == HERE:
            case.problems = [RowProblem("", f"已裁定保留本单位的内容：{decided['reason']}")]
            case.choices = ()
        elif decided["kept"] == SENT:
            case.outcome, case.problems = Outcome.CHANGED, []
            case.takes_over = case.known is not None and case.known.origin != case.incoming.origin

    def _check_content(self, entity: type[Record], case: Case, unresolved: Iterable[tuple[str, Outcome]]) -> None:
        problems = value_problems(entity, case.incoming.content)
        if problems:
            case.outcome = Outcome.INVALID
            case.problems = [self._name_problem(entity, case, problem) for problem in problems]
            return
        known = shape_of(entity).fields
        for name, outcome in unresolved:
            if outcome is Outcome.CONFLICT:
                case.settle(Outcome.CONFLICT, f"所属的{known[name].label}有待核对，这一条也没有采用", name)
            else:
                text = f"所属的{known[name].label}没有采用，或不在数据包里，本单位也没有，这一条也没有采用"
                case.settle(Outcome.INVALID, text, name)

    def _name_problem(self, entity: type[Record], case: Case, problem: Problem) -> RowProblem:
        """A sentence with record, field and value."""
        name = problem.field
        text = problem.text
        known = shape_of(entity).fields.get(name)
        value = case.incoming.content.get(name)
        if known is not None and value is not None and str(value) not in text:
            text = f"{text}（{known.label}“{value}”）"
        return RowProblem(name, f"{entity.label}“{self._names[case.incoming.uid]}”：{text}")

    def _row(self, entity: type[Record], number: int, case: Case) -> MergeRow:
        uid = case.incoming.uid
        row = MergeRow(
            self._file,
            entity.label,
            number,
            case.outcome,
            name=self._names[uid],
            problems=case.problems,
            entity=entity.plural,
            uid=uid,
        )
        if case.outcome in WRITTEN:
            row.edits = [case.edit(entity)]
        if case.known is not None and not case.incoming.deleted and case.known.deleted_at is None:
            row.changes = differences(entity, case.known.content, case.incoming.content, self._names)
        if case.outcome is Outcome.CONFLICT and case.choices:
            row.dispute = self._dispute(entity, case)
        return row

    def _dispute(self, entity: type[Record], case: Case) -> Dispute:
        """The two versions beside each other; of one entered twice, the one that holds the key."""
        here = case.known
        if case.rival:
            here = load(self._session, entity, (case.rival,))[case.rival]
        old = here.content if here is not None and here.deleted_at is None else {}
        values = differences(entity, old, case.incoming.content, self._names)
        question = "；".join(problem.text for problem in case.problems)
        return Dispute(question, tuple(values), case.choices, digest_of(entity, case), case.rival)


def _says_no_more(incoming: Content, known: Content) -> bool:
    """Whether all that a sender says of a record that another office writes is known here already."""
    return all(known.get(name) == value for name, value in incoming.items())


def _existing(session: Session, entity: type[Record], uids: Collection[str]) -> set[str]:
    column = plain_table(entity).c.uid
    return set(session.scalars(select(column).where(among(column, uids))))
