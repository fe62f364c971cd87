"""Merging a lower office's package: what it would do, record by record, and the carrying out of it as one Act.

    plan_merge(store, path, *, identity, accept_new_epoch=False) -> MergePlan
    carry_out_merge(store, plan, operator) -> int   (records written)

Everything is done on a copy in this computer's quarantine. Order comes from counters, never from clocks.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from sqlalchemy.orm import Session
from uuid_utils import uuid7

from desktop.archive import LIMITS, Header, Identity, check_start, inspect, open_archive, take_in
from desktop.archive.form import HEADER, MANIFEST
from desktop.archive.strict import Opened
from desktop.errors import PackageRefused, RefusedError
from desktop.exchange.branch import sender_branch
from desktop.exchange.cards import CHILD, known_cards, own_card
from desktop.exchange.keys import KeyCard, check_code, fingerprint
from desktop.exchange.merge_keys import order_edits
from desktop.exchange.merge_rows import MERGE_OUTCOMES, Decider, MergeRow
from desktop.exchange.package import KIND, SCHEMA, SECTIONS, Signers, cards_beside
from desktop.exchange.plan import Outcome, Plan, newest_act
from desktop.models import ANNUAL, BY_PLURAL
from desktop.models.base import Record
from desktop.store.bulk import without_collector
from desktop.store.database import Store
from desktop.store.records import Edit, load, write_edits
from desktop.store.streams import MERGE, Arrived, advance, closed_epochs, state_of

_INBOX: Final = "inbox"


@dataclass(slots=True)
class MergePlan(Plan):
    """What merging a package would do: a row for every record that is not the same, and the account per entity.

    `key_confirmed` is False for a sender whose card only lies beside the package: then the plan may be looked at but
    not carried out, and `fingerprint` is what is to be compared with the stamped page. `assumed` holds what is told
    about the package as a whole.
    """

    header: Header = field(kw_only=True)
    card: KeyCard = field(kw_only=True)
    manifest: Mapping[str, Any] = field(kw_only=True)
    key_confirmed: bool = field(kw_only=True)
    known_already: bool = field(kw_only=True)
    account: dict[str, Counter[Outcome]] = field(kw_only=True, default_factory=dict)

    @property
    def fingerprint(self) -> str:
        """Eight groups of five digits of the sender's card."""
        return fingerprint(self.card)

    @property
    def check_code(self) -> str:
        """Twelve digits, to compare the package by telephone."""
        return check_code(self.header.manifest)

    @property
    def arrived(self) -> Arrived:
        """The package as it is counted in its stream."""
        return _arrived(self.header)

    def counts(self, outcomes: Iterable[Outcome] = MERGE_OUTCOMES) -> dict[str, int]:
        """All records of the package by outcome, those without a row included."""
        total = sum(self.account.values(), Counter[Outcome]())
        return {str(outcome): total[outcome] for outcome in outcomes}

    def counts_by_entity(self) -> dict[str, dict[str, int]]:
        """Records of each entity by outcome: `{"teachers": {"new": 203, "changed": 0, …}, …}`."""
        return {
            plural: {str(outcome): self.account.get(plural, Counter())[outcome] for outcome in MERGE_OUTCOMES}
            for plural in SECTIONS
        }

    def told_rows(self) -> list[MergeRow]:
        """The rows that must be listed by name with the reason: all that are neither new, changed nor the same."""
        return [row for row in self.rows if isinstance(row, MergeRow) and row.problems]

    def account_lines(self) -> list[str]:
        """The balanced account as text, one line per entity that the package has."""
        return [
            f"{BY_PLURAL[plural].label}：收到 {some.total()} 条 = "
            + " + ".join(f"{_WORDS[outcome]} {some[outcome]}" for outcome in MERGE_OUTCOMES)
            for plural, some in self.account.items()
        ]

    def as_json(self) -> dict[str, Any]:
        """The plan as `package merge --json` prints it."""
        return dict(self.counts_by_entity())


_WORDS: Final = {
    Outcome.NEW: "新增",
    Outcome.CHANGED: "有变更",
    Outcome.SAME: "无变化",
    Outcome.STALE: "旧版",
    Outcome.CONFLICT: "待核对",
    Outcome.REFUSED: "拒收",
    Outcome.INVALID: "不合规定",
}


