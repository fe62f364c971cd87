"""The annual package: writing it to a drive for the upper office, and telling what a package says.

    write_package(store, *, year, folder, identity, own_card, parent_card, progress=None) -> Written
    show_package(store, path, *, identity) -> Shown

A package is a full snapshot of what this office and those under it wrote, so any later one replaces a lost earlier
one. It is encrypted to the upper office and to the sender, who can read back what was sent.
"""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desktop.archive import (
    Envelope,
    Header,
    Identity,
    PublicCard,
    ReceivingKey,
    Records,
    Sealed,
    drive,
    inspect,
    open_archive,
)
from desktop.archive.seal import Progress
from desktop.canonical import CanonicalError
from desktop.codes import table_names
from desktop.errors import PackageRefused, RefusedError, UnreadableFile
from desktop.exchange import outbox
from desktop.exchange.branch import branch_of, held_parents
from desktop.exchange.cards import known_cards, own_card
from desktop.exchange.keys import KeyCard, card_bytes, check_code, fingerprint, read_card
from desktop.exchange.record_lines import LinkedRecords, pack_record, refuse_unsendable
from desktop.kinds import moment_text
from desktop.models import ANNUAL
from desktop.models.local import Act, OutboxEntry, StreamState
from desktop.paths import RESOURCES
from desktop.store.bulk import without_collector
from desktop.store.database import Store
from desktop.store.records import load

KIND: Final = "annual"
SCHEMA: Final = {"major": 1, "minor": 0}
"""Form of the records: a new minor adds optional fields only, a new major needs a reader that knows it."""

SECTIONS: Final = tuple(entity.plural for entity in ANNUAL)
RECEIPT: Final = "receipt"
RECEIPT_SECTIONS: Final = ("receipts", "remarks")
_YEARS: Final = range(1900, 2900)
_SECTIONS: Final = {KIND: SECTIONS, RECEIPT: RECEIPT_SECTIONS}


@dataclass(frozen=True, slots=True)
class Written:
    """A package on the drive: path, the sender's card beside it, header, records per entity, code for the telephone."""

    path: Path
    card_path: Path
    header: Header
    sha256: str
    counts: dict[str, int]
    check_code: str

    @property
    def seq(self) -> int:
        """第 n 次."""
        return self.header.seq

    def as_json(self) -> dict[str, Any]:
        """What `package write --json` prints."""
        return {
            "path": str(self.path),
            "card": str(self.card_path),
            "stream": self.header.stream,
            "seq": self.seq,
            "recipient": self.header.recipient,
            "sha256": self.sha256,
            "check_code": self.check_code,
            "counts": self.counts,
        }


def write_package(
    store: Store,
    *,
    year: int,
    folder: Path,
    identity: Identity,
    own_card: KeyCard,
    parent_card: KeyCard | None,
    progress: Progress | None = None,
) -> Written:
    """Write the annual package of a year to a folder, usually of a drive, and read it back from there.

    `progress` gets the plain bytes packed so far. Raises RefusedError with a sentence when there is no card of the
    upper office, for a year that is none, when a text cannot be sent (all of them are named), or when the drive fails;
    what stood there is untouched then.
    """
    if parent_card is None:
        raise RefusedError("还没有上级单位的密钥卡，不能生成数据包；请向上级要密钥卡文件（.ckey），确认后再生成")
    if year not in _YEARS:
        raise RefusedError(f"年度“{year}”不对，没有生成数据包；请写四位数的年份，例如 {datetime.now(UTC).year}")
    outbox.check_folder(folder)
    with without_collector():
        sealed = _seal(
            store, year=year, identity=identity, own_card=own_card, parent_card=parent_card, progress=progress
        )
    path = outbox.hand_over(store, sealed, folder / sealed.path.name)
    return _written(sealed, path, _lay_card(own_card, folder))


def _seal(
    store: Store,
    *,
    year: int,
    identity: Identity,
    own_card: KeyCard,
    parent_card: KeyCard,
    progress: Progress | None,
) -> Sealed:
    """Number and read what is sent in one transaction, then seal it in the outbox."""
    with store.write(f"生成 {year} 年度上报数据包", kind="package") as session:
        envelope = outbox.prepare(session, store, kind=KIND, year=year, recipient=parent_card.code)
        lines = _snapshot(session, store)
        manifest = _manifest(session, envelope, year, own_card)
    try:
        return outbox.seal(
            store,
            f"年度上报_{store.office_code}_{year}_第{envelope.seq}次_共1卷第1卷.cpkg",
            envelope=envelope,
            manifest=manifest,
            sections=[Records(plural, some) for plural, some in lines.items()],
            entities=SECTIONS,
            identity=identity,
            recipients=[*parent_card.recipients, identity.receiving.recipient],
            progress=progress,
        )
    except CanonicalError:
        outbox.withdraw(store, envelope)
        refuse_unsendable((entity, lines.get(entity.plural, ())) for entity in ANNUAL)
        raise


def _written(sealed: Sealed, path: Path, card_path: Path) -> Written:
    code = check_code(sealed.header.manifest)
    return Written(path, card_path, sealed.header, sealed.sha256, dict(sealed.counts), code)


def _snapshot(session: Session, store: Store) -> dict[str, list[dict[str, Any]]]:
    """The lines of all that this office and its branch wrote, by entity, each sorted by uid.

    The place held for an office whose card was confirmed but that has sent nothing yet (revision 0) is nobody's word.
    """
    branch = branch_of(held_parents(session), store.office_code)
    linked = LinkedRecords()
    lines = {}
    for entity in ANNUAL:
        records = load(session, entity, with_deleted=True)
        linked.add(entity, records.values())
        own = sorted(uid for uid, record in records.items() if record.origin in branch and record.revision)
        if own:
            lines[entity.plural] = [pack_record(entity, records[uid], linked) for uid in own]
    return lines


