"""What becomes of one record of a package: the table "one writer per record"."""

from collections.abc import Iterable, Mapping

from desktop.errors import Problem
from desktop.exchange.differences import differences, tell
from desktop.exchange.merge_keys import Case
from desktop.exchange.merge_links import Unresolved
from desktop.exchange.plan import WRITTEN, Outcome, RowProblem
from desktop.exchange.record_lines import shape_of, value_problems
from desktop.exchange.rights import Rights
from desktop.exchange.settling import HERE, SENT, Decisions, digest_of
from desktop.models import Office
from desktop.models.base import Content, Record, corrected_fields
from desktop.models.regulation import SHIPPED
from desktop.store.records import Stored


class Judge:
    """The judging of some records of one entity; `names` says what they and those they link to are called.

    `decided` tells what this office has decided about those that the sender deleted or corrected.
    """

    def __init__(
        self,
        entity: type[Record],
        rights: Rights,
        decisions: Decisions,
        names: Mapping[str, str],
        decided: Mapping[str, str],
    ) -> None:
        self._entity = entity
        self._rights = rights
        self._sender = rights.sender
        self._branch = rights.branch
        self._decisions = decisions
        self._names = names
        self._decided = decided

    def judge(self, case: Case, unresolved: Unresolved) -> None:
        """Decide one record by what is here, what it says, and where its links lead."""
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
        elif self._entity is Office and not incoming.deleted and incoming.content.get("code") not in self._branch:
            text = f"单位 {incoming.content.get('code')} 不在报送单位 {self._sender} 之下，没有采用"
            case.settle(Outcome.REFUSED, text)
        elif known is None:
            case.outcome = Outcome.SAME if incoming.deleted else Outcome.NEW
        elif known.origin != incoming.origin:
            self._judge_foreign(case, known)
        else:
            self._judge_known(case, known)
        if case.outcome in WRITTEN and not incoming.deleted:
            self._check_content(case, unresolved.get(incoming.uid, ()))

    def _judge_known(self, case: Case, known: Stored) -> None:
        incoming = case.incoming
        gone = known.deleted_at is not None
        if gone and incoming.deleted:
            case.outcome = Outcome.SAME
        elif known.origin == SHIPPED:
            case.outcome = Outcome.SAME  # two programs ship it otherwise: an update brings it, no package
        elif incoming.revision > known.revision and incoming.deleted and incoming.uid in self._decided:
            told = self._decided[incoming.uid]
            text = f"报送单位已删除，但本单位已据此办理（{told}），没有删除；请与报送单位核实后裁定保留还是删除"
            case.dispute(text, HERE, SENT)
        elif incoming.revision > known.revision:
            case.outcome = Outcome.CHANGED
            if not gone and incoming.uid in self._decided:
                case.problems = [self._decided_before(case, known)]
        elif incoming.revision < known.revision:
            text = (
                f"数据包里是第 {incoming.revision} 版，本单位已有第 {known.revision} 版，没有采用；"
                "报送单位可能恢复过旧备份"
            )
            case.settle(Outcome.STALE, text)
        elif gone != incoming.deleted or known.content != incoming.content:
            text = f"双方都是第 {known.revision} 版，内容却不同（{self._tell(case)}），没有采用；请与报送单位核对"
            case.dispute(text, HERE, SENT)

    def _decided_before(self, case: Case, known: Stored) -> RowProblem:
        """A decision made on an older revision stands, and a person is told to look at it (package.md 2.13)."""
        names = corrected_fields(self._entity, known.content, case.incoming.content)
        labels = "、".join(shape_of(self._entity).fields[name].label for name in names)
        text = (
            f"{labels}已改，本单位此前已据第 {known.revision} 版办理（{self._decided[case.incoming.uid]}），"
            "办理结果不变；请核对是否受影响"
        )
        return RowProblem(names[0], text)

    def _judge_foreign(self, case: Case, known: Stored) -> None:
        """The record is known, but from another office than the package says."""
        incoming = case.incoming
        if self._rights.was_given_away(known, incoming):
            text = f"已移交单位 {known.origin}，报送单位 {self._sender} 还在报送，没有采用；请其收取上级的移交决定"
            case.settle(Outcome.STALE, text)
        elif self._rights.changes_hands(known, incoming):
            case.outcome = Outcome.CHANGED
        elif self._entity.shared:
            self._judge_shared(case, known)
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

    def _judge_shared(self, case: Case, known: Stored) -> None:
        """What several offices name: from above it counts, from below it must not contradict."""
        gone, incoming = known.deleted_at is not None, case.incoming
        if incoming.deleted or (not gone and _says_no_more(incoming.content, known.content)):
            return
        if self._rights.down:
            case.outcome = Outcome.CHANGED
            return
        text = f"单位 {known.origin} 登记的内容不同（{self._tell(case)}），保留本单位现有内容；请核对以哪个为准"
        if known.origin == self._rights.own and not gone:
            case.dispute(text, HERE, SENT)
        else:
            case.settle(Outcome.CONFLICT, text)

    def _tell(self, case: Case) -> str:
        """In what the two versions differ, for a sentence."""
        known, incoming = case.known, case.incoming
        deleted = known is None or known.deleted_at is not None or incoming.deleted
        changes = (
            []
            if deleted or known is None
            else differences(self._entity, known.content, incoming.content, self._names, covered=True)
        )
        return tell(changes, deleted=deleted)

    def follow_decision(self, case: Case) -> None:
        """Let a decision about exactly these two versions count."""
        decided = self._decisions.of(digest_of(self._entity, case))
        if decided is None:
            return
        if decided["kept"] == HERE:
            case.problems = [RowProblem("", f"已裁定保留本单位的内容：{decided['reason']}")]
            case.choices = ()
        elif decided["kept"] == SENT:
            case.outcome, case.problems = Outcome.CHANGED, []
            case.takes_over = case.known is not None and case.known.origin != case.incoming.origin

    def _check_content(self, case: Case, unresolved: Iterable[tuple[str, Outcome]]) -> None:
        problems = value_problems(self._entity, case.incoming.content)
        if problems:
            case.outcome = Outcome.INVALID
            case.problems = [self._name_problem(case, problem) for problem in problems]
            return
        known = shape_of(self._entity).fields
        for name, outcome in unresolved:
            if outcome is Outcome.CONFLICT:
                case.settle(Outcome.CONFLICT, f"所属的{known[name].label}有待核对，这一条也没有采用", name)
            else:
                text = f"所属的{known[name].label}没有采用，或不在数据包里，本单位也没有，这一条也没有采用"
                case.settle(Outcome.INVALID, text, name)

    def _name_problem(self, case: Case, problem: Problem) -> RowProblem:
        """A sentence with record, field and value."""
        name = problem.field
        text = problem.text
        known = shape_of(self._entity).fields.get(name)
        value = case.incoming.content.get(name)
        if known is not None and value is not None and str(value) not in text:
            text = f"{text}（{known.label}“{value}”）"
        return RowProblem(name, f"{self._entity.label}“{self._names[case.incoming.uid]}”：{text}")


def _says_no_more(incoming: Content, known: Content) -> bool:
    """Whether all that a sender says of a record that another office writes is known here already."""
    return all(known.get(name) == value for name, value in incoming.items())
