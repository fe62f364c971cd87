"""Receipts: what the upper office did with the packages of a year, signed, for the eyes of the sender.

    write_receipt(store, plan, *, folder, identity) -> Path
    read_receipts(store, path, *, identity) -> tuple[Receipt, ...]

A receipt holds all answers of the year to one office, so that any later one replaces a lost earlier one: section
`receipts` has one line for each package with the account, `remarks` one for each record that was not taken as it came.
"""

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import orjson
from sqlalchemy import select

from desktop.archive import Header, Identity, Records, Shipment, check_start, open_archive
from desktop.archive.parts import HEADER, MANIFEST
from desktop.archive.strict import Opened, inspect
from desktop.errors import PackageRefused, RefusedError
from desktop.exchange import outbox
from desktop.exchange.acknowledging import acknowledge
from desktop.exchange.answers import IMPORTED, REFUSED, REMARK, RESULTS, note_answer, sendable
from desktop.exchange.attachments import held_of, note_held
from desktop.exchange.cards import PARENT, known_cards, own_card, recipients_of, revocations
from desktop.exchange.keys import KeyCard
from desktop.exchange.merge_plan import MergePlan
from desktop.exchange.package import lay_card
from desktop.exchange.signers import Signers
from desktop.exchange.streams import RECEIPTS, check_turn
from desktop.kinds import moment_text
from desktop.models.local import OutboxEntry, TakenPackage
from desktop.rules.check_codes import check_code
from desktop.store.blobs import is_hash
from desktop.store.database import Store
from desktop.store.streams import MERGE, Arrived, advance, state_of

_SCHEMA: Final = {"major": 1, "minor": 1}
_FIELDS: Final = {
    "id": str,
    "stream": str,
    "epoch": str,
    "seq": int,
    "manifest": str,
    "result": str,
    "counts": dict,
}


class NothingToAnswer(RefusedError):
    """An office that sent nothing in a year."""


@dataclass(frozen=True, slots=True)
class Remark:
    """What the upper office says about one record: uid, entity, name, outcome, field (or empty), sentence."""

    uid: str
    entity: str
    name: str
    outcome: str
    field: str
    text: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """The answer to one package: which it was, what became of it and why, counts per entity, remarks by record."""

    package_id: str
    stream: str
    epoch: str
    seq: int
    manifest_hash: str
    result: str
    reason: str
    counts: dict[str, dict[str, int]]
    remarks: tuple[Remark, ...]

    @property
    def check_code(self) -> str:
        """The twelve digits that both screens show."""
        return check_code(self.manifest_hash)

    def as_json(self) -> dict[str, Any]:
        """The receipt as a command prints it."""
        remarks = [{name: getattr(remark, name) for name in REMARK} for remark in self.remarks]
        names = ("package_id", "stream", "epoch", "seq", "result", "reason", "counts")
        facts = {name: getattr(self, name) for name in names}
        return {**facts, "check_code": self.check_code, "remarks": remarks}


# At the upper office


def write_receipt(store: Store, plan: MergePlan, *, folder: Path, identity: Identity) -> Path:
    """Write the receipt of a package that was merged, for its sender; returns its path.

    Raises RefusedError when the package was not merged, or when the drive fails.
    """
    with store.read() as session:
        row = session.get(TakenPackage, plan.header.id)
        if row is None or row.result != IMPORTED:
            raise RefusedError(f"{plan.title}还没有完成，不能生成回执；请先合并数据包")
    year = int(plan.manifest["year"])
    return write_receipts(store, plan.card, year=year, folder=folder, identity=identity, name=f"第{plan.header.seq}次")