def _manifest(session: Session, envelope: Envelope, year: int, card: KeyCard) -> dict[str, Any]:
    now = datetime.now(UTC)
    newest = session.scalar(select(func.max(Act.at))) or ""
    sent = _last_sent(session, envelope.recipient)
    taken = session.scalars(select(StreamState).where(StreamState.sender == envelope.recipient))
    manifest: dict[str, Any] = {
        "schema": SCHEMA,
        "year": year,
        "office": card.name,
        "created": moment_text(now),
        "clock_suspect": moment_text(now) < newest,
        "heads": {
            "sent": {stream: list(head) for stream, head in sent.items()},
            "taken": {state.stream: [state.epoch, state.seq, state.manifest_hash] for state in taken},
        },
        "codes": dict(_code_tables()),
    }
    if envelope.stream in sent:
        manifest["prev"] = sent[envelope.stream][2]
    return manifest


def _last_sent(session: Session, recipient: str) -> dict[str, tuple[str, int, str]]:
    """The newest package of each stream that was sealed for this recipient: epoch, counter, manifest hash."""
    query = select(OutboxEntry).where(OutboxEntry.recipient == recipient, OutboxEntry.manifest_hash.is_not(None))
    rows = session.scalars(query.order_by(OutboxEntry.seq))
    return {row.stream: (row.epoch, row.seq, row.manifest_hash or "") for row in rows}


@cache
def _code_tables() -> tuple[tuple[str, str], ...]:
    """The code tables that values were checked with, and the SHA-256 of each."""
    files = {name: (RESOURCES / "codes" / f"{name}.csv").read_bytes() for name in table_names()}
    return tuple((name, hashlib.sha256(data).hexdigest()) for name, data in files.items())


def _lay_card(card: KeyCard, folder: Path) -> Path:
    """Lay the sender's card beside the package, so that its signature can be checked before it is confirmed."""
    name = f"密钥卡_{card.code}.ckey"
    for known in sorted(folder.glob(f"{Path(name).stem}*.ckey")):
        with suppress(UnreadableFile):  # whatever else has such a name stays as it is
            if read_card(known) == card:
                return known
    path = outbox.free_path(folder, name)
    with drive.new_file(path) as part:
        part.file.write(card_bytes(card))
        part.settle()
    return path


@dataclass(frozen=True, slots=True)
class Shown:
    """What a package says: header, its card, whether that was confirmed here, and what only a key opens.

    `manifest` and `counts` are empty for who cannot decrypt it.
    """

    header: Header
    sha256: str
    card: KeyCard | None
    key_confirmed: bool
    manifest: dict[str, Any]
    counts: dict[str, int]

    def as_json(self) -> dict[str, Any]:
        """What `package show --json` prints."""
        header = self.header
        facts = {name: getattr(header, name) for name in Envelope.__slots__}
        opened: dict[str, Any] = {
            name: self.manifest[name] for name in ("year", "office", "created") if name in self.manifest
        }
        return {
            **facts,
            "sha256": self.sha256,
            "check_code": check_code(header.manifest),
            "key_confirmed": self.key_confirmed,
            "fingerprint": fingerprint(self.card) if self.card is not None else "",
            "opened": bool(self.manifest),
            **opened,
            "counts": self.counts,
        }


class Signers:
    """Whose signature is taken: cards confirmed here, and, told apart, one that lies beside the package."""

    def __init__(self, confirmed: Sequence[KeyCard], beside: Sequence[KeyCard] = ()) -> None:
        self.confirmed = {card.key_id: card for card in confirmed}
        self._beside = {card.key_id: card for card in beside}

    def card(self, key_id: str) -> KeyCard | None:
        """The card of a key, confirmed or not."""
        return self.confirmed.get(key_id) or self._beside.get(key_id)

    def __call__(self, key_id: str) -> PublicCard | None:
        """What the reader of a package asks for."""
        card = self.card(key_id)
        return card.public if card is not None else None


def cards_beside(path: Path) -> Iterator[KeyCard]:
    """The whole cards in the folder of a package; anything else there is passed over."""
    for each in sorted(path.parent.glob("*.ckey")):
        try:
            yield read_card(each)
        except UnreadableFile:
            continue


def show_package(store: Store, path: Path, *, identity: Identity) -> Shown:
    """Check a package as far as the keys here reach and tell what it says; nothing is written.

    Raises PackageRefused or UnreadableFile.
    """
    with store.read() as session:
        cards = known_cards(session)
    own = own_card(store, identity)
    signers = Signers([own, *cards], list(cards_beside(path)))
    found = inspect(path, signers)
    header = found.header
    card = signers.card(header.signer)
    confirmed = header.signer in signers.confirmed
    manifest, counts = _open(path, signers, [identity.receiving], header.kind)
    return Shown(header, found.sha256, card, confirmed, manifest, counts)


def _open(
    path: Path, signers: Signers, keys: Sequence[ReceivingKey], kind: str
) -> tuple[dict[str, Any], dict[str, int]]:
    try:
        with closing(open_archive(path, keys=keys, signers=signers, entities=_SECTIONS.get(kind, ()))) as opened:
            return opened.manifest, opened.counts
    except PackageRefused as error:
        if error.code == "not-for-us":
            return {}, {}
        raise