def plan_merge(store: Store, path: Path, *, identity: Identity, accept_new_epoch: bool = False) -> MergePlan:
    """Decide what merging a package would do; nothing is written but a copy that is gone at the end.

    Raises PackageRefused with the member that failed a check, or with what stands against this package: an older
    one, another of the same number, a leap, or (unless `accept_new_epoch`) a sender that has restored a backup.
    """
    own = own_card(store, identity)
    with _quarantined(store, path) as copy, without_collector(), store.read() as session:
        signers = Signers([own, *known_cards(session, CHILD)], list(cards_beside(path)))
        found = inspect(copy, signers)
        card = signers.card(found.header.signer)
        assert card is not None
        told = _check_turn(session, found.header, store.office_code, accept_new_epoch=accept_new_epoch)
        keys = [identity.receiving]
        with closing(open_archive(copy, keys=keys, signers=signers, entities=SECTIONS, kinds=(KIND,))) as opened:
            _check_schema(opened)
            plan = MergePlan(
                f"合并 {card.name} {opened.manifest.get('year')} 年度上报第 {found.header.seq} 次",
                assumed=told,
                last_act=newest_act(session),
                header=found.header,
                card=card,
                manifest=opened.manifest,
                key_confirmed=found.header.signer in signers.confirmed,
                known_already=state_of(session, found.header.sender, found.header.stream) == _arrived(found.header),
            )
            _decide(session, store.office_code, plan, opened, path.name)
    return plan


def _arrived(header: Header) -> Arrived:
    return Arrived(header.sender, header.stream, header.epoch, header.seq, header.manifest)


@contextmanager
def _quarantined(store: Store, path: Path) -> Iterator[Path]:
    """A copy of the package on this computer, so that nothing changes after it was checked."""
    check_start(path)
    inbox = store.folder / _INBOX
    inbox.mkdir(exist_ok=True)
    copy = inbox / f"{uuid7()}.cpkg"
    take_in(path, copy)
    try:
        yield copy
    finally:
        copy.unlink(missing_ok=True)


def _check_turn(session: Session, header: Header, own: str, *, accept_new_epoch: bool) -> list[str]:
    """Whether it is this package's turn in its stream; what is to be told about it."""
    if header.sender == own:
        raise PackageRefused("own", "这是本单位自己生成的数据包，不用合并。请选择下级单位的数据包。", member=HEADER)
    if header.recipient != own:
        text = f"这个数据包是报给 {header.recipient} 的，不是报给本单位 {own} 的，没有采用。请与报送单位核对。"
        raise PackageRefused("recipient", text, member=HEADER)
    state = state_of(session, header.sender, header.stream)
    if state is None:
        return []
    if state.epoch != header.epoch:
        return _check_epoch(session, header, accepted=accept_new_epoch)
    return _check_seq(header, state)


def _check_epoch(session: Session, header: Header, *, accepted: bool) -> list[str]:
    if header.epoch in closed_epochs(session, header.sender, header.stream):
        text = (
            f"报送单位 {header.sender} 已改用新的数据库，这个数据包出自旧的数据库，没有采用。请向该单位要最新的数据包。"
        )
        raise PackageRefused("closed-epoch", text, member=HEADER)
    if not accepted:
        text = (
            f"报送单位 {header.sender} 恢复过备份或换了电脑（数据库标识变为 {header.epoch}），还没有采用。"
            "请先打电话核实，再确认后合并。"
        )
        raise PackageRefused("new-epoch", text, member=HEADER)
    return [f"报送单位恢复过备份或换了电脑，已确认改收其新数据库（{header.epoch}）的数据包"]


