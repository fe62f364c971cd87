"""Merging a lower office's package: what it would do, record by record, and the carrying out of it as one Act.

    plan_merge(store, path, *, identity, accept_new_epoch=False) -> MergePlan
    carry_out_merge(store, plan, operator) -> int   (records written)

Both read a package of any size a piece at a time; what was decided waits on disk (`merge_stage.py`).

Everything is done on a copy in this computer's quarantine. Order comes from counters, never from clocks.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final

from sqlalchemy.orm import Session
from uuid_utils import uuid7

from desktop.archive import FoundPackage, Header, Identity, check_start, inspect, open_archive, take_in
from desktop.archive.form import newer
from desktop.archive.parts import HEADER, MANIFEST
from desktop.archive.strict import Opened
from desktop.errors import PackageRefused, RefusedError
from desktop.exchange.answers import note_taken
from desktop.exchange.attachments import keep, put_aside
from desktop.exchange.branch import branch_of, held_parents
from desktop.exchange.cards import CHILD, PARENT, apply_revocations, keep_card, known_cards, own_card
from desktop.exchange.desks import told_areas
from desktop.exchange.heads import told_heads
from desktop.exchange.keys import KeyCard
from desktop.exchange.lifting import SCHEMA, Lifted
from desktop.exchange.merge_plan import MergePlan, arrived_of
from desktop.exchange.merge_row import MergeRow
from desktop.exchange.merge_rows import Decider
from desktop.exchange.merge_stage import Stage
from desktop.exchange.moves import give_away
from desktop.exchange.outbox import Step, quiet
from desktop.exchange.plan import WRITTEN, Outcome, RowProblem, newest_act
from desktop.exchange.provisional import give_way
from desktop.exchange.quarantine import release_volumes
from desktop.exchange.rights import Rights, rights_in
from desktop.exchange.scope import told_scope
from desktop.exchange.settling import Decisions
from desktop.exchange.signers import Signers, Trust, signers_for
from desktop.exchange.streams import BY_KIND, DOWN, UP, Stream, check_turn
from desktop.exchange.volumes import collect
from desktop.fields import field_named
from desktop.models import BY_PLURAL, Appointment, ArchiveScan
from desktop.models.base import Record
from desktop.models.local import KnownCard, OutboxEntry
from desktop.store.bulk import without_collector
from desktop.store.database import Store
from desktop.store.records import Edit, load, write_edits
from desktop.store.streams import MERGE, advance, state_of

_INBOX: Final = "inbox"
_NO_DISK: Final = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)
_VERBS: Final = {UP: "合并", DOWN: "接收"}


def plan_merge(
    store: Store,
    path: Path,
    *,
    identity: Identity,
    accept_new_epoch: bool = False,
    others: Sequence[FoundPackage] = (),
    step: Step = quiet,
) -> MergePlan:
    """Decide what merging a package would do; nothing is written but a copy that is gone at the end.

    What `step`, which follows the records, raises ends it. Of a package of several volumes `path` is one of them; the
    rest lie beside it, came earlier, or are among `others`.

    Raises PackageRefused with the member that failed a check, or with what stands against this package: an older
    one, another of the same number, a leap, a revoked key, or (unless `accept_new_epoch`) a sender that has restored a
    backup.
    """
    own = own_card(store, identity)
    with store.read() as session:
        signers = signers_for(session, path, own)
    with _quarantined(store, path, signers, others) as copies, without_collector(), store.read() as session:
        found = inspect(copies[0], signers)
        card = signers.card(found.header.signer)
        assert card is not None
        stream = _merged_stream(found.header, path.name)
        sent_here = session.get(OutboxEntry, found.header.id) is not None
        told = check_turn(
            session, found.header, store.office_code, accept_new_epoch=accept_new_epoch, sent_here=sent_here
        )
        _check_side(session, card, stream)
        arrived = arrived_of(found.header)
        known_already = state_of(session, found.header.sender, found.header.stream) == arrived
        trust = signers.trust(card.key_id)
        if trust is Trust.REVOKED and not known_already:
            raise _revoked(session, card)
        if trust is Trust.SUCCESSOR:
            told.append(f"对方换用了第 {card.serial} 张密钥卡，由上一张签名担保，合并后以它为准")
        with closing(
            open_archive(copies, keys=identity.opening, signers=signers, entities=stream.sections, kinds=(stream.kind,))
        ) as opened:
            _check_schema(opened)
            lifted = Lifted(opened)
            told += filter(None, [told_scope(lifted.manifest.get("scope"))])
            told += told_areas(store, lifted.manifest)
            told += told_heads(session, lifted.manifest, card.code, stream=found.header.stream)
            plan = MergePlan(
                title=_title(card, stream, found.header, lifted.manifest["year"]),
                stage=Stage(),
                assumed=told,
                last_act=newest_act(session),
                header=found.header,
                card=card,
                manifest=lifted.manifest,
                key_confirmed=trust is not Trust.UNKNOWN,
                known_already=known_already,
                trust=trust,
                stream=stream,
            )
            _decide(session, store, plan, lifted, file=path.name, step=step)
    return plan


def _title(card: KeyCard, stream: Stream, header: Header, year: int) -> str:
    return f"{_VERBS[stream.way]} {card.name} {stream.titled(year)}第 {header.seq} 次"


def _merged_stream(header: Header, name: str) -> Stream:
    """The stream of a package whose records can be merged."""
    stream = BY_KIND.get(header.kind)
    if stream is not None and stream.records:
        return stream
    what = stream.label if stream is not None else header.kind
    text = f"{name} 是“{what}”，不能在这里合并。数据没有变化，请另选文件。"
    raise PackageRefused("kind", text, member=HEADER)


def _check_side(session: Session, card: KeyCard, stream: Stream) -> None:
    """What goes down comes from the confirmed upper office, what goes up from one that is not above."""
    parents = {each.code for each in known_cards(session, PARENT)}
    if (stream.way == DOWN) == (card.code in parents):
        return
    who = "不是本单位已确认的上级" if stream.way == DOWN else "是本单位的上级"
    text = f"“{card.name}”{who}，它的“{stream.label}”没有采用。请核对数据包是哪个单位给的。"
    raise PackageRefused("side", text, member=HEADER)


def _revoked(session: Session, card: KeyCard) -> PackageRefused:
    row = session.get(KnownCard, card.key_id)
    why = row.revoked_why if row is not None else ""
    text = (
        f"“{card.name}”的这把密钥已经作废（{why}），用它签名的新数据包没有采用。"
        "请向该单位要新的密钥卡，确认后请其重新生成。"
    )
    return PackageRefused("revoked", text, member=HEADER)


@contextmanager
def _quarantined(
    store: Store, path: Path, signers: Signers, others: Sequence[FoundPackage]
) -> Iterator[Sequence[Path]]:
    """A copy of the package on this computer, so that nothing changes after it was checked; of all its volumes."""
    header = check_start(path)
    if header.vol[1] > 1:
        yield collect(store, path, header, signers=signers, others=others)
        return
    inbox = store.folder / _INBOX
    inbox.mkdir(exist_ok=True)
    copy = inbox / f"{uuid7()}.cpkg"
    take_in(path, copy)
    try:
        yield [copy]
    finally:
        copy.unlink(missing_ok=True)


def _check_schema(opened: Opened) -> None:
    schema: dict[str, Any] = opened.manifest.get("schema", {})
    year = opened.manifest.get("year")
    right = type(schema) is dict and all(type(schema.get(name)) is int for name in SCHEMA)
    if not right or type(year) is not int or opened.header.stream != BY_KIND[opened.header.kind].name(year):
        raise PackageRefused("manifest-fields", "数据包的清单没有写明年度或格式，已拒收。", member=MANIFEST)
    if schema["major"] > SCHEMA["major"]:
        raise newer(opened.header.app, MANIFEST)


def _decide(session: Session, store: Store, plan: MergePlan, opened: Lifted, *, file: str, step: Step) -> None:
    own, stage = store.office_code, plan.stage
    rights = rights_in(session, opened, own=own, down=plan.stream.way == DOWN)
    told = partial(_tell, step, sum(opened.counts.values()))
    decider = Decider(session, stage, file=file, rights=rights, decisions=Decisions(session, own), told=told)
    try:
        for plural in plan.stream.sections:
            if plural in opened.counts:
                account = decider.decide(BY_PLURAL[plural], partial(opened.records, plural))
                assert account.total() == opened.counts[plural]
                plan.account[plural] = account
        if plan.stream.way == DOWN:
            _give_up(session, plan, rights, own)
        _take_pictures(store, plan, opened, file)
        stage.settle()
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF not in _NO_DISK:
            raise
        text = "电脑的临时文件夹没有空间或不能写，没有核对完，数据没有变化；请清理磁盘后再选一次数据包"
        raise RefusedError(text) from error


def _tell(step: Step, whole: int, done: int, what: str) -> None:
    step(done, whole, what)


def _give_up(session: Session, plan: MergePlan, rights: Rights, own: str) -> None:
    """What this office gives up to what comes from above: records handed over, and its own claims."""
    edits, told = give_away(session, rights.told.values(), branch_of(held_parents(session), own))
    plan.stage.join_edits(edits)
    decided = (edit for some in plan.stage.edits(session, Appointment) for edit in some)
    claims, told_claims = give_way(session, own, decided)
    plan.stage.join_edits(claims)
    plan.assumed += [*told, *told_claims]


def _take_pictures(store: Store, plan: MergePlan, opened: Lifted, file: str) -> None:
    """Put the attachments of accepted records aside, and tell by name whose is missing or no picture."""
    stage = plan.stage
    found = put_aside(store.folder, opened, stage.picture_names(), frozenset(stage.picture_names(ArchiveScan.plural)))
    plan.staged = tuple(found.staged)
    for each in plan.stage.pictures(found.faults):
        label, plural = each.entity.label, each.entity.plural
        row = plan.stage.row_of(plural, each.uid) or MergeRow(  # the same as here, but for its picture
            file, label, 0, Outcome.SAME, name=each.name, entity=plural, uid=each.uid
        )
        row.problems = [
            *row.problems,
            RowProblem(each.field, f"{field_named(each.entity, each.field).label}{found.faults[each.sha256]}"),
        ]
        plan.stage.put_rows([row])


def carry_out_merge(store: Store, plan: MergePlan, operator: str, *, step: Step = quiet) -> int:
    """Write what is new and changed as one Act and advance the stream; returns how many records were written.

    What `step` raises ends it with nothing written. Raises RefusedError if the sender's key is not confirmed, if the
    data changed since the plan was made, or if what stands in the database afterwards is not what the package says;
    then nothing is written either.
    """
    if not plan.key_confirmed:
        raise RefusedError(
            f"“{plan.card.name}”的密钥卡还没有确认，没有合并；请把核对码 {plan.fingerprint} "
            "与该单位盖章的密钥页逐组核对，确认密钥卡后再合并"
        )
    with without_collector(), store.write(plan.title, kind=MERGE, operator=operator) as session:
        if newest_act(session) != plan.last_act:
            raise RefusedError("预览之后数据又有改动，没有合并；请重新选择数据包，再看一次预览")
        keep(store.folder, plan.staged)
        note_taken(session, plan.header, plan.counts_by_entity(), plan.told_rows())
        written = 0 if plan.known_already and not plan.writes else _carry_out(session, plan, operator, step)
    if plan.header.vol[1] > 1:
        release_volumes(store, plan.header)
    return written


def _carry_out(session: Session, plan: MergePlan, operator: str, step: Step) -> int:
    written, whole = 0, sum(plan.counts(WRITTEN).values())
    for plural in plan.stream.sections:
        for edits in plan.stage.edits(session, BY_PLURAL[plural]):
            step(min(written, whole), whole, BY_PLURAL[plural].label)
            written += _write(session, BY_PLURAL[plural], edits)
    if plan.stream.way == DOWN:
        apply_revocations(session, plan.manifest.get("revoked", []))
    if plan.trust is Trust.SUCCESSOR:
        keep_card(session, plan.card, PARENT if plan.stream.way == DOWN else CHILD, operator)
    advance(session, plan.arrived)
    return written


def _write(session: Session, entity: type[Record], edits: list[Edit]) -> int:
    """Write some edits of one entity and compare what stands there with what the package says."""
    count = write_edits(session, edits)
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
