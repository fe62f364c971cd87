"""Receipts: what the upper office did with a package, signed, for the eyes of the sender.

    write_receipt(store, plan, *, folder, identity) -> Path
    read_receipt(store, path, *, identity) -> Receipt

A receipt is a container of its own with two sections: `receipts`, one line that names the package and gives the
account, and `remarks`, one line for each record that was not taken over as it came.
"""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from desktop import canonical
from desktop.archive import Identity, Records, open_archive
from desktop.archive.form import HEADER, MANIFEST
from desktop.canonical import CanonicalError
from desktop.errors import PackageRefused, RefusedError
from desktop.exchange import outbox
from desktop.exchange.cards import PARENT, known_cards
from desktop.exchange.keys import check_code
from desktop.exchange.merge import MergePlan
from desktop.exchange.package import RECEIPT, RECEIPT_SECTIONS, Signers
from desktop.kinds import clean_text, moment_text
from desktop.models.local import OutboxEntry
from desktop.store.database import Store
from desktop.store.streams import state_of

IMPORTED: Final = "imported"
_SCHEMA: Final = {"major": 1, "minor": 0}
_FIELDS: Final = {
    "id": str,
    "stream": str,
    "epoch": str,
    "seq": int,
    "manifest": str,
    "result": str,
    "counts": dict,
}
_REMARK: Final = ("uid", "entity", "name", "outcome", "field", "text")


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
    """The answer to one package: which it was, what became of it, counts per entity, remarks by record."""

    package_id: str
    stream: str
    epoch: str
    seq: int
    manifest_hash: str
    result: str
    counts: dict[str, dict[str, int]]
    remarks: tuple[Remark, ...]

    @property
    def check_code(self) -> str:
        """The twelve digits that both screens show."""
        return check_code(self.manifest_hash)

    def as_json(self) -> dict[str, Any]:
        """The receipt as a command prints it."""
        remarks = [{name: getattr(remark, name) for name in _REMARK} for remark in self.remarks]
        facts = {name: getattr(self, name) for name in ("package_id", "stream", "epoch", "seq", "result", "counts")}
        return {**facts, "check_code": self.check_code, "remarks": remarks}


def write_receipt(store: Store, plan: MergePlan, *, folder: Path, identity: Identity) -> Path:
    """Write the receipt of a package that was merged, for its sender; returns its path.

    A receipt may be written again: it gets a name of its own. Raises RefusedError when the package is not the newest
    taken in from its sender, or when the drive fails.
    """
    outbox.check_folder(folder)
    header = plan.header
    year = int(plan.manifest["year"])
    with store.write(f"生成回执：{plan.title}", kind="package") as session:
        if state_of(session, header.sender, header.stream) != plan.arrived:
            raise RefusedError(f"{plan.title}还没有完成，不能生成回执；请先合并数据包")
        envelope = outbox.prepare(session, store, kind=RECEIPT, year=year, recipient=header.sender)
    name = f"回执_{header.sender}_{year}_第{header.seq}次.cpkg"
    sealed = outbox.seal(
        store,
        name,
        envelope=envelope,
        manifest={"schema": _SCHEMA, "year": year, "created": moment_text(datetime.now(UTC))},
        sections=_sections(plan),
        entities=RECEIPT_SECTIONS,
        identity=identity,
        recipients=[*plan.card.recipients, identity.receiving.recipient],
    )
    return outbox.hand_over(store, sealed, outbox.free_path(folder, name))


def _sections(plan: MergePlan) -> list[Records]:
    header = plan.header
    account = {plural: counts for plural, counts in plan.counts_by_entity().items() if any(counts.values())}
    line = {
        "id": header.id,
        "stream": header.stream,
        "epoch": header.epoch,
        "seq": header.seq,
        "manifest": header.manifest,
        "result": IMPORTED,
        "counts": account,
    }
    remarks = list(_remarks(plan))
    return [Records("receipts", [line]), Records("remarks", remarks)] if remarks else [Records("receipts", [line])]


def _remarks(plan: MergePlan) -> Iterator[dict[str, Any]]:
    number = 0
    for row in plan.told_rows():
        for problem in row.problems:
            number += 1
            values = (row.uid, row.entity, row.name, str(row.outcome), problem.field, problem.text)
            texts = {name: _sendable(value) for name, value in zip(_REMARK, values, strict=True)}
            yield {"id": f"{number:08d}", **texts}


def _sendable(text: str) -> str:
    """A text that a package can hold: what this office stores may have signs that only its own fonts know."""
    try:
        canonical.dumps({"text": text})
    except CanonicalError:
        return "".join(sign for sign in clean_text(text)[: canonical.TEXT] if _is_sendable(sign))
    return text


def _is_sendable(sign: str) -> bool:
    try:
        canonical.dumps({"text": sign})
    except CanonicalError:
        return False
    return True


def read_receipt(store: Store, path: Path, *, identity: Identity) -> Receipt:
    """Read a receipt of the upper office and note on the package that it came; reading it twice changes nothing.

    Raises PackageRefused when it is damaged, not signed by the confirmed upper office, not for this office, or about
    a package that this office did not send so.
    """
    with store.read() as session:
        signers = Signers(known_cards(session, PARENT))
    keys = [identity.receiving]
    with closing(open_archive(path, keys=keys, signers=signers, entities=RECEIPT_SECTIONS, kinds=(RECEIPT,))) as opened:
        if opened.header.recipient != store.office_code:
            text = f"这份回执是给 {opened.header.recipient} 的，不是给本单位的，没有采用。请另选文件。"
            raise PackageRefused("recipient", text, member=HEADER)
        receipt = _receipt(list(opened.records("receipts")), list(opened.records("remarks")))
    _note(store, receipt)
    return receipt


def _receipt(lines: list[dict[str, Any]], remarks: list[dict[str, Any]]) -> Receipt:
    """The receipt of the two sections; raises PackageRefused when they are not of the agreed form."""
    right = len(lines) == 1 and lines[0].keys() >= _FIELDS.keys()
    right = right and all(type(lines[0][name]) is kind for name, kind in _FIELDS.items())
    right = right and all(type(remark.get(name)) is str for remark in remarks for name in _REMARK)
    if not right:
        raise PackageRefused(
            "receipt", f"回执的 {MANIFEST} 与内容不符，没有采用。请向上级单位重新索取。", member=MANIFEST
        )
    line = lines[0]
    told = tuple(Remark(**{name: remark[name] for name in _REMARK}) for remark in remarks)
    return Receipt(
        package_id=line["id"],
        stream=line["stream"],
        epoch=line["epoch"],
        seq=line["seq"],
        manifest_hash=line["manifest"],
        result=line["result"],
        counts=line["counts"],
        remarks=told,
    )


def _note(store: Store, receipt: Receipt) -> None:
    with store.write("收到回执", kind="package") as session:
        entry = session.get(OutboxEntry, receipt.package_id)
        sent = (entry.stream, entry.epoch, entry.seq, entry.manifest_hash) if entry is not None else None
        if entry is None or sent != (receipt.stream, receipt.epoch, receipt.seq, receipt.manifest_hash):
            text = f"回执写的第 {receipt.seq} 次与本单位报送的数据包对不上，没有采用。请向上级单位核实。"
            raise PackageRefused("receipt-package", text, member=MANIFEST)
        if receipt.result == IMPORTED:
            entry.state = outbox.RECEIPTED
            entry.receipted_at = entry.receipted_at or moment_text(datetime.now(UTC))