def _check_seq(header: Header, state: Arrived) -> list[str]:
    if header.seq == state.seq and header.manifest != state.manifest_hash:
        text = (
            f"警告：报送单位 {header.sender} 有两个内容不同的第 {header.seq} 次数据包，可能有两台电脑在用同一份数据。"
            "没有采用，请立即向该单位核实。"
        )
        raise PackageRefused("fork", text, member=MANIFEST)
    if header.seq < state.seq:
        text = f"这是第 {header.seq} 次的数据包，本单位已收到第 {state.seq} 次，没有采用。请选择最新的数据包。"
        raise PackageRefused("older", text, member=HEADER)
    if header.seq > state.seq + LIMITS.sequence_jump:
        text = f"次数从第 {state.seq} 次跳到第 {header.seq} 次，不合常理，暂不采用。请向报送单位核实。"
        raise PackageRefused("jump", text, member=HEADER)
    if header.seq == state.seq:
        return [f"第 {header.seq} 次数据包已经合并过，再次核对"]
    missed = header.seq - state.seq - 1
    return [f"中间有 {missed} 次数据包没有收到，已由这一次代替"] if missed else []


def _check_schema(opened: Opened) -> None:
    schema: dict[str, Any] = opened.manifest.get("schema", {})
    year = opened.manifest.get("year")
    right = type(schema) is dict and all(type(schema.get(name)) is int for name in SCHEMA)
    if not right or type(year) is not int or opened.header.stream != f"{KIND}/{year}":
        raise PackageRefused("manifest-fields", f"数据包的 {MANIFEST} 没有写明年度或格式，已拒收。", member=MANIFEST)
    if schema["major"] > SCHEMA["major"]:
        text = f"这个数据包由更新的程序（{opened.header.app}）生成，本机程序版本较旧，不能读取。请先升级本机程序。"
        raise PackageRefused("newer", text, member=MANIFEST)


def _decide(session: Session, own: str, plan: MergePlan, opened: Opened, file: str) -> None:
    announced = {
        str(line.get("code")): str(line.get("parent_code", ""))
        for line in opened.records(ANNUAL[0].plural)
        if "deleted" not in line
    }
    sender = plan.header.sender
    branch = sender_branch(session, own=own, sender=sender, announced=announced)
    decider = Decider(session, file=file, sender=sender, branch=branch)
    for entity in ANNUAL:
        if entity.plural in opened.counts:
            account, rows = decider.decide(entity, opened.records(entity.plural))
            assert account.total() == opened.counts[entity.plural]
            plan.account[entity.plural] = account
            plan.rows += rows


def carry_out_merge(store: Store, plan: MergePlan, operator: str) -> int:
    """Write what is new and changed as one Act and advance the stream; returns how many records were written.

    Raises RefusedError if the sender's key is not confirmed, if the data changed since the plan was made, or if what
    stands in the database afterwards is not what the package says; then nothing is written.
    """
    if not plan.key_confirmed:
        raise RefusedError(
            f"“{plan.card.name}”的密钥卡还没有确认，没有合并；请把核对码 {plan.fingerprint} "
            "与该单位盖章的密钥页逐组核对，确认密钥卡后再合并"
        )
    with without_collector(), store.write(plan.title, kind=MERGE, operator=operator) as session:
        if newest_act(session) != plan.last_act:
            raise RefusedError("预览之后数据又有改动，没有合并；请重新选择数据包，再看一次预览")
        edits = plan.written_edits()
        if plan.known_already and not edits:
            return 0
        written = 0
        for entity in ANNUAL:
            written += _write(session, entity, [edit for edit in edits if edit.entity is entity])
        advance(session, plan.arrived)
    return written


def _write(session: Session, entity: type[Record], edits: list[Edit]) -> int:
    """Write the edits of one entity and compare what stands there with what the package says."""
    count = sum(write_edits(session, step) for step in order_edits(entity, edits) if step)
    stored = load(session, entity, [edit.uid for edit in edits], with_deleted=True)
    for edit in edits:
        record = stored[edit.uid]
        content = record.content if record.deleted_at is None else None
        if (content, record.revision, record.origin) != (edit.content, edit.revision, edit.origin):
            raise RefusedError(f"{entity.label} {edit.uid} 写入后与数据包不一致，已全部退回，没有合并；请报告开发者")
    if count != len(edits):
        raise RefusedError(f"{entity.label}应写入 {len(edits)} 条，实际 {count} 条，已全部退回，没有合并")
    return count


__all__ = ["MergePlan", "carry_out_merge", "plan_merge"]