def refuse_package(store: Store, plan: MergePlan, why: str, operator: str) -> None:
    """Note that a package is sent back as a whole, for the next receipt to its sender. Raises RefusedError.

    It must not be merged already; the sender sends another one in its place.
    """
    if not why.strip():
        raise RefusedError("退回要写明原因，例如“缺校级骨干，请补全后重报”；没有退回")
    if not plan.key_confirmed:
        raise RefusedError(f"“{plan.card.name}”的密钥卡还没有确认，不能给它写回执；请核对确认后再退回")
    with store.write(f"退回 {plan.title}", kind="package", operator=operator) as session:
        row = session.get(TakenPackage, plan.header.id)
        stands = state_of(session, plan.arrived.sender, plan.arrived.stream) == plan.arrived
        if row is not None and row.result == IMPORTED and stands:
            raise RefusedError(f"{plan.title}已经完成，不能再退回；可先撤销合并")
        note_answer(session, plan.header, result=REFUSED, reason=sendable(why.strip()))


def write_receipts(
    store: Store, recipient: KeyCard, *, year: int, folder: Path, identity: Identity, name: str = ""
) -> Path:
    """Write all answers of a year to one office. A receipt may be written again: it gets a name of its own.

    Raises RefusedError when there is nothing to answer, or when the drive fails.
    """
    outbox.check_folder(folder)
    with store.write(f"生成回执：{recipient.name}", kind="package") as session:
        query = select(TakenPackage).where(TakenPackage.sender == recipient.code)
        rows = [row for row in session.scalars(query) if _is_of(row, year)]
        if not rows:
            raise NothingToAnswer(f"{year} 年没有收到“{recipient.name}”的数据包，没有可写的回执")
        sections = _sections(rows)
        stream = RECEIPTS.name(year)
        envelope = outbox.prepare(session, store, kind=RECEIPTS.kind, stream=stream, recipient=recipient.code)
        manifest = {
            "schema": _SCHEMA,
            "year": year,
            "created": moment_text(datetime.now(UTC)),
            "revoked": revocations(session),
            "held": held_of(session, store.folder, recipient.code),
        }
        recipients = recipients_of(session, recipient, year)
    file_name = f"回执_{recipient.code}_{year}_{name or f'至第{envelope.seq}次回执'}.cpkg"
    sealed = outbox.seal(
        store,
        lambda _volume, _of: file_name,
        Shipment(
            envelope=envelope,
            manifest=manifest,
            sections=sections,
            entities=RECEIPTS.sections,
            identity=identity,
            recipients=[*recipients, identity.receiving.recipient],
        ),
    )
    [path] = outbox.hand_over(store, sealed.header.id, folder, is_renamed=True).paths
    lay_card(own_card(store, identity), folder)
    return path


def _is_of(row: TakenPackage, year: int) -> bool:
    return "/" not in row.stream or row.stream.endswith(f"/{year}")


def _sections(rows: list[TakenPackage]) -> list[Records]:
    """The lines of the answers; what was remarked on a package counts until the next one of its stream."""
    newest = {(row.stream, row.epoch): row for row in sorted(rows, key=lambda row: row.seq)}
    lines = sorted((_line(row) for row in rows), key=lambda line: str(line["id"]))
    remarks = [{"package": row.package_id, **remark} for row in newest.values() for remark in orjson.loads(row.remarks)]
    numbered = [{"id": f"{number:08d}", **remark} for number, remark in enumerate(remarks, 1)]
    return [Records("receipts", lines), *([Records("remarks", numbered)] if numbered else [])]


def _line(row: TakenPackage) -> dict[str, Any]:
    line = {
        "id": row.package_id,
        "stream": row.stream,
        "epoch": row.epoch,
        "seq": row.seq,
        "manifest": row.manifest_hash,
        "result": row.result,
        "counts": orjson.loads(row.counts),
    }
    return {**line, "reason": sendable(row.reason)} if row.reason else line


# At the sender


def read_receipts(
    store: Store, path: Path, *, identity: Identity, accept_new_epoch: bool = False
) -> tuple[Receipt, ...]:
    """Read the answers of the upper office and note them on packages and records; reading twice changes nothing.

    The newest answer comes last. Raises PackageRefused when the file is damaged, not signed by the confirmed upper
    office, not for this office, out of turn, or about packages that this office did not send so.
    """
    own = own_card(store, identity)
    if check_start(path).kind != RECEIPTS.kind:  # before whose it is: the own package is no receipt of a stranger
        text = f"{path.name} 不是回执，不能在这里读入。数据没有变化，请另选文件。"
        raise PackageRefused("kind", text, member=HEADER)
    with store.read() as session:
        signers = Signers([own, *known_cards(session, PARENT)])
        header = inspect(path, signers).header
        check_turn(session, header, store.office_code, accept_new_epoch=accept_new_epoch)
    with closing(
        open_archive(path, keys=identity.opening, signers=signers, entities=RECEIPTS.sections, kinds=(RECEIPTS.kind,))
    ) as opened:
        receipts, held = _receipts(opened), opened.manifest.get("held", [])
    _note(store, header, receipts, identity, held if type(held) is list else [])
    return receipts


def _receipts(opened: Opened) -> tuple[Receipt, ...]:
    """The answers of the two sections; raises PackageRefused when they are not of the agreed form."""
    lines, remarks = list(opened.records("receipts")), list(opened.records("remarks"))
    right = bool(lines) and all(line.keys() >= _FIELDS.keys() for line in lines)
    right = right and all(type(line[name]) is kind for line in lines for name, kind in _FIELDS.items())
    right = right and all(line["result"] in RESULTS for line in lines)
    right = right and all(type(remark.get(name)) is str for remark in remarks for name in ("package", *REMARK))
    if not right:
        text = f"回执的 {MANIFEST} 与内容不符，没有采用。请向上级单位重新索取。"
        raise PackageRefused("receipt", text, member=MANIFEST)
    found = [_receipt(line, [each for each in remarks if each["package"] == line["id"]]) for line in lines]
    return tuple(sorted(found, key=lambda each: (each.stream, each.seq)))


def _receipt(line: Mapping[str, Any], remarks: list[dict[str, str]]) -> Receipt:
    return Receipt(
        package_id=line["id"],
        stream=line["stream"],
        epoch=line["epoch"],
        seq=line["seq"],
        manifest_hash=line["manifest"],
        result=line["result"],
        reason=str(line.get("reason", "")),
        counts=line["counts"],
        remarks=tuple(Remark(**{name: remark[name] for name in REMARK}) for remark in remarks),
    )


def _note(
    store: Store, header: Header, receipts: tuple[Receipt, ...], identity: Identity, held: Sequence[object]
) -> None:
    arrived = Arrived(header.sender, header.stream, header.epoch, header.seq, header.manifest)
    with store.write("收到回执", kind=MERGE) as session:
        entries = [(receipt, session.get(OutboxEntry, receipt.package_id)) for receipt in receipts]
        for receipt, entry in entries:
            if entry is not None and not _answers(receipt, entry):
                raise _other_package(receipt)
        ours = [(receipt, entry) for receipt, entry in entries if entry is not None]
        if not ours:
            raise _other_package(receipts[-1])
        for receipt, entry in ours:
            _note_one(entry, receipt)
        newest, entry = ours[-1]
        if newest.result == IMPORTED:
            acknowledge(session, store, entry, newest.remarks, identity)
        note_held(session, header.sender, {name for name in held if type(name) is str and is_hash(name)})
        advance(session, arrived)


def _answers(receipt: Receipt, entry: OutboxEntry) -> bool:
    sent = (entry.stream, entry.epoch, entry.seq, entry.manifest_hash)
    return sent == (receipt.stream, receipt.epoch, receipt.seq, receipt.manifest_hash)


def _other_package(receipt: Receipt) -> PackageRefused:
    text = f"回执写的第 {receipt.seq} 次与本单位报送的数据包对不上，没有采用。请向上级单位核实。"
    return PackageRefused("receipt-package", text, member=MANIFEST)


def _note_one(entry: OutboxEntry, receipt: Receipt) -> None:
    answer = {"result": receipt.result, "reason": receipt.reason, "remarks": len(receipt.remarks)}
    entry.receipt = orjson.dumps({**answer, "counts": receipt.counts}).decode()
    if receipt.result == IMPORTED:
        entry.state = outbox.RECEIPTED
        entry.receipted_at = entry.receipted_at or moment_text(datetime.now(UTC))
